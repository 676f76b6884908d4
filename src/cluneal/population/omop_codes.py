"""Which codes of an OMOP table mean something: by what the source wrote, by its concept, or by the standard concept."""

# ruff: noqa: S608 - names are quoted, text is a literal or bound: see `records.quoted` and `records.literal`.

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from ..frozen import frozen
from ..knowledge.codes import System
from .matching import CodeTable, Hit, matcher
from .records import insert

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from .omop_source import Table

VOCABULARIES: dict[str, System] = {
    "ICD10CM": "icd10cm",
    "ICD10": "icd10cm",
    "ICD9CM": "icd9cm",
    "ICD10PCS": "icd10pcs",
    "ICD9Proc": "icd9proc",
    "SNOMED": "snomed",
    "CPT4": "cpt",
    "HCPCS": "hcpcs",
    "RxNorm": "rxnorm",
    "ATC": "atc",
    "LOINC": "loinc",
}
# What stands below a concept of these means the concept too. Below a billing code stand other things.
WITH_DESCENDANTS = ("snomed", "rxnorm", "atc")
AT_ONCE = 100_000

Hits = tuple[Hit, ...]


@frozen
class Kind:
    """One table of events: where its parts stand, and which systems its source codes may be of."""

    name: str
    row: str
    day: str
    time: str
    concept: str
    source_concept: str
    value: str
    systems: tuple[System, ...]
    answer: str | None = None
    modifier: str | None = None


@frozen
class Vocabulary:
    """What the vocabulary tables add; nothing without them.

    `direct`: concepts that are a listed code. `standard`: those, and what stands below them. `mapped`: standard
    concepts that a listed code is mapped to.
    """

    concepts: Table | None = None
    direct: Mapping[int, Hits] = field(default_factory=dict)
    standard: Mapping[int, Hits] = field(default_factory=dict)
    mapped: Mapping[int, Hits] = field(default_factory=dict)


def vocabulary(con: DuckDBPyConnection, tables: Mapping[str, Table]) -> Vocabulary:
    """Of these tables. A table that lacks a column is as good as none."""
    concepts = _with(tables, "concept", "concept_id", "vocabulary_id", "concept_code")
    if concepts is None:
        return Vocabulary()
    direct = _direct(con, concepts)
    standard = _below(con, _with(tables, "concept_ancestor", "ancestor_concept_id", "descendant_concept_id"), direct)
    links = _with(tables, "concept_relationship", "concept_id_1", "concept_id_2", "relationship_id")
    return Vocabulary(concepts, direct, standard, _mapped(con, links, direct))


def _with(tables: Mapping[str, Table], name: str, *columns: str) -> Table | None:
    table = tables.get(name)
    return table if table is not None and all(table.column(column) for column in columns) else None


def _direct(con: DuckDBPyConnection, table: Table) -> dict[int, Hits]:
    known = matcher()
    number, code = f"try_cast({table.column('concept_id')} as bigint)", table.column("concept_code")
    named = table.column("vocabulary_id")
    asked, values = [], []
    for name, system in VOCABULARIES.items():
        listed = "" if known.has_prefixes(system) else f" and {code} in (select unnest(?::varchar[]))"
        asked.append(f"({named} = '{name}'{listed})")
        values += [known.whole(system)] if listed else []
    rows = con.execute(
        f"select {number}, {named}, {code}::varchar from {table.relation} where {' or '.join(asked)}", values
    )
    found: dict[int, Hits] = {}
    while batch := rows.fetchmany(AT_ONCE):
        for concept, name, text in batch:
            if concept and text and (hits := known.find(VOCABULARIES[name], text)):
                found[concept] = hits
    return found


def _below(con: DuckDBPyConnection, table: Table | None, direct: Mapping[int, Hits]) -> dict[int, Hits]:
    tops = [concept for concept, hits in direct.items() if hits[0].system in WITH_DESCENDANTS]
    below = _linked(con, table, tops, direct, "ancestor_concept_id", "descendant_concept_id")
    return {**below, **direct}


