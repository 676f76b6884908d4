"""Test injections: the list, the score before, the timer at the bedside, what it says, and the clinician's sheet."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...pathway.assess import BLOCK_TEST
from ...pathway.block import at_the_nerve
from ...pathway.case import PAIN_SCALE
from ...record.person import BLOCK, PLANNED, READING
from ..bedside import BEFORE, GRACE, LONGEST_MINUTES, MINUTES, SOONEST, Bedside, typed_number, typed_time
from ..block_count import counted, misled
from ..block_form import details_from, details_in
from ..library import library_of
from ..render import desk_of, form_of, go, page

NEW_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
MEASURES = ("pain", "movement_pain")
LONGEST_TEXT = 200
NARROW, WIDE = 340.0, 620.0
NOT_FOUND, WRONG = 404, 422


def bedside_of(request: Request) -> Bedside:
    """The block of the address.

    Raises:
        HTTPException: there is none.
    """
    desk, key = desk_of(request), request.path_params["block"]
    if key not in desk.person().blocks:
        raise HTTPException(NOT_FOUND)
    return Bedside(desk, key)


async def blocks(request: Request) -> Response:
    """Every block, planned or given."""
    desk = desk_of(request)
    every = [Bedside(desk, key) for key in desk.person().blocks]
    return page(
        request, "blocks.html", blocks=every, new_key=secrets.token_hex(4), test=desk.knowledge.tests[BLOCK_TEST]
    )


async def new(request: Request) -> Response:
    """A block is planned. The page gave it its name, so that a double click makes one."""
    desk, form = desk_of(request), await form_of(request)
    key = form.get("key", "")
    if not NEW_KEY.fullmatch(key):
        raise HTTPException(400)
    if key not in desk.person().blocks:
        desk.journal.add((BLOCK, key, {PLANNED: True}))
    return go(f"/blocks/{key}")


async def block(request: Request) -> Response:
    """Before it is given: what to do first. After: what is due now, and the curve as it grows."""
    bedside = bedside_of(request)
    library = library_of(request)
    if bedside.planned:
        return page(request, "block_planned.html", bedside=bedside, library=library)
    name = bedside.open_name(request.query_params.get("slot", ""))
    noted = bedside.readings.get(name) if name else None
    return page(
        request,
        "block.html",
        bedside=bedside,
        library=library,
        width=NARROW,
        scale=range(PAIN_SCALE + 1),
        name=name,
        noted=noted,
        state=_state(bedside, noted),
    )


def _state(bedside: Bedside, noted: Mapping[str, Any] | None) -> str:
    """What the timer shows."""
    if bedside.given is None:
        return "untimed"
    if bedside.clock_went_back:
        return "clock"
    if bedside.due or (noted and not bedside.complete(dict(noted))):
        return "due"
    return "noted" if noted else "wait" if bedside.next else "over"


async def before(request: Request) -> Response:
    """The pain before, and the movement that will be done each time."""
    bedside = bedside_of(request)
    noted = bedside.readings.get(BEFORE, {})
    values = {"movement": bedside.data.get("movement", "")} | {name: noted.get(name) for name in MEASURES}
    if request.method == "GET":
        return _before(request, bedside, values)
    form = await form_of(request)
    pain = {name: _score(form.get(name)) for name in MEASURES}
    movement = form.get("movement", "").strip()
    values = {"movement": movement, **pain}
    if len(movement) > LONGEST_TEXT:
        return _before(request, bedside, values, "too_long")
    if all(one is None for one in pain.values()):
        return _before(request, bedside, values, "no_score")
    data = {name: one for name, one in bedside.data.items() if name != "movement"}
    bedside.desk.journal.add(
        (BLOCK, bedside.key, data | ({"movement": movement} if movement else {})),
        (READING, f"{bedside.key}:{BEFORE}", _reading(0, pain, noted, bedside)),
    )
    return go(f"/blocks/{bedside.key}")


def _before(request: Request, bedside: Bedside, values: Mapping[str, Any], wrong: str = "") -> Response:
    scale = range(PAIN_SCALE + 1)
    status = WRONG if wrong else 200
    return page(request, "block_before.html", status, bedside=bedside, values=values, wrong=wrong, scale=scale)


async def details(request: Request) -> Response:
    """Drug, place, guidance, who knew: whatever is known, whenever it is known."""
    bedside = bedside_of(request)
    wrong: dict[str, str] = {}
    if request.method == "GET":
        values = details_in(bedside)
    else:
        values = dict(await form_of(request))
        data, wrong = details_from(values, bedside)
        if not wrong:
            bedside.desk.journal.add((BLOCK, bedside.key, data))
            return go(f"/blocks/{bedside.key}")
    status = WRONG if wrong else 200
    scale = range(PAIN_SCALE + 1)
    return page(request, "block_details.html", status, bedside=bedside, values=values, wrong=wrong, scale=scale)


async def given(request: Request) -> Response:
    """When it was given: now, at a time, on a day; or not yet after all."""
    bedside = bedside_of(request)
    if request.method == "GET":
        return _given(request, bedside, {})
    form = await form_of(request)
    what = form.get("what", "")
    if what == "now":
        # Pressed twice, or in a window that was still open: the first time stands.
        if bedside.planned:
            _give(bedside, bedside.now.isoformat(timespec="seconds"))
        return go(f"/blocks/{bedside.key}")
    if what == "not_yet":
        if any(one.minute > 0 for one in bedside.block.readings):
            return _given(request, bedside, form, "has_readings")
        data = {name: one for name, one in bedside.data.items() if name != "given_at"}
        bedside.desk.journal.add((BLOCK, bedside.key, data | {PLANNED: True}))
        return go(f"/blocks/{bedside.key}")
    day, clock = form.get("day", ""), form.get("clock", "")
    when = typed_time(day, clock or "00:00")
    if when is None:
        return _given(request, bedside, form, "no_time")
    if when > bedside.now + GRACE:
        return _given(request, bedside, form, "future")
    if not clock.strip():
        _give(bedside, day.strip())
    elif not _same_minute(bedside.given, when) and not _moved(bedside, when):
        return _given(request, bedside, form, "after_readings")
    return go(f"/blocks/{bedside.key}")


def _given(request: Request, bedside: Bedside, values: Mapping[str, str], wrong: str = "") -> Response:
    at = bedside.given or bedside.now.astimezone()
    values = {"day": f"{at:%Y-%m-%d}", "clock": f"{at:%H:%M}"} | dict(values)
    return page(request, "block_given.html", WRONG if wrong else 200, bedside=bedside, values=values, wrong=wrong)


def _give(bedside: Bedside, at: str, *others: tuple[str, str, Any]) -> None:
    data = {name: one for name, one in bedside.data.items() if name != PLANNED}
    bedside.desk.journal.add((BLOCK, bedside.key, data | {"given_at": at}), *others)


def _moved(bedside: Bedside, when: datetime) -> bool:
    """Give the injection another time. Its readings keep theirs, so their minutes change; False if one came before."""
    later = 0.0 if bedside.given is None else (when - bedside.given) / timedelta(minutes=1)
    moved = []
    for name, one in bedside.readings.items():
        if one["minute"] > 0:
            minute = round(one["minute"] - later, 1)
            if minute <= 0:
                return False
            moved.append((READING, f"{bedside.key}:{name}", one | {"minute": minute}))
    _give(bedside, when.isoformat(timespec="seconds"), *moved)
    return True


def _same_minute(one: datetime | None, other: datetime) -> bool:
    return one is not None and f"{one:%Y%m%d%H%M}" == f"{other.astimezone():%Y%m%d%H%M}"


async def now(request: Request) -> Response:
    """One tap: the pain at this moment. The server's clock says which reading it is."""
    bedside, form = bedside_of(request), await form_of(request)
    measure = next((name for name in MEASURES if name in form), "")
    score = _score(form.get(measure))
    if bedside.given is None or score is None:
        return go(f"/blocks/{bedside.key}")
    if bedside.clock_went_back:
        # What was tapped is kept in the form that asks for the time.
        return _typed(request, bedside, "new", {measure: score}, "clock")
    name = bedside.meant(form.get("slot", "")) or bedside.name_for(bedside.minute)
    noted = bedside.readings.get(name, {})
    minute = noted["minute"] if noted else bedside.minute
    pain = {one: noted.get(one) for one in MEASURES} | {measure: score}
    value = {**_reading(minute, pain, noted, bedside), "at": noted.get("at") or _stamp(bedside)}
    bedside.desk.journal.add((READING, f"{bedside.key}:{name}", value))
    return go(f"/blocks/{bedside.key}?slot={name}#now")


