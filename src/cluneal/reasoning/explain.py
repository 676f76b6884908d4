"""Why: which answers argue for and against a cause, by how much, on whose word."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ..frozen import frozen
from ..knowledge.schema import Knowledge, Likelihood
from .evidence import Contradiction, collect

if TYPE_CHECKING:
    from .differential import Differential
    from .model import Model

# A factor under 7 % either way is not worth a line.
SMALLEST_WEIGHT = 0.1
# Past these an answer that changes the order is too far-fetched to be worth a line.
MOST_TRIED = 25


@frozen
class Argument:
    """One answer's weight on a cause's odds against all others, in doublings: +1 doubles them, -1 halves them."""

    finding: str
    present: bool
    weight: float
    basis: str
    evidence: tuple[str, ...]


@frozen
class Explanation:
    """For and against, strongest first; what is missing; the one answer that would change the order."""

    cause: str
    supports: tuple[Argument, ...]
    opposes: tuple[Argument, ...]
    missing: tuple[str, ...]
    would_change_order: str | None


def explain(model: Model, result: Differential, cause: str) -> Explanation:
    """See `Model.explain`."""
    arguments = arguments_for(model, result)[cause]
    missing = [
        name
        for name in model.knowledge.causes[cause].findings
        if not result.findings.known(name)
        and not (result.findings.located and model.knowledge.findings[name].told_by_mark)
    ]
    missing.sort(key=lambda name: -_strength(model, cause, name))
    return Explanation(
        cause=cause,
        supports=tuple(one for one in arguments if one.weight > 0),
        opposes=tuple(one for one in arguments if one.weight < 0),
        missing=tuple(missing[:5]),
        would_change_order=_order_changer(model, result),
    )


def arguments_for(model: Model, result: Differential) -> Mapping[str, list[Argument]]:
    """Every cause's arguments, strongest first. The mark is the finding `mark`."""
    found: dict[str, list[Argument]] = {cause: [] for cause in model.causes}
    weights = model.prior_weights
    prior_of = {cause: sum(weights[i] for i in states) for cause, states in model.states_of.items()}
    for one in result.scored:
        for cause, log_ratio in _against_the_others(model, dict(model.ratios[one.finding].of(one.present)), prior_of):
            weight = model.power * one.share * log_ratio / math.log(2)
            if abs(weight) >= SMALLEST_WEIGHT:
                likelihood = likelihood_of(model.knowledge, cause, one.finding)
                found[cause].append(Argument(one.finding, one.present, weight, likelihood.basis, likelihood.evidence))
    site = model.site(result.findings.located)
    if site:
        for cause, log_ratio in _against_the_others(model, dict(enumerate(site)), prior_of):
            weight = model.power * log_ratio / math.log(2)
            if abs(weight) >= SMALLEST_WEIGHT:
                place = model.knowledge.causes[cause].pain_site
                found[cause].append(Argument("mark", True, weight, place.basis, place.evidence))
    for arguments in found.values():
        arguments.sort(key=lambda argument: -abs(argument.weight))
    return found


def likelihood_of(knowledge: Knowledge, cause: str, finding: str) -> Likelihood:
    """The number that speaks: the cause's own, or else the background's."""
    return knowledge.causes[cause].findings.get(finding) or knowledge.findings[finding].background


def _against_the_others(
    model: Model, ratios: Mapping[int, float], prior_of: Mapping[str, float]
) -> Iterable[tuple[str, float]]:
    """log of P(answer | cause takes part) / P(answer | it does not), states weighted by their prior."""
    weights = model.prior_weights
    gains = {i: weights[i] * (math.exp(ratio) - 1) for i, ratio in ratios.items()}
    everything = 1 + sum(gains.values())
    for cause, states in model.states_of.items():
        own = prior_of[cause] + sum(gains.get(i, 0.0) for i in states)
        yield cause, math.log(own / prior_of[cause]) - math.log((everything - own) / (1 - prior_of[cause]))


def _strength(model: Model, cause: str, name: str) -> float:
    p = model.knowledge.causes[cause].findings[name].p
    return abs(math.log(p / model.knowledge.findings[name].background.p))


def _order_changer(model: Model, result: Differential) -> str | None:
    """The most valuable unanswered finding one of whose answers would put another cause first; of the best few."""
    known = result.findings
    vocabulary = model.knowledge.findings
    candidates = [one.finding for one in model.next_questions(known) if one.finding in model.ratios]
    for name in candidates[:MOST_TRIED]:
        for present in (True, False):
            follows = vocabulary[name].implies or vocabulary[name].implies_absent
            if not follows and not could_lead(model, result, name, present):
                continue
            # Scored afresh: an answer brings what follows from it, and takes weight from others of its group.
            try:
                answers = collect(vocabulary, {**known.values, name: present}, located=known.located)
            except Contradiction:
                continue
            if model.differential(answers, intervals=False).top(1) != result.top(1):
                return name
    return None


def could_lead(model: Model, result: Differential, name: str, present: bool) -> bool:
    """Whether the answer puts another cause first when it counts in full: cheap, and true whenever it might.

    What follows from the answer is left out: see `Finding.implies`.
    """
    shares = {cause: share.probability for cause, share in result.causes.items()}
    for i, ratio in model.ratios[name].of(present):
        gain = result.states[i] * (math.exp(model.power * ratio) - 1)
        for cause in model.states[i].causes:
            shares[cause] += gain
    return max(shares, key=shares.__getitem__) != result.top(1)[0]
