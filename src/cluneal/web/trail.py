"""An evidence trail as a time line: where each entry stands in time, and how much it speaks for or against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ..frozen import frozen
from . import charts

WIDTH, HEIGHT, BASE, MARGIN = 640, 74, 52, 14
RADIUS, STEP, MOST_HIGH = 5.0, 12.0, 4
YEARS_AT_MOST = 8
LITTLE = 0.1
JOURNEY = "journey"


@frozen
class Entry:
    """One entry of a record.

    `weight` is in doublings of the odds. `side` is "for", "against" or "neither"; "journey" where it tells no finding.
    """

    day: date | None
    label: str
    value: bool
    source: str
    source_row: str
    weight: float
    side: str

    @property
    def bar(self) -> charts.Bar | None:
        """Its weight as a bar; None when it hardly speaks."""
        return charts.bar(self.weight) if self.side in ("for", "against") else None


@frozen
class Dot:
    """Where an entry stands in the drawing."""

    x: float
    y: float
    side: str


@frozen
class Line:
    """The time line: its dots, the years below it, and the days that it runs from and to."""

    dots: tuple[Dot, ...]
    years: tuple[tuple[float, int], ...]
    first: date
    last: date


def entries(rows: Sequence[Mapping[str, Any]]) -> list[Entry]:
    """The rows of `evidence.parquet` of one person, in their order. Only the first of a finding carries its weight."""
    made, counted = [], set()
    for row in rows:
        # What is said twice counts once.
        weight = 0.0 if row["finding"] in counted else row["weight"] or 0.0
        counted.add(row["finding"])
        side = _side(weight) if row["finding"] else JOURNEY
        source, number = (str(row[name] or "") for name in ("source", "source_row"))
        made.append(Entry(row["day"], str(row["label"]), bool(row["value"]), source, number, weight, side))
    return made


def _side(weight: float) -> str:
    return "neither" if abs(weight) < LITTLE else "for" if weight > 0 else "against"


def drawn(trail: Sequence[Entry]) -> Line | None:
    """The time line of those with a day; None without any."""
    dated = [one for one in trail if one.day is not None]
    days = [one.day for one in dated if one.day is not None]
    if not days:
        return None
    first, last = min(days), max(days)
    span = max((last - first).days, 1)

    def at(day: date) -> float:
        return round(MARGIN + (WIDTH - 2 * MARGIN) * (day - first).days / span, 1)

    heights: dict[int, int] = {}
    dots = []
    for one, day in zip(dated, days, strict=True):
        x = at(day)
        column = round(x / (2 * RADIUS))
        heights[column] = heights.get(column, 0) + 1
        if heights[column] <= MOST_HIGH:
            dots.append(Dot(x, BASE - RADIUS - 2 - (heights[column] - 1) * STEP, one.side))
    every = max(1, -(-(last.year - first.year) // YEARS_AT_MOST))
    years = [year for year in range(first.year + 1, last.year + 1) if (year - first.year - 1) % every == 0]
    return Line(tuple(dots), tuple((at(date(year, 1, 1)), year) for year in years), first, last)
