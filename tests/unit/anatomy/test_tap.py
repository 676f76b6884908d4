"""A tap, the mark that it becomes, and where that is drawn: there and back on bodies of every size."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluneal.anatomy import Body, in_words, locate
from cluneal.anatomy.tap import tap_of, tapped
from cluneal.knowledge import load
from cluneal.knowledge.schema import Anatomy

BODIES = [Body(), Body(height_cm=150), Body(height_cm=195), Body(psis_distance_mm=110)]


@pytest.mark.parametrize("body", BODIES, ids=str)
def test_a_grid_of_taps_is_drawn_where_it_was_tapped_and_left_stays_left(body: Body, anatomy: Anatomy) -> None:
    # A mark is kept to the millimetre of the real body.
    rounding = 0.5 / body.scale(anatomy) + 1e-9
    for px in range(-175, 176, 25):
        for py in range(-225, 226, 25):
            mark = tapped(px, py, anatomy, body)
            located = locate(mark, anatomy, body)
            assert tap_of(located) == pytest.approx((px, py), abs=rounding)
            assert mark.side == ("midline" if px == 0 else "left" if px < 0 else "right")
            words = in_words(located, anatomy)
            if px:
                assert f"{'left' if px < 0 else 'right'} of the spine" in words
                assert f"about {round(abs(px) * body.scale(anatomy) / 5) / 2:g} cm" in words
            else:
                assert words.startswith("in the middle of the spine")


@given(px=st.floats(-2000, 2000), py=st.floats(-2000, 2000), body=st.sampled_from(BODIES))
def test_a_tap_anywhere_lies_on_the_map(px: float, py: float, body: Body) -> None:
    anatomy = load().anatomy
    located = locate(tapped(px, py, anatomy, body), anatomy, body)
    low, high = anatomy.frame.y_extent
    assert located.x <= anatomy.frame.x_extent[1]
    assert low <= located.y <= high


def test_beside_the_spine_is_the_middle_as_the_words_say(anatomy: Anatomy) -> None:
    near, off = tapped(4, 0, anatomy, Body()), tapped(6, 0, anatomy, Body())
    assert (near.side, near.x_mm) == ("midline", 0)
    assert (off.side, off.x_mm) == ("right", 6)


def test_the_same_tap_is_more_millimetres_on_a_taller_body(anatomy: Anatomy) -> None:
    short, tall = (tapped(84, -42, anatomy, Body(height_cm=height)) for height in (150, 195))
    assert (short.x_mm, short.y_mm) == (75, 38)
    assert (tall.x_mm, tall.y_mm) == (98, 49)
