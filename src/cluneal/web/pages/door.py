"""The door's other side: the printed address becomes a cookie."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from ..guard import OPEN, Keys, cookie_name
from ..render import desk_of, environment, standalone


async def enter(request: Request) -> Response:
    """Exchange the token of the address for the cookie, and go to the start without it."""
    keys: Keys = request.app.state.keys
    say, name = desk_of(request).say, cookie_name(request.app.state.port)
    # Loaded again, the address that opens once is not the way in any more; the cookie is.
    inside = Keys.same(request.cookies.get(name), keys.session)
    if not keys.opens(request.query_params.get("token")) and not inside:
        return standalone(say, 401, say.door.no_key)
    # A page and not a redirect: after a link from elsewhere a redirect would not carry a strict cookie.
    answer = HTMLResponse(environment().get_template("open.html").render(say=say))
    answer.set_cookie(name, keys.session, httponly=True, samesite="strict", path="/")
    return answer


routes = [Route(OPEN, enter)]
