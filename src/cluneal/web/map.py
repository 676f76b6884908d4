"""The map on a page: one geometry for what is tapped, typed, chosen, drawn and said."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from markupsafe import Markup

from ..anatomy import BadMark, Body, Located, Mark, in_words, locate
from ..anatomy.drawing import Layer, pelvis_svg
from ..anatomy.palette import PALETTES, Theme, stylesheet
from ..anatomy.tap import tap_of, tapped
from ..frozen import frozen
from ..knowledge.schema import Anatomy
from ..language import Words
from ..pathway.case import HEIGHT_CM, PSIS_DISTANCE_MM
from ..record.person import WORST

TAP, TYPE, CHOOSE = "tap", "type", "choose"
ABOVE, BELOW, LEVEL = "above", "below", "level"
LEFT, RIGHT, BOTH, MIDDLE = "left", "right", "both", "midline"
SIDES = (LEFT, RIGHT, BOTH, MIDDLE)
UPS = (ABOVE, BELOW, LEVEL)
REGION, REGION_SIDE = "region", "region_side"
MM_A_CM = 10
LONGEST_TYPED = 20
PLAIN: tuple[Layer, ...] = ("bones", "landmarks")
NERVES: tuple[Layer, ...] = (*PLAIN, "territories", "nerves")
LEGS: tuple[Layer, ...] = ("legs",)

Json = dict[str, Any]
Given = Mapping[str, str]


class BadPlace(Exception):
    """What was given is no place on the map. `field` is the one to change; the message is for the person."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@frozen
class Place:
    """A mark of the journal as a page shows it. `located` is None when it no longer lies on the map."""

    key: str
    mark: Mark
    located: Located | None
    words: str

    @property
    def kind(self) -> str:
        """What it is: worst, also or spread."""
        return "worst" if self.key == WORST else "spread" if self.mark.spread else "also"


class Map:
    """The map for one person: their size, their marks, and what a tap or a typed number means."""

    def __init__(self, anatomy: Anatomy, body: Body, say: Words) -> None:
        self.anatomy = anatomy
        self.body = body
        self.say = say

    @property
    def scale(self) -> float:
        """Millimetres of this person in one unit of the picture."""
        return self.body.scale(self.anatomy)

    # What was given

    def mark_of(self, given: Given) -> Mark:
        """The mark that a form or a tap means. Raises BadPlace."""
        way = given.get("way")
        if way == TAP:
            return self._tapped(given)
        return self._chosen(given) if way == CHOOSE else self._typed(given)

    def _tapped(self, given: Given) -> Mark:
        try:
            px, py = float(given.get("px", "")), float(given.get("py", ""))
        except ValueError:
            px = math.nan
        if not (math.isfinite(px) and math.isfinite(py)):
            raise BadPlace("map", self.say.place.bad.no_place)
        return tapped(px, py, self.anatomy, self.body)

    def _chosen(self, given: Given) -> Mark:
        bad, side = self.say.place.bad, given.get(REGION_SIDE)
        region = next((one for one in self.anatomy.regions if one.id == given.get(REGION)), None)
        if region is None:
            raise BadPlace(REGION, bad.no_region)
        if region.x == 0:
            return Mark(MIDDLE, region=region.id)
        if side not in SIDES:
            raise BadPlace(REGION_SIDE, bad.no_side)
        if side == MIDDLE and not region.middle:
            raise BadPlace(REGION_SIDE, bad.no_middle(place=region.plain))
        return Mark(side, region=region.id)

    def _typed(self, given: Given) -> Mark:
        bad, side, up = self.say.place.bad, given.get("side"), given.get("up")
        x_typed, y_typed = typed(given, "x"), typed(given, "y")
        if not (x_typed or y_typed or side or up):
            raise BadPlace("map", bad.no_place)
        if side not in SIDES:
            raise BadPlace("side", bad.no_side)
        x = 0.0 if not x_typed and side == MIDDLE else self._centimetres("x", x_typed)
        if side == MIDDLE and x > 0:
            raise BadPlace("x", bad.middle(typed=x_typed))
        if up not in UPS:
            raise BadPlace("up", bad.no_up)
        y = 0.0 if not y_typed and up == LEVEL else self._centimetres("y", y_typed)
        if up == LEVEL and y > 0:
            raise BadPlace("y", bad.level(typed=y_typed))
        mark = Mark(side if x else MIDDLE, x * MM_A_CM, (-y if up == BELOW else y) * MM_A_CM)
        self.located(mark)
        return mark

    def _centimetres(self, name: str, typed: str) -> float:
        value = number(typed)
        if value is None or value < 0:
            raise BadPlace(
                name, self.say.place.bad[name](typed=typed) if typed else self.say.place.bad[f"{name}_empty"]
            )
        # A tenth of a millimetre is finer than any tape.
        return round(value, 2)

    def located(self, mark: Mark) -> Located:
        """Where it lies. Raises BadPlace."""
        try:
            return locate(mark, self.anatomy, self.body)
        except BadMark as problem:
            frame, scale = self.anatomy.frame, self.scale / MM_A_CM
            field = "y" if "y_mm" in str(problem) else "x"
            wide, down, up = (
                math.floor(one * scale) for one in (frame.x_extent[1], -frame.y_extent[0], frame.y_extent[1])
            )
            raise BadPlace(field, self.say.place.bad.off_map(wide=wide, down=down, up=up)) from problem

    def given_for(self, mark: Mark) -> dict[str, str]:
        """A mark as the fields of the form show it."""
        if mark.x_mm is None or mark.y_mm is None:
            return {REGION: mark.region or "", REGION_SIDE: mark.side or ""}
        up = ABOVE if mark.y_mm > 0 else BELOW if mark.y_mm < 0 else LEVEL
        return {"side": mark.side or "", "x": _cm(mark.x_mm), "y": _cm(mark.y_mm), "up": up}

    # What is shown

    def place(self, key: str, mark: Mark) -> Place:
        """A mark of the journal, located and said."""
        try:
            located = locate(mark, self.anatomy, self.body)
        except BadMark:
            return Place(key, mark, None, self.say.place.off_map)
        return Place(key, mark, located, first_upper(in_words(located, self.anatomy)))

    def said(self, located: Located) -> str:
        """A place as a sentence."""
        return f"{first_upper(in_words(located, self.anatomy))}."

    def blur_cm(self, mark: Mark) -> str:
        """How exactly a mark by tap or tape is known, in centimetres of this person."""
        frame = self.anatomy.frame
        return _cm(mark.error_mm or (frame.tape_sd_mm if mark.measured else frame.tap_sd_mm))

    def picture(self, marks: Iterable[Located], show: Sequence[Layer] = PLAIN) -> Markup:
        """The drawing, without its style: `stylesheet_of_pages` holds it."""
        drawn = pelvis_svg(self.anatomy, tuple(marks), self.body, show, title=self.say.place.picture, styled=False)
        return Markup(drawn)  # noqa: S704 - drawn by us, and every text in it is escaped

    def live(
        self, given: Given, marks: Mapping[str, Mark], key: str, spread: bool, show: Sequence[Layer] = PLAIN
    ) -> Json:
        """What a tap, or what is typed or chosen so far, comes to: words, picture, and the fields of the form.

        Args:
            given: as `mark_of` takes it.
            marks: those of the journal.
            key: the one that is being placed.
            spread: whether it is one that the pain spreads to.
            show: the layers of the picture.
        """
        try:
            mark = renewed(self.mark_of(given), marks.get(key), spread)
            located = self.located(mark)
        except BadPlace as problem:
            return {"bad": str(problem), "svg": self.picture(self._drawn(marks), show)}
        px, py = tap_of(located)
        return {
            "words": self.said(located),
            "svg": self.picture(self._drawn({**marks, key: mark}), show),
            "fields": self.given_for(mark),
            "px": px,
            "py": py,
        }

    def _drawn(self, marks: Mapping[str, Mark]) -> list[Located]:
        """Where they lie, the worst first."""
        places = [self.place(key, mark).located for key, mark in sorted(marks.items(), key=lambda one: one[0] != WORST)]
        return [one for one in places if one]

    # The person's size

    def size(self, given: Given) -> dict[str, float]:
        """Height and distance between the dimples, those that were given. Raises BadPlace."""
        found: dict[str, float] = {}
        for name, (low, high), unit in (
            ("height_cm", HEIGHT_CM, 1),
            ("psis_distance_mm", PSIS_DISTANCE_MM, MM_A_CM),
        ):
            said = typed(given, name)
            value = number(said)
            if value is not None and low <= value * unit <= high:
                found[name] = round(value * unit, 1)
            elif said:
                low_cm, high_cm = f"{low / unit:g}", f"{high / unit:g}"
                raise BadPlace(name, self.say.place.bad[name](typed=said, low=low_cm, high=high_cm))
        return found


