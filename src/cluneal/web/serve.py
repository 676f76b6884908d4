"""Start the app on the loopback address and open the browser on it."""

from __future__ import annotations

import os
import secrets
import socket
import stat
import sys
import webbrowser
from contextlib import suppress
from pathlib import Path

import platformdirs
import uvicorn
from starlette.types import ASGIApp

from ..knowledge import load, load_draws
from ..language import Words
from ..pathway import Assessor
from ..record import Journal, state_of
from .app import app, discreet
from .desk import Desk
from .guard import OPEN, Keys

LOOPBACK = "127.0.0.1"
PREFERRED_PORT = 8765
SECRET_BYTES = 32
OWNER_ONLY, OWNER_ONLY_FOLDER, OTHERS = 0o600, 0o700, 0o077
SHUTDOWN_SECONDS = 3


class NoPort(OSError):
    """No port to listen on. The message says why."""


def default_record() -> Path:
    """Where this person's journal lies when none is named."""
    return Path(platformdirs.user_data_dir("cluneal", appauthor=False)) / "record.sqlite"


def serve(record: Path | None = None, port: int | None = None, browser: bool = True) -> None:
    """Run until interrupted. Prints the one address that opens it.

    Raises:
        JournalError: the record cannot be read or written.
        NoPort: the port cannot be had.
    """
    path = record or default_record()
    # Nothing is on the disk before a passphrase is chosen; what is there stays locked until it is given.
    desk = Desk(Assessor(load(), load_draws()), Journal.unsaved() if state_of(path) == "none" else None, path)
    try:
        with listen(port) as listening:
            number = listening.getsockname()[1]
            keys = Keys(secret(path))
            say = desk.say.terminal
            answer(app(desk, keys, number), keys, listening, (say, say.saved(path=path)), browser)
    finally:
        desk.lock()


def answer(made: ASGIApp, keys: Keys, listening: socket.socket, say: tuple[Words, str], browser: bool) -> None:
    """Print the address that opens an app, open the browser on it, and answer until interrupted.

    `say` has the words of the terminal, and the line about where answers are kept.
    """
    words, kept = say
    address = f"http://{LOOPBACK}:{listening.getsockname()[1]}{OPEN}?token="
    print(words.open(address=address + keys.token), flush=True)
    print(kept, flush=True)
    print(words.stop, flush=True)
    if browser and _has_screen():
        webbrowser.open(f"{address}{keys.once}")
    config = uvicorn.Config(
        discreet(made),
        # One way of reading requests, whatever else is installed; and no word of another machine is believed.
        http="h11",
        ws="none",
        lifespan="off",
        proxy_headers=False,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    uvicorn.Server(config).run(sockets=[listening])


def listen(port: int | None) -> socket.socket:
    """The port asked for; else the usual one, so that a bookmark works again; else any that is free.

    Who comes before the app is ready waits at the port. Raises NoPort.
    """
    why = ""
    for candidate in (port,) if port is not None else (PREFERRED_PORT, 0):
        # The protocol is named: asyncio sends small pieces at once only where it is, and else each page waits 40 ms.
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            if os.name != "nt":
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((LOOPBACK, candidate))
            listening.listen()
        except OSError as error:
            listening.close()
            why = (error.strerror or str(error)).lower()
        except OverflowError:
            listening.close()
            why = "not a port from 0 to 65535"
        else:
            return listening
    raise NoPort(why)


def secret(record: Path) -> bytes:
    """Kept beside the journal, so that a page left open still works after a restart.

    One that somebody else could have written or read is none, and is replaced.
    """
    path = record.with_name(f"{record.name}.key")
    with suppress(OSError):
        found = path.lstat()
        own = os.name == "nt" or (found.st_uid == os.geteuid() and not found.st_mode & OTHERS)
        kept = path.read_bytes() if own and stat.S_ISREG(found.st_mode) else b""
        if len(kept) == SECRET_BYTES:
            return kept
    made = secrets.token_bytes(SECRET_BYTES)
    # Where it cannot be kept, only pages left open over a restart are lost: a new address is printed each time.
    with suppress(OSError):
        path.parent.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "wb") as file:
            file.write(made)
    return made


def _has_screen() -> bool:
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
