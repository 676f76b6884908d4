"""Pen and paper: colours by role, round shapes, arrows, words, and the sheet that they stand on.

A colour is a class and, for a renderer without the page's style, the same colour as a presentation attribute. Paths
use absolute M, L, C and Z alone, so that where a figure ends can be computed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape

from ..drawing import _curve, _el, _n

XY = tuple[float, float]

# The colours of paper; a page's figure.css gives its own by the class `f-<role>` (fill) or `s-<role>` (stroke).
COLOURS = {
    "sheet": "#ffffff",
    "paper": "#f4f0e8",
    "map": "#ece2d6",
    "fold": "#b7a48f",
    "bone": "#fbf7ee",
    "edge": "#bfae8e",
    "skin": "#f2c9a5",
    "far": "#dfb48f",
    "top": "#5aa6a3",
    "shorts": "#4f7888",
    "hair": "#7d5f4c",
    "prop": "#ddd5c6",
    # Round bodies and hands, whose fills are light: dark in every theme.
    "pen": "#161d21",
    "ink": "#1d2a30",
    "quiet": "#51606a",
    "act": "#b93c0c",
}
WIDTH = 320.0
INK = 2.4
LINE = 1.6
RIM = 10.0
AREA = 0.34
QUARTER = math.pi / 2
# How far the handles of a Bézier curve stand off so that it follows a circle, for one radian.
HANDLE = 4 / 3


def toward(at: XY, angle: float, length: float) -> XY:
    """The place `length` away in the direction `angle`: degrees, 0 to the right, 90 up."""
    turn = math.radians(angle)
    return at[0] + length * math.cos(turn), at[1] - length * math.sin(turn)


def shape(d: str, fill: str | None = None, stroke: str | None = None, width: float = LINE, **more: str | float) -> str:
    """A path in the colours of these roles. With both, the stroke lies under the fill: an outline round a union."""
    classes = " ".join([*([f"f-{fill}"] if fill else []), *([f"s-{stroke}"] if stroke else [])])
    paint: dict[str, str | float] = {"class_": classes, "d": d, "fill": COLOURS[fill] if fill else "none"}
    if stroke:
        paint |= {"stroke": COLOURS[stroke], "stroke_width": width, "stroke_linejoin": "round"}
        paint |= {"stroke_linecap": "round"}
        paint |= {"paint_order": "stroke"} if fill else {}
    return _el("path", **paint, **more)


def line(points: Sequence[XY], stroke: str, width: float = LINE, **more: str | float) -> str:
    """Straight from point to point."""
    return shape("M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points), None, stroke, width, **more)


def smooth(points: Sequence[XY], closed: bool = False) -> str:
    """A soft path through every point."""
    return _curve(points, closed=closed)


def polygon(points: Iterable[XY]) -> str:
    """A closed path with straight edges, turning the way that `capsule` turns."""
    corners = list(points)
    twice = sum(x * v - u * y for (x, y), (u, v) in zip(corners, [*corners[1:], corners[0]], strict=True))
    if twice < 0:
        corners.reverse()
    return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in corners) + "Z"


def _arc(centre: XY, radius: float, start: float, end: float) -> str:
    """Curves along a circle, from the angle `start` up to `end` (radians, clockwise on the screen)."""
    pieces = max(1, math.ceil((end - start) / QUARTER - 1e-6))
    step = (end - start) / pieces
    away = HANDLE * math.tan(step / 4) * radius
    parts = []
    for i in range(pieces):
        a, b = start + i * step, start + (i + 1) * step
        (cx, cy), (ca, sa), (cb, sb) = centre, (math.cos(a), math.sin(a)), (math.cos(b), math.sin(b))
        points = (
            (cx + radius * ca - away * sa, cy + radius * sa + away * ca),
            (cx + radius * cb + away * sb, cy + radius * sb - away * cb),
            (cx + radius * cb, cy + radius * sb),
        )
        parts.append("C" + " ".join(f"{_n(x)} {_n(y)}" for x, y in points))
    return "".join(parts)


def capsule(p: XY, r: float, q: XY, s: float) -> str:
    """The path round two circles and what lies between: a limb from `p` to `q`."""
    distance = math.dist(p, q)
    if distance <= abs(r - s):
        centre, radius = (p, r) if r > s else (q, s)
        return f"M{_n(centre[0] + radius)} {_n(centre[1])}{_arc(centre, radius, 0, 4 * QUARTER)}Z"
    along = math.atan2(q[1] - p[1], q[0] - p[0])
    lean = math.acos((r - s) / distance)
    first = (q[0] + s * math.cos(along - lean), q[1] + s * math.sin(along - lean))
    second = (p[0] + r * math.cos(along + lean), p[1] + r * math.sin(along + lean))
    return (
        f"M{_n(first[0])} {_n(first[1])}{_arc(q, s, along - lean, along + lean)}"
        f"L{_n(second[0])} {_n(second[1])}{_arc(p, r, along + lean, along - lean + 4 * QUARTER)}Z"
    )


def circle(at: XY, radius: float) -> str:
    """A round path."""
    return capsule(at, radius, at, 0)


def ellipse(at: XY, rx: float, ry: float) -> str:
    """An oval path, upright or lying."""
    turns = [i * QUARTER / 3 for i in range(12)]
    return smooth([(at[0] + rx * math.cos(turn), at[1] + ry * math.sin(turn)) for turn in turns], closed=True)


def rect(x: float, y: float, width: float, height: float, round_: float = 0) -> str:
    """An upright rectangle, with round corners where asked."""
    if not round_:
        return polygon([(x, y), (x + width, y), (x + width, y + height), (x, y + height)])
    right, bottom = x + width - round_, y + height - round_
    return (
        f"M{_n(x + round_)} {_n(y)}L{_n(right)} {_n(y)}"
        f"{_arc((right, y + round_), round_, -QUARTER, 0)}L{_n(x + width)} {_n(bottom)}"
        f"{_arc((right, bottom), round_, 0, QUARTER)}L{_n(x + round_)} {_n(y + height)}"
        f"{_arc((x + round_, bottom), round_, QUARTER, 2 * QUARTER)}L{_n(x)} {_n(y + round_)}"
        f"{_arc((x + round_, y + round_), round_, 2 * QUARTER, 3 * QUARTER)}Z"
    )


def arc_points(centre: XY, radius: float, start: float, end: float) -> list[XY]:
    """Places along a circle, from one angle to another in degrees (0 to the right, 90 up)."""
    count = max(2, round(abs(end - start) / 15) + 1)
    return [toward(centre, start + (end - start) * i / (count - 1), radius) for i in range(count)]


def arrow(points: Sequence[XY], width: float = 4, head: float = 11) -> str:
    """A bold arrow along these points: what moves, and where to. It ends at the last point."""
    (x1, y1), (x2, y2) = points[-2], points[-1]
    angle = math.atan2(y2 - y1, x2 - x1)
    base = (x2 - head * math.cos(angle), y2 - head * math.sin(angle))
    wing = head * 0.62
    corners = [
        (x2, y2),
        (base[0] + wing * math.sin(angle), base[1] - wing * math.cos(angle)),
        (base[0] - wing * math.sin(angle), base[1] + wing * math.cos(angle)),
    ]
    course = [one for one in points[:-1] if math.dist(one, points[-1]) > head] or [points[0]]
    shaft = smooth([*course, base])
    tip = polygon(corners)
    return "".join(
        (
            shape(shaft, None, "sheet", width + 4),
            shape(tip, "sheet", "sheet", 4),
            shape(shaft, None, "act", width),
            shape(tip, "act"),
        )
    )


def both_ways(start: XY, end: XY, width: float = 4, head: float = 11) -> str:
    """A straight arrow with a head at each end: to and fro."""
    middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    length = math.dist(start, end)
    ends = [(x + (middle[0] - x) * 2 * head / length, y + (middle[1] - y) * 2 * head / length) for x, y in (start, end)]
    return arrow([middle, start], width, head) + arrow([middle, end], width, head) + line(ends, "act", width)


def target(at: XY, size: float = 9) -> str:
    """The place that counts: a dot in a ring, in the same shape everywhere."""
    return "".join(
        (
            shape(circle(at, size), "act", None, fill_opacity=0.22),
            shape(circle(at, size), None, "sheet", 4.5),
            shape(circle(at, size), None, "act", 2.2),
            shape(circle(at, max(2.4, size * 0.3)), "act"),
        )
    )


def area(d: str) -> str:
    """A stretch of skin that is meant: shaded, with a dashed edge, so that it is seen without colour too."""
    return shape(d, "act", None, fill_opacity=AREA) + shape(d, None, "act", 2, stroke_dasharray="5 4")


def text(words: str, at: XY, size: float = 14, role: str = "ink", anchor: str = "middle", bold: bool = False) -> str:
    """Words with a rim of paper round them, so that lines under them do not spoil them; light words have none."""
    rim = "ink" if role == "sheet" else "sheet"
    return _el(
        "text",
        escape(words),
        class_=f"f-{role} s-{rim}",
        x=at[0],
        y=at[1],
        fill=COLOURS[role],
        stroke=COLOURS[rim],
        stroke_width=0 if role == "sheet" else size / 3.5,
        stroke_linejoin="round",
        paint_order="stroke",
        font_family="inherit",
        font_size=size,
        font_weight=700 if bold else 400,
        text_anchor=anchor,
    )


def floor(y: float, start: float = 14, end: float = WIDTH - 14) -> str:
    """The ground."""
    return line([(start, y), (end, y)], "quiet", 2.4)


def wall(x: float, top: float, bottom: float, right: bool = True) -> str:
    """A wall at the edge of the picture, seen from its side."""
    width = 12 if right else -12
    return shape(rect(min(x, x + width), top, 12, bottom - top), "prop", "quiet", LINE)


def bed(x: float, y: float, width: float, floor_y: float) -> str:
    """A mattress on legs; `y` is where one lies."""
    legs = [rect(x + 12, y + 14, 7, floor_y - y - 14), rect(x + width - 19, y + 14, 7, floor_y - y - 14)]
    return shape("".join(legs), "prop", "quiet") + shape(rect(x, y, width, 17, 6), "prop", "quiet")


def chair(x: float, seat: float, floor_y: float, faces: int = 1, depth: float = 50, back: float = 62) -> str:
    """A plain chair from the side; `x` is where its back stands."""
    rear, front = x, x + faces * depth
    parts = [
        rect(min(rear, front), seat, depth, 6, 2),
        rect(min(rear, rear + faces * 5), seat - back, 5, back + floor_y - seat, 2),
        rect(min(front, front - faces * 5), seat, 5, floor_y - seat),
    ]
    return shape("".join(parts), "prop", "quiet")


def group(inside: Iterable[str], **more: str | float) -> str:
    """Several shapes together."""
    return _el("g", *inside, **more)


def cut_off(inside: Iterable[str], height: float) -> str:
    """What goes on beyond the sheet, cut off at its edge."""
    return _el("svg", *inside, x=0, y=0, width=WIDTH, height=height)


def window(inside: Iterable[str], at: XY, size: XY, view: tuple[float, float, float, float]) -> str:
    """Part of a larger drawing, cut off at the edges of a frame with round corners; `view` is its viewBox."""
    (x, y), (width, height) = at, size
    corners = rect(x - 2, y - 2, width + 4, height + 4) + rect(x, y, width, height, RIM)
    return (
        shape(rect(x, y, width, height, RIM), "paper")
        + _el("svg", *inside, x=x, y=y, width=width, height=height, viewBox=" ".join(_n(one) for one in view))
        # What is cut off square is covered at the corners: a clip path would need an id.
        + shape(corners, "sheet", None, fill_rule="evenodd")
        + shape(rect(x, y, width, height, RIM), None, "quiet", 1.2)
    )


def sheet(inside: Iterable[str], height: float, title: str, desc: str) -> str:
    """The whole figure: `WIDTH` wide, with its name and what it shows."""
    return _el(
        "svg",
        _el("title", escape(title)),
        _el("desc", escape(desc)),
        shape(rect(0, 0, WIDTH, height, RIM), "sheet"),
        *inside,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_n(WIDTH)} {_n(height)}",
        width=WIDTH,
        height=height,
        class_="picture",
        role="img",
        font_family="system-ui, sans-serif",
    )
