"""The start page."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...record.person import WORST
from ..render import desk_of, page
from ..steps import DONE, next_step
from .diary import Today


async def start(request: Request) -> Response:
    """What this is, and where to begin or go on."""
    view = desk_of(request).view()
    person = view.person
    saved = {"answers": len(person.answers), "place": WORST in person.marks, "tried": len(person.treatments)}
    begun = any(saved.values()) or bool(person.about)
    finished = begun and next_step(view) == DONE
    diary = Today(desk_of(request))
    shown = diary if finished or diary.entries else None
    return page(request, "home.html", saved=saved, begun=begun, finished=finished, diary=shown)


routes = [Route("/", start)]
