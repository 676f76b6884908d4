"""The next question: what an answer is worth, per minute of effort and harm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import log
from operator import mul
from typing import TYPE_CHECKING

from ..frozen import frozen
from ..knowledge.schema import Finding
from .differential import log_weights, normalise
from .evidence import Findings, score, share

if TYPE_CHECKING:
    from .model import Model

NEVER = 1e-9
# A state that moves by less than this is not what a question is about.
WORTH_NAMING = 1e-4


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
    """The posterior as it stands, and what one more answer would tell."""

    def __init__(self, model: Model, findings: Findings) -> None:
        knowledge = model.knowledge
        scored = score(findings, knowledge.findings, knowledge.groups, model.ratios)
        self.model = model
        self.posterior = normalise(log_weights(model, scored, model.site(findings.located)))
        self.danger = sum(self.posterior[i] for i in model.dangerous)
        self.like = Counter((knowledge.findings[one.finding].group, one.present) for one in scored)

    def worth(self, name: str) -> tuple[float, float, tuple[str, ...]]:
        """Expected bits, expected change in the probability of danger, and the causes that a yes tells apart.

        Bits are the mutual information of the answer and the state, and each half of it (yes, no) counts for the
        weight that such an answer would have: the power times the share that its group leaves it.
        """
        finding = self.model.knowledge.findings[name]
        said = self.model.said(name)
        background = finding.background.p
        now = [self.posterior[i] for i in said.states]
        moves = list(map(mul, now, said.excess))
        yes = min(max(background + sum(moves), NEVER), 1 - NEVER)
        # P(yes, state) log P(yes | state) summed over all states, less the same if they all were alike.
        told_by_yes = background * log(background) + sum(map(mul, now, said.log_yes)) - yes * log(yes)
        told_by_no = (1 - background) * log(1 - background) + sum(map(mul, now, said.log_no)) - (1 - yes) * log(1 - yes)
        weight_of_yes, weight_of_no = self._weight(finding, True), self._weight(finding, False)
        bits = (weight_of_yes * told_by_yes + weight_of_no * told_by_no) / log(2)
        # |P(yes, danger) - P(yes) P(danger)|, which is the same for no.
        moved = abs(background * self.danger + sum(map(mul, now, said.danger)) - yes * self.danger)
        return max(bits, 0.0), (weight_of_yes + weight_of_no) * moved, self._apart(said.states, moves)

    def _weight(self, finding: Finding, present: bool) -> float:
        correlation = self.model.knowledge.groups[finding.group].correlation
        return self.model.power * share(correlation, self.like[finding.group, present] + 1)

    def _apart(self, states: Sequence[int], moves: Sequence[float]) -> tuple[str, ...]:
        """A cause of the state that a yes lifts most, and one of the state that it lowers most."""
        if not moves:
            return ()
        ends = (max(moves), min(moves))
        found = (self.model.states[states[moves.index(end)]].causes for end in ends if abs(end) > WORTH_NAMING)
        return tuple(dict.fromkeys(causes[0] for causes in found if causes))
