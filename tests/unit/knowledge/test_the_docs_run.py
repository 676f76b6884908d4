"""The examples in the documentation do what it says: commands end well, programs run, knowledge files are whole."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cluneal.cli.main import main
from cluneal.knowledge.store import ROOT

from .conftest import Tree

PROJECT = Path(__file__).parents[3]
DOCS = PROJECT / "docs"
PAGES = [
    *(DOCS / f"how-to/{page}.md" for page in ("change-a-fact", "add-a-cause", "add-a-finding", "run-a-series",
                                              "use-as-a-library", "follow-a-block")),
    *(DOCS / f"explanation/{page}.md" for page in ("reasoning", "correlated-findings", "intervals", "triage",
                                                   "level-prior")),
    DOCS / "index.md",
]  # fmt: skip
FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Example:
    """A fenced block: its language, the file that it is, if it is one, and what stands in it."""

    language: str
    file: str | None
    text: str


def examples(page: Path) -> list[Example]:
    return [Example(language, file or None, text) for language, file, text in FENCE.findall(page.read_text("utf-8"))]


def commands(page: Path) -> Iterator[str]:
    for example in examples(page):
        if example.language == "sh":
            for line in example.text.splitlines():
                assert line.startswith("$ cluneal "), f"{line!r}: a shell example begins with $ cluneal"
                yield line.removeprefix("$ cluneal ")


def name(page: Path) -> str:
    return page.relative_to(DOCS).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_ends_well(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(PROJECT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    for example in examples(page):
        if example.language in ("json", "csv") and example.file:
            Path(example.file).write_text(example.text, encoding="utf-8")
    for command in commands(page):
        words, _, target = command.partition(" > ")
        status = main(shlex.split(words))
        streams = capsys.readouterr()
        assert status == 0, f"{command}: {streams.err}"
        assert streams.out.strip(), f"{command} says nothing"
        if target:
            Path(target).write_text(streams.out, encoding="utf-8")


@pytest.mark.parametrize(
    ("page", "text"),
    [(page, one.text) for page in PAGES if page.exists() for one in examples(page) if one.language == "python"],
    ids=lambda value: name(value) if isinstance(value, Path) else value.splitlines()[0][:30],
)
def test_every_program_runs(page: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(text, name(page), "exec"), {"__name__": "example"})
    assert capsys.readouterr().out.strip()


@pytest.fixture
def known(tmp_path: Path) -> Tree:
    """A copy of what is known."""
    return Tree(Path(shutil.copytree(ROOT, tmp_path / "knowledge", ignore=shutil.ignore_patterns("compiled", "*.py"))))


def written(page: str, tree: Tree) -> str:
    """Put the page's knowledge file into the tree; what else the page shows, without a language."""
    text = (DOCS / page).read_text(encoding="utf-8")
    (example,) = (one for one in examples(DOCS / page) if one.language == "yaml")
    assert example.file
    assert not tree.path(example.file).exists()
    tree.path(example.file).write_text(example.text, encoding="utf-8")
    return text


def test_the_finding_that_is_added_is_whole(known: Tree) -> None:
    written("how-to/add-a-finding.md", known)
    assert "worse_hip_belt" in known.build().findings


def test_the_cause_that_is_added_is_refused_for_the_reason_shown(known: Tree) -> None:
    text = written("how-to/add-a-cause.md", known)
    problems = known.problems()
    assert problems
    for problem in problems:
        assert f"   {problem}\n" in text
