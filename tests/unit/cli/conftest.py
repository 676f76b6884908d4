"""Run a command in this process and hold it to what every error owes a reader."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cluneal.cli.errors import LONGEST
from cluneal.cli.main import main

Refused = Callable[..., str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and the test stands in it."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Refused:
    """Run a command that must fail: one line on standard error, nothing on standard output, status 2; the line."""

    def refused(*arguments: str) -> str:
        assert main(arguments) == 2
        streams = capsys.readouterr()
        assert streams.out == ""
        assert streams.err.startswith("cluneal: ")
        assert streams.err.endswith("\n")
        line = streams.err.removeprefix("cluneal: ").removesuffix("\n")
        assert line.isprintable(), "more than one line, or codes that a terminal obeys"
        assert len(line) <= LONGEST
        return line

    return refused


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run a command that must succeed; what it prints."""

    def printed(*arguments: str) -> str:
        assert main(arguments) == 0
        streams = capsys.readouterr()
        assert streams.err == ""
        return streams.out

    return printed
