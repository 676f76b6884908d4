"""The README shows what really comes out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.clinical.__main__ import table
from tests.clinical.series import patients

from cluneal.cli.main import main, parser

PROJECT = Path(__file__).resolve().parents[2]
README = (PROJECT / "README.md").read_text(encoding="utf-8")


def block_after(words: str) -> list[str]:
    """The lines of the first fenced block that begins with, or follows, these words."""
    start = README.index(words)
    fence = README.rindex("```", 0, start) if README.startswith("$", start) else README.index("```", start)
    return README[fence:].split("```")[1].strip("\n").split("\n")


def test_the_published_patient_is_the_true_output(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command, *shown, what_follows = block_after("$ cluneal assess examples/published-patient.yaml")
    monkeypatch.chdir(PROJECT)
    assert main(command.split()[2:]) == 0
    printed = capsys.readouterr().out.split("\n")
    assert [line.rstrip() for line in printed[: len(shown)]] == [line.rstrip() for line in shown]
    assert what_follows.startswith("[then ")


def test_the_clinical_table_is_the_true_one() -> None:
    assert block_after("`make clinical` prints:") == table(patients())


def test_every_command_shown_exists() -> None:
    commands = next(action.choices for action in parser()._actions if action.dest == "command")
    assert commands is not None
    shown = set(re.findall(r"^cluneal (\w+)", README, flags=re.MULTILINE))
    assert shown == set(commands)
