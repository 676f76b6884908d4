"""The shape of what follows a person over time: the scales, when the diary asks, and how the course is read."""

from __future__ import annotations

from typing import Literal

from ..frozen import frozen
from .terms import STRICT, Basis


@frozen
class Part:
    """One of the numbers that a score is the mean of, in words of this project."""

    __pydantic_config__ = STRICT
    id: str
    plain: str
    low_end: str
    high_end: str


@frozen
class Licence:
    """Whether the items may stand in the app word for word. Without a licence that somebody read, they may not."""

    __pydantic_config__ = STRICT
    items_may_stand_here: bool
    why: str
    evidence: tuple[str, ...] = ()


@frozen
class SmallestChange:
    """The smallest change that matters: at least `points`, and at least `percent` of where it started, if that is more.

    `facts` are values that disagree, side by side; `why` says how this one was chosen.
    """

    __pydantic_config__ = STRICT
    points: float
    basis: Basis
    why: str
    evidence: tuple[str, ...]
    percent: float | None = None


@frozen
class Window:
    """Days before and after something that are compared, and how many entries each side needs at least."""

    __pydantic_config__ = STRICT
    days: int
    at_least: int
    basis: Basis
    why: str


@frozen
class Scale:
    """Something that is scored again and again; higher is worse: `scales/<id>.yaml`.

    `given`: in each check-in, by its parts (the score is their mean), or as a total from a form on paper.
    `every_days`: how often it is offered; never when there is none. `order`: what stands first; function before pain.
    """

    __pydantic_config__ = STRICT
    id: str
    name: str
    person: str
    order: int
    about: Literal["pain", "function"]
    given: Literal["check_in", "parts", "total"]
    low: float
    high: float
    licence: Licence
    smallest_change: SmallestChange
    compare: Window
    evidence: tuple[str, ...]
    parts: tuple[Part, ...] = ()
    every_days: int | None = None
    every_why: str | None = None


@frozen
class Pace:
    """How often to check in until so many days after the last change; without an end for the last one."""

    __pydantic_config__ = STRICT
    every_days: int
    until_days: int | None = None


@frozen
class Rhythm:
    """When the next check-in is due. A change is a treatment or block, or pain that moved and stays moved.

    Pain moved when the median of the last `shift_days` is off that of as many days before by the smallest change that
    matters, with `shift_at_least` check-ins on either side.
    """

    __pydantic_config__ = STRICT
    paces: tuple[Pace, ...]
    shift_days: int
    shift_at_least: int
    basis: Basis
    why: str


@frozen
class AskAgain:
    """How often it is asked whether an alarm answer has changed."""

    __pydantic_config__ = STRICT
    every_days: int
    basis: Basis
    why: str
    evidence: tuple[str, ...] = ()


@frozen
class Choice:
    """Something to tap in a check-in."""

    __pydantic_config__ = STRICT
    id: str
    plain: str


@frozen
class Baseline:
    """Where a course starts: the median of the check-ins of its first days, when there are enough."""

    __pydantic_config__ = STRICT
    days: int
    at_least: int
    basis: Basis
    why: str


@frozen
class Settling:
    """Days after a treatment or a block that count for neither side."""

    __pydantic_config__ = STRICT
    treatment_days: int
    block_days: int
    basis: Basis
    why: str


@frozen
class Tendencies:
    """How activities and worse days are compared.

    Pain counts by how far it is off the median of the days around it, `around_days` either way. At least `at_least`
    check-ins with the activity and as many without; at most the `latest` are used. `sure` is how often the interval of
    no activity at all would leave out 0 by chance, all activities together.
    """

    __pydantic_config__ = STRICT
    around_days: int
    at_least: int
    latest: int
    sure: float
    basis: Basis
    why: str


@frozen
class Diary:
    """The rules of the diary and of the course: `diary.yaml`."""

    __pydantic_config__ = STRICT
    rhythm: Rhythm
    alarms_again: AskAgain
    stopped: tuple[Choice, ...]
    stopped_why: str
    did: tuple[Choice, ...]
    did_why: str
    longest_note: int
    baseline: Baseline
    settling: Settling
    tendencies: Tendencies
    most_columns: int
    most_columns_why: str
