"""When the pain is to be written down after a block, and what of it was done: noted, missed, due, or still ahead."""

from __future__ import annotations

from collections.abc import Sequence

from ..frozen import frozen
from ..knowledge.care import Schedule, Test
from .block import NoBaseline, relief_curve
from .case import Reading

NOTED, MISSED, DUE, AHEAD = "noted", "missed", "due", "ahead"


@frozen
class Slot:
    """One planned reading: when it is due, from when to when a reading counts for it, and what became of it (minutes).

    `on_time` is False for a reading further from the plan than a definition allows; its true minute is what counts.
    """

    planned: float
    opens: float
    closes: float
    state: str
    reading: Reading | None = None
    on_time: bool = True


def slots(readings: Sequence[Reading], minute: float, test: Test) -> tuple[Slot, ...]:
    """Every planned reading as it stands `minute` minutes after the injection, in order.

    A reading counts for the slot in whose time it was taken, whatever it was meant for. The times of the slots do not
    overlap. The weekly ones are planned while some of the pain is still gone.
    """
    if test.schedule is None:
        return ()
    noted = [one for one in readings if one.minute > 0 and (one.pain, one.movement_pain) != (None, None)]
    tolerance = test.timing_tolerance or 0.0
    planned = _planned(readings, test.schedule, noted[-1].minute if noted else 0.0)
    opens = [
        max(one * (1 - tolerance), (one + before) / 2)
        for before, one in zip([0.0, *planned[:-1]], planned, strict=True)
    ]
    made = []
    for one, start, end in zip(planned, opens, [*opens[1:], planned[-1] * (1 + tolerance)], strict=True):
        inside = [reading for reading in noted if start <= reading.minute < end]
        nearest = min(inside, key=lambda reading: abs(reading.minute - one), default=None)
        state = NOTED if nearest else AHEAD if minute < one else DUE if minute < end else MISSED
        on_time = nearest is None or abs(nearest.minute - one) <= tolerance * one
        made.append(Slot(one, start, end, state, nearest, on_time))
    return tuple(made)


def still_relieved(readings: Sequence[Reading], plan: Schedule) -> bool:
    """True while the last reading shows enough of the pain still gone; False too when nobody can tell."""
    try:
        _, relief = relief_curve(readings)
    except NoBaseline:
        return False
    return bool(relief) and relief[-1].percent >= plan.back_below_percent


def _planned(readings: Sequence[Reading], plan: Schedule, last: float) -> list[float]:
    """What is asked of everybody, and the weeks while it helps or that have a reading already."""
    going_on = still_relieved(readings, plan)
    return [*plan.minutes, *(one for one in plan.while_relieved if going_on or one <= last)]
