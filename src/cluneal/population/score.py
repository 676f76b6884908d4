"""From what codes say of many people to posteriors: what follows from it, and the reasoning's own kernel.

A row is one person, a column one finding: 1 present, 0 absent, -1 not asked. What age, sex and logic add for one person
(`reasoning.collect`) is added here for all of a batch, so that the same findings give the same chances on every door.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from math import log
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..frozen import frozen
from ..knowledge.schema import Finding, Knowledge
from ..reasoning import Findings, Model
from ..reasoning.batch import ABSENT, NOT_ASKED, PRESENT, Batch, Matrix, Reals
from ..reasoning.evidence import implied_by
from ..reasoning.model import State

if TYPE_CHECKING:
    import pyarrow as pa

CLUNEAL = "cluneal"
PERSON = "person_id"

Marks = NDArray[np.bool_]
Years = NDArray[np.floating[Any]]


@frozen
class People:
    """Some people, by id: age in years (NaN where unknown), sex ("f", "m" or "") and what breaks a tie of chances,
    the larger first."""

    ids: NDArray[np.int64]
    age: Years
    sex: NDArray[np.str_]
    tie: Years

    def __len__(self) -> int:
        return len(self.ids)

    def of(self, ids: NDArray[np.int64]) -> People:
        """Those people, in the order asked for. These must be in the order of their ids, and hold all of those.

        Raises:
            KeyError: somebody is not among them.
        """
        at = np.searchsorted(self.ids, ids)
        if len(ids) and (not len(self) or at.max() >= len(self) or not np.array_equal(self.ids[at], ids)):
            raise KeyError("a batch has people who are not in the journey")
        return self.rows(at)

    def rows(self, wanted: NDArray[Any]) -> People:
        """Some of them."""
        return People(self.ids[wanted], self.age[wanted], self.sex[wanted], self.tie[wanted])


@frozen
class Answers:
    """People by `findings`. `inferred` marks an absence that follows from another answer and is not scored."""

    findings: tuple[str, ...]
    values: Matrix
    inferred: Marks

    def __len__(self) -> int:
        return len(self.values)

    def of(self, row: int) -> Findings:
        """One person's, as the reasoning takes them."""
        named = list(zip(self.findings, self.values[row].tolist(), self.inferred[row].tolist(), strict=True))
        return Findings(
            {name: value == PRESENT for name, value, _ in named if value != NOT_ASKED},
            {name: False for name, _, inferred in named if inferred},
        )

    def rows(self, wanted: NDArray[Any]) -> Answers:
        """Some of the people."""
        return Answers(self.findings, self.values[wanted], self.inferred[wanted])


class Completion:
    """What follows from coded findings, age and sex, for a whole batch: the rules of `reasoning.collect`.

    Records contradict each other where a person would be asked again. Age and sex stand against a code, and a presence
    against an absence that it rules out; of two presences that rule each other out both stay.
    """

    def __init__(self, vocabulary: Mapping[str, Finding], coded: Sequence[str]) -> None:
        self.vocabulary = vocabulary
        self.coded = tuple(coded)
        self._told = [one for one in vocabulary.values() if told(one)]
        reached = {*coded, *(one.id for one in self._told)}
        while more := {o for n in reached for o in (*vocabulary[n].implies, *vocabulary[n].implies_absent)} - reached:
            reached |= more
        self.findings = tuple(name for name in vocabulary if name in reached)
        at = {name: i for i, name in enumerate(self.findings)}
        self._at = at
        # (present, what it makes certain), both by their place.
        self._implied = [(at[one], at[other]) for one in self.findings for other in sorted(implied_by(one, vocabulary))]
        self._excluded = [(at[one], at[other]) for one in self.findings for other in vocabulary[one].implies_absent]

    def answers(self, coded: Matrix, age: Years, sex: NDArray[np.str_]) -> Answers:
        """Everything known of each person.

        Args:
            coded: shape (people, coded findings), in the order of `coded`.
            age: years, NaN where unknown.
            sex: "f", "m" or "".
        """
        # Columns are worked on as rows: every step runs along memory.
        values = np.full((len(self.findings), len(coded)), NOT_ASKED, np.int8)
        for column, name in enumerate(self.coded):
            values[self._at[name]] = coded[:, column]
        self._tell(values, age, sex)
        for one, other in self._implied:
            values[other][values[one] == PRESENT] = PRESENT
        self._tell(values, age, sex)
        inferred = np.zeros(values.shape, np.bool_)
        for one, other in self._excluded:
            inferred[other] |= (values[one] == PRESENT) & (values[other] == NOT_ASKED)
        return Answers(self.findings, np.ascontiguousarray(values.T), np.ascontiguousarray(inferred.T))

    def _tell(self, values: Matrix, age: Years, sex: NDArray[np.str_]) -> None:
        for finding in self._told:
            holds, fails = np.ones(len(age), np.bool_), np.zeros(len(age), np.bool_)
            if finding.told_by_age is not None:
                first, end = finding.told_by_age
                within = (first <= age) & (age < end)
                holds &= within
                fails |= ~within & ~np.isnan(age)
            if finding.told_by_sex is not None:
                holds &= sex == finding.told_by_sex
                fails |= (sex != finding.told_by_sex) & (sex != "")
            row = values[self._at[finding.id]]
            row[fails] = ABSENT
            row[holds] = PRESENT


