"""Say a place back in plain words and in centimetres, from the same numbers that draw it."""

from __future__ import annotations

import math

from ..knowledge.schema import Anatomy, Region
from .mark import Located

# So near, it is in the middle, or level: places are said to the nearest half centimetre.
MIDDLE_MM = 5


def in_words(located: Located, anatomy: Anatomy) -> str:
    """For example: "about 7 cm right of the spine and 5 cm above the dimples, on the rim of the pelvis"."""
    region = next((one for one in anatomy.regions if one.id == located.region), None)
    place = region.plain if region else nearest_region(located, anatomy)
    if region is not None and (located.sd_x, located.sd_y) == (region.sd_x, region.sd_y):
        return f"{_on_side(located)}{place}"
    return f"{_across(located)} and {_up(located)}, {_preposition(place)}{place}"


def nearest_region(located: Located, anatomy: Anatomy) -> str:
    """Plain name of the region on the same surface whose blob holds the mark best."""
    return _nearest(located.x, located.y, located, anatomy).plain


def region_of(located: Located, anatomy: Anatomy) -> Region | None:
    """The region that the mark surely lies in: named by the person, or the nearest all over its blur (1 sd)."""
    if located.region is not None:
        return next(one for one in anatomy.regions if one.id == located.region)
    x, y = located.x, located.y
    blur = [(x - located.sd_x, y), (x + located.sd_x, y), (x, y - located.sd_y), (x, y + located.sd_y)]
    found = {one.id: one for one in (_nearest(*at, located, anatomy) for at in ((x, y), *blur))}
    return next(iter(found.values())) if len(found) == 1 else None


def _nearest(x: float, y: float, located: Located, anatomy: Anatomy) -> Region:
    same = [one for one in anatomy.regions if one.surface in (None, located.surface)]
    return min(same, key=lambda one: math.hypot((x - one.x) / one.sd_x, (y - one.y) / one.sd_y))


def _on_side(located: Located) -> str:
    return {
        "left": "on your left: ",
        "right": "on your right: ",
        "both": "on both sides: ",
        "midline": "in the middle: ",
        None: "",
    }[located.side]


def _across(located: Located) -> str:
    x = located.x * located.scale
    if located.side == "midline" or x < MIDDLE_MM:
        return "in the middle of the spine"
    side = {"left": "left of", "right": "right of", "both": "either side of"}.get(located.side or "", "to one side of")
    return f"about {_cm(x)} {side} the spine"


def _up(located: Located) -> str:
    y = located.y * located.scale
    if abs(y) < MIDDLE_MM:
        return "level with the dimples"
    return f"{_cm(abs(y))} {'above' if y > 0 else 'below'} the dimples"


def _cm(millimetres: float) -> str:
    # Half a centimetre is finer than any mark, so nothing finer is said.
    return f"{round(millimetres / 5) / 2:g} cm"


def _preposition(place: str) -> str:
    return "" if place.startswith("beside") else "on "
