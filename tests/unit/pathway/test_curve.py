"""The block curve as a picture, and the plan of readings behind it."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluneal.knowledge import load
from cluneal.language import words
from cluneal.pathway import Block, Reading
from cluneal.pathway.assess import BLOCK_TEST
from cluneal.pathway.curve import curve_svg
from cluneal.pathway.schedule import AHEAD, DUE, MISSED, NOTED, slots, still_relieved

TEST = load().tests[BLOCK_TEST]
WORDS = words().blocks.curve
SVG = "{http://www.w3.org/2000/svg}"
HOUR, DAY, WEEK = 60.0, 1440.0, 10080.0


def drawn(*readings: tuple[float, float], drug: str | None = None, minute: float | None = None) -> ElementTree.Element:
    block = Block(drug=drug, readings=tuple(Reading(*one) for one in readings))
    return ElementTree.fromstring(curve_svg(block, TEST, WORDS, minute))


def marked(svg: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [one for one in svg.iter() if one.get("class") == kind]


def states(*readings: tuple[float, float], minute: float) -> dict[float, str]:
    return {one.planned: one.state for one in slots([Reading(*one) for one in readings], minute, TEST)}


def test_it_is_a_picture_that_can_stand_twice_on_a_page_and_be_read_out() -> None:
    svg = drawn((0, 8), (15, 2))
    assert svg.get("role") == "img"
    assert [svg[0].tag, svg[1].tag] == [f"{SVG}title", f"{SVG}desc"]
    assert "1 scores after the injection" in (svg[1].text or "")
    for one in svg.iter():
        assert one.get("id") is None
        assert one.get("style") is None
        assert one.tag not in (f"{SVG}style", f"{SVG}script", f"{SVG}use")


def test_every_reading_is_a_point_and_every_definition_a_lane() -> None:
    svg = drawn((0, 8), (5, 4), (15, 2), (60, 1))
    assert len(marked(svg, "point rest")) == 4
    lanes = len(marked(svg, "bar yes")) + len(marked(svg, "bar no")) + len(marked(svg, "bar open"))
    # The one that asks about a week is further on than this axis runs.
    assert lanes == len(TEST.definitions) - 1


def test_a_lane_says_what_the_definition_says() -> None:
    svg = drawn((0, 8), (15, 1), (30, 3), (60, 5))
    badges = [one for kind in ("badge yes", "badge no", "badge open") for one in marked(svg, kind)]
    assert len(badges) == len(TEST.definitions)
    titles = [one[0].text for one in svg.iter(f"{SVG}g") if one.get("class") != "missed"]
    # The guide's rule, the strict one, two hours: as in the specification of the same curve.
    assert titles[:3] == ["Says yes", "Says no", "Says no"]


def test_a_threshold_stands_at_the_pain_it_allows() -> None:
    """Half of 8 is 4; half of 4 is 2: twice as far from the top."""

    def half(before: float) -> float:
        lines = marked(drawn((0, before), (15, 1)), "threshold")
        return min(float(re.findall(r"[ML][\d.]+ ([\d.]+)", one.get("d", ""))[0]) for one in lines)

    assert half(4) == pytest.approx(half(8) + 38, abs=0.2)


def test_without_a_score_before_nothing_is_measured_against_it() -> None:
    assert marked(drawn((15, 2), (60, 1)), "threshold") == []


def test_the_drug_shows_how_long_it_should_numb() -> None:
    assert marked(drawn((0, 8), (15, 2)), "numb") == []
    short, long = (marked(drawn((0, 8), (600, 2), drug=drug), "numb")[0] for drug in ("lidocaine", "bupivacaine"))
    assert float(short.get("width", 0)) < float(long.get("width", 0))


def test_a_missed_reading_is_marked_and_breaks_the_line() -> None:
    seen, missed = drawn((0, 8), (5, 4), (15, 2), (30, 2), (60, 2)), drawn((0, 8), (5, 4), (15, 2), (60, 2))
    assert len(marked(seen, "missed")) == 0
    assert len(marked(missed, "missed")) == 1
    assert [one.get("stroke-dasharray") for one in marked(missed, "line rest")] == [None, None, "2 4"]


def test_the_axis_keeps_minutes_hours_and_weeks_apart() -> None:
    svg = drawn((0, 8), (5, 4), (60, 2), (8 * HOUR, 3), (7 * DAY, 4), (8 * WEEK, 8))
    xs = [float(one.get("cx", 0)) for one in marked(svg, "point rest")]
    assert xs == sorted(xs)
    assert min(right - left for left, right in pairwise(xs)) > 25


@given(
    st.lists(
        st.tuples(st.floats(0.1, 525_600), st.none() | st.floats(0, 10), st.none() | st.floats(0, 10)), max_size=20
    ),
    st.none() | st.floats(0, 10),
    st.sampled_from([None, "lidocaine", "Marcain 0.25 %", "<script>"]),
)
def test_any_curve_can_be_drawn(
    readings: list[tuple[float, float | None, float | None]], before: float | None, drug: str | None
) -> None:
    ordered = sorted({one[0]: Reading(*one) for one in readings}.values(), key=lambda one: one.minute)
    block = Block(drug=drug, readings=(Reading(0, before), *ordered))
    svg = ElementTree.fromstring(curve_svg(block, TEST, WORDS))
    width = float(svg.get("viewBox", "").split()[2])
    for one in svg.iter():
        for name in ("x", "cx"):
            assert -1 <= float(one.get(name, 0)) <= width


def test_the_plan_is_what_the_knowledge_says() -> None:
    assert TEST.schedule is not None
    assert TEST.schedule.minutes[:8] == (5, 15, 30, 60, 2 * HOUR, 4 * HOUR, 8 * HOUR, DAY)
    assert TEST.schedule.minutes[8:] == tuple(day * DAY for day in range(2, 8))
    assert TEST.schedule.while_relieved == tuple(week * WEEK for week in range(2, 9))


def test_every_time_that_a_definition_names_has_a_reading_of_its_own() -> None:
    assert TEST.schedule is not None
    named = {minute for one in TEST.definitions for minute in (one.from_minute, one.until_minute)}
    assert named <= set(TEST.schedule.minutes)


def test_what_is_due_missed_and_ahead() -> None:
    found = states((0, 8), (5, 4), minute=31)
    assert [found[one] for one in (5, 15, 30, 60)] == [NOTED, MISSED, DUE, AHEAD]


def test_a_reading_counts_for_the_time_at_which_it_was_taken() -> None:
    """Meant for a quarter of an hour and taken after half an hour, it is the one of half an hour."""
    found = states((0, 8), (29, 3), minute=40)
    assert [found[one] for one in (15, 30)] == [MISSED, NOTED]
    late = next(one for one in slots([Reading(0, 8), Reading(21, 3)], 22, TEST) if one.planned == 15)
    assert (late.state, late.on_time) == (NOTED, False)


def test_weeks_are_planned_while_it_helps() -> None:
    assert 2 * WEEK in states((0, 8), (7 * DAY, 4), minute=8 * DAY)
    assert 2 * WEEK not in states((0, 8), (7 * DAY, 7), minute=8 * DAY)
    # What was noted stays, also when the pain has come back since.
    assert states((0, 8), (2 * WEEK, 3), (3 * WEEK, 8), minute=4 * WEEK)[2 * WEEK] == NOTED
    assert 4 * WEEK not in states((0, 8), (2 * WEEK, 3), (3 * WEEK, 8), minute=4 * WEEK)


@pytest.mark.parametrize(("pain", "helps"), [(6.4, True), (6.5, False), (0, True), (9, False)])
def test_the_pain_is_back_when_less_than_a_fifth_of_it_is_gone(pain: float, helps: bool) -> None:
    assert TEST.schedule is not None
    assert still_relieved([Reading(0, 8), Reading(DAY, pain)], TEST.schedule) is helps


@given(st.floats(0, 100_000), st.lists(st.floats(0.1, 100_000), max_size=8))
def test_no_reading_fills_two_slots_and_no_moment_has_two(minute: float, taken: list[float]) -> None:
    readings = [Reading(0, 8), *(Reading(one, 1) for one in sorted(set(taken)))]
    found = slots(readings, minute, TEST)
    filled = [id(one.reading) for one in found if one.reading]
    assert len(filled) == len(set(filled))
    assert sum(one.opens <= minute < one.closes for one in found) <= 1
    assert sum(one.state == DUE for one in found) <= 1