def told(finding: Finding) -> bool:
    """Whether age and sex alone settle it. How long the pain has lasted is for the journey to say."""
    return finding.told_by_months is None and (finding.told_by_age is not None or finding.told_by_sex is not None)


class Scorer:
    """One model ready for the batches of one population.

    Outcomes are the causes, any cluneal nerve (`CLUNEAL`), and none of these.
    """

    def __init__(self, model: Model, completion: Completion, dtype: type[np.floating[Any]] = np.float32) -> None:
        nerves = cluneal_causes(model.knowledge)
        self.model = model
        self.kernel = Batch(model, dtype, only=completion.findings, together={CLUNEAL: nerves})
        self.outcomes = self.kernel.outcomes
        self.cluneal = self.outcomes.index(CLUNEAL)
        at = {name: i for i, name in enumerate(completion.findings)}
        self._columns = np.array([at[name] for name in self.kernel.columns], np.intp)

    def posteriors(self, answers: Answers) -> Reals:
        """Probability that each outcome takes part: shape (people, outcomes)."""
        return self.kernel.posteriors(answers.values[:, self._columns])

    def intervals(self, answers: Answers) -> Reals:
        """The model's interval of each outcome, by exact draws: shape (people, outcomes, 2)."""
        return self.kernel.intervals(answers.values[:, self._columns])

    def cluneal_in_every_draw(self, answers: Answers) -> Reals:
        """Probability that a cluneal nerve takes part, draw by draw: shape (people, draws)."""
        parts = [drawn[:, self.cluneal] for _, drawn in self.kernel.drawn(answers.values[:, self._columns])]
        return np.concatenate(parts) if parts else np.empty((0, self.model.draws.count), self.kernel.dtype)


def cluneal_causes(knowledge: Knowledge) -> tuple[str, ...]:
    """The causes that are a cluneal nerve."""
    return tuple(cause.id for cause in knowledge.causes.values() if cause.family == CLUNEAL)


def for_site(model: Model, power: float, odds_ratio: float) -> Model:
    """The model with a site's own power, and its prior odds of a cluneal nerve multiplied.

    Args:
        power: in place of the knowledge's own; 1 is plain multiplication.
        odds_ratio: 1 leaves the prior as it is.
    """
    nerves = frozenset(cluneal_causes(model.knowledge))
    cluneal = [bool(nerves.intersection(state.causes)) for state in model.states]
    scaled = [w * odds_ratio if own else w for w, own in zip(model.prior_weights, cluneal, strict=True)]
    other = copy(model)
    other.power, other.powered = power, {}
    other._asked = None
    other.prior_weights = [weight / sum(scaled) for weight in scaled]
    other.states = tuple(
        State(state.id, state.causes, log(weight), state.form)
        for state, weight in zip(model.states, other.prior_weights, strict=True)
    )
    # The chances of a draw are divided by their sum wherever they are used.
    other.__dict__["prior_rows"] = [
        [one * odds_ratio for one in row] if own else row for row, own in zip(model.prior_rows, cluneal, strict=True)
    ]
    return other


def coded_matrix(batch: pa.RecordBatch, coded: Sequence[str]) -> tuple[NDArray[np.int64], Matrix]:
    """Ids and the matrix of one Arrow batch; a finding without a column was asked of nobody.

    Raises:
        KeyError: no `person_id`.
    """
    ids = batch.column(batch.schema.get_field_index(PERSON)) if PERSON in batch.schema.names else None
    if ids is None:
        raise KeyError(f"a batch has no column {PERSON}; it has {', '.join(batch.schema.names)}")
    matrix = np.full((batch.num_rows, len(coded)), NOT_ASKED, np.int8)
    for column, name in enumerate(coded):
        at = batch.schema.get_field_index(name)
        if at >= 0:
            matrix[:, column] = batch.column(at).fill_null(NOT_ASKED).to_numpy(zero_copy_only=False)
    return np.asarray(ids.to_numpy(zero_copy_only=False), np.int64), matrix


def score(batch: pa.RecordBatch, scorer: Scorer, completion: Completion, people: People) -> pa.RecordBatch:
    """`person_id` and one column an outcome, row for row.

    Raises:
        KeyError: the batch has no `person_id`.
    """
    ids, coded = coded_matrix(batch, completion.coded)
    who = people.of(ids)
    return table(ids, scorer.posteriors(completion.answers(coded, who.age, who.sex)), scorer.outcomes)


def table(ids: NDArray[np.int64], posteriors: Reals, outcomes: Iterable[str]) -> pa.RecordBatch:
    """Posteriors as Arrow."""
    import pyarrow as pa

    columns = {PERSON: pa.array(ids), **{name: pa.array(posteriors[:, i]) for i, name in enumerate(outcomes)}}
    return pa.RecordBatch.from_pydict(columns)


def answered(
    batches: Iterable[pa.RecordBatch], completion: Completion, people: People
) -> Iterator[tuple[People, Answers]]:
    """Who is in each batch, and everything known of them."""
    for batch in batches:
        ids, coded = coded_matrix(batch, completion.coded)
        who = people.of(ids)
        yield who, completion.answers(coded, who.age, who.sex)
