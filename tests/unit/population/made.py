"""A few people made by hand or by Hypothesis, written in every form that records come in."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
from hypothesis import strategies as st

from cluneal.population import journey, load

AS_OF = date(2024, 6, 30)
START = date(2018, 1, 1)
SYSTEM = {
    "icd10cm": "http://hl7.org/fhir/sid/icd-10-cm",
    "cpt": "http://www.ama-assn.org/go/cpt",
    "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
}
CONDITIONS = (
    "M54.50", "M54.50", "M54.16", "M54.41", "M54.42", "M53.3", "M48.062", "S32.010A", "C79.51", "Z85.3", "R50.9",
    "R63.4", "G57.81", "F17.210", "Z87.891", "M81.0", "I10",
)  # fmt: skip
PROCEDURES = ("72148", "72100", "97110", "97110", "62323", "64493", "27096", "22612", "64450", "99213")
DRUGS = ("25480", "7804", "860975")


@dataclass(frozen=True)
class Event:
    table: str
    system: str
    code: str
    day: date


@dataclass(frozen=True)
class Somebody:
    number: int
    events: tuple[Event, ...] = ()
    birth_year: int | None = 1970
    sex: str | None = "f"
    died: date | None = None


def condition(code: str, day: date) -> Event:
    return Event("condition_occurrence", "icd10cm", code, day)


def procedure(code: str, day: date) -> Event:
    return Event("procedure_occurrence", "cpt", code, day)


def drug(code: str, day: date) -> Event:
    return Event("drug_exposure", "rxnorm", code, day)


def days(count: int) -> date:
    return START + timedelta(days=count)


# Someone who walks the whole way: pain, image, epidural, physiotherapy, pain again.
WALKED = (
    condition("M54.50", days(0)),
    procedure("72148", days(40)),
    procedure("62323", days(60)),
    *(procedure("97110", days(100 + 7 * i)) for i in range(6)),
    procedure("64493", days(160)),
    condition("M54.41", days(200)),
    condition("M54.50", days(2300)),
)


@st.composite
def events(draw: st.DrawFn) -> tuple[Event, ...]:
    """A life in records: dates on a coarse grid, so that borders are met exactly now and then."""
    made = []
    if draw(st.booleans()):
        # Half of them begin like the journey, so that late steps are reached.
        first, apart = draw(st.integers(0, 30)) * 10, draw(st.sampled_from((3, 7, 14, 30)))
        for i, code in enumerate(draw(st.permutations(("72148", "62323", "97110", "27096")))):
            made.append(procedure(code, days(first + i * apart)))
        made += [
            condition("M54.50", days(first + 10 * draw(st.integers(0, 20)))) for _ in range(draw(st.integers(1, 3)))
        ]
        made.append(condition("M54.50", days(2300 + draw(st.integers(0, 60)))))
    for _ in range(draw(st.integers(0, 10))):
        day = days(draw(st.integers(0, 236)) * 10 + draw(st.sampled_from((0, 0, 1))))
        kind = draw(st.sampled_from((condition, condition, procedure, drug)))
        code = draw(st.sampled_from({condition: CONDITIONS, procedure: PROCEDURES, drug: DRUGS}[kind]))
        made.append(kind(code, day))
    return tuple(made)


@st.composite
def populations(draw: st.DrawFn, most: int = 6) -> list[Somebody]:
    return [
        Somebody(
            number,
            draw(events()),
            draw(st.one_of(st.none(), st.integers(1930, 2006))),
            draw(st.sampled_from(("f", "m", None))),
            draw(st.sampled_from((None, None, None, days(2200)))),
        )
        for number in range(1, draw(st.integers(1, most)) + 1)
    ]


OMOP_COLUMNS = {
    "person": "person_id gender_concept_id year_of_birth race_concept_id ethnicity_concept_id person_source_value "
    "race_source_value",
    "death": "person_id death_date",
    "condition_occurrence": "condition_occurrence_id person_id condition_concept_id condition_start_date "
    "condition_source_value",
    "procedure_occurrence": "procedure_occurrence_id person_id procedure_concept_id procedure_date "
    "procedure_source_value modifier_source_value",
    "drug_exposure": "drug_exposure_id person_id drug_concept_id drug_exposure_start_date drug_source_value",
    "observation": "observation_id person_id observation_concept_id observation_date observation_source_value "
    "value_as_concept_id",
}


def omop_rows(people: Sequence[Somebody]) -> dict[str, list[list[Any]]]:
    """Rows of the CDM tables."""
    rows: dict[str, list[list[Any]]] = {name: [] for name in OMOP_COLUMNS}
    sexes = {"f": 8532, "m": 8507, None: 0}
    number = 0
    for one in people:
        rows["person"].append([one.number, sexes[one.sex], one.birth_year, 8527, 0, f"p{one.number}", "White"])
        if one.died:
            rows["death"].append([one.number, one.died])
        for event in one.events:
            number += 1
            last = [None] if event.table == "procedure_occurrence" else []
            rows[event.table].append([number, one.number, 0, event.day, event.code, *last])
    return rows


def as_csv(people: Sequence[Somebody], folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name, rows in omop_rows(people).items():
        with (folder / f"{name.upper()}.csv").open("w", newline="", encoding="utf-8") as file:
            table = csv.writer(file)
            table.writerow(OMOP_COLUMNS[name].split())
            table.writerows(rows)
    return folder


TYPES = {"date": "date", "id": "bigint", "birth": "integer"}


def _filled(con: duckdb.DuckDBPyConnection, name: str, rows: Sequence[Sequence[Any]]) -> None:
    columns = [f"{column} {TYPES.get(column.rsplit('_', 1)[-1], 'varchar')}" for column in OMOP_COLUMNS[name].split()]
    con.execute(f"create or replace table {name} ({', '.join(columns)})")
    if rows:
        con.executemany(f"insert into {name} values ({', '.join('?' * len(columns))})", rows)


def as_parquet(people: Sequence[Somebody], folder: Path, parts: bool = False) -> Path:
    folder.mkdir(parents=True)
    con = duckdb.connect()
    for name, rows in omop_rows(people).items():
        _filled(con, name, rows)
        if parts:
            (folder / f"{name}.parquet").mkdir()
            half = len(rows) // 2
            for part, where in (("a", f"limit {half}"), ("b", f"offset {half}")):
                con.execute(f"copy (from {name} {where}) to '{folder / f'{name}.parquet' / part}.parquet'")
        else:
            con.execute(f"copy {name} to '{folder / name}.parquet'")
    return folder


def as_duckdb(people: Sequence[Somebody], folder: Path) -> Path:
    folder.mkdir(parents=True)
    path = folder / "cdm.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("create schema cdm")
        con.execute("use cdm")
        for name, rows in omop_rows(people).items():
            _filled(con, name, rows)
    return path


def patient(one: Somebody) -> dict[str, Any]:
    sexes = {"f": "female", "m": "male"}
    found: dict[str, Any] = {"resourceType": "Patient", "id": f"p{one.number}"}
    found["extension"] = [
        {
            "url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race",
            "extension": [{"url": "text", "valueString": "White"}],
        }
    ]
    if one.sex:
        found["gender"] = sexes[one.sex]
    if one.birth_year:
        found["birthDate"] = f"{one.birth_year}-07-03"
    if one.died:
        found["deceasedDateTime"] = f"{one.died}T03:00:00+02:00"
    return found


def resource(event: Event, who: int, number: int) -> dict[str, Any]:
    concept = {"coding": [{"system": SYSTEM[event.system], "code": event.code, "display": "left out"}]}
    common = {"id": str(number), "subject": {"reference": f"Patient/p{who}"}}
    day = f"{event.day}T09:30:00Z"
    if event.table == "condition_occurrence":
        status = {"coding": [{"code": "confirmed"}]}
        return {
            "resourceType": "Condition",
            **common,
            "verificationStatus": status,
            "code": concept,
            "onsetDateTime": day,
        }
    if event.table == "procedure_occurrence":
        period = {"start": day, "end": day}
        return {
            "resourceType": "Procedure",
            **common,
            "status": "completed",
            "code": concept,
            "performedPeriod": period,
        }
    kind = {"resourceType": "MedicationRequest", "status": "active", "intent": "order"}
    return {**kind, **common, "medicationCodeableConcept": concept, "authoredOn": day}


def as_fhir(people: Sequence[Somebody], folder: Path) -> Path:
    folder.mkdir(parents=True)
    lines: dict[str, list[dict[str, Any]]] = {"Patient": [patient(one) for one in people]}
    number = 0
    for one in people:
        for event in one.events:
            number += 1
            made = resource(event, one.number, number)
            lines.setdefault(made["resourceType"], []).append(made)
    write_fhir(folder, lines)
    return folder


def write_fhir(folder: Path, lines: Mapping[str, Sequence[Any]]) -> None:
    """NDJSON files: dictionaries as JSON, text as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in lines.items():
        with (folder / f"{name}.ndjson").open("w", encoding="utf-8") as file:
            file.writelines((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)


@dataclass
class Tables:
    """What was read, in an order, by the people's own ids."""

    account: dict[str, Any]
    person: list[Any] = field(default_factory=list)
    event: list[Any] = field(default_factory=list)
    refuted: list[Any] = field(default_factory=list)
    observed: list[Any] = field(default_factory=list)
    journey: list[Any] = field(default_factory=list)
    finding: list[Any] = field(default_factory=list)
    attrition: list[Any] = field(default_factory=list)

    def same(self, other: Tables) -> bool:
        return all(getattr(self, name) == getattr(other, name) for name in SHOWN)


COLUMNS = {
    "person": "birth_year, sex, race, ethnicity, death_day",
    "event": "day, concept, side, system, code, source_row",
    "refuted": "day, concept, source_row",
    "observed": "first_day, last_day",
    "journey": "journey.* exclude (person_id)",
    "finding": "finding, value, day, concept, source_row",
}
SHOWN = {
    name: f"select source_id, {columns} from person "
    + ("" if name == "person" else f"join {name} using (person_id) ")
    + "order by all"
    for name, columns in COLUMNS.items()
}
SHOWN["attrition"] = "select step, persons from attrition order by step"


def read(path: Path, workdir: Path, memory: str | None = None) -> Tables:
    """Load and walk the journey."""
    loaded = load(path, workdir=workdir, as_of=AS_OF, memory=memory)
    with loaded.con as con:
        journey(con)
        shown = {name: con.execute(query).fetchall() for name, query in SHOWN.items()}
    return Tables(loaded.account, **shown)
