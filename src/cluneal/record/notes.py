"""Notes, and papers that are kept elsewhere: what they say, and where they are. Pure reading."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ..frozen import frozen
from .diary import day_of
from .person import Person

KINDS = ("report", "letter", "images", "prescription", "other")


@frozen
class Note:
    """Something to keep in mind."""

    key: str
    text: str
    day: date | None = None


@frozen
class Paper:
    """A paper, a letter or images: what it is and where it lies. The thing itself is not kept here."""

    key: str
    title: str
    kind: str = "other"
    where: str = ""
    day: date | None = None


def notes(person: Person) -> tuple[Note, ...]:
    """Every note, the newest first. What another version wrote and this one cannot read is passed over."""
    found = []
    for key, value in person.notes.items():
        text = _text(value, "text")
        if text:
            found.append(Note(key, text, _day(value)))
    return tuple(sorted(found, key=_newest))


def papers(person: Person) -> tuple[Paper, ...]:
    """Every paper, the newest first."""
    found = []
    for key, value in person.documents.items():
        title = _text(value, "title")
        if title:
            kind = value.get("kind")
            found.append(Paper(key, title, kind if kind in KINDS else "other", _text(value, "where"), _day(value)))
    return tuple(sorted(found, key=_newest))


def _newest(one: Note | Paper) -> tuple[int, str]:
    # Those without a day stand last; by key where the day is the same, so that the order holds.
    return (-one.day.toordinal() if one.day else 1, one.key)


def _text(value: Any, name: str) -> str:
    found = value.get(name) if isinstance(value, Mapping) else None
    return found.strip() if isinstance(found, str) else ""


def _day(value: Mapping[str, Any]) -> date | None:
    day = value.get("day")
    return day_of(day) if isinstance(day, str) else None
