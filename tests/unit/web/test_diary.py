"""The diary and the course in the app: twenty seconds a day, nothing lost, nothing nagged for."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta
from typing import Any

import pytest

from cluneal.record.person import Person

from .conftest import TODAY, Browser, words_of

DAY = f"/diary/day/{TODAY}"


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def kept(browser: Browser) -> Person:
    return browser.desk.person()


def told(browser: Browser, days: int, **said: Any) -> None:
    browser.desk.journal.add(("checkin", ago(days).isoformat(), said))


def no_alarms(browser: Browser) -> None:
    browser.desk.journal.add(*(("answer", name, False) for name in browser.desk.knowledge.model.alarm_order))


def test_one_tap_is_a_check_in(browser: Browser) -> None:
    assert "How was today?" in browser.text("/diary")
    answer = browser.submit(DAY, worst="6")
    assert answer.url.path == "/diary"
    assert "Today is noted" in words_of(answer.text)
    assert kept(browser).check_ins == {TODAY.isoformat(): {"worst": 6}}


def test_everything_is_kept_shown_again_and_the_same_twice_is_one_entry(browser: Browser) -> None:
    fields = {
        "worst": "7",
        "now": "4",
        "stopped:sitting": "1",
        "stopped:work": "1",
        "sleep": "broken",
        "did:walk": "1",
        "did:nerve_glide": "1",
        "note": " Long drive. ",
    }
    for _ in range(2):
        browser.submit(DAY, **fields)
    assert browser.desk.journal.latest() == 1
    assert kept(browser).check_ins[TODAY.isoformat()] == {
        "worst": 7,
        "now": 4,
        "stopped": ["sitting", "work"],
        "sleep": "broken",
        "did": ["walk", "nerve_glide"],
        "note": "Long drive.",
    }
    shown = browser.get(DAY).text
    for name in ("stopped:sitting", "stopped:work", "did:walk", "did:nerve_glide"):
        assert f'name="{name}" value="1" checked' in shown
    assert shown.count(" checked") == 7
    assert "Long drive." in shown
    assert "worst 7 · 4 at the time · it stopped 2 things · sleep broken" in browser.text("/diary")


def test_nothing_is_an_answer_and_no_answer_is_none(browser: Browser) -> None:
    browser.submit(DAY, worst="1", **{"stopped:nothing": "1"})
    assert kept(browser).check_ins[TODAY.isoformat()] == {"worst": 1, "stopped": []}
    assert 'name="stopped:nothing" value="1" checked' in browser.get(DAY).text
    assert 'name="did:nothing" value="1" checked' not in browser.get(DAY).text


@pytest.mark.parametrize("fields", [{}, {"worst": "11"}, {"worst": "-1"}, {"now": "nan"}, {"worst": "lots"}])
def test_without_a_number_it_asks_for_one_and_keeps_the_rest(fields: dict[str, str], browser: Browser) -> None:
    answer = browser.submit(DAY, note="Keep me <b>", **fields, **{"stopped:walking": "1"})
    assert answer.status_code == 422
    assert "Tap a number" in words_of(answer.text)
    assert "Keep me &lt;b&gt;" in answer.text
    assert 'name="stopped:walking" value="1" checked' in answer.text
    assert browser.desk.journal.latest() == 0


def test_a_long_note_is_not_lost(browser: Browser) -> None:
    answer = browser.submit(DAY, worst="3", note="x" * 501)
    assert answer.status_code == 422
    assert "x" * 501 in answer.text
    assert browser.submit(DAY, worst="3", note="x" * 500).status_code == 200


@pytest.mark.parametrize("day", ["2026-11-25", "2026-11-31", "today", "2026-W48-2", "0001-01-01", "%00", "x" * 300])
def test_a_day_that_is_none_or_still_to_come_is_not_found(day: str, browser: Browser) -> None:
    assert browser.get(f"/diary/day/{day}").status_code == 404
    assert browser.submit(f"/diary/day/{day}", worst="3").status_code == 404
    assert browser.desk.journal.latest() == 0


def test_an_earlier_day_is_corrected_and_removed(browser: Browser) -> None:
    told(browser, 3, worst=3, did=["gone_from_this_version"])
    browser.submit(f"/diary/day/{ago(3)}", worst="5")
    assert kept(browser).check_ins[ago(3).isoformat()] == {"worst": 5, "did": ["gone_from_this_version"]}
    browser.submit(f"/diary/day/{ago(3)}", what="remove")
    assert kept(browser).check_ins == {}


def test_another_day_is_chosen_by_its_date(browser: Browser) -> None:
    assert browser.get("/diary/day").status_code == 200
    assert browser.get(f"/diary/day?on={ago(9)}").url.path == f"/diary/day/{ago(9)}"
    for wrong in ("", "nonsense", "2027-01-01"):
        answer = browser.get(f"/diary/day?on={wrong}")
        assert answer.status_code == 422
        assert "Choose a day up to today" in words_of(answer.text)


def test_when_things_are_steady_it_does_not_ask(browser: Browser) -> None:
    told(browser, 90, worst=4)
    told(browser, 2, worst=4)
    shown = browser.text("/diary")
    assert "No check-in is needed today" in shown
    assert "the next one is Sun 29 Nov" in shown
    assert "Has any of this changed?" not in shown, "the safety questions were never answered"


def test_it_is_never_late_however_long_it_was(browser: Browser) -> None:
    told(browser, 400, worst=4)
    shown = browser.text("/diary")
    assert "How was today?" in shown
    assert not re.search(r"missed|late|overdue|forgot", shown, re.IGNORECASE)


def test_a_scale_is_offered_after_the_check_in_one_at_a_time(browser: Browser) -> None:
    assert "Once in a while" not in browser.text("/diary")
    browser.submit(DAY, worst="3")
    assert "Once in a while: PEG" in browser.text("/diary")
    browser.submit("/diary/scale/peg", what="later")
    assert "Once in a while: Roland-Morris" in browser.text("/diary")
    browser.submit("/diary/scale/rmdq", day=TODAY.isoformat(), total="11")
    assert "Once in a while" not in browser.text("/diary")
    assert kept(browser).scales == {f"rmdq:{TODAY}": {"total": 11}}


def test_peg_is_kept_by_its_three_numbers_and_can_be_removed(browser: Browser) -> None:
    numbers = {"pain": "7", "enjoyment": "5", "activity": "6"}
    answer = browser.submit("/diary/scale/peg", day=TODAY.isoformat(), pain="7", enjoyment="5")
    assert answer.status_code == 422
    assert answer.text.count(" checked") == 2
    browser.submit("/diary/scale/peg", day=TODAY.isoformat(), **numbers)
    assert kept(browser).scales == {f"peg:{TODAY}": {"items": {"pain": 7, "enjoyment": 5, "activity": 6}}}
    again = browser.get("/diary/scale/peg").text
    assert again.count(" checked") == 3
    assert "6 of 10" in words_of(again)
    browser.submit("/diary/scale/peg", what="remove", day=TODAY.isoformat())
    assert kept(browser).scales == {}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"total": "25"}, "from 0 to 24"),
        ({"total": ""}, "from 0 to 24"),
        ({"total": "4", "day": "soon"}, "Write the day"),
        ({"total": "4", "day": "2026-12-24"}, "still to come"),
    ],
)
def test_a_total_that_cannot_be_is_asked_for_again(fields: dict[str, str], said: str, browser: Browser) -> None:
    answer = browser.submit("/diary/scale/rmdq", **({"day": TODAY.isoformat()} | fields))
    assert answer.status_code == 422
    assert said in words_of(answer.text)
    assert f'value="{fields["total"]}"' in answer.text
    assert browser.desk.journal.latest() == 0


@pytest.mark.parametrize("scale", ["pain", "nothing", "../peg", "%00"])
def test_what_is_no_scale_to_fill_in_is_not_found(scale: str, browser: Browser) -> None:
    assert browser.get(f"/diary/scale/{scale}").status_code == 404


def test_the_alarms_are_asked_again_after_a_week_and_no_is_enough(browser: Browser) -> None:
    no_alarms(browser)
    told(browser, 6, worst=3)
    assert "Has any of this changed?" not in browser.text("/diary")
    told(browser, 7, worst=3)
    shown = browser.text("/diary")
    assert "Has any of this changed?" in shown
    assert "Tue 17 Nov" in shown
    assert browser.submit("/diary/alarms", changed="no").url.path == "/diary"
    assert kept(browser).seen["alarms_again"] == TODAY.isoformat()
    assert "Has any of this changed?" not in browser.text("/diary")


def test_a_new_alarm_answer_fires_at_once(browser: Browser) -> None:
    no_alarms(browser)
    told(browser, 30, worst=3)
    answer = browser.submit("/diary/alarms", changed="yes")
    assert answer.url.path == "/diary/alarms"
    assert "/alarms/1?from=diary" in answer.text
    assert 'href="/diary/alarms"' in browser.get("/alarms/1?from=diary").text
    unchanged = browser.submit("/alarms/2", **{"from": "diary"})
    assert unchanged.url.path == "/diary/alarms"
    fired = browser.submit("/alarms/1", saddle_numbness="yes", **{"from": "diary"})
    assert fired.url.path == "/now"
    assert browser.desk.view().triage.urgency == "emergency"
    alarm = str(browser.desk.say.frame.alarm.emergency)
    for path in ("/diary", DAY, "/course", "/", "/fits"):
        assert alarm in browser.text(path), path
    assert "Has any of this changed?" not in browser.text("/diary"), "what presses comes first"


def test_one_that_is_taken_back_no_longer_fires(browser: Browser) -> None:
    no_alarms(browser)
    told(browser, 30, worst=3)
    browser.submit("/alarms/1", saddle_numbness="yes", **{"from": "diary"})
    browser.submit("/alarms/1", saddle_numbness="no", **{"from": "diary"})
    assert str(browser.desk.say.frame.alarm.emergency) not in browser.text("/diary")


@pytest.mark.parametrize("changed", ["", "perhaps"])
def test_what_is_neither_yes_nor_no_changes_nothing(changed: str, browser: Browser) -> None:
    browser.submit("/diary/alarms", changed=changed)
    assert browser.desk.journal.latest() == 0


def test_a_form_of_another_site_is_refused(browser: Browser) -> None:
    for path in (DAY, "/diary/scale/peg", "/diary/alarms"):
        assert browser.post(path, data={"worst": "3", "changed": "no"}).status_code == 403
    assert browser.desk.journal.latest() == 0


def test_an_empty_course_leads_to_the_diary(browser: Browser) -> None:
    assert "nothing to draw yet" in browser.text("/course")


def three_months(browser: Browser) -> None:
    browser.desk.journal.add(
        ("treatment", "exercise", {"kind": "exercise", "started": ago(45).isoformat()}),
        ("treatment", "x", {"kind": "cupping_<i>", "started": "2026-09-01", "ended": ago(20).isoformat()}),
        ("block", "b", {"given_at": f"{ago(40)}T10:00:00+00:00"}),
        *(
            (
                "checkin",
                ago(day).isoformat(),
                {
                    "worst": (8 if day > 40 else 4) + (day % 3 == 0),
                    "now": 3,
                    "stopped": ["sitting"] if day % 2 else [],
                    "did": ["sat_long"] if day % 3 == 0 else [],
                },
            )
            for day in range(90)
        ),
        *(
            (
                "scale",
                f"peg:{ago(day)}",
                {"items": dict.fromkeys(("pain", "enjoyment", "activity"), 7 - (day < 40) * 3)},
            )
            for day in range(0, 90, 7)
        ),
    )


def test_the_course_says_what_was_before_and_after_and_never_because(browser: Browser) -> None:
    three_months(browser)
    shown = browser.text("/course")
    assert "In the last 28 days pain stopped you doing something on 14 of the 28 days you told of." in shown
    assert "PEG: 7 on " in shown
    assert "That is better, by enough to matter." in shown
    assert "it does not say because of" in shown
    assert "Less after. The change is large enough to matter." in shown
    assert re.search(r"In the same weeks: [^.]*Test injection", shown)
    assert "the end of: cupping <i>" in shown
    assert "Only the month is known" in shown


def test_the_course_is_drawn_twice_without_ids_or_styles_and_has_its_numbers(browser: Browser) -> None:
    three_months(browser)
    html = browser.get("/course").text
    drawn = re.findall(r"<svg .*?</svg>", html, re.DOTALL)
    assert len(drawn) == 2
    assert all("<title>" in one and "<desc>" in one and "Exercises" in one for one in drawn)
    assert not any(" id=" in one or " style=" in one or "<i>" in one for one in drawn)
    assert html.count('<th scope="row">') >= 90
    assert "Sat long" in words_of(html)


@pytest.mark.parametrize("span", ["", "year", "quarter", "nonsense", "%00"])
def test_any_time_can_be_looked_at(span: str, browser: Browser) -> None:
    told(browser, 700, worst=3, now=2)
    three_months(browser)
    answer = browser.get(f"/course?span={span}")
    assert answer.status_code == 200
    assert ("2024" in re.findall(r"<svg .*?</svg>", answer.text, re.DOTALL)[0]) == (span not in ("year", "quarter"))


def test_sessions_of_self_care_stand_on_the_time_line_and_count_as_done(browser: Browser) -> None:
    assert "Self-care" not in browser.text("/course")
    done = random.Random(1).sample(range(60), 20)
    for past in range(60):
        told(browser, past, worst=7 if past in done else 2, did=[])
    without = browser.get("/course").text
    assert "<text" in without
    assert ">Self-care<" not in without
    assert "Nerve glide" not in without
    browser.desk.journal.add(
        *(("session", f"s{past}", {"measure": "nerve_glide", "day": ago(past).isoformat()}) for past in done),
        *(("session", f"x{i}", value) for i, value in enumerate(({}, 3, {"measure": 3}, {"measure": "x", "day": "y"}))),
    )
    with_them = browser.get("/course").text
    assert with_them.count(">Self-care<") == 2
    glide = words_of(with_them)[words_of(with_them).index("What goes with worse days") :]
    assert "Nerve glide" in glide
    assert "20 days with, 40 without" in glide


def test_the_picture_says_what_its_band_and_its_dashes_are(browser: Browser) -> None:
    told(browser, 0, worst=3)
    assert "Where you began" not in browser.text("/course"), "one check-in is no start yet"
    three_months(browser)
    assert "Where you began Too small a change to matter" in browser.text("/course")


def test_the_diary_leads_to_what_else_is_followed(browser: Browser) -> None:
    page = browser.get("/diary").text
    for way in browser.desk.say.diary.ways:
        assert f'href="{way.to}"' in page
        assert browser.get(str(way.to)).status_code == 200


def test_one_check_in_makes_a_course(browser: Browser) -> None:
    told(browser, 0, now=3)
    assert "Nothing to compare yet" in browser.text("/course")


@pytest.mark.parametrize("value", [{}, {"worst": None}, {"worst": "3"}, {"did": 3}, [], 3, "x"])
def test_entries_of_another_version_break_no_page(value: Any, browser: Browser) -> None:
    browser.desk.journal.add(
        ("checkin", ago(1).isoformat(), value),
        ("checkin", "x", value),
        ("checkin", TODAY.isoformat(), value),
        ("scale", f"peg:{TODAY}", value),
        ("scale", f"rmdq:{TODAY}", value),
        ("scale", "y", value),
        ("seen", "alarms_again", value),
        ("seen", "later_peg", value),
    )
    for path in ("/diary", DAY, "/diary/scale/peg", "/diary/scale/rmdq", "/diary/alarms", "/course"):
        assert browser.get(path).status_code == 200, path


def test_looking_writes_nothing(browser: Browser) -> None:
    for path in ("/diary", DAY, "/diary/day", "/diary/scale/peg", "/diary/alarms", "/course"):
        browser.get(path)
    assert browser.desk.journal.latest() == 0
