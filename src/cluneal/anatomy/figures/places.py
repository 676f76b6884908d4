"""Places on the back of the pelvis, close up: where it is, how far from what, and the hand that goes there."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...knowledge.schema import Anatomy, Line, Point
from ..drawing import SIDES, _both, to_screen
from .hands import Hand
from .ink import (
    LINE,
    WIDTH,
    XY,
    arc_points,
    circle,
    ellipse,
    group,
    line,
    shape,
    smooth,
    text,
    window,
)

Picture = tuple[list[str], float]

HEADER = 32.0
MARGIN = 8.0
# Bones shine through, so that what lies on the skin stands out.
BONES_UNDER_SKIN = 0.6
VERTEBRAE = ("T12_spinous", "L1_spinous", "L2_spinous", "L3_spinous", "L4_spinous", "L5_spinous")


@dataclass(frozen=True)
class Map:
    """The map, how much of it is shown, which side the hand is on, and the words on it."""

    anatomy: Anatomy
    labels: Mapping[str, Any]
    side: str = "right"
    half: float = 168.0
    top: float = 112.0
    bottom: float = -82.0

    @property
    def scale(self) -> float:
        """Units of the sheet for a millimetre."""
        return (WIDTH - 2 * MARGIN) / (2 * self.half)

    def at(self, x: float, y: float, mirrored: bool = False) -> XY:
        """A place on the side that is shown; on the other one when mirrored."""
        side = {True: {"left": "right", "right": "left"}[self.side], False: self.side}[mirrored]
        return to_screen(x, y, side if x else "midline")

    def point(self, name: str) -> Point:
        """A landmark or trigger point."""
        points = (*self.anatomy.landmarks, *self.anatomy.trigger_points)
        return next(one for one in points if one.id == name)

    def line(self, name: str) -> Line:
        """A line of the map."""
        return next(one for one in self.anatomy.lines if one.id == name)

    def ways(self, angle: float) -> float:
        """A direction given for the right side (degrees, 90 up), turned over for the left."""
        return angle if self.side == "right" else 180 - angle

    def hand(self, tip: XY, angle: float = 180, flip: bool = True, size: float = 1.0) -> Hand:
        """A hand that comes from the outside. `tip` is on the paper already."""
        return Hand(tip, self.ways(angle), flip if self.side == "right" else not flip, size)

    def words(
        self, words: str, at: XY, size: float = 14, role: str = "ink", bold: bool = False, anchor: str = "middle"
    ) -> str:
        """Words at a place of the map, as large as elsewhere on the sheet."""
        return text(words, at, size / self.scale, role, anchor, bold)

    def drawn(self, over: Iterable[str]) -> Picture:
        """The whole picture: the body with `over` on it, and which side is which."""
        height = (self.top - self.bottom) * self.scale
        view = (-self.half, -self.top, 2 * self.half, self.top - self.bottom)
        inside = [*self._body(), *self._bones(), *over]
        picture = window(inside, (MARGIN, HEADER), (WIDTH - 2 * MARGIN, height), view)
        y = HEADER + height + 19
        return [
            picture,
            text(self.labels["left"], (MARGIN + 2, 21), 15, "ink", "start", True),
            text(self.labels["right"], (WIDTH - MARGIN - 2, 21), 15, "ink", "end", True),
            text(self.labels["behind"], (WIDTH / 2, y), 13, "quiet"),
        ], y + 9

    def _body(self) -> Iterator[str]:
        half = [*self.line("body_outline").points, *reversed(self.line("inner_thigh").points)]
        left, right = _both(half)
        yield shape(smooth([*left, *reversed(right)], closed=True), "map", "fold", LINE)

    def _bones(self) -> Iterator[str]:
        hip = [*self.line("iliac_crest").points, *self.line("hip_bone_edge").points[1:-1]]
        edge = self.line("sacrum_edge").points
        parts = []
        for name, width in (("twelfth_rib", 8), ("femur", 20)):
            for points in _both(self.line(name).points):
                parts.append(shape(smooth(points), None, "edge", width + 2.4))
                parts.append(shape(smooth(points), None, "bone", width))
        sacrum = [to_screen(x, y, "right") for x, y in edge]
        sacrum += [to_screen(x, y, "left") for x, y in reversed(edge[1:-1])]
        parts.append(shape(smooth(sacrum, closed=True), "bone", "edge", 2.4))
        for name in VERTEBRAE:
            x, y = to_screen(0, self.point(name).y, "midline")
            parts.append(shape(ellipse((x, y), 24, 8) + ellipse((x, y + 2), 6, 11), "bone", "edge", 2.4))
        parts += [shape(smooth(points, closed=True), "bone", "edge", 2.4) for points in _both(hip)]
        yield group(parts, opacity=BONES_UNDER_SKIN)
        for name in ("buttock_fold", "natal_cleft"):
            for points in _both(self.line(name).points):
                yield shape(smooth(points), None, "fold", 2.4)

    def rim(self) -> Iterator[str]:
        """The rim of the pelvis, drawn strong on both sides: what the thumb looks for."""
        for points in _both(self.line("iliac_crest").points):
            yield shape(smooth(points), None, "ink", 3)

    def dimples(self) -> Iterator[str]:
        """The two dimples."""
        dimple = self.point("PSIS")
        for side in SIDES:
            x, y = to_screen(dimple.x, dimple.y, side)
            yield shape(ellipse((x, y), dimple.sd_x, dimple.sd_y + 3), "fold", None, fill_opacity=0.75)
            yield shape(smooth(arc_points((x, y - 2), 10, 200, 340)), None, "ink", 2)

    def midline(self) -> Iterator[str]:
        """The middle of the back, dashed."""
        yield line([(0, -self.top), (0, -self.bottom)], "ink", 1.6, stroke_dasharray="7 5")

    def across(self, to: XY, words: str) -> Iterator[str]:
        """How far it is from the middle of the back."""
        yield from _measured((0, to[1]), to)
        yield self.words(words, (to[0] / 2, to[1] - 8), 16, bold=True)

    def down(self, start: XY, end: XY, words: str) -> Iterator[str]:
        """How far it is straight down."""
        yield from _measured(start, end)
        x = (start[0] + end[0]) / 2 - (8 if self.side == "right" else -8) / self.scale
        yield self.words(
            words, (x, (start[1] + end[1]) / 2 + 5), 15, bold=True, anchor="end" if self.side == "right" else "start"
        )

    def other_side(self, point: Point) -> str:
        """A plain ring where the same point lies on the other side."""
        return self.ring(point.x, point.y, 9)

    def ring(self, x: float, y: float, size: float) -> str:
        """A dashed ring on the other side: compare with here."""
        d = circle(self.at(x, y, mirrored=True), size)
        return shape(d, None, "sheet", 4.5) + shape(d, None, "ink", 2, stroke_dasharray="5 4")

    def plain(self, d: str) -> str:
        """The same stretch on the other side, for comparison."""
        return shape(d, None, "ink", 2, stroke_dasharray="5 4")


def _measured(start: XY, end: XY) -> Iterator[str]:
    """A line with a stroke at each end, like a tape laid on."""
    angle = math.atan2(end[1] - start[1], end[0] - start[0])
    ticks = [
        (one[0] + 6 * math.sin(angle) * sign, one[1] - 6 * math.cos(angle) * sign)
        for one in (start, end)
        for sign in (1, -1)
    ]
    for colour, width in (("sheet", 5.5), ("ink", 2.2)):
        yield line([start, end], colour, width)
        yield line(ticks[:2], colour, width)
        yield line(ticks[2:], colour, width)


def cm(millimetres: float) -> str:
    """Whole centimetres, as a person reads them from a tape."""
    return f"{round(millimetres / 10):g}"
