"""One figure for each step of a guided session: a single thing to do, large enough to be seen from the floor."""

from __future__ import annotations

from dataclasses import replace

from .body import Facing, Side
from .care import mat
from .ink import (
    arc_points,
    arrow,
    both_ways,
    chair,
    circle,
    floor,
    rect,
    shape,
    smooth,
    target,
    toward,
    wall,
)
from .moves import DOWN, GROUND, HEIGHT, LEFT, RIGHT, Picture, Words, lying

BENT = (60.0, -60.0, 0.0)
# Where the hip of somebody lying is, and how high such a picture is.
FLAT, LOW = 112.0, 150.0


def walking(_: Words) -> Picture:
    """Walking along, with a bench further on."""
    person = Side((0, 0), (88, 88), 90, (-66, -80, 12), (-110, -126, -44), (-120, -92), (-60, -22), size=1.66)
    person = person.standing(136, GROUND)
    bench = rect(246, 158, 60, 7, 2) + rect(252, 165, 6, GROUND - 165) + rect(294, 165, 6, GROUND - 165)
    inside = [
        floor(GROUND),
        shape(bench, "prop", "quiet"),
        person.draw(),
        arrow([(176, 84), (214, 84)], 4.6, 14),
    ]
    return inside, HEIGHT


def knees_bent(_: Words) -> Picture:
    """On the back, knees bent, feet flat."""
    person = lying((170, FLAT), 2.1, near_leg=BENT, far_leg=(56, -58, 0))
    return [mat(FLAT + 16), person.draw()], LOW


def draw_in(_: Words) -> Picture:
    """On the back, knees bent: the lower belly is drawn in."""
    person = lying((170, FLAT), 2.1, near_leg=BENT, far_leg=(56, -58, 0), near_arm=(-8, 0))
    belly = toward(person.waist, 0, 12)
    inside = [
        mat(FLAT + 16),
        person.draw(),
        arrow([(belly[0], belly[1] - 66), (belly[0], belly[1] - 26)], 4.6, 14),
        target((belly[0], belly[1] - 8), 8),
    ]
    return inside, LOW


def slide_heel(_: Words) -> Picture:
    """On the back: one heel slides away and comes back."""
    person = lying((122, FLAT), 1.95, near_leg=(22, -38, 44), far_leg=BENT)
    heel = person.heel()
    inside = [mat(FLAT + 15), person.draw(), both_ways((heel[0] + 24, heel[1]), (heel[0] + 92, heel[1]))]
    return inside, LOW


def lift_knee(_: Words) -> Picture:
    """On one side, knees bent, heels together: the upper knee lifts."""
    legs = (-4, -172, -165)
    person = Side((178, FLAT), (LEFT, LEFT), 176, (30, -140, -150), legs, (-160, 170), (-166, 176), size=1.9)
    knee = person.leg()[1]
    head_rest = shape(rect(person.skull[0] - 22, person.skull[1] + 6, 44, 14, 6), "sheet", "quiet", 2.4)
    inside = [
        mat(FLAT + 16),
        head_rest,
        person.draw(),
        arrow([(knee[0] + 24, knee[1] + 20), (knee[0] + 26, knee[1] - 26)], 4.6, 14),
    ]
    return inside, LOW


def slide_leg_back(_: Words) -> Picture:
    """On hands and knees: one leg slides straight back, the toes on the floor."""
    person = Side((166, 76), (4, 2), 8, (-94, 182, 186), (204, 204, -80), (DOWN, DOWN), (DOWN, DOWN), 1, 1.9)
    hand = (person.shoulder[0], 127.0)
    person = person.reaching(hand, bend=-1).reaching(hand, near=False, bend=-1)
    inside = [
        mat(133, 16, 304),
        person.draw(),
        arrow([(112, 72), (76, 88)], 4.6, 14),
    ]
    return inside, LOW


def glide_upright(_: Words) -> Picture:
    """On the back: the thigh points at the ceiling, held behind the knee; the shin goes up and down again."""
    person = lying((190, 148), 1.9, near_leg=(90, 8, 60), far_leg=(58, -58, 0))
    straight = replace(person, near_leg=(90, 66, 150))
    knee = person.leg()[1]
    held = toward(toward(person.hip, 90, 30), LEFT, 6)
    person = person.reaching(held, bend=-1).reaching(held, near=False, bend=-1)
    inside = [
        mat(163),
        straight.ghost(),
        person.draw(),
        arrow(arc_points(knee, 62, 12, 52), 4.6, 13),
    ]
    return inside, HEIGHT - 20


