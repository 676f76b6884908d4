"""`cluneal calibrate`: from labelled data, which power to use and what it does to the predictions."""

from __future__ import annotations

import argparse
import csv
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..reasoning.calibrate import SCHEME, Bin, Calibration, Interval, calibrate
from .errors import InputError
from .read import read_lines
from .text import wrap

NOT_ASKED = -1
# 1.0 and 0.0 are what spreadsheets and pandas write for a 0/1 column with gaps.
VALUES = {"": NOT_ASKED, "0": 0, "1": 1, "0.0": 0, "1.0": 1}
# 464 people with 11 findings are 12 kB. Above this, a sample gives the same power.
LARGEST_TABLE_BYTES = 20_000_000
# More is an id or a measurement, not a class.
MOST_CLASSES = 50
SHOWN_NAMES = 12
ROWS = (
    ("accuracy", "accuracy"),
    ("log_loss", "log loss, nats per person"),
    ("brier", "Brier score, 0 to 2"),
    ("calibration_error", "calibration error, top label"),
    ("classwise_calibration_error", "calibration error, class-wise"),
)


@dataclass(frozen=True, slots=True)
class Table:
    """Labelled people. `answers` has shape (people, findings): 1 present, 0 absent, -1 blank."""

    findings: tuple[str, ...]
    classes: tuple[str, ...]
    answers: NDArray[np.int8]
    codes: NDArray[np.intp]
    warnings: tuple[str, ...]


def run(options: argparse.Namespace) -> int:
    """Print the report; with --plot, write the reliability plot after it."""
    plot = _plot_path(options.plot)
    if options.seed < 0:
        raise InputError(f"--seed: {options.seed} is below 0; give a whole number from 0 up")
    table = read_table(options.file, options.label)
    result = calibrate(table.answers, table.codes, options.seed)
    if options.format == "json":
        print(json.dumps(as_data(table, result, options.seed), indent=2, ensure_ascii=False))
    else:
        print("\n".join(as_lines(table, result, options.seed)))
    if plot is not None:
        try:
            plot.write_text(reliability_svg(result, len(table.codes)), encoding="utf-8")
        except OSError as error:
            raise InputError(f"--plot: {plot}: {(error.strerror or str(error)).lower()}; name another file") from None
    return 0


def _plot_path(name: str | None) -> Path | None:
    if name is None:
        return None
    path = Path(name)
    # Also keeps a slip of the hand from overwriting the data.
    if path.suffix.lower() != ".svg":
        raise InputError(f"--plot: {name}: the plot is an SVG; give a name that ends in .svg")
    if not path.parent.is_dir():
        raise InputError(f"--plot: {name}: no folder {path.parent}; make it first or name another")
    return path


# Reading


