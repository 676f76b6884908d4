"""Where it hurts, where it spreads, and how it feels there: tapped, typed, chosen from a list, or measured."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ...anatomy import Body, Mark
from ...anatomy.drawing import Layer
from ...anatomy.tap import tap_of
from ...frozen import frozen
from ...pathway.case import PAIN_SCALE
from ...record import Given
from ...record.person import ABOUT, MARK, SEEN, WORST
from ..desk import Desk
from ..map import (
    BOTH,
    CHOOSE,
    LEFT,
    LEGS,
    MIDDLE,
    MM_A_CM,
    NERVES,
    PLAIN,
    RIGHT,
    SIDES,
    UPS,
    BadPlace,
    Map,
    Place,
    first_upper,
    plain_of,
    renewed,
    stylesheet_of_pages,
    typed,
)
from ..render import desk_of, form_of, go, page
from ..steps import NOW, after, came_from, keep, pressing

HOME, MORE, SPREAD = "/place", "/place/more", "/place/spread"
UNUSABLE = 422
MOST_MARKS = 12
KEY = re.compile(r"[a-z0-9-]{1,40}")
FIELDS = ("side", "x", "y", "up", "region", "region_side", "height_cm", "psis_distance_mm")
SPREAD_SEEN, PLACE_SEEN = "spread", "place"
YES, NO = "yes", "no"

Json = dict[str, Any]


@frozen
class Task:
    """What a page marks: the worst place, another that hurts as much, or one that the pain spreads to."""

    name: str
    path: str
    key: str
    spread: bool = False
    old: Mark | None = None


# What is known


def _map(desk: Desk) -> Map:
    return Map(desk.knowledge.anatomy, desk.view().case.body, desk.say)


def _marks(desk: Desk) -> dict[str, Mark]:
    """The marks that can be read, the worst first, by their key in the journal."""
    view = desk.view()
    unread = {key for kind, key in view.unread if kind == MARK}
    keys = [key for key in view.person.marks if key != WORST and key not in unread]
    found = dict(zip(keys, view.case.other_marks, strict=True))
    return {WORST: view.case.mark, **found} if view.case.mark else found


def _places(desk: Desk) -> list[Place]:
    drawn = _map(desk)
    return [drawn.place(key, mark) for key, mark in _marks(desk).items()]


def _new_key() -> str:
    """A key that stands in the form, so that a form sent twice keeps one mark."""
    return f"place-{secrets.token_hex(6)}"


def _known_key(desk: Desk, key: str) -> Mark:
    mark = _marks(desk).get(key)
    if mark is None:
        raise HTTPException(404)
    return mark


def _task(request: Request, key: str | None = None) -> Task:
    """The task of this page. `key`: the one that the form carries."""
    path = request.url.path
    marks = _marks(desk_of(request))
    if path == HOME:
        return Task("worst", HOME, WORST, old=marks.get(WORST))
    if path in (MORE, SPREAD):
        fits = key is not None and key != WORST and KEY.fullmatch(key) is not None
        name = str(key) if fits else _new_key()
        return Task("spread" if path == SPREAD else "more", path, name, path == SPREAD, marks.get(name))
    name = request.path_params["key"]
    old = _known_key(desk_of(request), name)
    if name == WORST:
        return Task("worst", HOME, WORST, old=old)
    return Task("spread" if old.spread else "more", path, name, old.spread, old)


# The page with the map


async def show(request: Request) -> Response:
    """The map, with what is marked, and every other way to say a place."""
    task, desk, back = _task(request), desk_of(request), came_from(request.query_params)
    if _stopped(desk, back):
        return go(NOW)
    if task.path == SPREAD and WORST not in _marks(desk) and PLACE_SEEN not in desk.person().seen:
        return go(HOME)
    given = _map(desk).given_for(task.old) if task.old else {}
    return _page(request, task, given, back)


def _stopped(desk: Desk, back: str | None) -> bool:
    """An emergency comes before the places, except for whoever corrects an answer."""
    return back is None and bool(pressing(desk.view()))


async def save(request: Request) -> Response:
    """Keep the place, or say what is wrong with it and keep what was typed."""
    form = await form_of(request)
    task, desk, back = _task(request, form.get("key")), desk_of(request), came_from(form)
    given = {name: typed(form, name) for name in FIELDS} | {"way": typed(form, "way")}
    try:
        if task.old is None and len(_marks(desk)) >= MOST_MARKS and task.key != WORST:
            raise BadPlace("map", desk.say.place.bad.many(most=MOST_MARKS))
        mark = _map(desk).mark_of(given)
    except BadPlace as problem:
        return _page(request, task, given, back, problem)
    entries: list[Given] = [(MARK, task.key, plain_of(renewed(mark, task.old, task.spread)))]
    # "It does not spread" no longer holds.
    if task.spread and SPREAD_SEEN in desk.person().seen:
        entries.append((SEEN, SPREAD_SEEN, YES))
    keep(desk, entries)
    return go(_link(_next_of(task), back))


def _next_of(task: Task) -> str:
    return SPREAD if task.spread else f"/place/feel/{task.key}"


def _link(path: str, back: str | None) -> str:
    return f"{path}?from={back}" if back else path


def _page(
    request: Request, task: Task, given: Mapping[str, str], back: str | None, problem: BadPlace | None = None
) -> Response:
    desk = desk_of(request)
    drawn, places = _map(desk), _places(desk)
    nerves = request.query_params.get("nerves") == YES
    here = next((one for one in places if one.key == task.key), None)
    regions = desk.knowledge.anatomy.regions
    return page(
        request,
        "place.html",
        UNUSABLE if problem else 200,
        task=task,
        given=dict.fromkeys(FIELDS, "") | dict(given),
        back=back,
        problem=problem,
        places=places,
        here=here,
        spreads=[one for one in places if one.kind == "spread"],
        picture=drawn.picture([one.located for one in places if one.located], _layers(task.spread, nerves)),
        at=tap_of(here.located) if here and here.located else None,
        nerves=nerves,
        link=_link,
        unit=1 / drawn.scale,
        behind=sorted((one for one in regions if one.surface == "posterior"), key=lambda one: -one.y),
        elsewhere=[one for one in regions if one.surface != "posterior"],
        first_upper=first_upper,
        reference=f"{desk.knowledge.anatomy.frame.reference_height_cm:g}",
        sides=SIDES,
        ups=UPS,
        choosing=given.get("way") == CHOOSE or (not problem and bool(given.get("region"))),
        height=_number(desk.person().about.get("height_cm")),
        words_of=_described(request),
    )


def _layers(spread: bool, nerves: bool) -> tuple[Layer, ...]:
    """More of the body for what may run down the leg; the nerves on request."""
    return (*(NERVES if nerves else PLAIN), *(LEGS if spread else ()))


def _number(value: object) -> str:
    return f"{value:g}" if isinstance(value, (int, float)) else ""


def _described(request: Request) -> Any:
    """A function that says how strong a pain is and what it feels like, for a list."""
    desk = desk_of(request)
    plain = {one.id: one.plain for one in desk.knowledge.anatomy.characters}
    say = desk.say.place

    def described(one: Place) -> str:
        parts = [] if one.mark.intensity is None else [say.out_of(n=f"{one.mark.intensity:g}", most=PAIN_SCALE)]
        parts += [plain[word] for word in one.mark.character]
        parts += [say.measured] if one.mark.measured else []
        return " · ".join(parts)

    return described


async def live(request: Request) -> Response:
    """What a tap, or what is typed so far, comes to; the page draws and says exactly this."""
    query, desk = request.query_params, desk_of(request)
    key, spread = query.get("key", WORST), query.get("spread") == YES
    return JSONResponse(_map(desk).live(query, _marks(desk), key, spread, _layers(spread, query.get("nerves") == YES)))


async def stylesheet(_: Request) -> Response:
    """The look of the drawing."""
    return Response(stylesheet_of_pages(), media_type="text/css")


# How it feels there


async def feel(request: Request) -> Response:
    """How strong the pain is at one place, and what it is like."""
    back = came_from(request.query_params)
    if _stopped(desk_of(request), back):
        return go(NOW)
    desk, key = desk_of(request), request.path_params["key"]
    mark, drawn = _known_key(desk, key), _map(desk)
    place = drawn.place(key, mark)
    return page(
        request,
        "place_feel.html",
        place=place,
        back=back,
        link=_link,
        picture=drawn.picture([place.located] if place.located else [], ("bones",)),
        blur=drawn.blur_cm(mark) if mark.x_mm is not None else "",
        scores=range(PAIN_SCALE + 1),
        characters=desk.knowledge.anatomy.characters,
        first_upper=first_upper,
        most=PAIN_SCALE,
        on=_after_feel(desk, key, back),
    )


async def save_feel(request: Request) -> Response:
    """Keep them. What is not a number from 0 to 10 is "cannot say"."""
    form = await form_of(request)
    desk, key, back = desk_of(request), request.path_params["key"], came_from(form)
    mark = _known_key(desk, key)
    said = form.get("intensity", "")
    intensity = float(said) if said in {str(one) for one in range(PAIN_SCALE + 1)} else None
    character = tuple(one.id for one in desk.knowledge.anatomy.characters if form.get(f"is-{one.id}"))
    keep(desk, [(MARK, key, plain_of(replace(mark, intensity=intensity, character=character)))])
    return go(_after_feel(desk, key, back))


def _after_feel(desk: Desk, key: str, back: str | None) -> str:
    """Back to where it was opened from; else the spread is asked for, which lists every place."""
    return after(desk.view(), back) if back else SPREAD


# Answers about the places


async def remove(request: Request) -> Response:
    """Take a mark back."""
    form = await form_of(request)
    desk, key, back = desk_of(request), form.get("key", ""), came_from(form)
    marks = desk.person().marks
    if key in marks:
        entries: list[Given] = [(MARK, key, None)]
        if marks[key].get("spread") and not any(one.get("spread") for other, one in marks.items() if other != key):
            entries.append((SEEN, SPREAD_SEEN, None))
        keep(desk, entries)
    return go(_link(HOME if key == WORST else SPREAD, back))


async def skip(request: Request) -> Response:
    """Nobody has to know where it hurts."""
    form = await form_of(request)
    desk = desk_of(request)
    keep(desk, [(SEEN, PLACE_SEEN, True)])
    return go(after(desk.view(), came_from(form)))


async def spread_done(request: Request) -> Response:
    """It does not spread, or every place it spreads to is marked."""
    form = await form_of(request)
    desk = desk_of(request)
    spreads = any(mark.spread for mark in _marks(desk).values())
    keep(desk, [(SEEN, SPREAD_SEEN, YES if spreads else NO)])
    return go(after(desk.view(), came_from(form)))


async def save_size(request: Request) -> Response:
    """Fit the map to this person's height."""
    form = await form_of(request)
    desk, back = desk_of(request), came_from(form)
    try:
        size = _map(desk).size({"height_cm": typed(form, "height_cm")})
    except BadPlace as problem:
        task = Task("worst", HOME, WORST, old=_marks(desk).get(WORST))
        return _page(request, task, {"height_cm": typed(form, "height_cm")}, back, problem)
    keep(desk, [(ABOUT, "height_cm", size.get("height_cm"))])
    return go(_link(HOME, back))


