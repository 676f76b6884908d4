"""Blocks of simulated people, their records and the truth about them: the same for a seed, however written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np

from .codes import Array
from .coding import Pen
from .course import Course
from .life import live
from .log import Events
from .parameters import parameters
from .people import NEVER, People, draw, last_day

STREAMS = 4


@dataclass(frozen=True)
class Block:
    """People numbered from `first`, what is recorded of them in order of person and day, and when it was recognised."""

    first: int
    people: People
    events: Events
    recognised_day: Array
    mislabelled_day: Array


@dataclass(frozen=True)
class Request:
    """What is asked for."""

    persons: int
    seed: int
    coding: str
    prevalence: float


def blocks(request: Request) -> Iterator[Block]:
    """All of them in order. A person depends on the seed, the number and the request, not on how many others there are.

    The coding changes what is written down and nothing that happens.
    """
    size = parameters().window.block
    known = _known(request.seed)
    for number, first in enumerate(range(0, request.persons, size)):
        seeds = (np.random.SeedSequence(request.seed, spawn_key=(number, i)) for i in range(STREAMS))
        streams = [np.random.default_rng(one) for one in seeds]
        people = draw(streams[0], size, request.prevalence)
        course = Course(people, streams[1], known)
        course.run()
        rest, visitors, days = live(people, streams[2])
        pen = Pen(request.coding, streams[3])
        written = pen.write(people, (course.done.events(), course.labels.events()), (rest.events(), visitors, days))
        wanted = min(size, request.persons - first)
        yield Block(
            first=first + 1,
            people=People(*(getattr(people, one.name)[:wanted] for one in fields(People))),
            events=written.take(np.arange(np.searchsorted(written.who, wanted))),
            recognised_day=_in_window(course.recognised_day[:wanted]),
            mislabelled_day=_in_window(course.mislabelled_day[:wanted]),
        )


def _in_window(day: Array) -> Array:
    return np.where(day <= last_day(), day, NEVER)


def _known(seed: int) -> Array:
    """The clinics in which somebody knows of the condition: as many for every seed, others each time."""
    world = parameters().cluneal
    random = np.random.default_rng(np.random.SeedSequence(seed))
    order = random.permutation(world.clinics)
    known: Array = order < world.clinics * world.known_in
    return known
