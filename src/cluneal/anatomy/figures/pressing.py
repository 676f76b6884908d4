"""One figure for each place that is pressed, tapped, pinched or pointed at: the map, and what lies over it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

from .hands import Hand
from .ink import XY, area, arrow, capsule, ellipse, line, shape, smooth, target
from .places import Map, Picture, cm

Part = Callable[[Hand], str]


def press_rim(where: Map) -> Picture:
    """A thumb on the rim."""
    return where.drawn(_at_rim(where, Hand.thumb))


def tap_rim(where: Map) -> Picture:
    """A fingertip that taps the rim, and a jolt that runs down."""
    point = where.point("SCN")
    place = where.at(point.x, point.y)
    return where.drawn(
        [*_at_rim(where, Hand.finger), where.hand(where.at(point.x + 8, point.y)).strokes(), _jolt(where, place)]
    )


def _at_rim(where: Map, part: Part) -> Iterator[str]:
    point = where.point("SCN")
    place = where.at(point.x, point.y)
    yield from where.rim()
    yield from where.midline()
    yield target(place, 13)
    yield from where.across(place, where.labels["cm"](cm=cm(point.x)))
    yield where.other_side(point)
    yield part(where.hand(where.at(point.x + 8, point.y)))
    yield from _names(where)


def _names(where: Map) -> Iterator[str]:
    yield where.words(where.labels["rim"], where.at(90, 86, mirrored=True), 13)
    yield where.words(where.labels["spine"], (0, -where.top + 19), 13)


def _jolt(where: Map, start: XY) -> str:
    """A jagged arrow: a jolt that travels away from the place."""
    away = 1 if where.side == "right" else -1
    steps = ((2, 20), (16, 38), (6, 46), (22, 66), (12, 74), (28, 96))
    points = [(start[0] + away * dx, start[1] + dy) for dx, dy in steps]
    return line(points[:-1], "sheet", 8) + arrow(points[-2:], 3.6, 12) + line(points[:-1], "act", 3.6)


def pinch_below_rim(where: Map) -> Picture:
    """A fold of skin between finger and thumb, a little below the rim; the other side to compare."""
    where = replace(where, half=140, top=98, bottom=-72)
    x, y = 84.0, -2.0
    fold = capsule(where.at(x - 30, y + 24), 4, where.at(x - 8, y + 7), 13) + capsule(
        where.at(x - 8, y + 7), 13, where.at(x + 10, y - 8), 11
    )
    over = [
        *where.rim(),
        where.words(where.labels["rim"], where.at(76, 82, mirrored=True), 13),
        where.ring(x - 8, y + 8, 22),
        shape(fold, "map", "ink", 3.4),
        shape(fold, "act", None, fill_opacity=0.3),
        *(
            shape(smooth([where.at(x - 26 + d, y + 14 + d), where.at(x - 20 + d, y + 17 + d)]), None, "ink", 1.6)
            for d in (0, 4)
        ),
        where.hand(where.at(x - 4, y + 3), 142, flip=False, size=1.12).pinch(),
        arrow([where.at(x - 36, y - 12), where.at(x - 46, y + 6), where.at(x - 48, y + 26)], 4, 12),
    ]
    return where.drawn(over)


def press_below_dimple(where: Map) -> Picture:
    """A thumb on the band below the dimple."""
    return _below_dimple(where, Hand.thumb)


def tap_below_dimple(where: Map) -> Picture:
    """A finger that taps below the dimple, and a tingle that runs outward."""
    return _below_dimple(where, Hand.finger, tap=True)


def _below_dimple(where: Map, part: Part, tap: bool = False) -> Picture:
    where = replace(where, half=150, top=60, bottom=-145)
    point, dimple = where.point("MCN"), where.point("PSIS")
    place = where.at(point.x, point.y)
    low, high = math.floor(-point.y / 10), math.ceil(-point.y / 10)
    words = where.labels["cm_range"](low=low, high=high)
    hand = where.hand(where.at(point.x + 7, point.y - 2), 170)
    over = [
        *where.dimples(),
        *where.down(where.at(dimple.x - 12, dimple.y), where.at(dimple.x - 12, point.y), words),
        target(place, 12),
        part(hand),
        *([hand.strokes(), _jolt(where, where.at(point.x + 6, point.y))] if tap else ()),
        where.words(where.labels["dimple"], where.at(dimple.x + 34, dimple.y + 14, mirrored=True), 14),
        where.words(where.labels["spine"], (0, -where.top + 19), 13),
    ]
    return where.drawn(over)


def point_dimple(where: Map) -> Picture:
    """One finger on the dimple."""
    where = replace(where, half=150, top=80, bottom=-90)
    dimple = where.point("PSIS")
    over = [
        *where.dimples(),
        target(where.at(dimple.x, dimple.y), 15),
        where.hand(where.at(dimple.x + 9, dimple.y - 2), 172).finger(),
        where.words(where.labels["dimple"], where.at(dimple.x + 34, dimple.y + 14, mirrored=True), 14),
        where.words(where.labels["spine"], (0, -where.top + 19), 13),
    ]
    return where.drawn(over)


def press_joint(where: Map) -> Picture:
    """A thumb that slides from the dimple inwards and down, along the joint."""
    where = replace(where, half=150, top=80, bottom=-100)
    dimple, joint = where.point("PSIS"), where.line("sacroiliac_joint_line").points
    lower = [where.at(x - 5, y) for x, y in joint[1:]]
    over = [
        *where.dimples(),
        shape(smooth([where.at(x, y) for x, y in joint]), None, "ink", 3),
        arrow([*lower[1:]], 4, 12),
        target(where.at(dimple.x, dimple.y), 12),
        where.hand(where.at(dimple.x + 9, dimple.y), 180).thumb(),
        where.words(where.labels["dimple"], where.at(dimple.x + 34, dimple.y + 14, mirrored=True), 14),
        where.words(where.labels["spine"], (0, -where.top + 19), 13),
    ]
    return where.drawn(over)


def press_sitting_bone(where: Map) -> Picture:
    """Fingers on the sitting bone."""
    where = replace(where, half=184, top=10, bottom=-228)
    bone, beside = where.point("ischial_tuberosity"), where.point("ICN")
    over = [
        target(where.at(beside.x + 12, beside.y - 2), 10),
        target(where.at(bone.x, bone.y), 15),
        where.hand(where.at(bone.x + 9, bone.y - 5), 160).finger(),
        where.ring(bone.x, bone.y, 14),
        where.words(where.labels["sitting_bone"], where.at(bone.x + 36, bone.y - 34, mirrored=True), 14),
    ]
    return where.drawn(over)


def press_buttock(where: Map) -> Picture:
    """A thumb in the middle of the buttock, well below the rim."""
    where = replace(where, half=184, top=112, bottom=-190)
    middle = next(one for one in where.anatomy.regions if one.id == "mid_buttock")
    place = where.at(middle.x, middle.y)
    over = [
        *where.rim(),
        area(ellipse(place, middle.sd_x, middle.sd_y)),
        target(place, 14),
        where.hand(where.at(middle.x + 9, middle.y - 1), 170).thumb(),
        where.words(where.labels["rim"], where.at(96, 88, mirrored=True), 13),
        where.ring(middle.x, middle.y, 14),
    ]
    return where.drawn(over)


def press_outer_hip(where: Map) -> Picture:
    """Fingers on the bony knob at the side of the hip."""
    where = replace(where, half=206, top=40, bottom=-215)
    point = where.point("greater_trochanter")
    over = [
        target(where.at(point.x, point.y), 17),
        where.hand(where.at(point.x + 5, point.y - 7), 128).finger(),
        where.ring(point.x, point.y, 16),
        where.words(where.labels["knob"], where.at(point.x - 78, point.y - 5, mirrored=True), 14),
    ]
    return where.drawn(over)


def tap_loin(where: Map) -> Picture:
    """A helper's fist, gently, below the last rib."""
    where = replace(where, half=168, top=246, bottom=54)
    point = where.point("costovertebral_angle")
    over = [
        target(where.at(point.x, point.y), 16),
        where.ring(point.x, point.y, 16),
        where.hand(where.at(point.x + 3, point.y - 2), 180, size=0.85).fist(),
        where.hand(where.at(point.x + 14, point.y), 180, size=1.3).strokes(),
        where.words(where.labels["last_rib"], where.at(92, 214, mirrored=True), 13),
        *_helper(where),
    ]
    return where.drawn(over)


