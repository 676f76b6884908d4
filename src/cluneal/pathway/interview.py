"""The interview, without input or output: what is asked next, when it is enough, and what cannot both be true.

Every door holds the same one: the terminal (`cli/ask.py`) and the pages (`web/steps.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

from ..frozen import frozen
from ..knowledge.care import RedFlag
from ..knowledge.schema import Finding
from ..reasoning import Findings, Question
from ..reasoning.evidence import implied_by
from .assess import Assessor
from .case import BadCase, Case, read_case
from .triage import URGENCIES, Triage, fires, triage

ASK, EXAMINE = "ask", "examine"
EMERGENCY, SAME_DAY = "emergency", "same_day"
PRESSING = (EMERGENCY, SAME_DAY)
FINDINGS, HEALTH = "findings", "health"
# Parts of a case that are yes, no or not sure, each by its name.
NAMED = (FINDINGS, HEALTH)
LISTS = ("other_marks", "treatments", "blocks")
MUCH, SOMETHING, LITTLE = "much", "something", "little"
NEW, OLD, NEITHER = "new", "old", "neither"
# Of what the first question could change, what is left: from which share it is called much, and something.
MUCH_FROM, SOMETHING_FROM = 2 / 3, 1 / 3
# A first question that is worth less than so many times the line is not "much" for being the first.
LEAST_SCALE = 2

Json = dict[str, Any]
# A piece of a case: ("age",), ("findings", "fever"), ("mark",), ("treatments", 0).
Part = tuple[str | int, ...]
Reads = Callable[[Json], bool]


@frozen
class Progress:
    """How much the next answers can still change, and how many there may be.

    `share` is (best value left - line) / (best value at the start - line). The values are those that decide the order
    of the questions: bits a minute, danger included. The line is the one at which this interview stops: the lowest
    while fewer are answered than there are to be at least. The start is the case with its alarm answers, age, sex and
    place and no others. It can rise: one answer may open what another had closed. It is no share of the questions,
    whose number nobody can know. `change` is that share in a word. `more` counts the questions still to come by the
    answers so far; an answer may add some or take some away.
    """

    share: float
    change: str
    more: int


class Interview:
    """Where the interview stands after these answers. Pure: made anew after each.

    Args:
        case: as it was read, and its `findings` as the assessor made them.
        passed: findings asked about and not known ("not sure"); they are not asked again.
        further: go on below the line at which what fits can be seen, to the one where no question is worth its minute.
    """

    def __init__(
        self,
        assessor: Assessor,
        case: Case,
        findings: Findings,
        today: date,
        passed: Collection[str] = (),
        *,
        levels: tuple[str, ...] = (ASK,),
        further: bool = False,
    ) -> None:
        self.assessor = assessor
        self.case = case
        self.findings = findings
        self.today = today
        self.passed = passed
        self.levels = levels
        settings = assessor.knowledge.model
        self.stop_below = settings.questions_stop_below
        self.enough_below = max(settings.questions_enough_below / self._known_share(), self.stop_below)
        self.line = self.stop_below if further else self.enough_below

    @cached_property
    def _left(self) -> list[Question]:
        return [one for one in self.questions(self.levels) if one.finding not in self.passed]

    @cached_property
    def alarms(self) -> list[Question]:
        """The alarm questions still open, in their order."""
        return [one for one in self._left if one.alarm]

    @cached_property
    def pressing(self) -> list[Question]:
        """Questions whose "yes", by what was said, would ask for somebody today or sooner; they are few."""
        return [one for one in self._left if not one.alarm and self._could_press(one.finding)]

    @property
    def others(self) -> list[Question]:
        """What is worth asking after the alarm questions: what could press, whatever it tells, then the best."""
        return self._down_to(self.stop_below)

    @property
    def above(self) -> list[Question]:
        """Those of them above the line, or that come before as many were answered as an interview has at least."""
        return self._down_to(self.line)

    @property
    def next(self) -> Question | None:
        """What is asked now: an alarm question, or the best of the others above the line. None when it is enough."""
        return next(iter([*self.alarms, *self.above]), None)

    @property
    def seen_enough(self) -> bool:
        """True when what fits can be seen, though more could be asked."""
        return not self.alarms and not self._down_to(self.enough_below)

    def progress(self) -> Progress:
        """How much the questions still to come can change."""
        line = self.stop_below if self._owed else self.line
        best = max((one.value for one in self.above), default=line)
        full = max(self._first_value(), best, LEAST_SCALE * line) - line
        share = max(best - line, 0.0) / full if full > 0 else 0.0
        change = MUCH if share >= MUCH_FROM else SOMETHING if share >= SOMETHING_FROM else LITTLE
        return Progress(share, change, len(self.above))

    def questions(self, levels: tuple[str, ...], without: str | None = None) -> list[Question]:
        """Everything that could be asked on these levels, best first; as if `without` had not been answered."""
        if without is None:
            return self._questions(self.findings, levels)
        vocabulary = self.assessor.knowledge.findings
        others = {
            name: said
            for name, said in self.case.findings.items()
            if (finding := find(vocabulary, name, said)) is None or finding.id != without
        }
        return self._questions(self._with(others), levels)

    def _down_to(self, line: float) -> list[Question]:
        best = [
            one for one in self._left if not one.alarm and one.value >= self.stop_below and one not in self.pressing
        ]
        above = sum(one.value >= line for one in best)
        return [*self.pressing, *best[: max(above, self._owed)]]

    @property
    def _owed(self) -> int:
        """How many more answers there are to be before it can be enough."""
        return max(self.assessor.knowledge.model.questions_at_least - len(self._said), 0)

    def _known_share(self) -> float:
        """How often this person could answer: what is expected of anybody, and what they did so far."""
        settings, said = self.assessor.knowledge.model, self._said
        known = sum(one is not None for one in said.values())
        return (settings.known_share * settings.known_weight + known) / (settings.known_weight + len(said))

    @cached_property
    def _said(self) -> dict[str, bool | None]:
        """The answers to questions of these levels, but for the alarm questions."""
        vocabulary = self.assessor.knowledge.findings
        found = ((find(vocabulary, name, said), said) for name, said in self.case.findings.items())
        return {one.id: said for one, said in found if one and one.level in self.levels and not is_alarm(one)}

    def _could_press(self, name: str) -> bool:
        """True when a "yes" would fire a rule of "today" or sooner, and a more urgent one than those that fire."""
        vocabulary = self.assessor.knowledge.findings
        yes = dict.fromkeys({name} | implied_by(name, vocabulary), True)
        supposed = Findings({**self.findings.values, **yes}, self.findings.inferred, self.findings.located)
        return any(fires(rule, supposed, self.case.age) for rule in self._more_urgent)

    @cached_property
    def _more_urgent(self) -> list[RedFlag]:
        rules = self.assessor.knowledge.redflags.values()
        now = URGENCIES.index(triage(self.findings, rules, self.case.age).urgency)
        return [rule for rule in rules if rule.urgency in PRESSING and URGENCIES.index(rule.urgency) < now]

    def _first_value(self) -> float:
        """The value of the best question before any but the alarm questions was answered."""
        vocabulary = self.assessor.knowledge.findings
        alarms = {
            name: said
            for name, said in self.case.findings.items()
            if (finding := find(vocabulary, name, said)) and is_alarm(finding)
        }
        at_start = self._questions(self._with(alarms), self.levels)
        return max((one.value for one in at_start if not one.alarm), default=0.0)

    def _with(self, answers: Mapping[str, bool | None]) -> Findings:
        return self.assessor.findings(replace(self.case, findings=answers), self.today)

    def _questions(self, findings: Findings, levels: tuple[str, ...]) -> list[Question]:
        return self.assessor.questions(self.assessor.model(self.case.setting), findings, levels)


def is_alarm(finding: Finding) -> bool:
    """True for an alarm question that a person can answer."""
    return finding.alarm and finding.level == ASK


def find(vocabulary: Mapping[str, Finding], name: str, said: object) -> Finding | None:
    """The finding of this id or old name, for this answer; None when there is none."""
    if name in vocabulary:
        return vocabulary[name]
    for finding in vocabulary.values():
        of_this_answer = finding.aliases_when_absent if said is False else finding.aliases_when_present
        if name in (*finding.aliases, *of_this_answer):
            return finding
    return None


def not_passed(found: Triage, passed: Collection[str], urgencies: Collection[str] = (EMERGENCY,)) -> list[RedFlag]:
    """The rules that fire with such an urgency and that the person has not been told of yet."""
    return [rule for rule in found.fired if rule.urgency in urgencies and rule.id not in passed]


def what_fired(rule: RedFlag, findings: Findings) -> list[str]:
    """The findings by which the rule fires."""
    return [name for name in (*rule.all_of, *rule.any_of) if findings.get(name)]


def reader(assessor: Assessor, today: date) -> Reads:
    """A function that says whether a case as plain data can be read."""

    def reads(case: Json) -> bool:
        try:
            assessor.findings(read_case(case, tuple(assessor.knowledge.model.settings), today), today)
        except BadCase:
            return False
        return True

    return reads


def parts_of(case: Json) -> list[Part]:
    """The pieces of a case, each of which may be left out."""
    parts: list[Part] = []
    for name, value in case.items():
        if name in NAMED:
            parts += [(name, said) for said in value or {}]
        elif name in LISTS and isinstance(value, list):
            parts += [(name, i) for i in range(len(value))]
        else:
            parts.append((name,))
    return parts


def what_fits(case: Json, reads: Reads, first: Iterable[Part] = ()) -> tuple[Json, list[Part]]:
    """The case without what cannot stand beside the rest, and what was left out.

    What is tried earlier stays: `first`, and then the answers that are "yes", so that an alarm is never what is left
    out for the sake of a "no".
    """
    if reads(case):
        return case, []
    parts = parts_of(case)
    first = [part for part in first if part in parts]
    others = sorted((part for part in parts if part not in first), key=lambda part: value_of(case, part) is not True)
    kept: list[Part] = []
    out: list[Part] = []
    for part in (*first, *others):
        (kept if reads(_only(case, [*kept, part])) else out).append(part)
    return _only(case, kept), out


def rivals(case: Json, part: Part, reads: Reads) -> list[Part] | None:
    """The pieces of the case that cannot be true together with `part`, which is in it.

    None when `part` cannot be read even alone.
    """
    _, out = what_fits(case, reads, [part])
    return None if part in out else out


@frozen
class Settled:
    """What becomes of answers that did not fit together: said now (None is "not sure"), and taken back."""

    said: Mapping[Part, Any]
    taken_back: tuple[Part, ...]


def settle(part: Part, value: Any, rivals: Iterable[Part], right: str, said_before: bool) -> Settled:
    """What the person's choice comes to.

    Args:
        part: the new answer, and its `value`.
        rivals: what it does not fit.
        right: NEW, OLD or NEITHER.
        said_before: the same question had an answer already, that stays when the new one is not right.

    The answers that were not right follow from the other now or are asked again, so they are taken back. Where neither
    is certain both are "not sure".
    """
    if right == NEW:
        return Settled({part: value}, tuple(rivals))
    unsure = [] if part[0] != FINDINGS or (right == OLD and said_before) else [part]
    taken_back: list[Part] = []
    if right == NEITHER:
        unsure += [rival for rival in rivals if rival[0] == FINDINGS]
        taken_back += [rival for rival in rivals if rival[0] != FINDINGS]
    return Settled(dict.fromkeys(unsure), tuple(taken_back))


def value_of(case: Json, part: Part) -> Any:
    """What is said there; None when nothing is, or "not sure"."""
    value: Any = case.get(str(part[0]))
    if len(part) == 1:
        return value
    if isinstance(value, list):
        return value[int(part[1])]
    return (value or {}).get(part[1])


def with_part(case: Json, part: Part, value: Any) -> Json:
    """A copy of the case with this said last."""
    changed = deepcopy(case)
    if part[0] == FINDINGS:
        answers = changed.setdefault(FINDINGS, {})
        answers.pop(part[1], None)
        answers[part[1]] = value
    else:
        changed[str(part[0])] = value
    return changed


def _only(case: Json, parts: Collection[Part]) -> Json:
    """The case with these pieces and no others, in their old order."""
    wanted = set(parts)
    made: Json = {FINDINGS: {}}
    for part in parts_of(case):
        if part not in wanted:
            continue
        if part[0] in NAMED:
            made.setdefault(str(part[0]), {})[part[1]] = value_of(case, part)
        elif len(part) > 1:
            made.setdefault(str(part[0]), []).append(value_of(case, part))
        else:
            made[str(part[0])] = value_of(case, part)
    return made
