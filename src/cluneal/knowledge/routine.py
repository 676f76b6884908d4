"""The shape of self-care as something that is done: how often, how it grows and shrinks, when it stops, reminders."""

from __future__ import annotations

from typing import Literal

from ..frozen import frozen
from .terms import STRICT, Basis


@frozen
class Step:
    """One step of a guided session.

    `cue` is what the big screen says while the time runs. `between` are the seconds to move between two repeats, and
    `between_cue` what is done in them; without them the plan's own time. A step that `grows` follows the dose.
    """

    __pydantic_config__ = STRICT
    say: str
    seconds: int | None = None
    repeats: int = 1
    each_side: bool = False
    cue: str | None = None
    between: int | None = None
    between_cue: str | None = None
    figure: str | None = None
    grows: bool = False


@frozen
class Dose:
    """How often a measure is done and how it grows.

    `moves` take time and strength, so only a few are done on one day; a `habit` is kept up beside them. A level up or
    down changes each step that grows by `repeats_a_level` and `seconds_a_level`; 0 is what is written. It goes up one
    level after `calm_days`, and never when there are none.
    """

    __pydantic_config__ = STRICT
    kind: Literal["moves", "habit"]
    every_days: int
    basis: Basis
    why: str
    times_a_day: int = 1
    lowest: int = 0
    highest: int = 0
    repeats_a_level: int = 0
    seconds_a_level: int = 0
    calm_days: int | None = None
    evidence: tuple[str, ...] = ()


@frozen
class Instead:
    """Another way to do one step, counted from 1, for whoever the first way may provoke."""

    __pydantic_config__ = STRICT
    step: int
    say: str
    cue: str | None = None
    between_cue: str | None = None
    figure: str | None = None


@frozen
class Provoking:
    """A caution for whoever's pain may come from one of `causes`, and what is done instead."""

    __pydantic_config__ = STRICT
    causes: tuple[str, ...]
    text: str
    basis: Basis
    why: str
    evidence: tuple[str, ...]
    instead: tuple[Instead, ...] = ()


@frozen
class Flare:
    """A worse day: the worst pain is `points` or more over the median of the `before_days` before it.

    At least `at_least` check-ins before it are needed. Less is asked until `easing_days` after the last such day.
    """

    __pydantic_config__ = STRICT
    points: float
    before_days: int
    at_least: int
    easing_days: int
    basis: Basis
    why: str
    evidence: tuple[str, ...] = ()


@frozen
class Growth:
    """What is asked before a level is added, and after how long a break it starts from what is written again.

    In the calm days there must be one session for every `one_in` that the dose asks for, and `check_ins` at least.
    """

    __pydantic_config__ = STRICT
    one_in: int
    check_ins: int
    break_days: int
    basis: Basis
    why: str


@frozen
class StopReason:
    """Why somebody stopped a session. `rest`: not again that day. `pause`: not until they take it up again.

    `alarm`: the alarm questions are asked.
    """

    __pydantic_config__ = STRICT
    id: str
    plain: str
    then: Literal["rest", "pause"]
    advice: str
    alarm: bool = False


@frozen
class Stops:
    """When a session went badly: somebody stopped, or pain rose by more than `rise` points.

    `unsaid` is the reason taken until one is named.
    """

    __pydantic_config__ = STRICT
    rise: float
    unsaid: str
    reasons: tuple[StopReason, ...]
    basis: Basis
    why: str


@frozen
class Timing:
    """Seconds that the timer leaves to get ready, to let go between two repeats, and to change sides."""

    __pydantic_config__ = STRICT
    ready: int
    between: int
    sides: int
    basis: Basis
    why: str


@frozen
class Reminder:
    """Something to be reminded of, every so many minutes of the day or every so many days.

    `usual` is the first choice. It belongs to these risks and measures.
    """

    __pydantic_config__ = STRICT
    id: str
    say: str
    why_do: str
    unit: Literal["minutes", "days"]
    choices: tuple[int, ...]
    usual: int
    basis: Basis
    why: str
    prevention: tuple[str, ...] = ()
    selfcare: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


@frozen
class Hours:
    """The hours of the day in which a calendar reminds."""

    __pydantic_config__ = STRICT
    first: int
    last: int
    basis: Basis
    why: str


@frozen
class CarePlan:
    """The rules of the self-care plan: `care_plan.yaml`. On one day at most `most_moves` measures that are moves."""

    __pydantic_config__ = STRICT
    most_moves: int
    most_moves_easing: int
    most_moves_why: str
    flare: Flare
    growth: Growth
    stops: Stops
    timing: Timing
    reminders: tuple[Reminder, ...]
    hours: Hours
