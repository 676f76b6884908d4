"""What happens to people whose back hurts: pain that comes and goes, visits at its peaks, treatment of labels.

Month by month for a whole block at once. The cause moves the pain and decides what helps; what is done follows from the
label that the person carries, which is often not the cause.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .codes import Array, catalogue
from .log import EMERGENCY, HOSPITAL, NOTICED, OFFICE, Log
from .parameters import parameters
from .people import NEVER, NOBODY, YEAR, People, by_age, cause_names, first_day, last_day, of_cause

CLUNEAL = "cluneal"
WEEK = 7
AGES_IMAGED = (20, 80)
MOST_PAIN = 10


class Course:
    """Runs a block through the years. Afterwards `done` holds what was done (rows) and `labels` what was thought."""

    def __init__(self, people: People, random: np.random.Generator, known: Array) -> None:
        self.people, self.random = people, random
        self.world, self.rows = parameters(), catalogue()
        self.done, self.labels = Log(), Log()
        size = len(people)
        self.known = known[people.clinic]
        names = cause_names()
        self.is_cluneal = np.isin(people.cause, [names.index(one) for one in self.world.cluneal.forms])
        dangerous = self.world.dangerous
        self.danger = np.array([self.rows.labels[dangerous[one]] if one in dangerous else NOBODY for one in names])[
            people.cause
        ]
        self.lasting = people.lasting.copy()
        self.deviation = np.zeros(size)
        self.short, self.long = np.ones(size), np.ones(size)
        self.label = np.full(size, NOBODY, np.int8)
        self.image = np.full(size, NOBODY, np.int8)
        self.visits, self.courses, self.injections, self.blocks = (np.zeros(size, np.int16) for _ in range(4))
        self.referred, self.danger_seen, self.xrayed, self.operated = (np.zeros(size, bool) for _ in range(4))
        self.scanned = np.full(size, -NEVER, np.int64)
        self.recognised_day = np.full(size, NEVER, np.int32)
        self.mislabelled_day = np.full(size, NEVER, np.int32)
        self._known_effects: dict[str, Array] = {}
        self._hears = _choices([self.world.hears[name] for name in names], self.rows.labels)
        self._named = np.array([self.rows.labels.get(self.world.named.get(name, ""), NOBODY) for name in names])
        self._heights = {name: of_cause(name, people.cause, 0) for name in ("settles", "swings", "flares")}

    def run(self) -> None:
        """Every month of the window, with the run-up before it."""
        window = self.world.window
        for month in range(first_day() - window.run_up_days, last_day() + 1, window.step_days):
            pain = self.feel(month)
            self.seek(month, pain)

    # Pain

    def feel(self, month: int) -> Array:
        """Everybody's pain in this month, 0 to 10, with what treatment has taken away."""
        world, people, step = self.world, self.people, self.world.window.step_days
        size = len(people)
        since = month - people.onset
        began = since >= 0
        fading = np.exp(-np.maximum(since, 0) / (WEEK * self._heights["settles"]))
        fade = np.where(self.lasting, 1, world.pain.faded + (1 - world.pain.faded) * fading)
        level = (people.level + people.also_level) * fade
        keeps = world.pain.keeps
        self.deviation *= keeps
        swing = np.sqrt(1 - keeps**2) * self._heights["swings"] * self.random.standard_normal(size)
        self.deviation += swing * np.minimum(1, level / world.pain.small)
        attack = self.random.random(size) < self._heights["flares"] * step / YEAR
        self.deviation += attack * self.random.exponential(world.pain.flare, size)
        self.deviation += (began & (since < step)) * self.random.exponential(world.pain.onset, size)
        self.short = 1 - (1 - self.short) * world.effects.short_keeps
        self.long = 1 - (1 - self.long) * world.effects.long_keeps
        return np.where(began, np.clip(level + self.deviation, 0, MOST_PAIN) * self.short * self.long, 0)

    def ease(self, who: Array, treatment: str, long: bool = False) -> None:
        """The treatment takes its part of the pain: what it does in the cause, and a part that goes anyhow."""
        if not len(who):
            return
        world = self.world.effects
        spread = self.random.random(len(who))
        varies = self.random.uniform(world.varies[0], world.varies[1], len(who))
        share = np.minimum(self._helps(treatment)[self.people.cause[who]] * varies, world.most)
        low, high = world.nonspecific
        # Squared: mostly little, now and then a lot.
        self.short[who] *= 1 - (low + (high - low) * spread**2)
        if long:
            self.long[who] *= 1 - share
        else:
            self.short[who] *= 1 - share

    def _helps(self, treatment: str) -> Array:
        """What it takes away in each cause."""
        if treatment not in self._known_effects:
            world = self.world.effects
            helps = ({"therapy": world.therapy} | world.short | world.long).get(treatment, {})
            self._known_effects[treatment] = np.array([helps.get(name, 0) for name in cause_names()])
        return self._known_effects[treatment]

    # Care

    def seek(self, month: int, pain: Array) -> None:
        """Who goes to somebody this month, and what comes of it."""
        care, people, random = self.world.care, self.people, self.random
        chance = care.most / (1 + np.exp((care.half_at - pain) / care.width)) * people.eager
        chance *= 1 - care.tired * np.clip(self.visits / care.tired_after - 1, 0, 1)
        alive = month < people.death
        who = np.flatnonzero((random.random(len(people)) < chance) & (pain > 0) & alive)
        day = month + random.integers(0, self.world.window.step_days, len(who))
        inside = (day < people.death[who]) & (day >= people.onset[who])
        who, day = who[inside], day[inside]
        if not len(who):
            return
        urgent = (pain[who] > care.emergency_above) & (random.random(len(who)) < care.emergency)
        special = self.referred[who] & ~urgent & (random.random(len(who)) < care.specialist)
        setting = np.where(urgent, EMERGENCY, OFFICE).astype(np.int8)
        self.visits[who] += 1
        self.think(who, day, special)
        self.labels.add(who, day, self.label[who], side=people.side[who], setting=setting, value=pain[who])
        self.notice(who, day, setting)
        self.prescribe(who, day, pain[who])
        self.look(who, day, special)
        self.send(who, day)
        self.treat(who[special], day[special])

    def think(self, who: Array, day: Array, special: Array) -> None:
        """The label: carried forward, or thought about again after what is heard, shown or suspected."""
        world, random, people = self.world, self.random, self.people
        care, size = world.care, len(who)
        again = random.random(size) < np.where(special, care.rethink_specialist, care.rethink)
        new = self.label[who] == NOBODY
        settled = (self.label[who] == self.rows.labels[CLUNEAL]) | self.danger_seen[who]
        again = (again | new) & ~settled
        second = (people.also[who] != NOBODY) & (random.random(size) < care.hears_second)
        heard = np.where(second, people.also[who], people.cause[who])
        label = _chosen(self._hears[heard], random.random(size))
        shown = (self.image[who] != NOBODY) & (random.random(size) < care.trusts_image)
        label = np.where(shown, self.image[who], label)
        common = (self._named[people.cause[who]] != NOBODY) & (self.danger[who] == NOBODY)
        through = special & common & (random.random(size) < care.sees_through)
        label = np.where(through, self._named[people.cause[who]], label)
        self.label[who] = np.where(again, label, self.label[who])
        self._see_danger(who, day)
        self._see_cluneal(who[special], day[special])

    def _see_danger(self, who: Array, day: Array) -> None:
        world, random = self.world, self.random
        found = (self.danger[who] != NOBODY) & ~self.danger_seen[who]
        found &= random.random(len(who)) < world.care.danger_seen
        if not found.any():
            return
        for label, acts in world.danger.items():
            number = self.rows.labels[label]
            mine = found & (self.danger[who] == number)
            whose, when = who[mine], day[mine]
            self.label[whose], self.danger_seen[whose] = number, True
            setting = np.where(random.random(len(whose)) < acts["hospital"], HOSPITAL, OFFICE)
            self.labels.add(whose, when, number, side=0, setting=setting)
            for row, chance in acts["rows"].items():
                done = random.random(len(whose)) < chance
                self.done.add(whose[done], when[done], self.rows.number[row], setting=setting[done])
            self.long[whose] *= 1 - acts["helps"] * random.random(len(whose))
            self.lasting[whose] &= not acts.get("ends", False)

    def _see_cluneal(self, who: Array, day: Array) -> None:
        """Somebody thinks of it, rightly or wrongly; a wrong label is given up when the block does not hold."""
        world, random, number = self.world.cluneal, self.random, self.rows.labels[CLUNEAL]
        if not len(who):
            return
        free = (self.label[who] != number) & ~self.danger_seen[who]
        rightly = np.where(self.known[who], world.seen_where_known, world.seen_elsewhere)
        wrongly = np.where(self.known[who], world.seen_wrongly, 0)
        seen = free & (random.random(len(who)) < np.where(self.is_cluneal[who], rightly, wrongly))
        for days, mine in (
            (self.recognised_day, self.is_cluneal[who]),
            (self.mislabelled_day, ~self.is_cluneal[who]),
        ):
            whose = who[seen & mine]
            days[whose] = np.minimum(days[whose], day[seen & mine])
        self.label[who[seen]] = number
        dropped = (self.label[who] == number) & ~self.is_cluneal[who] & (self.blocks[who] > 0)
        dropped &= random.random(len(who)) < world.dropped
        self.label[who[dropped]] = self.rows.labels["lbp"]

    def notice(self, who: Array, day: Array, setting: Array) -> None:
        """Signs that come up: how well it is coded decides which are written down."""
        after = self.operated[who] & (self.random.random(len(who)) < self.world.care.after_operation)
        self.done.add(
            who[after], day[after], self.rows.number["postlaminectomy"], setting=setting[after], value=NOTICED
        )
        for sign, chances in self.world.signs.items():
            chance = np.array([chances.get(name, chances["other"]) for name in cause_names()])[self.people.cause[who]]
            there = self.random.random(len(who)) < chance
            self.done.add(
                who[there], day[there], self.rows.number[sign], side=self.people.side[who[there]],
                setting=setting[there], value=NOTICED,
            )  # fmt: skip

    def prescribe(self, who: Array, day: Array, pain: Array) -> None:
        """Drugs, more of them the more it hurts; also in the records of people who feel better afterwards."""
        for group in self.world.drugs.values():
            chance = by_age(group["chance"], pain, (0, MOST_PAIN))
            taken = self.random.random(len(who)) < chance
            rows = np.array([self.rows.number[name] for name in group["of"]])
            which = rows[self.random.integers(0, len(rows), int(taken.sum()))]
            self.done.add(who[taken], day[taken], which)

    def look(self, who: Array, day: Array, special: Array) -> None:
        """Images. What they show by age becomes a label, whether or not it hurts."""
        imaging, random, number = self.world.imaging, self.random, self.rows.number
        plain = ~self.xrayed[who] & (random.random(len(who)) < imaging.xray)
        self.xrayed[who[plain]] = True
        self.done.add(who[plain], day[plain], number["xray_lumbar"])
        at_hip = np.isin(self.label[who], [self.rows.labels["hip"], self.rows.labels["bursitis"]])
        at_hip &= random.random(len(who)) < imaging.hip_xray
        self.done.add(who[at_hip], day[at_hip], number["xray_hip"], side=self.people.side[who[at_hip]])
        due = (self.visits[who] >= imaging.mri_after) & (day - self.scanned[who] > imaging.again_days)
        due &= random.random(len(who)) < imaging.mri
        whose, when = who[due], day[due]
        later = when + random.integers(0, 2 * WEEK, len(whose))
        self.scanned[whose] = when
        ct = random.random(len(whose)) < imaging.instead_ct
        self.done.add(whose, later, np.where(ct, number["ct_lumbar"], number["mri_lumbar"]))
        pelvis = random.random(len(whose)) < imaging.pelvis
        self.done.add(whose[pelvis], later[pelvis], number["mri_pelvis"])
        self._read_image(whose, when)
        roots = np.isin(self.label[who], [self.rows.labels["sciatica"], self.rows.labels["disc"]]) & special
        roots &= random.random(len(who)) < imaging.nerve_tests
        self.done.add(who[roots], day[roots], number["electromyography"])
        self.done.add(who[roots], day[roots], number["nerve_conduction"])

    def _read_image(self, who: Array, day: Array) -> None:
        imaging, random, people = self.world.imaging, self.random, self.people
        age = (day - people.birth[who]) / YEAR
        read = np.full(len(who), NOBODY)
        for label, ends in imaging.shown.items():
            shown = random.random(len(who)) < by_age(ends, age, AGES_IMAGED)
            blamed = shown & (random.random(len(who)) < imaging.blamed[label])
            read = np.where(blamed, self.rows.labels[label], read)
        chance = np.array([imaging.finds.get(name, 0) for name in cause_names()])[people.cause[who]]
        found = random.random(len(who)) < chance
        common = found & (self.danger[who] == NOBODY)
        self.image[who] = np.where(common, self._named[people.cause[who]], read)
        # A dangerous cause on a scan is acted on at once.
        urgent = found & (self.danger[who] != NOBODY)
        self._see_danger(who[urgent], day[urgent])

    def send(self, who: Array, day: Array) -> None:
        """To therapy, to the specialist."""
        world, random = self.world, self.random
        refer = (self.visits[who] >= world.care.refer_after) & (random.random(len(who)) < world.care.refer)
        self.referred[who[refer]] = True
        go = (random.random(len(who)) < world.therapy.chance) & (self.courses[who] < world.therapy.courses)
        whose = who[go]
        self.courses[whose] += 1
        self._course(whose, day[go], ("therapy_exercise", "therapy_manual", "therapy_activities"), "therapy_evaluation")
        self.ease(whose, "therapy")
        for name in ("chiropractic", "acupuncture"):
            go = random.random(len(who)) < getattr(world.therapy, name)
            self._course(who[go], day[go], (name,))
            self.ease(who[go], name)

    def _course(self, who: Array, day: Array, rows: tuple[str, ...], first: str | None = None) -> None:
        if not len(who):
            return
        therapy, random, number = self.world.therapy, self.random, self.rows.number
        sessions = random.integers(therapy.sessions[0], therapy.sessions[1] + 1, len(who))
        whose = np.repeat(who, sessions)
        nth = np.arange(len(whose)) - np.repeat(np.cumsum(sessions) - sessions, sessions)
        when = np.repeat(day, sessions) + WEEK + nth * therapy.every_days + random.integers(0, 3, len(whose))
        which = np.array([number[name] for name in rows])[random.integers(0, len(rows), len(whose))]
        self.done.add(whose, when, which)
        if first:
            self.done.add(who, day + WEEK, number[first])

    def treat(self, who: Array, day: Array) -> None:
        """Injections and operations, after the label; some weeks later than the visit."""
        world, random, labels = self.world, self.random, self.rows.labels
        if not len(who):
            return
        later = day + random.integers(WEEK // 2, 3 * WEEK, len(who))
        label, before = self.label[who], self.injections[who]
        for name, ways in world.procedures.items():
            mine = np.flatnonzero(label == labels[name])
            u, below = random.random(len(mine)), 0.0
            for treatment, chance in ways.items():
                now = mine[(u >= below) & (u < below + chance)]
                below += chance
                self.inject(who[now], later[now], treatment)
        for treatment, rule in world.after_injections.items():
            ready = np.isin(label, [labels[name] for name in rule["labels"]]) & (before >= rule["after"])
            now = ready & (random.random(len(who)) < rule["chance"])
            self.operate(who[now], later[now] + 2 * WEEK, treatment)
        mine = label == labels[CLUNEAL]
        self.treat_nerve(who[mine], later[mine])

    def inject(self, who: Array, day: Array, treatment: str) -> None:
        """One injection, with what is billed beside it."""
        if not len(who):
            return
        random, number, side = self.random, self.rows.number, self.people.side[who]
        self.injections[who] += 1
        half = random.random(len(who)) < 0.5
        pairs = {
            "epidural": ("epidural_interlaminar", "epidural_transforaminal"),
            "trigger_points": ("trigger_points", "trigger_points_many"),
        }
        one, other = pairs.get(treatment, (treatment, treatment))
        self.done.add(who, day, np.where(half, number[one], number[other]), side=side)
        if treatment == "facet_injection":
            self.done.add(who[half], day[half], number["facet_injection_second"], side=side[half])
        self.ease(who, treatment)

    def operate(self, who: Array, day: Array, treatment: str) -> None:
        """One operation; most of them in hospital."""
        if not len(who):
            return
        number, side = self.rows.number, self.people.side[who]
        office = treatment in ("facet_ablation", "sacroiliac_ablation")
        self.done.add(who, day, number[treatment], side=side, setting=OFFICE if office else HOSPITAL)
        if treatment in ("discectomy", "laminectomy", "fusion"):
            self.operated[who] = True
        if treatment == "fusion":
            self.done.add(who, day, number["fusion_interbody"], setting=HOSPITAL)
        if treatment == "facet_ablation":
            self.done.add(who, day, number["facet_ablation_second"], side=side)
        self.injections[who] = 0
        self.ease(who, treatment, long=True)

    def treat_nerve(self, who: Array, day: Array) -> None:
        """What follows once the label is a trapped cluneal nerve."""
        world, random, number = self.world.cluneal, self.random, self.rows.number
        now = (self.blocks[who] < world.blocks) & (random.random(len(who)) < world.block)
        whose, when = who[now], day[now]
        self.done.add(whose, when, number["nerve_block"], side=self.people.side[whose])
        guided = random.random(len(whose)) < world.guided
        self.done.add(whose[guided], when[guided], number["ultrasound_guidance"])
        ready = self.blocks[who] >= 2
        self.blocks[whose] += 1
        self.ease(whose, "nerve_block")
        for treatment, chance in (("nerve_destruction", world.ablation), ("nerve_decompression", world.decompression)):
            go = ready & (random.random(len(who)) < chance)
            self.done.add(who[go], day[go] + WEEK, number[treatment], side=self.people.side[who[go]])
            self.ease(who[go], treatment, long=True)


def _choices(weights: list[Mapping[str, float]], labels: Mapping[str, int]) -> Array:
    """Cumulative chances of each label, a line for each cause."""
    found = np.zeros((len(weights), len(labels)))
    for line, one in zip(found, weights, strict=True):
        for name, weight in one.items():
            line[labels[name]] = weight
    cumulative: Array = found.cumsum(axis=1) / found.sum(axis=1, keepdims=True)
    return cumulative


def _chosen(cumulative: Array, at: Array) -> Any:
    return (at[:, None] >= cumulative).sum(axis=1).astype(np.int8)
