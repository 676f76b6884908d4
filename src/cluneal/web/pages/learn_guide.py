"""The patient guide, claim by claim: what it says, what the studies say, what the sceptics say."""

from __future__ import annotations

from collections import Counter

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...knowledge.care import GuideClaim
from ...knowledge.schema import Knowledge
from ..library import VERDICTS, library_of
from ..render import page
from .sources import by_kind

# The guide's own order; a section that is not named here comes last.
SECTIONS = ("Overview", "1", "2", "3", "4.1", "4.2", "4.3", "4.4", "5", "6", "7", "8", "9", "References")


async def guide(request: Request) -> Response:
    """Every claim in the guide's sections, or those with one verdict."""
    library = library_of(request)
    knowledge = library.knowledge
    asked = request.query_params.get("verdict")
    verdict = VERDICTS.get(asked or "")
    claims = [one for one in in_order(knowledge) if verdict in (None, one.verdict)]
    sections: dict[str, list[GuideClaim]] = {}
    for claim in claims:
        sections.setdefault(claim.section, []).append(claim)
    said = Counter(library.verdict(one) for one in knowledge.guide.values())
    return page(
        request,
        "learn_guide.html",
        library=library,
        sections=sections,
        counts={short: said[short] for short in VERDICTS},
        total=len(knowledge.guide),
        asked=asked if verdict else None,
        unknown=asked is not None and verdict is None,
    )


async def claim(request: Request) -> Response:
    """One claim, its neighbours, and what else in the app speaks of it."""
    library = library_of(request)
    one = library.knowledge.guide.get(request.path_params["id"])
    if one is None:
        raise HTTPException(404)
    every = in_order(library.knowledge)
    at = every.index(one)
    return page(
        request,
        "learn_guide_one.html",
        library=library,
        claim=one,
        before=every[at - 1] if at else None,
        after=every[at + 1] if at + 1 < len(every) else None,
        used=by_kind(use for use in library.used.get(one.id, ()) if use.href),
    )


def in_order(knowledge: Knowledge) -> list[GuideClaim]:
    """The claims as the guide has its sections."""

    def place(one: GuideClaim) -> tuple[int, str, str]:
        known = one.section in SECTIONS
        return (SECTIONS.index(one.section) if known else len(SECTIONS), one.section, one.id)

    return sorted(knowledge.guide.values(), key=place)


routes = [Route("/learn/guide", guide), Route("/learn/guide/{id}", claim)]
