"""A passphrase from the first page on: chosen, asked for again, changed; and what was sent meanwhile is not lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from cluneal.record import Journal, state_of

from .conftest import PASSPHRASE, PHONE, Served

NEW = "another four words"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Served]:
    """The app of somebody who comes for the first time."""
    made = Served(tmp_path / "record.sqlite", kept=False)
    yield made
    made.kill()


@pytest.fixture
def visitor(chromium: Browser, app: Served) -> Iterator[Page]:
    context = chromium.new_context(viewport=PHONE, reduced_motion="reduce")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(app.address)
    page.wait_for_url(f"{app.home}/")
    yield page
    context.close()


def test_from_the_first_page_to_a_changed_passphrase(visitor: Page, app: Served) -> None:
    page = visitor
    page.get_by_role("link", name="Start", exact=True).click()
    assert state_of(app.record) == "none"
    page.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
    page.get_by_label("The same once more").fill(PASSPHRASE)
    page.get_by_role("button", name="Keep them, and start").click()
    page.wait_for_url("**/alarms/1")
    assert state_of(app.record) == "locked"

    # Another tab locks it; the page that was open is sent all the same.
    other = page.context.new_page()
    other.goto(f"{app.home}/data")
    other.get_by_role("button", name="Lock").click()
    other.wait_for_url("**/unlock**")
    page.get_by_role("button", name=re.compile("None of these|No to all|None")).first.click()
    expect(page.get_by_role("status")).to_contain_text("What you sent last is safe.")
    page.get_by_label("Passphrase").fill("wrong words for it")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("The passphrase does not open it.")
    app.unlock(page)
    page.wait_for_url("**/alarms/2")

    page.goto(f"{app.home}/passphrase")
    page.get_by_label("Passphrase until now").fill(PASSPHRASE)
    page.get_by_label("New passphrase").fill(NEW)
    page.get_by_label("The same once more").fill(NEW)
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_role("status")).to_contain_text("Changed.")
    journal = Journal.open(app.record, NEW)
    assert {one.kind for one in journal.entries()} >= {"answer"}
    journal.close()


def test_without_keeping_and_kept_later(visitor: Page, app: Served) -> None:
    page = visitor
    page.get_by_role("link", name="Start", exact=True).click()
    page.get_by_role("link", name="Start without keeping").click()
    page.wait_for_url("**/alarms/1")
    page.get_by_role("button", name=re.compile("None of these|No to all|None")).first.click()
    page.wait_for_url("**/alarms/2")
    assert state_of(app.record) == "none"
    page.get_by_role("link", name="Keep my answers").click()
    page.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
    page.get_by_label("The same once more").fill(PASSPHRASE)
    page.get_by_role("button", name="Keep them, and start").click()
    page.wait_for_url("**/alarms/2")
    with app.journal() as journal:
        assert any(one.kind == "answer" for one in journal.entries())


def test_it_gives_way_to_the_lock_unless_something_is_half_typed(visitor: Page, app: Served) -> None:
    page = visitor
    page.goto(f"{app.home}/begin")
    page.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
    page.get_by_label("The same once more").fill(PASSPHRASE)
    page.get_by_role("button", name="Keep them, and start").click()
    page.wait_for_url("**/alarms/1")
    page.clock.install()
    page.goto(f"{app.home}/records")
    # The server counts its own time and leads straight back.
    with page.expect_navigation(url=f"{app.home}/records"), page.expect_request("**/unlock?to=%2Frecords"):
        page.clock.fast_forward("15:03")
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.get_by_label("Its name").fill("half a na")
    page.clock.fast_forward("15:03")
    expect(page.get_by_label("Its name")).to_have_value("half a na")
    assert [url for url in asked if "/unlock" in url] == []
