"""The self-care plan as pages show it: whose it is, how long a session takes, and what was done in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property

from markupsafe import Markup

from ..frozen import frozen
from ..knowledge.care import Prevention, SelfCare
from ..knowledge.routine import CarePlan, Reminder, Step, StopReason, Timing
from ..pathway.care_plan import Plan, Planned, Session, Story, care_plan, reason_of, went_badly
from ..pathway.plan import LEADING
from ..pathway.plan import prevention as risks_of
from ..record.sessions import Set, cleared, days_of, reminders_on, sessions
from .course_shown import day_words, number
from .desk import Desk
from .figures import Figure, Figures
from .render import PRESSING

MINUTE = 60
SIDES = ("left", "right")


@frozen
class Shown:
    """One step with its picture, and whether that was shown just before."""

    step: Step
    figure: Figure | None
    again: bool
    between: int


class Care:
    """One person's self-care today, worked out as far as a page asks for it."""

    def __init__(self, desk: Desk, rules: CarePlan) -> None:
        self.desk = desk
        self.say = desk.say.care
        self.rules = rules
        self.view = desk.view()
        self.today = desk.today()
        self.findings = desk.knowledge.findings
        self.figures = Figures(desk)

    @property
    def wait(self) -> bool:
        """Whether an alarm comes first: nothing is planned then."""
        return self.view.triage.urgency in PRESSING

    @cached_property
    def sessions(self) -> tuple[Session, ...]:
        """Everything that was done, by day."""
        return sessions(self.view.person)

    @cached_property
    def leading(self) -> tuple[str, ...] | None:
        """The causes in front; None while too little was said to tell."""
        found = self.view.assessment
        return tuple(row["cause"] for row in found["differential"][:LEADING]) if found["speaking"]["enough"] else None

    @cached_property
    def plan(self) -> Plan:
        """Today's plan."""
        story = Story(
            self.view.findings, days_of(self.view.person), self.sessions, self.leading, cleared(self.view.person)
        )
        return care_plan(self.desk.knowledge.selfcare, self.rules, story, self.today)

    @property
    def done_today(self) -> list[Session]:
        """What was done today, in the order of the record."""
        return [one for one in self.sessions if one.day == self.today]

    def names(self, findings: Sequence[str]) -> str:
        """Findings in words, in one line: those that were answered, before what follows from them."""
        said = [one for one in findings if self.view.person.answers.get(one)]
        return "; ".join(self.findings[one].label for one in said or findings)

    def name(self, measure: str) -> str:
        """A measure's name; its id where this version does not know it."""
        known: SelfCare | None = self.desk.knowledge.selfcare.get(measure)
        return known.name if known else measure

    def day(self, when: date) -> str:
        """A day in words."""
        return day_words(self.desk.say, when, self.today)

    def reason(self, session: Session) -> StopReason | None:
        """Why it was stopped."""
        return reason_of(session, self.rules.stops)

    def badly(self, session: Session) -> bool:
        """Whether it was stopped, or hurt more afterwards."""
        return went_badly(session, self.rules.stops)

    def told(self, session: Session) -> list[str]:
        """What was said of a session, in short pieces."""
        words = self.say.told
        found = [words[side](count=getattr(session, side)) for side in SIDES if getattr(session, side)]
        before, after = number(session.before), number(session.after)
        if before and after:
            found.append(words.both(before=before, after=after))
        elif before or after:
            found.append(words.before(value=before) if before else words.after(value=after))
        reason = self.reason(session)
        return [*found, words.stopped(reason=reason.plain)] if reason else found

    def steps(self, planned: Planned) -> list[Shown]:
        """The steps of today, each with its picture, and whether the one before it has the same."""
        found: list[Shown] = []
        last = None
        for step in planned.steps:
            name = step.figure or (planned.item.id if step.seconds else None)
            figure = self.figures.named(name) if name else None
            found.append(Shown(step, figure, name is not None and name == last, self.between(step)))
            last = name or last
        return found

    def between(self, step: Step) -> int:
        """Seconds to move between two repeats of a step."""
        return self.rules.timing.between if step.between is None else step.between

    def lasts(self, planned: Planned) -> str:
        """About how long a session takes; nothing for what has no time of its own."""
        seconds = sum(seconds_of(one, self.rules.timing) for one in planned.steps)
        return str(self.say.lasts(count=max(1, round(seconds / MINUTE)))) if seconds else ""

    def size(self, planned: Planned) -> str:
        """The step that grows, in numbers: what changes from level to level."""
        grows = [one for one in planned.steps if one.grows]
        if not grows:
            return ""
        step = max(grows, key=lambda one: one.repeats)
        if step.repeats > 1:
            return str((self.say.size.sides if step.each_side else self.say.size.times)(count=step.repeats))
        span = self.span(step.seconds or 0)
        return str(self.say.size.span(span=span)) if step.each_side else span

    def span(self, seconds: int) -> str:
        """A length of time in words."""
        words = self.desk.say.learn.self_care
        if seconds == MINUTE:
            return str(words.minute)
        whole = seconds > MINUTE and seconds % MINUTE == 0
        return str(words.minutes(count=seconds // MINUTE) if whole else words.seconds(count=seconds))

    def changed(self, planned: Planned) -> str:
        """Why it is more or less than what is written; nothing where it is neither."""
        if not planned.level:
            return ""
        return str(self.say.level.less if planned.level < 0 else self.say.level.more)

    def adapted(self, planned: Planned) -> bool:
        """Whether a step is done in another way than it is written."""
        return self.leading is not None and any(one.instead for one in planned.cautions)

    def small(self, item: SelfCare) -> Markup | None:
        """The measure's own picture, without its line."""
        figure = self.figures.of_self_care(item.id)
        return figure.svg if figure else None

    @cached_property
    def risks(self) -> list[Prevention]:
        """This person's risk factors."""
        return risks_of(self.view.findings, self.desk.knowledge.prevention)

    @cached_property
    def reminders(self) -> list[Reminder]:
        """The reminders that concern this person: of their risks, and of what they may do. Those that are on stay."""
        risks = {one.id for one in self.risks}
        fit = {one.item.id for one in self.plan.measures if one.suits and one.state not in ("left_out", "paused")}
        on = {one.reminder.id for one in self.on}
        return [
            one
            for one in self.rules.reminders
            if one.id in on or risks.intersection(one.prevention) or fit.intersection(one.selfcare)
        ]

    @cached_property
    def on(self) -> tuple[Set, ...]:
        """The reminders that are on."""
        return reminders_on(self.view.person, self.rules.reminders)

    def every(self, reminder: Reminder, count: int) -> str:
        """How often, in words."""
        words = self.say.every[reminder.unit]
        return str(words.one if count == 1 else words.more(count=count))


def seconds_of(step: Step, timing: Timing) -> int:
    """How long a step takes with the timer, from ready to the end; 0 for one without a time."""
    if not step.seconds:
        return 0
    between = timing.between if step.between is None else step.between
    side = step.repeats * step.seconds + (step.repeats - 1) * between
    return timing.ready + (len(SIDES) * side + timing.sides if step.each_side else side)
