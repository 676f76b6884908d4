"""Everything said in one list, and a journal that this version cannot wholly use."""

from __future__ import annotations

from cluneal.record.person import ABOUT, ANSWER, MARK, TREATMENT, WORST

from .conftest import Browser
from .interviewed import FROM_ANSWERS, alarms_off, placed


def test_nothing_said_yet(browser: Browser) -> None:
    text = browser.text("/answers")
    assert "Nothing is answered yet" in text
    assert "Start" in text


def test_everything_is_there_with_the_way_to_change_it(browser: Browser) -> None:
    placed(browser)
    browser.submit("/ask/worse_standing", said="not_sure")
    browser.desk.journal.add((ANSWER, "scn_tinel", True), (ANSWER, "mri_normal_for_age", True))
    browser.desk.journal.add((TREATMENT, "a", {"kind": "nsaid"}))
    page = browser.get("/answers").text
    for path in (
        "/alarms/1?from=answers",
        "/about?from=answers",
        "/place?from=answers",
        "/ask/worse_standing?from=answers",
        "/ask/scn_tinel?from=answers",
        "/ask/mri_normal_for_age?from=answers",
        "/treatments",
    ):
        assert f'href="{path}"' in page, path
    text = browser.text("/answers")
    assert "Not sure" in text
    assert "52 years" in text
    assert "About 7 cm right of the spine" in text


def test_what_follows_from_the_age_is_not_shown(browser: Browser) -> None:
    placed(browser)
    assert browser.desk.knowledge.findings["age_40_64"].label not in browser.text("/answers")


def test_a_change_comes_back_to_the_list(browser: Browser) -> None:
    placed(browser)
    browser.submit("/ask/worse_standing", said="not_sure")
    page = browser.submit("/ask/worse_standing", said="yes", **FROM_ANSWERS)
    assert page.url.path == "/answers"
    page = browser.submit("/alarms/3", fever="not_sure", **FROM_ANSWERS)
    assert page.url.path == "/answers"


def test_open_alarm_questions_are_listed(browser: Browser) -> None:
    browser.submit("/alarms/1", saddle_numbness="no")
    text = browser.text("/answers")
    assert "Fever No answer yet" in text


def test_an_answer_that_this_version_does_not_know_is_kept_and_told(browser: Browser) -> None:
    alarms_off(browser)
    browser.desk.journal.add((ANSWER, "gone_in_this_version", True), (ABOUT, "age", 400), (MARK, "a", {"x_mm": "far"}))
    browser.desk.journal.add((TREATMENT, "t", {"kind": ""}), (MARK, WORST, {"side": "right", "x_mm": 70, "y_mm": 45}))
    number = browser.desk.journal.latest()
    for path in ("/", "/ask", "/about", "/alarms/1", "/now", "/answers", "/ask/leg_pain"):
        assert browser.get(path).status_code == 200, path
    text = browser.text("/answers")
    assert "Some answers are kept but not used" in text
    assert "gone_in_this_version" in text
    assert "About 7 cm right" in text
    assert browser.desk.journal.latest() == number


def test_answers_of_two_windows_that_do_not_fit_never_silence_an_alarm(browser: Browser) -> None:
    alarms_off(browser)
    # As two windows at once, or an older version, may have left them.
    browser.desk.journal.add((ANSWER, "urinary_retention", True))
    assert browser.get("/ask").url.path == "/now"
    text = browser.text("/answers")
    assert "Some answers are kept but not used" in text
    page = browser.submit("/alarms/1", urinary_retention_or_incontinence="yes")
    assert page.status_code == 200
    assert "Some answers are kept but not used" not in browser.text("/answers")
