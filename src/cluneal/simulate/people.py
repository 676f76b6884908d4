"""Who there is: age, what hurts and since when, where they are looked after, when they are seen in the records."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .codes import LEFT, RIGHT, Array, day_number
from .parameters import parameters

YEAR = 365.25
NEVER = np.iinfo(np.int32).max
NOBODY = -1
WOMAN, MAN = range(2)


@dataclass
class People:
    """One block of people, an entry each. Days are numbers; `NEVER` is a day that does not come."""

    sex: Array
    birth: Array
    race: Array
    hispanic: Array
    cause: Array
    also: Array
    side: Array
    onset: Array
    level: Array
    also_level: Array
    lasting: Array
    clinic: Array
    eager: Array
    enters: Array
    leaves: Array
    gap_from: Array
    gap_to: Array
    death: Array
    death_recorded: Array

    def __len__(self) -> int:
        return len(self.sex)

    def age(self, day: int) -> Array:
        """Years, on that day."""
        return (day - self.birth) / YEAR


def cause_names() -> tuple[str, ...]:
    """The causes, by number."""
    return tuple(parameters().causes)


def first_day() -> int:
    """The first day that records can have."""
    return day_number(parameters().window.first_day)


def last_day() -> int:
    """The last day that records can have."""
    return day_number(parameters().window.last_day)


def of_cause(name: str, cause: Array, default: float) -> Array:
    """A parameter of each person's cause."""
    return np.array([one.get(name, default) for one in parameters().causes.values()])[cause]


def by_age(ends: tuple[float, float], age: Array, ages: tuple[float, float]) -> Array:
    """A chance that is known at two ages, straight between and beyond, as a chance."""
    share = (age - ages[0]) / (ages[1] - ages[0])
    return np.clip(ends[0] + share * (ends[1] - ends[0]), 0, 1)


def draw(random: np.random.Generator, size: int, prevalence: float) -> People:
    """`size` people, of whom each has a cluneal cause with the chance `prevalence`."""
    world = parameters()
    cause = _causes(random, size, prevalence)
    names = cause_names()
    sex = np.where(random.random(size) < of_cause("female", cause, world.people.female), WOMAN, MAN).astype(np.int8)
    mean, spread = np.array([one["age"] for one in world.causes.values()])[cause].T
    age = np.clip(mean + spread * random.standard_normal(size), *world.people.age_limits)
    start, end = first_day(), last_day()
    birth = np.floor(start - age * YEAR).astype(np.int32)
    onset = random.integers(
        start - world.people.onset_before_days, start + int((end - start) * world.people.onset_after_share), size
    ).astype(np.int32)
    level, also, also_level = _sources(random, cause)
    side = np.where(random.random(size) < 0.5, RIGHT, LEFT)
    side[random.random(size) >= of_cause("one_sided", cause, 0)] = 0
    races = list(world.people.races.values())
    death = _deaths(random, age, onset, cause == names.index("malignancy"))
    enters, leaves, gap_from, gap_to = _seen(random, death)
    return People(
        sex=sex,
        birth=birth,
        race=np.searchsorted(np.cumsum(races), random.random(size) * sum(races)).astype(np.int8),
        hispanic=random.random(size) < world.people.hispanic,
        cause=cause,
        also=also,
        side=side.astype(np.int8),
        onset=onset,
        level=level,
        also_level=also_level,
        lasting=random.random(size) < of_cause("lasting", cause, 0),
        clinic=random.integers(0, world.cluneal.clinics, size),
        eager=np.exp(world.people.care_spread * random.standard_normal(size)),
        enters=enters,
        leaves=leaves,
        gap_from=gap_from,
        gap_to=gap_to,
        death=death,
        death_recorded=random.random(size) < world.people.death_recorded,
    )


def _causes(random: np.random.Generator, size: int, prevalence: float) -> Array:
    world = parameters()
    shares = np.array([one["share"] for one in world.causes.values()])
    forms = np.array([world.cluneal.forms.get(name, 0) for name in world.causes])
    chances = prevalence * forms / forms.sum() + (1 - prevalence) * shares / shares.sum()
    cumulative = chances.cumsum()
    found: Array = np.searchsorted(cumulative / cumulative[-1], random.random(size), side="right").astype(np.int8)
    return found


def _sources(random: np.random.Generator, cause: Array) -> tuple[Array, Array, Array]:
    """How strong the pain is while it is there, and a second source with its strength."""
    world = parameters()
    names = cause_names()
    pain = np.array([one["pain"] for one in world.causes.values()])
    level = np.clip(pain[cause, 0] + pain[cause, 1] * random.standard_normal(len(cause)), 1, 9.5)
    chance = np.where(
        np.isin(cause, [names.index(one) for one in world.cluneal.forms]),
        world.cluneal.second_source,
        world.people.two_sources,
    )
    common = np.array([names.index(one) for one in world.people.second_causes])
    also = common[random.integers(0, len(common), len(cause))]
    also = np.where((random.random(len(cause)) < chance) & (also != cause), also, NOBODY).astype(np.int8)
    strength = pain[also, 0] * world.people.second_share * random.random(len(cause))
    return level, also, np.where(also == NOBODY, 0, strength)


def _deaths(random: np.random.Generator, age: Array, onset: Array, cancer: Array) -> Array:
    world = parameters().people
    rate, growth = world.death["rate"], world.death["growth"]
    left = np.log1p(-growth * np.log(random.random(len(age))) / (rate * np.exp(growth * age))) / growth
    death = first_day() + left * YEAR
    # Somebody whose pain began years ago with cancer, and who is in the population, was alive at its start.
    since = np.maximum(onset, first_day())
    with_cancer = since + random.exponential(world.cancer_survival_years, len(age)) * YEAR
    death = np.where(cancer, np.minimum(death, with_cancer), death)
    day: Array = np.minimum(death, NEVER).astype(np.int32)
    return day


def _seen(random: np.random.Generator, death: Array) -> tuple[Array, Array, Array, Array]:
    """When they enter, leave, and are away in between; who comes is alive, and a death is the end of it."""
    world, size = parameters().people, len(death)
    start, end = first_day(), last_day()
    late = start + random.random(size) * np.minimum((end - start) * world.enters_within, death - start)
    enters = np.where(random.random(size) < world.enters_at_start, start, late).astype(np.int32)
    stay = random.exponential(YEAR / world.leaves_per_year, size)
    leaves = np.minimum(np.minimum(enters + stay, end), death).astype(np.int32)
    # A gap stands well inside; who is not there long enough has none.
    length = random.integers(world.gap_days[0], world.gap_days[1], size)
    room = leaves - enters - 2 * length
    gap_from = enters + (length / 2 + random.random(size) * np.maximum(room, 0)).astype(np.int32)
    has = (random.random(size) < world.gap) & (room > 0)
    gap_from = np.where(has, gap_from, NEVER).astype(np.int32)
    gap_to = np.where(has, gap_from + length, NEVER).astype(np.int32)
    return enters, leaves, gap_from, gap_to
