"""The ladder on a page: where the person stands by both views, what bears on it; doses for clinicians alone."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest

from cluneal.web.library import Library

from .conftest import Browser, words_of

AMOUNT = re.compile(r"\b\d+(?:\.\d+)?\s?(?:mg|mL|mcg)\b")
POSITIVE = {
    "target": "superior cluneal nerve",
    "drug": "lidocaine",
    "readings": [{"minute": minute, "pain": pain} for minute, pain in ((0, 8), (15, 1), (30, 1), (60, 1))],
}


def section(html: str, id: str) -> str:
    """The words of one step."""
    found = re.search(
        rf'<details class="rung-card[^"]*" id="{id}">(.*?)(?=<details class="rung-card|</section>)', html, re.S
    )
    assert found, id
    return words_of(found[1])


def test_every_step_stands_there_with_both_views(browser: Browser) -> None:
    html = browser.get("/ladder").text
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", html, re.S)[1:]
    rungs = browser.desk.view().assessment["plan"]["ladder"]["rungs"]
    say = browser.desk.say.ladder.open
    assert len(rows) == len(rungs) == 4
    for row, rung in zip(rows, rungs, strict=True):
        words = words_of(row)
        assert rung["name"] in words
        told = [str(say[str(rung[f"open_by_{view}"]).lower()]) for view in ("guide", "studies")]
        assert words.endswith(" ".join(told))
    assert browser.desk.say.ladder.here_none in words_of(html)


def test_the_next_step_is_the_one_after_the_last_that_was_tried(browser: Browser) -> None:
    ladder = browser.desk.knowledge.ladder
    say = browser.desk.say.ladder
    assert say.next(name=ladder["conservative"].name) in browser.text("/ladder")
    browser.desk.journal.add(("treatment", "exercise", {"kind": "exercise"}))
    assert say.next(name=ladder["nerve_block"].name) in browser.text("/ladder")
    browser.desk.journal.add(("block", "b", POSITIVE))
    assert say.next(name=ladder["neurolysis_or_decompression"].name) in browser.text("/ladder")
    browser.desk.journal.add(("treatment", "nerve_stimulation", {"kind": "nerve_stimulation"}))
    assert "What the next step would need" not in browser.text("/ladder")


def test_a_condition_that_nobody_can_work_out_is_left_to_people(browser: Browser) -> None:
    words = browser.desk.say.ladder.held
    block = section(browser.get("/ladder").text, "nerve_block")
    plan = "A plan is made before the needle"
    assert f"{words.judge} · {plan}" in block
    assert f"{words['none']} · No warning sign" in block
    browser.desk.journal.add(("treatment", "exercise", {"kind": "exercise"}))
    assert f"{words['true']} · Simple measures came first." in section(browser.get("/ladder").text, "nerve_block")


def test_reasons_for_care_are_the_person_s_own_with_what_raised_them_and_sources(browser: Browser) -> None:
    say = browser.desk.say.ladder
    first = browser.get("/ladder").text
    assert say.yours_unasked in words_of(first)
    assert say.cautions_unasked in section(first, "conservative")
    browser.submit("/health", kidneys="yes", liver="no", heart="not_sure")
    html = browser.get("/ladder").text
    step = section(html, "conservative")
    yours = step[step.index(say.discuss) : step.index(say.others(count=1)[2:])]
    assert "Gabapentin: the dose must come down when the kidneys are weak." in yours
    assert f"{say.because} Weak kidneys" in yours
    # A "not sure" and what was not asked stand apart; what was denied is gone.
    assert "Amitriptyline: not soon after a heart attack." not in yours
    assert "Amitriptyline: not soon after a heart attack." in step
    assert "Amitriptyline: not with bad liver disease." not in step
    assert 'href="/sources/gabaukpmc"' in html
    assert say.cautions_none in section(html, "nerve_block")


def test_an_answer_of_the_interview_and_a_treatment_count_too(browser: Browser) -> None:
    say = browser.desk.say
    browser.desk.journal.add(("answer", "fever", True), ("treatment", "nsaid", {"kind": "nsaid"}))
    html = browser.get("/ladder").text
    assert "Fever, or feeling ill: not now." in section(html, "nerve_block")
    step = section(html, "conservative")
    assert f"{say.ladder.because} {browser.desk.knowledge.cautions['anti_inflammatory'].label}" in step
    assert say.urgency.levels.same_day.title in words_of(html)
    # Care with a step stands on the plan as well.
    assert "Fever, or feeling ill: not now." in browser.text("/plan")


def test_what_was_tried_is_named_beside_the_care_for_it(browser: Browser) -> None:
    journal = browser.desk.journal
    journal.add(("treatment", "oral_neuropathic", {"kind": "oral_neuropathic"}), ("health", "kidneys", True))
    say = browser.desk.say
    told = say.ladder.tried_this(name=say.treatments.kinds.oral_neuropathic.name)
    assert told in section(browser.get("/ladder").text, "conservative")


def test_a_person_sees_no_dose(browser: Browser) -> None:
    browser.submit("/health", kidneys="yes")
    for path in ("/ladder", "/health", "/treatments", "/plan"):
        assert AMOUNT.findall(browser.text(path)) == [], path
    assert AMOUNT.search(browser.text("/ladder/doses"))


def test_clinicians_see_every_dose_with_its_source_and_what_the_record_says(browser: Browser) -> None:
    say = browser.desk.say.doses
    knowledge = browser.desk.knowledge
    html = browser.get("/ladder/doses").text
    text = words_of(html)
    assert say.for_clinicians in text
    assert say.record_none in text
    assert say.record_open(count=len(knowledge.cautions)) in text
    rows = [row for row in re.findall(r"<tr>(.*?)</tr>", html, re.S) if "<td" in row]
    doses = [dose for rung in sorted(knowledge.ladder.values(), key=lambda one: one.order) for dose in rung.doses]
    assert len(rows) == len(doses)
    for row, dose in zip(rows, doses, strict=True):
        words = words_of(row)
        assert words.startswith(f"{dose.drug} {dose.use} {dose.dose}")
        assert re.search(r'href="/(?:sources|learn/guide)/', row)
        assert ("The guide alone" in words) is (dose.by == "guide")
    browser.submit("/health", kidneys="yes", liver="no")
    again = browser.text("/ladder/doses")
    assert knowledge.cautions["kidneys"].clinician.rstrip(".") in again
    assert knowledge.cautions["liver"].clinician.rstrip(".") not in again
    assert say.record_open(count=len(knowledge.cautions) - 2) in again


def test_a_fact_that_is_not_certain_is_marked(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    assert browser.desk.say.sources.unsure not in browser.text("/ladder/doses")
    library = Library(browser.desk.knowledge)
    fact, source = library.facts["gaba-60"]
    library.facts["gaba-60"] = (replace(fact, provenance="unverified"), source)
    monkeypatch.setattr("cluneal.web.pages.ladder.library_of", lambda _: library)
    assert browser.desk.say.sources.unsure in browser.text("/ladder/doses")


def test_one_opens_from_the_other(browser: Browser) -> None:
    for path, to in (
        ("/plan", "/ladder"),
        ("/plan", "/health?from=plan"),
        ("/treatments", "/ladder"),
        ("/treatments", "/health?from=treatments"),
        ("/ladder", "/health?from=ladder"),
        ("/ladder", "/treatments?from=ladder"),
        ("/ladder", "/ladder/doses"),
        ("/ladder/doses", "/ladder"),
    ):
        assert f'href="{to}"' in unescape(browser.get(path).text), (path, to)


@pytest.mark.parametrize("said", ["yes", 1, {"a": 1}, ["x"], None])
def test_what_a_foreign_journal_says_of_health_breaks_no_page(said: object, browser: Browser) -> None:
    browser.desk.journal.add(("health", "kidneys", said), ("health", "spleen", True))
    for path in ("/health", "/ladder", "/ladder/doses", "/plan"):
        assert browser.get(path).status_code == 200, path
    assert "Weak kidneys" not in words_of(browser.get("/ladder").text)