def press_along_spine(where: Map) -> Picture:
    """A helper's thumb, bone by bone, from the last rib down to the waist."""
    where = replace(where, half=168, top=246, bottom=54)
    bones = [where.point(name) for name in ("T12_spinous", "L1_spinous", "L2_spinous")]
    low = where.point("L3_spinous")
    over = [
        *(target((0, -one.y), 11) for one in bones),
        arrow([where.at(-26, bones[0].y), where.at(-26, low.y)], 4.4, 13),
        where.hand(where.at(5, bones[0].y - 2), 180).thumb(),
        where.words(where.labels["last_rib"], where.at(92, 214, mirrored=True), 13),
        *_helper(where),
    ]
    return where.drawn(over)


def _helper(where: Map) -> Iterator[str]:
    yield where.words(where.labels["helper"], where.at(118, 76), 13, "quiet")


def look_at_spine(where: Map) -> Picture:
    """Another person's eye, and a bruise over the spine."""
    where = replace(where, half=168, top=232, bottom=20)
    y = where.point("L2_spinous").y
    turns = [(math.cos(i * math.pi / 6), math.sin(i * math.pi / 6)) for i in range(12)]
    bruise = [(20 * c + 6 * (i % 3), -y + 16 * s + 3 * (i % 2)) for i, (c, s) in enumerate(turns)]
    eye, wide = where.at(112, y + 4), 30
    lids = [(eye[0] - wide, eye[1]), (eye[0], eye[1] - 19), (eye[0] + wide, eye[1]), (eye[0], eye[1] + 19)]
    over = [
        shape(smooth(bruise, closed=True), "hair", None, fill_opacity=0.55),
        shape(smooth(bruise, closed=True), None, "act", 2.4, stroke_dasharray="5 4"),
        line([where.at(76, y + 4), where.at(34, y)], "ink", 2, stroke_dasharray="2 6"),
        shape(smooth(lids, closed=True), "sheet", "ink", 4),
        shape(ellipse(eye, 12, 12), "ink"),
        shape(ellipse((eye[0] - 4, eye[1] - 4), 3.4, 3.4), "sheet"),
        *_helper(replace(where, bottom=20)),
    ]
    return where.drawn(over)


def measure_dimples(where: Map) -> Picture:
    """Both thumbs on the dimples."""
    where = replace(where, half=150, top=90, bottom=-80)
    dimple = where.point("PSIS")
    other = replace(where, side="left" if where.side == "right" else "right")
    over = [
        *where.dimples(),
        *where.midline(),
        line([where.at(dimple.x, dimple.y), other.at(dimple.x, dimple.y)], "ink", 2.2),
        target(where.at(dimple.x, dimple.y), 11),
        target(other.at(dimple.x, dimple.y), 11),
        where.hand(where.at(dimple.x + 5, dimple.y), 172).thumb(),
        other.hand(other.at(dimple.x + 5, dimple.y), 172).thumb(),
        where.words(where.labels["dimples"], (0, 34), 14, bold=True),
        where.words(where.labels["spine"], (0, -where.top + 19), 13),
    ]
    return where.drawn(over)
