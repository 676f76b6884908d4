"""The block curve as an SVG: pain over time, the drug's expected time, and each definition's threshold and window.

Minutes, hours, days and weeks stand on one axis because it is logarithmic. Under the curve every definition has a lane:
a bar over the time that it asks about, with its verdict. The picture has no ids and no style of its own, so that it can
stand twice on a page; its colours are plain attributes, and a page may set others by class.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import pairwise
from math import log10
from typing import Any

from ..frozen import frozen
from ..knowledge.care import Anaesthetic, BlockDefinition, Test
from .block import NEGATIVE, POSITIVE, BlockReading, find_drug, read_block
from .case import PAIN_SCALE, Block, Reading
from .schedule import MISSED, slots

MEASURES = ("pain", "movement_pain")
INK, QUIET, LINE, REST, MOVING, BAND, CARD = (
    "#1d2a30",
    "#51606a",
    "#cfc7ba",
    "#0b5f62",
    "#9a4a12",
    "#8a5a00",
    "#ffffff",
)

# By class; a page that sets its own colours sets them by the same names.
COLOURS = {
    "ink": INK,
    "heading": INK,
    "quiet": QUIET,
    "band": BAND,
    "grid": LINE,
    "unit": LINE,
    "tick": QUIET,
    "needle": INK,
    "threshold": INK,
    "threshold neighbour": QUIET,
}

LEFT, RIGHT, TOP, PLOT, AXIS, LANE, HEAD = 44.0, 40.0, 22.0, 190.0, 44.0, 18.0, 22.0
BEFORE, GAP = 12.0, 26.0  # where the pain before stands, and where the minutes begin, right of the left margin
LEAST, SMALL, TEXT = 9.5, 11.0, 12.0
UNITS = (("minutes", 1, 60), ("hours", 60, 1440), ("days", 1440, 10080), ("weeks", 10080, float("inf")))
LETTER = 5.6  # how wide one is, at most
PER_CENT = 100


@frozen
class _Sheet:
    """Where things stand: the axis runs from `first` to `last` minutes."""

    width: float
    first: float
    last: float

    def x(self, minute: float) -> float:
        """Left of the first minute is before the injection."""
        if minute <= 0:
            return LEFT + BEFORE
        share = log10(max(minute, self.first) / self.first) / log10(self.last / self.first)
        return LEFT + GAP + min(share, 1.0) * (self.right - LEFT - GAP)

    @property
    def right(self) -> float:
        """The end of the axis."""
        return self.width - RIGHT


def curve_svg(
    block: Block, test: Test, words: Mapping[str, Any], minute: float | None = None, width: float = 340.0
) -> str:
    """The picture, as one SVG element.

    Args:
        block: with its readings; nothing is drawn of what was not noted.
        test: the diagnostic block, with definitions, drugs and schedule.
        words: `blocks.curve` of the language.
        minute: minutes since the injection, so that missed readings can be shown; None takes the last reading's.
        width: units; the text keeps its size, so a wide page gets a wide picture.
    """
    reading = read_block(block, test)
    after = [one for one in block.readings if one.minute > 0]
    now = minute if minute is not None else max((one.minute for one in after), default=0.0)
    missed = [one.planned for one in slots(block.readings, now, test) if one.state == MISSED]
    drug = find_drug(block.drug, test.drugs) if block.drug else None
    sheet = _Sheet(width, _first(test), _last(test, after, drug))
    height = TOP + PLOT + AXIS + sum(LANE for _ in test.definitions) + _heads(test) * HEAD
    parts = [
        *(_band(drug, sheet, words) if drug else ()),
        *_grid(sheet, words),
        *_thresholds(test, reading, block, sheet, words),
        *_missed(missed, sheet, words),
        *(_line(block.readings, "movement_pain", missed, sheet)),
        *(_line(block.readings, "pain", missed, sheet)),
        *_axis(test, sheet, words),
        *_lanes(test, reading, sheet, words),
    ]
    return _el(
        "svg",
        _el("title", escape(words["title"])),
        _el("desc", escape(_described(block, reading, missed, words))),
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_n(width)} {_n(height)}",
        class_="curve",
        role="img",
        font_family="inherit",
        font_size=TEXT,
        fill=INK,
    )


def _first(test: Test) -> float:
    return min(test.schedule.minutes) / 2 if test.schedule else 1.0


def _last(test: Test, after: Sequence[Reading], drug: Anaesthetic | None) -> float:
    """The axis grows with the curve, and shows from the start what the same day can settle."""
    same_day = max((one.until_minute for one in test.definitions if one.until_minute < UNITS[1][2]), default=60.0)
    reached = max([same_day, *(one.minute for one in after), *(drug.expected_minutes if drug else ())])
    planned = (*test.schedule.minutes, *test.schedule.while_relieved) if test.schedule else ()
    return min((one for one in planned if one > reached * 1.1), default=reached * 1.2)


def _y(pain: float) -> float:
    return TOP + PLOT * (1 - pain / PAIN_SCALE)


def _grid(sheet: _Sheet, words: Mapping[str, Any]) -> Iterator[str]:
    for pain in range(0, PAIN_SCALE + 1, 2):
        yield _rule(LEFT, _y(pain), sheet.right, _y(pain), "grid", 0.7)
        yield _text(str(pain), LEFT - 6, _y(pain) + 4, "quiet", "end")
    yield _text(words["axis"], 2, TOP - 10, "quiet", size=SMALL)


def _band(drug: Anaesthetic, sheet: _Sheet, words: Mapping[str, Any]) -> Iterator[str]:
    """While the drug should numb, and while it may wear off."""
    low, high = (sheet.x(one) for one in drug.expected_minutes)
    start = sheet.x(sheet.first)
    yield _el("rect", x=start, y=TOP, width=low - start, height=PLOT, class_="numb", fill=BAND, fill_opacity="0.16")
    yield _el("rect", x=low, y=TOP, width=high - low, height=PLOT, class_="wearing", fill=BAND, fill_opacity="0.07")
    for word, left, right in ((words["numb"], start, low), (words["wearing"], low, high)):
        if right - left > LETTER * len(word):
            yield _text(word, (left + right) / 2, TOP + 13, "band", "middle", SMALL)


def _thresholds(
    test: Test, reading: BlockReading, block: Block, sheet: _Sheet, words: Mapping[str, Any]
) -> Iterator[str]:
    """What pain each definition allows, over the time that it asks about; labelled at the right by its per cent."""
    before = _baseline(block.readings, reading.measure)
    if before is None:
        return
    levels: dict[float, float] = {}
    for one in test.definitions:
        y = _y(before * (1 - one.relief_percent / PER_CENT))
        start, end = _window(one, test, sheet)
        levels[one.relief_percent] = y
        if start < end:
            kind = "threshold neighbour" if one.neighbour else "threshold"
            yield _rule(start, y, end, y, kind, 1.1 if one.neighbour else 1.8)
    apart = dict(_apart(levels))
    yield _text(words["gone"], sheet.right + 8, min(apart.values()) - 9, "quiet", size=LEAST)
    for percent, y in apart.items():
        yield _rule(sheet.right + 1, levels[percent], sheet.right + 6, y, "grid", 0.8)
        yield _text(f"{percent:g} %", sheet.right + 8, y + 3, "quiet", size=LEAST)


def _apart(levels: Mapping[float, float]) -> Iterator[tuple[float, float]]:
    """Labels from the bottom up, far enough from each other to be read."""
    floor = TOP + PLOT + 9.0
    for percent, y in sorted(levels.items(), key=lambda pair: -pair[1]):
        floor = min(y, floor - 9.0)
        yield percent, floor


def _missed(minutes: Sequence[float], sheet: _Sheet, words: Mapping[str, Any]) -> Iterator[str]:
    for minute in minutes:
        if minute <= sheet.last:
            x, y = sheet.x(minute), TOP + PLOT - 7
            yield _el(
                "g",
                _el("title", escape(words["missed"])),
                _el("circle", cx=x, cy=y, r=4.6, class_="dot", fill=CARD, stroke=QUIET, stroke_dasharray="2 2"),
                _el(
                    "path", d=f"M{_n(x - 2)} {_n(y - 2)}l4 4m0 -4l-4 4", class_="cross", stroke=QUIET, stroke_width=1.2
                ),
                class_="missed",
            )


def _line(readings: Sequence[Reading], measure: str, missed: Sequence[float], sheet: _Sheet) -> Iterator[str]:
    """Points joined; broken where a reading between them was missed."""
    colour, kind = (REST, "rest") if measure == "pain" else (MOVING, "moving")
    before = [one for one in readings if one.minute <= 0 and getattr(one, measure) is not None]
    points = [*before[-1:], *(one for one in readings if one.minute > 0 and getattr(one, measure) is not None)]
    at = [(one.minute, sheet.x(one.minute), _y(getattr(one, measure))) for one in points]
    for (minute, x, y), (until, x2, y2) in pairwise(at):
        unseen = any(minute < one < until for one in missed)
        dash = {"stroke_dasharray": "2 4"} if unseen else {"stroke_dasharray": "7 3"} if kind == "moving" else {}
        yield _el("path", d=f"M{_n(x)} {_n(y)}L{_n(x2)} {_n(y2)}", class_=f"line {kind}", fill="none", stroke=colour,
                  stroke_width=2.4, stroke_linecap="round", **dash)  # fmt: skip
    for _, x, y in at:
        if kind == "rest":
            yield _el("circle", cx=x, cy=y, r=4.4, class_="point rest", fill=colour, stroke=CARD, stroke_width=1.5)
        else:
            yield _el("rect", x=x - 4, y=y - 4, width=8, height=8, class_="point moving", fill=CARD, stroke=colour,
                      stroke_width=2)  # fmt: skip


def _axis(test: Test, sheet: _Sheet, words: Mapping[str, Any]) -> Iterator[str]:
    base = TOP + PLOT
    yield _text(words["before"], LEFT - 6, base + 15, "quiet", size=SMALL)
    yield _rule(sheet.x(sheet.first) - 6, TOP, sheet.x(sheet.first) - 6, base, "needle", 1, "2 3")
    planned = (*test.schedule.minutes, *test.schedule.while_relieved) if test.schedule else ()
    left, shown = 0.0, [one for one in planned if one <= sheet.last]
    for minute in shown:
        x = sheet.x(minute)
        yield _rule(x, base, x, base + 4, "tick", 1)
        said = f"{minute / next(size for _, size, end in UNITS if minute <= end):g}"
        half = LETTER * (len(said) + 1) / 2
        if x - half >= left:
            yield _text(said, x, base + 16, "ink", "middle", SMALL)
            left = x + half
    start = 0.0
    for name, _, end in UNITS:
        inside = [sheet.x(one) for one in shown if start < one <= end]
        if inside:
            middle, half = (inside[0] + inside[-1]) / 2, max((inside[-1] - inside[0]) / 2, 3)
            yield _rule(middle - half, base + 21, middle + half, base + 21, "unit", 1.4)
            yield _text(words["units"][name], middle, base + 33, "quiet", "middle", SMALL)
        start = end


def _heads(test: Test) -> int:
    return len({one.neighbour for one in test.definitions})


def _lanes(test: Test, reading: BlockReading, sheet: _Sheet, words: Mapping[str, Any]) -> Iterator[str]:
    """A bar for each definition over its time, with its number and its verdict."""
    y = TOP + PLOT + AXIS
    heading: bool | None = None
    for number, one in enumerate(test.definitions, 1):
        if one.neighbour != heading:
            heading = one.neighbour
            yield _text(words["neighbours" if heading else "nerves"], 2, y + HEAD - 7, "heading", size=SMALL)
            y += HEAD
        middle = y + LANE / 2 - 2
        verdict = reading.verdict(one.id)
        yield _rule(LEFT, middle, sheet.right, middle, "grid", 0.5)
        yield _text(str(number), 14, middle + 3.5, "quiet", "end", SMALL)
        yield from _badge(27, middle, verdict, words)
        yield from _bar(one, verdict, middle, test, sheet)
        y += LANE


def _bar(one: BlockDefinition, verdict: str, y: float, test: Test, sheet: _Sheet) -> Iterator[str]:
    start, end = _window(one, test, sheet)
    amount = _amount(one)
    colour = {POSITIVE: REST, NEGATIVE: MOVING}.get(verdict, QUIET)
    kind = {POSITIVE: "bar yes", NEGATIVE: "bar no"}.get(verdict, "bar open")
    fill = colour if verdict == POSITIVE else CARD
    dash = {} if verdict in (POSITIVE, NEGATIVE) else {"stroke_dasharray": "3 2"}
    ahead = start >= end  # further on than the axis runs
    if not ahead:
        yield _el("rect", x=start, y=y - 4, width=end - start, height=8, rx=3, class_=kind, fill=fill, stroke=colour,
                  stroke_width=1.5, **dash)  # fmt: skip
    fits = end + LETTER * (len(amount) + 1) < sheet.right
    # Upon the lane's own line, so with an edge of paper round it.
    x, anchor = (end + 5, "start") if fits else (start - 5, "end")
    yield _el(
        "text",
        escape(f"{amount} →" if ahead else amount),
        class_="quiet on-line",
        x=x,
        y=y + 3.5,
        fill=QUIET,
        text_anchor=anchor,
        font_size=LEAST,
        stroke=CARD,
        stroke_width=4,
        paint_order="stroke",
    )


def _amount(one: BlockDefinition) -> str:
    sign = ">" if one.strictly_more else "≥" if one.relief_percent < PER_CENT else ""
    return f"{sign} {one.relief_percent:g} %".strip()


def _badge(x: float, y: float, verdict: str, words: Mapping[str, Any]) -> Iterator[str]:
    """A tick, a cross or a question mark: never by its colour alone."""
    title = _el("title", escape(words["verdict"][verdict]))
    if verdict == POSITIVE:
        shape = _el("circle", cx=x, cy=y, r=6.5, class_="badge yes", fill=REST)
        sign = _el(
            "path", d=f"M{_n(x - 3)} {_n(y)}l2.2 2.4 4-4.8", class_="sign", fill="none", stroke=CARD, stroke_width=1.7
        )
    elif verdict == NEGATIVE:
        shape = _el("circle", cx=x, cy=y, r=5.8, class_="badge no", fill=CARD, stroke=MOVING, stroke_width=1.5)
        sign = _el("path", d=f"M{_n(x - 2.3)} {_n(y - 2.3)}l4.6 4.6m0 -4.6l-4.6 4.6", class_="sign no", stroke=MOVING,
                   stroke_width=1.5)  # fmt: skip
    else:
        shape = _el("circle", cx=x, cy=y, r=5.8, class_="badge open", fill=CARD, stroke=QUIET, stroke_dasharray="2 2")
        sign = _text("?", x, y + 3.3, "quiet", "middle", 9.5)
    yield _el("g", title, shape, sign)


def _window(one: BlockDefinition, test: Test, sheet: _Sheet) -> tuple[float, float]:
    """Where its time begins and ends on the sheet; the same twice when it lies beyond the end."""
    margin = (test.timing_tolerance or 0.0) if one.rule == "at" else 0.0
    return sheet.x(one.from_minute * (1 - margin)), sheet.x(one.until_minute * (1 + margin))


def _baseline(readings: Sequence[Reading], measure: str) -> float | None:
    given: list[float] = [
        getattr(one, measure) for one in readings if one.minute <= 0 and getattr(one, measure) is not None
    ]
    return given[-1] if given else None


def _described(block: Block, reading: BlockReading, missed: Sequence[float], words: Mapping[str, Any]) -> str:
    """The curve in words, for those who do not see it; the table beside it has every number."""
    said = [one.verdict for one in reading.verdicts]
    return str(words["described"]).format(
        readings=sum(one.minute > 0 for one in block.readings),
        missed=len(missed),
        positive=said.count(POSITIVE),
        negative=said.count(NEGATIVE),
        open=len(said) - said.count(POSITIVE) - said.count(NEGATIVE),
    )


def _rule(x: float, y: float, x2: float, y2: float, kind: str, width: float, dash: str = "") -> str:
    dashed = {"stroke_dasharray": dash} if dash else {}
    path = f"M{_n(x)} {_n(y)}L{_n(x2)} {_n(y2)}"
    return _el("path", d=path, class_=kind, stroke=COLOURS[kind], stroke_width=width, **dashed)


def _text(said: str, x: float, y: float, kind: str = "quiet", anchor: str = "start", size: float = TEXT) -> str:
    bold = {"font_weight": "700"} if kind == "heading" else {}
    return _el(
        "text", escape(said), x=x, y=y, class_=kind, fill=COLOURS[kind], text_anchor=anchor, font_size=size, **bold
    )


def _el(tag: str, *children: str, **attributes: str | float) -> str:
    """One element; its name and that of its attributes as in `anatomy.drawing`."""
    text = "".join(
        f" {name.rstrip('_') if name in ('class_', 'viewBox') else name.replace('_', '-')}="
        f'"{escape(value) if isinstance(value, str) else _n(value)}"'
        for name, value in attributes.items()
    )
    return f"<{tag}{text}>{''.join(children)}</{tag}>" if children else f"<{tag}{text}/>"


def _n(value: float) -> str:
    return f"{round(value, 1):g}"
