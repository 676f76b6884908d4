"""Whatever happens in the middle of the interview, every answer is kept, and none twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from cluneal.knowledge import load
from cluneal.record import Person, entries_of, person_of
from cluneal.record.person import ABOUT, SEEN

from .conftest import PHONE, Served
from .visitor import ASKED, Visitor


def kept(served: Served) -> Person:
    """What the journal says, read beside the running app."""
    with served.journal() as journal:
        return person_of(journal.entries())


def entries(served: Served, key: str) -> list[object]:
    """Everything that was ever written of one answer."""
    with served.journal() as journal:
        return [entry.value for entry in journal.entries() if entry.key == key]


def asking(page: Page, served: Served) -> tuple[Visitor, str]:
    """Somebody at the first question, and the finding that it asks about."""
    with served.journal() as journal:
        journal.add(*entries_of({"age": 52, "sex": "f", "findings": dict.fromkeys(load().model.alarm_order, False)}))
        journal.add((SEEN, ABOUT, {}), (SEEN, "place", True), (SEEN, "spread", "no"))
    page.goto(f"{served.home}/ask")
    visitor = Visitor(page, {})
    return visitor, ASKED[visitor.heading]


def answer(visitor: Visitor, said: str) -> None:
    visitor.choose(said)
    visitor.next("Save and go on")


def test_two_tabs_at_different_questions(page: Page, context: BrowserContext, served: Served) -> None:
    visitor, first = asking(page, served)
    other = Visitor(context.new_page(), {})
    other.page.goto(f"{served.home}/ask/worse_sitting")
    answer(visitor, "Yes")
    second = ASKED[visitor.heading]
    answer(other, "No")
    answer(visitor, "Not sure")
    assert {first: True, "worse_sitting": False, second: None}.items() <= kept(served).answers.items()
    page.goto(f"{served.home}/answers")
    for finding in (first, "worse_sitting", second):
        expect(page.locator(f'a[href="/ask/{finding}?from=answers"]').first).to_be_visible()


def test_the_same_question_in_two_tabs_keeps_the_later_answer(
    page: Page, context: BrowserContext, served: Served
) -> None:
    visitor, first = asking(page, served)
    other = Visitor(context.new_page(), {})
    other.page.goto(page.url)
    answer(visitor, "Yes")
    answer(other, "No")
    assert kept(served).answers[first] is False
    assert entries(served, first) == [True, False]


def test_a_double_click_saves_once(page: Page, served: Served) -> None:
    visitor, first = asking(page, served)
    visitor.choose("Yes")
    page.get_by_role("button", name="Save and go on").dblclick()
    page.wait_for_url(lambda url: not url.endswith(first))
    page.wait_for_load_state()
    assert entries(served, first) == [True]
    assert len([said for said in kept(served).answers.values() if said is not False]) == 1


def test_a_double_click_on_a_spread_keeps_one_place(page: Page, served: Served) -> None:
    asking(page, served)
    page.goto(f"{served.home}/place/spread")
    page.locator(".way-choose summary").click()
    listed = page.locator(".way-choose")
    listed.get_by_role("radio", name="My left").check()
    listed.get_by_role("radio", name="The thigh").check()
    listed.get_by_role("button", name="Save where it spreads").dblclick()
    expect(page.get_by_text("Spreads here")).to_have_count(1)
    assert len(kept(served).marks) == 1


def test_back_and_another_answer(page: Page, served: Served) -> None:
    visitor, first = asking(page, served)
    answer(visitor, "Yes")
    page.go_back()
    assert ASKED[visitor.heading] == first
    expect(page.get_by_role("radio", name="Yes", exact=True)).to_be_checked()
    answer(visitor, "No")
    assert kept(served).answers[first] is False
    assert ASKED[visitor.heading] != first


def test_reload_neither_asks_again_nor_loses(page: Page, served: Served) -> None:
    visitor, first = asking(page, served)
    answer(visitor, "Yes")
    second = visitor.heading
    page.reload()
    assert visitor.heading == second
    page.goto(f"{served.home}/ask/{first}")
    page.reload()
    expect(page.get_by_role("radio", name="Yes", exact=True)).to_be_checked()
    assert entries(served, first) == [True]


@pytest.fixture
def restarted(tmp_path: Path) -> Iterator[list[Served]]:
    """Every app that this test starts; all are ended."""
    apps: list[Served] = []
    yield apps
    for one in apps:
        one.kill()


def test_a_power_cut_and_the_tab_that_was_open(chromium: Browser, tmp_path: Path, restarted: list[Served]) -> None:
    first = Served(tmp_path / "record.sqlite")
    restarted.append(first)
    context = chromium.new_context(viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    first.enter(page)
    visitor, asked = asking(page, first)
    answer(visitor, "Yes")
    open_now = ASKED[visitor.heading]
    before = kept(first)

    first.kill()
    again = Served(first.record, first.port)
    restarted.append(again)
    assert kept(again).answers == before.answers
    assert kept(again).number == before.number
    # The page from before the cut is still on the screen. Its answer waits until the passphrase is given.
    answer(visitor, "No")
    expect(page.get_by_role("status")).to_contain_text("What you sent last is safe.")
    again.unlock(page)
    page.wait_for_url("**/ask/*")
    assert ASKED[visitor.heading] not in (asked, open_now)
    after = kept(again)
    assert after.answers == {**before.answers, open_now: False}
    assert json.dumps(entries(again, asked)) == "[true]"
    context.close()
