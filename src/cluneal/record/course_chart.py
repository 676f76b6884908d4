"""The course as an SVG: function and pain over time, with treatments, blocks, self-care and check-ins below.

The picture has no ids and no style of its own, so that it can stand twice on a page; its colours are plain attributes,
and a page may set others by class. What shape carries is never carried by colour alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from html import escape
from itertools import pairwise
from typing import Any, Literal

from ..frozen import frozen
from .course import DAYS, Bucket, Step, start_of

INK, QUIET, LINE, MAIN, OTHER, CARE, CARD = (
    "#1d2a30",
    "#51606a",
    "#cfc7ba",
    "#0b5f62",
    "#9a4a12",
    "#8a5a00",
    "#ffffff",
)
LEFT, RIGHT, TOP, BOTTOM, TITLE, GAP, AXIS = 30.0, 12.0, 4.0, 8.0, 30.0, 12.0, 40.0
LANE, LANE_TEXT, LANE_MIDDLE = 37.0, 12.0, 23.0
TEXT, SMALL = 14.0, 12.5
LETTER = 7.0  # how wide one is, at most
HALO = 3.0
DOTS_UP_TO = 45
SHORTEST_DAYS = 14
DAYS_ON_AXIS_UP_TO = 50

Style = Literal["solid", "dashed"]


@frozen
class Curve:
    """One line of a panel, broken where more than `longest_gap` days have nothing.

    `spread` draws the lowest to the highest behind it.
    """

    name: str
    buckets: Sequence[Bucket]
    longest_gap: int
    style: Style = "solid"
    spread: bool = False


@frozen
class Panel:
    """Lines on one scale. `band` is where a difference from the start is too small to matter, `start` its middle."""

    title: str
    low: float
    high: float
    curves: Sequence[Curve]
    height: float
    start: float | None = None
    band: tuple[float, float] | None = None


@frozen
class Lane:
    """Something over time: from a day to a day (None goes on), or single days. `number` as on the lines above."""

    name: str
    bars: Sequence[tuple[date, date | None]] = ()
    days: Sequence[date] = ()
    kind: Literal["bar", "block", "tick"] = "bar"
    marked: bool = False


@frozen
class Sheet:
    """Where days stand on a picture of `width`."""

    width: float
    first: date
    last: date
    step: Step

    def x(self, day: date) -> float:
        """A day's place; what lies outside stands at the edge."""
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return LEFT + min(max(share, 0.0), 1.0) * (self.right - LEFT)

    def middle(self, start: date) -> float:
        """The place of a column: the middle of its week, month or year, as far as it is on the picture."""
        end = min(start + timedelta(days=round(DAYS[self.step]) - 1), self.last)
        return (self.x(start) + self.x(end)) / 2

    @property
    def right(self) -> float:
        """The end of the axis."""
        return self.width - RIGHT


def sheet(width: float, first: date, last: date, step: Step) -> Sheet:
    """A sheet from the first to the last day, and never so short that two days fill it."""
    return Sheet(width, min(first, last - timedelta(days=SHORTEST_DAYS)), last, step)


def course_svg(on: Sheet, panels: Sequence[Panel], lanes: Sequence[Lane], words: Mapping[str, Any]) -> str:
    """The picture, as one SVG element.

    Args:
        on: the width and the days.
        panels: from top to bottom.
        lanes: below them; the marked ones have a line up through the panels.
        words: `title`, `described`, `months` (twelve short names).
    """
    top, parts, plots = TOP, [], []
    for panel in panels:
        plots.append((top + TITLE, top + TITLE + panel.height))
        top += TITLE + panel.height + GAP
    foot = plots[-1][1] if plots else top
    laid = [(lane, foot + AXIS + i * LANE) for i, lane in enumerate(lanes)]
    for lane, y in laid:
        if lane.marked:
            for day in _marked_days(lane, on):
                # From what began up through every line, so that each can be followed to the other.
                parts.append(_rule(on.x(day), TOP + TITLE, on.x(day), y + LANE_MIDDLE, "needle", 1, "2 3"))
    for panel, (start, end) in zip(panels, plots, strict=True):
        parts += _panel(panel, start, end, on)
    parts += _axis(on, foot, words["months"])
    for lane, y in laid:
        parts += _lane(lane, y, on)
    height = foot + AXIS + len(lanes) * LANE + BOTTOM
    return _el(
        "svg",
        _el("title", escape(words["title"])),
        _el("desc", escape(words["described"])),
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_n(on.width)} {_n(height)}",
        class_="course",
        role="img",
        font_family="inherit",
    )


