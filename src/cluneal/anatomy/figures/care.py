"""One figure for each thing that a person can do for themselves."""

from __future__ import annotations

from dataclasses import replace

from .body import Facing, Side
from .ink import (
    arc_points,
    arrow,
    both_ways,
    chair,
    circle,
    ellipse,
    floor,
    polygon,
    rect,
    shape,
    smooth,
    target,
    toward,
    wall,
)
from .moves import DOWN, GROUND, HEIGHT, LEFT, RIGHT, Picture, Words, lying, sitting
from .places import Map


def mat(y: float, start: float = 14, end: float = 306) -> str:
    """A mat on the floor."""
    return shape(rect(start, y, end - start, 8, 3), "prop", "quiet")


def foam_roller(_: Words) -> Picture:
    """The side to a wall, a soft ball between the wall and the side of the buttock."""
    person = Facing((0, 0), 84, 88, (-104, -92), (-88, -92), (-118, -70), (-70, -60), False, 1.62).standing(170, GROUND)
    hip = person.leg(True)[0]
    ball = (hip[0] - 22, hip[1] + 2)
    inside = [
        floor(GROUND),
        wall(ball[0] - 14, 14, GROUND, right=False),
        person.draw(),
        shape(circle(ball, 13), "act", "pen", 2.4),
        both_ways((ball[0] - 46, ball[1] - 28), (ball[0] - 46, ball[1] + 28)),
    ]
    return inside, HEIGHT


def nerve_glide(_: Words) -> Picture:
    """On the back: one knee towards the chest, then that leg towards the ceiling, toes pulled back."""
    person = lying((176, 168), 1.85, far_leg=(58, -58, 0), near_leg=(112, -20, 40))
    straight = lying((176, 168), 1.85, near_leg=(84, 84, 176))
    knee = person.leg()[1]
    person = person.reaching(knee, bend=-1).reaching(knee, near=False, bend=-1)
    foot = person.leg()[3]
    inside = [
        mat(182),
        straight.ghost(),
        person.draw(),
        arrow([(foot[0] + 8, foot[1] - 12), (foot[0] + 14, foot[1] - 52), (206, 72)]),
        arrow(arc_points((176, 168), 104, 114, 132), 3.6, 11),
    ]
    return inside, HEIGHT


def heat_then_stretch(_: Words) -> Picture:
    """First warmth on the low back, then the knees sway gently to one side."""
    prone = Side(
        (106, 62), (LEFT, LEFT), LEFT, (RIGHT, RIGHT, -30), (RIGHT, RIGHT, -30), (170, 190), (170, 190), -1, 1.3
    )
    pack = rect(84, 44, 34, 11, 5)
    waves = [smooth([(x, 38), (x + 4, 32), (x - 2, 26), (x + 2, 19)]) for x in (90, 101, 112)]
    supine = lying((214, 166), 1.55, near_leg=(62, -62, 0), far_leg=(58, -58, 0))
    knee = supine.leg()[1]
    inside = [
        mat(74, 14, 190),
        prone.draw(),
        shape(pack, "act", "pen", 2.4),
        *(shape(one, None, "act", 2.6) for one in waves),
        arrow([(206, 52), (236, 62), (246, 88)]),
        mat(180, 116),
        supine.draw(),
        arrow(arc_points((knee[0] - 6, knee[1] + 14), 34, 96, 20), 4, 12),
    ]
    return inside, HEIGHT


def hip_and_glute_stretch(_: Words) -> Picture:
    """Three stretches: the side at a wall, the front of the hip on one knee, the seat on a chair."""
    size = 1.32
    lean = Facing((0, 0), 104, 98, (-62, -68), (-100, -96), (150, 170), (-70, -80), False, size).standing(76, GROUND)
    kneel = Side((0, 0), (92, 92), 90, (-18, -92, 0), (-102, 186, 186), (-60, -20), (-60, -20), size=size)
    kneel = replace(kneel, hip=(162, 148))
    seated = Facing((262, 130), left_leg=(-98, -90), right_leg=(-22, 186), short=(0.42, 0.8), size=size)
    seated = replace(seated, left_arm=(-110, -64), right_arm=(-72, -106))
    inside = [
        floor(GROUND),
        wall(18, 30, GROUND, right=False),
        lean.reaching((20, 88), left=True, bend=1).draw(),
        arrow([(100, 116), (116, 122)], 3.6, 10),
        kneel.draw(),
        arrow([(116, 146), (144, 146)], 3.6, 10),
        shape(rect(236, 132, 54, 8, 3) + rect(238, 140, 5, 52) + rect(283, 140, 5, 52), "prop", "quiet"),
        seated.draw(),
    ]
    return inside, HEIGHT


