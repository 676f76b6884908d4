"""The tutorial and the page of the command line: run from top to bottom, they still say what is printed."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cluneal.cli.main import parser

from .documented import PROJECT, Example, page, run, same

TUTORIAL = PROJECT / "docs" / "tutorial" / "first-assessment.md"
REFERENCE = PROJECT / "docs" / "reference" / "command-line.md"


def commands() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


@pytest.mark.parametrize("path", [TUTORIAL, REFERENCE], ids=lambda path: path.stem)
def test_every_example_prints_what_the_page_says(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(PROJECT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    steps = page(path).steps
    assert sum(isinstance(step, Example) for step in steps) >= 8
    for step in steps:
        if not isinstance(step, Example):
            name, text = step
            Path(name).write_text(text, encoding="utf-8")
            continue
        assert step.printed, f"{step.command}: the page does not show what it prints"
        with monkeypatch.context() as patch:
            status, printed = run(step, patch, capsys)
        assert same(step.printed, printed), f"{step.command}\n" + "\n".join(printed)
        refused = any(line.startswith("cluneal: ") for line in printed)
        assert status == 2 if refused and "; tail" not in step.command else status == 0, step.command


@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_every_command_and_option_has_its_place(name: str) -> None:
    _, _, section = REFERENCE.read_text(encoding="utf-8").partition(f"\n## {name}\n")
    section = section.split("\n## ")[0]
    assert f"`cluneal {name}" in section
    for action in dict(commands())[name]._actions:
        if isinstance(action, argparse._HelpAction):
            continue
        for option in action.option_strings:
            assert f"`{option}" in section, option
        for choice in action.choices or ():
            assert str(choice) in section, choice


def test_the_help_names_every_option_in_words() -> None:
    bare = [
        (name, action.dest)
        for name, command in commands()
        for action in command._actions
        if not action.help and not action.choices
    ]
    assert bare == []


@pytest.mark.parametrize(
    ("expected", "printed", "equal"),
    [
        (("a", "..."), ["a"], True),
        (("a", "...", "c"), ["a", "b", "b", "c"], True),
        (("a", "...", "c"), ["a", "b"], False),
        (("a",), ["a", "b"], False),
        (("a.c",), ["abc"], False),
        (("...", "b"), ["b"], True),
    ],
)
def test_a_page_that_is_wrong_would_be_noticed(expected: tuple[str, ...], printed: list[str], equal: bool) -> None:
    assert same(expected, printed) is equal
