"""One power, chosen from labelled people by nested cross-validation, and what it does to the predictions.

The model is naive Bayes with a power on the likelihood:

    log posterior(class) = log prior(class) + power x sum over answered findings of log P(answer | class)

P(present | class) = (present + a) / (present + absent + 2a), the mean under a Beta(a, a) prior. A blank adds nothing.
Power 1 with a = 1 is plain multiplication (scikit-learn's BernoulliNB). The power and a are chosen inside each training
set by the lowest log loss of an inner cross-validation; people are scored only by models that never saw them.
A power on a likelihood is known as a power, fractional or tempered posterior (Grünwald 2012; Bissiri et al. 2016);
choosing it by cross-validated log loss has the same aim as temperature scaling (Guo et al. 2017), with the prior kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..frozen import frozen

PRESENT, ABSENT = 1, 0
BINS = 10
PLAIN_SMOOTHING = 1.0
# Bounds the memory of the broadcast over powers and smoothings: 16 MB an array.
CELLS_AT_ONCE = 2_000_000

Reals = NDArray[np.float64]
Codes = NDArray[np.intp]
Answers = NDArray[np.int8]


class CannotCalibrate(ValueError):
    """The data cannot be split as the scheme asks. The message names what is short and by how much."""


@frozen
class Scheme:
    """How people are split and what is tried.

    On simulated people like those of the tests, more smoothings, more inner folds or another step between powers moved
    the outer log loss by less than 0.001: the choice is flat, so the scheme is a plain one.
    """

    outer_folds: int = 10
    repeats: int = 5
    inner_folds: int = 5
    powers: tuple[float, ...] = tuple(round(0.1 + 0.02 * step, 2) for step in range(71))
    smoothings: tuple[float, ...] = (0.5, 1.0, 2.0)
    resamples: int = 2000
    level: float = 0.95

    @property
    def fewest_in_a_class(self) -> int:
        """So that every fold tests each class, and every inner training set holds it."""
        return max(self.outer_folds, 4)


SCHEME = Scheme()


@frozen
class Scores:
    """How good predictions are; lower is better in all but accuracy.

    `log_loss` is in nats per person; `brier` is the squared error summed over the classes, 0 to 2, per person.
    `calibration_error` is the top-label expected calibration error, `classwise_calibration_error` its mean over
    classes: see `top_label_error` and `classwise_error`.
    """

    accuracy: float
    log_loss: float
    brier: float
    calibration_error: float
    classwise_calibration_error: float


@frozen
class Bin:
    """People whose most probable class had a probability in [low, high); `people` is a mean over the repeats."""

    low: float
    high: float
    people: float
    stated: float
    came_true: float


@frozen
class Interval:
    """A difference in log loss (negative: the first is better) and its percentile bootstrap interval, by person."""

    difference: float
    low: float
    high: float


@frozen
class Choice:
    """A power and the a of Beta(a, a)."""

    power: float
    smoothing: float


@frozen
class Calibration:
    """What nested cross-validation found. All scores are of people whom the scored model never saw.

    `plain` has power 1 and a = 1, `smoothed` power 1 and a chosen, `powered` both chosen. Scores are worked out in each
    repeat and then averaged over the repeats; predictions are never averaged. `choices` are those of the outer folds,
    repeat by repeat; `fitted` is chosen from everybody, for use. `gain` is powered minus plain, `gain_over_smoothed`
    powered minus smoothed: what the power does on its own.
    """

    plain: Scores
    smoothed: Scores
    powered: Scores
    gain: Interval
    gain_over_smoothed: Interval
    choices: tuple[Choice, ...]
    fitted: Choice
    plain_bins: tuple[Bin, ...]
    powered_bins: tuple[Bin, ...]


def calibrate(findings: ArrayLike, classes: ArrayLike, seed: int = 1, scheme: Scheme = SCHEME) -> Calibration:
    """What one power on the likelihood does to predictions, and which power to use. Same seed, same result.

    Args:
        findings: shape (people, findings): 1 present, 0 absent, anything else not asked.
        classes: shape (people,): 0, 1, ... without gaps.
        seed: of the splits and of the bootstrap, 0 or more.

    Raises:
        CannotCalibrate: fewer than two classes, or a class with fewer people than folds.
    """
    answers, codes = _checked(findings, classes, scheme)
    random = np.random.default_rng(seed)
    people, kinds = len(codes), int(codes.max()) + 1
    plain, smoothed, powered = (np.empty((scheme.repeats, people, kinds)) for _ in range(3))
    choices = []
    for repeat in range(scheme.repeats):
        for train, test in _splits(codes, scheme.outer_folds, random):
            losses = cross_validated_losses(answers[train], codes[train], scheme, random)
            chosen = _lowest(losses, scheme)
            unpowered = _lowest_at_power_1(losses, scheme)
            choices.append(chosen)
            for kept, choice in (
                (plain, Choice(1.0, PLAIN_SMOOTHING)),
                (smoothed, unpowered),
                (powered, chosen),
            ):
                model = fit(answers[train], codes[train], choice.smoothing)
                kept[repeat, test] = model.log_probabilities(answers[test], choice.power)
    everybody = [cross_validated_losses(answers, codes, scheme, random) for _ in range(scheme.repeats)]
    return Calibration(
        plain=_mean_scores(plain, codes),
        smoothed=_mean_scores(smoothed, codes),
        powered=_mean_scores(powered, codes),
        gain=_difference(powered, plain, codes, scheme, np.random.default_rng(seed)),
        gain_over_smoothed=_difference(powered, smoothed, codes, scheme, np.random.default_rng(seed)),
        choices=tuple(choices),
        fitted=_lowest(np.mean(everybody, axis=0), scheme),
        plain_bins=reliability(np.exp(plain), codes),
        powered_bins=reliability(np.exp(powered), codes),
    )


@frozen
class NaiveBayes:
    """A fitted model. `log_prior` has shape (classes,), the other two (findings, classes)."""

    log_prior: Reals
    log_present: Reals
    log_absent: Reals

    def log_likelihood(self, findings: ArrayLike) -> Reals:
        """Sum of log P(answer | class) over what was answered: shape (people, classes)."""
        answers = np.asarray(findings)
        present, absent = (answers == PRESENT).astype(float), (answers == ABSENT).astype(float)
        total: Reals = present @ self.log_present + absent @ self.log_absent
        return total

    def log_probabilities(self, findings: ArrayLike, power: float) -> Reals:
        """Log posterior of every class: shape (people, classes)."""
        return _normalise(self.log_prior + power * self.log_likelihood(findings))


def fit(findings: ArrayLike, classes: Codes, smoothing: float) -> NaiveBayes:
    """Naive Bayes with P(present | class) = (present + a) / (present + absent + 2a), prior = share of the people."""
    answers = np.asarray(findings)
    return _fit_all((answers == PRESENT).astype(float), (answers == ABSENT).astype(float), classes, [smoothing])[0]


def cross_validated_losses(findings: ArrayLike, classes: Codes, scheme: Scheme, random: np.random.Generator) -> Reals:
    """Log loss per person of every power and smoothing, each person scored by a model that never saw them.

    Shape (powers, smoothings). The likelihoods are worked out once a fold and smoothing; the powers are a broadcast.
    """
    answers, powers = np.asarray(findings), np.array(scheme.powers)
    present, absent = (answers == PRESENT).astype(float), (answers == ABSENT).astype(float)
    lost = np.zeros((len(powers), len(scheme.smoothings)))
    for train, test in _splits(classes, scheme.inner_folds, random):
        for j, model in enumerate(_fit_all(present[train], absent[train], classes[train], scheme.smoothings)):
            likelihood = present[test] @ model.log_present + absent[test] @ model.log_absent
            lost[:, j] += _losses_by_power(model.log_prior, likelihood, classes[test], powers)
    return lost / len(classes)


def scores(log_probabilities: Reals, classes: Codes) -> Scores:
    """Scores of one set of predictions, shape (people, classes), natural logs."""
    probabilities = np.exp(log_probabilities)
    truth = np.eye(probabilities.shape[1])[classes]
    return Scores(
        accuracy=float((probabilities.argmax(axis=1) == classes).mean()),
        log_loss=float(-_of_truth(log_probabilities, classes).mean()),
        brier=float(((probabilities - truth) ** 2).sum(axis=1).mean()),
        calibration_error=top_label_error(probabilities, classes),
        classwise_calibration_error=classwise_error(probabilities, classes),
    )


def top_label_error(probabilities: Reals, classes: Codes) -> float:
    """Expected calibration error of the most probable class (Naeini et al. 2015; Guo et al. 2017).

    Ten bins of equal width, [0, 0.1), ..., [0.9, 1]. Sum over bins of (people in it / all people) x |mean stated
    probability - share in whom the class came true|.
    """
    return _binned_error(probabilities.max(axis=1), probabilities.argmax(axis=1) == classes)


def classwise_error(probabilities: Reals, classes: Codes) -> float:
    """The same sum for the probability of each class in everybody, averaged over the classes (Kull et al. 2019)."""
    kinds = range(probabilities.shape[1])
    return float(np.mean([_binned_error(probabilities[:, kind], classes == kind) for kind in kinds]))


def reliability(probabilities: Reals, classes: Codes) -> tuple[Bin, ...]:
    """The bins of `top_label_error` that hold anybody, all repeats together. Shape (repeats, people, classes)."""
    repeats = len(probabilities)
    stated = probabilities.max(axis=2).ravel()
    true = (probabilities.argmax(axis=2) == classes).ravel()
    number, sums, hits = _bins(stated, true)
    return tuple(
        Bin(
            low=i / BINS,
            high=(i + 1) / BINS,
            people=float(number[i]) / repeats,
            stated=float(sums[i] / number[i]),
            came_true=float(hits[i] / number[i]),
        )
        for i in range(BINS)
        if number[i]
    )


def stratified_folds(classes: Codes, folds: int, random: np.random.Generator) -> Codes:
    """Everybody's fold. Folds differ by one person at most, in all and within each class."""
    order = random.permutation(len(classes))
    order = order[np.argsort(classes[order], kind="stable")]
    fold = np.empty(len(classes), np.intp)
    fold[order] = np.arange(len(classes)) % folds
    return fold


