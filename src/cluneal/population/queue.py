"""Who is looked at: as many people as there is room for, by the chance that a cluneal nerve takes part, and those
just outside. Each with what speaks for it, what is missing, and red flags first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..frozen import frozen
from ..knowledge.care import RedFlag
from ..pathway import Assessor
from ..pathway.assess import LEVELS
from ..reasoning import Findings, Model, Question, Share
from ..reasoning.batch import Reals
from ..reasoning.explain import arguments_for
from .flags import Flags
from .score import CLUNEAL, Answers, People, Scorer, cluneal_causes

QUEUE, NEAR = "queue", "near_miss"
# One near miss for every four in the queue.
QUEUED_TO_NEAR = 4
# What single precision may be wrong by, many times over: who lies that close is scored again in double precision.
SLACK = 1e-4
# Chances that differ by less are one chance, whatever the order of additions was.
DECIMALS = 9
# Of each way to find out: by asking, by examining, by a test.
MOST_MISSING = 3


@frozen
class Candidates:
    """People with their answers and the chance that a cluneal nerve takes part."""

    people: People
    answers: Answers
    chance: Reals

    def __len__(self) -> int:
        return len(self.people)

    def rows(self, wanted: NDArray[Any]) -> Candidates:
        """Some of them, in the order asked for."""
        return Candidates(self.people.rows(wanted), self.answers.rows(wanted), self.chance[wanted])


class Front:
    """Whoever may still be among the first `count`, kept while batches go by; memory does not grow with the people."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._kept: list[Candidates] = []
        self._number = 0
        self._least = -np.inf

    def add(self, some: Candidates) -> None:
        """Take in one batch."""
        near = some.rows(some.chance >= self._least - SLACK)
        self._kept.append(near)
        self._number += len(near)
        if self._number > 2 * self.count:
            self._prune()

    def people(self) -> Candidates | None:
        """Whoever is left: all that reach the place `count`, and those so close that they may. None without anybody."""
        self._prune()
        return self._kept[0] if self._kept else None

    def _prune(self) -> None:
        if not self._kept:
            return
        together = _joined(self._kept)
        if len(together) > self.count:
            self._least = float(np.partition(together.chance, -self.count)[-self.count])
            together = together.rows(together.chance >= self._least - SLACK)
        self._kept, self._number = [together], len(together)


def _joined(parts: Sequence[Candidates]) -> Candidates:
    if len(parts) == 1:
        return parts[0]

    who, said = [one.people for one in parts], [one.answers for one in parts]
    return Candidates(
        People(
            np.concatenate([one.ids for one in who]),
            np.concatenate([one.age for one in who]),
            np.concatenate([one.sex for one in who]),
            np.concatenate([one.tie for one in who]),
        ),
        Answers(
            said[0].findings,
            np.concatenate([one.values for one in said]),
            np.concatenate([one.inferred for one in said]),
        ),
        np.concatenate([one.chance for one in parts]),
    )


def near_misses(capacity: int) -> int:
    """How many are shown beside a queue of this capacity."""
    return -(-capacity // QUEUED_TO_NEAR)


def ranked(some: Candidates, exact: Scorer, count: int) -> Candidates:
    """The first `count` by chance in double precision. The same people whatever batches they came in."""
    chance = np.round(exact.posteriors(some.answers)[:, exact.cluneal].astype(np.float64), DECIMALS)
    order = np.lexsort((some.people.ids, -some.people.tie, -chance))[:count]
    best = some.rows(order)
    return Candidates(best.people, best.answers, chance[order])


@frozen
class Entry:
    """One person in the queue or just outside it.

    `rank` is by chance, from 1; `place` is the order of reading: red flags first. `causes` has every cause and none of
    these, most probable first. `weights` is what each finding adds to the leading cluneal nerve, in doublings of its
    odds. `flags` are the alarms that an answer fired; `screened` is False while alarm questions are open.
    """

    person: int
    part: str
    rank: int
    place: int
    age: float | None
    sex: str | None
    findings: Findings
    cluneal: Share
    causes: dict[str, Share]
    flags: list[RedFlag]
    screened: bool
    missing: list[Question]
    weights: dict[str, float]


def entries(best: Candidates, capacity: int, assessor: Assessor, exact: Scorer, flags: Flags) -> list[Entry]:
    """The queue and its near misses, in the order of reading."""
    bounds, points = exact.intervals(best.answers), exact.posteriors(best.answers)
    fired = flags.fired(best.answers, best.people.age)
    urgency, screened = flags.urgency(fired), flags.screened(fired)
    in_queue = np.arange(len(best)) < capacity
    order = np.lexsort((np.arange(len(best)), urgency, ~in_queue))
    known: dict[tuple[object, ...], tuple[list[Question], dict[str, float]]] = {}
    made = []
    for place, row in enumerate(order.tolist(), 1):
        # Records say few things, so many people say the same ones.
        key = tuple(best.answers.values[row].tolist())
        findings = best.answers.of(row)
        if key not in known:
            known[key] = (missing(assessor, exact.model, findings), weights(exact.model, findings))
        shares = {
            name: Share(p, min(low, p), max(high, p))
            for name, p, (low, high) in zip(exact.outcomes, points[row].tolist(), bounds[row].tolist(), strict=True)
        }
        cluneal = shares.pop(CLUNEAL)
        made.append(
            Entry(
                person=int(best.people.ids[row]),
                part=QUEUE if in_queue[row] else NEAR,
                rank=row + 1,
                place=place,
                age=None if np.isnan(best.people.age[row]) else float(best.people.age[row]),
                sex=str(best.people.sex[row]) or None,
                findings=findings,
                cluneal=cluneal,
                causes=dict(sorted(shares.items(), key=lambda one: -one[1].probability)),
                flags=flags.alarms(fired[row]),
                screened=bool(screened[row]),
                missing=known[key][0],
                weights=known[key][1],
            )
        )
    return made


def missing(assessor: Assessor, model: Model, findings: Findings) -> list[Question]:
    """What the record does not say, bears on a cluneal nerve and would tell most: by asking, by examining, by a test.

    Best first in each. Alarm questions are left out: whether they were asked is said with the red flags.
    """
    nerves = [model.knowledge.causes[name] for name in cluneal_causes(model.knowledge)]
    found = []
    for level in LEVELS:
        asked = assessor.questions(model, findings, (level,))
        bearing = (one for one in asked if not one.alarm and any(one.finding in nerve.findings for nerve in nerves))
        found += sorted(bearing, key=lambda one: -one.value)[:MOST_MISSING]
    return found


def weights(model: Model, findings: Findings) -> dict[str, float]:
    """What each finding adds to the odds of the leading cluneal nerve, in doublings."""
    result = model.differential(findings, intervals=False)
    nerve = max(cluneal_causes(model.knowledge), key=lambda cause: result.causes[cause].probability)
    return {one.finding: one.weight for one in arguments_for(model, result)[nerve]}