def _panel(panel: Panel, top: float, foot: float, on: Sheet) -> Iterator[str]:
    span = panel.high - panel.low

    def y(value: float) -> float:
        return foot - (min(max(value, panel.low), panel.high) - panel.low) / span * (foot - top)

    yield _text(panel.title, 2, top - 11, "heading")
    if panel.band:
        high, low = y(panel.band[1]), y(panel.band[0])
        yield _el("rect", x=LEFT, y=high, width=on.right - LEFT, height=low - high, class_="band", fill=CARE,
                  fill_opacity=0.16)  # fmt: skip
    for share in (0.0, 0.5, 1.0):
        value = panel.low + share * span
        yield _rule(LEFT, y(value), on.right, y(value), "grid", 0.7)
        yield _text(f"{value:g}", LEFT - 6, y(value) + 4, "quiet", "end", SMALL)
    if panel.start is not None:
        yield _rule(LEFT, y(panel.start), on.right, y(panel.start), "start", 1.2, "6 3")
    for number, curve in enumerate(panel.curves):
        yield from _curve(curve, number, y, on)
    yield from _legend(panel, top - 11, on)


def _legend(panel: Panel, y: float, on: Sheet) -> Iterator[str]:
    if len(panel.curves) < 2:
        return
    x = on.right
    for number, curve in reversed(list(enumerate(panel.curves))):
        x -= LETTER * len(curve.name)
        yield _text(curve.name, x, y, "quiet", "start", SMALL)
        yield _line([(x - 25, y - 4), (x - 5, y - 4)], number, curve.style)
        x -= 35


def _curve(curve: Curve, number: int, y: Any, on: Sheet) -> Iterator[str]:
    runs = list(_runs(curve, on.step))
    if curve.spread:
        for run in runs:
            yield _area(run, y, on)
    points = [[(on.middle(one.start), y(one.middle)) for one in run] for run in runs]
    for at in points:
        if len(at) > 1:
            yield _line(at, number, curve.style)
    dotted = len(curve.buckets) <= DOTS_UP_TO
    for at in points:
        for x, height in at:
            # A single one has no line that would show it.
            if dotted or len(at) == 1:
                yield _dot(x, height, number)


def _runs(curve: Curve, step: Step) -> Iterator[list[Bucket]]:
    """The buckets in pieces without a long gap."""
    run = list(curve.buckets[:1])
    for one, other in pairwise(curve.buckets):
        # Two columns beside each other have no gap, however long they are.
        if (other.start - one.start).days > max(curve.longest_gap, 1.1 * DAYS[step]):
            yield run
            run = []
        run.append(other)
    if run:
        yield run


def _area(run: Sequence[Bucket], y: Any, on: Sheet) -> str:
    """From the lowest to the highest of each column; one that stands alone is as wide as its time."""
    ends = [(on.middle(one.start), one) for one in run]
    if len(run) == 1:
        ends = [(on.middle(run[0].start) + off, run[0]) for off in (-2.0, 2.0)]
    up = "L".join(f"{_n(x)} {_n(y(one.high))}" for x, one in ends)
    down = "L".join(f"{_n(x)} {_n(y(one.low))}" for x, one in reversed(ends))
    return _el("path", d=f"M{up}L{down}Z", class_="spread", fill=MAIN, fill_opacity=0.18)


def _line(points: Sequence[tuple[float, float]], number: int, style: Style) -> str:
    path = "L".join(f"{_n(x)} {_n(y)}" for x, y in points)
    dash = {"stroke_dasharray": "5 4"} if style == "dashed" else {}
    return _el("path", d=f"M{path}", class_="line main" if number == 0 else "line other", fill="none",
               stroke=OTHER if number else MAIN, stroke_width=1.8 if number else 2.4, stroke_linejoin="round",
               **dash)  # fmt: skip


def _dot(x: float, y: float, number: int) -> str:
    if number == 0:
        return _el("circle", cx=x, cy=y, r=3, class_="dot main", fill=MAIN)
    return _el("rect", x=x - 2.6, y=y - 2.6, width=5.2, height=5.2, class_="dot other", fill=CARD, stroke=OTHER,
               stroke_width=1.4)  # fmt: skip


def _axis(on: Sheet, y: float, months: Sequence[str]) -> Iterator[str]:
    """Days on a short picture, else months; the year below wherever it begins."""
    short = (on.last - on.first).days <= DAYS_ON_AXIS_UP_TO
    free, year_free, year = 0.0, 0.0, 0
    for day in _ticks(on, short):
        x = on.x(day)
        said = f"{day.day} {months[day.month - 1]}" if short else months[day.month - 1]
        half = LETTER * len(said) / 2
        if x - half < max(free, LEFT - 12) or x + half > on.width:
            continue
        yield _rule(x, y, x, y + 4, "tick", 1)
        yield _text(said, x, y + 17, "ink", "middle", SMALL)
        free = x + half + 8
        if day.year != year and x - 14 >= year_free:
            yield _text(str(day.year), x, y + 32, "quiet", "middle", SMALL)
            year, year_free = day.year, x + 20


