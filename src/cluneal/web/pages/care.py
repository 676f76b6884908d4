"""Self-care: today's plan, a guided session, what was done, prevention and reminders."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...knowledge.routine import CarePlan, Reminder
from ...pathway.care_plan import Planned, Session
from ...pathway.case import PAIN_SCALE
from ...record.diary import day_of
from ...record.person import REMINDER, SESSION
from ...record.sessions import MOST_REPEATS, clearing, entry_of, session_of
from ..calendar import calendar
from ..care_shown import SIDES, Care
from ..desk import Desk
from ..library import library_of
from ..render import desk_of, form_of, go, page
from ..steps import alarm_path

HOME, LOG, PREVENTION = "/care", "/care/log", "/care/prevention"
ALARMS = alarm_path(1)
PAINS = ("before", "after")
NUMBERS = {**dict.fromkeys(PAINS, PAIN_SCALE), **dict.fromkeys(SIDES, MOST_REPEATS)}
# An id that a page made: it says which session, however often the button is touched.
ID_BYTES = 8
KEY = re.compile(rf"[0-9a-f]{{{2 * ID_BYTES}}}")
LATELY = 40
NOT_FOUND, WRONG = 404, 422
Json = dict[str, Any]


def new_key() -> str:
    """An id for a session that may come of a page."""
    return secrets.token_hex(ID_BYTES)


def rules_of(desk: Desk) -> CarePlan:
    """The rules of the plan. Knowledge without them is of tests only, and has no app."""
    rules = desk.knowledge.care_plan
    if rules is None:
        raise HTTPException(NOT_FOUND)
    return rules


def care_of(request: Request) -> Care:
    """This person's self-care today."""
    desk = desk_of(request)
    return Care(desk, rules_of(desk))


def shown(request: Request, template: str, care: Care, status: int = 200, **values: Any) -> Response:
    """A page of self-care: with the reminders that are on, which remind while it is open."""
    reminding = [one for one in care.on if one.reminder.unit == "minutes"]
    return page(request, template, status, care=care, reminding=reminding, scale=range(PAIN_SCALE + 1), **values)


async def today(request: Request) -> Response:
    """What is due today, what was done, what waits and why."""
    return shown(request, "care.html", care_of(request), new_key=new_key)


def planned_of(request: Request, care: Care) -> Planned:
    """The measure in the address."""
    try:
        return care.plan.of(request.path_params["measure"])
    except KeyError:
        raise HTTPException(NOT_FOUND) from None


async def session(request: Request) -> Response:
    """One guided session; or why not now. A form keeps it, finished or stopped."""
    care = care_of(request)
    planned = planned_of(request, care)
    if request.method == "POST":
        form = await form_of(request)
        values = {name: form.get(name, "").strip() for name in NUMBERS}
        wrong = wrong_in(values)
        if not wrong:
            return keep(care, planned, form, values)
        return _session(request, care, planned, values | {"wrong": wrong, "key": form.get("session", "")})
    if care.wait or planned.state in ("left_out", "paused"):
        return shown(request, "care_waits.html", care, planned=planned, library=library_of(request))
    return _session(request, care, planned, {"key": new_key()})


def _session(request: Request, care: Care, planned: Planned, values: Json) -> Response:
    return shown(
        request,
        "care_session.html",
        care,
        WRONG if values.get("wrong") else 200,
        planned=planned,
        values=values,
        library=library_of(request),
    )


def wrong_in(values: Mapping[str, str]) -> list[str]:
    """The fields whose number is none, or does not fit."""
    return [name for name, most in NUMBERS.items() if values[name] and not _fits(values[name], most)]


def _fits(text: str, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(MOST_REPEATS)) and int(text) <= most


def numbers_in(values: Mapping[str, str]) -> dict[str, int | None]:
    """The numbers of a form without anything wrong."""
    return {name: int(values[name]) if values[name] else None for name in NUMBERS}


def keep(care: Care, planned: Planned, form: Mapping[str, str], values: Mapping[str, str]) -> Response:
    """Keep a session under the id of its page: the same button twice is one session, on the day of the first."""
    key, measure = form.get("session", ""), planned.item.id
    known = session_of(key, care.view.person.sessions.get(key))
    if not KEY.fullmatch(key) or (known and known.measure != measure):
        key, known = new_key(), None
    stopped = care.rules.stops.unsaid if form.get("what") == "stop" else None
    # A second touch takes back nothing that was said of it since.
    if stopped and known and known.stopped:
        stopped = known.stopped
    one = Session(key, measure, known.day if known else care.today, **numbers_in(values), stopped=stopped)
    care.desk.journal.add(entry_of(one))
    return go(f"{HOME}/stopped/{key}" if care.badly(one) else f"{HOME}#done")


async def again(request: Request) -> Response:
    """Take up a measure that waited: what stands against it now was asked about, and no longer does."""
    care = care_of(request)
    planned = planned_of(request, care)
    await form_of(request)
    if not care.wait:
        against = [*planned.against, *([planned.stopped.key] if planned.stopped else [])]
        care.desk.journal.add(clearing(care.view.person, planned.item.id, against))
    return go(f"{HOME}/{planned.item.id}")


