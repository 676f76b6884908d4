"""`docs/reference/errors.md`: every error has its place there, and every example is what really comes."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from .documented import PROJECT, Example, page, run, same

SOURCE = PROJECT / "src" / "cluneal"
PAGE = PROJECT / "docs" / "reference" / "errors.md"
TEXT = PAGE.read_text(encoding="utf-8")
SHORTEST = 6
KNOWLEDGE_CHECKS = (
    "knowledge/checks.py",
    "knowledge/code_checks.py",
    "knowledge/build.py",
    "knowledge/bibliography.py",
)
EXAMPLES = page(PAGE).examples


def literals(node: ast.AST) -> Iterator[str]:
    """The parts of a message that are always the same."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            yield from literals(part)
    elif isinstance(node, ast.BinOp):
        yield from literals(node.left)
        yield from literals(node.right)


@lru_cache(maxsize=1)
def errors() -> frozenset[str]:
    """The names of every exception class of this project."""
    found = {"ValueError"}
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                bases = {ast.unparse(base) for base in node.bases}
                if bases & {"Exception", "ValueError", "KeyError", "TypeError", "LookupError"}:
                    found.add(node.name)
    return frozenset(found)


def messages() -> Iterator[tuple[str, str]]:
    """(where, the longest fixed part) of every message that an error can carry."""
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            given: list[ast.expr] = []
            line = getattr(node, "lineno", 0)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in errors():
                given = node.args
            elif isinstance(node, ast.Yield) and node.value and name in KNOWLEDGE_CHECKS:
                given = [node.value]
            for message in given:
                parts = message.elts if isinstance(message, ast.List) else [message]
                for part in parts:
                    longest = max(literals(part), key=len, default="").strip(" :;,.'\"()")
                    # A word alone is the name of a field, not a message.
                    if len(longest) >= SHORTEST and not longest.isidentifier():
                        yield f"{name}:{line}", longest


MESSAGES = list(messages())


@pytest.mark.parametrize(("where", "fixed"), MESSAGES, ids=[where for where, _ in MESSAGES])
def test_every_message_stands_on_the_page(where: str, fixed: str) -> None:
    assert fixed in TEXT, f"{where} can say {fixed!r}: give it its place in docs/reference/errors.md"


def test_the_messages_were_found() -> None:
    found = [fixed for _, fixed in MESSAGES]
    assert len(found) > 80
    assert any("is not true or false; leave it out when not sure" in fixed for fixed in found)
    assert any("nothing argues against it" in fixed for fixed in found)


def test_every_exception_is_named() -> None:
    assert len(errors()) > 10
    assert [name for name in sorted(errors()) if f"{name}`" not in TEXT] == []


def test_every_example_of_an_error_is_one() -> None:
    assert len(EXAMPLES) > 40
    for example in EXAMPLES:
        assert example.printed, example.command
        assert all(line.startswith(("cluneal: ", "Going on with ")) for line in example.printed), example.command


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(PROJECT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: re.sub(r"[^\w ]", "", one.command)[:50])
def test_every_example_prints_what_the_page_says(
    example: Example, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status, printed = run(example, monkeypatch, capsys)
    assert same(example.printed, printed), "\n".join(printed)
    assert status == 2
