"""What the pages of the library look up: facts by id, short citations, and where each of them is used.

Built once from the knowledge, each part when a page first asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cached_property
from typing import Any

from markupsafe import Markup
from starlette.requests import Request

from ..anatomy.drawing import Layer, pelvis_svg
from ..frozen import frozen
from ..knowledge import load_draws
from ..knowledge.care import GuideClaim
from ..knowledge.draws import Draws
from ..knowledge.schema import Fact, Knowledge, Likelihood, Source
from ..pathway import Frequency, frequency
from ..reasoning.intervals import quantile

LONGEST_TITLE = 44
UNNAMED = ("Author", "Anonymous")
# Fields that hold ids of facts or claims; the places that use them are read off the knowledge by these names.
CITING = ("evidence", "power_evidence", "false_positive", "guide_claims")
# Kinds of things that cite, in the order in which a source page names them, with the address of each.
KINDS: Mapping[str, str | None] = {
    "guide": "/learn/guide/{}",
    "causes": "/learn/causes/{}",
    "findings": "/learn/findings/{}",
    "tests": "/learn/tests/{}",
    "scales": "/learn/scales#{}",
    "ladder": "/learn/treatments/{}",
    "cautions": "/health#{}",
    "selfcare": "/learn/self-care/{}",
    "prevention": "/learn/prevention#{}",
    "faq": "/learn/questions#{}",
    "referral": "/learn/who-to-see#{}",
    "redflags": None,
    "visit_questions": None,
    "groups": None,
    "anatomy": "/learn/anatomy",
    "model": None,
}
# What claims of the guide count as, where each source is named once.
THE_GUIDE = "the guide"
UNSURE = ("doubtful", "not found again")
# A short name of each verdict on a claim of the guide, as it stands in addresses and words.
VERDICTS: Mapping[str, str] = {
    "supported": "supported",
    "different": "supported with a different figure",
    "unsourced": "no source found",
    "contradicted": "contradicted",
}


@frozen
class Cited:
    """A fact or a claim of the guide as something to show: its words, where it stands, and the source."""

    id: str
    href: str
    short: str
    text: str
    source: Source
    fact: Fact | None = None
    claim: GuideClaim | None = None

    @property
    def unsure(self) -> bool:
        """Read only second hand, doubtful, or not found at a second reading."""
        one = self.fact or self.claim
        return one is not None and (one.provenance == "unverified" or one.check in UNSURE)


@frozen
class Use:
    """One place that rests on a fact. `href` is None where it has no page of its own."""

    kind: str
    name: str
    href: str | None


class Library:
    """The knowledge with its indexes."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._shorts: dict[str, str] = {}
        self._shares: dict[str, Frequency] = {}
        self._pictures: dict[tuple[Layer, ...], Markup] = {}

    @cached_property
    def facts(self) -> dict[str, tuple[Fact, str]]:
        """Every fact with the id of its source."""
        return {fact.id: (fact, one.source) for one in self.knowledge.evidence.values() for fact in one.facts}

    @cached_property
    def claims_of(self) -> dict[str, list[GuideClaim]]:
        """The guide's claims that were held against a source, by its id."""
        found: dict[str, list[GuideClaim]] = {}
        for claim in self.knowledge.guide.values():
            found.setdefault(claim.source, []).append(claim)
        return found

    @cached_property
    def used(self) -> dict[str, list[Use]]:
        """Where each fact or claim is used, without repeats, in the order of `KINDS`."""
        found: dict[str, dict[tuple[str, str], Use]] = {}
        for use, names in self._uses():
            for name in names:
                found.setdefault(name, {}).setdefault((use.kind, use.name), use)
        return {name: list(uses.values()) for name, uses in found.items()}

    @cached_property
    def draws(self) -> Draws:
        """Draws of every parameter, for the range of a share."""
        return load_draws()

    def short(self, source_id: str) -> str:
        """A source in two or three words: "Kuniya et al 2014", or its title where no author is named."""
        if source_id not in self._shorts:
            self._shorts[source_id] = _short(self.knowledge.sources[source_id].citation)
        return self._shorts[source_id]

    def cited(self, ids: Iterable[str]) -> list[Cited]:
        """What stands behind the ids, in their order; ids that name nothing are left out."""
        found = []
        for name in dict.fromkeys(ids):
            if name in self.facts:
                fact, source = self.facts[name]
                href = f"/sources/{source}#{name}"
                found.append(
                    Cited(name, href, self.short(source), fact.statement, self.knowledge.sources[source], fact)
                )
            elif name in self.knowledge.guide:
                claim = self.knowledge.guide[name]
                of = self.knowledge.sources[claim.source]
                found.append(
                    Cited(name, f"/learn/guide/{name}", self.short(claim.source), claim.claim, of, claim=claim)
                )
        return found

    def sources(self, ids: Iterable[str]) -> list[Cited]:
        """As `cited`, one for each source and one for the guide: for a line of links."""
        found: dict[str, Cited] = {}
        for one in self.cited(ids):
            found.setdefault(one.source.id if one.fact else THE_GUIDE, one)
        return list(found.values())

    def share(self, likelihood: Likelihood, parameter: str) -> Frequency:
        """A likelihood in people, with the range that its evidence allows. `parameter`: its name among the draws."""
        if parameter not in self._shares:
            ordered = sorted(self.draws.of(parameter))
            low, high = (quantile(ordered, q) for q in self.knowledge.model.interval)
            self._shares[parameter] = frequency(likelihood.p, low, high)
        return self._shares[parameter]

    def picture(self, show: tuple[Layer, ...], title: str) -> Markup:
        """The pelvis, coloured by a style sheet: a page may hold no style of its own."""
        if show not in self._pictures:
            drawn = pelvis_svg(self.knowledge.anatomy, show=show, title=title, styled=False)
            self._pictures[show] = Markup(drawn)  # noqa: S704 - escaped where it is drawn
        return self._pictures[show]

    def _uses(self) -> Iterator[tuple[Use, list[str]]]:
        for kind, href in KINDS.items():
            things = getattr(self.knowledge, kind)
            if kind == "anatomy":
                for part in (*things.landmarks, *things.trigger_points, *things.lines, *things.nerves):
                    yield Use(kind, part.plain, href), list(_ids(part))
                yield Use(kind, "", href), list(_ids(things.frame))
            elif kind == "model":
                yield Use(kind, "", None), list(_ids(things))
            else:
                for thing in things.values():
                    name = self.name_of(kind, thing)
                    yield Use(kind, name, href.format(thing.id) if href else None), list(_ids(thing))

    @staticmethod
    def verdict(claim: GuideClaim) -> str:
        """The short name of a claim's verdict."""
        return next(short for short, verdict in VERDICTS.items() if verdict == claim.verdict)

    @staticmethod
    def name_of(kind: str, thing: Any) -> str:
        """What a thing of the knowledge is called on a page."""
        field = {
            "guide": "claim",
            "findings": "label",
            "cautions": "label",
            "prevention": "risk",
            "faq": "question",
            "referral": "safe_version",
            "redflags": "person",
            "visit_questions": "ask",
        }.get(kind, "name")
        return str(getattr(thing, field))


