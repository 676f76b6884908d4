"""OMOP as it really comes: columns missing, rows that cannot be, vocabularies, other ways to write a code."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from cluneal.population import LoadError, load
from cluneal.population.matching import matcher
from cluneal.population.omop_source import POSTGRES_EXTENSION

from . import made
from .made import AS_OF, WALKED, Somebody

PERSON = "person_id,gender_concept_id,year_of_birth,person_source_value\n1,8532,1970,a\n2,8507,1980,b\n"
CONDITION = "condition_occurrence_id,person_id,condition_start_date,condition_source_value\n"


def folder(tmp_path: Path, **files: str | bytes) -> Path:
    path = tmp_path / "cdm"
    path.mkdir()
    for name, text in files.items():
        (path / f"{name}.csv").write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


def said(tables: made.Tables) -> list[tuple[str, str, int, str]]:
    return [(one["file"], one["reason"], one["count"], one["place"]) for one in tables.account["skipped"]]


def test_rows_that_cannot_be_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    rows = (
        "10,1,2020-01-01,M54.50\n"
        "11,1,2099-01-01,M54.50\n"
        "12,1,0001-01-01,M54.50\n"
        "13,1,soon,M54.50\n"
        "14,1,,M54.50\n"
        "15,99,2020-01-01,M54.50\n"
        "16,x,2020-01-01,M54.50\n"
        "17,2,2020-01-05T10:00:00,M54.50\n"
        "18,2,20200106,M54.50\n"
        "19,2,2020-01-07,I10\n"
    )
    found = made.read(folder(tmp_path, person=PERSON, condition_occurrence=CONDITION + rows), tmp_path)
    assert [(who, str(day), row) for who, day, *_, row in found.event] == [
        ("a", "2020-01-01", "10"),
        ("b", "2020-01-05", "17"),
        ("b", "2020-01-06", "18"),
    ]
    condition = [one for one in said(found) if one[0] == "condition_occurrence.csv"]
    assert condition == [
        ("condition_occurrence.csv", "a date after the day of the reading", 1, "row 11"),
        ("condition_occurrence.csv", "a date before 1900", 1, "row 12"),
        ("condition_occurrence.csv", "no date, or none that can be read", 2, "row 13, 14"),
        ("condition_occurrence.csv", "nobody in person has this id", 1, "row 15"),
        ("condition_occurrence.csv", "person_id is no whole number", 1, "row 16"),
    ]
    assert all(one["fix"] for one in found.account["skipped"])
    assert found.account["read"]["condition_occurrence"] == 10


def test_broken_lines_are_named_by_line(tmp_path: Path) -> None:
    rows = b"10,1,2020-01-01,M54.50\n11,1\n12,1,2020-01-02,M54.50,a,b\n13,1,2020-01-03,M5\xff\n14,1,2020-01-04,M54.50\n"
    long = b"15,1,2020-01-05," + b"x" * 3_000_000 + b"\n16,1,2020-01-06,M54.50\n"
    found = made.read(folder(tmp_path, person=PERSON, condition_occurrence=CONDITION.encode() + rows + long), tmp_path)
    assert [row for *_, row in found.event] == ["10", "14", "16"]
    assert [one[1:] for one in said(found) if one[0] == "condition_occurrence.csv"] == [
        ("a line over 2 MB", 1, "line 7"),
        ("not UTF-8", 1, "line 5"),
        ("too few columns", 1, "line 3"),
        ("too many columns", 1, "line 4"),
    ]


def test_people_who_stand_twice_or_cannot_be(tmp_path: Path) -> None:
    people = PERSON + "1,8532,1970,a\n2,8507,1700,b\n,8507,1980,c\n3,0,2999,\n"
    found = made.read(folder(tmp_path, person=people, condition_occurrence=CONDITION), tmp_path)
    assert found.person == [
        ("3", None, None, None, None, None),
        ("a", 1970, "f", *[None] * 3),
        ("b", 1980, "m", *[None] * 3),
    ]
    assert [one[1:] for one in said(found) if one[0] == "person.csv"] == [
        ("a person who stands twice", 2, "row 1, 2"),
        ("a year of birth that cannot be", 2, "row 2, 3"),
        ("person_id is no whole number", 1, ""),
    ]


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("id,person,day\n1,1,2020-01-01\n", "no column person_id and condition_start_date"),
        (
            "condition_occurrence_id,person_id,condition_start_date\n",
            "no column condition_source_value or condition_concept_id",
        ),
        ("", "cannot be read: empty"),
    ],
)
def test_a_table_that_cannot_be_used_is_said_and_the_others_are_read(tmp_path: Path, table: str, reason: str) -> None:
    procedures = "procedure_occurrence_id,person_id,procedure_date,procedure_source_value\n1,1,2020-01-01,72148\n"
    cdm = folder(tmp_path, person=PERSON, condition_occurrence=table, procedure_occurrence=procedures)
    found = made.read(cdm, tmp_path)
    assert [row[2] for row in found.event] == ["lumbar_mri"]
    assert ("condition_occurrence.csv", reason) in [one[:2] for one in said(found)]


def test_without_people_or_events_there_is_nothing_to_do(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="cdm: no table person with a column person_id; add it"):
        load(folder(tmp_path, condition_occurrence=CONDITION), workdir=tmp_path)
    (tmp_path / "cdm" / "person.csv").write_text("person_id\n", encoding="utf-8")
    with pytest.raises(LoadError, match=r"person\.csv: nobody in it; check the export"):
        load(tmp_path / "cdm", workdir=tmp_path)
    (tmp_path / "cdm" / "person.csv").write_text("person_id\n1\n", encoding="utf-8")
    (tmp_path / "cdm" / "condition_occurrence.csv").unlink()
    with pytest.raises(LoadError, match="no table of events that can be read"):
        load(tmp_path / "cdm", workdir=tmp_path)


def test_letter_case_delimiter_and_packing_do_not_matter(tmp_path: Path) -> None:
    import gzip

    path = tmp_path / "cdm"
    path.mkdir()
    (path / "Person.TSV").write_text("PERSON_ID\tYEAR_OF_BIRTH\n1\t1970\n", encoding="utf-8-sig")
    with gzip.open(path / "Condition_Occurrence.csv.gz", "wt") as file:
        file.write(
            "CONDITION_OCCURRENCE_ID;Person_Id;Condition_Start_Date;Condition_Source_Value\n7;1;2020-01-01;M54.50\n"
        )
    found = made.read(path, tmp_path)
    assert [(who, row) for who, *_, row in found.event] == [("1", "7")]


@pytest.mark.parametrize(
    ("value", "concept", "side"),
    [
        ("M54.50", "low_back_pain", None),
        ("m5450", "low_back_pain", None),
        (" M54.50 ", "low_back_pain", None),
        ("ICD10CM|M54.50", "low_back_pain", None),
        ("M54.50 | Low back pain", "low_back_pain", None),
        ("M54.41", "low_back_pain_with_sciatica", "right"),
        ("724.2", "low_back_pain", None),
        ("7242", "low_back_pain", None),
        ("279039007", "low_back_pain", None),
        ("C50.911", "cancer", None),
        ("C44.311", None, None),
        ("Z85.828", None, None),
        ("Z85.820", "cancer", None),
        ("S32.010A", "vertebral_fracture", None),
        ("M54.2", None, None),
        ("M54", None, None),
        ("", None, None),
        ("x" * 5000, None, None),
        ("'; drop table person; --", None, None),
    ],
)
def test_a_diagnosis_is_known_however_it_is_written(value: str, concept: str | None, side: str | None) -> None:
    hits = matcher().said(value, ("icd10cm", "icd9cm", "snomed"))
    assert [(hit.concept, hit.side) for hit in hits] == ([(concept, side)] if concept else [])


@pytest.mark.parametrize(
    ("value", "concept", "side"),
    [
        ("64450", "peripheral_nerve_block", None),
        ("27096-RT", "sacroiliac_injection", "right"),
        ("27096 LT", "sacroiliac_injection", "left"),
        ("64493-50", "facet_injection", "both"),
        ("CPT4:72148", "lumbar_mri", None),
        ("G0260", "sacroiliac_injection", None),
        ("0SG00A0", "lumbar_surgery", None),
        ("81.08", "lumbar_surgery", None),
        ("99213", None, None),
        ("721480", None, None),
    ],
)
def test_a_procedure_is_known_however_it_is_written(value: str, concept: str | None, side: str | None) -> None:
    hits = matcher().said(value, ("cpt", "hcpcs", "icd10pcs", "icd9proc", "snomed"))
    assert [(hit.concept, hit.side) for hit in hits] == ([(concept, side)] if concept else [])


CONCEPTS: list[tuple[Any, ...]] = [
    (101, "ICD10CM", "M54.50"),
    (102, "ICD10CM", "G57.91"),
    (103, "ICD10CM", "G57.81"),
    (201, "SNOMED", "279039007"),
    (202, "SNOMED", "111000000"),
    (203, "SNOMED", "222000000"),
    (301, "RxNorm", "25480"),
    (302, "RxNorm", "310431"),
    (303, "ATC", "M01A"),
    (304, "RxNorm", "999999"),
]


def with_vocabulary(path: Path) -> Path:
    """A CDM whose rows can be told by concept alone."""
    with duckdb.connect(str(path)) as con:
        con.execute("create table person as select 1 as person_id, 8532 as gender_concept_id, 1970 as year_of_birth")
        con.execute("create table concept (concept_id integer, vocabulary_id varchar, concept_code varchar)")
        con.executemany("insert into concept values (?, ?, ?)", CONCEPTS)
        con.execute("create table concept_relationship (concept_id_1 int, concept_id_2 int, relationship_id varchar)")
        con.execute(
            "insert into concept_relationship values (101, 201, 'Maps to'), (103, 203, 'Maps to'), "
            "(102, 203, 'Maps to'), (101, 203, 'Is a')"
        )
        con.execute("create table concept_ancestor (ancestor_concept_id int, descendant_concept_id int)")
        con.execute("insert into concept_ancestor values (201, 201), (201, 202), (301, 302), (303, 304), (203, 202)")
        con.execute(
            "create table condition_occurrence (condition_occurrence_id int, person_id int, condition_concept_id int, "
            "condition_start_date date, condition_source_value varchar, condition_source_concept_id int)"
        )
        con.execute(
            "insert into condition_occurrence values "
            "(1, 1, 201, date '2020-01-01', 'local-7', 0), "  # the standard concept
            "(2, 1, 202, date '2020-01-02', 'local-8', 0), "  # what stands below it
            "(3, 1, 0, date '2020-01-03', 'local-9', 101), "  # the source concept
            "(4, 1, 203, date '2020-01-04', 'G57.91', 102), "  # not listed, mapped to where a listed one is
            "(5, 1, 203, date '2020-01-05', 'local-1', 0), "  # nothing but what a listed code is mapped to
            "(6, 1, null, date '2020-01-06', 'M54.50', null), "  # as written
            "(7, 1, 0, date '2020-01-07', 'M54.50', 102)"  # the source concept stands against what is written
        )
        con.execute(
            "create table drug_exposure (drug_exposure_id int, person_id int, drug_concept_id int, "
            "drug_exposure_start_date date, drug_source_value varchar, drug_source_concept_id int)"
        )
        con.execute(
            "insert into drug_exposure values (1, 1, 302, date '2020-02-01', 'NDC', 0), "
            "(2, 1, 304, date '2020-02-02', null, 0), (3, 1, 999, date '2020-02-03', null, 0)"
        )
    return path


def test_concepts_are_followed_through_the_vocabulary(tmp_path: Path) -> None:
    found = made.read(with_vocabulary(tmp_path / "cdm.duckdb"), tmp_path)
    assert [(row[-1], row[2]) for row in found.event] == [
        ("1", "low_back_pain"),
        ("2", "low_back_pain"),
        ("3", "low_back_pain"),
        ("5", "peripheral_nerve_named"),
        ("6", "low_back_pain"),
        ("1", "gabapentinoids"),
        ("2", "nsaids"),
    ]


def test_a_denied_observation_is_an_absence(tmp_path: Path) -> None:
    people = [Somebody(1, WALKED), Somebody(2, WALKED)]
    cdm = made.as_csv(people, tmp_path / "cdm")
    rows = ",".join(made.OMOP_COLUMNS["observation"].split()) + "\n"
    last = made.days(2300)
    rows += f"1,1,0,{last},R50.9,4188540\n2,2,0,{last},R50.9,4188539\n3,2,0,{last},Z87.891,\n"
    (cdm / "OBSERVATION.csv").write_text(rows, encoding="utf-8")
    found = made.read(cdm, tmp_path)
    told = {(who, finding): value for who, finding, value, *_ in found.finding}
    assert told["p1", "fever"] is False
    assert told["p2", "fever"] is True
    assert told["p2", "smoking"] is False
    assert ("p1", "smoking") not in told
    assert [row[2] for row in found.refuted] == ["fever"]


def test_observation_periods_bound_visits_and_are_checked(tmp_path: Path) -> None:
    cdm = made.as_csv([Somebody(1, WALKED), Somebody(2, WALKED)], tmp_path / "cdm")
    periods = "observation_period_id,person_id,observation_period_start_date,observation_period_end_date\n"
    periods += (
        f"1,1,{made.days(0)},{made.days(100)}\n2,1,{made.days(150)},2099-01-01\n3,2,2020-01-01,2019-01-01\n4,9,x,y\n"
    )
    (cdm / "observation_period.csv").write_text(periods, encoding="utf-8")
    found = made.read(cdm, tmp_path)
    assert found.observed == [
        ("p1", made.days(0), made.days(100)),
        ("p1", made.days(150), AS_OF),
        ("p2", made.days(0), made.days(2300)),
    ]
    assert [one[1:3] for one in said(found) if one[0] == "observation_period.csv"] == [
        ("a period that ends after the day of the reading", 1),
        ("a period without two dates in their order", 2),
    ]


def test_synthetic_records_are_known_as_such(tmp_path: Path) -> None:
    cdm = made.as_csv([Somebody(1)], tmp_path / "cdm")
    assert not load(cdm, workdir=tmp_path, as_of=AS_OF).synthetic
    (cdm / "cdm_source.csv").write_text("cdm_source_name\nMade up, Synthetic\n", encoding="utf-8")
    assert load(cdm, workdir=tmp_path, as_of=AS_OF).synthetic


def test_an_index_day_needs_a_visit_that_was_followed(tmp_path: Path) -> None:
    cdm = made.as_csv([Somebody(1, WALKED)], tmp_path / "cdm")
    periods = "observation_period_id,person_id,observation_period_start_date,observation_period_end_date\n"
    (cdm / "observation_period.csv").write_text(f"{periods}1,1,{made.days(0)},{made.days(150)}\n", encoding="utf-8")
    assert made.read(cdm, tmp_path).journey == []


def test_postgresql_without_its_reader_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cluneal.population.omop_source.find_spec", lambda _: None)
    for address in ("postgresql://somebody:secret@localhost/cdm", Path("postgresql://somebody:secret@localhost/cdm")):
        with pytest.raises(LoadError, match="duckdb-extension-postgres-scanner") as caught:
            load(address, workdir=tmp_path)
        assert "secret" not in str(caught.value)


@pytest.fixture
def postgres(tmp_path: Path) -> Any:
    """A PostgreSQL server of this machine, in a folder of its own."""
    pytest.importorskip(POSTGRES_EXTENSION)
    folders = [*sorted(str(one) for one in Path("/usr/lib/postgresql").glob("*/bin")), *os.environ["PATH"].split(":")]
    start, begin = (shutil.which(name, path=":".join(folders)) for name in ("pg_ctl", "initdb"))
    if not start or not begin:
        pytest.skip("no PostgreSQL on this machine")
    data = Path("/tmp") / f"cluneal-postgres-{tmp_path.name}"

    def run(*command: str) -> None:
        subprocess.run(["runuser", "-u", "postgres", "--", *command], check=True, capture_output=True)

    try:
        run(begin, "-D", str(data), "-A", "trust")
        run(
            start,
            "-D",
            str(data),
            "-w",
            "-l",
            str(data / "log"),
            "-o",
            f"-p 54329 -k {data} -c listen_addresses=''",
            "start",
        )
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"PostgreSQL does not start here: {error}")
    yield f"postgresql:///postgres?host={data}&port=54329&user=postgres"
    run(start, "-D", str(data), "-m", "immediate", "stop")
    shutil.rmtree(data)


def test_postgresql_gives_the_same_tables(tmp_path: Path, postgres: str) -> None:
    people = [Somebody(number, WALKED, died=date(2024, 2, 1) if number == 3 else None) for number in range(1, 5)]
    with duckdb.connect(str(made.as_duckdb(people, tmp_path / "one"))) as con:
        extension = next(iter(__import__(POSTGRES_EXTENSION).__path__))
        con.execute(f"load '{extension}/extensions/v{duckdb.__version__}/postgres_scanner.duckdb_extension'")
        con.execute(f"attach '{postgres}' as pg (type postgres)")
        for name in made.OMOP_COLUMNS:
            con.execute(f"create table pg.public.{name} as from cdm.cdm.{name}")
    expected = made.read(made.as_csv(people, tmp_path / "csv"), tmp_path)
    assert made.read(postgres, tmp_path).same(expected)  # type: ignore[arg-type]
    assert len(expected.journey) == 3
