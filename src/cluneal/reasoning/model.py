"""The compiled model: states, their priors, and what each answer says about each of them.

log posterior(state) = log prior(state, setting) + power x sum over answers of share x log-likelihood ratio.

States are the forms of each single cause, declared pairs that coexist, and "none of these". Ratios are taken against
the background (ordinary back pain), so a state that says nothing of a finding needs no number: its ratio is 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from copy import copy
from functools import cached_property

from ..anatomy import Located, site_log_ratios
from ..frozen import frozen
from ..knowledge.draws import Draws, parameter_draws
from ..knowledge.schema import Cause, Knowledge
from .differential import Differential, differential
from .evidence import Findings, collect
from .explain import Explanation, explain
from .intervals import drawn_priors
from .questions import Question, next_questions
from .table import Tables, to_table

NONE_OF_THESE = "none_of_these"
DANGER = "serious"
# "chosen" is what the studies support; a named value of a cause's prior; or the same for every cause.
LEVEL = "level"
CHOSEN = "chosen"
MOST_SCALINGS = 1000
CLOSE_ENOUGH = 1e-12


class UnknownSetting(ValueError):
    """No such setting, or no cause has a prior of that name."""


@frozen
class State:
    """One way the world may be. `causes` is empty for "none of these" and holds two for a coexisting pair."""

    id: str
    causes: tuple[str, ...]
    log_prior: float
    form: str | None = None


@frozen
class Ratios:
    """Log ratios of one finding against the background, only for the states that it concerns: (state index, log
    ratio)."""

    present: tuple[tuple[int, float], ...]
    absent: tuple[tuple[int, float], ...]

    def of(self, present: bool) -> tuple[tuple[int, float], ...]:
        """The ratios of the answer given."""
        return self.present if present else self.absent


@frozen
class Said:
    """For the states that speak of a finding, how P(yes) and p log p differ from the background's; see `questions`.

    `danger` is the difference in P(yes) where something dangerous takes part, and 0 elsewhere.
    """

    states: tuple[int, ...]
    excess: tuple[float, ...]
    log_yes: tuple[float, ...]
    log_no: tuple[float, ...]
    danger: tuple[float, ...]


def noisy_or(p: float, q: float, background: float) -> float:
    """P(finding) when two causes act together and the background leaks into both (leaky noisy-OR, Henrion 1989).

    Never below the lower of the two: a finding that both make rarer stays as rare as the rarer makes it.
    """
    return max(min(p, q), 1 - (1 - p) * (1 - q) / (1 - background))


class Model:
    """Reasoning about one setting under one prior. Pure: same findings, same answer."""

    def __init__(self, knowledge: Knowledge, setting: str, prior: str, draws: Draws | None) -> None:
        self.knowledge = knowledge
        self.setting = setting
        self.prior = prior
        self.power = knowledge.model.power
        self.causes = tuple(knowledge.causes)
        self.states = _states(knowledge, setting, prior)
        self.states_of = {
            cause: tuple(i for i, state in enumerate(self.states) if cause in state.causes) for cause in self.causes
        }
        self.ratios = _all_ratios(knowledge, self.states, self.states_of)
        self.prior_weights = [math.exp(state.log_prior) for state in self.states]
        self._draws = draws
        self._asked: tuple[Findings, tuple[str, ...], list[Question]] | None = None
        self._said: dict[str, Said] = {}
        # Ratios in every draw, by finding, answer and weight: the same under every prior.
        self.powered: dict[tuple[str, bool, float], list[tuple[int, Sequence[float]]]] = {}

    def with_prior(self, prior: str, setting: str | None = None) -> Model:
        """The same model under another prior, in this setting or another; what the answers say is shared.

        Raises:
            UnknownSetting: no such setting or prior.
        """
        other = copy(self)
        other.setting, other.prior = setting or self.setting, prior
        other.states = _states(self.knowledge, other.setting, prior)
        other.prior_weights = [math.exp(state.log_prior) for state in other.states]
        other._asked = None
        other.__dict__.pop("prior_rows", None)
        return other

    @cached_property
    def prior_rows(self) -> list[Sequence[float]]:
        """Prior of every state in every draw."""
        return list(drawn_priors(self))

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
        findings, wanted = self.findings(answers), tuple(levels)
        # An explanation asks for the questions of the answers just looked at.
        if self._asked is None or self._asked[0] is not findings or self._asked[1] != wanted:
            self._asked = (findings, wanted, next_questions(self, findings, wanted))
        return list(self._asked[2])

    def explain(self, result: Differential, cause: str) -> Explanation:
        """What argues for and against one cause, with sources, what is missing and what would change the order."""
        return explain(self, result, cause)

    def to_table(self) -> Tables:
        """The relations that run in SQL."""
        return to_table(self)

    @cached_property
    def dangerous(self) -> frozenset[int]:
        """Indices of the states in which something dangerous takes part."""
        causes = self.knowledge.causes
        return frozenset(
            i for i, state in enumerate(self.states) if any(causes[name].family == DANGER for name in state.causes)
        )

    def said(self, finding: str) -> Said:
        """What the states say of one finding, as differences from the background."""
        known = self._said.get(finding)
        if known is None:
            known = self._said[finding] = _said(self, finding)
        return known

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
    return Model(knowledge, setting, prior, draws)


def _mean_ratio(log_ratios: Sequence[float]) -> float:
    return math.log(sum(math.exp(one) for one in log_ratios) / len(log_ratios))


def _states(knowledge: Knowledge, setting: str, prior: str) -> tuple[State, ...]:
    causes = knowledge.causes
    if setting not in knowledge.model.settings:
        raise UnknownSetting(f"setting: {setting!r} is not one of {', '.join(knowledge.model.settings)}")
    if prior not in (LEVEL, CHOSEN) and not any(
        value.id == prior for cause in causes.values() for value in cause.prior[setting].values
    ):
        raise UnknownSetting(f"prior: no cause has a value named {prior!r}; use chosen, level, sceptic or guide")
    main = main_shares(knowledge, setting, prior)
    states = []
    for members, weight in member_weights(knowledge, main).items():
        log_weight = math.log(weight * (1 - knowledge.model.cannot_tell))
        forms = causes[members[0]].forms if len(members) == 1 else {}
        for form_id, form in forms.items():
            states.append(State(f"{members[0]}/{form_id}", members, log_weight + math.log(form.share), form_id))
        if not forms:
            states.append(State("+".join(members), members, log_weight))
    states.append(State(NONE_OF_THESE, (), math.log(knowledge.model.cannot_tell)))
    return tuple(states)


def main_shares(knowledge: Knowledge, setting: str, prior: str) -> dict[str, float]:
    """The share of people in whom each cause is the main source; they sum to 1.

    The level prior makes every cause equally likely to *take part*: a cause that is a frequent partner is the main
    source less often. Found by scaling (iterative proportional fitting).
    """
    causes = knowledge.causes
    if prior != LEVEL:
        shares = {name: stated_prior(cause, setting, prior) for name, cause in causes.items()}
        total = sum(shares.values())
        return {name: share / total for name, share in shares.items()}
    shares = dict.fromkeys(causes, 1 / len(causes))
    for _ in range(MOST_SCALINGS):
        weights = member_weights(knowledge, shares)
        takes_part = {name: sum(w for members, w in weights.items() if name in members) for name in causes}
        level = sum(takes_part.values()) / len(causes)
        if max(abs(share - level) for share in takes_part.values()) < CLOSE_ENOUGH:
            break
        scaled = {name: max(share * level / takes_part[name], CLOSE_ENOUGH) for name, share in shares.items()}
        total = sum(scaled.values())
        shares = {name: share / total for name, share in scaled.items()}
    return shares


def stated_prior(cause: Cause, setting: str, prior: str) -> float:
    """The named value of a cause's prior, or the chosen one when it has none of that name."""
    values = {value.id: value.p for value in cause.prior[setting].values}
    return values.get(prior, values[cause.prior[setting].chosen])


