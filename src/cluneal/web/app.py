"""The app: its routes, its door, and what is said when something goes wrong."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import State
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from ..record import JournalError
from .desk import Desk, Locked
from .guard import OPEN, STATIC, Guard, Keys
from .locking import UNLOCK, Lock
from .pages import (
    about,
    alarms,
    answers,
    ask,
    blocks,
    care,
    copies,
    data,
    diary,
    display,
    doctor,
    door,
    fits,
    health,
    history,
    home,
    ladder,
    learn,
    lock,
    notes,
    place,
    plan,
    sources,
    treatments,
)
from .render import BadForm, bare, go, page, standalone

FILES = Path(__file__).parent / "static"
PAGES = (
    door,
    lock,
    home,
    about,
    alarms,
    place,
    ask,
    answers,
    treatments,
    health,
    fits,
    plan,
    ladder,
    doctor,
    learn,
    sources,
    blocks,
    data,
    copies,
    diary,
    notes,
    history,
    care,
    display,
)
NOT_FOUND, REFUSED, BAD, BROKEN, UNSAVED = 404, 403, 400, 500, 503


def app(desk: Desk, keys: Keys, port: int) -> ASGIApp:
    """The application, to be served on `port` of the loopback address."""
    made = Starlette(
        routes=[
            *(route for one in PAGES for route in one.routes),
            Mount(STATIC.rstrip("/"), StaticFiles(directory=FILES)),
        ],
        exception_handlers={
            HTTPException: _http,
            BadForm: _bad_form,
            JournalError: _unsaved,
            Locked: _locked,
            ClientDisconnect: _gone,
            Exception: _broken,
        },
    )
    # What was read or done last and not yet shown to the person: of one page to the next, and of no other run.
    passing = {"waiting": None, "added": None, "erased": None, "merged": None}
    made.state = State({"desk": desk, "keys": keys, "port": port, **passing})

    def refuse(status: int, why: str) -> Response:
        return standalone(desk.say, status, desk.say.door[why])

    files = (file.relative_to(FILES).as_posix() for file in FILES.rglob("*") if file.is_file())
    return Guard(Lock(made, desk), keys, port, (OPEN, *(STATIC + file for file in files)), refuse)


def discreet(inside: ASGIApp) -> ASGIApp:
    """The app for a server that logs what is raised: only where it happened gets out, not what somebody answered.

    The message of an error may quote an answer, so the log has the error's name and the places in the code.
    """
    log = logging.getLogger(__name__)

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await inside(scope, receive, send)
        except Exception as error:
            places = traceback.extract_tb(error.__traceback__)
            log.error(
                "%s at %s",
                type(error).__name__,
                " > ".join(f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in places),
            )

    return served


async def _locked(request: Request, _: Exception) -> Response:
    # Locked while this page was made: by another window, or for want of a request.
    return go(UNLOCK)


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else BAD
    answer = _problem(request, status, "not_found" if status == NOT_FOUND else "bad_request")
    for name, value in (getattr(error, "headers", None) or {}).items():
        answer.headers[name] = value
    return answer


async def _bad_form(request: Request, _: Exception) -> Response:
    return _problem(request, REFUSED, "bad_form")


async def _unsaved(request: Request, error: Exception) -> Response:
    # The journal itself may be what fails, so this page reads nothing from it.
    return bare(request, UNSAVED, "unsaved", str(error))


async def _gone(_: Request, __: Exception) -> Response:
    # Whoever asked has closed the page: nobody reads this.
    return Response(status_code=BAD)


async def _broken(request: Request, _: Exception) -> Response:
    return bare(request, BROKEN, "broken")


def _problem(request: Request, status: int, what: str) -> Response:
    try:
        return page(request, "problem.html", status, what=what)
    except JournalError as error:
        return bare(request, UNSAVED, "unsaved", str(error))
