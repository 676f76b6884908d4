"""What fits: the order of the page, chances in people, reasons with their sources, and the dispute."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cluneal.web.desk import Desk

from .conftest import Browser, words_of

NERVE = {
    "side_one": True,
    "shock_like_pain": True,
    "worse_standing": True,
    "worse_extension": True,
    "radiates_buttock_only": True,
    "scn_point_reproduces": True,
    "worse_belt_pressure": True,
}
LEG = {
    "side_one": True,
    "radiates_below_knee": True,
    "leg_pain_worse_than_back": True,
    "worse_cough_sneeze": True,
    "leg_numbness_dermatomal": True,
    "worse_sitting": True,
}


def answer(desk: Desk, given: dict[str, Any], screened: bool = True) -> None:
    """Say these; and no to every alarm question unless told otherwise."""
    findings = desk.knowledge.findings
    alarms = {name: False for name, one in findings.items() if one.alarm and one.level == "ask"} if screened else {}
    desk.journal.add(*(("answer", name, value) for name, value in {**alarms, **given}.items()))


def order(text: str, *parts: str) -> bool:
    """Whether the parts stand in this order."""
    places = [text.index(part) for part in parts]
    return places == sorted(places)


def test_with_nothing_said_no_ranking_is_shown_and_the_questions_are_offered(browser: Browser) -> None:
    html = browser.get("/fits").text
    text, say = words_of(html), browser.desk.say.fits
    assert order(text, browser.desk.say.urgency.levels.open.title, say.few.title, say.few.none, say.few.show)
    assert 'href="/alarms/1"' in html
    assert 'href="/ask"' in html
    assert 'href="/place"' in html
    # The list is there for whoever wants it, closed.
    assert re.search(r'<details class="all-the-same">', html)


def test_the_list_opens_with_enough_answers_and_alarm_answers_do_not_count(browser: Browser) -> None:
    few = browser.desk.say.fits.few
    least = browser.desk.knowledge.model.answers_to_rank
    given = dict(list(NERVE.items())[: least - 1])
    answer(browser.desk, given)
    assert few.some(count=least - 1) in browser.text("/fits")
    answer(browser.desk, NERVE)
    assert few.title not in browser.text("/fits")


def test_the_leading_cause_comes_with_people_and_a_range_and_never_a_bare_number(browser: Browser) -> None:
    answer(browser.desk, NERVE)
    html = browser.get("/fits").text
    row = browser.desk.view().assessment["differential"][0]
    count, low, high = (round(row[one] * 100) for one in ("probability", "low", "high"))
    say = browser.desk.say.fits
    assert row["cause"] == "scn_entrapment"
    assert say.chance.about(count=count, base=100) in html
    assert say.chance.between(low=low, high=high) in html
    assert say.dots.picture(count=count, low=low, high=high) in html
    assert say.ranking.sum in html
    assert "%" not in words_of(html)


def test_reasons_say_how_much_on_whose_word_with_the_source_one_tap_away(browser: Browser) -> None:
    answer(browser.desk, NERVE)
    html = browser.get("/fits/scn_entrapment").text
    row = browser.desk.view().assessment["differential"][0]
    for one in (*row["for"], *row["against"]):
        assert browser.desk.knowledge.findings[one["finding"]].label in html
        for source in one["sources"]:
            assert f'href="/sources/{source}"' in html
    reasons = browser.desk.say.fits.reasons
    assert reasons["for"]["clear"] in html
    assert reasons.basis.judgement in html


def test_every_cause_has_its_page_and_an_unknown_one_is_not_found(browser: Browser) -> None:
    answer(browser.desk, LEG)
    for cause in browser.desk.knowledge.causes.values():
        text = browser.text(f"/fits/{cause.id}")
        assert cause.plain in text
        assert f"/learn/causes/{cause.id}" in browser.get(f"/fits/{cause.id}").text
    for path in ("/fits/gout", "/fits/%3Cscript%3E", "/fits/scn_entrapment%00"):
        assert browser.get(path).status_code == 404


def test_an_emergency_comes_first_and_the_list_waits(browser: Browser) -> None:
    answer(browser.desk, {**LEG, "saddle_numbness": True}, screened=False)
    html = browser.get("/fits").text
    rule = browser.desk.knowledge.redflags["ces_saddle_numbness"]
    say = browser.desk.say
    assert order(words_of(html), say.urgency.levels.emergency.title, rule.person, say.fits.wait.show)
    assert 'href="/now"' in html
    assert '<details class="all-the-same">' in html
    for source in browser.desk.assessor.sources(rule.evidence):
        assert f'href="/sources/{source}"' in html


def test_no_alarm_is_said_only_when_the_alarm_questions_are_answered(browser: Browser) -> None:
    levels = browser.desk.say.urgency.levels
    answer(browser.desk, LEG, screened=False)
    assert levels.open.title in browser.text("/fits")
    answer(browser.desk, LEG)
    text = browser.text("/fits")
    assert levels["none"].title in text
    assert levels.open.title not in text


def test_what_people_expect_is_answered_and_said_otherwise_where_it_leads(browser: Browser) -> None:
    answer(browser.desk, NERVE)
    sciatica, _, _, nerve = browser.desk.say.fits.expected.asked
    text = browser.text("/fits")
    assert sciatica["ask"] in text
    assert nerve["leads"] in text
    assert nerve["ask"] not in text
    answer(browser.desk, {**dict.fromkeys(NERVE, None), **LEG})
    answer(browser.desk, {"scn_point_reproduces": False})
    text = browser.text("/fits")
    assert sciatica["leads"] in text
    assert nerve["ask"] in text


def test_the_causes_that_people_expect_exist(browser: Browser) -> None:
    for one in browser.desk.say.fits.expected.asked:
        assert set(one["causes"]) <= browser.desk.knowledge.causes.keys()


def test_none_of_these_stands_in_its_place_by_its_chance(browser: Browser) -> None:
    answer(browser.desk, NERVE)
    names = re.findall(
        r"<h3>(?:<a [^>]*>)?([^<]+)", browser.get("/fits").text.split('class="causes"')[1].split("</ol>")[0]
    )
    none = browser.desk.say.fits.cannot.name
    assessed = browser.desk.view().assessment
    ahead = [
        row["name"] for row in assessed["differential"] if row["probability"] > assessed["cannot_tell"]["probability"]
    ]
    assert none in names
    assert set(names[: names.index(none)]) <= set(ahead)


def test_another_starting_point_ranks_anew_and_says_so(browser: Browser) -> None:
    answer(browser.desk, NERVE)
    say = browser.desk.say.fits

    def share(prior: str) -> float:
        return float(browser.desk.view().ranking(prior).row("scn_entrapment")["probability"])

    assert share("sceptic") < share("chosen") < share("guide")
    for prior in ("sceptic", "guide"):
        html = browser.get(f"/fits?prior={prior}").text
        assert say.ranking[f"shown_{prior}"] in html
        assert say.chance.about(count=round(share(prior) * 100), base=100) in html
        assert f'href="/fits?prior={prior}#ranking" aria-current="true"' in html
    assert say.ranking.shown_guide not in browser.text("/fits")


def test_the_three_views_of_the_page_are_the_assessment_s(browser: Browser) -> None:
    answer(browser.desk, NERVE)
    row = next(one for one in browser.desk.view().assessment["disputed_prior"] if one["cause"] == "scn_entrapment")
    for prior in ("sceptic", "chosen", "guide"):
        assert browser.desk.view().ranking(prior).row("scn_entrapment")["probability"] == row[prior]


@pytest.mark.parametrize("prior", ["", "chosen2", "<b>", "level", "none"])
def test_a_starting_point_that_does_not_exist_is_named_and_the_studies_shown(browser: Browser, prior: str) -> None:
    answer(browser.desk, NERVE)
    response = browser.get("/fits", params={"prior": prior})
    assert response.status_code == 200
    assert browser.desk.say.fits.dispute.unknown in response.text
    assert "<b>" not in response.text


def test_the_answer_that_changes_the_order_is_said_with_both_its_ends(browser: Browser) -> None:
    answer(browser.desk, dict.fromkeys(("side_one", "worse_standing", "radiates_thigh", "worse_sitting"), True))
    answer(browser.desk, {"shock_like_pain": True})
    ranking = browser.desk.view().ranking()
    turn = ranking.decisive
    assert turn
    assert ranking.changes_order(turn)
    html, say = browser.get("/fits").text, browser.desk.say.fits.decisive
    assert say.changes in html
    for after in (turn.yes, turn.no):
        assert after
        assert f"{browser.desk.knowledge.causes[after.top(1)[0]].name} would" in html
    assert f'href="/ask/{turn.finding}"' in html


def test_what_an_answer_would_do_is_what_it_does(browser: Browser) -> None:
    answer(browser.desk, LEG)
    turn = browser.desk.view().ranking().decisive
    assert turn
    assert turn.yes
    foreseen = turn.yes.causes
    browser.desk.journal.add(("answer", turn.finding, True))
    for row in browser.desk.view().assessment["differential"]:
        assert row["probability"] == pytest.approx(foreseen[row["cause"]].probability, abs=1e-6)


def test_open_questions_of_a_cause_are_open_and_move_it(browser: Browser) -> None:
    answer(browser.desk, NERVE)
    ranking = browser.desk.view().ranking()
    turns = ranking.open_for("scn_entrapment")
    assert turns
    for turn in turns:
        assert not browser.desk.view().findings.known(turn.finding)
        assert turn.yes
        assert turn.no
        yes, no = (one.causes["scn_entrapment"].probability for one in (turn.yes, turn.no))
        assert yes != no


def test_a_page_writes_nothing(browser: Browser) -> None:
    answer(browser.desk, NERVE)
    before = browser.desk.journal.latest()
    for path in ("/fits", "/fits?prior=guide", "/fits/myofascial", "/plan"):
        browser.get(path)
    assert browser.desk.journal.latest() == before
