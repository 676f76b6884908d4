"""What an entry of the journal says, in plain words: for its history. Whatever was written, something readable."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from ..anatomy import BadMark, in_words, locate
from ..pathway import BadCase
from ..pathway.interview import find
from ..record.diary import LATER, day_of, total_of
from ..record.person import (
    ABOUT,
    ANSWER,
    BLOCK,
    CHECK_IN,
    CHOICE,
    DOCUMENT,
    HEALTH,
    MARK,
    NOT_SURE,
    NOTE,
    PLANNED,
    READING,
    REMINDER,
    SCALE,
    SEEN,
    SESSION,
    TREATMENT,
    WORST,
)
from ..record.sessions import CLEARED
from .course_shown import treatment_name
from .desk import Desk
from .map import first_upper
from .steps import about_words

LONGEST = 300
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, BadCase, BadMark)
SHORT_DAY = len("2026-11-24")


class Told:
    """Names and words of entries, on one desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.words = desk.say.history
        self._known = desk.knowledge

    def name(self, kind: str, key: str, value: Any) -> str:
        """What the entry is about."""
        try:
            return short(self._names[kind](self, key, value))
        except UNREADABLE:
            # From another version: as it was written.
            return short(key.replace("_", " "))

    def said(self, kind: str, key: str, value: Any) -> str:
        """What it says; nothing for one that took back what was said."""
        if value is None:
            return ""
        try:
            return short(" · ".join(part for part in self._said[kind](self, key, value) if part))
        except UNREADABLE:
            return short(json.dumps(value, ensure_ascii=False))

    def day(self, text: Any) -> str:
        """A day of an entry in words, with its year; the text where it is none."""
        day = day_of(str(text)[:SHORT_DAY])
        return f"{day.day} {self.desk.say.diary.months[day.month - 1]} {day.year}" if day else str(text)

    # Names

    def _about(self, key: str, _: Any) -> str:
        return str(self.desk.say.data.about[key])

    def _answer(self, key: str, value: Any) -> str:
        return find(self._known.findings, key, value is True).label  # type: ignore[union-attr]

    def _mark(self, key: str, _: Any) -> str:
        words = self.desk.say.data
        return str(words.worst if key == WORST else words.further)

    def _treatment(self, key: str, value: Any) -> str:
        return treatment_name(self.desk.say, str(value["kind"]) if value else key)

    def _block(self, _: str, value: Any) -> str:
        return str(self.words.planned if value and value.get(PLANNED) else self.desk.say.data.a_block)

    def _reading(self, _: str, value: Any) -> str:
        minute = value["minute"] if value else None
        return str(self.words.score_at(minute=f"{minute:g}") if minute is not None else self.words.score)

    def _check_in(self, key: str, _: Any) -> str:
        return str(self.desk.say.diary.of_day(day=self.day(key)))

    def _scale(self, key: str, _: Any) -> str:
        name, _, when = key.partition(":")
        return str(self.words.of_day(name=self._known.scales[name].name, day=self.day(when)))

    def _session(self, _: str, value: Any) -> str:
        return self._known.selfcare[value["measure"]].name if value else str(self.words.session)

    def _caution(self, key: str, _: Any) -> str:
        return str(self._known.cautions[key].label)

    def _reminder(self, key: str, _: Any) -> str:
        return str(self.words.reminder(name=key.replace("_", " ")))

    def _note(self, _: str, __: Any) -> str:
        return str(self.words.note)

    def _paper(self, _: str, __: Any) -> str:
        return str(self.words.paper)

    def _seen(self, key: str, _: Any) -> str:
        if key.startswith(LATER):
            return str(self.words.later(name=self._known.scales[key.removeprefix(LATER)].name))
        if key.startswith(CLEARED):
            return str(self.words.cleared(name=self._known.selfcare[key.removeprefix(CLEARED)].name))
        return str(self.words.seen[key])

    def _choice(self, key: str, _: Any) -> str:
        return str(self.words.choices[key])

    # What is said

    def _plain(self, _: str, value: Any) -> Iterator[str]:
        words = self.desk.say.data.said
        if value is True or value is False:
            yield str(words["true" if value else "false"])
        elif value == NOT_SURE:
            yield str(words.none)
        else:
            yield f"{value:g}" if isinstance(value, (int, float)) else str(words.get(value, value))

    def _about_said(self, key: str, value: Any) -> Iterator[str]:
        with suppress(*UNREADABLE):
            yield about_words(self.desk.say, key, value)[1]
            return
        yield from self._plain(key, value)

    def _place(self, _: str, mark: Any) -> Iterator[str]:
        read = self.desk.view().read({"mark": mark}).mark
        anatomy = self._known.anatomy
        if read:
            yield first_upper(in_words(locate(read, anatomy, self.desk.view().case.body), anatomy))
        if mark.get("intensity") is not None:
            yield str(self.words.pain(value=f"{mark['intensity']:g}"))

    def _course(self, _: str, treatment: Any) -> Iterator[str]:
        for end in ("started", "ended"):
            if treatment.get(end):
                day = day_of(treatment[end])
                months = self.desk.say.treatments.months
                yield str(self.desk.say.data.course[end](month=months[day.month - 1], year=day.year)) if day else ""
        if treatment.get("helped"):
            yield str(self.desk.say.data.course.helped[treatment["helped"]])
        yield from (str(treatment[name]) for name in ("dose", "effect") if treatment.get(name))

    def _injection(self, _: str, block: Any) -> Iterator[str]:
        if block.get("given_at"):
            yield self.day(block["given_at"])
        yield from (str(block[name]) for name in ("drug", "target") if block.get(name))

    def _scores(self, _: str, reading: Any) -> Iterator[str]:
        for name, words in (("pain", self.words.pain), ("movement_pain", self.words.moving)):
            if reading.get(name) is not None:
                yield str(words(value=f"{reading[name]:g}"))

    def _day_said(self, _: str, one: Any) -> Iterator[str]:
        words = self.desk.say.diary.line
        for name in ("worst", "now"):
            if one.get(name) is not None:
                yield str(words[name](value=f"{one[name]:g}"))
        if one.get("stopped") is not None:
            count = len(one["stopped"])
            yield str((words.none, words.one)[count] if count < 2 else words.many(count=count))
        if one.get("sleep") == "broken":
            yield str(words.broken)
        yield from self._done(one.get("did") or ())
        yield str(one.get("note") or "")

    def _done(self, did: Any) -> Iterator[str]:
        rules = self._known.diary
        named = {one.id: one.plain for one in rules.did} if rules else {}
        names = named | {one.id: one.name for one in self._known.selfcare.values()}
        yield ", ".join(str(names.get(one, one)) for one in did)

    def _total(self, key: str, value: Any) -> Iterator[str]:
        scale = self._known.scales[key.partition(":")[0]]
        total = total_of(scale, value)
        if total is None:
            raise ValueError(key)
        yield str(self.desk.say.diary.scale.came_to(value=f"{round(total, 1):g}", high=f"{scale.high:g}"))

    def _session_said(self, _: str, value: Any) -> Iterator[str]:
        yield self.day(value["day"])
        if value.get("stopped"):
            yield str(self.words.stopped)
        if value.get("before") is not None and value.get("after") is not None:
            yield str(self.words.from_to(before=f"{value['before']:g}", after=f"{value['after']:g}"))

    def _reminder_said(self, _: str, value: Any) -> Iterator[str]:
        yield str(self.words.every[value["unit"]](count=value["every"]))

    def _text(self, _: str, value: Any) -> Iterator[str]:
        if value.get("day"):
            yield self.day(value["day"])
        yield from (str(value[name]) for name in ("text", "title", "where") if value.get(name))

    def _seen_said(self, _: str, value: Any) -> Iterator[str]:
        # Whether, when, or what was read; the ids behind it are of no use to anybody.
        yield self.day(value) if isinstance(value, str) and day_of(value) else ""

    def _chosen(self, key: str, value: Any) -> Iterator[str]:
        if key == "theme":
            yield str(self.desk.say.display.theme[value])
        elif isinstance(value, (bool, int)):
            yield from self._plain(key, value)

    _names: Mapping[str, Callable[[Told, str, Any], str]] = {
        ABOUT: _about,
        ANSWER: _answer,
        MARK: _mark,
        TREATMENT: _treatment,
        BLOCK: _block,
        READING: _reading,
        CHECK_IN: _check_in,
        SCALE: _scale,
        SESSION: _session,
        HEALTH: _caution,
        REMINDER: _reminder,
        NOTE: _note,
        DOCUMENT: _paper,
        SEEN: _seen,
        CHOICE: _choice,
    }
    _said: Mapping[str, Callable[[Told, str, Any], Iterator[str]]] = {
        ABOUT: _about_said,
        ANSWER: _plain,
        MARK: _place,
        TREATMENT: _course,
        BLOCK: _injection,
        READING: _scores,
        CHECK_IN: _day_said,
        SCALE: _total,
        SESSION: _session_said,
        HEALTH: _plain,
        REMINDER: _reminder_said,
        NOTE: _text,
        DOCUMENT: _text,
        SEEN: _seen_said,
        CHOICE: _chosen,
    }


def short(text: str) -> str:
    """On one line, and no longer than a row has room for."""
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"
