"""The queue of a screening in the browser: one page a person, an answer saved at once, and what the answers come to.

A small app of its own, behind the same door as the person's: only this machine, only with the key. Everything in
records may be hostile, so nothing of them is ever more than text.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import State
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from ..knowledge.draws import Draws
from ..knowledge.schema import Knowledge
from ..language import words
from ..pathway import Assessor, frequency
from ..population import review as kept
from ..population.queue import QUEUE
from ..population.recalibrate import Recalibration, recalibrate
from ..population.review import ANSWERS, SITE_FILE, Queue, Unsaved, precision, reviewed, should_stop, subgroups
from ..population.score import PERSON
from ..population.summary import SMALL
from ..reasoning.calibrate import CannotCalibrate
from . import charts
from .app import FILES
from .guard import FORM_FIELD, OPEN, STATIC, Guard, Keys, cookie_name
from .render import BadForm, environment, form_of, go
from .trail import Entry, drawn, entries

Row = dict[str, Any]
OTHERS_SHOWN = 8
NOT_FOUND, BAD, REFUSED, UNSAVED, BROKEN = 404, 400, 403, 503, 500


class Office:
    """What every page works with: one queue, the knowledge, and the floor that was set."""

    def __init__(
        self,
        queue: Queue,
        knowledge: Knowledge,
        draws: Draws,
        floor: float,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        self.queue = queue
        self.knowledge = knowledge
        self.floor = floor
        self.now = now
        options = queue.run["options"]
        self.model = Assessor(knowledge, draws, options["prior"]).model(options["setting"])
        self.say = words()
        self._fitted: tuple[tuple[tuple[int, str], ...], Recalibration | str] | None = None

    def person(self, place: int) -> Row:
        """Who stands at a place, from 1. Raises HTTPException (404)."""
        if not 1 <= place <= len(self.queue.people):
            raise HTTPException(NOT_FOUND)
        return self.queue.people[place - 1]

    def next_open(self, after: int = 0) -> int | None:
        """The next place nobody answered for: past `after`, else from the start; None when all are done."""
        latest = self.queue.reviews.latest()
        open_places = [place for place, one in enumerate(self.queue.people, 1) if one[PERSON] not in latest]
        return next((place for place in open_places if place > after), open_places[0] if open_places else None)

    def fitted(self) -> Recalibration | str:
        """What the reviews say of the power and the prior, or why they cannot yet."""
        key = tuple(sorted((one.person, one.answer) for one in self.queue.reviews.latest().values()))
        if self._fitted is None or self._fitted[0] != key:
            try:
                found: Recalibration | str = recalibrate(self.model, self.queue)
            except CannotCalibrate as problem:
                found = str(problem)
            self._fitted = (key, found)
        return self._fitted[1]


def review_app(office: Office, keys: Keys, port: int) -> ASGIApp:
    """The application, to be served on `port` of the loopback address."""
    made = Starlette(
        routes=[
            Route(OPEN, enter),
            Route("/", the_queue),
            Route("/person/{place:int}", person, methods=["GET"]),
            Route("/person/{place:int}", answer, methods=["POST"]),
            Route("/so-far", so_far, methods=["GET"]),
            Route("/so-far", write_site, methods=["POST"]),
            Mount(STATIC.rstrip("/"), StaticFiles(directory=FILES)),
        ],
        exception_handlers={HTTPException: _http, BadForm: _bad_form, Unsaved: _unsaved, Exception: _broken},
    )
    made.state = State({"office": office, "keys": keys, "port": port})

    def refuse(status: int, why: str) -> Response:
        told = office.say.door[why]
        return _problem(office, status, told.title, told.text)

    files = (file.relative_to(FILES).as_posix() for file in FILES.rglob("*") if file.is_file())
    return Guard(made, keys, port, (OPEN, *(STATIC + file for file in files)), refuse)


def office_of(request: Request) -> Office:
    """The office behind this request."""
    office: Office = request.app.state.office
    return office


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page of the review."""
    office = office_of(request)
    shared = {
        "say": office.say,
        "path": request.url.path,
        "synthetic": office.queue.run["synthetic"],
        "form_field": FORM_FIELD,
        "form_sign": request.app.state.keys.form,
    }
    return HTMLResponse(environment().get_template(f"review/{template}").render(**shared, **values), status)


async def enter(request: Request) -> Response:
    """Exchange the token of the address for the cookie, as at the person's own door."""
    keys: Keys = request.app.state.keys
    office, name = office_of(request), cookie_name(request.app.state.port)
    inside = Keys.same(request.cookies.get(name), keys.session)
    if not keys.opens(request.query_params.get("token")) and not inside:
        told = office.say.door.no_key
        return _problem(office, 401, told.title, told.text)
    opened = HTMLResponse(environment().get_template("open.html").render(say=office.say))
    opened.set_cookie(name, keys.session, httponly=True, samesite="strict", path="/")
    return opened


async def the_queue(request: Request) -> Response:
    """Everybody in the order of reading, with how far the review has come."""
    office = office_of(request)
    latest = office.queue.reviews.latest()
    rows = [
        {
            **one,
            "review": latest.get(one[PERSON]),
            "chance": frequency(one["cluneal"], one["cluneal_low"], one["cluneal_high"]),
        }
        for one in office.queue.people
    ]
    own = [one for one in rows if one["part"] == QUEUE]
    return page(
        request,
        "queue.html",
        flagged=[one for one in own if one["red_flags"]],
        rest=[one for one in own if not one["red_flags"]],
        near=[one for one in rows if one["part"] != QUEUE],
        done=sum(one["review"] is not None for one in rows),
        all=len(rows),
        next=office.next_open(),
        stop=should_stop(_precision(office), office.floor),
    )


