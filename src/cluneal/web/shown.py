"""What an assessment's rows become on a page: a chance in people, a reason with its bar, what must not be missed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..frozen import frozen
from ..knowledge.schema import Knowledge
from ..language import Words
from ..pathway import frequency
from . import charts
from .desk import View
from .library import Library

Json = dict[str, Any]

# Doublings of the odds from which a reason speaks strongly, clearly, somewhat; below the last a little.
STRENGTHS = (("strong", 2.0), ("clear", 1.0), ("some", 0.5), ("little", 0.0))
SOON = ("emergency", "same_day", "within_two_weeks")
MARK = "mark"


@frozen
class Chance:
    """A chance as words and dots. `said` is "About 12 in 100", `room` what the studies allow, `picture` the dots in
    words; `shares` are the chance, its low and its high end."""

    said: str
    room: str
    picture: str
    shares: tuple[float, float, float]

    @property
    def dots(self) -> charts.People:
        """A hundred people."""
        return charts.people(*self.shares)


@frozen
class Cite:
    """A source to follow."""

    href: str
    short: str


@frozen
class Reason:
    """One answer that speaks for or against a cause."""

    finding: str
    label: str
    present: bool
    origin: str
    strength: str
    basis: str
    weight: float
    sources: tuple[Cite, ...]

    @property
    def bar(self) -> charts.Bar:
        """Its weight as a bar."""
        return charts.bar(self.weight)


@frozen
class First:
    """What must not be missed: how soon, each rule that fired in its words, and the alarm questions that are open."""

    level: str
    rules: tuple[tuple[str, tuple[Cite, ...]], ...]
    open: tuple[str, ...]

    @property
    def soon(self) -> bool:
        """True when somebody should look within two weeks or sooner."""
        return self.level in SOON


def chance(row: Json, say: Words) -> Chance:
    """A row of an assessment with `probability`, `low` and `high`."""
    share, low, high = row["probability"], row["low"], row["high"]
    counted = frequency(share, low, high)
    words = say.fits.chance
    room = (
        words.between(low=f"{counted.low:,}", high=f"{counted.high:,}")
        if counted.low
        else words.up_to(high=f"{counted.high:,}")
    )
    filled, least, most = (round(one * charts.PEOPLE) for one in (share, low, high))
    pictures = say.fits.dots
    picture = (
        pictures.picture_none(high=most)
        if not filled
        else (pictures.picture_one(high=most) if filled == 1 else pictures.picture(count=filled, low=least, high=most))
    )
    return Chance(said(share, say), room, picture, (share, low, high))


def said(share: float, say: Words) -> str:
    """A chance without its range, for what an answer would make of it: "About 12 in 100"."""
    counted = frequency(share)
    words, base = say.fits.chance, f"{counted.base:,}"
    return str(words.about(count=f"{counted.count:,}", base=base) if counted.count else words.few(base=base))


def cites(sources: Iterable[str], library: Library) -> tuple[Cite, ...]:
    """Source ids as links."""
    return tuple(Cite(f"/sources/{one}", library.short(one)) for one in sources)


def reasons(arguments: Iterable[Json], view: View, library: Library, say: Words) -> list[Reason]:
    """Arguments of an assessment as reasons, in their order."""
    return [_reason(one, view, library, say) for one in arguments]


def _reason(one: Json, view: View, library: Library, say: Words) -> Reason:
    name, weight = one["finding"], one["weight"]
    vocabulary = view.assessor.knowledge.findings
    return Reason(
        finding=name,
        label=say.fits.reasons.mark if name == MARK else vocabulary[name].label,
        present=one["present"],
        origin=_origin(name, view, view.assessor.knowledge),
        strength=next(word for word, least in STRENGTHS if abs(weight) >= least),
        basis=one["basis"],
        weight=weight,
        sources=cites(one["sources"], library),
    )


def _origin(name: str, view: View, knowledge: Knowledge) -> str:
    """Where an answer comes from: the map, the person's own word, their age and sex, or another answer."""
    if name == MARK:
        return "on_map"
    if name in view.person.answers:
        return "answered"
    finding = knowledge.findings[name]
    return "told" if finding.told_by_age or finding.told_by_sex else "follows"


def first(view: View, library: Library) -> First:
    """What must not be missed, from the rules that fired on answers; that questions are open is said beside it."""
    knowledge = view.assessor.knowledge
    found = view.assessment["triage"]
    told = [rule for rule in found["fired"] if not knowledge.redflags[rule["rule"]].unless_known]
    level = told[0]["urgency"] if told else "none"
    if level not in SOON and not found["screened"]:
        level = "open"
    return First(
        level,
        tuple((rule["why"], cites(rule["sources"], library)) for rule in told),
        tuple(knowledge.findings[name].label for name in found["not_asked"]),
    )
