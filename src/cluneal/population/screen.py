"""A whole screening: records in; queue, evidence, attrition, yield and report out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..frozen import frozen
from ..knowledge.care import RedFlag
from ..knowledge.draws import Draws
from ..knowledge.schema import Knowledge
from ..knowledge.store import ROOT
from ..language import Words, words
from ..pathway import URGENCIES, Assessor
from ..reasoning import Model
from ..reasoning.batch import Matrix, Reals
from ..reasoning.model import CHOSEN
from . import files, summary
from .flags import Flags
from .queue import Candidates, Entry, Front, entries, near_misses, ranked
from .score import PERSON, Answers, Completion, People, Scorer, coded_matrix, for_site
from .yield_ import Yield, expected_yield

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

CAPACITY, SETTING = 40, "pain_or_spine_clinic"
DUCKDB, SPARK = "duckdb", "spark"
SCEPTIC, GUIDE = "sceptic", "guide"
MEMORY = re.compile(r"\d+(\.\d+)?\s?[KMGT]i?B", re.IGNORECASE)
URGENCY = "urgency"
# Of equal chances whoever was injected or operated on more often goes first, then whoever has waited longer: nobody has
# waited 50,000 days.
PEOPLE = """
select
  j.person_id,
  cast(year(j.index_day) - p.birth_year as double) as age,
  coalesce(p.sex, '') as sex,
  cast((j.injections + j.operations) * 50000 + j.days_since_first as double) as tie
