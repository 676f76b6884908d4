"""The journal: what is said stays said, in one order on every machine, and only its passphrase opens it."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from cluneal.record import BadPassphrase, Journal, JournalError, WrongPassphrase, person_of, state_of, vault
from cluneal.record.copies import rows_of_file

from .conftest import OTHER_PASSPHRASE, PASSPHRASE, POSIX, assert_whole, kept, other, said

SECRET = "unmistakable-answer-größer"


@pytest.fixture
def unsaved() -> Iterator[Journal]:
    made = Journal.unsaved()
    yield made
    made.close()


# What is said.


def test_what_is_said_is_there_after_reopening(journal: Journal, path: Path) -> None:
    value = {"x_mm": 70, "character": ["burning"], "note": "größer ≥ 5 \0 😀"}
    journal.add(("answer", "fever", False), ("mark", "worst", value))
    journal.close()
    assert kept(path) == [("answer", "fever", False), ("mark", "worst", value)]


def test_the_same_again_adds_nothing_and_a_correction_supersedes(unsaved: Journal) -> None:
    unsaved.add(("answer", "fever", True))
    number = unsaved.latest()
    unsaved.add(("answer", "fever", True), ("answer", "weight_loss", None))
    assert unsaved.latest() == number
    unsaved.add(("answer", "fever", False))
    unsaved.add(("answer", "fever", None))
    assert [one.value for one in unsaved.entries()] == [True, False, None]


def test_only_what_came_after_a_number(unsaved: Journal) -> None:
    unsaved.add(("answer", "fever", True))
    number = unsaved.latest()
    unsaved.add(("answer", "weight_loss", True))
    assert [one.key for one in unsaved.entries(number)] == ["weight_loss"]
    assert unsaved.entries(unsaved.latest()) == []


def test_all_or_none(unsaved: Journal) -> None:
    unsaved.add(("answer", "fever", True))
    with pytest.raises(JournalError, match="answer long: over 100000 characters; shorten it"):
        unsaved.add(("answer", "weight_loss", True), ("answer", "long", "x" * 100_001))
    with pytest.raises(ValueError, match="JSON compliant"):
        unsaved.add(("answer", "weight_loss", True), ("about", "age", float("nan")))
    assert said(unsaved) == [("answer", "fever", True)]
    unsaved.add(("answer", "weight_loss", True))


def test_half_a_sign_does_no_harm(unsaved: Journal) -> None:
    unsaved.add(("about", "id", "\ud800"))
    assert said(unsaved) == [("about", "id", "\ud800")]


def test_another_window_is_seen_at_once(journal: Journal, path: Path) -> None:
    before = journal.latest()
    second = Journal.open(path, PASSPHRASE)
    second.add(("answer", "fever", True))
    assert journal.latest() > before
    assert said(journal) == said(second)
    second.close()


def test_windows_that_write_at_once_lose_nothing(journal: Journal, path: Path) -> None:
    journal.close()
    code = """
journal = Journal.open(path, passphrase)
for i in range(40):
    journal.add(("answer", f"{sys.argv[2]}_{i}", True), ("about", "age", i))
