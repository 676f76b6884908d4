"""What every page works with: the knowledge, the reasoning, the journal, and what they come to now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from ..knowledge.schema import Knowledge
from ..language import Words, words
from ..pathway import Assessor, Case, Triage, read_case, triage
from ..pathway.interview import FINDINGS, Interview, Part, find, reader, what_fits
from ..pathway.interview import HEALTH as HEALTH_SAID
from ..reasoning import Findings
from ..record import Journal, Person, person_of, state_of
from ..record.person import ABOUT, ANSWER, BLOCK, HEALTH, MARK, PLANNED, TREATMENT, WORST
from .ranking import Ranking

Json = dict[str, Any]
LONGEST_MEMORY = 64
# A choice of the person: to be asked on when what fits can be seen.
FURTHER = "ask_further"
# Parts of a case that are yes, no or not sure by name, and their kinds of entry.
SAID_OF = {FINDINGS: ANSWER, HEALTH_SAID: HEALTH}
# How long the app stays open with nobody asking for a page, in minutes; the person may choose another of these.
LOCK_MINUTES, USUAL_MINUTES = (5, 15, 60, 240), 15
LOCK_AFTER = "lock_minutes"


class Locked(Exception):
    """The journal is locked: only its passphrase opens it."""


class Desk:
    """One journal on one machine, locked or not. Nothing here outlives the process but the journal.

    `record` is where the journal lies, or will lie once it is kept. Without a journal given the desk is locked.
    """

    def __init__(
        self,
        assessor: Assessor,
        journal: Journal | None,
        record: Path | None = None,
        language: str = "en",
        today: Callable[[], date] = date.today,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        self.assessor = assessor
        self._journal = journal
        self.record = record or (journal.path if journal else None)
        self.today = today
        self.now = now
        self.language = language
        self._forget()

    def _forget(self) -> None:
        self._person = Person()
        self._views: dict[tuple[int, date], View] = {}

    @property
    def journal(self) -> Journal:
        """The open journal. Raises Locked."""
        if self._journal is None:
            raise Locked
        return self._journal

    @property
    def locked(self) -> bool:
        """Whether a passphrase is needed before anything can be seen."""
        return self._journal is None

    @property
    def kept(self) -> bool:
        """Whether what is said is on the disk. Until a passphrase is chosen it is not."""
        return self._journal is not None and self._journal.path is not None

    @property
    def lock_minutes(self) -> int:
        """After how many minutes without a page this journal is locked."""
        chosen = self.person().choices.get(LOCK_AFTER)
        return chosen if chosen in LOCK_MINUTES else USUAL_MINUTES

    def take_up(self, journal: Journal) -> None:
        """Work on this journal from now on."""
        self._forget()
        self._journal = journal
        self.record = journal.path or self.record

    def lock(self) -> None:
        """Close the journal and forget all of it. One that is not kept stays, since it would be lost."""
        if self._journal is not None and self._journal.path is not None:
            self._journal.close()
            self._journal = None
            self._forget()

    def turn_to(self, record: Path) -> None:
        """Leave this journal, kept or not, for the one that lies or will lie at `record`. Raises JournalError."""
        state = state_of(record)
        if self._journal is not None:
            self._journal.close()
        self._journal = Journal.unsaved(self.now) if state == "none" else None
        self.record = record
        self._forget()

    @property
    def knowledge(self) -> Knowledge:
        """What is known."""
        return self.assessor.knowledge

    @property
    def say(self) -> Words:
        """Every word of the app."""
        return words(self.language)

    def erase(self) -> int:
        """Delete everything said, from the disk and from here; how many entries there were. Raises JournalError."""
        count = self.journal.erase()
        self._journal = Journal.unsaved(self.now)
        self._forget()
        return count

    def person(self) -> Person:
        """What the journal says now."""
        known = self._person
        if self.journal.latest() != known.number:
            fresh = self.journal.entries(after=known.number)
            # What came from another copy may be older than what was known: then all is read again, in its order.
            later = not fresh or fresh[0].clock > known.clock
            self._person = person_of(fresh, known) if later else person_of(self.journal.entries())
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
        self._rankings: dict[str, Ranking] = {}

    @cached_property
    def case(self) -> Case:
        """The case as it was read, without what cannot be."""
        return self.read(self.readable)

    @property
    def readable(self) -> Json:
        """The case as plain data, without what cannot be read."""
        return self._fitting[0]

    @cached_property
    def unread(self) -> tuple[tuple[str, str], ...]:
        """What the journal keeps and cannot be used, by kind and key: from another version, or said in two windows."""
        return tuple(self._entry_of(part) for part in self._fitting[1])

    @cached_property
    def _fitting(self) -> tuple[Json, list[Part]]:
        # One bad answer must take neither the others away nor the alarms that they raise.
        return what_fits(self.person.case(), reader(self.assessor, self.today))

    def _entry_of(self, part: Part) -> tuple[str, str]:
        name = str(part[0])
        if name in SAID_OF:
            return SAID_OF[name], str(part[1])
        if name == MARK:
            return MARK, WORST
        if len(part) == 1:
            return ABOUT, name
        person = self.person
        kind, keys = {
            "other_marks": (MARK, [key for key in person.marks if key != WORST]),
            "treatments": (TREATMENT, list(person.treatments)),
            "blocks": (BLOCK, [key for key, block in person.blocks.items() if not block.get(PLANNED)]),
        }[name]
        return kind, keys[int(part[1])]

    @cached_property
    def interview(self) -> Interview:
        """What is asked next, and whether it is enough."""
        vocabulary = self.assessor.knowledge.findings
        found = (find(vocabulary, name, said) for name, said in self.person.answers.items() if said is None)
        passed = {finding.id for finding in found if finding}
        further = bool(self.person.choices.get(FURTHER))
        return Interview(self.assessor, self.case, self.findings, self.today, passed, further=further)

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

    def ranking(self, prior: str | None = None) -> Ranking:
        """What fits, by the assessment's own prior or another: only the ranking is worked out anew for another."""
        own = self.assessor.prior
        named = prior or own
        if named not in self._rankings:
            setting, findings = self.case.setting, self.findings
            ranked = self.assessment if named == own else self.assessor.ranking(setting, findings, named)
            self._rankings[named] = Ranking(self.assessor, setting, findings, named, ranked)
        return self._rankings[named]
