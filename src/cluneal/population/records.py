"""Records in: find out what they are, read them with bounded memory, and say what was left out."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..frozen import frozen
from .account import LoadError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Enough that a million people with fifty events each need no disk, and less than the two gigabytes promised for all.
MEMORY = "1300MB"
SPILL = "spill"
DUCKDB_MAGIC = b"DUCK"
MAGIC_AT = 8
POSTGRES = re.compile(r"postgres(?:ql)?:/{1,2}")
NDJSON = (".ndjson", ".ndjson.gz")


@frozen
class Loaded:
    """Records, ready for the journey.

    `con` has `person`, `event`, `refuted`, `observed`. `account` says what was read and what was skipped, as plain
    data. `as_of` is the day of the reading: nothing later counts.
    """

    con: DuckDBPyConnection
    account: dict[str, Any]
    synthetic: bool
    as_of: date


def load(path: Path | str, *, workdir: Path, memory: str | None = None, as_of: date | None = None) -> Loaded:
    """Read OMOP CDM 5.4 (DuckDB file, folder of Parquet or CSV, PostgreSQL address) or FHIR R4 bulk NDJSON.

    A bad row never stops the reading: it stands in the account.

    Args:
        path: file, folder, or `postgresql://user@host/database`.
        workdir: an existing folder for what does not fit into memory.
        memory: limit of the database ("4GB"), 1300 MB by default.
        as_of: the day of the reading, today by default.

    Raises:
        LoadError: nothing here can be read as records. The message names the place and the fix.
    """
    day = as_of or date.today()
    con = connect(workdir, memory)
    try:
        return _load(con, path, workdir, day)
    except BaseException:
        con.close()
        raise


def check_place(place: str) -> None:
    """See that there is something at the place that was named; a database is asked when it is read.

    Raises:
        LoadError: nothing is there.
    """
    if not POSTGRES.match(place) and not Path(place).exists():
        raise LoadError(f"{place}: no such file or folder; check the name")


def _load(con: DuckDBPyConnection, path: Path | str, workdir: Path, day: date) -> Loaded:
    from . import fhir, omop

    said = str(path)
    if POSTGRES.match(said):
        account, synthetic = omop.from_postgres(con, POSTGRES.sub("postgresql://", said), day)
        return Loaded(con, account, synthetic, day)
    check_place(said)
    place = Path(path)
    if place.is_file():
        if not _is_duckdb(place):
            raise LoadError(f"{place}: not a DuckDB file; name the folder that holds the Parquet, CSV or NDJSON files")
        account, synthetic = omop.from_duckdb(con, place, day)
    elif ndjson := sorted(file for file in place.rglob("*") if file.name.lower().endswith(NDJSON) and file.is_file()):
        account, synthetic = fhir.from_folder(con, place, ndjson, workdir, day)
    else:
        account, synthetic = omop.from_folder(con, place, day)
    return Loaded(con, account, synthetic, day)


def connect(workdir: Path, memory: str | None = None) -> DuckDBPyConnection:
    """A database in memory that spills into `workdir`.

    Raises:
        LoadError: no such folder, or a limit that is none.
    """
    import duckdb

    if not workdir.is_dir():
        raise LoadError(f"{workdir}: no such folder; make it, or name another")
    con = duckdb.connect(
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "preserve_insertion_order": "false",
            "temp_directory": os.fspath(workdir / SPILL),
        }
    )
    # A name in a query is a table, never a variable of this program.
    con.execute("set python_enable_replacements = false")
    try:
        con.execute(f"set memory_limit = {literal(memory or MEMORY)}")
    except duckdb.Error:
        con.close()
        raise LoadError(f"memory {memory!r}: not an amount of memory; write for example 4GB") from None
    return con


def _is_duckdb(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            opened.seek(MAGIC_AT)
            return opened.read(len(DUCKDB_MAGIC)) == DUCKDB_MAGIC
    except OSError as error:
        raise LoadError(f"{file}: {(error.strerror or str(error)).lower()}; check the file") from None


def literal(text: str) -> str:
    """Text as a SQL literal: quotes doubled, so that no name can end it."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """A name as a SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def files_literal(files: list[Path]) -> str:
    """Paths as a list for a table function. Signs that a pattern would read are taken as they are."""
    return "[" + ", ".join(literal(re.sub(r"([*?\[])", r"[\1]", os.fspath(file))) for file in files) + "]"


def insert(con: DuckDBPyConnection, table: str, rows: Sequence[Sequence[Any]]) -> None:
    """Rows into a table of ours, column by column: a thousand times faster than row by row."""
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        con.execute(f"insert into {table} select {', '.join('unnest(?)' for _ in columns)}", columns)
