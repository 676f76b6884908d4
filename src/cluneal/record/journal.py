"""The journal: dated entries in one SQLite file, append-only. A correction supersedes; nothing is overwritten."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from ..frozen import frozen

VERSION = 1
APPLICATION = 0x636C756E  # "clun": says whose file it is
LONGEST_VALUE = 100_000
BUSY_SECONDS = 10
OWNER_ONLY, OWNER_ONLY_FOLDER, OTHERS = 0o600, 0o700, 0o077
FOREIGN = "not a journal of cluneal; name another file with --record"
DAMAGED = "damaged or not a journal; restore a copy, or name another file with --record"

Given = tuple[str, str, Any]


class JournalError(Exception):
    """The journal cannot be read or written. The message names the file and the fix."""


@frozen
class Entry:
    """One thing said at one time: the latest entry with the same kind and key holds. A value of None takes it back."""

    number: int
    at: str
    kind: str
    key: str
    value: Any


class Journal:
    """A journal file, made when it is not there. Every entry is on the disk before `add` returns.

    Raises:
        JournalError: the file is not a journal, is damaged, is from a newer version, or cannot be written.
    """

    def __init__(self, path: Path, now: Callable[[], datetime] = lambda: datetime.now().astimezone()) -> None:
        self.path = path
        self._now = now
        with self._told():
            path.parent.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
            self._identity = _private(path)
            self._file = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            try:
                self._prepare()
            except BaseException:
                self._file.close()
                raise

    def add(self, *given: Given) -> None:
        """Keep (kind, key, value) entries, all or none. What is said already is not said twice.

        Raises:
            JournalError: they cannot be saved; everything before is still there.
        """
        with self._told():
            self._file.execute("BEGIN IMMEDIATE")
            try:
                for kind, key, value in given:
                    self._add(kind, key, value)
                self._same_file()
                self._file.execute("COMMIT")
            except BaseException:
                if self._file.in_transaction:
                    self._file.execute("ROLLBACK")
                raise

    def _add(self, kind: str, key: str, value: Any) -> None:
        # Plain ASCII with escapes: half of a sign in two parts is text to Python and none to SQLite.
        written = json.dumps(value, allow_nan=False, sort_keys=True)
        if len(written) > LONGEST_VALUE:
            raise JournalError(f"{kind} {key}: over {LONGEST_VALUE} characters; shorten it")
        last = self._file.execute(
            "SELECT value FROM entries WHERE kind = ? AND key = ? ORDER BY number DESC LIMIT 1", (kind, key)
        ).fetchone()
        # A double click, a page sent again or a second tab says the same thing: that is one entry.
        if written != (last[0] if last else "null"):
            at = self._now().isoformat(timespec="seconds")
            self._file.execute(
                "INSERT INTO entries (at, kind, key, value) VALUES (?, ?, ?, ?)", (at, kind, key, written)
            )

    def latest(self) -> int:
        """Number of the last entry; 0 when there is none. Grows with every entry, from whichever window."""
        with self._told():
            row = self._file.execute("SELECT coalesce(max(number), 0) FROM entries").fetchone()
        return int(row[0])

    def entries(self) -> list[Entry]:
        """Everything said, in order, superseded entries too."""
        with self._told():
            rows = self._file.execute("SELECT number, at, kind, key, value FROM entries ORDER BY number").fetchall()
        try:
            return [Entry(number, at, kind, key, json.loads(value)) for number, at, kind, key, value in rows]
        except ValueError:
            raise JournalError(f"{self.path}: {DAMAGED}") from None

    def erase(self) -> int:
        """Delete every entry for good and say how many there were.

        Raises:
            JournalError: it cannot be deleted, or another program still holds what was.
        """
        with self._told():
            count = self._file.execute("DELETE FROM entries").rowcount
            # What was deleted is overwritten, and the log that still holds it is emptied.
            self._file.execute("VACUUM")
            busy = self._file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if busy:
            raise JournalError(f"{self.path}: erased, but another program still reads it; close that and erase again")
        return count

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _prepare(self) -> None:
        # An empty file is a new one. What is not ours is left as it is.
        if self._pragma("page_count") > 1:
            self._ours()
        for line in (
            "PRAGMA journal_mode = WAL",
            # The answer is on the disk before the page says so.
            "PRAGMA synchronous = FULL",
            "PRAGMA secure_delete = ON",
            # All or nothing: a file that has the table is marked as ours.
            "BEGIN IMMEDIATE",
            "CREATE TABLE IF NOT EXISTS entries (number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, "
            "kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL) STRICT",
            "CREATE INDEX IF NOT EXISTS entry_of ON entries (kind, key, number)",
            f"PRAGMA application_id = {APPLICATION}",
            f"PRAGMA user_version = {VERSION}",
            "COMMIT",
        ):
            self._file.execute(line)

    def _ours(self) -> None:
        version = self._pragma("user_version")
        if self._pragma("application_id") != APPLICATION:
            raise JournalError(f"{self.path}: {FOREIGN}")
        if version > VERSION:
            raise JournalError(f"{self.path}: written by a newer cluneal (journal version {version}); install that one")

    def _pragma(self, name: str) -> int:
        return int(self._file.execute(f"PRAGMA {name}").fetchone()[0])

    def _same_file(self) -> None:
        """SQLite goes on writing to a file that was removed: what is written there is gone with the app."""
        try:
            found = _identity(self.path.stat())
        except OSError:
            found = None
        if found != self._identity:
            raise JournalError(
                f"{self.path}: removed or replaced while the app runs; download your answers from Your data, "
                "then start the app again"
            )

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What the disk or SQLite says, as one line that names the file and the fix."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            said = str(error).lower()
            if "full" in said:
                fix = "the disk is full; make room and answer again"
            elif "locked" in said or "busy" in said:
                fix = "another program is writing to it; try again"
            elif isinstance(error, sqlite3.OperationalError):
                fix = f"{said}; check the disk and the rights of the folder"
            else:
                fix = DAMAGED
            raise JournalError(f"{self.path}: {fix}") from None
        except OSError as error:
            # A folder of the path that exists as a file.
            said = os.strerror(errno.ENOTDIR) if isinstance(error, FileExistsError) else error.strerror or str(error)
            raise JournalError(f"{self.path}: {said.lower()}; name another file with --record") from None


def _private(path: Path) -> tuple[int, int]:
    """The file, made when it is not there, for its owner's eyes alone: what somebody says about their body is nobody
    else's. SQLite gives its log beside it the same rights.
    """
    # Not opened when it is there: closing it again would let go of the locks of another journal on it.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, OWNER_ONLY))
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise JournalError(f"{path}: {FOREIGN}")
    if os.name != "nt" and found.st_mode & OTHERS and found.st_uid == os.geteuid():
        path.chmod(OWNER_ONLY)
    return _identity(found)


def _identity(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino
