"""The door: only this machine, only who came with the token, nothing from other sites, nothing to anywhere."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The largest case that can be read back in, and what a browser puts round it.
LARGEST_FILE = 1_000_000
LARGEST_BODY = LARGEST_FILE + 40_000
# More than that is taken in and thrown away, so that the browser shows the answer and not a broken connection.
LARGEST_DRAINED = 64 * LARGEST_FILE
# A copy of a whole journal: ten years of a diary are some 20 megabytes.
LARGEST_COPY = 64 * LARGEST_FILE
COPIES = "/data/merge"
FORM_FIELD = "form"
OPEN = "/open"
STATIC = "/static/"
SAFE_METHODS = ("GET", "HEAD")
LOCAL = ("127.0.0.1", "localhost", "[::1]")
# Browsers leave it out of the address.
USUAL_PORT = 80

HEADERS = {
    # No inline script, no inline style, nothing from elsewhere, in no frame.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Nothing to other sites. With "no-referrer" browsers would hide from us too that a form is our own.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
}
# What somebody answered stays in no cache; "back" asks again and shows the answer as it is now.
PRIVATE = "no-store"
# The look of the pages may be kept, and is asked for again only when it has changed.
CHECKED = "no-cache"

Refuse = Callable[[int, str], Response]


class Keys:
    """What proves who is asking: the token of the printed address, the cookie, and the sign on each form.

    Cookie and sign come from one secret, so that a page left open still works after a restart. The token is of this
    run alone: in a browser's history it opens nothing later. `once` opens once: other people on the machine can see
    the address that a browser is started with.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self.token = secrets.token_urlsafe()
        self.once: str | None = secrets.token_urlsafe()
        self.session = self._sign("session")
        self.form = self._sign("form")

    def _sign(self, purpose: str) -> str:
        return hmac.new(self._secret, purpose.encode(), hashlib.sha256).hexdigest()

    def opens(self, given: str | None) -> bool:
        """Whether this token opens the app. The one that opens once is used up by it."""
        if self.once is not None and self.same(given, self.once):
            self.once = None
            return True
        return self.same(given, self.token)

    @staticmethod
    def same(given: str | None, expected: str) -> bool:
        """Compared in constant time."""
        return given is not None and hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


class Guard:
    """ASGI middleware that refuses what is not from this person's own browser, and sets the headers of every answer.

    It stands outside everything else, so that an answer of the app about its own failure has the headers too.
    `public` are the paths that need no key: nothing that they answer says anything about a person.
    """

    def __init__(self, app: ASGIApp, keys: Keys, port: int, public: Collection[str], refuse: Refuse) -> None:
        self.app = app
        self.keys = keys
        self.cookie = cookie_name(port)
        names = LOCAL if port == USUAL_PORT else ()
        self.hosts = frozenset((*(f"{name}:{port}" for name in LOCAL), *names))
        self.origins = frozenset(f"http://{host}" for host in self.hosts)
        self.public = frozenset(public)
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through, or answer with the reason."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                seen_by_all = scope["path"].startswith(STATIC) and message["status"] in (200, 304)
                headers["Cache-Control"] = CHECKED if seen_by_all else PRIVATE
            await send(message)

        refused = self._refused(scope)
        if refused is None and scope["method"] not in SAFE_METHODS:
            largest = LARGEST_COPY if scope["path"] == COPIES else LARGEST_BODY
            body = await _whole(receive, largest)
            if body is None:
                return
            receive = again(body, receive)
            refused = (413, "too_large") if len(body) > largest else None
        elif refused is not None:
            await _whole(receive, LARGEST_BODY)
        if refused is not None:
            await self.refuse(*refused)(scope, receive, with_headers)
        else:
            await self.app(scope, receive, with_headers)

    def _refused(self, scope: Scope) -> tuple[int, str] | None:
        """The status and the name of the words that say why; None when it may come in."""
        headers, path, safe = Headers(scope=scope), scope["path"], scope["method"] in SAFE_METHODS
        # A name of another site that points here (DNS rebinding) is not one of ours.
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0].lower() not in self.hosts:
            return 421, "wrong_host"
        if not safe and not self._own(headers):
            return 403, "other_site"
        if safe and path in self.public:
            return None
        return None if self._comes_in(headers) else (401, "no_key")

    def _comes_in(self, headers: Headers) -> bool:
        """True when the cookie is ours. Any of several counts: other apps on this machine share our cookies."""
        given = [part.strip().partition("=") for line in headers.getlist("cookie") for part in line.split(";")]
        return any(Keys.same(value, self.keys.session) for name, _, value in given if name == self.cookie)

    def _own(self, headers: Headers) -> bool:
        """True when a page of ours sent it. Old browsers say neither: there the cookie and the form's sign decide."""
        if headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return False
        origin = headers.get("origin")
        return origin is None or origin.lower() in self.origins


def cookie_name(port: int) -> str:
    """A browser keeps one set of cookies for all ports of a machine: two apps must not share one name."""
    return f"cluneal_{port}"


async def _whole(receive: Receive, largest: int) -> bytes | None:
    """What was sent, up to a little more than the limit; None when the sender has gone."""
    body, drained = b"", 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        part: bytes = message.get("body", b"")
        drained += len(part)
        body += part[: largest + 1 - len(body)]
        if not message.get("more_body", False) or drained > LARGEST_DRAINED:
            return body


def again(body: bytes, receive: Receive) -> Receive:
    """The same to be received once more, and after it whatever comes."""
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def received() -> Message:
        return waiting.pop() if waiting else await receive()

    return received
