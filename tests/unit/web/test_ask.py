"""One question a page: kept at once, changed at any time, two that do not fit cleared up, and an end."""

from __future__ import annotations

import re

import pytest

from cluneal.record.person import ANSWER
from cluneal.web.desk import Desk
from cluneal.web.pages.ask import SEGMENTS
from cluneal.web.steps import next_step

from .conftest import Browser
from .interviewed import FROM_ANSWERS, FROM_HANDS, placed, to_the_end


@pytest.fixture
def begun(browser: Browser) -> Browser:
    placed(browser)
    return browser


def said(browser: Browser) -> dict[str, bool | None]:
    alarms = browser.desk.knowledge.model.alarm_order
    return {name: one for name, one in browser.desk.person().answers.items() if name not in alarms}


def test_the_best_question_comes_and_its_answer_leads_to_the_next(begun: Browser) -> None:
    page = begun.get("/ask")
    name = page.url.path.removeprefix("/ask/")
    finding = begun.desk.knowledge.findings[name]
    assert f"<h1>{finding.person.ask}</h1>" in page.text
    assert finding.person.why_we_ask in page.text
    assert f'href="/learn/findings/{name}"' in page.text
    after = begun.submit(f"/ask/{name}", said="yes")
    assert said(begun) == {name: True}
    assert after.url.path.startswith("/ask/")
    assert after.url.path != page.url.path


def test_not_sure_is_always_there_and_counts_for_nothing(begun: Browser) -> None:
    page = begun.get("/ask")
    assert page.text.count('type="radio" name="said"') == 3
    before = begun.desk.view().assessment["differential"]
    begun.submit(page.url.path, said="not_sure")
    assert begun.desk.view().assessment["differential"] == before
    assert begun.get("/ask").url.path != page.url.path


