"""Say a place back in plain words and in centimetres, from the same numbers that draw it."""

from __future__ import annotations

import math

from ..knowledge.schema import Anatomy
from .mark import Located


def in_words(located: Located, anatomy: Anatomy) -> str:
    """For example: "about 7 cm right of the spine and 5 cm above the dimples, on the rim of the pelvis"."""
    region = next((one for one in anatomy.regions if one.id == located.region), None)
    place = region.plain if region else nearest_region(located, anatomy)
    if region is not None and (located.sd_x, located.sd_y) == (region.sd_x, region.sd_y):
        return f"{_on_side(located)}{place}"
    return f"{_across(located)} and {_up(located)}, {_preposition(place)}{place}"


def nearest_region(located: Located, anatomy: Anatomy) -> str:
    """Plain name of the region on the same surface whose blob holds the mark best."""
    same = [one for one in anatomy.regions if one.surface in (None, located.surface)]

    def away(x: float, y: float, sd_x: float, sd_y: float) -> float:
        return math.hypot((located.x - x) / sd_x, (located.y - y) / sd_y)

    return min(same, key=lambda one: away(one.x, one.y, one.sd_x, one.sd_y)).plain


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
    if located.side == "midline" or x < 5:
        return "in the middle of the spine"
    side = {"left": "left of", "right": "right of", "both": "either side of"}.get(located.side or "", "to one side of")
    return f"about {_cm(x)} {side} the spine"


def _up(located: Located) -> str:
    y = located.y * located.scale
    if abs(y) < 5:
        return "level with the dimples"
    return f"{_cm(abs(y))} {'above' if y > 0 else 'below'} the dimples"


def _cm(millimetres: float) -> str:
    # Half a centimetre is finer than any mark, so nothing finer is said.
    return f"{round(millimetres / 5) / 2:g} cm"


def _preposition(place: str) -> str:
    return "" if place.startswith("beside") else "on "
