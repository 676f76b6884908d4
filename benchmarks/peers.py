"""The same posterior by other people's software. Each takes our numbers and returns a function from people to answers.

Answers have the shape of `Batch.posteriors`. Turning a library's own result into that shape is part of the time only
where a user would have to do it for every person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cluneal.reasoning.batch import NOT_ASKED, Batch, Matrix, Reals
from cluneal.reasoning.table import POSTERIOR_SQL

from .people import answers, chances, prior

Engine = Callable[[Matrix], Reals]


def plain_python(batch: Batch) -> Engine:
    """Our engine for one person, person by person."""

    def score(matrix: Matrix) -> Reals:
        rows = []
        for row in matrix:
            result = batch.model.differential(answers(batch, row), intervals=False)
            rows.append(
                [*(result.causes[cause].probability for cause in batch.model.causes), result.cannot_tell.probability]
            )
        return np.array(rows)

    return score


def scikit_learn(batch: Batch) -> Engine:
    """Bernoulli naive Bayes with the states as classes. It has no missing values: every answer must be given."""
    from sklearn.naive_bayes import BernoulliNB

    classifier = BernoulliNB(binarize=None)
    classifier.classes_ = np.arange(len(batch.model.states))
    classifier.n_features_in_ = len(batch.columns)
    classifier.class_log_prior_ = np.log(batch.model.prior_weights)
    classifier.feature_log_prob_ = np.log(chances(batch))
    members = _members(batch)

    def score(matrix: Matrix) -> Reals:
        result: Reals = classifier.predict_proba(matrix) @ members
        return result

    return score


def pgmpy(batch: Batch) -> Engine:
    """Variable elimination in a Bayesian network: the state, and every finding depending on it alone."""
    from pgmpy.factors.discrete import TabularCPD
    from pgmpy.inference import VariableElimination
    from pgmpy.models import DiscreteBayesianNetwork

    states = len(batch.model.states)
    network = DiscreteBayesianNetwork([("state", name) for name in batch.columns])
    tables = [TabularCPD("state", states, [[p] for p in prior(batch)])]
    for name, p in zip(batch.columns, chances(batch).T, strict=True):
        tables.append(TabularCPD(name, 2, [1 - p, p], ["state"], [states]))
    network.add_cpds(*tables)
    inference = VariableElimination(network)
    members = _members(batch)

    def score(matrix: Matrix) -> Reals:
        rows = [
            inference.query(["state"], evidence=_evidence(batch, row), show_progress=False).values for row in matrix
        ]
        return np.array(rows) @ members

    return score


def pyagrum(batch: Batch) -> Engine:
    """Lazy propagation in the same network, one thread."""
    import pyagrum as library

    gum: Any = library
    states = len(batch.model.states)
    network = gum.BayesNet("people")
    network.add(gum.LabelizedVariable("state", "", states))
    network.cpt("state").fillWith(prior(batch).tolist())
    for name, p in zip(batch.columns, chances(batch).T, strict=True):
        network.add(gum.LabelizedVariable(name, "", 2))
        network.addArc("state", name)
        network.cpt(name)[:] = np.stack([1 - p, p], axis=1)
    inference = gum.LazyPropagation(network)
    inference.setNumberOfThreads(1)
    inference.setTargets({"state"})
    members = _members(batch)

    def score(matrix: Matrix) -> Reals:
        rows = []
        for row in matrix:
            inference.setEvidence(_evidence(batch, row))
            inference.makeInference()
            rows.append(inference.posterior("state").toarray())
        return np.array(rows) @ members

    return score


@contextmanager
def duckdb(batch: Batch) -> Iterator[Engine]:
    """The table form of the model in SQL, one thread. Loading the answers into a table is not counted."""
    import duckdb as library

    with library.connect(":memory:", config={"threads": 1}) as connection:
        tables = batch.model.to_table()
        for name, definition in tables.columns.items():
            connection.execute(f"create table {name} ({definition})")
            _insert(connection, name, definition, getattr(tables, name))
        loaded: list[Matrix] = []

        def score(matrix: Matrix) -> Reals:
            if not loaded or loaded[0] is not matrix:
                loaded[:] = [matrix]
                _load(connection, batch, matrix)
            found = connection.execute(POSTERIOR_SQL).fetchnumpy()
            order = {name: i for i, name in enumerate(batch.outcomes)}
            result = np.empty((len(matrix), len(order)))
            result[found["person"], [order[name] for name in found["outcome"]]] = found["probability"]
            return result

        yield score


def _load(connection: Any, batch: Batch, matrix: Matrix) -> None:
    definition = "person integer, finding text, value boolean"
    connection.execute(f"create or replace table answers ({definition})")
    people, columns = np.nonzero(matrix != NOT_ASKED)
    rows = zip(
        people.tolist(),
        [batch.columns[column] for column in columns],
        (matrix[people, columns] == 1).tolist(),
        strict=True,
    )
    _insert(connection, "answers", definition, list(rows))


def _insert(connection: Any, name: str, definition: str, rows: list[Any]) -> None:
    unnested = ", ".join(f"unnest(?::{column.split(' ', 1)[1]}[])" for column in definition.split(", "))
    if rows:
        connection.execute(
            f"insert into {name} select {unnested}", [list(column) for column in zip(*rows, strict=True)]
        )


def _members(batch: Batch) -> NDArray[np.float64]:
    """Which states make up each outcome: shape (states, outcomes)."""
    members = np.zeros((len(batch.model.states), len(batch.outcomes)))
    for i, state in enumerate(batch.model.states):
        for outcome in state.causes or (batch.outcomes[-1],):
            members[i, batch.outcomes.index(outcome)] = 1
    return members


def _evidence(batch: Batch, row: Matrix) -> dict[str, int]:
    return {name: int(value) for name, value in answers(batch, row).items() if value is not None}
