"""The tables are OMOP's, hold together, and lie inside the time in which somebody was observed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import pytest

from cluneal.simulate import cdm

from .conftest import Folder

# Counted in the data definition of CDM 5.4, with the last column of each.
SHAPES = {
    "person": (18, "ethnicity_source_concept_id"),
    "observation_period": (5, "period_type_concept_id"),
    "visit_occurrence": (17, "preceding_visit_occurrence_id"),
    "condition_occurrence": (16, "condition_status_source_value"),
    "procedure_occurrence": (16, "modifier_source_value"),
    "drug_exposure": (23, "dose_unit_source_value"),
    "measurement": (23, "meas_event_field_concept_id"),
    "death": (7, "cause_source_concept_id"),
    "concept": (10, "invalid_reason"),
    "cdm_source": (11, "vocabulary_version"),
}
NEEDED = {
    "person": "person_id gender_concept_id year_of_birth race_concept_id ethnicity_concept_id",
    "observation_period": "observation_period_id person_id observation_period_start_date "
    "observation_period_end_date period_type_concept_id",
    "visit_occurrence": "visit_occurrence_id person_id visit_concept_id visit_start_date visit_end_date "
    "visit_type_concept_id",
    "condition_occurrence": "condition_occurrence_id person_id condition_concept_id condition_start_date "
    "condition_type_concept_id visit_occurrence_id condition_source_value",
    "procedure_occurrence": "procedure_occurrence_id person_id procedure_concept_id procedure_date "
    "procedure_type_concept_id procedure_source_value",
    "drug_exposure": "drug_exposure_id person_id drug_concept_id drug_exposure_start_date drug_exposure_end_date "
    "drug_type_concept_id drug_source_value",
    "measurement": "measurement_id person_id measurement_concept_id measurement_date measurement_type_concept_id "
    "value_as_number unit_source_value",
    "death": "person_id death_date",
    "concept": "concept_id concept_name domain_id vocabulary_id concept_class_id concept_code valid_start_date "
    "valid_end_date",
    "cdm_source": "cdm_source_name cdm_source_abbreviation cdm_holder source_release_date cdm_release_date "
    "cdm_version_concept_id vocabulary_version",
}
EVENTS = {
    "condition_occurrence": "condition_start_date",
    "procedure_occurrence": "procedure_date",
    "drug_exposure": "drug_exposure_start_date",
    "measurement": "measurement_date",
    "visit_occurrence": "visit_end_date",
}


@pytest.fixture(scope="module")
def con(population: Folder) -> Iterator[duckdb.DuckDBPyConnection]:
    """All tables as views, as an analyst would read them."""
    with duckdb.connect() as found:
        for path in [*(population.path / "records").glob("*.parquet"), population.path / "truth" / "truth.parquet"]:
            found.execute(f"CREATE VIEW {path.stem} AS SELECT * FROM '{path}'")
        yield found


def all_of(con: duckdb.DuckDBPyConnection, query: str) -> list[Any]:
    return con.execute(query).fetchall()


@pytest.mark.parametrize("name", SHAPES)
def test_columns_are_those_of_the_standard(population: Folder, name: str) -> None:
    columns = population.table(name).column_names
    assert (len(columns), columns[-1]) == SHAPES[name]
    for column in NEEDED[name].split():
        assert population.table(name).column(column).null_count == 0, column


def test_those_are_all_the_tables() -> None:
    assert set(cdm.COLUMNS) == set(SHAPES) == set(NEEDED)


@pytest.mark.parametrize("name", [name for name in SHAPES if name not in ("concept", "cdm_source", "death")])
def test_ids_are_counted_and_belong_to_somebody(con: duckdb.DuckDBPyConnection, name: str) -> None:
    key = f"{name}_id"
    assert all_of(con, f"SELECT count(*) = max({key}) AND count(DISTINCT {key}) = max({key}) FROM {name}") == [(True,)]
    assert all_of(con, f"SELECT count(*) FROM {name} ANTI JOIN person USING (person_id)") == [(0,)]


@pytest.mark.parametrize(("name", "day"), EVENTS.items())
def test_dates_are_within_observation(con: duckdb.DuckDBPyConnection, name: str, day: str) -> None:
    inside = f"{day} BETWEEN observation_period_start_date AND observation_period_end_date"
    outside = f"""SELECT count(*) FROM {name} e WHERE NOT EXISTS (
        SELECT 1 FROM observation_period o WHERE o.person_id = e.person_id AND {inside})"""
    assert all_of(con, outside) == [(0,)]


def test_periods_do_not_overlap_and_some_people_were_away(con: duckdb.DuckDBPyConnection) -> None:
    following = """SELECT observation_period_start_date - lag(observation_period_end_date)
        OVER (PARTITION BY person_id ORDER BY observation_period_start_date) AS away FROM observation_period"""
    away = [days for (days,) in all_of(con, following) if days is not None]
    assert len(away) > 300
    assert min(away) >= 90
    assert all_of(con, "SELECT count(DISTINCT person_id) FROM observation_period") == [(8192,)]
    wrong = "SELECT count(*) FROM observation_period WHERE observation_period_end_date < observation_period_start_date"
    assert all_of(con, wrong) == [(0,)]


def test_the_dead_are_not_seen_afterwards(con: duckdb.DuckDBPyConnection) -> None:
    assert all_of(con, "SELECT count(*) FROM death")[0][0] > 200
    late = """SELECT count(*) FROM death d JOIN observation_period o USING (person_id)
        WHERE observation_period_end_date > death_date"""
    assert all_of(con, late) == [(0,)]


def test_events_lie_in_a_visit_of_their_person_and_day(con: duckdb.DuckDBPyConnection) -> None:
    for name, day in EVENTS.items():
        if name == "visit_occurrence":
            continue
        apart = f"""SELECT count(*) FROM {name} e LEFT JOIN visit_occurrence v USING (visit_occurrence_id)
            WHERE v.person_id IS DISTINCT FROM e.person_id OR v.visit_start_date IS DISTINCT FROM e.{day}"""
        assert all_of(con, apart) == [(0,)], name
    stays = "SELECT count(*) FROM visit_occurrence WHERE visit_concept_id = 9201 AND visit_end_date > visit_start_date"
    assert all_of(con, stays)[0][0] > 20


def test_every_code_says_of_which_system_it_is(con: duckdb.DuckDBPyConnection) -> None:
    for name, system in (("condition", "ICD10CM"), ("procedure", "CPT4"), ("drug", "RxNorm"), ("measurement", "LOINC")):
        table = next(one for one in EVENTS if one.startswith(name))
        found = f"""SELECT DISTINCT vocabulary_id, concept_code = {name}_source_value FROM {table}
            LEFT JOIN concept ON concept_id = {name}_source_concept_id"""
        assert all_of(con, found) == [(system, True)]
    assert all_of(con, "SELECT min(concept_id) > 2000000000 FROM concept") == [(True,)]


def test_people_are_adults_born_on_days_that_exist(con: duckdb.DuckDBPyConnection) -> None:
    born = "SELECT min(make_date(year_of_birth, month_of_birth, day_of_birth)), max(year_of_birth) FROM person"
    first, last = all_of(con, born)[0]
    assert first >= date(1925, 1, 1)
    assert last <= 1998
    genders = Counter(value for (value,) in all_of(con, "SELECT gender_source_value FROM person"))
    assert set(genders) == {"F", "M"}
    assert genders["F"] > genders["M"]


def test_sides_of_procedures_are_modifiers(con: duckdb.DuckDBPyConnection) -> None:
    sides = dict(all_of(con, "SELECT modifier_source_value, count(*) FROM procedure_occurrence GROUP BY 1"))
    assert set(sides) == {None, "RT", "LT"}
    on_images = """SELECT count(*) FROM procedure_occurrence
        WHERE procedure_source_value = '72148' AND modifier_source_value IS NOT NULL"""
    assert all_of(con, on_images) == [(0,)]


def test_it_says_everywhere_that_it_is_synthetic(population: Folder, con: duckdb.DuckDBPyConnection) -> None:
    assert "SYNTHETIC" in (population.path / "README.txt").read_text()
    for name in ("records/SYNTHETIC.json", "truth/run.json"):
        assert json.loads((population.path / name).read_text())["synthetic"] is True
    assert "SYNTHETIC" in all_of(con, "SELECT cdm_source_name FROM cdm_source")[0][0]
    marked = "SELECT count(*) FROM person WHERE person_source_value NOT LIKE 'SYNTHETIC-%'"
    assert all_of(con, marked) == [(0,)]
