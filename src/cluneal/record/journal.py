"""The journal: dated entries in one SQLite file, append-only. A correction supersedes; nothing is overwritten."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from ..frozen import frozen

VERSION = 1
APPLICATION = 0x636C756E  # "clun": says whose file it is
LONGEST_VALUE = 100_000
BUSY_SECONDS = 10
OWNER_ONLY = 0o600

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
            path.parent.mkdir(parents=True, exist_ok=True)
            # What somebody says about their body is for their own eyes.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, OWNER_ONLY))
            self._file = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            self._prepare()

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
                self._file.execute("COMMIT")
            except BaseException:
                if self._file.in_transaction:
                    self._file.execute("ROLLBACK")
                raise

    def _add(self, kind: str, key: str, value: Any) -> None:
        written = json.dumps(value, ensure_ascii=False, sort_keys=True)
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
            return [Entry(number, at, kind, key, json.loads(value)) for number, at, kind, key, value in rows]

    def erase(self) -> int:
        """Delete every entry for good and say how many there were."""
        with self._told():
            count = self._file.execute("DELETE FROM entries").rowcount
            # What was deleted is overwritten, and the log that still holds it is emptied.
            self._file.execute("VACUUM")
            self._file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return count

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _prepare(self) -> None:
        application, version = (self._pragma("application_id"), self._pragma("user_version"))
        # An empty file is a new one.
        if self._pragma("page_count") > 1 and application != APPLICATION:
            raise JournalError(f"{self.path}: not a journal of cluneal; name another file with --record")
        if version > VERSION:
            raise JournalError(f"{self.path}: written by a newer cluneal (journal version {version}); install that one")
        for line in (
            "PRAGMA journal_mode = WAL",
            # The answer is on the disk before the page says so.
            "PRAGMA synchronous = FULL",
            "PRAGMA secure_delete = ON",
            "CREATE TABLE IF NOT EXISTS entries (number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, "
            "kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL) STRICT",
            "CREATE INDEX IF NOT EXISTS entry_of ON entries (kind, key, number)",
            f"PRAGMA application_id = {APPLICATION}",
            f"PRAGMA user_version = {VERSION}",
        ):
            self._file.execute(line)

    def _pragma(self, name: str) -> int:
        return int(self._file.execute(f"PRAGMA {name}").fetchone()[0])

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
                fix = f"damaged or not a journal ({said}); restore a copy, or name another file with --record"
            raise JournalError(f"{self.path}: {fix}") from None
        except OSError as error:
            said = (error.strerror or str(error)).lower()
            raise JournalError(f"{self.path}: {said}; name another file with --record") from None


def given_of(entries: Iterable[Entry]) -> list[Given]:
    """Entries as they were given, to be added to another journal."""
    return [(one.kind, one.key, one.value) for one in entries]
