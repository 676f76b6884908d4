"""The next question: what an answer is worth, per minute of effort and harm."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from heapq import nlargest
from typing import TYPE_CHECKING

from ..frozen import frozen
from ..knowledge.schema import Finding
from .differential import log_weights, normalise
from .evidence import Findings, score, share

if TYPE_CHECKING:
    from .model import Model

DANGER = "serious"
NEVER = 1e-9
MOST_MOVED = 3
MOST_NAMED = 2


@frozen
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
    """Alarm questions that a person can answer first, in their own order, then the rest by value.

    Answered ones are left out.

    Value = (expected information about the states + danger value x expected change in the probability of something
    dangerous) / (minutes + overhead + harm in minutes). The constants are in `model.yaml`.
    """
    vocabulary, settings = model.knowledge.findings, model.knowledge.model
    now = _Now(model, findings)
    questions = []
    for name, finding in vocabulary.items():
        if finding.level not in levels or findings.known(name) or finding.told_by_age or finding.told_by_sex:
            continue
        if findings.located and finding.told_by_mark:
            continue
        bits, danger, separates = now.worth(name) if name in model.ratios else (0.0, 0.0, ())
        cost = finding.minutes + settings.overhead_minutes + settings.harm_minutes[finding.harm]
        value = (bits + settings.danger_value * danger) / cost
        alarm = finding.alarm and finding.level == "ask"
        questions.append(
            Question(name, finding.level, finding.minutes, value, bits, alarm, finding.person.why_we_ask, separates)
        )
    order = {name: i for i, name in enumerate(settings.alarm_order)}
    return sorted(
        questions, key=lambda one: (not one.alarm, order.get(one.finding, len(order)) * one.alarm, -one.value)
    )


def worth_asking(model: Model, question: Question) -> bool:
    """False when nothing left is worth its minute; alarm questions always are."""
    return question.alarm or question.value >= model.knowledge.model.questions_stop_below


class _Now:
    """The posterior as it stands, and what one more answer would do to it."""

    def __init__(self, model: Model, findings: Findings) -> None:
        knowledge = model.knowledge
        scored = score(findings, knowledge.findings, knowledge.groups, model.ratios)
        self.model = model
        self.posterior = normalise(log_weights(model, scored, model.site(findings.located)))
        self.logs = [math.log(p) if p > 0 else 0.0 for p in self.posterior]
        self.p_log_p = [p * log for p, log in zip(self.posterior, self.logs, strict=True)]
        self.negative_entropy = sum(self.p_log_p)
        self.dangerous = [
            any(knowledge.causes[cause].family == DANGER for cause in state.causes) for state in model.states
        ]
        self.danger = sum(p for p, dangerous in zip(self.posterior, self.dangerous, strict=True) if dangerous)
        self.like = Counter((knowledge.findings[one.finding].group, one.present) for one in scored)

    def worth(self, name: str) -> tuple[float, float, tuple[str, ...]]:
        """Expected bits, expected change in the probability of danger, and the causes that a yes moves most."""
        finding = self.model.knowledge.findings[name]
        yes = self._chance(name, finding.background.p)
        bits = danger = 0.0
        for present, chance in ((True, yes), (False, 1 - yes)):
            total, sum_log, hurt = 1.0, self.negative_entropy, self.danger
            for i, factor, log_factor in self._factors(finding, present):
                p = self.posterior[i]
                after = p * factor
                total += after - p
                sum_log += after * (self.logs[i] + log_factor) - self.p_log_p[i]
                if self.dangerous[i]:
                    hurt += after - p
            # Entropy of the renormalised posterior: log total - sum(w log w) / total.
            bits += chance * (sum_log / total - math.log(total) - self.negative_entropy)
            danger += chance * abs(hurt / total - self.danger)
        return max(bits, 0.0) / math.log(2), danger, self._moved(finding)

    def _chance(self, name: str, background: float) -> float:
        """P(yes), as the states now expect it."""
        gain = sum(self.posterior[i] * excess for i, excess in self.model.excess[name])
        return min(max(background * (1 + gain), NEVER), 1 - NEVER)

    def _factors(self, finding: Finding, present: bool) -> tuple[tuple[int, float, float], ...]:
        correlation = self.model.knowledge.groups[finding.group].correlation
        weight = self.model.power * share(correlation, self.like[finding.group, present] + 1)
        return self.model.factors(finding.id, present, weight)

    def _moved(self, finding: Finding) -> tuple[str, ...]:
        moved = nlargest(
            MOST_MOVED,
            self._factors(finding, True),
            key=lambda row: self.posterior[row[0]] * abs(row[1] - 1),
        )
        causes = dict.fromkeys(cause for i, factor, _ in moved if factor != 1 for cause in self.model.states[i].causes)
        return tuple(causes)[:MOST_NAMED]
