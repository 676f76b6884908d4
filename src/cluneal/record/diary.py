"""The diary: what a check-in says, what the scales come to, and when it asks again. Pure: entries in, dates out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from statistics import median
from typing import Any, Literal

from ..frozen import frozen
from ..knowledge.follow import Diary, Rhythm, Scale, SmallestChange
from .person import PLANNED, Person

PAIN = ("now", "worst")
SLEEP = ("good", "broken")
ALARMS_AGAIN = "alarms_again"
# "Not now" to a scale is kept as seen, by this and the scale's id.
LATER = "later_"
FIRST_DAY = date(1900, 1, 1)
PER_CENT = 100

EventKind = Literal["treatment", "treatment_end", "block"]


@frozen
class CheckIn:
    """What was said of one day. None is "not said"; nothing stopped and nothing done are empty."""

    day: date
    now: float | None = None
    worst: float | None = None
    stopped: tuple[str, ...] | None = None
    sleep: str | None = None
    did: tuple[str, ...] | None = None
    note: str = ""


@frozen
class Score:
    """What a scale came to on one day."""

    day: date
    value: float


@frozen
class Event:
    """A treatment that began or ended, or a block. `by_month`: only the month is known, and `day` is its first."""

    day: date
    kind: EventKind
    key: str
    name: str
    by_month: bool = False


@frozen
class Next:
    """When the next check-in is due, and the days between check-ins at this time."""

    day: date
    every_days: int


def check_ins(person: Person) -> tuple[CheckIn, ...]:
    """Every check-in, by day. What another version wrote and this one cannot read is passed over."""
    found = []
    for key, value in person.check_ins.items():
        day = day_of(key)
        if day and isinstance(value, Mapping):
            found.append(_check_in(day, value))
    found.sort(key=lambda one: one.day)
    return tuple(found)


def _check_in(day: date, value: Mapping[str, Any]) -> CheckIn:
    get = value.get
    sleep, note = get("sleep"), get("note")
    return CheckIn(
        day,
        number_in(get("now"), 0, 10),
        number_in(get("worst"), 0, 10),
        _ids(get("stopped")),
        sleep if sleep in SLEEP else None,
        _ids(get("did")),
        note if isinstance(note, str) else "",
    )


def _ids(value: Any) -> tuple[str, ...] | None:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else None


def day_of(text: str) -> date | None:
    """A day as `2026-11-24`; None for anything else."""
    try:
        day = date.fromisoformat(text) if len(text) == len("2026-11-24") else None
    except ValueError:
        return None
    # Python reads "2026-W48-2" too; as a key it would be a second name of one day.
    return day if day and day >= FIRST_DAY and day.isoformat() == text else None


def number_in(value: Any, low: float, high: float) -> float | None:
    """A number from `low` to `high`; None for anything else."""
    fits = isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high
    return value if fits else None


def scores(person: Person, scale: Scale) -> tuple[Score, ...]:
    """What one scale came to, by day."""
    found = []
    for key, value in person.scales.items():
        name, _, when = key.partition(":")
        day = day_of(when)
        if name == scale.id and day and isinstance(value, Mapping):
            total = total_of(scale, value)
            if total is not None:
                found.append(Score(day, total))
    found.sort(key=lambda one: one.day)
    return tuple(found)


def total_of(scale: Scale, value: Mapping[str, Any]) -> float | None:
    """The score: the mean of the parts, or the total from paper. None while a part is missing or does not fit."""
    if not scale.parts:
        return number_in(value.get("total"), scale.low, scale.high)
    items = value.get("items")
    if not isinstance(items, Mapping):
        return None
    numbers = [number_in(items.get(part.id), scale.low, scale.high) for part in scale.parts]
    known = [one for one in numbers if one is not None]
    return sum(known) / len(known) if len(known) == len(numbers) else None


def measures_done(person: Person) -> dict[date, set[str]]:
    """The measures of self-care of which a session was kept, by day: thousands are read at once for the course."""
    by_text: dict[str, set[str]] = {}
    for one in person.sessions.values():
        if isinstance(one, Mapping) and isinstance(one.get("measure"), str):
            by_text.setdefault(str(one.get("day", "")), set()).add(one["measure"])
    found = ((day_of(text), measures) for text, measures in by_text.items())
    return {day: measures for day, measures in found if day}


def pain_scores(entries: Sequence[CheckIn], measure: str = "worst") -> tuple[Score, ...]:
    """The worst pain of each day, or the pain at the time; days without one are left out."""
    values = ((one.day, getattr(one, measure)) for one in entries)
    return tuple(Score(day, value) for day, value in values if value is not None)


def smallest_change(change: SmallestChange, start: float) -> float:
    """How many points matter for somebody who started at `start`."""
    return max(change.points, (change.percent or 0.0) / PER_CENT * start)


def events(person: Person) -> tuple[Event, ...]:
    """Treatments that began or ended and blocks that were given, by day; those without a day are left out."""
    found = []
    for key, one in person.treatments.items():
        name = str(one.get("kind", key))
        for field, kind in (("started", "treatment"), ("ended", "treatment_end")):
            day = day_of(str(one.get(field, "")))
            if day:
                # The page asks for the month and keeps its first day.
                found.append(Event(day, kind, key, name, by_month=day.day == 1))  # type: ignore[arg-type]
    for key, one in person.blocks.items():
        day = day_of(str(one.get("given_at", ""))[:10])
        if day and not one.get(PLANNED):
            found.append(Event(day, "block", key, ""))
    found.sort(key=lambda event: (event.day, event.kind, event.key))
    return tuple(found)


def shifted(entries: Sequence[CheckIn], rhythm: Rhythm, scale: Scale, on: date) -> bool:
    """Whether the worst pain of the last days is off that of the days before by a change that matters."""
    late, early = on - timedelta(days=rhythm.shift_days), on - timedelta(days=2 * rhythm.shift_days)
    values = pain_scores([one for one in entries if early < one.day <= on])
    before = [one.value for one in values if one.day <= late]
    after = [one.value for one in values if one.day > late]
    if min(len(before), len(after)) < rhythm.shift_at_least:
        return False
    start = median(before)
    return abs(median(after) - start) >= smallest_change(scale.smallest_change, start)


def next_check_in(
    entries: Sequence[CheckIn], happened: Sequence[Event], rules: Diary, scale: Scale, today: date
) -> Next:
    """When to check in again: daily while things change, then less and less. Nothing is ever late.

    Args:
        entries: by day.
        happened: treatments and blocks; those to come change nothing yet.
        scale: that of pain, for whether it moved.
    """
    rhythm = rules.rhythm
    if not entries:
        return Next(today, rhythm.paces[0].every_days)
    last = entries[-1].day
    changes = [entries[0].day, *(one.day for one in happened if one.day <= today)]
    if shifted(entries[-2 * rhythm.shift_days :], rhythm, scale, last):
        changes.append(last)
    quiet = (today - max(changes)).days
    every = next(pace.every_days for pace in rhythm.paces if pace.until_days is None or quiet < pace.until_days)
    return Next(last + timedelta(days=every), every)


def scales_due(person: Person, scales: Sequence[Scale], today: date) -> tuple[Scale, ...]:
    """The scales to offer today, function first. "Not now" is an answer: it is offered again after its own time."""
    return tuple(
        scale
        for scale in sorted(scales, key=lambda one: one.order)
        if scale.every_days is not None and _waited(_offered(person, scale), scale.every_days, today)
    )


def _offered(person: Person, scale: Scale) -> date | None:
    """The last day on which it was answered, or put off."""
    known = [one.day for one in scores(person, scale)[-1:]]
    later = day_of(str(person.seen.get(f"{LATER}{scale.id}", "")))
    return max([*known, *([later] if later else [])], default=None)


def alarms_since(person: Person, entries: Sequence[CheckIn]) -> date | None:
    """The day since which alarm answers may have changed unasked; None before the first check-in."""
    asked = day_of(str(person.seen.get(ALARMS_AGAIN, "")))
    return asked or (entries[0].day if entries else None)


def alarms_due(person: Person, entries: Sequence[CheckIn], rules: Diary, today: date) -> bool:
    """Whether it is time to ask if an alarm answer has changed."""
    since = alarms_since(person, entries)
    return since is not None and _waited(since, rules.alarms_again.every_days, today)


def _waited(since: date | None, days: int, today: date) -> bool:
    # A clock that was put back makes nothing due twice, and a day in the future never silences anything for good.
    return since is None or abs((today - since).days) >= days
