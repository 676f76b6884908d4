"""The alarm questions, and what happens at once when an answer is one that should not wait."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Browser
from .interviewed import FROM_NOW, alarms_off, placed

FIRST = ("saddle_numbness", "groin_numbness_spreading", "urinary_retention_or_incontinence", "bowel_dysfunction")


def said(browser: Browser) -> dict[str, bool | None]:
    return dict(browser.desk.person().answers)


def test_they_are_the_first_thing_asked(browser: Browser) -> None:
    assert browser.get("/ask", follow_redirects=False).headers["location"] == "/alarms/1"


def test_no_to_all_is_one_press_a_page_and_all_are_kept(browser: Browser) -> None:
    answer = browser.submit("/alarms/1", follow=False, rest="no")
    assert answer.headers["location"] == "/alarms/2"
    assert said(browser) == dict.fromkeys(FIRST, False)
    alarms_off(browser)
    assert said(browser) == dict.fromkeys(browser.desk.knowledge.model.alarm_order, False)


def test_no_to_all_leaves_what_was_marked_and_what_was_said_before(browser: Browser) -> None:
    browser.submit("/alarms/1", groin_numbness_spreading="not_sure")
    browser.submit("/alarms/1", saddle_numbness="not_sure", rest="no")
    assert said(browser) == {
        "groin_numbness_spreading": None,
        "saddle_numbness": None,
        "urinary_retention_or_incontinence": False,
        "bowel_dysfunction": False,
    }


def test_blank_ones_are_not_answered_for_the_person_and_are_named(browser: Browser) -> None:
    page = browser.submit("/alarms/1", saddle_numbness="no")
    assert said(browser) == {"saddle_numbness": False}
    assert page.url.path == "/alarms/1"
    assert "3 questions have no answer yet" in page.text
    assert 'href="#bowel_dysfunction"' in page.text
    # No shortcut to "no" there any more: what was left open once is answered or not sure.
    assert 'value="no">' in page.text
    assert 'name="rest" value="no"' not in page.text
    browser.submit("/alarms/1", rest="not_sure")
    assert said(browser) == {"saddle_numbness": False} | dict.fromkeys(FIRST[1:])


def test_an_emergency_stops_everything_at_once(browser: Browser) -> None:
    page = browser.submit("/alarms/1", saddle_numbness="yes")
    assert page.url.path == "/now"
    rule = browser.desk.knowledge.redflags["ces_saddle_numbness"]
    text = browser.text("/now")
    assert " ".join(rule.person.split()) in text
    assert "New numbness between the legs" in text
    for path in ("/ask", "/ask/leg_pain", "/alarms/2", "/about", "/ask/done"):
        assert browser.get(path).url.path == "/now", path
    assert 'href="/now"' in browser.get("/answers").text


def test_an_emergency_in_a_page_of_answers_keeps_the_others_too(browser: Browser) -> None:
    browser.submit("/alarms/1", saddle_numbness="yes", rest="no")
    assert said(browser) == dict.fromkeys(FIRST, False) | {"saddle_numbness": True}


def test_an_emergency_can_be_corrected_from_its_page(browser: Browser) -> None:
    browser.submit("/alarms/1", saddle_numbness="yes", rest="no")
    assert 'href="/alarms/1?from=now"' in browser.get("/now").text
    assert browser.get("/alarms/1?from=now").url.path == "/alarms/1"
    page = browser.submit("/alarms/1", saddle_numbness="no", **FROM_NOW)
    assert page.url.path == "/now"
    assert "Nothing here asks for help now" in page.text
    assert browser.get("/ask").url.path == "/alarms/2"


def test_somebody_may_go_on_all_the_same_and_the_line_stays(browser: Browser) -> None:
    browser.submit("/alarms/1", saddle_numbness="yes", rest="no")
    page = browser.submit("/now")
    assert page.url.path == "/alarms/2"
    assert 'class="banner"' in page.text


def test_another_emergency_stops_it_again_and_so_does_the_same_one_that_came_back(browser: Browser) -> None:
    browser.submit("/alarms/1", saddle_numbness="yes", rest="no")
    browser.submit("/now")
    assert browser.submit("/alarms/2", bilateral_leg_weakness="yes", rest="no").url.path == "/now"
    browser.submit("/now")
    browser.submit("/alarms/1", saddle_numbness="no")
    assert browser.submit("/alarms/1", saddle_numbness="yes").url.path == "/now"


def test_what_needs_today_is_said_and_does_not_stop(browser: Browser) -> None:
    browser.submit("/alarms/1", rest="no")
    page = browser.submit("/alarms/2", progressive_weakness="yes", rest="no")
    assert page.url.path == "/alarms/3"
    assert "should be seen today" in page.text
    assert "Please be seen today" in browser.text("/now")


def test_an_age_that_makes_it_an_emergency_stops_it_too(browser: Browser) -> None:
    alarms_off(browser)
    browser.submit("/alarms/4", flank_or_abdominal_pain="yes", nonmechanical_pain="yes")
    page = browser.submit("/about", age="70", since="weeks")
    assert page.url.path == "/now"
    assert "65 or over" in page.text or "Age 65" in page.text
    assert 'href="/about?from=now"' in page.text


def test_an_answer_that_came_by_a_narrower_one_leads_to_that_one(browser: Browser) -> None:
    placed(browser)
    browser.submit("/alarms/5", injected_drugs_or_immunosuppressed="not_sure")
    browser.submit("/ask/injects_drugs", said="yes")
    browser.submit("/alarms/2", progressive_weakness="yes")
    assert 'href="/ask/injects_drugs?from=now"' in browser.get("/now").text


def test_questions_left_open_are_named_there(browser: Browser) -> None:
    browser.submit("/alarms/1", rest="not_sure")
    page = browser.get("/now").text
    assert "Safety questions that are still open" in page
    assert 'href="/alarms/1"' in page


@pytest.mark.parametrize("number", ["0", "6", "999999999999", "-1", "x", "1.5"])
def test_a_page_that_is_none(number: str, browser: Browser) -> None:
    assert browser.get(f"/alarms/{number}").status_code == 404


def test_junk_answers_are_left_blank(browser: Browser) -> None:
    page = browser.submit("/alarms/1", saddle_numbness="maybe", rest="yes", leg_pain="yes")
    assert page.status_code == 200
    assert said(browser) == {}


def test_a_double_click_and_a_second_window_say_it_once(browser: Browser) -> None:
    browser.submit("/alarms/1", rest="no")
    number = browser.desk.journal.latest()
    again: dict[str, Any] = dict.fromkeys(FIRST, "no")
    browser.submit("/alarms/1", **again)
    assert browser.desk.journal.latest() == number


def test_looking_writes_nothing(browser: Browser) -> None:
    browser.submit("/alarms/1", saddle_numbness="yes", rest="no")
    number = browser.desk.journal.latest()
    for path in ("/", "/now", "/alarms/1?from=now", "/answers", "/ask", "/about", "/ask/leg_pain", "/ask/done"):
        browser.get(path)
    assert browser.desk.journal.latest() == number


def test_a_form_of_another_site_keeps_nothing(browser: Browser) -> None:
    assert browser.post("/alarms/1", data={"rest": "no"}).status_code == 403
    assert browser.post("/now", data={}).status_code == 403
    assert said(browser) == {}
