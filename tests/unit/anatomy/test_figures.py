"""Figures: whole, inside their sheet, on the right side, at the places of the map, and there for who needs hands."""

import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluneal.anatomy.figures import FIGURES, figure_svg, numbers_in
from cluneal.anatomy.figures.body import FOREARM, HAND, UPPER_ARM, Side
from cluneal.anatomy.figures.catalogue import PLACES
from cluneal.anatomy.figures.ink import COLOURS, WIDTH, capsule
from cluneal.anatomy.figures.places import HEADER, MARGIN
from cluneal.knowledge import load
from cluneal.knowledge.schema import Anatomy, Knowledge
from cluneal.language import words

SVG = "{http://www.w3.org/2000/svg}"
SIDES = ("left", "right")
# Drawn the same whichever side hurts: what is meant lies in the middle, or on both sides.
EVEN = {"saddle", "above_belt", "below_belt", "waistband", "measure_dimples", "look_at_spine"}
MEASURING = {"measure_dimples"}
HAND_IN = [name for name in PLACES if name.startswith(("press_", "tap_", "pinch_", "point_"))]
# What an element may say: nothing that runs, names, links or styles.
ALLOWED = {
    "class", "d", "fill", "stroke", "stroke-width", "stroke-linejoin", "stroke-linecap", "stroke-dasharray",
    "fill-opacity", "fill-rule", "opacity", "paint-order", "x", "y", "width", "height", "viewBox", "role",
    "font-family", "font-size", "font-weight", "text-anchor",
}  # fmt: skip
BROAD_LETTER = 0.61

XY = tuple[float, float]


@cache
def drawn(name: str, side: str = "right") -> ET.Element:
    return ET.fromstring(figure_svg(load().anatomy, name, words("en").figures, side))  # type: ignore[arg-type]


def points(d: str) -> list[XY]:
    """Ends and handles of a path; the path lies inside them."""
    assert re.fullmatch(r"[MLCZ0-9 .\-]*", d), d
    values = [float(one) for one in re.findall(r"-?\d+(?:\.\d+)?", d)]
    return list(zip(values[::2], values[1::2], strict=True))


def shapes(root: ET.Element) -> Iterator[ET.Element]:
    """Everything drawn straight on the sheet: not what a window cuts off."""
    for child in root:
        if child.tag == SVG + "svg":
            continue
        yield child
        yield from shapes(child)


