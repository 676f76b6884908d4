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
    says that a tape was used. `intensity` is pain there, 0 to 10; `character` are ids of `anatomy/characters.yaml`;
    `spread` says that pain only spreads there from elsewhere.
    """

    side: str | None = None
    x_mm: float | None = None
    y_mm: float | None = None
    error_mm: float | None = None
    region: str | None = None
    measured: bool = False
    intensity: float | None = None
    character: tuple[str, ...] = ()
    spread: bool = False


@frozen
class Located:
    """A mark in the frame of the reference body, mm, with its blur as standard deviations.

    `surface` is None when any would do. `spread` is the mark's own.
    """

    side: Side | None
    x: float
    y: float
    sd_x: float
    sd_y: float
    surface: Surface | None
    region: str | None
    scale: float
    spread: bool = False


def locate(mark: Mark, anatomy: Anatomy, body: Body | None = None, where: str = "mark") -> Located:
    """Where the mark lies in the frame, and how exactly that is known. `where` is what a message calls it.

    Raises:
        BadMark: no such side, region or character, a place outside the map, one that contradicts its side, or none.
    """
    if mark.side is not None and mark.side not in SIDES:
        raise BadMark(f"{where}.side: {mark.side!r} is not one of {', '.join(SIDES)}")
    region = _region(mark.region, anatomy, where)
    known = [one.id for one in anatomy.characters]
    for one in mark.character:
        if one not in known:
            raise BadMark(f"{where}.character: {one!r} is not one of {', '.join(known)}")
    if mark.x_mm is None and mark.y_mm is None and region is None:
        raise BadMark(f"{where}: no place; give x_mm and y_mm, or a region")
    if region is None and (mark.x_mm is None or mark.y_mm is None):
        missing = "x_mm" if mark.x_mm is None else "y_mm"
        raise BadMark(f"{where}.{missing}: missing; give both x_mm and y_mm, or add a region")
    frame = anatomy.frame
    scale = (body or Body()).scale(anatomy)
    error = mark.error_mm or (frame.tape_sd_mm if mark.measured else frame.tap_sd_mm)
    if mark.side == "midline" and mark.x_mm is not None and abs(mark.x_mm) > error:
        raise BadMark(f"{where}.side: 'midline', but x_mm is {mark.x_mm:g}; use left or right, or make x_mm 0")
    # x counts outward on both sides, so a minus sign only repeats the side.
    given_x = None if mark.x_mm is None else abs(mark.x_mm)
    x, sd_x = (region.x, region.sd_x) if region else (0.0, 0.0)
    if given_x is not None:
        x, sd_x = _on_the_map(f"{where}.x_mm", given_x, scale, frame.x_extent), error / scale
    y, sd_y = (region.y, region.sd_y) if region else (0.0, 0.0)
    if mark.y_mm is not None:
        y, sd_y = _on_the_map(f"{where}.y_mm", mark.y_mm, scale, frame.y_extent), error / scale
    surface: Surface | None = region.surface if region else "posterior"
    return Located(cast("Side | None", mark.side), x, y, sd_x, sd_y, surface, mark.region, scale, mark.spread)


def _region(name: str | None, anatomy: Anatomy, where: str) -> Region | None:
    if name is None:
        return None
    for region in anatomy.regions:
        if region.id == name:
            return region
    known = ", ".join(region.id for region in anatomy.regions)
    raise BadMark(f"{where}.region: {name!r} is not a region; use one of {known}")


def _on_the_map(name: str, given: float, scale: float, extent: tuple[float, float]) -> float:
    """A length on this body as one on the reference body."""
    low, high = extent
    value = given / scale
    if not math.isfinite(value) or not low <= value <= high:
        raise BadMark(f"{name}: {given:g} is off the map, which runs from {low * scale:g} to {high * scale:g} mm")
    return value
