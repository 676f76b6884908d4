"""Hands that press, point, tap and pinch, in millimetres, as seen by somebody who stands behind the person."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .ink import INK, XY, arc_points, capsule, shape, smooth

Bone = tuple[XY, float, XY, float]

# Each hand points to the right; the tip that touches is at the origin. Capsules from the finger to the sleeve.
_FOREARM: tuple[Bone, ...] = (((-104, 10), 19, (-240, 22), 23),)
_THUMB: tuple[Bone, ...] = (
    ((-8, 0), 8.5, (-36, 3), 9.5),
    ((-36, 3), 9.5, (-66, 8), 16),
    ((-66, 8), 16, (-104, 10), 19),
    ((-74, 26), 12, (-96, 26), 12),
)
_INDEX: tuple[Bone, ...] = (
    ((-7, 0), 7, (-34, 1), 8),
    ((-34, 1), 8, (-70, 3), 11),
    ((-78, 12), 19, (-100, 12), 20),
)
_CURLED: tuple[Bone, ...] = tuple(((-56, y), 8, (-80, y + 1), 9) for y in (17, 30))
_INDEX_THUMB: Bone = ((-54, -9), 7, (-84, -4), 11)
_FIST: tuple[Bone, ...] = (
    ((-14, -10), 13, (-14, 16), 13),
    ((-14, 4), 24, (-52, 6), 23),
    ((-52, 6), 23, (-104, 10), 19),
)
_PINCH_THUMB: tuple[Bone, ...] = (((-4, -18), 8, (-34, -32), 9), ((-34, -32), 9, (-74, -10), 15))
_PINCH_INDEX: tuple[Bone, ...] = (((-2, 17), 6.5, (-34, 32), 7.5), ((-34, 32), 7.5, (-74, 20), 14))
_PINCH_PALM: tuple[Bone, ...] = (((-76, 4), 22, (-104, 10), 19),)


@dataclass(frozen=True)
class Hand:
    """A hand whose tip touches `tip`, pointing towards `angle` (degrees, 90 up); `flip` mirrors it."""

    tip: XY
    angle: float
    flip: bool = False
    size: float = 1.0

    def thumb(self) -> str:
        """A thumb that presses."""
        nail = self._nail((-9, 0.5), 5.2)
        return self._skin([*_THUMB, *_FOREARM]) + nail

    def finger(self) -> str:
        """One finger that points, presses or taps."""
        curled = "".join(self._skin([one]) for one in _CURLED)
        return self._skin([*_INDEX, *_FOREARM]) + curled + self._skin([_INDEX_THUMB]) + self._nail((-8, 0.3), 4.2)

    def fist(self) -> str:
        """A closed hand that taps with its side."""
        lines = [self._line([(-3, y), (-20, y - 1)]) for y in (-8, 1, 10)]
        return self._skin([*_FIST, *_FOREARM]) + "".join(lines)

    def pinch(self) -> str:
        """Finger and thumb with something between them."""
        return (
            self._skin([*_PINCH_INDEX, *_PINCH_PALM, *_FOREARM])
            + self._skin([*_PINCH_THUMB])
            + self._nail((-6, -19), 4.4)
        )

    def strokes(self) -> str:
        """Small arcs on both sides of the tip: it taps."""
        arcs = [
            self._line(arc_points((-9, 0), away, *turn), "act") for away in (15, 22) for turn in ((60, 115), (245, 300))
        ]
        return "".join(arcs)

    def _place(self, at: XY) -> XY:
        turn = math.radians(self.angle)
        x, y = at[0] * self.size, at[1] * self.size * (1 if self.flip else -1)
        return (
            self.tip[0] + x * math.cos(turn) - y * math.sin(turn),
            self.tip[1] - x * math.sin(turn) - y * math.cos(turn),
        )

    def _skin(self, bones: Sequence[Bone]) -> str:
        parts = [capsule(self._place(p), r * self.size, self._place(q), s * self.size) for p, r, q, s in bones]
        return shape("".join(parts), "skin", "pen", INK)

    def _nail(self, at: XY, size: float) -> str:
        shape_of = ((-0.6, -0.9), (0.5, -0.75), (1, 0), (0.5, 0.75), (-0.6, 0.9))
        points = [(at[0] + size * x, at[1] + size * y) for x, y in shape_of]
        return shape(smooth([self._place(one) for one in points]), None, "pen", 1.2)

    def _line(self, points: Sequence[XY], role: str = "pen") -> str:
        return shape(smooth([self._place(one) for one in points]), None, role, 2.4 if role == "act" else 1.6)
