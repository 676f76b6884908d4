"""Chances as natural frequencies: "about 12 in 100 people with these answers; the studies allow 5 to 20"."""

from __future__ import annotations

from ..frozen import frozen
from ..reasoning import Share

BASES = (100, 1_000, 10_000)


@frozen
class Frequency:
    """A chance in whole people: `count` of `base`, and where the evidence leaves room, from `low` to `high`."""

    count: int
    base: int
    low: int | None = None
    high: int | None = None


def frequency(p: float, low: float | None = None, high: float | None = None) -> Frequency:
    """A chance out of 100, or of 1,000 or 10,000 where 100 would hold nobody; its range out of the same number."""
    base = next((one for one in BASES if p * one >= 1), BASES[-1] if p else BASES[0])
    bounds = [None if one is None else round(one * base) for one in (low, high)]
    return Frequency(round(p * base), base, *bounds)


def in_people(share: Share) -> str:
    """A chance with its range, in words."""
    people = frequency(share.probability, share.low, share.high)
    said = f"about {people.count:,}" if people.count else "fewer than 1"
    return f"{said} in {people.base:,}; the studies allow {people.low:,} to {people.high:,}"
