"""The start: what this is, and where to go on."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from .conftest import TODAY, Browser
from .interviewed import alarms_off, placed, to_the_end

LARGEST_FIRST_PAGE = 150_000


def test_a_new_person_can_start_read_or_open_a_file(browser: Browser) -> None:
    page = browser.get("/").text
    assert 'href="/begin">Start' in page
    assert 'href="/data"' in page
    assert 'href="/learn"' in page
    assert "Saved so far" not in page


@pytest.mark.parametrize(
    ("path", "part"),
    [
        *((path, "/answers") for path in ("/ask/leg_pain", "/alarms/1", "/about", "/place", "/treatments", "/history")),
        ("/plan", "/fits"),
        *((path, "/diary") for path in ("/course", "/blocks", "/notes", "/diary/scale/peg")),
    ],
)
def test_a_page_tells_to_which_part_it_belongs(browser: Browser, path: str, part: str) -> None:
    assert re.findall(r'href="([^"]+)" aria-current="true"', browser.get(path).text) == [part]


def test_a_test_injection_can_be_found_from_where_one_thinks_of_it(browser: Browser) -> None:
    for path in ("/plan", "/treatments", "/doctor"):
        assert 'href="/blocks"' in browser.get(path).text, path


def test_somebody_who_comes_back_goes_on_and_sees_what_is_there(browser: Browser) -> None:
    alarms_off(browser)
    text = browser.text("/")
    assert "18 answers" in text
    assert "Go on where you were" in text


def test_somebody_at_the_end_is_led_to_what_fits(browser: Browser) -> None:
    placed(browser)
    to_the_end(browser, "no")
    page = browser.get("/").text
    assert 'class="button" href="/fits"' in page
    assert 'href="/diary">Begin a diary' in page
    assert 'href="/course"' not in page


def told(browser: Browser, *days: int) -> None:
    browser.desk.journal.add(*(("checkin", str(TODAY - timedelta(days=day)), {"worst": 4}) for day in days))


@pytest.mark.parametrize(
    ("days", "said", "button"),
    [
        ((1,), "How was today?", "Check in"),
        ((0,), "Today is noted.", "Open the diary"),
        ((90, 2), "The next check-in is Sun 29 Nov.", "Open the diary"),
    ],
)
def test_somebody_who_keeps_a_diary_comes_to_it_first(
    days: tuple[int, ...], said: str, button: str, browser: Browser
) -> None:
    alarms_off(browser)
    assert 'href="/diary">' not in re.sub(r"<nav.*?</nav>", "", browser.get("/").text, flags=re.DOTALL)
    told(browser, *days)
    page = browser.get("/").text
    assert said in browser.text("/")
    assert f'href="/diary">{button}' in page
    assert page.index("Day by day") < page.index("Saved so far")


def test_the_weekly_safety_question_is_told_of_at_the_start(browser: Browser) -> None:
    alarms_off(browser)
    told(browser, 7, 1)
    assert "That is due now." in browser.text("/")
    browser.submit("/diary/alarms", changed="no")
    assert "That is due now." not in browser.text("/")


def test_the_first_page_is_small(browser: Browser) -> None:
    """All that a phone loads for it: the page, its styles, the fonts it uses, the icon."""
    page = browser.get("/")
    fonts = "/static/fonts/atkinson-hyperlegible-next-latin-{}-normal.woff2"
    parts = ["/static/base.css", "/static/ask.css", "/static/icon.svg", fonts.format(400), fonts.format(700)]
    sizes = [len(browser.get(part).content) for part in parts]
    assert all(sizes)
    assert len(page.content) + sum(sizes) < LARGEST_FIRST_PAGE