# With a tape


async def measure(request: Request) -> Response:
    """How to find the dimples and measure, step by step, with a picture."""
    desk, key, back = desk_of(request), request.query_params.get("key", WORST), came_from(request.query_params)
    if _stopped(desk, back):
        return go(NOW)
    old = _marks(desk).get(key)
    if key != WORST and old is None:
        raise HTTPException(404)
    drawn, about = _map(desk), desk.person().about
    given = drawn.given_for(old) if old else {}
    given |= {"height_cm": _number(about.get("height_cm"))}
    if isinstance(distance := about.get("psis_distance_mm"), (int, float)):
        given["psis_distance_mm"] = _number(distance / MM_A_CM)
    return _measure(request, key, given, back)


def _measure(
    request: Request, key: str, given: Mapping[str, str], back: str | None, problem: BadPlace | None = None
) -> Response:
    desk = desk_of(request)
    drawn, marks = _map(desk), _marks(desk)
    own = drawn.place(key, marks[key]) if key in marks and marks[key].x_mm is not None else None
    located = own.located if own else None
    if located is None or located.x == 0:
        # Any place off the middle shows how; this one is the middle of the buttock.
        example = next(one for one in desk.knowledge.anatomy.regions if one.id == "mid_buttock")
        located, own = drawn.located(Mark(RIGHT, region=example.id)), None
    tape, tap = (drawn.blur_cm(Mark(measured=one)) for one in (True, False))
    return page(
        request,
        "place_measure.html",
        UNUSABLE if problem else 200,
        key=key,
        given=dict.fromkeys(FIELDS, "") | dict(given),
        back=back,
        problem=problem,
        link=_link,
        example=own is None,
        picture=drawn.picture([located], ("bones", "measure")),
        sides=(LEFT, RIGHT, MIDDLE),
        ups=UPS,
        tape=tape,
        tap=tap,
    )


