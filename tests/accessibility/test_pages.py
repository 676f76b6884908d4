"""Every page of the app in a real browser: axe, one heading, a name for every page, room at 400 % zoom, no stranger."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page

from cluneal.knowledge import load
from cluneal.record import Journal, entries_of
from cluneal.web.guard import HEADERS
from tests.journey.conftest import Served, chromium

__all__ = ["chromium"]

PAGES = (
    "/",
    "/alarms/1",
    "/about",
    "/place",
    "/place/spread",
    "/place/measure",
    "/ask/burning_pain",
    "/ask/scn_point_reproduces",
    "/ask/hands",
    "/ask/done",
    "/answers",
    "/treatments",
    "/fits",
    "/fits/scn_entrapment",
    "/plan",
    "/doctor",
    "/doctor/page",
    "/blocks",
    "/data",
    "/data/erase",
    "/display",
    "/learn",
    "/learn/guide",
    "/learn/anatomy",
    "/learn/tests",
    "/learn/tests/diagnostic_block",
    "/learn/treatments",
    "/learn/treatments/nerve_block",
    "/learn/self-care",
    "/learn/self-care/nerve_glide",
    "/learn/prevention",
    "/learn/questions",
    "/learn/causes",
    "/learn/causes/scn_entrapment",
    "/learn/findings/worse_standing",
    "/learn/who-to-see",
    "/sources",
    "/sources/kuniya2014",
)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# 1280 px at 400 % is 320 px; the short side of such a window is lower too.
ZOOMED = {"width": 320, "height": 256}
PHONE = {"width": 390, "height": 844}
SETTLED = "document.readyState === 'complete'"

CASE: dict[str, Any] = {
    "setting": "pain_or_spine_clinic",
    "age": 55,
    "sex": "f",
    "started": "2025-03-01",
    "mark": {"side": "right", "x_mm": 70, "y_mm": 45, "intensity": 7, "character": ["shock"]},
    "other_marks": [{"side": "right", "region": "upper_buttock", "spread": True}],
    "treatments": [{"kind": "physiotherapy", "started": "2025-05-01", "ended": "2025-09-01", "helped": "no"}],
    "findings": {
        **dict.fromkeys((*load().model.alarm_order, "slr_positive"), False),
        **dict.fromkeys(
            ("side_one", "radiates_buttock_only", "worse_standing", "worse_extension", "worse_walking"), True
        ),
        "scn_point_reproduces": True,
        "worse_cough_sneeze": None,
    },
}
EMERGENCY: dict[str, Any] = {"findings": {"saddle_numbness": True, "urinary_retention_or_incontinence": True}}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The app with the answers of somebody halfway through."""
    yield from running(tmp_path_factory.mktemp("filled") / "record.sqlite", CASE)


@pytest.fixture(scope="module")
def pressed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The app of somebody whose answers are an emergency."""
    yield from running(tmp_path_factory.mktemp("emergency") / "record.sqlite", EMERGENCY)


def running(record: Path, case: dict[str, Any]) -> Iterator[Served]:
    journal = Journal(record)
    journal.add(*entries_of(case))
    journal.close()
    app = Served(record)
    yield app
    app.kill()


def opened(browser: Browser, app: Served, scheme: str, size: dict[str, int]) -> Page:
    """A page that came in with the token. Only axe's own script needs the policy lifted; the app's stays as it is."""
    context = browser.new_context(viewport=size, color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(app.address)
    page.wait_for_url(f"{app.home}/")
    return page


def faults(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {json.dumps([node['html'][:160] for node in one['nodes'][:3]])}" for one in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(chromium: Browser, served: Served, scheme: str) -> None:
    page = opened(chromium, served, scheme, PHONE)
    found = {}
    for path in PAGES:
        answer = page.goto(served.home + path)
        assert answer is not None, path
        assert answer.status == 200, path
        if wrong := faults(page):
            found[path] = wrong
    page.context.close()
    assert found == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_where_help_is_needed_now(chromium: Browser, pressed: Served, scheme: str) -> None:
    page = opened(chromium, pressed, scheme, PHONE)
    found = {}
    for path in ("/now", "/fits", "/plan", "/doctor", "/answers"):
        page.goto(pressed.home + path)
        if wrong := faults(page):
            found[path] = wrong
    page.context.close()
    assert found == {}


def test_each_page_has_one_heading_a_title_of_its_own_and_room_at_400_percent(
    chromium: Browser, served: Served
) -> None:
    page = opened(chromium, served, "light", ZOOMED)
    titles: dict[str, str] = {}
    for path in PAGES:
        page.goto(served.home + path)
        assert page.locator("h1").count() == 1, path
        title = page.title()
        assert title not in titles, f"{path} and {titles[title]} have one title: {title}"
        titles[title] = path
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path}: {wide} px too wide"
    page.context.close()


def test_a_control_is_large_enough_for_a_thumb(chromium: Browser, served: Served) -> None:
    page = opened(chromium, served, "light", PHONE)
    small = {}
    for path in PAGES:
        page.goto(served.home + path)
        found = page.evaluate(
            """() => [...document.querySelectorAll('button, summary, select, textarea, .button, .choice, input')]
            .filter(one => one.type !== 'hidden')
            .filter(one => one.checkVisibility() && !one.closest('.choice, label') || one.matches('.choice'))
            .map(one => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
            .filter(([_, box]) => box.width > 0 && (box.width < 24 || box.height < 24)).map(([html]) => html)"""
        )
        if found:
            small[path] = found
    page.context.close()
    assert small == {}


def test_no_page_reaches_for_anything_elsewhere(chromium: Browser, served: Served) -> None:
    context = chromium.new_context(viewport=PHONE)  # type: ignore[arg-type]
    elsewhere: list[str] = []
    said: list[str] = []
    page = context.new_page()
    page.on("request", lambda one: None if one.url.startswith(served.home) else elsewhere.append(one.url))
    page.on("console", lambda one: said.append(one.text) if one.type in ("error", "warning") else None)
    page.goto(served.address)
    page.wait_for_url(f"{served.home}/")
    for path in PAGES:
        answer = page.goto(served.home + path)
        assert answer is not None, path
        assert answer.headers["content-security-policy"] == HEADERS["Content-Security-Policy"], path
    context.close()
    assert elsewhere == []
    assert said == []
