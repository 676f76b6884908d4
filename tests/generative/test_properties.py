"""What must hold whatever is known and whatever is answered."""

from __future__ import annotations

import dataclasses
import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cluneal.anatomy import Body, Located, Mark, locate
from cluneal.knowledge.schema import Cause, Finding, Group, Knowledge, Likelihood
from cluneal.reasoning import Differential, Model, compile
from cluneal.reasoning.model import NONE_OF_THESE

from . import oracle
from .strategies import SETTING, Clinic, any_probability, clinics, marks, priors, two_causes, wording


def probabilities(result: Differential) -> dict[str, float]:
    found = {cause: share.probability for cause, share in result.causes.items()}
    return found | {oracle.CANNOT_TELL: result.cannot_tell.probability}


def in_full(result: Differential) -> dict[str, tuple[float, float, float]]:
    """(probability, low, high) of everything shown."""
    shares = {**result.causes, oracle.CANNOT_TELL: result.cannot_tell}
    return {name: (share.probability, share.low, share.high) for name, share in shares.items()}


def by_state(model: Model, result: Differential) -> dict[str, float]:
    return {state.id: p for state, p in zip(model.states, result.states, strict=True)}


@given(clinic=clinics(), prior=priors, mark=marks() | st.none())
def test_probabilities_sum_to_one_and_the_most_probable_comes_first(
    clinic: Clinic, prior: str, mark: Located | None
) -> None:
    model = compile(clinic.knowledge, SETTING, prior)
    findings = dataclasses.replace(model.findings(clinic.person), located=mark)
    result = model.differential(findings)
    assert sum(result.states) == pytest.approx(1, abs=1e-12)
    assert sum(model.prior_weights) == pytest.approx(1, abs=1e-9)
    ranked = [share.probability for share in result.causes.values()]
    assert ranked == sorted(ranked, reverse=True)
    for share in (*result.causes.values(), result.cannot_tell):
        assert 0 <= share.low <= share.probability <= share.high <= 1 + 1e-12
    # The same again, from the beginning: nothing is kept that could change an answer.
    for again in (compile(clinic.knowledge, SETTING, prior), model):
        assert repr(again.differential(findings)) == repr(result)


@given(clinic=clinics(), data=st.data())
def test_the_order_of_the_answers_changes_nothing(clinic: Clinic, data: st.DataObject) -> None:
    model = compile(clinic.knowledge, SETTING)
    shuffled = dict(data.draw(st.permutations(list(clinic.person.items()))))
    first, second = (model.differential(one, intervals=False) for one in (clinic.person, shuffled))
    assert probabilities(first) == pytest.approx(probabilities(second), abs=1e-12)
    assert first.findings.values == second.findings.values
    assert first.findings.inferred == second.findings.inferred


@given(clinic=clinics(), data=st.data())
def test_the_order_in_which_things_are_known_changes_nothing(clinic: Clinic, data: st.DataObject) -> None:
    known = clinic.knowledge
    turned = dataclasses.replace(
        known,
        causes=dict(data.draw(st.permutations(list(known.causes.items())))),
        findings=dict(data.draw(st.permutations(list(known.findings.items())))),
    )
    first, second = (compile(one, SETTING).differential(clinic.person, intervals=False) for one in (known, turned))
    assert probabilities(first) == pytest.approx(probabilities(second), abs=1e-9)


@given(clinic=clinics())
def test_not_sure_is_the_same_as_not_asked(clinic: Clinic) -> None:
    model = compile(clinic.knowledge, SETTING)
    answered = {name: value for name, value in clinic.person.items() if value is not None}
    unsure = {**dict.fromkeys(clinic.knowledge.findings), **answered}
    first, second = model.differential(answered), model.differential(unsure)
    assert probabilities(first) == pytest.approx(probabilities(second), abs=1e-12)
    assert first.findings.values == second.findings.values
    for name, numbers in in_full(first).items():
        assert numbers == pytest.approx(in_full(second)[name], abs=1e-12)


def with_finding(knowledge: Knowledge, background: float) -> Knowledge:
    """One more finding, in a group of its own, that nobody speaks of."""
    number = Likelihood(background, 5, "judgement", "invented")
    group = Group("new", "new", 1.0, "judgement", "invented")
    finding = Finding("new", "new", "ask", "new", 1, "none", wording(), "new", number)
    return dataclasses.replace(
        knowledge,
        findings={"new": finding, **knowledge.findings},
        groups={**knowledge.groups, "new": group},
    )