async def reading(request: Request) -> Response:
    """One reading, written down late or corrected: with its own time."""
    bedside, name = bedside_of(request), request.path_params["name"]
    known = name in bedside.readings or name == "new" or any(f"{one.planned:g}" == name for one in bedside.slots)
    if not known or name == BEFORE or bedside.planned:
        raise HTTPException(NOT_FOUND)
    if request.method == "GET":
        noted = bedside.readings.get(name, {})
        return _typed(request, bedside, name, {one: noted.get(one) for one in MEASURES})
    form = await form_of(request)
    if form.get("what") == "remove":
        bedside.desk.journal.add((READING, f"{bedside.key}:{name}", None))
        return go(f"/blocks/{bedside.key}#readings")
    pain = {one: _score(form.get(one)) for one in MEASURES}
    values = {**form, **pain}
    minute, wrong = _minute_of(form, bedside, name)
    if not wrong and all(one is None for one in pain.values()):
        wrong = "no_score"
    if not wrong and any(one["minute"] == minute for other, one in bedside.readings.items() if other != name):
        wrong = "same_time"
    if wrong:
        return _typed(request, bedside, name, values, wrong)
    noted = bedside.readings.get(name, {})
    kept = name if noted else bedside.name_for(minute)
    bedside.desk.journal.add((READING, f"{bedside.key}:{kept}", _reading(minute, pain, noted, bedside)))
    return go(f"/blocks/{bedside.key}#readings")


