"""The door: only this machine, only who came with the token, nothing from other sites, nothing to anywhere."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from http.cookies import SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..language import Words

LARGEST_BODY = 1_000_000
FORM_FIELD = "form"
OPEN = "/open"
PUBLIC = ("/static/",)
SAFE_METHODS = ("GET", "HEAD")
LOCAL = ("127.0.0.1", "localhost", "[::1]")

HEADERS = {
    # No inline script, no inline style, nothing from elsewhere, in no frame.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
}
# What somebody answered stays in no cache; "back" asks again and shows the answer as it is now.
PRIVATE = "no-store"


class Keys:
    """What proves who is asking, all drawn from one secret: the opening token, the cookie, the sign on each form."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self.token = self._sign("token")
        self.session = self._sign("session")
        self.form = self._sign("form")

    def _sign(self, purpose: str) -> str:
        return hmac.new(self._secret, purpose.encode(), hashlib.sha256).hexdigest()

    @staticmethod
    def same(given: str | None, expected: str) -> bool:
        """Compared in constant time."""
        return given is not None and hmac.compare_digest(given.encode(), expected.encode())


class Guard:
    """ASGI middleware that refuses what is not from this person's own browser, and sets the headers of every answer."""

    def __init__(self, app: ASGIApp, keys: Keys, port: int, say: Words) -> None:
        self.app = app
        self.keys = keys
        self.cookie = f"cluneal_{port}"
        self.hosts = frozenset(f"{name}:{port}" for name in LOCAL)
        self.origins = frozenset(f"http://{host}" for host in self.hosts)
        self.say = say

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through, or answer with the reason."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        refused = self._refused(scope)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", PRIVATE)
            await send(message)

        if refused:
            await PlainTextResponse(refused[1], refused[0])(scope, receive, with_headers)
        else:
            await self.app(scope, _limited(receive), with_headers)

    def _refused(self, scope: Scope) -> tuple[int, str] | None:
        headers, path = Headers(scope=scope), scope["path"]
        # A name of another site that points here (DNS rebinding) is not one of ours.
        if headers.get("host", "").lower() not in self.hosts:
            return 421, self.say.door.wrong_host
        if _length(headers) > LARGEST_BODY:
            return 413, self.say.door.too_large
        if scope["method"] not in SAFE_METHODS and not self._own(headers):
            return 403, self.say.door.other_site
        if path == OPEN or path.startswith(PUBLIC):
            return None
        cookie = SimpleCookie(headers.get("cookie", "")).get(self.cookie)
        if not Keys.same(cookie.value if cookie else None, self.keys.session):
            return 401, self.say.door.no_key
        return None

    def _own(self, headers: Headers) -> bool:
        """True when a page of ours sent it. Old browsers say neither: there the cookie and the form's sign decide."""
        if headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return False
        origin = headers.get("origin")
        return origin is None or origin.lower() in self.origins


def _length(headers: Iterable[tuple[str, str]] | Headers) -> int:
    given = Headers(dict(headers)).get("content-length", "0")
    return int(given) if given.isdecimal() and len(given) < len(str(LARGEST_BODY)) + 2 else LARGEST_BODY + 1


def _limited(receive: Receive) -> Receive:
    """A body that was sent without its length ends where the limit does."""
    seen = 0

    async def limited() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > LARGEST_BODY:
            return {"type": "http.disconnect"}
        return message

    return limited
