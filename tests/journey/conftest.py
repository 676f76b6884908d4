"""The app as a person meets it: a process of its own, and the system's Chromium, which may talk to nothing else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
START_SECONDS = 60


class Served:
    """A running app with a journal of its own."""

    def __init__(self, record: Path, port: int = 0) -> None:
        self.record = record
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cluneal", "serve", "--record", str(record), "--port", str(port), "--no-browser"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        self.address = self._address()
        self.home = self.address.split("/open")[0]
        self.port = int(self.home.rsplit(":", 1)[1])

    def _address(self) -> str:
        assert self.process.stdout
        until, said = time.monotonic() + START_SECONDS, ""
        while time.monotonic() < until:
            line = self.process.stdout.readline()
            said += line
            if found := re.search(r"http://\S+/open\?token=\S+", line):
                return found.group()
            if not line and self.process.poll() is not None:
                break
        raise AssertionError(f"the app did not start: {said}")

    def kill(self) -> None:
        """As a power cut would: no time to say goodbye."""
        self.process.kill()
        self.process.wait()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """The app, started for this test."""
    app = Served(tmp_path / "record.sqlite")
    yield app
    app.kill()


class Strangers(list[str]):
    """Addresses asked for that are not the app's own. Every such request is refused and kept here."""


@pytest.fixture
def strangers() -> Strangers:
    """What the browser tried to reach elsewhere: must stay empty."""
    return Strangers()


@pytest.fixture
def context(chromium: Browser, served: Served, strangers: Strangers) -> Iterator[BrowserContext]:
    """A fresh browser profile, the width of a phone, that reaches the app and nothing else."""
    made = chromium.new_context(viewport=PHONE, reduced_motion="reduce")  # type: ignore[arg-type]

    def only_the_app(route: Route, request: Request) -> None:
        if request.url.startswith((served.home, "data:")):
            route.continue_()
        else:
            strangers.append(request.url)
            route.abort()

    made.route("**/*", only_the_app)
    yield made
    made.close()
    assert strangers == []


@pytest.fixture
def page(context: BrowserContext, served: Served) -> Page:
    """A page that came in with the token and stands at the start."""
    opened = context.new_page()
    opened.goto(served.address)
    opened.wait_for_url(f"{served.home}/")
    return opened
