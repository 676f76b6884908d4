"""What is kept, what is read back in, and what is erased."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from httpx2 import Response

from cluneal.record import Entry, Journal, JournalError, entries_of, person_of
from cluneal.web.guard import LARGEST_FILE

from .conftest import Browser, words_of

CASE: dict[str, Any] = {
    "age": 52,
    "sex": "f",
    "started": "2025-06-01",
    "findings": {"fever": False, "worse_standing": True, "burning_pain": None},
    "mark": {"side": "right", "x_mm": 70, "y_mm": 45},
    "treatments": [{"kind": "nsaid", "helped": "no", "started": "2026-03-01"}, {"kind": "something <b>else</b>"}],
    "blocks": [
        {"target": "scn", "drug": "lidocaine", "readings": [{"minute": 0, "pain": 8}, {"minute": 30, "pain": 1}]}
    ],
}


def upload(browser: Browser, content: bytes | str | dict[str, Any], follow: bool = True) -> Response:
    """Choose a file and look into it."""
    sent = json.dumps(content) if isinstance(content, dict) else content
    return browser.post(
        "/data/read",
        data={"form": browser.keys.form},
        files={"file": ("case.json", sent)},
        follow_redirects=follow,
    )


def take_in(browser: Browser, page: Response) -> Response:
    """Say yes on the page that shows what a file brings."""
    fields = dict(re.findall(r'name="(waiting|number)" value="(\w+)"', page.text))
    return browser.submit("/data/add", **fields)


def numbers(page: str) -> list[int]:
    return [int(number) for number in re.findall(r"(\d+) things? (?:is|are|changes?|was|were)", page)]


def test_it_says_what_is_kept_and_where(browser: Browser) -> None:
    assert "Nothing is kept yet." in browser.text("/data")
    browser.desk.journal.add(*entries_of(CASE), ("choice", "theme", "dark"))
    text = browser.text("/data")
    assert "not kept yet" in text
    for line in ("About you 3", "Answers 3", "Places on the map 1", "Treatments 2", "Test injections 1"):
        assert line in text
    assert 'href="/case.json" download' in browser.get("/data").text


def test_a_file_is_looked_through_before_anything_changes(browser: Browser) -> None:
    page = upload(browser, CASE)
    assert page.url.path == "/data/read"
    assert browser.desk.journal.latest() == 0
    text = words_of(page.text)
    assert numbers(text) == [10]
    for told in (
        "Age 52 years",
        "Sex Female",
        "Day the pain began June 2025",
        "Fever No",
        "Burning pain Not sure",
        "About 7 cm right of the spine",
        "from March 2026 · did not help",
        "something <b>else</b>",
    ):
        assert told in text, told
    assert "<b>else" not in page.text
    answer = take_in(browser, page)
    assert answer.url.path == "/data/added"
    assert numbers(words_of(answer.text)) == [10]
    assert browser.desk.person().case() == CASE


def test_the_same_file_again_brings_nothing(browser: Browser) -> None:
    take_in(browser, upload(browser, CASE))
    number = browser.desk.journal.latest()
    page = upload(browser, browser.desk.person().case())
    assert "All of it is here already" in words_of(page.text)
    assert browser.desk.journal.latest() == number


def test_what_would_change_is_shown_before_and_after(browser: Browser) -> None:
    take_in(browser, upload(browser, CASE))
    changed = CASE | {"age": 53, "findings": {"fever": True, "burning_pain": None, "radiates_thigh": None}}
    page = upload(browser, changed)
    text = words_of(page.text)
    assert numbers(text) == [2, 1]
    assert "Age Now 52 years In the file 53 years" in text
    assert "Fever Now No In the file Yes" in text
    assert numbers(words_of(take_in(browser, page).text)) == [1, 2]
    assert browser.desk.person().answers == {
        "fever": True, "worse_standing": True, "burning_pain": None, "radiates_thigh": None
    }  # fmt: skip


def test_an_old_name_of_a_finding_is_its_present_one(browser: Browser) -> None:
    alias, name = next(
        (alias, one.id) for one in browser.desk.knowledge.findings.values() for alias in one.aliases if not one.place
    )
    browser.desk.journal.add(("answer", name, True))
    assert "All of it is here already" in words_of(upload(browser, {"findings": {alias: True}}).text)


REFUSED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "expecting value at column 1; mend the JSON"),
    "no JSON": (b"{age: 5}", "mend the JSON"),
    "UTF-16": ('{"age": 5}'.encode("utf-16"), "not UTF-8 at byte 0; save the file as UTF-8"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00", "not UTF-8 at byte 0"),
    "zeros": (bytes(50), "not UTF-8 text at byte 0"),
    "deep": (b"[" * 300_000, "nested too deeply; a case has at most four levels"),
    "deep objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested too deeply"),
    "twice": (b'{"age": 5, "age": 6}', "age stands twice; keep one"),
    "NaN": (b'{"age": NaN}', "NaN is not a number; leave the value out when it is not known"),
    "infinity": (b'{"age": 1e999}', "age: inf is out of range; give a number from 0 to 120"),
    "digits": (b'{"age": ' + b"9" * 5000 + b"}", "is a number of 5000 digits; correct it"),
    "a list": (b"[]", "case: expected names with values, found a list"),
    "nothing": (b"null", "case: expected names with values, found nothing"),
    "a wrong type": (b'{"findings": {"fever": "yes"}}', "findings.fever: 'yes' is not true or false"),
    "a wrong list": (b'{"treatments": {"kind": "nsaid"}}', "treatments: expected a list"),
    "a bad treatment": (b'{"treatments": ["nsaid"]}', "treatments[0]: expected names with values, found text"),
    "an unknown field": (b'{"agee": 5}', "agee: no such field. Did you mean age?"),
    "an unknown finding": (b'{"findings": {"worse_standng": true}}', "findings.worse_standng: no such finding."),
    "a contradiction": (b'{"age": 70, "findings": {"age_under_40": true}}', "true contradicts age 70; correct one"),
    "off the map": (b'{"mark": {"x_mm": 400, "y_mm": 0}}', "mark.x_mm: 400 is off the map"),
    "the future": (b'{"started": "2027-01-01"}', "started: 2027-01-01 is in the future"),
    "half a sign": (b'{"id": "\\ud800"}', "It holds signs that are no text."),
    "half a sign in a name": (b'{"treatments": [{"kind": "\\udfff"}]}', "It holds signs that are no text."),
    "a long name": (b'{"' + b"x" * 900_000 + b'": 1}', "xxx..."),
    "too large": (b'{"id": "' + b"x" * LARGEST_FILE + b'"}', "The file has more than one megabyte."),
}  # fmt: skip


@pytest.mark.parametrize(("content", "told"), REFUSED.values(), ids=REFUSED)
def test_a_bad_file_is_named_and_nothing_changes(content: bytes, told: str, browser: Browser) -> None:
    browser.desk.journal.add(("answer", "fever", True))
    answer = upload(browser, content)
    assert answer.status_code == 422
    text = words_of(answer.text)
    assert told in text
    assert "Nothing has changed." in text
    assert len(text) < 3000
    assert browser.get("/data/read").url.path == "/data", "nothing waits to be taken in"
    assert browser.desk.journal.latest() == 1


def test_a_file_of_the_largest_size_is_read(browser: Browser) -> None:
    content = b'{"age": 52}'.ljust(LARGEST_FILE)
    assert upload(browser, content).url.path == "/data/read"


def test_no_file_was_chosen(browser: Browser) -> None:
    for files in ({"file": ("", b"")}, {"other": ("case.json", b"{}")}):
        answer = browser.post("/data/read", data={"form": browser.keys.form}, files=files)
        assert answer.status_code == 422
        assert "Choose a file first." in words_of(answer.text)
    assert browser.submit("/data/read", file="{}").status_code == 422


def test_a_file_needs_the_sign_of_our_form(browser: Browser) -> None:
    assert browser.post("/data/read", files={"file": ("case.json", b"{}")}).status_code == 403


def test_what_does_not_fit_what_is_here_is_not_taken(browser: Browser) -> None:
    browser.desk.journal.add(("answer", "radiates_thigh", False))
    answer = upload(browser, {"age": 50, "findings": {"radiates_below_knee": True}})
    assert answer.status_code == 422
    assert "does not fit what is here: findings.radiates_below_knee" in words_of(answer.text)
    assert browser.desk.journal.latest() == 1


def test_what_was_answered_meanwhile_is_seen_before_it_is_changed(browser: Browser) -> None:
    page = upload(browser, {"age": 50})
    browser.desk.journal.add(("about", "age", 49))
    again = take_in(browser, page)
    assert again.url.path == "/data/read"
    assert "Something was answered since" in words_of(again.text)
    assert "Age Now 49 years In the file 50 years" in words_of(again.text)
    assert browser.desk.person().about == {"age": 49}
    take_in(browser, again)
    assert browser.desk.person().about == {"age": 50}


def test_what_clashes_meanwhile_is_not_taken(browser: Browser) -> None:
    page = upload(browser, {"findings": {"radiates_below_knee": True}})
    browser.desk.journal.add(("answer", "radiates_thigh", False))
    assert browser.get("/data/read").status_code == 422
    fields = dict(re.findall(r'name="(waiting)" value="(\w+)"', page.text))
    answer = browser.submit("/data/add", **fields, number=str(browser.desk.journal.latest()))
    assert answer.status_code == 422
    assert browser.desk.person().answers == {"radiates_thigh": False}


def test_only_what_was_looked_through_is_taken_in_and_only_once(browser: Browser) -> None:
    for path in ("/data/read", "/data/added", "/data/erased"):
        assert browser.get(path).url.path == "/data"
    first, second = upload(browser, {"age": 50}), upload(browser, {"age": 51})
    answer = take_in(browser, first)
    assert answer.status_code == 422
    assert "That file is no longer at hand" in words_of(answer.text)
    assert browser.desk.journal.latest() == 0
    take_in(browser, second)
    assert take_in(browser, second).status_code == 422
    assert browser.desk.person().about == {"age": 51}
    assert browser.submit("/data/add", waiting="x", number="y").status_code == 422


def test_answers_of_another_version_are_shown_and_harm_nothing(browser: Browser) -> None:
    browser.desk.journal.add(
        ("answer", "a_finding_of_long_ago", True),
        ("about", "age", 50),
        ("about", "sex", "x"),
        ("mark", "worst", {"a": 1}),
    )
    text = browser.text("/data")
    assert "Kept, but not used" in text
    assert "a finding of long ago · Yes" in text
    assert "Sex · x" in text
    page = upload(browser, {"age": 51})
    take_in(browser, page)
    assert browser.desk.person().about["age"] == 51


def test_erasing_says_what_goes_and_asks_first(browser: Browser) -> None:
    browser.desk.journal.add(*entries_of(CASE), ("choice", "theme", "dark"))
    browser.desk.journal.add(("about", "age", 53))
    text = browser.text("/data/erase")
    for line in ("About you 3", "Answers 3", "Places on the map 1", "Treatments 2"):
        assert line in text
    for fields in ({}, {"sure": ""}, {"sure": "no"}):
        answer = browser.submit("/data/erase", **fields)
        assert answer.status_code == 422
        assert "Nothing has been erased." in words_of(answer.text)
    assert browser.desk.person().about["age"] == 53


def test_erasing_erases_and_says_what_it_was(browser: Browser) -> None:
    browser.desk.journal.add(*entries_of(CASE))
    browser.desk.journal.add(("about", "age", 53))
    upload(browser, {"age": 54})
    answer = browser.submit("/data/erase", sure="yes")
    assert answer.url.path == "/data/erased"
    text = words_of(answer.text)
    for line in ("About you 3", "Answers 3", "Places on the map 1", "Treatments 2", "11 entries in all"):
        assert line in text
    assert browser.desk.journal.entries() == []
    assert browser.desk.person() is not None
    assert browser.desk.person().case() == {"findings": {}}
    assert browser.get("/data/read").url.path == "/data", "what waited is gone too"
    again = browser.get("/data/erased")
    assert "About you 3" in words_of(again.text), "loading the page again erases nothing and tells the same"
    assert "There is nothing to erase." in browser.text("/data/erase")


def test_erasing_that_fails_says_so(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    browser.desk.journal.add(("about", "age", 53))

    def fails(_: Journal) -> int:
        raise JournalError("record.sqlite: another program is writing to it; try again")

    monkeypatch.setattr(Journal, "erase", fails)
    answer = browser.submit("/data/erase", sure="yes")
    assert answer.status_code == 422
    assert "another program is writing to it" in words_of(answer.text)


def test_an_export_is_an_import(browser: Browser) -> None:
    take_in(browser, upload(browser, CASE))
    case = json.loads(json.dumps(browser.desk.person().case()))
    given = entries_of(case)
    assert person_of(Entry(i, "", *one) for i, one in enumerate(given)).case() == CASE
