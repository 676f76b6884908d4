"""The calendar file: what other calendars can read, at the times that were asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluneal.knowledge import load
from cluneal.record.sessions import Set
from cluneal.web.calendar import calendar, times_of

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=timezone(timedelta(hours=2)))


def plan() -> dict[str, Set]:
    rules = load().care_plan
    assert rules
    return {one.id: Set(one, one.usual) for one in rules.reminders}


RULES = load().care_plan
assert RULES
HOURS = RULES.hours


def events(text: str) -> list[dict[str, str]]:
    """A plain reader of the format: lines joined again, then one mapping for each event."""
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    found: list[dict[str, str]] = []
    for line in text.replace("\r\n ", "").split("\r\n"):
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and name not in ("BEGIN", "END"):
            found[-1].setdefault(name, value)
    return found


def test_minutes_are_entries_through_the_day_that_come_every_day() -> None:
    belt = plan()["shift_belt"]
    found = events(calendar([belt], HOURS, TODAY, NOW))
    assert [one["DTSTART"] for one in found] == [f"20261125T{hour:02}0000" for hour in range(9, 19)]
    assert {one["RRULE"] for one in found} == {"FREQ=DAILY"}
    assert {one["DTSTAMP"] for one in found} == {"20261124T073000Z"}
    assert len({one["UID"] for one in found}) == len(found)
    assert all("Z" not in one["DTSTART"] and "TZID" not in one["DTSTART"] for one in found), (
        "local time wherever one is"
    )


@pytest.mark.parametrize("every", [15, 20, 30, 45, 60, 90])
def test_the_times_are_as_far_apart_as_was_asked_and_within_the_day(every: int) -> None:
    times = times_of(replace(plan()["change_position"], every=every), HOURS)
    minutes = [one.hour * 60 + one.minute for one in times]
    assert times[0] == time(HOURS.first)
    assert {b - a for a, b in pairwise(minutes)} == {every}
    assert minutes[-1] <= HOURS.last * 60 < minutes[-1] + every


def test_days_are_one_entry() -> None:
    [one] = events(calendar([replace(plan()["load_in_steps"], every=7)], HOURS, TODAY, NOW))
    assert one["RRULE"] == "FREQ=DAILY;INTERVAL=7"
    [daily] = events(calendar([replace(plan()["self_care"], every=1)], HOURS, TODAY, NOW))
    assert daily["RRULE"] == "FREQ=DAILY"


def test_the_same_file_again_replaces_its_entries() -> None:
    first, later = (events(calendar(plan().values(), HOURS, day, NOW)) for day in (TODAY, TODAY + timedelta(days=9)))
    assert [one["UID"] for one in first] == [one["UID"] for one in later]


@given(said=st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=200))
def test_any_words_come_through_in_lines_of_75_bytes(said: str) -> None:
    belt = plan()["self_care"]
    text = calendar([Set(replace(belt.reminder, say=said), 1)], HOURS, TODAY, NOW)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    [one] = events(text)
    unescaped = one["SUMMARY"]
    out, i = "", 0
    while i < len(unescaped):
        if unescaped[i] == "\\":
            out += {"n": "\n"}.get(unescaped[i + 1], unescaped[i + 1])
            i += 2
        else:
            out += unescaped[i]
            i += 1
    assert out == said
