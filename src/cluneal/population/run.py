"""From a path with records to a folder with everything in it."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..knowledge import load as load_knowledge
from ..knowledge import load_draws
from ..language import words
from . import Loaded, batches, files, journey, load, summary
from .folder import MADE_BY, WORK, Folder
from .queue import QUEUE
from .report import report
from .screen import SPARK, Engine, Screened, Screening, Tell, Wanted, here, knowledge_version

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def run(source: str, out: Path, wanted: Wanted, tell: Tell = lambda _: None) -> Screened:
    """Screen the records at `source` into the folder `out`.

    Raises:
        BadFolder: `out` cannot be written to, or holds something else.
        LoadError: nothing there can be read as records.
        NoSpark: Spark was asked for and is not installed.
        UnknownSetting: no such setting or prior.
    """
    began = time.monotonic()
    say = words()["screen"].progress
    screening = Screening(load_knowledge(), load_draws(), wanted, tell)
    with Folder(out) as partial:
        tell(say.reading)
        loaded = load(source, workdir=partial / WORK, memory=wanted.memory, as_of=wanted.as_of)
        con = loaded.con
        try:
            tell(say.journey)
            engine = _engine(wanted.engine, con, partial / WORK)
            done = screening.scored(con, engine, partial / files.POSTERIORS_FILE, loaded.synthetic)
            tell(say.writing)
            write(partial, con, screening, done, loaded)
        finally:
            con.close()
    tell(say.done(seconds=f"{time.monotonic() - began:.1f}", folder=out))
    return done


def _engine(name: str, con: DuckDBPyConnection, work: Path) -> Engine:
    """Walk the journey with this engine; what scores those who took it."""
    if name == SPARK:
        from .spark import Cluster

        return Cluster(con, work).journey()
    journey(con)
    return here(con, lambda coded: batches(con, coded))


def write(partial: Path, con: DuckDBPyConnection, screening: Screening, done: Screened, loaded: Loaded) -> None:
    """Everything but the posteriors, which are written as they come."""
    knowledge, synthetic = screening.knowledge, loaded.synthetic
    files.write(partial / files.QUEUE_FILE, files.queue_rows(con, done.found), files.queue_schema(), synthetic)
    evidence = files.evidence_rows(con, done.found, knowledge)
    files.write(partial / files.EVIDENCE_FILE, evidence, files.evidence_schema(), synthetic)
    attrition(partial / files.ATTRITION_FILE, done.summary.steps)
    about = about_run(screening, done, loaded)
    (partial / files.RUN_FILE).write_text(json.dumps(about, indent=1, default=str) + "\n", encoding="utf-8")
    (partial / files.REPORT_FILE).write_text(report(done.summary, about), encoding="utf-8")


def attrition(path: Path, steps: Iterable[summary.Step]) -> None:
    """The steps as CSV, as they may leave: small counts hidden, the others rounded."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("step", "name", "people", "why"))
        table.writerows((number, one.name, summary.said(one.people), one.why) for number, one in enumerate(steps, 1))


def about_run(screening: Screening, done: Screened, loaded: Loaded) -> dict[str, Any]:
    """`run.json`. No time of day stands in it: the same run gives the same file."""
    wanted, model = screening.wanted, screening.model
    return {
        "made_by": MADE_BY,
        "version": __version__,
        "knowledge": knowledge_version(),
        "synthetic": loaded.synthetic,
        "leaves": {**dict.fromkeys(files.MAY_LEAVE, True), **dict.fromkeys(files.STAY, False)},
        "options": {
            "capacity": wanted.capacity,
            "setting": wanted.setting,
            "prior": wanted.prior,
            "power": model.power,
            "odds_ratio": wanted.odds_ratio,
        },
        "as_of": loaded.as_of.isoformat(),
        "input": loaded.account,
        "scored": done.summary.scored,
        "queue": sum(one.part == QUEUE for one in done.found),
        "attrition": [{"name": one.name, "people": one.people, "why": one.why} for one in done.summary.steps],
        "yield": [
            {"prior": one.prior, "people": one.people, "expected": one.expected, "low": one.low, "high": one.high}
            for one in done.summary.yields
        ],
    }
