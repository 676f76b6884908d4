"""A test injection from before the needle to the eighth week: what is saved, what is due, and what is said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cluneal.knowledge import load
from cluneal.pathway import Assessor, read_block, read_block_data
from cluneal.pathway.assess import BLOCK_TEST
from cluneal.record import Journal, entries_of
from cluneal.web.desk import Desk

from .conftest import Browser, words_of

START = datetime(2026, 11, 24, 10, 0, 7).astimezone()
BLOCK = "/blocks/b1"
DAY, WEEK = 1440, 10080
TEST = load().tests[BLOCK_TEST]


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time

    def at(self, minute: float) -> None:
        """So many minutes after the start."""
        self.time = START + timedelta(minutes=minute)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(assessor: Assessor, tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    journal = Journal.unsaved(clock)
    yield Desk(assessor, journal, today=lambda: clock().date(), now=clock)
    journal.close()


@pytest.fixture
def given(browser: Browser) -> Browser:
    """A block that was given just now: pain 8 before, 9 on the move."""
    browser.submit("/blocks/new", key="b1")
    browser.submit(f"{BLOCK}/before", pain="8", movement="bend back", movement_pain="9")
    browser.submit(f"{BLOCK}/given", what="now")
    return browser


def tap(browser: Browser, clock: Clock, minute: float, pain: int, move: int | None = None) -> None:
    clock.at(minute)
    name = slot(browser)
    browser.submit(f"{BLOCK}/now", slot=name, pain=pain)
    if move is not None:
        browser.submit(f"{BLOCK}/now", slot=slot(browser), movement_pain=move)


def slot(browser: Browser) -> str:
    """What the page that is open now would send."""
    found = re.search(r'name="slot" value="([^"]*)"', browser.get(BLOCK).text)
    return found.group(1) if found else ""


def readings(browser: Browser) -> list[tuple[float, Any, Any]]:
    block = browser.desk.person().block("b1")
    return [(one["minute"], one.get("pain"), one.get("movement_pain")) for one in block["readings"]]


# Planned, and given


def test_a_planned_block_is_no_block_of_the_case_yet(browser: Browser) -> None:
    browser.submit("/blocks/new", key="b1")
    browser.submit(f"{BLOCK}/before", pain="8")
    assert "blocks" not in browser.desk.person().case()
    browser.submit(f"{BLOCK}/given", what="now")
    assert browser.desk.person().case()["blocks"][0]["readings"][0]["pain"] == 8


def test_pressed_twice_is_once(browser: Browser, clock: Clock) -> None:
    for _ in range(2):
        browser.submit("/blocks/new", key="b1")
        browser.submit(f"{BLOCK}/before", pain="8", movement="bend back")
    clock.at(0)
    browser.submit(f"{BLOCK}/given", what="now")
    clock.at(0.01)
    before = browser.desk.journal.latest()
    browser.submit(f"{BLOCK}/given", what="now")
    assert browser.desk.journal.latest() == before
    assert len(browser.desk.person().blocks) == 1


def test_looking_writes_nothing(given: Browser) -> None:
    before = given.desk.journal.latest()
    for path in ("", "/before", "/details", "/given", "/readings/15", "/readings/new", "/result", "/sheet", "/remove"):
        assert given.get(BLOCK + path).status_code == 200, path
    assert given.get("/blocks").status_code == 200
    assert given.desk.journal.latest() == before


# The timer


def test_each_reading_of_the_plan_becomes_due_and_is_saved_with_its_true_minute(given: Browser, clock: Clock) -> None:
    assert "Next score: 5 minutes after, at 10:05" in given.text(BLOCK)
    assert TEST.schedule is not None
    for minute in TEST.schedule.minutes:
        clock.at(minute)
        assert "Due now" in given.text(BLOCK), minute
        tap(given, clock, minute + 0.2, 2, 3)
        assert "Noted" in given.text(BLOCK)
    assert [one[0] for one in readings(given)] == [0, *(minute + 0.2 for minute in TEST.schedule.minutes)]


def test_the_weeks_go_on_until_the_pain_is_back(given: Browser, clock: Clock) -> None:
    tap(given, clock, 7 * DAY, 3, 4)
    for week in range(2, 8):
        tap(given, clock, week * WEEK, 4, 5)
        assert "Next score" in given.text(BLOCK)
    tap(given, clock, 8 * WEEK, 8, 9)
    assert "The log is complete" in given.text(BLOCK)


def test_a_double_tap_is_one_reading_and_a_second_number_corrects_it(given: Browser, clock: Clock) -> None:
    clock.at(5)
    given.submit(f"{BLOCK}/now", slot="5", pain=4)
    before = given.desk.journal.latest()
    clock.at(5.02)
    given.submit(f"{BLOCK}/now", slot="5", pain=4)
    assert given.desk.journal.latest() == before
    given.submit(f"{BLOCK}/now", slot="5", pain=3)
    given.submit(f"{BLOCK}/now", slot="5", movement_pain=6)
    assert readings(given)[1:] == [(5, 3, 6)]


def test_two_windows_write_one_reading(given: Browser, clock: Clock) -> None:
    clock.at(15)
    one = slot(given)
    given.submit(f"{BLOCK}/now", slot=one, pain=4)
    given.submit(f"{BLOCK}/now", slot=one, movement_pain=5)
    given.submit(f"{BLOCK}/now", slot=one, pain=3)
    assert readings(given)[1:] == [(15, 3, 5)]


def test_a_page_left_open_does_not_backdate(given: Browser, clock: Clock) -> None:
    clock.at(15)
    given.submit(f"{BLOCK}/now", slot="15", pain=4)
    clock.at(31)
    given.submit(f"{BLOCK}/now", slot="15", pain=2)
    assert readings(given)[1:] == [(15, 4, None), (31, 2, None)]


def test_a_score_between_the_planned_ones(given: Browser, clock: Clock) -> None:
    tap(given, clock, 60, 2, 3)
    clock.at(75)
    given.submit(f"{BLOCK}/now", slot="", pain=5)
    clock.at(75.05)
    given.submit(f"{BLOCK}/now", slot="", pain=5)
    assert readings(given)[1:] == [(60, 2, 3), (75, 5, None)]


def test_missed_is_shown_as_missed_and_is_never_a_no(given: Browser, clock: Clock) -> None:
    tap(given, clock, 15, 2, 3)
    clock.at(200)
    page = given.text(BLOCK)
    assert page.count("missed – – Write it down") == len(("5 min", "30 min", "60 min", "2 h"))
    assert "It never counts as no" in page
    result = given.text(f"{BLOCK}/result")
    assert "no reading near 60 min" in result


def test_a_late_score_has_its_own_time(given: Browser, clock: Clock) -> None:
    clock.at(90)
    given.submit(f"{BLOCK}/readings/30", day="2026-11-24", clock="10:33", pain="2", movement_pain="")
    [(minute, pain, move)] = readings(given)[1:]
    assert (round(minute), pain, move) == (33, 2, None)
    assert "written down later" in given.text(BLOCK)
    # With the same again nothing is added, and another number corrects it.
    before = given.desk.journal.latest()
    given.submit(f"{BLOCK}/readings/30", day="2026-11-24", clock="10:33", pain="2")
    assert given.desk.journal.latest() == before
    given.submit(f"{BLOCK}/readings/30", day="2026-11-24", clock="10:33", pain="1")
    assert readings(given)[1:] == [(minute, 1, None)]
    given.submit(f"{BLOCK}/readings/30", what="remove")
    assert len(readings(given)) == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"day": "2026-11-24", "clock": "12:30", "pain": "2"}, "has not come yet"),
        ({"day": "2026-11-24", "clock": "09:30", "pain": "2"}, "before the injection"),
        ({"day": "", "clock": "", "pain": "2"}, "Give a day and a time"),
        ({"day": "2026-02-31", "clock": "99:99", "pain": "2"}, "Give a day and a time"),
        ({"day": "2026-11-24", "clock": "10:20"}, "0 is a number too"),
        ({"day": "2026-11-24", "clock": "10:20", "pain": "11"}, "0 is a number too"),
        ({"day": "2026-11-24", "clock": "10:20", "pain": "nan"}, "0 is a number too"),
        ({"count": "many", "unit": "hours", "pain": "2"}, "Give a number"),
        ({"count": "1e999", "unit": "hours", "pain": "2"}, "Give a number"),
        ({"count": "3", "unit": "weeks", "pain": "2"}, "has not come yet"),
        ({"count": "-3", "unit": "minutes", "pain": "2"}, "before the injection"),
    ],
)
def test_what_cannot_be_is_refused_with_what_was_typed_kept(
    given: Browser, clock: Clock, typed: dict[str, str], said: str
) -> None:
    clock.at(60)
    before = given.desk.journal.latest()
    answer = given.submit(f"{BLOCK}/readings/new", **typed)
    assert answer.status_code == 422
    assert said in words_of(answer.text)
    if typed.get("pain") == "2":
        assert re.search(r'name="pain" value="2" checked', answer.text)
    assert given.desk.journal.latest() == before


def test_two_scores_cannot_share_a_minute(given: Browser, clock: Clock) -> None:
    clock.at(60)
    for _ in range(2):
        answer = given.submit(f"{BLOCK}/readings/new", day="2026-11-24", clock="10:20", pain="2")
    assert answer.status_code == 422
    assert len(readings(given)) == 2
    assert given.desk.view().case.blocks[0].readings[1].pain == 2


# The clock


def test_when_the_clock_goes_back_nothing_is_guessed_and_nothing_lost(given: Browser, clock: Clock) -> None:
    tap(given, clock, 60, 3, 4)
    clock.at(-30)
    assert "The clock has gone back" in given.text(BLOCK)
    answer = given.submit(f"{BLOCK}/now", slot="60", pain=5)
    assert answer.status_code == 422
    assert re.search(r'name="pain" value="5" checked', answer.text)
    given.submit(f"{BLOCK}/readings/new", count="2", unit="hours", pain="5")
    assert readings(given)[1:] == [(60, 3, 4), (120, 5, None)]


def test_a_clock_set_back_by_seconds_is_no_matter(given: Browser, clock: Clock) -> None:
    clock.at(-0.2)
    assert "gone back" not in given.text(BLOCK)
    given.submit(f"{BLOCK}/now", slot="", pain=5)
    assert readings(given) == [(0, 8, 9), (0.1, 5, None)]


def test_another_time_of_the_injection_moves_no_score(given: Browser, clock: Clock) -> None:
    tap(given, clock, 15, 3, 4)
    given.submit(f"{BLOCK}/given", what="at", day="2026-11-24", clock="09:50")
    [before, (minute, pain, _)] = readings(given)
    assert before == (0, 8, 9)
    assert (round(minute), pain) == (25, 3)
    answer = given.submit(f"{BLOCK}/given", what="at", day="2026-11-24", clock="10:16")
    assert answer.status_code == 422
    assert "before the injection" in words_of(answer.text)


def test_a_day_without_a_time_has_no_timer_and_takes_scores(browser: Browser, clock: Clock) -> None:
    browser.submit("/blocks/new", key="b1")
    browser.submit(f"{BLOCK}/given", what="at", day="2026-10-02", clock="")
    assert "there is no timer" in browser.text(BLOCK)
    browser.submit(f"{BLOCK}/before", pain="8")
    browser.submit(f"{BLOCK}/readings/15", count="15", unit="minutes", pain="2")
    browser.submit(f"{BLOCK}/readings/new", count="2,5", unit="hours", pain="3")
    assert readings(browser) == [(0, 8, None), (15, 2, None), (150, 3, None)]
    assert "Fri 2 Oct" in browser.text(BLOCK)


def test_not_given_after_all(given: Browser, clock: Clock) -> None:
    tap(given, clock, 15, 3, 4)
    assert given.submit(f"{BLOCK}/given", what="not_yet").status_code == 422
    given.submit(f"{BLOCK}/readings/15", what="remove")
    given.submit(f"{BLOCK}/given", what="not_yet")
    assert "blocks" not in given.desk.person().case()
    assert "Start the clock" in given.text(BLOCK)


# The details


DETAILS = {
    "target": "scn",
    "side": "left",
    "place": "iliac_crest",
    "across_cm": "7",
    "up_cm": "4,5",
    "drug": "lidocaine",
    "concentration_percent": "1",
    "volume_ml": "2",
    "steroid": "no",
    "guidance": "ultrasound",
    "given_by": "Dr. Painter",
    "known_by": "clinician",
    "expected": "7",
    "numb": "yes",
}


def test_the_details_are_kept_and_come_back(given: Browser) -> None:
    given.submit(f"{BLOCK}/details", **DETAILS)
    block = given.desk.person().case()["blocks"][0]
    assert block["mark"] == {"side": "left", "region": "iliac_crest", "x_mm": 70, "y_mm": 45}
    assert block["expected"] == 7
    assert (block["steroid"], block["numb"]) == (False, True)
    assert block["movement"] == "bend back"
    read = given.desk.view().case.blocks[0]
    assert (read.guidance, read.known_by, read.given_by) == ("ultrasound", "clinician", "Dr. Painter")
    before = given.desk.journal.latest()
    page = given.get(f"{BLOCK}/details").text
    for value in ("Dr. Painter", 'value="4.5"', 'value="iliac_crest" selected'):
        assert value in page
    given.submit(f"{BLOCK}/details", **DETAILS)
    assert given.desk.journal.latest() == before
    sheet = given.text(f"{BLOCK}/sheet")
    for said in ("lidocaine, 2 mL of 1 %", "Dr. Painter", "Ultrasound", "7 of 10", "2026-11-24 10:00", "7 cm"):
        assert said in sheet


def test_the_place_marked_as_worst_can_be_the_site(given: Browser) -> None:
    given.desk.journal.add(("mark", "worst", {"side": "right", "x_mm": 68, "y_mm": 40, "intensity": 8}))
    given.submit(f"{BLOCK}/details", place="worst")
    assert given.desk.person().blocks["b1"]["mark"] == {"side": "right", "x_mm": 68, "y_mm": 40}
    assert 'value="worst" selected' in given.get(f"{BLOCK}/details").text


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("volume_ml", "two", "not a number"),
        ("volume_ml", "2000", "cannot be right"),
        ("concentration_percent", "1e400", "not a number"),
        ("drug", "x" * 300, "too long"),
        ("across_cm", "900", "not on the map"),
        ("across_cm", "7", "Give both distances"),
    ],
)
def test_a_detail_that_cannot_be_keeps_the_others(given: Browser, field: str, value: str, said: str) -> None:
    answer = given.submit(f"{BLOCK}/details", **{"given_by": "Dr. Painter", field: value})
    assert answer.status_code == 422
    assert said in words_of(answer.text)
    assert "Dr. Painter" in answer.text
    assert "given_by" not in given.desk.person().blocks["b1"]


# What it says

CURVES: list[tuple[str | None, list[tuple[float, int, int | None]]]] = [
    ("lidocaine 1 %, 2 mL", [(15, 1, None), (30, 3, None), (60, 5, None)]),
    ("lignocaine 2 %", [(5, 2, 4), (15, 0, 1), (30, 0, 1), (60, 0, 1), (120, 1, 2), (240, 6, 7), (10080, 3, 4)]),
    (None, [(20, 2, None)]),
    ("bupivacaine", []),
]


@pytest.mark.parametrize(("drug", "curve"), CURVES)
def test_the_page_says_what_each_definition_says(
    given: Browser, clock: Clock, drug: str | None, curve: list[tuple[float, int, int | None]]
) -> None:
    if drug:
        given.submit(f"{BLOCK}/details", drug=drug)
    for minute, pain, move in curve:
        tap(given, clock, minute, pain, move)
    read = read_block(read_block_data(given.desk.person().block("b1")), TEST)
    shown = {"positive": "Yes", "negative": "No", "cannot say": "Cannot say"}
    result, sheet = given.text(f"{BLOCK}/result"), given.text(f"{BLOCK}/sheet")
    for definition, verdict in zip(TEST.definitions, read.verdicts, strict=True):
        assert f"{shown[verdict.verdict]} {definition.name} {verdict.why}" in result
        # The sign of an open verdict is a letter of its picture.
        assert f"{definition.name} {shown[verdict.verdict]} {verdict.why}" in sheet.replace(" ? ", " ")
    assert read.duration.why in result
    said = [one.verdict for one in read.verdicts]
    spread = f"Of 11 published rules: {said.count('positive')} say yes, {said.count('negative')} say no"
    assert spread in given.text(BLOCK)
    for text in (TEST.placebo_caution, TEST.second_block_adds, TEST.can_settle, TEST.cannot_settle):
        assert text
        assert text in result


def test_how_often_one_block_misleads_is_shown_with_its_sources(given: Browser) -> None:
    page = given.get(f"{BLOCK}/result").text
    words = words_of(page)
    for said in ("3 in 10 · Given salt water", "2 to 4 in 10 · Given salt water", "4 in 10 · Helped by a first shot"):
        assert said in words
    for source in ("collee1991b", "schwarzer1994", "falco2012"):
        assert f"/sources/{source}" in page


def test_the_count_is_what_the_ladder_counts(given: Browser, clock: Clock) -> None:
    given.submit(f"{BLOCK}/details", target="scn", drug="lidocaine")
    for minute in (15, 30, 60, 120):
        tap(given, clock, minute, 1, 1)
    assert "1 test injection at these nerves" in given.text(f"{BLOCK}/result")
    assert "more than half gone for at least 30 minutes 1 0 0" in given.text(f"{BLOCK}/result")
    assert given.desk.view().findings.get("scn_block_positive") is True
    given.submit(f"{BLOCK}/details", target="facet")
    assert "No test injection at these nerves" in given.text(f"{BLOCK}/result")
    assert "so it is not counted here" in given.text(f"{BLOCK}/result")


def test_what_to_watch_for_leads_to_the_alarms(given: Browser) -> None:
    page = given.get(BLOCK).text
    assert 'href="/alarms/1"' in page
    for one in TEST.watch_for:
        assert one.text in words_of(page)


def test_a_case_with_blocks_that_was_read_in_is_shown(browser: Browser) -> None:
    case = {"blocks": [{"target": "scn", "readings": [{"minute": 0, "pain": 8}, {"minute": 30, "pain": 1}]}]}
    browser.desk.journal.add(*entries_of(case))
    assert browser.desk.person().case()["blocks"] == case["blocks"]
    assert "Upper nerve" in browser.text("/blocks")
    for path in ("", "/result", "/sheet", "/readings/30", "/details"):
        assert browser.get(f"/blocks/blocks-1{path}").status_code == 200


def test_taken_back_with_its_scores(given: Browser, clock: Clock) -> None:
    tap(given, clock, 15, 3, 4)
    given.submit(f"{BLOCK}/remove")
    assert given.desk.person().blocks == {}
    assert given.desk.person().readings == {}
    assert given.get(BLOCK).status_code == 404
    # Begun again under the same name nothing of it comes back.
    given.submit("/blocks/new", key="b1")
    assert given.desk.person().readings == {}


# Whatever is sent


@pytest.mark.parametrize(
    "path",
    ["/blocks/none", "/blocks/b2/before", "/blocks/b1/readings/0", "/blocks/b1/readings/17", "/blocks/b1/readings/%00",
     "/blocks/b1/readings/1e400", "/blocks/b1/nowhere", "/blocks/%F0%9F%92%89/result"],
)  # fmt: skip
def test_what_does_not_exist_is_not_found(given: Browser, path: str) -> None:
    assert given.get(path).status_code == 404


@pytest.mark.parametrize("key", ["", "../x", "B 1", "x" * 50, "b1:5", "<script>"])
def test_a_name_that_no_page_gave_makes_nothing(browser: Browser, key: str) -> None:
    assert browser.submit("/blocks/new", key=key).status_code == 400
    assert browser.desk.person().blocks == {}


HOSTILE = ["", "11", "-1", "nan", "inf", "3.5.1", "<script>alert(1)</script>", "x" * 5000, "\x00", "٣", "0x5", "💉"]


@pytest.mark.parametrize("value", HOSTILE)
def test_whatever_is_typed_breaks_nothing(given: Browser, clock: Clock, value: str) -> None:
    clock.at(15)
    for path, fields in (
        ("/now", ("slot", "pain", "movement_pain")),
        ("/before", ("pain", "movement", "movement_pain")),
        ("/given", ("what", "day", "clock")),
        ("/readings/15", ("day", "clock", "count", "unit", "pain", "what")),
        ("/details", (*DETAILS, "expected_words", "target_other")),
    ):
        answer = given.submit(BLOCK + path, **dict.fromkeys(fields, value))
        assert answer.status_code in (200, 422), path
        assert "<script>alert" not in answer.text
    for path in ("", "/result", "/sheet", "/details", "/before"):
        assert given.get(BLOCK + path).status_code == 200
    assert given.desk.view().case.blocks[0].readings[0].pain is not None
    assert given.get(BLOCK, params={"slot": value}).status_code == 200


def test_an_unsigned_form_changes_nothing(given: Browser) -> None:
    before = given.desk.journal.latest()
    for path in ("/now", "/before", "/given", "/readings/15", "/details", "/remove"):
        assert given.post(BLOCK + path, data={"pain": "3"}).status_code == 403
    assert given.desk.journal.latest() == before


def test_the_site_stands_on_the_map(given: Browser) -> None:
    assert "<svg" not in given.get(f"{BLOCK}/details").text
    given.submit(f"{BLOCK}/details", side="right", across_cm="7", up_cm="4.5")
    page = given.get(f"{BLOCK}/details").text
    assert page.count('class="pelvis') == 1
    assert "On the map now: about 7 cm right of the spine" in words_of(page)
    # One geometry: what is drawn is what is kept.
    site = given.desk.journal.entries()[-1].value["mark"]
    assert (site["side"], site["x_mm"], site["y_mm"]) == ("right", 70, 45)
