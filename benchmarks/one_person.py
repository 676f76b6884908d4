"""What one person waits for: the reasoning alone, and whole commands."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from cluneal.knowledge.draws import Draws
from cluneal.reasoning import Model, compile
from cluneal.reasoning.batch import Batch

from .measure import Process, Timing, processes, take_turns
from .people import answers, people
from .settings import EXAMPLE, FEW_ANSWERS, NONE_MISSING

Answers = dict[str, bool | None]


def reasoning(model: Model, draws: Draws, rounds: int) -> dict[str, Timing]:
    """What is worked out, for someone asked everything and someone asked little."""
    batch = Batch(model)
    found: dict[str, Timing] = {}
    for missing in (NONE_MISSING, FEW_ANSWERS):
        given = answers(batch, people(batch, 1, missing)[0])
        jobs = _jobs(model, draws, given, rounds)
        found |= {f"{name}, {len(given)} answers": timing for name, timing in take_turns(jobs, rounds).items()}
    return found


def _jobs(model: Model, draws: Draws, given: Answers, rounds: int) -> dict[str, Callable[[], object]]:
    fresh = [compile(model.knowledge, model.setting, draws=draws) for _ in range(rounds + 1)]
    findings = model.findings(given)
    result = model.differential(findings)
    first = result.top(1)[0]

    def everything(model: Model) -> None:
        result = model.differential(model.findings(given))
        model.explain(result, result.top(1)[0])
        model.next_questions(result.findings)

    return {
        "all of these, the first person after start-up": lambda: everything(fresh.pop()),
        "all of these, the same answers again": lambda: everything(model),
        "posterior with its interval": lambda: model.differential(findings),
        "explanation of the first cause": lambda: model.explain(result, first),
        # Fresh findings: the model remembers the questions of the last ones.
        "next questions": lambda: model.next_questions(model.findings(given)),
        "posterior alone": lambda: model.differential(findings, intervals=False),
    }


def commands(rounds: int) -> dict[str, Process]:
    """Whole processes, with Python alone and Python with NumPy for comparison."""
    cluneal = str(Path(sys.executable).with_name("cluneal"))
    return processes(
        {
            "`cluneal assess`, as text": [cluneal, "assess", str(EXAMPLE)],
            "`cluneal assess`, as JSON": [cluneal, "assess", "--format", "json", str(EXAMPLE)],
            "`cluneal --help`": [cluneal, "--help"],
            "`python -c 'import numpy'`": [sys.executable, "-c", "import numpy"],
            "`python -c pass`": [sys.executable, "-c", "pass"],
        },
        rounds,
    )
