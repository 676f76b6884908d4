"""The folder that a screening writes: whole or not at all, and never over something else."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from cluneal.population.files import RUN_FILE
from cluneal.population.folder import MADE_BY, REVIEWS_FILE, UNFINISHED, BadFolder, Folder, run_of


def finish(out: Path, content: str = "new") -> None:
    with Folder(out) as partial:
        (partial / "queue.parquet").write_text(content)
        (partial / RUN_FILE).write_text(json.dumps({"made_by": MADE_BY}))


def test_a_run_that_ends_well_is_there_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    out = tmp_path / "a" / "out"
    finish(out)
    assert sorted(one.name for one in out.iterdir()) == ["queue.parquet", RUN_FILE]
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert {stat.S_IMODE(one.stat().st_mode) for one in out.iterdir()} == {0o600}
    assert [one.name for one in out.parent.iterdir()] == ["out"]


def test_a_run_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    out = tmp_path / "out"
    finish(out, "old")

    def fails() -> None:
        with Folder(out) as partial:
            (partial / "queue.parquet").write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert (out / "queue.parquet").read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["out"]


def test_what_a_killed_run_left_is_begun_again(tmp_path: Path) -> None:
    out = tmp_path / "out"
    # As after kill -9: nothing is tidied up.
    partial = Folder(out).__enter__()
    (partial / "posteriors.parquet").write_text("half")
    assert (partial / UNFINISHED).exists()
    finish(out)
    assert sorted(one.name for one in out.iterdir()) == ["queue.parquet", RUN_FILE]
    assert [one.name for one in tmp_path.iterdir()] == ["out"]


def test_an_earlier_run_and_an_empty_folder_are_replaced(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    finish(out, "first")
    finish(out, "second")
    assert (out / "queue.parquet").read_text() == "second"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("holiday.jpg", "x", "holds something else (holiday.jpg)"),
        (RUN_FILE, "{}", "holds something else (run.json)"),
        (RUN_FILE, "not json", "holds something else (run.json)"),
    ],
)
def test_a_folder_with_something_else_is_refused_and_left_alone(
    name: str, content: str, said: str, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / name).write_text(content)
    with pytest.raises(BadFolder) as refused:
        finish(out)
    assert said in str(refused.value)
    assert (out / name).read_text() == content
    assert [one.name for one in tmp_path.iterdir()] == ["out"]


def test_a_run_with_reviews_is_never_replaced(tmp_path: Path) -> None:
    out = tmp_path / "out"
    finish(out)
    (out / REVIEWS_FILE).write_text("{}\n")
    with pytest.raises(BadFolder, match="have been reviewed"):
        finish(out)
    assert (out / REVIEWS_FILE).exists()


def test_reviews_that_began_while_it_ran_are_kept(tmp_path: Path) -> None:
    out = tmp_path / "out"
    finish(out)

    def reviewed_meanwhile() -> None:
        with Folder(out) as partial:
            (partial / RUN_FILE).write_text(json.dumps({"made_by": MADE_BY}))
            (out / REVIEWS_FILE).write_text("{}\n")

    with pytest.raises(BadFolder, match="have been reviewed"):
        reviewed_meanwhile()
    assert (out / REVIEWS_FILE).exists()


def test_a_file_and_a_partial_folder_of_others_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(BadFolder, match="a file"):
        finish(tmp_path / "file")
    (tmp_path / "out.partial").mkdir()
    (tmp_path / "out.partial" / "thesis.tex").write_text("x")
    with pytest.raises(BadFolder, match="holds something else"):
        finish(tmp_path / "out")
    assert (tmp_path / "out.partial" / "thesis.tex").exists()


def test_a_folder_that_is_no_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadFolder, match="no finished screening"):
        run_of(tmp_path)
    (tmp_path / RUN_FILE).write_text("[]")
    with pytest.raises(BadFolder, match="not written by"):
        run_of(tmp_path)
    (tmp_path / RUN_FILE).write_text("{")
    with pytest.raises(BadFolder, match="cannot be read"):
        run_of(tmp_path)
