"""While the journal is locked every page is the one that unlocks it; and it is locked when nobody comes for a while."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from urllib.parse import quote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .desk import Desk
from .guard import OPEN, SAFE_METHODS, STATIC, again
from .render import go

UNLOCK, RECORDS = "/unlock", "/records"
WHILE_LOCKED = (OPEN, UNLOCK, RECORDS)
Clock = Callable[[], float]


class Lock:
    """ASGI middleware between the door and the app.

    A form that comes while the journal is locked waits in memory, and is taken in when its own journal is unlocked:
    nobody loses what they typed before a long telephone call.
    """

    def __init__(self, app: ASGIApp, desk: Desk, clocks: tuple[Clock, ...] = (time.monotonic, time.time)) -> None:
        self.app = app
        self.desk = desk
        # One clock stands still while the machine sleeps, the other may be set: whichever went further counts.
        self.clocks = clocks
        self._last = [clock() for clock in clocks]
        self._timer: asyncio.TimerHandle | None = None
        self._waiting: tuple[Scope, bytes] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through while unlocked; else keep what was sent and ask for the passphrase."""
        if scope["type"] != "http" or scope["path"].startswith(STATIC):
            await self.app(scope, receive, send)
            return
        if self._timer:
            self._timer.cancel()
        self._lock_if_idle()
        path, safe = scope["path"], scope["method"] in SAFE_METHODS
        if self.desk.locked and path not in WHILE_LOCKED:
            if not safe:
                self._waiting = ({**scope, "record": self.desk.record}, (await receive())["body"])
            way = f"to={quote(_address(scope))}" if safe else "waits=1"
            await go(f"{UNLOCK}?{way}")(scope, receive, send)
            return
        if self.desk.locked and path == UNLOCK and not safe:
            await self._unlocking(scope, receive, send)
        else:
            await self.app(scope, receive, send)
        self._start_again()

    async def _unlocking(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Unlock; then answer the form that waits for this journal, if one does."""
        kept: list[Message] = []

        async def keep(message: Message) -> None:
            kept.append(message)

        await self.app(scope, receive, keep)
        waiting = self._waiting
        if not self.desk.locked and waiting is not None:
            self._waiting = None
            if waiting[0].pop("record") == self.desk.record:
                await self.app(waiting[0], again(waiting[1], receive), send)
                return
        for message in kept:
            await send(message)

    def _lock_if_idle(self) -> None:
        if self.desk.kept:
            passed = max(clock() - last for clock, last in zip(self.clocks, self._last, strict=True))
            if passed >= self.desk.lock_minutes * 60:
                self.desk.lock()

    def _start_again(self) -> None:
        self._last = [clock() for clock in self.clocks]
        if self.desk.kept:
            # Without anybody asking, too: the key must not wait in memory for the next visitor.
            self._timer = asyncio.get_running_loop().call_later(self.desk.lock_minutes * 60, self.desk.lock)


def _address(scope: Scope) -> str:
    query = scope["query_string"].decode("latin-1")
    return str(scope["path"]) + (f"?{query}" if query else "")
