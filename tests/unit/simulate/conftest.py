"""A world that is drawn once for all tests, and a small one that is drawn often."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from cluneal.simulate import Request, parameters, simulate
from cluneal.simulate.world import Block, blocks

SEED = 11
PREVALENCE = 0.02


@dataclass(frozen=True)
class Folder:
    """What `simulate` has written."""

    path: Path

    def table(self, name: str) -> pa.Table:
        """A table of the records."""
        return parquet.read_table(self.path / "records" / f"{name}.parquet")

    @property
    def truth(self) -> pa.Table:
        """What really was."""
        return parquet.read_table(self.path / "truth" / "truth.parquet")

    def rows(self, name: str, *columns: str) -> Iterator[tuple[Any, ...]]:
        """Some columns of a table of the records, row by row."""
        table = self.table(name)
        return zip(*(table.column(column).to_pylist() for column in columns), strict=True)


@pytest.fixture(scope="session")
def block() -> Block:
    """8192 people."""
    return next(blocks(Request(8192, SEED, "ordinary", PREVALENCE)))


@pytest.fixture(scope="session")
def population(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The same people as OMOP tables."""
    out = tmp_path_factory.mktemp("population") / "all"
    simulate(Request(8192, SEED, "ordinary", PREVALENCE), out)
    return Folder(out)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks so small that a few hundred people fill several."""
    monkeypatch.setattr(parameters().window, "block", 128)


@pytest.fixture
def made(tmp_path: Path, small: None) -> Callable[..., Folder]:
    """Simulates a few people into a new folder."""

    def make(name: str, persons: int = 300, coding: str = "ordinary", seed: int = SEED, **more: Any) -> Folder:
        simulate(Request(persons, seed, coding, more.pop("prevalence", 0.2)), tmp_path / name, **more)
        return Folder(tmp_path / name)

    return make
