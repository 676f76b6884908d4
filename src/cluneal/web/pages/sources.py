"""The sources: a list to search, and for each its reference, how it was read, its facts, and what rests on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...frozen import frozen
from ...knowledge.care import GuideClaim
from ...knowledge.schema import Fact, Source
from ...language import Words
from ...pathway import frequency
from ..library import KINDS, UNSURE, Library, Use, library_of
from ..render import desk_of, go, page

ON_A_PAGE = 40
LONGEST_SEARCH = 200
LONGEST_NUMBER = 6
SHARES = ("proportion", "sensitivity", "specificity", "prevalence")
UNKNOWN = "unknown"


@frozen
class ShownFact:
    """A fact or claim as a source page shows it, with what rests on it by kind."""

    id: str
    text: str
    figure: str | None
    measure: str | None
    counted: str | None
    fact: Fact | None
    claim: GuideClaim | None
    uses: list[tuple[str, list[Use]]]
    unsure: bool
    host: str | None = None


async def every(request: Request) -> Response:
    """The list, or what a search finds in it, a page at a time."""
    library = library_of(request)
    words = searched(request)
    found = [one for one in _sorted(library) if _fits(one, words)]
    pages = max(1, -(-len(found) // ON_A_PAGE))
    number = min(pages, _number(request.query_params.get("page", "")))
    return page(
        request,
        "sources.html",
        library=library,
        words=words,
        count=len(found),
        shown=found[(number - 1) * ON_A_PAGE : number * ON_A_PAGE],
        number=number,
        pages=pages,
        facts={one.source: len(one.facts) for one in library.knowledge.evidence.values()},
        unknown=UNKNOWN,
    )


async def one(request: Request) -> Response:
    """A source. The id of a fact or of a claim of the guide leads to where it stands."""
    library = library_of(request)
    knowledge = library.knowledge
    wanted = request.path_params["id"]
    source = knowledge.sources.get(wanted)
    if source is None:
        return await fact(request)
    say = desk_of(request).say
    evidence = knowledge.evidence.get(wanted)
    facts = [_fact(library, one, say) for one in (evidence.facts if evidence else ())]
    claims = [_claim(library, claim) for claim in library.claims_of.get(wanted, ())]
    return page(
        request,
        "sources_one.html",
        library=library,
        source=source,
        facts=facts,
        claims=claims,
        used=by_kind(use for shown in (*facts, *claims) for _, uses in shown.uses for use in uses),
        unknown=UNKNOWN,
    )


async def fact(request: Request) -> Response:
    """From the id of a fact or a claim to where it stands."""
    cited = library_of(request).cited([request.path_params["id"]])
    if not cited:
        raise HTTPException(404)
    return go(cited[0].href)


def searched(request: Request) -> str:
    """What was typed into a search box, no longer than a search needs."""
    return " ".join(request.query_params.get("q", "")[:LONGEST_SEARCH].split())


def by_kind(uses: Iterable[Use]) -> list[tuple[str, list[Use]]]:
    """Uses without repeats, grouped by kind."""
    grouped: dict[str, dict[str, Use]] = {kind: {} for kind in KINDS}
    for use in uses:
        grouped[use.kind].setdefault(use.name, use)
    return [(kind, list(of.values())) for kind, of in grouped.items() if of]


def figure_of(one: Fact, say: Words) -> str | None:
    """The number of a fact in words: people for a share, else the value with its unit."""
    unit = one.unit
    share = one.measure in SHARES or (unit or "").startswith("fraction")
    if share and not (unit or "").startswith("fraction of"):
        qualifier = None if (unit or "fraction").startswith("fraction") else unit
        value = _people(one, say)
    else:
        qualifier = unit
        value = _value(one, say)
    if value is None:
        return None
    if not qualifier:
        return value
    # A unit follows its number; what the figure is about stands apart.
    return f"{value} · {qualifier}" if share or ":" in qualifier else f"{value} {qualifier}"


def _people(one: Fact, say: Words) -> str | None:
    words = say.sources
    if one.value is None:
        return _between(one, say)
    bounds = frequency(one.value, one.low, one.high)
    if bounds.low is None or bounds.high is None or bounds.low > bounds.high:
        return str(words.share(count=f"{bounds.count:,}", base=f"{bounds.base:,}"))
    return str(
        words.share_range(count=f"{bounds.count:,}", base=f"{bounds.base:,}", low=bounds.low, high=f"{bounds.high:,}")
    )


def _value(one: Fact, say: Words) -> str | None:
    words = say.sources
    if one.value is None:
        return _between(one, say)
    value = f"{one.value:g}"
    if one.low is not None and one.high is not None:
        return str(words.value_range(value=value, low=f"{one.low:g}", high=f"{one.high:g}"))
    return str(words.spread(value=value, sd=f"{one.sd:g}")) if one.sd is not None else value


def _between(one: Fact, say: Words) -> str | None:
    if one.low is None or one.high is None:
        return None
    if (one.unit or "").startswith("fraction"):
        bounds = frequency(one.high, one.low, one.high)
        return str(say.sources.share(count=f"{bounds.low} – {bounds.high}", base=f"{bounds.base:,}"))
    return str(say.sources.between(low=f"{one.low:g}", high=f"{one.high:g}"))


def _counted(one: Fact, say: Words) -> str | None:
    if one.N is None:
        return None
    if one.n is None:
        return str(say.sources.counted_only(N=f"{one.N:,g}"))
    return str(say.sources.counted(n=f"{one.n:,g}", N=f"{one.N:,g}"))


def _fact(library: Library, one: Fact, say: Words) -> ShownFact:
    unsure = one.provenance == "unverified" or one.check in UNSURE
    figure = figure_of(one, say)
    measure = one.measure if figure and one.measure != "statement" else None
    uses = by_kind(library.used.get(one.id, ()))
    host = urlsplit(one.url).hostname if one.url else None
    return ShownFact(one.id, one.statement, figure, measure, _counted(one, say), one, None, uses, unsure, host)


def _claim(library: Library, one: GuideClaim) -> ShownFact:
    unsure = one.provenance == "unverified" or one.check in UNSURE
    uses = by_kind(library.used.get(one.id, ()))
    return ShownFact(one.id, one.claim, None, None, None, None, one, uses, unsure)


def _sorted(library: Library) -> list[Source]:
    return sorted(library.knowledge.sources.values(), key=lambda one: library.short(one.id).casefold())


def _fits(one: Source, words: str) -> bool:
    text = f"{one.citation} {one.id} {one.design or ''}".casefold()
    return all(word in text for word in words.casefold().split())


def _number(given: str) -> int:
    return max(1, int(given)) if given.isascii() and given.isdecimal() and len(given) <= LONGEST_NUMBER else 1


routes: list[Any] = [
    Route("/sources", every),
    Route("/sources/fact/{id}", fact),
    Route("/sources/{id}", one),
]
