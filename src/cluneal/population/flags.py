"""Red flags of many people at once: the rules of `pathway.triage` over whole columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..knowledge.care import RedFlag
from ..pathway import URGENCIES
from ..reasoning.batch import NOT_ASKED, PRESENT
from .score import Answers, Marks, Years

if TYPE_CHECKING:
    from ..reasoning.batch import Matrix

NONE = URGENCIES.index("none")
ROUTINE = "routine"


def is_alarm(rule: RedFlag) -> bool:
    """Whether it asks for somebody within two weeks or sooner because of an answer (`Triage.alarm`).

    A rule about what was not asked is none here: records hardly ever hold every answer.
    """
    return rule.urgency != ROUTINE and not rule.unless_known


class Flags:
    """The rules, most urgent first, ready for answers about `findings`. What is not among them was never asked."""

    def __init__(self, rules: Iterable[RedFlag], findings: Sequence[str]) -> None:
        # Stable, as for one person: rules of one urgency keep their order.
        self.rules = tuple(sorted(rules, key=lambda rule: URGENCIES.index(rule.urgency)))
        self._at = {name: i for i, name in enumerate(findings)}
        self._urgency = np.array([URGENCIES.index(rule.urgency) for rule in self.rules], np.int8)
        self._screening = np.array([bool(rule.unless_known) for rule in self.rules], np.bool_)
        self._alarm = np.array([is_alarm(rule) for rule in self.rules], np.bool_)

    def fired(self, answers: Answers, age: Years) -> Marks:
        """Which rules fire for whom: shape (people, rules).

        Args:
            answers: about the findings that this was made for.
            age: years, NaN where unknown.
        """
        values, inferred = np.ascontiguousarray(answers.values.T), np.ascontiguousarray(answers.inferred.T)
        present, known = values == PRESENT, (values != NOT_ASKED) | inferred
        result = np.empty((len(self.rules), len(answers)), np.bool_)
        for row, rule in zip(result, self.rules, strict=True):
            row[:] = self._fires(rule, present, known, age)
        return np.ascontiguousarray(result.T)

    def urgency(self, fired: Marks) -> Matrix:
        """Each person's urgency by its place in `URGENCIES`, that of the most urgent alarm; "none" without one."""
        result: Matrix = np.where(fired & self._alarm, self._urgency, NONE).min(axis=1, initial=NONE).astype(np.int8)
        return result

    def screened(self, fired: Marks) -> Marks:
        """False for people who were not asked every alarm question that screening needs."""
        screened: Marks = ~np.any(fired & self._screening, axis=1)
        return screened

    def alarms(self, fired_of_one: Marks) -> list[RedFlag]:
        """The alarms of one person, most urgent first."""
        return [rule for rule, fires in zip(self.rules, fired_of_one, strict=True) if fires and is_alarm(rule)]

    def _fires(self, rule: RedFlag, present: Marks, known: Marks, age: Years) -> Marks:
        fires = np.ones(present.shape[1], np.bool_)
        if rule.min_age is not None:
            fires &= age >= rule.min_age
        if rule.max_age is not None:
            fires &= age <= rule.max_age
        for name in rule.none_of:
            if name in self._at:
                fires &= ~present[self._at[name]]
        for name in rule.all_of:
            fires &= present[self._at[name]] if name in self._at else False
        if rule.unless_known:
            every: NDArray[np.bool_] = np.ones(present.shape[1], np.bool_)
            for name in rule.unless_known:
                every &= known[self._at[name]] if name in self._at else False
            fires &= ~every
        if rule.any_of:
            there = [present[self._at[name]] for name in rule.any_of if name in self._at]
            fires &= np.sum(there, axis=0, dtype=np.int16) >= rule.at_least if there else rule.at_least <= 0
        return fires
