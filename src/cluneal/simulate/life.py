"""The rest of a person's medical life: other illnesses, check-ups, and what was there before."""

from __future__ import annotations

import numpy as np

from .codes import Array, catalogue
from .log import EMERGENCY, HOSPITAL, OFFICE, Log
from .parameters import parameters
from .people import MAN, WOMAN, YEAR, People, by_age, cause_names, first_day

AGES = (30, 70)
SEXES = {"f": WOMAN, "m": MAN}


def live(people: People, random: np.random.Generator) -> tuple[Log, Array, Array]:
    """What is recorded apart from the back; who was at a doctor's for it, and when."""
    rows, log = catalogue().number, Log()
    size = len(people)
    age, years = people.age(first_day()), (people.leaves - people.enters) / YEAR
    visitors: list[Array] = []
    days: list[Array] = []
    for kind in parameters().life.values():
        rate = kind["yearly"] * years
        if "have" in kind:
            rate = rate * (random.random(size) < by_age(kind["have"], age, AGES))
        if "sex" in kind:
            rate = rate * (people.sex == SEXES[kind["sex"]])
        who = np.repeat(np.arange(size), random.poisson(rate))
        day = _some_day(people, who, random)
        setting = np.where(random.random(len(who)) < kind.get("emergency", 0), EMERGENCY, OFFICE)
        setting = np.where(random.random(len(who)) < kind.get("hospital", 0), HOSPITAL, setting)
        side = random.integers(1, 3, len(who))
        for row, chance in kind["rows"].items():
            there = random.random(len(who)) < chance
            log.add(who[there], day[there], rows[row], side=side[there], setting=setting[there])
        visitors.append(who)
        days.append(day)
    _history(people, random, log)
    return log, np.concatenate(visitors), np.concatenate(days)


def _some_day(people: People, who: Array, random: np.random.Generator) -> Array:
    stay = people.leaves[who] - people.enters[who] + 1
    day: Array = people.enters[who] + (random.random(len(who)) * stay).astype(np.int32)
    return day


def _history(people: People, random: np.random.Generator, log: Log) -> None:
    for row, chances in parameters().history.items():
        chance = np.array([chances.get(name, chances["other"]) for name in cause_names()])[people.cause]
        who = np.flatnonzero(random.random(len(people)) < chance)
        who = np.repeat(who, random.integers(1, 4, len(who)))
        log.add(who, _some_day(people, who, random), catalogue().number[row])