class _Lines:
    """The lines of a file for the CSV reader, with the number of the one read last."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        size = 0
        for number, line in read_lines(self.name):
            self.number = number
            size += len(line)
            if size > LARGEST_TABLE_BYTES:
                raise InputError(
                    f"{self.name}:{self.number}: over {LARGEST_TABLE_BYTES / 1e6:g} MB; a random sample of the people "
                    "gives the same power"
                )
            yield line


def read_table(name: str, label: str | None) -> Table:
    """Labelled people from CSV: a header, findings 0, 1 or blank, and a class column (the last when not named).

    Raises:
        InputError: names the line, the column and the fix.
    """
    lines = _Lines(name)
    reader = csv.reader(lines, strict=True)
    cells = bytearray()
    labels: list[str] = []
    first_line: dict[str, int] = {}
    try:
        header = _header(next(reader, None), f"{name}:{lines.number or 1}")
        at = _label_position(header, label, f"{name}:{lines.number}")
        for row in reader:
            where = f"{name}:{lines.number}"
            if not any(cell.strip() for cell in row) and len(row) < len(header):
                continue
            if len(row) != len(header):
                raise InputError(
                    f"{where}: {len(row)} values for {len(header)} columns; give each column one, blank if not known"
                )
            kind = _class(row.pop(at).strip(), header[at], where)
            first_line.setdefault(kind, lines.number)
            labels.append(kind)
            cells += _answers(row, header[:at] + header[at + 1 :], where, label)
    except csv.Error as error:
        raise InputError(
            f"{name}:{lines.number}: {error}; write plain CSV, with quotes only around a whole value"
        ) from None
    _check_classes(labels, first_line, header[at], name)
    classes = tuple(sorted(first_line))
    position = {kind: i for i, kind in enumerate(classes)}
    findings = tuple(header[:at] + header[at + 1 :])
    answers = np.frombuffer(bytes(cells), np.int8).reshape(len(labels), len(findings))
    codes = np.array([position[kind] for kind in labels], np.intp)
    return Table(findings, classes, answers, codes, tuple(_constant(findings, answers, name)))


def _header(row: list[str] | None, where: str) -> list[str]:
    if row is None:
        raise InputError(f"{where}: empty; write a header, then one line a person")
    header = [word.strip() for word in row]
    for i, word in enumerate(header, 1):
        if not word:
            raise InputError(f"{where}: column {i} has no name; name it in the header or remove it")
        if not word.isprintable():
            raise InputError(
                f"{where}: the name of column {i} has characters that are not text; save the file as UTF-8"
            )
    twice = [word for word, count in Counter(header).items() if count > 1]
    if twice:
        raise InputError(f"{where}: column {twice[0]} stands twice; rename or remove one")
    if len(header) == 1:
        raise InputError(f"{where}: one column only; give findings and a class column, with commas between the columns")
    return header


def _label_position(header: list[str], label: str | None, where: str) -> int:
    if label is None:
        return len(header) - 1
    if label in header:
        return header.index(label)
    close = get_close_matches(label, header, 1)
    more = ", ..." if len(header) > SHOWN_NAMES else ""
    hint = f"Did you mean {close[0]}?" if close else f"The columns are {', '.join(header[:SHOWN_NAMES])}{more}."
    raise InputError(f"{where}: --class: no column {label!r}. {hint}")


def _class(kind: str, column: str, where: str) -> str:
    if not kind or kind.lower() == "nan":
        raise InputError(f"{where}: {column}: no class; fill it in or leave this person out")
    if not kind.isprintable():
        raise InputError(f"{where}: {column}: characters that are not text; save the file as UTF-8")
    return kind


def _answers(row: list[str], columns: Sequence[str], where: str, label: str | None) -> bytes:
    try:
        return bytes(VALUES[cell.strip()] & 0xFF for cell in row)
    except KeyError:
        column, cell = next(
            (column, cell.strip()) for column, cell in zip(columns, row, strict=True) if cell.strip() not in VALUES
        )
    shown = repr(cell if len(cell) <= 40 else cell[:40] + "...")
    hint = "" if label else f"; if {column} is the class, add --class {column}"
    raise InputError(f"{where}: {column}: {shown} is not 0, 1 or blank; leave it blank when it is not known{hint}")


def _check_classes(labels: list[str], first_line: dict[str, int], column: str, name: str) -> None:
    if not labels:
        raise InputError(f"{name}:2: a header and nobody under it; add one line a person")
    if len(first_line) > MOST_CLASSES:
        raise InputError(
            f"{name}:1: {column} has {len(first_line)} different values, over {MOST_CLASSES}; name the class column "
            "with --class"
        )
    if len(first_line) == 1:
        raise InputError(
            f"{name}:1: {column} is {labels[0]!r} in everybody; give two classes or more, or name the class column "
            "with --class"
        )
    needed = SCHEME.fewest_in_a_class
    kind, count = Counter(labels).most_common()[-1]
    if count < needed:
        raise InputError(
            f"{name}:{first_line[kind]}: class {kind!r} has {count} member{'s' * (count != 1)}; "
            f"{SCHEME.outer_folds} folds need {needed} or more: add people, merge it with another class or leave it out"
        )


def _constant(findings: Sequence[str], answers: NDArray[np.int8], name: str) -> Iterator[str]:
    for column, values in zip(findings, answers.T, strict=True):
        answered = values[values != NOT_ASKED]
        if not len(answered):
            yield f"{name}:1: {column} is blank in everybody; it is kept and says nothing. Remove it if that is wrong"
        elif answered.min() == answered.max():
            yield (
                f"{name}:1: {column} is {answered[0]} in everybody who has it; it is kept and says nothing. "
                "Check how it was coded"
            )


# Reporting


def verdict(gain: Interval) -> str:
    """ "helps", "hurts" or "cannot tell", by whether the interval of the difference leaves out 0."""
    return "helps" if gain.high < 0 else "hurts" if gain.low > 0 else "cannot tell"


def as_data(table: Table, result: Calibration, seed: int) -> dict[str, Any]:
    """The report as plain data: what was read, how it was split, the scores, the power."""
    powers = [choice.power for choice in result.choices]
    return {
        "people": len(table.codes),
        "findings": list(table.findings),
        "blank": float((table.answers == NOT_ASKED).mean()),
        "classes": _sizes(table),
        "scheme": _scheme(seed),
        "power_1": asdict(result.plain),
        "power_1_smoothing_chosen": asdict(result.smoothed),
        "chosen_power": asdict(result.powered),
        "difference_in_log_loss": {**asdict(result.gain), "verdict": verdict(result.gain)},
        "difference_in_log_loss_by_power_alone": {
            **asdict(result.gain_over_smoothed),
            "verdict": verdict(result.gain_over_smoothed),
        },
        "power_over_outer_folds": {"median": median(powers), "low": min(powers), "high": max(powers)},
        "fitted_to_everybody": asdict(result.fitted),
        "reliability": {
            "power_1": [asdict(one) for one in result.plain_bins],
            "chosen_power": [asdict(one) for one in result.powered_bins],
        },
        "warnings": list(_warnings(table, result)),
    }


def _scheme(seed: int) -> dict[str, Any]:
    powers = SCHEME.powers
    return {
        **asdict(SCHEME),
        "powers": {"low": powers[0], "high": powers[-1], "step": round(powers[1] - powers[0], 6)},
        "seed": seed,
    }


def as_lines(table: Table, result: Calibration, seed: int) -> Iterator[str]:
    """The report for a terminal."""
    blank = (table.answers == NOT_ASKED).mean()
    sizes = ", ".join(f"{kind} {count}" for kind, count in _sizes(table).items())
    yield f"{len(table.codes)} people, {len(table.findings)} findings ({100 * blank:.1f} % blank)."
    yield from wrap(f"{sizes}.", "Classes: ")
    for warning in _warnings(table, result):
        yield from wrap(warning + ".", "  ! ")
    yield ""
    yield from wrap(
        f"Every figure is of people whom the model never saw: {SCHEME.outer_folds} folds, {SCHEME.repeats} times over; "
        f"the power and the smoothing are chosen inside each training set by {SCHEME.inner_folds} folds (seed {seed}). "
        "Each figure is worked out in every repeat, then averaged.",
        "",
    )
    yield ""
    yield f"  {'':32}{'power 1':>12}{'one power':>12}"
    for name, words in ROWS:
        yield f"  {words:32}{getattr(result.plain, name):12.3f}{getattr(result.powered, name):12.3f}"
    yield ""
    yield from _gain_lines(result)
    yield ""
    yield from _power_lines(result)
    yield ""
    yield from _bin_lines(result)


def _gain_lines(result: Calibration) -> Iterator[str]:
    words = {
        "helps": "one power helps here",
        "hurts": "one power hurts here; keep 1",
        "cannot tell": "these people cannot tell whether one power helps",
    }
    level = f"{100 * SCHEME.level:g} % bootstrap interval"
    for what, gain in (
        ("Log loss with one power minus without", result.gain),
        ("By the power alone (smoothing chosen on both sides)", result.gain_over_smoothed),
    ):
        yield from wrap(
            f"{what}: {gain.difference:+.3f} ({level} {gain.low:+.3f} to {gain.high:+.3f}): {words[verdict(gain)]}.", ""
        )


def _power_lines(result: Calibration) -> Iterator[str]:
    powers = [choice.power for choice in result.choices]
    yield (
        f"Power over the {len(powers)} outer folds: median {median(powers):.2f}, "
        f"from {min(powers):.2f} to {max(powers):.2f}."
    )
    yield from wrap(
        f"power {result.fitted.power:g}, smoothing Beta({result.fitted.smoothing:g}, {result.fitted.smoothing:g}).",
        "Fitted to everybody, for use: ",
    )
    yield f"    power: {result.fitted.power:g}     # in model.yaml; say in power_why where it comes from"


def _bin_lines(result: Calibration) -> Iterator[str]:
    yield "Of people whose most probable class was given the chance in the first column, all repeats together:"
    yield f"  {'chance':>10}   {'------ power 1 ------':>24}   {'----- one power -----':>24}"
    yield f"  {'':10}   {'people  stated  came true':>24}   {'people  stated  came true':>24}"
    plain = {one.low: one for one in result.plain_bins}
    powered = {one.low: one for one in result.powered_bins}
    for low in sorted({*plain, *powered}):
        high = (plain.get(low) or powered[low]).high
        yield f"  {low:.1f} to {high:.1f}   {_bin_cells(plain.get(low))}    {_bin_cells(powered.get(low))}".rstrip()


def _bin_cells(one: Bin | None) -> str:
    return f"{one.people:6.1f}  {one.stated:6.3f}  {one.came_true:9.3f}" if one else f"{0:6.1f}  {'':6}  {'':9}"


def _sizes(table: Table) -> dict[str, int]:
    counts = np.bincount(table.codes)
    return {kind: int(counts[i]) for i, kind in enumerate(table.classes)}


def _warnings(table: Table, result: Calibration) -> Iterator[str]:
    yield from table.warnings
    if result.fitted.power in (SCHEME.powers[0], SCHEME.powers[-1]):
        yield f"the power {result.fitted.power:g} is the edge of what was tried; look for findings coded twice"


# The plot: self-contained, readable in light and in dark, shapes as well as colours.

SIDE, LEFT, TOP = 400, 70, 64
WIDEST_MARK = 13
STYLE = """
  svg { --paper: #ffffff; --ink: #1f2328; --quiet: #6e7781; --rule: #d8dee4; --before: #b35900; --after: #0b57a4; }
  @media (prefers-color-scheme: dark) {
    svg { --paper: #14171a; --ink: #e6e8ea; --quiet: #9aa4ad; --rule: #343b42; --before: #ffa657; --after: #79b8ff; }
  }
  text { font: 14px system-ui, sans-serif; fill: var(--ink); }
  .small { font-size: 12px; fill: var(--quiet); }
  .paper { fill: var(--paper); }
  .rule { stroke: var(--rule); }
  .ideal { stroke: var(--quiet); stroke-dasharray: 2 4; }
  .line { fill: none; stroke-width: 1.5; }
  .before { stroke: var(--before); } .before.mark { fill: var(--paper); stroke-width: 2; }
  .after { stroke: var(--after); } .after.mark { fill: var(--after); }
  .before.line { stroke-dasharray: 6 4; }
"""


def reliability_svg(result: Calibration, people: int) -> str:
    """A reliability plot as one SVG file: stated chance against how often it came true, with and without the power.

    A mark's area is proportional to the people in its bin; bins with less than one person a repeat are left out. On
    the diagonal, what is said is what happens.
    """
    errors = (result.plain.calibration_error, result.powered.calibration_error)
    described = (
        f"Stated chance of the most probable class against how often that class was right, in {people} people whom "
        f"the model never saw. Calibration error {errors[0]:.3f} with power 1 and {errors[1]:.3f} with one chosen "
        f"power (median {median(choice.power for choice in result.choices):.2f}). "
        "Marks below the diagonal are overconfident."
    )
    return "\n".join(
        (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 500 540" role="img" aria-labelledby="name about">',
            '<title id="name">Reliability with power 1 and with one power</title>',
            f'<desc id="about">{described}</desc>',
            f"<style>{STYLE}</style>",
            '<rect class="paper" width="500" height="540"/>',
            *_axes(),
            *_series(result.plain_bins, "before", people),
            *_series(result.powered_bins, "after", people),
            *_legend(errors),
            "</svg>\n",
        )
    )


def _x(share: float) -> str:
    return f"{LEFT + share * SIDE:.1f}"


def _y(share: float) -> str:
    return f"{TOP + (1 - share) * SIDE:.1f}"


def _axes() -> Iterator[str]:
    bottom, middle = TOP + SIDE, TOP + SIDE / 2
    for step in range(0, 11, 2):
        share = step / 10
        x, y = _x(share), _y(share)
        yield f'<path class="rule" d="M{x} {_y(0)}V{_y(1)}M{_x(0)} {y}H{_x(1)}"/>'
        yield f'<text class="small" x="{x}" y="{bottom + 18}" text-anchor="middle">{share:g}</text>'
        yield f'<text class="small" x="{LEFT - 8}" y="{y}" dy="4" text-anchor="end">{share:g}</text>'
    yield f'<path class="ideal" d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}"/>'
    yield from (
        f'<text transform="{place}" text-anchor="middle">{words}</text>'
        for place, words in (
            (f"translate({_x(0.5)} {bottom + 46})", "stated chance of the most probable class"),
            (f"translate(22 {middle}) rotate(-90)", "share in whom it was right"),
        )
    )


def _series(bins: Sequence[Bin], kind: str, people: int) -> Iterator[str]:
    bins = [one for one in bins if one.people >= 1]
    path = "L".join(f"{_x(one.stated)} {_y(one.came_true)}" for one in bins)
    yield f'<path class="line {kind}" d="M{path}"/>'
    for one in bins:
        radius = max(2.5, WIDEST_MARK * (one.people / people) ** 0.5)
        told = f"<title>{one.people:.1f} people, stated {one.stated:.2f}, right {one.came_true:.2f}</title>"
        yield _mark(f"{kind} mark", _x(one.stated), _y(one.came_true), radius, told)


def _mark(kind: str, x: str, y: str, radius: float, inside: str = "") -> str:
    """A square before, a disc after: told apart without colour."""
    if kind.startswith("before"):
        side = radius * 1.77
        corner = f'x="{float(x) - side / 2:.1f}" y="{float(y) - side / 2:.1f}"'
        return f'<rect class="{kind}" {corner} width="{side:.1f}" height="{side:.1f}">{inside}</rect>'
    return f'<circle class="{kind}" cx="{x}" cy="{y}" r="{radius:.1f}">{inside}</circle>'


def _legend(errors: tuple[float, float]) -> Iterator[str]:
    rows = (("before", "power 1", errors[0]), ("after", "one power", errors[1]))
    for i, (kind, words, error) in enumerate(rows):
        y = 22 + 22 * i
        yield f'<path class="line {kind}" d="M{LEFT} {y}h36"/>'
        yield _mark(f"{kind} mark", f"{LEFT + 18}", f"{y}", 6)
        yield f'<text x="{LEFT + 48}" y="{y + 5}">{words}: calibration error {error:.3f}</text>'
