"""What happened to a block of people, as columns: who, when, what, on which side, where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .codes import Array

SETTINGS = OFFICE, EMERGENCY, HOSPITAL = range(3)
# The value of what was noticed, and may or may not be written down.
NOTICED = -1
COLUMNS = {
    "who": np.int32,
    "day": np.int32,
    "what": np.int16,
    "side": np.int8,
    "setting": np.int8,
    "value": np.float32,
}


@dataclass(frozen=True)
class Events:
    """Columns of equal length. `what` is a row of the catalogue, or a label, as the log that they come from says."""

    who: Array
    day: Array
    what: Array
    side: Array
    setting: Array
    value: Array

    def __len__(self) -> int:
        return len(self.who)

    def take(self, places: Array) -> Events:
        """Some of them, in that order."""
        return Events(*(getattr(self, name)[places] for name in COLUMNS))


class Log:
    """Events as they come; a value for everybody may be given once."""

    def __init__(self) -> None:
        self._parts: dict[str, list[Array]] = {name: [] for name in COLUMNS}

    def add(self, who: Array, day: Array, what: Any, **more: Any) -> None:
        """One event for each of `who`."""
        if len(who) == 0:
            return
        given = {"who": who, "day": day, "what": what, "side": 0, "setting": OFFICE, "value": np.nan, **more}
        for name, kind in COLUMNS.items():
            column = np.asarray(given[name], kind)
            self._parts[name].append(column if column.ndim else np.full(len(who), column))

    def extend(self, events: Events) -> None:
        """All of these too."""
        for name in COLUMNS:
            self._parts[name].append(getattr(events, name))

    def events(self) -> Events:
        """All of them, as they came."""
        return Events(
            *(np.concatenate(parts) if parts else np.empty(0, COLUMNS[name]) for name, parts in self._parts.items())
        )