def lumbar_cushion(_: Words) -> Picture:
    """Well back on a chair, a small roll in the hollow of the back, above the rim."""
    person = sitting((146, 126), 1.75, trunk=(96, 88))
    back = toward(person.waist, 176, 16)
    inside = [
        floor(GROUND + 8),
        chair(116, 139, GROUND + 8, depth=66, back=96),
        shape(ellipse((back[0] - 1, back[1] + 2), 9, 14), "act", "pen", 2.4),
        person.draw(),
        arrow([(72, back[1]), (106, back[1])]),
    ]
    return inside, HEIGHT + 6


def core_stability(_: Words) -> Picture:
    """Three exercises: a heel slides out, a knee lifts, a leg slides back."""
    size = 1.18
    slide = lying((102, 68), size, near_leg=(56, -58, 0), far_leg=(24, -24, 20))
    clam = Facing((244, 66), LEFT, LEFT, (-10, -10), (30, -30), (186, 190), (-20, -20), False, size)
    four = Side((176, 138), (2, -2), 10, (-92, 182, 186), (208, 208, -86), (DOWN, DOWN), (DOWN, DOWN), 1, 1.5)
    four = replace(four, trunk=(4, -4))
    inside = [
        mat(78, 12, 164),
        slide.draw(),
        arrow([(128, 92), (160, 92)], 3.6, 10),
        mat(80, 174, 308),
        clam.draw(),
        arrow([(266, 44), (268, 22)], 3.6, 10),
        mat(GROUND - 8, 60, 270),
        four.draw(),
        arrow([(112, 138), (82, 152)], 3.6, 10),
    ]
    return inside, HEIGHT


def pacing_and_position(_: Words) -> Picture:
    """Sitting, standing with one foot on a low stool, walking: short spells, in turn."""
    size = 1.3
    seated = sitting((52, 138), size)
    stood = Side((0, 0), near_leg=(-44, -92, 0), far_leg=(DOWN, DOWN, 0), size=size).standing(152, GROUND, near=False)
    stool = stood.heel()
    walk = Side((0, 0), (88, 88), 90, (-68, -82, 10), (-108, -124, -40), (-118, -92), (-62, -24), size=size).standing(
        270, GROUND
    )
    inside = [
        floor(GROUND),
        chair(36, 148, GROUND, depth=44, back=52),
        seated.draw(),
        shape(rect(stool[0] - 12, stool[1] + 4, 34, GROUND - stool[1] - 4), "prop", "quiet"),
        stood.draw(),
        walk.draw(),
        arrow([(74, 50), (98, 34), (124, 42)]),
        arrow([(182, 42), (208, 34), (232, 44)]),
        arrow([(248, 22), (160, 8), (64, 22)], 3.6, 11),
    ]
    return inside, HEIGHT


def waistband(where: Map) -> Picture:
    """A tight belt lies on the rim; a soft, high waistband leaves it free."""
    where = replace(where, half=176, top=170, bottom=-66)
    belt = where.line("belt").points[0][1]
    crest = where.point("iliac_crest_top").y

    def band(y: float, width: float) -> str:
        edge = 150
        corners = [
            where.at(edge, y + width),
            where.at(edge, y),
            where.at(edge, y, True),
            where.at(edge, y + width, True),
        ]
        return polygon(corners)

    over = [
        shape(band(crest + 32, 34), "top", "ink", 3, fill_opacity=0.85),
        shape(band(belt - 22, 13), "hair", "ink", 3),
        shape(rect(-13, -belt + 6, 26, 19, 3), None, "bone", 3.4),
        *where.rim(),
        target(where.at(where.point("SCN").x, where.point("SCN").y), 13),
        target(where.at(where.point("SCN").x, where.point("SCN").y, mirrored=True), 13),
        where.words(where.labels["free"], (0, -crest - 43), 14, bold=True),
        where.words(where.labels["tight"], (0, -belt + 46), 14, bold=True),
    ]
    return where.drawn(over)
