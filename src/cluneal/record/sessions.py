"""Self-care in the journal: what was done, what somebody asked about, and what to be reminded of. Pure reading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..frozen import frozen
from ..knowledge.routine import Reminder
from ..pathway.care_plan import Day, Session
from .diary import check_ins, day_of, number_in, pain_scores
from .journal import Given
from .person import SEEN, SESSION, Person

Json = dict[str, Any]

# What stands no longer against a measure is kept as seen, by this and the measure's id.
CLEARED = "care_cleared:"
WORST, MOST_REPEATS = 10, 999


@frozen
class Set:
    """A reminder that is on, every so many minutes or days."""

    reminder: Reminder
    every: int


def sessions(person: Person) -> tuple[Session, ...]:
    """Every session, by day. What another version wrote and this one cannot read is passed over."""
    found = [one for key, value in person.sessions.items() if (one := session_of(key, value))]
    # By key where the day is the same, so that two copies of a record that were merged give one order.
    found.sort(key=lambda one: (one.day, one.key))
    return tuple(found)


def session_of(key: str, value: Any) -> Session | None:
    """One session as it is kept under its key; None when it cannot be read."""
    if not isinstance(value, Mapping):
        return None
    day, measure, stopped = day_of(str(value.get("day", ""))), value.get("measure"), value.get("stopped")
    if day is None or not isinstance(measure, str):
        return None
    return Session(
        key,
        measure,
        day,
        number_in(value.get("before"), 0, WORST),
        number_in(value.get("after"), 0, WORST),
        _count(value.get("left")),
        _count(value.get("right")),
        stopped if isinstance(stopped, str) and stopped else None,
    )


def _count(value: Any) -> int | None:
    found = number_in(value, 0, MOST_REPEATS)
    return None if found is None else int(found)


def entry_of(session: Session) -> Given:
    """The session as it is kept: nothing that was not said."""
    said: Json = {name: getattr(session, name) for name in ("before", "after", "left", "right", "stopped")}
    kept = {name: value for name, value in said.items() if value is not None}
    return SESSION, session.key, {"measure": session.measure, "day": session.day.isoformat()} | kept


def days_of(person: Person) -> tuple[Day, ...]:
    """The worst pain of each day of the diary."""
    return tuple(Day(one.day, one.value) for one in pain_scores(check_ins(person)))


def cleared(person: Person) -> dict[str, frozenset[str]]:
    """By measure, what no longer stands against it."""
    found = {}
    for key, value in person.seen.items():
        if key.startswith(CLEARED) and isinstance(value, list):
            found[key.removeprefix(CLEARED)] = frozenset(one for one in value if isinstance(one, str))
    return found


def clearing(person: Person, measure: str, more: Iterable[str]) -> Given:
    """The entry that lets these no longer stand against a measure."""
    return SEEN, f"{CLEARED}{measure}", sorted(cleared(person).get(measure, frozenset()).union(more))


def reminders_on(person: Person, known: Iterable[Reminder]) -> tuple[Set, ...]:
    """The reminders that are on, in the order of the knowledge."""
    found = []
    for one in known:
        value = person.reminders.get(one.id)
        every = value.get("every") if isinstance(value, Mapping) and value.get("unit") == one.unit else None
        if every in one.choices:
            found.append(Set(one, every))
    return tuple(found)
