"""Notes, and papers that are kept elsewhere: written down, changed, removed. Nobody else sees them unless chosen."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...record.diary import day_of
from ...record.notes import KINDS, notes, papers
from ...record.person import DOCUMENT, NOTE
from ..course_shown import day_words
from ..render import desk_of, form_of, go, page

PATH = "/notes"
NEW_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
ENTRIES = {"note": NOTE, "paper": DOCUMENT}
# Letters that each field has room for.
LONGEST = {"text": 2000, "title": 120, "where": 200}
FIELDS = {"note": ("text",), "paper": ("title", "where")}
NEEDED = {"note": "text", "paper": "title"}
NOT_FOUND, WRONG = 404, 422


async def every(request: Request) -> Response:
    """The lists."""
    desk = desk_of(request)
    person = desk.person()
    return page(
        request,
        "notes.html",
        notes=notes(person),
        papers=papers(person),
        new=secrets.token_hex(4),
        say_day=lambda day: day_words(desk.say, day, desk.today()),
    )


async def one(request: Request) -> Response:
    """One note or paper: written, changed, or removed. The list gave it its key, so that a double click makes one."""
    desk = desk_of(request)
    kind, key = request.path_params["kind"], request.path_params["key"]
    if kind not in ENTRIES or not NEW_KEY.fullmatch(key):
        raise HTTPException(NOT_FOUND)
    known = (desk.person().notes if kind == "note" else desk.person().documents).get(key)
    values = dict.fromkeys((*FIELDS[kind], "kind"), "") | {"day": "" if known else desk.today().isoformat()}
    if isinstance(known, Mapping):
        values |= {name: str(said) for name, said in known.items()}
    wrong = ""
    if request.method == "POST":
        form = await form_of(request)
        if form.get("what") == "remove":
            desk.journal.add((ENTRIES[kind], key, None))
            return go(PATH)
        values = {name: form.get(name, "").replace("\r\n", "\n").strip() for name in (*FIELDS[kind], "day", "kind")}
        wrong = wrong_in(kind, values)
        if not wrong:
            desk.journal.add((ENTRIES[kind], key, kept(kind, values)))
            return go(PATH)
    return page(
        request,
        f"notes_{kind}.html",
        WRONG if wrong else 200,
        key=key,
        known=known is not None,
        values=values,
        wrong=wrong,
        longest=LONGEST,
        kinds=KINDS,
    )


def wrong_in(kind: str, values: Mapping[str, str]) -> str:
    """What is wrong with a form; nothing where it can be kept."""
    if not values[NEEDED[kind]]:
        return "empty"
    if any(len(values[name]) > LONGEST[name] for name in FIELDS[kind]):
        return "too_long"
    return "day" if values["day"] and not day_of(values["day"]) else ""


def kept(kind: str, values: Mapping[str, str]) -> dict[str, Any]:
    """The entry, without what was left empty."""
    said = {name: values[name] for name in (*FIELDS[kind], "day") if values[name]}
    if kind == "paper":
        said["kind"] = values["kind"] if values["kind"] in KINDS else KINDS[-1]
    return said


routes = [Route(PATH, every), Route(f"{PATH}/{{kind}}/{{key}}", one, methods=["GET", "POST"])]