def box(text: ET.Element) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of words, generously."""
    size, x, y = (float(text.get(name, "")) for name in ("font-size", "x", "y"))
    width = BROAD_LETTER * size * len(text.text or "")
    left = {"start": 0.0, "middle": width / 2, "end": width}[text.get("text-anchor", "start")]
    return x - left, y - size, x - left + width, y + 0.3 * size


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_names_itself_and_carries_nothing_that_runs_or_reaches_out(name: str, side: str) -> None:
    root = drawn(name, side)
    said = words("en").figures.pictures[name]
    filled: dict[str, Any] = numbers_in(load().anatomy) | {"side": side}
    assert root.findtext(SVG + "title") == said.title(**filled)
    assert root.findtext(SVG + "desc") == said.desc(**filled)
    assert root.get("role") == "img"
    for one in root.iter():
        assert one.tag.removeprefix(SVG) in {"svg", "title", "desc", "path", "text", "g"}
        assert set(one.attrib) <= ALLOWED, one.attrib
        assert not any("url" in value or ":" in value.replace("://", "") for value in one.attrib.values())


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("name", FIGURES)
def test_nothing_leaves_the_sheet(name: str, side: str) -> None:
    root = drawn(name, side)
    _, _, width, height = (float(one) for one in root.get("viewBox", "").split())
    assert width == WIDTH
    for one in shapes(root):
        if one.tag == SVG + "path":
            edge = float(one.get("stroke-width", "0")) / 2
            for x, y in points(one.get("d", "")):
                assert x - edge >= -0.1, (name, x, one.attrib)
                assert x + edge <= width + 0.1, (name, x, one.attrib)
                assert y - edge >= -0.1, (name, y, one.attrib)
                assert y + edge <= height + 0.1, (name, y, one.attrib)
        if one.tag == SVG + "text":
            left, top, right, bottom = box(one)
            assert left >= 0, (name, one.text)
            assert right <= width, (name, one.text)
            assert top >= 0, (name, one.text)
            assert bottom <= height, (name, one.text)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("name", PLACES)
def test_no_word_on_the_map_is_cut_off(name: str, side: str) -> None:
    window = next(one for one in drawn(name, side) if one.tag == SVG + "svg")
    x, y, width, height = (float(one) for one in window.get("viewBox", "").split())
    for one in window.iter(SVG + "text"):
        left, top, right, bottom = box(one)
        assert x <= left, (name, side, one.text)
        assert right <= x + width, (name, side, one.text)
        assert y <= top, (name, side, one.text)
        assert bottom <= y + height, (name, side, one.text)


def of_class(name: str, side: str, role: str) -> list[XY]:
    """Ends of all shapes of one colour in the window."""
    window = next(one for one in drawn(name, side) if one.tag == SVG + "svg")
    found = []
    for one in window.iter(SVG + "path"):
        if f"f-{role}" in one.get("class", "").split():
            found += points(one.get("d", ""))
    return found


def middle(places: list[XY]) -> float:
    xs = [x for x, _ in places]
    return (min(xs) + max(xs)) / 2


@pytest.mark.parametrize("name", [name for name in PLACES if name not in EVEN])
def test_what_is_meant_lies_on_the_side_that_hurts(name: str) -> None:
    left, right = middle(of_class(name, "left", "act")), middle(of_class(name, "right", "act"))
    assert right >= 0
    assert left == pytest.approx(-right, abs=0.2)


@pytest.mark.parametrize("name", HAND_IN)
def test_the_hand_comes_from_the_side_that_hurts(name: str) -> None:
    for side, sign in (("left", -1), ("right", 1)):
        hand = of_class(name, side, "skin")
        assert sign * middle(hand) > 0
        assert sign * max(hand, key=lambda one: sign * one[0])[0] > 150, "the arm goes out of the picture on that side"


@pytest.mark.parametrize("name", PLACES)
def test_left_is_written_on_the_left(name: str) -> None:
    said = {one.text: box(one) for one in shapes(drawn(name)) if one.tag == SVG + "text"}
    labels = words("en").figures.labels
    assert said[labels.left][2] < WIDTH / 2 < said[labels.right][0]
    assert labels.behind in said


def moved(anatomy: Anatomy, name: str, **to: float) -> Anatomy:
    """The same body with one trigger point elsewhere."""
    there = tuple(replace(one, **to) if one.id == name else one for one in anatomy.trigger_points)  # type: ignore[arg-type]
    return replace(anatomy, trigger_points=there)


def rings(root: ET.Element) -> list[XY]:
    """Middles of the targets: the small filled dots."""
    window = next(one for one in root if one.tag == SVG + "svg")
    found = []
    for one in window.iter(SVG + "path"):
        if one.get("class") == "f-act" and "fill-opacity" not in one.attrib:
            xs, ys = zip(*points(one.get("d", "")), strict=True)
            if max(xs) - min(xs) < 12:
                found.append(((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2))
    return found


@pytest.mark.parametrize(
    ("figure", "point"),
    [("press_rim", "SCN"), ("tap_rim", "SCN"), ("press_below_dimple", "MCN")],
)
def test_a_point_is_drawn_where_the_map_has_it(anatomy: Anatomy, figure: str, point: str) -> None:
    for body in (anatomy, moved(anatomy, point, x=95, y=-44 if point == "MCN" else 61)):
        place = next(one for one in body.trigger_points if one.id == point)
        for side, sign in (("left", -1), ("right", 1)):
            root = ET.fromstring(figure_svg(body, figure, words("en").figures, side))  # type: ignore[arg-type]
            nearest = min(math.dist(one, (sign * place.x, -place.y)) for one in rings(root))
            assert nearest < 0.2


def test_the_centimetres_are_those_of_the_map(anatomy: Anatomy) -> None:
    def said(body: Anatomy, name: str) -> set[str | None]:
        return {one.text for one in ET.fromstring(figure_svg(body, name, words("en").figures)).iter(SVG + "text")}

    assert "7 cm" in said(anatomy, "press_rim")
    assert "9 cm" in said(moved(anatomy, "SCN", x=91), "press_rim")
    assert "3 to 4 cm" in said(anatomy, "press_below_dimple")
    assert "4 to 5 cm" in said(moved(anatomy, "MCN", y=-44), "tap_below_dimple")
    assert numbers_in(moved(anatomy, "SCN", x=91)) == {"rim_cm": "9", "low_cm": "3", "high_cm": "4"}


def test_whoever_needs_hands_has_a_picture(knowledge: Knowledge) -> None:
    for finding in knowledge.findings.values():
        assert (finding.by is not None) == (finding.level == "examine"), finding.id
        if finding.by in ("person", "helper"):
            assert finding.picture in FIGURES, finding.id
        if finding.by == "clinician":
            assert finding.picture is None, f"{finding.id}: a picture would invite to try it"
        assert finding.picture is None or finding.picture in FIGURES, finding.id


def test_self_care_has_a_picture_each_and_no_picture_is_left_over(knowledge: Knowledge) -> None:
    used = {finding.picture for finding in knowledge.findings.values()} | MEASURING
    for item in knowledge.selfcare.values():
        used |= {step.figure for step in item.steps if step.figure}
        used |= {one.figure for caution in item.may_provoke for one in caution.instead if one.figure}
    assert used <= {*FIGURES, None}
    assert set(knowledge.selfcare) <= set(FIGURES)
    assert set(FIGURES) == (used | set(knowledge.selfcare)) - {None}


def test_every_figure_has_its_words_and_no_words_are_left_over() -> None:
    said = words("en").figures.pictures
    assert set(said) == set(FIGURES)
    for name in FIGURES:
        assert set(said[name]) == {"title", "desc", "caption"}, name


def test_words_are_escaped(anatomy: Anatomy) -> None:
    nasty = '<b id="x">&'
    labels = dict.fromkeys(words("en").figures.labels, nasty) | {"sides": {"right": nasty}}
    labels |= {"cm": words("en").figures.labels.cm, "cm_range": words("en").figures.labels.cm_range}
    for name in ("press_rim", "raise_straight_leg"):
        said = {"labels": labels, "pictures": {name: {"title": nasty, "desc": "{side}"}}}
        root = ET.fromstring(figure_svg(anatomy, name, said))
        assert root.findtext(SVG + "title") == root.findtext(SVG + "desc") == nasty


def test_a_figure_that_is_not_there_is_an_error(anatomy: Anatomy) -> None:
    with pytest.raises(KeyError, match="no such words"):
        figure_svg(anatomy, "press_moon", words("en").figures)


def test_a_colour_without_a_role_is_no_colour() -> None:
    for name in FIGURES:
        for one in drawn(name).iter():
            for role in one.get("class", "").split():
                assert role == "picture" or role[:2] in ("f-", "s-")
                assert role == "picture" or role[2:] in COLOURS


near = st.floats(20, 300)


@given(x=near, y=near, u=near, v=near, r=st.floats(0.5, 15), s=st.floats(0.5, 15))
def test_a_limb_holds_both_joints_and_no_more(x: float, y: float, u: float, v: float, r: float, s: float) -> None:
    found = points(capsule((x, y), r, (u, v), s))
    assert max(x + r, u + s) == pytest.approx(max(a for a, _ in found), abs=0.2 * max(r, s) + 0.2)
    assert min(y - r, v - s) == pytest.approx(min(b for _, b in found), abs=0.2 * max(r, s) + 0.2)


@given(angle=st.floats(0, 360), share=st.floats(0.15, 0.98), bend=st.sampled_from([1, -1]), near=st.booleans())
def test_a_hand_gets_to_what_is_in_reach(angle: float, share: float, bend: int, near: bool) -> None:
    person = Side((100, 100))
    shoulder = person.arm(near)[0]
    away = share * (UPPER_ARM + FOREARM + HAND) * person.size
    place = (shoulder[0] + away * math.cos(angle), shoulder[1] + away * math.sin(angle))
    assert math.dist(person.reaching(place, near, bend).hand(near), place) < 0.1


@given(x=st.floats(0, 300), ground=st.floats(100, 300), lean=st.floats(-120, -60))
def test_who_stands_has_a_heel_on_the_ground(x: float, ground: float, lean: float) -> None:
    person = Side((0, 0), near_leg=(lean, -90, 0)).standing(x, ground)
    assert person.heel()[0] == pytest.approx(x)
    assert ground - 6 < person.heel()[1] < ground


def test_the_window_is_under_its_title() -> None:
    for name in PLACES:
        window = next(one for one in drawn(name) if one.tag == SVG + "svg")
        assert (float(window.get("x", "")), float(window.get("y", ""))) == (MARGIN, HEADER)
