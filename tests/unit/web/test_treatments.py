"""What was tried: kept as it was said, and what does not fit is asked again with all that was typed."""

from __future__ import annotations

from html import unescape

import pytest

from cluneal.pathway.assess import OTHER_TREATMENT, treatment_kinds

from .conftest import Browser, words_of

PATH = "/treatments"
PHYSIO = {"tried:physiotherapy": "yes"}


def test_every_kind_that_the_ladder_knows_can_be_ticked(browser: Browser) -> None:
    say = browser.desk.say.treatments
    named = [kind for group in say.groups for kind in group.kinds]
    assert sorted(named) == sorted([*treatment_kinds(browser.desk.knowledge.ladder), OTHER_TREATMENT])
    assert set(say.kinds) == set(named)
    html = browser.get(PATH).text
    for kind in named:
        assert f'name="tried:{kind}"' in html
        assert say.kinds[kind].name in unescape(html)


def test_what_is_said_comes_into_the_case_and_back_onto_the_page(browser: Browser) -> None:
    answer = browser.submit(
        PATH,
        follow=False,
        **PHYSIO,
        **{"started_month:physiotherapy": "3", "started_year:physiotherapy": "2026", "helped:physiotherapy": "partly"},
        **{"ended_month:physiotherapy": "11", "ended_year:physiotherapy": "2026", "tried:other": "yes"},
        **{"started_year:nsaid": "2020", "helped:nsaid": "no"},  # not ticked: details of nothing
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/answers")
    assert browser.desk.person().case()["treatments"] == [
        {"kind": "physiotherapy", "started": "2026-03-01", "ended": "2026-11-01", "helped": "partly"},
        {"kind": "other"},
    ]
    (tried, other) = browser.desk.view().case.treatments
    assert (tried.helped, other.kind) == ("partly", "other")
    html = browser.get(PATH).text
    assert 'name="tried:physiotherapy" value="yes" checked' in html
    assert '<option value="3" selected>' in html
    assert 'name="helped:physiotherapy" value="partly" checked' in html
    assert html.count(" checked") == 4  # two ticks, "partly", and "cannot tell" of the other


def test_the_same_again_says_nothing_new_and_a_tick_taken_off_takes_it_back(browser: Browser) -> None:
    browser.submit(PATH, **PHYSIO, **{"helped:physiotherapy": "yes"})
    number = browser.desk.journal.latest()
    browser.submit(PATH, **PHYSIO, **{"helped:physiotherapy": "yes"})
    assert browser.desk.journal.latest() == number
    browser.submit(PATH, **{"tried:nsaid": "yes"})
    assert list(browser.desk.person().treatments) == ["nsaid"]


def test_nothing_tried_is_an_answer_too(browser: Browser) -> None:
    assert "treatments" not in browser.desk.person().seen
    browser.submit(PATH, nothing="yes", **PHYSIO)
    assert browser.desk.person().treatments == {}
    assert "treatments" in browser.desk.person().seen
    assert browser.desk.say.treatments.nothing_said in browser.text(PATH)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"started_month": "12", "started_year": "2026"}, "That is still to come. Choose a month up to November 2026."),
        ({"ended_month": "12", "ended_year": "2026"}, "That is still to come."),
        ({"started_year": "2027", "started_month": "1"}, "Write the year with four digits, from 1906 to 2026."),
        ({"started_year": "26", "started_month": "1"}, "Write the year with four digits"),
        ({"started_year": "1" * 5000, "started_month": "1"}, "Write the year with four digits"),
        ({"started_year": "²⁰²⁰", "started_month": "1"}, "Write the year with four digits"),
        ({"started_year": "-2020", "started_month": "1"}, "Write the year with four digits"),
        ({"started_year": "2020"}, "Choose a month as well."),
        ({"started_year": "2020", "started_month": "13"}, "Choose a month as well."),
        ({"started_month": "4"}, "Add the year as well, such as 2026."),
        (
            {"started_year": "2026", "started_month": "5", "ended_year": "2026", "ended_month": "4"},
            "It stops before it starts.",
        ),
        ({"helped": "maybe"}, "Choose one of the answers."),
    ],
)
def test_what_does_not_fit_is_asked_again_and_nothing_is_lost(
    typed: dict[str, str], told: str, browser: Browser
) -> None:
    fields = {f"{name}:physiotherapy": value for name, value in typed.items()}
    answer = browser.submit(PATH, **PHYSIO, **fields, **{"tried:nsaid": "yes"})
    assert answer.status_code == 422
    assert told in words_of(answer.text)
    assert 'role="alert"' in answer.text
    assert browser.desk.journal.latest() == 0
    # What was typed stands there still, to be mended.
    for name, value in typed.items():
        if name.endswith("year"):
            assert f'value="{value}"' in unescape(answer.text)
    assert 'name="tried:nsaid" value="yes" checked' in answer.text


