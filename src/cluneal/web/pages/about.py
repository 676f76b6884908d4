"""About the person: age, sex, since when, and who looks after the pain. All of it can be skipped."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...knowledge.schema import StartedChoice
from ...language import Words
from ...pathway.case import DAYS_A_MONTH, DEFAULT_SETTING, OLDEST
from ...pathway.interview import PRESSING, Part, is_alarm
from ...record.person import ABOUT, SEEN
from ..desk import Desk, View
from ..render import desk_of, form_of, go, page
from ..steps import NOW, after, answered, came_from, pressing, take

AGE, SEX, STARTED, SETTING = "age", "sex", "started", "setting"
SINCE, MONTH = "since", "month"
DATE, UNKNOWN = "date", "unknown"
SEXES = ("f", "m")
BAD_REQUEST = 422
LONGEST = 20


class Unusable(Exception):
    """A field that cannot be taken; the message is for the person."""


async def show(request: Request) -> Response:
    """The form, with what is known."""
    view = desk_of(request).view()
    back = came_from(request.query_params)
    if pressing(view) and back is None:
        return go(NOW)
    return _page(request, _known(view), back)


async def keep(request: Request) -> Response:
    """Take what was given; what cannot be read is said, and stays in the form."""
    form = await form_of(request)
    desk = desk_of(request)
    view = desk.view()
    given = {name: form.get(name, "").strip()[:LONGEST] for name in (AGE, SEX, SINCE, MONTH, SETTING)}
    if not given[SINCE] and given[MONTH]:
        given[SINCE] = DATE
    back = came_from(form)
    problems: list[str] = []
    new: dict[Part, Any] = {}
    for name, read in ((AGE, _age), (SEX, _sex), (STARTED, _started), (SETTING, _setting)):
        try:
            new[(name,)] = read(given, desk, new)
        except Unusable as problem:
            problems.append(str(problem))
    if problems:
        return _page(request, given, back, problems)
    changed = {part: value for part, value in new.items() if value != view.person.about.get(str(part[0]))}
    unclear = take(desk, changed, back, [(SEEN, ABOUT, {SINCE: given[SINCE]})])
    return go(unclear or after(desk.view(), back))


def _page(request: Request, given: Mapping[str, str], back: str | None, problems: list[str] | None = None) -> Response:
    desk = desk_of(request)
    view, settings = desk.view(), desk.knowledge.model
    first = ABOUT not in view.person.seen
    alarms = {name: said for name, said in answered(view).items() if is_alarm(desk.knowledge.findings[name])}
    return page(
        request,
        "about.html",
        BAD_REQUEST if problems else 200,
        given=given,
        problems=problems or [],
        back=back,
        sexes=SEXES,
        choices=settings.started_choices,
        settings=settings.settings,
        unsure=sum(said is None for said in alarms.values()),
        after_alarms=first and bool(alarms) and view.triage.urgency not in PRESSING,
        example=_example(desk.today()),
        last_month=f"{desk.today():%Y-%m}",
        oldest=OLDEST,
        last_alarms=len(settings.alarm_pages),
    )


def _known(view: View) -> dict[str, str]:
    """What is known, as the form shows it."""
    about, seen = view.person.about, view.person.seen.get(ABOUT)
    known = {
        name: f"{about[name]:g}" if name == AGE else str(about[name]) for name in (AGE, SEX, SETTING) if name in about
    }
    started = view.case.started
    since = seen.get(SINCE, "") if isinstance(seen, dict) else ""
    if started and not _choice(view, since):
        known |= {SINCE: DATE, MONTH: f"{started:%Y-%m}"}
    elif since:
        known[SINCE] = since
    return known


def _choice(view: View, id: str) -> StartedChoice | None:
    return next((one for one in view.assessor.knowledge.model.started_choices if one.id == id), None)


def _age(given: Mapping[str, str], desk: Desk, _: Mapping[Part, Any]) -> float | None:
    said = given[AGE].replace(",", ".")
    if not said:
        return None
    try:
        age = float(said)
    except ValueError:
        age = -1.0
    if not 0 <= age <= OLDEST:
        raise Unusable(desk.say.about.bad.age(oldest=OLDEST))
    return int(age) if age.is_integer() else age


def _sex(given: Mapping[str, str], _: Desk, __: Mapping[Part, Any]) -> str | None:
    return given[SEX] if given[SEX] in SEXES else None


def _setting(given: Mapping[str, str], desk: Desk, _: Mapping[Part, Any]) -> str | None:
    known, before = given[SETTING], desk.person().about.get(SETTING)
    # Where most people are is taken when nothing is said, and needs no entry.
    if known not in desk.knowledge.model.settings or (before is None and known == DEFAULT_SETTING):
        return before
    return known


def _started(given: Mapping[str, str], desk: Desk, new: Mapping[Part, Any]) -> str | None:
    view, since = desk.view(), given[SINCE]
    choice = _choice(view, since)
    if choice:
        kept, seen = view.case.started, view.person.seen.get(ABOUT)
        # The same rough answer again keeps its day: the pain has grown older since.
        if kept and isinstance(seen, dict) and seen.get(SINCE) == since:
            return kept.isoformat()
        return (desk.today() - timedelta(days=round(choice.taken_as * DAYS_A_MONTH))).isoformat()
    if since != DATE:
        return None
    return _month(given[MONTH], desk.today(), new.get((AGE,)), desk.say.about.bad)


def _month(said: str, today: date, age: float | None, bad: Words) -> str | None:
    if not said:
        return None
    year, _, month = said.replace("/", "-").replace(".", "-").partition("-")
    # Whoever types it may begin with the month.
    if len(year) <= 2:
        year, month = month, year
    try:
        started = date(int(year), int(month), 1)
    except ValueError:
        raise Unusable(bad.month(example=_example(today))) from None
    if started > today:
        raise Unusable(bad.future)
    if today.year - started.year > OLDEST:
        raise Unusable(bad.too_long(oldest=OLDEST))
    if age is not None and today.year - started.year > age + 1:
        raise Unusable(bad.before_birth)
    return started.isoformat()


def _example(today: date) -> str:
    return f"{today.year - 1}-03"


routes = [Route("/about", show), Route("/about", keep, methods=["POST"])]
