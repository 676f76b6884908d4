"""The start page."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...record.person import WORST
from ..render import desk_of, page
from ..steps import DONE, next_step


async def start(request: Request) -> Response:
    """What this is, and where to begin or go on."""
    view = desk_of(request).view()
    person = view.person
    saved = {"answers": len(person.answers), "place": WORST in person.marks, "tried": len(person.treatments)}
    begun = any(saved.values()) or bool(person.about)
    return page(request, "home.html", saved=saved, begun=begun, finished=begun and next_step(view) == DONE)


routes = [Route("/", start)]
