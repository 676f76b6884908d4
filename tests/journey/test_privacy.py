"""Nothing leaves the machine, no page is broken, and the first one is light."""

from __future__ import annotations

from collections import Counter, deque
from urllib.parse import urldefrag

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

from cluneal.knowledge import load
from cluneal.record import entries_of
from cluneal.web.guard import HEADERS

from .conftest import Served, Strangers

LIGHT = 150_000
# Pages of one kind look alike: of `/sources/x` and the like so many are opened.
OPENED_OF_A_KIND = 3
CASE = {
    "age": 55,
    "sex": "f",
    "mark": {"side": "right", "x_mm": 70, "y_mm": 45, "intensity": 7},
    "findings": {
        **dict.fromkeys(load().model.alarm_order, False),
        **dict.fromkeys(("side_one", "worse_standing", "worse_extension", "scn_point_reproduces"), True),
    },
}
# Where the questions lead, and what only a form opens.
STARTS = ("/", "/alarms/1", "/about", "/place", "/place/spread", "/place/feel/worst", "/ask/done", "/doctor/page")
MAIN = {"/answers", "/fits", "/plan", "/doctor", "/treatments", "/learn", "/sources", "/data", "/display"}
# What the browser calls a picture or a font that is no longer wanted, since the next page was asked for.
GIVEN_UP = "net::ERR_ABORTED"


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser complained about: errors of scripts, of the policy, and of what could not be loaded."""
    heard: list[str] = []

    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            heard.append(f"{page.url}: {message.text}")

    def failed(request: Request) -> None:
        if request.failure != GIVEN_UP:
            heard.append(f"{page.url}: {request.url} {request.failure}")

    page.on("console", said)
    page.on("pageerror", lambda error: heard.append(f"{page.url}: {error}"))
    page.on("requestfailed", failed)
    return heard


def kind(path: str) -> str:
    """The kind of page that an address is of."""
    parts = path.split("?")[0].strip("/").split("/")
    return "/".join(parts[:-1]) if len(parts) > 1 else path


def test_no_page_that_can_be_reached_talks_to_anybody(
    page: Page, served: Served, strangers: Strangers, complaints: list[str]
) -> None:
    with served.journal() as journal:
        journal.add(*entries_of(CASE))
    waiting, known, opened = deque(STARTS), set(STARTS), Counter[str]()
    while waiting:
        path = waiting.popleft()
        opened[kind(path)] += 1
        if opened[kind(path)] > OPENED_OF_A_KIND and path not in MAIN:
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


def test_the_first_page_is_light(context: BrowserContext, served: Served) -> None:
    entered = context.new_page()
    served.enter(entered)
    # A profile that has nothing in its cache, and the key.
    assert context.browser
    fresh = context.browser.new_context()
    fresh.add_cookies(context.cookies())  # type: ignore[arg-type]
    page, answers = fresh.new_page(), list[Response]()
    page.on("response", lambda one: answers.append(one))
    page.goto(f"{served.home}/", wait_until="networkidle")
    weights = {answer.url: len(answer.body()) for answer in answers if answer.ok}
    assert {url.rsplit(".", 1)[-1] for url in weights} >= {"css", "woff2"}
    assert sum(weights.values()) < LIGHT, weights
