"""The pelvis and low back from behind, as an SVG in millimetres, drawn from the numbers of `anatomy/*.yaml`.

One unit of the picture is one millimetre of the reference body, the midline is at 0 and the line between the
dimples at 0; only y points down instead of up. Seen from behind, the person's left is on the left. Shapes that are
part of the body are landmarks and lines of the knowledge base, mirrored; what stands here as a number is the sheet
of paper round them: margins, widths of strokes, where a word stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Literal

from ..knowledge.schema import Anatomy, Line
from .mark import BadMark, Body, Located
from .words import in_words

Theme = Literal["light", "dark"]
Layer = Literal["bones", "nerves", "territories", "regions", "landmarks"]
XY = tuple[float, float]

LAYERS: tuple[Layer, ...] = ("bones", "nerves", "territories", "regions", "landmarks")
TITLE = "The pelvis and low back, seen from behind"
SIDES = ("left", "right")

HALF_WIDTH = 250.0
HEADER = 46.0
FOOTER = 64.0
BOTTOM = -228.0  # the picture ends at the upper thighs, unless a mark lies further down
PAPER_INSET = 6.0
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
# Each cause of the map has a hue; the Okabe-Ito set can be told apart with any colour vision.
HUES = {"scn_entrapment": "scn", "mcn_entrapment": "mcn", "icn_entrapment": "icn"}

PALETTES: dict[Theme, dict[str, str]] = {
    "light": {
        "ink": "#26323b",
        "quiet": "#5c6973",
        "sheet": "#ffffff",
        "paper": "#f7f5f1",
        "skin": "#eadfd3",
        "fold": "#c9b6a4",
        "bone": "#fbf6ea",
        "edge": "#c3b394",
        "scn": "#0068a8",
        "mcn": "#8f3f97",
        "icn": "#00795a",
        "mark": "#d0451b",
    },
    "dark": {
        "ink": "#edf1f3",
        "quiet": "#a4b1ba",
        "sheet": "#0e1215",
        "paper": "#161c21",
        "skin": "#333c43",
        "fold": "#55626b",
        "bone": "#59666e",
        "edge": "#82919a",
        "scn": "#62bdf5",
        "mcn": "#e09be6",
        "icn": "#4fd3a6",
        "mark": "#ff8f5c",
    },
}

# (class, property, colour): the colours of the picture. Widths and the like are in STYLE.
COLOURS: tuple[tuple[str, str, str], ...] = (
    ("ink", "fill", "ink"),
    ("quiet", "fill", "quiet"),
    ("sheet", "fill", "sheet"),
    ("paper", "fill", "paper"),
    ("skin", "fill", "skin"),
    ("skin", "stroke", "fold"),
    ("fold", "stroke", "fold"),
    ("bone", "fill", "bone"),
    ("bone", "stroke", "edge"),
    ("shaft", "stroke", "bone"),
    ("shaft-edge", "stroke", "edge"),
    ("dot", "fill", "quiet"),
    ("dimple", "fill", "fold"),
    ("leader", "stroke", "quiet"),
    ("ruler", "stroke", "ink"),
    ("halo", "stroke", "skin"),
    ("region", "stroke", "quiet"),
    ("mark", "fill", "mark"),
    ("mark", "stroke", "mark"),
    *((f"nerve-{hue}", "stroke", hue) for hue in HUES.values()),
    *((f"crossing-{hue}", "stroke", hue) for hue in HUES.values()),
    *((f"crossing-{hue}", "fill", "paper") for hue in HUES.values()),
    *((f"territory-{hue}", "fill", hue) for hue in HUES.values()),
    *((f"label-{hue}", "fill", hue) for hue in HUES.values()),
)

STYLE: tuple[tuple[str, str], ...] = (
    ("text", "font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif;font-size:17px"),
    (".side", "font-size:25px;font-weight:700"),
    (".skin", "stroke-width:1.6"),
    (".fold", "fill:none;stroke-width:2.2;stroke-linecap:round"),
    (".dimple", "opacity:.6"),
    (".bone", "stroke-width:1.4;stroke-linejoin:round"),
    (".bones", "opacity:.9"),
    (".shaft,.shaft-edge", "fill:none;stroke-linecap:round;stroke-linejoin:round"),
    (".minor", "fill-opacity:0"),
    (".minor:hover", "fill-opacity:1"),
    (".leader", "fill:none;stroke-width:1"),
    (".ruler", "fill:none;stroke-width:1.6"),
    (".nerve,.halo", "fill:none;stroke-linecap:round;stroke-linejoin:round"),
    (".nerve", "stroke-width:3"),
    (".halo", "stroke-width:6;opacity:.85"),
    (".crossing", "stroke-width:2"),
    (".territory", "opacity:.17"),
    (".region", "fill:transparent;stroke-width:1;stroke-opacity:0;stroke-dasharray:3 4"),
    (".chosen", "stroke-opacity:.9"),
    (".region:hover", "stroke-opacity:.9"),
    (".blur-2", "fill-opacity:.18;stroke:none"),
    (".blur-1", "fill-opacity:.3;stroke-width:1.6"),
    (".unsure", "stroke-dasharray:5 4"),
    (".centre", "stroke:none"),
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
    located: Located | None = None,
    body: Body | None = None,
    show: Sequence[Layer] = LAYERS,
    theme: Theme = "light",
    title: str = TITLE,
) -> str:
    """The picture, as one self-contained SVG element: no script, no reference to anything outside, no ids.

    Args:
        anatomy: the map.
        located: a mark, drawn with its blur (1 and 2 standard deviations) and said in words in the description.
        body: whose centimetres the ruler shows; the mark's own scale, or the reference body, when not given.
        show: the layers to draw over the outline of the body.
        theme: the colours. A page overrides one with `--pelvis-<name>` (see `PALETTES`), for instance
            `--pelvis-ink: currentColor`.
        title: the accessible name.
    """
    scale = body.scale(anatomy) if body else located.scale if located else 1.0
    top = anatomy.frame.y_extent[1]
    bottom = _bottom(anatomy, located)
    lines = {line.id: line for line in anatomy.lines}
    view = f"{_n(-HALF_WIDTH)} {_n(-top)} {_n(2 * HALF_WIDTH)} {_n(top - bottom)}"
    height = top - bottom + HEADER + FOOTER
    inside = [
        *_body(anatomy, lines),
        *(_bones(anatomy, lines) if "bones" in show else ()),
        *_dimples(anatomy),
        *(_territories(anatomy) if "territories" in show else ()),
        *(_regions(anatomy, located) if "regions" in show else ()),
        *(_nerves(anatomy) if "nerves" in show else ()),
        *(_landmarks(anatomy) if "landmarks" in show else ()),
        *(_mark(located) if located else ()),
    ]
    return _el(
        "svg",
        _el("title", escape(title)),
        _el("desc", escape(_description(anatomy, located, show))),
        _el("style", _css(theme)),
        # A light picture on a dark page, or the other way round, keeps its words readable.
        _el("rect", class_="sheet", x=-HALF_WIDTH, y=-top - HEADER, width=2 * HALF_WIDTH, height=height, rx=14),
        _el(
            "rect",
            class_="paper",
            x=-HALF_WIDTH + PAPER_INSET,
            y=-top,
            width=2 * (HALF_WIDTH - PAPER_INSET),
            height=top - bottom,
            rx=14,
        ),
        # A nested svg cuts off what lies outside it, without needing the id of a clip path.
        _el("svg", *inside, x=-HALF_WIDTH, y=-top, width=2 * HALF_WIDTH, height=top - bottom, viewBox=view),
        *(_landmark_labels(anatomy) if "landmarks" in show else ()),
        *(_nerve_labels(anatomy) if "nerves" in show else ()),
        *_header(top),
        *_footer(-bottom, scale, "territories" in show),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"{_n(-HALF_WIDTH)} {_n(-top - HEADER)} {_n(2 * HALF_WIDTH)} {_n(height)}",
        class_=f"pelvis pelvis-{theme}",
        role="img",
    )


def _bottom(anatomy: Anatomy, located: Located | None) -> float:
    if located is None:
        return BOTTOM
    return max(anatomy.frame.y_extent[0] - 2 * PAPER_INSET, min(BOTTOM, located.y - 2.2 * located.sd_y))


def _description(anatomy: Anatomy, located: Located | None, show: Sequence[Layer]) -> str:
    parts = ["Your left is on the left."]
    if "nerves" in show:
        parts.append(f"Drawn on both sides: {'; '.join(nerve.plain for nerve in anatomy.nerves)}.")
    if located:
        seen = {"anterior": " This is at the front, seen through.", "lateral": " This is on the outer side."}
        parts.insert(0, f"Marked: {in_words(located, anatomy)}.{seen.get(located.surface or '', '')}")
    return " ".join(parts)


# Layers, from the skin outward


def _body(anatomy: Anatomy, lines: dict[str, Line]) -> Iterator[str]:
    outer, inner = lines["body_outline"].points, lines["inner_thigh"].points
    half = [*outer, *reversed(inner)]
    left, right = [to_screen(x, y, "left") for x, y in half], [to_screen(x, y, "right") for x, y in half]
    yield _el("path", class_="skin", d=_curve([*left, *reversed(right)], closed=True))
    for name in ("buttock_fold", "natal_cleft"):
        for points in _both(lines[name].points):
            yield _el("path", class_="fold", d=_curve(points))


def _bones(anatomy: Anatomy, lines: dict[str, Line]) -> Iterator[str]:
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


def _regions(anatomy: Anatomy, located: Located | None) -> Iterator[str]:
    """Where each named region lies: it shows itself under the pointer, or when it was chosen."""
    for region in anatomy.regions:
        chosen = located is not None and located.region == region.id
        for side in SIDES if region.x else ("midline",):
            cx, cy = to_screen(region.x, region.y, side)
            yield _el(
                "ellipse",
                _el("title", escape(region.plain)),
                class_="region chosen" if chosen and located and located.side in (side, "both", None) else "region",
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


def _mark(located: Located) -> Iterator[str]:
    """Ellipses of 2 and 1 standard deviations and the centre; dashed when the side is open or it is not the back."""
    sure = located.side is not None and located.surface in ("posterior", "lateral")
    middle = located.side == "midline" or located.x == 0
    sides = ("midline",) if middle else SIDES if located.side in ("both", None) else (located.side,)
    for side in sides:
        cx, cy = to_screen(0 if middle else located.x, located.y, str(side))
        for spread in (2, 1):
            yield _el(
                "ellipse",
                class_=f"mark blur-{spread}" + ("" if sure or spread == 2 else " unsure"),
                cx=cx,
                cy=cy,
                rx=spread * located.sd_x,
                ry=spread * located.sd_y,
            )
        yield _el("circle", class_="mark centre", cx=cx, cy=cy, r=4.5)


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


def _css(theme: Theme) -> str:
    """Plain colours first, for renderers without variables; then the same ones as variables that a page may set."""
    palette, root = PALETTES[theme], f".pelvis-{theme} "

    def rule(selector: str, body: str) -> str:
        return ",".join(root + one for one in selector.split(",")) + "{" + body + "}"

    plain = [rule(f".{name}", f"{what}:{palette[colour]}") for name, what, colour in COLOURS]
    variable = [rule(f".{name}", f"{what}:var(--pelvis-{colour},{palette[colour]})") for name, what, colour in COLOURS]
    shape = [rule(selector, body) for selector, body in STYLE]
    return "".join(plain) + "@supports (color:var(--a)){" + "".join(variable) + "}" + "".join(shape)


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
