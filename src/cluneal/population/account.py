"""What was read of some records, and what was left out: which file, which place in it, why, how often, and the fix."""

from __future__ import annotations

from typing import Any

# Of one reason in one file so many places are named; the count says how many there are.
NAMED = 5


class LoadError(ValueError):
    """Records that cannot be read at all. The message names the place and the fix."""


class Account:
    """Filled while records are read. Nothing in it stops the reading."""

    def __init__(self, kind: str, source: str) -> None:
        self.kind = kind
        self.source = source
        self.read: dict[str, int] = {}
        self.skipped: list[dict[str, Any]] = []

    def counted(self, what: str, count: int) -> None:
        """So many rows or resources of this kind were read."""
        self.read[what] = self.read.get(what, 0) + count

    def skip(self, file: str, reason: str, fix: str, count: int = 1, place: str = "") -> None:
        """So many were left out, or taken as unknown. `place`: a line, a row or ids of some of them."""
        if count:
            self.skipped.append({"file": file, "place": place, "reason": reason, "count": count, "fix": fix})

    def plain(self) -> dict[str, Any]:
        """As plain data, in an order that does not depend on how the work was divided."""
        skipped = sorted(self.skipped, key=lambda one: (one["file"], one["reason"], one["place"]))
        return {"kind": self.kind, "source": self.source, "read": dict(sorted(self.read.items())), "skipped": skipped}
