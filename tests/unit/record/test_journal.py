"""The journal: nothing that was acknowledged is ever lost, nothing is said twice, and what fails says what to do."""

from __future__ import annotations

import os
import random
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from cluneal.record import Journal, JournalError

POSIX = pytest.mark.skipif(os.name == "nt", reason="rights and signals of POSIX")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "record.sqlite"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    made = Journal(path)
    yield made
    made.close()


def said(journal: Journal) -> list[tuple[str, str, Any]]:
    return [(one.kind, one.key, one.value) for one in journal.entries()]


def other(code: str, *arguments: object, **more: Any) -> subprocess.Popen[str]:
    """Another program on the same machine, which knows `Journal` and `path`."""
    head = "import sys; from pathlib import Path; from cluneal.record import Journal; path = Path(sys.argv[1])\n"
    command = [sys.executable, "-c", head + code, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)


def test_what_is_said_is_there_after_reopening(journal: Journal, path: Path) -> None:
    value = {"x_mm": 70, "character": ["burning"], "note": "größer ≥ 5 \0 😀"}
    journal.add(("answer", "fever", False), ("mark", "worst", value))
    journal.close()
    again = Journal(path)
    assert said(again) == [("answer", "fever", False), ("mark", "worst", value)]
    again.close()


def test_the_same_again_adds_nothing_and_a_correction_supersedes(journal: Journal) -> None:
    journal.add(("answer", "fever", True))
    number = journal.latest()
    journal.add(("answer", "fever", True), ("answer", "weight_loss", None))
    assert journal.latest() == number
    journal.add(("answer", "fever", False))
    journal.add(("answer", "fever", None))
    assert [one.value for one in journal.entries()] == [True, False, None]


def test_all_or_none(journal: Journal) -> None:
    journal.add(("answer", "fever", True))
    with pytest.raises(JournalError, match="answer long: over 100000 characters; shorten it"):
        journal.add(("answer", "weight_loss", True), ("answer", "long", "x" * 100_001))
    with pytest.raises(ValueError, match="JSON compliant"):
        journal.add(("answer", "weight_loss", True), ("about", "age", float("nan")))
    assert said(journal) == [("answer", "fever", True)]
    journal.add(("answer", "weight_loss", True))


def test_half_a_sign_does_no_harm(journal: Journal) -> None:
    journal.add(("about", "id", "\ud800"))
    assert said(journal) == [("about", "id", "\ud800")]


WRITER = """
journal, i = Journal(path), int(sys.argv[2])
while True:
    journal.add(("answer", f"finding_{i % 7}", i), ("mark", f"m{i}", {"number": i}))
    print(i, flush=True)
    i += 1
"""


@POSIX
def test_every_acknowledged_answer_survives_kill_9(path: Path) -> None:
    dice = random.Random(20261124)  # the moments of the kills
    acknowledged: list[int] = []
    for _ in range(8):
        child = other(WRITER, path, len(acknowledged))
        assert child.stdout
        first = child.stdout.readline()
        assert first, child.stderr and child.stderr.read()
        time.sleep(dice.uniform(0, 0.08))
        child.kill()
        acknowledged += [int(line) for line in [first, *child.stdout.read().splitlines()] if line.strip()]
        child.communicate()
        journal = Journal(path)
        entries = journal.entries()
        whole = journal._file.execute("PRAGMA integrity_check").fetchone()[0]
        journal.close()
        assert whole == "ok"
        kept = [one.value["number"] for one in entries if one.kind == "mark"]
        # The last one may have reached the disk without a word: never the other way round, and never half.
        assert kept[: len(acknowledged)] == acknowledged == list(range(len(acknowledged)))
        assert len(kept) <= len(acknowledged) + 1
        assert [one.value for one in entries if one.kind == "answer"] == kept
        acknowledged = kept
    assert len(acknowledged) > 20


def test_windows_that_write_at_once_lose_nothing(path: Path) -> None:
    code = """
journal = Journal(path)
for i in range(40):
    journal.add(("answer", f"{sys.argv[2]}_{i}", True), ("about", "age", i))
"""
    children = [other(code, path, name) for name in "abcdef"]
    for child in children:
        _, error = child.communicate(timeout=60)
        assert child.returncode == 0, error
    journal = Journal(path)
    keys = [key for kind, key, _ in said(journal) if kind == "answer"]
    journal.close()
    assert len(keys) == len(set(keys)) == 6 * 40