async def person(request: Request) -> Response:
    """One person's page."""
    return _person(request, request.path_params["place"])


def _person(request: Request, place: int, problem: bool = False, typed: Mapping[str, str] | None = None) -> Response:
    office = office_of(request)
    one, knowledge = office.person(place), office.knowledge
    review = office.queue.reviews.latest().get(one[PERSON])
    trail: list[Entry] = entries(office.queue.trail[one[PERSON]])
    chance = frequency(one["cluneal"], one["cluneal_low"], one["cluneal_high"])
    typed = typed or {}
    return page(
        request,
        "person.html",
        BAD if problem else 200,
        one=one,
        place=place,
        all=len(office.queue.people),
        near=one["part"] != QUEUE,
        flags=[knowledge.redflags[rule] for rule in one["red_flags"] if rule in knowledge.redflags],
        chance=chance,
        dots=charts.people(one["cluneal"], one["cluneal_low"], one["cluneal_high"]),
        others=_others(office, one),
        trail=trail,
        line=drawn(trail),
        missing=[
            (level, [knowledge.findings[each["finding"]] for each in one["missing"] if each["level"] == level])
            for level in office.say.review.person.levels
        ],
        review=review,
        chosen=typed.get("answer") or (review.answer if review else None),
        reason=typed.get("reason", review.reason if review else ""),
        answers=ANSWERS,
        problem=problem,
    )


def _others(office: Office, one: Row) -> list[tuple[str, Any]]:
    """The other causes that take part most often, named, and "none of these"."""
    causes = office.knowledge.causes
    rows = []
    for each in one["causes"]:
        name = causes[each["cause"]].name if each["cause"] in causes else office.say.review.person.none_of_these
        rows.append((name, frequency(each["probability"], each["low"], each["high"])))
    return rows[:OTHERS_SHOWN]


async def answer(request: Request) -> Response:
    """Keep an answer and go to whoever is next; the same form with what was typed when none was chosen."""
    office, place = office_of(request), request.path_params["place"]
    one = office.person(place)
    fields = await form_of(request)
    chosen, reason = fields.get("answer", ""), fields.get("reason", "")
    if chosen not in ANSWERS:
        return _person(request, place, True, {"reason": reason})
    office.queue.reviews.add(reviewed(one[PERSON], chosen, reason, office.now()))
    follows = office.next_open(place)
    return go("/so-far" if follows is None else f"/person/{follows}")


async def so_far(request: Request) -> Response:
    """How often the queue was right, for whom, whether to go on, and what a site's own numbers would be."""
    office = office_of(request)
    found = _precision(office)
    options = office.queue.run["options"]
    expected = next((one for one in office.queue.run["yield"] if one["prior"] == options["prior"]), None)
    site = office.queue.folder / SITE_FILE
    return page(
        request,
        "so_far.html",
        found=found,
        floor=office.floor,
        stop=should_stop(found, office.floor),
        expected=expected,
        groups=subgroups(office.queue.judged()),
        most=SMALL,
        fitted=office.fitted(),
        power_now=options["power"],
        written=str(site) if site.exists() else "",
    )


async def write_site(request: Request) -> Response:
    """Write what the reviews support beside them, for the next screening."""
    office = office_of(request)
    await form_of(request)
    fitted = office.fitted()
    if isinstance(fitted, Recalibration):
        _write(
            office.queue.folder / SITE_FILE,
            {
                "made_by": "cluneal review",
                "power": fitted.power,
                "odds_ratio": fitted.odds_ratio,
                "people": fitted.people,
                "yes": fitted.yes,
                "loss_now": fitted.loss_now,
                "loss_then": fitted.loss_then,
            },
        )
    return go("/so-far")


def _write(path: Path, content: Row) -> None:
    partial = path.with_name(f"{path.name}.partial")
    try:
        partial.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        os.replace(partial, path)
    except OSError as error:
        raise Unsaved((error.strerror or str(error)).lower()) from None


def _precision(office: Office) -> kept.Precision:
    return precision(review.answer for _, review in office.queue.judged())


def _problem(office: Office, status: int, title: str, text: str, home: bool = False) -> HTMLResponse:
    template = environment().get_template("review/problem.html")
    return HTMLResponse(template.render(say=office.say, title=title, text=text, home=home), status)


async def _http(request: Request, error: Exception) -> Response:
    told = office_of(request).say.review.problem
    status = error.status_code if isinstance(error, HTTPException) else BAD
    answered = _problem(office_of(request), status, told.title, told.text, True)
    for name, value in (getattr(error, "headers", None) or {}).items():
        answered.headers[name] = value
    return answered


async def _bad_form(request: Request, _: Exception) -> Response:
    told = office_of(request).say.review.problem
    return _problem(office_of(request), REFUSED, told.bad_title, told.bad_text, True)


async def _unsaved(request: Request, error: Exception) -> Response:
    told = office_of(request).say.review.problem
    return _problem(office_of(request), UNSAVED, told.unsaved_title, f"{told.unsaved_text} {error}", True)


async def _broken(request: Request, _: Exception) -> Response:
    told = office_of(request).say.review.problem
    return _problem(office_of(request), BROKEN, told.broken_title, told.broken_text, True)