def _typed(request: Request, bedside: Bedside, name: str, values: Mapping[str, Any], wrong: str = "") -> Response:
    noted = bedside.readings.get(name)
    planned = typed_number(name)
    minute = noted["minute"] if noted else min(planned, max(bedside.minute, 1)) if planned else max(bedside.minute, 1)
    return page(
        request,
        "block_reading.html",
        WRONG if wrong else 200,
        bedside=bedside,
        name=name,
        planned=None if noted and noted["minute"] != planned else planned,
        noted=noted,
        values=_times(bedside, minute) | dict(values),
        wrong=wrong,
        by_clock=bedside.given is not None and not bedside.clock_went_back,
        units=list(MINUTES),
        scale=range(PAIN_SCALE + 1),
    )


def _times(bedside: Bedside, minute: float) -> dict[str, str]:
    """The same time twice: by the clock, and as so many of a unit after the injection."""
    unit = next((name for name, size in reversed(MINUTES.items()) if minute >= size and minute % size == 0), "minutes")
    times = {"count": f"{minute / MINUTES[unit]:g}", "unit": unit}
    if bedside.given:
        at = (bedside.given + timedelta(minutes=minute)).astimezone()
        times |= {"day": f"{at:%Y-%m-%d}", "clock": f"{at:%H:%M}"}
    return times


