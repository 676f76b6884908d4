"""A journal of every released version opens in this one, with all that it says."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cluneal.record import BadPassphrase, Journal, JournalError, state_of, vault

from .conftest import OTHER_PASSPHRASE, PASSPHRASE, POSIX, RELEASED, Said, kept, other, said

SAID_IN_1: Said = [
    ("about", "age", 52),
    ("about", "sex", "f"),
    ("answer", "night_pain", True),
    ("answer", "night_pain", False),
    ("answer", "fever", "not_sure"),
    ("mark", "worst", {"intensity": 8, "side": "right", "x_mm": 70, "y_mm": 45}),
    ("treatment", "physiotherapy", {"helped": "no", "kind": "physiotherapy"}),
    ("treatment", "physiotherapy", None),
]
WORDS_IN_1 = (b"night_pain", b"physiotherapy", b"not_sure", b"CREATE TABLE", b"SQLite format")
# Of released/version-2.sqlite. It holds one entry or more of every kind, as said on 24 November 2026.
PASSPHRASE_OF_2 = "tall pines by the lake"
SAID_IN_2: Said = [
    ("about", "age", 52),
    ("answer", "night_pain", True),
    ("answer", "night_pain", False),
    ("answer", "fever", "not_sure"),
    ("mark", "worst", {"intensity": 8, "side": "right", "x_mm": 70, "y_mm": 45}),
    ("treatment", "physiotherapy", {"helped": "no", "kind": "physiotherapy"}),
    ("treatment", "physiotherapy", None),
    ("block", "b1", {"drug": "lidocaine", "side": "right"}),
    ("reading", "b1:0", {"minute": 0, "pain": 8}),
    ("reading", "b1:15", {"minute": 15, "pain": 2}),
    ("checkin", "2026-11-24", {"now": 5, "worst": 8, "note": "größer ≥ 5 😀"}),
    ("scale", "rmdq:2026-11-24", {"total": 14}),
    ("session", "s1", {"day": "2026-11-24", "measure": "nerve_glide"}),
    ("reminder", "shift_position", {"every": 60, "unit": "minutes"}),
    ("health", "anticoagulation", True),
    ("note", "n1", {"text": "Ask about the second block."}),
    ("document", "d1", {"title": "MRI, lumbar spine"}),
    ("seen", "now", ["rule"]),
    ("choice", "theme", "dark"),
]


def first_version(path: Path, with_log: bool = False) -> Path:
    """A journal of version 1; with one entry more in its log, as after a kill."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(RELEASED / "version-1.sqlite", path)
    if with_log:
        writer = sqlite3.connect(path, isolation_level=None)
        writer.execute("PRAGMA journal_mode = WAL")
        insert = "INSERT INTO entries (at, kind, key, value) VALUES (?, ?, ?, ?)"
        writer.execute(insert, ("2026-11-20T09:09:00+01:00", "about", "id", '"unmistakable"'))
        log = vault.beside(path)[0].read_bytes()
        content = path.read_bytes()
        writer.close()
        path.write_bytes(content)
        vault.beside(path)[0].write_bytes(log)
    return path


@pytest.mark.parametrize("with_log", [False, True])
def test_version_1_comes_along_whole_and_locked(with_log: bool, path: Path) -> None:
    first_version(path, with_log)
    assert state_of(path) == "open"
    before = path.read_bytes() + (vault.beside(path)[0].read_bytes() if with_log else b"")
    journal = Journal.upgrade(path, PASSPHRASE)
    more: Said = [("about", "id", "unmistakable")] if with_log else []
    assert said(journal) == SAID_IN_1 + more
    assert journal.entries()[0].at == "2026-11-20T09:01:00+01:00"
    journal.add(("answer", "fever", True))
    for words in (WORDS_IN_1, (b"unmistakable",) if with_log else ()):
        for word in words:
            assert word in before
            assert all(word not in one.read_bytes() for one in path.parent.iterdir())
    journal.close()
    assert [one.name for one in path.parent.iterdir()] == ["record.sqlite"]
    assert state_of(path) == "locked"
    assert kept(path) == [*SAID_IN_1, *more, ("answer", "fever", True)]


@POSIX
def test_what_held_the_words_is_overwritten(path: Path) -> None:
    first_version(path)
    # The file loses its name. Somebody who has it open sees what the disk has in its place.
    with path.open("rb") as before:
        Journal.upgrade(path, PASSPHRASE).close()
        left = before.read()
    assert set(left) == {0}


