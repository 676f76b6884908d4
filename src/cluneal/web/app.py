"""The app: its routes, its door, and what is said when something goes wrong."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from ..record import JournalError
from .desk import Desk
from .guard import Guard, Keys
from .pages import about, alarms, answers, ask, data, doctor, fits, home, learn, place, plan, sources, treatments
from .render import BadForm, page

STATIC = Path(__file__).parent / "static"
PAGES = (home, about, alarms, place, ask, answers, treatments, fits, plan, doctor, learn, sources, data)
NOT_FOUND, REFUSED, BAD, UNSAVED = 404, 403, 400, 503


def app(desk: Desk, keys: Keys, port: int) -> Starlette:
    """The application, to be served on `port` of the loopback address."""
    made = Starlette(
        routes=[
            *(route for one in PAGES for route in one.routes),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(Guard, keys=keys, port=port, say=desk.say)],
        exception_handlers={
            HTTPException: _http,
            BadForm: _bad_form,
            JournalError: _unsaved,
            Exception: _broken,
        },
    )
    made.state.desk = desk
    made.state.keys = keys
    made.state.port = port
    return made


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else BAD
    what = "not_found" if status == NOT_FOUND else "bad_request"
    return page(request, "problem.html", status, what=what, detail="")


async def _bad_form(request: Request, _: Exception) -> Response:
    return page(request, "problem.html", REFUSED, what="bad_form", detail="")


async def _unsaved(request: Request, error: Exception) -> Response:
    # The journal itself may be what fails, so this page reads nothing from it.
    from starlette.responses import PlainTextResponse

    say = request.app.state.desk.say
    return PlainTextResponse(f"{say.problem.unsaved.title}\n\n{say.problem.unsaved.text}\n\n{error}", UNSAVED)


async def _broken(request: Request, _: Exception) -> Response:
    from starlette.responses import PlainTextResponse

    say = request.app.state.desk.say
    return PlainTextResponse(f"{say.problem.broken.title}\n\n{say.problem.broken.text}", 500)
