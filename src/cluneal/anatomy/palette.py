"""The colours of the picture, and the stylesheet that puts them on."""

from __future__ import annotations

from typing import Literal

Theme = Literal["light", "dark", "contrast"]

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
    # For people who need it: nothing softer than it has to be.
    "contrast": {
        "ink": "#ffffff",
        "quiet": "#ffffff",
        "sheet": "#000000",
        "paper": "#000000",
        "skin": "#1c1c1c",
        "fold": "#ffffff",
        "bone": "#303030",
        "edge": "#d0d0d0",
        "scn": "#6ecbff",
        "mcn": "#f3a6ff",
        "icn": "#5fe3b3",
        "mark": "#ffa64d",
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
    ("hollow", "fill", "paper"),
    ("way", "stroke", "mark"),
    ("measure", "stroke", "ink"),
    ("tag", "fill", "ink"),
    ("tag-word", "fill", "paper"),
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
    (".spread .blur-1", "fill-opacity:.14;stroke-dasharray:1 5;stroke-linecap:round;stroke-width:2.2"),
    (".hollow", "stroke-width:2.6"),
    (".way", "fill:none;stroke-width:2.4;stroke-linecap:round;stroke-linejoin:round"),
    (".measure", "fill:none;stroke-width:2;stroke-linecap:round"),
    (".level", "stroke-width:1.4;stroke-dasharray:6 5;stroke-opacity:.75"),
    (".tag-word", "font-weight:700"),
)


def stylesheet(theme: Theme = "light") -> str:
    """The look of a picture of that theme, for a page that may carry no styles inside.

    Plain colours first, for renderers without variables; then the same ones as variables that a page may set.
    """
    palette, root = PALETTES[theme], f".pelvis-{theme} "

    def rule(selector: str, body: str) -> str:
        return ",".join(root + one for one in selector.split(",")) + "{" + body + "}"

    plain = [rule(f".{name}", f"{what}:{palette[colour]}") for name, what, colour in COLOURS]
    variable = [rule(f".{name}", f"{what}:var(--pelvis-{colour},{palette[colour]})") for name, what, colour in COLOURS]
    shape = [rule(selector, body) for selector, body in STYLE]
    return "".join(plain) + "@supports (color:var(--a)){" + "".join(variable) + "}" + "".join(shape)
