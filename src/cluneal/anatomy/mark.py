"""A mark: where it hurts, as a tap, a tape measurement or a named region, and how exactly that is known."""

from __future__ import annotations

import math
from typing import Literal, cast, get_args

from ..frozen import frozen
from ..knowledge.schema import Anatomy, Region
from ..knowledge.terms import Surface

Side = Literal["left", "right", "both", "midline"]
SIDES: tuple[str, ...] = get_args(Side)


class BadMark(ValueError):
    """The mark names no place, or one that is not on the map. The message names the field and the fix."""


@frozen
class Body:
    """What scales the frame: a measured distance between the dimples, or else the height."""

    height_cm: float | None = None
    psis_distance_mm: float | None = None

    def scale(self, anatomy: Anatomy) -> float:
        """Size of this body against the reference body; 1 when nothing is known."""
        if self.psis_distance_mm is not None:
            return self.psis_distance_mm / anatomy.frame.reference_psis_distance_mm
        if self.height_cm is not None:
            return self.height_cm / anatomy.frame.reference_height_cm
        return 1.0


@frozen
class Mark:
    """As given: millimetres on this person's own body, or a region, or both (the region fills what is missing).

    `x_mm` is the distance from the midline, outward; `y_mm` is up from the line between the dimples. `measured`
    says that a tape was used.
    """

    side: str | None = None
    x_mm: float | None = None
    y_mm: float | None = None
    error_mm: float | None = None
    region: str | None = None
    measured: bool = False


@frozen
class Located:
    """A mark in the frame of the reference body, mm, with its spread. `surface` is None when any would do."""

    side: Side | None
    x: float
    y: float
    sd_x: float
    sd_y: float
    surface: Surface | None
    region: str | None
    scale: float


def locate(mark: Mark, anatomy: Anatomy, body: Body | None = None) -> Located:
    """Where the mark lies in the frame, and how exactly that is known.

    Raises:
        BadMark: no such side or region, a place outside the map, one that contradicts its side, or none at all.
    """
    if mark.side is not None and mark.side not in SIDES:
        raise BadMark(f"mark.side: {mark.side!r} is not one of {', '.join(SIDES)}")
    region = _region(mark.region, anatomy)
    if mark.x_mm is None and mark.y_mm is None and region is None:
        raise BadMark("mark: no place; give x_mm and y_mm, or a region")
    if region is None and (mark.x_mm is None or mark.y_mm is None):
        missing = "x_mm" if mark.x_mm is None else "y_mm"
        raise BadMark(f"mark.{missing}: missing; give both x_mm and y_mm, or add a region")
    frame = anatomy.frame
    scale = (body or Body()).scale(anatomy)
    error = mark.error_mm or (frame.tape_sd_mm if mark.measured else frame.tap_sd_mm)
    if mark.side == "midline" and mark.x_mm is not None and abs(mark.x_mm) > error:
        raise BadMark(f"mark.side: 'midline', but x_mm is {mark.x_mm:g}; use left or right, or make x_mm 0")
    x, sd_x = _coordinate("x_mm", mark.x_mm, scale, error, (region.x, region.sd_x) if region else None, frame.x_extent)
    y, sd_y = _coordinate("y_mm", mark.y_mm, scale, error, (region.y, region.sd_y) if region else None, frame.y_extent)
    surface: Surface | None = region.surface if region else "posterior"
    return Located(cast("Side | None", mark.side), x, y, sd_x, sd_y, surface, mark.region, scale)


def _region(name: str | None, anatomy: Anatomy) -> Region | None:
    if name is None:
        return None
    for region in anatomy.regions:
        if region.id == name:
            return region
    known = ", ".join(region.id for region in anatomy.regions)
    raise BadMark(f"mark.region: {name!r} is not a region; use one of {known}")


def _coordinate(
    name: str,
    given: float | None,
    scale: float,
    error: float,
    from_region: tuple[float, float] | None,
    extent: tuple[float, float],
) -> tuple[float, float]:
    if given is None:
        assert from_region is not None
        centre, spread = from_region
        return centre, spread
    # x counts outward on both sides, so a minus sign only repeats the side.
    value = abs(given) / scale if name == "x_mm" else given / scale
    if not math.isfinite(value) or not extent[0] <= value <= extent[1]:
        raise BadMark(
            f"mark.{name}: {given:g} is off the map, which runs from {extent[0] * scale:g} to {extent[1] * scale:g} mm"
        )
    # The error is on this body too, so it scales with it.
    return value, error / scale
