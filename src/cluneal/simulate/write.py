"""Simulated records in a folder, whole or not at all, with the truth beside them and never among them."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

import numpy as np

from .. import __version__
from .fhir import Fhir
from .log import COLUMNS, Events
from .omop import Omop
from .parameters import parameters
from .people import NEVER, People, cause_names
from .records import SYNTHETIC, truth
from .world import Block, Request, blocks

FORMS = {"omop": ("parquet", "csv"), "fhir": ("ndjson",)}
README = f"""{SYNTHETIC}

records/   what a health system would have: the only folder to give to `cluneal screen`
truth/     what really was: truth.parquet has a line for every person; run.json says how it was made

The people, their pain, their doctors and their codes are made up by a program (cluneal {__version__}). Nothing here is
evidence about real people. Never mix it with real records.
"""


class CannotWrite(Exception):
    """The folder cannot be written; says why and what to do."""


@dataclass(frozen=True)
class Written:
    """How much there is."""

    persons: int
    events: int
    cluneal: int
    recognised: int
    mislabelled: int


def simulate(
    request: Request,
    out: Path,
    standard: str = "omop",
    form: str | None = None,
    *,
    together: int | None = None,
    told: Callable[[int], None] = lambda persons: None,
) -> Written:
    """Write the records, and say how much there is.

    Args:
        request: how many people, from which seed, how well coded.
        out: a folder that is not there yet.
        standard: `omop` or `fhir`.
        form: `parquet` or `csv` for OMOP.
        together: blocks written at once. Changes no line of what is written.
        told: is called with the number of people done.

    Raises:
        CannotWrite: the folder is there, is being written by another run, or the disk says no. Nothing is left behind.
    """
    writer_of = {"omop": Omop, "fhir": Fhir}[standard]
    with _whole(out) as partial:
        records, beside = partial / "records", partial / "truth"
        records.mkdir()
        beside.mkdir()
        (partial / "README.txt").write_text(README, encoding="utf-8")
        sign = {"synthetic": True, "made_by": f"cluneal simulate {__version__}", "says": SYNTHETIC}
        (records / "SYNTHETIC.json").write_text(json.dumps(sign, indent=2) + "\n", encoding="utf-8")
        writer = writer_of(records, form or FORMS[standard][0])
        done = Written(0, 0, 0, 0, 0)
        from pyarrow import parquet

        lines = None
        try:
            for block in joined(blocks(request), together or writer.together):
                writer.add(block)
                table = truth(block)
                lines = lines or parquet.ParquetWriter(beside / "truth.parquet", table.schema)
                lines.write_table(table)
                done = _count(done, block)
                told(done.persons)
        finally:
            writer.close()
            if lines:
                lines.close()
        run = {"synthetic": True, "version": __version__, **asdict(request), "as": standard, **asdict(done)}
        (beside / "run.json").write_text(json.dumps(run, indent=2) + "\n", encoding="utf-8")
    return done


def joined(parts: Iterable[Block], together: int) -> Iterator[Block]:
    """Blocks, so many as one."""
    kept: list[Block] = []
    for part in parts:
        kept.append(part)
        if len(kept) == together:
            yield _joined(kept)
            kept = []
    if kept:
        yield _joined(kept)


def _joined(parts: list[Block]) -> Block:
    if len(parts) == 1:
        return parts[0]
    first = parts[0].first
    moved = [replace(part.events, who=part.events.who + np.int32(part.first - first)) for part in parts]
    return Block(
        first=first,
        people=People(*(np.concatenate([getattr(part.people, one.name) for part in parts]) for one in fields(People))),
        events=Events(*(np.concatenate([getattr(events, name) for events in moved]) for name in COLUMNS)),
        recognised_day=np.concatenate([part.recognised_day for part in parts]),
        mislabelled_day=np.concatenate([part.mislabelled_day for part in parts]),
    )


def _count(done: Written, block: Block) -> Written:
    names = cause_names()
    forms = [names.index(one) for one in parameters().cluneal.forms]
    return Written(
        done.persons + len(block.people),
        done.events + len(block.events),
        done.cluneal + int(np.isin(block.people.cause, forms).sum()),
        done.recognised + int((block.recognised_day < NEVER).sum()),
        done.mislabelled + int((block.mislabelled_day < NEVER).sum()),
    )


@contextmanager
def _whole(out: Path) -> Iterator[Path]:
    """A folder to fill that becomes `out` at the end, or goes away with all that is in it."""
    if out.exists() or out.is_symlink():
        raise CannotWrite(f"{out}: is there already; name a new folder")
    if not out.parent.is_dir():
        raise CannotWrite(f"{out}: no folder {out.parent}; make it first or name another")
    partial = out.with_name(f"{out.name}.partial")
    with _locked(partial):
        try:
            yield partial
            os.rename(partial, out)
        except OSError as error:
            said = (error.strerror or str(error)).lower()
            raise CannotWrite(f"{out}: {said}; nothing was left behind: make room or name another folder") from None
        finally:
            shutil.rmtree(partial, ignore_errors=True)


@contextmanager
def _locked(partial: Path) -> Iterator[None]:
    """The folder, new and ours. What a killed run left there is removed; one that another run fills is left alone."""
    try:
        partial.mkdir(exist_ok=True)
        held = os.open(partial, os.O_RDONLY)
    except OSError as error:
        raise CannotWrite(f"{partial}: {(error.strerror or str(error)).lower()}; name another folder") from None
    try:
        with suppress(ImportError):
            import fcntl

            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise CannotWrite(f"{partial}: another run is writing it; wait for it or name another folder") from None
        for left in partial.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        yield
    finally:
        os.close(held)
