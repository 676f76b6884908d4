"""Where the tables of an OMOP CDM stand: in a DuckDB file, a folder of Parquet or CSV, or PostgreSQL."""

# ruff: noqa: S608 - names are quoted, text is a literal or bound: see `records.quoted` and `records.literal`.

from __future__ import annotations

import csv
import gzip
import io
import os
from collections.abc import Iterator, Mapping
from dataclasses import field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ..frozen import frozen
from .account import NAMED, Account, LoadError
from .records import files_literal, literal, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TABLES = (
    "person",
    "observation_period",
    "death",
    "condition_occurrence",
    "procedure_occurrence",
    "drug_exposure",
    "observation",
    "concept",
    "concept_relationship",
    "concept_ancestor",
    "cdm_source",
)
PARQUET = (".parquet", ".pq", ".parq")
CSV = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt")
DELIMITERS = "\t,;|"
LONGEST_HEADER = 1_000_000
POSTGRES_EXTENSION = "duckdb_extension_postgres_scanner"
MENDED = "mend the line, or leave it out"
CSV_REASONS = {
    "INVALID ENCODING": ("not UTF-8", "save the file as UTF-8"),
    "LINE SIZE OVER MAXIMUM": ("a line over 2 MB", MENDED),
    "MISSING COLUMNS": ("too few columns", MENDED),
    "TOO MANY COLUMNS": ("too many columns", "put text with commas in quotes"),
    "UNQUOTED VALUE": ("a quote that does not end, which takes the lines after it along", "close the quote"),
}


@frozen
class Table:
    """One table. `relation` can stand after FROM; `columns`: its own names by lower-case name."""

    relation: str
    columns: Mapping[str, str]
    label: str
    # CSV: the same, and what was left out is noted in the tables `_rejected` and `_rejected_scan`.
    noting: str | None = None
    whole_ids: frozenset[str] = field(default_factory=frozenset)

    def column(self, name: str) -> str | None:
        """A column as SQL, if there is one of that name in any letter case."""
        return quoted(self.columns[name]) if name in self.columns else None


def attached(con: DuckDBPyConnection, label: str) -> dict[str, Table]:
    """The tables of the database attached as `src`. Of several schemas the one with most CDM tables."""
    rows = con.execute(
        "select table_schema, table_name, column_name, data_type from information_schema.columns "
        "where table_catalog = 'src' order by table_schema, table_name, ordinal_position"
    ).fetchall()
    schemas: dict[str, dict[str, list[tuple[str, str, str]]]] = {}
    for schema, table, column, kind in rows:
        if table.lower() in TABLES:
            schemas.setdefault(schema, {}).setdefault(table.lower(), []).append((table, column, kind))
    if not schemas:
        raise LoadError(f"{label}: no OMOP tables (person, condition_occurrence, ...); name a database that has them")
    schema = max(sorted(schemas), key=lambda name: len(schemas[name]))
    found = {}
    for name, columns in schemas[schema].items():
        real = columns[0][0]
        own = [(column, kind) for table, column, kind in columns if table == real]
        relation = f"src.{quoted(schema)}.{quoted(real)}"
        found[name] = Table(relation, {one.lower(): one for one, _ in own}, real, whole_ids=_whole(own))
    return found


def from_file(con: DuckDBPyConnection, path: Path) -> dict[str, Table]:
    """Attach a DuckDB file, read-only."""
    import duckdb

    try:
        con.execute(f"attach {literal(os.fspath(path))} as src (read_only)")
    except duckdb.Error as error:
        raise LoadError(
            f"{path}: DuckDB cannot open it: {_said(error)}; close who writes to it, or export it anew"
        ) from None
    return attached(con, path.name)


def from_postgres(con: DuckDBPyConnection, address: str) -> dict[str, Table]:
    """Attach a PostgreSQL database, read-only, through DuckDB's own reader."""
    import duckdb

    spec = find_spec(POSTGRES_EXTENSION)
    where = next(iter(spec.submodule_search_locations or ()), None) if spec else None
    reader = Path(where or ".") / "extensions" / f"v{duckdb.__version__}" / "postgres_scanner.duckdb_extension"
    if where is None or not reader.exists():
        raise LoadError(
            f"PostgreSQL: its reader is not here; install duckdb-extension-postgres-scanner=={duckdb.__version__}, "
            "or export the tables as Parquet or CSV"
        )
    try:
        con.execute(f"load {literal(os.fspath(reader))}")
        con.execute(f"attach {literal(address)} as src (type postgres, read_only)")
    except duckdb.Error as error:
        # The address may hold a password: it is not repeated.
        said = _said(error).replace(address, "the address")
        raise LoadError(f"PostgreSQL: {said}; check the address (postgresql://user@host/database)") from None
    return attached(con, "PostgreSQL")


