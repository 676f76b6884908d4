"""How the pages look."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...record.person import CHOICE
from ..render import THEMES, desk_of, form_of, go, page

PATH = "/display"


async def display(request: Request) -> Response:
    """Choose the colours; shown in them at once."""
    if request.method == "POST":
        chosen = (await form_of(request)).get("theme")
        if chosen in THEMES:
            desk_of(request).journal.add((CHOICE, "theme", chosen))
            return go(PATH)
        return page(request, "display.html", 422, problem=True)
    return page(request, "display.html", problem=False)


routes = [Route(PATH, display, methods=["GET", "POST"])]
