"""Every page of the app in a real browser: axe, one heading, a name for every page, room at 400 % zoom."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page

from cluneal.knowledge import load, load_draws
from cluneal.pathway import Assessor
from cluneal.record import Given, Journal, entries_of
from cluneal.record.person import ANSWER, NOT_SURE
from cluneal.web.desk import Desk
from tests.journey.conftest import PASSPHRASE, Served

PAGES = (
    "/",
    "/alarms/1",
    "/now",
    "/about",
    "/place",
    "/place/more",
    "/place/spread",
    "/place/feel/worst",
    "/place/measure",
    "/ask/burning_pain",
    "/ask/scn_point_reproduces",
    "/ask/which?new=radiates_thigh:yes",
    "/ask/hands",
    "/ask/done",
    "/answers",
    "/treatments",
    "/health",
    "/ladder",
    "/ladder/doses",
    "/fits",
    "/fits/scn_entrapment",
    "/plan",
    "/doctor",
    "/doctor/page",
    "/blocks",
    "/blocks/b1",
    "/blocks/b1/before",
    "/blocks/b1/details",
    "/blocks/b1/given",
    "/blocks/b1/readings/15",
    "/blocks/b1/result",
    "/blocks/b1/sheet",
    "/blocks/b1/remove",
    "/diary",
    "/diary/day",
    "/diary/day/2026-01-05",
    "/diary/scale/peg",
    "/diary/scale/rmdq",
    "/diary/alarms",
    "/course",
    "/notes",
    "/notes/note/a1",
    "/notes/paper/b1",
    "/history",
    "/history?kind=answer&of=worse_standing",
    "/data",
    "/data/copies",
    "/data/erase",
    "/passphrase",
    "/records",
    "/display",
    "/learn",
    "/learn/guide",
    "/learn/anatomy",
    "/learn/tests",
    "/learn/tests/diagnostic_block",
    "/learn/treatments",
    "/learn/treatments/nerve_block",
    "/care",
    "/care/nerve_glide",
    "/care/foam_roller",
    "/care/log",
    "/care/prevention",
    "/learn/self-care",
    "/learn/self-care/nerve_glide",
    "/learn/prevention",
    "/learn/questions",
    "/learn/causes",
    "/learn/causes/scn_entrapment",
    "/learn/findings/worse_standing",
    "/learn/who-to-see",
    "/learn/scales",
    "/sources",
    "/sources/kuniya2014",
)
# Where what is shown depends on the answers.
ALSO_EMPTY = (
    *("/", "/alarms/1", "/now", "/about", "/place", "/place/measure", "/ask/hands", "/answers", "/treatments"),
    *("/fits", "/fits/scn_entrapment", "/plan", "/doctor", "/doctor/page", "/blocks", "/data", "/no/such/page"),
    *("/diary", "/course", "/notes", "/notes/note/a1", "/history"),
)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# Other colours change nothing else. The page is light when it comes; "auto" is one of the two.
THEMES = ("dark", "contrast")
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
# 1280 px at 400 % is 320 px; the short side of such a window is lower too.
ZOOMED = {"width": 320, "height": 256}
PHONE = {"width": 390, "height": 844}

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
    """The app with the answers of somebody who came to the end of the questions."""
    record = tmp_path_factory.mktemp("filled") / "record.sqlite"
    journal = Journal.create(record, PASSPHRASE)
    journal.add(*entries_of(CASE), *followed(date.today()))
    desk = Desk(Assessor(load(), load_draws()), journal)
    while question := desk.view().interview.next:
        journal.add((ANSWER, question.finding, NOT_SURE))
    journal.close()
    yield from running(record, {})


def followed(today: date) -> Iterator[Given]:
    """Ten weeks of a diary, with a scale, a session, a test injection, a note and a paper."""
    for past in range(70):
        day = str(today - timedelta(days=past))
        did = ["walk"] if past % 5 < 2 else []
        yield "checkin", day, {"worst": 7 if past > 35 else 3 + past % 3, "now": 2, "stopped": ["sitting"], "did": did}
        if past % 7 == 0:
            yield "scale", f"peg:{day}", {"items": {"pain": 5, "enjoyment": past % 10, "activity": 4}}
    yield "session", "s1", {"measure": "nerve_glide", "day": str(today), "before": 4, "after": 3}
    site = {"side": "right", "x_mm": 70, "y_mm": 45}
    given = f"{today - timedelta(days=30)}T10:00:00+00:00"
    yield (
        "block",
        "b1",
        {"given_at": given, "drug": "lidocaine", "side": "right", "mark": site, "movement": "bend back"},
    )
    for minute, pain in ((0, 8), (15, 2), (60, 3)):
        yield "reading", f"b1:{minute}", {"minute": minute, "pain": pain, "movement_pain": pain}
    yield "note", "a1", {"text": "Ask about driving.", "day": str(today)}
    yield "document", "b1", {"title": "MRI of the back", "kind": "images", "where": "Blue folder"}
    yield "seen", "alarms_again", str(today - timedelta(days=8))
    yield "answer", "worse_standing", NOT_SURE
    yield "answer", "worse_standing", True


@pytest.fixture(scope="module")
def pressed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The app of somebody whose answers are an emergency."""
    yield from running(tmp_path_factory.mktemp("emergency") / "record.sqlite", EMERGENCY)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The app of somebody who has just come."""
    yield from running(tmp_path_factory.mktemp("empty") / "record.sqlite", {})


def running(record: Path, case: dict[str, Any]) -> Iterator[Served]:
    if not record.exists():
        journal = Journal.create(record, PASSPHRASE)
        journal.add(*entries_of(case))
        journal.close()
    app = Served(record)
    yield app
    app.kill()


def opened(browser: Browser, app: Served, size: dict[str, int]) -> Page:
    """A page that came in with the token. Only axe's own script needs the policy lifted; the app's stays as it is."""
    context = browser.new_context(viewport=size, reduced_motion="reduce", bypass_csp=True)  # type: ignore[arg-type]
    page = context.new_page()
    app.enter(page)
    return page


def faults(page: Page) -> list[str]:
    """What axe has to say about this page, in each of its colours."""
    found = Axe().run(page, options=RULES).response["violations"]
    for theme in THEMES:
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        found += page.evaluate("rules => axe.run(document, rules)", COLOURS)["violations"]
    return [f"{one['id']}: {json.dumps([node['html'][:160] for node in one['nodes'][:3]])}" for one in found]


def faulty(page: Page, app: Served, paths: tuple[str, ...]) -> dict[str, list[str]]:
    """The pages about which axe has something to say."""
    found = {}
    for path in paths:
        page.goto(app.home + path)
        if wrong := faults(page):
            found[path] = wrong
    return found


def test_every_page_is_there(chromium: Browser, served: Served) -> None:
    page = opened(chromium, served, PHONE)
    for path in PAGES:
        answer = page.request.get(served.home + path)
        assert answer.status == 200, path
        assert answer.url == served.home + path
    page.context.close()


def test_axe_finds_nothing_on_any_page(chromium: Browser, served: Served) -> None:
    page = opened(chromium, served, PHONE)
    assert faulty(page, served, PAGES) == {}
    page.context.close()


def test_axe_finds_nothing_before_anything_was_answered(chromium: Browser, untouched: Served) -> None:
    page = opened(chromium, untouched, PHONE)
    assert faulty(page, untouched, ALSO_EMPTY) == {}
    page.context.close()


def test_axe_finds_nothing_where_a_passphrase_is_asked_for(
    chromium: Browser, untouched: Served, tmp_path_factory: pytest.TempPathFactory
) -> None:
    page = opened(chromium, untouched, PHONE)
    page.get_by_role("button", name="Lock").click()
    page.wait_for_url("**/unlock**")
    assert faulty(page, untouched, ("/unlock", "/records")) == {}
    page.context.close()
    new = Served(tmp_path_factory.mktemp("new") / "record.sqlite", kept=False)
    page = opened(chromium, new, PHONE)
    assert faulty(page, new, ("/begin", "/data/copies")) == {}
    page.context.close()
    new.kill()


def test_axe_finds_nothing_where_help_is_needed_now(chromium: Browser, pressed: Served) -> None:
    page = opened(chromium, pressed, PHONE)
    assert faulty(page, pressed, ("/now", "/fits", "/plan", "/doctor", "/answers")) == {}
    page.context.close()


def test_the_wrong_colours_would_be_found(chromium: Browser, untouched: Served) -> None:
    page = opened(chromium, untouched, PHONE)
    page.add_style_tag(content=":root[data-theme=contrast] { --ink: #333 }")
    assert [one.split(":")[0] for one in faults(page)] == ["color-contrast"]
    page.context.close()


def test_each_page_has_one_heading_a_title_of_its_own_and_room_at_400_percent(
    chromium: Browser, served: Served
) -> None:
    page = opened(chromium, served, ZOOMED)
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
    page = opened(chromium, served, PHONE)
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
