"""Self-care in the journal: read back as it was kept, and what cannot be read is passed over."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluneal.knowledge import load
from cluneal.pathway.care_plan import Day, Session
from cluneal.record.person import Person
from cluneal.record.sessions import cleared, clearing, days_of, entry_of, reminders_on, session_of, sessions

DAY = date(2026, 11, 24)
numbers = st.none() | st.integers(0, 10)


@given(
    day=st.dates(date(1900, 1, 1)),
    before=numbers,
    after=numbers,
    left=st.none() | st.integers(0, 999),
    right=st.none() | st.integers(0, 999),
    stopped=st.none() | st.text(min_size=1),
)
def test_a_session_is_read_back_as_it_was_kept(day: date, **said: Any) -> None:
    one = Session("k", "walking", day, **said)
    kind, key, value = entry_of(one)
    assert (kind, key) == ("session", "k")
    assert None not in value.values()
    assert repr(session_of(key, value)) == repr(one)


@pytest.mark.parametrize(
    "value", [None, [], "x", {}, {"measure": "walking"}, {"day": "2026-11-24"}, {"measure": 3, "day": "2026-11-24"},
              {"measure": "walking", "day": "2026-W48-2"}, {"measure": "walking", "day": None}]
)  # fmt: skip
def test_what_cannot_be_read_is_passed_over(value: Any) -> None:
    assert session_of("k", value) is None
    assert sessions(Person(sessions={"k": value})) == ()


def test_parts_that_do_not_fit_are_not_said() -> None:
    value = {
        "measure": "walking",
        "day": "2026-11-24",
        "before": 11,
        "after": "3",
        "left": -1,
        "right": True,
        "stopped": 4,
    }
    assert repr(session_of("k", value)) == repr(Session("k", "walking", DAY))


def test_sessions_come_by_day_whatever_order_they_were_kept_in() -> None:
    kept = {
        key: {"measure": "walking", "day": day}
        for key, day in (("b", "2026-11-24"), ("a", "2026-11-24"), ("c", "2026-11-01"))
    }
    expected = ["c", "a", "b"]
    assert [one.key for one in sessions(Person(sessions=kept))] == expected
    assert [one.key for one in sessions(Person(sessions=dict(reversed(kept.items()))))] == expected


def test_the_diary_gives_the_worst_pain_of_each_day() -> None:
    person = Person(check_ins={"2026-11-24": {"worst": 6, "now": 2}, "2026-11-23": {"now": 3}, "x": {"worst": 3}})
    assert repr(days_of(person)) == repr((Day(DAY, 6),))


def test_what_was_asked_about_adds_up() -> None:
    person = Person(seen={"care_cleared:walking": ["a", 3], "care_cleared:x": "a", "now": ["b"]})
    assert cleared(person) == {"walking": frozenset({"a"})}
    assert clearing(person, "walking", ["b", "a"]) == ("seen", "care_cleared:walking", ["a", "b"])
    assert clearing(person, "core_stability", ["b"]) == ("seen", "care_cleared:core_stability", ["b"])


def test_a_reminder_is_on_only_as_often_as_may_be_chosen() -> None:
    plan = load().care_plan
    assert plan
    person = Person(
        reminders={
            "shift_belt": {"unit": "minutes", "every": 60},
            "change_position": {"unit": "minutes", "every": 1},
            "load_in_steps": {"unit": "minutes", "every": 7},
            "self_care": {},
            "gone": {"unit": "days", "every": 1},
        }
    )
    assert [(one.reminder.id, one.every) for one in reminders_on(person, plan.reminders)] == [("shift_belt", 60)]
