"""The self-care of one day: what is due, at which size, what waits and why. Pure: same record, same day, same plan.

What was done and how the days were makes it grow and shrink: docs/how-to/self-care-sessions.md tells it in words.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from math import ceil
from statistics import median
from typing import Literal

from ..frozen import frozen
from ..knowledge.care import SelfCare
from ..knowledge.routine import CarePlan, Dose, Flare, Growth, Provoking, Step, StopReason, Stops
from ..reasoning import Findings

State = Literal["left_out", "paused", "rest", "done", "later", "due", "spare"]
# As a day is looked at: what to do, what could be done, what was done, what waits.
ORDER: tuple[State, ...] = ("due", "spare", "done", "later", "rest", "paused", "left_out")
NOTHING: frozenset[str] = frozenset()


@frozen
class Day:
    """The worst pain of one day."""

    day: date
    worst: float


@frozen
class Session:
    """A measure that was done, or begun and stopped (`stopped` is the reason's id). Pain is 0 to 10 where it was said.

    `left` and `right` are the repeats done on each side.
    """

    key: str
    measure: str
    day: date
    before: float | None = None
    after: float | None = None
    left: int | None = None
    right: int | None = None
    stopped: str | None = None


@frozen
class Story:
    """What the plan is made from, besides the knowledge and the day.

    `days` and `sessions` are in order. `leading` are the causes in front; None while too little was said to tell.
    `cleared` are, by measure, the answers and stopped sessions that no longer stand against it: somebody asked.
    """

    findings: Findings
    days: Sequence[Day] = ()
    sessions: Sequence[Session] = ()
    leading: Collection[str] | None = None
    cleared: Mapping[str, frozenset[str]] | None = None


@frozen
class Spell:
    """Worse days in a row, from the first to the last."""

    first: date
    last: date


@frozen
class Planned:
    """One measure on one day, with its steps as they are today.

    `against` are findings that leave it out; `stopped` is the session that pauses or rests it; `until` the day on which
    it is due again. `level` is 0 for what is written. `suits` are the findings it was chosen for.
    """

    item: SelfCare
    state: State
    level: int
    steps: tuple[Step, ...]
    cautions: tuple[Provoking, ...] = ()
    suits: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    stopped: Session | None = None
    until: date | None = None
    times: int = 0


@frozen
class Plan:
    """All measures, what is due first. `easing`: a worse day is not long past, so there is less."""

    measures: tuple[Planned, ...]
    easing: bool = False

    def of(self, measure: str) -> Planned:
        """One of them. Raises KeyError when there is none of that name."""
        for one in self.measures:
            if one.item.id == measure:
                return one
        raise KeyError(measure)

    def having(self, *states: State) -> list[Planned]:
        """Those in one of these states, in order."""
        return [one for one in self.measures if one.state in states]


def spells(days: Sequence[Day], rule: Flare) -> tuple[Spell, ...]:
    """Worse days, those that follow each other taken as one.

    A day is worse when its worst pain is at least so many points over the median of the days before it, where enough
    were told.
    """
    found: list[Spell] = []
    for i, one in enumerate(days):
        since = one.day - timedelta(days=rule.before_days)
        before = [other.worst for other in days[max(0, i - rule.before_days) : i] if other.day >= since]
        if len(before) < rule.at_least or one.worst - median(before) < rule.points:
            continue
        if found and one.day - found[-1].last <= timedelta(days=rule.easing_days):
            found[-1] = Spell(found[-1].first, one.day)
        else:
            found.append(Spell(one.day, one.day))
    return tuple(found)


def went_badly(session: Session, stops: Stops) -> bool:
    """Whether it was stopped, or pain rose by more than the rule allows."""
    if session.stopped:
        return True
    return session.before is not None and session.after is not None and session.after - session.before > stops.rise


def reason_of(session: Session, stops: Stops) -> StopReason | None:
    """Why it ended early; a reason of another version is the one that says nothing. None when it did not."""
    if not session.stopped:
        return None
    named = {one.id: one for one in stops.reasons}
    return named.get(session.stopped) or named[stops.unsaid]


def level_on(dose: Dose, own: Sequence[Session], days: Sequence[Day], rules: CarePlan, today: date) -> int:
    """The level on a day, told by what came before it and by how the day itself is.

    Down by one when a day gets worse and when a session goes badly; up by one after calm days in which enough was done
    and the diary was kept; back to what is written after a long break.
    """
    return _level(dose, own, _told(days, rules.flare, today), rules, today)


@frozen
class _Told:
    """The days that were told of, in order, and the worse spells among them."""

    days: tuple[date, ...]
    worse: tuple[Spell, ...]


def _told(days: Sequence[Day], rule: Flare, today: date) -> _Told:
    known = [one for one in days if one.day <= today]
    return _Told(tuple(one.day for one in known), spells(known, rule))


def _level(dose: Dose, own: Sequence[Session], told: _Told, rules: CarePlan, today: date) -> int:
    own = [one for one in own if one.day <= today]
    if not own:
        return 0
    bad = {one.first for one in told.worse} | {one.day for one in own if went_badly(one, rules.stops)}
    days = sorted({one.day for one in own})
    done = set(days)
    level, since, last = 0, own[0].day, own[0].day
    for number in range((today - own[0].day).days):
        day = own[0].day + timedelta(days=number)
        if (day - last).days > rules.growth.break_days:
            level, since, last = min(level, 0), day, day
        if day in done:
            last = day
        if day in bad:
            level, since = max(level - 1, dose.lowest), day + timedelta(days=1)
        elif _may_grow(dose, rules.growth, since, day, (days, told.days)):
            level, since = min(level + 1, dose.highest), day + timedelta(days=1)
    return max(level - 1, dose.lowest) if today in bad else level


def _may_grow(dose: Dose, rule: Growth, since: date, day: date, told: tuple[Sequence[date], Sequence[date]]) -> bool:
    """Whether the days from `since` to `day` were enough of them, and enough was done and told in them."""
    if dose.calm_days is None or (day - since).days + 1 < dose.calm_days:
        return False
    first = day - timedelta(days=dose.calm_days - 1)
    done, kept = (bisect_right(found, day) - bisect_left(found, first) for found in told)
    return done >= ceil(dose.calm_days / dose.every_days / rule.one_in) and kept >= rule.check_ins


def at_level(steps: Sequence[Step], dose: Dose, level: int) -> tuple[Step, ...]:
    """The steps at this size. Once and one second are the least."""
    return tuple(
        replace(
            step,
            repeats=max(1, step.repeats + level * dose.repeats_a_level) if step.repeats > 1 else step.repeats,
            seconds=max(1, step.seconds + level * dose.seconds_a_level) if step.seconds else step.seconds,
        )
        if step.grows
        else step
        for step in steps
    )


def cautions_for(item: SelfCare, leading: Collection[str] | None) -> tuple[Provoking, ...]:
    """The cautions that concern this person: of the causes in front, or all of them while nobody can tell."""
    if leading is None:
        return item.may_provoke
    return tuple(one for one in item.may_provoke if set(one.causes).intersection(leading))


def adapted(item: SelfCare, leading: Collection[str] | None) -> tuple[Step, ...]:
    """The steps, each in the way that spares a cause in front. Where two cautions change one step, the first holds."""
    steps = list(item.steps)
    for caution in reversed(cautions_for(item, leading) if leading is not None else ()):
        for one in caution.instead:
            old = item.steps[one.step - 1]
            steps[one.step - 1] = replace(
                old,
                say=one.say,
                cue=one.cue or old.cue,
                between_cue=one.between_cue or old.between_cue,
                figure=one.figure or old.figure,
            )
    return tuple(steps)


def care_plan(items: Mapping[str, SelfCare], rules: CarePlan, story: Story, today: date) -> Plan:
    """The plan of one day.

    Whoever has an alarm to see to first is shown none: that is for the caller to look at.
    """
    told = _told(story.days, rules.flare, today)
    easing = bool(told.worse) and (today - told.worse[-1].last).days <= rules.flare.easing_days
    planned = [_planned(item, rules, story, told, today) for item in items.values()]
    tried = {one.measure for one in story.sessions if one.day == today}
    most = rules.most_moves_easing if easing else rules.most_moves
    left = most - sum(one.item.id in tried and _moves(one) for one in planned)
    # What was begun goes on, so that its course tells something; then what suits more answers; then what provokes less.
    begun = {one.measure for one in story.sessions if 0 <= (today - one.day).days <= rules.growth.break_days}
    open_moves = sorted(
        (one for one in planned if one.state == "due" and _moves(one)),
        key=lambda one: (one.item.id not in begun, -len(one.suits), bool(one.cautions)),
    )
    spare = {one.item.id for one in open_moves[max(left, 0) :]}
    order = {one.item.id: number for number, one in enumerate(open_moves)}
    found = [replace(one, state="spare") if one.item.id in spare else one for one in planned]
    found.sort(
        key=lambda one: (ORDER.index(one.state), not _moves(one), order.get(one.item.id, len(order)), -len(one.suits))
    )
    return Plan(tuple(found), easing)


def _moves(one: Planned) -> bool:
    return one.item.dose is not None and one.item.dose.kind == "moves"


def _planned(item: SelfCare, rules: CarePlan, story: Story, told: _Told, today: date) -> Planned:
    """One measure, as if it were alone."""
    dose = item.dose
    if dose is None:
        raise ValueError(f"selfcare/{item.id}.yaml: no dose; `cluneal knowledge check` asks for one")
    own = [one for one in story.sessions if one.measure == item.id and one.day <= today]
    cleared = (story.cleared or {}).get(item.id, NOTHING)
    level = _level(dose, own, told, rules, today)
    made = Planned(
        item,
        "due",
        level,
        at_level(adapted(item, story.leading), dose, level),
        cautions_for(item, story.leading),
        tuple(name for name in item.suits if story.findings.get(name)),
        times=sum(one.day == today and not went_badly(one, rules.stops) for one in own),
    )
    against = tuple(name for name in item.avoid_if if story.findings.get(name) and name not in cleared)
    if against:
        return replace(made, state="left_out", against=against)
    held = [one for one in own if one.key not in cleared]
    for one in reversed(held):
        reason = reason_of(one, rules.stops)
        if reason and reason.then == "pause":
            return replace(made, state="paused", stopped=one)
    tomorrow = today + timedelta(days=1)
    for one in held:
        if one.day == today and went_badly(one, rules.stops):
            return replace(made, state="rest", stopped=one, until=tomorrow)
    if made.times >= dose.times_a_day:
        return replace(made, state="done", until=today + timedelta(days=dose.every_days))
    last = max((one.day for one in own), default=None)
    if last and last < today and (due := last + timedelta(days=dose.every_days)) > today:
        return replace(made, state="later", until=due)
    return made
