"""The door's other side, and the start page."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..guard import OPEN, Keys
from ..render import environment, page


async def open_with_token(request: Request) -> Response:
    """Exchange the token of the address that was printed for the cookie."""
    keys, say = request.app.state.keys, request.app.state.desk.say
    # A page and not a redirect: after a link from elsewhere a redirect would not carry a strict cookie.
    known = Keys.same(request.query_params.get("token"), keys.token)
    answer = Response(
        environment().get_template("open.html").render(say=say, known=known),
        200 if known else 401,
        media_type="text/html",
    )
    if known:
        name = f"cluneal_{request.app.state.port}"
        answer.set_cookie(name, keys.session, httponly=True, samesite="strict", path="/")
    return answer


async def start(request: Request) -> Response:
    """What this is, and where to begin or go on."""
    return page(request, "home.html")


routes = [Route(OPEN, open_with_token), Route("/", start)]
