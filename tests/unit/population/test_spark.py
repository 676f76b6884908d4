"""The same screening on Spark, byte for byte. Spark comes with the extra `cluster` and is skipped without it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cluneal.cli.main import main
from cluneal.population.run import run
from cluneal.population.screen import DUCKDB, SPARK, Wanted

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> str:
    out = tmp_path_factory.mktemp("made-up") / "population"
    assert main(["simulate", "--persons", "1500", "--seed", "5", "--out", str(out)]) == 0
    return str(out / "records")


def test_spark_gives_the_same_bytes(records: str, tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="install the extra `cluster`, and Java 17")
    for engine in (DUCKDB, SPARK):
        run(records, tmp_path / engine, Wanted(as_of=TODAY, engine=engine))
    here, there = ({file.name: file.read_bytes() for file in (tmp_path / one).iterdir()} for one in (DUCKDB, SPARK))
    assert there == here


def test_without_spark_it_says_how_to_get_it(
    records: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    out = tmp_path / "out"
    assert main(["screen", records, "--out", str(out), "--engine", "spark"]) == 2
    assert "spark is not installed; pip install 'cluneal[cluster]'" in capsys.readouterr().err
    assert not out.exists()
