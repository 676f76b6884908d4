"""The expected yield: against exact sums, and how often its range holds the truth when the model is right."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from cluneal.population.yield_ import expected_yield

INTERVAL = (0.05, 0.95)


def exact(p: np.ndarray, interval: tuple[float, float]) -> tuple[float, float]:
    """Quantiles of the count by writing out every way the people may be; for one set of chances."""
    pmf = np.zeros(len(p) + 1)
    for truth in product((0, 1), repeat=len(p)):
        pmf[sum(truth)] += np.prod([one if true else 1 - one for one, true in zip(p, truth, strict=True)])
    cumulative = pmf.cumsum()
    low, high = (int(np.searchsorted(cumulative, q)) for q in interval)
    return low, high


@pytest.mark.parametrize("seed", range(5))
def test_the_range_is_that_of_every_way_the_people_may_be(seed: int) -> None:
    p = np.random.default_rng(seed).uniform(0.05, 0.6, 9)
    found = expected_yield("chosen", p, np.repeat(p[:, None], 64, axis=1), INTERVAL)
    low, high = exact(p, INTERVAL)
    assert found.expected == pytest.approx(p.sum())
    assert abs(found.low - low) <= 1
    assert abs(found.high - high) <= 1


def test_the_range_holds_the_truth_nine_times_in_ten_when_the_model_is_right() -> None:
    random = np.random.default_rng(11)
    held = 0
    for _ in range(300):
        # The truth is one of the draws: the parameters are as uncertain as the model says.
        level = random.normal(-2, 0.7, 128)
        drawn = 1 / (1 + np.exp(-(level[None, :] + random.normal(0, 0.5, 40)[:, None])))
        truth = (random.random(40) < drawn[:, random.integers(128)]).sum()
        found = expected_yield("chosen", drawn.mean(axis=1), drawn, INTERVAL)
        held += bool(found.low <= truth <= found.high)
    # A count is whole, so the range holds a little more than nine in ten.
    assert 0.87 <= held / 300 <= 0.98


def test_uncertain_numbers_widen_the_range() -> None:
    sure = np.full((40, 100), 0.2)
    unsure = np.tile(np.linspace(0.01, 0.39, 100), (40, 1))
    narrow, wide = (expected_yield("chosen", one.mean(axis=1), one, INTERVAL) for one in (sure, unsure))
    assert narrow.expected == pytest.approx(wide.expected)
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low) - 2


def test_the_same_queue_has_the_same_range() -> None:
    drawn = np.random.default_rng(1).random((300, 64)) / 4
    first, second = (expected_yield("guide", drawn.mean(axis=1), drawn, INTERVAL) for _ in range(2))
    assert (first.low, first.high) == (second.low, second.high)


def test_nobody_yields_nothing() -> None:
    found = expected_yield("chosen", np.empty(0), np.empty((0, 64)), INTERVAL)
    assert (found.people, found.expected, found.low, found.high) == (0, 0, 0, 0)
