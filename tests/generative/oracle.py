"""The reasoning of `docs` and docstrings in plain loops: slow, obvious, and sharing no line with the engines.

A world is one way things may be: one cause (in one of its forms), two causes together, or none of them. Its weight is

    P(world) x product over the answers that count of P(answer | world) ** (power x share)

and the posterior is that, scaled to sum to 1. There is no background in the formula: taking ratios against it, as the
engines do, multiplies every world alike.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from cluneal.anatomy import Located
from cluneal.knowledge.schema import Knowledge

CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True)
class World:
    """`causes` is empty when it is none of them."""

    causes: frozenset[str]
    form: str | None = None


NONE_OF_THEM = World(frozenset())


def posterior(
    knowledge: Knowledge,
    answers: Mapping[str, bool | None],
    setting: str,
    prior: str = "chosen",
    mark: Located | None = None,
) -> dict[World, float]:
    """The probability of every world."""
    power = knowledge.model.power
    weights = {}
    for world, share_of_people in worlds(knowledge, setting, prior).items():
        log_weight = math.log(share_of_people)
        for name, value, share in counted(knowledge, answers, mark is not None):
            present = chance(knowledge, world, name)
            log_weight += power * share * math.log(present if value else 1 - present)
        if mark is not None:
            log_weight += power * math.log(mark_ratio(knowledge, world, mark))
        weights[world] = log_weight
    largest = max(weights.values())
    total = 0.0
    for log_weight in weights.values():
        total += math.exp(log_weight - largest)
    return {world: math.exp(log_weight - largest) / total for world, log_weight in weights.items()}


def marginals(knowledge: Knowledge, posterior: Mapping[World, float]) -> dict[str, float]:
    """Per cause the probability that it takes part, and that it is none of them or cannot be told."""
    shares = dict.fromkeys(knowledge.causes, 0.0)
    for world, probability in posterior.items():
        for cause in world.causes:
            shares[cause] += probability
    shares[CANNOT_TELL] = posterior[NONE_OF_THEM]
    return shares


# How often each world is met.


def worlds(knowledge: Knowledge, setting: str, prior: str) -> dict[World, float]:
    """The share of people in each world, before anything is asked. Sums to 1."""
    main = main_sources(knowledge, setting, prior)
    shares: dict[World, float] = {}
    for name, cause in knowledge.causes.items():
        # The main source has at most one partner; `p` says how often each takes part besides it. Read as odds against
        # being alone, they leave room for one another.
        odds_of_all = 1.0
        for partner in cause.coexists_with.values():
            odds_of_all += partner.p / (1 - partner.p)
        alone = main[name] / odds_of_all
        if cause.forms:
            for form_id, form in cause.forms.items():
                shares[World(frozenset([name]), form_id)] = alone * form.share
        else:
            shares[World(frozenset([name]))] = alone
        for other, partner in cause.coexists_with.items():
            pair = World(frozenset([name, other]))
            shares[pair] = shares.get(pair, 0.0) + alone * partner.p / (1 - partner.p)
    shares[NONE_OF_THEM] = knowledge.model.cannot_tell
    return shares


def main_sources(knowledge: Knowledge, setting: str, prior: str) -> dict[str, float]:
    """The share of people whose main source each cause is. Sums to 1 - cannot_tell."""
    if prior == "level":
        return level_sources(knowledge)
    raw = {}
    for name, cause in knowledge.causes.items():
        values = {}
        for value in cause.prior[setting].values:
            values[value.id] = value.p
        if prior in values:
            raw[name] = values[prior]
        else:
            raw[name] = values[cause.prior[setting].chosen]
    total = sum(raw.values())
    return {name: p / total * (1 - knowledge.model.cannot_tell) for name, p in raw.items()}


def level_sources(knowledge: Knowledge) -> dict[str, float]:
    """Main sources such that every cause takes part equally often: start alike, and correct each by its own ratio."""
    main = dict.fromkeys(knowledge.causes, 1.0)
    for _ in range(1000):
        takes_part = dict.fromkeys(knowledge.causes, 0.0)
        for name, cause in knowledge.causes.items():
            odds = {other: partner.p / (1 - partner.p) for other, partner in cause.coexists_with.items()}
            alone = main[name] / (1 + sum(odds.values()))
            takes_part[name] += main[name]
            for other, odd in odds.items():
                takes_part[other] += alone * odd
        mean = sum(takes_part.values()) / len(takes_part)
        if max(abs(share - mean) for share in takes_part.values()) < 1e-12 * sum(main.values()):
            break
        total = sum(main.values())
        main = {name: max(p / total * mean / takes_part[name], 1e-12) for name, p in main.items()}
        total = sum(main.values())
        main = {name: p / total for name, p in main.items()}
    total = sum(main.values())
    return {name: p / total * (1 - knowledge.model.cannot_tell) for name, p in main.items()}


# What each world expects of a finding.


def chance(knowledge: Knowledge, world: World, finding: str) -> float:
    """P(finding present | world)."""
    if world == NONE_OF_THEM:
        total = 0.0
        for cause in knowledge.causes:
            total += of_cause(knowledge, cause, finding)
        return total / len(knowledge.causes)
    if len(world.causes) == 2:
        first, second = sorted(world.causes)
        return together(
            of_cause(knowledge, first, finding),
            of_cause(knowledge, second, finding),
            knowledge.findings[finding].background.p,
        )
    [cause] = world.causes
    if world.form is not None and finding in knowledge.causes[cause].forms[world.form].findings:
        return knowledge.causes[cause].forms[world.form].findings[finding].p
    return of_cause(knowledge, cause, finding)


def of_cause(knowledge: Knowledge, cause: str, finding: str) -> float:
    """P(finding present | cause alone); the background where the cause says nothing."""
    if finding in knowledge.causes[cause].findings:
        return knowledge.causes[cause].findings[finding].p
    return knowledge.findings[finding].background.p


def together(p: float, q: float, background: float) -> float:
    """Leaky noisy-OR: absent when the background and what each cause adds to it all fail to bring it about.

    A cause that makes it rarer than the background can't be an added chance; the result is then held at the lower.
    """
    first_adds_nothing = (1 - p) / (1 - background)
    second_adds_nothing = (1 - q) / (1 - background)
    absent = (1 - background) * first_adds_nothing * second_adds_nothing
    lower = p if p < q else q
    return lower if 1 - absent < lower else 1 - absent


# Which answers count, and for how much.


def complete(knowledge: Knowledge, answers: Mapping[str, bool | None]) -> dict[str, bool]:
    """The answers given, and everything that must be present because something else is. "Not sure" is no answer."""
    known = {name: value for name, value in answers.items() if value is not None}
    for name, value in list(known.items()):
        if value:
            for implied in follows_from(knowledge, name):
                known[implied] = True
    return known


def follows_from(knowledge: Knowledge, name: str) -> set[str]:
    """Every finding that must be present when `name` is, near and far."""
    found: set[str] = set()
    for implied in knowledge.findings[name].implies:
        found.add(implied)
        found |= follows_from(knowledge, implied)
    return found


def consistent(knowledge: Knowledge, answers: Mapping[str, bool | None]) -> bool:
    """False when two answers, or what follows from them, cannot both be true."""
    for name, value in answers.items():
        if value:
            for implied in follows_from(knowledge, name):
                if answers.get(implied) is False:
                    return False
    known = complete(knowledge, answers)
    for name, value in known.items():
        if value:
            for excluded in knowledge.findings[name].implies_absent:
                if known.get(excluded):
                    return False
    return True


def counted(knowledge: Knowledge, answers: Mapping[str, bool | None], marked: bool) -> list[tuple[str, bool, float]]:
    """(finding, present, share) of every answer that is scored."""
    known = {}
    for name, value in complete(knowledge, answers).items():
        if somebody_speaks_of(knowledge, name) and not (marked and knowledge.findings[name].told_by_mark):
            known[name] = value
    kept = {name: value for name, value in known.items() if not said_by_another(knowledge, known, name)}
    scored = []
    for name, value in kept.items():
        group = knowledge.findings[name].group
        alike = 0
        for other, its_value in kept.items():
            if knowledge.findings[other].group == group and its_value == value:
                alike += 1
        scored.append((name, value, 1 / (1 + knowledge.groups[group].correlation * (alike - 1))))
    return scored


def said_by_another(knowledge: Knowledge, known: Mapping[str, bool], name: str) -> bool:
    """An absence that a present finding makes certain, or a presence nearer on the scale of one that is further."""
    for other, present in known.items():
        if not present or other == name:
            continue
        if not known[name] and name in knowledge.findings[other].implies_absent:
            return True
        scale = knowledge.findings[name].scale
        same_scale = scale is not None and knowledge.findings[other].scale == scale
        if known[name] and same_scale and name in follows_from(knowledge, other):
            return True
    return False


def somebody_speaks_of(knowledge: Knowledge, finding: str) -> bool:
    """True when a cause or one of its forms has a number for it."""
    for cause in knowledge.causes.values():
        if finding in cause.findings:
            return True
        for form in cause.forms.values():
            if finding in form.findings:
                return True
    return False


# Where it hurts.


def mark_ratio(knowledge: Knowledge, world: World, mark: Located) -> float:
    """How well the mark fits, against the reference cause. Two causes: either may be what is marked."""
    causes = world.causes or knowledge.causes.keys()
    total = 0.0
    for cause in causes:
        total += cause_mark_ratio(knowledge, cause, mark)
    return total / len(causes)


def cause_mark_ratio(knowledge: Knowledge, cause: str, mark: Located) -> float:
    """Density of the mark under the cause over that under the reference cause, held between floor and cap."""
    frame = knowledge.anatomy.frame
    ratio = density(knowledge, cause, mark) / density(knowledge, knowledge.model.reference_cause, mark)
    if ratio > frame.site_ratio_cap:
        return frame.site_ratio_cap
    if ratio < frame.site_ratio_floor:
        return frame.site_ratio_floor
    return ratio


def density(knowledge: Knowledge, cause: str, mark: Located) -> float:
    """Per square millimetre of the folded map: some marks stray anywhere, the others fall about the cause's places."""
    frame = knowledge.anatomy.frame
    width = frame.x_extent[1] - frame.x_extent[0]
    height = frame.y_extent[1] - frame.y_extent[0]
    placed = 0.0
    for place in knowledge.causes[cause].pain_site.worst:
        variance_x = place.sd_x**2 + mark.sd_x**2
        variance_y = place.sd_y**2 + mark.sd_y**2
        along_x = bell(mark.x, place.x, variance_x) + bell(-mark.x, place.x, variance_x)
        surface = 1.0
        if mark.surface is not None and mark.surface != place.surface:
            surface = frame.other_surface_factor
        placed += place.weight * surface * along_x * bell(mark.y, place.y, variance_y)
    return frame.stray_share / (width * height) + (1 - frame.stray_share) * placed


def bell(at: float, centre: float, variance: float) -> float:
    """The normal density."""
    return math.exp(-((at - centre) ** 2) / (2 * variance)) / math.sqrt(2 * math.pi * variance)
