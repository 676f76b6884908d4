"""What a site's own reviews say of the power and of how common a cluneal nerve is among people like those reviewed.

log odds(yes) = log odds of the model at a power + a shift. The power and the shift are chosen by log loss on people
whom the choice did not see (`reasoning.calibrate`'s folds). That only high chances are reviewed does no harm: who is
reviewed depends on the findings alone, and those the model is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..frozen import frozen
from ..reasoning import Model
from ..reasoning.batch import NOT_ASKED, Reals
from ..reasoning.calibrate import SCHEME, CannotCalibrate, stratified_folds
from .review import LEAST_ODDS, MOST_ODDS, NO, YES, Queue, Row
from .score import PERSON, Completion, People, Scorer, for_site

# A tenth of the steps that `cluneal calibrate` tries: a queue's few reviews cannot tell finer ones apart.
POWERS = tuple(power for power in SCHEME.powers if round(power * 10, 6).is_integer())
SEED = 1
OUTER, INNER = 5, 4
STEPS = 30
NEAREST = 1e-9
# A shift is held towards none as by so much of a normal spread, in log odds: the model's own prior is evidence too.
SHIFT_SPREAD = 2.0


@frozen
class Recalibration:
    """What fits a site. `loss_now` and `loss_then` are log losses a person, of people the choice did not see."""

    power: float
    odds_ratio: float
    people: int
    yes: int
    loss_now: float
    loss_then: float

    @property
    def better(self) -> bool:
        """Whether it is worth using."""
        return self.loss_then < self.loss_now


def recalibrate(model: Model, queue: Queue) -> Recalibration:
    """The power and the odds ratio that the reviews support.

    Args:
        model: that of the screening, as the knowledge has it: without a site's own power and odds.
        queue: with its reviews.

    Raises:
        CannotCalibrate: too few said yes, or too few no.
    """
    people, trail, reviews = queue.people, queue.trail, queue.reviews.latest()
    judged = [one for one in people if one[PERSON] in reviews and reviews[one[PERSON]].answer in (YES, NO)]
    truth = np.array([reviews[one[PERSON]].answer == YES for one in judged], np.intp)
    for name, count in (("yes", int(truth.sum())), ("no", int(len(truth) - truth.sum()))):
        if count < SCHEME.fewest_in_a_class:
            raise CannotCalibrate(f"{count} reviews say {name}; {SCHEME.fewest_in_a_class} are needed")
    logits = _logits(model, judged, trail)
    random = np.random.default_rng(SEED)
    then = np.empty(len(truth))
    for train, test in _splits(truth, OUTER, random):
        at = _power(logits[:, train], truth[train], random)
        then[test] = _losses(logits[at, test] + _shift(logits[at, train], truth[train]), truth[test])
    at = _power(logits, truth, random)
    used = queue.run["options"]
    own = _losses(_logits(model, judged, trail, (used["power"],))[0] + np.log(used["odds_ratio"]), truth)
    ratio = float(np.clip(np.exp(_shift(logits[at], truth)), LEAST_ODDS, MOST_ODDS))
    return Recalibration(POWERS[at], ratio, len(truth), int(truth.sum()), float(own.mean()), float(then.mean()))


def _logits(
    model: Model, people: Sequence[Row], trail: dict[int, list[Row]], powers: Sequence[float] = POWERS
) -> Reals:
    """Log odds that a cluneal nerve takes part, at each power: shape (powers, people)."""
    vocabulary = model.knowledge.findings
    said = [
        {row["finding"]: row["value"] for row in trail[one[PERSON]] if row["finding"] in vocabulary} for one in people
    ]
    coded = sorted({name for one in said for name in one})
    matrix = np.array([[_code(one.get(name)) for name in coded] for one in said], np.int8).reshape(
        len(said), len(coded)
    )
    who = People(
        np.array([one[PERSON] for one in people], np.int64),
        np.array([np.nan if one["age"] is None else one["age"] for one in people], float),
        np.array([one["sex"] or "" for one in people], "U1"),
        np.zeros(len(people)),
    )
    completion = Completion(vocabulary, coded)
    answers = completion.answers(matrix, who.age, who.sex)
    rows = []
    for power in powers:
        scorer = Scorer(for_site(model, power, 1.0), completion, np.float64)
        p = np.clip(scorer.posteriors(answers)[:, scorer.cluneal], NEAREST, 1 - NEAREST)
        rows.append(np.log(p / (1 - p)))
    return np.array(rows)


def _code(value: bool | None) -> int:
    return NOT_ASKED if value is None else int(value)


def _power(logits: Reals, truth: NDArray[np.intp], random: np.random.Generator) -> int:
    """Which power has the lowest log loss on people left out."""
    lost = np.zeros(len(logits))
    for train, test in _splits(truth, INNER, random):
        for i, row in enumerate(logits):
            lost[i] += _losses(row[test] + _shift(row[train], truth[train]), truth[test]).sum()
    return int(lost.argmin())


def _shift(logits: Reals, truth: NDArray[np.intp]) -> float:
    """The shift of log odds that fits best, held towards none (Newton)."""
    shift = 0.0
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-(logits + shift)))
        slope = float((truth - p).sum()) - shift / SHIFT_SPREAD**2
        shift += slope / (float((p * (1 - p)).sum()) + 1 / SHIFT_SPREAD**2)
    return shift


def _losses(logits: Reals, truth: NDArray[np.intp]) -> Reals:
    lost: Reals = np.logaddexp(0, np.where(truth == 1, -logits, logits))
    return lost


def _splits(
    truth: NDArray[np.intp], folds: int, random: np.random.Generator
) -> list[tuple[NDArray[Any], NDArray[Any]]]:
    fold = stratified_folds(truth, folds, random)
    return [(np.flatnonzero(fold != one), np.flatnonzero(fold == one)) for one in range(folds)]
