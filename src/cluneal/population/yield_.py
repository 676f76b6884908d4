"""How many of the people in a queue have it: what the model expects, and the range that the count may fall in.

Two things are uncertain. The numbers of the model: each draw is one way they may be, the same for everybody in the
queue. And chance: with all numbers known, who has it is still not. The range holds both, so it is one for a count and
not for a mean.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..frozen import frozen
from ..reasoning.batch import Reals
from ..reasoning.intervals import quantile

SEED = 1
# Enough that the ends of a range move by less than half a person from one seed to another.
FEWEST_COUNTS = 10_000
MOST_AT_ONCE = 2_000_000


@frozen
class Yield:
    """Of `people`, how many are expected to have it, and the range of the count, under one prior."""

    prior: str
    people: int
    expected: float
    low: float
    high: float


def expected_yield(prior: str, chances: Reals, drawn: Reals, interval: Sequence[float]) -> Yield:
    """The yield of the people given.

    Args:
        prior: its name.
        chances: shape (people,), at the mean of the parameters.
        drawn: shape (people, draws).
        interval: the two quantiles of the range.
    """
    counts = sorted(_counts(drawn).tolist())
    low, high = (quantile(counts, q) for q in interval)
    expected = float(chances.sum())
    return Yield(prior, len(chances), expected, min(low, expected), max(high, expected))


def _counts(drawn: Reals) -> Reals:
    """How many of the people have it, several times in every draw. The same from run to run."""
    random = np.random.default_rng(SEED)
    people, draws = drawn.shape
    if not people:
        return np.zeros(1)
    repeats = -(-FEWEST_COUNTS // draws)
    at_once = max(1, MOST_AT_ONCE // (draws * repeats))
    total = np.zeros((repeats, draws))
    for start in range(0, people, at_once):
        some = drawn[start : start + at_once].T
        total += (random.random((repeats, *some.shape)) < some).sum(axis=-1)
    return total.ravel()
