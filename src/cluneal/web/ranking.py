"""What fits under one prior, how much was said towards it, and what one more answer would make of it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from ..frozen import frozen
from ..pathway import Assessor
from ..pathway.assess import can_be_present
from ..reasoning import Contradiction, Differential, Findings, Question, collect, worth_asking
from ..reasoning.explain import could_lead
from ..reasoning.model import CHOSEN

Json = dict[str, Any]

VIEWS = ("sceptic", CHOSEN, "guide")
# How many open questions about a cause are tried for what their answer would do: each takes two rankings.
MOST_TRIED = 8
MOST_OPEN = 5


@frozen
class Turn:
    """An open question and the ranking after each answer; None where that answer cannot be given any more."""

    finding: str
    level: str
    yes: Differential | None
    no: Differential | None

    def leaders(self) -> tuple[str | None, str | None]:
        """The cause that leads after a yes and after a no."""
        return tuple(one.top(1)[0] if one else None for one in (self.yes, self.no))  # type: ignore[return-value]


class Ranking:
    """The causes in order. `rows` and `cannot_tell` are those of an assessment: see its JSON Schema."""

    def __init__(self, assessor: Assessor, setting: str, findings: Findings, prior: str, ranked: Json) -> None:
        self.assessor = assessor
        self.findings = findings
        self.prior = prior
        self.model = assessor.model(setting, prior)
        self.rows: list[Json] = ranked["differential"]
        self.cannot_tell: Json = ranked["cannot_tell"]
        self.places = {row["cause"]: place for place, row in enumerate(self.rows, 1)}
        self._open: dict[str, list[Turn]] = {}
        self._turns: dict[str, Turn] = {}

    def row(self, cause: str) -> Json:
        """The row of a cause."""
        return self.rows[self.places[cause] - 1]

    @cached_property
    def now(self) -> Differential:
        """The ranking without its ranges: quick."""
        return self.model.differential(self.findings, intervals=False)

    @cached_property
    def questions(self) -> list[Question]:
        """What is open and can still be true, alarm questions apart, the most telling for its effort first."""
        return [one for one in self.assessor.questions(self.model, self.findings) if not one.alarm]

    @cached_property
    def decisive(self) -> Turn | None:
        """The open question one of whose answers puts another cause first; else the one that tells most, if any is
        worth its minute."""
        worth = [one for one in self.questions if worth_asking(self.model, one)]
        might = (self.turn(one) for one in worth if self._might_change_order(one.finding))
        changing = next((turn for turn in might if self.changes_order(turn)), None)
        return changing or (self.turn(worth[0]) if worth else None)

    def _might_change_order(self, name: str) -> bool:
        """False only when neither answer can: a quick look before two rankings are worked out."""
        finding = self.model.knowledge.findings[name]
        if finding.implies or finding.implies_absent:
            return True
        return any(could_lead(self.model, self.now, name, present) for present in (True, False))

    def changes_order(self, turn: Turn) -> bool:
        """Whether one of the answers puts another cause first."""
        return any(leader not in (None, self.now.top(1)[0]) for leader in turn.leaders())

    def moved(self, turn: Turn) -> str:
        """The cause whose chance an answer moves most."""
        apart = {
            cause: max(abs(one.causes[cause].probability - now.probability) for one in (turn.yes, turn.no) if one)
            for cause, now in self.now.causes.items()
            if turn.yes or turn.no
        }
        return max(apart, key=lambda cause: apart[cause], default=self.now.top(1)[0])

    def open_for(self, cause: str) -> list[Turn]:
        """The open questions that are expected to move this cause most."""
        if cause not in self._open:
            known = self.model.knowledge.causes[cause]
            about = {*known.findings, *(name for form in known.forms.values() for name in form.findings)}
            by_bits = sorted((one for one in self.questions if one.finding in about), key=lambda one: -one.bits)
            turns = [self.turn(one) for one in by_bits[:MOST_TRIED]]
            self._open[cause] = sorted(turns, key=lambda one: -self._moves(cause, one))[:MOST_OPEN]
        return self._open[cause]

    def _moves(self, cause: str, turn: Turn) -> float:
        """Expected change of the cause's chance: how far apart the two answers lie, and how open the question is."""
        if turn.yes is None or turn.no is None:
            return 0.0
        now, yes, no = (one.causes[cause].probability for one in (self.now, turn.yes, turn.no))
        if yes == no:
            return 0.0
        likely = min(max((now - no) / (yes - no), 0.0), 1.0)
        return 2 * likely * (1 - likely) * abs(yes - no)

    def turn(self, question: Question) -> Turn:
        """What each answer to an open question would make of the order."""
        name = question.finding
        if name not in self._turns:
            self._turns[name] = Turn(name, question.level, self._after(name, True), self._after(name, False))
        return self._turns[name]

    def _after(self, name: str, present: bool) -> Differential | None:
        vocabulary = self.model.knowledge.findings
        if present and not can_be_present(name, self.findings, vocabulary):
            return None
        try:
            answers = collect(vocabulary, {**self.findings.values, name: present}, located=self.findings.located)
        except Contradiction:
            return None
        return self.model.differential(answers, intervals=False)
