"""The next question: what an answer is worth, per minute of effort and harm."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .differential import log_weights, normalise
from .evidence import Findings, score, share

if TYPE_CHECKING:
    from .model import Model

DANGER = "serious"


@dataclass(frozen=True, slots=True)
class Question:
    """An unanswered finding. `value` is bits a minute, danger included; `bits` what an answer is expected to tell."""

    finding: str
    level: str
    minutes: float
    value: float
    bits: float
    alarm: bool
    why: str
    separates: tuple[str, ...]


def next_questions(model: Model, findings: Findings, levels: Sequence[str]) -> list[Question]:
    """Alarm questions that a person can answer first, then the rest by value. Answered ones are left out.

    Value = (expected information about the states + danger value x expected change in the probability of something
    dangerous) / (minutes + harm in minutes). The constants are in `model.yaml`.
    """
    vocabulary = model.knowledge.findings
    scored = score(findings, vocabulary, model.knowledge.groups, model.ratios)
    posterior = normalise(log_weights(model, scored, model.site(findings.located)))
    like: dict[tuple[str, bool], int] = {}
    for one in scored:
        key = (vocabulary[one.finding].group, one.present)
        like[key] = like.get(key, 0) + 1
    dangerous = {
        i
        for i, state in enumerate(model.states)
        if any(model.knowledge.causes[cause].family == DANGER for cause in state.causes)
    }
    entropy = sum(p * math.log(p) for p in posterior if p > 0)
    questions = []
    for name, finding in vocabulary.items():
        if finding.level not in levels or findings.known(name) or finding.told_by_age or finding.told_by_sex:
            continue
        if findings.located and finding.told_by_mark:
            continue
        bits, danger = 0.0, 0.0
        leaders: tuple[str, ...] = ()
        if name in model.ratios:
            bits, danger, leaders = _worth(model, name, posterior, entropy, dangerous, like)
        settings = model.knowledge.model
        cost = finding.minutes + settings.harm_minutes[finding.harm]
        value = (bits + settings.danger_value * danger) / cost
        alarm = finding.alarm and finding.level == "ask"
        questions.append(
            Question(name, finding.level, finding.minutes, value, bits, alarm, finding.person.why_we_ask, leaders)
        )
    return sorted(questions, key=lambda one: (not one.alarm, -one.value))


def worth_asking(model: Model, question: Question) -> bool:
    """False when nothing left is worth its minute; alarm questions always are."""
    return question.alarm or question.value >= model.knowledge.model.questions_stop_below


def _worth(
    model: Model,
    name: str,
    posterior: Sequence[float],
    entropy: float,
    dangerous: set[int],
    like: dict[tuple[str, bool], int],
) -> tuple[float, float, tuple[str, ...]]:
    """Expected bits, expected change in the probability of danger, and the two states that a yes moves most."""
    knowledge = model.knowledge
    finding = knowledge.findings[name]
    correlation = knowledge.groups[finding.group].correlation
    ratios = model.ratios[name]
    yes = finding.background.p * (1 + sum(posterior[i] * (math.exp(ratio) - 1) for i, ratio in ratios.present))
    yes = min(max(yes, 1e-9), 1 - 1e-9)
    before = sum(posterior[i] for i in dangerous)
    bits = danger = 0.0
    moved: list[tuple[float, int]] = []
    for present, chance in ((True, yes), (False, 1 - yes)):
        weight = model.power * share(correlation, like.get((finding.group, present), 0) + 1)
        total, sum_log, hurt = 1.0, entropy, before
        for i, ratio in ratios.of(present):
            p = posterior[i]
            if p <= 0:
                continue
            after = p * math.exp(weight * ratio)
            total += after - p
            sum_log += (after * math.log(after) if after > 0 else 0.0) - p * math.log(p)
            if i in dangerous:
                hurt += after - p
            if present and ratio:
                moved.append((after - p, i))
        # Entropy of the renormalised posterior: log total - sum(w log w) / total.
        bits += chance * (-entropy - (math.log(total) - sum_log / total)) / math.log(2)
        danger += chance * abs(hurt / total - before)
    moved.sort(key=lambda pair: -abs(pair[0]))
    leaders = tuple(dict.fromkeys(cause for _, i in moved[:3] for cause in model.states[i].causes))[:2]
    return max(bits, 0.0), danger, leaders