def kept_of(request: Request, care: Care) -> Session:
    """The session in the address."""
    key = request.path_params["key"]
    found = session_of(key, care.view.person.sessions.get(key))
    if found is None:
        raise HTTPException(NOT_FOUND)
    return found


async def stopped(request: Request) -> Response:
    """What to do after stopping, and what it was: a reason that is an alarm leads to the alarm questions."""
    care = care_of(request)
    one = kept_of(request, care)
    reasons = {reason.id: reason for reason in care.rules.stops.reasons}
    if request.method == "POST":
        reason = reasons.get((await form_of(request)).get("reason", ""))
        if reason is None:
            return go(f"{HOME}/stopped/{one.key}")
        care.desk.journal.add(entry_of(replace(one, stopped=reason.id)))
        return go(ALARMS if reason.alarm else f"{HOME}/stopped/{one.key}#now")
    return shown(
        request,
        "care_stopped.html",
        care,
        session=one,
        reason=care.reason(one),
        reasons=[reason for reason in reasons.values() if reason.id != care.rules.stops.unsaid],
        alarms=ALARMS,
    )


async def log(request: Request) -> Response:
    """What was done, newest first."""
    care = care_of(request)
    found = list(reversed(care.sessions))
    every = "all" in request.query_params
    rows: dict[Any, list[Session]] = {}
    for one in found if every else found[:LATELY]:
        rows.setdefault(one.day, []).append(one)
    return shown(request, "care_log.html", care, rows=rows, more=0 if every else max(0, len(found) - LATELY))


async def entry(request: Request) -> Response:
    """One session: corrected, or taken back."""
    care = care_of(request)
    one = kept_of(request, care)
    values: Json = {name: "" if (said := getattr(one, name)) is None else f"{said:g}" for name in NUMBERS}
    values |= {"day": one.day.isoformat(), "stopped": one.stopped or ""}
    wrong: list[str] = []
    if request.method == "POST":
        form = await form_of(request)
        if form.get("what") == "remove":
            care.desk.journal.add((SESSION, one.key, None))
            return go(LOG)
        values = {name: form.get(name, "").strip() for name in (*NUMBERS, "day", "stopped")}
        day, known = day_of(values["day"]), {reason.id for reason in care.rules.stops.reasons}
        wrong = wrong_in(values) + ([] if day and day <= care.today else ["day"])
        if day and not wrong:
            ended = values["stopped"] if values["stopped"] in known or values["stopped"] == one.stopped else ""
            made = Session(one.key, one.measure, day, **numbers_in(values), stopped=ended or None)
            care.desk.journal.add(entry_of(made))
            return go(LOG)
    return shown(request, "care_entry.html", care, WRONG if wrong else 200, session=one, values=values, wrong=wrong)


async def prevention(request: Request) -> Response:
    """This person's risk factors with what eases each, and the reminders."""
    care = care_of(request)
    mine = {one.id for one in care.risks}
    others = [one for one in care.desk.knowledge.prevention.values() if one.id not in mine]
    on = {one.reminder.id: one.every for one in care.on}
    return shown(request, "care_prevention.html", care, library=library_of(request), others=others, on=on)


def reminder_of(request: Request, care: Care) -> Reminder:
    """The reminder in the address."""
    for one in care.rules.reminders:
        if one.id == request.path_params["reminder"]:
            return one
    raise HTTPException(NOT_FOUND)


async def reminder(request: Request) -> Response:
    """Turn a reminder on, change it, or turn it off."""
    care = care_of(request)
    one = reminder_of(request, care)
    form = await form_of(request)
    if form.get("what") == "off":
        care.desk.journal.add((REMINDER, one.id, None))
    else:
        chosen = next((every for every in one.choices if str(every) == form.get("every")), one.usual)
        care.desk.journal.add((REMINDER, one.id, {"unit": one.unit, "every": chosen}))
    return go(f"{PREVENTION}#{one.id}")


async def calendar_file(request: Request) -> Response:
    """The reminders that are on, for another calendar."""
    care = care_of(request)
    text = calendar(care.on, care.rules.hours, care.today, care.desk.now())
    attached = f'attachment; filename="{care.desk.say.care.reminders.file}"'
    return Response(text, media_type="text/calendar; charset=utf-8", headers={"Content-Disposition": attached})


routes = [
    Route(HOME, today),
    Route(LOG, log),
    Route(f"{LOG}/{{key}}", entry, methods=["GET", "POST"]),
    Route(PREVENTION, prevention),
    Route(f"{HOME}/reminders.ics", calendar_file),
    Route(f"{HOME}/reminders/{{reminder}}", reminder, methods=["POST"]),
    Route(f"{HOME}/stopped/{{key}}", stopped, methods=["GET", "POST"]),
    Route(f"{HOME}/{{measure}}", session, methods=["GET", "POST"]),
    Route(f"{HOME}/{{measure}}/again", again, methods=["POST"]),
]
