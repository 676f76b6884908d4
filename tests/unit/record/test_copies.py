"""Copies that anybody may have written: what is no entry of ours is refused by name, and nothing of it is taken in."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cluneal.pathway.plain import json_of
from cluneal.record import Journal, JournalError, WrongPassphrase, entries_of, person_of, vault
from cluneal.record.copies import LAST_CLOCK, checked, plain, rows_of_bytes, rows_of_file, rows_of_plain
from cluneal.record.journal import LONGEST_VALUE, Row

from .conftest import PASSPHRASE, RELEASED, said

ENTRY = {
    "id": "0123456789abcdef" * 2,
    "clock": 1_795_000_000_000,
    "at": "2026-11-24T09:00:00+01:00",
    "kind": "answer",
    "key": "fever",
    "value": True,
}
WHOLE = {"format": "cluneal journal", "version": 2, "entries": [ENTRY]}
UNFIT = "not as cluneal writes it; nothing was taken in"


@pytest.fixture
def filled() -> Iterator[Journal]:
    journal = Journal.unsaved()
    journal.add(
        ("answer", "fever", False), ("mark", "worst", {"region": "groin"}), ("note", "n", {"text": "größer 😀"})
    )
    journal.add(("answer", "fever", "not_sure"), ("mark", "worst", None))
    yield journal
    journal.close()


# Plain data.


def test_it_goes_out_and_comes_back_as_it_was(filled: Journal) -> None:
    written = json.dumps(plain(filled), ensure_ascii=False)
    assert rows_of_plain(json_of(written)) == filled.rows()
    other = Journal.unsaved()
    assert other.merge(rows_of_plain(json_of(written))) == len(filled.rows())
    assert said(other) == said(filled)
    other.close()


def test_what_is_refused_below_is_fit_but_for_one_thing() -> None:
    assert len(rows_of_plain(WHOLE)) == 1


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ([], "not a journal of cluneal; choose a file that was exported from one"),
        ({}, "not a journal of cluneal; choose a file that was exported from one"),
        (None, "not a journal of cluneal; choose a file that was exported from one"),
        ({"findings": {"fever": True}}, "not a journal of cluneal; choose a file that was exported from one"),
        (WHOLE | {"entries": {"0": ENTRY}}, "not a journal of cluneal; choose a file that was exported from one"),
        (WHOLE | {"version": 3}, "written by another cluneal (journal version 3); install that one"),
        (WHOLE | {"version": "2"}, "written by another cluneal (journal version '2'); install that one"),
        (WHOLE | {"version": "x" * 999}, f"written by another cluneal (journal version '{'x' * 19}); install that one"),
        (WHOLE | {"entries": [ENTRY, 5]}, "entry 2: needs id, clock, at, kind, key, value and nothing else"),
        (WHOLE | {"entries": [ENTRY | {"more": 1}]}, "entry 1: needs id, clock, at, kind, key, value and nothing else"),
        (
            WHOLE | {"entries": [{name: part for name, part in ENTRY.items() if name != "at"}]},
            "entry 1: needs id, clock, at, kind, key, value and nothing else",
        ),
    ],
)
def test_what_is_no_journal(data: Any, told: str) -> None:
    with pytest.raises(JournalError) as error:
        rows_of_plain(data)
    assert str(error.value) == told


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", None),
        ("id", 5),
        ("id", ""),
        ("id", "0123456789ABCDEF" * 2),
        ("id", "0" * 33),
        ("id", "0" * 31 + "\n"),
        ("clock", "1795000000000"),
        ("clock", True),
        ("clock", 1.5),
        ("clock", None),
        ("clock", -1),
        ("clock", LAST_CLOCK + 1),
        ("clock", 10**30),
        ("at", None),
        ("at", 0),
        ("at", "yesterday"),
        ("at", "2026-11-24T09:00:00"),  # where? An hour of anybody's
        ("kind", None),
        ("kind", ["answer"]),
        ("kind", ""),
        ("key", 5),
        ("key", ""),
        ("key", "\ud800"),
        ("key", "x" * (LONGEST_VALUE + 1)),
        ("value", float("inf")),
        ("value", float("nan")),
        ("value", "x" * LONGEST_VALUE),
        ("value", deep(100_000)),
    ],
    ids=lambda part: str(part)[:12] if isinstance(part, (str, int, float)) else "deep",
)
def test_an_entry_that_is_none_of_ours(name: str, value: Any) -> None:
    with pytest.raises(JournalError) as told:
        rows_of_plain(WHOLE | {"entries": [ENTRY, ENTRY | {name: value}]})
    assert str(told.value) == f"entry 2: {name}: {UNFIT}"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("mark", 5),
        ("mark", [1]),
        ("treatment", "nsaid"),
        ("treatment", {"helped": "no"}),
        ("treatment", {"kind": ["nsaid"]}),
        ("block", True),
        ("reading", 5),
        ("reading", {"pain": 5}),
        ("reading", {"minute": "15"}),
        ("reading", {"minute": True}),
        ("reading", {"minute": None}),
    ],
)
def test_a_value_that_every_page_would_stumble_over(kind: str, value: Any) -> None:
    with pytest.raises(JournalError, match=f"entry 1: value: {UNFIT}"):
        rows_of_plain(WHOLE | {"entries": [ENTRY | {"kind": kind, "key": "b:1", "value": value}]})
    assert rows_of_plain(WHOLE | {"entries": [ENTRY | {"kind": kind, "key": "b:1", "value": None}]})


@pytest.mark.parametrize("kind", ["physio\twith\nlines", "x" * 2000, "größer 😀", "\x1b[31m"])
def test_whatever_words_somebody_has_for_a_treatment_come_along(kind: str) -> None:
    journal, other = Journal.unsaved(), Journal.unsaved()
    journal.add(*entries_of({"treatments": [{"kind": kind}]}))
    assert other.merge(list(checked(journal.rows()))) == 1
    assert other.merge(rows_of_plain(plain(journal))) == 0
    assert person_of(other.entries()).treatments == {kind: {"kind": kind}}
    journal.close()
    other.close()


def test_the_clock_of_a_copy_from_the_year_9999_still_lets_later_words_hold() -> None:
    journal = Journal.unsaved()
    journal.merge(rows_of_plain(WHOLE | {"entries": [ENTRY | {"clock": LAST_CLOCK}]}))
    journal.add(("answer", "fever", False))
    assert person_of(journal.entries()).answers == {"fever": False}
    journal.close()


# Locked files.


@pytest.fixture
def file(filled: Journal, tmp_path: Path) -> Path:
    path = tmp_path / "phone" / "record.sqlite"
    filled.keep(path, PASSPHRASE).close()
    return path


def test_a_locked_file_is_read_and_left_as_it_is(file: Path) -> None:
    before = file.read_bytes()
    rows = rows_of_file(file, PASSPHRASE)
    assert rows == rows_of_bytes(before, PASSPHRASE, "the file")
    assert len(rows) == 5
    assert file.read_bytes() == before
    assert os.listdir(file.parent) == ["record.sqlite"]


def test_what_lies_in_its_log_is_read_too(file: Path) -> None:
    journal = Journal.open(file, PASSPHRASE)
    journal.add(("answer", "weight_loss", True))
    assert len(rows_of_file(file, PASSPHRASE)) == 6
    journal.close()


def test_it_says_whose_passphrase_is_wrong(file: Path) -> None:
    with pytest.raises(WrongPassphrase) as told:
        rows_of_file(file, "wrong words in here")
    assert str(told.value).startswith(f"{file}: the passphrase does not open it")
    with pytest.raises(WrongPassphrase, match=r"^The copy: the passphrase does not open it"):
        rows_of_bytes(file.read_bytes(), "wrong words in here", "The copy")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "not a journal of cluneal"),
        (b"note", "damaged or not a journal"),
        (os.urandom(vault.PAGE * 2), "the passphrase does not open it"),
        ((RELEASED / "version-1.sqlite").read_bytes(), "not a journal of cluneal"),
    ],
    ids=["empty", "note", "noise", "open"],
)
def test_what_is_no_locked_file(content: bytes, told: str) -> None:
    with pytest.raises(JournalError, match=f"^The copy: {told}"):
        rows_of_bytes(content, PASSPHRASE, "The copy")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="no such file or directory"):
        rows_of_file(tmp_path / "none.sqlite", PASSPHRASE)
    with pytest.raises(JournalError, match="is a directory"):
        rows_of_file(tmp_path, PASSPHRASE)


GOOD: Row = ("f" * 32, 1, "2026-11-24T09:00:00+01:00", "answer", "fever", "true")


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ((0, "id"), "id"),
        ((1, -5), "clock"),
        ((2, "now"), "at"),
        ((3, ""), "kind"),
        ((5, "{"), "value"),
        ((5, "NaN"), "value"),
        ((5, "1e999"), "value"),
        ((5, "1" * 5000), "value"),
        ((5, "[" * 50_000 + "]" * 50_000), "value"),
        ((5, '"größer"'), "value"),
    ],
)
def test_rows_by_another_hand_under_the_right_passphrase(changed: tuple[int, Any], name: str, file: Path) -> None:
    row = list(GOOD)
    row[changed[0]] = changed[1]
    other = vault.connected(file, vault.key_for(file, PASSPHRASE))
    other.execute("INSERT INTO entries (id, clock, at, kind, key, value) VALUES (?, ?, ?, ?, ?, ?)", row)
    other.close()
    with pytest.raises(JournalError, match=rf"entry \d: {name}: {UNFIT}"):
        rows_of_file(file, PASSPHRASE)


def test_nothing_is_left_of_what_was_looked_into(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    rows_of_file(file, PASSPHRASE)
    with pytest.raises(WrongPassphrase):
        rows_of_bytes(file.read_bytes(), "wrong words in here", "The copy")
    assert list(folder.iterdir()) == []
    shutil.rmtree(folder)
