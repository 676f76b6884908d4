"""Intervals by Monte-Carlo draws: every uncertain number is drawn, and the whole posterior is worked out each time.

Pure Python, and the same draws on every door. Rows hold one number a draw, and the loops run inside `map`, `sum` and
`prod`: half the time of comprehensions, which is the difference between 10 ms and 5 for one person.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import repeat
from operator import truediv
from typing import TYPE_CHECKING

from .evidence import Scored

if TYPE_CHECKING:
    from .model import Model, State

Row = Sequence[float]
NEAREST_TO_CERTAIN = 1e-6
TINIEST = 1e-300


def intervals_of(model: Model, scored: Sequence[Scored], site: Sequence[float]) -> dict[str, tuple[float, float]]:
    """(low, high) of every cause's marginal; "" is "none of these, or cannot tell"."""
    weights, totals = _weights(model, scored, site)
    low, high = model.knowledge.model.interval
    bounds = {}
    for name, states in (*model.states_of.items(), ("", (len(weights) - 1,))):
        sums = weights[states[0]] if len(states) == 1 else map(sum, zip(*(weights[i] for i in states), strict=True))
        shares = sorted(map(truediv, sums, totals))
        bounds[name] = (quantile(shares, low), quantile(shares, high))
    return bounds


def _weights(model: Model, scored: Sequence[Scored], site: Sequence[float]) -> tuple[list[Row], Row]:
    """Unnormalised posterior of every state in every draw (prior times every answer's powered ratio), and the sums."""
    factors: list[list[Row]] = [[row] for row in model.prior_rows]
    for one in scored:
        for i, row in powered_rows(model, one.finding, one.present, model.power * one.share):
            factors[i].append(row)
    for i, ratio in enumerate(site):
        factors[i].append([math.exp(model.power * ratio)] * len(factors[i][0]))
    weights = [rows[0] if len(rows) == 1 else list(map(math.prod, zip(*rows, strict=True))) for rows in factors]
    totals = list(map(sum, zip(*weights, strict=True)))
    if min(totals) > 0 and max(totals) < math.inf:
        return weights, totals
    weights = _shifted(factors)
    return weights, list(map(sum, zip(*weights, strict=True)))


def _shifted(factors: Sequence[Sequence[Row]]) -> list[Row]:
    """The same by logs, for so many extreme answers that a product would overflow or vanish."""
    logs = [[sum(math.log(max(f, TINIEST)) for f in column) for column in zip(*rows, strict=True)] for rows in factors]
    tops = list(map(max, zip(*logs, strict=True)))
    return [[math.exp(log - top) for log, top in zip(row, tops, strict=True)] for row in logs]


def quantile(ordered: Sequence[float], q: float) -> float:
    """Linear between order statistics (Hyndman and Fan's type 7, NumPy's default)."""
    at = q * (len(ordered) - 1)
    below = int(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (at - below) * (ordered[above] - ordered[below])


def drawn_priors(model: Model) -> Iterator[Row]:
    """Prior of every state in every draw.

    A prior that is not the chosen one is somebody's stated value: it is not drawn.
    """
    from .model import CHOSEN, main_shares

    knowledge, draws = model.knowledge, model.draws
    count = draws.count
    causes = knowledge.causes
    if model.prior == CHOSEN:
        main = {name: list(draws.of(f"prior/{model.setting}/{name}")) for name in causes}
    else:
        shares = main_shares(knowledge, model.setting, model.prior)
        main = {name: [share] * count for name, share in shares.items()}
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
            yield [math.exp(state.log_prior)] * count
            continue
        share = causes[state.causes[0]].forms[state.form].share if state.form else 1.0
        yield [weight * share for weight in pairs[state.causes]]


def powered_rows(model: Model, finding: str, present: bool, weight: float) -> list[tuple[int, Row]]:
    """(state index, ratio to the power `weight` in every draw) for the states that one answer concerns."""
    key = (finding, present, weight)
    known = model.powered.get(key)
    if known is None:
        background = model.draws.of(finding)
        known = model.powered[key] = [
            (i, _powered(_drawn(model, model.states[i], finding, background), background, present, weight))
            for i, _ in model.ratios[finding].of(present)
        ]
    return known


def _powered(drawn: Row, background: Row, present: bool, weight: float) -> Row:
    if present:
        ratios = map(truediv, drawn, background)
    else:
        ratios = map(truediv, [1 - p for p in drawn], [1 - b for b in background])
    return list(map(math.pow, ratios, repeat(weight)))


def _drawn(model: Model, state: State, finding: str, background: Row) -> Row:
    """P(finding | state) in every draw."""
    causes, draws = model.knowledge.causes, model.draws

    def of(cause: str) -> Row:
        return draws.of(f"{cause}/{finding}") if finding in causes[cause].findings else background

    if not state.causes:
        return [sum(column) / len(causes) for column in zip(*map(of, causes), strict=True)]
    if state.form is not None and finding in causes[state.causes[0]].forms[state.form].findings:
        return draws.of(f"{state.causes[0]}/{state.form}/{finding}")
    if len(state.causes) == 1:
        return of(state.causes[0])
    return [_noisy_or(p, q, b) for p, q, b in zip(of(state.causes[0]), of(state.causes[1]), background, strict=True)]


def _noisy_or(p: float, q: float, background: float) -> float:
    """`model.noisy_or`, kept away from 0 and 1: a draw of the background may exceed what it allows."""
    either = 1 - (1 - p) * (1 - q) / (1 - background)
    lower = p if p < q else q
    if either < lower:
        either = lower
    return 1 - NEAREST_TO_CERTAIN if either > 1 - NEAREST_TO_CERTAIN else either