def test_two_copies_that_were_upgraded_apart_come_together(tmp_path: Path) -> None:
    phone, laptop = (Journal.upgrade(first_version(tmp_path / name / "r"), PASSPHRASE) for name in ("phone", "laptop"))
    phone.add(("answer", "fever", True))
    laptop.add(("about", "age", 53))
    assert phone.merge(laptop.rows()) == 1
    assert laptop.merge(phone.rows()) == 1
    assert said(phone) == said(laptop)
    assert len(said(phone)) == len(SAID_IN_1) + 2
    phone.close()
    laptop.close()


def test_an_upgrade_needs_a_fit_passphrase_and_changes_nothing_before(path: Path) -> None:
    before = first_version(path).read_bytes()
    with pytest.raises(BadPassphrase):
        Journal.upgrade(path, "short")
    assert path.read_bytes() == before


def test_a_journal_that_somebody_has_open_is_not_upgraded(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault, "BUSY_SECONDS", 0.05)
    first_version(path)
    code = """
import sqlite3
reader = sqlite3.connect(path, isolation_level=None)
for line in ("PRAGMA journal_mode = WAL", "BEGIN", "SELECT * FROM entries"):
    reader.execute(line).fetchall()
print("reading", flush=True)
sys.stdin.read()
"""
    # Another process: two libraries in one do not see each other's locks.
    reader = other(code, path, stdin=subprocess.PIPE)
    assert reader.stdout
    assert reader.stdout.readline() == "reading\n"
    with pytest.raises(JournalError, match=r"another program .*try again"):
        Journal.upgrade(path, PASSPHRASE)
    reader.communicate(timeout=30)
    assert state_of(path) == "open"
    Journal.upgrade(path, PASSPHRASE).close()
    assert kept(path) == SAID_IN_1


def a_view(file: sqlite3.Connection) -> None:
    file.execute("DROP TABLE entries")
    file.execute(
        "CREATE VIEW entries AS WITH RECURSIVE n(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM n) "
        "SELECT number, '' AS at, '' AS kind, '' AS key, '' AS value FROM n"
    )


def a_trigger(file: sqlite3.Connection) -> None:
    file.execute("CREATE TRIGGER more AFTER INSERT ON entries BEGIN DELETE FROM entries; END")


def another_table(file: sqlite3.Connection) -> None:
    file.execute("CREATE TABLE more (a)")


def no_time(file: sqlite3.Connection) -> None:
    file.execute("UPDATE entries SET at = 'yesterday' WHERE number = 3")


def a_newer_one(file: sqlite3.Connection) -> None:
    file.execute("PRAGMA user_version = 7")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (a_view, "not a journal of cluneal"),
        (a_trigger, "not a journal of cluneal"),
        (another_table, "not a journal of cluneal"),
        (no_time, "damaged or not a journal"),
        (a_newer_one, r"written by a newer cluneal \(journal version 7\)"),
    ],
)
def test_an_open_file_by_another_hand_is_left_as_it_is(change: Any, told: str, path: Path) -> None:
    first_version(path)
    file = sqlite3.connect(path, isolation_level=None)
    change(file)
    file.close()
    before = path.read_bytes()
    with pytest.raises(JournalError, match=told):
        Journal.upgrade(path, PASSPHRASE)
    assert path.read_bytes() == before
    assert not vault.partial(path).exists() or b"night_pain" not in vault.partial(path).read_bytes()


def test_a_locked_journal_is_not_upgraded_again(journal: Journal, path: Path) -> None:
    journal.add(("answer", "fever", True))
    journal.close()
    with pytest.raises(JournalError):
        Journal.upgrade(path, OTHER_PASSPHRASE)
    assert kept(path) == [("answer", "fever", True)]


def test_version_2_opens(tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite"
    shutil.copy(RELEASED / "version-2.sqlite", path)
    assert kept(path, PASSPHRASE_OF_2) == SAID_IN_2
    journal = Journal.open(path, PASSPHRASE_OF_2)
    entries = journal.entries()
    journal.close()
    assert len({one.id for one in entries}) == len(entries)
    assert [one.clock for one in entries] == sorted(one.clock for one in entries)
    assert entries[0].at == "2026-11-24T09:00:00+01:00"


def test_every_version_that_was_released_has_its_file() -> None:
    from cluneal.record.journal import VERSION

    assert sorted(os.listdir(RELEASED)) == [f"version-{number}.sqlite" for number in range(1, VERSION + 1)]
