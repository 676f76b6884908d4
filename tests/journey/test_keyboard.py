"""The whole journey with the keyboard alone: Tab, arrows, Space and Enter. Focus is always seen, and never trapped."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from .conftest import DESKTOP, Served
from .visitor import ASKED

# What has the focus: its name to a person, and whether a ring is drawn on it or on what stands round it.
FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const ring = element => {
    const style = getComputedStyle(element);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  };
  const text = one.getAttribute('aria-label') || one.labels?.[0]?.innerText || one.innerText || '';
  const box = one.getBoundingClientRect();
  // A button that the browser itself puts into a field of a month has the browser's own ring.
  const own = !one.matches(':focus');
  return {
    tag: one.tagName.toLowerCase(),
    type: one.type || '',
    name: text.replace(/\\s+/g, ' ').trim(),
    group: one.closest('fieldset')?.querySelector('legend')?.innerText.trim() || '',
    ring: own || [one, one.parentElement, one.nextElementSibling].filter(Boolean).some(ring),
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    html: one.outerHTML.slice(0, 120),
  };
}"""
MOST_TABS = 150


class Keyboard:
    """Somebody who has no mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def focused(self) -> dict[str, str]:
        """What has the focus; it must be seen."""
        found = self.page.evaluate(FOCUSED)
        if found is None:
            return {"tag": "", "name": "", "group": "", "type": ""}
        assert found["ring"], f"no focus to be seen on {found['html']} of {self.page.url}"
        assert found["inside"], f"out of sight: {found['html']} of {self.page.url}"
        return dict(found)

    def to(self, name: str, group: str = "", tag: str = "") -> None:
        """Tab until something of this name has the focus."""
        seen = []
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            one = self.focused()
            if re.match(name, one["name"]) and group in one["group"] and tag in one["tag"]:
                return
            seen.append(one["name"])
        raise AssertionError(f"{self.page.url}: Tab never comes to “{name}”, only to {seen}")

    def press(self, name: str) -> None:
        """A button or a link, with Enter."""
        self.to(name)
        self._leave("Enter")

    def _leave(self, key: str) -> None:
        with self.page.expect_navigation():
            self.page.keyboard.press(key)
        self.page.wait_for_load_state()

    def pick(self, name: str, group: str = "") -> None:
        """One of a group of radio buttons: Tab to the group, then arrows to the one wanted."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            one = self.focused()
            if one["type"] == "radio" and group in one["group"]:
                break
        else:
            raise AssertionError(f"{self.page.url}: Tab never comes to a choice of “{group}”")
        self.page.keyboard.press("Space")
        for _ in range(MOST_TABS):
            one = self.focused()
            if re.match(name, one["name"]):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{self.page.url}: no “{name}” in “{group}”")


@pytest.fixture
def keyboard(page: Page) -> Keyboard:
    """Somebody at a desk, at the start page."""
    page.set_default_timeout(10_000)
    return Keyboard(page)


def test_from_the_start_to_the_pdf(keyboard: Keyboard, page: Page, context: BrowserContext, served: Served) -> None:
    keyboard.press("Start")
    # One page question by question, the others with the button for all.
    for group in page.locator("fieldset.question legend").all_inner_texts():
        keyboard.pick("No$", group)
    keyboard.press("Save and go on")
    while "/alarms/" in page.url:
        keyboard.press("No to all of these")

    keyboard.to("Your age in years")
    page.keyboard.type("52")
    keyboard.pick("Female", "Sex at birth")
    keyboard.pick("More than a year ago", "When did this pain begin?")
    keyboard.press("Save and go on")

    keyboard.to("Map of your back")
    page.keyboard.press("Enter")
    # The map may show the neighbourhood of the spot; the words say where it is.
    for _ in range(14):
        page.keyboard.press("ArrowRight")
    for _ in range(9):
        page.keyboard.press("ArrowUp")
    expect(page.get_by_role("status")).to_contain_text("7 cm right of the spine and 4.5 cm above the dimples")
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.get_by_role("status")).to_contain_text("6.9 cm right of the spine")
    keyboard.focused()
    keyboard.press("Save this place")
    keyboard.pick("8")
    keyboard.to("Sudden jolts")
    page.keyboard.press("Space")
    keyboard.press("Save and go on")
    expect(page.get_by_text("8 out of 10").first).to_be_visible()
    keyboard.press("It does not spread")

    asked = 0
    while page.url.rsplit("/", 1)[0].endswith("/ask") and not page.url.endswith("/done"):
        assert page.get_by_role("heading", level=1).inner_text() in ASKED
        keyboard.pick("No$" if asked % 2 else "Yes$")
        keyboard.press("Save and go on")
        asked += 1
        assert asked < MOST_TABS
    assert asked >= 3

    keyboard.press("See what fits")
    keyboard.to("Why", tag="summary")
    page.keyboard.press("Enter")
    keyboard.press("Make a page for the doctor")
    keyboard.to("Make the PDF")
    with context.expect_event("response", lambda answer: "/doctor.pdf" in answer.url) as made:
        page.keyboard.press("Enter")
    assert made.value.ok
    assert made.value.headers["content-type"] == "application/pdf"


@pytest.mark.parametrize("path", ["/", "/place", "/fits", "/doctor", "/learn", "/data"])
def test_tab_goes_through_a_page_and_out_of_it(keyboard: Keyboard, page: Page, served: Served, path: str) -> None:
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    page.goto(f"{served.home}{path}")
    seen = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        one = keyboard.focused()
        if not one["tag"]:
            break
        seen.append(one["name"])
    else:
        raise AssertionError(f"Tab never leaves {path}: {seen}")
    assert seen[0] == "Skip to the page"
    assert "Sources" in seen


def test_the_first_link_skips_to_the_page(keyboard: Keyboard, page: Page) -> None:
    page.keyboard.press("Tab")
    assert keyboard.focused()["name"] == "Skip to the page"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert keyboard.focused()["name"] == "Start"