def renewed(mark: Mark, old: Mark | None, spread: bool) -> Mark:
    """A new place with what was said of the old one; a place given again as it was is still a measured one."""
    if old is None:
        return replace(mark, spread=spread)
    same = (old.side, old.x_mm, old.y_mm, old.region) == (mark.side, mark.x_mm, mark.y_mm, mark.region)
    return replace(
        mark,
        measured=same and old.measured,
        error_mm=old.error_mm if same else None,
        intensity=old.intensity,
        character=old.character,
        spread=spread,
    )


def typed(given: Given, name: str) -> str:
    """What stands in a field, short enough to be shown."""
    return given.get(name, "").strip()[:LONGEST_TYPED]


def number(said: str) -> float | None:
    """A number as people type one: a comma or a point, with or without its unit."""
    text = said.lower().removesuffix("cm").strip().replace(",", ".")
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def plain_of(mark: Mark) -> Json:
    """A mark as the journal keeps it: what it does not say is left out."""
    plain: Json = {}
    for name in Mark.__dataclass_fields__:
        value = getattr(mark, name)
        if isinstance(value, tuple):
            value = list(value) or None
        elif isinstance(value, float) and value.is_integer():
            value = int(value)
        if value is not None and value is not False:
            plain[name] = value
    return plain


def first_upper(text: str) -> str:
    """With a capital at the beginning."""
    return f"{text[:1].upper()}{text[1:]}"


def _cm(millimetres: float) -> str:
    return f"{abs(millimetres) / MM_A_CM:g}"


@cache
def stylesheet_of_pages() -> str:
    """The drawing's style with the colours of each theme of the pages. A page may hold no style of its own."""

    def themed(root: str, theme: Theme) -> str:
        colours = ";".join(f"--pelvis-{name}:{value}" for name, value in PALETTES[theme].items() if name != "sheet")
        return f"{root} :is(.pelvis,.spot){{{colours};--pelvis-sheet:transparent}}\n"

    return "".join(
        (
            stylesheet("light"),
            "\n",
            themed(":root", "light"),
            themed(':root[data-theme="dark"]', "dark"),
            themed(':root[data-theme="contrast"]', "contrast"),
            "@media (prefers-color-scheme:dark){" + themed(':root[data-theme="auto"]', "dark") + "}\n",
            "@media print{" + themed(":root[data-theme]", "light") + "}\n",
        )
    )
