"""The compiled model: its states, their priors, and what each expects."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import pytest

from cluneal.knowledge.schema import Knowledge, Prior, PriorValue
from cluneal.reasoning import Findings, Model, UnknownFinding, UnknownSetting, collect, compile
from cluneal.reasoning.differential import normalise
from cluneal.reasoning.model import noisy_or, probability

from .small import CLINIC, cause, finding, knowledge, mark


def example(**settings: Any) -> Knowledge:
    causes = [
        cause("b", {"f": 0.8, "g": 0.1}, prior={"studies": 0.6, "sceptic": 0.1}, with_={"a": 0.2, "c": 0.5}),
        cause("a", {"f": 0.5}, prior=0.3, with_={"b": 0.75}),
        cause("c", {"g": 0.6}, prior=0.1, forms={"old": (0.25, {"g": 0.9}), "young": (0.75, {"f": 0.2})}),
    ]
    findings = [finding("f", 0.3), finding("g", 0.2), finding("silent", 0.5)]
    return knowledge(causes, findings, cannot_tell=0.1, **settings)


def priors(model: Model) -> dict[str, float]:
    return {state.id: weight for state, weight in zip(model.states, model.prior_weights, strict=True)}


def test_states_are_forms_single_causes_pairs_and_none_of_these() -> None:
    """b is main in 0.6 x 0.9: odds of partners a and c are 1/4 and 1, so alone : a : c = 1 : 0.25 : 1."""
    model = compile(example(), CLINIC)
    assert priors(model) == pytest.approx(
        {
            "b": 0.54 / 2.25,
            # From both sides: b with a, and a (main in 0.27, odds 3) with b.
            "a+b": 0.54 / 2.25 * 0.25 + 0.27 / 4 * 3,
            "b+c": 0.54 / 2.25,
            "a": 0.27 / 4,
            "c/old": 0.09 * 0.25,
            "c/young": 0.09 * 0.75,
            "none_of_these": 0.1,
        }
    )
    assert model.states[-1].id == "none_of_these"
    assert {state.id: (state.causes, state.form) for state in model.states} == {
        "b": (("b",), None),
        "a": (("a",), None),
        "a+b": (("a", "b"), None),
        "b+c": (("b", "c"), None),
        "c/old": (("c",), "old"),
        "c/young": (("c",), "young"),
        "none_of_these": ((), None),
    }


def test_chances_by_state() -> None:
    known = example()
    expected = {
        "b": (0.8, 0.1, 0.5),
        "a": (0.5, 0.2, 0.5),
        "a+b": (1 - 0.2 * 0.5 / 0.7, 0.1, 0.5),  # g is rarer with b, and a says nothing of it
        "b+c": (0.8, 1 - 0.9 * 0.4 / 0.8, 0.5),  # c itself says nothing of f: only its young form does
        "c/old": (0.3, 0.9, 0.5),
        "c/young": (0.2, 0.6, 0.5),
        "none_of_these": ((0.8 + 0.5 + 0.3) / 3, (0.1 + 0.2 + 0.6) / 3, 0.5),
    }
    for state in compile(known, CLINIC).states:
        found = [probability(known, state, name) for name in ("f", "g", "silent")]
        assert found == pytest.approx(expected[state.id]), state.id


@pytest.mark.parametrize(
    ("p", "q", "background", "both"),
    [
        (0.8, 0.5, 0.3, 0.857142857),  # 1 - 0.2 x 0.5 / 0.7
        (0.8, 0.3, 0.3, 0.8),  # one is like the background: the other's own
        (0.3, 0.3, 0.3, 0.3),
        (0.8, 0.1, 0.3, 0.742857143),  # 1 - 0.2 x 0.9 / 0.7: made rarer by the second
        (0.1, 0.2, 0.3, 0.1),  # both make it rarer: never under the rarer
        (0.001, 0.001, 0.9, 0.001),
        (0.5, 0.5, 0.0001, 0.749975),
    ],
)
def test_two_causes_together(p: float, q: float, background: float, both: float) -> None:
    assert noisy_or(p, q, background) == pytest.approx(both)
    assert noisy_or(q, p, background) == pytest.approx(both)


def test_the_posterior_by_hand() -> None:
    """Two causes, one answer, power 1: 0.45 x 0.9, 0.45 x 0.1 and 0.1 x 0.5, of 0.5."""
    two = knowledge([cause("a", {"f": 0.9}), cause("b", {"f": 0.1})], [finding("f")], power=1.0, cannot_tell=0.1)
    result = compile(two, CLINIC).differential({"f": True})
    assert result.causes["a"].probability == pytest.approx(0.81)
    assert result.causes["b"].probability == pytest.approx(0.09)
    assert result.cannot_tell.probability == pytest.approx(0.1)
    assert result.top(1) == ("a",)
    assert result.top(5) == ("a", "b")


def test_the_power_tempers() -> None:
    """The odds 9 : 1 become 3 : 1 at a power of one half."""
    two = knowledge([cause("a", {"f": 0.9}), cause("b", {"f": 0.1})], [finding("f")], power=0.5)
    causes = compile(two, CLINIC).differential({"f": True}).causes
    assert causes["a"].probability / causes["b"].probability == pytest.approx(3)


def test_two_answers_of_one_group_share() -> None:
    """Fully correlated, two answers of odds 9 : 1 are one: 9 : 1, not 81 : 1. Of two directions each counts in full."""
    causes = [cause("a", {"f": 0.9, "g": 0.9}), cause("b", {"f": 0.1, "g": 0.1})]
    findings = [finding("f", group="same"), finding("g", group="same")]
    for correlation, odds in ((1.0, 9), (0.0, 81), (0.5, 9 ** (4 / 3))):
        model = compile(knowledge(causes, findings, {"same": correlation}, power=1.0), CLINIC)
        both = model.differential({"f": True, "g": True}).causes
        assert both["a"].probability / both["b"].probability == pytest.approx(odds)
        against = model.differential({"f": True, "g": False}).causes
        assert against["a"].probability == pytest.approx(against["b"].probability)


# Settings and priors.


def main_shares(model: Model) -> dict[str, float]:
    """Share of each cause alone, without partners."""
    return {name: share.probability / 0.9 for name, share in model.differential({}, intervals=False).causes.items()}


def alone(known: Knowledge) -> Knowledge:
    causes = {name: dataclasses.replace(one, coexists_with={}) for name, one in known.causes.items()}
    return dataclasses.replace(known, causes=causes)


@pytest.mark.parametrize(
    ("prior", "expected"),
    [
        ("chosen", {"b": 0.6, "a": 0.3, "c": 0.1}),
        ("level", {"b": 1 / 3, "a": 1 / 3, "c": 1 / 3}),
        # A cause without the view keeps its chosen value, and all are scaled to sum to 1.
        ("sceptic", {"b": 0.2, "a": 0.6, "c": 0.2}),
    ],
)
def test_priors(prior: str, expected: dict[str, float]) -> None:
    model = compile(alone(example()), CLINIC, prior)
    assert main_shares(model) == pytest.approx(expected)
    assert main_shares(compile(alone(example()), CLINIC).with_prior(prior)) == pytest.approx(expected)


def test_the_level_prior_levels_who_takes_part_partners_included() -> None:
    known = knowledge(
        [cause("a", {}, prior=0.8, with_={"b": 0.4}), cause("b", {}, with_={"c": 0.1}), cause("c", {})], [finding("f")]
    )
    shares = [share.probability for share in compile(known, CLINIC, "level").differential({}).causes.values()]
    assert shares == pytest.approx([shares[0]] * 3, abs=1e-9)
    # Pairs count for both of theirs.
    assert sum(shares) > 0.95 + 0.1


@pytest.mark.parametrize(
    ("setting", "prior", "message"),
    [
        ("ward", "chosen", "setting: 'ward' is not one of clinic"),
        (CLINIC, "optimist", "prior: no cause has a value named 'optimist'; use chosen, level, sceptic or guide"),
    ],
)
def test_an_unknown_setting_or_prior_is_named(setting: str, prior: str, message: str) -> None:
    with pytest.raises(UnknownSetting) as caught:
        compile(example(), setting, prior)
    assert str(caught.value) == message


def test_one_compilation_serves_every_setting() -> None:
    known = alone(example())
    home = {"b": 0.2, "a": 0.2, "c": 0.6}
    causes = {
        name: dataclasses.replace(
            one,
            prior={
                **one.prior,
                "home": Prior("studies", 40, "", (PriorValue("studies", "judgement", "", home[name]),)),
            },
        )
        for name, one in known.causes.items()
    }
    settings = dataclasses.replace(known.model, settings={CLINIC: "", "home": ""})
    known = dataclasses.replace(known, causes=causes, model=settings)
    clinic = compile(known, CLINIC)
    before = repr(clinic.differential({"f": True}))
    turned = clinic.with_prior("chosen", "home")
    assert main_shares(turned) == pytest.approx(home)
    for answers in ({"f": True}, {"g": False}):
        compiled = compile(known, "home")
        result = turned.differential(answers)
        assert repr(result) == repr(compiled.differential(answers))
        assert repr(turned.explain(result, "b")) == repr(compiled.explain(result, "b"))
    assert repr(clinic.differential({"f": True})) == before
    with pytest.raises(UnknownSetting, match="ward"):
        clinic.with_prior("chosen", "ward")


def test_another_prior_must_exist_too() -> None:
    with pytest.raises(UnknownSetting, match="optimist"):
        compile(example(), CLINIC).with_prior("optimist")


def test_every_door_refuses_an_unknown_finding() -> None:
    model = compile(example(), CLINIC)
    for door in (model.differential, model.next_questions, model.findings):
        with pytest.raises(UnknownFinding, match=r"^findings\.h: no such finding"):
            door({"h": True})


def test_findings_pass_as_they_are() -> None:
    model = compile(example(), CLINIC)
    given = Findings({"f": True})
    assert model.findings(given) is given


# The mark.


def test_the_mark_s_ratios_by_state() -> None:
    known = example()
    causes = {
        name: dataclasses.replace(
            one,
            pain_site=dataclasses.replace(
                one.pain_site, worst=(dataclasses.replace(one.pain_site.worst[0], x=20.0 + 25 * i),)
            ),
        )
        for i, (name, one) in enumerate(known.causes.items())
    }
    model = compile(dataclasses.replace(known, causes=causes), CLINIC)
    assert model.site(None) == []
    ratio = {state.id: math.exp(log) for state, log in zip(model.states, model.site(mark(x=20)), strict=True)}
    assert ratio["b"] == pytest.approx(1)  # b is the reference
    assert ratio["a"] < 1
    assert ratio["a"] > ratio["c/old"] == ratio["c/young"]
    # Either of a pair may be what is marked, and any when it is none of them.
    assert ratio["a+b"] == pytest.approx((1 + ratio["a"]) / 2)
    assert ratio["b+c"] == pytest.approx((1 + ratio["c/old"]) / 2)
    assert ratio["none_of_these"] == pytest.approx((1 + ratio["a"] + ratio["c/old"]) / 3)


# Details.


@pytest.mark.parametrize(
    ("logs", "expected"),
    [
        ([0.0], [1.0]),
        ([0.0, 0.0], [0.5, 0.5]),
        ([-5000.0, -5000.0 + math.log(3)], [0.25, 0.75]),
        ([5000.0, 0.0], [1.0, 0.0]),
    ],
)
def test_probabilities_from_logs_of_any_size(logs: list[float], expected: list[float]) -> None:
    assert normalise(logs) == pytest.approx(expected)


def test_only_what_somebody_speaks_of_has_ratios_and_only_where_it_concerns() -> None:
    model = compile(example(), CLINIC)
    assert set(model.ratios) == {"f", "g"}
    concerned = {model.states[i].id for i, _ in model.ratios["f"].present}
    assert concerned == {"b", "a", "a+b", "b+c", "c/old", "c/young", "none_of_these"}
    only_b = knowledge([cause("a", {}), cause("b", {"f": 0.9})], [finding("f")])
    assert {compile(only_b, CLINIC).states[i].id for i, _ in compile(only_b, CLINIC).ratios["f"].absent} == {
        "b",
        "none_of_these",
    }


def test_draws_are_made_once_and_given_draws_are_used() -> None:
    model = compile(example(), CLINIC)
    assert model.draws is model.draws
    again = compile(example(), CLINIC, draws=model.draws)
    assert again.draws is model.draws
    assert repr(again.differential({"f": True})) == repr(model.differential({"f": True}))


def test_earlier_people_leave_no_trace() -> None:
    """The model remembers rows between people; none of them may leak into the next answer."""
    people: list[dict[str, bool | None]] = [{"f": True}, {"f": False, "g": True}, {}, {"g": False, "silent": True}]
    worn = compile(example(), CLINIC)
    for _ in range(2):
        for answers in people:
            fresh = compile(example(), CLINIC)
            assert repr(worn.differential(answers)) == repr(fresh.differential(answers))
            assert repr(worn.next_questions(answers)) == repr(fresh.next_questions(answers))


def test_without_intervals_low_and_high_are_the_probability() -> None:
    result = compile(example(), CLINIC).differential({"f": True}, intervals=False)
    for share in (*result.causes.values(), result.cannot_tell):
        assert share.low == share.probability == share.high


def test_a_result_keeps_what_it_was_told() -> None:
    model = compile(example(), CLINIC)
    given = collect(model.knowledge.findings, {"f": True, "silent": False})
    result = model.differential(given)
    assert result.findings is given
    assert [(one.finding, one.present, one.share) for one in result.scored] == [("f", True, 1.0)]
