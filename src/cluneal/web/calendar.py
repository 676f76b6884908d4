"""Reminders as a calendar file (RFC 5545), made on this machine, so that a telephone's own calendar reminds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from ..knowledge.routine import Hours
from ..record.sessions import Set

MINUTES_A_DAY_PART = 60
# Bytes of a line; a longer one goes on in the next, after a blank.
LONGEST_LINE = 75
END = "\r\n"
MADE_BY = "-//cluneal//reminders//EN"


def times_of(one: Set, hours: Hours) -> list[time]:
    """The times of day at which it reminds: all through the day, or once, when the day begins."""
    first, last = hours.first * MINUTES_A_DAY_PART, hours.last * MINUTES_A_DAY_PART
    minutes = range(first, last + 1, one.every) if one.reminder.unit == "minutes" else [first]
    return [time(*divmod(minute, MINUTES_A_DAY_PART)) for minute in minutes]


def calendar(reminders: Iterable[Set], hours: Hours, today: date, now: datetime) -> str:
    """The file: one entry for each time of day, repeated by day.

    One entry that repeats within the day would be shorter, and many calendars do not understand it. Times are those of
    whatever clock the telephone has, so they hold on a journey too.
    """
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{MADE_BY}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    for one in reminders:
        interval = "" if one.reminder.unit == "minutes" or one.every == 1 else f";INTERVAL={one.every}"
        begins = today + timedelta(days=1)
        for at in times_of(one, hours):
            lines += [
                "BEGIN:VEVENT",
                # The same each time, so that a file taken in again replaces the entry.
                f"UID:{one.reminder.id}-{at:%H%M}@cluneal.invalid",
                f"DTSTAMP:{stamp}",
                f"DTSTART:{begins:%Y%m%d}T{at:%H%M}00",
                "DURATION:PT1M",
                f"RRULE:FREQ=DAILY{interval}",
                f"SUMMARY:{_escaped(one.reminder.say)}",
                "CLASS:PRIVATE",
                "TRANSP:TRANSPARENT",
                "BEGIN:VALARM",
                "ACTION:DISPLAY",
                "TRIGGER:PT0M",
                f"DESCRIPTION:{_escaped(one.reminder.say)}",
                "END:VALARM",
                "END:VEVENT",
            ]
    return "".join(_folded(line) + END for line in [*lines, "END:VCALENDAR"])


def _escaped(text: str) -> str:
    for sign in "\\;,":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> str:
    """The line in pieces of at most so many bytes, none of which cuts a sign in two."""
    pieces, piece, size = [], "", 0
    for sign in line:
        width = len(sign.encode())
        if size + width > LONGEST_LINE:
            pieces.append(piece)
            piece, size = "", 1
        piece, size = piece + sign, size + width
    return f"{END} ".join([*pieces, piece])
