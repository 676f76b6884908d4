"""One question a page, the end of the questions, checks by hand, and two answers that do not fit together."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...frozen import frozen
from ...knowledge.schema import Finding
from ...pathway.interview import (
    EXAMINE,
    FINDINGS,
    NEITHER,
    NEW,
    OLD,
    PRESSING,
    Part,
    find,
    is_alarm,
    reader,
    rivals,
    settle,
    value_of,
    with_part,
)
from ...record.person import CHOICE
from ..desk import FURTHER, Desk, View
from ..render import desk_of, form_of, go, page
from ..steps import (
    ABOUT_FIELDS,
    ABOUT_PAGE,
    DONE,
    HANDS,
    NOW,
    RETURNS,
    SAID,
    WHICH,
    about_words,
    after,
    answered,
    ask_path,
    before,
    came_from,
    entry_of,
    keep,
    next_step,
    path_of,
    pressing,
    take,
    which_path,
)

PERSON, HELPER = "person", "helper"
MOST_CHECKS = 6
UNPROCESSABLE = 422
LONGEST = 200
SEGMENTS = 6


@frozen
class Told:
    """One of two answers that do not fit: the question, and the answer to it."""

    ask: str
    said: str


async def go_on(request: Request) -> Response:
    """To whatever comes next."""
    return go(next_step(desk_of(request).view()))


async def show(request: Request) -> Response:
    """One question, with the answer there is."""
    finding = _finding(request)
    back = came_from(request.query_params)
    if pressing(desk_of(request).view()) and back is None:
        return go(NOW)
    return _page(request, finding, back)


async def answer(request: Request) -> Response:
    """Keep the answer and go on."""
    form = await form_of(request)
    desk, finding, back = desk_of(request), _finding(request), came_from(form)
    word = form.get("said", "")
    if word not in SAID:
        return _page(request, finding, back, missing=True)
    unclear = take(desk, {(FINDINGS, finding.id): SAID[word]}, back)
    return go(unclear or after(desk.view(), back))


def _page(request: Request, finding: Finding, back: str | None, missing: bool = False) -> Response:
    desk = desk_of(request)
    view = desk.view()
    said = answered(view)
    given = finding.id in said
    # The progress is that of the interview, so it stands only on the question that comes next in it.
    progress = view.interview.progress() if ask_path(finding.id) == next_step(view) else None
    causes = desk.knowledge.causes
    return page(
        request,
        "ask.html",
        UNPROCESSABLE if missing else 200,
        finding=finding,
        said=next(word for word, value in SAID.items() if value is said[finding.id]) if given else "",
        missing=missing,
        back=back,
        back_path=RETURNS[back] if back else before(view, finding.id),
        progress=progress,
        # What is settled is filled: a bar that empties would look like time running out.
        filled=SEGMENTS - round(progress.share * SEGMENTS) if progress else 0,
        segments=SEGMENTS,
        by_hand=finding.level == EXAMINE,
        helper=finding.by == HELPER,
        separates=[causes[name] for name in _separates(view, finding)],
    )


def _separates(view: View, finding: Finding) -> tuple[str, ...]:
    """The causes that a yes would tell apart, by everything else that was said."""
    questions = view.interview.questions(without=finding.id, levels=(finding.level,))
    return next((one.separates for one in questions if one.finding == finding.id), ())


async def done(request: Request) -> Response:
    """The end of the questions: what fits, and what could still be added."""
    desk = desk_of(request)
    view = desk.view()
    step = next_step(view)
    if step != DONE:
        return go(step)
    vocabulary = desk.knowledge.findings
    unsure = sum(said is None and is_alarm(vocabulary[name]) for name, said in answered(view).items())
    return page(
        request,
        "ask_done.html",
        little=not view.assessment["speaking"]["enough"],
        more=len(view.interview.others),
        hands=len(_checks(view)),
        unsure=unsure,
        tried=len(view.person.treatments),
    )


async def further(request: Request) -> Response:
    """Ask on, down to what is worth its minute."""
    await form_of(request)
    desk = desk_of(request)
    keep(desk, [(CHOICE, FURTHER, True)])
    return go(next_step(desk.view()))


async def hands(request: Request) -> Response:
    """The checks that a person can do at home, best first, and those that were done."""
    view = desk_of(request).view()
    if pressing(view):
        return go(NOW)
    vocabulary = view.assessor.knowledge.findings
    said = answered(view)
    return page(
        request,
        "ask_hands.html",
        open=[(one, one.by == HELPER) for one in _checks(view)],
        said=[
            (vocabulary[name], next(word for word, value in SAID.items() if value is answer))
            for name, answer in said.items()
            if _at_home(vocabulary[name])
        ],
    )


def _checks(view: View) -> list[Finding]:
    """The best few examinations that this person can do at home; none before an alarm was looked at."""
    if view.triage.urgency in PRESSING:
        return []
    said, vocabulary = answered(view), view.assessor.knowledge.findings
    open_ones = (vocabulary[one.finding] for one in view.interview.questions(levels=(EXAMINE,)))
    return [one for one in open_ones if one.id not in said and _at_home(one)][:MOST_CHECKS]


def _at_home(finding: Finding) -> bool:
    return finding.level == EXAMINE and finding.by in (PERSON, HELPER)


async def which(request: Request) -> Response:
    """Two answers that do not fit together: which one is right? Nothing is kept before that is chosen."""
    return _which(request) or go(_asked_at(request))


async def choose(request: Request) -> Response:
    """Keep what the person chose, and what else was waiting for it."""
    form = await form_of(request)
    desk, right, unclear = desk_of(request), form.get("right", ""), _unclear(request)
    view, (part, value) = desk.view(), next(iter(unclear.items()))
    others = _others(view, part, value)
    if not others:
        return go(_asked_at(request))
    if right not in (NEW, OLD, NEITHER):
        return _which(request, missing=True) or go(_asked_at(request))
    settled = settle(part, value, others, right, said_before=value_of(view.readable, part) is not None)
    taken_back = [(*entry_of(gone, None)[:2], None) for gone in settled.taken_back]
    keep(desk, [*taken_back, *(entry_of(said, what) for said, what in settled.said.items())])
    waiting = {other: what for other, what in unclear.items() if other != part}
    back = came_from(request.query_params)
    return go(take(desk, waiting, back) or after(desk.view(), back))


def _which(request: Request, missing: bool = False) -> Response | None:
    """The page, or None when the answer fits by now or was never possible."""
    desk, unclear = desk_of(request), _unclear(request)
    view, (part, value) = desk.view(), next(iter(unclear.items()))
    others = _others(view, part, value)
    if not others:
        return None
    return page(
        request,
        "which.html",
        UNPROCESSABLE if missing else 200,
        new=_told(desk, part, value),
        old=[_told(desk, other, value_of(view.readable, other)) for other in others],
        address=which_path(unclear, came_from(request.query_params)),
        missing=missing,
    )


def _others(view: View, part: Part, value: Any) -> list[Part]:
    return rivals(with_part(view.readable, part, value), part, reader(view.assessor, view.today)) or []


def _asked_at(request: Request) -> str:
    """The page on which the answer in the address is asked."""
    part = next(iter(_unclear(request)))
    return path_of(desk_of(request).view(), str(part[1])) if part[0] == FINDINGS else ABOUT_PAGE


def _told(desk: Desk, part: Part, value: Any) -> Told:
    if part[0] == FINDINGS:
        finding = find(desk.knowledge.findings, str(part[1]), value)
        return Told(finding.person.ask if finding else str(part[1]), desk.say.ask.answer["yes" if value else "no"])
    return Told(*about_words(desk.say, str(part[0]), value))


def _unclear(request: Request) -> dict[Part, Any]:
    """The answers that an address carries. Raises 404 when it carries none, or one that is none."""
    vocabulary = desk_of(request).knowledge.findings
    unclear: dict[Part, Any] = {}
    for new in request.query_params.getlist("new"):
        name, _, word = new[:LONGEST].partition(":")
        field, _, value = new[:LONGEST].partition("=")
        if name in vocabulary and SAID.get(word) is not None:
            unclear[(FINDINGS, name)] = SAID[word]
        elif field in ABOUT_FIELDS and value:
            unclear[(field,)] = float(value) if field == "age" and value.replace(".", "", 1).isdecimal() else value
        else:
            raise HTTPException(404)
    if not unclear:
        raise HTTPException(404)
    return unclear


def _finding(request: Request) -> Finding:
    finding = desk_of(request).knowledge.findings.get(request.path_params["finding"])
    if finding is None:
        raise HTTPException(404)
    return finding


routes = [
    Route("/ask", go_on),
    Route(DONE, done),
    Route(DONE, further, methods=["POST"]),
    Route(HANDS, hands),
    Route(WHICH, which),
    Route(WHICH, choose, methods=["POST"]),
    Route("/ask/{finding}", show),
    Route("/ask/{finding}", answer, methods=["POST"]),
]