from journey j join person p on p.person_id = j.person_id
"""

Tell = Callable[[str], None]
# Given the findings that have codes: everybody's, batch by batch, in the order of their ids.
Batches = Callable[[Sequence[str]], "Iterator[pa.RecordBatch]"]


@frozen
class Scored:
    """Some people, in the order of their ids: what is known of them, their posteriors, their urgency by its place."""

    people: People
    answers: Answers
    posteriors: Reals
    urgency: Matrix


# Who is scored, by which rules and which model: everybody, batch by batch.
Engine = Callable[["Kernel"], "Iterator[Scored]"]


class Kernel:
    """What turns coded findings into posteriors and red flags; it can be sent to another process."""

    def __init__(self, model: Model, coded: Sequence[str], rules: Iterable[RedFlag]) -> None:
        self.completion = Completion(model.knowledge.findings, coded)
        self.flags = Flags(rules, self.completion.findings)
        self.scorer = Scorer(model, self.completion)

    def score(self, people: People, coded: Matrix) -> Scored:
        """Score people from their coded findings, of shape (people, coded findings)."""
        answers = self.completion.answers(coded, people.age, people.sex)
        urgency = self.flags.urgency(self.flags.fired(answers, people.age))
        return Scored(people, answers, self.scorer.posteriors(answers), urgency)


def here(con: DuckDBPyConnection, batches: Batches) -> Engine:
    """The engine of one machine: batches from the database, scored in this process."""

    def scored(kernel: Kernel) -> Iterator[Scored]:
        everybody = people_of(con)
        for batch in batches(kernel.completion.coded):
            ids, coded = coded_matrix(batch, kernel.completion.coded)
            yield kernel.score(everybody.of(ids), coded)

    return scored


@frozen
class Wanted:
    """What somebody asks of a screening.

    `power` and `odds_ratio` are a site's own: see `score.for_site`. `as_of` is the day of the reading, or else today.
    """

    capacity: int = CAPACITY
    setting: str = SETTING
    prior: str = CHOSEN
    memory: str | None = None
    power: float | None = None
    odds_ratio: float = 1.0
    as_of: date | None = None
    engine: str = DUCKDB


@frozen
class Screened:
    """Who is in the queue or beside it, in the order of reading, and all counts."""

    found: list[Entry]
    summary: summary.Summary


class Screening:
    """The knowledge made ready for one setting, prior and site.

    Raises:
        UnknownSetting: no such setting or prior.
    """

    def __init__(self, knowledge: Knowledge, draws: Draws, wanted: Wanted, tell: Tell = lambda _: None) -> None:
        self.knowledge = knowledge
        self.wanted = wanted
        self.tell = tell
        self.say: Words = words()["screen"]
        self.assessor = Assessor(knowledge, draws, wanted.prior)
        own = self.assessor.model(wanted.setting)
        adapted = wanted.power is not None or wanted.odds_ratio != 1
        power = knowledge.model.power if wanted.power is None else wanted.power
        self.model = for_site(own, power, wanted.odds_ratio) if adapted else own

    def scored(
        self, con: DuckDBPyConnection, engine: Engine, posteriors: Path | None = None, synthetic: bool = False
    ) -> Screened:
        """Score everybody in the journey, and put together the queue.

        Args:
            con: has the tables `person`, `journey`, `finding`, `event`, `concept_role` and `attrition`.
            engine: scores everybody; see `here`.
            posteriors: where everybody's posteriors are written; nowhere without it.
            synthetic: what that file says of the people in it.
        """
        known = self.knowledge.findings
        coded = [name for (name,) in con.execute("select distinct finding from finding").fetchall() if name in known]
        kernel = Kernel(self.model, sorted(coded), self.knowledge.redflags.values())
        completion, flags, cluneal = kernel.completion, kernel.flags, kernel.scorer.cluneal
        count = self.wanted.capacity + near_misses(self.wanted.capacity)
        front = Front(count)
        chances = summary.histogram(np.empty(0))
        flagged = np.zeros(len(URGENCIES), np.int64)
        done = 0
        with _Posteriors(posteriors, kernel.scorer.outcomes, synthetic) as kept:
            for some in engine(kernel):
                front.add(Candidates(some.people, some.answers, some.posteriors[:, cluneal]))
                chances += summary.histogram(some.posteriors[:, cluneal])
                flagged += np.bincount(some.urgency, minlength=len(URGENCIES))
                kept.add(some)
                done += len(some.people)
                self.tell(self.say.progress.scored(count=f"{done:,}"))
        exact = Scorer(self.model, completion, np.float64)
        best = front.people()
        best = ranked(best, exact, count) if best is not None else None
        found = entries(best, self.wanted.capacity, self.assessor, exact, flags) if best is not None else []
        queue = best.rows(np.arange(min(len(best), self.wanted.capacity))) if best is not None else None
        return Screened(
            found,
            summary.Summary(
                steps=summary.steps(con),
                scored=done,
                queued=0 if queue is None else len(queue),
                chances=summary.by_chance(chances, found),
                findings=summary.findings_held(con, self.knowledge, found),
                groups=summary.groups(con, found),
                flagged=summary.by_urgency(flagged, found),
                yields=() if queue is None else tuple(self._yields(queue.answers, completion)),
            ),
        )

    def _yields(self, answers: Answers, completion: Completion) -> Iterator[Yield]:
        """What the same queue is expected to hold, if the sceptics, the studies or the guide are right."""
        for prior in dict.fromkeys((SCEPTIC, self.wanted.prior, GUIDE)):
            model = self.model if prior == self.wanted.prior else self.model.with_prior(prior)
            scorer = Scorer(model, completion, np.float64)
            drawn = scorer.cluneal_in_every_draw(answers)
            points = scorer.posteriors(answers)[:, scorer.cluneal]
            yield expected_yield(prior, points, drawn, self.knowledge.model.interval)


class _Posteriors:
    """Everybody's posteriors, written as they come."""

    def __init__(self, path: Path | None, outcomes: Sequence[str], synthetic: bool) -> None:
        self.path, self.outcomes, self.synthetic = path, outcomes, synthetic
        self._writer: Any = None

    def __enter__(self) -> _Posteriors:
        if self.path is not None:
            import pyarrow as pa
            import pyarrow.parquet as pq

            columns = [(PERSON, pa.int64()), *((name, pa.float32()) for name in self.outcomes), (URGENCY, pa.string())]
            schema = files.marked(pa.schema(columns), self.synthetic)
            self._writer = pq.ParquetWriter(self.path, schema, compression="zstd")
        return self

    def add(self, some: Scored) -> None:
        if self._writer is None:
            return
        import pyarrow as pa

        columns = [pa.array(some.people.ids), *(pa.array(column) for column in some.posteriors.T)]
        columns.append(pa.array(np.array(URGENCIES)[some.urgency], pa.string()))
        self._writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=self._writer.schema))

    def __exit__(self, *_: object) -> None:
        if self._writer is not None:
            self._writer.close()


def people_of(con: DuckDBPyConnection) -> People:
    """Everybody in the journey, by id."""
    rows = con.execute(f"{PEOPLE} order by person_id").fetchnumpy()
    age, tie = (np.ma.filled(rows[name].astype(np.float64), np.nan) for name in ("age", "tie"))
    return People(np.asarray(rows["person_id"], np.int64), age, np.asarray(rows["sex"], "U1"), tie)


def knowledge_version(root: Path = ROOT) -> str:
    """A short sign of everything that is known: the same text, the same sign."""
    digest = hashlib.sha256()
    for path in sorted((*root.rglob("*.yaml"), *root.rglob("*.json"))):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
