"""The queue: its order, its size, ties, near misses, red flags first, and what it costs to keep."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest

from cluneal.knowledge.draws import Draws
from cluneal.knowledge.schema import Knowledge
from cluneal.pathway import URGENCIES
from cluneal.population import files
from cluneal.population.queue import NEAR, QUEUE, Candidates, Front, near_misses
from cluneal.population.score import Answers, People
from cluneal.population.screen import Screened, Screening, Wanted, here

from .conftest import batches_of, population


def screened(
    knowledge: Knowledge, draws: Draws, con: duckdb.DuckDBPyConnection, rows: int = 64, capacity: int = 12
) -> Screened:
    return Screening(knowledge, draws, Wanted(capacity)).scored(con, here(con, batches_of(con, rows)))


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return population()


@pytest.fixture(scope="module")
def done(knowledge: Knowledge, draws: Draws, con: duckdb.DuckDBPyConnection) -> Screened:
    return screened(knowledge, draws, con)


def test_the_queue_holds_the_likeliest_and_the_next_quarter_stands_beside_it(
    done: Screened, knowledge: Knowledge, draws: Draws, con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    everybody = tmp_path / "posteriors.parquet"
    Screening(knowledge, draws, Wanted(12)).scored(con, here(con, batches_of(con)), everybody)
    rows = pq.read_table(everybody).to_pylist()
    assert len(rows) == 200
    order = sorted(rows, key=lambda row: (-round(row["cluneal"], 5), row["person_id"]))
    by_rank = sorted(done.found, key=lambda one: one.rank)
    assert [one.part for one in by_rank] == [QUEUE] * 12 + [NEAR] * 3
    assert [one.person for one in by_rank] == [row["person_id"] for row in order[:15]]
    chances = [one.cluneal.probability for one in by_rank]
    assert chances == sorted(chances, reverse=True)
    assert all(one.cluneal.low <= one.cluneal.probability <= one.cluneal.high for one in by_rank)


def test_red_flags_are_read_first_and_near_misses_last(done: Screened) -> None:
    assert [one.place for one in done.found] == list(range(1, 16))
    assert [one.part for one in done.found] == [QUEUE] * 12 + [NEAR] * 3

    def urgency(one: object) -> int:
        flags = one.flags  # type: ignore[attr-defined]
        return URGENCIES.index(flags[0].urgency) if flags else len(URGENCIES)

    assert any(one.flags for one in done.found[:12])
    keys = [(urgency(one), one.rank) for one in done.found[:12]]
    assert keys == sorted(keys)


@pytest.mark.parametrize("rows", [1, 7, 1000])
def test_the_queue_does_not_depend_on_how_people_were_batched(
    rows: int, done: Screened, knowledge: Knowledge, draws: Draws, con: duckdb.DuckDBPyConnection
) -> None:
    again = screened(knowledge, draws, con, rows)
    assert [(one.person, one.rank, one.cluneal.probability) for one in again.found] == [
        (one.person, one.rank, one.cluneal.probability) for one in done.found
    ]


def test_a_capacity_above_the_people_takes_everybody(
    knowledge: Knowledge, draws: Draws, con: duckdb.DuckDBPyConnection
) -> None:
    done = screened(knowledge, draws, con, capacity=500)
    assert len(done.found) == 200
    assert {one.part for one in done.found} == {QUEUE}


def test_an_empty_population_has_an_empty_queue(knowledge: Knowledge, draws: Draws) -> None:
    con = population(0)
    done = screened(knowledge, draws, con)
    assert done.found == []
    assert done.summary.yields == ()
    assert done.summary.scored == 0
    assert list(files.queue_rows(con, done.found)) == []


def test_what_is_missing_bears_on_the_nerve_and_is_not_in_the_record(done: Screened, knowledge: Knowledge) -> None:
    nerves = [cause for cause in knowledge.causes.values() if cause.family == "cluneal"]
    for one in done.found:
        assert {each.level for each in one.missing} == {"ask", "examine", "test"}
        for each in one.missing:
            assert not one.findings.known(each.finding)
            assert any(each.finding in nerve.findings for nerve in nerves)


def test_the_trail_names_its_place_in_the_records(
    done: Screened, knowledge: Knowledge, con: duckdb.DuckDBPyConnection
) -> None:
    rows = list(files.evidence_rows(con, done.found, knowledge))
    told = con.execute("select person_id, finding, source, source_row from finding").fetchall()
    seen = con.execute("select person_id, source, source_row from event").fetchall()
    for one in done.found:
        own = [row for row in rows if row["person_id"] == one.person]
        expected = {(f, source, row) for person, f, source, row in told if person == one.person}
        expected |= {(None, source, row) for person, source, row in seen if person == one.person}
        assert {(row["finding"], row["source"], row["source_row"]) for row in own} == expected
        assert [row["day"] for row in own] == sorted(row["day"] for row in own)
        assert all(row["label"] == knowledge.findings[row["finding"]].label for row in own if row["finding"])
        assert {row["label"] for row in own if not row["finding"]} == {knowledge.codes["low_back_pain"].name}


def test_somebody_with_a_hundred_thousand_entries_has_a_trail_that_can_be_read(
    done: Screened, knowledge: Knowledge
) -> None:
    con = population()
    who = done.found[0].person
    con.execute(
        "insert into event select $1, date '1990-01-01' + (i // 10)::int, 'epidural_injection', null, 'cpt', '62323', "
        "'x.csv', i::varchar from range(100000) t(i)",
        [who],
    )
    rows = [row for row in files.evidence_rows(con, done.found, knowledge) if row["concept"] == "epidural_injection"]
    assert len(rows) == files.MOST_DAYS
    assert max(row["day"] for row in rows).year == 2017


def test_the_rows_of_the_queue_say_who_and_when(done: Screened, con: duckdb.DuckDBPyConnection) -> None:
    for row, one in zip(files.queue_rows(con, done.found), done.found, strict=True):
        assert row["source_id"] == f"p{one.person}"
        assert row["journey"][0]["name"] == "injections"
        assert row["index_day"].isoformat() == "2024-05-01"
        assert len(row["causes"]) == 24
        assert "cluneal" not in {each["cause"] for each in row["causes"]}


def test_written_files_say_that_they_are_not_to_leave(
    done: Screened, con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = tmp_path / "queue.parquet"
    files.write(path, files.queue_rows(con, done.found), files.queue_schema(), synthetic=True)
    metadata = pq.read_schema(path).metadata
    assert b"not to leave" in metadata[b"cluneal"]
    assert metadata[b"synthetic"] == b"true"


@pytest.mark.parametrize("batch", [1, 13, 400])
def test_the_front_keeps_the_first_and_forgets_the_rest(batch: int) -> None:
    random = np.random.default_rng(5)
    chance = np.round(random.random(3000), 3)
    front = Front(20)
    for start in range(0, 3000, batch):
        ids = np.arange(start, min(start + batch, 3000))
        nothing = np.empty((len(ids), 0))
        front.add(
            Candidates(
                People(ids, np.full(len(ids), 50.0), np.full(len(ids), "f"), np.zeros(len(ids))),
                Answers((), nothing.astype(np.int8), nothing.astype(np.bool_)),
                chance[ids],
            )
        )
        assert front._number <= 40 + batch
    kept = front.people()
    assert kept is not None
    assert len(kept) < 60
    first = np.lexsort((np.arange(3000), -chance))[:20]
    assert set(first) <= set(kept.people.ids)


@pytest.mark.parametrize(("capacity", "expected"), [(1, 1), (4, 1), (5, 2), (40, 10), (41, 11)])
def test_a_quarter_more_is_shown(capacity: int, expected: int) -> None:
    assert near_misses(capacity) == expected
