"""What every form of the records needs of a block: periods, visits, deaths; and the truth, which none may hold."""

from __future__ import annotations

from typing import Any

import numpy as np

from .codes import Array
from .log import HOSPITAL
from .parameters import parameters
from .people import NEVER, cause_names
from .world import Block

SYNTHETIC = "SYNTHETIC: made by cluneal simulate. Nobody in it exists."


def observed(block: Block) -> tuple[Array, Array, Array]:
    """(person in the block, first day, last day) of every period of observation, in that order."""
    people = block.people
    away = people.gap_from < NEVER
    who = np.concatenate([np.arange(len(people)), np.flatnonzero(away)])
    start = np.concatenate([people.enters, people.gap_to[away]])
    end = np.concatenate([np.where(away, people.gap_from, people.leaves), people.leaves[away]])
    order = np.lexsort((start, who))
    return who[order].astype(np.int64), start[order], end[order]


def visits(block: Block) -> tuple[Array, Array]:
    """The first event of every visit, and the day on which the visit ends: inside the observation."""
    events, people = block.events, block.people
    new = np.ones(len(events), bool)
    new[1:] = (
        (events.who[1:] != events.who[:-1])
        | (events.day[1:] != events.day[:-1])
        | (events.setting[1:] != events.setting[:-1])
    )
    first = np.flatnonzero(new)
    who, day = events.who[first], events.day[first]
    shortest, longest = parameters().hospital_days
    # Not drawn: the same whatever else is written.
    stay = shortest + (block.first + who + day) % (longest - shortest + 1)
    leaves, away = people.leaves[who], people.gap_from[who]
    end = np.where(day <= away, np.minimum(away, leaves), leaves)
    return first, np.where(events.setting[first] == HOSPITAL, np.minimum(day + stay, end), day)


def dead(block: Block) -> Array:
    """Whose death is in the record: those under observation when they died, most of them."""
    people = block.people
    return np.flatnonzero((people.death == people.leaves) & people.death_recorded).astype(np.int64)


def truth(block: Block) -> Any:
    """What really was, as an Arrow table. It never lies beside the records."""
    import pyarrow as pa

    people = block.people
    names = pa.array(cause_names())

    def days(day: Array) -> Any:
        return pa.array(day, pa.date32(), mask=day == NEVER)

    def causes(which: Array) -> Any:
        return pa.DictionaryArray.from_arrays(pa.array(which, pa.int8(), mask=which < 0), names).cast(pa.string())

    sides = pa.array(["none", "right", "left"])
    return pa.table(
        {
            "person_id": numbers(block),
            "cause": causes(people.cause),
            "also": causes(people.also),
            "side": sides.take(pa.array(people.side)),
            "onset_day": days(people.onset),
            "recognised": block.recognised_day < NEVER,
            "recognised_day": days(block.recognised_day),
            "mislabelled_day": days(block.mislabelled_day),
        }
    )


def numbers(block: Block) -> Array:
    """The person ids, in order."""
    return np.arange(block.first, block.first + len(block.people), dtype=np.int64)
