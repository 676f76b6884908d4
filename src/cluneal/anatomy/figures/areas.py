"""Stretches of skin, shaded on the body from behind: where it is numb, and how far it goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from .ink import XY, area, arrow, line, polygon, smooth, target
from .places import Map, Picture

STEP = 12.0


def saddle(where: Map) -> Picture:
    """Between the legs: round the back passage and the top of the inner thighs, on both sides."""
    where = replace(where, half=184, top=10, bottom=-240)
    bone, top = where.point("ischial_tuberosity"), where.line("natal_cleft").points[1][1]
    crotch, _, low, *_ = where.line("inner_thigh").points
    outside = [(0, top + 6), (26, top - 6), (bone.x * 0.75, bone.y + 16), (bone.x * 0.85, bone.y - 18)]
    outside += [(bone.x * 0.7, low[1] + 34), (low[0] + 18, low[1] + 20)]
    inside = [(low[0], low[1] + 22), crotch]
    right = [where.at(x, y) for x, y in (*outside, *inside)]
    left = [where.at(x, y, mirrored=True) for x, y in (*outside[1:], *inside[:1])]
    over = [
        area(smooth([*right, *reversed(left)], closed=True)),
        where.words(where.labels["sitting_bone"], where.at(bone.x + 62, bone.y + 40, mirrored=True), 13),
    ]
    return where.drawn(over)


def numb_patch(where: Map) -> Picture:
    """The skin that the upper and middle nerves serve: stroke it, and compare with the other side."""
    where = replace(where, half=184, top=100, bottom=-190)
    skin = [where.line(name).points[:-1] for name in ("SCN_territory", "MCN_territory")]
    over = [
        *(area(smooth([where.at(x, y) for x, y in points], closed=True)) for points in skin),
        *(where.plain(smooth([where.at(x, y, mirrored=True) for x, y in points], closed=True)) for points in skin),
        arrow([where.at(112, 40), where.at(122, 0), where.at(112, -50)], 4.4, 14),
        arrow([where.at(112, 40, True), where.at(122, 0, True), where.at(112, -50, True)], 4.4, 14),
    ]
    return where.drawn(over)


def above_belt(where: Map) -> Picture:
    """The back above the line where a belt sits."""
    where = replace(where, half=168, top=205, bottom=-30)
    y = where.line("belt").points[0][1]
    return where.drawn([area(_band(where, where.top + 6, y, both=True)), *_belt(where, y)])


def below_belt(where: Map) -> Picture:
    """The two dimples and the buttocks, down to the fold."""
    where = replace(where, half=184, top=110, bottom=-215)
    y = where.point("L5_spinous").y
    dimple = where.point("PSIS")
    over = [
        area(_band(where, y, where.point("gluteal_fold").y, both=True)),
        *where.dimples(),
        where.words(where.labels["dimples"], (0, -dimple.y - 22), 14, bold=True),
        where.words(where.labels["fold"], (0, -where.point("gluteal_fold").y + 26), 13),
    ]
    return where.drawn(over)


def _belt(where: Map, y: float) -> Iterator[str]:
    ends = where.at(where.half, y), where.at(where.half, y, mirrored=True)
    yield line(ends, "sheet", 8)
    yield line(ends, "ink", 3.4, stroke_dasharray="10 6")
    yield where.words(where.labels["belt"], (0, -y + 22), 14, bold=True)


def to_buttock(where: Map) -> Picture:
    """From the back into the buttock, and there it stops."""
    return _spread(where, where.point("gluteal_fold").y + STEP, "fold")


def to_thigh(where: Map) -> Picture:
    """From the back or buttock into the thigh."""
    return _spread(where, _knee(where) + 5 * STEP, "fold")


def below_knee(where: Map) -> Picture:
    """Down the leg, past the knee."""
    return _spread(where, where.anatomy.frame.y_extent[0] - STEP, "knee")


def _knee(where: Map) -> float:
    return where.line("femur").points[-1][1]


def _spread(where: Map, end: float, name: str) -> Picture:
    where = replace(where, half=400, top=210, bottom=max(end - 260, -690))
    start = where.point("SCN")
    y = where.point("gluteal_fold").y if name == "fold" else _knee(where)
    edge = where.at(40, y, mirrored=True)
    far = where.at(190, y, mirrored=True)
    course = [where.at(start.x + 8, start.y)]
    course += [where.at(_middle(where, at), at) for at in (-60.0, -170.0, -300.0, -430.0, -560.0) if at > end + 60]
    course.append(where.at(_middle(where, end + 22), end + 22))
    over = [
        area(_band(where, start.y + 32, end)),
        arrow(course, 9, 30),
        target(where.at(start.x, start.y), 20),
        line([edge, far], "ink", 4, stroke_dasharray="9 7"),
        where.words(where.labels[name], where.at(268, y - 12, mirrored=True), 13),
    ]
    return where.drawn(over)


def _middle(where: Map, y: float) -> float:
    return (_edge(where, "body_outline", y) + _edge(where, "inner_thigh", y)) / 2


def _edge(where: Map, name: str, y: float) -> float:
    """How far out a line of the body lies at a height; above its upper end it lies in the middle."""
    points = where.line(name).points
    if y > points[0][1]:
        return 0.0
    for (x1, y1), (x2, y2) in pairwise(points):
        if y1 >= y >= y2:
            return x1 + (x2 - x1) * (y1 - y) / (y1 - y2)
    return points[-1][0]


def _band(where: Map, top: float, bottom: float, both: bool = False) -> str:
    """The skin of one side, or of both, from one height down to another, a little inside its edges."""
    count = max(2, round((top - bottom) / STEP))
    heights = [top + (bottom - top) * i / count for i in range(count + 1)]

    def edge(mirrored: bool) -> list[XY]:
        return [where.at(_edge(where, "body_outline", y) - 4, y, mirrored) for y in heights]

    if both:
        return polygon([*edge(False), *reversed(edge(True))])
    inner = [where.at(_edge(where, "inner_thigh", y) + 5, y) for y in heights]
    return polygon([*edge(False), *reversed(inner)])
