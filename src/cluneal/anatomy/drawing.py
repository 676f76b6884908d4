"""The pelvis and low back from behind, as an SVG in millimetres, drawn from the numbers of `anatomy/*.yaml`.

One unit of the picture is one millimetre of the reference body, the midline is at 0 and the line between the
dimples at 0; only y points down instead of up. Seen from behind, the person's left is on the left. Shapes that are
part of the body are landmarks and lines of the knowledge base, mirrored; what stands here as a number is the sheet
of paper round them: margins, widths of strokes, where a word stands.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Literal

from ..knowledge.schema import Anatomy, Line
from .mark import BadMark, Body, Located
from .palette import HUES, Theme, stylesheet
from .words import in_words

# The last two are drawn on request only: the map as far down as it goes, and how a place is measured.
Layer = Literal["bones", "nerves", "territories", "regions", "landmarks", "legs", "measure"]
XY = tuple[float, float]

LAYERS: tuple[Layer, ...] = ("bones", "nerves", "territories", "regions", "landmarks")
TITLE = "The pelvis and low back, seen from behind"
SIDES = ("left", "right")

HALF_WIDTH = 250.0
HEADER = 46.0
FOOTER = 64.0
LINE = 24.0
BOTTOM = -228.0  # the picture ends at the upper thighs, unless a mark lies further down
PAPER_INSET = 6.0
ARROW_FROM, ARROW_TO, ARROW_HEAD = 8.0, 10.0, 11.0
TAG = 24.0
VERTEBRAE = ("T12_spinous", "L1_spinous", "L2_spinous", "L3_spinous", "L4_spinous", "L5_spinous")

# What a person would call it, in words short enough for the margin: (landmark or line, lines of text, where it stands).
LEFT_LABELS: tuple[tuple[str, tuple[str, ...], XY], ...] = (
    ("L2_spinous", ("spine",), (-160, 150)),
    ("iliac_crest_top", ("rim of", "pelvis"), (-160, 92)),
    ("PSIS", ("dimple",), (-178, 8)),
    ("greater_trochanter", ("hip",), (-190, -84)),
    ("ischial_tuberosity", ("sitting", "bone"), (-177, -198)),
)
# The nerve, the point of its course that the leader meets, counted from its end.
RIGHT_LABELS: tuple[tuple[str, int, tuple[str, ...], XY], ...] = (
    ("SCN_lateral", -3, ("upper", "nerves"), (178, 30)),
    ("MCN", -1, ("middle", "nerves"), (178, -34)),
    ("ICN", -1, ("lower", "nerves"), (183, -124)),
)


def to_screen(x_mm: float, y_mm: float, side: str) -> XY:
    """Where a place is drawn, in units of the SVG.

    Args:
        x_mm: distance from the midline on the reference body (a place on a real body, divided by its scale).
        y_mm: up from the line between the dimples.
        side: left or right of the person; midline when `x_mm` is 0.

    Raises:
        BadMark: a side that is no single place.
    """
    if side == "midline" and x_mm == 0:
        return 0.0, -y_mm
    if side not in SIDES:
        raise BadMark(f"mark.side: {side!r} is no single place at {x_mm:g} mm from the midline; use left or right")
    return (-abs(x_mm) if side == "left" else abs(x_mm)), -y_mm


def from_screen(px: float, py: float) -> tuple[Literal["left", "right", "midline"], float, float]:
    """Side, x and y (mm on the reference body) of a place in the SVG: the inverse of `to_screen`."""
    side: Literal["left", "right", "midline"] = "midline" if px == 0 else "left" if px < 0 else "right"
    return side, abs(px), -py


def pelvis_svg(
    anatomy: Anatomy,
    marks: Located | Sequence[Located] | None = None,
    body: Body | None = None,
    show: Sequence[Layer] = LAYERS,
    theme: Theme = "light",
    title: str = TITLE,
    styled: bool = True,
) -> str:
    """The picture, as one self-contained SVG element: no script, no reference to anything outside, no ids.

    Args:
        anatomy: the map.
        marks: places, the worst first, drawn with their blur (1 and 2 standard deviations) and said in words in the
            description. Where pain only spreads to, the mark is hollow and dotted, and an arrow leads there.
        body: whose centimetres the ruler shows; the first mark's own scale, or the reference body, when not given.
        show: the layers to draw over the outline of the body.
        theme: the colours. A page overrides one with `--pelvis-<name>` (see `PALETTES`), for instance
            `--pelvis-ink: currentColor`.
        title: the accessible name.
        styled: False leaves the style out; the page then links what `stylesheet` gives.
    """
    places = (marks,) if isinstance(marks, Located) else tuple(marks or ())
    scale = body.scale(anatomy) if body else places[0].scale if places else 1.0
    top, bottom = anatomy.frame.y_extent[1], _bottom(anatomy, places, show)
    width, height = 2 * HALF_WIDTH, top - bottom
    inside = [
        *_body(anatomy),
        *(_bones(anatomy) if "bones" in show else ()),
        *_dimples(anatomy),
        *(_territories(anatomy) if "territories" in show else ()),
        *(_regions(anatomy, places) if "regions" in show else ()),
        *(_nerves(anatomy) if "nerves" in show else ()),
        *(_landmarks(anatomy) if "landmarks" in show else ()),
        *_marks(places),
        *(_measures(anatomy, places, top, bottom) if "measure" in show else ()),
    ]
    # A light picture on a dark page, or the other way round, keeps its words readable.
    footer = FOOTER if "territories" in show else FOOTER - LINE
    sheet = {"x": -HALF_WIDTH, "y": -top - HEADER, "width": width, "height": height + HEADER + footer, "rx": 14.0}
    paper = {"x": PAPER_INSET - HALF_WIDTH, "y": -top, "width": width - 2 * PAPER_INSET, "height": height, "rx": 14.0}
    # A nested svg cuts off what lies outside it, without needing the id of a clip path.
    window = {"x": -HALF_WIDTH, "y": -top, "width": width, "height": height}
    return _el(
        "svg",
        _el("title", escape(title)),
        _el("desc", escape(_description(anatomy, places, show))),
        *([_el("style", stylesheet(theme))] if styled else ()),
        _el("rect", class_="sheet", **sheet),
        _el("rect", class_="paper", **paper),
        _el("svg", *inside, **window, viewBox=" ".join(_n(one) for one in window.values())),
        *(_landmark_labels(anatomy) if "landmarks" in show else ()),
        *(_nerve_labels(anatomy) if "nerves" in show else ()),
        *_header(top),
        *_footer(-bottom, scale, "territories" in show),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=" ".join(_n(sheet[one]) for one in ("x", "y", "width", "height")),
        class_=f"pelvis pelvis-{theme}",
        role="img",
    )


def _bottom(anatomy: Anatomy, places: Sequence[Located], show: Sequence[Layer]) -> float:
    """How far down the picture goes: to the upper thighs, further for a mark that lies lower."""
    lowest = anatomy.frame.y_extent[0] - 2 * PAPER_INSET
    if "legs" in show:
        return lowest
    return max(lowest, min((BOTTOM, *(one.y - 2.2 * one.sd_y for one in places))))


def _description(anatomy: Anatomy, places: Sequence[Located], show: Sequence[Layer]) -> str:
    seen = {"anterior": " This is at the front, seen through.", "lateral": " This is on the outer side."}
    parts = []
    for number, one in enumerate(places):
        kind = "Spreads to" if one.spread else "Marked too" if number else "Marked"
        parts.append(f"{kind}: {in_words(one, anatomy)}.{seen.get(one.surface or '', '')}")
    parts.append("Your left is on the left.")
    if "nerves" in show:
        parts.append(f"Drawn on both sides: {'; '.join(nerve.plain for nerve in anatomy.nerves)}.")
    return " ".join(parts)


# Layers, from the skin outward


def _lines(anatomy: Anatomy) -> dict[str, Line]:
    return {line.id: line for line in anatomy.lines}


def _body(anatomy: Anatomy) -> Iterator[str]:
    lines = _lines(anatomy)
    outer, inner = lines["body_outline"].points, lines["inner_thigh"].points
    half = [*outer, *reversed(inner)]
    left, right = [to_screen(x, y, "left") for x, y in half], [to_screen(x, y, "right") for x, y in half]
    yield _el("path", class_="skin", d=_curve([*left, *reversed(right)], closed=True))
    for name in ("buttock_fold", "natal_cleft"):
        for points in _both(lines[name].points):
            yield _el("path", class_="fold", d=_curve(points))


def _bones(anatomy: Anatomy) -> Iterator[str]:
    lines = _lines(anatomy)
    at = {one.id: (one.x, one.y) for one in anatomy.landmarks}
    parts: list[str] = []
    for points in _both(lines["twelfth_rib"].points):
        parts += _shaft(_curve(points), 7)
    for points in _both(lines["pubic_arch"].points):
        parts += _shaft(_curve(points), 11)
    for points in _both(lines["femur"].points):
        parts += _shaft(_curve(points), 22)
    sacrum = [to_screen(x, y, "right") for x, y in lines["sacrum_edge"].points]
    mirrored = [to_screen(x, y, "left") for x, y in reversed(lines["sacrum_edge"].points)]
    parts.append(_el("path", class_="bone", d=_curve([*sacrum, *mirrored[1:-1]], closed=True, ease=0.7)))
    parts += _shaft(_curve([to_screen(*at[name], "midline") for name in ("sacral_apex", "coccyx_tip")]), 9)
    parts += [part for name in VERTEBRAE for part in _vertebra(at[name], at["S1_spinous"])]
    hip = [*lines["iliac_crest"].points, *lines["hip_bone_edge"].points[1:-1]]
    for points in _both(hip):
        parts.append(_el("path", class_="bone", d=_curve(points, closed=True)))
    for side in SIDES:
        cx, cy = to_screen(*at["hip_joint_centre"], side)
        parts.append(_el("circle", class_="bone", cx=cx, cy=cy, r=22))
    yield _el("g", *parts, class_="bones")


def _shaft(d: str, width: float) -> list[str]:
    """A long bone: a thick line over a slightly thicker one, which shows as its edge."""
    return [
        _el("path", class_="shaft-edge", d=d, stroke_width=width + 2.8),
        _el("path", class_="shaft", d=d, stroke_width=width),
    ]


def _vertebra(spinous: XY, below: XY) -> list[str]:
    """Wings and spinous process; smaller the closer it lies to the sacrum's first bump."""
    x, y = to_screen(*spinous, "midline")
    tight = min(1.0, (spinous[1] - below[1]) / 34)
    wing = [(-43, -5), (-24, -8), (0, -11 * tight), (24, -8), (43, -5), (43, 1), (24, 5), (0, 8), (-24, 5), (-43, 1)]
    process = [(0, -12 * tight), (5, -5), (6.5, 8), (0, 13), (-6.5, 8), (-5, -5)]
    return [
        _el("path", class_="bone", d=_curve([(x + dx, y + dy) for dx, dy in shape], closed=True))
        for shape in (wing, process)
    ]


