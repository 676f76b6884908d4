"""Which nerves pass within the error of a mark, and whether their courses meet the bones they cross."""

import math
from collections.abc import Sequence
from itertools import pairwise

import pytest

from cluneal.anatomy import Mark, locate, nerves_within
from cluneal.anatomy.nerves import distance_to_line
from cluneal.knowledge.schema import Anatomy, Line, Point, Region


@pytest.mark.parametrize(
    ("x", "y", "distance"),
    [(5, 3, 3), (-4, 3, 5), (10, -2, 2), (13, 14, 5), (10, 5, 0)],
)
def test_distance_to_a_bent_line(x: float, y: float, distance: float) -> None:
    assert distance_to_line(x, y, ((0, 0), (10, 0), (10, 10))) == pytest.approx(distance)


def test_a_tape_mark_on_the_rim_meets_the_inner_upper_branch_first(anatomy: Anatomy) -> None:
    near = nerves_within(locate(Mark("right", 74, 49, measured=True), anatomy), anatomy)
    assert near[0].id == "SCN_medial"
    assert near[0].cause == "scn_entrapment"
    assert near[0].distance_mm == pytest.approx(0)
    assert near[0].crossing_distance_mm == pytest.approx(0)
    assert not {"MCN", "ICN"} & {nerve.id for nerve in near}
    assert [nerve.distance_mm for nerve in near] == sorted(nerve.distance_mm for nerve in near)


def test_a_mark_below_the_dimple_meets_the_middle_nerve(anatomy: Anatomy) -> None:
    near = nerves_within(locate(Mark("left", 36, -28.5, measured=True), anatomy), anatomy)
    assert near[0].id == "MCN"


def test_a_vaguer_mark_meets_more_nerves_and_a_far_one_none(anatomy: Anatomy) -> None:
    sharp = nerves_within(locate(Mark("left", 60, -5, error_mm=3), anatomy), anatomy)
    vague = nerves_within(locate(Mark("left", 60, -5, error_mm=30), anatomy), anatomy)
    assert {one.id for one in sharp} < {one.id for one in vague}
    assert nerves_within(locate(Mark("left", 20, 220), anatomy), anatomy) == []


def line(anatomy: Anatomy, name: str) -> Line:
    return next(one for one in anatomy.lines if one.id == name)


def point(anatomy: Anatomy, name: str) -> Point:
    return next(one for one in anatomy.landmarks if one.id == name)


def test_upper_branches_cross_on_the_crest_and_every_crossing_lies_on_its_course(anatomy: Anatomy) -> None:
    for nerve in anatomy.nerves:
        if nerve.crosses:
            assert distance_to_line(nerve.crosses.x, nerve.crosses.y, nerve.points) < 0.1
        if nerve.id.startswith("SCN"):
            assert nerve.crosses is not None
            crest = line(anatomy, "iliac_crest")
            assert distance_to_line(nerve.crosses.x, nerve.crosses.y, crest.points) < 2


def test_the_middle_nerve_crosses_on_its_ligament(anatomy: Anatomy) -> None:
    nerve = next(one for one in anatomy.nerves if one.id == "MCN")
    ligament = line(anatomy, "long_posterior_sacroiliac_ligament")
    assert nerve.crosses is not None
    assert distance_to_line(nerve.crosses.x, nerve.crosses.y, ligament.points) < 3


@pytest.mark.parametrize(
    ("from_midline", "from_psis"),
    [(65.3, 45.2), (81.0, 64.7)],  # two dissections, 12 and 15 bodies (iwanaga2019a, lu1998)
)
def test_the_crest_passes_where_two_dissections_measured_it(
    from_midline: float, from_psis: float, anatomy: Anatomy
) -> None:
    psis = point(anatomy, "PSIS")
    y = psis.y + math.sqrt(from_psis**2 - (from_midline - psis.x) ** 2)
    assert distance_to_line(from_midline, y, line(anatomy, "iliac_crest").points) < 3


@pytest.mark.parametrize(
    ("name", "landmark", "within_mm"),
    [
        ("iliac_crest", "PSIS", 0.1),
        ("iliac_crest", "iliac_crest_top", 0.1),
        ("hip_bone_edge", "PIIS", 0.1),
        ("hip_bone_edge", "ASIS", 0.1),
        ("hip_bone_edge", "greater_sciatic_notch", 0.1),
        ("buttock_fold", "gluteal_fold", 0.1),
        ("sacrum_edge", "sacral_apex", 0.1),
        ("femur", "greater_trochanter", 13),
        ("hip_bone_edge", "ischial_tuberosity", 13),
    ],
)
def test_outlines_pass_through_their_landmarks(name: str, landmark: str, within_mm: float, anatomy: Anatomy) -> None:
    place = point(anatomy, landmark)
    assert distance_to_line(place.x, place.y, line(anatomy, name).points) <= within_mm


def test_each_nerve_s_territory_is_closed_and_holds_where_its_gluteal_branches_end(anatomy: Anatomy) -> None:
    for nerve in anatomy.nerves:
        territory = next(one for one in anatomy.lines if one.kind == "surface" and one.cause == nerve.cause)
        assert territory.points[0] == territory.points[-1]
        assert inside(*nerve.points[-1], territory.points)


def inside(x: float, y: float, polygon: tuple[tuple[float, float], ...]) -> bool:
    crossings = 0
    for (x1, y1), (x2, y2) in pairwise(polygon):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
            crossings += 1
    return crossings % 2 == 1


def test_every_name_is_a_name_and_not_an_id(anatomy: Anatomy) -> None:
    crossings = [nerve.crosses for nerve in anatomy.nerves if nerve.crosses]
    groups: list[Sequence[Point | Line | Region]] = [
        anatomy.landmarks,
        anatomy.trigger_points,
        anatomy.lines,
        anatomy.nerves,
        anatomy.regions,
        crossings,
    ]
    for group in groups:
        for thing in group:
            assert thing.name != thing.id
            assert "_" not in thing.name + thing.plain
            assert thing.plain == thing.plain.strip() != ""
        assert len({thing.plain for thing in group}) == len(group)
