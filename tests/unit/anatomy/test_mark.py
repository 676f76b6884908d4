"""Where a mark lies in the frame, and how exactly that is known."""

import re

import pytest

from cluneal.anatomy import BadMark, Body, Mark, locate
from cluneal.knowledge.schema import Anatomy


def test_a_tap_on_the_reference_body_stays_where_it_is(anatomy: Anatomy) -> None:
    located = locate(Mark("right", 70, 45), anatomy)
    assert (located.side, located.x, located.y, located.scale) == ("right", 70, 45, 1)
    assert located.sd_x == located.sd_y == anatomy.frame.tap_sd_mm
    assert located.surface == "posterior"


def test_a_taller_body_shrinks_onto_the_map_by_its_height(anatomy: Anatomy) -> None:
    twice = Body(height_cm=2 * anatomy.frame.reference_height_cm)
    located = locate(Mark("left", 140, 90, error_mm=30), anatomy, twice)
    assert (located.x, located.y, located.sd_x, located.sd_y) == (70, 45, 15, 15)


def test_a_measured_distance_between_the_dimples_beats_the_height(anatomy: Anatomy) -> None:
    body = Body(height_cm=190, psis_distance_mm=anatomy.frame.reference_psis_distance_mm * 1.25)
    assert body.scale(anatomy) == pytest.approx(1.25)
    assert locate(Mark("left", 50, 0), anatomy, body).x == pytest.approx(40)


def test_a_tape_is_sharper_than_a_tap_and_a_stated_error_beats_both(anatomy: Anatomy) -> None:
    tap = locate(Mark("left", 70, 45), anatomy)
    tape = locate(Mark("left", 70, 45, measured=True), anatomy)
    stated = locate(Mark("left", 70, 45, error_mm=4, measured=True), anatomy)
    assert stated.sd_x == 4 < tape.sd_x < tap.sd_x


def test_left_stays_left_and_a_minus_sign_only_repeats_it(anatomy: Anatomy) -> None:
    located = locate(Mark("left", -70, 45), anatomy)
    assert (located.side, located.x) == ("left", 70)


def test_a_region_alone_gives_its_centre_spread_and_surface(anatomy: Anatomy) -> None:
    groin = next(one for one in anatomy.regions if one.id == "groin")
    located = locate(Mark("right", region="groin"), anatomy)
    assert (located.x, located.y, located.sd_x, located.sd_y) == (groin.x, groin.y, groin.sd_x, groin.sd_y)
    assert located.surface == "anterior"
    assert locate(Mark(region="thigh"), anatomy).surface is None


def test_a_region_fills_in_the_height_of_a_distance_from_the_spine(anatomy: Anatomy) -> None:
    rim = next(one for one in anatomy.regions if one.id == "iliac_crest")
    located = locate(Mark("right", x_mm=65, region="iliac_crest"), anatomy)
    assert (located.x, located.sd_x) == (65, anatomy.frame.tap_sd_mm)
    assert (located.y, located.sd_y) == (rim.y, rim.sd_y)


@pytest.mark.parametrize(
    ("mark", "field", "fix"),
    [
        (Mark("up", 70, 45), "mark.side", "left, right, both, midline"),
        (Mark("left", 70, 45, region="iliac_crst"), "mark.region", "iliac_crest"),
        (Mark("left"), "mark", "give x_mm and y_mm, or a region"),
        (Mark("left", x_mm=70), "mark.y_mm", "add a region"),
        (Mark("left", y_mm=45), "mark.x_mm", "add a region"),
        (Mark("left", 300, 45), "mark.x_mm", "0 to 180 mm"),
        (Mark("left", 70, 500), "mark.y_mm", "-650 to 230 mm"),
        (Mark("left", float("nan"), 45), "mark.x_mm", "0 to 180 mm"),
        (Mark("midline", 60, 45), "mark.side", "use left or right"),
    ],
)
def test_a_bad_mark_names_the_field_and_the_fix(mark: Mark, field: str, fix: str, anatomy: Anatomy) -> None:
    with pytest.raises(BadMark, match=re.escape(fix)) as caught:
        locate(mark, anatomy)
    assert str(caught.value).startswith(f"{field}:")


def test_the_edge_of_the_map_is_told_in_the_person_s_own_millimetres(anatomy: Anatomy) -> None:
    with pytest.raises(BadMark, match="0 to 360 mm"):
        locate(Mark("left", 400, 0), anatomy, Body(height_cm=2 * anatomy.frame.reference_height_cm))
