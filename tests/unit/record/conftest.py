"""Journals for tests: their passphrase, other programs that use them, and what is whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cluneal.record import Journal, vault

PASSPHRASE = "four quiet words here"
OTHER_PASSPHRASE = "another four quiet words"
RELEASED = Path(__file__).with_name("released")
POSIX = pytest.mark.skipif(os.name == "nt", reason="rights and signals of POSIX")

Said = list[tuple[str, str, Any]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "record.sqlite"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    made = Journal.create(path, PASSPHRASE)
    yield made
    made.close()


@pytest.fixture
def quick_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """One round from a passphrase to its key in place of 256,000, for journals that are opened hundreds of times."""
    monkeypatch.setattr(vault, "ROUNDS", 1)


def said(journal: Journal) -> Said:
    return [(one.kind, one.key, one.value) for one in journal.entries()]


def kept(path: Path, passphrase: str = PASSPHRASE) -> Said:
    """What the file says when it is opened; and that it is whole."""
    journal = Journal.open(path, passphrase)
    try:
        assert_whole(journal)
        return said(journal)
    finally:
        journal.close()


def assert_whole(journal: Journal) -> None:
    assert journal._file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    # This looks at the file alone, without its log.
    journal._file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    assert journal._file.execute("PRAGMA cipher_integrity_check").fetchall() == []


def other(code: str, *arguments: object, **more: Any) -> subprocess.Popen[str]:
    """Another program on the same machine, which knows `Journal`, `path` and `passphrase`."""
    head = "import sys; from pathlib import Path; from cluneal.record import Journal\n"
    head += f"path, passphrase = Path(sys.argv[1]), {PASSPHRASE!r}\n"
    command = [sys.executable, "-c", head + code, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)


class Child:
    """A copy of this process that does something and says so; it can be killed at any moment.

    A fork, which starts in a millisecond. No journal may be open here meanwhile.
    """

    def __init__(self, work: Callable[[Callable[[str], None]], None]) -> None:
        self._words, writing = os.pipe()
        self.id = os.fork()
        if self.id:
            os.close(writing)
            return

        def say(word: str) -> None:
            os.write(writing, f"{word}\n".encode())

        status = 1
        try:
            work(say)
            status = 0
        except BaseException as error:
            os.write(writing, f"failed: {error!r}\n".encode())
        finally:
            os._exit(status)

    def first(self) -> str:
        """The first word, as soon as it is said."""
        word = b""
        while not word.endswith(b"\n"):
            word += os.read(self._words, 1) or b"\n"
        return word.decode().strip()

    def kill(self) -> None:
        os.kill(self.id, signal.SIGKILL)

    def rest(self) -> tuple[list[str], bool]:
        """All further words, and whether it came to its end by itself."""
        with os.fdopen(self._words, encoding="utf-8") as words:
            found = words.read().split("\n")[:-1]
        _, status = os.waitpid(self.id, 0)
        failed = [word for word in found if word.startswith("failed")]
        assert not failed, failed
        return found, os.WIFEXITED(status)
