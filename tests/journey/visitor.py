"""Somebody who goes through the app by what can be seen on the screen: questions, labels and buttons by their names."""

from __future__ import annotations

import re
from collections.abc import Mapping

from playwright.sync_api import Locator, Page, expect

from cluneal.knowledge import load

YES, NO, NOT_SURE = "Yes", "No", "Not sure"
# By the words of the question: what is answered is what is shown.
ASKED = {finding.person.ask: name for name, finding in load().findings.items()}
# More than any interview has: a loop of pages would end here.
MOST_SCREENS = 60

Known = Mapping[str, bool]


def word(known: Known, finding: str) -> str:
    """The answer of somebody who knows this much."""
    return {True: YES, False: NO}[known[finding]] if finding in known else NOT_SURE


def tap(page: Page, right_cm: float, up_cm: float) -> None:
    """Tap on the picture of the back, so far right of the spine and so far above the dimples."""
    page.locator(".map-touch").scroll_into_view_if_needed()
    x, y = page.get_by_role("img", name=re.compile("pelvis")).evaluate(
        "(svg, [x, y]) => { const at = new DOMPoint(x, y).matrixTransform(svg.getScreenCTM()); return [at.x, at.y]; }",
        [10 * right_cm, -10 * up_cm],
    )
    page.mouse.click(x, y)


class Visitor:
    """A person with a phone, who knows some answers and is not sure about everything else.

    `screens` counts the pages that had to be answered or passed, the start page aside.
    """

    def __init__(self, page: Page, known: Known) -> None:
        self.page = page
        self.known = known
        self.screens = 0

    @property
    def heading(self) -> str:
        """What the page is about."""
        return self.page.get_by_role("heading", level=1).inner_text()

    def see(self, text: str | re.Pattern[str]) -> None:
        """It stands on the page, where a person can see it."""
        expect(self.page.get_by_role("main").get_by_text(text).filter(visible=True).first).to_be_visible()

    def press(self, name: str) -> None:
        """A button, or a link that looks like one; the page that follows is waited for."""
        main, begins = self.page.get_by_role("main"), re.compile(rf"^{re.escape(name)}")
        # A link may go on with what it leads to.
        found = main.get_by_role("button", name=name, exact=True).or_(main.get_by_role("link", name=begins))
        found.first.click()
        self.page.wait_for_load_state()

    def unfold(self, name: str) -> None:
        """What stands behind a line that can be opened."""
        self.page.get_by_role("main").locator("summary", has_text=name).first.click()

    def next(self, name: str) -> None:
        """The button that ends a page."""
        self.screens += 1
        self.press(name)

    def choose(self, name: str, within: Locator | None = None) -> None:
        """A large button of several, tapped on its words."""
        (within or self.page.get_by_role("main")).get_by_role("radio", name=name, exact=True).check()

    def begin(self) -> None:
        """The start page."""
        self.press("Start")

    def alarms(self) -> None:
        """The safety questions: "no" to all, but for what is known to be otherwise. Stops at an emergency."""
        while "/alarms/" in self.page.url:
            yes = False
            for question in self.page.locator("fieldset.question").all():
                finding = ASKED[question.locator("legend").inner_text()]
                if self.known.get(finding):
                    self.choose(YES, question)
                    yes = True
            self.next("No to all that are open" if yes and self._offered("No to all that are open") else NONE)

    def _offered(self, name: str) -> bool:
        return self.page.get_by_role("button", name=name, exact=True).count() > 0

    def about(self, age: str = "", sex: str = "", since: str = "") -> None:
        """What is asked about the person."""
        if age:
            self.page.get_by_label("Your age in years").fill(age)
        for one in (sex, since):
            if one:
                self.choose(one)
        self.next("Save and go on")

    def feel(self, score: int, *words: str) -> None:
        """How bad it is at the place, and what it is like."""
        self.page.locator("label.score", has_text=re.compile(rf"^{score}\b")).click()
        for one in words:
            self.page.get_by_role("checkbox", name=one).check()
        self.next("Save and go on")

    def questions(self) -> list[str]:
        """Answer every question until the app says that it is enough; the findings that were asked about."""
        asked: list[str] = []
        while self.page.url.split("?")[0].rsplit("/", 2)[-2] == "ask" and not self.page.url.endswith("/done"):
            asked.append(ASKED[self.heading])
            self.choose(word(self.known, asked[-1]))
            self.next("Save and go on")
            assert self.screens < MOST_SCREENS, asked
        return asked

    def examine(self) -> list[str]:
        """Those checks by hand whose result this person knows."""
        self.press("Check something with your hands")
        done: list[str] = []
        while offered := [
            (ask, finding)
            for ask, finding in ASKED.items()
            if finding in self.known and finding not in done
            if self.page.get_by_role("main").locator(".ways a", has_text=ask).count()
        ]:
            ask, finding = offered[0]
            self.page.locator(".ways a", has_text=ask).click()
            self.choose(word(self.known, finding))
            self.next("Save")
            done.append(finding)
        self.press("That is all")
        return done

    def fits(self) -> list[str]:
        """The causes on the list, best first, as they are named there."""
        return self.page.locator("ol.causes > li h3").all_inner_texts()


NONE = "No to all of these"
