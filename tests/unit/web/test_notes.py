"""Notes and papers in the app: written once, changed, removed, and shown to nobody who was not meant to see them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from .conftest import TODAY, Browser, words_of

NOTE, PAPER = "/notes/note/a1", "/notes/paper/b1"


def test_a_note_is_kept_once_changed_and_removed(browser: Browser) -> None:
    assert "No notes yet." in browser.text("/notes")
    assert f'value="{TODAY}"' in browser.get(NOTE).text
    for _ in range(2):
        answer = browser.submit(NOTE, text=" Ask about\r\ndriving <b> ", day=TODAY.isoformat())
        assert answer.url.path == "/notes"
    assert browser.desk.journal.latest() == 1
    assert browser.desk.person().notes == {"a1": {"text": "Ask about\ndriving <b>", "day": TODAY.isoformat()}}
    assert "driving &lt;b&gt;" in browser.get("/notes").text
    browser.submit(NOTE, text="Ask again", day="")
    assert browser.desk.person().notes == {"a1": {"text": "Ask again"}}
    assert 'value=""' in browser.get(NOTE).text, "what had no day gets none by being looked at"
    browser.submit(NOTE, what="remove")
    assert browser.desk.person().notes == {}


def test_a_paper_is_listed_with_where_it_lies(browser: Browser) -> None:
    browser.submit(PAPER, title="MRI of the back", kind="images", where="Blue folder", day="2026-01-28")
    assert browser.desk.person().documents == {
        "b1": {"title": "MRI of the back", "kind": "images", "where": "Blue folder", "day": "2026-01-28"}
    }
    assert "Pictures, such as a scan · Wed 28 Jan MRI of the back Blue folder" in browser.text("/notes")
    assert '<option value="images" selected>' in browser.get(PAPER).text
    browser.submit(PAPER, title="MRI of the back", kind="film")
    assert browser.desk.person().documents["b1"]["kind"] == "other"


@pytest.mark.parametrize(
    ("path", "fields", "said"),
    [
        (NOTE, {"text": "  "}, "Write something"),
        (NOTE, {"text": "x" * 2001}, "too long"),
        (NOTE, {"text": "Keep me", "day": "soon"}, "Write the day"),
        (PAPER, {"title": "", "where": "Keep me"}, "Write something"),
        (PAPER, {"title": "x", "where": "y" * 201}, "too long"),
        (PAPER, {"title": "Keep me", "day": "2026-13-01"}, "Write the day"),
    ],
)
def test_what_cannot_be_kept_says_why_and_loses_nothing(
    path: str, fields: dict[str, str], said: str, browser: Browser
) -> None:
    answer = browser.submit(path, **fields)
    assert answer.status_code == 422
    assert said in words_of(answer.text)
    assert all(value.strip() in answer.text for value in fields.values())
    assert browser.desk.journal.latest() == 0


def test_a_long_note_fits_exactly(browser: Browser) -> None:
    assert browser.submit(NOTE, text="x" * 2000).url.path == "/notes"


@pytest.mark.parametrize(
    "path", ["/notes/film/a", "/notes/note/..%2fx", "/notes/note/A", f"/notes/note/{'a' * 41}", "/notes/note/%00"]
)
def test_what_is_no_note_is_not_found(path: str, browser: Browser) -> None:
    assert browser.get(path).status_code == 404
    assert browser.submit(path, text="x", title="x").status_code == 404
    assert browser.desk.journal.latest() == 0


def test_a_form_of_another_site_is_refused_and_looking_writes_nothing(browser: Browser) -> None:
    assert browser.post(NOTE, data={"text": "x"}).status_code == 403
    for path in ("/notes", NOTE, PAPER):
        browser.get(path)
    assert browser.desk.journal.latest() == 0


def test_every_new_note_gets_a_key_of_its_own(browser: Browser) -> None:
    keys = {re.findall(r'/notes/note/(\w+)"', browser.get("/notes").text)[-1] for _ in range(5)}
    assert len(keys) == 5


@pytest.mark.parametrize("value", [3, "x", [], {}, {"text": 3, "title": 3, "day": 3, "where": [], "kind": {}}])
def test_entries_of_another_version_break_no_page(value: Any, browser: Browser) -> None:
    browser.desk.journal.add(("note", "a1", value), ("document", "b1", value))
    for path in ("/notes", NOTE, PAPER, "/doctor", "/doctor/page", "/history"):
        assert browser.get(path).status_code == 200, path
