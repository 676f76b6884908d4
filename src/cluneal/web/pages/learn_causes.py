"""The causes and the findings: how often each goes with each, on what basis, and where it hurts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...anatomy.drawing import BOTTOM, FOOTER, HALF_WIDTH, HEADER, to_screen
from ...frozen import frozen
from ...knowledge.schema import Anatomy, Cause, Finding, Likelihood, PriorValue, SiteComponent
from ...pathway import Frequency, frequency
from ..library import Library, library_of
from ..render import desk_of, page
from .learn_tests import FAMILIES

MOST_TELLING = 6
MOST_SHOWN = 8
# How much of a spot's colour is left from its middle to two standard deviations away: a bell curve.
FADING = tuple((at, round(math.exp(-2 * at**2), 2) if at < 1 else 0) for at in (0, 0.25, 0.5, 0.75, 1))
SIDES = ("left", "right")


@frozen
class Row:
    """One likelihood beside how often the finding is present in ordinary back pain."""

    finding: Finding
    cause: Cause
    likelihood: Likelihood
    share: Frequency
    ordinary: Frequency
    tells: float

    @property
    def speaks_for(self) -> bool:
        """True when people with the cause have it more often than others."""
        return self.likelihood.p > self.finding.background.p


@frozen
class Spot:
    """A place on the picture, in its units. `opacity`: how thickly people point there, against the thickest spot."""

    cx: float
    cy: float
    sd_x: float
    sd_y: float
    opacity: float
    far: bool


@frozen
class Window:
    """The part of the picture in which the body is drawn."""

    x: float
    y: float
    width: float
    height: float


async def causes(request: Request) -> Response:
    """All of them, by family."""
    library = library_of(request)
    groups: dict[str, list[Cause]] = {family: [] for family in FAMILIES}
    for one in sorted(library.knowledge.causes.values(), key=lambda one: one.name):
        groups[one.family].append(one)
    return page(request, "learn_causes.html", library=library, groups={name: of for name, of in groups.items() if of})


async def cause(request: Request) -> Response:
    """One of them, with every number that the app uses for it."""
    library = library_of(request)
    knowledge = library.knowledge
    one = knowledge.causes.get(request.path_params["id"])
    if one is None:
        raise HTTPException(404)
    rows = sorted((_row(library, one, name) for name in one.findings), key=lambda row: -row.tells)
    return page(
        request,
        "learn_cause.html",
        library=library,
        cause=one,
        rows=sorted(rows, key=lambda row: row.finding.label),
        speak_for=[row for row in rows if row.speaks_for][:MOST_TELLING],
        speak_against=[row for row in rows if not row.speaks_for][:MOST_TELLING],
        mimics=[knowledge.causes[name] for name in one.nearest_mimics],
        partners=[
            (knowledge.causes[name], frequency(partner.p), partner) for name, partner in one.coexists_with.items()
        ],
        forms=[(form, frequency(form.share)) for form in one.forms.values()],
        priors=[
            (
                knowledge.model.settings[setting],
                prior,
                [(value, frequency(value.p)) for value in _by_share(prior.values)],
            )
            for setting, prior in one.prior.items()
        ],
        highest=(highest := max(value.p for prior in one.prior.values() for value in prior.values)),
        most_common=frequency(highest),
        reference=one.id == knowledge.model.reference_cause,
        places=[(place, frequency(place.weight)) for place in sorted(one.pain_site.worst, key=lambda at: -at.weight)],
        spots=spots(one.pain_site.worst),
        fading=FADING,
        picture=library.picture(("bones",), desk_of(request).say.learn.causes.place_picture),
        window=(window := window_of(knowledge.anatomy)),
        box=f"{window.x:g} {window.y - HEADER:g} {window.width:g} {window.height + HEADER + FOOTER:g}",
    )


async def finding(request: Request) -> Response:
    """One question or sign: how it is told, and in how many people with each cause it is present."""
    library = library_of(request)
    knowledge = library.knowledge
    one = knowledge.findings.get(request.path_params["id"])
    if one is None:
        raise HTTPException(404)
    rows = [_row(library, cause, one.id) for cause in knowledge.causes.values() if one.id in cause.findings]
    background = library.share(one.background, one.id)
    return page(
        request,
        "learn_finding.html",
        library=library,
        finding=one,
        background=background,
        rows=sorted(rows, key=lambda row: -row.likelihood.p),
        others=len(knowledge.causes) - len(rows),
        # One row left over would make a list of its own that says less than the row.
        most=MOST_SHOWN if len(rows) > MOST_SHOWN + 1 else len(rows),
        tests=[test for test in knowledge.tests.values() if one.id in test.answers],
        askable=one.level == "ask" and not (one.told_by_age or one.told_by_sex or one.told_by_months),
    )


def _row(library: Library, cause: Cause, name: str) -> Row:
    finding, likelihood = library.knowledge.findings[name], cause.findings[name]
    return Row(
        finding,
        cause,
        likelihood,
        library.share(likelihood, f"{cause.id}/{name}"),
        frequency(finding.background.p),
        _tells(likelihood.p, finding.background.p),
    )


def _tells(p: float, background: float) -> float:
    """Bits that asking tells on average, of somebody with the cause, against ordinary back pain."""
    return p * math.log2(p / background) + (1 - p) * math.log2((1 - p) / (1 - background))


def _by_share(values: Iterable[PriorValue]) -> list[PriorValue]:
    return sorted(values, key=lambda one: one.p)


def window_of(anatomy: Anatomy) -> Window:
    """Where the body is, in the units of the picture."""
    top = anatomy.frame.y_extent[1]
    return Window(-HALF_WIDTH, -top, 2 * HALF_WIDTH, top - BOTTOM)


def spots(places: Sequence[SiteComponent]) -> list[Spot]:
    """Where people point, on both sides of the picture; places below its edge are left to the words."""
    thickest = max(_density(place) for place in places)
    drawn = []
    for place in places:
        # The square root keeps the lesser places in sight beside a small spot that most people name.
        opacity = math.sqrt(_density(place) / thickest)
        for side in SIDES if place.y - place.sd_y > BOTTOM else ():
            cx, cy = to_screen(place.x, place.y, side)
            drawn.append(Spot(cx, cy, place.sd_x, place.sd_y, opacity, place.surface != "posterior"))
    return drawn


def _density(place: SiteComponent) -> float:
    return place.weight / (place.sd_x * place.sd_y)


routes = [
    Route("/learn/causes", causes),
    Route("/learn/causes/{id}", cause),
    Route("/learn/findings/{id}", finding),
]
