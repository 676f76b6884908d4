"""The same people in every form give the same tables; what cannot be read is said, and never stops the rest."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings

from cluneal.population import LoadError, batches, journey, load

from . import made
from .made import AS_OF, WALKED, Somebody, condition, days, procedure

FORMS = (made.as_csv, made.as_parquet, made.as_duckdb, made.as_fhir)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(people=made.populations(most=4))
def test_every_form_gives_the_same_tables(people: list[Somebody]) -> None:
    with TemporaryDirectory() as folder:
        root = Path(folder)
        found = [made.read(form(people, root / form.__name__), root) for form in FORMS]
        assert found[0].person == found[3].person
        for other in found[1:]:
            assert other.event == found[0].event
            assert other.same(found[0])


def test_parquet_in_parts_is_one_table(tmp_path: Path) -> None:
    people = [Somebody(number, WALKED) for number in range(1, 6)]
    whole = made.read(made.as_parquet(people, tmp_path / "whole"), tmp_path)
    parts = made.read(made.as_parquet(people, tmp_path / "parts", parts=True), tmp_path)
    assert parts.same(whole)
    assert len(whole.journey) == 5


def test_someone_who_walked_the_whole_way(tmp_path: Path) -> None:
    found = made.read(made.as_csv([Somebody(1, WALKED)], tmp_path / "in"), tmp_path)
    (row,) = found.journey
    assert row[:4] == ("p1", days(200), days(0), days(2300))
    told = {(finding, value) for _, finding, value, *_ in found.finding}
    # The one visit with a side was years ago, and still tells which side; that it went into the leg no longer holds.
    assert told == {("epidural_no_help", True), ("physio_no_help", True), ("side_one", True)}
    assert [count for _, count in found.attrition] == [1] * 10


def test_batches_hold_everybody_by_id_and_only_what_was_asked(tmp_path: Path) -> None:
    people = [Somebody(number, WALKED) for number in (7, 3, 5, 1)]
    loaded = load(made.as_csv(people, tmp_path / "in"), workdir=tmp_path, as_of=AS_OF)
    with loaded.con as con:
        journey(con)
        got = list(batches(con, ["physio_no_help", "fever"], rows=3))
    assert [batch.num_rows for batch in got] == [3, 1]
    assert [who for batch in got for who in batch["person_id"].to_pylist()] == [1, 3, 5, 7]
    assert got[0].schema.names == ["person_id", "physio_no_help", "fever"]
    assert {value for batch in got for value in batch["physio_no_help"].to_pylist()} == {1}
    assert {value for batch in got for value in batch["fever"].to_pylist()} == {-1}


def test_little_memory_spills_and_gives_the_same(tmp_path: Path) -> None:
    people = [Somebody(number, WALKED) for number in range(1, 4)]
    folder = made.as_csv(people, tmp_path / "in")
    assert made.read(folder, tmp_path, memory="64MB").same(made.read(folder, tmp_path))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("missing", None, "no such file or folder; check the name"),
        ("notes.txt", b"hello", "not a DuckDB file; name the folder that holds the Parquet, CSV or NDJSON files"),
        ("broken.duckdb", b"\0" * 8 + b"DUCK" + b"\1" * 5000, "DuckDB cannot open it"),
    ],
)
def test_what_is_no_records_is_said(tmp_path: Path, name: str, content: bytes | None, said: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LoadError, match=said.split(";")[0]) as caught:
        load(path, workdir=tmp_path)
    assert str(caught.value).startswith(f"{path}: ")


def test_an_empty_folder_and_a_folder_of_something_else(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "holiday.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(LoadError, match=r"no OMOP tables .* and no \.ndjson files; name the folder that holds them"):
        load(tmp_path / "in", workdir=tmp_path)


def test_memory_that_is_none_and_a_work_folder_that_is_not_there(tmp_path: Path) -> None:
    folder = made.as_csv([Somebody(1)], tmp_path / "in")
    with pytest.raises(LoadError, match="write for example 4GB"):
        load(folder, workdir=tmp_path, memory="lots'; drop table person; --")
    with pytest.raises(LoadError, match="no such folder; make it, or name another"):
        load(folder, workdir=tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["it's", "a[b]*?", "x'); drop table person; --", "ünïcode %s {0}", "two\nlines"])
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_no_name_of_a_folder_is_taken_for_sql(tmp_path: Path, name: str, form: object) -> None:
    path = form([Somebody(1, WALKED)], tmp_path / "plain")  # type: ignore[operator]
    path = (tmp_path / "plain").rename(tmp_path / name) / path.relative_to(tmp_path / "plain")
    assert len(made.read(path, tmp_path).journey) == 1


def test_the_day_of_the_reading_bounds_everything(tmp_path: Path) -> None:
    folder = made.as_csv([Somebody(1, WALKED)], tmp_path / "in")
    loaded = load(folder, workdir=tmp_path, as_of=days(150))
    with loaded.con as con:
        journey(con)
        assert con.execute("select max(day) <= ? from event", [days(150)]).fetchone() == (True,)
        assert con.execute("select count(*) from journey").fetchone() == (0,)
    assert {one["reason"] for one in loaded.account["skipped"]} == {"a date after the day of the reading"}


def test_people_who_only_look_like_it_are_stopped_where_they_should_be(tmp_path: Path) -> None:
    without = {code: tuple(one for one in WALKED if one.code != code) for code in ("72148",)}
    people = [
        Somebody(1, WALKED),
        Somebody(2, (condition("I10", days(3)),)),
        Somebody(3, WALKED, birth_year=2018),
        Somebody(4, (condition("M54.50", days(0)), condition("M54.50", days(89)))),
        Somebody(5, without["72148"]),
        Somebody(6, (*WALKED[:3], condition("M54.50", days(2300)))),
        Somebody(7, (*WALKED[:4], procedure("64493", days(2290)), condition("M54.50", days(2300)))),
        Somebody(8, (*WALKED, condition("S32.010A", days(400)))),
        Somebody(9, (*WALKED, procedure("64450", days(1)))),
        Somebody(10, WALKED, died=date(2024, 1, 1)),
        Somebody(11, (*WALKED[:-1], condition("I10", days(2300)), condition("Z85.3", days(2340)))),
    ]
    found = made.read(made.as_csv(people, tmp_path / "in"), tmp_path)
    assert [who for who, *_ in found.journey] == ["p1", "p7"]
    assert [count for _, count in found.attrition] == [11, 10, 9, 8, 7, 6, 6, 5, 4, 2]
