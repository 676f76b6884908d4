"""How a place argues for one cause and against another, and why one tap never decides."""

import math
from dataclasses import replace

import pytest

from cluneal.anatomy import Mark, locate, site_log_ratios
from cluneal.anatomy.site import density
from cluneal.knowledge.schema import Knowledge


def ratios(mark: Mark, knowledge: Knowledge) -> dict[str, float]:
    located = locate(mark, knowledge.anatomy)
    return site_log_ratios(located, knowledge.anatomy, knowledge.causes.values(), knowledge.model.reference_cause)


def test_the_rim_of_the_pelvis_favours_the_upper_nerve_over_the_joint(knowledge: Knowledge) -> None:
    found = ratios(Mark("right", 72, 46, measured=True), knowledge)
    assert found["scn_entrapment"] > found["sacroiliac_joint"] + math.log(2)


def test_the_midline_favours_the_disc_over_the_upper_nerve(knowledge: Knowledge) -> None:
    found = ratios(Mark("midline", 0, 50, measured=True), knowledge)
    assert found["lumbar_discogenic"] > found["scn_entrapment"] + math.log(2)


def test_below_the_dimple_favours_the_middle_nerve_over_the_upper_one(knowledge: Knowledge) -> None:
    found = ratios(Mark("left", 40, -33, measured=True), knowledge)
    assert found["mcn_entrapment"] > found["scn_entrapment"]


def test_a_vaguer_mark_says_less(knowledge: Knowledge) -> None:
    sharp = ratios(Mark("left", 72, 46, error_mm=8), knowledge)
    vague = ratios(Mark("left", 72, 46, error_mm=60), knowledge)
    apart = "scn_entrapment", "sacroiliac_joint"
    assert 0 < vague[apart[0]] - vague[apart[1]] < sharp[apart[0]] - sharp[apart[1]]


def test_cap_and_floor_hold_and_are_reached(knowledge: Knowledge) -> None:
    frame = knowledge.anatomy.frame
    low, high = math.log(frame.site_ratio_floor), math.log(frame.site_ratio_cap)
    found = [
        value
        for x in range(0, 180, 20)
        for y in range(-220, 230, 30)
        for value in ratios(Mark("left", x, y, error_mm=2), knowledge).values()
    ]
    assert min(found) == low
    assert max(found) == high


def test_the_reference_cause_is_neither_favoured_nor_disfavoured(knowledge: Knowledge) -> None:
    assert ratios(Mark("left", 90, -20), knowledge)[knowledge.model.reference_cause] == 0


def test_left_and_right_are_the_same(knowledge: Knowledge) -> None:
    assert ratios(Mark("left", 72, 46), knowledge) == ratios(Mark("right", 72, 46), knowledge)


def test_a_mark_at_the_front_speaks_for_causes_that_hurt_at_the_front(knowledge: Knowledge) -> None:
    found = ratios(Mark("left", region="groin"), knowledge)
    assert found["hip_osteoarthritis"] > found["scn_entrapment"]


@pytest.mark.parametrize("cause", ["scn_entrapment", "mcn_entrapment", "lumbar_facet", "nonspecific_lbp"])
def test_the_density_integrates_to_one_over_a_wide_grid(cause: str, knowledge: Knowledge) -> None:
    """Stray marks are spread over the map only, so their share is added by hand. Surfaces are left open."""
    frame, step = knowledge.anatomy.frame, 5
    located = replace(locate(Mark("left", 10, 10), knowledge.anatomy), surface=None)
    area = (frame.x_extent[1] - frame.x_extent[0]) * (frame.y_extent[1] - frame.y_extent[0])
    stray = frame.stray_share / area
    total = sum(
        density(replace(located, x=x + step / 2, y=y + step / 2), knowledge.anatomy, knowledge.causes[cause]) - stray
        for x in range(0, 500, step)
        for y in range(-1200, 600, step)
    )
    assert total * step**2 + frame.stray_share == pytest.approx(1, abs=0.01)
