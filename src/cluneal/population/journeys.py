"""The journey, step by step in SQL, and what codes say of those who took it, as batches for the model.

Each step is one SELECT in `sql/`, over tables and the two functions of `sql/duckdb.sql`. Another engine runs the same
texts with its own two functions.
"""

# ruff: noqa: S608 - names are quoted, text is a literal or bound: see `records.quoted` and `records.literal`.

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..knowledge import load
from ..knowledge.codes import Journey, Threshold
from .records import insert

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

SQL = Path(__file__).parent / "sql"
STEPS = ("marked", "seen", "pain", "tried", "passage", "passed", "episode", "journey", "own_event", "finding")
LEFT_OVER = ("marked", "seen", "pain", "tried", "episode", "own_event")
DAYS_IN_A_MONTH = 365.25 / 12
AT_ONCE = 65_536
NOT_ASKED = -1


def journey(con: DuckDBPyConnection) -> None:
    """Add `journey`, `attrition`, `finding` and `passage` to the tables that `load` left.

    `passage` has everybody seen for the pain, with the step that each was stopped at.
    """
    for statement in text("duckdb").split(";"):
        if statement.strip():
            con.execute(statement)
    rules(con)
    for step in STEPS:
        con.execute(f"create or replace table {step} as {text(step)}")
    attrition(con)
    for step in LEFT_OVER:
        con.execute(f"drop table {step}")


@cache
def text(step: str) -> str:
    """The SQL of one step."""
    return (SQL / f"{step}.sql").read_text(encoding="utf-8")


def rules(con: DuckDBPyConnection) -> None:
    """What the knowledge says, as small tables: thresholds, roles, and what each concept tells."""
    knowledge = load()
    known = knowledge.journey
    assert known
    values: dict[str, Any] = {**thresholds(known), "one_side": known.one_side, "both_sides": known.both_sides}
    columns = ", ".join(
        f"{name} {'integer' if isinstance(value, int) else 'varchar'}" for name, value in values.items()
    )
    _fill(con, "rule", columns, [tuple(values.values())])
    concepts = knowledge.codes.values()
    _fill(con, "concept_role", "concept varchar, role varchar", [(one.id, one.role) for one in concepts])
    told = [(one.id, each.finding, each.present, each.within_days) for one in concepts for each in one.findings]
    _fill(con, "told", "concept varchar, finding varchar, present boolean, within_days integer", told)
    given = [(concept, rule.finding) for rule in known.no_relief for concept in rule.concepts]
    _fill(con, "no_relief", "concept varchar, finding varchar", given)
    then = [
        (role, rule.finding, rule.from_days, rule.until_days, rule.times)
        for rule in known.no_relief
        for role in rule.then
    ]
    columns = "role varchar, finding varchar, from_days integer, until_days integer, times integer"
    _fill(con, "no_relief_then", columns, then)
    lasting = [
        (one.id, int(one.told_by_months[0] * DAYS_IN_A_MONTH) + 1, int(one.told_by_months[1] * DAYS_IN_A_MONTH))
        for one in knowledge.findings.values()
        if one.told_by_months is not None and one.told_by_age is None and one.told_by_sex is None
    ]
    _fill(con, "lasting", "finding varchar, from_days integer, until_days integer", lasting)


def thresholds(known: Journey) -> dict[str, int]:
    """The numbers of the journey by name."""
    fields = {name: getattr(known, name) for name in known.__dataclass_fields__}
    return {name: one.value for name, one in fields.items() if isinstance(one, Threshold)}


def attrition(con: DuckDBPyConnection) -> None:
    """The table `attrition`: how many are left after each step."""
    known = load().journey
    assert known
    (everyone,) = con.execute("select count(*) from person").fetchone() or (0,)
    stopped = dict(con.execute("select coalesce(stopped, ''), count(*) from passage group by 1").fetchall())
    left = sum(stopped.values())
    said = thresholds(known)
    rows = []
    for number, step in enumerate(known.steps, 1):
        left -= stopped.get(step.id, 0)
        rows.append((number, step.name, step.why.format(**said), everyone if number == 1 else left))
    _fill(con, "attrition", "step integer, name varchar, why varchar, persons bigint", rows)


def _fill(con: DuckDBPyConnection, table: str, columns: str, rows: Sequence[tuple[Any, ...]]) -> None:
    con.execute(f"create or replace table {table} ({columns})")
    insert(con, table, rows)


def batches(con: DuckDBPyConnection, findings: Sequence[str], rows: int = AT_ONCE) -> Iterator[pa.RecordBatch]:
    """Everybody in the journey by id: `person_id`, and one int8 column a finding (1 present, 0 absent, -1 not asked).

    Memory does not grow with the people.

    Args:
        findings: ids of findings, in the order of the columns.
        rows: people in a batch.
    """
    import numpy as np
    import pyarrow as pa

    _fill(con, "asked", "finding varchar, place integer", [(name, i) for i, name in enumerate(findings)])
    # A cursor of its own: whoever takes the batches may ask the connection other things in between.
    cursor = con.cursor()
    (last,) = cursor.execute("select max(person_id) from journey").fetchone() or (None,)
    after: int | None = None
    schema = pa.schema([("person_id", pa.int64()), *((name, pa.int8()) for name in findings)])
    while last is not None and after != last:
        more = "" if after is None else f"where person_id > {after}"
        people = cursor.execute(f"select person_id from journey {more} order by person_id limit {rows}").fetchnumpy()[
            "person_id"
        ]
        said = cursor.execute(
            "select f.person_id, a.place, f.value::tinyint as value from finding f join asked a using (finding) "
            f"where f.person_id between {people[0]} and {people[-1]}"
        ).fetchnumpy()
        matrix = np.full((len(findings), len(people)), NOT_ASKED, np.int8)
        matrix[said["place"], np.searchsorted(people, said["person_id"])] = said["value"]
        yield pa.RecordBatch.from_arrays([pa.array(people), *(pa.array(column) for column in matrix)], schema=schema)
        after = int(people[-1])
