"""The app as a person meets it: a process of its own, and the system's Chromium, which may talk to nothing else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route

from cluneal.record import Journal

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
START_SECONDS = 60
PASSPHRASE = "four words for tests"


class Served:
    """A running app with a journal of its own, which is locked until `enter` unlocks it."""

    def __init__(self, record: Path, port: int = 0, kept: bool = True) -> None:
        self.record = record
        if kept and not record.exists():
            Journal.create(record, PASSPHRASE).close()
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

    def enter(self, page: Page) -> None:
        """Come in with the token, and unlock."""
        page.goto(self.address)
        page.wait_for_url(re.compile(re.escape(self.home) + "/(unlock.*)?$"))
        if "/unlock" in page.url:
            self.unlock(page)
        page.wait_for_url(f"{self.home}/")

    @staticmethod
    def unlock(page: Page) -> None:
        """Give the passphrase that the page asks for."""
        page.get_by_label("Passphrase").fill(PASSPHRASE)
        page.get_by_role("button", name="Open").click()

    @contextmanager
    def journal(self) -> Iterator[Journal]:
        """The journal, opened beside the running app."""
        opened = Journal.open(self.record, PASSPHRASE)
        try:
            yield opened
        finally:
            opened.close()

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
    served.enter(opened)
    return opened
