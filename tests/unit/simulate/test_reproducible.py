"""The same seed gives the same people, however many there are and however they are written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import compute, csv, parquet

from cluneal.simulate import cdm
from cluneal.simulate.world import Block

from .conftest import Folder

Make = Callable[..., Folder]


def files(folder: Folder) -> dict[str, pa.Table]:
    return {
        str(path.relative_to(folder.path)): parquet.read_table(path) for path in sorted(folder.path.rglob("*.parquet"))
    }


def test_how_many_are_written_at_once_changes_nothing(made: Make) -> None:
    once = files(made("one", together=1))
    assert len(once) == len(cdm.COLUMNS) + 1
    assert once["records/condition_occurrence.parquet"].num_rows > 3000
    for together in (2, 3, 100):
        assert files(made(f"by {together}", together=together)) == once


def test_fhir_is_the_same_bytes(made: Make) -> None:
    one, two = made("one", standard="fhir", together=1), made("two", standard="fhir", together=3)
    names = [path.name for path in (one.path / "records").iterdir()]
    assert len(names) == 7
    for name in names:
        assert (one.path / "records" / name).read_bytes() == (two.path / "records" / name).read_bytes(), name


@pytest.mark.parametrize("persons", [1, 127, 128, 129])
def test_fewer_people_are_the_first_of_the_many(made: Make, persons: int) -> None:
    many, few = files(made("many")), files(made("few", persons=persons))
    for name, table in few.items():
        if "person_id" in table.column_names:
            first = compute.less_equal(many[name].column("person_id"), persons)
            assert table == many[name].filter(first), name
    assert few["truth/truth.parquet"].num_rows == persons


def test_another_seed_is_another_world(made: Make) -> None:
    one, two = made("one"), made("two", seed=12)
    assert one.truth != two.truth
    assert one.table("condition_occurrence") != two.table("condition_occurrence")


def test_coding_changes_what_is_written_and_nothing_that_happens(made: Make) -> None:
    good, bad = made("good", coding="good"), made("bad", coding="bad")
    assert good.truth == bad.truth
    assert good.table("person") == bad.table("person")
    assert good.table("procedure_occurrence") != bad.table("procedure_occurrence")


def test_csv_holds_what_parquet_holds(made: Make) -> None:
    one, two = made("one"), made("two", form="csv")
    for name in cdm.COLUMNS:
        table = one.table(name)
        options = csv.ConvertOptions(
            column_types=table.schema, strings_can_be_null=True, quoted_strings_can_be_null=False
        )
        read = csv.read_csv(two.path / "records" / f"{name}.csv", convert_options=options)
        assert read == table, name


def test_both_standards_tell_the_same(made: Make, tmp_path: Path) -> None:
    omop, fhir = made("omop"), made("fhir", standard="fhir")
    for table, resource in (
        ("person", "Patient"),
        ("visit_occurrence", "Encounter"),
        ("condition_occurrence", "Condition"),
        ("procedure_occurrence", "Procedure"),
        ("drug_exposure", "MedicationRequest"),
        ("measurement", "Observation"),
    ):
        lines = (fhir.path / "records" / f"{resource}.ndjson").read_bytes().count(b"\n")
        assert lines == omop.table(table).num_rows, table


def test_a_block_can_be_drawn_again(block: Block, population: Folder) -> None:
    assert population.truth.num_rows == len(block.people)
    written = sum(
        population.table(name).num_rows
        for name in ("condition_occurrence", "procedure_occurrence", "drug_exposure", "measurement")
    )
    assert written == len(block.events)