def from_folder(con: DuckDBPyConnection, folder: Path, account: Account) -> dict[str, Table]:
    """Tables by file name, in any letter case: `person.parquet`, `PERSON.csv`, or a folder `person` with parts."""
    import duckdb

    found: dict[str, Table] = {}
    for name, files in _files(folder):
        label = files[0].name if len(files) == 1 else f"{name} ({len(files)} files)"
        if name in found:
            account.skip(label, "a table that stands there twice", "keep one of the two")
            continue
        try:
            found[name] = _parquet(con, files, label) if _ends(files[0], PARQUET) else _csv(con, files, label)
        except (duckdb.Error, OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
            account.skip(label, f"cannot be read: {_said(error)}", "write the file again")
    if not found:
        raise LoadError(
            f"{folder}: no OMOP tables (person.parquet, condition_occurrence.csv, ...) and no .ndjson files; "
            "name the folder that holds them"
        )
    return found


def _files(folder: Path) -> Iterator[tuple[str, list[Path]]]:
    """Table name and its files, Parquet before CSV."""
    for endings in (PARQUET, CSV):
        for entry in sorted(folder.iterdir()):
            stem = _stem(entry.name, (*PARQUET, *CSV))
            if stem not in TABLES:
                continue
            if entry.is_dir():
                parts = sorted(file for file in entry.rglob("*") if file.is_file() and _ends(file, endings))
                if parts:
                    yield stem, parts
            elif _ends(entry, endings):
                yield stem, [entry]


def _stem(name: str, endings: tuple[str, ...]) -> str:
    lower = name.lower()
    ending = max((one for one in endings if lower.endswith(one)), key=len, default="")
    return lower.removesuffix(ending)


def _ends(file: Path, endings: tuple[str, ...]) -> bool:
    return file.name.lower().endswith(endings)


def _parquet(con: DuckDBPyConnection, files: list[Path], label: str) -> Table:
    relation = f"read_parquet({files_literal(files)}, union_by_name = true)"
    own = [(row[0], row[1]) for row in con.execute(f"describe select * from {relation}").fetchall()]
    return Table(relation, {name.lower(): name for name, _ in own}, label, whole_ids=_whole(own))


def _csv(con: DuckDBPyConnection, files: list[Path], label: str) -> Table:
    """Every column as text: what is no number or date is noticed row by row. Nothing is guessed from the first rows."""
    delimiter, header = _header(files[0])
    names = [name.strip().lower() or f"column_{i}" for i, name in enumerate(header)]
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in dict.fromkeys(names))
    options = (
        f"{files_literal(files)}, header = true, auto_detect = false, delim = {literal(delimiter)}, quote = '\"', "
        f"escape = '\"', columns = {{{columns}}}, ignore_errors = true"
    )
    # A file with line ends of two kinds or quotes inside words is refused by the strict reader alone.
    strict = "" if _reads(con, f"read_csv({options})") else ", strict_mode = false"
    noted = "store_rejects = true, rejects_table = '_rejected', rejects_scan = '_rejected_scan'"
    noting = f"read_csv({options}{strict}, {noted})"
    return Table(f"read_csv({options}{strict})", {name: name for name in names}, label, noting)


def _reads(con: DuckDBPyConnection, relation: str) -> bool:
    import duckdb

    try:
        con.execute(f"select count(*) from {relation}").fetchall()
    except duckdb.InvalidInputException:
        return False
    return True


def _header(file: Path) -> tuple[str, list[str]]:
    with file.open("rb") as opened:
        stream = gzip.GzipFile(fileobj=opened) if file.name.lower().endswith(".gz") else opened
        first = stream.readline(LONGEST_HEADER)
    line = first.decode("utf-8-sig").rstrip("\r\n")
    delimiter = max(DELIMITERS, key=line.count)
    rows = list(csv.reader(io.StringIO(line), delimiter=delimiter))
    if not rows:
        raise csv.Error("empty")
    return delimiter, rows[0]


def note_rejected(con: DuckDBPyConnection, table: Table, account: Account) -> None:
    """Move what the last reading of a CSV table left out into the account."""
    rows = con.execute(
        "select error_type::varchar, count(*), array_to_string(min(line, ?)::varchar[], ', ') "
        "from (select distinct error_type, line from _rejected) group by 1",
        [NAMED],
    ).fetchall()
    for kind, count, lines in rows:
        reason, fix = CSV_REASONS.get(kind, (kind.lower(), MENDED))
        account.skip(table.label, reason, fix, count, f"line {lines}" if lines else "")
    con.execute("drop table _rejected")
    con.execute("drop table _rejected_scan")


def _whole(columns: list[tuple[str, str]]) -> frozenset[str]:
    return frozenset(
        name.lower() for name, kind in columns if kind in ("BIGINT", "INTEGER", "SMALLINT", "TINYINT", "UINTEGER")
    )


def _said(error: Exception) -> str:
    text = str(getattr(error, "strerror", None) or error).splitlines()
    return (text[0] if text else type(error).__name__)[:200].rstrip(" .;")
