"""What may leave: no small count, every other one rounded, nothing of one person, nothing that runs or fetches."""

from __future__ import annotations

import csv
import re
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import numpy as np
import pytest

from cluneal.knowledge.draws import Draws
from cluneal.knowledge.schema import Knowledge
from cluneal.population import run, summary
from cluneal.population.report import report
from cluneal.population.screen import Screened, Screening, Wanted, here
from cluneal.population.summary import Part, Step, Summary, band, shown

from .conftest import batches_of, loaded_from, population

HOSTILE = "<script>alert(1)</script>"
ABOUT = {
    "synthetic": False,
    "version": "1",
    "knowledge": "k",
    "as_of": "2026-11-24",
    "options": {"prior": "chosen"},
    "input": {"read": {}, "skipped": []},
}


@pytest.fixture(scope="module")
def made(knowledge: Knowledge, draws: Draws, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Screened]:
    out = tmp_path_factory.mktemp("out")
    con: duckdb.DuckDBPyConnection = population(600)
    screening = Screening(knowledge, draws, Wanted(20))
    done = screening.scored(con, here(con, batches_of(con)))
    run.write(out, con, screening, done, loaded_from(con))
    return out, done


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, None), (1, None), (7, None), (8, 10), (12, 10), (13, 15), (17, 15), (1002, 1000), (1003, 1005)],
)
def test_small_counts_are_hidden_and_the_others_rounded(count: int, expected: int | None) -> None:
    assert shown(count) == expected


@pytest.mark.parametrize(
    ("age", "expected"), [(None, ""), (float("nan"), ""), (0.0, "0–9"), (39.9, "30–39"), (80.0, "80+"), (104.0, "80+")]
)
def test_ages_come_in_tens(age: float | None, expected: str) -> None:
    assert band(age) == expected


class Cells(HTMLParser):
    """The text of every cell that holds a count."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._within = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._within = tag == "td"

    def handle_endtag(self, tag: str) -> None:
        self._within = False

    def handle_data(self, data: str) -> None:
        if self._within:
            self.cells.append(data.strip())


def test_every_count_of_the_report_may_leave(made: tuple[Path, Screened]) -> None:
    cells = Cells()
    cells.feed((made[0] / "report.html").read_text())
    assert len(cells.cells) > 40
    assert "7 or fewer" in cells.cells
    for cell in cells.cells:
        if cell != "7 or fewer":
            count = int(cell.replace(",", ""))
            assert count > 7
            assert count % 5 == 0


def test_the_report_shows_nobody(made: tuple[Path, Screened]) -> None:
    text = (made[0] / "report.html").read_text()
    for one in made[1].found:
        assert not re.search(rf"\bp{one.person}\b", text)
        assert f"{one.cluneal.probability:.6f}" not in text


def test_the_report_runs_nothing_and_fetches_nothing(made: tuple[Path, Screened]) -> None:
    text = (made[0] / "report.html").read_text()
    parsed = Cells()
    parsed.feed(text)
    tags = {tag for tag, _ in parsed.tags}
    assert not tags & {"script", "img", "link", "iframe", "object", "embed", "base", "form", "a"}
    assert not re.search(r"https?:|//[a-z]|url\(|@import", text)
    assert not any(name.startswith("on") for _, attributes in parsed.tags for name in attributes)
    assert "default-src 'none'" in text
    # What a record says is text.
    assert HOSTILE not in text
    assert "&lt;script&gt;" in text


def test_what_was_left_out_is_counted_by_reason_and_no_place_is_named(made: tuple[Path, Screened]) -> None:
    text = (made[0] / "report.html").read_text()
    assert "a date in 2099" in text
    assert "1,235" in text
    assert "line 3" not in text
    assert "correct it" not in text


def test_synthetic_people_are_called_so(made: tuple[Path, Screened]) -> None:
    assert "Synthetic people" in (made[0] / "report.html").read_text()


def test_the_attrition_table_may_leave(tmp_path: Path) -> None:
    run.attrition(tmp_path / "a.csv", [Step("All", "a, b", 1234), Step("Few", "why", 7), Step("None", "why", 0)])
    rows = list(csv.DictReader((tmp_path / "a.csv").open()))
    assert [row["people"] for row in rows] == ["1235", "<=7", "<=7"]
    assert rows[0] == {"step": "1", "name": "All", "people": "1235", "why": "a, b"}


def test_small_groups_are_joined_so_that_none_is_named(made: tuple[Path, Screened]) -> None:
    found = made[1].summary
    groups = {"race": (Part("Many", 100, 20), Part("Rare kind", 4, 1), Part("Rarer kind", 5, 0))}
    few = Summary(found.steps, 109, 21, found.chances, found.findings, groups, found.flagged, found.yields)
    text = report(few, ABOUT)
    assert "Many" in text
    assert "Rare" not in text
    assert "Smaller groups, not shown" in text


def test_an_empty_run_has_a_report() -> None:
    none = summary.histogram(np.empty(0))
    nobody = Summary((), 0, 0, summary.by_chance(none, []), (), {}, (), ())
    text = report(nobody, ABOUT)
    assert "7 or fewer" in text
    assert "Synthetic" not in text
