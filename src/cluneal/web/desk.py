"""What every page works with: the knowledge, the reasoning, the journal, and what they come to now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Any

from ..knowledge.schema import Knowledge
from ..language import Words, words
from ..pathway import Assessor, Case, Triage, read_case, triage
from ..reasoning import Findings
from ..record import Journal, Person, person_of

Json = dict[str, Any]
LONGEST_MEMORY = 64


class Desk:
    """One journal on one machine. Nothing here outlives the process but the journal."""

    def __init__(
        self,
        assessor: Assessor,
        journal: Journal,
        language: str = "en",
        today: Callable[[], date] = date.today,
    ) -> None:
        self.assessor = assessor
        self.journal = journal
        self.today = today
        self.language = language
        self._person = Person()
        self._views: dict[tuple[int, date], View] = {}

    @property
    def knowledge(self) -> Knowledge:
        """What is known."""
        return self.assessor.knowledge

    @property
    def say(self) -> Words:
        """Every word of the app."""
        return words(self.language)

    def person(self) -> Person:
        """What the journal says now."""
        if self.journal.latest() != self._person.number:
            self._person = person_of(self.journal.entries())
        return self._person

    def view(self) -> View:
        """What the answers so far come to; the same object while nothing new is said on the same day."""
        key = (self.person().number, self.today())
        if key not in self._views:
            while len(self._views) >= LONGEST_MEMORY:
                del self._views[next(iter(self._views))]
            self._views[key] = View(self.assessor, self.person(), self.today())
        return self._views[key]


class View:
    """The answers at one moment, and everything that follows from them, worked out when it is first asked for."""

    def __init__(self, assessor: Assessor, person: Person, today: date) -> None:
        self.assessor = assessor
        self.person = person
        self.today = today

    @cached_property
    def case(self) -> Case:
        """The case as it was read."""
        return self.read(self.person.case())

    def read(self, case: Json) -> Case:
        """A case from plain data. Raises BadCase."""
        return read_case(case, tuple(self.assessor.knowledge.model.settings), self.today)

    @cached_property
    def findings(self) -> Findings:
        """Everything said, as findings."""
        return self.assessor.findings(self.case, self.today)

    @cached_property
    def triage(self) -> Triage:
        """Which red-flag rules fire."""
        return triage(self.findings, self.assessor.knowledge.redflags.values(), self.case.age)

    @cached_property
    def assessment(self) -> Json:
        """The whole assessment: `docs/reference/assessment.schema.json`."""
        return self.assessor.assess(self.case, self.today)
