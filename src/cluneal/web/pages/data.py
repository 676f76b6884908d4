"""What is kept and where; reading a copy back in; erasing everything."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...pathway import BadCase
from ...pathway.plain import NotPlain, json_of, text_of
from ...record import Entry, Given, JournalError, Person, entries_of, news, person_of
from ...record.person import KEPT_AS, NOT_SURE
from ..desk import Desk
from ..guard import LARGEST_FILE
from ..render import desk_of, form_of, go, page, upload_of
from ..told import Told

PATH, READ, ADD, ADDED = "/data", "/data/read", "/data/add", "/data/added"
ERASE, ERASED = "/data/erase", "/data/erased"
LONGEST_PROBLEM = 300
UNTAKEN = 422

Json = dict[str, Any]


class NotTaken(Exception):
    """A file that cannot be read back in; the message says why, to the person."""


@dataclass
class Waiting:
    """A case that was read and checked, until the person says yes: it does not travel through the browser."""

    id: str
    case: Json


@dataclass(frozen=True)
class Row:
    """One thing that a file brings: what it is, what is said here now (None when nothing is), what the file says."""

    what: str
    before: str | None
    after: str


async def data(request: Request) -> Response:
    """What is kept, and what can be done with it."""
    return _page(request)


def _page(request: Request, problem: str = "", gone: bool = False) -> Response:
    desk = desk_of(request)
    return page(
        request,
        "data.html",
        UNTAKEN if problem or gone else 200,
        counted=counts(desk.person()),
        file=desk.record,
        unread=[_row(desk, *one, _kinds(desk.person())[one[0]][one[1]]) for one in desk.view().unread],
        problem=problem,
        gone=gone,
    )


async def read(request: Request) -> Response:
    """Look into a file, and show what it would add or change."""
    desk, state = desk_of(request), request.app.state
    if request.method == "POST":
        _, content = await upload_of(request, "file")
        try:
            case = case_of(content, desk)
            brought(case, desk)
        except NotTaken as problem:
            return _page(request, str(problem))
        state.waiting = Waiting(secrets.token_hex(), case)
        return go(READ)
    waiting: Waiting | None = state.waiting
    if waiting is None:
        return go(PATH)
    try:
        rows = [_row(desk, *one) for one in brought(waiting.case, desk)]
    except NotTaken as problem:
        return _page(request, str(problem))
    return page(
        request,
        "data_read.html",
        waiting=waiting.id,
        number=desk.person().number,
        stale="stale" in request.query_params,
        new=[row for row in rows if row.before is None],
        changed=[row for row in rows if row.before is not None],
    )


async def add(request: Request) -> Response:
    """Take in what was looked through."""
    desk, state = desk_of(request), request.app.state
    form = await form_of(request)
    waiting: Waiting | None = state.waiting
    if waiting is None or form.get("waiting") != waiting.id:
        return _page(request, gone=True)
    if form.get("number") != str(desk.person().number):
        return go(f"{READ}?stale=1")
    try:
        given = brought(waiting.case, desk)
    except NotTaken as problem:
        return _page(request, str(problem))
    changed = sum(_row(desk, *one).before is not None for one in given)
    desk.journal.add(*given)
    state.waiting, state.added = None, (len(given) - changed, changed)
    return go(ADDED)


async def added(request: Request) -> Response:
    """What was taken in."""
    if request.app.state.added is None:
        return go(PATH)
    new, changed = request.app.state.added
    return page(request, "data_added.html", new=new, changed=changed)


async def erase(request: Request) -> Response:
    """Say what would go, and let it go when the box is ticked."""
    desk, state = desk_of(request), request.app.state
    kept, told = counts(desk.person()), None
    if request.method == "POST":
        if (await form_of(request)).get("sure") == "yes":
            try:
                state.erased = (kept, desk.erase())
            except JournalError as error:
                told = (desk.say.data.erasing.failed, str(error))
            else:
                state.waiting = state.added = None
                return go(ERASED)
        else:
            told = (desk.say.data.erasing.not_ticked, desk.say.data.erasing.not_ticked_text)
    return page(request, "erase.html", UNTAKEN if told else 200, counted=kept, told=told)


async def erased(request: Request) -> Response:
    """What was deleted."""
    if request.app.state.erased is None:
        return go(PATH)
    kept, entries = request.app.state.erased
    return page(request, "erase_done.html", counted=kept, earlier=entries > sum(kept.values()), entries=entries)


def counts(person: Person) -> dict[str, int]:
    """How many things of each kind are kept now; the kinds of which there are none are left out."""
    kept = {kind: len(known) for kind, known in _kinds(person).items()}
    return {kind: count for kind, count in kept.items() if count}


def _kinds(person: Person) -> dict[str, Mapping[str, Any]]:
    return {kind: getattr(person, name) for kind, name in KEPT_AS.items()}


def case_of(content: bytes | None, desk: Desk) -> Json:
    """A case from the bytes of a file, with every finding under its present name.

    Raises:
        NotTaken: says what is wrong and where.
    """
    say = desk.say.data.problem
    if content is None:
        raise NotTaken(say.none)
    if len(content) > LARGEST_FILE:
        raise NotTaken(say.large)
    try:
        case = json_of(text_of(content))
        read = desk.view().read(case)  # type: ignore[arg-type]
        desk.assessor.findings(read, desk.today())
    except (NotPlain, BadCase) as problem:
        raise NotTaken(_shown(problem)) from None
    assert isinstance(case, dict)
    present = {alias: one.id for one in desk.knowledge.findings.values() for alias in one.aliases}
    case["findings"] = {present.get(name, name): said for name, said in (case.get("findings") or {}).items()}
    if not _is_text(case):
        raise NotTaken(say.not_text)
    return case


def brought(case: Json, desk: Desk) -> list[Given]:
    """What a case brings that is not here yet.

    Raises:
        NotTaken: what it says does not fit what is here.
    """
    unread = set(desk.view().unread)
    entries = [one for one in desk.journal.entries() if (one.kind, one.key) not in unread]
    given = news(desk.person(), entries_of(case))
    together = person_of([*entries, *(Entry(0, "", *one) for one in given)])
    try:
        desk.assessor.findings(desk.view().read(together.case()), desk.today())
    except BadCase as problem:
        raise NotTaken(desk.say.data.problem.clash(detail=_shown(problem))) from None
    return given


def _shown(problem: Exception) -> str:
    """What is wrong, on one line that a hostile file cannot make long or strange."""
    text = "".join(sign if sign.isprintable() else " " for sign in str(problem))
    return text if len(text) <= LONGEST_PROBLEM else f"{text[:LONGEST_PROBLEM]}..."


def _is_text(value: Any) -> bool:
    """False when a sign in it is half of one of another writing, which can be neither kept nor shown."""
    if isinstance(value, str):
        return not any("\ud800" <= sign <= "\udfff" for sign in value)
    if isinstance(value, dict):
        return all(_is_text(name) and _is_text(part) for name, part in value.items())
    return all(_is_text(part) for part in value) if isinstance(value, list) else True


def _row(desk: Desk, kind: str, key: str, value: Any) -> Row:
    known, told = _kinds(desk.person())[kind], Told(desk)
    before = _said(told, kind, key, known[key]) if key in known else None
    return Row(told.name(kind, key, value), before, _said(told, kind, key, value))


def _said(told: Told, kind: str, key: str, value: Any) -> str:
    # In what entries come to, nothing is "not sure".
    return told.said(kind, key, NOT_SURE if value is None else value)


routes = [
    Route(PATH, data),
    Route(READ, read, methods=["GET", "POST"]),
    Route(ADD, add, methods=["POST"]),
    Route(ADDED, added),
    Route(ERASE, erase, methods=["GET", "POST"]),
    Route(ERASED, erased),
]
