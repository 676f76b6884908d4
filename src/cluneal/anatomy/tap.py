"""From a tap on the picture to a mark on this person's own body, and back."""

from __future__ import annotations

import math

from ..knowledge.schema import Anatomy
from .drawing import XY, from_screen, to_screen
from .mark import Body, Located, Mark
from .words import MIDDLE_MM


def tapped(px: float, py: float, anatomy: Anatomy, body: Body) -> Mark:
    """What a tap at this place of the picture means, to the millimetre; a tap beside the body is put on its edge.

    Args:
        px: right from the midline, in units of the picture.
        py: down from the line between the dimples, in units of the picture.
        body: whose millimetres they become.
    """
    side, x, y = from_screen(px, py)
    scale, frame = body.scale(anatomy), anatomy.frame
    x_mm = min(round(x * scale), math.floor(frame.x_extent[1] * scale))
    low, high = math.ceil(frame.y_extent[0] * scale), math.floor(frame.y_extent[1] * scale)
    y_mm = max(low, min(high, round(y * scale)))
    # What is said to be in the middle is kept there.
    return Mark("midline", 0, y_mm) if x_mm < MIDDLE_MM else Mark(side, x_mm, y_mm)


def tap_of(located: Located) -> XY:
    """Where that place is on the picture; the right one of two."""
    middle = located.side == "midline" or located.x == 0
    return to_screen(0 if middle else located.x, located.y, "midline" if middle else _one(located.side))


def _one(side: str | None) -> str:
    return "left" if side == "left" else "right"
