"""Every figure by its name."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Literal

from ...knowledge.schema import Anatomy
from . import areas, care, moves, pressing, sessions
from .ink import sheet
from .moves import Picture
from .places import Map, cm

Words = Mapping[str, Any]

# On the map of the pelvis; the hand is on one side of it.
_PLACES: dict[str, Callable[[Map], Picture]] = {
    "press_rim": pressing.press_rim,
    "tap_rim": pressing.tap_rim,
    "pinch_below_rim": pressing.pinch_below_rim,
    "press_below_dimple": pressing.press_below_dimple,
    "tap_below_dimple": pressing.tap_below_dimple,
    "point_dimple": pressing.point_dimple,
    "press_joint": pressing.press_joint,
    "press_sitting_bone": pressing.press_sitting_bone,
    "press_buttock": pressing.press_buttock,
    "press_outer_hip": pressing.press_outer_hip,
    "tap_loin": pressing.tap_loin,
    "press_along_spine": pressing.press_along_spine,
    "look_at_spine": pressing.look_at_spine,
    "measure_dimples": pressing.measure_dimples,
    "saddle": areas.saddle,
    "numb_patch": areas.numb_patch,
    "above_belt": areas.above_belt,
    "below_belt": areas.below_belt,
    "to_buttock": areas.to_buttock,
    "to_thigh": areas.to_thigh,
    "below_knee": areas.below_knee,
    "waistband": care.waistband,
}
_MOVES: dict[str, Callable[[Words], Picture]] = {
    "knee_to_chest": moves.knee_to_chest,
    "raise_straight_leg": moves.raise_straight_leg,
    "arch_and_twist": moves.arch_and_twist,
    "bend_all_ways": moves.bend_all_ways,
    "stand_on_one_leg": moves.stand_on_one_leg,
    "turn_hip_inward": moves.turn_hip_inward,
    "ankle_on_knee": moves.ankle_on_knee,
    "lie_flat": moves.lie_flat,
    "press_heel": moves.press_heel,
    "push_leg_out": moves.push_leg_out,
    "heels_toes_step": moves.heels_toes_step,
    "eyes_closed": moves.eyes_closed,
    "ball_on_wall": moves.ball_on_wall,
    "arch_back": moves.arch_back,
    "bend_forward": moves.bend_forward,
    "sit": moves.sit,
    "stand": moves.stand,
    "roll_over": moves.roll_over,
    "rise": moves.rise,
    "twist": moves.twist,
    "climb": moves.climb,
    "drive": moves.drive,
    "lean_forward": moves.lean_forward,
    "lie_on_side": moves.lie_on_side,
    "lie_down": moves.lie_down,
    "socks": moves.socks,
    "foam_roller": care.foam_roller,
    "nerve_glide": care.nerve_glide,
    "heat_then_stretch": care.heat_then_stretch,
    "hip_and_glute_stretch": care.hip_and_glute_stretch,
    "lumbar_cushion": care.lumbar_cushion,
    "core_stability": care.core_stability,
    "pacing_and_position": care.pacing_and_position,
    "walking": sessions.walking,
    "knees_bent": sessions.knees_bent,
    "draw_in": sessions.draw_in,
    "slide_heel": sessions.slide_heel,
    "lift_knee": sessions.lift_knee,
    "slide_leg_back": sessions.slide_leg_back,
    "glide_upright": sessions.glide_upright,
    "warm_pack": sessions.warm_pack,
    "sway_hips": sessions.sway_hips,
    "sway_knees": sessions.sway_knees,
    "stretch_side": sessions.stretch_side,
    "stretch_front": sessions.stretch_front,
    "stretch_seat": sessions.stretch_seat,
    "roll_low_back": sessions.roll_low_back,
    "foot_on_stool": sessions.foot_on_stool,
}
PLACES = tuple(_PLACES)
FIGURES = (*PLACES, *_MOVES)


def figure_svg(anatomy: Anatomy, name: str, words: Words, side: Literal["left", "right"] = "right") -> str:
    """One figure as an SVG element without ids, script or style, 320 units wide.

    Args:
        anatomy: the map.
        name: one of `FIGURES`.
        words: `labels`, which stand in the pictures, and for each name a `title` (its accessible name) and a `desc`
            (what it shows), which may have places for `numbers_in` and for the `side`.
        side: the sore side, where the hand is; of the figures on the map alone.

    Raises:
        KeyError: no such figure, or its words are missing.
    """
    labels, said = words["labels"], words["pictures"][name]
    inside, height = _PLACES[name](Map(anatomy, labels, side)) if name in _PLACES else _MOVES[name](labels)
    filled = numbers_in(anatomy) | {"side": labels["sides"][side]}
    return sheet(inside, height, said["title"].format(**filled), said["desc"].format(**filled))


def numbers_in(anatomy: Anatomy) -> dict[str, str]:
    """The centimetres that figures show, for words that name them: from the points of the map."""
    points = {one.id: one for one in anatomy.trigger_points}
    below = -points["MCN"].y / 10
    return {"rim_cm": cm(points["SCN"].x), "low_cm": f"{math.floor(below)}", "high_cm": f"{math.ceil(below)}"}
