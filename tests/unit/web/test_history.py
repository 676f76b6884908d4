"""Everything that was ever said: in plain words, what holds, what was changed, what was taken back."""

from __future__ import annotations

import gc
import re
from pathlib import Path
from typing import Any
from weakref import ref

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cluneal.record import Journal
from cluneal.record.person import KEPT_AS, NOT_SURE
from cluneal.web.pages.history import READ
from cluneal.web.told import LONGEST, Told

from .conftest import Browser, words_of

ONE_OF_EACH = (
    ("about", "age", 52),
    ("about", "setting", "primary_care"),
    ("about", "started", "2025-03-10"),
    ("answer", "worse_standing", True),
    ("answer", "fever", "not_sure"),
    ("mark", "worst", {"side": "right", "x_mm": 70, "y_mm": 45, "intensity": 7}),
    ("treatment", "t", {"kind": "exercise", "started": "2026-01-01", "helped": "partly", "dose": "twice a week"}),
    ("block", "b", {"given_at": "2026-05-02T10:00:00+02:00", "drug": "lidocaine"}),
    ("reading", "b:15", {"minute": 15, "pain": 1, "movement_pain": 2}),
    ("checkin", "2026-11-20", {"worst": 7, "stopped": ["sitting"], "did": ["walk"], "sleep": "broken", "note": "Far"}),
    ("scale", "peg:2026-11-20", {"items": {"pain": 6, "enjoyment": 5, "activity": 4}}),
    ("session", "s", {"measure": "nerve_glide", "day": "2026-11-20", "before": 4, "after": 3, "stopped": "pain"}),
    ("note", "n", {"text": "Ask", "day": "2026-11-20"}),
    ("document", "d", {"title": "MRI", "where": "desk"}),
    ("seen", "alarms_again", "2026-11-20"),
    ("seen", "later_peg", "2026-11-20"),
    ("choice", "theme", "dark"),
)
SAID = (
    "Age 52 years",
    "Who looks after this pain",
    "Worse on standing Yes",
    "Fever Not sure",
    "About 7 cm right of the spine",
    "pain 7 of 10",
    "Exercises from January 2026 · helped partly · twice a week",
    "A test injection 2 May 2026 · lidocaine",
    "Score 15 minutes after an injection pain 1 of 10 · 2 of 10 when moving",
    "Check-in: 20 Nov 2026 worst 7 · it stopped 1 thing · sleep broken · A walk · Far",
    "PEG, 20 Nov 2026 5 of 10",
    "Nerve glide on your back 20 Nov 2026 · stopped early · pain 4 before, 3 after",
    "A note 20 Nov 2026 · Ask",
    "A paper MRI · desk",
    "Safety answers looked through 20 Nov 2026",
    "PEG: not now 20 Nov 2026",
    "Colours Dark",
)


def rows(html: str) -> list[str]:
    """Each row in words, with its state."""
    return [f"{state}: {words_of(row)}" for state, row in re.findall(r'<li class="(\w+)">(.*?)</li>', html, re.DOTALL)]


def test_nothing_was_said_yet(browser: Browser) -> None:
    assert "Nothing is saved yet." in browser.text("/history")


def test_each_entry_stands_in_plain_words(browser: Browser) -> None:
    browser.desk.journal.add(*ONE_OF_EACH)
    shown = browser.text("/history")
    for said in SAID[:1] + SAID[2:]:
        assert said in shown, said
    assert f"{len(ONE_OF_EACH)} entries" in shown
    assert not re.search(r"[{}\[\]]|_", shown), "no code"


def test_what_was_changed_or_taken_back_says_so(browser: Browser) -> None:
    add = browser.desk.journal.add
    add(("answer", "worse_standing", True))
    add(("answer", "worse_standing", "not_sure"))
    add(("checkin", "2026-11-20", {"worst": 3}))
    add(("checkin", "2026-11-20", None))
    found = rows(browser.get("/history").text)
    assert [one.split(":")[0] for one in found] == ["back", "changed", "holds", "changed"]
    assert "taken back" in found[0]
    assert "Not sure" in found[2]
    assert "changed later" in found[3]
    assert "Yes" in found[3]


