"""The course: check-ins and scores over months, what changed after what, and what goes with worse days. Pure.

What can be concluded from one person's course is little, and docs/explanation/course.md says how little.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import compress
from math import ceil, sqrt
from operator import not_
from statistics import median
from typing import Literal

from ..frozen import frozen
from ..knowledge.follow import Baseline, Diary, Scale, Settling, Tendencies
from .diary import CheckIn, Event, Score, smallest_change

Step = Literal["day", "week", "month", "year"]
STEPS: tuple[Step, ...] = ("day", "week", "month", "year")
DAYS = {"day": 1.0, "week": 7.0, "month": 30.4, "year": 365.25}
Verdict = Literal["better", "worse", "same", "cannot_tell"]


@frozen
class Bucket:
    """The scores of one day, week, month or year that begins on `start`: the lowest, the middle one, the highest."""

    start: date
    low: float
    middle: float
    high: float
    count: int


@frozen
class Side:
    """The days before or after an event: the middle score and how many there were; no middle without any."""

    middle: float | None
    count: int


@frozen
class After:
    """A scale before and after an event. `least` is the change that matters there; `beside` what else began meanwhile.

    `verdict` is about the numbers alone: "better" means less afterwards, not because of it.
    """

    event: Event
    scale: str
    before: Side
    after: Side
    least: float | None
    verdict: Verdict
    beside: tuple[Event, ...]

    @property
    def difference(self) -> float | None:
        """After less before; None while one of them is missing."""
        if self.before.middle is None or self.after.middle is None:
            return None
        return self.after.middle - self.before.middle


@frozen
class Tendency:
    """Worst pain on days with an activity against days without it, each counted from the days around it.

    `low` to `high` is the interval of the difference; None where there are too few days.
    """

    activity: str
    days_with: int
    days_without: int
    difference: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def verdict(self) -> Literal["more", "less", "cannot_tell"]:
        """More or less pain where the whole interval says so."""
        if self.low is not None and self.low > 0:
            return "more"
        return "less" if self.high is not None and self.high < 0 else "cannot_tell"


def step_for(first: date, last: date, most: int) -> Step:
    """The finest step that needs no more than `most` columns."""
    days = (last - first).days + 1
    return next((step for step in STEPS if days / DAYS[step] <= most), STEPS[-1])


def start_of(day: date, step: Step) -> date:
    """The first day of the week (a Monday), month or year that the day lies in."""
    if step == "week":
        # The week of the first of all days would begin before it.
        return day - timedelta(days=min(day.weekday(), day.toordinal() - 1))
    if step == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if step == "year" else day


def fold(values: Iterable[Score], step: Step) -> tuple[Bucket, ...]:
    """The scores by day, week, month or year, in order; a time without any has no bucket."""
    grouped: dict[date, list[float]] = {}
    for one in values:
        grouped.setdefault(start_of(one.day, step), []).append(one.value)
    return tuple(
        Bucket(start, min(found), median(found), max(found), len(found)) for start, found in sorted(grouped.items())
    )


def baseline(values: Sequence[Score], rule: Baseline) -> float | None:
    """The middle of the first days' scores; None while there are too few."""
    if not values:
        return None
    until = values[0].day + timedelta(days=rule.days)
    first = [one.value for one in values if one.day < until]
    return median(first) if len(first) >= rule.at_least else None


def changes_after(
    happened: Sequence[Event], scored: Sequence[tuple[Scale, Sequence[Score]]], rules: Diary
) -> tuple[After, ...]:
    """For each treatment that began and each block, every scale that was scored: before against after, newest first."""
    return tuple(
        _change(event, scale, values, happened, rules.settling)
        for event in reversed(happened)
        if event.kind != "treatment_end"
        for scale, values in scored
        if values
    )


def _change(
    event: Event, scale: Scale, values: Sequence[Score], happened: Sequence[Event], settling: Settling
) -> After:
    window = scale.compare
    wait = settling.block_days if event.kind == "block" else settling.treatment_days
    # Where only the month is known, the month itself is neither before nor after.
    begun = _next_month(event.day) if event.by_month else event.day
    from_day, until = begun + timedelta(days=wait), begun + timedelta(days=wait + window.days)
    since = event.day - timedelta(days=window.days)
    before, after = _side(values, since, event.day), _side(values, from_day, until)
    beside = tuple(
        other for other in happened if other is not event and since <= other.day < until and other.key != event.key
    )
    least = None if before.middle is None else smallest_change(scale.smallest_change, before.middle)
    verdict: Verdict = "cannot_tell"
    if before.middle is not None and after.middle is not None and least is not None:
        change = after.middle - before.middle
        if min(before.count, after.count) >= window.at_least:
            verdict = "better" if change <= -least else "worse" if change >= least else "same"
    return After(event, scale.id, before, after, least, verdict, beside)


