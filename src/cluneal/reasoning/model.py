"""The compiled model: states, their priors, and what each answer says about each of them.

log posterior(state) = log prior(state, setting) + power x sum over answers of share x log-likelihood ratio.

States are the forms of each single cause, declared pairs that coexist, and "none of these". Ratios are taken against
the background (ordinary back pain), so a state that says nothing of a finding needs no number: its ratio is 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..anatomy import Located, site_log_ratios
from ..knowledge.draws import Draws, parameter_draws
from ..knowledge.schema import Cause, Knowledge
from .differential import Differential, differential
from .evidence import Findings, collect
from .explain import Explanation, explain
from .questions import Question, next_questions
from .table import Tables, to_table

NONE_OF_THESE = "none_of_these"
# "chosen" is what the studies support; a named value of a cause's prior; or the same for every cause.
LEVEL = "level"
CHOSEN = "chosen"


class UnknownSetting(ValueError):
    """No such setting, or no cause has a prior of that name."""


@dataclass(frozen=True, slots=True)
class State:
    """One way the world may be. `causes` is empty for "none of these" and holds two for a coexisting pair."""

    id: str
    causes: tuple[str, ...]
    log_prior: float
    form: str | None = None


@dataclass(frozen=True, slots=True)
class Ratios:
    """Log ratios of one finding against the background, only for the states that it concerns: (state index, log
    ratio)."""

    present: tuple[tuple[int, float], ...]
    absent: tuple[tuple[int, float], ...]

    def of(self, present: bool) -> tuple[tuple[int, float], ...]:
        """The ratios of the answer given."""
        return self.present if present else self.absent


def noisy_or(p: float, q: float, background: float) -> float:
    """P(finding) when two causes act together and the background leaks into both (leaky noisy-OR, Henrion 1989).

    Never below the lower of the two: a finding that both make rarer stays as rare as the rarer makes it.
    """
    return max(min(p, q), 1 - (1 - p) * (1 - q) / (1 - background))


class Model:
    """Reasoning about one setting. Pure: same findings, same answer."""

    def __init__(self, knowledge: Knowledge, setting: str, prior: str, draws: Draws | None) -> None:
        self.knowledge = knowledge
        self.setting = setting
        self.prior = prior
        self.power = knowledge.model.power
        self.states = _states(knowledge, setting, prior)
        self.causes = tuple(knowledge.causes)
        self.ratios = _all_ratios(knowledge, self.states)
        self.prior_weights = [math.exp(state.log_prior) for state in self.states]
        self.states_of = {
            cause: tuple(i for i, state in enumerate(self.states) if cause in state.causes) for cause in self.causes
        }
        self._draws = draws
        self._memo: dict[object, Sequence[Sequence[float]]] = {}

    @property
    def draws(self) -> Draws:
        """Draws of every parameter; made on first use when none were given (about a second)."""
        if self._draws is None:
            self._draws = parameter_draws(self.knowledge)
        return self._draws

    def findings(self, answers: Findings | Mapping[str, bool | None]) -> Findings:
        """Answers as findings of this vocabulary. Raises as `collect` does."""
        return answers if isinstance(answers, Findings) else collect(self.knowledge.findings, answers)

    def differential(self, answers: Findings | Mapping[str, bool | None], intervals: bool = True) -> Differential:
        """How probable it is that each cause takes part, with the interval that the studies allow."""
        return differential(self, self.findings(answers), intervals)

    def next_questions(
        self,
        answers: Findings | Mapping[str, bool | None],
        levels: Sequence[str] = ("ask", "examine", "test"),
    ) -> list[Question]:
        """Unanswered findings, alarm questions first, then by what an answer is worth a minute."""
        return next_questions(self, self.findings(answers), levels)

    def explain(self, result: Differential, cause: str) -> Explanation:
        """What argues for and against one cause, with sources, what is missing and what would change the order."""
        return explain(self, result, cause)

    def to_table(self) -> Tables:
        """The relations that run in SQL."""
        return to_table(self)

    def site(self, located: Located | None) -> list[float]:
        """Log ratio of the mark for every state; empty when there is no mark. A pair is marked as either of its two."""
        if located is None:
            return []
        known = site_log_ratios(
            located,
            self.knowledge.anatomy,
            self.knowledge.causes.values(),
            self.knowledge.model.reference_cause,
        )
        return [_mean_ratio([known[cause] for cause in state.causes or self.causes]) for state in self.states]


def compile(knowledge: Knowledge, setting: str, prior: str = CHOSEN, draws: Draws | None = None) -> Model:
    """The model for one setting.

    Args:
        setting: an id of `model.yaml`.
        prior: "chosen", "level" (every cause alike), or the name of a value in the causes' priors, such as
            "sceptic" or "guide"; a cause without it keeps its chosen one, and all are scaled to sum to 1.
        draws: draws of the parameters, when they have been made already.

    Raises:
        UnknownSetting: no such setting or prior.
    """
    if setting not in knowledge.model.settings:
        raise UnknownSetting(f"setting: {setting!r} is not one of {', '.join(knowledge.model.settings)}")
    return Model(knowledge, setting, prior, draws)


def _mean_ratio(log_ratios: Sequence[float]) -> float:
    return math.log(sum(math.exp(one) for one in log_ratios) / len(log_ratios))


def prior_of(cause: Cause, setting: str, prior: str, causes: int) -> float:
    """The share of people in whom `cause` is the main source, before scaling."""
    if prior == LEVEL:
        return 1 / causes
    values = {value.id: value.p for value in cause.prior[setting].values}
    return values.get(prior, values[cause.prior[setting].chosen])


def _states(knowledge: Knowledge, setting: str, prior: str) -> tuple[State, ...]:
    causes = knowledge.causes
    if prior not in (LEVEL, CHOSEN) and not any(
        value.id == prior for cause in causes.values() for value in cause.prior[setting].values
    ):
        raise UnknownSetting(f"prior: no cause has a value named {prior!r}; use chosen, level, sceptic or guide")
    main = {name: prior_of(cause, setting, prior, len(causes)) for name, cause in causes.items()}
    total = sum(main.values())
    left = 1 - knowledge.model.cannot_tell
    weights: dict[tuple[str, ...], float] = {}
    for name, cause in causes.items():
        odds = {other: partner.p / (1 - partner.p) for other, partner in cause.coexists_with.items()}
        alone = main[name] / total * left / (1 + sum(odds.values()))
        weights[(name,)] = alone
        for other, odd in odds.items():
            pair = (name, other) if name < other else (other, name)
            weights[pair] = weights.get(pair, 0.0) + alone * odd
    states = []
    for members, weight in weights.items():
        forms = causes[members[0]].forms if len(members) == 1 else {}
        for form_id, form in forms.items():
            states.append(State(f"{members[0]}/{form_id}", members, math.log(weight * form.share), form_id))
        if not forms:
            states.append(State("+".join(members), members, math.log(weight)))
    states.append(State(NONE_OF_THESE, (), math.log(knowledge.model.cannot_tell)))
    return tuple(states)


def probability(knowledge: Knowledge, state: State, finding: str) -> float:
    """P(finding present | state)."""
    background = knowledge.findings[finding].background.p

    def of(cause: str) -> float:
        likelihood = knowledge.causes[cause].findings.get(finding)
        return likelihood.p if likelihood else background

    if not state.causes:
        return sum(of(cause) for cause in knowledge.causes) / len(knowledge.causes)
    if state.form is not None:
        likelihood = knowledge.causes[state.causes[0]].forms[state.form].findings.get(finding)
        if likelihood:
            return likelihood.p
    if len(state.causes) == 1:
        return of(state.causes[0])
    return noisy_or(of(state.causes[0]), of(state.causes[1]), background)


def _all_ratios(knowledge: Knowledge, states: Sequence[State]) -> dict[str, Ratios]:
    """Ratios of every finding that some cause or form speaks of, and only for the states that it concerns."""
    speaks: dict[str, set[str]] = {}
    for cause in knowledge.causes.values():
        for name in (*cause.findings, *(name for form in cause.forms.values() for name in form.findings)):
            speaks.setdefault(name, set()).add(cause.id)
    ratios = {}
    for name, finding in knowledge.findings.items():
        concerned = speaks.get(name)
        if not concerned:
            continue
        background = finding.background.p
        present, absent = [], []
        for i, state in enumerate(states):
            if state.causes and concerned.isdisjoint(state.causes):
                continue
            # A number equal to the background's is kept: its ratio is 0, but it has an uncertainty of its own.
            p = probability(knowledge, state, name)
            present.append((i, math.log(p / background)))
            absent.append((i, math.log((1 - p) / (1 - background))))
        ratios[name] = Ratios(tuple(present), tuple(absent))
    return ratios
