"""What goes wrong with a journal's file: one line that says what to do, and nothing is lost."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from cluneal.record import Journal, JournalError, WrongPassphrase, vault

from .conftest import OTHER_PASSPHRASE, PASSPHRASE, POSIX, assert_whole, kept, other, said

FOREIGN = "not a journal of cluneal; name another file with --record"
DAMAGED = "damaged or not a journal; restore a copy, or name another file with --record"
WRONG = "the passphrase does not open it; try again. If you are sure of it, the file is damaged: restore a copy"


def refused(path: Path) -> str:
    with pytest.raises(JournalError) as told:
        Journal.open(path, PASSPHRASE)
    said = str(told.value)
    assert said.startswith(f"{path}: ")
    return said.removeprefix(f"{path}: ")


# What is no journal.


def a_picture(path: Path) -> None:
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(5000))


def a_note(path: Path) -> None:
    path.write_text("note", encoding="utf-8")


def noise(path: Path) -> None:
    path.write_bytes(os.urandom(2 * vault.PAGE))


def another_database(path: Path) -> None:
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE entries (a)")
    made.close()


def locked_with(*lines: str) -> Callable[[Path], None]:
    """A journal that somebody changed, under the right passphrase."""

    def make(path: Path) -> None:
        Journal.create(path, PASSPHRASE).close()
        file = vault.connected(path, vault.key_for(path, PASSPHRASE))
        for line in lines:
            file.execute(line)
        file.close()

    make.__name__ = lines[0][:24]
    return make


A_VIEW = (
    "ALTER TABLE entries RENAME TO hidden",
    "CREATE VIEW entries AS SELECT number, id, clock, at, kind, key, 'true' AS value FROM hidden",
)
A_TRIGGER = "CREATE TRIGGER gone AFTER INSERT ON entries BEGIN DELETE FROM entries WHERE number = new.number; END"
A_COLUMN = "ALTER TABLE entries ADD COLUMN more TEXT"


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (a_picture, DAMAGED),
        (a_note, DAMAGED),
        (noise, WRONG),
        (another_database, FOREIGN),
        (Path.mkdir, FOREIGN),
        (locked_with("PRAGMA user_version = 9"), "written by a newer cluneal (journal version 9); install that one"),
        (locked_with("PRAGMA application_id = 1"), FOREIGN),
        (locked_with(*A_VIEW), FOREIGN),
        (locked_with(A_TRIGGER), FOREIGN),
        (locked_with(A_COLUMN), FOREIGN),
        (locked_with("CREATE TABLE more (a)"), FOREIGN),
        (locked_with("DROP TABLE entries"), FOREIGN),
    ],
)
def test_what_is_no_journal_is_left_as_it_is(make: Callable[[Path], object], told: str, tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    assert refused(path) == told
    assert (path.read_bytes() if path.is_file() else None) == before
    with pytest.raises(JournalError):
        Journal.create(path, PASSPHRASE)
    assert (path.read_bytes() if path.is_file() else None) == before


def test_nothing_there_is_no_journal(path: Path) -> None:
    assert refused(path) == FOREIGN
    assert not path.parent.exists()


def test_a_name_that_cannot_be_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert refused(tmp_path / "file" / "record.sqlite").endswith("; name another file with --record")
    with pytest.raises(JournalError, match="not a directory; name another file with --record"):
        Journal.create(tmp_path / "file" / "record.sqlite", PASSPHRASE)


# Damage.


def trouble(path: Path) -> str | None:
    """What is said when everything in the file is read; None when nothing is."""
    try:
        opened = Journal.open(path, PASSPHRASE)
        try:
            assert len(said(opened)) == 60
        finally:
            opened.close()
    except JournalError as error:
        return str(error)
    return None


def test_each_damaged_page_is_noticed(journal: Journal, path: Path) -> None:
    journal.add(*(("answer", f"finding_{i}", "x" * 500) for i in range(60)))
    journal.close()
    whole = path.read_bytes()
    for page in range(len(whole) // vault.PAGE):
        content = bytearray(whole)
        content[page * vault.PAGE + 2000] ^= 1
        path.write_bytes(content)
        if page == 0:
            # The first one cannot be told from a wrong passphrase.
            with pytest.raises(WrongPassphrase, match="the file is damaged: restore a copy"):
                Journal.open(path, PASSPHRASE)
            continue
        told = trouble(path)
        assert told is None or "restore a copy" in told
        # A page that nobody asked for yet is noticed by who checks them all.
        if told is None:
            opened = Journal.open(path, PASSPHRASE)
            assert opened._file.execute("PRAGMA cipher_integrity_check").fetchall() != []
            opened.close()
    path.write_bytes(whole)
    assert len(kept(path)) == 60


def test_a_damaged_value_is_named(journal: Journal) -> None:
    journal.add(("answer", "fever", True))
    journal._file.execute("UPDATE entries SET value = '{'")
    with pytest.raises(JournalError, match="damaged or not a journal; restore a copy"):
        journal.entries()


def test_a_file_cut_short_is_named(journal: Journal, path: Path) -> None:
    journal.add(*(("answer", f"finding_{i}", "x" * 500) for i in range(60)))
    journal.close()
    path.write_bytes(path.read_bytes()[: 2 * vault.PAGE + 100])
    assert refused(path) == DAMAGED


# A full disk.


def fill(journal: Journal) -> None:
    for i in range(1000):
        journal.add(("answer", f"finding_{i}", "x" * 1000))


def test_a_full_disk_loses_nothing(journal: Journal) -> None:
    journal.add(("answer", "fever", True))
    pages = journal._file.execute("PRAGMA page_count").fetchone()[0]
    journal._file.execute(f"PRAGMA max_page_count = {pages + 4}")
    with pytest.raises(JournalError, match="the disk is full; make room and answer again"):
        fill(journal)
    kept = said(journal)
    assert len(kept) > 1
    assert [key for _, key, _ in kept] == ["fever", *(f"finding_{i}" for i in range(len(kept) - 1))]
    journal._file.execute(f"PRAGMA max_page_count = {pages + 500}")
    journal.add(("answer", "after", True))
    assert said(journal) == [*kept, ("answer", "after", True)]
    assert_whole(journal)


LIMITED = """
import resource, signal
from cluneal.record import JournalError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
def limit(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
"""


@POSIX
def test_a_file_that_may_not_grow_is_an_error_and_no_loss(journal: Journal, path: Path) -> None:
    journal.close()
    code = """
journal, i = Journal.open(path, passphrase), 0
limit(100_000)
try:
    while True:
        journal.add(("answer", f"finding_{i}", "x" * 2000))
        i += 1
except JournalError as error:
    print(i, error)
"""
    told, error = other(LIMITED + code, path).communicate(timeout=60)
    count, _, message = told.partition(" ")
    assert "the disk is full" in message or "check the disk and the rights of the folder" in message, error
    assert len(kept(path)) == int(count) > 0


@POSIX
def test_no_room_for_a_new_journal_leaves_what_was_said_in_memory(path: Path) -> None:
    code = """
journal = Journal.unsaved()
journal.add(*(("answer", f"finding_{i}", "x" * 2000) for i in range(50)))
limit(50_000)
try:
    journal.keep(path, passphrase)
except JournalError as error:
    print(error)
limit(resource.RLIM_INFINITY)
print(len(journal.entries()), path.exists())
journal.keep(path, passphrase)
"""
    told, error = other(LIMITED + code, path).communicate(timeout=60)
    message, _, rest = told.partition("\n")
    assert "the disk is full" in message or "check the disk and the rights of the folder" in message, error
    assert rest == "50 False\n"
    assert len(kept(path)) == 50


@POSIX
@pytest.mark.parametrize("size", [40_000, 70_000, 100_000, 150_000])
def test_no_room_to_change_the_passphrase_leaves_the_old_one(size: int, journal: Journal, path: Path) -> None:
    journal.add(*(("answer", f"finding_{i}", "x" * 1000) for i in range(100)))
    journal.close()
    code = f"""
journal = Journal.open(path, passphrase)
limit({size})
try:
    journal.change_passphrase({OTHER_PASSPHRASE!r})
    print("changed")
except JournalError as error:
    print(error)
limit(resource.RLIM_INFINITY)
try:
    journal.add(*(("answer", f"more_{{i}}", "y" * 1000) for i in range(50)))
except JournalError as error:
    print(error)
"""
    told, error = other(LIMITED + code, path).communicate(timeout=60)
    first, _, second = told.strip().partition("\n")
    assert first != "changed", "there was room enough: the test shows nothing"
    assert "is locked; unlock it again" in second, error
    assert len(kept(path)) == 100


# Other programs.


def test_a_program_that_holds_on_to_it(journal: Journal, path: Path) -> None:
    writer = vault.connected(path, vault.key_for(path, PASSPHRASE))
    writer.execute("BEGIN IMMEDIATE")
    journal._file.execute("PRAGMA busy_timeout = 50")
    uses: tuple[Callable[[], object], ...] = (
        lambda: journal.add(("answer", "fever", True)),
        lambda: journal.change_passphrase(OTHER_PASSPHRASE),
        lambda: journal.merge([]),
    )
    for use in uses:
        with pytest.raises(JournalError, match="another program is writing to it; try again"):
            use()
    writer.execute("ROLLBACK")
    writer.close()
    journal.add(*(("answer", f"finding_{i}", "x" * 1000) for i in range(50)))
    journal.close()
    # All of it under the old key: none of what failed went halfway.
    assert len(kept(path)) == 50


def test_a_copy_waits_for_who_reads_and_says_so(journal: Journal, path: Path) -> None:
    journal.add(("answer", "fever", True))
    reader = vault.connected(path, vault.key_for(path, PASSPHRASE))
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM entries").fetchall()
    journal.add(("answer", "weight_loss", True))
    journal._file.execute("PRAGMA busy_timeout = 50")
    with pytest.raises(JournalError, match="another program is writing to it; try again"):
        journal.copy()
    reader.close()
    assert journal.copy()


@POSIX
def test_a_folder_that_may_only_be_read() -> None:
    # The superuser may write everywhere: somebody else tries, in a folder that they can reach.
    code = """
import os
from cluneal.record import JournalError
try:
    if os.geteuid() == 0:
        os.setuid(65534)
except OSError:
    raise SystemExit("alone") from None  # a namespace in which nobody else exists
try:
    Journal.open(path, passphrase).add(("answer", "fever", True))
except JournalError as error:
    print(error)
"""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "record.sqlite"
        Journal.create(path, PASSPHRASE).close()
        path.chmod(0o444)
        path.parent.chmod(0o555)
        told, error = other(code, path).communicate(timeout=60)
        path.parent.chmod(0o755)
    if error.strip() == "alone":
        pytest.skip("nobody but the superuser exists here")
    assert told.startswith(f"{path}: "), error
    assert "check the disk and the rights of the folder" in told


@pytest.mark.parametrize("replaced", [False, True])
@POSIX
def test_a_file_that_was_removed_takes_no_more_answers(replaced: bool, journal: Journal, path: Path) -> None:
    journal.add(("answer", "fever", True))
    path.unlink()
    if replaced:
        for one in vault.beside(path):
            one.unlink()
        Journal.create(path.with_name("new.sqlite"), PASSPHRASE).close()
        path.with_name("new.sqlite").rename(path)
    uses: tuple[Callable[[], object], ...] = (
        lambda: journal.add(("answer", "weight_loss", True)),
        lambda: journal.merge([]),
    )
    for use in uses:
        with pytest.raises(JournalError, match="removed or replaced while the app runs; download your answers"):
            use()
    # What was said before is still there to be downloaded.
    assert said(journal) == [("answer", "fever", True)]
    if replaced:
        assert kept(path) == []