def _side(values: Sequence[Score], since: date, until: date) -> Side:
    start, end = (bisect_left(values, day, key=lambda one: one.day) for day in (since, until))
    found = [one.value for one in values[start:end]]
    return Side(median(found) if found else None, len(found))


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def tendencies(entries: Sequence[CheckIn], activities: Sequence[str], rule: Tendencies) -> tuple[Tendency, ...]:
    """For each activity: worst pain with it against without it.

    Pain drifts, and what is done today is much like what was done yesterday, so neighbouring days are no separate
    evidence. The activities as a whole are therefore moved along the pain, round and round, by every number of days:
    each keeps its own pattern in time, and only what ties them together is gone. The largest difference of any
    activity (each in units of its own precision) under those moves says what chance can do, for all of them at once.

    The answer is the same each time: every move is made, none is drawn.
    """
    used = [one for one in entries if one.worst is not None and one.did is not None][-rule.latest :]
    offsets = _off_the_days_around([Score(one.day, one.worst or 0.0) for one in used], rule.around_days)
    with_it = {name: [name in (one.did or ()) for one in used] for name in activities}
    counted = {name: days for name, days in with_it.items() if min(sum(days), len(days) - sum(days)) >= rule.at_least}
    size = _what_chance_can_do(offsets, list(counted.values()), rule.sure)
    found = []
    for name, days in with_it.items():
        n = sum(days)
        if name in counted:
            difference = _difference(offsets, days)
            margin = size * _precision(days)
            found.append(Tendency(name, n, len(days) - n, difference, difference - margin, difference + margin))
        else:
            found.append(Tendency(name, n, len(days) - n))
    return tuple(found)


def _off_the_days_around(values: Sequence[Score], days: int) -> list[float]:
    """Each score less the median of those at most so many days away."""
    offsets = []
    start = end = 0
    for one in values:
        while (one.day - values[start].day).days > days:
            start += 1
        while end < len(values) and (values[end].day - one.day).days <= days:
            end += 1
        offsets.append(one.value - median(other.value for other in values[start:end]))
    return offsets


def _difference(offsets: Sequence[float], days: Sequence[bool]) -> float:
    return median(compress(offsets, days)) - median(compress(offsets, map(not_, days)))


def _middle_of(days: int, sizes: Sequence[float], up_to: Sequence[int]) -> float:
    """The median of a set of days."""
    count = days.bit_count()

    def at(rank: int) -> float:
        return sizes[bisect_left(up_to, rank, key=lambda those: (those & days).bit_count())]

    low = at((count + 1) // 2)
    return low if count % 2 else (low + at(count // 2 + 1)) / 2


def _precision(days: Sequence[bool]) -> float:
    """How far chance moves a difference, up to a factor that all activities share."""
    n = sum(days)
    return sqrt(1 / n + 1 / (len(days) - n))


def _what_chance_can_do(offsets: Sequence[float], activities: Sequence[Sequence[bool]], sure: float) -> float:
    """The size that the largest difference of any activity stays within, in `sure` of all moves."""
    count = len(offsets)
    if not activities or count < 2:
        return 0.0
    # A set of days is one number, with a bit for each. `up_to` has, for each size there is, the days of at most that
    # size: how many days with the activity are among them is one step, and so each median is a few steps.
    sizes = sorted(set(offsets))
    up_to = [sum(1 << day for day, one in enumerate(offsets) if one <= size) for size in sizes]
    every = (1 << count) - 1
    rounds = [(sum(1 << day for day, here in enumerate(days) if here), _precision(days)) for days in activities]
    largest = []
    for move in range(1, count):
        size = 0.0
        for days, precision in rounds:
            moved = (days << move | days >> count - move) & every
            difference = _middle_of(moved, sizes, up_to) - _middle_of(every ^ moved, sizes, up_to)
            size = max(size, abs(difference) / precision)
        largest.append(size)
    largest.sort()
    return largest[min(ceil(sure * count), len(largest)) - 1]


def days_stopped(entries: Sequence[CheckIn], since: date, until: date) -> tuple[int, int]:
    """(days on which pain stopped something, days on which that was told), from `since` up to before `until`."""
    told = [one for one in entries if since <= one.day < until and one.stopped is not None]
    return sum(bool(one.stopped) for one in told), len(told)
