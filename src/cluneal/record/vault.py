"""The file of a journal: whether it is one, the passphrase that opens it, and a new one put in place whole."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import stat
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

from sqlcipher3 import dbapi2 as sqlcipher

BUSY_SECONDS = 10
OWNER_ONLY, OWNER_ONLY_FOLDER, OTHERS = 0o600, 0o700, 0o077
PLAIN_HEADER = b"SQLite format 3\0"
PAGE = 4096
# SQLCipher's own way from a passphrase to a key, so that its tools open the file too. The salt begins the file.
ROUNDS, SALT_BYTES, KEY_BYTES = 256_000, 16, 32
SHORTEST_PASSPHRASE, LONGEST_PASSPHRASE = 10, 1000

FOREIGN = "not a journal of cluneal; name another file with --record"
DAMAGED = "damaged or not a journal; restore a copy, or name another file with --record"

State = Literal["none", "open", "locked"]


class JournalError(Exception):
    """The journal cannot be read or written. The message names the file and the fix."""


class WrongPassphrase(JournalError):
    """The passphrase does not open the file."""


class BadPassphrase(JournalError):
    """Not fit to be a passphrase."""


def state_of(path: Path) -> State:
    """Whether there is no journal yet, one that lies open (version 1 had no passphrase), or a locked one.

    Raises:
        JournalError: what lies there is none, or cannot be read.
    """
    with told(path):
        try:
            found = path.stat()
        except FileNotFoundError:
            return _nothing_left(path)
        if not stat.S_ISREG(found.st_mode):
            raise JournalError(f"{path}: {FOREIGN}")
        with path.open("rb") as file:
            header = file.read(len(PLAIN_HEADER))
        if not header:
            return _nothing_left(path)
        if header == PLAIN_HEADER:
            return "open"
        # A page that the power cut short is still whole in the log.
        if found.st_size < PAGE or (found.st_size % PAGE and not _has_log(path)):
            raise JournalError(f"{path}: {DAMAGED}")
        return "locked"


def _nothing_left(path: Path) -> Literal["none"]:
    """No journal; but SQLite would take the log of one that was there for that of a new one."""
    if _has_log(path):
        log = beside(path)[0].name
        raise JournalError(
            f"{path}: is gone, but {log} is there, with what was said last; put the file back, or move that"
        )
    return "none"


def _has_log(path: Path) -> bool:
    log = beside(path)[0]
    return log.exists() and log.stat().st_size > 0


def fit(passphrase: str) -> str:
    """The passphrase as it is used: however a keyboard writes its letters, and without blanks around it.

    Raises:
        BadPassphrase: too short, too long, or no text.
    """
    used = unicodedata.normalize("NFC", passphrase).strip()
    if len(used) < SHORTEST_PASSPHRASE:
        raise BadPassphrase(
            f"passphrase: shorter than {SHORTEST_PASSPHRASE} characters; take four words that go together for you alone"
        )
    if len(used) > LONGEST_PASSPHRASE:
        raise BadPassphrase(f"passphrase: longer than {LONGEST_PASSPHRASE} characters; take a shorter one")
    if not used.isprintable():
        raise BadPassphrase("passphrase: holds signs that cannot be typed; take others")
    return used


def new_key(passphrase: str) -> str:
    """A key for a file to be made. Raises BadPassphrase."""
    return _key(fit(passphrase), secrets.token_bytes(SALT_BYTES))


def key_for(path: Path, passphrase: str) -> str:
    """The key that the passphrase gives for this file, right or wrong."""
    with told(path), path.open("rb") as file:
        salt = file.read(SALT_BYTES)
    return _key(unicodedata.normalize("NFC", passphrase).strip(), salt)


def rekeyed(path: Path, passphrase: str) -> str:
    """The key that a new passphrase gives for this file. Raises BadPassphrase."""
    return key_for(path, fit(passphrase))


def _key(passphrase: str, salt: bytes) -> str:
    key = hashlib.pbkdf2_hmac("sha512", passphrase.encode("utf-8", "replace"), salt, ROUNDS, KEY_BYTES)
    return f"x'{key.hex()}{salt.hex()}'"


def connected(path: Path | str, key: str | None) -> Any:
    """A connection to the file, with its key given; without one it lies open. Nothing is read yet."""
    file = sqlcipher.connect(str(path), timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        # It would write each wrong passphrase's failure to the terminal.
        file.execute("PRAGMA cipher_log_level = NONE").fetchall()
        if key is not None:
            file.execute(f'PRAGMA key = "{key}"')
            file.execute("PRAGMA cipher_memory_security = ON")
        # What is sorted on the way stays off the disk, and a file by another hand runs nothing of its own.
        file.execute("PRAGMA temp_store = MEMORY")
        file.execute("PRAGMA trusted_schema = OFF")
        file.execute("PRAGMA cell_size_check = ON")
    except BaseException:
        file.close()
        raise
    return file


def made_private(path: Path) -> None:
    """The file, new and for its owner's eyes alone: what somebody says about their body is nobody else's.

    SQLite gives its log beside it the same rights. Raises FileExistsError.
    """
    path.parent.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, OWNER_ONLY))


def closed_to_others(path: Path) -> tuple[int, int]:
    """See that only the owner reads the file; says which file it is, so that another in its place is noticed."""
    found = path.stat()
    if os.name != "nt" and found.st_mode & OTHERS and found.st_uid == os.geteuid():
        path.chmod(OWNER_ONLY)
    return identity(path)


def identity(path: Path) -> tuple[int, int]:
    """Which file this is, whatever it is called."""
    found = path.stat()
    return found.st_dev, found.st_ino


def put_in_place(made: Path, path: Path) -> None:
    """A file that is whole takes its name, in one step and for good. What had the name before is gone."""
    _on_disk(made)
    os.replace(made, path)
    _folder_on_disk(path)


def put_first(made: Path, path: Path) -> None:
    """The same where nothing may have the name yet. Raises FileExistsError."""
    _on_disk(made)
    if path.exists() and not path.stat().st_size:
        path.unlink()
    os.link(made, path)
    made.unlink()
    _folder_on_disk(path)


def _on_disk(file: Path) -> None:
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


def _folder_on_disk(path: Path) -> None:
    if os.name != "nt":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def shredded(path: Path) -> None:
    """The file, its log and one that was not finished: overwritten and gone.

    On some disks old blocks stay; those of a locked file open nothing.
    """
    for one in (path, *beside(path), partial(path)):
        with suppress(FileNotFoundError):
            with one.open("rb+") as file:
                overwrite(file.fileno(), one.stat().st_size)
            one.unlink()


def overwrite(file: int, size: int) -> None:
    """Zeros over everything in an open file."""
    os.lseek(file, 0, os.SEEK_SET)
    for start in range(0, size, 1 << 20):
        os.write(file, bytes(min(1 << 20, size - start)))
    os.fsync(file)


def partial(path: Path) -> Path:
    """Where a new file is made, before it is whole."""
    return path.with_name(f"{path.name}.partial")


def beside(path: Path) -> tuple[Path, Path]:
    """What SQLite keeps beside a file while it is open."""
    return path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")


@contextmanager
def told(path: Path | None) -> Iterator[None]:
    """What the disk or SQLite says, as one line that names the file and the fix."""
    name = path or "journal"
    try:
        yield
    except sqlcipher.DatabaseError as error:
        said = str(error).lower()
        if "full" in said:
            fix = "the disk is full; make room and answer again"
        elif "locked" in said or "busy" in said:
            fix = "another program is writing to it; try again"
        elif "closed" in said:
            fix = "is locked; unlock it again"
        elif "not a database" in said:
            fix = "locked with another passphrase meanwhile, or damaged; unlock it again, or restore a copy"
        elif isinstance(error, sqlcipher.OperationalError):
            fix = f"{said}; check the disk and the rights of the folder"
        else:
            fix = DAMAGED
        raise JournalError(f"{name}: {fix}") from None
    except OSError as error:
        # A folder of the path that exists as a file.
        said = os.strerror(errno.ENOTDIR) if isinstance(error, FileExistsError) else error.strerror or str(error)
        raise JournalError(f"{name}: {said.lower()}; name another file with --record") from None