def _dimples(anatomy: Anatomy) -> Iterator[str]:
    """On the skin, so over the bones: everything on the map is measured from them."""
    dimple = next(one for one in anatomy.landmarks if one.id == "PSIS")
    for side in SIDES:
        cx, cy = to_screen(dimple.x, dimple.y, side)
        yield _el("ellipse", class_="dimple", cx=cx, cy=cy, rx=dimple.sd_x, ry=dimple.sd_y + 3)


def _territories(anatomy: Anatomy) -> Iterator[str]:
    for line in anatomy.lines:
        if line.kind == "surface" and line.cause and line.points[0] == line.points[-1]:
            for points in _both(line.points[:-1]):
                yield _el(
                    "path",
                    _el("title", escape(line.plain)),
                    class_=f"territory territory-{HUES.get(line.cause, 'scn')}",
                    d=_curve(points, closed=True),
                    data_line=line.id,
                )


def _regions(anatomy: Anatomy, places: Sequence[Located]) -> Iterator[str]:
    """Where each named region lies: it shows itself under the pointer, or when it was chosen."""
    for region in anatomy.regions:
        sides = {one.side for one in places if one.region == region.id}
        for side in SIDES if region.x else ("midline",):
            cx, cy = to_screen(region.x, region.y, side)
            yield _el(
                "ellipse",
                _el("title", escape(region.plain)),
                class_="region chosen" if sides & {side, "both", None} else "region",
                cx=cx,
                cy=cy,
                rx=region.sd_x,
                ry=region.sd_y,
                data_region=region.id,
            )


