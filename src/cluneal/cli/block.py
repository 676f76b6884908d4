"""`cluneal block`: a curve read by every published definition."""

from __future__ import annotations

import argparse
import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict, replace

from ..knowledge import load
from ..pathway import BadCase, Block, read_block, read_block_data
from ..pathway.assess import BLOCK_TEST, GUIDE
from .errors import InputError
from .read import decode, parse_json, read_bytes
from .text import wrap

COLUMNS = ("minute", "pain", "movement_pain")


def run(options: argparse.Namespace) -> int:
    """Print each definition's verdict, the expected duration, and what they do not mean."""
    name = options.file
    text = decode(read_bytes(name), name)
    try:
        if name.endswith(".json") or text.lstrip().startswith("{"):
            block = read_block_data(parse_json(text, name))
        else:
            block = _read_csv(text, name)
    except BadCase as problem:
        raise InputError(f"{name}: {problem}") from None
    if options.drug:
        block = replace(block, drug=options.drug)
    test = load().tests[BLOCK_TEST]
    reading = read_block(block, test)
    if options.format == "json":
        print(json.dumps(asdict(reading), indent=2, ensure_ascii=False))
        return 0
    _print_curve(block)
    for one in reading.verdicts:
        cited = load().source_of[one.evidence[0]] if one.evidence else "no source"
        source = GUIDE if one.is_guide else cited
        print("\n".join(wrap(f"{one.name}. {one.why} [{source}]", f"{one.verdict:11} ")))
    print("\n".join(wrap(reading.duration.why, f"duration: {reading.duration.verdict}. ")))
    print()
    print("\n".join(wrap(reading.placebo_caution, "")))
    print("\n".join(wrap(reading.second_block_adds, "")))
    return 0


def _print_curve(block: Block) -> None:
    for reading in block.readings:
        parts = [f"{reading.minute:8g} min"]
        for name, value in (("pain", reading.pain), ("on moving", reading.movement_pain)):
            if value is not None:
                parts.append(f"{name} {value:g} {'#' * round(value)}")
        print("  ".join(parts))
    print()


def _read_csv(text: str, name: str) -> Block:
    """A block from its readings; what is wrong is named by its line."""
    lines: list[int] = []
    readings: list[dict[str, float | None]] = []
    for number, reading in _rows(text, name):
        lines.append(number)
        readings.append(reading)
    try:
        return read_block_data({"readings": readings})
    except BadCase as problem:
        place, _, rest = str(problem).removeprefix("block.readings[").partition("]")
        raise InputError(f"{name}:{lines[int(place)]}: {rest.lstrip('.: ')}") from None


def _rows(text: str, name: str) -> Iterator[tuple[int, dict[str, float | None]]]:
    """(line, reading) of every line under the header that is not blank."""
    rows = csv.reader(io.StringIO(text))
    try:
        header = [word.strip().lower() for word in next(rows, [])]
        if not {"minute", "pain"} <= set(header) <= set(COLUMNS) or len(set(header)) < len(header):
            raise InputError(
                f"{name}:1: the header is {','.join(header)!r}; write minute,pain or minute,pain,movement_pain"
            )
        for row in rows:
            where = f"{name}:{rows.line_num}"
            if len(row) > len(header):
                raise InputError(f"{where}: {len(row)} values for {len(header)} columns; remove what is too many")
            if any(cell.strip() for cell in row):
                cells = zip(header, row, strict=False)
                yield rows.line_num, {column: _value(cell, f"{where}: {column}") for column, cell in cells}
    except csv.Error as error:
        raise InputError(f"{name}:{rows.line_num}: {error}; write minute,pain, one reading a line") from None


def _value(cell: str, where: str) -> float | None:
    if not cell.strip():
        return None
    try:
        return float(cell)
    except ValueError:
        raise InputError(f"{where}: {cell.strip()!r} is not a number; leave it blank when it was missed") from None
