"""Which judgements matter most: how far a posterior moves when one of them moves within its own uncertainty."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from ..frozen import frozen
from ..knowledge.schema import Knowledge, Likelihood
from .model import LEVEL, Model, compile

# One standard deviation of the judgement's own Beta, either way.
SPREAD = 1.0


@frozen
class Judgement:
    """A judged likelihood (of a cause, or of `cause/form`) and the largest change that moving it causes."""

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
    that makes to the probability of the patient's cause or of the judged one.
    """
    setting = next(iter(knowledge.model.settings))
    model = compile(knowledge, setting, LEVEL)
    worst: dict[tuple[str, str], Judgement] = {}
    for patient in knowledge.causes.values():
        result = model.differential(dict.fromkeys(patient.textbook, True), intervals=False)
        for scored in result.scored:
            for place, cause, likelihood, states in _judged(model, scored.finding):
                low, high = bounds(likelihood)
                change = 0.0
                for p in (low, high):
                    ratio = p / likelihood.p if scored.present else (1 - p) / (1 - likelihood.p)
                    moved = _moved(result.states, states, ratio ** (model.power * scored.share))
                    for target in {cause, patient.id}:
                        after = sum(moved[i] for i in model.states_of[target])
                        change = max(change, abs(after - result.causes[target].probability))
                key = (place, scored.finding)
                if key not in worst or change > worst[key].change:
                    worst[key] = Judgement(place, scored.finding, likelihood.p, low, high, change)
    return sorted(worst.values(), key=lambda one: -one.change)[:most]


def bounds(likelihood: Likelihood) -> tuple[float, float]:
    """One standard deviation of the Beta below and above its mean, at most nine tenths of the way to 0 or 1."""
    deviation = SPREAD * math.sqrt(likelihood.p * (1 - likelihood.p) / (likelihood.weight + 1))
    return max(likelihood.p - deviation, likelihood.p / 10), min(likelihood.p + deviation, 1 - (1 - likelihood.p) / 10)


def _judged(model: Model, finding: str) -> Iterator[tuple[str, str, Likelihood, list[int]]]:
    """(where it stands, cause, likelihood, states that it speaks for) of every judged likelihood of a finding."""
    for cause in model.knowledge.causes.values():
        singles = [i for i in model.states_of[cause.id] if len(model.states[i].causes) == 1]
        own = {form_id: form.findings[finding] for form_id, form in cause.forms.items() if finding in form.findings}
        for form_id, likelihood in own.items():
            if likelihood.basis == "judgement":
                states = [i for i in singles if model.states[i].form == form_id]
                yield f"{cause.id}/{form_id}", cause.id, likelihood, states
        general = cause.findings.get(finding)
        if general and general.basis == "judgement":
            yield cause.id, cause.id, general, [i for i in singles if model.states[i].form not in own]


def _moved(posterior: Sequence[float], states: Sequence[int], factor: float) -> list[float]:
    """The posterior when `states` gain a factor."""
    moved = list(posterior)
    for i in states:
        moved[i] *= factor
    total = sum(moved)
    return [p / total for p in moved]