"""
    children = [other(code, path, name) for name in "abcdef"]
    for child in children:
        _, error = child.communicate(timeout=60)
        assert child.returncode == 0, error
    keys = [key for kind, key, _ in kept(path) if kind == "answer"]
    assert len(keys) == len(set(keys)) == 6 * 40


@POSIX
def test_a_window_that_comes_and_goes_takes_nothing_along(journal: Journal, path: Path) -> None:
    # Each of these opens and closes the file here: POSIX then forgets the locks that this process has on it.
    code = "journal = Journal.open(path, passphrase); journal.add(('answer', sys.argv[2], True)); journal.close()"
    steps: tuple[Callable[[], object], ...] = (
        journal.copy,
        lambda: vault.key_for(path, PASSPHRASE),
        lambda: state_of(path),
    )
    for number, step in enumerate(steps):
        journal.add(("answer", f"here_{number}", True))
        step()
        child = other(code, path, f"there_{number}")
        assert child.wait(60) == 0
        journal.add(("answer", f"later_{number}", True))
    # As after a kill: the files alone.
    apart = path.parent / "apart"
    apart.mkdir()
    for one in (path, vault.beside(path)[0]):
        (apart / one.name).write_bytes(one.read_bytes())
    keys = [f"{when}_{number}" for number in range(3) for when in ("here", "there", "later")]
    assert [key for _, key, _ in kept(apart / path.name)] == keys


# The clock.


def test_a_clock_set_back_or_far_ahead_changes_no_order(path: Path) -> None:
    times = iter(
        datetime(2026, 11, 24, 12, tzinfo=UTC) + timedelta(days=days) for days in (0, -4000, 36500, -1, 0, 1, -9000)
    )
    journal = Journal.create(path, PASSPHRASE, now=lambda: next(times))
    for age in range(7):
        journal.add(("about", "age", age))
    assert [one.value for one in journal.entries()] == list(range(7))
    assert person_of(journal.entries()).about == {"age": 6}
    # The day that is shown is the one that the clock had.
    assert journal.entries()[1].at.startswith("2015-12-")
    journal.close()
    assert [value for _, _, value in kept(path)] == list(range(7))


def test_what_was_said_later_holds_whichever_clock_runs_wrong(tmp_path: Path) -> None:
    def clock(day: int) -> datetime:
        return datetime(2026, 11, day, tzinfo=UTC)

    phone = Journal.unsaved(now=lambda: clock(24))
    laptop = Journal.unsaved(now=lambda: clock(1))  # three weeks slow
    phone.add(("about", "age", 50))
    laptop.merge(phone.rows())
    laptop.add(("about", "age", 51))
    phone.merge(laptop.rows())
    assert person_of(phone.entries()).about == {"age": 51}
    assert said(phone) == said(laptop)
    phone.close()
    laptop.close()


# Copies.


def test_a_copy_is_the_whole_journal_under_the_same_passphrase(journal: Journal, tmp_path: Path) -> None:
    journal.add(*(("answer", f"finding_{i}", True) for i in range(300)))
    (tmp_path / "copy.sqlite").write_bytes(journal.copy())
    journal.add(("answer", "later", True))
    assert kept(tmp_path / "copy.sqlite") == said(journal)[:-1]


def test_an_old_copy_that_was_put_back_and_the_newer_one_come_together(journal: Journal, path: Path) -> None:
    journal.add(("answer", "fever", True), ("about", "age", 50))
    old = journal.copy()
    journal.add(("answer", "fever", False), ("note", "n1", {"text": "later"}))
    newer = path.with_name("newer.sqlite")
    newer.write_bytes(journal.copy())
    journal.close()
    path.write_bytes(old)
    again = Journal.open(path, PASSPHRASE)
    again.add(("about", "age", 51))
    assert again.merge(rows_of_file(newer, PASSPHRASE)) == 2
    assert again.merge(rows_of_file(newer, PASSPHRASE)) == 0
    person = person_of(again.entries())
    assert (person.answers, person.about, list(person.notes)) == ({"fever": False}, {"age": 51}, ["n1"])
    assert_whole(again)
    again.close()


def test_merging_is_all_or_none(journal: Journal, unsaved: Journal) -> None:
    unsaved.add(("answer", "fever", True))
    good = unsaved.rows()
    bad = [*good, ("0" * 32, 1, "at", "kind", "key", None)]
    with pytest.raises(JournalError):
        journal.merge([*bad, ("1" * 32, "no number", "at", "kind", "key", "1")])  # type: ignore[list-item]
    assert said(journal) == []
    assert journal.merge(good) == 1


# Unsaved, then kept.


def test_nothing_is_on_the_disk_before_a_passphrase_is_chosen(tmp_path: Path) -> None:
    code = """
import os
journal = Journal.unsaved()
journal.add(*(("note", f"n{i}", "x" * 9000) for i in range(2000)))
print(len(journal.entries()), os.listdir("."), [os.readlink(f"/proc/self/fd/{n}") for n in os.listdir("/proc/self/fd")
      if os.path.exists(f"/proc/self/fd/{n}")])
