"""The journal: dated entries in one locked file, append-only. A correction supersedes; nothing is overwritten.

Entries have an order of their own: the clock of the machine in milliseconds, but never before an entry that was there
already (a hybrid logical clock; Kulkarni and others 2014, doi:10.1007/978-3-319-14472-6_2). So two copies of a journal
that were both written to come together in one order, whichever is read into which, and a clock set back does no harm.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlcipher3.dbapi2 import DatabaseError

from ..frozen import frozen
from . import vault
from .vault import DAMAGED, FOREIGN, JournalError, WrongPassphrase, told

VERSION = 2
APPLICATION = 0x636C756E  # "clun": says whose file it is
LONGEST_VALUE = 100_000
ID_BYTES = 16
TABLE = (
    "CREATE TABLE entries (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, clock INTEGER NOT NULL, "
    "at TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL) STRICT"
)
SCHEMA = (
    TABLE,
    "CREATE INDEX entry_of ON entries (kind, key, clock, id)",
    "CREATE INDEX entry_clock ON entries (clock, id)",
    f"PRAGMA application_id = {APPLICATION}",
    f"PRAGMA user_version = {VERSION}",
)
THERE = "is there already; unlock it, or name another file"
# What version 1 had: no ids, no clock, and no passphrase.
FIRST = (
    "CREATE TABLE entries (number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, kind TEXT NOT NULL, "
    "key TEXT NOT NULL, value TEXT NOT NULL) STRICT",
    "CREATE INDEX entry_of ON entries (kind, key, number)",
)
INSERT = "INSERT INTO entries (id, clock, at, kind, key, value) VALUES (?, ?, ?, ?, ?, ?)"
COLUMNS = "number, id, clock, at, kind, key, value"

Given = tuple[str, str, Any]
Now = Callable[[], datetime]
# id, clock, at, kind, key, value as JSON: an entry as it lies in the file.
Row = tuple[str, int, str, str, str, str]


@frozen
class Entry:
    """One thing said at one time: the last entry with the same kind and key holds. A value of None takes it back.

    `number` is where it lies in this file; `id` and `clock` are the same in every copy.
    """

    number: int
    at: str
    kind: str
    key: str
    value: Any
    id: str = ""
    clock: int = 0


def _here() -> datetime:
    return datetime.now().astimezone()


class Journal:
    """An unlocked journal. Every entry is on the disk before `add` returns.

    Made by `unsaved`, `create`, `open` or `upgrade`; all of them raise JournalError.
    """

    def __init__(self, file: Any, path: Path | None, now: Now) -> None:
        self._file = file
        self.path = path
        self._now = now
        self._identity = vault.closed_to_others(path) if path else None

    @classmethod
    def unsaved(cls, now: Now = _here) -> Journal:
        """A journal in memory, gone when it is closed, until `keep` gives it a file."""
        file = vault.connected(":memory:", None)
        for line in SCHEMA:
            file.execute(line)
        return cls(file, None, now)

    @classmethod
    def create(cls, path: Path, passphrase: str, now: Now = _here) -> Journal:
        """A new journal where there is none. Raises BadPassphrase too."""
        return cls.unsaved(now).keep(path, passphrase)

    @classmethod
    def open(cls, path: Path, passphrase: str, now: Now = _here) -> Journal:
        """The journal in this file. Raises WrongPassphrase too."""
        if vault.state_of(path) != "locked":
            raise JournalError(f"{path}: {FOREIGN}")
        return cls._opened(path, vault.key_for(path, passphrase), now)

    @classmethod
    def upgrade(cls, path: Path, passphrase: str, now: Now = _here) -> Journal:
        """A journal of version 1, which lay open, under a passphrase from now on. All it says comes along."""
        key = vault.new_key(passphrase)
        with told(path):
            old = vault.connected(path, None)
            try:
                _check(old, path, 1, FIRST)
                # Its log is written into the file first, and nobody writes to it meanwhile.
                if old.execute("PRAGMA journal_mode = DELETE").fetchone()[0] != "delete":
                    raise JournalError(f"{path}: another program has it open; close that and try again")
                old.execute("BEGIN EXCLUSIVE")
                rows = old.execute("SELECT number, at, kind, key, value FROM entries ORDER BY number").fetchall()
                made = _whole(path, key, _numbered(path, rows))
                with path.open("rb+") as before:
                    vault.put_in_place(made, path)
                    # The file has no name any more, but its words would still lie on the disk.
                    vault.overwrite(before.fileno(), os.fstat(before.fileno()).st_size)
            finally:
                old.close()
        return cls._opened(path, key, now)

    @classmethod
    def _opened(cls, path: Path, key: str, now: Now) -> Journal:
        with told(path):
            file = vault.connected(path, key)
            try:
                _unlock(file, path)
                file.execute("PRAGMA journal_mode = WAL").fetchall()
                # The answer is on the disk before the page says so.
                file.execute("PRAGMA synchronous = FULL")
                return cls(file, path, now)
            except BaseException:
                file.close()
                raise

    def keep(self, path: Path, passphrase: str) -> Journal:
        """The same journal in a file, locked; this one is closed. Raises BadPassphrase, and leaves it open then."""
        key = vault.new_key(passphrase)
        if vault.state_of(path) != "none":
            raise JournalError(f"{path}: {THERE}")
        with told(path):
            try:
                vault.put_first(_whole(path, key, self.rows()), path)
            except FileExistsError:
                raise JournalError(f"{path}: {THERE}") from None
        kept = self._opened(path, key, self._now)
        self.close()
        return kept

    def add(self, *given: Given) -> None:
        """Keep (kind, key, value) entries, all or none. What is said already is not said twice.

        Raises:
            JournalError: they cannot be saved; everything before is still there.
        """

        def take() -> None:
            for one in given:
                self._add(*one)

        self._write(take)

    def _add(self, kind: str, key: str, value: Any) -> None:
        # Plain ASCII with escapes: half of a sign in two parts is text to Python and none to SQLite.
        written = json.dumps(value, allow_nan=False, sort_keys=True)
        if len(written) > LONGEST_VALUE:
            raise JournalError(f"{kind} {key}: over {LONGEST_VALUE} characters; shorten it")
        last = self._file.execute(
            "SELECT value FROM entries WHERE kind = ? AND key = ? ORDER BY clock DESC, id DESC LIMIT 1", (kind, key)
        ).fetchone()
        # A double click, a page sent again or a second tab says the same thing: that is one entry.
        if written == (last[0] if last else "null"):
            return
        now = self._now()
        latest = self._file.execute("SELECT coalesce(max(clock), 0) FROM entries").fetchone()[0]
        clock = max(int(now.timestamp() * 1000), latest + 1)
        at = now.isoformat(timespec="seconds")
        self._file.execute(INSERT, (secrets.token_hex(ID_BYTES), clock, at, kind, key, written))

    def merge(self, rows: Iterable[Row]) -> int:
        """Take in the entries of another copy (`copies` reads and checks them); says how many were new.

        What was said later holds, whichever copy it was said in. In any order, and again and again: the result is the
        same.
        """
        new = 0

        def take() -> None:
            nonlocal new
            before = self._file.total_changes
            self._file.executemany(INSERT.replace("INSERT", "INSERT OR IGNORE"), rows)
            new = self._file.total_changes - before

        self._write(take)
        return new

    def _write(self, what: Callable[[], object]) -> None:
        with told(self.path):
            self._file.execute("BEGIN IMMEDIATE")
            try:
                what()
                self._same_file()
                self._file.execute("COMMIT")
            except BaseException:
                if self._file.in_transaction:
                    self._file.execute("ROLLBACK")
                raise

    def latest(self) -> int:
        """Number of the last entry; 0 when there is none. Grows with every entry, from whichever window."""
        return int(self._one("SELECT coalesce(max(number), 0) FROM entries"))

    def entries(self, after: int = 0) -> list[Entry]:
        """Everything said, in order, superseded entries too; or only what came into this file after a number."""
        query = f"SELECT {COLUMNS} FROM entries WHERE number > ? ORDER BY clock, id"  # noqa: S608
        with told(self.path):
            rows = self._file.execute(query, (after,)).fetchall()
        try:
            # All values at once: one by one takes twice as long.
            values = json.loads(f"[{','.join(row[-1] for row in rows)}]")
            return [
                Entry(number, at, kind, key, value, id, clock)
                for (number, id, clock, at, kind, key, _), value in zip(rows, values, strict=True)
            ]
        except ValueError:
            raise JournalError(f"{self.path}: {DAMAGED}") from None

    def rows(self) -> list[Row]:
        """Everything said, in order, as it lies in the file."""
        with told(self.path):
            query = "SELECT id, clock, at, kind, key, value FROM entries ORDER BY clock, id"
            found: list[Row] = self._file.execute(query).fetchall()
        return found

    def change_passphrase(self, new: str) -> None:
        """Lock it with another passphrase; the old one opens only copies made before. Raises BadPassphrase.

        Where it fails half way, the old one holds and the journal is closed.
        """
        assert self.path
        key = vault.rekeyed(self.path, new)
        with told(self.path):
            # Without the right to write, SQLCipher would fail and yet write under the new key from then on.
            self._file.execute("BEGIN IMMEDIATE")
            try:
                self._same_file()
                self._file.execute(f'PRAGMA rekey = "{key}"').fetchall()
                self._file.execute("COMMIT")
            except BaseException:
                self._file.close()
                raise
            # Pages under the old key would stay in the log.
            with suppress(DatabaseError):
                self._file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def copy(self) -> bytes:
        """The file as it is now, whole, to be kept elsewhere: the same passphrase opens it."""
        assert self.path
        with told(self.path):
            self._file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            self._file.execute("BEGIN IMMEDIATE")
            try:
                log = vault.beside(self.path)[0]
                if log.exists() and log.stat().st_size:
                    raise JournalError(f"{self.path}: another program is writing to it; try again")
                return self.path.read_bytes()
            finally:
                self._file.execute("ROLLBACK")

    def erase(self) -> int:
        """Delete the file for good, with everything in it; says how many entries there were. The journal is closed."""
        count = int(self._one("SELECT count(*) FROM entries"))
        self.close()
        if self.path:
            with told(self.path):
                vault.shredded(self.path)
        return count

    def close(self) -> None:
        """Lock it: the key is gone from memory."""
        self._file.close()

    def _one(self, query: str, *values: Any) -> Any:
        with told(self.path):
            return self._file.execute(query, values).fetchone()[0]

    def _same_file(self) -> None:
        """SQLite goes on writing to a file that was removed: what is written there is gone with the app."""
        if self.path is None:
            return
        found = None
        with suppress(OSError):
            found = vault.identity(self.path)
        if found != self._identity:
            raise JournalError(
                f"{self.path}: removed or replaced while the app runs; download your answers from Your data, "
                "then start the app again"
            )


def _unlock(file: Any, path: Path) -> None:
    """Read the first page: that shows whether the key is right."""
    try:
        file.execute("SELECT count(*) FROM sqlite_schema").fetchall()
    except DatabaseError as error:
        if "not a database" not in str(error):
            raise
        raise WrongPassphrase(
            f"{path}: the passphrase does not open it; try again. If you are sure of it, the file is damaged: "
            "restore a copy"
        ) from None
    _check(file, path, VERSION, SCHEMA[:3])


def _check(file: Any, path: Path, newest: int, schema: Sequence[str]) -> None:
    application, version = (
        int(file.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("application_id", "user_version")
    )
    if application != APPLICATION:
        raise JournalError(f"{path}: {FOREIGN}")
    if version > newest:
        raise JournalError(f"{path}: written by a newer cluneal (journal version {version}); install that one")
    found = [sql for (sql,) in file.execute("SELECT sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'")]
    # A file by another hand may hold views and triggers in a table's place.
    if sorted(map(str, found)) != sorted(schema):
        raise JournalError(f"{path}: {FOREIGN}")


def _whole(path: Path, key: str, rows: Iterable[Row]) -> Path:
    """A new journal beside the name that it will have, complete and on the disk."""
    made = vault.partial(path)
    made.unlink(missing_ok=True)
    vault.made_private(made)
    file = vault.connected(made, key)
    try:
        file.execute("BEGIN")
        for line in SCHEMA:
            file.execute(line)
        file.executemany(INSERT, rows)
        file.execute("COMMIT")
    finally:
        file.close()
    return made


def _numbered(path: Path, rows: Iterable[tuple[int, str, str, str, str]]) -> Iterable[Row]:
    """Entries of version 1 with what it had not: the same in every copy of the same journal."""
    clock = 0
    try:
        for row in rows:
            clock = max(int(datetime.fromisoformat(row[1]).timestamp() * 1000), clock + 1)
            yield hashlib.sha256(repr(row).encode()).hexdigest()[: 2 * ID_BYTES], clock, *row[1:]
    except (ValueError, TypeError, OverflowError):
        raise JournalError(f"{path}: {DAMAGED}") from None
