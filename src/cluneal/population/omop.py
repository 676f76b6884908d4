"""OMOP CDM 5.4 to people, events and observed time.

An event is kept when its code means something. Codes are looked up once for each distinct code; rows are then filtered
by a join with the few that matter, so that tens of millions of rows stay cheap.
"""

# ruff: noqa: S608 - names are quoted, text is a literal or bound: see `records.quoted` and `records.literal`.

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ..knowledge import load
from ..knowledge.codes import System
from . import omop_source
from .account import NAMED, Account, LoadError
from .matching import MODIFIERS, CodeTable
from .omop_codes import Kind, look_up, vocabulary
from .omop_source import Table
from .records import quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FEMALE, MALE = 8532, 8507
# What CDM files call the races and ethnicities whose text they do not keep.
GROUPS = {
    8527: "White",
    8516: "Black or African American",
    8515: "Asian",
    8557: "Native Hawaiian or Other Pacific Islander",
    8657: "American Indian or Alaska Native",
    38003563: "Hispanic or Latino",
    38003564: "Not Hispanic or Latino",
}
# "No" as the answer of an observation: no, no (LOINC), absent, negative.
DENIED = (4188540, 45878245, 4132135, 9189)


def _kind(
    name: str, stem: str, day: str, systems: tuple[System, ...], answer: str | None = None, modifier: str | None = None
) -> Kind:
    return Kind(
        name, f"{name}_id", f"{day}_date", f"{day}_datetime", f"{stem}_concept_id", f"{stem}_source_concept_id",
        f"{stem}_source_value", systems, answer, modifier,
    )  # fmt: skip


KINDS = (
    _kind("condition_occurrence", "condition", "condition_start", ("icd10cm", "icd9cm", "snomed")),
    _kind(
        "procedure_occurrence",
        "procedure",
        "procedure",
        ("cpt", "hcpcs", "icd10pcs", "icd9proc", "snomed"),
        modifier="modifier_source_value",
    ),
    _kind("drug_exposure", "drug", "drug_exposure_start", ("rxnorm", "atc")),
    _kind("observation", "observation", "observation", ("icd10cm", "snomed", "hcpcs", "loinc"), "value_as_concept_id"),
)


def from_duckdb(con: DuckDBPyConnection, path: Path, as_of: date) -> tuple[dict[str, object], bool]:
    """Read a DuckDB file. Returns the account, and whether the records say that they are synthetic."""
    account = Account("OMOP CDM, DuckDB", path.name)
    return Reading(con, omop_source.from_file(con, path), account, as_of).all()


def from_folder(con: DuckDBPyConnection, path: Path, as_of: date) -> tuple[dict[str, object], bool]:
    """Read a folder of Parquet or CSV files."""
    account = Account("OMOP CDM, folder", path.name)
    return Reading(con, omop_source.from_folder(con, path, account), account, as_of).all()


def from_postgres(con: DuckDBPyConnection, address: str, as_of: date) -> tuple[dict[str, object], bool]:
    """Read a PostgreSQL database."""
    account = Account("OMOP CDM, PostgreSQL", "PostgreSQL")
    return Reading(con, omop_source.from_postgres(con, address), account, as_of).all()


