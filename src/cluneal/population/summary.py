"""What a screening comes to in numbers of people: steps, chances, findings, groups. Nothing here is about one person.

Counts are exact here and leave only by `shown`: small ones hidden, the others rounded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..frozen import frozen
from ..knowledge.schema import Knowledge
from ..pathway import URGENCIES
from ..reasoning.batch import Reals
from .flags import ROUTINE
from .queue import QUEUE, Entry
from .yield_ import Yield

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# The rule for tables that leave (as OpenSAFELY's): no count of 7 or fewer, the rest to the nearest 5.
SMALL, NEAREST = 7, 5
EDGES = (0.0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 1.0)
YEARS_A_BAND, OLDEST_BAND = 10, 80
UNKNOWN = ""
AGE = "age"
# What divides people, by its name: a column of our own tables.
DIVISIONS = {
    AGE: "year(j.index_day) - p.birth_year",
    "sex": "p.sex",
    "race": "p.race",
    "ethnicity": "p.ethnicity",
}


@frozen
class Step:
    """How many are left after one step of the attrition, and why it is taken."""

    name: str
    why: str
    people: int


@frozen
class Part:
    """People of one kind: among everybody scored, and in the queue."""

    name: str
    scored: int
    queued: int


@frozen
class Summary:
    """All counts of one run. `chances` has one part a bin of `EDGES`; `groups` are by the name of what divides."""

    steps: tuple[Step, ...]
    scored: int
    queued: int
    chances: tuple[Part, ...]
    findings: tuple[Part, ...]
    groups: Mapping[str, tuple[Part, ...]]
    flagged: tuple[Part, ...]
    yields: tuple[Yield, ...]


def shown(count: int) -> int | None:
    """A count that may leave: to the nearest 5, or None when it is 7 or fewer."""
    if count <= SMALL:
        return None
    return (count + NEAREST // 2) // NEAREST * NEAREST


def histogram(chance: Reals) -> NDArray[np.int64]:
    """How many chances fall into each bin."""
    return np.histogram(chance, EDGES)[0].astype(np.int64)


def band(age: float | None) -> str:
    """Ten years of age, as "40–49"; the oldest together."""
    if age is None or np.isnan(age):
        return UNKNOWN
    first = int(age // YEARS_A_BAND * YEARS_A_BAND)
    if first >= OLDEST_BAND:
        return f"{OLDEST_BAND}+"
    return f"{first}–{first + YEARS_A_BAND - 1}"


def by_chance(scored: NDArray[np.int64], found: Sequence[Entry]) -> tuple[Part, ...]:
    """How many have which chance, bin by bin; each is named by its two edges."""
    queued = histogram(np.array([one.cluneal.probability for one in found if one.part == QUEUE]))
    bins = zip(pairwise(EDGES), scored.tolist(), queued.tolist(), strict=True)
    return tuple(Part(f"{low:g}–{high:g}", everybody, few) for (low, high), everybody, few in bins)


def by_urgency(scored: NDArray[np.int64], found: Sequence[Entry]) -> tuple[Part, ...]:
    """How many have a red flag of each urgency in their record, most urgent first; without those who have none."""
    queued: Counter[str] = Counter(one.flags[0].urgency for one in found if one.part == QUEUE and one.flags)
    return tuple(
        Part(name, count, queued[name])
        for name, count in zip(URGENCIES, scored.tolist(), strict=True)
        if name not in (ROUTINE, URGENCIES[-1])
    )


def steps(con: DuckDBPyConnection) -> tuple[Step, ...]:
    """The attrition table."""
    rows = con.execute("select name, why, persons from attrition order by step").fetchall()
    return tuple(Step(*row) for row in rows)


def findings_held(con: DuckDBPyConnection, knowledge: Knowledge, found: Sequence[Entry]) -> tuple[Part, ...]:
    """In how many records each finding stands as present, most often first."""
    rows = con.execute(
        "select f.finding, count(distinct f.person_id) from finding f join journey using (person_id) "
        "where f.value group by f.finding order by 2 desc, 1"
    ).fetchall()
    queue = [one for one in found if one.part == QUEUE]
    return tuple(
        Part(knowledge.findings[name].label, count, sum(one.findings.values.get(name) is True for one in queue))
        for name, count in rows
        if name in knowledge.findings
    )


def groups(con: DuckDBPyConnection, found: Sequence[Entry]) -> dict[str, tuple[Part, ...]]:
    """Counts by age, sex, race and ethnicity, of everybody scored and of the queue."""
    queued = {one.person for one in found if one.part == QUEUE}
    made = {}
    for name, column in DIVISIONS.items():
        rows = con.execute(
            f"select {column}, count(*), list(person_id) filter (where list_contains($queued, person_id)) "  # noqa: S608
            "from journey j join person p using (person_id) group by 1",
            {"queued": sorted(queued)},
        ).fetchall()
        kinds: dict[str, tuple[int, int]] = {}
        for value, scored, some in rows:
            kind = band(value) if name == AGE else (UNKNOWN if value is None else str(value))
            before = kinds.get(kind, (0, 0))
            kinds[kind] = (before[0] + scored, before[1] + len(some or ()))
        made[name] = tuple(Part(kind, *kinds[kind]) for kind in sorted(kinds, key=lambda one: (not one, one)))
    return made


def said(count: int) -> str:
    """A count that may leave, in a table for machines."""
    may = shown(count)
    return f"<={SMALL}" if may is None else str(may)
