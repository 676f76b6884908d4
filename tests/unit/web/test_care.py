"""Self-care in the app: a plan, sessions kept once, stopping that leads somewhere, reminders that were asked for."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest

from cluneal.record.person import Person

from .conftest import TODAY, Browser, words_of

KEY, OTHER = "0123456789abcdef", "fedcba9876543210"
GLIDE = "/care/nerve_glide"


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def kept(browser: Browser) -> Person:
    return browser.desk.person()


def say(browser: Browser, *entries: tuple[str, str, Any]) -> None:
    browser.desk.journal.add(*entries)


def answer(browser: Browser, **said: bool) -> None:
    say(browser, *(("answer", name, value) for name, value in said.items()))


def screened(browser: Browser) -> None:
    answer(browser, **dict.fromkeys(browser.desk.knowledge.model.alarm_order, False))


def did(browser: Browser, key: str, measure: str, days: int, **said: Any) -> None:
    say(browser, ("session", key, {"measure": measure, "day": ago(days).isoformat()} | said))


def id_on(html: str) -> str:
    found = re.search(r'name="session" value="([0-9a-f]{16})"', html)
    assert found
    return found.group(1)


def test_looking_writes_nothing(browser: Browser) -> None:
    did(browser, KEY, "walking", 1)
    number = browser.desk.journal.latest()
    for path in ("/care", GLIDE, "/care/log", f"/care/log/{KEY}", f"/care/stopped/{KEY}", "/care/prevention"):
        assert browser.get(path).status_code == 200, path
    assert browser.get("/care/reminders.ics").status_code == 200
    assert browser.desk.journal.latest() == number


def test_every_measure_is_a_session_with_its_steps_its_stop_rule_and_what_the_studies_say(browser: Browser) -> None:
    screened(browser)
    for item in browser.desk.knowledge.selfcare.values():
        html = browser.get(f"/care/{item.id}").text
        text = words_of(html)
        assert html.count("data-step ") == len(item.steps)
        assert all(" ".join(step.say.split()) in text for step in item.steps), item.id
        assert item.stop_if in text
        assert item.studies_say in text
        timed = any(step.seconds for step in item.steps)
        assert ("Stop: it got worse" in text) is timed
        assert "{" not in re.sub(r"data-words='.*?'", "", text)


def test_a_session_is_one_touch_and_the_same_button_twice_is_one_session(browser: Browser) -> None:
    key = id_on(browser.get(GLIDE).text)
    for _ in range(2):
        page = browser.submit(GLIDE, session=key)
        assert page.url.path == "/care"
    assert browser.desk.journal.latest() == 1
    assert kept(browser).sessions == {key: {"measure": "nerve_glide", "day": TODAY.isoformat()}}
    assert "Done today" in words_of(page.text)
    assert id_on(browser.get(GLIDE).text) != key


def test_what_was_said_of_it_is_kept_and_shown(browser: Browser) -> None:
    browser.submit(GLIDE, session=KEY, before="4", after="3", left="10", right="8")
    assert kept(browser).sessions[KEY] == {
        "measure": "nerve_glide", "day": TODAY.isoformat(), "before": 4, "after": 3, "left": 10, "right": 8,
    }  # fmt: skip
    for path in ("/care", "/care/log"):
        assert "Nerve glide on your back · 10 left · 8 right · pain 4, then 3" in browser.text(path)


def test_one_button_of_a_habit_keeps_it(browser: Browser) -> None:
    screened(browser)
    html = browser.get("/care").text
    form = html.partition('action="/care/waistband"')[2]
    browser.submit("/care/waistband", session=id_on(form))
    assert [one["measure"] for one in kept(browser).sessions.values()] == ["waistband"]
    assert 'action="/care/waistband"' not in browser.get("/care").text


@pytest.mark.parametrize("key", ["", "x", "0123456789ABCDEF", "0" * 300, "../../x"])
def test_an_id_that_no_page_made_is_not_used(key: str, browser: Browser) -> None:
    browser.submit(GLIDE, session=key)
    assert [re.fullmatch(r"[0-9a-f]{16}", one) is not None for one in kept(browser).sessions] == [True]


def test_an_id_of_another_measure_takes_nothing_away(browser: Browser) -> None:
    did(browser, KEY, "walking", 3)
    browser.submit(GLIDE, session=KEY)
    assert kept(browser).sessions[KEY]["measure"] == "walking"
    assert len(kept(browser).sessions) == 2


def test_a_page_left_open_over_midnight_keeps_the_day_of_the_first_touch(browser: Browser) -> None:
    did(browser, KEY, "nerve_glide", 1)
    browser.submit(GLIDE, session=KEY, after="2")
    assert kept(browser).sessions[KEY] == {"measure": "nerve_glide", "day": ago(1).isoformat(), "after": 2}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("before", "11"),
        ("after", "-1"),
        ("before", "nan"),
        ("left", "1000"),
        ("right", "2.5"),
        ("after", "٣"),
        ("left", "9" * 400),
    ],
)
def test_a_number_that_does_not_fit_loses_nothing(name: str, value: str, browser: Browser) -> None:
    fields = {"session": KEY, "before": "7", "left": "9"} | {name: value}
    page = browser.submit(GLIDE, **fields)
    assert page.status_code == 422
    assert "One number does not fit" in words_of(page.text)
    assert id_on(page.text) == KEY
    if name != "before":
        assert 'name="before" value="7" checked' in page.text
    if name != "left":
        assert re.search(r'name="left"[^>]* value="9"', page.text)
    assert browser.desk.journal.latest() == 0


def test_stop_keeps_it_says_what_to_do_and_waits(browser: Browser) -> None:
    screened(browser)
    page = browser.submit(GLIDE, session=KEY, before="3", what="stop")
    assert page.url.path == f"/care/stopped/{KEY}"
    assert "You stopped. That was right." in words_of(page.text)
    assert kept(browser).sessions[KEY]["stopped"] == "worse"
    assert "This one waits" in browser.text(GLIDE)
    assert "data-step" not in browser.get(GLIDE).text
    browser.submit(f"{GLIDE}/again")
    text = browser.text(GLIDE)
    assert "7 on each side. Less than usual" in text
    assert "Rest with both knees bent" in text
    assert "already" not in text


@pytest.mark.parametrize("reason", ["numb", "control"])
def test_a_reason_that_is_an_alarm_leads_to_the_alarm_questions(reason: str, browser: Browser) -> None:
    did(browser, KEY, "nerve_glide", 0, stopped="worse")
    page = browser.submit(f"/care/stopped/{KEY}", reason=reason)
    assert page.url.path == "/alarms/1"
    assert kept(browser).sessions[KEY]["stopped"] == reason


def test_another_reason_says_what_to_do_now(browser: Browser) -> None:
    did(browser, KEY, "nerve_glide", 0, stopped="worse", before=3)
    page = browser.submit(f"/care/stopped/{KEY}", reason="pain_stays")
    assert "If it is still worse tomorrow" in words_of(page.text)
    assert kept(browser).sessions[KEY]["before"] == 3
    number = browser.desk.journal.latest()
    assert browser.submit(f"/care/stopped/{KEY}", reason="nonsense").status_code == 200
    assert browser.desk.journal.latest() == number
    # The stop button again, on the page that is still open: the reason stays.
    browser.submit(GLIDE, session=KEY, before="3", what="stop")
    assert browser.desk.journal.latest() == number


def test_pain_that_went_up_is_enough_for_today(browser: Browser) -> None:
    page = browser.submit(GLIDE, session=KEY, before="3", after="6")
    assert page.url.path == f"/care/stopped/{KEY}"
    assert "It went from 3 to 6" in words_of(page.text)


def test_nothing_is_planned_before_an_alarm_was_seen_to(browser: Browser) -> None:
    answer(browser, saddle_numbness=True)
    for path in ("/care", GLIDE):
        assert "Something else comes first" in browser.text(path)
        assert "data-step" not in browser.get(path).text
    assert "Start:" not in browser.text("/care")
    number = browser.desk.journal.latest()
    browser.submit(f"{GLIDE}/again")
    assert browser.desk.journal.latest() == number


def test_what_an_answer_leaves_out_is_named_with_the_answer(browser: Browser) -> None:
    screened(browser)
    answer(browser, osteoporosis=True)
    label = browser.desk.knowledge.findings["osteoporosis"].label
    assert f"Gentle rolling of the side buttock You said yes to: {label}" in browser.text("/care")
    assert label in browser.text("/care/foam_roller")
    browser.submit("/care/foam_roller/again")
    assert "osteoporosis" in kept(browser).seen["care_cleared:foam_roller"]
    assert "data-step" in browser.get("/care/foam_roller").text
    assert "This one is left out" in browser.text(GLIDE)


def test_the_plan_follows_the_diary(browser: Browser) -> None:
    screened(browser)
    for days in range(8, 0, -1):
        say(browser, ("checkin", ago(days).isoformat(), {"worst": 4}))
        did(browser, f"{days:016x}", "nerve_glide", days)
    assert "10 on each side" in browser.text("/care")
    say(browser, ("checkin", TODAY.isoformat(), {"worst": 7}))
    text = browser.text("/care")
    assert "A worse day is not long past" in text
    assert "7 on each side" in text
    assert browser.get("/care").text.count('class="card measure"') == 1


def test_the_suspected_nerve_changes_the_steps(browser: Browser) -> None:
    screened(browser)
    names = ("side_one", "worse_standing", "worse_extension", "scn_point_reproduces", "scn_tinel")
    answer(browser, **dict.fromkeys(names, True))
    say(browser, ("mark", "worst", {"side": "right", "x_mm": 70, "y_mm": 45}))
    leading = [one["cause"] for one in browser.desk.view().assessment["differential"][:2]]
    assert "scn_entrapment" in leading
    text = browser.text(GLIDE)
    assert "For your kind of pain" in text
    assert "bring it no nearer" in text
    assert "Bring one knee towards your chest" not in text


@pytest.mark.parametrize("path", ["press_ups", "log/nothing", "stopped/nothing", "%00", "reminders"])
def test_what_is_not_there_is_not_found(path: str, browser: Browser) -> None:
    assert browser.get(f"/care/{path}").status_code == 404


def test_unknown_things_to_keep_are_not_found(browser: Browser) -> None:
    for path in ("press_ups", "press_ups/again", "log/nothing", "stopped/x", "reminders/x"):
        assert browser.submit(f"/care/{path}", reason="numb").status_code == 404, path
    assert browser.desk.journal.latest() == 0


def test_a_session_is_corrected_and_taken_back(browser: Browser) -> None:
    did(browser, KEY, "nerve_glide", 2, before=4, stopped="own_pain")
    path = f"/care/log/{KEY}"
    browser.submit(path, day=ago(3).isoformat(), before="5", after="5", left="", right="", stopped="")
    assert kept(browser).sessions[KEY] == {"measure": "nerve_glide", "day": ago(3).isoformat(), "before": 5, "after": 5}
    page = browser.submit(path, day="2027-01-01", before="12", after="", left="", right="", stopped="numb")
    assert page.status_code == 422
    assert "Choose a day up to today" in words_of(page.text)
    assert "Give a whole number" in words_of(page.text)
    assert 'value="numb" selected' in page.text
    browser.submit(path, what="remove")
    assert kept(browser).sessions == {}
    assert "Nothing yet" in browser.text("/care/log")


def test_what_another_version_kept_is_shown_and_stays(browser: Browser) -> None:
    did(browser, KEY, "press_ups", 0, stopped="by_a_magpie")
    for path in ("/care", "/care/log"):
        assert "press_ups" in browser.text(path)
    browser.submit(f"/care/log/{KEY}", day=TODAY.isoformat(), stopped="by_a_magpie")
    assert kept(browser).sessions[KEY]["stopped"] == "by_a_magpie"


def test_a_long_log_shows_the_newest_and_all_on_demand(browser: Browser) -> None:
    for days in range(60):
        did(browser, f"{days:016x}", "walking", days)
    assert browser.get("/care/log").text.count('href="/care/log/0') == 40
    assert "Show all, 20 more" in browser.text("/care/log")
    assert browser.get("/care/log?all").text.count('href="/care/log/0') == 60


def test_a_reminder_is_off_until_it_is_turned_on_and_off_again(browser: Browser) -> None:
    screened(browser)
    answer(browser, tight_belt_or_toolbelt=True)
    assert "data-remind=" not in browser.get("/care").text
    page = browser.submit("/care/reminders/shift_belt", every="90")
    assert page.url.path == "/care/prevention"
    assert kept(browser).reminders == {"shift_belt": {"unit": "minutes", "every": 90}}
    assert "On: every 90 minutes" in words_of(page.text)
    assert 'data-remind="shift_belt" data-minutes="90"' in browser.get("/care").text
    assert "data-remind=" not in browser.get("/").text
    browser.submit("/care/reminders/shift_belt", every="1")
    assert kept(browser).reminders["shift_belt"]["every"] == 60
    browser.submit("/care/reminders/shift_belt", what="off")
    assert kept(browser).reminders == {}


def test_prevention_is_this_person_s(browser: Browser) -> None:
    assert "None of the known risks" in browser.text("/care/prevention")
    answer(browser, training_increase=True)
    text = browser.text("/care/prevention")
    risk = browser.desk.knowledge.prevention["training_increase"]
    assert risk.risk in text
    assert risk.person in text
    assert "Before you add load" in text
    assert "Shift your belt" not in text


def test_the_calendar_file_has_what_is_on(browser: Browser) -> None:
    assert browser.get("/care/reminders.ics").text.count("BEGIN:VEVENT") == 0
    browser.submit("/care/reminders/load_in_steps", every="14")
    answer_ = browser.get("/care/reminders.ics")
    assert answer_.headers["content-type"].startswith("text/calendar")
    assert 'filename="cluneal-reminders.ics"' in answer_.headers["content-disposition"]
    assert "RRULE:FREQ=DAILY;INTERVAL=14" in answer_.text


def test_ten_years_of_sessions_and_days_are_planned_at_once(browser: Browser) -> None:
    import time

    say(browser, *(("checkin", ago(days).isoformat(), {"worst": 3 + days % 4}) for days in range(3650, 0, -1)))
    names = ("nerve_glide", "walking", "core_stability")
    for number, name in enumerate(names):
        say(
            browser,
            *(
                ("session", f"{number:08x}{days:08x}", {"measure": name, "day": ago(days).isoformat()})
                for days in range(3650, 0, -1)
            ),
        )
    browser.get("/care")
    begun = time.perf_counter()
    assert browser.get("/care").status_code == 200
    assert time.perf_counter() - begun < 1.5
