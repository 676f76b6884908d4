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
PARTS = (*PAGE_ONE, "answers", "causes", "blocks", "references")
LONGEST_NAME = 80


class BadChoice(ValueError):
    """A part that the page does not have. The message names it and the fix."""


@frozen
class Choice:
    """What goes on the page: parts of `PARTS`, and a name that the person typed."""

    parts: tuple[str, ...] = PARTS
    name: str = ""

    def has(self, part: str) -> bool:
        """True when this part goes on the page."""
        return part in self.parts


@frozen
class Visit:
    """One person on one day, as every door works it out: what was said, and what it comes to.

    `since` is when it began in the person's own rough words, where the day in the case only stands for them.
    """

    case: Case
    findings: Findings
    assessment: Mapping[str, Any]
    knowledge: Knowledge
    day: date
    since: str = ""


def choose(leave_out: Iterable[str] = (), name: str = "") -> Choice:
    """Everything but the parts named.

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
    return Choice(tuple(part for part in PARTS if part not in left), " ".join(name.split())[:LONGEST_NAME])
