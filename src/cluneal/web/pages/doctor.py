"""The page for the doctor: what goes in, how it looks, and the page itself as PDF, as a web page and as a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...frozen import frozen
from ...record.person import ABOUT, CHOICE
from ...visit import ASKED_FOR, PAPERS, PARTS, Choice, Visit, choose, packet, pdf, pictures
from ...visit.choice import LONGEST_NAME, PAGE_ONE
from ...visit.story import located_marks
from ..course_packet import noted, on_paper
from ..course_shown import Course
from ..desk import Desk, View
from ..map import NERVES, Map
from ..render import desk_of, form_of, go, page
from .diary import course_of

PATH, PDF, PAGE, PICTURE, CASE = "/doctor", "/doctor.pdf", "/doctor/page", "/doctor/preview.png", "/case.json"
THEN = {"pdf": PDF, "page": PAGE, "see": PATH}
KEPT = "packet"
TREATMENTS = "treatments"
# Where paper is Letter, as browsers name the regions.
LETTER_REGIONS = ("-us", "-ca", "-mx")
UNTAKEN = 422
# What a web page shows of each list before "and 4 more"; the rest stands further down.
SHOWN = {"causes": 3, "reasons": 3, "rules": 3, "tests": 3, "flags": 12}

Json = dict[str, Any]


@frozen
class Wanted:
    """What goes on the page, on which paper, and whether the name is kept."""

    choice: Choice
    paper: str
    kept_name: str = ""


def wanted(request: Request) -> Wanted:
    """As it was chosen last; a name in the address is for this one page."""
    desk = desk_of(request)
    kept = desk.person().choices.get(KEPT)
    kept = kept if isinstance(kept, dict) else {}
    left = kept.get("leave_out")
    leave_out = [part for part in left if part in PARTS] if isinstance(left, list) else []
    asked = kept.get("also")
    also = [part for part in asked if part in ASKED_FOR] if isinstance(asked, list) else []
    name, paper = kept.get("name"), kept.get("paper")
    kept_name = name if isinstance(name, str) else ""
    return Wanted(
        choose(leave_out, request.query_params.get("name", kept_name), also),
        paper if paper in PAPERS else _usual_paper(request),
        kept_name,
    )


def _usual_paper(request: Request) -> str:
    first = request.headers.get("accept-language", "").split(",")[0].split(";")[0].strip().lower()
    return "letter" if first.endswith(LETTER_REGIONS) else "a4"


def visit_of(desk: Desk, course: Course) -> Visit:
    """What the journal says now, as the page takes it."""
    view = desk.view()
    return Visit(
        view.case,
        view.findings,
        view.assessment,
        desk.knowledge,
        view.today,
        _since(desk, view),
        on_paper(course, desk),
        noted(view.person),
    )


def empty_parts(desk: Desk) -> set[str]:
    """Parts of which there is nothing to show: no diary, no notes."""
    found = {"course": course_of(desk).empty, "notes": not noted(desk.person())}
    return {part for part, empty in found.items() if empty}


def _since(desk: Desk, view: View) -> str:
    """The rough answer that the day of the case stands for."""
    seen = view.person.seen.get(ABOUT)
    said = seen.get("since") if isinstance(seen, dict) else None
    return next((one.plain for one in desk.knowledge.model.started_choices if one.id == said), "")


async def doctor(request: Request) -> Response:
    """What would make it better, what goes in, and how it looks."""
    return _doctor(request, wanted(request))


def _doctor(request: Request, now: Wanted, problem: str = "", typed: str | None = None) -> Response:
    desk = desk_of(request)
    name = now.choice.name if typed is None else typed
    return page(
        request,
        "doctor.html",
        UNTAKEN if problem else 200,
        better=list(_better(desk)),
        urgent=desk.view().triage.urgency,
        parts=now.choice.parts,
        first_page=PAGE_ONE,
        later_pages=[part for part in (*PARTS, *ASKED_FOR) if part not in PAGE_ONE],
        hidden=empty_parts(desk),
        papers=list(PAPERS),
        paper=now.paper,
        name=name,
        keep=bool(now.kept_name),
        longest=LONGEST_NAME,
        picture=_with_name(PICTURE, now),
        pdf=_with_name(PDF, now),
        problem=problem,
    )


def _with_name(path: str, now: Wanted) -> str:
    """The address, with the name where it is not kept."""
    name = now.choice.name
    return path if name == now.kept_name else f"{path}?{urlencode({'name': name})}"


def _better(desk: Desk) -> Iterator[tuple[str, str]]:
    """(where, what) would make the page say more, most important first."""
    view, words = desk.view(), desk.say.doctor.better_parts
    missing = sum(name not in view.person.answers for name in view.assessment["triage"]["not_asked"])
    if missing:
        yield "/ask", words.alarms_one if missing == 1 else words.alarms(count=missing)
    if view.case.mark is None:
        yield "/place", words.place
    if not missing and not view.assessment["speaking"]["enough"]:
        yield "/ask", words.few
    if not view.person.treatments and TREATMENTS not in view.person.seen:
        yield "/treatments?from=doctor", words.tried


async def choice(request: Request) -> Response:
    """Keep what goes in, and go on to what was asked for."""
    desk, form = desk_of(request), await form_of(request)
    words = desk.say.doctor
    parts = tuple(part for part in (*PARTS, *ASKED_FOR) if form.get(f"part:{part}") == "yes")
    paper = form.get("paper", "")
    name = " ".join(form.get("name", "").split())
    now = Wanted(
        Choice(parts, name), paper if paper in PAPERS else _usual_paper(request), name if form.get("keep") else ""
    )
    if not set(parts) - empty_parts(desk):
        return _doctor(request, now, words.problem_parts)
    if len(name) > LONGEST_NAME:
        return _doctor(request, now, words.problem_name(longest=LONGEST_NAME))
    kept: Json = {"leave_out": [part for part in PARTS if part not in parts], "paper": now.paper}
    if also := [part for part in ASKED_FOR if part in parts]:
        kept["also"] = also
    desk.journal.add((CHOICE, KEPT, kept | ({"name": now.kept_name} if now.kept_name else {})))
    return go(_with_name(THEN.get(form.get("then", ""), PATH), now))


def _packet(request: Request) -> tuple[Json, Wanted]:
    now, desk = wanted(request), desk_of(request)
    return packet(visit_of(desk, course_of(desk)), now.choice, desk.language), now


async def as_pdf(request: Request) -> Response:
    """The PDF, shown in the browser; saved, it carries its day."""
    made, now = _packet(request)
    file = f"{desk_of(request).say.packet.file}-{made['day']}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{file}"'}
    return Response(await run_in_threadpool(pdf, made, now.paper), media_type="application/pdf", headers=headers)


async def picture(request: Request) -> Response:
    """Page one of the PDF as a picture."""
    made, now = _packet(request)
    pages = await run_in_threadpool(pictures, made, now.paper)
    return Response(pages[0], media_type="image/png")


async def as_page(request: Request) -> Response:
    """The same words as a web page."""
    now, desk = wanted(request), desk_of(request)
    course = course_of(desk)
    visit = visit_of(desk, course)
    made = packet(visit, now.choice, desk.language)
    located = [one for _, one in located_marks(visit)]
    drawn = Map(desk.knowledge.anatomy, desk.view().case.body, desk.say).picture(located, NERVES)
    return page(
        request,
        "doctor_page.html",
        packet=made,
        drawn=drawn,
        over_time=course.pictures() if made["course"] else (),
        shown=SHOWN,
        back=_with_name(PATH, now),
        pdf=_with_name(PDF, now),
    )


async def as_file(request: Request) -> Response:
    """Everything said, as a case that can be read back in and that `cluneal assess` takes."""
    view = desk_of(request).view()
    file = f"cluneal-{view.today.isoformat()}.json"
    return Response(
        json.dumps(view.readable, indent=2, ensure_ascii=False),
        media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{file}"'},
    )


routes = [
    Route(PATH, doctor),
    Route(PATH, choice, methods=["POST"]),
    Route(PDF, as_pdf),
    Route(PICTURE, picture),
    Route(PAGE, as_page),
    Route(CASE, as_file),
]
