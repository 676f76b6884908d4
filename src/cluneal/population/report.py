"""The report of one run: counts that may leave, as one HTML file that needs no network and no script."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

from ..frozen import frozen
from ..language import Words, words
from . import summary
from .summary import Part, Step, Summary
from .yield_ import Yield

WIDTH = 300.0
MARGIN = 8.0
# As many findings as are read; the rest are in few records.
MOST_FINDINGS = 25
OF = (100, 1000)
DECIMALS = 6


@frozen
class Bar:
    """One line of a chart: what it counts, the counts as they may leave, and how long their bars are, from 0 to 100.

    A hidden count has no bar.
    """

    name: str
    why: str
    counts: tuple[str, ...]
    lengths: tuple[float, ...]


@frozen
class Range:
    """An expected count with its range, in words and as places along a line."""

    name: str
    said: str
    at: float
    low: float
    high: float


def report(found: Summary, about: Mapping[str, Any]) -> str:
    """The whole page.

    Args:
        found: all counts.
        about: `run.json`.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    say: Words = words()["screen"].report
    made = Environment(
        loader=PackageLoader("cluneal.population"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return made.get_template("report.html").render(
        say=say,
        lang=words()["screen"].lang,
        about=about,
        rule=say.rule(most=summary.SMALL, nearest=summary.NEAREST),
        figures=figures(found, about, say),
        steps=steps(found.steps, say),
        yields=[ranged(one, say) for one in found.yields],
        queue=found.queued,
        chances=bars(by_chance(found.chances, say), say),
        findings=bars(found.findings[:MOST_FINDINGS], say),
        flags=bars([Part(say.urgency[one.name], one.scored, one.queued) for one in found.flagged], say),
        groups={say.group[name]: bars(named(name, parts, say), say) for name, parts in found.groups.items()},
        read=read(about["input"], say),
        left_out=left_out(about["input"], say),
        scale=(WIDTH, MARGIN),
    )


def figures(found: Summary, about: Mapping[str, Any], say: Words) -> list[tuple[str, str]]:
    """The numbers to remember, each with what it counts."""
    people = found.steps[0].people if found.steps else 0
    own = next((one for one in found.yields if one.prior == about["options"]["prior"]), None)
    made = [
        (counted(people, say), say.figures.people),
        (counted(found.scored, say), say.figures.journey),
        (f"{found.queued:,}", say.figures.queue),
    ]
    if own is not None:
        made.append((say.figure_range(low=whole(own.low), high=whole(own.high)), say.figures.expected))
    return made


def read(account: Mapping[str, Any], say: Words) -> list[tuple[str, str]]:
    """What was read, by kind, with how many rows."""
    return [(what, counted(count, say)) for what, count in account["read"].items()]


def left_out(account: Mapping[str, Any], say: Words) -> list[tuple[str, str]]:
    """Why rows were left out, with how many; not where, which would name places in the records."""
    reasons: Counter[str] = Counter()
    for one in account["skipped"]:
        reasons[one["reason"]] += one["count"]
    return [(reason, counted(count, say)) for reason, count in reasons.most_common()]


def counted(count: int, say: Words) -> str:
    """A count as it may leave, in words."""
    may = summary.shown(count)
    return f"{may:,}" if may is not None else str(say.small(most=summary.SMALL))


def whole(number: float) -> int:
    """People come whole."""
    return round(number)


def steps(taken: Sequence[Step], say: Words) -> list[Bar]:
    """The attrition, longest bar first. By the root, so that one in a thousand can still be seen."""
    most = max((one.people for one in taken), default=0)
    return [Bar(one.name, one.why, (counted(one.people, say),), (_root(one.people, most),)) for one in taken]


def bars(parts: Sequence[Part], say: Words) -> list[Bar]:
    """Two counts a line, each measured against the largest of its own kind."""
    scored, queued = (max((getattr(one, kind) for one in parts), default=0) for kind in ("scored", "queued"))
    return [
        Bar(
            one.name,
            "",
            (counted(one.scored, say), counted(one.queued, say)),
            (_length(one.scored, scored), _length(one.queued, queued)),
        )
        for one in parts
    ]


def _length(count: int, most: int) -> float:
    may, largest = summary.shown(count), summary.shown(most)
    return 0.0 if may is None or not largest else round(100 * may / largest, 1)


def _root(count: int, most: int) -> float:
    return round(10 * sqrt(_length(count, most)), 1)


def ranged(one: Yield, say: Words) -> Range:
    """One view's expected count on a line from nobody to everybody in the queue."""

    def at(number: float) -> float:
        return round(MARGIN + (WIDTH - 2 * MARGIN) * min(number / max(one.people, 1), 1.0), 1)

    name = say.views[one.prior] if one.prior in say.views else say.other_view(name=one.prior)
    text = say["yield"](count=whole(one.expected), people=one.people, low=whole(one.low), high=whole(one.high))
    return Range(name, text, at(one.expected), at(one.low), at(one.high))


def by_chance(parts: Sequence[Part], say: Words) -> list[Part]:
    """The bins that hold anybody and those between, named as people of a hundred or a thousand."""
    held = [i for i, one in enumerate(parts) if one.scored]
    if not held:
        return []
    between = range(held[0], held[-1] + 1)
    return [Part(_bin(parts[i].name, say), parts[i].scored, parts[i].queued) for i in between]


def _bin(name: str, say: Words) -> str:
    low, high = (float(edge) for edge in name.split("–"))
    base = next((one for one in OF if all(round(edge * one, DECIMALS).is_integer() for edge in (low, high))), OF[-1])
    return str(say.chance(low=f"{low * base:g}", high=f"{high * base:g}", base=f"{base:,}"))


def named(division: str, parts: Sequence[Part], say: Words) -> list[Part]:
    """A division's kinds with their names. Kinds that hold too few are joined, so that none is named by itself."""
    large = [one for one in parts if summary.shown(one.scored) is not None]
    small = [one for one in parts if summary.shown(one.scored) is None]
    made = [Part(_kind(division, one.name, say), one.scored, one.queued) for one in large]
    if small:
        made.append(Part(say.few, sum(one.scored for one in small), sum(one.queued for one in small)))
    return made


def _kind(division: str, name: str, say: Words) -> str:
    if name == summary.UNKNOWN:
        return str(say.unknown)
    return str(say.sexes[name]) if division == "sex" and name in say.sexes else name