def test_skip_counts_as_not_sure_whatever_is_marked(begun: Browser) -> None:
    name = begun.get("/ask").url.path.removeprefix("/ask/")
    # A browser sends the marked answer first and the button after it.
    begun.post(
        f"/ask/{name}",
        content=f"form={begun.keys.form}&said=yes&said=not_sure",
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert said(begun) == {name: None}


def test_nothing_chosen_is_asked_for_kindly(begun: Browser) -> None:
    path = begun.get("/ask").url.path
    for page in (begun.submit(path), begun.submit(path, said="perhaps"), begun.submit(path, said="")):
        assert page.status_code == 422
        assert "Please choose an answer" in page.text
    assert said(begun) == {}


def test_back_goes_through_the_answers_in_their_order_and_loses_none(begun: Browser) -> None:
    first = begun.get("/ask").url.path
    second = begun.submit(first, said="no").url.path
    assert f'href="{first}"' in begun.get(second).text
    page = begun.get(first).text
    assert 'value="no" checked' in page
    assert 'href="/place/spread"' in page
    begun.submit(first, said="not_sure")
    assert list(said(begun).values()) == [None]


def test_the_progress_stands_on_the_next_question_only(begun: Browser) -> None:
    first = begun.get("/ask")
    assert "The next answers can still change" in first.text
    begun.submit(first.url.path, said="no")
    assert "The next answers can" not in begun.get(first.url.path).text
    assert "%" not in begun.text("/ask")


def test_the_bar_fills_as_less_can_change(begun: Browser) -> None:
    filled = []
    while (page := begun.get("/ask")).url.path != "/ask/done":
        filled.append(page.text.count('<span class="on">'))
        begun.submit(page.url.path, said="not_sure")
    assert filled[0] == 0
    assert filled[-1] > SEGMENTS / 2


def test_it_ends_and_says_so_and_can_go_on(begun: Browser) -> None:
    asked = to_the_end(begun, "no")
    assert 0 < len(asked) == len(set(asked))
    page = begun.get("/ask")
    assert page.url.path == "/ask/done"
    assert "That is enough to see what fits" in page.text
    assert 'href="/fits"' in page.text
    more = begun.submit("/ask/done")
    assert more.url.path.startswith("/ask/")
    assert more.url.path != "/ask/done"
    further = to_the_end(begun, "no")
    assert further
    assert not set(further) & set(asked)
    end = begun.get("/ask").text
    assert "Those were all the questions" in end
    assert "Ask me more" not in end


def test_the_end_never_promises_what_the_list_then_takes_back(begun: Browser) -> None:
    to_the_end(begun, "not_sure")
    end, list_of_causes = begun.text("/ask"), begun.text("/fits")
    assert "We can stop here" in end
    assert "That is enough to see what fits" not in end
    assert begun.desk.say.fits.few.title in list_of_causes


def test_the_end_is_not_there_before_its_time(begun: Browser) -> None:
    assert begun.get("/ask/done").url.path == next_step(begun.desk.view())


def test_no_interview_of_not_sure_is_endless(begun: Browser) -> None:
    begun.submit("/ask/done")
    assert len(to_the_end(begun, "not_sure")) < sum(
        one.level == "ask" for one in begun.desk.knowledge.findings.values()
    )


def test_two_answers_that_do_not_fit_are_asked_about_and_neither_is_lost(begun: Browser) -> None:
    begun.submit("/ask/leg_pain", said="no")
    page = begun.submit("/ask/radiates_thigh", said="yes", **FROM_ANSWERS)
    findings = begun.desk.knowledge.findings
    assert page.url.path == "/ask/which"
    assert findings["leg_pain"].person.ask in page.text
    assert findings["radiates_thigh"].person.ask in page.text
    assert said(begun) == {"leg_pain": False}
    # Loaded again, or after a restart, the page is still there.
    address = f"{page.url.path}?{page.url.query.decode()}"
    assert begun.get(address).text == page.text
    assert begun.submit(address).status_code == 422
    assert begun.submit(address, right="both").status_code == 422
    assert said(begun) == {"leg_pain": False}
    end = begun.submit(address, right="new")
    assert end.url.path == "/answers"
    assert said(begun) == {"radiates_thigh": True}
    # Sent once more (the back button), it finds nothing to clear up and changes nothing.
    assert begun.submit(address, right="old").url.path == "/ask/radiates_thigh"
    assert said(begun) == {"radiates_thigh": True}


@pytest.mark.parametrize(
    ("right", "kept"),
    [
        ("old", {"leg_pain": False, "radiates_thigh": None}),
        ("neither", {"leg_pain": None, "radiates_thigh": None}),
    ],
)
def test_the_earlier_answer_may_be_right_or_neither(right: str, kept: dict[str, bool], begun: Browser) -> None:
    begun.submit("/ask/leg_pain", said="no")
    page = begun.submit("/ask/radiates_thigh", said="yes")
    begun.submit(f"/ask/which?{page.url.query.decode()}", right=right)
    assert said(begun) == kept


def test_a_change_that_does_not_fit_leaves_the_answer_until_it_is_cleared_up(begun: Browser) -> None:
    begun.submit("/ask/radiates_thigh", said="yes")
    page = begun.submit("/ask/leg_pain", said="no")
    assert page.url.path == "/ask/which"
    assert said(begun) == {"radiates_thigh": True}


@pytest.mark.parametrize(
    "query",
    [
        "",
        "new=",
        "new=nothing:yes",
        "new=fever:maybe",
        "new=fever:not_sure",
        "new=height_cm%3D170",
        "new=%00",
        "new=" + "x" * 5000,
        "new=age%3D",
    ],
)
def test_an_address_that_carries_no_answer(query: str, browser: Browser) -> None:
    assert browser.get(f"/ask/which?{query}").status_code == 404
    assert browser.submit(f"/ask/which?{query}", right="new").status_code == 404


@pytest.mark.parametrize(
    "new", ["age%3D1e9", "age%3D52", "started%3Dyesterday", "sex%3Dx", "setting%3Dmoon", "fever:yes"]
)
def test_an_address_with_nothing_to_clear_up_keeps_nothing(new: str, browser: Browser) -> None:
    number = browser.desk.journal.latest()
    assert browser.submit(f"/ask/which?new={new}", right="new").status_code == 200
    assert browser.get(f"/ask/which?new={new}").status_code == 200
    assert browser.desk.journal.latest() == number


@pytest.mark.parametrize("name", ["nothing", "<b>", "..%2f..", "%00", "x" * 3000])
def test_a_question_that_is_none(name: str, browser: Browser) -> None:
    assert browser.get(f"/ask/{name}").status_code == 404
    assert browser.submit(f"/ask/{name}", said="yes").status_code == 404


def test_every_question_has_its_page(begun: Browser) -> None:
    for name, finding in begun.desk.knowledge.findings.items():
        page = begun.get(f"/ask/{name}")
        assert page.status_code == 200, name
        assert page.text.count("<h1>") == 1, name
        assert finding.label, name


def test_a_second_window_and_a_double_click_say_it_once(begun: Browser) -> None:
    path = begun.get("/ask").url.path
    begun.submit(path, said="yes")
    number = begun.desk.journal.latest()
    begun.submit(path, said="yes")
    assert begun.desk.journal.latest() == number
    # Another window with the old page open changes the answer; both windows see the later one.
    begun.submit(path, said="no")
    assert 'value="no" checked' in begun.get(path).text


def test_a_plain_question_that_is_an_emergency_with_the_others_stops_it(begun: Browser) -> None:
    begun.submit("/alarms/5", cancer_history="yes")
    page = begun.submit("/ask/leg_numbness_spreading", said="yes")
    assert page.url.path == "/now"
    assert "/ask/leg_numbness_spreading?from=now" in page.text


def test_checks_by_hand_are_offered_and_return_to_their_list(begun: Browser) -> None:
    page = begun.get("/ask/hands")
    assert 'href="/ask/scn_point_tender?from=hands"' in page.text
    offered = re.findall(r'href="/ask/(\w+)\?from=hands"', page.text)
    assert {begun.desk.knowledge.findings[name].by for name in offered} <= {"person", "helper"}
    end = begun.submit("/ask/scn_point_tender", said="yes", **FROM_HANDS)
    assert end.url.path == "/ask/hands"
    assert 'href="/ask/scn_point_tender?from=hands" aria-label="Change' in end.text


def test_nothing_is_pressed_on_before_somebody_looked_at_an_alarm(begun: Browser) -> None:
    begun.submit("/alarms/2", progressive_weakness="yes")
    assert "from=hands" not in begun.get("/ask/hands").text
    begun.submit("/alarms/1", saddle_numbness="yes")
    assert begun.get("/ask/hands").url.path == "/now"


def test_an_answer_under_an_old_name_is_the_finding_s_own(begun: Browser) -> None:
    begun.desk.journal.add((ANSWER, "constant_nonmechanical", False))
    assert "nonmechanical_pain" in begun.get("/alarms/4").text
    assert begun.get("/answers").status_code == 200


def test_a_restart_goes_on_where_it_was(begun: Browser) -> None:
    first = begun.get("/ask").url.path
    after = begun.submit(first, said="no").url.path
    again = Desk(begun.desk.assessor, begun.desk.journal, today=begun.desk.today)
    assert next_step(again.view()) == after
    assert again.person().answers[first.removeprefix("/ask/")] is False
