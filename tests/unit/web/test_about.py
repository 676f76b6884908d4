"""About the person: all of it can be skipped, and what is typed wrong stays to be mended."""

from __future__ import annotations

from typing import Any

import pytest

from cluneal.record.person import ANSWER

from .conftest import TODAY, Browser
from .interviewed import FROM_ANSWERS, FROM_ELSEWHERE, alarms_off


def test_what_is_given_is_kept_and_the_place_comes_next(browser: Browser) -> None:
    alarms_off(browser)
    answer = browser.submit("/about", follow=False, age="52", sex="f", since="date", month="2025-03")
    assert answer.headers["location"] == "/place"
    assert dict(browser.desk.person().about) == {"age": 52, "sex": "f", "started": "2025-03-01"}


def test_all_of_it_can_be_skipped(browser: Browser) -> None:
    alarms_off(browser)
    assert browser.submit("/about", follow=False).headers["location"] == "/place"
    assert dict(browser.desk.person().about) == {}


@pytest.mark.parametrize("id", ["weeks", "six_weeks", "months", "year"])
def test_a_rough_answer_is_a_day_in_its_own_range(id: str, browser: Browser) -> None:
    choice = next(one for one in browser.desk.knowledge.model.started_choices if one.id == id)
    browser.submit("/about", since=id)
    months = browser.desk.view().case.months_of_pain(TODAY)
    assert months is not None
    assert choice.months[0] <= months < choice.months[1]
    assert f'value="{id}" checked' in browser.get("/about?from=answers").text


def test_the_same_rough_answer_again_keeps_its_day(browser: Browser) -> None:
    browser.submit("/about", since="year")
    first = browser.desk.person().about["started"]
    browser.desk.today = lambda: TODAY.replace(year=TODAY.year + 1)
    browser.submit("/about", since="year", age="52")
    assert browser.desk.person().about["started"] == first
    browser.submit("/about", since="weeks", age="52")
    assert browser.desk.person().about["started"] > first


@pytest.mark.parametrize("month", ["2025-03", "03/2025", "3.2025"])
def test_a_month_may_be_written_in_several_ways(month: str, browser: Browser) -> None:
    browser.submit("/about", since="date", month=month)
    assert browser.desk.person().about["started"] == "2025-03-01"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("age", "fifty", "Age: give a number from 0 to 120"),
        ("age", "-3", "Age: give a number from 0 to 120"),
        ("age", "nan", "Age: give a number from 0 to 120"),
        ("age", "1e999", "Age: give a number from 0 to 120"),
        ("month", "soon", "write it as year and month"),
        ("month", "2025-13", "write it as year and month"),
        ("month", "2031-01", "this lies in the future"),
        ("month", "1802-01", "this is more than 120 years ago"),
        ("month", "0000-01", "write it as year and month"),
    ],
)
def test_what_cannot_be_read_is_said_and_kept_in_the_form(field: str, value: str, said: str, browser: Browser) -> None:
    given: dict[str, Any] = {"since": "date", "sex": "f", field: value}
    answer = browser.submit("/about", **given)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{value}"' in answer.text
    assert 'value="f" checked' in answer.text
    assert dict(browser.desk.person().about) == {}


def test_a_pain_before_birth_is_mended_on_the_page(browser: Browser) -> None:
    answer = browser.submit("/about", age="20", since="date", month="1990-01")
    assert "before your birth" in answer.text


@pytest.mark.parametrize("junk", ["<script>alert(1)</script>", "x" * 10_000, "\x00", "f' OR 1=1"])
def test_junk_in_any_field_breaks_nothing(junk: str, browser: Browser) -> None:
    answer = browser.submit("/about", age=junk, sex=junk, since=junk, month=junk, setting=junk)
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    assert browser.submit("/about", sex=junk, since=junk, setting=junk, follow=False).status_code == 303
    assert dict(browser.desk.person().about) == {}


def test_sent_twice_it_is_said_once(browser: Browser) -> None:
    browser.submit("/about", age="52", sex="f", since="weeks")
    number = browser.desk.journal.latest()
    browser.submit("/about", age="52", sex="f", since="weeks")
    assert browser.desk.journal.latest() == number


def test_a_sex_that_an_answer_contradicts_is_cleared_up(browser: Browser) -> None:
    alarms_off(browser)
    browser.desk.journal.add((ANSWER, "pregnant", True))
    page = browser.submit("/about", age="30", sex="m")
    assert page.url.path == "/ask/which"
    assert "Two answers do not fit together" in page.text
    # The age fits, and was kept at once; the sex waits.
    assert dict(browser.desk.person().about) == {"age": 30}
    browser.submit(f"{page.url.path}?{page.url.query.decode()}", right="new")
    assert browser.desk.person().about["sex"] == "m"
    assert "pregnant" not in browser.desk.person().answers


def test_it_goes_back_to_where_it_was_opened_from(browser: Browser) -> None:
    answer = browser.submit("/about", follow=False, age="52", **FROM_ANSWERS)
    assert answer.headers["location"] == "/answers"
    answer = browser.submit("/about", follow=False, age="53", **FROM_ELSEWHERE)
    assert answer.headers["location"] == "/alarms/1"


def test_after_the_alarm_questions_it_says_what_they_came_to(browser: Browser) -> None:
    alarms_off(browser)
    assert "None of your answers asks for help today" in browser.text("/about")
    browser.submit("/alarms/1", saddle_numbness="not_sure")
    assert "For one of them the answer is still not sure" in browser.text("/about")


def test_every_setting_has_its_words(browser: Browser) -> None:
    assert set(browser.desk.say.about.settings) == set(browser.desk.knowledge.model.settings)
