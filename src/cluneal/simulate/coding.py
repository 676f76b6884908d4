"""How it comes to be written down: vaguely, copied forward, without the side, twice, or not at all."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .codes import LEFT, MEASUREMENT, PROCEDURE, RIGHT, Array, catalogue
from .log import EMERGENCY, NOTICED, OFFICE, SETTINGS, Events, Log
from .parameters import parameters
from .people import People

CODINGS = ("good", "ordinary", "bad")
# More days than any date here has.
LONG = 1 << 16


class Pen:
    """Writes with one habit: the `coding` group of the parameters."""

    def __init__(self, coding: str, random: np.random.Generator) -> None:
        self.habit: Mapping[str, float] = parameters().coding[coding]
        self.random, self.rows = random, catalogue()

    def chance(self, size: int, name: str) -> Array:
        """Who of so many it happens to."""
        hit: Array = self.random.random(size) < self.habit[name]
        return hit

    def write(self, people: People, course: tuple[Events, Events], life: tuple[Events, Array, Array]) -> Events:
        """Everything in the records of a block, in the order of person, day and visit.

        Args:
            people: whose.
            course: what was done, and the labels, of which the value is the pain.
            life: the rest, with who was where on which day for it.
        """
        done, labels = course
        rest, visitors, days = life
        written = self._written(labels)
        log = Log()
        log.extend(written)
        log.extend(self._noted(done))
        log.extend(rest)
        log.extend(self._beside(written))
        log.extend(self._carried(written, visitors, days))
        log.extend(self._scored(labels))
        log.extend(self._visited(written, visitors, days))
        events = log.events()
        events = events.take(np.flatnonzero(_seen(people, events) & self._kept(events)))
        events = self._sided(events)
        return self._ordered(events)

    def _written(self, labels: Events) -> Events:
        """Labels as rows, in order of person and day; a copied one repeats what stood there before."""
        labels = labels.take(np.lexsort((labels.day, labels.who)))
        size = len(labels)
        which = np.where(self.chance(size, "precise"), 0, 1)
        label = labels.what
        chance = self.rows.label_chance[label, which]
        place = (self.random.random(size)[:, None] >= chance).sum(axis=1)
        row = self.rows.label_rows[label, which, place]
        stray = self.chance(size, "stray")
        row[stray] = self.random.choice(self.rows.label_rows[self.rows.labels["lbp"], 1, :2], int(stray.sum()))
        first = np.ones(size, bool)
        first[1:] = labels.who[1:] != labels.who[:-1]
        # Somebody who first writes a new label does so on purpose.
        changed = np.ones(size, bool)
        changed[1:] = label[1:] != label[:-1]
        freely = ~changed | (self.random.random(size) < parameters().new_label_copied)
        copied = self.chance(size, "copied") & ~first & freely
        origin = np.maximum.accumulate(np.where(copied, 0, np.arange(size)))
        nothing = np.full(size, np.nan, np.float32)
        return Events(labels.who, labels.day, row[origin], labels.side, labels.setting, nothing)

    def _noted(self, done: Events) -> Events:
        """What was done, and of the signs those that are written down; what was measured gets its value."""
        sign = done.value == NOTICED
        kept = done.take(np.flatnonzero(~sign | self.chance(len(done), "signs")))
        return Events(kept.who, kept.day, kept.what, kept.side, kept.setting, np.full(len(kept), np.nan, np.float32))

    def _beside(self, written: Events) -> Events:
        """What stands on a problem list beside the label."""
        there = np.flatnonzero(self.random.random(len(written)) < parameters().care.problem_list)
        names = ("chronic_pain", "chronic_pain_syndrome", "insomnia", "low_back_pain")
        rows = np.array([self.rows.number[name] for name in names], np.int16)
        some = written.take(there)
        which = rows[self.random.integers(0, len(rows), len(some))]
        return Events(some.who, some.day, which, some.side, some.setting, some.value)

    def _carried(self, written: Events, visitors: Array, days: Array) -> Events:
        """Visits for something else on which an old label of the back is put down again."""
        there = np.flatnonzero(self.chance(len(visitors), "carried"))
        who, day = visitors[there], days[there]
        span = np.int64(1) << 32
        place = np.searchsorted(written.who * span + written.day, who * span + day) - 1
        has = place >= 0
        has[has] = written.who[place[has]] == who[has]
        old = written.take(place[has])
        return Events(old.who, day[has].astype(np.int32), old.what, old.side, np.zeros(len(old), np.int8), old.value)

    def _scored(self, labels: Events) -> Events:
        """Pain scores, whole numbers and off by one now and then."""
        scored = labels.take(np.flatnonzero(~np.isnan(labels.value) & self.chance(len(labels), "scores")))
        said = np.rint(scored.value + parameters().score_error * self.random.standard_normal(len(scored)))
        row = np.full(len(scored), self.rows.number["pain_score"], np.int16)
        value = np.clip(said, 0, 10).astype(np.float32)
        return Events(scored.who, scored.day, row, np.zeros(len(scored), np.int8), scored.setting, value)

    def _visited(self, written: Events, visitors: Array, days: Array) -> Events:
        """The visit itself as a procedure, as bills have it."""
        log, number = Log(), self.rows.number
        urgent = np.concatenate([written.setting, np.zeros(len(visitors), np.int8)]) == EMERGENCY
        who, day = np.concatenate([written.who, visitors]), np.concatenate([written.day, days])
        billed = self.random.random(len(who)) < parameters().visits_coded
        long = self.random.random(len(who)) < parameters().visits_long
        which = np.where(long, number["office_visit_long"], number["office_visit"])
        which = np.where(urgent, number["emergency_visit"], which)
        setting = np.where(urgent, EMERGENCY, OFFICE)
        log.add(who[billed], day[billed], which[billed], setting=setting[billed])
        return log.events()

    def _kept(self, events: Events) -> Array:
        kept: Array = self.chance(len(events), "kept") | (self.rows.table[events.what] != PROCEDURE)
        return kept

    def _sided(self, events: Events) -> Events:
        """The side where somebody put it down, now and then the wrong one; a value where one is measured."""
        size = len(events)
        side = np.where(self.chance(size, "side_missing") | ~self.rows.sided[events.what], 0, events.side)
        other = np.where(side == RIGHT, LEFT, RIGHT)
        side = np.where((side > 0) & self.chance(size, "side_wrong"), other, side).astype(np.int8)
        value = events.value
        measured = (self.rows.table[events.what] == MEASUREMENT) & np.isnan(value)
        what = events.what[measured]
        drawn = self.rows.level[what] * np.exp(self.rows.spread[what] * self.random.standard_normal(len(what)))
        value[measured] = np.round(drawn, 1)
        return Events(events.who, events.day, events.what, side, events.setting, value)

    def _ordered(self, events: Events) -> Events:
        """By person, day and visit; inside a visit in no order that means anything; some twice."""
        twice = np.flatnonzero(self.chance(len(events), "doubled"))
        places = np.concatenate([np.arange(len(events)), twice])
        shuffle = self.random.permutation(len(places))
        key = events.who[places].astype(np.int64) * LONG + events.day[places]
        key = key * len(SETTINGS) + events.setting[places]
        # The random order makes every key different: it does not matter how they are sorted.
        key = key * len(places) + shuffle
        return events.take(places[np.argsort(key)])


def _seen(people: People, events: Events) -> Array:
    """Which of them happened while the person was under observation."""
    who, day = events.who, events.day
    inside = (day >= people.enters[who]) & (day <= people.leaves[who])
    away = (day > people.gap_from[who]) & (day < people.gap_to[who])
    seen: Array = inside & ~away
    return seen
