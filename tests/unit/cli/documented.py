"""The examples on a page: what is typed, what comes back, and whether it still does.

A fence `sh` holds commands after `$ ` with what they print; a line `...` stands for any lines. A fence with a file's
name after its language is that file. A comment `<!-- answers: 52, f, n*18 -->` before a fence is what is typed into the
interview in it.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cluneal.cli.main import main

PROJECT = Path(__file__).resolve().parents[3]
FENCE = re.compile(
    r"(?:^<!-- answers: (?P<answers>.*?) -->\n+)?^```(?P<language>\w+)(?: (?P<file>\S+))?\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
# What can run without a shell: what is made first, what is piped in, the command, the file that it goes to.
SIMPLE = re.compile(
    r"(?:(?P<first>.*); )?(?:(?P<left>[^;]*) \| )?cluneal(?P<arguments>[^|;<>]*?)(?: > (?P<target>[\w.]+))?"
)
WIDTH = "100"


@dataclass(frozen=True)
class Example:
    """One command with the lines that it prints, and what is typed while it runs."""

    command: str
    printed: tuple[str, ...]
    answers: tuple[str, ...] = ()


@dataclass
class Page:
    """The files and the commands of a page, in order."""

    steps: list[Example | tuple[str, str]] = field(default_factory=list)

    @property
    def examples(self) -> list[Example]:
        return [step for step in self.steps if isinstance(step, Example)]


def page(path: Path) -> Page:
    """Everything on a page that can be run."""
    found = Page()
    for fence in FENCE.finditer(path.read_text(encoding="utf-8")):
        if fence["file"]:
            found.steps.append((fence["file"], fence["text"]))
        elif fence["language"] == "sh":
            found.steps.extend(_commands(fence["text"], tuple(_typed(fence["answers"] or ""))))
    return found


def _commands(text: str, answers: tuple[str, ...]) -> Iterator[Example]:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, printed = part.partition("\n")
        yield Example(command, tuple(printed.rstrip("\n").split("\n")) if printed.strip() else (), answers)


def _typed(answers: str) -> Iterator[str]:
    """`52, f, n*3, ,` as 52, f, n, n, n and Enter."""
    if answers:
        for part in answers.split(","):
            word, _, times = part.strip().partition("*")
            yield from [word] * int(times or 1)


def run(example: Example, patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    """The exit status and the lines printed, standard output first, in the folder where the test stands."""
    patch.setenv("COLUMNS", WIDTH)
    simple = SIMPLE.fullmatch(example.command)
    if not simple:
        return _in_a_shell(example.command)
    if simple["first"]:
        subprocess.run(simple["first"], shell=True, check=True)
    given = subprocess.run(simple["left"], shell=True, capture_output=True).stdout if simple["left"] else b""
    patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), encoding="utf-8"))
    if example.answers:
        answers = iter(example.answers)

        def typed(prompt: str) -> str:
            answer = next(answers)
            print(f"{prompt}{answer}")
            return answer

        patch.setattr("builtins.input", typed)
    try:
        status = main(shlex.split(simple["arguments"]))
    except SystemExit as end:
        status = int(end.code or 0)
    streams = capsys.readouterr()
    if simple["target"]:
        Path(simple["target"]).write_text(streams.out, encoding="utf-8")
        return status, streams.err.splitlines()
    return status, (streams.out + streams.err).splitlines()


def _in_a_shell(command: str) -> tuple[int, list[str]]:
    folder = Path("bin")
    folder.mkdir(exist_ok=True)
    script = folder / "cluneal"
    script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m cluneal "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    path = f"{folder.resolve()}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, env={**os.environ, "PATH": path})
    return done.returncode, (done.stdout + done.stderr).splitlines()


def same(expected: tuple[str, ...], printed: list[str]) -> bool:
    """Whether the lines are those on the page, `...` standing for any."""
    pattern = "".join("(?:.*\n)*?" if line == "..." else f"{re.escape(line.rstrip())}\n" for line in expected)
    return re.fullmatch(pattern, "".join(f"{line.rstrip()}\n" for line in printed)) is not None
