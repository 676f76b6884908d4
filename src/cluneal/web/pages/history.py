"""Everything that was ever said, newest first: what holds now, what was changed later, what was taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...frozen import frozen
from ...record import Entry, Journal
from ..desk import Desk
from ..render import desk_of, page
from ..told import Told

PATH = "/history"
ON_A_PAGE = 50

Thing = tuple[str, str]
# What was read of each journal, up to which entry. One that is locked is closed, and this goes with it.
READ: WeakKeyDictionary[Journal, tuple[int, list[Entry]]] = WeakKeyDictionary()


@frozen
class Row:
    """One entry. `state`: holds, changed (something else was said later) or back (it took something back).

    `all_of` leads to everything that was said of the same thing; None where this is all.
    """

    time: str
    name: str
    said: str
    state: str
    all_of: str | None


async def history(request: Request) -> Response:
    """One page of it; all, of one kind, or of one thing."""
    desk, query = desk_of(request), request.query_params
    entries = everything(desk.journal)
    kinds = dict.fromkeys(one.kind for one in entries)
    kind = query.get("kind", "") if query.get("kind") in kinds else ""
    of = query.get("of", "") if kind else ""
    # The last of a kind and key holds.
    holds = {(one.kind, one.key): one.number for one in entries}
    times = times_of(desk.journal)
    found = [one for one in reversed(entries) if kind in ("", one.kind) and of in ("", one.key)]
    pages = max(-(-len(found) // ON_A_PAGE), 1)
    number = min(_number(query.get("page", "")), pages)
    told = Told(desk)
    shown = found[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]
    rows = [(one.at, _row(one, told, holds, times, of)) for one in shown]
    thing = told.name(kind, of, shown[0].value) if of and shown else ""
    return page(
        request,
        "history.html",
        days=list(_days(rows, desk)),
        count=len(found),
        kinds={one: desk.say.history.kinds.get(one, one) for one in kinds},
        kind=kind,
        thing=thing,
        number=number,
        pages=pages,
        to=lambda other: address(kind, of, other),
    )


def everything(journal: Journal) -> list[Entry]:
    """Every entry in its order; what was read before is not read again."""
    number, known = READ.get(journal, (0, []))
    if journal.latest() != number:
        new = journal.entries(number)
        # What a merge brought may belong before what was here already.
        known = sorted([*known, *new], key=lambda one: (one.clock, one.id)) if known else new
        READ[journal] = max([number, *(one.number for one in new)]), known
    return known


def times_of(journal: Journal) -> Counter[Thing]:
    """How many entries there are of each kind and key."""
    return Counter((one.kind, one.key) for one in everything(journal))


def _row(one: Entry, told: Told, holds: Mapping[Thing, int], times: Mapping[Thing, int], of: str) -> Row:
    same = (one.kind, one.key)
    state = "changed" if holds[same] != one.number else "back" if one.value is None else "holds"
    more = times[same] > 1 and not of
    return Row(
        _clock(one.at),
        told.name(one.kind, one.key, one.value),
        told.said(one.kind, one.key, one.value),
        state,
        address(one.kind, one.key) if more else None,
    )


def _days(rows: Sequence[tuple[str, Row]], desk: Desk) -> Iterator[tuple[str, list[Row]]]:
    """The rows by the day on which they were written."""
    told = Told(desk)
    for day, of_day in groupby(rows, key=lambda one: one[0][:10]):
        yield told.day(day), [row for _, row in of_day]


def _clock(at: str) -> str:
    """The time of day, as the clock of the machine showed it."""
    try:
        return f"{datetime.fromisoformat(at):%H:%M}"
    except ValueError:
        return ""


def _number(text: str) -> int:
    """The page asked for; the first one for anything else."""
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def address(kind: str = "", key: str = "", number: int = 1) -> str:
    """Where the history of a kind, or of one thing, is."""
    named = (("kind", kind), ("of", key), ("page", str(number) if number > 1 else ""))
    query = urlencode([(name, value) for name, value in named if value])
    return f"{PATH}?{query}" if query else PATH


routes = [Route(PATH, history)]
