"""How the pages look: chosen once, kept, and the same for every page."""

from __future__ import annotations

import pytest

from cluneal.web.render import THEMES

from .conftest import Browser, words_of


@pytest.mark.parametrize("theme", THEMES)
def test_the_chosen_colours_hold_on_every_page(theme: str, browser: Browser) -> None:
    answer = browser.submit("/display", theme=theme)
    assert answer.url.path == "/display"
    for page in (answer, browser.get("/data"), browser.get("/nowhere")):
        assert f'data-theme="{theme}"' in page.text
    assert f'value="{theme}" checked' in answer.text
    assert answer.text.count(" checked") == 1


@pytest.mark.parametrize("fields", [{}, {"theme": ""}, {"theme": "pink"}, {"theme": '"><script>'}])
def test_what_is_no_choice_is_asked_again(fields: dict[str, str], browser: Browser) -> None:
    answer = browser.submit("/display", **fields)
    assert answer.status_code == 422
    assert "Pick one of the four" in words_of(answer.text)
    assert browser.desk.journal.latest() == 0


def test_a_choice_that_is_no_longer_known_is_the_usual_one(browser: Browser) -> None:
    browser.desk.journal.add(("choice", "theme", "pink"))
    assert 'data-theme="auto"' in browser.get("/display").text