def _checked(findings: ArrayLike, classes: ArrayLike, scheme: Scheme) -> tuple[Answers, Codes]:
    answers, codes = np.asarray(findings, np.int8), np.asarray(classes, np.intp)
    if answers.ndim != 2 or codes.shape != answers.shape[:1]:
        raise CannotCalibrate(f"findings of shape {answers.shape} do not fit classes of shape {codes.shape}")
    counts = np.bincount(codes)
    if len(counts) < 2:
        raise CannotCalibrate(f"{len(counts)} class; at least 2 are needed")
    needed = scheme.fewest_in_a_class
    if counts.min() < needed:
        raise CannotCalibrate(f"class {counts.argmin()} has {counts.min()} people; {needed} are needed")
    return answers, codes


def _splits(classes: Codes, folds: int, random: np.random.Generator) -> Iterator[tuple[Codes, Codes]]:
    """(train, test) positions of each fold."""
    fold = stratified_folds(classes, folds, random)
    for held_out in range(folds):
        yield np.flatnonzero(fold != held_out), np.flatnonzero(fold == held_out)


def _fit_all(present: Reals, absent: Reals, classes: Codes, smoothings: Sequence[float]) -> list[NaiveBayes]:
    """One model a smoothing, from one count."""
    members = np.eye(int(classes.max()) + 1)[classes]
    yes, no = present.T @ members, absent.T @ members
    log_prior = np.log(members.sum(axis=0) / len(classes))
    return [
        NaiveBayes(log_prior, np.log((yes + a) / (yes + no + 2 * a)), np.log((no + a) / (yes + no + 2 * a)))
        for a in smoothings
    ]


