"""Intervals by Monte-Carlo draws: every uncertain number is drawn, and the whole posterior is worked out each time.

Pure Python, and the same draws on every door. Only the answered findings are looked at.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from .evidence import Scored

if TYPE_CHECKING:
    from .model import Model, State

Row = Sequence[float]


def intervals_of(model: Model, scored: Sequence[Scored], site: Sequence[float]) -> dict[str, tuple[float, float]]:
    """(low, high) of every cause's marginal; "" is "none of these, or cannot tell"."""
    rows = [list(row) for row in prior_rows(model)]
    for one in scored:
        weight = model.power * one.share
        for i, ratios in finding_rows(model, one.finding, one.present):
            rows[i] = [log + weight * ratio for log, ratio in zip(rows[i], ratios, strict=True)]
    for i, ratio in enumerate(site):
        rows[i] = [log + model.power * ratio for log in rows[i]]
    exp = math.exp
    # One shift for all keeps exp in range; ratios against the background are moderate.
    top = max(max(row) for row in rows)
    weights = [[exp(log - top) for log in row] for row in rows]
    totals = [sum(column) or 1e-300 for column in zip(*weights, strict=True)]
    low, high = model.knowledge.model.interval
    bounds = {}
    for cause, states in model.states_of.items():
        sums = (
            weights[states[0]]
            if len(states) == 1
            else [sum(c) for c in zip(*(weights[i] for i in states), strict=True)]
        )
        shares = sorted([one / total for one, total in zip(sums, totals, strict=True)])
        bounds[cause] = (quantile(shares, low), quantile(shares, high))
    shares = sorted([one / total for one, total in zip(weights[-1], totals, strict=True)])
    bounds[""] = (quantile(shares, low), quantile(shares, high))
    return bounds


def quantile(ordered: Sequence[float], q: float) -> float:
    """Linear between order statistics (Hyndman and Fan's type 7, NumPy's default)."""
    at = q * (len(ordered) - 1)
    below = int(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (at - below) * (ordered[above] - ordered[below])


def prior_rows(model: Model) -> Sequence[Row]:
    """Log prior of every state in every draw. A prior that is not the chosen one is a stated value: not drawn."""
    known = model._memo.get("prior")
    if known is None:
        known = model._memo["prior"] = list(_prior_rows(model))
    return known


def _prior_rows(model: Model) -> Iterator[Row]:
    from .model import CHOSEN, prior_of

    knowledge, draws = model.knowledge, model.draws
    count = draws.count
    causes = knowledge.causes
    main = {
        name: list(draws.of(f"prior/{model.setting}/{name}"))
        if model.prior == CHOSEN
        else [prior_of(cause, model.setting, model.prior, len(causes))] * count
        for name, cause in causes.items()
    }
    totals = [sum(column) for column in zip(*main.values(), strict=True)]
    left = 1 - knowledge.model.cannot_tell
    pairs: dict[tuple[str, ...], list[float]] = {}
    for name, cause in causes.items():
        odds = {other: [p / (1 - p) for p in draws.of(f"partner/{name}/{other}")] for other in cause.coexists_with}
        sums = [sum(column) for column in zip(*odds.values(), strict=True)] if odds else [0.0] * count
        alone = [p / t * left / (1 + o) for p, t, o in zip(main[name], totals, sums, strict=True)]
        pairs[(name,)] = alone
        for other, odd in odds.items():
            pair = (name, other) if name < other else (other, name)
            weight = [a * o for a, o in zip(alone, odd, strict=True)]
            pairs[pair] = [a + b for a, b in zip(pairs[pair], weight, strict=True)] if pair in pairs else weight
    for state in model.states:
        if not state.causes:
            yield [state.log_prior] * count
            continue
        share = causes[state.causes[0]].forms[state.form].share if state.form else 1.0
        yield [math.log(weight * share) for weight in pairs[state.causes]]


def finding_rows(model: Model, finding: str, present: bool) -> list[tuple[int, Row]]:
    """(state index, log ratio in every draw) for the states that one answer concerns."""
    key = (finding, present)
    known = model._memo.get(key)
    if known is None:
        known = model._memo[key] = [
            _log_ratios(model, model.states[i], finding, present) for i, _ in model.ratios[finding].of(present)
        ]
    return [(i, row) for (i, _), row in zip(model.ratios[finding].of(present), known, strict=True)]


def _log_ratios(model: Model, state: State, finding: str, present: bool) -> Row:
    background = model.draws.of(finding)
    drawn = _drawn(model, state, finding, background)
    log = math.log
    if present:
        return [log(p / b) for p, b in zip(drawn, background, strict=True)]
    return [log((1 - p) / (1 - b)) for p, b in zip(drawn, background, strict=True)]


def _drawn(model: Model, state: State, finding: str, background: Row) -> Row:
    from .model import noisy_or

    causes, draws = model.knowledge.causes, model.draws

    def of(cause: str) -> Row:
        return draws.of(f"{cause}/{finding}") if finding in causes[cause].findings else background

    if not state.causes:
        return [sum(column) / len(causes) for column in zip(*(of(cause) for cause in causes), strict=True)]
    if state.form is not None and finding in causes[state.causes[0]].forms[state.form].findings:
        return draws.of(f"{state.causes[0]}/{state.form}/{finding}")
    if len(state.causes) == 1:
        return of(state.causes[0])
    first, second = of(state.causes[0]), of(state.causes[1])
    # A draw of the background next to 1 may exceed what noisy-OR allows; the result stays a probability.
    return [min(max(noisy_or(p, q, b), 1e-6), 1 - 1e-6) for p, q, b in zip(first, second, background, strict=True)]
