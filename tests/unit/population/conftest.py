"""A small population by hand: the tables that the reading half leaves, with people whose order is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from cluneal.knowledge import load, load_draws
from cluneal.knowledge.draws import Draws
from cluneal.knowledge.schema import Knowledge
from cluneal.population import Loaded

TABLES = """
create table person (person_id bigint, source_id varchar, birth_year int, sex varchar, race varchar,
                     ethnicity varchar, death_day date);
create table journey (person_id bigint, index_day date, injections bigint, operations bigint, days_since_first bigint);
create table finding (person_id bigint, finding varchar, value boolean, day date, concept varchar, source varchar,
                      source_row varchar);
create table event (person_id bigint, day date, concept varchar, side varchar, system varchar, code varchar,
                    source varchar, source_row varchar);
create table concept_role (concept varchar, role varchar);
insert into concept_role values ('low_back_pain', 'complaint'), ('epidural_injection', 'injection');
create table attrition (step int, name varchar, why varchar, persons bigint);
"""
FOR = ("epidural_no_help", "physio_no_help", "mri_normal_for_age", "side_one", "worse_standing")
AGAINST = ("mri_root_compression", "leg_pain")
ALARM = ("saddle_numbness", "cancer_history", "weight_loss")


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load()


@pytest.fixture(scope="session")
def draws() -> Draws:
    return load_draws()


def population(people: int = 200, seed: int = 3) -> duckdb.DuckDBPyConnection:
    """People with random coded findings: a few that speak for a cluneal nerve, a few against, an alarm now and then."""
    random = np.random.default_rng(seed)
    vocabulary = load().findings
    assert {*FOR, *AGAINST, *ALARM} <= set(vocabulary)
    con = duckdb.connect()
    con.execute(TABLES)
    person: list[Any] = []
    journey: list[Any] = []
    finding: list[Any] = []
    event: list[Any] = []
    for i in range(1, people + 1):
        year, sex = int(random.integers(1935, 2002)), random.choice(["f", "m", ""])
        race = random.choice(["A", "B", "<script>alert(1)</script>"])
        person.append((i, f"p{i}", year, str(sex) or None, str(race), None, None))
        journey.append((i, "2024-05-01", int(random.integers(1, 9)), 0, int(random.integers(100, 4000))))
        for month in range(1, 1 + int(random.integers(1, 9))):
            event.append(
                (i, f"2022-{month:02}-03", "low_back_pain", None, "icd10cm", "M545", "visit.csv", str(len(event)))
            )
        for name in (*FOR, *AGAINST, *ALARM):
            chance = random.random()
            if chance < (0.03 if name in ALARM else 0.3):
                finding.append((i, name, True, "2023-01-02", f"concept_{name}", "condition.csv", str(len(finding))))
            elif chance > 0.95:
                finding.append((i, name, False, "2023-01-03", f"concept_{name}", "condition.csv", str(len(finding))))
    for table, rows in (("person", person), ("journey", journey), ("finding", finding), ("event", event)):
        if rows:
            con.executemany(f"insert into {table} values ({', '.join('?' * len(rows[0]))})", rows)
    con.executemany(
        "insert into attrition values (?, ?, ?, ?)",
        [(1, "Everybody", "All people in the records", people * 10), (2, "The journey", "It looks like it", people)],
    )
    return con


def batches_of(con: duckdb.DuckDBPyConnection, rows: int = 64) -> Callable[[Sequence[str]], Iterator[pa.RecordBatch]]:
    """What the reading half gives: 1 present, 0 absent, -1 not asked."""

    def batches(findings: Sequence[str]) -> Iterator[pa.RecordBatch]:
        ids = [one for (one,) in con.execute("select person_id from journey order by 1").fetchall()]
        said: dict[tuple[int, str], bool] = {
            (who, name): value
            for who, name, value in con.execute("select person_id, finding, value from finding").fetchall()
        }
        for start in range(0, len(ids), rows):
            some = ids[start : start + rows]
            columns: dict[str, Any] = {"person_id": pa.array(some, pa.int64())}
            for name in findings:
                columns[name] = pa.array([int(said.get((who, name), -1)) for who in some], pa.int8())
            yield pa.RecordBatch.from_pydict(columns)

    return batches


def loaded_from(con: duckdb.DuckDBPyConnection) -> Loaded:
    """As if these tables had been read from somewhere."""
    skipped = {"file": "condition.csv", "place": "line 3", "reason": "a date in 2099", "count": 12, "fix": "correct it"}
    account = {"kind": "OMOP, CSV", "source": "records", "read": {"condition.csv": 1234}, "skipped": [skipped]}
    return Loaded(con, account, True, date(2026, 11, 24))


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge, draws: Draws) -> Path:
    """A finished screening of 300 people, with 40 in the queue. Copy it before writing into it."""
    from cluneal.population import run
    from cluneal.population.screen import Screening, Wanted, here

    out = tmp_path_factory.mktemp("finished")
    con = population(300)
    screening = Screening(knowledge, draws, Wanted())
    run.write(out, con, screening, screening.scored(con, here(con, batches_of(con))), loaded_from(con))
    return out