def _losses_by_power(log_prior: Reals, log_likelihood: Reals, classes: Codes, powers: Reals) -> Reals:
    """Summed log loss at every power: shape (powers,)."""
    lost = np.zeros(len(powers))
    step = max(1, CELLS_AT_ONCE // (len(powers) * len(log_prior)))
    for start in range(0, len(classes), step):
        rows = slice(start, start + step)
        logs = log_prior + powers[:, None, None] * log_likelihood[rows]
        lost -= _of_truth(_normalise(logs), classes[rows]).sum(axis=1)
    return lost


def _lowest(losses: Reals, scheme: Scheme) -> Choice:
    i, j = np.unravel_index(int(losses.argmin()), losses.shape)
    return Choice(scheme.powers[int(i)], scheme.smoothings[int(j)])


def _lowest_at_power_1(losses: Reals, scheme: Scheme) -> Choice:
    at_1 = int(np.abs(np.array(scheme.powers) - 1).argmin())
    return Choice(1.0, scheme.smoothings[int(losses[at_1].argmin())])


def _normalise(logs: Reals) -> Reals:
    """Log probabilities that sum to 1 over the last axis, from logs of any size."""
    logs = logs - logs.max(axis=-1, keepdims=True)
    normal: Reals = logs - np.log(np.exp(logs).sum(axis=-1, keepdims=True))
    return normal


def _of_truth(log_probabilities: Reals, classes: Codes) -> Reals:
    """Log probability of what is true, from shape (..., people, classes) to (..., people)."""
    chosen: Reals = log_probabilities[..., np.arange(len(classes)), classes]
    return chosen


def _mean_scores(log_probabilities: Reals, classes: Codes) -> Scores:
    each = [scores(repeat, classes) for repeat in log_probabilities]
    return Scores(*(float(np.mean([getattr(one, part.name) for one in each])) for part in fields(Scores)))


def _difference(first: Reals, second: Reals, classes: Codes, scheme: Scheme, random: np.random.Generator) -> Interval:
    """Mean log loss of `first` minus that of `second`, with people resampled and their losses kept together."""
    by_person = (_of_truth(second, classes) - _of_truth(first, classes)).mean(axis=0)
    people = len(by_person)
    means = [by_person[random.integers(people, size=people)].mean() for _ in range(scheme.resamples)]
    tail = (1 - scheme.level) / 2
    low, high = np.quantile(means, (tail, 1 - tail))
    return Interval(float(by_person.mean()), float(low), float(high))


def _binned_error(stated: Reals, true: NDArray[np.bool_]) -> float:
    _, sums, hits = _bins(stated, true)
    return float(np.abs(sums - hits).sum() / len(stated))


def _bins(stated: Reals, true: NDArray[np.bool_]) -> tuple[Reals, Reals, Reals]:
    """Per bin: how many, the sum of what was stated, and how many came true."""
    at = np.minimum((stated * BINS).astype(np.intp), BINS - 1)
    number, sums, hits = (
        np.bincount(at, weights, BINS).astype(float) for weights in (None, stated, true.astype(float))
    )
    return number, sums, hits
