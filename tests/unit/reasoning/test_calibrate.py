"""Calibration against scikit-learn, plain loops, and simulated people whose dependence is known."""

from __future__ import annotations

import time
from dataclasses import asdict

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import log_loss
from sklearn.naive_bayes import BernoulliNB

from cluneal.reasoning.calibrate import (
    BINS,
    SCHEME,
    Calibration,
    CannotCalibrate,
    Scheme,
    calibrate,
    classwise_error,
    cross_validated_losses,
    fit,
    reliability,
    scores,
    stratified_folds,
    top_label_error,
)

Answers = NDArray[np.int8]
Codes = NDArray[np.intp]

SIZES = (256, 102, 106)
FINDINGS = 11
SMALL = Scheme(outer_folds=5, repeats=1, inner_folds=4, powers=(0.4, 0.7, 1.0, 1.3), resamples=50)


def people(seed: int, loading: float, typical: float = 2.5) -> tuple[Answers, Codes]:
    """Three groups of findings, each typical of one class. In one person a group's findings move together.

    `loading` is how far, in logits, one standard deviation of the person's factor moves them; 0 is independence.
    """
    random = np.random.default_rng(seed)
    codes = np.repeat(np.arange(len(SIZES)), SIZES)
    group = np.arange(FINDINGS) % len(SIZES)
    base = np.where(np.arange(len(SIZES))[:, None] == group, typical, -typical)
    base = base + random.normal(0, 0.7, base.shape)
    factors = random.normal(size=(len(codes), len(SIZES)))
    chance = 1 / (1 + np.exp(-(base[codes] + loading * factors[:, group])))
    return (random.random(chance.shape) < chance).astype(np.int8), codes


@pytest.fixture(scope="module")
def correlated() -> Calibration:
    return calibrate(*people(3, loading=2.5, typical=3.0))


# The model


def test_power_1_is_scikit_learn_s_naive_bayes() -> None:
    answers, codes = people(1, loading=2)
    theirs = BernoulliNB(alpha=1).fit(answers, codes)
    ours = fit(answers, codes, smoothing=1).log_probabilities(answers, power=1)
    np.testing.assert_allclose(ours, theirs.predict_log_proba(answers), rtol=0, atol=1e-9)


def test_the_plain_figures_are_scikit_learn_s_on_the_same_folds() -> None:
    answers, codes = people(2, loading=2)
    fold = stratified_folds(codes, SMALL.outer_folds, np.random.default_rng(7))
    stated = np.empty((len(codes), len(SIZES)))
    for held_out in range(SMALL.outer_folds):
        train, test = fold != held_out, fold == held_out
        stated[test] = BernoulliNB(alpha=1).fit(answers[train], codes[train]).predict_proba(answers[test])
    plain = calibrate(answers, codes, seed=7, scheme=SMALL).plain
    assert plain.log_loss == pytest.approx(log_loss(codes, stated), abs=1e-9)
    assert plain.accuracy == pytest.approx((stated.argmax(axis=1) == codes).mean(), abs=1e-12)


def test_the_power_is_on_the_likelihood_only() -> None:
    answers, codes = people(1, loading=0)
    model = fit(answers, codes, smoothing=1)
    share = np.bincount(codes) / len(codes)
    np.testing.assert_allclose(np.exp(model.log_probabilities(answers, power=0)), np.tile(share, (len(codes), 1)))


def test_a_blank_adds_nothing() -> None:
    answers, codes = people(4, loading=1)
    blanked = answers.copy()
    blanked[::3, 2] = -1
    answered = blanked[:, 2] >= 0
    model = fit(blanked, codes, smoothing=1)
    # The column is learnt from those who answered it ...
    alone = fit(answers[answered][:, [2]], codes[answered], smoothing=1)
    np.testing.assert_allclose(model.log_present[2], alone.log_present[0])
    np.testing.assert_allclose(model.log_absent[2], alone.log_absent[0])
    # ... and a person who did not answer is judged by the others.
    others = [i for i in range(FINDINGS) if i != 2]
    without = fit(blanked[:, others], codes, smoothing=1)
    np.testing.assert_allclose(
        model.log_likelihood(blanked[~answered]), without.log_likelihood(blanked[~answered][:, others])
    )


def test_a_column_that_nobody_answered_changes_nothing() -> None:
    answers, codes = people(5, loading=1)
    more = np.hstack([answers, np.full((len(codes), 1), -1, np.int8)])
    assert asdict(calibrate(more, codes, scheme=SMALL)) == asdict(calibrate(answers, codes, scheme=SMALL))


def test_a_fold_may_lack_a_value() -> None:
    answers, codes = people(6, loading=1)
    answers[:, 0] = 0
    answers[0, 0] = 1
    answers[:, 1] = 1
    result = calibrate(answers, codes, scheme=SMALL)
    assert np.isfinite([result.plain.log_loss, result.powered.log_loss, result.gain.low, result.gain.high]).all()


