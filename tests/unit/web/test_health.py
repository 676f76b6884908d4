"""What bears on treatments: asked once, kept as it was said, "not sure" on neither side."""

from __future__ import annotations

import re

import pytest

from .conftest import Browser, words_of

PATH = "/health"


def asked(html: str) -> set[str]:
    """The names of the questions that can be answered on the page."""
    return set(re.findall(r'type="radio" name="(\w+)"', html))


def test_every_caution_is_asked_in_its_words(browser: Browser) -> None:
    html = browser.get(PATH).text
    assert asked(html) == set(browser.desk.knowledge.cautions)
    for one in browser.desk.knowledge.cautions.values():
        assert one.ask in words_of(html)
    assert " checked" not in html


def test_what_was_said_is_kept_and_shown(browser: Browser) -> None:
    answer = browser.submit(PATH, follow=False, kidneys="yes", liver="no", diabetes="not_sure")
    assert (answer.status_code, answer.headers["location"]) == (303, "/ladder")
    assert dict(browser.desk.person().health) == {"kidneys": True, "liver": False, "diabetes": None}
    html = browser.get(PATH).text
    for name, word in (("kidneys", "yes"), ("liver", "no"), ("diabetes", "not_sure")):
        assert f'name="{name}" value="{word}" checked' in html
    assert html.count(" checked") == 3


def test_the_same_again_adds_nothing_and_a_new_answer_holds(browser: Browser) -> None:
    browser.submit(PATH, kidneys="yes")
    number = browser.desk.journal.latest()
    browser.submit(PATH, kidneys="yes")
    assert browser.desk.journal.latest() == number
    browser.submit(PATH, kidneys="no")
    assert browser.desk.person().health["kidneys"] is False
    # Left blank, it says nothing new.
    browser.submit(PATH)
    assert browser.desk.person().health["kidneys"] is False


def test_an_answer_that_is_none_is_named_and_loses_nothing(browser: Browser) -> None:
    answer = browser.submit(PATH, kidneys="<b>perhaps</b>", liver="yes")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "<b>perhaps" not in answer.text
    assert 'name="liver" value="yes" checked' in answer.text
    assert browser.desk.journal.latest() == 0


def test_a_field_that_is_no_question_is_not_kept(browser: Browser) -> None:
    browser.submit(PATH, fever="yes", spleen="yes")
    assert dict(browser.desk.person().health) == {}
    assert "fever" not in browser.desk.person().answers


def test_what_another_answer_tells_is_shown_and_not_asked_twice(browser: Browser) -> None:
    journal = browser.desk.journal
    journal.add(("about", "sex", "f"), ("answer", "pregnant", True), ("answer", "long_term_steroids", True))
    journal.add(("treatment", "nsaid", {"kind": "nsaid"}))
    html = browser.get(PATH).text
    cautions = set(browser.desk.knowledge.cautions)
    assert asked(html) == cautions - {"pregnancy", "recent_steroid", "anti_inflammatory", "prostate"}
    assert html.count(browser.desk.say.health.told) == 3
    assert 'href="/ask/pregnant?from=health"' in html
    assert 'href="/treatments?from=health"' in html
    # Sent all the same, it is not kept beside the answer that tells it.
    browser.submit(PATH, pregnancy="no")
    assert "pregnancy" not in browser.desk.person().health


def test_answers_of_the_interview_stand_there_with_the_way_to_them(browser: Browser) -> None:
    journal = browser.desk.journal
    journal.add(("about", "sex", "m"), ("answer", "fever", False), ("answer", "immunosuppressed", "not_sure"))
    text, say = browser.text(PATH), browser.desk.say.health.answered
    labels = browser.desk.knowledge.findings
    assert f"{labels['fever'].label} {say['false']}" in text
    assert f"{labels['immunosuppressed'].label} {say.unsure}" in text
    assert f"{labels['smoking'].label} {say['none']}" in text
    assert labels["pregnant"].label not in text
    assert 'href="/alarms/' in browser.get(PATH).text


def test_a_question_opened_from_there_leads_back(browser: Browser) -> None:
    answer = browser.submit("/ask/smoking", follow=False, said="yes", **{"from": "health"})
    assert answer.headers["location"] == PATH


@pytest.mark.parametrize(
    ("came_from", "leads_to"), [("plan", "/plan"), ("treatments", "/treatments"), ("//evil.example", "/ladder")]
)
def test_it_leads_back_to_where_it_was_opened_from(came_from: str, leads_to: str, browser: Browser) -> None:
    assert "evil" not in browser.get(PATH, params={"from": came_from}).text
    answer = browser.submit(f"{PATH}?from={came_from}", follow=False, kidneys="no")
    assert answer.headers["location"] == leads_to
