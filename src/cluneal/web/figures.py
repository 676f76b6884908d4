"""Figures for pages: how a finding is examined, how a thing is done for oneself, how a place is measured."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Literal, cast

from markupsafe import Markup

from ..anatomy.figures import FIGURES, figure_svg, numbers_in
from ..frozen import frozen
from ..knowledge.schema import Anatomy
from ..language import words
from ..record.person import WORST
from .desk import Desk

Side = Literal["left", "right"]
USUAL_SIDE: Side = "right"


@frozen
class Figure:
    """A drawing for inline use, and the line under it."""

    svg: Markup
    caption: str

    def __html__(self) -> str:
        """In a template: the drawing itself."""
        return self.svg


class Figures:
    """What a page may draw, on the side that hurts most."""

    def __init__(self, desk: Desk) -> None:
        self.knowledge = desk.knowledge
        self.language = desk.language
        side = desk.person().marks.get(WORST, {}).get("side")
        self.side: Side = cast("Side", side) if side in ("left", "right") else USUAL_SIDE

    def named(self, name: str) -> Figure:
        """One of `anatomy.figures.FIGURES`. Raises KeyError when there is none of that name."""
        anatomy = self.knowledge.anatomy
        said = words(self.language).figures.pictures[name]
        return Figure(_drawn(anatomy, name, self.language, self.side), said.caption(**numbers_in(anatomy)))

    def of_finding(self, finding: str) -> Figure | None:
        """How, or where; None when a finding has no figure, or there is no such finding."""
        one = self.knowledge.findings.get(finding)
        return self.named(one.picture) if one and one.picture else None

    def of_self_care(self, item: str) -> Figure | None:
        """What it looks like; each item's figure has the item's name."""
        return self.named(item) if item in self.knowledge.selfcare and item in FIGURES else None

    def once_each(self, findings: Iterable[str]) -> list[str]:
        """Of these findings the first one for each figure, in order: the same figure is not shown twice on a page."""
        first: dict[str, str] = {}
        for name in findings:
            one = self.knowledge.findings.get(name)
            if one and one.picture:
                first.setdefault(one.picture, name)
        return list(first.values())


@cache
def _drawn(anatomy: Anatomy, name: str, language: str, side: Side) -> Markup:
    # Every word of it is escaped where it is drawn.
    return Markup(figure_svg(anatomy, name, words(language).figures, side))  # noqa: S704
