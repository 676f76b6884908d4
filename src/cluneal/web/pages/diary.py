"""The diary: a check-in, the scales when they are due, whether an alarm answer has changed; and the course."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...knowledge.follow import Diary, Scale
from ...pathway.case import PAIN_SCALE
from ...record.diary import (
    ALARMS_AGAIN,
    LATER,
    PAIN,
    SLEEP,
    CheckIn,
    alarms_due,
    alarms_since,
    check_ins,
    day_of,
    events,
    next_check_in,
    scales_due,
    scores,
    total_of,
)
from ...record.person import CHECK_IN, SCALE, SEEN
from ..bedside import typed_number
from ..course_shown import SPANS, Course, day_words, number
from ..desk import Desk
from ..library import library_of
from ..render import desk_of, form_of, go, page
from ..steps import NO, YES, alarm_path, first_open_alarms, open_on, pressing

HOME, TOPICS, COURSE = "/diary", "/diary/alarms", "/course"
# The two lists to tap from; "nothing" is an answer in both.
LISTS = ("stopped", "did")
NOTHING = "nothing"
RECENT = 7
LATELY = 3
PAIN_ID = "pain"
NOT_FOUND, WRONG = 404, 422
Json = dict[str, Any]


def rules_of(desk: Desk) -> Diary:
    """The rules of the diary. Knowledge without them is of tests only, and has no app."""
    rules = desk.knowledge.diary
    if rules is None:
        raise HTTPException(NOT_FOUND)
    return rules


def scales_of(desk: Desk) -> list[Scale]:
    """The scales, function first."""
    return sorted(desk.knowledge.scales.values(), key=lambda one: one.order)


def choices_of(desk: Desk, name: str) -> dict[str, str]:
    """What can be tapped in a list, by id; self-care stands with what was done."""
    rules = rules_of(desk)
    found = {one.id: one.plain for one in getattr(rules, name)}
    return found | ({one.id: one.name for one in desk.knowledge.selfcare.values()} if name == "did" else {})


class Today:
    """Where the diary stands today: what was said, what is due. Nothing is ever late."""

    def __init__(self, desk: Desk) -> None:
        view, rules = desk.view(), rules_of(desk)
        self.day = desk.today()
        self.entries = check_ins(view.person)
        self.entry = next((one for one in reversed(self.entries) if one.day == self.day), None)
        due = next_check_in(self.entries, events(view.person), rules, desk.knowledge.scales[PAIN_ID], self.day)
        self.pace = due.every_days
        self.next_day = day_words(desk.say, due.day, self.day)
        self.state = "start" if not self.entries else "done" if self.entry else "wait" if due.day > self.day else "due"
        asked = alarms_due(view.person, self.entries, rules, self.day)
        # Nobody is asked whether something has changed while it was never asked at all, or while it presses.
        asked = asked and not pressing(view) and not first_open_alarms(view)
        self.topics = desk.knowledge.model.alarm_pages if asked else ()


async def diary(request: Request) -> Response:
    """Today: what is due, what was said, what to do next."""
    desk = desk_of(request)
    now = Today(desk)
    entry, entries, today = now.entry, now.entries, now.day
    since = alarms_since(desk.person(), entries)
    offers = scales_due(desk.person(), scales_of(desk), today) if entry else ()
    return page(
        request,
        "diary.html",
        today=today,
        entry=entry,
        entries=entries,
        recent=[one for one in reversed(entries) if one.day != today][:RECENT],
        wait=now.state == "wait",
        pace=now.pace,
        next_day=now.next_day,
        say_day=lambda day: day_words(desk.say, day, today),
        topics=now.topics,
        since=since and day_words(desk.say, since, today),
        offer=offers[0] if offers else None,
        scales=[one for one in scales_of(desk) if one.given != "check_in"],
        values=said(entry),
        wrong="",
        **_form(desk, entry, entries),
    )


def _form(desk: Desk, entry: CheckIn | None, entries: Sequence[CheckIn]) -> Json:
    """What the form of a check-in shows. Its second half is open for who used it lately."""
    used = [entry] if entry else entries[-LATELY:]
    own = {one.id for one in rules_of(desk).did}
    did = choices_of(desk, "did")
    return {
        "scale": range(PAIN_SCALE + 1),
        "nothing": NOTHING,
        "stopped": choices_of(desk, "stopped"),
        "did": {name: plain for name, plain in did.items() if name in own},
        "care": {name: plain for name, plain in did.items() if name not in own},
        "sleeps": SLEEP,
        "longest_note": rules_of(desk).longest_note,
        "further": any(one.sleep or one.note or one.did is not None for one in used),
    }


def said(entry: CheckIn | None) -> Json:
    """A check-in as the form shows it."""
    one = entry or CheckIn(date.min)
    return {name: getattr(one, name) for name in (*PAIN, *LISTS, "sleep", "note")}


async def day(request: Request) -> Response:
    """The check-in of one day: shown, kept, corrected, or removed."""
    desk = desk_of(request)
    when = day_of(request.path_params["day"])
    today = desk.today()
    if when is None or when > today:
        raise HTTPException(NOT_FOUND)
    entries = check_ins(desk.person())
    entry = next((one for one in entries if one.day == when), None)
    values, wrong = said(entry), ""
    if request.method == "POST":
        form = await form_of(request)
        if form.get("what") == "remove":
            desk.journal.add((CHECK_IN, when.isoformat(), None))
            return go(HOME)
        values, wrong = read(form, desk, entry)
        if not wrong:
            kept = {name: list(one) if isinstance(one, tuple) else one for name, one in values.items()}
            kept = {name: one for name, one in kept.items() if one not in (None, "")}
            desk.journal.add((CHECK_IN, when.isoformat(), kept))
            return go(HOME)
    return page(
        request,
        "diary_day.html",
        WRONG if wrong else 200,
        day=when,
        today=today,
        told=day_words(desk.say, when, today),
        entry=entry,
        values=values,
        wrong=wrong,
        **_form(desk, entry, entries),
    )


def read(form: Mapping[str, str], desk: Desk, entry: CheckIn | None) -> tuple[Json, str]:
    """(the check-in as typed, what is wrong with it)."""
    values: Json = {name: _whole(typed_number(form.get(name, "")), PAIN_SCALE) for name in PAIN}
    for name in LISTS:
        known = choices_of(desk, name)
        ticked = [one for one in known if f"{name}:{one}" in form]
        # What another version knew stays.
        ticked += [one for one in (getattr(entry, name, None) or ()) if one not in known]
        values[name] = tuple(ticked) if ticked or f"{name}:{NOTHING}" in form else None
    values["sleep"] = form.get("sleep") if form.get("sleep") in SLEEP else None
    values["note"] = form.get("note", "").replace("\r\n", "\n").strip()
    if len(values["note"]) > rules_of(desk).longest_note:
        return values, "too_long"
    return values, "no_pain" if all(values[name] is None for name in PAIN) else ""


def _whole(value: float | None, most: float) -> float | None:
    """A number of the scale, without a needless ".0"; None for anything else."""
    if value is None or not 0 <= value <= most:
        return None
    return int(value) if value == int(value) else value


async def another_day(request: Request) -> Response:
    """The day that was chosen, or the same page with what is wrong."""
    desk = desk_of(request)
    when = day_of(request.query_params.get("on", "").strip())
    if when is None or when > desk.today():
        return page(request, "diary_other_day.html", WRONG if "on" in request.query_params else 200,
                    today=desk.today(), wrong="on" in request.query_params)  # fmt: skip
    return go(f"{HOME}/day/{when.isoformat()}")


async def scale(request: Request) -> Response:
    """One scale: its numbers or its total, for a day; and "not now"."""
    desk = desk_of(request)
    one = desk.knowledge.scales.get(request.path_params["scale"])
    if one is None or one.given == "check_in":
        raise HTTPException(NOT_FOUND)
    today = desk.today()
    values: dict[str, str] = {"day": today.isoformat()}
    kept = desk.person().scales.get(f"{one.id}:{today.isoformat()}")
    if isinstance(kept, Mapping) and total_of(one, kept) is not None:
        values |= {name: f"{value:g}" for name, value in (kept.get("items") or kept).items()}
    wrong = ""
    if request.method == "POST":
        values = dict(await form_of(request))
        when = day_of(values.get("day", "").strip())
        if values.get("what") == "later":
            desk.journal.add((SEEN, f"{LATER}{one.id}", today.isoformat()))
            return go(HOME)
        if values.get("what") == "remove":
            if when:
                desk.journal.add((SCALE, f"{one.id}:{when.isoformat()}", None))
            return go(f"{HOME}/scale/{one.id}#earlier")
        value = read_scale(values, one)
        wrong = "day" if when is None else "future" if when > today else "" if value else "missing"
        if when and value and not wrong:
            desk.journal.add((SCALE, f"{one.id}:{when.isoformat()}", value))
            return go(HOME)
    earlier = list(reversed(scores(desk.person(), one)))
    return page(
        request,
        "diary_scale.html",
        WRONG if wrong else 200,
        one=one,
        values=values,
        wrong=wrong,
        scale=range(int(one.low), int(one.high) + 1),
        today=today,
        earlier=[(score, day_words(desk.say, score.day, today)) for score in earlier],
        library=library_of(request),
    )


def read_scale(form: Mapping[str, str], one: Scale) -> Json | None:
    """A score as it is kept; None while a number is missing or does not fit."""
    names = [part.id for part in one.parts] or ["total"]
    numbers = {name: _whole(typed_number(form.get(name, "")), one.high) for name in names}
    value: Json = {"items": numbers} if one.parts else numbers
    return value if total_of(one, value) is not None else None


async def alarms(request: Request) -> Response:
    """Whether an alarm answer has changed. No: it is asked again in a while. Yes: which one."""
    desk = desk_of(request)
    if request.method == "POST":
        form = await form_of(request)
        if form.get("changed") == YES:
            return go(TOPICS)
        if form.get("changed") == NO:
            desk.journal.add((SEEN, ALARMS_AGAIN, desk.today().isoformat()))
        return go(HOME)
    view = desk.view()
    topics = [
        (one, alarm_path(number), bool(open_on(view, one.findings)))
        for number, one in enumerate(desk.knowledge.model.alarm_pages, 1)
    ]
    return page(request, "diary_alarms.html", topics=topics, findings=desk.knowledge.findings)


def course_of(desk: Desk, span: str = "") -> Course:
    """The course, as far back as a span of `SPANS` says."""
    return Course(desk, rules_of(desk), scales_of(desk), choices_of(desk, "did"), span if span in SPANS else "")


async def course(request: Request) -> Response:
    """Everything over time."""
    desk = desk_of(request)
    shown = course_of(desk, request.query_params.get("span", ""))
    return page(
        request,
        "course.html",
        course=shown,
        library=library_of(request),
        number=number,
        span=shown.range_of,
        day=lambda one: day_words(desk.say, one, desk.today()),
    )


routes = [
    Route(HOME, diary),
    Route(f"{HOME}/day", another_day),
    Route(f"{HOME}/day/{{day}}", day, methods=["GET", "POST"]),
    Route(f"{HOME}/scale/{{scale}}", scale, methods=["GET", "POST"]),
    Route(TOPICS, alarms, methods=["GET", "POST"]),
    Route(COURSE, course),
]
