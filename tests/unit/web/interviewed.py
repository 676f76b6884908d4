"""An interview held page by page, as a person without a screen would."""

from __future__ import annotations

from typing import Any

from cluneal.record.person import MARK, SEEN, WORST
from cluneal.web.steps import DONE, PLACE, SPREAD, next_step

from .conftest import Browser

# What a form says of where its page was opened from.
FROM_ANSWERS: dict[str, Any] = {"from": "answers"}
FROM_NOW: dict[str, Any] = {"from": "now"}
FROM_HANDS: dict[str, Any] = {"from": "hands"}
FROM_ELSEWHERE: dict[str, Any] = {"from": "//evil.example"}


def alarms_off(browser: Browser) -> None:
    """No to every alarm question."""
    for number in range(1, len(browser.desk.knowledge.model.alarm_pages) + 1):
        browser.submit(f"/alarms/{number}", rest="no")


def placed(browser: Browser) -> None:
    """No to every alarm question, the person known, the place marked."""
    alarms_off(browser)
    browser.submit("/about", age="52", sex="f", since="year")
    browser.desk.journal.add((MARK, WORST, {"side": "right", "x_mm": 70, "y_mm": 45}), (SEEN, "spread", True))


def to_the_end(browser: Browser, said: str) -> list[str]:
    """From there to the end, each question answered alike; the pages seen."""
    seen = []
    while (step := next_step(browser.desk.view())) not in (DONE, PLACE, SPREAD):
        seen.append(step)
        browser.submit(step, said=said)
    return seen
