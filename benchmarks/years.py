"""Ten years of a diary: what opening the record and drawing its pages take."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.testclient import TestClient

from cluneal.knowledge import load, load_draws
from cluneal.knowledge.schema import Knowledge
from cluneal.pathway import Assessor
from cluneal.record import Given, Journal, person_of
from cluneal.web.app import app
from cluneal.web.desk import Desk
from cluneal.web.guard import Keys

from .measure import Timing, take_turns
from .settings import Sizes

PORT = 8765
PASSPHRASE = "four words to measure"
LAST = date(2026, 11, 24)
YEARS, DAYS_IN_YEAR = 10, 365.25
# Corrections count as entries too: the pain is noted in the morning, and the day is filled in by and by.
TIMES_A_DAY = 4
MOST_SESSIONS = 12
PAGES = ("/diary", "/course", "/course?span=quarter", "/history", "/doctor/page")


@dataclass(frozen=True)
class Years:
    """`entries` as they were kept, `steps` of opening the record, and its `pages`, all in seconds."""

    entries: int
    steps: dict[str, Timing]
    pages: dict[str, Timing]


def years(sizes: Sizes) -> Years:
    """Measure a record of so many entries.

    Raises:
        RuntimeError: a page answered with an error: its time would mean nothing.
    """
    known, entries, rounds = load(), sizes.entries, sizes.rounds
    with TemporaryDirectory() as folder:
        path = Path(folder) / "record.sqlite"
        journal = Journal.create(path, PASSPHRASE)
        journal.add(*islice(record(known, entries), entries))
        kept = journal.entries()

        def opened() -> None:
            other = Journal.open(path, PASSPHRASE)
            person_of(other.entries())
            other.close()

        steps = take_turns({"open, read and fold": opened, "fold alone": lambda: person_of(kept)}, rounds)
        desk = Desk(Assessor(known, load_draws()), journal, path, today=lambda: LAST)
        keys = Keys(b"bench")
        cookies = {f"cluneal_{PORT}": keys.session}
        with TestClient(app(desk, keys, PORT), base_url=f"http://127.0.0.1:{PORT}", cookies=cookies) as browser:

            def seen(page: str) -> None:
                answer = browser.get(page)
                if answer.status_code != 200:
                    raise RuntimeError(f"{page} answered {answer.status_code}")

            pages = take_turns({page: lambda page=page: seen(page) for page in PAGES}, rounds)  # type: ignore[misc]
        journal.close()
    return Years(len(kept), steps, pages)


def record(known: Knowledge, entries: int) -> Iterator[Given]:
    """What somebody writes down in ten years, without an end; as dense as it takes to fill them with `entries`."""
    draw = random.Random(entries)
    yield from (("answer", name, False) for name in known.model.alarm_order)
    days = round(YEARS * DAYS_IN_YEAR)
    sessions = min(max(entries // days - TIMES_A_DAY, 1), MOST_SESSIONS)
    for past in range(days, -1, -1):
        yield from _day(known, LAST - timedelta(days=past), past, sessions, draw)
    for number in range(entries):
        yield "note", f"further-{number}", {"text": "One more.", "day": LAST.isoformat()}


def _day(known: Knowledge, day: date, past: int, sessions: int, draw: random.Random) -> Iterator[Given]:
    assert known.diary
    when, did = day.isoformat(), [one.id for one in known.diary.did]
    level = 3 + 3 * (past % 700 < 350)
    for time in range(TIMES_A_DAY):
        # Something differs each time, or it would be no entry.
        yield (
            "checkin",
            when,
            {
                "now": (level + time) % 11,
                "worst": min(level + draw.randrange(4), 10),
                "did": draw.sample(did, 2),
                "stopped": ["sitting"] if draw.random() < 0.4 else [],
                "sleep": draw.choice(("good", "broken")),
                "note": f"{time}",
            },
        )
    for number in range(sessions):
        measure = draw.choice(list(known.selfcare))
        yield "session", f"{when}-{number}", {"measure": measure, "day": when, "before": level}
    if past % 7 == 0:
        parts = dict.fromkeys((one.id for one in known.scales["peg"].parts), level)
        yield "scale", f"peg:{when}", {"items": parts | {"pain": draw.randrange(11)}}
        yield "seen", "alarms_again", when
    if past % 30 == 0:
        yield "scale", f"rmdq:{when}", {"total": draw.randrange(25)}
    if past % 90 == 0:
        kind = ("exercise", "physiotherapy", "nsaid", "oral_neuropathic")[past // 90 % 4]
        end = min(day + timedelta(days=60), LAST).isoformat()
        yield "treatment", f"t{past}", {"kind": kind, "started": when, "ended": end, "helped": "partly"}
    if past % 180 == 0:
        yield "block", f"b{past}", {"given_at": f"{when}T10:00:00+00:00", "drug": "lidocaine"}
        for minute, pain in ((0, 7), (5, 4), (15, 2), (30, 1), (60, 2), (240, 6)):
            yield "reading", f"b{past}:{minute}", {"minute": minute, "pain": pain}


def main() -> None:
    """Print the figures."""
    found = years(Sizes())
    print(f"{found.entries:,} entries")
    for name, one in (found.steps | found.pages).items():
        print(f"{name:24} {one.median * 1e3:8.1f} ms  {one.low * 1e3:.1f} - {one.high * 1e3:.1f}")


if __name__ == "__main__":
    main()