def _nerves(anatomy: Anatomy) -> Iterator[str]:
    drawn = [
        (nerve, HUES.get(nerve.cause or "", "scn"), points)
        for nerve in anatomy.nerves
        for points in _both(nerve.points)
    ]
    # All halos first, so that no nerve's halo cuts another nerve.
    yield from (_el("path", class_="halo", d=_curve(points)) for _, _, points in drawn)
    for nerve, hue, points in drawn:
        name = _el("title", escape(f"{nerve.name}: {nerve.plain}"))
        yield _el("path", name, class_=f"nerve nerve-{hue}", d=_curve(points), data_nerve=nerve.id)
    for nerve in anatomy.nerves:
        if nerve.crosses:
            for side in SIDES:
                cx, cy = to_screen(nerve.crosses.x, nerve.crosses.y, side)
                name = _el("title", escape(nerve.crosses.plain))
                hue = HUES.get(nerve.cause or "", "scn")
                yield _el("circle", name, class_=f"crossing crossing-{hue}", cx=cx, cy=cy, r=4)


def _landmarks(anatomy: Anatomy) -> Iterator[str]:
    """A dot for those with a label; the others show themselves under the pointer."""
    named = {name for name, _, _ in LEFT_LABELS}
    for one in anatomy.landmarks:
        for side in SIDES if one.x else ("midline",):
            cx, cy = to_screen(one.x, one.y, side)
            yield _el(
                "circle",
                _el("title", escape(one.plain)),
                class_="dot" if one.id in named else "dot minor",
                cx=cx,
                cy=cy,
                r=2.6,
                data_landmark=one.id,
            )