"""
    told, error = other(code, "unused", cwd=tmp_path).communicate(timeout=60)
    assert told.startswith("2000 [] "), error
    assert "sqlite" not in told.lower()


def test_keeping_takes_everything_along(unsaved: Journal, path: Path) -> None:
    unsaved.add(("answer", "fever", True), ("about", "age", 50))
    unsaved.add(("answer", "fever", False))
    before = unsaved.rows()
    journal = unsaved.keep(path, PASSPHRASE)
    assert journal.rows() == before
    journal.add(("answer", "weight_loss", True))
    journal.close()
    assert len(kept(path)) == 4
    assert os.listdir(path.parent) == [path.name]


@pytest.mark.parametrize("passphrase", ["short", " " * 30, "x" * 1001, "ten signs\0\n\x1b[1m"])
def test_an_unfit_passphrase_keeps_nothing_and_loses_nothing(passphrase: str, unsaved: Journal, path: Path) -> None:
    unsaved.add(("answer", "fever", True))
    with pytest.raises(BadPassphrase, match=r"passphrase: .*; take |passphrase: holds signs"):
        unsaved.keep(path, passphrase)
    assert not path.parent.exists() or not list(path.parent.iterdir())
    assert said(unsaved) == [("answer", "fever", True)]


def test_what_is_there_is_never_written_over(journal: Journal, unsaved: Journal, path: Path) -> None:
    journal.add(("answer", "fever", True))
    unsaved.add(("about", "age", 50))
    with pytest.raises(JournalError, match="is there already; unlock it, or name another file"):
        unsaved.keep(path, PASSPHRASE)
    assert said(unsaved) == [("about", "age", 50)]
    assert said(journal) == [("answer", "fever", True)]


def test_one_that_another_window_made_meanwhile_is_not_written_over(
    unsaved: Journal, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.parent.mkdir()
    path.write_bytes(b"made meanwhile")
    monkeypatch.setattr(vault, "state_of", lambda _: "none")
    with pytest.raises(JournalError, match="is there already; unlock it, or name another file"):
        unsaved.keep(path, PASSPHRASE)
    assert path.read_bytes() == b"made meanwhile"


def test_an_empty_file_is_no_journal_yet(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    assert state_of(path) == "none"
    Journal.create(path, PASSPHRASE).close()
    assert kept(path) == []


def test_a_log_without_its_file_is_not_taken_for_that_of_a_new_one(journal: Journal, path: Path) -> None:
    journal.add(("answer", "fever", True))
    log = vault.beside(path)[0]
    content, last = path.read_bytes(), log.read_bytes()
    journal.close()
    path.unlink()
    log.write_bytes(last)
    for _ in range(2):
        with pytest.raises(JournalError, match=r"is gone, but record\.sqlite-wal is there, with what was said last"):
            Journal.create(path, PASSPHRASE)
        path.write_bytes(b"")
    path.write_bytes(content)
    assert kept(path) == [("answer", "fever", True)]


# Locked.


def test_nothing_that_was_said_can_be_read_on_the_disk(path: Path) -> None:
    journal = Journal.create(path, PASSPHRASE)
    journal.add(("about", "id", SECRET), *(("note", f"diary-{SECRET}-{i}", {"text": SECRET * 9}) for i in range(300)))
    journal.add(("about", "id", None))

    def readable() -> list[str]:
        words = [SECRET[:20].encode(), b"diary-", b"about", b"entries", PASSPHRASE.encode(), b"SQLite"]
        files = [one for one in path.parent.rglob("*") if one.is_file()]
        return [f"{word!r} in {one.name}" for one in files for word in words if word in one.read_bytes()]

    assert len(list(path.parent.iterdir())) == 3, "the log and its index are there while it is open"
    assert readable() == []
    journal.change_passphrase(OTHER_PASSPHRASE)
    journal.add(("about", "id", SECRET))
    assert readable() == []
    journal.close()
    assert readable() == []


@pytest.mark.parametrize(
    "passphrase", ["", "wrong words in here", PASSPHRASE.upper(), PASSPHRASE + "x", "\ud800", "a'b\""]
)
def test_another_passphrase_opens_nothing(passphrase: str, journal: Journal, path: Path) -> None:
    journal.add(("answer", "fever", True))
    with pytest.raises(WrongPassphrase, match="the passphrase does not open it; try again"):
        Journal.open(path, passphrase)
    assert said(journal) == [("answer", "fever", True)]


def test_without_a_passphrase_no_program_opens_it(journal: Journal, path: Path) -> None:
    journal.add(("answer", "fever", True))
    journal.close()
    for library in (sqlite3, sqlcipher):
        file = library.connect(path)
        with pytest.raises(library.DatabaseError, match="not a database"):
            file.execute("SELECT count(*) FROM sqlite_schema").fetchall()
        file.close()


def test_sqlcipher_s_own_tools_open_it_with_the_passphrase(journal: Journal, path: Path) -> None:
    journal.add(("answer", "fever", True))
    journal.close()
    file = sqlcipher.connect(path)
    file.execute(f"PRAGMA key = '{PASSPHRASE}'")
    assert file.execute("SELECT kind, key, value FROM entries").fetchall() == [("answer", "fever", "true")]
    file.close()


def test_a_passphrase_is_the_same_however_it_is_typed(path: Path) -> None:
    # One letter with its dots, or the letter and then the dots: keyboards differ.
    Journal.create(path, "gr\u00f6\u00dfer als f\u00fcnf").close()
    Journal.open(path, "  gro\u0308\u00dfer als fu\u0308nf\n").close()


def test_a_wrong_passphrase_leaves_no_word_on_the_terminal(journal: Journal, path: Path) -> None:
    code = """
