"""Chances said in whole people: never a bare percentage under one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluneal.pathway import frequency, in_people
from cluneal.reasoning import Share


@pytest.mark.parametrize(
    ("probability", "low", "high", "said"),
    [
        (0.123, 0.05, 0.2, "about 12 in 100; the studies allow 5 to 20"),
        (0.01, 0.004, 0.03, "about 1 in 100; the studies allow 0 to 3"),
        (0.0062, 0.001, 0.02, "about 6 in 1,000; the studies allow 1 to 20"),
        (0.0004, 0.0001, 0.001, "about 4 in 10,000; the studies allow 1 to 10"),
        (0.00001, 0, 0.0001, "fewer than 1 in 10,000; the studies allow 0 to 1"),
        (1, 0.9, 1, "about 100 in 100; the studies allow 90 to 100"),
    ],
)
def test_a_chance_in_people(probability: float, low: float, high: float, said: str) -> None:
    assert in_people(Share(probability, low, high)) == said


@given(st.floats(0, 1))
def test_nobody_reads_about_nought(probability: float) -> None:
    said = in_people(Share(probability, 0, 1))
    assert not said.startswith("about 0")
    assert "%" not in said


def test_without_a_range_none_is_said() -> None:
    people = frequency(0.0062)
    assert (people.count, people.base, people.low, people.high) == (6, 1000, None, None)
    assert frequency(0).base == 100
