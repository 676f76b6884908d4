"""Everything said, in one list, each with the way to change it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...anatomy import in_words
from ...frozen import frozen
from ...knowledge.schema import Finding
from ...language import Words
from ...pathway.interview import ASK, EXAMINE, find, is_alarm
from ...record.person import ANSWER
from ..desk import View
from ..map import first_upper
from ..render import desk_of, page
from ..steps import (
    ABOUT_FIELDS,
    ABOUT_PAGE,
    ANSWERS,
    DONE,
    PLACE,
    SAID,
    SPREAD,
    about_words,
    answered,
    next_step,
    path_of,
)
from .history import address, times_of

FROM = "from=answers"
TREATMENTS, BLOCKS = "/treatments", "/blocks"
OPEN = "open"
# So many alarm questions answered "no" stand behind one line, or the rest would be far down the page.
FOLD_FROM = 5


@frozen
class Row:
    """One thing said: what it is, the answer, where it is changed. `state`: yes, no, not_sure, open or empty.

    `history` is where its earlier answers are; None where there are none.
    """

    label: str
    said: str
    path: str | None
    state: str = ""
    history: str | None = None


async def every(request: Request) -> Response:
    """The list."""
    desk = desk_of(request)
    view, say = desk.view(), desk.say
    said = answered(view)
    changed = {key for (kind, key), count in times_of(desk.journal).items() if kind == ANSWER and count > 1}
    known = [desk.knowledge.findings[name] for name in said]
    alarms = [desk.knowledge.findings[name] for name in desk.knowledge.model.alarm_order]
    others = [one for one in known if not is_alarm(one)]
    groups = {
        "alarms": [_row(view, say, one, said, changed) for one in alarms] if said else [],
        "about": _about(view, say),
        "place": _place(view, say),
        "questions": [_row(view, say, one, said, changed) for one in others if one.level == ASK],
        "checks": [_row(view, say, one, said, changed) for one in others if one.level == EXAMINE],
        "tests": [_row(view, say, one, said, changed) for one in others if one.level not in (ASK, EXAMINE)],
        "tried": _tried(view, say),
    }
    person = view.person
    begun = bool(person.answers or person.about or person.marks or person.treatments or person.blocks)
    return page(
        request,
        "answers.html",
        groups={name: rows for name, rows in groups.items() if rows} if begun else {},
        fold_from=FOLD_FROM,
        finished=begun and next_step(view) == DONE,
        unread=list(_unread(view, say)),
    )


def _row(view: View, say: Words, finding: Finding, said: dict[str, bool | None], changed: Collection[str]) -> Row:
    state = OPEN
    if finding.id in said:
        state = next(word for word, value in SAID.items() if value is said[finding.id])
    history = address(ANSWER, finding.id) if finding.id in changed else None
    return Row(finding.label, say.answers.said[state], f"{path_of(view, finding.id)}?{FROM}", state, history)


def _about(view: View, say: Words) -> list[Row]:
    unread = {key for _, key in view.unread}
    about = {name: said for name, said in view.person.about.items() if name not in unread}
    rows = []
    for field in ABOUT_FIELDS:
        label, words = about_words(say, field, about[field]) if field in about else (say.answers.about[field], "")
        rows.append(Row(label, words or say.answers.not_said, f"{ABOUT_PAGE}?{FROM}", "" if words else OPEN))
    return rows


def _place(view: View, say: Words) -> list[Row]:
    words, located = say.answers, view.findings.located
    worst = first_upper(in_words(located, view.assessor.knowledge.anatomy)) if located else words.worst_none
    rows = [Row(words.worst, worst, f"{PLACE}?{FROM}", "" if located else OPEN)]
    spread = sum(bool(mark.get("spread")) for mark in view.person.marks.values())
    if spread:
        rows.append(Row(words.spread, _count(words, "spread", spread), f"{SPREAD}?{FROM}"))
    return rows


def _tried(view: View, say: Words) -> list[Row]:
    words, count = say.answers, len(view.person.treatments)
    said = _count(words, "tried", count) if count else words.tried_none
    rows = [Row(words.tried, said, TREATMENTS, "" if count else OPEN)]
    blocks = len(view.person.blocks)
    return [*rows, Row(words.blocks, _count(words, "blocks", blocks), BLOCKS)] if blocks else rows


def _count(words: Words, name: str, count: int) -> str:
    return str(words[f"{name}_one"] if count == 1 else words[f"{name}_count"](count=count))


def _unread(view: View, say: Words) -> Iterable[Row]:
    """What is kept and not used."""
    vocabulary, words = view.assessor.knowledge.findings, say.answers
    for kind, key in view.unread:
        finding = find(vocabulary, key, view.person.answers.get(key)) if kind == ANSWER else None
        if finding:
            state = next(word for word, value in SAID.items() if value is view.person.answers[key])
            yield Row(finding.label, words.said[state], f"{path_of(view, finding.id)}?{FROM}", state)
        else:
            yield Row(words.about.get(key, words.unread_old), key, ABOUT_PAGE if key in ABOUT_FIELDS else None)


routes = [Route(ANSWERS, every)]
