"""The passphrase: chosen, given, changed; and the journals of several people, one open at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...frozen import frozen
from ...record import BadPassphrase, Journal, JournalError, WrongPassphrase, state_of
from ...record.person import CHOICE
from ..desk import LOCK_AFTER, LOCK_MINUTES, Desk
from ..locking import RECORDS, UNLOCK
from ..render import closed, desk_of, form_of, go, page

BEGIN, LOCK, PASSPHRASE = "/begin", "/lock", "/passphrase"
ASK, HOME = "/ask", "/"
# A page of ours: never the address of another site, which a double slash would begin.
OURS = re.compile(r"/(?![/\\])[^\\\s]*")
NAME = re.compile(r"\w(?:[\w -]{0,38}\w)?")
UNTAKEN, SUFFIX = 422, ".sqlite"


class NotTaken(Exception):
    """A passphrase that cannot be used: the name of the words that say why, to the person."""


@frozen
class Other:
    """A journal in the same folder."""

    name: str
    state: str
    here: bool


async def begin(request: Request) -> Response:
    """Before the first question: keep what is said under a passphrase, or go on without keeping it."""
    desk, wrong = desk_of(request), ""
    if desk.kept:
        return go(ASK)
    if request.method == "POST":
        form = await form_of(request)
        assert desk.record
        record = desk.record
        try:
            chosen = _chosen(form)
            desk.take_up(await run_in_threadpool(desk.journal.keep, record, chosen))
            return go(ASK)
        except NotTaken as problem:
            wrong = str(problem)
        except BadPassphrase:
            wrong = "unfit"
    return page(request, "begin.html", UNTAKEN if wrong else 200, wrong=wrong, file=desk.record)


async def unlock(request: Request) -> Response:
    """Ask for the passphrase of the journal that is there; or for a first one, when it lies open from version 1."""
    desk = desk_of(request)
    to = request.query_params.get("to", HOME)
    to = to if OURS.fullmatch(to) else HOME
    if not desk.locked:
        return go(to)
    assert desk.record
    wrong, detail = "", ""
    try:
        open_still = state_of(desk.record) == "open"
        if request.method == "POST":
            form = await form_of(request)
            opened = _upgraded if open_still else _opened
            desk.take_up(await opened(desk, desk.record, form))
            return go(to)
    except NotTaken as problem:
        wrong = str(problem)
    except WrongPassphrase:
        wrong = "wrong"
    except BadPassphrase:
        wrong = "unfit"
    except JournalError as problem:
        open_still, wrong, detail = False, "cannot", str(problem)
    return closed(
        request,
        "unlock.html",
        UNTAKEN if wrong else 200,
        first=open_still,
        wrong=wrong,
        detail=detail,
        to=to,
        waits="waits" in request.query_params,
        name=desk.record.stem,
        several=len(others(desk.record)) > 1,
    )


async def _opened(desk: Desk, record: Path, form: Mapping[str, str]) -> Journal:
    return await run_in_threadpool(Journal.open, record, form.get("passphrase", ""), desk.now)


async def _upgraded(desk: Desk, record: Path, form: Mapping[str, str]) -> Journal:
    return await run_in_threadpool(Journal.upgrade, record, _chosen(form), desk.now)


def _chosen(form: Mapping[str, str]) -> str:
    """A new passphrase, typed twice alike. Raises NotTaken."""
    chosen = form.get("passphrase", "")
    if chosen != form.get("again"):
        raise NotTaken("differ")
    return chosen


async def lock(request: Request) -> Response:
    """Lock it now."""
    await form_of(request)
    desk_of(request).lock()
    return go(HOME)


async def passphrase(request: Request) -> Response:
    """Change the passphrase, or after how long the app locks itself."""
    desk, wrong, done = desk_of(request), "", "changed" in request.query_params
    if not desk.kept:
        return go(BEGIN)
    assert desk.record
    if request.method == "POST":
        form = await form_of(request)
        minutes = form.get("minutes", "")
        if minutes in map(str, LOCK_MINUTES):
            desk.journal.add((CHOICE, LOCK_AFTER, int(minutes)))
            return go(f"{PASSPHRASE}?changed=1")
        try:
            chosen = _chosen(form)
            # Whoever finds the app open must not lock its owner out.
            changed, before = await _opened(desk, desk.record, {"passphrase": form.get("old", "")}), desk.journal
            try:
                await run_in_threadpool(changed.change_passphrase, chosen)
            except BaseException:
                # The one that is open goes on under the old passphrase.
                changed.close()
                raise
            desk.take_up(changed)
            before.close()
            return go(f"{PASSPHRASE}?changed=1")
        except NotTaken as problem:
            wrong = str(problem)
        except WrongPassphrase:
            wrong = "wrong"
        except BadPassphrase:
            wrong = "unfit"
    return page(
        request,
        "passphrase.html",
        UNTAKEN if wrong else 200,
        wrong=wrong,
        done=done,
        minutes=[(str(one), one) for one in LOCK_MINUTES],
        chosen=str(desk.lock_minutes),
    )


async def records(request: Request) -> Response:
    """The journals in the folder: open another, or begin one. One is open at a time."""
    desk, wrong, name = desk_of(request), "", ""
    assert desk.record
    unsaved = not desk.locked and not desk.kept and bool(desk.journal.latest())
    if request.method == "POST":
        form = await form_of(request)
        name = form.get("open") or form.get("name", "").strip()
        known = {one.name for one in others(desk.record)}
        if not NAME.fullmatch(name):
            wrong = "name"
        elif "open" in form and name not in known:
            wrong = "gone"
        elif "open" not in form and name in known:
            wrong = "there"
        elif unsaved and form.get("sure") != "yes":
            wrong = "unsaved"
        else:
            desk.turn_to(desk.record.with_name(name + SUFFIX))
            return go(HOME if desk.locked else BEGIN)
    show: Callable[..., Response] = closed if desk.locked else page
    return show(
        request,
        "records.html",
        UNTAKEN if wrong else 200,
        others=others(desk.record),
        wrong=wrong,
        name=name,
        unsaved=unsaved,
        locked=desk.locked,
    )


def others(record: Path) -> list[Other]:
    """The journals beside this one, by name."""
    found = []
    for path in sorted(record.parent.glob(f"*{SUFFIX}")) if record.parent.is_dir() else []:
        try:
            state = state_of(path)
        except JournalError:
            continue
        if state != "none":
            found.append(Other(path.stem, state, path.name == record.name))
    return found


routes = [
    Route(BEGIN, begin, methods=["GET", "POST"]),
    Route(UNLOCK, unlock, methods=["GET", "POST"]),
    Route(LOCK, lock, methods=["POST"]),
    Route(PASSPHRASE, passphrase, methods=["GET", "POST"]),
    Route(RECORDS, records, methods=["GET", "POST"]),
]