def library_of(request: Request) -> Library:
    """The library of the running app."""
    state = request.app.state
    made: Library | None = getattr(state, "library", None)
    if made is None:
        made = state.library = Library(state.desk.knowledge)
    return made


def _ids(thing: Any) -> Iterator[str]:
    """Ids of facts and claims anywhere in a thing."""
    if is_dataclass(thing):
        for one in fields(thing):
            value = getattr(thing, one.name)
            # The ladder's `evidence` are sentences, each with evidence of its own.
            if one.name in CITING and all(isinstance(name, str) for name in value):
                yield from value
            else:
                yield from _ids(value)
    elif isinstance(thing, (dict, tuple)):
        for value in thing.values() if isinstance(thing, dict) else thing:
            yield from _ids(value)


def _short(citation: str) -> str:
    authors, *rest = citation.rstrip(".").split(". ")
    year = f" {rest[-1]}" if rest and rest[-1].isdecimal() else ""
    if authors.startswith(UNNAMED):
        title = rest[0] if rest else authors
        if len(title) > LONGEST_TITLE:
            title = f"{title[:LONGEST_TITLE].rsplit(' ', 1)[0]}…"
        return f"{title}{year}"
    names = authors.split(", ")
    if len(names) > 2:
        authors = f"{names[0]} et al"
    elif len(authors) > LONGEST_TITLE:
        authors = f"{authors[:LONGEST_TITLE].rsplit(' ', 1)[0]}…"
    return f"{authors}{year}"
