"""What to do: in its order, nothing unwise, the ladder as the assessment has it."""

from __future__ import annotations

from .conftest import Browser
from .test_fits import LEG, NERVE, answer, order


def test_the_parts_stand_in_their_order(browser: Browser) -> None:
    answer(browser.desk, NERVE)
    say = browser.desk.say
    html = browser.get("/plan").text
    ids = [f'<h2 id="{part}"' for part in ("first", "see", "settle", "self", "leave", "ladder", "questions")]
    assert order(html, *ids)
    assert 'href="/doctor"' in html
    assert say.plan.lead in html


def test_before_an_emergency_is_seen_to_nothing_is_to_be_tried(browser: Browser) -> None:
    answer(browser.desk, {**LEG, "saddle_numbness": True}, screened=False)
    html, say = browser.get("/plan").text, browser.desk.say
    assert order(html, say.urgency.levels.emergency.title, say.plan.wait, say.plan.self.wait)
    for one in browser.desk.knowledge.selfcare.values():
        assert one.person not in html


def test_what_an_answer_makes_unwise_is_left_out_and_said(browser: Browser) -> None:
    answer(browser.desk, {**NERVE, "worse_flexion": True})
    text, knowledge = browser.text("/plan"), browser.desk.knowledge
    unwise = [one for one in knowledge.selfcare.values() if "worse_flexion" in one.avoid_if]
    assert unwise
    because = browser.desk.say.plan.leave.because(label=knowledge.findings["worse_flexion"].label)
    for one in unwise:
        assert f"{one.name} {because}" in text
        assert one.person not in text


def test_self_care_says_what_it_goes_with_and_when_to_stop(browser: Browser) -> None:
    answer(browser.desk, NERVE)
    text, knowledge = browser.text("/plan"), browser.desk.knowledge
    waistband = knowledge.selfcare["waistband"]
    label = knowledge.findings["worse_belt_pressure"].label
    suits = f'{browser.desk.say.plan.self.suits} · "{label}"'
    assert order(text, waistband.name, waistband.person, suits, waistband.stop_if)


def test_each_test_says_what_it_can_and_cannot_settle(browser: Browser) -> None:
    answer(browser.desk, NERVE)
    html = browser.get("/plan").text
    tests = browser.desk.view().assessment["plan"]["tests"]
    assert tests
    for one in tests:
        assert f'href="/learn/tests/{one["id"]}"' in html
        known = browser.desk.knowledge.tests[one["id"]]
        text = browser.text("/plan")
        assert known.can_settle in text
        assert known.cannot_settle in text
        assert known.harm_text in text


def test_the_ladder_shows_where_this_person_stands(browser: Browser) -> None:
    answer(browser.desk, NERVE)
    say = browser.desk.say.plan.ladder
    assert say.here_none in browser.text("/plan")
    browser.desk.journal.add(("treatment", "physiotherapy", {"kind": "physiotherapy", "helped": "no"}))
    text = browser.text("/plan")
    assert say.here_none not in text
    assert order(text, say.rung(number=1), say.here, browser.desk.knowledge.ladder["nerve_block"].name)
    ladder = browser.desk.view().assessment["plan"]["ladder"]
    words = {None: "none", True: "true", False: "false"}
    for view in ("guide", "studies"):
        for row in ladder["rungs"]:
            assert f"{say.by[view]}: {say.open[words[row[f'open_by_{view}']]]}" in text
    for rung in browser.desk.knowledge.ladder.values():
        for said in (rung.guide_says, rung.studies_say, rung.sceptics_say):
            assert said in text
        for condition in (*rung.enter, *rung.stay, *rung.leave):
            assert condition.text in text


def test_questions_for_the_visit_come_with_their_reason(browser: Browser) -> None:
    answer(browser.desk, NERVE)
    text = browser.text("/plan")
    questions = browser.desk.view().assessment["plan"]["visit_questions"]
    assert questions
    for one in questions:
        assert order(text, one["ask"], one["because"])


def test_with_nothing_said_the_page_still_says_where_to_start(browser: Browser) -> None:
    text, say = browser.text("/plan"), browser.desk.say
    assert order(text, say.urgency.levels.open.title, say.plan.see.default, say.plan.self.few)