@given(clinic=clinics(), background=any_probability, value=st.booleans())
def test_an_answer_that_nobody_speaks_of_changes_nothing(clinic: Clinic, background: float, value: bool) -> None:
    model = compile(with_finding(clinic.knowledge, background), SETTING)
    without, given_ = model.differential(clinic.person), model.differential({**clinic.person, "new": value})
    assert (in_full(given_), given_.states) == (in_full(without), without.states)


@given(clinic=clinics(), background=any_probability, value=st.booleans())
def test_an_answer_as_common_with_every_cause_changes_nothing(clinic: Clinic, background: float, value: bool) -> None:
    knowledge = with_finding(clinic.knowledge, background)
    number = knowledge.findings["new"].background
    causes = {
        name: dataclasses.replace(cause, findings={**cause.findings, "new": number})
        for name, cause in knowledge.causes.items()
    }
    model = compile(dataclasses.replace(knowledge, causes=causes), SETTING)
    without, given_ = (
        model.differential(one, intervals=False) for one in (clinic.person, {**clinic.person, "new": value})
    )
    assert probabilities(given_) == pytest.approx(probabilities(without), abs=1e-9)


@given(clinic=clinics())
def test_a_cause_that_the_answers_say_nothing_of_leaves_the_others_odds_alone(clinic: Clinic) -> None:
    known = clinic.knowledge
    first = next(iter(known.causes.values()))
    silent = dataclasses.replace(first, id="new", findings={}, forms={}, coexists_with={})
    more = dataclasses.replace(known, causes={**known.causes, "new": silent})
    one, two = compile(known, SETTING), compile(more, SETTING)
    before = by_state(one, one.differential(clinic.person, intervals=False))
    after = by_state(two, two.differential(clinic.person, intervals=False))
    del before[NONE_OF_THESE]
    assert set(after) - set(before) == {"new", NONE_OF_THESE}
    scale = sum(before.values()) / sum(after[name] for name in before)
    assert {name: after[name] * scale for name in before} == pytest.approx(before, abs=1e-9)


@given(clinic=clinics())
def test_the_level_prior_gives_every_cause_the_same_start(clinic: Clinic) -> None:
    knowledge = clinic.knowledge
    alone = {name: dataclasses.replace(cause, coexists_with={}) for name, cause in knowledge.causes.items()}
    model = compile(dataclasses.replace(knowledge, causes=alone), SETTING, "level")
    result = model.differential({}, intervals=False)
    each = (1 - knowledge.model.cannot_tell) / len(alone)
    assert probabilities(result) == pytest.approx(
        {**dict.fromkeys(alone, each), oracle.CANNOT_TELL: knowledge.model.cannot_tell}, abs=1e-12
    )


@given(clinic=clinics())
def test_without_answers_the_posterior_is_the_prior(clinic: Clinic) -> None:
    model = compile(clinic.knowledge, SETTING)
    assert model.differential({}, intervals=False).states == pytest.approx(model.prior_weights, abs=1e-12)


@given(p=st.floats(0.5, 0.99), q=st.floats(0.01, 0.49), background=st.floats(0.1, 0.9), power=st.floats(0.1, 1))
def test_an_answer_argues_for_whoever_expects_it(p: float, q: float, background: float, power: float) -> None:
    knowledge = two_causes(p, q, background)
    knowledge = dataclasses.replace(knowledge, model=dataclasses.replace(knowledge.model, power=power))
    model = compile(knowledge, SETTING)
    yes, no = (model.differential({"f": value}, intervals=False).causes for value in (True, False))
    assert yes["a"].probability > no["a"].probability
    # Two equally common causes: the odds are the ratio of what they expect, tempered.
    odds = math.log(yes["a"].probability / yes["b"].probability)
    assert odds == pytest.approx(power * math.log(p / q))
    assert math.log(no["a"].probability / no["b"].probability) == pytest.approx(power * math.log((1 - p) / (1 - q)))