# Choosing


def test_inner_losses_equal_plain_loops_with_scikit_learn() -> None:
    answers, codes = people(7, loading=2)
    scheme = Scheme(inner_folds=4, powers=(0.3, 0.65, 1.0), smoothings=(0.5, 2.0))
    fold = stratified_folds(codes, 4, np.random.default_rng(11))
    expected = np.zeros((3, 2))
    for j, smoothing in enumerate(scheme.smoothings):
        for held_out in range(4):
            train, test = fold != held_out, np.flatnonzero(fold == held_out)
            model = BernoulliNB(alpha=smoothing).fit(answers[train], codes[train])
            joint = model.predict_joint_log_proba(answers[test])
            for i, power in enumerate(scheme.powers):
                for row, person in zip(joint, test, strict=True):
                    logs = model.class_log_prior_ + power * (row - model.class_log_prior_)
                    weights = np.exp(logs - logs.max())
                    expected[i, j] -= np.log(weights[codes[person]] / weights.sum())
    found = cross_validated_losses(answers, codes, scheme, np.random.default_rng(11))
    np.testing.assert_allclose(found, expected / len(codes), rtol=0, atol=1e-9)


def test_folds_are_stratified_and_even() -> None:
    codes = np.repeat([0, 1, 2], [57, 11, 13])
    fold = stratified_folds(codes, 10, np.random.default_rng(1))
    assert np.ptp(np.bincount(fold, minlength=10)) <= 1
    for kind in range(3):
        assert np.ptp(np.bincount(fold[codes == kind], minlength=10)) <= 1


@pytest.mark.parametrize("seed", [3, 11, 12, 13])
def test_correlated_findings_call_for_a_power_under_1(seed: int) -> None:
    result = calibrate(*people(seed, loading=2.5, typical=3.0))
    assert result.fitted.power < 0.8
    assert max(choice.power for choice in result.choices) < 0.9
    assert result.powered.log_loss < result.plain.log_loss
    assert result.powered.calibration_error < result.plain.calibration_error
    assert result.powered.classwise_calibration_error < result.plain.classwise_calibration_error
    assert result.powered.accuracy > result.plain.accuracy - 0.01


def test_where_plain_multiplication_loses_0_3_nats_one_power_meets_the_bounds(correlated: Calibration) -> None:
    # Log loss 0.245 and calibration error 0.03 are what a registry of this size and difficulty must reach.
    assert 0.25 < correlated.plain.log_loss < 0.35
    assert correlated.plain.calibration_error > 0.04
    assert correlated.powered.log_loss <= 0.245
    assert correlated.powered.calibration_error <= 0.03
    assert correlated.gain.high < 0
    assert correlated.gain_over_smoothed.high < 0


@pytest.mark.parametrize("seed", [21, 22, 23])
def test_independent_findings_leave_the_power_near_1(seed: int) -> None:
    result = calibrate(*people(seed, loading=0, typical=0.8))
    assert 0.8 <= result.fitted.power <= 1.25
    assert result.powered.log_loss < result.plain.log_loss + 0.005
    assert result.powered.calibration_error < result.plain.calibration_error + 0.015


def test_findings_that_say_nothing_are_not_made_to_say_something() -> None:
    random = np.random.default_rng(31)
    codes = np.repeat(np.arange(3), SIZES)
    result = calibrate(random.integers(0, 2, (len(codes), FINDINGS)), codes)
    share = np.bincount(codes) / len(codes)
    from_the_prior = -(share * np.log(share)).sum()
    # Below this would mean that the people scored had leaked into the choice.
    assert result.powered.log_loss > from_the_prior - 0.003
    assert result.powered.log_loss < result.plain.log_loss


def test_one_finding_written_down_five_times_needs_a_fifth_of_its_weight() -> None:
    random = np.random.default_rng(41)
    codes = np.repeat([0, 1], 300)
    one = (random.random(600) < np.where(codes == 0, 0.25, 0.75)).astype(np.int8)
    once, copied = calibrate(one[:, None], codes), calibrate(np.repeat(one[:, None], 5, axis=1), codes)
    assert copied.fitted.power == pytest.approx(0.2, abs=0.031)
    assert copied.powered.log_loss == pytest.approx(once.powered.log_loss, abs=0.002)


# What is reported


def test_the_same_seed_gives_the_same_result_and_another_seed_another() -> None:
    answers, codes = people(8, loading=2)
    # By value: records of this project are equal to themselves only.
    first, again, other = (asdict(calibrate(answers, codes, seed=seed, scheme=SMALL)) for seed in (5, 5, 6))
    assert first == again
    assert first["powered"] != other["powered"]