def test_one_thing_or_one_kind_alone(browser: Browser) -> None:
    browser.desk.journal.add(*ONE_OF_EACH)
    browser.desk.journal.add(("answer", "worse_standing", False))
    assert len(rows(browser.get("/history?kind=answer").text)) == 3
    one = browser.get("/history?kind=answer&of=worse_standing").text
    assert len(rows(one)) == 2
    assert "<h1>History of: Worse on standing</h1>" in one
    assert 'href="/history?kind=answer&amp;of=worse_standing"' in browser.get("/history").text
    assert len(rows(browser.get("/history?kind=nonsense").text)) == len(ONE_OF_EACH) + 1
    assert rows(browser.get("/history?kind=answer&of=nonsense").text) == []


def test_pages_hold_everything_once(browser: Browser) -> None:
    browser.desk.journal.add(*(("note", f"n{i}", {"text": f"Note {i:03d}"}) for i in range(120)))
    found = [row for number in (1, 2, 3) for row in rows(browser.get(f"/history?page={number}").text)]
    assert [re.findall(r"\d{3}", row)[0] for row in found] == [f"{i:03d}" for i in reversed(range(120))]
    for page in ("0", "-1", "x", "9" * 400, "²", "99"):
        assert browser.get("/history", params={"page": page}).status_code == 200
    last = browser.get("/history?page=99&kind=note").text
    assert "Page 3 of 3" in last
    assert 'href="/history?kind=note&amp;page=2"' in last


def test_what_another_window_said_and_what_was_erased_is_seen(browser: Browser) -> None:
    browser.desk.journal.add(("note", "a", {"text": "First"}))
    assert "1 entry" in browser.text("/history")
    browser.desk.journal.add(("note", "b", {"text": "Second"}))
    assert "2 entries" in browser.text("/history")
    browser.desk.erase()
    assert "Nothing is saved yet." in browser.text("/history")


def test_what_was_read_is_forgotten_when_the_record_is_locked(browser: Browser, tmp_path: Path) -> None:
    browser.desk.take_up(Journal.create(tmp_path / "kept.sqlite", "four words for tests"))
    browser.desk.journal.add(("note", "a", {"text": "Mine"}))
    assert "Mine" in browser.text("/history")
    journal = ref(browser.desk.journal)
    assert journal() in READ
    browser.desk.lock()
    gc.collect()
    assert journal() is None


def test_a_changed_answer_leads_to_its_history_and_no_other(browser: Browser) -> None:
    add = browser.desk.journal.add
    add(("answer", "worse_standing", True), ("answer", "worse_walking", True))
    assert "of=worse" not in browser.get("/answers").text
    add(("answer", "worse_standing", False))
    page = browser.get("/answers").text
    assert 'href="/history?kind=answer&amp;of=worse_standing"' in page
    assert "of=worse_walking" not in page
    assert 'href="/history"' in page


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 20) | st.text(max_size=8) | st.sampled_from(["2026-11-20", NOT_SURE]),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(
            st.sampled_from(["kind", "day", "measure", "items", "minute", "worst", "stopped", "text"]), inside
        )
    ),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(kind=st.sampled_from([*KEPT_AS, "of_a_newer_version"]), key=st.text(max_size=12), value=JUNK)
def test_whatever_was_written_something_short_is_said(browser: Browser, kind: str, key: str, value: Any) -> None:
    told = Told(browser.desk)
    assert len(told.name(kind, key, value)) <= LONGEST
    assert len(told.said(kind, key, value)) <= LONGEST


def test_hostile_words_are_shown_as_words(browser: Browser) -> None:
    browser.desk.journal.add(
        ("new_kind", "<script>", "<script>alert(1)</script>" * 100), ("note", "n", {"text": "<b>"})
    )
    answer = browser.get("/history")
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert 'value="new_kind"' in answer.text
