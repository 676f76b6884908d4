"""The library for a person: what there is to read, treatments, self-care, prevention, questions, whom to see."""

from __future__ import annotations

import re
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...knowledge.care import Referral
from ...pathway import URGENCIES, answers
from ..library import library_of
from ..render import PRESSING, desk_of, page
from . import learn_anatomy, learn_causes, learn_guide, learn_tests
from .sources import searched


async def index(request: Request) -> Response:
    """What there is to read, one line each."""
    return page(request, "learn.html", library=library_of(request))


async def treatments(request: Request) -> Response:
    """The ladder, from the first rung up."""
    library = library_of(request)
    rungs = sorted(library.knowledge.ladder.values(), key=lambda one: one.order)
    return page(request, "learn_treatments.html", library=library, rungs=rungs, opening=opening)


async def treatment(request: Request) -> Response:
    """One rung. What only a clinician may decide (doses, technique) is not shown to a person."""
    library = library_of(request)
    one = library.knowledge.ladder.get(request.path_params["id"])
    if one is None:
        raise HTTPException(404)
    return page(request, "learn_treatment.html", library=library, rung=one)


async def self_care(request: Request) -> Response:
    """What a person can do themselves."""
    return page(request, "learn_self_care.html", library=library_of(request), opening=opening)


async def self_care_item(request: Request) -> Response:
    """One guided session, with what in this person's answers speaks against it."""
    library = library_of(request)
    one = library.knowledge.selfcare.get(request.path_params["id"])
    if one is None:
        raise HTTPException(404)
    view = desk_of(request).view()
    findings = library.knowledge.findings
    return page(
        request,
        "learn_self_care_item.html",
        library=library,
        item=one,
        unwise=[findings[name] for name in one.avoid_if],
        told=[findings[name] for name in one.avoid_if if view.findings.get(name)],
        wait=view.triage.urgency in PRESSING,
    )


def opening(text: str) -> str:
    """The first two sentences: what a thing is, in a list of several."""
    return " ".join(re.split(r"(?<=[.?!]) ", text)[:2])


async def prevention(request: Request) -> Response:
    """Each risk factor with what eases it."""
    return page(request, "learn_prevention.html", library=library_of(request))


async def scales(request: Request) -> Response:
    """Each scale of the diary: what it asks about, which change matters, whether its questions may stand here."""
    library = library_of(request)
    found = sorted(library.knowledge.scales.values(), key=lambda one: one.order)
    return page(request, "learn_scales.html", library=library, scales=found)


async def who_to_see(request: Request) -> Response:
    """The guide's reasons to see somebody, in their safe version; what cannot wait comes first."""
    library = library_of(request)
    redflags = library.knowledge.redflags

    def haste(one: Referral) -> int:
        return min(URGENCIES.index(redflags[name].urgency) for name in one.rules)

    reasons = sorted(library.knowledge.referral.values(), key=haste)
    return page(request, "learn_who_to_see.html", library=library, reasons=reasons)


async def questions(request: Request) -> Response:
    """What people ask, or those of it in which the words searched for occur."""
    library = library_of(request)
    words = searched(request)
    return page(
        request, "learn_questions.html", library=library, words=words, answers=answers(library.knowledge, words)
    )


routes: list[Any] = [
    Route("/learn", index),
    Route("/learn/treatments", treatments),
    Route("/learn/treatments/{id}", treatment),
    Route("/learn/self-care", self_care),
    Route("/learn/self-care/{id}", self_care_item),
    Route("/learn/prevention", prevention),
    Route("/learn/scales", scales),
    Route("/learn/who-to-see", who_to_see),
    Route("/learn/questions", questions),
    *learn_anatomy.routes,
    *learn_guide.routes,
    *learn_tests.routes,
    *learn_causes.routes,
]
