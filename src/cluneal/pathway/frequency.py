"""Chances as natural frequencies: "about 12 in 100 people with these answers; the studies allow 5 to 20"."""

from __future__ import annotations

from ..reasoning import Share

BASES = (100, 1_000, 10_000)


def in_people(share: Share) -> str:
    """A chance in whole people out of 100, 1,000 or 10,000, with its range out of the same number."""
    base = next((one for one in BASES if share.probability * one >= 1), BASES[-1])
    count, low, high = (round(value * base) for value in (share.probability, share.low, share.high))
    said = f"about {count:,}" if count else "fewer than 1"
    return f"{said} in {base:,}; the studies allow {low:,} to {high:,}"
