"""Where the nerves run: the picture, and every distance with its source."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...anatomy.drawing import Layer
from ...knowledge.schema import Line
from ..library import library_of
from ..render import desk_of, page
from .learn_guide import in_order

# The section of the guide that is about anatomy.
GUIDE_SECTION = "1"
PICTURED: tuple[Layer, ...] = ("bones", "nerves", "territories", "landmarks")
MM_IN_A_CM = 10


async def anatomy(request: Request) -> Response:
    """The map, the nerves in words, the landmarks, and what the guide says about them."""
    library = library_of(request)
    knowledge = library.knowledge
    known = knowledge.anatomy
    nerves: dict[str, list[Line]] = {}
    for nerve in known.nerves:
        nerves.setdefault(nerve.cause or "", []).append(nerve)
    return page(
        request,
        "learn_anatomy.html",
        library=library,
        picture=library.picture(PICTURED, desk_of(request).say.learn.anatomy.picture),
        nerves=[(knowledge.causes.get(cause), of) for cause, of in nerves.items()],
        areas=[line for line in known.lines if line.kind == "surface" and line.cause],
        landmarks=sorted(known.landmarks, key=lambda one: -one.y),
        sore_points=known.trigger_points,
        frame=known.frame,
        claims=[one.id for one in in_order(knowledge) if one.section == GUIDE_SECTION],
        cm=cm,
    )


def cm(millimetres: float) -> str:
    """A length as a person measures it."""
    return f"{abs(millimetres) / MM_IN_A_CM:.1f}".removesuffix(".0")


routes = [Route("/learn/anatomy", anatomy)]