from cluneal.record import WrongPassphrase
for wrong in ("wrong words in here", ""):
    try:
        Journal.open(path, wrong)
    except WrongPassphrase as error:
        print(error)
"""
    told, error = other(code, path).communicate(timeout=60)
    assert error == ""
    assert told.count("the passphrase does not open it") == 2
    assert "wrong words" not in told


@POSIX
def test_only_the_owner_reads_it_and_what_lies_beside_it(journal: Journal, path: Path) -> None:
    journal.add(("answer", "fever", True))
    beside = sorted(path.parent.iterdir())
    assert {one.name for one in beside} == {"record.sqlite", "record.sqlite-wal", "record.sqlite-shm"}
    assert {stat.S_IMODE(one.stat().st_mode) for one in beside} == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@POSIX
def test_a_journal_that_others_could_read_is_closed_to_them(journal: Journal, path: Path) -> None:
    journal.close()
    path.chmod(0o644)
    Journal.open(path, PASSPHRASE).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_another_passphrase_takes_over(journal: Journal, path: Path) -> None:
    journal.add(("answer", "fever", True))
    before = journal.copy()
    journal.change_passphrase(OTHER_PASSPHRASE)
    journal.add(("answer", "weight_loss", True))
    journal.close()
    with pytest.raises(WrongPassphrase):
        Journal.open(path, PASSPHRASE)
    assert len(kept(path, OTHER_PASSPHRASE)) == 2
    # A copy made before has the passphrase that it had.
    path.write_bytes(before)
    assert len(kept(path)) == 1


def test_an_unfit_new_passphrase_changes_nothing(journal: Journal, path: Path) -> None:
    with pytest.raises(BadPassphrase):
        journal.change_passphrase("short")
    journal.add(("answer", "fever", True))
    journal.close()
    assert kept(path) == [("answer", "fever", True)]


def test_a_window_under_the_old_passphrase_says_so_and_writes_nothing(journal: Journal, path: Path) -> None:
    journal.add(("answer", "fever", True))
    second = Journal.open(path, PASSPHRASE)
    second.change_passphrase(OTHER_PASSPHRASE)
    with pytest.raises(JournalError, match="locked with another passphrase meanwhile, or damaged; unlock it again"):
        journal.latest()
    with pytest.raises(JournalError):
        journal.add(("answer", "weight_loss", True))
    second.add(("about", "age", 50))
    second.close()
    journal.close()
    assert kept(path, OTHER_PASSPHRASE) == [("answer", "fever", True), ("about", "age", 50)]


def test_what_is_closed_is_locked(journal: Journal) -> None:
    journal.close()
    for use in (journal.latest, journal.entries, journal.copy, lambda: journal.add(("answer", "fever", True))):
        with pytest.raises(JournalError, match="is locked; unlock it again"):
            use()


# Erased.


def test_erasing_leaves_nothing_beside_it_either(journal: Journal, path: Path) -> None:
    journal.add(*(("answer", f"finding_{i}", True) for i in range(300)))
    journal.add(("answer", "finding_0", None))
    vault.partial(path).write_bytes(b"cut off")
    with path.open("rb") as held:
        assert journal.erase() == 301
        assert set(held.read()) == {0}
    assert list(path.parent.iterdir()) == []
    assert state_of(path) == "none"


def test_another_window_learns_that_it_is_gone(journal: Journal, path: Path) -> None:
    journal.add(("answer", "fever", True))
    second = Journal.open(path, PASSPHRASE)
    assert second.erase() == 1
    with pytest.raises(JournalError):
        journal.add(("answer", "weight_loss", True))
    assert not path.exists()


def test_the_values_lie_in_the_file_as_plain_ascii(journal: Journal) -> None:
    journal.add(("note", "n1", {"b": "größer", "a": 1}))
    assert journal.rows()[0][5] == json.dumps({"a": 1, "b": "größer"})