def _sides(located: Located) -> tuple[str, ...]:
    """The sides that a mark is drawn on: both when it is not said which."""
    if located.side == "midline" or located.x == 0:
        return ("midline",)
    return SIDES if located.side in ("both", None) else (located.side,)


def _centres(located: Located) -> list[XY]:
    return [to_screen(0 if side == "midline" else located.x, located.y, side) for side in _sides(located)]


def _marks(places: Sequence[Located]) -> Iterator[str]:
    """The worst place last, so that it lies on top; arrows from it to where the pain spreads, place by place."""
    for number, one in reversed(list(enumerate(places))):
        kind = "spread" if one.spread else "also" if number else "worst"
        parts = [*(_ways(places, one) if one.spread and number else ()), *_mark(one)]
        yield _el("g", *parts, class_=f"place {kind}")


def _mark(located: Located) -> Iterator[str]:
    """Ellipses of 2 and 1 standard deviations and the centre; dashed when the side is open or it is not the back."""
    sure = located.side is not None and located.surface in ("posterior", "lateral")
    for cx, cy in _centres(located):
        for spread in (1,) if located.spread else (2, 1):
            yield _el(
                "ellipse",
                class_=f"mark blur-{spread}" + ("" if sure or spread == 2 else " unsure"),
                cx=cx,
                cy=cy,
                rx=spread * located.sd_x,
                ry=spread * located.sd_y,
            )
        if located.spread:
            yield _el("circle", class_="mark hollow", cx=cx, cy=cy, r=5.5)
        else:
            yield _el("circle", class_="mark centre", cx=cx, cy=cy, r=4.5)