@given(clinic=clinics(), prior=priors)
def test_a_question_is_never_worth_less_than_nothing(clinic: Clinic, prior: str) -> None:
    questions = compile(clinic.knowledge, SETTING, prior).next_questions(clinic.person)
    alarms = [one.alarm for one in questions]
    assert alarms == sorted(alarms, reverse=True)
    for question in questions:
        assert question.bits >= 0
        assert 0 <= question.value < math.inf


@given(clinic=clinics(), mark=marks(), prior=priors)
def test_left_and_right_are_alike(clinic: Clinic, mark: Located, prior: str) -> None:
    model = compile(clinic.knowledge, SETTING, prior)
    findings = model.findings(clinic.person)
    left, right = (
        model.differential(dataclasses.replace(findings, located=dataclasses.replace(mark, side=side)))
        for side in ("left", "right")
    )
    assert (in_full(left), left.states) == (in_full(right), right.states)


@given(clinic=clinics(), x=st.floats(0, 150), y=st.floats(-120, 120), height=st.floats(150, 190))
def test_a_minus_sign_only_repeats_the_side(clinic: Clinic, x: float, y: float, height: float) -> None:
    model = compile(clinic.knowledge, SETTING)
    anatomy, body = clinic.knowledge.anatomy, Body(height_cm=height)
    ratios = [model.site(locate(Mark("left", way * x, y), anatomy, body)) for way in (1, -1)]
    assert ratios[0] == ratios[1]


@given(clinic=clinics(), mark=marks())
def test_a_mark_never_counts_for_more_than_the_stated_cap(clinic: Clinic, mark: Located) -> None:
    model = compile(clinic.knowledge, SETTING)
    frame = clinic.knowledge.anatomy.frame
    low, high = math.log(frame.site_ratio_floor), math.log(frame.site_ratio_cap)
    site = model.site(mark)
    assert len(site) == len(model.states)
    assert all(low - 1e-12 <= ratio <= high + 1e-12 for ratio in site)


@given(clinic=clinics(), mark=marks())
def test_a_mark_replaces_what_says_the_same_in_words(clinic: Clinic, mark: Located) -> None:
    model = compile(clinic.knowledge, SETTING)
    in_words = {name for name, one in clinic.knowledge.findings.items() if one.told_by_mark}
    given_ = model.findings(clinic.person)
    assume(in_words & set(given_.values))
    marked = dataclasses.replace(given_, located=mark)
    silent = dataclasses.replace(
        marked, values={name: value for name, value in given_.values.items() if name not in in_words}
    )
    first, second = (model.differential(one, intervals=False) for one in (marked, silent))
    assert probabilities(first) == probabilities(second)
    assert not in_words & {one.finding for one in first.scored}


@given(clinic=clinics(), weight=st.sampled_from([10.0, 40.0]))
def test_more_people_behind_the_numbers_narrow_the_interval(clinic: Clinic, weight: float) -> None:
    def width(people: float) -> float:
        result = compile(weighing(clinic.knowledge, people), SETTING).differential(clinic.person)
        return sum(share.high - share.low for share in (*result.causes.values(), result.cannot_tell))

    few, many = width(weight), width(weight * 1e6)
    # A single cause that is alone with "none of these" may have nothing uncertain at all.
    assert many < few or few < 1e-6


def weighing(knowledge: Knowledge, people: float) -> Knowledge:
    """The same knowledge with every number worth that many people."""

    def all_of(likelihoods: dict[str, Likelihood]) -> dict[str, Likelihood]:
        return {name: dataclasses.replace(one, weight=people) for name, one in likelihoods.items()}

    def cause_of(cause: Cause) -> Cause:
        return dataclasses.replace(
            cause,
            prior={name: dataclasses.replace(prior, weight=people) for name, prior in cause.prior.items()},
            findings=all_of(cause.findings),
            forms={
                name: dataclasses.replace(form, findings=all_of(form.findings)) for name, form in cause.forms.items()
            },
            coexists_with={
                name: dataclasses.replace(partner, weight=people) for name, partner in cause.coexists_with.items()
            },
        )

    return dataclasses.replace(
        knowledge,
        causes={name: cause_of(cause) for name, cause in knowledge.causes.items()},
        findings={
            name: dataclasses.replace(one, background=dataclasses.replace(one.background, weight=people))
            for name, one in knowledge.findings.items()
        },
    )
