"""The diary's rules: what a check-in says, what scales come to, and when it asks again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluneal.knowledge import load
from cluneal.knowledge.follow import Diary
from cluneal.record import Entry, Given, Person, person_of
from cluneal.record.diary import (
    alarms_due,
    alarms_since,
    check_ins,
    day_of,
    events,
    next_check_in,
    pain_scores,
    scales_due,
    scores,
    smallest_change,
    total_of,
)

KNOWN = load()
SCALES = KNOWN.scales
PAIN = SCALES["pain"]
START = date(2026, 9, 1)


def rules() -> Diary:
    assert KNOWN.diary
    return KNOWN.diary


def person(*given: Given) -> Person:
    return person_of(Entry(i, "", *one) for i, one in enumerate(given, 1))


def told(day: date, **said: Any) -> Given:
    return ("checkin", day.isoformat(), said)


def after(days: int) -> date:
    return START + timedelta(days=days)


def test_a_check_in_is_read_and_the_latest_of_a_day_holds() -> None:
    one, two = check_ins(
        person(
            told(after(1), worst=4),
            told(START, worst=6, now=3, stopped=["sitting"], sleep="broken", did=[], note="Long drive."),
            told(after(1), worst=5),
        )
    )
    assert (one.day, one.worst, one.now, one.stopped) == (START, 6, 3, ("sitting",))
    assert (one.sleep, one.did, one.note) == ("broken", (), "Long drive.")
    assert (two.worst, two.stopped, two.did) == (5, None, None), "not said is not the same as nothing"


@pytest.mark.parametrize("key", ["", "today", "2026-13-01", "2026-W48-2", "20261124", "2026-11-24T10", "0001-01-01"])
def test_what_is_no_day_is_passed_over(key: str) -> None:
    assert day_of(key) is None
    assert check_ins(person(("checkin", key, {"worst": 3}))) == ()


JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, -1, 10.5, 1e300, "", "good", "3", [], ["sitting", 3, None], [[]], {}, {"a": 1}]
)
NAMES = st.sampled_from(["worst", "now", "stopped", "did", "sleep", "note"])


@given(st.dictionaries(st.sampled_from(["2026-09-01", "2026-09-02", "x"]), st.dictionaries(NAMES, JUNK) | JUNK))
def test_a_journal_of_another_version_breaks_nothing(days: Mapping[str, Any]) -> None:
    for one in check_ins(person(*(("checkin", key, value) for key, value in days.items()))):
        assert one.worst is None or 0 <= one.worst <= 10
        assert one.sleep in (None, "good", "broken")
        assert all(isinstance(name, str) for name in (*(one.stopped or ()), *(one.did or ()), one.note))


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 10) | st.none()), max_size=40))
def test_the_fold_has_each_day_once_in_order_with_its_latest_value(said: list[tuple[int, int | None]]) -> None:
    given_: list[Given] = [
        ("checkin", after(day).isoformat(), None if worst is None else {"worst": worst}) for day, worst in said
    ]
    latest = {after(day): worst for day, worst in said}
    found = check_ins(person(*given_))
    assert [one.day for one in found] == sorted(day for day, worst in latest.items() if worst is not None)
    assert all(one.worst == latest[one.day] for one in found)


def test_peg_is_the_mean_of_its_three_numbers_and_incomplete_is_none() -> None:
    peg = SCALES["peg"]
    assert total_of(peg, {"items": {"pain": 7, "enjoyment": 5, "activity": 6}}) == 6
    wrong: tuple[Any, ...] = ({"pain": 7, "enjoyment": 5}, {"pain": 11, "enjoyment": 5, "activity": 6}, [], None)
    for items in wrong:
        assert total_of(peg, {"items": items}) is None


def test_a_total_lies_inside_its_scale_and_belongs_to_its_own() -> None:
    someone = person(
        ("scale", "rmdq:2026-09-02", {"total": 12}),
        ("scale", "rmdq:2026-09-01", {"total": 0}),
        ("scale", "rmdq:2026-09-03", {"total": 25}),
        ("scale", "odi:2026-09-04", {"total": 44}),
        ("scale", "rmdq:never", {"total": 4}),
        ("scale", "rmdq", 3),
    )
    assert [(one.day.day, one.value) for one in scores(someone, SCALES["rmdq"])] == [(1, 0), (2, 12)]


@pytest.mark.parametrize(
    ("scale", "start", "points"),
    [("pain", 4, 2), ("pain", 10, 3), ("peg", 9, 1.75), ("rmdq", 10, 5), ("rmdq", 20, 6), ("odi", 50, 15)],
)
def test_the_change_that_matters_is_the_larger_of_points_and_percent(scale: str, start: float, points: float) -> None:
    assert smallest_change(SCALES[scale].smallest_change, start) == pytest.approx(points)


def test_items_stand_in_the_app_only_with_a_licence_that_was_read() -> None:
    facts = {fact.id: fact for one in KNOWN.evidence.values() for fact in one.facts}
    for scale in SCALES.values():
        unread = [one for one in scale.licence.evidence if facts[one].provenance == "unverified"]
        assert not (scale.licence.items_may_stand_here and unread), scale.id


@pytest.mark.parametrize(("days", "every"), [(0, 1), (13, 1), (14, 3), (41, 3), (42, 7), (400, 7)])
def test_it_asks_less_and_less_while_nothing_changes(days: int, every: int) -> None:
    entries = check_ins(person(told(START, worst=5), told(after(days), worst=5)))
    due = next_check_in(entries, (), rules(), PAIN, after(days))
    assert (due.every_days, due.day) == (every, after(days + every))


def test_the_first_check_in_is_due_at_once() -> None:
    assert next_check_in((), (), rules(), PAIN, START).day == START


def test_a_treatment_makes_it_daily_again_and_one_to_come_does_not() -> None:
    someone = person(
        told(START, worst=5),
        told(after(60), worst=5),
        ("treatment", "a", {"kind": "exercise", "started": after(58).isoformat()}),
    )
    entries = check_ins(someone)
    assert next_check_in(entries, events(someone), rules(), PAIN, after(60)).every_days == 1
    assert next_check_in(entries, events(someone), rules(), PAIN, after(57)).every_days == 7


def test_pain_that_moved_by_what_matters_makes_it_daily_again() -> None:
    def every(late: int) -> int:
        worst = {day: 4 if day < 93 else late for day in range(86, 100)}
        entries = check_ins(person(told(START, worst=4), *(told(after(day), worst=n) for day, n in worst.items())))
        return next_check_in(entries, (), rules(), PAIN, after(99)).every_days

    assert [every(late) for late in (4, 5, 6, 2)] == [7, 7, 1, 1]


def test_events_have_their_day_and_a_planned_block_is_none() -> None:
    found = events(
        person(
            ("block", "b", {"given_at": "2026-10-05T10:00:00+00:00"}),
            ("block", "c", {"planned": True}),
            ("treatment", "a", {"kind": "exercise", "started": "2026-09-01", "ended": "2026-10-04"}),
            ("treatment", "d", {"kind": "nsaid"}),
        )
    )
    assert [(one.kind, one.day.isoformat(), one.by_month) for one in found] == [
        ("treatment", "2026-09-01", True),
        ("treatment_end", "2026-10-04", False),
        ("block", "2026-10-05", False),
    ]


def test_scales_are_offered_function_first_and_not_now_is_an_answer() -> None:
    every = list(SCALES.values())

    def due(*given: Given) -> list[str]:
        return [one.id for one in scales_due(person(*given), every, START)]

    peg: Given = ("scale", f"peg:{after(-6)}", {"items": {"pain": 1, "enjoyment": 1, "activity": 1}})
    assert due() == ["peg", "rmdq"], "what is never offered has no interval"
    assert due(peg) == ["rmdq"]
    assert due(("scale", f"peg:{after(-7)}", peg[2])) == ["peg", "rmdq"]
    assert due(("seen", "later_peg", START.isoformat()), ("seen", "later_rmdq", after(-29).isoformat())) == []
    assert due(("seen", "later_peg", after(-7).isoformat()), ("seen", "later_rmdq", 3)) == ["peg", "rmdq"]


def test_alarm_answers_are_asked_again_after_a_week() -> None:
    new, old = person(told(after(-6), worst=3)), person(told(after(-7), worst=3))
    assert alarms_since(person(), ()) is None
    assert not alarms_due(person(), (), rules(), START)
    assert [alarms_due(one, check_ins(one), rules(), START) for one in (new, old)] == [False, True]
    asked = person(told(after(-90), worst=3), ("seen", "alarms_again", after(-2).isoformat()))
    assert not alarms_due(asked, check_ins(asked), rules(), START)
    assert alarms_due(asked, check_ins(asked), rules(), after(5))


def test_a_clock_put_back_silences_nothing_for_long() -> None:
    ahead = person(told(after(-90), worst=3), ("seen", "alarms_again", after(400).isoformat()))
    assert alarms_due(ahead, check_ins(ahead), rules(), START)


def test_days_without_a_number_have_no_score() -> None:
    entries = check_ins(person(told(START, now=3), told(after(1), worst=0)))
    assert [(one.day, one.value) for one in pain_scores(entries)] == [(after(1), 0)]
    assert [one.value for one in pain_scores(entries, "now")] == [3]
