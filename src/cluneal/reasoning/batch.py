"""Many people at once: the same model as matrices, in bounded memory.

Inside, people are columns: every step then runs along memory, and one product with the model's log ratios takes most of
the time. `python -m benchmarks` says how much, and how far it is from what the processor can do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .evidence import Findings, nearer_pairs
from .intervals import NEAREST_TO_CERTAIN

if TYPE_CHECKING:
    from .model import Model

PRESENT, ABSENT, NOT_ASKED = 1, 0, -1
# Enough people that a step costs more than calling it, few enough that their answers stay in a core's cache.
PEOPLE_AT_ONCE = 1024
# Every draw of every outcome is kept until its quantiles are taken: 25 kB a person with 24 outcomes and 256 draws.
PEOPLE_AT_ONCE_DRAWN = 256

Matrix = NDArray[np.int8]
Reals = NDArray[np.floating[Any]]


class Batch:
    """A model ready for matrices. Columns of the findings matrix are `columns`; results are `outcomes` wide.

    The last outcome is "none of these, or cannot tell".

    Args:
        dtype: single or double precision.
        only: the findings that can be answered at all, where the others never are: their columns are left out, which
            changes no result and saves their time.
        together: outcomes besides the causes, each "at least one of these causes takes part".
    """

    def __init__(
        self,
        model: Model,
        dtype: type[np.floating[Any]] = np.float32,
        only: Collection[str] | None = None,
        together: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        vocabulary = model.knowledge.findings
        self.model = model
        self.dtype = dtype
        asked = [name for name in model.ratios if only is None or name in only]
        # A group's columns stand together.
        self.columns = tuple(sorted(asked, key=lambda name: vocabulary[name].group))
        joined = {name: frozenset(causes) for name, causes in (together or {}).items()}
        self.outcomes = (*model.causes, *joined, "cannot_tell")
        self._log_prior = np.array([[state.log_prior] for state in model.states], dtype)
        self._weights = np.zeros((len(model.states), len(self.columns), 2), dtype)
        for i, name in enumerate(self.columns):
            for j, ratios in enumerate((model.ratios[name].present, model.ratios[name].absent)):
                for state, ratio in ratios:
                    self._weights[state, i, j] = ratio * model.power
        self._members = np.zeros((len(model.states), len(self.outcomes)), dtype)
        for j, cause in enumerate(model.causes):
            self._members[list(model.states_of[cause]), j] = 1
        for j, causes in enumerate(joined.values(), len(model.causes)):
            # A pair of two of them is one state, and counts once.
            self._members[[i for i, state in enumerate(model.states) if causes.intersection(state.causes)], j] = 1
        self._members[-1, -1] = 1
        groups = [vocabulary[name].group for name in self.columns]
        names = sorted(set(groups))
        self._group = np.array([names.index(group) for group in groups], np.intp)
        self._groups = [slice(groups.index(name), groups.index(name) + groups.count(name)) for name in names]
        correlations = [model.knowledge.groups[name].correlation for name in names]
        self._correlation = np.array(correlations, dtype).reshape(-1, 1, 1)
        # (present column, column that it makes certain): absences by exclusion, presences nearer on the same scale.
        position = {name: i for i, name in enumerate(self.columns)}
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
        for start in range(0, len(matrix), PEOPLE_AT_ONCE):
            rows = slice(start, start + PEOPLE_AT_ONCE)
            result[rows] = self._probabilities(self._shares(matrix[rows]), self._weights, self._log_prior)
        return result

    def intervals(self, matrix: Matrix, quantiles: Sequence[float] | None = None) -> Reals:
        """Quantiles of each outcome over the draws: shape (people, outcomes, quantiles). The model's own by default.

        Args:
            matrix: as for `posteriors`.

        Raises:
            ValueError: another number of columns.
        """
        wanted = self.model.knowledge.model.interval if quantiles is None else tuple(quantiles)
        result = np.empty((len(matrix), len(self.outcomes), len(wanted)), self.dtype)
        for start, drawn in self.drawn(matrix):
            result[start : start + len(drawn)] = _quantiles(drawn, wanted)
        return result

    def drawn(self, matrix: Matrix) -> Iterator[tuple[int, Reals]]:
        """(first row, posteriors of a few people in every draw: shape (people, outcomes, draws)), all rows in order.

        A draw is of the parameters, and the same for everybody: sums over people may be taken draw by draw.

        Raises:
            ValueError: another number of columns.
        """
        self._check(matrix)
        for start in range(0, len(matrix), PEOPLE_AT_ONCE_DRAWN):
            shares = self._shares(matrix[start : start + PEOPLE_AT_ONCE_DRAWN])
            each = [self._probabilities(shares, *one) for one in zip(*self._drawn, strict=True)]
            yield start, np.stack(each, axis=-1)

    def _check(self, matrix: Matrix) -> None:
        if matrix.ndim != 2 or matrix.shape[1] != len(self.columns):
            raise ValueError(f"the matrix has shape {matrix.shape}; it needs {len(self.columns)} columns")

    def _shares(self, matrix: Matrix) -> Reals:
        """What is left of each answer's weight, 0 where it does not count: shape (columns, 2, people), "present" first.

        The rules are those of `evidence.score`.
        """
        by_column = np.ascontiguousarray(matrix.T)
        answers = np.empty((len(self.columns), 2, len(matrix)), np.bool_)
        present, absent = answers[:, 0], answers[:, 1]
        np.equal(by_column, PRESENT, out=present)
        np.equal(by_column, ABSENT, out=absent)
        for column, excluded in self._excluded:
            absent[excluded] &= ~present[column]
        nearer = [(other, present[column] & present[other]) for column, other in self._nearer]
        for other, people in nearer:
            present[other] &= ~people
        shares = answers.astype(self.dtype)
        left = np.empty((len(self._groups), 2, len(matrix)), self.dtype)
        for group, columns in enumerate(self._groups):
            np.add.reduce(shares[columns], axis=0, out=left[group])
        left -= 1
        left *= self._correlation
        left += 1
        np.maximum(left, 1, out=left)
        np.reciprocal(left, out=left)
        shares *= left[self._group]
        return shares

    def _probabilities(self, shares: Reals, weights: Reals, log_prior: Reals) -> Reals:
        """Shape (people, outcomes), from weights of shape (states, columns, 2)."""
        states, people = len(weights), shares.shape[-1]
        logs: Reals = weights.reshape(states, weights[0].size) @ shares.reshape(weights[0].size, people)
        logs += log_prior
        logs -= logs.max(axis=0)
        np.exp(logs, out=logs)
        outcomes: Reals = logs.T @ self._members
        outcomes /= logs.sum(axis=0)[:, None]
        return outcomes

    @cached_property
    def _drawn(self) -> tuple[Reals, Reals]:
        """`_weights` and `_log_prior` in every draw. 37 MB in single precision for 95 states and 189 columns."""
        model, draws = self.model, self.model.draws
        weights = np.zeros((draws.count, *self._weights.shape), self.dtype)
        for i, name in enumerate(self.columns):
            states = [state for state, _ in model.ratios[name].present]
            background = np.array(draws.of(name), np.float64)
            p = self._drawn_chances(name, background)[states]
            weights[:, states, i, 0] = model.power * np.log(p / background).T
            weights[:, states, i, 1] = model.power * np.log((1 - p) / (1 - background)).T
        return weights, np.log(np.array(model.prior_rows).T[:, :, None]).astype(self.dtype)

    def _drawn_chances(self, finding: str, background: NDArray[np.float64]) -> NDArray[np.float64]:
        """P(finding | state) in every draw: shape (states, draws). As `intervals` works it out for one person."""
        causes, draws = self.model.knowledge.causes, self.model.draws
        own = {
            cause: np.array(draws.of(f"{cause}/{finding}"), np.float64) if finding in one.findings else background
            for cause, one in causes.items()
        }
        rows = []
        for state in self.model.states:
            if not state.causes:
                rows.append(np.mean(list(own.values()), axis=0))
            elif state.form is not None and finding in causes[state.causes[0]].forms[state.form].findings:
                rows.append(np.array(draws.of(f"{state.causes[0]}/{state.form}/{finding}"), np.float64))
            elif len(state.causes) == 1:
                rows.append(own[state.causes[0]])
            else:
                p, q = own[state.causes[0]], own[state.causes[1]]
                either = 1 - (1 - p) * (1 - q) / (1 - background)
                rows.append(np.clip(either, np.minimum(p, q), 1 - NEAREST_TO_CERTAIN))
        return np.array(rows)


def _quantiles(drawn: Reals, wanted: Sequence[float]) -> Reals:
    """Along the last axis, as `intervals.quantile`. Sorting along memory takes a sixth of `np.quantile`'s time."""
    ordered = np.sort(drawn, axis=-1)
    at = np.array(wanted) * (drawn.shape[-1] - 1)
    below = at.astype(np.intp)
    above = np.minimum(below + 1, drawn.shape[-1] - 1)
    low: Reals = ordered[..., below]
    low += (at - below).astype(drawn.dtype) * (ordered[..., above] - low)
    return low


def _code(value: bool | None) -> int:
    return NOT_ASKED if value is None else int(value)