def _minute_of(form: Mapping[str, str], bedside: Bedside, name: str) -> tuple[float, str]:
    """(minutes after the injection, what is wrong with them) as typed: by the clock, or so many of a unit."""
    noted = bedside.readings.get(name)
    if "clock" in form and bedside.given:
        when = typed_time(form.get("day", ""), form["clock"])
        if when is None:
            return 0, "no_time"
        if noted and _same_minute(bedside.given + timedelta(minutes=noted["minute"]), when):
            return noted["minute"], ""
        if when > bedside.now + GRACE and not bedside.clock_went_back:
            return 0, "future"
        minute = bedside.minutes_to(when)
        # The time of the injection has seconds, and the one typed has none.
        minute = SOONEST if -1 < minute < SOONEST else minute
    else:
        count = typed_number(form.get("count", ""))
        if count is None:
            return 0, "no_count"
        minute = round(count * MINUTES.get(form.get("unit", ""), 1), 1)
        if bedside.given and not bedside.clock_went_back and minute > bedside.minute + 1:
            return 0, "future"
    if minute <= 0:
        return 0, "too_early"
    return (minute, "") if minute <= LONGEST_MINUTES else (0, "too_late")


def _reading(minute: float, pain: Mapping[str, Any], noted: Mapping[str, Any], bedside: Bedside) -> dict[str, Any]:
    """A reading to keep. Said again with nothing new it is the same entry, with the time of the first."""
    value = {"minute": minute, **{name: one for name, one in pain.items() if one is not None}}
    same = value == {name: one for name, one in noted.items() if name != "at"}
    return dict(noted) if same else {**value, "at": _stamp(bedside)}


def _stamp(bedside: Bedside) -> str:
    return bedside.now.isoformat(timespec="seconds")


def _score(text: str | None) -> int | float | None:
    """0 to 10 as tapped; None for anything else."""
    value = typed_number(text or "")
    if value is None or not 0 <= value <= PAIN_SCALE:
        return None
    return int(value) if value == int(value) else value


async def result(request: Request) -> Response:
    """Where the person stands under each rule, and what it does and does not mean."""
    bedside = bedside_of(request)
    if bedside.planned:
        return go(f"/blocks/{bedside.key}")
    return page(request, "block_result.html", **_read(request, bedside, NARROW))


async def sheet(request: Request) -> Response:
    """Everything on one page, for a clinician; it prints on one."""
    bedside = bedside_of(request)
    return page(request, "block_sheet.html", narrow=NARROW, **_read(request, bedside, WIDE))


def _read(request: Request, bedside: Bedside, width: float) -> dict[str, Any]:
    return {
        "bedside": bedside,
        "library": library_of(request),
        "misled": misled(library_of(request)),
        "width": width,
        "definitions": list(zip(bedside.test.definitions, bedside.reading.verdicts, strict=True)),
        "counted": counted(desk_of(request)),
        "counts_here": at_the_nerve(bedside.block, bedside.test),
        "second": desk_of(request).knowledge.tests.get("second_block"),
    }


async def remove(request: Request) -> Response:
    """Take a block back, with its readings: asked once more, and only then done."""
    bedside = bedside_of(request)
    if request.method == "GET":
        return page(request, "block_remove.html", bedside=bedside)
    await form_of(request)
    gone = [(READING, f"{bedside.key}:{name}", None) for name in bedside.readings]
    bedside.desk.journal.add((BLOCK, bedside.key, None), *gone)
    return go("/blocks")


BOTH = ["GET", "POST"]
routes = [
    Route("/blocks", blocks),
    Route("/blocks/new", new, methods=["POST"]),
    Route("/blocks/{block}", block),
    Route("/blocks/{block}/before", before, methods=BOTH),
    Route("/blocks/{block}/details", details, methods=BOTH),
    Route("/blocks/{block}/given", given, methods=BOTH),
    Route("/blocks/{block}/now", now, methods=["POST"]),
    Route("/blocks/{block}/readings/{name}", reading, methods=BOTH),
    Route("/blocks/{block}/result", result),
    Route("/blocks/{block}/sheet", sheet),
    Route("/blocks/{block}/remove", remove, methods=BOTH),
]
