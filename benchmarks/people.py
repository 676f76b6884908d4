"""Invented people: answers as the model expects them, a share of them not asked, none contradicting another."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from cluneal.knowledge.schema import Knowledge
from cluneal.reasoning import Model, compile
from cluneal.reasoning.batch import ABSENT, NOT_ASKED, PRESENT, Batch, Matrix
from cluneal.reasoning.evidence import implied_by
from cluneal.reasoning.model import probability


def people(batch: Batch, count: int, missing: tuple[float, float], seed: int = 1) -> Matrix:
    """Shape (count, columns). The share not asked differs between people, evenly between the two given."""
    rng = np.random.default_rng(seed)
    states = rng.choice(len(batch.model.states), size=count, p=prior(batch))
    drawn = rng.random((count, len(batch.columns))) < chances(batch)[states]
    matrix = np.where(drawn, PRESENT, ABSENT).astype(np.int8)
    shares = rng.uniform(*missing, size=(count, 1))
    matrix[rng.random(matrix.shape) < shares] = NOT_ASKED
    return agreeing(batch, matrix)


def prior(batch: Batch) -> NDArray[np.float64]:
    """The share of people in each state."""
    weights = np.array(batch.model.prior_weights)
    shares: NDArray[np.float64] = weights / weights.sum()
    return shares


def chances(batch: Batch) -> NDArray[np.float64]:
    """P(finding present | state): shape (states, columns)."""
    model = batch.model
    return np.array([[probability(model.knowledge, state, name) for name in batch.columns] for state in model.states])


def agreeing(batch: Batch, matrix: Matrix) -> Matrix:
    """The same people without contradictions, changed in place: what a present finding implies is filled in."""
    vocabulary = batch.model.knowledge.findings
    position = {name: i for i, name in enumerate(batch.columns)}
    implied = [
        (i, position[o]) for n, i in position.items() for o in sorted(implied_by(n, vocabulary)) if o in position
    ]
    excluded = [(i, position[o]) for n, i in position.items() for o in vocabulary[n].implies_absent if o in position]
    before = np.empty_like(matrix)
    while not np.array_equal(before, matrix):
        before[:] = matrix
        for column, other in excluded:
            matrix[(matrix[:, column] == PRESENT) & (matrix[:, other] == PRESENT), other] = ABSENT
        for column, other in implied:
            present = matrix[:, column] == PRESENT
            matrix[present & (matrix[:, other] == ABSENT), column] = NOT_ASKED
            matrix[present & (matrix[:, other] == NOT_ASKED), other] = PRESENT
    return matrix


def answers(batch: Batch, row: Matrix) -> dict[str, bool | None]:
    """One person's answers by name."""
    return {
        name: value == PRESENT for name, value in zip(batch.columns, row.tolist(), strict=True) if value != NOT_ASKED
    }


def as_network(knowledge: Knowledge) -> Knowledge:
    """The same numbers as an ordinary Bayesian network: answers independent given the state, none discounted."""
    findings = {
        name: dataclasses.replace(finding, implies=(), implies_absent=(), scale=None)
        for name, finding in knowledge.findings.items()
    }
    groups = {name: dataclasses.replace(group, correlation=0.0) for name, group in knowledge.groups.items()}
    model = dataclasses.replace(knowledge.model, power=1.0)
    return dataclasses.replace(knowledge, findings=findings, groups=groups, model=model)


def network_model(model: Model) -> Model:
    """The model of `as_network` for the same setting."""
    return compile(as_network(model.knowledge), model.setting)