def test_a_day_from_a_file_stays_while_its_month_does(browser: Browser) -> None:
    kept = {"kind": "nsaid", "started": "2026-03-14", "ended": "2026-11-20"}
    browser.desk.journal.add(("treatment", "nsaid", kept))
    same = {"tried:nsaid": "yes", "started_month:nsaid": "3", "started_year:nsaid": "2026"}
    browser.submit(PATH, **same, **{"ended_month:nsaid": "11", "ended_year:nsaid": "2026"})
    assert browser.desk.person().treatments["nsaid"] == kept
    # In one month the end is not before the start, whatever the days.
    browser.submit(PATH, **same, **{"ended_month:nsaid": "3", "ended_year:nsaid": "2026"})
    assert browser.desk.person().treatments["nsaid"]["ended"] == "2026-03-14"
    assert browser.desk.view().case.treatments[0].ended is not None


def test_what_a_file_told_of_besides_is_shown_and_can_be_taken_back(browser: Browser) -> None:
    name = 'cupping "<b>" & more'
    browser.desk.journal.add(
        ("treatment", name, {"kind": name, "helped": "no"}), ("treatment", "nsaid-2", {"kind": "nsaid"})
    )
    html = browser.get(PATH).text
    assert "<b>" not in html
    assert name in words_of(html)
    assert 'name="tried:nsaid-2" value="yes" checked' in html
    browser.submit(PATH, **{f"tried:{name}": "yes", f"helped:{name}": "yes"})
    assert browser.desk.person().treatments == {name: {"kind": name, "helped": "yes"}}
    browser.submit(PATH)
    assert browser.desk.person().treatments == {}


@pytest.mark.parametrize(
    ("came_from", "leads_to"), [("plan", "/plan"), ("doctor", "/doctor"), ("//evil.example", "/answers")]
)
def test_it_leads_back_to_where_it_was_opened_from(came_from: str, leads_to: str, browser: Browser) -> None:
    page = browser.get(PATH, params={"from": came_from})
    assert "evil" not in page.text
    answer = browser.submit(f"{PATH}?from={came_from}", follow=False)
    assert answer.headers["location"] == leads_to


def test_dose_and_effect_are_kept_as_they_were_told(browser: Browser) -> None:
    told = {"dose:physiotherapy": "  once\t a week ", "effect:physiotherapy": 'slept "better" & <b>dizzy</b>'}
    browser.submit(PATH, **PHYSIO, **told, **{"dose:nsaid": "a lot"})
    kept = {"kind": "physiotherapy", "dose": "once a week", "effect": 'slept "better" & <b>dizzy</b>'}
    assert dict(browser.desk.person().treatments) == {"physiotherapy": kept}
    assert browser.desk.view().case.treatments[0].dose == "once a week"
    html = browser.get(PATH).text
    assert "<b>dizzy" not in html
    assert 'value="once a week"' in html
    browser.submit(PATH, **PHYSIO)
    assert browser.desk.person().treatments["physiotherapy"] == {"kind": "physiotherapy"}


@pytest.mark.parametrize("name", ["dose", "effect"])
def test_a_story_is_too_long_and_is_not_lost(name: str, browser: Browser) -> None:
    answer = browser.submit(PATH, **PHYSIO, **{f"{name}:physiotherapy": "x" * 121})
    assert answer.status_code == 422
    assert "Please say it in fewer words, up to 120 letters." in words_of(answer.text)
    assert "x" * 121 in answer.text
    assert browser.desk.journal.latest() == 0
    browser.submit(PATH, **PHYSIO, **{f"{name}:physiotherapy": "x" * 120})
    assert browser.desk.view().case.treatments[0].kind == "physiotherapy"
    assert browser.desk.view().unread == ()
