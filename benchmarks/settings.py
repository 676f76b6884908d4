"""How much is run. The smoke test runs the same on a handful of people."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "reference" / "performance.md"
EXAMPLE = ROOT / "examples" / "published-patient.yaml"
SETTING = "pain_or_spine_clinic"

# The share of findings that were not asked about, evenly between the two.
MANY_MISSING = (0.3, 0.6)
NONE_MISSING = (0.0, 0.0)
FEW_ANSWERS = (0.87, 0.87)

# The size that earlier measurements of peers were made at, and that figures are scaled to.
REFERENCE_STATES, REFERENCE_FINDINGS = 22, 80


@dataclass(frozen=True)
class Sizes:
    """People and repetitions. Slow engines get fewer people; their time is per person."""

    people: int = 100_000
    people_in_sql: int = 3_000
    people_in_python: int = 1_000
    people_in_pyagrum: int = 1_000
    people_in_pgmpy: int = 300
    people_drawn: int = 1_024
    people_drawn_in_python: int = 10
    rounds: int = 5
    rounds_of_one: int = 51
    rounds_of_processes: int = 21
    megabytes: int = 128
    visitors: int = 20
    seconds_of_load: int = 30
    entries: int = 50_000
