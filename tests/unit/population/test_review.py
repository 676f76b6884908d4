"""Reviews: kept at once and for ever, and what they come to."""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from math import comb
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cluneal.knowledge.draws import Draws
from cluneal.knowledge.schema import Knowledge
from cluneal.population.folder import BadFolder
from cluneal.population.recalibrate import POWERS, recalibrate
from cluneal.population.review import (
    LONGEST_REASON,
    Queue,
    Review,
    Reviews,
    Unsaved,
    precision,
    reviewed,
    should_stop,
    subgroups,
    wilson,
)
from cluneal.population.score import PERSON
from cluneal.reasoning import compile
from cluneal.reasoning.calibrate import CannotCalibrate

NOW = datetime(2026, 11, 24, 12, 0)


@pytest.fixture
def queue(finished: Path, tmp_path: Path) -> Queue:
    shutil.copytree(finished, tmp_path / "out")
    return Queue(tmp_path / "out")


def test_a_review_is_there_after_a_restart_and_the_last_one_counts(queue: Queue) -> None:
    queue.reviews.add(reviewed(1, "yes", "  tender\nat the rim ", NOW))
    queue.reviews.add(reviewed(2, "no", "", NOW))
    queue.reviews.add(reviewed(1, "cannot_tell", "…", NOW))
    again = Reviews(queue.reviews.path)
    assert {who: one.answer for who, one in again.latest().items()} == {1: "cannot_tell", 2: "no"}
    lines = queue.reviews.path.read_text().splitlines()
    assert len(lines) == 3
    assert "tender\\nat the rim" in lines[0]
    assert queue.reviews.path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "left", [b'{"at": "2026", "person_id": 3, "ans', b"\xff\xfe", b"[]", b'{"answer": "yes"}', b"{}\n\n"]
)
def test_a_line_cut_by_a_power_failure_costs_no_other(left: bytes, tmp_path: Path) -> None:
    reviews = Reviews(tmp_path / "reviews.jsonl")
    reviews.add(reviewed(1, "yes", "a", NOW))
    with reviews.path.open("ab") as file:
        file.write(left)
    reviews.add(reviewed(2, "no", "b", NOW))
    assert {who: one.answer for who, one in Reviews(reviews.path).latest().items()} == {1: "yes", 2: "no"}


def test_an_answer_that_is_none_of_the_three_counts_for_nothing(tmp_path: Path) -> None:
    reviews = Reviews(tmp_path / "reviews.jsonl")
    reviews.add(Review(1, "maybe", "", "2026"))
    assert reviews.latest() == {}


def test_a_review_that_cannot_be_kept_says_so(tmp_path: Path) -> None:
    with pytest.raises(Unsaved, match="no such file"):
        Reviews(tmp_path / "gone" / "reviews.jsonl").add(reviewed(1, "yes", "", NOW))


def test_reviews_of_two_windows_are_all_kept(tmp_path: Path) -> None:
    one, two = Reviews(tmp_path / "reviews.jsonl"), Reviews(tmp_path / "reviews.jsonl")
    one.add(reviewed(1, "yes", "", NOW))
    assert len(two.latest()) == 1
    two.add(reviewed(2, "no", "", NOW))
    one.add(reviewed(3, "no", "", NOW))
    assert len(one.latest()) == len(two.latest()) == 3


def test_each_review_is_on_the_disk_before_it_is_answered_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(os.fstat(handle).st_size))
    reviews = Reviews(tmp_path / "reviews.jsonl")
    reviews.add(reviewed(1, "yes", "", NOW))
    assert reviews.path.stat().st_size in synced


def test_a_long_reason_is_cut() -> None:
    assert len(reviewed(1, "yes", "a" * 10_000, NOW).reason) == LONGEST_REASON


