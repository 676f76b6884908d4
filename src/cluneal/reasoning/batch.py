"""Many people at once: the same model as matrices, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .evidence import Findings, nearer_pairs
from .intervals import powered_rows

if TYPE_CHECKING:
    from .model import Model

PRESENT, ABSENT, NOT_ASKED = 1, 0, -1
# Chunks that stay in a core's cache beat large ones; measured in benchmarks/posteriors.py.
ROWS_AT_ONCE = 1024

Matrix = NDArray[np.int8]
Reals = NDArray[np.floating[Any]]


class Batch:
    """A model ready for matrices. Columns of the findings matrix are `columns`; results are `outcomes` wide.

    The last outcome is "none of these, or cannot tell".
    """

    def __init__(self, model: Model, dtype: type[np.floating[Any]] = np.float32) -> None:
        vocabulary = model.knowledge.findings
        self.model = model
        self.dtype = dtype
        self.columns = tuple(name for name in model.ratios)
        self.outcomes = (*model.causes, "cannot_tell")
        position = {name: i for i, name in enumerate(self.columns)}
        states = len(model.states)
        self._log_prior = np.array([state.log_prior for state in model.states], dtype)
        self._present = np.zeros((len(self.columns), states), dtype)
        self._absent = np.zeros((len(self.columns), states), dtype)
        for name, i in position.items():
            for state, ratio in model.ratios[name].present:
                self._present[i, state] = ratio * model.power
            for state, ratio in model.ratios[name].absent:
                self._absent[i, state] = ratio * model.power
        groups = sorted({vocabulary[name].group for name in self.columns})
        self._group = np.array([groups.index(vocabulary[name].group) for name in self.columns], np.intp)
        self._membership = np.eye(len(groups), dtype=dtype)[self._group]
        self._correlation = np.array([model.knowledge.groups[group].correlation for group in groups], dtype)
        self._members = np.zeros((states, len(self.outcomes)), dtype)
        for j, cause in enumerate(model.causes):
            self._members[list(model.states_of[cause]), j] = 1
        self._members[-1, -1] = 1
        # (present column, column that it makes certain): absences by exclusion, presences nearer on the same scale.
        self._excluded = [
            (i, position[o]) for n, i in position.items() for o in vocabulary[n].implies_absent if o in position
        ]
        self._nearer = [(position[n], position[o]) for n, o in nearer_pairs(vocabulary, position) if o in position]

    def matrix(self, people: Iterable[Findings]) -> Matrix:
        """Findings as a matrix of people by `columns`: 1 present, 0 absent, -1 not asked. Marks are left out."""
        rows = [[_code(person.values.get(name)) for name in self.columns] for person in people]
        return np.array(rows, np.int8).reshape(len(rows), len(self.columns))

    def posteriors(self, matrix: Matrix) -> Reals:
        """Probability that each cause takes part: shape (people, outcomes).

        Args:
            matrix: shape (people, columns), int8: 1 present, 0 absent, -1 not asked.

        Raises:
            ValueError: another number of columns.
        """
        self._check(matrix)
        result = np.empty((len(matrix), len(self.outcomes)), self.dtype)
        for start in range(0, len(matrix), ROWS_AT_ONCE):
            rows = slice(start, start + ROWS_AT_ONCE)
            result[rows] = self._softmax(self._logs(matrix[rows])) @ self._members
        return result

    def intervals(self, matrix: Matrix, quantiles: Sequence[float] | None = None) -> Reals:
        """Quantiles of each outcome over the draws: shape (people, outcomes, quantiles). The model's own by default."""
        self._check(matrix)
        wanted = self.model.knowledge.model.interval if quantiles is None else tuple(quantiles)
        prior = np.array(self.model.prior_rows, self.dtype)
        result = np.empty((len(matrix), len(self.outcomes), len(wanted)), self.dtype)
        for person, row in enumerate(np.asarray(matrix)):
            logs = np.log(prior)
            present, absent = self._shares(row[None, :])
            for column in np.flatnonzero(row != NOT_ASKED):
                is_present = bool(row[column] == PRESENT)
                share = float((present if is_present else absent)[0, column])
                if share == 0:
                    continue
                for state, ratios in powered_rows(self.model, self.columns[column], is_present, self.model.power):
                    logs[state] += share * np.log(np.asarray(ratios, self.dtype))
            weights = self._softmax(logs.T) @ self._members
            result[person] = np.quantile(weights, wanted, axis=0).T
        return result

    def _check(self, matrix: Matrix) -> None:
        if matrix.ndim != 2 or matrix.shape[1] != len(self.columns):
            raise ValueError(f"the matrix has shape {matrix.shape}; it needs {len(self.columns)} columns")

    def _logs(self, matrix: Matrix) -> Reals:
        present, absent = self._shares(matrix)
        logs: Reals = present @ self._present
        logs += absent @ self._absent
        logs += self._log_prior
        return logs

    def _shares(self, matrix: Matrix) -> tuple[Reals, Reals]:
        """What is left of each answer's weight, for "present" and for "absent"; 0 where it does not count."""
        present = matrix == PRESENT
        absent = matrix == ABSENT
        for column, excluded in self._excluded:
            absent[:, excluded] &= ~present[:, column]
        nearer = [(other, present[:, column] & present[:, other]) for column, other in self._nearer]
        for other, rows in nearer:
            present[rows, other] = False
        return self._discount(present), self._discount(absent)

    def _discount(self, answers: NDArray[np.bool_]) -> Reals:
        weights = answers.astype(self.dtype)
        like = weights @ self._membership
        shares = 1 / (1 + self._correlation * np.maximum(like - 1, 0))
        weights *= shares[:, self._group]
        return weights

    @staticmethod
    def _softmax(logs: Reals) -> Reals:
        logs -= logs.max(axis=1, keepdims=True)
        np.exp(logs, out=logs)
        logs /= logs.sum(axis=1, keepdims=True)
        return logs


def _code(value: bool | None) -> int:
    return NOT_ASKED if value is None else int(value)
