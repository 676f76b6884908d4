"""`cluneal screen`: from records to a folder, twice the same, killed and begun again, refused with a reason."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from cluneal.cli.main import main
from cluneal.population.files import MAY_LEAVE, STAY

ON = ("--on", "2026-11-24")


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("made-up") / "population"
    assert main(["simulate", "--persons", "3000", "--seed", "5", "--out", str(out)]) == 0
    return out / "records"


@pytest.fixture(scope="module")
def screened(records: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("screened") / "queue"
    assert main(["screen", str(records), "--out", str(out), *ON]) == 0
    return out


def content(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_everything_that_was_promised_is_there(screened: Path) -> None:
    assert set(content(screened)) == {*MAY_LEAVE, *STAY}
    run = json.loads((screened / "run.json").read_text())
    assert run["synthetic"] is True
    assert run["as_of"] == "2026-11-24"
    assert run["leaves"] == {**dict.fromkeys(MAY_LEAVE, True), **dict.fromkeys(STAY, False)}
    assert [one["prior"] for one in run["yield"]] == ["sceptic", "chosen", "guide"]
    assert run["input"]["read"]["person"] == 3000
    queue = pq.read_table(screened / "queue.parquet").to_pylist()
    assert len([one for one in queue if one["part"] == "queue"]) == 40
    assert len(queue) == 50
    assert run["scored"] == pq.read_metadata(screened / "posteriors.parquet").num_rows
    for name in ("queue.parquet", "evidence.parquet", "posteriors.parquet"):
        metadata = pq.read_schema(screened / name).metadata
        assert b"not to leave" in metadata[b"cluneal"]
        assert metadata[b"synthetic"] == b"true"
    assert "Synthetic people" in (screened / "report.html").read_text()


def test_everybody_in_the_queue_has_evidence_with_its_row(screened: Path) -> None:
    evidence = pq.read_table(screened / "evidence.parquet").to_pylist()
    for one in pq.read_table(screened / "queue.parquet").to_pylist():
        own = [row for row in evidence if row["person_id"] == one["person_id"]]
        assert own
        assert all(row["source"] and row["source_row"] for row in own)


def test_a_second_run_gives_the_same_bytes(records: Path, screened: Path, tmp_path: Path) -> None:
    out = tmp_path / "again"
    assert main(["screen", str(records), "--out", str(out), *ON]) == 0
    assert content(out) == content(screened)


@pytest.mark.parametrize("seconds", [0.3, 0.7, 1.1])
def test_a_killed_run_begun_again_gives_the_same_bytes(
    seconds: float, records: Path, screened: Path, tmp_path: Path
) -> None:
    out = tmp_path / "queue"
    command = [sys.executable, "-m", "cluneal", "screen", str(records), "--out", str(out), *ON]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    # Nothing half-done ever stands where the result is looked for.
    assert not out.exists() or content(out) == content(screened)
    assert main(["screen", str(records), "--out", str(out), *ON]) == 0
    assert content(out) == content(screened)
    assert [one.name for one in tmp_path.iterdir()] == ["queue"]


def test_what_is_printed_may_leave(records: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["screen", str(records), "--out", str(tmp_path / "out"), "--capacity", "5", *ON]) == 0
    said = capsys.readouterr()
    assert "Reading the records" in said.err
    assert "Done in" in said.err
    assert "3000  Everyone in the records" in said.out
    assert "In the queue: 5, and 2 just outside it" in said.out
    assert "prior sceptic" in said.out
    assert "prior guide" in said.out


def test_the_prior_moves_the_chances_and_is_said(records: Path, tmp_path: Path) -> None:
    most = {}
    for prior in ("sceptic", "chosen", "guide"):
        out = tmp_path / prior
        assert main(["screen", str(records), "--out", str(out), "--prior", prior, *ON]) == 0
        most[prior] = max(one["cluneal"] for one in pq.read_table(out / "queue.parquet").to_pylist())
        assert json.loads((out / "run.json").read_text())["options"]["prior"] == prior
    assert most["sceptic"] < most["chosen"] < most["guide"]


def test_a_site_s_own_numbers_are_used(records: Path, screened: Path, tmp_path: Path) -> None:
    site = tmp_path / "site.json"
    site.write_text(json.dumps({"power": 0.6, "odds_ratio": 4.0}))
    out = tmp_path / "out"
    assert main(["screen", str(records), "--out", str(out), "--site", str(site), *ON]) == 0
    before, after = (
        {one["person_id"]: one["cluneal"] for one in pq.read_table(one / "queue.parquet").to_pylist()}
        for one in (screened, out)
    )
    assert json.loads((out / "run.json").read_text())["options"]["odds_ratio"] == 4.0
    # One ratio moves everybody's odds alike, so the same people are in front.
    assert set(before) == set(after)
    for person, p in before.items():
        assert after[person] / (1 - after[person]) == pytest.approx(4 * p / (1 - p))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--capacity", "0"], "--capacity: 0"),
        (["--memory", "a lot"], "--memory: a lot"),
        (["--prior", "nobody"], "--prior"),
        (["--setting", "moon"], "--setting"),
        (["--site", "none.json"], "--site: none.json"),
        (["--on", "yesterday"], "--on"),
    ],
)
def test_bad_options_are_named_and_leave_nothing(
    options: list[str], said: str, records: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["screen", str(records), "--out", str(tmp_path / "out"), *options]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "site",
    [
        *("{}", "[]", "no", '{"power": 0, "odds_ratio": 1}'),
        *('{"power": 0.6, "odds_ratio": 1e9}', '{"power": NaN, "odds_ratio": 1}'),
    ],
)
def test_a_site_file_that_is_none_is_refused(
    site: str, records: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "site.json"
    file.write_text(site)
    assert main(["screen", str(records), "--out", str(tmp_path / "out"), "--site", str(file)]) == 2
    assert "--site" in capsys.readouterr().err


def test_records_that_are_none_and_folders_of_others_are_named(
    records: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["screen", str(tmp_path / "none"), "--out", str(tmp_path / "out")]) == 2
    assert "no such file or folder" in capsys.readouterr().err
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "thesis.tex").write_text("x")
    assert main(["screen", str(records), "--out", str(tmp_path / "thesis")]) == 2
    assert "holds something else (thesis.tex)" in capsys.readouterr().err
    assert (tmp_path / "thesis" / "thesis.tex").read_text() == "x"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["thesis"]


@pytest.mark.parametrize("floor", ["-1", "1", "nan"])
def test_a_floor_that_is_none_is_refused(floor: str, screened: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["review", str(screened), f"--floor={floor}", "--no-browser"]) == 2
    assert "--floor" in capsys.readouterr().err


def test_a_review_of_nothing_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["review", str(tmp_path), "--no-browser"]) == 2
    assert "no finished screening" in capsys.readouterr().err
