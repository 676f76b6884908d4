"""The published patients, assessed: every figure of the clinical report, with and without the weakly confirmed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from cluneal.knowledge import load, load_draws
from cluneal.pathway import URGENCIES, Assessor, read_case

CASES = Path(__file__).parent / "cases"
# The cases carry ages, not dates, so the day they are assessed on changes nothing.
DAY = date(2026, 1, 1)
# What ordinary guidelines expect, as the least urgency that would have been safe.
EXPECTED = {"none": "none", "urgent": "within_two_weeks", "emergency": "emergency"}
BINS = 10


@dataclass(frozen=True, slots=True)
class Patient:
    """One published patient and what was made of the answers."""

    id: str
    cause: str
    also: tuple[str, ...]
    weak: bool
    expected: str
    urgency: str
    by_an_answer: str
    ranking: tuple[str, ...]
    probability: dict[str, float]

    @property
    def rank(self) -> int:
        """1 when the true cause came first."""
        return self.ranking.index(self.cause) + 1


def read(path: Path) -> dict[str, Any]:
    """One case file."""
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return data


def patients(prior: str = "level") -> list[Patient]:
    """Every open case through the same call as `cluneal assess`."""
    knowledge = load()
    rules = knowledge.redflags
    assessor = Assessor(knowledge, load_draws(), prior)
    found = []
    for path in sorted(CASES.glob("*.yaml")):
        data = read(path)
        case = read_case(data["case"], tuple(knowledge.model.settings), DAY)
        answer = assessor.assess(case, DAY)
        rows = answer["differential"]
        found.append(
            Patient(
                id=data["id"],
                cause=data["cause"],
                also=tuple(data.get("also") or ()),
                weak=data["confirmation"] == "weak",
                expected=EXPECTED[data["expected_urgency"]],
                urgency=answer["triage"]["urgency"],
                by_an_answer=next(
                    (one["urgency"] for one in answer["triage"]["fired"] if not rules[one["rule"]].unless_known), "none"
                ),
                ranking=tuple(row["cause"] for row in rows),
                probability={row["cause"]: row["probability"] for row in rows},
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Figures:
    """What the series shows. Shares are (count, of)."""

    first: tuple[int, int]
    first_three: tuple[int, int]
    cluneal_in_three: tuple[int, int]
    cluneal_first_wrongly: tuple[int, int]
    emergencies_met: tuple[int, int]
    emergencies_same_day: tuple[int, int]
    urgent_met: tuple[int, int]
    urgent_met_by_an_answer: tuple[int, int]
    harmless_alarmed: tuple[int, int]
    log_loss: float
    calibration_error: float


def figures(series: Sequence[Patient]) -> Figures:
    """Every figure of the report."""
    cluneal = {cause.id for cause in load().causes.values() if cause.family == "cluneal"}

    def share(of: Iterable[Patient], holds: Any) -> tuple[int, int]:
        group = list(of)
        return sum(bool(holds(one)) for one in group), len(group)

    def at_least(one: Patient, urgency: str) -> bool:
        return URGENCIES.index(one.urgency) <= URGENCIES.index(urgency)

    others = [one for one in series if not cluneal & {one.cause, *one.also}]
    return Figures(
        first=share(series, lambda one: one.rank == 1),
        first_three=share(series, lambda one: one.rank <= 3),
        cluneal_in_three=share(
            (one for one in series if one.cause in cluneal), lambda one: cluneal & set(one.ranking[:3])
        ),
        cluneal_first_wrongly=share(others, lambda one: one.ranking[0] in cluneal),
        emergencies_met=share(
            (one for one in series if one.expected == "emergency"), lambda one: at_least(one, "emergency")
        ),
        emergencies_same_day=share(
            (one for one in series if one.expected == "emergency"), lambda one: at_least(one, "same_day")
        ),
        urgent_met=share(
            (one for one in series if one.expected == "within_two_weeks"),
            lambda one: at_least(one, "within_two_weeks"),
        ),
        urgent_met_by_an_answer=share(
            (one for one in series if one.expected == "within_two_weeks"),
            lambda one: URGENCIES.index(one.by_an_answer) <= URGENCIES.index("within_two_weeks"),
        ),
        harmless_alarmed=share(
            (one for one in series if one.expected == "none"), lambda one: at_least(one, "same_day")
        ),
        log_loss=-sum(math.log(max(one.probability[one.cause], 1e-9)) for one in series) / len(series),
        calibration_error=calibration_error(series),
    )


def calibration_error(series: Sequence[Patient]) -> float:
    """Expected calibration error of the first-ranked cause over ten equal bins."""
    bins: list[list[Patient]] = [[] for _ in range(BINS)]
    for one in series:
        top = one.probability[one.ranking[0]]
        bins[min(int(top * BINS), BINS - 1)].append(one)
    total = 0.0
    for group in bins:
        if group:
            claimed = sum(one.probability[one.ranking[0]] for one in group) / len(group)
            right = sum(one.rank == 1 for one in group) / len(group)
            total += len(group) * abs(claimed - right)
    return total / len(series)
