"""A person who moves: what is done at home, alone or with a helper, to see what it brings on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .body import Facing, Side, ghost, limb
from .hands import Hand
from .ink import (
    WIDTH,
    XY,
    arc_points,
    arrow,
    bed,
    both_ways,
    capsule,
    chair,
    circle,
    cut_off,
    ellipse,
    floor,
    line,
    rect,
    shape,
    smooth,
    target,
    text,
    toward,
    wall,
)

Words = Mapping[str, Any]
Picture = tuple[list[str], float]

GROUND = 192.0
HEIGHT = 206.0
DOWN, UP, RIGHT, LEFT = -90.0, 90.0, 0.0, 180.0
STRAIGHT = (RIGHT, RIGHT, UP)


def lying(hip: XY, size: float, **changes: Any) -> Side:
    """On the back, the head to the left, legs straight."""
    start = Side(hip, (LEFT, LEFT), LEFT, STRAIGHT, STRAIGHT, (-6, 2), (-2, 2), size=size)
    return replace(start, **changes)


def sitting(hip: XY, size: float, **changes: Any) -> Side:
    """On a chair, looking to the right."""
    legs = (-4.0, DOWN, RIGHT)
    start = Side(hip, near_leg=legs, far_leg=legs, near_arm=(-78, -12), far_arm=(-78, -12), size=size)
    return replace(start, **changes)


def rim_of(person: Side) -> XY:
    """Where the rim of the pelvis is, at the back."""
    back = toward(person.hip, person.trunk[0], 6 * person.size)
    return toward(back, person.trunk[0] + 90 * person.faces, 3.4 * person.size)


def knee_to_chest(_: Words) -> Picture:
    """On the back, one knee drawn up with both hands."""
    person = lying((186, 142), 2.2, near_leg=(128, -18, 40))
    person = person.reaching(person.leg()[1], bend=-1).reaching(person.leg()[1], near=False, bend=-1)
    inside = [
        bed(14, 158, 292, GROUND),
        person.draw(),
        arrow(arc_points((186, 142), 92, 28, 92)),
        target(rim_of(person), 9),
    ]
    return inside, HEIGHT


def raise_straight_leg(words: Words) -> Picture:
    """On the back, a helper lifts one straight leg by the heel."""
    person = lying((124, 134), 1.75, near_leg=(44, 44, 134))
    helper = Side((0, 0), (96, 100), 108, faces=-1, near_leg=(DOWN, DOWN, LEFT), far_leg=(-84, -92, LEFT), size=1.6)
    helper = helper.standing(256, GROUND)
    helper = helper.reaching(person.heel(), bend=1).reaching(toward(person.heel(), 224, 16), near=False, bend=1)
    inside = [
        bed(10, 147, 224, GROUND),
        text(words["helper"], (262, 22), 13, "quiet"),
        replace(helper, near_arm=helper.far_arm).draw(),
        person.draw(),
        arrow(arc_points((124, 134), 98, 6, 34)),
    ]
    return inside, HEIGHT


def arch_and_twist(_: Words) -> Picture:
    """Standing by a table: lean back, then turn to the sore side."""
    person = Side((0, 0), (104, 124), 130, (-84, -92, 0), (-92, -92, 0), size=1.6).standing(150, GROUND)
    person = person.reaching((178, 118), near=False, bend=-1)
    person = replace(person, near_arm=(-130, -60))
    waist = person.waist
    inside = [
        floor(GROUND),
        table(163, 122, 116),
        person.draw(),
        arrow(arc_points((166, 118), 104, 92, 128)),
        arrow([(waist[0] + 34 * c, waist[1] + 9 * s) for c, s in ((0.7, 0.8), (0.1, 1.3), (-0.7, 1.1), (-1.1, 0.1))]),
        target(rim_of(person), 8),
    ]
    return inside, HEIGHT


def table(x: float, y: float, width: float) -> str:
    """A table from the side."""
    legs = rect(x + 8, y, 6, GROUND - y) + rect(x + width - 14, y, 6, GROUND - y)
    return shape(legs, "prop", "quiet") + shape(rect(x, y, width, 8, 2), "prop", "quiet")


def bend_all_ways(_: Words) -> Picture:
    """Standing: forward, back and to the side."""
    size = 1.42
    forward = Side((0, 0), (58, 12), -16, (-93, -90, 0), (-93, -90, 0), (-84, -80), (-80, -76), size=size)
    back = Side((0, 0), (106, 126), 130, (-84, -92, 0), (-84, -92, 0), (-140, -40), (-140, -40), size=size)
    aside = Facing((0, 0), 68, 62, left_arm=(-118, -105), right_arm=(-78, -82), front=False, size=size)
    forward, back = forward.standing(48, GROUND), back.standing(168, GROUND)
    aside = aside.standing(248, GROUND)
    inside = [
        floor(GROUND),
        forward.draw(),
        back.draw(),
        aside.draw(),
        arrow(arc_points((54, 112), 76, 92, 36)),
        arrow(arc_points((172, 112), 84, 88, 124)),
        arrow(arc_points((248, 112), 84, 96, 56)),
    ]
    return inside, HEIGHT


def stand_on_one_leg(_: Words) -> Picture:
    """On the sore leg, a finger on the wall."""
    person = Side((0, 0), near_leg=(DOWN, DOWN, 0), far_leg=(-14, -112, -20), near_arm=(-100, -80), size=1.68)
    person = person.standing(142, GROUND).reaching((194, 70), near=False, bend=-1)
    inside = [
        floor(GROUND),
        wall(196, 14, GROUND),
        person.draw(),
        target((person.hip[0], person.hip[1] + 6), 10),
    ]
    return inside, HEIGHT


def turn_hip_inward(_: Words) -> Picture:
    """On a chair, from the front: one foot moves out to the side."""
    person = Facing((160, 112), left_leg=(-98, -90), right_leg=(-82, -58), short=(0.42, 0.42), size=1.62)
    person = replace(person, left_arm=(-112, -62), right_arm=(-68, -118))
    was = replace(person, right_leg=(-82, -90))
    knee, ankle = was.leg(False)[1:]
    foot = toward(ankle, DOWN, 6)
    inside = [
        floor(GROUND + 8),
        front_chair(160, 116),
        ghost(limb([knee, ankle, foot], [7, 4.6, 4.6])),
        person.draw(arms_behind=True),
        arrow(arc_points(knee, 56, 276, 318)),
    ]
    return inside, HEIGHT + 6


def front_chair(x: float, seat: float) -> str:
    """A chair seen from the front, behind a person."""
    ground = GROUND + 8
    back = rect(x - 32, seat - 66, 64, 60, 8)
    legs = rect(x - 38, seat + 8, 6, ground - seat - 8) + rect(x + 32, seat + 8, 6, ground - seat - 8)
    return (
        shape(back, "prop", "quiet")
        + shape(legs, "prop", "quiet")
        + shape(rect(x - 42, seat, 84, 11, 4), "prop", "quiet")
    )


def ankle_on_knee(_: Words) -> Picture:
    """On a chair, the ankle of the sore side on the other knee, and the knee drawn across."""
    person = Facing((156, 112), left_leg=(-98, -90), right_leg=(-22, 186), short=(0.42, 0.8), size=1.62)
    knee = person.leg(False)[1]
    person = replace(person, left_arm=(-112, -62)).reaching((knee[0] - 4, knee[1] - 6), left=False, bend=1)
    inside = [
        floor(GROUND + 8),
        front_chair(156, 116),
        person.draw(),
        arrow([(knee[0] + 10, knee[1] - 14), (knee[0] + 2, knee[1] - 44), (knee[0] - 28, knee[1] - 62)]),
        target((person.hip[0] + 18, person.hip[1] + 4), 8),
    ]
    return inside, HEIGHT + 6


def lie_flat(_: Words) -> Picture:
    """Flat on a bed, one thin pillow, legs straight."""
    person = lying((176, 136), 2.3)
    skull = person.skull
    inside = [
        bed(14, 154, 292, GROUND),
        shape(rect(skull[0] - 26, 145, 54, 10, 5), "sheet", "quiet", 2.4),
        person.draw(),
        line([(104, 96), (262, 96)], "quiet", 2, stroke_dasharray="3 6"),
        arrow([(184, 62), (184, 112)]),
    ]
    return inside, HEIGHT


def press_heel(_: Words) -> Picture:
    """A finger on the tendon where it meets the heel, and a mark under the heel."""
    leg = capsule((176, 16), 34, (172, 116), 21) + capsule((172, 116), 23, (160, 152), 24)
    leg += capsule((160, 154), 24, (262, 170), 11) + capsule((184, 128), 24, (236, 160), 17)
    cord = [(146, 40), (150, 84), (146, 124), (138, 146)]
    inside = [
        floor(GROUND - 10),
        cut_off([shape(leg, "skin", "pen", 2.6)], HEIGHT),
        shape(smooth(cord), None, "fold", 3),
        target((141, 140), 11),
        target((162, 172), 11),
        cut_off([Hand((138, 138), 8, flip=True, size=0.92).finger()], HEIGHT),
        arrow([(162, 201), (162, 184)], 4, 11),
    ]
    return inside, HEIGHT


def push_leg_out(words: Words) -> Picture:
    """On the good side: the upper leg is lifted a little, and a helper presses it down."""
    person = Facing((152, 128), LEFT, LEFT, (0, 0), (18, 18), (186, 190), (-20, -36), False, 1.9)
    knee = person.leg(False)[1]
    press = toward(knee, 18, 22)
    inside = [
        bed(10, 148, 300, GROUND),
        shape(rect(14, 128, 46, 20, 8), "sheet", "quiet", 2.4),
        person.draw(),
        arrow([toward(knee, 18, -14), toward(toward(knee, 18, -14), 100, 46)]),
        cut_off([Hand((press[0], press[1] - 6), -84, size=0.62).fist()], HEIGHT),
        target(toward(person.leg(False)[0], 60, 2), 9),
        text(words["helper"], (262, 20), 13, "quiet"),
    ]
    return inside, HEIGHT


def heels_toes_step(_: Words) -> Picture:
    """Three tries beside a table: on the heels, on the toes, up a step."""
    size = 1.46
    heels = Side((0, 0), near_leg=(-94, -88, 34), far_leg=(-78, -100, 34), size=size).standing(52, GROUND)
    toes = Side((0, 0), near_leg=(-94, -90, -52), far_leg=(-80, -100, -52), size=size).standing(150, GROUND - 10)
    step = Side((0, 0), (84, 84), 84, (-38, -104, 0), (-98, -98, -8), size=size)
    step = step.standing(272, GROUND - 28)
    people = [one.reaching((one.shoulder[0] + 24, 112), near=False, bend=-1) for one in (heels, toes, step)]
    inside = [
        shape(rect(8, 114, 304, 8, 2), "prop", "quiet"),
        floor(GROUND),
        shape(rect(248, GROUND - 28, 62, 28), "prop", "quiet"),
        *(one.draw() for one in people),
        arrow([(78, 166), (80, 146)], 3.6, 10),
        arrow([(132, 184), (132, 160)], 3.6, 10),
        arrow([(228, 176), (240, 148)], 3.6, 10),
    ]
    return inside, HEIGHT


def eyes_closed(words: Words) -> Picture:
    """In a corner, feet together, eyes closed; a helper stands ready."""
    person = Facing((0, 0), left_leg=(-85, -90), right_leg=(-95, -90), eyes="closed", size=1.6).standing(128, GROUND)
    helper = Facing((0, 0), size=1.6).standing(238, GROUND)
    helper = helper.reaching((178, 84), left=True, bend=1)
    inside = [
        shape("M128 10L128 150", None, "quiet", 2),
        shape("M20 196L128 150L236 196", None, "quiet", 2),
        person.draw(),
        helper.draw(),
        arrow([(92, 34), (74, 40)], 3.6, 10),
        arrow([(164, 34), (182, 40)], 3.6, 10),
        text(words["helper"], (262, 22), 13, "quiet"),
    ]
    return inside, HEIGHT


def ball_on_wall(_: Words) -> Picture:
    """Back to the wall, a ball between the wall and the buttock."""
    person = Side((0, 0), (80, 88), 90, (-64, -104, 0), (-64, -104, 0), (-100, -60), (-100, -60), size=1.6)
    person = person.standing(146, GROUND)
    ball = (person.hip[0] - 23, person.hip[1] - 4)
    inside = [
        floor(GROUND),
        wall(ball[0] - 13, 14, GROUND, right=False),
        person.draw(),
        shape(circle(ball, 12), "act", "pen", 2.4),
        both_ways((ball[0] - 44, ball[1] - 28), (ball[0] - 44, ball[1] + 28)),
    ]
    return inside, HEIGHT


def arch_back(_: Words) -> Picture:
    """Standing, hands on the hips, leaning back."""
    person = Side((0, 0), (106, 128), 134, (-82, -92, 0), (-82, -92, 0), size=1.62).standing(176, GROUND)
    person = person.reaching(rim_of(person), bend=1)
    was = Side((0, 0), size=1.62).standing(176, GROUND)
    inside = [
        floor(GROUND),
        was.ghost("trunk"),
        person.draw(),
        arrow(arc_points((182, 120), 110, 84, 122)),
        target(rim_of(person), 8),
    ]
    return inside, HEIGHT


def bend_forward(_: Words) -> Picture:
    """Standing, bending towards the floor."""
    person = Side((0, 0), (52, 4), -22, (-93, -90, 0), (-93, -90, 0), (-84, -82), (-80, -80), size=1.62)
    person = person.standing(128, GROUND)
    was = Side((0, 0), size=1.62).standing(128, GROUND)
    inside = [
        floor(GROUND),
        was.ghost("trunk"),
        person.draw(),
        arrow(arc_points((136, 112), 96, 70, 24)),
        target(rim_of(person), 8),
    ]
    return inside, HEIGHT


def sit(_: Words) -> Picture:
    """On a plain chair."""
    person = sitting((140, 126), 1.7)
    inside = [floor(GROUND + 8), chair(122, 138, GROUND + 8, depth=58), person.draw()]
    return inside, HEIGHT + 6


def stand(_: Words) -> Picture:
    """Standing still at a sink."""
    person = Side((0, 0), (92, 86), 80, near_arm=(-72, -8), far_arm=(-66, 0), size=1.66).standing(132, GROUND)
    inside = [
        floor(GROUND),
        shape(rect(176, 104, 88, GROUND - 104), "prop", "quiet"),
        shape(rect(170, 98, 100, 9, 3), "prop", "quiet"),
    ]
    tap = shape(smooth([(244, 98), (244, 78), (234, 72), (226, 78)]), None, "quiet", 5)
    return [*inside, tap, person.draw()], HEIGHT


def roll_over(_: Words) -> Picture:
    """Turning from the back to the side in bed."""
    person = Facing((156, 126), LEFT, LEFT, (-2, -2), (10, -12), (196, 170), (-24, -10), False, 2.0)
    inside = [
        bed(10, 148, 300, GROUND),
        shape(rect(16, 128, 52, 20, 8), "sheet", "quiet", 2.4),
        person.draw(),
        arrow([(212, 92), (190, 62), (146, 54), (104, 70), (94, 92)], 4.6, 14),
    ]
    return inside, HEIGHT


def rise(_: Words) -> Picture:
    """Getting up from a chair."""
    size = 1.55
    seated = sitting(
        (98, 130), size, trunk=(62, 58), head=70, near_arm=(-40, 0), far_arm=(-40, 0), near_leg=(-4, -98, 0)
    )
    up = Side((0, 0), size=size).standing(228, GROUND + 8)
    inside = [
        floor(GROUND + 8),
        chair(80, 142, GROUND + 8, depth=50),
        seated.draw(),
        up.draw(),
        arrow([(158, 70), (178, 50), (204, 44)]),
    ]
    return inside, HEIGHT + 6


def twist(_: Words) -> Picture:
    """Sitting with crossed arms, turning to both sides."""
    person = Facing((160, 118), left_leg=(-98, -90), right_leg=(-82, -90), short=(0.42, 0.42), size=1.62)
    crossed = (person.neck[0] + 12, person.neck[1] + 22), (person.neck[0] - 12, person.neck[1] + 22)
    person = person.reaching(crossed[0], left=True, bend=-1).reaching(crossed[1], left=False, bend=1)
    y = person.neck[1] + 12
    inside = [
        floor(GROUND + 8),
        front_chair(160, 122),
        person.draw(),
        arrow([(116, y + 14), (92, y + 8), (80, y - 10), (92, y - 26)]),
        arrow([(204, y + 14), (228, y + 8), (240, y - 10), (228, y - 26)]),
    ]
    return inside, HEIGHT + 6


def climb(_: Words) -> Picture:
    """Up the stairs."""
    steps = [(96 + 58 * i, GROUND - 26 * i) for i in range(1, 4)]
    person = Side((0, 0), (82, 82), 82, (-34, -106, 0), (-100, -100, -6), (-120, -60), (-50, 10), size=1.5)
    person = person.standing(178, GROUND - 26)
    stairs = "".join(rect(x - 26, y, WIDTH - 14 - x + 26, GROUND - y) for x, y in steps)
    inside = [floor(GROUND), shape(stairs, "prop", "quiet"), person.draw(), arrow([(206, 60), (232, 34)])]
    return inside, HEIGHT


def drive(_: Words) -> Picture:
    """In the seat of a car."""
    hip = (124.0, 128.0)
    person = Side(hip, (104, 100), 94, (14, -48, 20), (14, -48, 20), size=1.6).reaching((190, 92), bend=-1)
    person = person.reaching((190, 92), near=False, bend=-1)
    seat = (
        capsule((112, 152), 15, (172, 146), 12)
        + capsule((108, 148), 13, (86, 70), 10)
        + capsule((84, 52), 8, (83, 42), 8)
    )
    wheel = line([(182, 70), (198, 112)], "ink", 7) + line([(190, 92), (222, 116)], "quiet", 5)
    car = [(250, 30), (286, 96), (300, 110), (304, 168)]
    inside = [
        shape(seat, "prop", "quiet"),
        line(car, "quiet", 4),
        line([(70, 22), (250, 30)], "quiet", 4),
        line([(40, 184), (304, 184)], "quiet", 4),
    ]
    return [*inside, line([(190, 92), (222, 116)], "quiet", 5), person.draw(), wheel], HEIGHT - 6


def lean_forward(_: Words) -> Picture:
    """Leaning on a shopping trolley."""
    person = Side((0, 0), (60, 48), 60, (-100, -90, 0), (-80, -96, 0), size=1.6).standing(112, GROUND)
    grip = (188.0, 106.0)
    person = person.reaching(grip, bend=-1).reaching(grip, near=False, bend=-1)
    basket = "M188 106L286 112L276 154L206 154Z"
    wheels = circle((216, 184), 7) + circle((268, 184), 7)
    inside = [
        floor(GROUND),
        shape(basket, "prop", "quiet", 2.4),
        line([(188, 106), (210, 172), (276, 172)], "quiet", 3.4),
        shape(wheels, "prop", "pen", 2.4),
        person.draw(),
    ]
    return inside, HEIGHT


def lie_on_side(_: Words) -> Picture:
    """On the sore side in bed."""
    person = Facing((156, 126), LEFT, LEFT, (-2, -4), (2, -6), (186, 190), (-14, -6), False, 2.0)
    hip = person.leg(True)[0]
    inside = [
        bed(10, 148, 300, GROUND),
        shape(rect(16, 128, 52, 20, 8), "sheet", "quiet", 2.4),
        person.draw(),
        target((hip[0], hip[1] + 6), 10),
    ]
    return inside, HEIGHT


def lie_down(_: Words) -> Picture:
    """On the back in bed, knees over a pillow."""
    person = lying((172, 134), 2.1, near_leg=(26, -24, 60), far_leg=(26, -24, 60))
    knee = person.leg()[1]
    inside = [
        bed(14, 150, 292, GROUND),
        shape(rect(person.skull[0] - 28, 138, 54, 14, 6), "sheet", "quiet", 2.4),
        shape(ellipse((knee[0] + 2, 140), 30, 12), "sheet", "quiet", 2.4),
        person.draw(),
    ]
    return inside, HEIGHT


def socks(_: Words) -> Picture:
    """Sitting, the foot on the other knee, reaching for the sock."""
    person = sitting((136, 126), 1.65, trunk=(76, 52), head=50, near_leg=(28, -42, 20))
    foot = person.leg()[3]
    person = person.reaching(foot, bend=-1).reaching(foot, near=False, bend=-1)
    inside = [floor(GROUND + 8), chair(116, 138, GROUND + 8, depth=58), person.draw()]
    return inside, HEIGHT + 6
