"""How long the interview is for the published patients, of whom most of what is asked is not known."""

from __future__ import annotations

import statistics

from .screens import screens

# Somebody who is tired and in pain is asked no more than that, in the middle of all of them.
FEWER_THAN = 16
LONGEST = 30


def test_half_of_the_published_patients_see_fewer_than_16_screens_before_what_fits() -> None:
    counts = {name: len(seen) for name, seen in screens().items()}
    assert len(counts) > 50
    assert statistics.median(counts.values()) < FEWER_THAN
    assert max(counts.values()) < LONGEST, max(counts, key=counts.__getitem__)
