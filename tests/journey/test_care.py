"""A self-care session in a real browser with a clock that the test moves: with one hand, or without a script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from cluneal.web.guard import OPEN

from .conftest import PHONE
from .test_a_block import Clinic

SECOND = 1000
GLIDE = "/care/nerve_glide"
# Ten holds of 5 s with 8 s to move in between, on each side; 5 s to get ready, 8 s to change sides.
ONE_SIDE = (10 * 5 + 9 * 8) * SECOND
READY, CHANGE = 5 * SECOND, 8 * SECOND


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    made = Clinic(tmp_path / "record.sqlite")
    made.journal.add(*(("answer", name, False) for name in made.desk.knowledge.model.alarm_order))
    yield made
    made.stop()


def opened(chromium: Browser, clinic: Clinic, script: bool = True) -> Page:
    page = chromium.new_context(viewport=PHONE, java_script_enabled=script).new_page()  # type: ignore[arg-type]
    page.goto(f"{clinic.home}{OPEN}?token={clinic.keys.token}")
    page.wait_for_url(f"{clinic.home}/")
    if script:
        page.clock.install()
    page.goto(clinic.home + GLIDE)
    return page


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def to_the_holds(page: Page) -> None:
    """Begin, say how much it hurts, skip the first rest."""
    press(page, "Begin with the timer")
    page.locator('.before .step:has(input[value="4"])').click()
    press(page, "Next")
    expect(page.get_by_text("Step 1 of 3")).to_be_visible()
    press(page, "Skip")


def sees(page: Page, side: str, cue: str, number: str, count: str) -> None:
    expect(page.locator("[data-side]")).to_have_text(side)
    expect(page.locator("#player [data-cue]")).to_have_text(cue)
    expect(page.locator("[data-number]")).to_have_text(number)
    expect(page.locator("[data-count]")).to_have_text(count)


def test_a_session_from_the_first_breath_to_the_log(chromium: Browser, clinic: Clinic) -> None:
    page = opened(chromium, clinic)
    to_the_holds(page)
    expect(page.get_by_text("Bring one knee towards your chest")).to_be_visible()
    press(page, "Start")
    sees(page, "LEFT side", "Get ready", "5", "")
    page.clock.run_for(READY + SECOND)
    sees(page, "LEFT side", "Hold", "4", "1 of 10")
    page.clock.run_for(5 * SECOND)
    sees(page, "LEFT side", "Straighten, toes up, lower", "7", "1 of 10")
    press(page, "Pause")
    page.clock.run_for(60 * SECOND)
    sees(page, "LEFT side", "Straighten, toes up, lower", "7", "1 of 10")
    press(page, "Go on")
    page.clock.run_for(ONE_SIDE - 5 * SECOND)
    sees(page, "RIGHT side", "Change sides", "7", "")
    # Nothing but the step fills the screen, and the way to stop stays in sight.
    assert page.evaluate("document.documentElement.scrollHeight") <= PHONE["height"]
    expect(page.get_by_role("button", name="Stop: it got worse")).to_be_in_viewport()
    page.clock.run_for(CHANGE + ONE_SIDE)
    sees(page, "", "Well done", "✓", "")
    expect(page.get_by_role("button", name="Skip")).to_be_hidden()
    press(page, "Next")
    press(page, "Skip")
    expect(page.get_by_text("Done: 10 left, 10 right")).to_be_visible()
    page.locator('.after .step:has(input[value="3"])').click()
    press(page, "Done")
    expect(page.get_by_role("heading", name="Done today")).to_be_visible()
    [said] = clinic.desk.person().sessions.values()
    assert said == {"measure": "nerve_glide", "day": "2026-11-24", "before": 4, "after": 3, "left": 10, "right": 10}
    number = clinic.journal.latest()
    page.go_back()
    page.reload()
    assert clinic.journal.latest() == number
    page.context.close()


def test_back_reload_and_doing_a_side_again_lose_and_double_nothing(chromium: Browser, clinic: Clinic) -> None:
    page = opened(chromium, clinic)
    to_the_holds(page)
    press(page, "Start")
    page.clock.run_for(READY + 3 * 13 * SECOND)
    press(page, "Pause")
    page.go_back()
    expect(page.get_by_text("Step 1 of 3")).to_be_visible()
    page.go_forward()
    expect(page.get_by_text("Step 2 of 3")).to_be_visible()
    press(page, "Start")
    page.clock.run_for(READY + 2 * 13 * SECOND)
    press(page, "Skip")
    page.reload()
    expect(page.get_by_text("Step 3 of 3")).to_be_visible()
    press(page, "Skip")
    expect(page.locator('input[name="left"]')).to_have_value("3")
    press(page, "Done")
    expect(page.get_by_role("heading", name="Done today")).to_be_visible()
    [said] = clinic.desk.person().sessions.values()
    assert (said["left"], "right" in said) == (3, False)
    page.context.close()


def test_it_got_worse_and_the_leg_is_numb(chromium: Browser, clinic: Clinic) -> None:
    page = opened(chromium, clinic)
    to_the_holds(page)
    press(page, "Start")
    page.clock.run_for(READY + 8 * SECOND)
    press(page, "Stop: it got worse")
    expect(page.get_by_role("heading", name="You stopped. That was right.")).to_be_visible()
    press(page, "New numbness, or the leg feels weak")
    page.wait_for_url("**/alarms/1")
    [said] = clinic.desk.person().sessions.values()
    assert (said["stopped"], said["before"], said["left"]) == ("numb", 4, 1)
    page.goto(clinic.home + GLIDE)
    expect(page.get_by_role("heading", name="This one waits")).to_be_visible()
    page.context.close()


def test_sound_is_off_until_it_is_turned_on_and_stays_on(chromium: Browser, clinic: Clinic) -> None:
    page = opened(chromium, clinic)
    press(page, "Begin with the timer")
    press(page, "Next")
    press(page, "Sound: off")
    expect(page.get_by_role("button", name="Sound: on")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(page.get_by_role("button", name="Sound: on")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage)") == ["cluneal-care-sound"]
    page.context.close()


def test_a_reminder_comes_when_its_time_is_up_and_nowhere_else(chromium: Browser, clinic: Clinic) -> None:
    clinic.journal.add(("reminder", "shift_belt", {"unit": "minutes", "every": 60}))
    page = opened(chromium, clinic)
    page.goto(f"{clinic.home}/care")
    page.clock.run_for(59 * 60 * SECOND)
    expect(page.locator(".remind")).to_be_hidden()
    page.goto(f"{clinic.home}/care/prevention")
    page.clock.run_for(70 * SECOND)
    expect(page.locator(".remind")).to_contain_text("Shift your belt")
    press(page, "All right")
    expect(page.locator(".remind")).to_be_hidden()
    page.goto(f"{clinic.home}/")
    page.clock.run_for(120 * 60 * SECOND)
    expect(page.locator(".remind")).to_have_count(0)
    page.context.close()


def test_without_a_script_it_is_a_list_and_a_form(chromium: Browser, clinic: Clinic) -> None:
    page = opened(chromium, clinic, script=False)
    expect(page.get_by_role("button", name="Begin with the timer")).to_be_hidden()
    expect(page.locator("[data-step]")).to_have_count(3)
    page.locator('.after .step:has(input[value="2"])').click()
    page.get_by_label("Left").fill("8")
    press(page, "Done")
    expect(page.get_by_role("heading", name="Done today")).to_be_visible()
    [said] = clinic.desk.person().sessions.values()
    assert said == {"measure": "nerve_glide", "day": "2026-11-24", "after": 2, "left": 8}
    page.context.close()
