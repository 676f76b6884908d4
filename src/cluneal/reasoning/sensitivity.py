"""Which judgements matter most: how far a posterior moves when one of them moves within its own uncertainty."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ..frozen import frozen
from ..knowledge.schema import Knowledge, Likelihood
from .evidence import collect
from .model import LEVEL, Model, compile

# One standard deviation of the judgement's own Beta, either way.
SPREAD = 1.0


@frozen
class Judgement:
    """A judged likelihood and the largest change in a posterior that moving it causes."""

    cause: str
    finding: str
    p: float
    low: float
    high: float
    change: float


def judgements_that_matter(knowledge: Knowledge, most: int) -> list[Judgement]:
    """The judged likelihoods that change a posterior most, largest first.

    For each cause's textbook patient (its textbook findings present) under the level prior, each judged likelihood of
    an answered finding is moved one standard deviation of its Beta either way; the change is the largest difference
    that makes to that cause's or the judged cause's own probability.
    """
    setting = next(iter(knowledge.model.settings))
    model = compile(knowledge, setting, LEVEL)
    worst: dict[tuple[str, str], Judgement] = {}
    for patient in knowledge.causes.values():
        answers = collect(knowledge.findings, dict.fromkeys(patient.textbook, True))
        result = model.differential(answers, intervals=False)
        for scored in result.scored:
            for cause, likelihood in _judged(knowledge, scored.finding):
                key = (cause, scored.finding)
                low, high = bounds(likelihood)
                weight = model.power * scored.share
                change = max(
                    abs(_moved(model, result.states, key, target, math.log(p / likelihood.p) * weight) - before)
                    for p in (low, high)
                    for target in {cause, patient.id}
                    for before in (result.causes[target].probability,)
                )
                if key not in worst or change > worst[key].change:
                    worst[key] = Judgement(cause, scored.finding, likelihood.p, low, high, change)
    return sorted(worst.values(), key=lambda one: -one.change)[:most]


def bounds(likelihood: Likelihood) -> tuple[float, float]:
    """One standard deviation of the Beta below and above its mean, kept inside (0, 1)."""
    deviation = SPREAD * math.sqrt(likelihood.p * (1 - likelihood.p) / (likelihood.weight + 1))
    return max(likelihood.p - deviation, likelihood.p / 10), min(likelihood.p + deviation, 1 - (1 - likelihood.p) / 10)


def _judged(knowledge: Knowledge, finding: str) -> Iterator[tuple[str, Likelihood]]:
    for cause in knowledge.causes.values():
        likelihood = cause.findings.get(finding)
        if likelihood and likelihood.basis == "judgement":
            yield cause.id, likelihood


def _moved(model: Model, states: tuple[float, ...], judged: tuple[str, str], target: str, log_change: float) -> float:
    """The target's probability when the judged (cause, finding) gains `log_change` where the cause stands alone.

    Forms with a number of their own stay as they are. Pairs do too: they carry little of a textbook patient.
    """
    cause, finding = judged
    forms = model.knowledge.causes[cause].forms
    factor = math.exp(log_change)
    moved = [
        p * factor if state.causes == (cause,) and not (state.form and finding in forms[state.form].findings) else p
        for p, state in zip(states, model.states, strict=True)
    ]
    return sum(moved[i] for i in model.states_of[target]) / sum(moved)
