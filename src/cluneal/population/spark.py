"""The journey and the scoring on Spark: the same SQL texts, and the same kernel through `mapInArrow`.

Records are read as ever, by DuckDB on the machine that starts this, and handed over as Parquet in the work folder;
other machines must see it too. What comes back is only about those who took the journey.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..reasoning.batch import NOT_ASKED, Matrix
from .journeys import AT_ONCE, STEPS, attrition, rules, text
from .score import PERSON, People, coded_matrix
from .screen import PEOPLE, URGENCY, Engine, Kernel, Scored

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

# From the records, and from the knowledge.
READ = ("person", "event", "refuted", "observed")
RULES = ("rule", "concept_role", "told", "no_relief", "no_relief_then", "lasting")
# The two functions in which dialects differ: see sql/duckdb.sql.
DIALECT = (
    "create or replace temporary function days_between(first_day date, last_day date) returns int "
    "return datediff(last_day, first_day)",
    "create or replace temporary function add_days(a_day date, days int) returns date return date_add(a_day, days)",
)
WHO = ((PERSON, "bigint"), ("age", "double"), ("sex", "string"), ("tie", "double"))
# Before an outcome's name: a finding may have the same.
CHANCE = "p_"


class NoSpark(RuntimeError):
    """Spark is not there. The message says how to get it."""


class Cluster:
    """Spark, with the records of one screening.

    Raises:
        NoSpark: pyspark is not installed.
    """

    def __init__(self, con: DuckDBPyConnection, work: Path) -> None:
        try:
            from pyspark.sql import SparkSession
        except ImportError:
            raise NoSpark("spark is not installed; pip install 'cluneal[cluster]', or leave --engine out") from None
        # Workers start whatever "python3" is first on the path, which need not have what this one has.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        self.con = con
        self.work = work
        self.session = (
            SparkSession.builder.appName("cluneal screen")
            .config("spark.sql.execution.arrow.pyspark.enabled", "true")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.ui.enabled", "false")
            .getOrCreate()
        )
        context = self.session.sparkContext
        context.setLogLevel("ERROR")
        if context.master.startswith("local"):
            # Two hundred pieces, the default, are for a cluster.
            self.session.conf.set("spark.sql.shuffle.partitions", str(2 * context.defaultParallelism))

    def journey(self) -> Engine:
        """Run every step, bring back who took the journey and why the others did not, and be ready to score."""
        rules(self.con)
        for name in (*READ, *RULES):
            path = self.work / f"{name}.parquet"
            self.con.execute(f"copy (select * from {name}) to '{_literal(path)}' (format parquet)")  # noqa: S608
            self.session.read.parquet(os.fspath(path)).createOrReplaceTempView(name)
        for function in DIALECT:
            self.session.sql(function)
        for step in STEPS:
            # Written down, as a database does: a plan that holds all steps before it is slower to plan than to run.
            made = os.fspath(self.work / f"{step}.spark")
            self.session.sql(text(step)).write.mode("overwrite").parquet(made)
            self.session.read.parquet(made).createOrReplaceTempView(step)
        for name in ("journey", "finding"):
            self._back(name, self.session.table(name))
        self._back("passage", self.session.sql("select stopped from passage"))
        attrition(self.con)
        return self.scored

    def _back(self, name: str, frame: Any) -> None:
        self.con.register("came_back", frame.toArrow())
        self.con.execute(f"create or replace table {name} as select * from came_back")  # noqa: S608 - our own name
        self.con.unregister("came_back")

    def scored(self, kernel: Kernel) -> Iterator[Scored]:
        """Everybody in the journey, scored by the workers; an `Engine`."""
        coded, outcomes = kernel.completion.coded, kernel.scorer.outcomes
        said = "".join(
            f", coalesce(max(case when f.finding = '{name}' then cast(f.value as tinyint) end), "
            f"cast({NOT_ASKED} as tinyint)) as `{name}`"
            for name in coded
        )
        wide = self.session.sql(
            f"with who as ({PEOPLE}) "  # noqa: S608 - names of the knowledge
            f"select who.person_id, first(age) as age, first(sex) as sex, first(tie) as tie{said} "
            "from who left join finding f on f.person_id = who.person_id group by who.person_id"
        )
        columns = [
            *WHO,
            *((name, "tinyint") for name in coded),
            *((CHANCE + name, "float") for name in outcomes),
            (URGENCY, "tinyint"),
        ]
        names = [name for name, _ in columns]

        def each(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            for batch in batches:
                yield _out(batch, kernel, names)

        done = wide.mapInArrow(each, ", ".join(f"`{name}` {kind}" for name, kind in columns)).orderBy(PERSON)
        for batch in done.toArrow().to_batches(max_chunksize=AT_ONCE):
            yield _in(batch, kernel)


def _out(batch: pa.RecordBatch, kernel: Kernel, names: Sequence[str]) -> pa.RecordBatch:
    """One batch on a worker: what came in, with posteriors and urgency."""
    import pyarrow as pa

    people, coded = _who(batch), _coded(batch, kernel)
    done = kernel.score(people, coded)
    added = [*(pa.array(column, pa.float32()) for column in done.posteriors.T), pa.array(done.urgency, pa.int8())]
    return pa.RecordBatch.from_arrays([*batch.columns, *added], names=list(names))


def _in(batch: pa.RecordBatch, kernel: Kernel) -> Scored:
    """One batch that came back, as it would be here."""
    people, coded = _who(batch), _coded(batch, kernel)
    answers = kernel.completion.answers(coded, people.age, people.sex)
    columns = [batch.column(CHANCE + name).to_numpy(zero_copy_only=False) for name in kernel.scorer.outcomes]
    posteriors = np.ascontiguousarray(np.array(columns, np.float32).T)
    return Scored(people, answers, posteriors, batch.column(URGENCY).to_numpy(zero_copy_only=False))


def _who(batch: pa.RecordBatch) -> People:
    age = batch.column("age").to_numpy(zero_copy_only=False).astype(np.float64)
    sex = np.array(batch.column("sex").to_pylist(), "U1")
    return People(
        batch.column(PERSON).to_numpy(zero_copy_only=False),
        age,
        sex,
        batch.column("tie").to_numpy(zero_copy_only=False),
    )


def _coded(batch: pa.RecordBatch, kernel: Kernel) -> Matrix:
    return coded_matrix(batch, kernel.completion.coded)[1]


def _literal(path: Path) -> str:
    return os.fspath(path).replace("'", "''")
