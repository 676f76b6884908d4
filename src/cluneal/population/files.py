"""What a screening leaves behind, as Parquet: the queue, its evidence, and everybody's posteriors.

Each row is about one person. Every file says so in its own metadata: it is not to leave where the records are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..knowledge.schema import Knowledge
from .queue import Entry
from .score import PERSON

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

QUEUE_FILE, EVIDENCE_FILE, POSTERIORS_FILE = "queue.parquet", "evidence.parquet", "posteriors.parquet"
ATTRITION_FILE, RUN_FILE, REPORT_FILE = "attrition.csv", "run.json", "report.html"
MAY_LEAVE = (ATTRITION_FILE, REPORT_FILE)
# Each row of these is about a person, or names a place in the records.
STAY = (QUEUE_FILE, EVIDENCE_FILE, POSTERIORS_FILE, RUN_FILE)
MARK = b"cluneal"
NOT_TO_LEAVE = b"one row a person: not to leave where the records are"
SYNTHETIC = b"synthetic"
# Columns of the journey that are about who and when, and not counts.
WHO_AND_WHEN = (PERSON, "index_day")

# What the journey is made of. Somebody with a hundred thousand entries is shown the last days of each kind.
TRAIL_ROLES = ("complaint", "imaging", "injection", "operation", "therapy", "peripheral")
MOST_DAYS = 12
EVIDENCE = """
with told as (
    select q.place, f.person_id, f.finding, f.value, f.day, f.concept, f.source, f.source_row
    from queued q join finding f using (person_id)
),
days as (
    select q.place, e.person_id, e.day, e.concept, min({'source': e.source, 'line': e.source_row}) as first,
        row_number() over (partition by e.person_id, e.concept order by e.day desc) as back
    from queued q
    join event e using (person_id)
    join concept_role r on r.concept = e.concept and list_contains($roles, r.role)
    group by q.place, e.person_id, e.day, e.concept
)
select person_id, place, finding, value, day, concept, source, source_row from told
union all
select d.person_id, d.place, null, true, d.day, d.concept, d.first.source, d.first.line
from days d
where d.back <= $most and not exists (
    select 1 from told t where t.person_id = d.person_id and t.day = d.day and t.concept = d.concept
)
order by 2, 5 nulls last, 3 nulls last, 6, 7, 8, 4
"""

Row = dict[str, Any]


def marked(schema: pa.Schema, synthetic: bool) -> pa.Schema:
    """The schema with what the file says about itself."""
    return schema.with_metadata({MARK: NOT_TO_LEAVE, SYNTHETIC: b"true" if synthetic else b"false"})


def queue_schema() -> pa.Schema:
    """Columns of `queue.parquet`."""
    import pyarrow as pa

    share = [("probability", pa.float64()), ("low", pa.float64()), ("high", pa.float64())]
    text, number = pa.string(), pa.float64()
    return pa.schema(
        [
            (PERSON, pa.int64()),
            ("source_id", text),
            ("part", text),
            ("place", pa.int32()),
            ("rank", pa.int32()),
            ("index_day", pa.date32()),
            ("age", number),
            ("sex", text),
            ("race", text),
            ("ethnicity", text),
            *((f"cluneal_{name}" if name != "probability" else "cluneal", kind) for name, kind in share),
            ("causes", pa.list_(pa.struct([("cause", text), *share]))),
            ("urgency", text),
            ("red_flags", pa.list_(text)),
            ("screened", pa.bool_()),
            ("missing", pa.list_(pa.struct([("finding", text), ("level", text), ("value", number)]))),
            ("journey", pa.list_(pa.struct([("name", text), ("value", text)]))),
        ]
    )


def evidence_schema() -> pa.Schema:
    """Columns of `evidence.parquet`."""
    import pyarrow as pa

    text = pa.string()
    return pa.schema(
        [
            (PERSON, pa.int64()),
            ("place", pa.int32()),
            ("finding", text),
            ("label", text),
            ("value", pa.bool_()),
            ("day", pa.date32()),
            ("concept", text),
            ("source", text),
            ("source_row", text),
            ("weight", pa.float64()),
        ]
    )


def queue_rows(con: DuckDBPyConnection, found: Sequence[Entry]) -> Iterator[Row]:
    """The rows of `queue.parquet`."""
    about = details(con, found)
    for one in found:
        who = about.get(one.person, {})
        yield {
            PERSON: one.person,
            "part": one.part,
            "place": one.place,
            "rank": one.rank,
            "age": one.age,
            "sex": one.sex,
            **{name: who.get(name) for name in ("source_id", "race", "ethnicity", "index_day", "journey")},
            "cluneal": one.cluneal.probability,
            "cluneal_low": one.cluneal.low,
            "cluneal_high": one.cluneal.high,
            "causes": [
                {"cause": cause, "probability": share.probability, "low": share.low, "high": share.high}
                for cause, share in one.causes.items()
            ],
            "urgency": one.flags[0].urgency if one.flags else "none",
            "red_flags": [rule.id for rule in one.flags],
            "screened": one.screened,
            "missing": [{"finding": each.finding, "level": each.level, "value": each.value} for each in one.missing],
        }


def details(con: DuckDBPyConnection, found: Sequence[Entry]) -> dict[int, Row]:
    """Who somebody is in the records, and what their journey counts, by person."""
    names = [name for name, *_ in con.execute("describe journey").fetchall() if name not in WHO_AND_WHEN]
    with _queued(con, found):
        rows = con.execute(
            "select person_id, p.source_id, p.race, p.ethnicity, j.index_day"  # noqa: S608 - columns of our own table
            + "".join(f", j.{_quoted(name)}" for name in names)
            + " from queued join person p using (person_id) join journey j using (person_id)"
        ).fetchall()
    return {
        person: {
            "source_id": source,
            "race": race,
            "ethnicity": ethnicity,
            "index_day": day,
            "journey": [
                {"name": name, "value": str(value)}
                for name, value in zip(names, counts, strict=True)
                if value is not None
            ],
        }
        for person, source, race, ethnicity, day, *counts in rows
    }


def evidence_rows(con: DuckDBPyConnection, found: Sequence[Entry], knowledge: Knowledge) -> Iterator[Row]:
    """The rows of `evidence.parquet`: person by person as they are read, day by day.

    First what findings were told by; then the journey's own days (visits, images, treatments), which tell no finding.
    """
    by_person = {one.person: one for one in found}
    with _queued(con, found):
        rows = con.execute(EVIDENCE, {"roles": list(TRAIL_ROLES), "most": MOST_DAYS}).fetchall()
    for person, place, finding, value, day, concept, source, source_row in rows:
        yield {
            PERSON: person,
            "place": place,
            "finding": finding,
            "label": _label(knowledge, finding, concept),
            "value": value,
            "day": day,
            "concept": concept,
            "source": source,
            "source_row": source_row,
            "weight": by_person[person].weights.get(finding) if finding else None,
        }


def _label(knowledge: Knowledge, finding: str | None, concept: str) -> str:
    if finding is not None and finding in knowledge.findings:
        return knowledge.findings[finding].label
    return knowledge.codes[concept].name if concept in knowledge.codes else finding or concept


class _queued:  # noqa: N801 - read as a phrase: with _queued(con, found)
    """The people of a queue as a relation `queued (person_id, place)`."""

    def __init__(self, con: DuckDBPyConnection, found: Sequence[Entry]) -> None:
        self.con, self.found = con, found

    def __enter__(self) -> None:
        import pyarrow as pa

        rows = {
            PERSON: pa.array([one.person for one in self.found], pa.int64()),
            "place": pa.array([one.place for one in self.found], pa.int32()),
        }
        self.con.register("queued", pa.table(rows))

    def __exit__(self, *_: object) -> None:
        self.con.unregister("queued")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def write(path: Path, rows: Iterable[Row], schema: pa.Schema, synthetic: bool) -> None:
    """One file of rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pylist(list(rows), schema=schema)
    pq.write_table(table.replace_schema_metadata(marked(schema, synthetic).metadata), path, compression="zstd")