def warm_pack(_: Words) -> Picture:
    """Face down, a warm pack in a towel on the low back."""
    prone = Side(
        (168, FLAT), (LEFT, LEFT), LEFT, (RIGHT, RIGHT, -24), (RIGHT, RIGHT, -24), (172, 190), (172, 190), -1, 1.85
    )
    pack = rect(128, FLAT - 30, 50, 15, 6)
    waves = [
        smooth([(x, FLAT - y) for x, y in ((x, 40), (x + 5, 49), (x - 3, 58), (x + 3, 68))]) for x in (138, 153, 168)
    ]
    inside = [
        mat(FLAT + 16),
        prone.draw(),
        shape(pack, "act", "pen", 2.4),
        *(shape(one, None, "act", 3) for one in waves),
    ]
    return inside, LOW


def sway_hips(_: Words) -> Picture:
    """Standing, one hand on a chair, the hips sway to one side and to the other."""
    person = Facing((0, 0), 96, 90, (-84, -84), (-98, -84), (-108, -96), (-60, -70), size=1.62).standing(150, GROUND)
    person = person.reaching((204, 114), left=False, bend=-1)
    inside = [
        floor(GROUND),
        chair(200, 156, GROUND, depth=52, back=40),
        person.draw(),
        both_ways((76, person.hip[1] + 2), (126, person.hip[1] + 2)),
    ]
    return inside, HEIGHT


def sway_knees(_: Words) -> Picture:
    """On the back, knees bent: both sway a little way to one side."""
    person = lying((176, FLAT), 2.0, near_leg=(66, -66, 0), far_leg=(44, -52, 0))
    knee = person.leg()[1]
    inside = [
        mat(FLAT + 15),
        person.draw(),
        arrow(arc_points((knee[0] - 4, knee[1] + 16), 44, 100, 18), 4.6, 14),
    ]
    return inside, LOW


def stretch_side(_: Words) -> Picture:
    """Beside a wall, the outer leg crossed behind, the hip sinks away from the wall."""
    size = 1.62
    lean = Facing((0, 0), 104, 98, (-62, -68), (-100, -96), (150, 170), (-70, -80), False, size).standing(160, GROUND)
    lean = lean.reaching((86, 78), left=True, bend=1)
    inside = [
        floor(GROUND),
        wall(84, 14, GROUND, right=False),
        lean.draw(),
        arrow([(190, 106), (216, 114)], 4.6, 13),
    ]
    return inside, HEIGHT


def stretch_front(_: Words) -> Picture:
    """On one knee on a cushion, the other foot in front, the hip comes forward."""
    person = Side((150, 136), (92, 92), 90, (-14, -92, 0), (-104, 186, 186), (-62, -24), (-62, -24), size=1.62)
    knee = person.leg(False)[1]
    inside = [
        floor(GROUND),
        shape(rect(knee[0] - 26, GROUND - 15, 52, 13, 6), "sheet", "quiet", 2.4),
        person.draw(),
        arrow([(92, 128), (128, 128)], 4.6, 13),
    ]
    return inside, HEIGHT


def stretch_seat(_: Words) -> Picture:
    """On a chair, one ankle on the other knee, sitting tall."""
    person = Facing((160, 120), left_leg=(-98, -90), right_leg=(-22, 186), short=(0.42, 0.8), size=1.62)
    person = replace(person, left_arm=(-110, -64), right_arm=(-72, -106))
    ground = person.leg(True)[2][1] + 8
    stool = rect(122, 126, 76, 9, 3) + rect(124, 135, 6, ground - 135) + rect(190, 135, 6, ground - 135)
    inside = [
        floor(ground),
        shape(stool, "prop", "quiet"),
        person.draw(),
        arrow([(100, 84), (100, 34)], 4.6, 13),
    ]
    return inside, HEIGHT


def roll_low_back(_: Words) -> Picture:
    """Back to the wall, a ball on the muscle beside the low back."""
    person = Side((0, 0), (84, 88), 90, (-66, -104, 0), (-66, -104, 0), (-100, -60), (-100, -60), size=1.62)
    person = person.standing(158, GROUND)
    at = toward(person.waist, LEFT, 22)
    inside = [
        floor(GROUND),
        wall(at[0] - 12, 14, GROUND, right=False),
        person.draw(),
        shape(circle((at[0], at[1] + 2), 11), "act", "pen", 2.4),
        both_ways((at[0] - 44, at[1] - 26), (at[0] - 44, at[1] + 30)),
    ]
    return inside, HEIGHT


def foot_on_stool(_: Words) -> Picture:
    """Standing at a worktop, one foot on a low stool."""
    person = Side((0, 0), (90, 88), 86, (-46, -92, 0), (DOWN, DOWN, 0), (-70, -10), (-66, -4), size=1.6)
    person = person.standing(134, GROUND, near=False)
    person = person.reaching((194, 96), bend=-1).reaching((200, 98), near=False, bend=-1)
    heel = person.heel()
    inside = [
        floor(GROUND),
        shape(rect(182, 104, 110, 9, 3) + rect(202, 113, 84, GROUND - 113), "prop", "quiet"),
        shape(rect(heel[0] - 12, heel[1] + 5, 40, GROUND - heel[1] - 5, 2), "prop", "pen", 2),
        person.draw(),
    ]
    return inside, HEIGHT
