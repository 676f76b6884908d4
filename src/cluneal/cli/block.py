"""`cluneal block`: a curve read by every published definition."""

from __future__ import annotations

import argparse
import csv
import io
import json
from dataclasses import asdict, replace

from ..knowledge import load
from ..pathway import BadCase, Block, read_block, read_block_data
from ..pathway.assess import BLOCK_TEST
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
            block = read_block_data({"readings": _csv(text, name)})
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
        source = load().source_of[one.evidence[0]] if one.evidence else "no source"
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


def _csv(text: str, name: str) -> list[dict[str, float | None]]:
    rows = csv.reader(io.StringIO(text))
    header = [word.strip().lower() for word in next(rows, [])]
    unknown = [word for word in header if word not in COLUMNS]
    if unknown or "minute" not in header or "pain" not in header:
        raise InputError(
            f"{name}:1: the header is {','.join(header)!r}; write minute,pain or minute,pain,movement_pain"
        )
    readings = []
    for number, row in enumerate(rows, 2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) > len(header):
            raise InputError(f"{name}:{number}: {len(row)} values for {len(header)} columns; remove what is too many")
        readings.append(
            {column: _value(cell, f"{name}:{number}: {column}") for column, cell in zip(header, row, strict=False)}
        )
    return readings


def _value(cell: str, where: str) -> float | None:
    if not cell.strip():
        return None
    try:
        return float(cell)
    except ValueError:
        raise InputError(f"{where}: {cell.strip()!r} is not a number; leave it blank when it was missed") from None