def test_another_window_is_seen_at_once(journal: Journal, path: Path) -> None:
    before = journal.latest()
    second = Journal(path)
    second.add(("answer", "fever", True))
    assert journal.latest() > before
    assert said(journal) == said(second)
    second.close()


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
    Journal(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_erasing_leaves_nothing_on_the_disk(journal: Journal, path: Path) -> None:
    secret = "unmistakable-answer"
    journal.add(("about", "id", secret), *(("answer", f"finding_{i}", True) for i in range(300)))
    journal.add(("about", "id", None))
    assert journal.erase() == 302
    assert journal.entries() == []
    assert all(secret.encode() not in one.read_bytes() for one in path.parent.iterdir())
    number = journal.latest()
    journal.add(("answer", "fever", True))
    # Numbers go on, so that another window never takes what is new for what it knew.
    assert journal.latest() > 302 > number == 0


def test_what_another_program_still_reads_is_not_called_erased(journal: Journal, path: Path) -> None:
    journal.add(("answer", "fever", True))
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM entries").fetchall()
    journal._file.execute("PRAGMA busy_timeout = 50")
    with pytest.raises(JournalError, match="another program"):
        journal.erase()
    reader.close()
    journal.erase()
    assert journal.entries() == []


# What goes wrong, and what is said of it.


def refused(path: Path) -> str:
    with pytest.raises(JournalError) as told:
        Journal(path)
    said = str(told.value)
    assert said.startswith(f"{path}: ")
    return said.removeprefix(f"{path}: ")


def a_picture(path: Path) -> None:
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(5000))


def a_note(path: Path) -> None:
    path.write_text("note", encoding="utf-8")


def another_database(path: Path) -> None:
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE entries (a)")
    made.close()


def from_the_future(path: Path) -> None:
    Journal(path).close()
    with sqlite3.connect(path) as made:
        made.execute("PRAGMA user_version = 9")
    made.close()


FOREIGN = "not a journal of cluneal; name another file with --record"
DAMAGED = "damaged or not a journal; restore a copy, or name another file with --record"


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (a_picture, DAMAGED),
        (a_note, DAMAGED),
        (another_database, FOREIGN),
        (from_the_future, "written by a newer cluneal (journal version 9); install that one"),
        (Path.mkdir, FOREIGN),
    ],
)
def test_what_is_no_journal_is_left_as_it_is(make: Callable[[Path], object], told: str, tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    assert refused(path) == told
    assert (path.read_bytes() if path.is_file() else None) == before


def test_a_damaged_journal_is_named(journal: Journal, path: Path) -> None:
    journal.add(*(("answer", f"finding_{i}", "x" * 500) for i in range(200)))
    journal.close()
    content = bytearray(path.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(JournalError, match="damaged or not a journal; restore a copy"):
        Journal(path).entries()


def test_a_damaged_value_is_named(journal: Journal) -> None:
    journal.add(("answer", "fever", True))
    journal._file.execute("UPDATE entries SET value = '{'")
    with pytest.raises(JournalError, match="damaged or not a journal; restore a copy"):
        journal.entries()


def test_a_name_that_cannot_be_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert refused(tmp_path / "file" / "record.sqlite").endswith("; name another file with --record")


def fill(journal: Journal) -> None:
    for i in range(1000):
        journal.add(("answer", f"finding_{i}", "x" * 1000))


def test_a_full_disk_loses_nothing(journal: Journal) -> None:
    journal.add(("answer", "fever", True))
    pages = journal._file.execute("PRAGMA page_count").fetchone()[0]
    journal._file.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(JournalError, match="the disk is full; make room and answer again"):
        fill(journal)
    kept = said(journal)
    assert len(kept) > 1
    assert [key for _, key, _ in kept] == ["fever", *(f"finding_{i}" for i in range(len(kept) - 1))]
    journal._file.execute(f"PRAGMA max_page_count = {pages + 500}")
    journal.add(("answer", "after", True))
    assert said(journal) == [*kept, ("answer", "after", True)]


@POSIX
def test_a_file_that_may_not_grow_is_an_error_and_no_loss(path: Path) -> None:
    code = """
import resource
from cluneal.record import JournalError
journal, i = Journal(path), 0
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
try:
    while True:
        journal.add(("answer", f"finding_{i}", "x" * 2000))
        i += 1
except JournalError as error:
    print(i, error)
"""
    child = other(code, path)
    told, error = child.communicate(timeout=60)
    assert child.returncode == 0, error
    count, _, message = told.partition(" ")
    assert "the disk is full" in message or "check the disk and the rights of the folder" in message
    journal = Journal(path)
    assert len(journal.entries()) == int(count) > 0
    journal.close()


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
    Journal(path).add(("answer", "fever", True))
except JournalError as error:
    print(error)
"""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "record.sqlite"
        Journal(path).close()
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
        Journal(path.with_name("new.sqlite")).close()
        path.with_name("new.sqlite").rename(path)
    with pytest.raises(JournalError, match="removed or replaced while the app runs; download your answers"):
        journal.add(("answer", "weight_loss", True))
    # What was said before is still there to be downloaded.
    assert said(journal) == [("answer", "fever", True)]


def test_a_program_that_holds_on_to_it(journal: Journal, path: Path) -> None:
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    journal._file.execute("PRAGMA busy_timeout = 50")
    with pytest.raises(JournalError, match="another program is writing to it; try again"):
        journal.add(("answer", "fever", True))
    writer.execute("ROLLBACK")
    writer.close()
    journal.add(("answer", "fever", True))
