"""The geometry of small drawings: people out of a hundred, a weight to one side, one figure under several views.

What stands here are the paths of SVG; `templates/parts/{chance,reasons}.html` draw them in the colours of the theme.
Shapes carry what colour carries, so that print, forced colours and colour-blind eyes see the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..frozen import frozen

PEOPLE, ROW, CELL = 100, 10, 10
FULL, HOLE, RING, DOT = 4.2, 1.5, 3.5, 1.2
# A bar is full when the odds are four times as high or as low: two doublings.
FULL_BAR = 2.0
BAR_WIDTH, BAR_HEIGHT, BAR_EDGE, BAR_LEAST, BAR_TIP = 200, 14, 2.5, 3.0, 5.0
TRACK_WIDTH, TRACK_HEIGHT, TRACK_MARGIN = 300, 26, 10
# Right ends of a scale that people read at a glance, in shares.
ENDS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)


@frozen
class People:
    """A hundred people as dots, each kind one path: full up to the low end, with a hole up to the share, rings up to
    the high end, specks for the rest."""

    full: str
    hole: str
    ring: str
    rest: str


@frozen
class Bar:
    """A bar from the middle to one side: "for" to the right, "against" to the left; it has a tip where it goes on."""

    side: str
    path: str


@frozen
class Track:
    """Places of the three views on a scale from 0 to its end."""

    sceptic: float
    chosen: float
    guide: float

    @property
    def ends(self) -> tuple[float, float]:
        """Where the line that joins them starts and stops."""
        places = (self.sceptic, self.chosen, self.guide)
        return min(places), max(places)


def people(share: float, low: float, high: float) -> People:
    """The dots of a chance with its range, all between 0 and 1."""
    count, least, most = (round(one * PEOPLE) for one in (share, low, high))
    least, most = min(least, count), max(most, count)
    return People(
        full=_circles(range(least), FULL),
        hole="".join(_circles([i], FULL) + _circles([i], HOLE) for i in range(least, count)),
        ring=_circles(range(count, most), RING),
        rest=_circles(range(most, PEOPLE), DOT),
    )


def bar(weight: float) -> Bar:
    """The bar of a weight in doublings of the odds."""
    middle, half = BAR_WIDTH / 2, BAR_HEIGHT / 2
    side = 1 if weight > 0 else -1
    length = max(min(abs(weight) / FULL_BAR, 1.0) * (middle - BAR_EDGE), BAR_LEAST)
    end = middle + side * length
    neck = end - side * (BAR_TIP if abs(weight) > FULL_BAR else 0.0)
    path = (
        f"M{middle:g} {BAR_EDGE:g}H{neck:.1f}L{end:.1f} {half:g}L{neck:.1f} {BAR_HEIGHT - BAR_EDGE:g}H{middle:g}Z"
        if neck != end
        else f"M{middle:g} {BAR_EDGE:g}H{end:.1f}V{BAR_HEIGHT - BAR_EDGE:g}H{middle:g}Z"
    )
    return Bar("for" if side > 0 else "against", path)


def scale_end(shares: Sequence[float]) -> float:
    """The right end of a scale that holds all the shares."""
    return next((end for end in ENDS if end >= max(shares, default=0.0)), ENDS[-1])


def track(sceptic: float, chosen: float, guide: float, end: float) -> Track:
    """One figure under three views, on a scale from 0 to `end`."""

    def at(share: float) -> float:
        return round(TRACK_MARGIN + min(share / end, 1.0) * (TRACK_WIDTH - 2 * TRACK_MARGIN), 1)

    return Track(at(sceptic), at(chosen), at(guide))


def _circles(places: Iterable[int], radius: float) -> str:
    """Circles in a grid as pieces of one path: a hundred dots in one element are small and quick to draw."""
    pieces = []
    for place in places:
        x, y = place % ROW * CELL + CELL / 2, place // ROW * CELL + CELL / 2
        arc = f"a{radius:g} {radius:g} 0 1 0"
        pieces.append(f"M{x - radius:g} {y:g}{arc} {2 * radius:g} 0{arc} {-2 * radius:g} 0Z")
    return "".join(pieces)


# One dot of each kind, for the key.
KEY = People(_circles([0], FULL), _circles([0], FULL) + _circles([0], HOLE), _circles([0], RING), _circles([0], DOT))
