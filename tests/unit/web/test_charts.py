"""The geometry of the drawings: as many dots as people, bars to the right side, views in their order."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluneal.web.charts import BAR_WIDTH, FULL_BAR, PEOPLE, TRACK_WIDTH, bar, people, scale_end, track

SHARES = st.floats(0, 1)


def dots(path: str) -> int:
    """Circles in a path; a dot with a hole is two of them."""
    return path.count("M")


@pytest.mark.parametrize(
    ("share", "low", "high", "full", "hole", "ring", "rest"),
    [
        (0.12, 0.05, 0.2, 5, 7, 8, 80),
        (0.004, 0.0001, 0.021, 0, 0, 2, 98),
        (1, 0.9, 1, 90, 10, 0, 0),
        # Rounding can leave the share outside its range: the share is what is filled.
        (0.3, 0.32, 0.28, 30, 0, 0, 70),
    ],
)
def test_dots_of_a_chance(share: float, low: float, high: float, full: int, hole: int, ring: int, rest: int) -> None:
    drawn = people(share, low, high)
    assert (dots(drawn.full), dots(drawn.hole) / 2, dots(drawn.ring), dots(drawn.rest)) == (full, hole, ring, rest)


@given(SHARES, SHARES, SHARES)
def test_there_are_always_a_hundred_people(share: float, low: float, high: float) -> None:
    drawn = people(share, low, high)
    assert dots(drawn.full) + dots(drawn.hole) // 2 + dots(drawn.ring) + dots(drawn.rest) == PEOPLE


def places(path: str) -> list[float]:
    """Where a bar starts and where it reaches."""
    return [float(one) for one in re.findall(r"[MHL]([\d.]+)", path)]


@given(st.floats(0.1, 10))
def test_for_goes_right_and_against_goes_as_far_left(weight: float) -> None:
    right, left = bar(weight), bar(-weight)
    assert (right.side, left.side) == ("for", "against")
    middle = BAR_WIDTH / 2
    reach = max(places(right.path)) - middle
    assert 0 < reach < middle
    assert middle - min(places(left.path)) == pytest.approx(reach, abs=0.11)


def test_a_longer_bar_weighs_more_and_a_tip_says_that_it_goes_on() -> None:
    short, longer, full, beyond = (max(places(bar(one).path)) for one in (0.3, 1.0, FULL_BAR, 3 * FULL_BAR))
    assert short < longer < full == beyond
    assert "L" in bar(3 * FULL_BAR).path
    assert "L" not in bar(FULL_BAR).path


def test_the_scale_holds_every_share() -> None:
    assert scale_end([0.17, 0.53, 0.84]) == 1.0
    assert scale_end([0.002, 0.009]) == 0.01
    assert scale_end([]) == 0.01


def test_three_views_stand_in_order_inside_the_track() -> None:
    drawn = track(0.05, 0.1, 0.3, 0.4)
    assert 0 < drawn.sceptic < drawn.chosen < drawn.guide < TRACK_WIDTH
    assert drawn.ends == (drawn.sceptic, drawn.guide)
