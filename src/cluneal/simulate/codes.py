"""What can be written into a simulated record: rows, their codes by side and by day, and the codes of a label."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .parameters import read

Array = NDArray[Any]

CONDITION, PROCEDURE, DRUG, MEASUREMENT = range(4)
TABLES = {"conditions": "ICD10CM", "procedures": "CPT4", "drugs": "RxNorm", "measurements": "LOINC"}
DOMAINS = ("Condition", "Procedure", "Drug", "Measurement")
NO_SIDE, RIGHT, LEFT = range(3)
EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Days since 1970-01-01: dates are whole numbers in this room."""
    return (day - EPOCH).days


@dataclass(frozen=True)
class Code:
    """One code of a code system, with our own name for it."""

    system: str
    code: str
    name: str
    table: int


@dataclass(frozen=True)
class Catalogue:
    """Rows by number. Arrays have one entry a row; `now` and `then` have one column a side."""

    names: tuple[str, ...]
    number: dict[str, int]
    table: Array
    codes: tuple[Code, ...]
    now: Array
    then: Array
    until: Array
    sided: Array
    modified: Array
    days: Array
    level: Array
    spread: Array
    unit: tuple[str, ...]
    labels: dict[str, int]
    label_rows: Array
    label_chance: Array

    def code_of(self, row: Array, side: Array, day: Array) -> Array:
        """The number of the code that is written for a row, with that side, on that day."""
        return np.where(day < self.until[row], self.then[row, side], self.now[row, side])


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The rows and labels of `codes.yaml`."""
    data = read("codes.yaml")
    rows = [(name, kind, row) for kind in TABLES for name, row in data[kind].items()]
    codes: dict[tuple[str, str], Code] = {}
    places: dict[tuple[str, str], int] = {}

    def place(system: str, code: str, name: str, table: int) -> int:
        codes.setdefault((system, code), Code(system, code, name, table))
        return places.setdefault((system, code), len(places))

    now, then = [], []
    for name, kind, row in rows:
        system, table = TABLES[kind], list(TABLES).index(kind)
        plain = place(system, row["code"], name, table)
        sides = [plain, *(place(system, row.get(side, row["code"]), name, table) for side in ("right", "left"))]
        old = row.get("formerly")
        now.append(sides)
        then.append([place(system, old["code"], name, table)] * len(sides) if old else sides)
    number = {name: i for i, (name, _, _) in enumerate(rows)}
    label_rows, label_chance = _labels(data["labels"], number)
    return Catalogue(
        names=tuple(number),
        number=number,
        table=np.array([list(TABLES).index(kind) for _, kind, _ in rows], np.int8),
        codes=tuple(codes.values()),
        now=np.array(now, np.int16),
        then=np.array(then, np.int16),
        until=np.array([_until(row) for *_, row in rows], np.int32),
        sided=np.array(["right" in row or bool(row.get("sided")) for *_, row in rows]),
        modified=np.array([bool(row.get("sided")) for *_, row in rows]),
        days=np.array([row.get("days", 0) for *_, row in rows], np.int32),
        level=np.array([row.get("level", np.nan) for *_, row in rows], np.float32),
        spread=np.array([row.get("spread", 0) for *_, row in rows], np.float32),
        unit=tuple(row.get("unit", "") for *_, row in rows),
        labels={label: i for i, label in enumerate(data["labels"])},
        label_rows=label_rows,
        label_chance=label_chance,
    )


def _until(row: dict[str, Any]) -> int:
    return day_number(row["formerly"]["until"]) if "formerly" in row else 0


def _labels(labels: dict[str, Any], number: dict[str, int]) -> tuple[Array, Array]:
    """Rows and cumulative chances, of shape (labels, 2 for precise and vague, most rows)."""
    most = max(len(rows) for ways in labels.values() for rows in ways.values())
    found = np.zeros((len(labels), 2, most), np.int16)
    chance = np.ones((len(labels), 2, most))
    for i, ways in enumerate(labels.values()):
        for j, way in enumerate(("precise", "vague")):
            weights = np.array(list(ways[way].values()), float)
            found[i, j, : len(weights)] = [number[name] for name in ways[way]]
            chance[i, j, : len(weights)] = weights.cumsum() / weights.sum()
    return found, chance