def member_weights(knowledge: Knowledge, main: Mapping[str, float]) -> dict[tuple[str, ...], float]:
    """The share of people in whom exactly these causes act: one alone, or a declared pair (in order of name).

    Partners are independent of one another and at most one acts, so a main cause is alone with weight 1 and with
    partner b with weight odds(b), scaled to its share.
    """
    weights: dict[tuple[str, ...], float] = {}
    for name, cause in knowledge.causes.items():
        odds = {other: partner.p / (1 - partner.p) for other, partner in cause.coexists_with.items()}
        alone = main[name] / (1 + sum(odds.values()))
        weights[(name,)] = alone
        for other, odd in odds.items():
            pair = (name, other) if name < other else (other, name)
            weights[pair] = weights.get(pair, 0.0) + alone * odd
    return weights


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


def _said(model: Model, finding: str) -> Said:
    background = model.knowledge.findings[finding].background.p
    states = tuple(i for i, _ in model.ratios[finding].present)
    chances = [background * math.exp(ratio) for _, ratio in model.ratios[finding].present]
    excess = tuple(p - background for p in chances)
    return Said(
        states,
        excess,
        tuple(p * math.log(p) - background * math.log(background) for p in chances),
        tuple((1 - p) * math.log(1 - p) - (1 - background) * math.log(1 - background) for p in chances),
        tuple(more if i in model.dangerous else 0.0 for i, more in zip(states, excess, strict=True)),
    )


def _all_ratios(
    knowledge: Knowledge, states: Sequence[State], states_of: Mapping[str, Sequence[int]]
) -> dict[str, Ratios]:
    """Ratios of every finding that some cause or form speaks of, and only for the states that it concerns."""
    # Who says what of a finding, once; `probability` says the same of one state and is too slow for all of them.
    of_cause: dict[str, dict[str, float]] = {}
    of_form: dict[str, dict[tuple[str, str], float]] = {}
    for cause in knowledge.causes.values():
        for name, likelihood in cause.findings.items():
            of_cause.setdefault(name, {})[cause.id] = likelihood.p
        for form_id, form in cause.forms.items():
            for name, likelihood in form.findings.items():
                of_form.setdefault(name, {})[cause.id, form_id] = likelihood.p
    log = math.log
    ratios = {}
    for name, finding in knowledge.findings.items():
        own, forms = of_cause.get(name, {}), of_form.get(name, {})
        if not own and not forms:
            continue
        background = finding.background.p
        present, absent = [], []
        concerned = {cause for cause, _ in forms} | own.keys()
        for i in sorted({i for cause in concerned for i in states_of[cause]}):
            causes, form_id = states[i].causes, states[i].form or ""
            if len(causes) == 2:
                p = noisy_or(own.get(causes[0], background), own.get(causes[1], background), background)
            else:
                p = forms.get((causes[0], form_id)) or own.get(causes[0], background)
            # A number equal to the background's stays: its ratio is 1, but its draws are its own.
            present.append((i, log(p / background)))
            absent.append((i, log((1 - p) / (1 - background))))
        p = (sum(own.values()) + background * (len(knowledge.causes) - len(own))) / len(knowledge.causes)
        present.append((len(states) - 1, log(p / background)))
        absent.append((len(states) - 1, log((1 - p) / (1 - background))))
        ratios[name] = Ratios(tuple(present), tuple(absent))
    return ratios
