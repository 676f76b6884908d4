"""The simulated world does what it says: care at peaks, wrong labels, images by age, relief that passes, bad coding."""

from __future__ import annotations

import math

import numpy as np
import pytest

from cluneal.simulate import CODINGS, Request, parameters
from cluneal.simulate.codes import Array, catalogue
from cluneal.simulate.course import Course
from cluneal.simulate.people import NEVER, NOBODY, cause_names, draw, first_day
from cluneal.simulate.world import Block, blocks

from .conftest import PREVALENCE, SEED, Folder

FORMS = ("scn_entrapment", "mcn_entrapment", "icn_entrapment")
SIZE = 4096


def has_it(block: Block) -> Array:
    return np.isin(block.people.cause, [cause_names().index(one) for one in FORMS])


class Watched(Course):
    """A course that remembers everybody's pain of every month, and who went to a doctor."""

    def __init__(self, seed: int, prevalence: float = PREVALENCE) -> None:
        random = np.random.default_rng(seed)
        super().__init__(draw(random, SIZE, prevalence), random, np.zeros(parameters().cluneal.clinics, bool))
        self.pains: list[Array] = []
        self.went: list[Array] = []

    def seek(self, month: int, pain: Array) -> None:
        before = self.visits.copy()
        super().seek(month, pain)
        self.pains.append(pain)
        self.went.append(self.visits > before)


@pytest.fixture(scope="module")
def course() -> Watched:
    found = Watched(3)
    found.run()
    return found


@pytest.mark.parametrize("prevalence", [0, 0.02, 0.3, 1])
def test_prevalence_is_what_was_asked_for(prevalence: float) -> None:
    size = 40_000
    cause = draw(np.random.default_rng(5), size, prevalence).cause
    share = np.isin(cause, [cause_names().index(one) for one in FORMS]).mean()
    assert abs(share - prevalence) <= 4 * math.sqrt(prevalence * (1 - prevalence) / size)


def test_every_cause_has_its_share() -> None:
    size = 200_000
    cause = draw(np.random.default_rng(6), size, 0).cause
    shares = {name: one["share"] for name, one in parameters().causes.items()}
    for i, (name, share) in enumerate(shares.items()):
        expected = share / sum(shares.values())
        # Five standard errors: nineteen shares are looked at.
        assert abs((cause == i).mean() - expected) <= 5 * math.sqrt(expected * (1 - expected) / size), name


def test_a_person_has_about_fifty_events(block: Block) -> None:
    assert 42 <= len(block.events) / len(block.people) <= 58


def test_some_records_are_long_and_some_nearly_empty(block: Block) -> None:
    counts = np.bincount(block.events.who, minlength=len(block.people))
    assert np.quantile(counts, 0.05) < 15
    assert np.quantile(counts, 0.99) > 150


def test_care_is_sought_at_peaks_and_what_follows_a_peak_is_better(course: Watched) -> None:
    before, then, after = [], [], []
    for month in range(40, len(course.pains) - 3):
        who = course.went[month] & (course.pains[month - 2] > 0)
        before.append(course.pains[month - 2][who])
        then.append(course.pains[month][who])
        after.append(course.pains[month + 2][who])
    assert np.concatenate(then).mean() > np.concatenate(before).mean() + 0.3
    assert np.concatenate(then).mean() > np.concatenate(after).mean() + 0.3


def test_a_peak_passes_without_any_treatment() -> None:
    course = Watched(4)
    pains = []
    for month in range(first_day(), first_day() + 900, parameters().window.step_days):
        pains.append(course.feel(month))
    old = course.people.onset < first_day() - 700
    at_peak = old & (pains[10] > 6)
    assert at_peak.sum() > 50
    assert pains[13][at_peak].mean() < pains[10][at_peak].mean() - 0.5


def test_the_wrong_treatment_helps_for_a_while_and_the_right_one_for_longer() -> None:
    course = Watched(5)
    facet = cause_names().index("lumbar_facet")
    who = np.flatnonzero(course.people.cause == facet)
    course.ease(who, "epidural")
    wrong = course.short[who].copy()
    assert 0.8 < wrong.mean() < 0.95
    course.short[:] = 1
    course.ease(who, "facet_injection")
    assert course.short[who].mean() < wrong.mean() - 0.3
    for month in range(12):
        course.feel(first_day() + 28 * month)
    assert course.short[who].mean() > 0.98


def test_images_show_more_the_older_somebody_is_whatever_hurts(course: Watched) -> None:
    people = course.people
    ordinary = (people.cause == cause_names().index("nonspecific_lbp")) & (course.scanned > 0)
    age = people.age(first_day())
    young, old = ordinary & (age < 40), ordinary & (age > 60)
    assert min(young.sum(), old.sum()) > 50
    blamed = course.image != NOBODY
    assert blamed[old].mean() > blamed[young].mean() + 0.15


def test_nobody_s_first_label_is_the_right_nerve(block: Block) -> None:
    labelled = block.recognised_day < NEVER
    assert labelled.sum() > 3
    assert (labelled & has_it(block)).sum() == labelled.sum()
    assert (block.recognised_day[labelled] > block.people.onset[labelled]).all()
    world = parameters()
    assert all("cluneal" not in heard for heard in world.hears.values())


def test_most_are_not_recognised_and_some_others_are_labelled_so(block: Block) -> None:
    recognised = (block.recognised_day < NEVER)[has_it(block)].mean()
    assert 0.02 < recognised < 0.3
    assert (block.mislabelled_day < NEVER).sum() > 0
    assert not ((block.mislabelled_day < NEVER) & has_it(block)).any()


def test_dangerous_causes_are_there_and_mostly_seen() -> None:
    course = Watched(8)
    course.people.cause[:] = cause_names().index("spinal_infection")
    course.danger[:] = catalogue().labels["infection"]
    course.people.level[:] = 8
    course.lasting[:] = True
    course.run()
    visited = course.visits > 2
    assert visited.sum() > 500
    assert course.danger_seen[visited].mean() > 0.75


def test_treatment_that_works_ends_the_search_for_care(course: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parameters().effects, "nonspecific", [0.9, 1.0])
    monkeypatch.setattr(parameters().effects, "short_keeps", 0.98)
    easy = Watched(3)
    easy.run()
    assert easy.visits.sum() < 0.85 * course.visits.sum()


def sides(coding: str) -> tuple[float, float, float]:
    """Of rows that have a side, the share without; of the labels, the vague ones; procedures a person."""
    one = next(blocks(Request(SIZE, SEED, coding, 0.2)))
    rows, what = catalogue(), one.events.what
    sided = rows.sided[what]
    back = np.isin(what, [rows.number[name] for name in ("back_pain", "back_pain_other", "spondylosis_unspecified")])
    return (one.events.side[sided] == 0).mean(), back.sum() / SIZE, (rows.table[what] == 1).sum() / SIZE


def test_the_worse_the_coding_the_less_it_says() -> None:
    missing, vague, procedures = zip(*(sides(coding) for coding in CODINGS), strict=True)
    assert missing[0] < missing[1] < missing[2]
    assert vague[0] < vague[1] < vague[2]
    assert procedures[0] > procedures[1] > procedures[2]


def test_codes_are_of_their_day(population: Folder) -> None:
    days: dict[str, list[str]] = {}
    for code, day in population.rows("condition_occurrence", "condition_source_value", "condition_start_date"):
        days.setdefault(code, []).append(day.isoformat())
    assert max(days["M54.5"]) < "2021-10-01" <= min(days["M54.50"])
    assert max(days["M51.36"]) < "2024-10-01" <= min(days["M51.369"])