async def save_measure(request: Request) -> Response:
    """Keep a measured place and, where they were given, the sizes that make the map fit."""
    form = await form_of(request)
    desk, key, back = desk_of(request), form.get("key", WORST), came_from(form)
    marks = _marks(desk)
    if key != WORST and key not in marks:
        raise HTTPException(404)
    given = {name: typed(form, name) for name in FIELDS}
    try:
        if given["side"] == BOTH:
            raise BadPlace("side", desk.say.place.bad.no_side)
        size = _map(desk).size(given)
        body = Body(size.get("height_cm"), size.get("psis_distance_mm"))
        mark = Map(desk.knowledge.anatomy, body, desk.say).mark_of(given | {"way": "type"})
    except BadPlace as problem:
        return _measure(request, key, given, back, problem)
    old = marks.get(key, Mark())
    mark = replace(mark, measured=True, intensity=old.intensity, character=old.character, spread=old.spread)
    sizes = [(ABOUT, name, size.get(name)) for name in ("height_cm", "psis_distance_mm")]
    keep(desk, [*sizes, (MARK, key, plain_of(mark))])
    return go(_link(f"/place/feel/{key}", back))


routes = [
    Route(HOME, show),
    Route(HOME, save, methods=["POST"]),
    Route(MORE, show),
    Route(MORE, save, methods=["POST"]),
    Route(SPREAD, show),
    Route(SPREAD, save, methods=["POST"]),
    Route("/place/mark/{key}", show),
    Route("/place/mark/{key}", save, methods=["POST"]),
    Route("/place/feel/{key}", feel),
    Route("/place/feel/{key}", save_feel, methods=["POST"]),
    Route("/place/measure", measure),
    Route("/place/measure", save_measure, methods=["POST"]),
    Route("/place/remove", remove, methods=["POST"]),
    Route("/place/skip", skip, methods=["POST"]),
    Route("/place/spread/done", spread_done, methods=["POST"]),
    Route("/place/size", save_size, methods=["POST"]),
    Route("/place/words", live),
    Route("/place/pelvis.css", stylesheet),
]