@pytest.mark.parametrize(
    ("yes", "trials", "low", "high"),
    # Newcombe (1998), table I, method 3 (Wilson, no continuity correction).
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_is_that_of_the_books(yes: int, trials: int, low: float, high: float) -> None:
    assert wilson(yes, trials) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize("share", [0.05, 0.2, 0.5])
def test_the_interval_holds_the_true_share_about_19_times_in_20(share: float) -> None:
    trials = 40
    chance = [comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(trials + 1)]
    held = sum(p for k, p in enumerate(chance) if wilson(k, trials)[0] <= share <= wilson(k, trials)[1])
    assert 0.92 <= held <= 0.99


def test_cannot_tell_counts_neither_way() -> None:
    found = precision(["yes", "no", "no", "cannot_tell", "no"])
    assert (found.yes, found.no, found.cannot_tell, found.share) == (1, 3, 1, 0.25)
    nothing = precision(["cannot_tell"])
    assert (nothing.share, nothing.low, nothing.high) == (None, 0.0, 1.0)


def test_it_stops_only_when_even_the_high_end_is_below_the_floor() -> None:
    assert not should_stop(precision([]), 0.5)
    assert not should_stop(precision(["no"] * 5), 0.05)
    assert should_stop(precision(["no"] * 100), 0.05)
    assert not should_stop(precision(["no"] * 100), 0.0)
    assert not should_stop(precision(["no"] * 90 + ["yes"] * 10), 0.1)


def test_near_misses_do_not_count(queue: Queue) -> None:
    for one in queue.people:
        queue.reviews.add(reviewed(one[PERSON], "yes", "", NOW))
    assert len(queue.people) == 50
    assert len(queue.judged()) == 40


def test_small_groups_are_hidden(queue: Queue) -> None:
    people: list[dict[str, Any]] = [
        {"age": 50.0, "sex": "f" if i < 12 else "m", "race": None, "ethnicity": "x"} for i in range(19)
    ]
    judged = [(one, reviewed(i, "no" if i % 3 else "yes", "", NOW)) for i, one in enumerate(people)]
    groups = {name: dict(rows) for name, rows in subgroups(judged).items()}
    assert groups["sex"]["m"] is None
    women = groups["sex"]["f"]
    assert women is not None
    assert (women.yes, women.judged) == (4, 12)
    assert set(groups["age"]) == {"50–59"}
    assert set(groups["race"]) == {""}


def test_a_folder_that_is_no_queue_is_named(tmp_path: Path, finished: Path) -> None:
    with pytest.raises(BadFolder, match="no finished screening"):
        Queue(tmp_path)
    shutil.copy(finished / "run.json", tmp_path)
    (tmp_path / "queue.parquet").write_bytes(b"PAR1 broken")
    with pytest.raises(BadFolder, match="cannot be read"):
        Queue(tmp_path)


def judge(queue: Queue, chances: dict[int, float], seed: int = 4) -> None:
    random = np.random.default_rng(seed)
    for person, chance in chances.items():
        queue.reviews.add(reviewed(person, "yes" if random.random() < chance else "no", "", NOW))


def test_too_few_reviews_are_not_fitted(queue: Queue, knowledge: Knowledge, draws: Draws) -> None:
    model = compile(knowledge, "pain_or_spine_clinic", draws=draws)
    with pytest.raises(CannotCalibrate, match="0 reviews say yes; 10 are needed"):
        recalibrate(model, queue)
    for one in queue.people:
        queue.reviews.add(reviewed(one[PERSON], "yes", "", NOW))
    with pytest.raises(CannotCalibrate, match="0 reviews say no; 10 are needed"):
        recalibrate(model, queue)


def test_a_site_where_it_is_more_common_is_found_out(queue: Queue, knowledge: Knowledge, draws: Draws) -> None:
    model = compile(knowledge, "pain_or_spine_clinic", draws=draws)
    odds = {one[PERSON]: one["cluneal"] / (1 - one["cluneal"]) for one in queue.people}
    judge(queue, {person: 6 * odd / (1 + 6 * odd) for person, odd in odds.items()})
    found = recalibrate(model, queue)
    assert found.people == 50
    assert found.power in POWERS
    assert found.better
    # Whatever the power, the people reviewed come out about as often as they were: that is what the ratio is for.
    assert found.odds_ratio > 2
    assert recalibrate(model, queue).odds_ratio == found.odds_ratio


def test_reviews_that_agree_with_the_model_ask_for_no_change(queue: Queue, knowledge: Knowledge, draws: Draws) -> None:
    model = compile(knowledge, "pain_or_spine_clinic", draws=draws)
    ratios, losses = [], []
    for seed in range(6):
        queue.reviews.path.unlink(missing_ok=True)
        judge(queue, {one[PERSON]: min(1.0, one["cluneal"] + 0.1) for one in queue.people}, seed)
        try:
            found = recalibrate(model, queue)
        except CannotCalibrate:
            continue
        ratios.append(found.odds_ratio)
        losses.append(found.loss_then)
    assert ratios
    assert 0.3 < float(np.median(ratios)) < 5
    assert all(0.3 < loss < 1.2 for loss in losses)
