"""The shape of the house: how long, how wide, who imports whom, and where numbers may stand."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

PROJECT = Path(__file__).parents[2]
SOURCE = PROJECT / "src/cluneal"
MODULES = sorted(SOURCE.rglob("*.py"))
LONGEST = 500
# One dataclass a kind of file, no code: two files would have to be read together.
LONGER: dict[str, int] = {}
MOST_ARGUMENTS = 7
# Written apart, so that this file does not name them itself.
ELSEWHERE = ("/wor" + "k/", ".." + "/shared", "/." + "library", "/ro" + "ot/", "/ho" + "me/")
PURE = ("pathway", "reasoning")
OUTSIDE = {"asyncio", "builtins", "http", "io", "logging", "os", "pathlib", "shutil", "socket", "sqlite3",
           "subprocess", "sys", "tempfile", "urllib"}  # fmt: skip
SPEAKING = {"open", "print", "input", "exec", "eval", "__import__", "breakpoint"}
NUMBERED = ("anatomy", "knowledge", "pathway", "reasoning")
# Numbers that are no clinical fact, by file. Every other one belongs into the knowledge base, with its source.
NUMBERS: dict[str, dict[float, str]] = {
    "anatomy/site.py": {0.5: "the half in a normal density"},
    "anatomy/words.py": {5: "places are said to the nearest 5 mm"},
    "knowledge/bibliography.py": {3: "authors named before et al."},
    "knowledge/checks.py": {
        10: "most people that a judgement is worth",
        0.025: "rounding of p against n/N",
        0.005: "rounding of sums",
        0.8: "how much rarer argues against",
    },
    "knowledge/draws.py": {1e-6: "draws keep this far from certain"},
    "knowledge/store.py": {5: "pickle protocol"},
    "pathway/assess.py": {12: "questions shown", 3: "decimals", 4: "decimals", 6: "decimals"},
    "pathway/block.py": {
        6: "decimals",
        60: "minutes in an hour",
        100: "per cent",
        120: "minutes said as hours from here",
        1440: "minutes in a day",
        2880: "minutes said as days from here",
    },
    "pathway/case.py": {
        **dict.fromkeys((365.25, 12), "days and months in a year"),
        40: "letters or digits shown of a wrong value",
        **dict.fromkeys((4, 5, 7, 8), "positions in a date"),
        **dict.fromkeys((0.01, 10, 30, 50, 100, 120, 200, 250, 300, 500, 1000, 1500, 10080, 525600), "limits of input"),
    },
    "pathway/frequency.py": dict.fromkeys((100, 1_000, 10_000), "so many people"),
    "pathway/interview.py": {3: "thirds of what is still open"},
    "pathway/plain.py": {40: "most digits of a number", 10: "digits shown of one with more"},
    "pathway/plan.py": {5: "tests shown", 8: "questions shown"},
    "reasoning/batch.py": {1024: "people at once", 256: "people at once"},
    "reasoning/calibrate.py": {
        3: "axes",
        10: "bins, and folds",
        2_000_000: "cells at once",
        **dict.fromkeys((4, 5, 71, 2000), "folds, steps and resamples"),
        **dict.fromkeys((0.02, 0.1, 0.5, 0.95), "powers and smoothings tried, level of an interval"),
    },
    "reasoning/differential.py": {3: "causes in front"},
    "reasoning/explain.py": {0.1: "smallest weight shown", 5: "missing findings shown", 25: "answers tried"},
    "reasoning/intervals.py": {1e-6: "nearest to certain", 1e-300: "logarithm of nothing"},
    "reasoning/model.py": {1000: "most scalings", 1e-12: "close enough"},
    "reasoning/questions.py": {1e-9: "never", 1e-4: "a move not worth naming"},
    "reasoning/sensitivity.py": {10: "a judgement moves at most nine tenths of the way to certain"},
}
HARMLESS = {0, 1, 2}


def named(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def public(node: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Functions, classes, and the methods of classes, whose names do not begin with an underscore."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and child.name[0] != "_":
            yield child
            if isinstance(child, ast.ClassDef):
                yield from public(child)


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_no_file_is_long(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGER.get(named(path), LONGEST), "split it by what changes together"


def test_a_file_that_may_be_longer_is() -> None:
    for name in LONGER:
        assert len((SOURCE / name).read_text(encoding="utf-8").splitlines()) > LONGEST, f"{name} needs no exception"


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_no_function_takes_many_arguments(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            given = node.args
            names = [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
            taken = len([name for name in names if name not in ("self", "cls")])
            assert taken <= MOST_ARGUMENTS, f"line {node.lineno}: {taken} arguments"


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_what_is_public_is_described(path: Path) -> None:
    module = tree(path)
    assert ast.get_docstring(module), "say what the module is for"
    bare = [f"{node.name} (line {node.lineno})" for node in public(module) if not ast.get_docstring(node)]
    assert not bare, "say what the caller gets"


def test_imports_go_one_way(capsys: pytest.CaptureFixture[str]) -> None:
    status = lint_imports(str(PROJECT / "pyproject.toml"), no_cache=True, is_debug_mode=False, show_timings=False)
    assert status == 0, capsys.readouterr().out


def texts() -> list[Path]:
    folders = [PROJECT / name for name in ("src", "tests", "docs", "benchmarks", "examples", "conformance", ".github")]
    found = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    found += [file for file in PROJECT.iterdir() if file.is_file()]
    left_out = ("__pycache__", "compiled", "cluneal.egg-info")
    return [file for file in found if not set(file.parts).intersection(left_out)]


def test_nothing_names_a_path_of_one_machine() -> None:
    found = []
    for file in texts():
        text = file.read_bytes().decode("utf-8", "replace")
        found += [f"{file.relative_to(PROJECT)}: {word}" for word in ELSEWHERE if word in text]
    assert not found


def reaches_outside(module: ast.Module) -> list[str]:
    """Imports of what reads or writes, and calls that do."""
    found = []
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            found += [name.name for name in node.names if name.name.split(".")[0] in OUTSIDE]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found += [node.module] if node.module and node.module.split(".")[0] in OUTSIDE else []
        elif isinstance(node, ast.Name) and node.id in SPEAKING | {"Path"}:
            found.append(node.id)
    return found


@pytest.mark.parametrize("path", [path for path in MODULES if named(path).split("/")[0] in PURE], ids=named)
def test_the_rooms_that_reason_neither_read_nor_write(path: Path) -> None:
    assert reaches_outside(tree(path)) == []


@pytest.mark.parametrize(
    "code", ["open('x')", "print(1)", "import os.path", "from pathlib import Path", "from sys import stdout"]
)
def test_reading_and_writing_would_be_seen(code: str) -> None:
    assert reaches_outside(ast.parse(code))


def numbers(path: Path) -> set[float]:
    """Numbers in code, positive as written."""
    return {
        node.value
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool)
    } - HARMLESS


# The drawings are made of numbers, all of them pixels.
DRAWINGS = ("anatomy/drawing.py", "anatomy/figures/", "pathway/curve.py")
WITH_NUMBERS = [
    path for path in MODULES if named(path).split("/")[0] in NUMBERED and not named(path).startswith(DRAWINGS)
]


@pytest.mark.parametrize("path", WITH_NUMBERS, ids=named)
def test_no_clinical_number_stands_in_code(path: Path) -> None:
    allowed = NUMBERS.get(named(path), {})
    assert numbers(path) == set(allowed), (
        "a clinical number belongs into the knowledge base, with its source; say here what another number is"
    )


def test_every_file_with_numbers_exists() -> None:
    assert set(NUMBERS) <= {named(path) for path in WITH_NUMBERS}


WEB = SOURCE / "web"
STATIC = WEB / "static"
PAGES = sorted(path for path in (WEB / "pages").glob("*.py") if path.stem != "__init__")


def parts_of_the_app() -> str:
    """Everything that a browser can be sent, and the code that sends it."""
    files = [*WEB.rglob("*.html"), *WEB.rglob("*.css"), *WEB.rglob("*.js"), *WEB.rglob("*.py")]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def test_every_file_of_the_app_is_there_and_asked_for() -> None:
    text = parts_of_the_app()
    there = {file.relative_to(STATIC).as_posix() for file in STATIC.rglob("*") if file.is_file()}
    asked = set(re.findall(r"/static/([\w./-]+\w)", text))
    asked |= set(re.findall(r'url\("([^"]+)"\)', text))
    assert asked - there == set()
    # The licence of the fonts stands beside them, for who looks.
    assert there - asked == {"fonts/LICENSE"}


def test_nothing_is_fetched_from_elsewhere() -> None:
    fetched = re.compile(
        r"""\b(?:src|srcset|action|poster|data)\s*=\s*["']?(?:https?:)?//|(?:url\(|@import|fetch\()\s*["']?(?:https?:)?//"""
        r"""|<link[^>]+href\s*=\s*["']?(?:https?:)?//"""
    )
    for file in (*WEB.rglob("*.html"), *WEB.rglob("*.css"), *WEB.rglob("*.js")):
        assert fetched.search(file.read_text(encoding="utf-8")) is None, file.name
    assert fetched.search('<script src="//cdn.example/x.js">')
    assert fetched.search('<link rel="stylesheet" href="https://cdn.example/x.css">')
    assert fetched.search("background: url(https://cdn.example/x.png)")


def test_every_group_of_pages_is_served() -> None:
    # By another group of its own part of the app, where it is not served by itself.
    text = (WEB / "app.py").read_text(encoding="utf-8") + "".join(path.read_text(encoding="utf-8") for path in PAGES)
    for path in PAGES:
        assert re.search(rf"\b{path.stem}\.routes\b|\b{path.stem}\b[,\s)]", text), path.stem
        assert any(
            isinstance(node, (ast.Assign, ast.AnnAssign)) and "routes" in ast.unparse(node).split("=")[0]
            for node in tree(path).body
        ), f"{path.stem} lists no routes"