class Reading:
    """One reading of one CDM into the tables of `con`."""

    def __init__(self, con: DuckDBPyConnection, tables: dict[str, Table], account: Account, as_of: date) -> None:
        self.con = con
        self.tables = tables
        self.account = account
        self.as_of = as_of
        journey = load().journey
        assert journey
        self.earliest = date(journey.earliest_year.value, 1, 1)
        self.codes = CodeTable(con)
        self.known = vocabulary(con, tables)

    def all(self) -> tuple[dict[str, object], bool]:
        """Everything. Raises LoadError when there are no people, or nothing happens to them."""
        self._people()
        kinds = [kind for kind in KINDS if self._events(kind)]
        if not kinds:
            names = ", ".join(kind.name for kind in KINDS)
            raise LoadError(f"{self.account.source}: no table of events that can be read ({names}); add one")
        parts = {
            refuted: [self._part(kind, refuted) for kind in kinds if not refuted or kind.answer]
            for refuted in (False, True)
        }
        nothing = (
            "select null::bigint as person_id, null::date as day, null::varchar as concept, null::varchar as side, "
            "null::varchar as system, null::varchar as code, null::varchar as source, null::varchar as source_row, "
            "null::varchar as role where false"
        )
        self.con.execute(f"create view event as {' union all '.join(parts[False])}")
        self.con.execute(f"create view refuted as {' union all '.join(parts[True]) or nothing}")
        self._observed(kinds)
        return self.account.plain(), self._synthetic()

    def _part(self, kind: Kind, refuted: bool) -> str:
        which = ("denied" if refuted else "not denied") if kind.answer else "true"
        side = "coalesce(c.side, e.side)" if kind.modifier else "c.side"
        return (
            f"select e.person_id, e.day, c.concept, {side} as side, c.system, c.code, '{kind.name}' as source, "
            f"e.row_id::varchar as source_row, c.role from _{kind.name} e join _code c using (code_no) where {which}"
        )

    def _people(self) -> None:
        table = self.tables.get("person")
        if table is None or table.column("person_id") is None:
            raise LoadError(f"{self.account.source}: no table person with a column person_id; add it")
        self._noted(table)

        def column(name: str, kind: str) -> str:
            given = table.column(name)
            return f"try_cast({given} as {kind})" if given else f"null::{kind}"

        def text(name: str) -> str:
            given = table.column(name)
            return f"nullif(trim({given}::varchar), '')" if given else "null::varchar"

        def group(kind: str) -> str:
            known = " ".join(f"when {number} then '{name}'" for number, name in GROUPS.items())
            return (
                f"coalesce({text(f'{kind}_source_value')}, case {column(f'{kind}_concept_id', 'bigint')} {known} end)"
            )

        self.con.execute(
            f"create temp table _person as select {column('person_id', 'bigint')} as person_id, "
            f"{text('person_source_value')} as source_id, "
            f"coalesce({column('year_of_birth', 'integer')}, year({column('birth_datetime', 'timestamp')})) "
            "as birth_year, "
            f"case when {column('gender_concept_id', 'bigint')} = {FEMALE} then 'f' "
            f"when {column('gender_concept_id', 'bigint')} = {MALE} then 'm' "
            f"when lower({text('gender_source_value')}) in ('f', 'female') then 'f' "
            f"when lower({text('gender_source_value')}) in ('m', 'male') then 'm' end as sex, "
            f"{group('race')} as race, {group('ethnicity')} as ethnicity from {table.relation}"
        )
        rows, nobody, wrong = self._one(
            "select count(*), count(*) filter (person_id is null), "
            "count(*) filter (birth_year not between ? and ?) from _person",
            [self.earliest.year, self.as_of.year],
        )
        self.account.counted("person", rows)
        self.account.skip(table.label, "person_id is no whole number", "number the people", nobody)
        said = self._named(
            "select person_id from _person where birth_year not between ? and ?", [self.earliest.year, self.as_of.year]
        )
        fix = "correct the year; until then the age is taken as unknown"
        self.account.skip(table.label, "a year of birth that cannot be", fix, wrong, said)
        twice = "select person_id from _person where person_id is not null group by 1 having count(*) > 1"
        (count,) = self._one(f"select count(*) from ({twice})")
        self.account.skip(table.label, "a person who stands twice", "keep one row a person", count, self._named(twice))
        death = self._deaths()
        place = (
            f"row_number() over (partition by person_id order by (birth_year between {self.earliest.year} and "
            f"{self.as_of.year}) desc nulls last, birth_year, sex nulls last, source_id, race, ethnicity)"
        )
        self.con.execute(
            "create table person as select p.person_id, coalesce(p.source_id, p.person_id::varchar) as source_id, "
            f"case when p.birth_year between {self.earliest.year} and {self.as_of.year} then p.birth_year end "
            "as birth_year, p.sex, p.race, p.ethnicity, d.day as death_day "
            f"from (select *, {place if count else '1'} as place from _person "
            f"where person_id is not null) p left join ({death}) d using (person_id) where p.place = 1"
        )
        self.con.execute("drop table _person")
        if not self._one("select count(*) from person")[0]:
            raise LoadError(f"{table.label}: nobody in it; check the export")

    def _deaths(self) -> str:
        table = self.tables.get("death")
        if (
            table is None
            or not table.column("person_id")
            or not (table.column("death_date") or table.column("death_datetime"))
        ):
            return "select null::bigint as person_id, null::date as day where false"
        self._noted(table)
        day = self._day(table, "death_date", "death_datetime")
        good = f"{day} between date '{self.earliest}' and date '{self.as_of}'"
        rows, wrong = self._one(f"select count(*), count(*) filter (({good}) is not true) from {table.relation}")
        self.account.counted("death", rows)
        self.account.skip(table.label, "no date that can be", "correct death_date", wrong)
        who = f"try_cast({table.column('person_id')} as bigint)"
        return f"select {who} as person_id, min({day}) as day from {table.relation} where {good} group by 1"

    def _events(self, kind: Kind) -> bool:
        """Make the table `_<kind>`: person_id, day, code_no, row_id. False when the table cannot be used."""
        table = self.tables.get(kind.name)
        if table is None:
            self.account.skip(kind.name, "no such table", "add it, if the records have it", 1)
            return False
        if not table.column("person_id") or not (table.column(kind.day) or table.column(kind.time)):
            wanted = f"person_id and {kind.day}"
            self.account.skip(table.label, f"no column {wanted}", f"name the columns {wanted}", 1)
            return False
        given = [table.column(name) for name in (kind.value, kind.source_concept, kind.concept)]
        if not any(given):
            wanted = f"{kind.value} or {kind.concept}"
            self.account.skip(table.label, f"no column {wanted}", f"name the column {wanted}", 1)
            return False
        self._noted(table)
        joined = look_up(self.con, table, kind, self.codes, self.known)
        (count,) = self._one(f"select count(*) from {table.relation}")
        self.account.counted(kind.name, count)
        answer = table.column(kind.answer) if kind.answer else None
        denied = ""
        if kind.answer:
            no = ", ".join(map(str, DENIED))
            denied = (
                f", coalesce(try_cast({answer} as bigint) in ({no}), false) as denied"
                if answer
                else ", false as denied"
            )
        row = table.column(kind.row)
        side = ""
        if kind.modifier:
            modifier = table.column(kind.modifier)
            known = " ".join(f"when '{sign}' then '{name}'" for sign, name in MODIFIERS.items())
            side = f", case upper(trim({modifier})) {known} end as side" if modifier else ", null::varchar as side"
        self.con.execute(
            f"create table _{kind.name} as select try_cast({table.column('person_id')} as bigint) as person_id, "
            f"{self._day(table, kind.day, kind.time)} as day, m.code_no, "
            f"{row or 'null::bigint'} as row_id{denied}{side} from {table.relation} s join _matched m on {joined}"
        )
        self.con.execute("drop table _matched")
        self._impossible(kind, table)
        return True

    def _impossible(self, kind: Kind, table: Table) -> None:
        """Note and remove events of nobody and at no possible time. Most often there are none."""
        name = f"_{kind.name}"
        reasons = {
            "person_id is null": ("person_id is no whole number", "correct person_id"),
            "day is null": ("no date, or none that can be read", f"write {kind.day} as 2024-05-31"),
            f"day < date '{self.earliest}'": (f"a date before {self.earliest.year}", f"correct {kind.day}"),
            f"day > date '{self.as_of}'": ("a date after the day of the reading", f"correct {kind.day}"),
            "person_id not in (select person_id from person)": ("nobody in person has this id", "add the person"),
        }
        counts = self._one(
            f"select {', '.join(f'count(*) filter ({condition})' for condition in list(reasons)[:4])}, "
            f"(select count(*) from {name} anti join person using (person_id)) from {name}"
        )
        for (condition, (reason, fix)), count in zip(reasons.items(), counts, strict=True):
            if count:
                place = self._named(f"select row_id from {name} where {condition}")
                count = self._one(f"select count(*) from {name} where {condition}")[0]
                self.account.skip(table.label, reason, fix, count, place)
                self.con.execute(f"delete from {name} where {condition}")

    def _observed(self, kinds: list[Kind]) -> None:
        """Observation periods; who has none was observed from the first to the last event."""
        table = self.tables.get("observation_period")
        start, end = "observation_period_start_date", "observation_period_end_date"
        periods = "select null::bigint as person_id, null::date as first_day, null::date as last_day where false"
        if table and all(table.column(name) for name in ("person_id", start, end)):
            self._noted(table)
            periods = (
                f"select try_cast({table.column('person_id')} as bigint) as person_id, "
                f"{self._day(table, start)} as first_day, {self._day(table, end)} as last_day from {table.relation}"
            )
            good = "person_id is not null and first_day <= last_day"
            rows, wrong, late = self._one(
                f"select count(*), count(*) filter (({good}) is not true), "
                f"count(*) filter ({good} and last_day > date '{self.as_of}') from ({periods})"
            )
            self.account.counted("observation_period", rows)
            self.account.skip(
                table.label, "a period without two dates in their order", f"correct {start} and {end}", wrong
            )
            self.account.skip(
                table.label, "a period that ends after the day of the reading", f"correct {end}; it was cut", late
            )
            periods = (
                f"select person_id, first_day, least(last_day, date '{self.as_of}') as last_day from ({periods}) "
                f"where {good} and first_day <= date '{self.as_of}'"
            )
        elif table:
            self.account.skip(table.label, f"no column person_id, {start} or {end}", "name the columns so", 1)
        self.con.execute(f"create table observed as select p.* from ({periods}) p semi join person using (person_id)")
        (unseen,) = self._one("select count(*) from person anti join observed using (person_id)")
        if unseen:
            # Everything that happened counts here, whatever its code.
            parts = [
                f"select try_cast({table.column('person_id')} as bigint) as person_id, "
                f"{self._day(table, kind.day, kind.time)} as day from {table.relation}"
                for kind in kinds
                if (table := self.tables.get(kind.name))
            ]
            self.con.execute(
                f"insert into observed select person_id, min(day), max(day) from ({' union all '.join(parts)}) e "
                f"semi join person using (person_id) anti join observed using (person_id) "
                f"where day between date '{self.earliest}' and date '{self.as_of}' group by person_id"
            )

    def _day(self, table: Table, day: str, time: str | None = None) -> str:
        """A date as SQL. In text, 2024-05-31T10:00 and 20240531 are read too. Without a date, its time is read."""
        column = table.column(day) or (table.column(time) if time else None)
        if table.noting is None:
            return f"try_cast({column} as date)"
        return (
            f"coalesce(try_cast({column} as date), try_cast(left({column}, 10) as date), "
            f"try_strptime({column}, '%Y%m%d')::date)"
        )

    def _noted(self, table: Table) -> None:
        """Read a CSV table through once, to note what its lines lack."""
        if table.noting:
            self.con.execute(f"select count(columns(*)) from {table.noting}").fetchall()
            omop_source.note_rejected(self.con, table, self.account)

    def _named(self, rows: str, values: list[object] | None = None) -> str:
        """Some of the ids that a query finds."""
        found = self.con.execute(f"select distinct * from ({rows}) order by 1 limit {NAMED}", values or []).fetchall()
        return "row " + ", ".join(str(one) for (one,) in found) if found else ""

    def _one(self, query: str, values: list[object] | None = None) -> tuple[int, ...]:
        found = self.con.execute(query, values or []).fetchone()
        assert found
        return found

    def _synthetic(self) -> bool:
        table = self.tables.get("cdm_source")
        if table is None:
            return False
        text = " || ' ' || ".join(f"coalesce({quoted(name)}::varchar, '')" for name in table.columns.values())
        (count,) = self._one(f"select count(*) from {table.relation} where lower({text}) like '%synthetic%'")
        return count > 0
