"""A folder is written whole or not at all, and nothing that is there is written over."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cluneal.cli.main import main
from cluneal.simulate import CannotWrite, Request, simulate

from .conftest import Folder
from .test_reproducible import files

FEW = Request(300, 1, "ordinary", 0.02)


class Enough(Exception):
    """Stands for whatever goes wrong in the middle."""


def started(out: Path) -> subprocess.Popen[bytes]:
    """A run of its own that would take minutes, stopped once it has begun to write."""
    command = [sys.executable, "-m", "cluneal", "simulate", "--persons", "5000000", "--out", str(out)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    partial = out.with_name(f"{out.name}.partial") / "records" / "person.parquet"
    until = time.monotonic() + 60
    while not partial.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert partial.exists()
    return process


@pytest.mark.usefixtures("small")
def test_what_goes_wrong_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    def told(persons: int) -> None:
        if persons > 128:
            raise Enough

    with pytest.raises(Enough):
        simulate(FEW, tmp_path / "out", together=1, told=told)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_leaves_nothing(tmp_path: Path, how: signal.Signals) -> None:
    process = started(tmp_path / "out")
    process.send_signal(how)
    process.communicate(timeout=30)
    assert process.returncode == 128 + how
    assert list(tmp_path.iterdir()) == []


def test_killed_it_leaves_no_folder_and_the_next_run_is_the_same(tmp_path: Path, made: Callable[..., Folder]) -> None:
    process = started(tmp_path / "out")
    process.kill()
    process.communicate(timeout=30)
    assert not (tmp_path / "out").exists()
    assert (tmp_path / "out.partial").exists()
    again, once = made("out"), made("other")
    assert files(again) == files(once)
    assert not (tmp_path / "out.partial").exists()


@pytest.mark.usefixtures("small")
def test_what_is_there_is_not_written_over(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(CannotWrite, match="is there already"):
        simulate(FEW, out)
    assert list(out.iterdir()) == []
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.usefixtures("small")
def test_a_folder_that_another_run_fills_is_left_alone(tmp_path: Path) -> None:
    partial = tmp_path / "out.partial"
    partial.mkdir()
    (partial / "theirs").write_text("x")
    held = os.open(partial, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    try:
        with pytest.raises(CannotWrite, match="another run"):
            simulate(FEW, tmp_path / "out")
        assert (partial / "theirs").exists()
    finally:
        os.close(held)


@pytest.mark.usefixtures("small")
def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    def told(persons: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(CannotWrite, match="no space left on device"):
        simulate(FEW, tmp_path / "out", told=told)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("small")
def test_the_command_says_what_it_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert main(["simulate", "--persons", "200", "--prevalence", "0.5", "--out", str(out), "--format", "csv"]) == 0
    printed = capsys.readouterr().out
    assert "SYNTHETIC: 200 made-up people" in printed
    assert (out / "records" / "person.csv").read_text().count("\n") == 201


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--persons", "0"], "--persons: 0 is out of range"),
        (["--persons", "5", "--seed", "-1"], "--seed: -1 is below 0"),
        (["--persons", "5", "--prevalence", "2"], "--prevalence: 2 is out of range"),
        (["--persons", "5", "--prevalence", "nan"], "--prevalence: nan is out of range"),
        (["--persons", "5", "--as", "fhir", "--format", "csv"], "--format: csv is a form of OMOP"),
        (["--persons", "5", "--out", "none/out"], "--out: none/out: no folder none"),
        (["--persons", "5", "--out", "."], "--out: .: is there already"),
    ],
)
def test_a_bad_option_is_named(
    options: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["simulate", "--out", "new", *options]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