def _mapped(con: DuckDBPyConnection, table: Table | None, direct: Mapping[int, Hits]) -> dict[int, Hits]:
    kind = f"{table.column('relationship_id')} = 'Maps to'" if table else "true"
    return _linked(con, table, list(direct), direct, "concept_id_1", "concept_id_2", kind)


def _linked(
    con: DuckDBPyConnection, table: Table | None, given: list[int], direct: Mapping[int, Hits], one: str, other: str,
    where: str = "true",
) -> dict[int, Hits]:  # fmt: skip
    if table is None or not given:
        return {}
    first, second = (f"try_cast({table.column(name)} as bigint)" for name in (one, other))
    rows = con.execute(
        f"select {first}, {second} from {table.relation} where {where} and {first} in (select unnest(?::bigint[]))",
        [given],
    ).fetchall()
    found: dict[int, dict[Hit, None]] = {}
    for concept, linked in sorted(row for row in rows if None not in row):
        found.setdefault(linked, {}).update(dict.fromkeys(direct[concept]))
    return {concept: _one_each(hits) for concept, hits in found.items()}


def _one_each(hits: Mapping[Hit, None]) -> Hits:
    """One hit a concept, the same in every run."""
    kept: dict[str, Hit] = {}
    for hit in sorted(hits, key=lambda one: one.key):
        kept.setdefault(hit.concept, hit)
    return tuple(kept.values())


def look_up(con: DuckDBPyConnection, table: Table, kind: Kind, codes: CodeTable, known: Vocabulary) -> str:
    """Make the table `_matched` of the codes that matter in `table`. Returns how its rows `s` are joined to it as `m`.

    Where the vocabulary knows the source concept, it decides; where it does not, the code as written is read; where
    that says nothing either, the standard concept is.
    """
    value = table.column(kind.value)
    source = table.column(kind.source_concept) if known.concepts else None
    concept = table.column(kind.concept) if known.concepts else None
    sql = {
        "value": f"s.{value}::varchar" if value else None,
        "source": f"try_cast(s.{source} as bigint)" if source else None,
        "concept": f"try_cast(s.{concept} as bigint)" if concept else None,
    }
    columns = {name: text for name, text in sql.items() if text}
    con.execute("create or replace temp table _matched (value varchar, source bigint, concept bigint, code_no integer)")
    if not columns:
        return "false"
    asked = ", ".join(f"{text} as {name}" for name, text in columns.items())
    con.execute(f"create or replace temp table _distinct as select distinct {asked} from {table.relation} s")
    trusted = _trusted(con, known) if source else set()
    nulls = False
    rows = con.execute(
        f"select {', '.join(name if name in columns else 'null' for name in sql)} from _distinct"
    ).fetchall()
    made = []
    for said, source_id, concept_id in rows:
        hits = _hits(said, source_id, concept_id, kind, known, source_id in trusted)
        for number in codes.numbers(hits):
            made.append((said, source_id, concept_id, number))
        nulls |= bool(hits) and None in [
            one for one, name in zip((said, source_id, concept_id), sql, strict=True) if name in columns
        ]
    insert(con, "_matched", made)
    con.execute("drop table _distinct")
    same = "is not distinct from" if nulls else "="
    return " and ".join(f"{text} {same} m.{name}" for name, text in columns.items())


def _hits(
    said: str | None, source: int | None, concept: int | None, kind: Kind, known: Vocabulary, trusted: bool
) -> Hits:
    if trusted:
        found = known.direct.get(source or 0, ())
        return found or known.standard.get(concept or 0, ())
    found = matcher().said(said, kind.systems) if said else ()
    if not found and source:
        found = known.direct.get(source, ())
    if not found and concept:
        found = known.standard.get(concept, ())
    return found or (known.mapped.get(concept or 0, ()) if not source else ())


def _trusted(con: DuckDBPyConnection, known: Vocabulary) -> set[int]:
    """Source concepts that the vocabulary has: no guess is needed for them."""
    assert known.concepts
    rows = con.execute(
        "select distinct source from _distinct semi join ("
        f"select try_cast({known.concepts.column('concept_id')} as bigint) as source from {known.concepts.relation}"
        ") using (source) where source <> 0"
    ).fetchall()
    return {number for (number,) in rows}
