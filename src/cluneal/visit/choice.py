"""What somebody wants on the page, chosen before it is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from ..frozen import frozen
from ..knowledge.schema import Knowledge
from ..pathway import Case
from ..reasoning import Findings

Json = dict[str, Any]

# In the order of the page.
PAGE_ONE = ("about", "alarms", "drawing", "story", "tried", "fits", "settle", "questions")
PARTS = (*PAGE_ONE, "course", "answers", "causes", "blocks", "references")
# On the page only when somebody asks for it.
ASKED_FOR = ("notes",)
LONGEST_NAME = 80


class BadChoice(ValueError):
    """A part that the page does not have. The message names it and the fix."""


@frozen
class Choice:
    """What goes on the page: parts of `PARTS` and `ASKED_FOR`, and a name that the person typed."""

    parts: tuple[str, ...] = PARTS
    name: str = ""

    def has(self, part: str) -> bool:
        """True when this part goes on the page."""
        return part in self.parts


@frozen
class Scored:
    """A scale of the diary, where higher is worse: (day, value) at first and of late, each the middle of some days
    where it is scored daily; no first one where it was scored once. `least` is the smallest change that matters.
    """

    name: str
    high: float
    first: tuple[date, float] | None
    last: tuple[date, float]
    least: float
    sources: tuple[str, ...]


@frozen
class Course:
    """What the diary comes to over time, and its picture as SVG."""

    svg: str
    first: date
    last: date
    check_ins: int
    scores: tuple[Scored, ...]


@frozen
class Noted:
    """A note, or a paper with where it is kept."""

    text: str
    day: date | None
    paper: bool = False


@frozen
class Visit:
    """One person on one day, as every door works it out: what was said, and what it comes to.

    `since` is when it began in the person's own rough words, where the day in the case only stands for them. A case
    has no diary and no notes: only a record adds them.
    """

    case: Case
    findings: Findings
    assessment: Mapping[str, Any]
    knowledge: Knowledge
    day: date
    since: str = ""
    course: Course | None = None
    notes: tuple[Noted, ...] = ()


def choose(leave_out: Iterable[str] = (), name: str = "", also: Iterable[str] = ()) -> Choice:
    """Everything but the parts named, and what of `ASKED_FOR` is asked for in `also`.

    Raises:
        BadChoice: no such part.
    """
    left = list(leave_out)
    for part in left:
        if part not in PARTS:
            from difflib import get_close_matches

            close = get_close_matches(part, PARTS, 1)
            hint = f"did you mean {close[0]}?" if close else f"use some of {', '.join(PARTS)}"
            raise BadChoice(f"{part[:40]!r} is no part of the page; {hint}")
    parts = [*(part for part in PARTS if part not in left), *(part for part in ASKED_FOR if part in set(also))]
    return Choice(tuple(parts), " ".join(name.split())[:LONGEST_NAME])
