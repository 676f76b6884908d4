"""A test injection in a real browser, with a clock that the test moves: from the score before to the eighth week."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pypdfium2
import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from cluneal.knowledge import load, load_draws
from cluneal.pathway import Assessor, read_block, read_block_data
from cluneal.pathway.assess import BLOCK_TEST
from cluneal.record import Journal
from cluneal.web.app import app
from cluneal.web.desk import Desk
from cluneal.web.guard import OPEN, Keys

from .conftest import PASSPHRASE, PHONE

START = datetime(2026, 11, 24, 10, 0).astimezone()
HOUR, DAY, WEEK = 60, 1440, 10080
START_SECONDS = 30
TO_COUNT_DOWN_MS = 30_000
# Minutes after the injection, pain at rest, pain on the move. Nobody was awake at 8 hours, and day 4 was forgotten.
COURSE = [
    (5, 5, 7),
    (15, 2, 3),
    (31, 2, 3),
    (62, 3, 4),
    (2 * HOUR, 4, 6),
    (4 * HOUR, 5, 7),
    (DAY, 4, 6),
    *((day * DAY, 4, 5) for day in (2, 3, 5, 6)),
    *((week * WEEK, 4, 5) for week in range(1, 8)),
    (8 * WEEK, 8, 9),
]


class Clinic:
    """The app in this process, so that the test can move its clock."""

    def __init__(self, record: Path) -> None:
        self.time = START
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        self.keys = Keys(b"test")
        self.home = f"http://127.0.0.1:{port}"
        known = Journal.open if record.exists() else Journal.create
        self.journal = known(record, PASSPHRASE, now=self.now)
        self.desk = Desk(Assessor(load(), load_draws()), self.journal, today=lambda: self.time.date(), now=self.now)
        self.server = uvicorn.Server(uvicorn.Config(app(self.desk, self.keys, port), log_level="error"))
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [listening]})
        self.thread.start()
        until = time.monotonic() + START_SECONDS
        while not self.server.started:
            assert time.monotonic() < until, "the app did not start"
            time.sleep(0.02)

    def now(self) -> datetime:
        """What the app takes for the time."""
        return self.time

    def stop(self) -> None:
        """End the server and let go of the file."""
        self.server.should_exit = True
        self.thread.join()
        self.journal.close()


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    made = Clinic(tmp_path / "record.sqlite")
    yield made
    made.stop()


def opened(chromium: Browser, clinic: Clinic, script: bool) -> Page:
    page = chromium.new_context(viewport=PHONE, java_script_enabled=script).new_page()  # type: ignore[arg-type]
    page.goto(f"{clinic.home}{OPEN}?token={clinic.keys.token}")
    page.wait_for_url(f"{clinic.home}/")
    page.goto(f"{clinic.home}/blocks")
    return page


def choose(page: Page, measure: str, score: int) -> None:
    """A number of the scale, by its square."""
    page.locator(f'.step:has(input[name="{measure}"][value="{score}"])').click()
    expect(page.locator(f'input[name="{measure}"][value="{score}"]')).to_be_checked()


def planned(page: Page) -> str:
    """Plan an injection, score the pain before, fill in the drug; the address of it."""
    page.get_by_role("button", name="A test injection is planned").click()
    page.get_by_role("link", name="Score the pain before").click()
    choose(page, "pain", 8)
    page.get_by_label("The move that hurts most").fill("bend back")
    choose(page, "movement_pain", 9)
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Before: 8 at rest, 9 on the move").wait_for()
    page.get_by_role("link", name="What is planned").click()
    page.get_by_label("What was injected").select_option("scn")
    page.get_by_label("Drug", exact=True).fill("lidocaine 1 %")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Upper nerve").wait_for()
    return page.url


def give(page: Page) -> None:
    """Start the clock, and wait until it runs: the test moves it next."""
    page.get_by_role("button", name="It has been given now").click()
    page.get_by_text("Next score: 5 minutes after, at 10:05").wait_for()


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_from_before_the_needle_to_the_eighth_week(
    chromium: Browser, clinic: Clinic, tmp_path: Path, script: bool
) -> None:
    page = opened(chromium, clinic, script)
    address = planned(page)
    give(page)
    expect(page.get_by_text("This page does not count down by itself")).to_be_visible(visible=not script)
    for minute, pain, move in COURSE:
        clinic.time = START + timedelta(minutes=minute)
        page.goto(address)
        expect(page.get_by_role("heading", name="Due now")).to_be_visible()
        page.locator(f'#now button[name="pain"][value="{pain}"]').click()
        page.locator(f'#now button[name="pain"][value="{pain}"][aria-pressed="true"]').wait_for()
        page.locator(f'#now button[name="movement_pain"][value="{move}"]').click()
        page.get_by_text(f"Noted: {pain} at rest, {move} on the move").wait_for()
    page.get_by_role("heading", name="The log is complete").wait_for()

    (key,) = clinic.desk.person().blocks
    block = read_block_data(clinic.desk.person().block(key))
    assert [(one.minute, one.pain, one.movement_pain) for one in block.readings] == [(0, 8, 9), *COURSE]
    assert page.locator("tr.empty").count() == len(("8 h", "day 4"))

    page.get_by_role("link", name="See each rule and what it means").click()
    read = read_block(block, load().tests[BLOCK_TEST])
    shown = {"positive": "Yes", "negative": "No", "cannot say": "Cannot say"}
    page.locator(".neighbours > summary").click()
    rules = page.locator(".rule")
    assert rules.count() == len(read.verdicts)
    for i, verdict in enumerate(read.verdicts):
        said = rules.nth(i).inner_text()
        assert shown[verdict.verdict] in said
        assert verdict.why in said

    page.goto(f"{address}/sheet")
    sheet = tmp_path / "sheet.pdf"
    page.pdf(path=str(sheet), prefer_css_page_size=True)
    assert len(pypdfium2.PdfDocument(sheet)) == 1
    page.context.close()


def test_when_a_score_is_due_the_page_says_so_by_itself(chromium: Browser, clinic: Clinic) -> None:
    page = opened(chromium, clinic, script=True)
    planned(page)
    give(page)
    clinic.time = START + timedelta(minutes=4, seconds=54)
    page.reload()
    page.locator("[data-clock]").wait_for()
    clinic.time = START + timedelta(minutes=5)
    # The page counts by the real clock, and a busy machine draws it late.
    due = page.get_by_role("heading", name="Due now: 5 minutes")
    expect(due).to_be_visible(timeout=TO_COUNT_DOWN_MS)
    page.context.close()


def test_a_restart_between_two_taps_loses_nothing(chromium: Browser, tmp_path: Path) -> None:
    record = tmp_path / "record.sqlite"
    first = Clinic(record)
    page = opened(chromium, first, script=True)
    planned(page)
    give(page)
    first.time = START + timedelta(minutes=15)
    page.reload()
    page.locator('#now button[name="pain"][value="2"]').click()
    page.locator('#now button[name="pain"][value="2"][aria-pressed="true"]').wait_for()
    page.context.close()
    first.stop()

    second = Clinic(record)
    second.time = START + timedelta(minutes=16)
    page = opened(chromium, second, script=True)
    page.get_by_role("link", name="Upper nerve").click()
    page.locator('#now button[name="movement_pain"][value="3"]').click()
    expect(page.get_by_text("Noted: 2 at rest, 3 on the move")).to_be_visible()
    page.context.close()
    second.stop()