def _ticks(on: Sheet, short: bool) -> Iterator[date]:
    day = start_of(on.first, "week" if short else "month")
    room = (on.right - LEFT) / max((on.last - on.first).days, 1)
    # On a long picture only every third month, or every January, has room.
    every = 1 if room * DAYS["month"] >= LETTER * 3 + 8 else 3 if room * DAYS["month"] * 3 >= LETTER * 3 + 8 else 12
    while day <= on.last:
        if day >= on.first and (short or (day.month - 1) % every == 0):
            yield day
        day = day + timedelta(days=7) if short else start_of(day + timedelta(days=31), "month")


def _marked_days(lane: Lane, on: Sheet) -> Iterator[date]:
    for day in (*lane.days, *(start for start, _ in lane.bars)):
        if on.first < day <= on.last:
            yield day


def _lane(lane: Lane, y: float, on: Sheet) -> Iterator[str]:
    yield _text(_cut(lane.name, on), LEFT, y + LANE_TEXT, "ink", size=SMALL)
    middle = y + LANE_MIDDLE
    yield _rule(LEFT, middle, on.right, middle, "grid", 0.5)
    for start, end in lane.bars:
        x, to = on.x(start), on.x(end or on.last)
        yield _el("rect", x=x, y=middle - 4, width=max(to - x, 4), height=8, rx=3, class_="bar", fill=OTHER,
                  fill_opacity=0.75)  # fmt: skip
        # A bar that goes on past an edge says so by an arrow.
        if start < on.first:
            yield _arrow(x - 2, middle, -1)
        if end is None:
            yield _arrow(to + 2, middle, 1)
    shown: dict[float, date] = {}
    for day in lane.days:
        if on.first <= day <= on.last:
            shown.setdefault(round(on.x(day)), day)
    if lane.kind == "block":
        for x in shown:
            yield _el("path", d=f"M{_n(x)} {_n(middle - 6)}l6 6l-6 6l-6 -6Z", class_="block", fill=CARE)
    elif shown:
        path = "".join(f"M{_n(x)} {_n(middle - 4)}v8" for x in shown)
        yield _el("path", d=path, class_="ticks", stroke=MAIN, stroke_width=1.4)


def _cut(name: str, on: Sheet) -> str:
    """The name as far as a line has room for it."""
    most = int((on.right - LEFT) / LETTER)
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"


def _arrow(x: float, y: float, way: int) -> str:
    return _el("path", d=f"M{_n(x)} {_n(y - 5)}l{5 * way} 5l{-5 * way} 5Z", class_="bar", fill=OTHER)


COLOURS = {"ink": INK, "heading": INK, "quiet": QUIET, "grid": LINE, "tick": QUIET, "needle": QUIET, "start": CARE}


def _rule(x: float, y: float, x2: float, y2: float, kind: str, width: float, dash: str = "") -> str:
    dashed = {"stroke_dasharray": dash} if dash else {}
    path = f"M{_n(x)} {_n(y)}L{_n(x2)} {_n(y2)}"
    return _el("path", d=path, class_=kind, stroke=COLOURS[kind], stroke_width=width, **dashed)


def _text(said: str, x: float, y: float, kind: str, anchor: str = "start", size: float = TEXT) -> str:
    """Words with a rim in the colour of the page, so that a line behind them cuts through no letter."""
    bold = {"font_weight": "700"} if kind == "heading" else {}
    return _el("text", escape(said), x=x, y=y, class_=kind, fill=COLOURS[kind], text_anchor=anchor, font_size=size,
               stroke=CARD, stroke_width=HALO, stroke_linejoin="round", paint_order="stroke", **bold)  # fmt: skip


def _el(tag: str, *children: str, **attributes: str | float) -> str:
    """One element; a name as in `anatomy.drawing`."""
    text = "".join(
        f" {name.rstrip('_') if name in ('class_', 'viewBox') else name.replace('_', '-')}="
        f'"{escape(value) if isinstance(value, str) else _n(value)}"'
        for name, value in attributes.items()
    )
    return f"<{tag}{text}>{''.join(children)}</{tag}>" if children else f"<{tag}{text}/>"


def _n(value: float) -> str:
    return f"{round(value, 1):g}"
