"""Nothing leaves the machine, no page is broken, and the first one is light."""

from __future__ import annotations

import re
from collections import deque
from urllib.parse import urldefrag

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response

from cluneal.knowledge import load
from cluneal.record import Journal, entries_of
from cluneal.web.guard import HEADERS

from .conftest import Served, Strangers

LIGHT = 150_000
# Pages of one kind look alike: of `/sources/x` and the like so many are opened in the browser, the others only asked for.
OPENED_OF_A_KIND = 2
CASE = {
    "age": 55,
    "sex": "f",
    "mark": {"side": "right", "x_mm": 70, "y_mm": 45, "intensity": 7},
    "findings": {
        **dict.fromkeys(load().model.alarm_order, False),
        **dict.fromkeys(("side_one", "worse_standing", "worse_extension", "scn_point_reproduces"), True),
    },
}
MAIN = {
    "/",
    "/alarms/1",
    "/place",
    "/answers",
    "/fits",
    "/plan",
    "/doctor",
    "/doctor/page",
    "/learn",
    "/sources",
    "/data",
}


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser complained about: errors of scripts, of the policy, and of what could not be loaded."""
    heard: list[str] = []

    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            heard.append(f"{page.url}: {message.text}")

    page.on("console", said)
    page.on("pageerror", lambda error: heard.append(f"{page.url}: {error}"))
    page.on("requestfailed", lambda request: heard.append(f"{page.url}: {request.url} failed"))
    return heard


def kind(path: str) -> str:
    """The kind of page that an address is of."""
    parts = path.split("?")[0].strip("/").split("/")
    return "/".join(parts[:-1]) if len(parts) > 1 else path


def test_every_link_leads_to_a_page_and_none_of_them_talks_to_anybody(
    page: Page, context: BrowserContext, served: Served, strangers: Strangers, complaints: list[str]
) -> None:
    journal = Journal(served.record)
    journal.add(*entries_of(CASE))
    journal.close()
    waiting, known, opened = deque(["/"]), {"/"}, dict[str, int]()
    while waiting:
        path = waiting.popleft()
        opened[kind(path)] = opened.get(kind(path), 0) + 1
        if opened[kind(path)] > OPENED_OF_A_KIND and path not in MAIN:
            answer = context.request.get(f"{served.home}{path}")
            assert answer.status == 200, path
            continue
        got = page.goto(f"{served.home}{path}")
        assert got is not None
        assert got.status == 200, path
        assert got.headers["content-security-policy"] == HEADERS["Content-Security-Policy"], path
        for href in page.locator("a[href]:not([download])").evaluate_all("links => links.map(one => one.href)"):
            link = urldefrag(href).url.removeprefix(served.home)
            # A study's own address is a link for a person to follow, and never followed by the app.
            if link.startswith("/") and link not in known and not link.startswith("/doctor.pdf"):
                known.add(link)
                waiting.append(link)
    assert known >= MAIN
    assert strangers == []
    assert complaints == []


def test_the_first_page_is_light(page: Page, served: Served) -> None:
    weights: dict[str, int] = {}
    # Asked for anew, as by a browser that was never here.
    page.context.clear_cookies()
    fresh = page.context.new_page()

    def weigh(answer: Response) -> None:
        if answer.status == 200:
            weights[answer.url] = len(answer.body())

    fresh.on("requestfinished", lambda request: (answer := request.response()) and weigh(answer))
    fresh.goto(served.address)
    fresh.wait_for_url(f"{served.home}/")
    fresh.wait_for_load_state("networkidle")
    assert any(re.search(r"\.css$", url) for url in weights)
    assert sum(weights.values()) < LIGHT, weights
