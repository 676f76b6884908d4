"""A small invented knowledge base, whole, and a package that holds nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import cluneal
from cluneal.knowledge.build import build
from cluneal.knowledge.errors import KnowledgeError
from cluneal.knowledge.schema import Knowledge

# Two causes and ordinary back pain, four findings, one study. Every kind of file is there once.
TREE = Path(__file__).parent / "tree"
CODE = Path(cluneal.__file__).parent


@dataclass(frozen=True)
class Tree:
    """A copy of the invented knowledge base, to be broken."""

    root: Path

    def path(self, file: str) -> Path:
        return self.root / file

    def change(self, file: str, old: str, new: str) -> None:
        """Replace text that stands once in a file."""
        text = self.path(file).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        self.path(file).write_text(text.replace(old, new), encoding="utf-8")

    def build(self) -> Knowledge:
        return build(self.root)

    def problems(self) -> list[str]:
        """What building says; it must not be content."""
        with pytest.raises(KnowledgeError) as refused:
            self.build()
        assert str(refused.value) == "\n".join(refused.value.problems)
        return refused.value.problems


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(Path(shutil.copytree(TREE, tmp_path / "knowledge")))


@dataclass(frozen=True)
class Package:
    """A copy of the loader with the invented knowledge base, run in a process of its own."""

    folder: Path

    @property
    def knowledge(self) -> Path:
        return self.folder / "cluneal/knowledge"

    @property
    def compiled(self) -> Path:
        return self.knowledge / "compiled"

    @property
    def tree(self) -> Tree:
        return Tree(self.knowledge)

    def start(self, code: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONPATH": str(self.folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, code: str) -> str:
        """What it printed; it must not fail."""
        process = self.start(code)
        printed, complained = process.communicate(timeout=60)
        assert process.returncode == 0, complained
        return printed.strip()

    def fails(self, code: str) -> str:
        """The last line of what it complained; it must fail."""
        process = self.start(code)
        _, complained = process.communicate(timeout=60)
        assert process.returncode == 1
        return complained.strip().splitlines()[-1]


def _package(folder: Path) -> Package:
    package = Package(folder)
    shutil.copytree(TREE, package.knowledge)
    for file in (*CODE.glob("*.py"), *CODE.glob("knowledge/*.py")):
        shutil.copy(file, folder / "cluneal" / file.relative_to(CODE))
    return package


@pytest.fixture
def checkout(tmp_path: Path) -> Package:
    (tmp_path / "pyproject.toml").touch()
    return _package(tmp_path / "src")


@pytest.fixture
def release(tmp_path: Path) -> Package:
    """As installed: compiled when its wheel was built (`setup.py`)."""
    package = _package(tmp_path / "site-packages")
    package.run("from cluneal.knowledge import store; store.write(store.COMPILED, store.fingerprint(dated=False))")
    return package
