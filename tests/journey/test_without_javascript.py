"""The whole journey in a browser that runs no scripts. Only tapping on the picture needs them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import PHONE, Served
from .visitor import Visitor

KNOWN = {"side_one": True, "worse_extension": True, "worse_standing": True, "leg_pain": False}


@pytest.fixture
def page(chromium: Browser, served: Served) -> Iterator[Page]:
    """A page at the start, in a browser without JavaScript."""
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
    opened = context.new_page()
    served.enter(opened)
    opened.wait_for_url(f"{served.home}/")
    yield opened
    context.close()


def test_from_the_start_to_the_page_for_the_doctor(page: Page, served: Served) -> None:
    visitor = Visitor(page, KNOWN)
    visitor.begin()
    visitor.alarms()
    visitor.about("61", "Male", "More than a year ago")
    # Playwright finds no text by itself in <noscript>, though a person sees it.
    assert "Taps on the picture need JavaScript, which is off here." in page.locator("main").inner_text()
    expect(page.locator(".map-touch")).to_be_hidden()
    visitor.unfold("Type it in centimetres")
    form = page.locator(".way-type")
    visitor.choose("My left", form)
    form.get_by_label("How far out from the spine?").fill("7")
    form.get_by_label("How far above or below the two dimples?").fill("quite a bit")
    visitor.choose("Above", form)
    form.get_by_role("button", name="Save this place").click()
    visitor.see(re.compile("“quite a bit” is not a number of centimetres"))
    assert form.get_by_label("How far out from the spine?").input_value() == "7"
    form.get_by_label("How far above or below the two dimples?").fill("4,5")
    form.get_by_role("button", name="Save this place").click()
    visitor.see(re.compile("About 7 cm left of the spine and 4.5 cm above the dimples"))
    visitor.feel(6)
    visitor.next("It does not spread")
    visitor.questions()
    visitor.press("See what fits")
    assert len(visitor.fits()) >= 5
    visitor.press("Make a page for the doctor")
    visitor.press("As a web page")
    visitor.see(re.compile("7 cm left of the (spine|midline)"))
    assert page.context.request.get(f"{served.home}/doctor.pdf").body().startswith(b"%PDF-")


def test_an_emergency(page: Page, served: Served) -> None:
    visitor = Visitor(page, {"saddle_numbness": True})
    visitor.begin()
    visitor.alarms()
    assert page.url == f"{served.home}/now"
    assert visitor.heading == "Please stop here and get help now"
