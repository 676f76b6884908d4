"""The posterior of one person, in pure Python, with its interval from draws of every parameter."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..frozen import frozen
from .evidence import Findings, Scored, score
from .intervals import intervals_of

if TYPE_CHECKING:
    from .model import Model


@frozen
class Share:
    """The probability that something takes part, and the interval that the studies allow."""

    probability: float
    low: float
    high: float


@frozen
class Differential:
    """Every cause, most probable first, and "none of these, or cannot tell".

    `states` is the posterior of the model's states, in the model's order; `scored` are the answers that counted.
    """

    causes: dict[str, Share]
    cannot_tell: Share
    states: tuple[float, ...]
    scored: tuple[Scored, ...]
    findings: Findings

    def top(self, count: int = 3) -> tuple[str, ...]:
        """Ids of the most probable causes."""
        return tuple(self.causes)[:count]


def differential(model: Model, findings: Findings, intervals: bool) -> Differential:
    """See `Model.differential`. Without intervals, low and high are the probability itself."""
    scored = score(findings, model.knowledge.findings, model.knowledge.groups, model.ratios)
    site = model.site(findings.located)
    posterior = normalise(log_weights(model, scored, site))
    marginals = marginal(model, posterior)
    bounds = intervals_of(model, scored, site) if intervals else {}

    def share(name: str, p: float) -> Share:
        low, high = bounds.get(name, (p, p))
        # The point is the posterior at the mean parameters; it may lie just outside a narrow skewed interval.
        return Share(p, min(low, p), max(high, p))

    ranked = sorted(model.causes, key=lambda cause: -marginals[cause])
    return Differential(
        causes={cause: share(cause, marginals[cause]) for cause in ranked},
        cannot_tell=share("", posterior[-1]),
        states=tuple(posterior),
        scored=tuple(scored),
        findings=findings,
    )


def log_weights(model: Model, scored: Sequence[Scored], site: Sequence[float]) -> list[float]:
    """Unnormalised log posterior of every state."""
    logs = [state.log_prior for state in model.states]
    for one in scored:
        weight = model.power * one.share
        for i, ratio in model.ratios[one.finding].of(one.present):
            logs[i] += weight * ratio
    for i, ratio in enumerate(site):
        logs[i] += model.power * ratio
    return logs


def normalise(logs: Sequence[float]) -> list[float]:
    """Probabilities that sum to 1, from logs of any size."""
    top = max(logs)
    weights = [math.exp(one - top) for one in logs]
    total = sum(weights)
    return [weight / total for weight in weights]


def marginal(model: Model, posterior: Sequence[float]) -> dict[str, float]:
    """Per cause, the probability that it takes part: alone, in one of its forms, or in a pair."""
    return {cause: sum(posterior[i] for i in states) for cause, states in model.states_of.items()}
