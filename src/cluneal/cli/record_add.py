"""What is added to a record from the command line: read from words, and checked as the app would before it is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from ..pathway import BadCase
from ..pathway.interview import find
from ..pathway.plain import NotPlain, json_of
from ..record import Entry, Given, JournalError, Person, person_of
from ..record.copies import checked
from ..record.diary import check_ins, scores
from ..record.notes import notes, papers
from ..record.person import ANSWER, CHECK_IN, DOCUMENT, HEALTH, KEPT_AS, NOT_SURE, NOTE, READING, SCALE, SESSION
from ..record.sessions import sessions
from ..web.desk import Desk
from .errors import InputError

SAID = {"yes": True, "true": True, "no": False, "false": False, NOT_SURE: NOT_SURE, "null": None}
ANY_ID_AND_TIME = ("0" * 32, 0, "2026-01-01T00:00:00+00:00")
# What a plain word after these is the text of.
WORDS_OF = {NOTE: "text", DOCUMENT: "title"}
READERS: Mapping[str, Callable[[Person], Sequence[object]]] = {
    CHECK_IN: check_ins,
    SESSION: sessions,
    NOTE: notes,
    DOCUMENT: papers,
}


def entry(kind: str, key: str, value: str) -> Given:
    """An entry from three words.

    Raises:
        InputError: no such kind, or a value that is neither JSON nor a word.
    """
    if kind not in KEPT_AS:
        raise InputError(f"{kind!r} is no kind of entry; use one of {', '.join(KEPT_AS)}")
    if kind in (ANSWER, HEALTH):
        if value not in SAID:
            raise InputError(f"{kind} {key}: {value!r} is not yes, no or not_sure; null takes it back")
        return kind, key, SAID[value]
    try:
        said = json_of(value)
    except NotPlain as problem:
        if value.lstrip()[:1] in ("{", "[", '"'):
            raise InputError(f"{kind} {key}: {problem}") from None
        said = value
    if kind in WORDS_OF and isinstance(said, (str, int, float)):
        said = {WORDS_OF[kind]: value}
    return kind, key, said


def checked_entries(desk: Desk, given: Iterable[Given]) -> list[Given]:
    """The entries as they are to be kept: findings under their present names, and all of it fit to be used.

    Raises:
        BadCase: names the entry and what is wrong with it.
    """
    named = [_named(desk, one) for one in given]
    for one in named:
        _check(desk, *one)
    # What the record cannot use already is no reason to refuse what is new.
    unread = set(desk.view().unread)
    entries = [one for one in desk.journal.entries() if (one.kind, one.key) not in unread]
    together = person_of([*entries, *(Entry(0, "", *one) for one in named)])
    desk.assessor.findings(desk.view().read(together.case()), desk.today())
    return named


def _named(desk: Desk, given: Given) -> Given:
    kind, key, value = given
    known = find(desk.knowledge.findings, key, value) if kind == ANSWER else None
    return (kind, known.id, value) if known else given


def _check(desk: Desk, kind: str, key: str, value: Any) -> None:
    """Could it travel, and would its own page read all of it, where the case does not hold it?"""
    try:
        list(checked([(*ANY_ID_AND_TIME, kind, key, json.dumps(value))]))
    except JournalError as problem:
        raise BadCase(f"{kind} {key}: {str(problem).partition(': ')[2].partition(';')[0]}") from None
    if value is None:
        return
    person = person_of([Entry(0, "", kind, key, value)])
    if kind == HEALTH and key not in desk.knowledge.cautions:
        raise BadCase(f"{kind} {key}: no such caution; use one of {', '.join(desk.knowledge.cautions)}")
    if kind == READING and key.partition(":")[0] not in desk.person().blocks:
        raise BadCase(f"{kind} {key}: no such block; add the block first, then readings as block:minute")
    if kind == SCALE and not any(scores(person, scale) for scale in desk.knowledge.scales.values()):
        raise BadCase(f"{kind} {key}: cannot be read; write scale:day, with all its parts or its total")
    if kind in READERS:
        read = READERS[kind](person)
        said = value if read else {"the value": value}
        wrong = [name for name in said if not read or _plain(getattr(read[0], name, None)) != said[name]]
        if wrong:
            raise BadCase(f"{kind} {key}: {', '.join(wrong)} cannot be read; docs/reference/record.md has the kinds")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value
