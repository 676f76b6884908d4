"""A jointed person: angles of the joints become limbs with a soft outline, from the side or from the front.

Angles are degrees on the paper: 0 to the right, 90 up. Lengths are hundredths of the person's height.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ...frozen import frozen
from .ink import INK, LINE, XY, arc_points, capsule, circle, polygon, shape, smooth, toward

Two = tuple[float, float]
Three = tuple[float, float, float]

THIGH, SHIN, FOOT, HEEL = 24.0, 23.0, 9.5, 2.4
LOW_BACK, HIGH_BACK, NECK, UPPER_ARM, FOREARM, HAND = 14.0, 16.0, 10.5, 15.5, 14.0, 3.2
# Half the thickness at each joint.
R_HIP, R_KNEE, R_ANKLE, R_HEEL, R_TOE = 7.2, 4.3, 2.8, 2.5, 1.8
R_WAIST, R_CHEST, R_NECK, R_HEAD = 6.4, 6.9, 3.0, 6.8
R_SHOULDER, R_ELBOW, R_WRIST, R_HAND = 3.9, 3.1, 2.4, 2.8
SHOULDERS, HIPS = 8.2, 5.2


@frozen
class Side:
    """A person from the side. Legs are angles of thigh, shin and foot; arms of upper arm and forearm.

    `near` is the side towards the one who looks; `faces` is 1 when an upright person looks to the right.
    """

    hip: XY
    trunk: Two = (90, 90)
    head: float = 90
    near_leg: Three = (-90, -90, 0)
    far_leg: Three = (-90, -90, 0)
    near_arm: Two = (-90, -80)
    far_arm: Two = (-90, -80)
    faces: int = 1
    size: float = 1.5
    eyes: str = "open"

    def leg(self, near: bool = True) -> tuple[XY, XY, XY, XY]:
        """Hip, knee, ankle and toes."""
        thigh, shin, foot = self.near_leg if near else self.far_leg
        knee = toward(self.hip, thigh, THIGH * self.size)
        ankle = toward(knee, shin, SHIN * self.size)
        return self.hip, knee, ankle, toward(self._heel(ankle, shin), foot, FOOT * self.size)

    def _heel(self, ankle: XY, shin: float) -> XY:
        return toward(ankle, shin, HEEL * self.size)

    def heel(self, near: bool = True) -> XY:
        """Middle of the heel."""
        return self._heel(self.leg(near)[2], (self.near_leg if near else self.far_leg)[1])

    @property
    def waist(self) -> XY:
        """Middle of the waist."""
        return toward(self.hip, self.trunk[0], LOW_BACK * self.size)

    @property
    def shoulder(self) -> XY:
        """Middle of the shoulder."""
        return toward(self.waist, self.trunk[1], HIGH_BACK * self.size)

    @property
    def skull(self) -> XY:
        """Middle of the head."""
        return toward(self.shoulder, self.head, NECK * self.size)

    def hand(self, near: bool = True) -> XY:
        """Middle of the hand."""
        return self.arm(near)[2]

    def arm(self, near: bool = True) -> tuple[XY, XY, XY]:
        """Shoulder, elbow and hand."""
        upper, fore = self.near_arm if near else self.far_arm
        shoulder = toward(self.shoulder, self.trunk[1] + 180, 1.5 * self.size)
        elbow = toward(shoulder, upper, UPPER_ARM * self.size)
        return shoulder, elbow, toward(elbow, fore, (FOREARM + HAND) * self.size)

    def standing(self, x: float, ground: float, near: bool = True) -> Side:
        """The same, moved so that one foot is flat at `x` on the ground."""
        at = self.heel(near)
        return replace(self, hip=(self.hip[0] + x - at[0], self.hip[1] + ground - R_HEEL * self.size - at[1]))

    def reaching(self, place: XY, near: bool = True, bend: int = 1) -> Side:
        """The same, with the hand on `place` as far as the arm reaches; `bend` says to which side the elbow goes."""
        shoulder = self.arm(near)[0]
        upper, fore = UPPER_ARM * self.size, (FOREARM + HAND) * self.size
        away = max(abs(upper - fore) + 0.1, min(upper + fore - 0.1, math.dist(shoulder, place)))
        along = math.degrees(math.atan2(shoulder[1] - place[1], place[0] - shoulder[0]))
        at_shoulder = math.degrees(math.acos((upper**2 + away**2 - fore**2) / (2 * upper * away)))
        first = along + bend * at_shoulder
        elbow = toward(shoulder, first, upper)
        end = toward(shoulder, along, away)
        second = math.degrees(math.atan2(elbow[1] - end[1], end[0] - elbow[0]))
        return replace(self, near_arm=(first, second)) if near else replace(self, far_arm=(first, second))

    def draw(self) -> str:
        """From the far side to the near one."""
        u = self.size
        trunk = capsule(self.hip, R_HIP * u, self.waist, R_WAIST * u) + capsule(
            self.waist, R_WAIST * u, self.shoulder, R_CHEST * u
        )
        return "".join(
            (
                self._arm(False),
                self._leg(False),
                *self._head(),
                shape(trunk, "top", "pen", INK),
                self._leg(True),
                self._arm(True),
            )
        )

    def draw_leg(self, near: bool = True) -> str:
        """One leg alone, to lay over another part."""
        return self._leg(near)

    def ghost(self, part: str = "leg") -> str:
        """Where a leg, an arm or the trunk was before: a dashed outline."""
        u = self.size
        if part == "leg":
            hip, knee, ankle, toes = self.leg()
            d = limb([hip, knee, ankle], [R_HIP * u * 0.8, R_KNEE * u, R_ANKLE * u])
            d += capsule(self.heel(), R_HEEL * u, toes, R_TOE * u)
        else:
            d = limb([self.hip, self.waist, self.shoulder], [R_HIP * u, R_WAIST * u, R_CHEST * u])
            d += circle(self.skull, R_HEAD * u)
        return ghost(d)

    def _leg(self, near: bool) -> str:
        u = self.size
        hip, knee, ankle, toes = self.leg(near)
        skin = "skin" if near else "far"
        bare = limb([hip, knee, ankle], [R_HIP * u, R_KNEE * u, R_ANKLE * u])
        bare += capsule(self.heel(near), R_HEEL * u, toes, R_TOE * u)
        hem, wide = _between(hip, knee, 0.62), (R_HIP + (R_KNEE - R_HIP) * 0.62) * u
        return shape(bare, skin, "pen", INK) + shape(capsule(hip, R_HIP * u, hem, wide + 0.5), "shorts", "pen", LINE)

    def _arm(self, near: bool) -> str:
        u = self.size
        shoulder, elbow, hand = self.arm(near)
        skin = "skin" if near else "far"
        bare = limb([shoulder, elbow, hand], [R_SHOULDER * u, R_ELBOW * u, R_WRIST * u]) + circle(hand, R_HAND * u)
        hem, wide = _between(shoulder, elbow, 0.62), (R_SHOULDER + (R_ELBOW - R_SHOULDER) * 0.62) * u
        sleeve = capsule(shoulder, R_SHOULDER * u + 0.5, hem, wide + 0.5)
        return shape(bare, skin, "pen", INK) + shape(sleeve, "top", "pen", LINE)

    def _head(self) -> Iterator[str]:
        u, at = self.size, self.skull
        face = self.head - 90 * self.faces
        nose = circle(toward(at, face - 10 * self.faces, R_HEAD * u * 0.97), 1.05 * u)
        neck = capsule(self.shoulder, R_NECK * u, at, R_NECK * u)
        yield shape(neck + circle(at, R_HEAD * u) + nose, "skin", "pen", INK)
        yield shape(_hair(at, R_HEAD * u, face, self.faces), "hair")
        eye = toward(toward(at, face, R_HEAD * u * 0.55), self.head, R_HEAD * u * 0.18)
        yield shape(circle(eye, 0.9 * u), "pen") if self.eyes == "open" else closed_eye(eye, u)


@frozen
class Facing:
    """A person from the front or from behind. `left` and `right` are of the paper. Legs: thigh, shin; arms likewise.

    `short` shortens a thigh that points at the one who looks.
    """

    hip: XY
    trunk: float = 90
    head: float = 90
    left_leg: Two = (-92, -90)
    right_leg: Two = (-88, -90)
    left_arm: Two = (-100, -95)
    right_arm: Two = (-80, -85)
    front: bool = True
    size: float = 1.5
    eyes: str = "open"
    short: tuple[float, float] = (1.0, 1.0)
    level: float = 0.0

    def leg(self, left: bool) -> tuple[XY, XY, XY]:
        """Hip, knee and ankle."""
        thigh, shin = self.left_leg if left else self.right_leg
        hip = toward(self.hip, self.trunk + self.level + (90 if left else -90), HIPS * self.size)
        knee = toward(hip, thigh, THIGH * self.size * self.short[0 if left else 1])
        return hip, knee, toward(knee, shin, SHIN * self.size)

    def arm(self, left: bool) -> tuple[XY, XY, XY]:
        """Shoulder, elbow and hand."""
        upper, fore = self.left_arm if left else self.right_arm
        shoulder = toward(self.neck, self.trunk + (90 if left else -90), SHOULDERS * self.size)
        elbow = toward(shoulder, upper, UPPER_ARM * self.size)
        return shoulder, elbow, toward(elbow, fore, (FOREARM + HAND) * self.size)

    @property
    def neck(self) -> XY:
        """Between the shoulders."""
        return toward(self.hip, self.trunk, (LOW_BACK + HIGH_BACK - 3) * self.size)

    @property
    def skull(self) -> XY:
        """Middle of the head."""
        return toward(self.neck, self.head, (NECK + 2.5) * self.size)

    def standing(self, x: float, ground: float) -> Facing:
        """The same, moved so that the lower foot is on the ground and the hips are at `x`."""
        low = max(self.leg(left)[2][1] for left in (True, False)) + (HEEL + R_HEEL) * self.size
        return replace(self, hip=(x, self.hip[1] + ground - low))

    def reaching(self, place: XY, left: bool, bend: int = 1) -> Facing:
        """The same, with one hand on `place` as far as the arm reaches."""
        shoulder = self.arm(left)[0]
        upper, fore = UPPER_ARM * self.size, (FOREARM + HAND) * self.size
        away = max(abs(upper - fore) + 0.1, min(upper + fore - 0.1, math.dist(shoulder, place)))
        along = math.degrees(math.atan2(shoulder[1] - place[1], place[0] - shoulder[0]))
        first = along + bend * math.degrees(math.acos((upper**2 + away**2 - fore**2) / (2 * upper * away)))
        elbow, end = toward(shoulder, first, upper), toward(shoulder, along, away)
        angles = (first, math.degrees(math.atan2(elbow[1] - end[1], end[0] - elbow[0])))
        return replace(self, left_arm=angles) if left else replace(self, right_arm=angles)

    def draw(self, arms_behind: bool = False) -> str:
        """Legs, trunk, head, arms; from behind the head lies under its hair."""
        arms = [self._arm(True), self._arm(False)]
        legs = [self._leg(True), self._leg(False)]
        behind, before = (arms, []) if arms_behind else ([], arms)
        return "".join([*behind, *legs, *self._head(), self._trunk(), *before])

    def _trunk(self) -> str:
        u = self.size
        shoulders = [self.arm(left)[0] for left in (True, False)]
        hips = [self.leg(left)[0] for left in (True, False)]
        drawn = "".join(
            (
                capsule(shoulders[0], 4.2 * u, shoulders[1], 4.2 * u),
                capsule(hips[0], 5.4 * u, hips[1], 5.4 * u),
                *(capsule(shoulders[i], 4.2 * u, hips[i], 5.2 * u) for i in (0, 1)),
                polygon([shoulders[0], shoulders[1], hips[1], hips[0]]),
            )
        )
        seat = capsule(hips[0], 5.6 * u, hips[1], 5.6 * u)
        return shape(drawn, "top", "pen", INK) + shape(seat, "shorts", "pen", LINE)

    def _leg(self, left: bool) -> str:
        u = self.size
        hip, knee, ankle = self.leg(left)
        shin = (self.left_leg if left else self.right_leg)[1]
        heel = toward(ankle, shin, HEEL * u)
        toes = toward(heel, shin + (-90 if left else 90), 2 * u)
        bare = limb([hip, knee, ankle], [5.6 * u, R_KNEE * u, R_ANKLE * u]) + capsule(heel, R_HEEL * u, toes, 2.1 * u)
        hem, wide = _between(hip, knee, 0.62), (5.6 + (R_KNEE - 5.6) * 0.62) * u
        return shape(bare, "skin", "pen", INK) + shape(capsule(hip, 5.6 * u, hem, wide + 0.5), "shorts", "pen", LINE)

    def _arm(self, left: bool) -> str:
        u = self.size
        shoulder, elbow, hand = self.arm(left)
        bare = limb([shoulder, elbow, hand], [R_SHOULDER * u, R_ELBOW * u, R_WRIST * u]) + circle(hand, R_HAND * u)
        hem = _between(shoulder, elbow, 0.62)
        sleeve = capsule(shoulder, R_SHOULDER * u + 0.5, hem, 3.5 * u + 0.5)
        return shape(bare, "skin", "pen", INK) + shape(sleeve, "top", "pen", LINE)

    def _head(self) -> Iterator[str]:
        u, at = self.size, self.skull
        neck = capsule(self.neck, R_NECK * u, at, R_NECK * u)
        yield shape(neck + circle(at, R_HEAD * u), "skin", "pen", INK)
        if not self.front:
            yield shape(circle(toward(at, self.head, 0.8 * u), R_HEAD * u * 0.93), "hair")
            return
        cap = arc_points(at, R_HEAD * u * 0.98, self.head - 86, self.head + 86)
        yield shape(smooth([*cap, toward(at, self.head, R_HEAD * u * 0.42)], closed=True), "hair")
        for side in (-90, 90):
            eye = toward(toward(at, self.head + side, 2.5 * u), self.head + 180, 0.6 * u)
            yield shape(circle(eye, 0.9 * u), "pen") if self.eyes == "open" else closed_eye(eye, u)


def limb(points: Sequence[XY], radii: Sequence[float]) -> str:
    """The path round a chain of joints."""
    pairs = zip(points, radii, points[1:], radii[1:], strict=False)
    return "".join(capsule(p, r, q, s) for p, r, q, s in pairs)


def ghost(d: str) -> str:
    """A faint dashed outline: where something was, or will be."""
    return shape(d, "sheet", "quiet", 3, stroke_dasharray="4 4")


def closed_eye(at: XY, u: float) -> str:
    """A lid."""
    return shape(smooth(arc_points((at[0], at[1] - u * 0.6), 1.5 * u, 200, 340)), None, "pen", 1.4)


def _between(p: XY, q: XY, share: float) -> XY:
    return p[0] + (q[0] - p[0]) * share, p[1] + (q[1] - p[1]) * share


def _hair(at: XY, radius: float, face: float, faces: int) -> str:
    """A cap over the top and the back of the head."""
    back = arc_points(at, radius, face + 62 * faces, face + 208 * faces)
    inner = [toward(at, face + turn * faces, radius * share) for turn, share in ((150, 0.25), (80, 0.6))]
    return smooth([*back, *inner], closed=True)