def _ways(places: Sequence[Located], spread: Located) -> Iterator[str]:
    """An arrow to where pain spreads: from the worst place, or from the next place on the way from there."""
    origin = _centres(places[0])
    stops = [*origin, *(at for one in places if one.spread and one is not spread for at in _centres(one))]
    for x, y in _centres(spread):
        reach = min(math.dist((x, y), at) for at in origin)
        on_the_way = [at for at in stops if at in origin or min(math.dist(at, first) for first in origin) < reach]
        start = min(on_the_way, key=lambda at: math.dist((x, y), at))
        length = math.dist((x, y), start)
        if length < ARROW_FROM + ARROW_TO + ARROW_HEAD:
            continue
        along = ((x - start[0]) / length, (y - start[1]) / length)
        tail = (start[0] + ARROW_FROM * along[0], start[1] + ARROW_FROM * along[1])
        tip = (x - ARROW_TO * along[0], y - ARROW_TO * along[1])
        # The head's two barbs: back along the arrow, and half as far to either side.
        barbs = [
            (
                tip[0] - ARROW_HEAD * (along[0] + way * along[1] / 2),
                tip[1] - ARROW_HEAD * (along[1] - way * along[0] / 2),
            )
            for way in (1, -1)
        ]
        shaft = f"M{_at(tail)}L{_at(tip)}"
        yield _el("path", class_="way", d=f"{shaft}M{_at(barbs[0])}L{_at(tip)}L{_at(barbs[1])}")


def _measures(anatomy: Anatomy, places: Sequence[Located], top: float, bottom: float) -> Iterator[str]:
    """The lines that a place is measured from, and its two distances: A from the spine, B from the dimples' level."""
    dimple = next(one for one in anatomy.landmarks if one.id == "PSIS")
    yield _el("path", class_="measure level", d=f"M0 {_n(-top)}V{_n(-bottom)}")
    yield _el("path", class_="measure level", d=f"M{_n(-HALF_WIDTH)} 0H{_n(HALF_WIDTH)}")
    below = TAG if places and places[0].y > 0 else -TAG
    yield _el("path", class_="measure", d=f"M{_n(-dimple.x)} {_n(below - 5)}v10m0 -5H{_n(dimple.x)}m0 -5v10")
    yield from _tag("C", dimple.x / 2, below)
    for x, y in _centres(places[0])[:1] if places else ():
        yield _el("path", class_="measure", d=f"M0 {_n(y)}H{_n(x)}M{_n(x)} 0V{_n(y)}")
        # Beside the lines, away from the middle and from the dimples.
        yield from _tag("A", x / 2, y + math.copysign(0.8 * TAG, y))
        yield from _tag("B", x + math.copysign(0.8 * TAG, x), y / 2)


def _tag(word: str, x: float, y: float) -> Iterator[str]:
    yield _el("circle", class_="tag", cx=x, cy=y, r=TAG / 2)
    yield _el("text", word, class_="tag-word", x=x, y=y + 6, text_anchor="middle")


# The sheet round the picture


def _landmark_labels(anatomy: Anatomy) -> Iterator[str]:
    at = {one.id: one for one in anatomy.landmarks}
    for name, words, place in LEFT_LABELS:
        point = at[name]
        target = to_screen(point.x, point.y, "left" if point.x else "midline")
        yield from _label(words, to_screen(-place[0], place[1], "left"), target, "quiet", "end")