def test_the_difference_is_that_of_the_two_log_losses(correlated: Calibration) -> None:
    gain = correlated.gain
    assert gain.difference == pytest.approx(correlated.powered.log_loss - correlated.plain.log_loss, abs=1e-12)
    assert gain.low < gain.difference < gain.high
    alone = correlated.gain_over_smoothed
    assert alone.difference == pytest.approx(correlated.powered.log_loss - correlated.smoothed.log_loss, abs=1e-12)


def test_every_outer_fold_reports_its_choice_and_bins_count_everybody(correlated: Calibration) -> None:
    assert len(correlated.choices) == SCHEME.outer_folds * SCHEME.repeats
    for bins in (correlated.plain_bins, correlated.powered_bins):
        assert sum(one.people for one in bins) == pytest.approx(sum(SIZES))
        assert all(one.low <= one.stated <= one.high for one in bins)


def test_figures_are_means_over_repeats_not_of_pooled_predictions(correlated: Calibration) -> None:
    # Pooling can only lower the gap of a bin, so a pooled error would flatter.
    for bins, reported in ((correlated.plain_bins, correlated.plain), (correlated.powered_bins, correlated.powered)):
        pooled = sum(one.people * abs(one.stated - one.came_true) for one in bins) / sum(SIZES)
        assert pooled < reported.calibration_error


def test_scores_of_a_case_worked_by_hand() -> None:
    stated = np.array([[0.7, 0.2, 0.1], [0.75, 0.15, 0.1], [0.3, 0.6, 0.1], [0.0, 0.0, 1.0]])
    truth = np.array([0, 1, 1, 2])
    with np.errstate(divide="ignore"):
        found = scores(np.log(stated), truth)
    assert found.accuracy == 0.75
    assert found.log_loss == pytest.approx(-np.log([0.7, 0.15, 0.6, 1.0]).mean())
    assert found.brier == pytest.approx((0.14 + 1.295 + 0.26 + 0) / 4)
    # Bin 0.7 to 0.8: stated 0.725 on average, one of two right. Bin 0.6: 0.6 against 1. Bin 0.9 to 1: 1 against 1.
    assert found.calibration_error == pytest.approx((2 * 0.225 + 1 * 0.4 + 1 * 0) / 4)


def test_calibration_errors_equal_plain_loops() -> None:
    random = np.random.default_rng(51)
    stated = random.dirichlet((0.5, 0.5, 0.5), size=300)
    truth = random.integers(0, 3, 300)

    def error(chances: list[float], right: list[bool]) -> float:
        total = 0.0
        for i in range(BINS):
            inside = [
                k for k, chance in enumerate(chances) if i / BINS <= chance < (i + 1) / BINS or (i == 9 and chance == 1)
            ]
            if inside:
                said = sum(chances[k] for k in inside) / len(inside)
                came = sum(right[k] for k in inside) / len(inside)
                total += len(inside) / len(chances) * abs(said - came)
        return total

    top = [max(row) for row in stated.tolist()]
    hit = [row.index(max(row)) == kind for row, kind in zip(stated.tolist(), truth, strict=True)]
    assert top_label_error(stated, truth) == pytest.approx(error(top, hit), abs=1e-12)
    by_class = [error(stated[:, kind].tolist(), (truth == kind).tolist()) for kind in range(3)]
    assert classwise_error(stated, truth) == pytest.approx(sum(by_class) / 3, abs=1e-12)
    table = reliability(stated[None], truth)
    assert sum(one.people / 300 * abs(one.stated - one.came_true) for one in table) == pytest.approx(error(top, hit))


def test_thousands_of_identical_findings_do_not_overflow() -> None:
    codes = np.repeat([0, 1], 20)
    answers = np.repeat(codes[:, None].astype(np.int8), 3000, axis=1)
    answers[0] = 1
    result = calibrate(answers, codes, scheme=SMALL)
    assert np.isfinite([result.plain.log_loss, result.powered.log_loss]).all()


def test_a_registry_s_worth_of_people_takes_seconds() -> None:
    started = time.process_time()
    calibrate(*people(9, loading=2))
    assert time.process_time() - started < 30


# What is refused


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ((30,), "1 class; at least 2"),
        ((30, 9), "class 1 has 9 people; 10 are needed"),
        ((30, 0, 30), "class 1 has 0 people"),
    ],
)
def test_too_few_of_a_class_is_refused(sizes: tuple[int, ...], message: str) -> None:
    codes = np.repeat(np.arange(len(sizes)), sizes)
    with pytest.raises(CannotCalibrate, match=message):
        calibrate(np.zeros((len(codes), 2), np.int8), codes)


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(CannotCalibrate, match="do not fit"):
        calibrate(np.zeros((5, 2), np.int8), np.zeros(4, np.intp))
