"""Other copies of a journal, checked before anything of them is taken in: a file with its passphrase, or plain JSON."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from . import vault
from .journal import LONGEST_VALUE, VERSION, Journal, Row
from .person import BLOCK, MARK, READING, TREATMENT
from .vault import JournalError

Json = dict[str, Any]
FORMAT = "cluneal journal"
ID = re.compile(r"[0-9a-f]{32}")
HALF = re.compile(r"[\ud800-\udfff]")  # of a sign in two parts: text to Python and none to SQLite
LAST_CLOCK = 253_402_300_799_999  # the end of the year 9999, in milliseconds
FIELDS = ("id", "clock", "at", "kind", "key", "value")


def plain(journal: Journal) -> Json:
    """Everything in a journal as plain data that anybody can read; `rows_of_plain` is the way back."""
    entries = [dict(zip(FIELDS, (*row[:5], json.loads(row[5])), strict=True)) for row in journal.rows()]
    return {"format": FORMAT, "version": VERSION, "entries": entries}


def rows_of_file(path: Path, passphrase: str) -> list[Row]:
    """The entries of another locked file, which is read and left as it is.

    Raises:
        JournalError: it is none, or holds what no journal of ours would. WrongPassphrase: see there.
    """
    with TemporaryDirectory(prefix="cluneal-") as folder, vault.told(path):
        # A copy is opened, so that nothing is written beside a file that is not ours.
        copy = Path(folder) / "copy.sqlite"
        vault.made_private(copy)
        copy.write_bytes(path.read_bytes())
        log, _ = vault.beside(path)
        if log.exists():
            vault.beside(copy)[0].write_bytes(log.read_bytes())
        return rows_of_copy(copy, passphrase, str(path))


def rows_of_bytes(content: bytes, passphrase: str, name: str) -> list[Row]:
    """The same for a file that was sent. `name` stands in messages."""
    with TemporaryDirectory(prefix="cluneal-") as folder:
        copy = Path(folder) / "copy.sqlite"
        vault.made_private(copy)
        with open(os.open(copy, os.O_WRONLY, vault.OWNER_ONLY), "wb") as file:
            file.write(content)
        return rows_of_copy(copy, passphrase, name)


def rows_of_copy(copy: Path, passphrase: str, name: str) -> list[Row]:
    """The entries of a file that may be written beside. `name` stands in messages in its place."""
    try:
        other = Journal.open(copy, passphrase)
        try:
            return list(checked(other.rows()))
        finally:
            other.close()
    except JournalError as problem:
        raise type(problem)(str(problem).replace(str(copy), name)) from None


def rows_of_plain(data: Any) -> list[Row]:
    """The entries of what `plain` made.

    Raises:
        JournalError: it is something else, or an entry is none of ours.
    """
    if not isinstance(data, dict) or data.get("format") != FORMAT or not isinstance(data.get("entries"), list):
        raise JournalError("not a journal of cluneal; choose a file that was exported from one")
    version = data.get("version")
    if version != VERSION:
        raise JournalError(f"written by another cluneal (journal version {version!r:.20}); install that one")
    return list(checked(_row(number, one) for number, one in enumerate(data["entries"], 1)))


def _row(number: int, one: Any) -> Row:
    if not isinstance(one, dict) or set(one) != set(FIELDS):
        raise JournalError(f"entry {number}: needs {', '.join(FIELDS)} and nothing else")
    try:
        value = json.dumps(one["value"], allow_nan=False, sort_keys=True)
    except (ValueError, RecursionError):
        raise _unfit(number, "value") from None
    return one["id"], one["clock"], one["at"], one["kind"], one["key"], value


def checked(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows, each as a journal of ours writes them.

    Raises:
        JournalError: names the first that is not.
    """
    for number, row in enumerate(rows, 1):
        wrong = next((name for name, is_fit, part in zip(FIELDS, FIT, row, strict=True) if not is_fit(part)), None)
        if wrong or not _is_shaped(row[3], row[5]):
            raise _unfit(number, wrong or "value")
        yield row


def _unfit(number: int, name: str) -> JournalError:
    return JournalError(f"entry {number}: {name}: not as cluneal writes it; nothing was taken in")


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and ID.fullmatch(value) is not None


def _is_clock(value: Any) -> bool:
    return type(value) is int and 0 <= value <= LAST_CLOCK


def _is_time(value: Any) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _is_name(value: Any) -> bool:
    # A treatment is kept under the words that somebody has for it, whatever they are.
    return isinstance(value, str) and 0 < len(value) <= LONGEST_VALUE and not HALF.search(value)


def _is_value(value: Any) -> bool:
    if not isinstance(value, str) or len(value) > LONGEST_VALUE or not value.isascii():
        return False
    try:
        json.dumps(json.loads(value), allow_nan=False)
    except (ValueError, RecursionError):
        return False
    return True


def _is_shaped(kind: str, value: str) -> bool:
    """False for what every page would stumble over."""
    if kind not in (MARK, TREATMENT, BLOCK, READING) or value == "null":
        return True
    said = json.loads(value)
    if not isinstance(said, dict):
        return False
    if kind == TREATMENT:
        return isinstance(said.get("kind"), str)
    return kind != READING or (isinstance(said.get("minute"), (int, float)) and not isinstance(said["minute"], bool))


FIT = (_is_id, _is_clock, _is_time, _is_name, _is_name, _is_value)
