"""Copies of the journal: saved locked or open, and brought together with what was said on another machine."""

from __future__ import annotations

import json
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...pathway.plain import NotPlain, json_of, text_of
from ...record import JournalError, WrongPassphrase
from ...record.copies import plain, rows_of_bytes, rows_of_plain
from ...record.journal import Row
from ..guard import COPIES
from ..render import desk_of, form_of, go, page, upload_of
from .lock import BEGIN

PATH, LOCKED, OPEN, MERGED = "/data/copies", "/data/copy", "/data/plain", "/data/merged"
UNTAKEN = 422
BRACE = b"{"


def _page(request: Request, wrong: str = "", detail: str = "") -> Response:
    return page(request, "copies.html", UNTAKEN if wrong else 200, wrong=wrong, detail=detail)


async def copies(request: Request) -> Response:
    """What can be saved and brought in."""
    return _page(request)


async def locked(request: Request) -> Response:
    """The journal's file, as it is."""
    desk = desk_of(request)
    if not desk.kept:
        return go(BEGIN)
    name = f"cluneal-{desk.today().isoformat()}.sqlite"
    content = await run_in_threadpool(desk.journal.copy)
    return Response(content, media_type="application/vnd.sqlite3", headers=_saved_as(name))


async def open_copy(request: Request) -> Response:
    """Everything as JSON, once the person says that they will look after it."""
    desk = desk_of(request)
    if (await form_of(request)).get("sure") != "yes":
        return _page(request, "not_ticked")
    content = json.dumps(plain(desk.journal), ensure_ascii=False, indent=1)
    headers = _saved_as(f"cluneal-{desk.today().isoformat()}-open.json")
    return Response(content.encode("utf-8", "replace"), media_type="application/json", headers=headers)


def _saved_as(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


async def merge(request: Request) -> Response:
    """Bring in another copy."""
    desk, state = desk_of(request), request.app.state
    fields, content = await upload_of(request, "copy")
    if content is None:
        return _page(request, "none")
    try:
        rows = await run_in_threadpool(_rows, content, fields.get("passphrase", ""), desk.say.copies.merge.label)
        state.merged = desk.journal.merge(rows)
    except WrongPassphrase:
        return _page(request, "wrong")
    except (NotPlain, JournalError) as problem:
        return _page(request, "cannot", str(problem))
    return go(MERGED)


def _rows(content: bytes, passphrase: str, name: Any) -> list[Row]:
    """The entries of a copy of either kind. Raises JournalError and NotPlain."""
    if content.lstrip()[:1] == BRACE:
        return rows_of_plain(json_of(text_of(content)))
    return rows_of_bytes(content, passphrase, str(name))


async def merged(request: Request) -> Response:
    """How much was new."""
    count = request.app.state.merged
    return go(PATH) if count is None else page(request, "copies_merged.html", count=count)


routes = [
    Route(PATH, copies),
    Route(LOCKED, locked),
    Route(OPEN, open_copy, methods=["POST"]),
    Route(COPIES, merge, methods=["POST"]),
    Route(MERGED, merged),
]