def _nerve_labels(anatomy: Anatomy) -> Iterator[str]:
    nerves = {one.id: one for one in anatomy.nerves}
    for name, index, words, place in RIGHT_LABELS:
        nerve = nerves[name]
        target = to_screen(*nerve.points[index], "right")
        hue = HUES.get(nerve.cause or "", "scn")
        yield from _label(words, to_screen(*place, "right"), target, f"label-{hue}", "start")


def _label(words: Sequence[str], place: XY, target: XY, class_: str, anchor: str) -> Iterator[str]:
    x, y = place
    away = 4 if anchor == "end" else -4
    yield _el("path", class_="leader", d=f"M{_n(x + away)} {_n(y)}L{_n(target[0])} {_n(target[1])}")
    first = y + 6 - 10 * (len(words) - 1)
    for row, word in enumerate(words):
        yield _el("text", escape(word), class_=class_, x=x, y=first + 20 * row, text_anchor=anchor)


def _header(top: float) -> Iterator[str]:
    y = -top - 16
    yield _el("text", "Your LEFT", class_="ink side", x=-HALF_WIDTH + PAPER_INSET + 4, y=y, text_anchor="start")
    yield _el("text", "Your RIGHT", class_="ink side", x=HALF_WIDTH - PAPER_INSET - 4, y=y, text_anchor="end")


def _footer(bottom: float, scale: float, territories: bool) -> Iterator[str]:
    """What one sees, and a ruler of five centimetres of this person's own body."""
    left, right = -HALF_WIDTH + PAPER_INSET + 4, HALF_WIDTH - PAPER_INSET - 4
    yield _el("text", "Seen from behind", class_="quiet", x=left, y=bottom + 26)
    if territories:
        yield _el("text", "Shaded: skin that each nerve serves, roughly", class_="quiet", x=left, y=bottom + 50)
    start, y = right - 50 / scale, bottom + 20
    yield _el("path", class_="ruler", d=f"M{_n(start)} {_n(y - 5)}v10m0 -5H{_n(right)}m0 -5v10")
    yield _el("text", "5 cm", class_="ink", x=start - 8, y=y + 6, text_anchor="end")


# Small tools


def _at(point: XY) -> str:
    return f"{_n(point[0])} {_n(point[1])}"


def _both(points: Iterable[XY]) -> Iterator[list[XY]]:
    points = tuple(points)
    for side in SIDES:
        yield [to_screen(x, y, side) for x, y in points]


def _curve(points: Sequence[XY], closed: bool = False, ease: float = 1.0) -> str:
    """A smooth path through every point (Catmull-Rom as Bézier curves); `ease` under 1 is stiffer."""
    count = len(points)

    def at(i: int) -> XY:
        return points[i % count] if closed else points[max(0, min(count - 1, i))]

    parts = [f"M{_n(points[0][0])} {_n(points[0][1])}"]
    for i in range(count if closed else count - 1):
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = at(i - 1), at(i), at(i + 1), at(i + 2)
        pull = ease / 6
        controls = (x1 + (x2 - x0) * pull, y1 + (y2 - y0) * pull, x2 - (x3 - x1) * pull, y2 - (y3 - y1) * pull)
        parts.append("C" + " ".join(_n(value) for value in (*controls, x2, y2)))
    return "".join(parts) + ("Z" if closed else "")


def _el(tag: str, *children: str, **attributes: str | float) -> str:
    """One element. Names: `class_` is class, `data_x` is data-x. Values are escaped; children are markup already."""
    text = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(value) if isinstance(value, str) else _n(value)}"'
        for name, value in attributes.items()
    )
    return f"<{tag}{text}>{''.join(children)}</{tag}>" if children else f"<{tag}{text}/>"


def _n(value: float) -> str:
    """A tenth of a millimetre is finer than any screen; the shortest way to write it."""
    return f"{round(value, 1):g}" if abs(value) < 1e5 else f"{value:.1f}"
