"""The review of a queue and the report of a screening in a real browser: axe, headings, room at 400 %, keys alone."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page

from cluneal.knowledge import load, load_draws
from cluneal.population import run
from cluneal.population.review import Reviews
from cluneal.population.screen import Screening, Wanted, here
from tests.unit.population.conftest import batches_of, loaded_from, population

from .test_pages import PHONE, RULES, ZOOMED, faults

PAGES = ("/", "/person/1", "/person/9", "/so-far", "/no/such/page")
Scheme = Literal["light", "dark"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished screening."""
    out = tmp_path_factory.mktemp("screened")
    con = population(120)
    screening = Screening(load(), load_draws(), Wanted(20))
    done = screening.scored(con, here(con, batches_of(con)))
    run.write(out, con, screening, done, loaded_from(con))
    return out


@pytest.fixture(scope="module")
def home(folder: Path) -> Iterator[tuple[str, str]]:
    """The review, running: the address that opens it, and its start."""
    process = subprocess.Popen(
        [sys.executable, "-m", "cluneal", "review", str(folder), "--port", "0", "--no-browser"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout
    line = process.stdout.readline()
    address = re.search(r"http://\S+", line)
    assert address, line + process.stdout.read()
    yield address.group(), address.group().split("/open")[0]
    process.kill()
    process.wait()


def opened(browser: Browser, home: tuple[str, str], size: dict[str, int]) -> Page:
    context = browser.new_context(viewport=size, reduced_motion="reduce", bypass_csp=True)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(home[0])
    page.wait_for_url(f"{home[1]}/")
    return page


def test_axe_finds_nothing_on_any_page_of_the_review(chromium: Browser, home: tuple[str, str]) -> None:
    page = opened(chromium, home, PHONE)
    found = {}
    for path in PAGES:
        page.goto(home[1] + path)
        if wrong := faults(page):
            found[path] = wrong
    page.context.close()
    assert found == {}


def test_each_page_of_the_review_has_one_heading_and_room_at_400_percent(
    chromium: Browser, home: tuple[str, str]
) -> None:
    page = opened(chromium, home, ZOOMED)
    for path in PAGES:
        page.goto(home[1] + path)
        assert page.locator("h1").count() == 1, path
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path}: {wide} px too wide"
    page.context.close()


def test_a_person_is_reviewed_by_keyboard_alone_and_it_is_on_the_disk(
    chromium: Browser, home: tuple[str, str], folder: Path
) -> None:
    page = opened(chromium, home, PHONE)
    page.goto(f"{home[1]}/person/2")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "answer":
            break
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("Tender over the rim")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{home[1]}/person/3")
    page.go_back()
    assert page.locator("textarea").input_value() == "Tender over the rim"
    page.context.close()
    (kept,) = Reviews(folder / "reviews.jsonl").latest().values()
    assert (kept.answer, kept.reason) == ("no", "Tender over the rim")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_report_and_it_fetches_nothing(
    chromium: Browser, folder: Path, scheme: Scheme
) -> None:
    context = chromium.new_context(viewport=ZOOMED, color_scheme=scheme, bypass_csp=True, offline=True)  # type: ignore[arg-type]
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((folder / "report.html").as_uri())
    found = Axe().run(page, options=RULES).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    context.close()
    assert [f"{one['id']}: {json.dumps([node['html'][:160] for node in one['nodes'][:3]])}" for one in found] == []
    assert wide <= 0
    assert asked == [(folder / "report.html").as_uri()]
