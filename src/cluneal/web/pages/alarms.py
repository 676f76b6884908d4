"""The alarm questions, a few to a page; and the page that says what should not wait."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...frozen import frozen
from ...knowledge.care import RedFlag
from ...knowledge.schema import AlarmPage
from ...pathway.interview import EMERGENCY, FINDINGS, SAME_DAY, Part, what_fired
from ...record.person import NOT_SURE, SEEN
from ..desk import Desk, View
from ..render import desk_of, form_of, go, page
from ..steps import (
    NO,
    NOW,
    RETURNS,
    SAID,
    after,
    alarm_path,
    answered,
    came_from,
    given_for,
    keep,
    month_words,
    next_step,
    open_on,
    path_of,
    pressing,
    take,
)

SOON = "within_two_weeks"
REST = "rest"
OPEN = "open"


@frozen
class Behind:
    """An answer behind an alarm: what it says, how it was asked, and where it can be changed."""

    label: str
    ask: str
    path: str


async def ask(request: Request) -> Response:
    """A page of alarm questions, with the answers there are. `open` says that it was sent with some left blank."""
    desk = desk_of(request)
    view, (number, here) = desk.view(), _page(desk, request)
    back = came_from(request.query_params)
    if pressing(view) and back is None:
        return go(NOW)
    vocabulary = desk.knowledge.findings
    said = answered(view)
    left = open_on(view, here.findings)
    return page(
        request,
        "alarms.html",
        number=number,
        of=len(desk.knowledge.model.alarm_pages),
        here=here,
        questions=[vocabulary[name] for name in here.findings],
        said={name: _word(said[name]) for name in here.findings if name in said},
        left=[vocabulary[name] for name in left],
        sent=OPEN in request.query_params and bool(left),
        back=back,
        returns=RETURNS,
        rest=REST,
    )


async def answer(request: Request) -> Response:
    """Keep what was answered. "No to all" answers those left blank; blank ones without it are asked about gently."""
    form = await form_of(request)
    desk = desk_of(request)
    number, here = _page(desk, request)
    back = came_from(form)
    rest = form.get(REST, "")
    open_before = open_on(desk.view(), here.findings)
    new: dict[Part, bool | None] = {}
    for name in here.findings:
        word = form.get(name, "")
        if word not in SAID and rest in (NO, NOT_SURE) and name in open_before:
            word = rest
        if word in SAID:
            new[(FINDINGS, name)] = SAID[word]
    unclear = take(desk, new, back)
    view = desk.view()
    if pressing(view):
        return go(NOW)
    if unclear:
        return go(unclear)
    if open_on(view, here.findings):
        return go(f"{alarm_path(number)}?{urlencode({OPEN: '1'} | ({'from': back} if back else {}))}")
    return go(after(view, back))


def _page(desk: Desk, request: Request) -> tuple[int, AlarmPage]:
    pages = desk.knowledge.model.alarm_pages
    wanted = request.path_params["number"]
    if not 1 <= wanted <= len(pages):
        raise HTTPException(404)
    return wanted, pages[wanted - 1]


def _word(said: bool | None) -> str:
    return next(word for word, value in SAID.items() if value is said)


async def now(request: Request) -> Response:
    """What should not wait: what to do, what to tell, and the way to the answers behind it; or that nothing presses."""
    desk = desk_of(request)
    view = desk.view()
    fired = {urgency: _of(view, urgency) for urgency in (EMERGENCY, SAME_DAY, SOON)}
    most = next((urgency for urgency, rules in fired.items() if rules), "none")
    rules = fired.get(most, [])
    unscreened = [rule for rule in view.triage.fired if rule.unless_known]
    return page(
        request,
        "now.html",
        most=most,
        fired=fired,
        told=list(dict.fromkeys(rule.person for rule in rules)),
        behind=_behind(view, [*fired[EMERGENCY], *fired[SAME_DAY]] or rules),
        unscreened=unscreened
        and next(
            (
                alarm_path(number)
                for number, one in enumerate(desk.knowledge.model.alarm_pages, 1)
                if any(not view.findings.known(name) for name in one.findings)
            ),
            None,
        ),
        stopped=bool(pressing(view)),
        case=view.case,
        since=view.case.started and month_words(desk.say, view.case.started),
        path_now=NOW,
    )


async def passed(request: Request) -> Response:
    """The person has read it and goes on all the same."""
    await form_of(request)
    desk = desk_of(request)
    ids = [rule.id for rule in desk.view().triage.fired if rule.urgency == EMERGENCY]
    keep(desk, [(SEEN, "now", ids)])
    return go(next_step(desk.view()))


def _of(view: View, urgency: str) -> list[RedFlag]:
    return [rule for rule in view.triage.fired if rule.urgency == urgency and not rule.unless_known]


def _behind(view: View, rules: list[RedFlag]) -> list[Behind]:
    """The answers by which the rules fire, each once, with the page on which it can be changed."""
    vocabulary = view.assessor.knowledge.findings
    found: dict[str, None] = {}
    for rule in rules:
        for name in what_fired(rule, view.findings):
            found |= dict.fromkeys(given_for(view, name) or [name])
    return [Behind(vocabulary[name].label, vocabulary[name].person.ask, path_of(view, name)) for name in found]


routes = [
    Route("/alarms/{number:int}", ask),
    Route("/alarms/{number:int}", answer, methods=["POST"]),
    Route(NOW, now),
    Route(NOW, passed, methods=["POST"]),
]
