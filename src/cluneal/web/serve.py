"""Start the app on the loopback address and open the browser on it."""

from __future__ import annotations

import os
import secrets
import socket
import sys
import webbrowser
from pathlib import Path

import platformdirs
import uvicorn

from ..knowledge import load, load_draws
from ..pathway import Assessor
from ..record import Journal
from .app import app
from .desk import Desk
from .guard import OPEN, Keys

LOOPBACK = "127.0.0.1"
PREFERRED_PORT = 8765
SECRET_BYTES = 32
OWNER_ONLY = 0o600
SHUTDOWN_SECONDS = 3


def default_record() -> Path:
    """Where this person's journal lies when none is named."""
    return Path(platformdirs.user_data_dir("cluneal", appauthor=False)) / "record.sqlite"


def serve(record: Path | None = None, port: int | None = None, browser: bool = True) -> None:
    """Run until interrupted. Prints the one address that opens it.

    Raises:
        JournalError: the record cannot be read or written.
        OSError: the port cannot be had.
    """
    path = record or default_record()
    journal = Journal(path)
    listening = _listen(port)
    number = listening.getsockname()[1]
    keys = Keys(_secret(path))
    desk = Desk(Assessor(load(), load_draws()), journal)
    address = f"http://{LOOPBACK}:{number}{OPEN}?token={keys.token}"
    print(desk.say.terminal.open(address=address), flush=True)
    print(desk.say.terminal.saved(path=path), flush=True)
    print(desk.say.terminal.stop, flush=True)
    if browser and _has_screen():
        webbrowser.open(address)
    config = uvicorn.Config(
        app(desk, keys, number),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    uvicorn.Server(config).run(sockets=[listening])
    journal.close()


def _listen(port: int | None) -> socket.socket:
    """The port asked for; else the usual one, so that a bookmark works again; else any that is free."""
    for candidate in (port,) if port is not None else (PREFERRED_PORT, 0):
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if os.name != "nt":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((LOOPBACK, candidate))
        except OSError:
            listening.close()
            if port is not None:
                raise
            continue
        return listening
    raise OSError("no free port on this machine")


def _secret(record: Path) -> bytes:
    """Kept beside the journal, so that a page left open still works after a restart."""
    path = record.with_name(f"{record.name}.key")
    try:
        kept = path.read_bytes()
        if len(kept) == SECRET_BYTES:
            return kept
    except OSError:
        pass
    made = secrets.token_bytes(SECRET_BYTES)
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY), "wb") as file:
            file.write(made)
    except OSError:
        # Without it, only pages left open over a restart are lost: a new address is printed each time.
        return made
    return made


def _has_screen() -> bool:
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
