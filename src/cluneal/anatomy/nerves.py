"""Which nerves pass within the error of a mark."""

from __future__ import annotations

import math
from itertools import pairwise

from ..frozen import frozen
from ..knowledge.schema import Anatomy
from .mark import Located


@frozen
class NearNerve:
    """A nerve with the distance of its course, and of the point where it crosses bone or ligament, in mm."""

    id: str
    name: str
    cause: str | None
    distance_mm: float
    crossing_distance_mm: float | None


def nerves_within(located: Located, anatomy: Anatomy, errors: float = 2.0) -> list[NearNerve]:
    """Nerves whose course comes within `errors` standard deviations of the mark, nearest first.

    The standard deviation is that of the mark and of the anatomy together.
    """
    near = []
    for nerve in anatomy.nerves:
        distance = distance_to_line(located.x, located.y, nerve.points)
        reach = errors * math.hypot(max(located.sd_x, located.sd_y), nerve.sd_mm)
        if distance <= reach:
            at = nerve.crosses
            crossing = math.hypot(located.x - at.x, located.y - at.y) if at else None
            near.append(NearNerve(nerve.id, nerve.name, nerve.cause, distance, crossing))
    return sorted(near, key=lambda one: one.distance_mm)


def distance_to_line(x: float, y: float, points: tuple[tuple[float, float], ...]) -> float:
    """Shortest distance from (x, y) to a polyline of at least two points, in the unit of both."""
    return min(_to_segment(x, y, *start, *end) for start, end in pairwise(points))


def _to_segment(x: float, y: float, x1: float, y1: float, x2: float, y2: float) -> float:
    length = (x2 - x1) ** 2 + (y2 - y1) ** 2
    along = 0.0 if length == 0 else max(0.0, min(1.0, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length))
    return math.hypot(x - x1 - along * (x2 - x1), y - y1 - along * (y2 - y1))
