"""Why: what argues for and against a cause, what is missing, and what would change the order."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import pytest

from cluneal.knowledge.schema import Knowledge, Likelihood, PainSite, SiteComponent
from cluneal.reasoning import Argument, Model, compile
from cluneal.reasoning.explain import SMALLEST_WEIGHT, arguments_for
from cluneal.reasoning.model import probability

from .small import CLINIC, cause, finding, knowledge, mark, number

COUNTED = Likelihood(0.8, 30, "counts", "an example", ("kuniya2014-jolt",), 24, 30)


def example(correlation: float = 0.5, **settings: Any) -> Knowledge:
    causes = [
        cause(
            "nerve",
            {"jolt": COUNTED, "standing": 0.7, "sitting": 0.6, "numb": 0.05, "slight": 0.305},
            prior=0.3,
            with_={"joint": 0.3},
        ),
        cause("joint", {"jolt": 0.1, "sitting": 0.7}, prior=0.5),
        cause("bone", {"numb": 0.1}, prior=0.2, forms={"old": (0.3, {"jolt": 0.6}), "young": (0.7, {"standing": 0.2})}),
    ]
    findings = [
        finding("jolt", 0.2),
        finding("standing", number(0.5, evidence=("kent2009-standing",)), group="load"),
        finding("sitting", 0.5, group="load"),
        finding("numb", 0.2),
        finding("slight", 0.3),
        finding("silent"),
    ]
    return knowledge(causes, findings, {"load": correlation}, **settings)


def slowly(model: Model, name: str, present: bool, of: str) -> float:
    """log2 of P(answer | the cause takes part) / P(answer | it does not), each a mean over states by their prior."""
    takes_part = takes_none = with_answer = without_answer = 0.0
    for state, weight in zip(model.states, model.prior_weights, strict=True):
        p = probability(model.knowledge, state, name)
        answer = p if present else 1 - p
        if of in state.causes:
            takes_part += weight
            with_answer += weight * answer
        else:
            takes_none += weight
            without_answer += weight * answer
    return math.log2((with_answer / takes_part) / (without_answer / takes_none))


@pytest.mark.parametrize(
    "answers",
    [
        {"jolt": True},
        {"jolt": False},
        {"standing": True, "sitting": True, "numb": False},
        {"jolt": True, "standing": True, "sitting": False, "numb": True, "slight": True, "silent": True},
    ],
)
@pytest.mark.parametrize("power", [0.3, 1.0])
def test_a_weight_is_the_change_in_the_odds_against_all_others(
    answers: Mapping[str, bool | None], power: float
) -> None:
    model = compile(example(power=power), CLINIC)
    result = model.differential(answers)
    shares = {one.finding: one.share for one in result.scored}
    assert any(share < 1 for share in shares.values()) == ("standing" in answers and bool(answers["sitting"]))
    found = arguments_for(model, result)
    assert set(found) == {"nerve", "joint", "bone"}
    for of, arguments in found.items():
        expected = {}
        for name, present in answers.items():
            if name in shares:
                weight = power * shares[name] * slowly(model, name, bool(present), of)
                if abs(weight) >= SMALLEST_WEIGHT:
                    expected[name, present] = weight
        assert {(one.finding, one.present): one.weight for one in arguments} == pytest.approx(expected, abs=1e-9)
        strengths = [abs(one.weight) for one in arguments]
        assert strengths == sorted(strengths, reverse=True)


def test_one_answer_moves_the_odds_by_exactly_its_weight() -> None:
    """With power 1 and nothing else said, prior odds times 2 to the weight are the posterior odds."""
    model = compile(example(power=1.0), CLINIC)
    before, after = model.differential({}), model.differential({"jolt": True})
    for name, arguments in arguments_for(model, after).items():
        [one] = arguments
        odds = [share.probability / (1 - share.probability) for share in (before.causes[name], after.causes[name])]
        assert odds[1] / odds[0] == pytest.approx(2**one.weight)


def test_for_and_against_with_whose_word_it_is() -> None:
    model = compile(example(), CLINIC)
    result = model.differential({"jolt": True, "numb": True, "standing": True})
    nerve, bone = model.explain(result, "nerve"), model.explain(result, "bone")
    assert nerve.cause == "nerve"
    assert [one.finding for one in nerve.supports] == ["jolt", "standing"]
    assert [one.finding for one in nerve.opposes] == ["numb"]
    assert all(one.weight > 0 for one in nerve.supports)
    assert all(one.weight < 0 for one in nerve.opposes)
    jolt = nerve.supports[0]
    assert (jolt.present, jolt.basis, jolt.evidence) == (True, "counts", ("kuniya2014-jolt",))
    # Where the cause itself is silent, what the background says is what speaks.
    [standing] = [one for one in (*bone.supports, *bone.opposes) if one.finding == "standing"]
    assert standing.evidence == ("kent2009-standing",)


def test_a_weight_too_small_to_matter_gets_no_line() -> None:
    model = compile(example(), CLINIC)
    for arguments in arguments_for(model, model.differential({"slight": True})).values():
        assert arguments == []


def test_the_mark_argues_too() -> None:
    known = example(power=0.5)
    far = PainSite("counts", "an example", (SiteComponent("knee", 1, 180, -140, 20, 20),), (), ("a-fact",))
    causes = {**known.causes, "joint": dataclasses.replace(known.causes["joint"], pain_site=far)}
    model = compile(dataclasses.replace(known, causes=causes), CLINIC)
    result = model.differential(dataclasses.replace(model.findings({}), located=mark()))
    found = {name: {one.finding: one for one in some} for name, some in arguments_for(model, result).items()}
    here: Argument = found["nerve"]["mark"]
    there: Argument = found["joint"]["mark"]
    assert here.weight > 0 > there.weight
    assert (there.present, there.basis, there.evidence) == (True, "counts", ("a-fact",))
    site = model.site(mark())
    takes_part = takes_none = fits = fits_not = 0.0
    for state, weight, ratio in zip(model.states, model.prior_weights, site, strict=True):
        if "joint" in state.causes:
            takes_part += weight
            fits += weight * math.exp(ratio)
        else:
            takes_none += weight
            fits_not += weight * math.exp(ratio)
    assert there.weight == pytest.approx(0.5 * math.log2((fits / takes_part) / (fits_not / takes_none)))


def test_what_is_missing_is_what_would_say_most() -> None:
    model = compile(example(), CLINIC)
    nothing = model.explain(model.differential({}), "nerve")
    assert nothing.missing == ("jolt", "numb", "standing", "sitting", "slight")
    assert (nothing.supports, nothing.opposes) == ((), ())
    some = model.explain(model.differential({"jolt": False, "sitting": True}), "nerve")
    assert some.missing == ("numb", "standing", "slight")


def test_at_most_five_are_missing_and_none_that_the_mark_tells() -> None:
    names = [f"f{i}" for i in range(8)]
    causes = [cause("a", {name: 0.4 + 0.05 * i for i, name in enumerate(names)}), cause("b", {})]
    findings = [finding(name, 0.3, told_by_mark=name == "f7") for name in names]
    model = compile(knowledge(causes, findings), CLINIC)
    findings_now = model.findings({})
    assert model.explain(model.differential(findings_now), "a").missing == ("f7", "f6", "f5", "f4", "f3")
    marked = model.differential(dataclasses.replace(findings_now, located=mark()))
    assert model.explain(marked, "a").missing == ("f6", "f5", "f4", "f3", "f2")


# The one answer that would change the order.


def two(a: float, b: float, prior: float, **settings: Any) -> Knowledge:
    causes = [cause("a", {"f": a}, prior=prior), cause("b", {"f": b}, prior=1 - prior)]
    return knowledge(causes, [finding("f", 0.3), finding("silent")], **settings)


def changes_order(model: Model, answers: Mapping[str, bool | None], name: str) -> bool:
    """The slow way: give each answer and look who comes first."""
    first = model.differential(answers).top(1)
    return any(model.differential({**answers, name: value}).top(1) != first for value in (True, False))


@pytest.mark.parametrize(
    ("a", "b", "prior", "power", "expected"),
    [
        (0.9, 0.1, 0.5, 1.0, "f"),  # a leads by a tie; a no puts b first
        (0.1, 0.9, 0.6, 1.0, "f"),  # a leads; a yes puts b first
        (0.9, 0.1, 0.6, 1.0, "f"),  # a leads; a no puts b first
        (0.9, 0.1, 0.99, 1.0, None),  # nothing can
        (0.6, 0.5, 0.6, 1.0, None),  # 0.6 x 0.4 is still above 0.4 x 0.5 x 0.6
        (0.9, 0.3, 0.8, 1.0, "f"),  # odds of 4 fall to 4 / 7
        (0.9, 0.3, 0.8, 0.6, None),  # tempered, they only fall to 4 / 7 ** 0.6 = 1.2
    ],
)
def test_the_answer_that_would_change_the_order(
    a: float, b: float, prior: float, power: float, expected: str | None
) -> None:
    model = compile(two(a, b, prior, power=power), CLINIC)
    assert model.explain(model.differential({}), "a").would_change_order == expected
    assert changes_order(model, {}, "f") == (expected is not None)


def test_nothing_left_to_ask_changes_nothing() -> None:
    model = compile(two(0.9, 0.1, 0.5), CLINIC)
    result = model.differential({"f": True})
    assert model.explain(result, "a").would_change_order is None


def test_the_most_valuable_of_those_that_would() -> None:
    causes = [
        cause("a", {"weak": 0.5, "strong": 0.9, "dear": 0.99}, prior=0.55),
        cause("b", {"weak": 0.4, "strong": 0.1, "dear": 0.01}, prior=0.45),
    ]
    findings = [finding("weak", 0.4), finding("dear", 0.3, minutes=100.0), finding("strong", 0.3)]
    model = compile(knowledge(causes, findings, power=1.0), CLINIC)
    assert changes_order(model, {}, "dear")
    assert model.explain(model.differential({}), "b").would_change_order == "strong"


def test_an_answer_weakened_by_its_group_may_not_be_enough() -> None:
    """Alone it would turn the order; after another yes of its group each counts for half, and it does not."""

    def model(correlation: float) -> Model:
        causes = [
            cause("a", {"said": 0.5, "asked": 0.1}, prior=0.7),
            cause("b", {"said": 0.5, "asked": 0.4}, prior=0.3),
        ]
        findings = [finding("said", 0.5, group="g"), finding("asked", 0.3, group="g")]
        return compile(knowledge(causes, findings, {"g": correlation}, power=1.0), CLINIC)

    for correlation, expected in ((0.0, "asked"), (1.0, None)):
        one = model(correlation)
        answers: dict[str, bool | None] = {"said": True}
        assert changes_order(one, answers, "asked") == (expected is not None)
        assert one.explain(one.differential(answers), "a").would_change_order == expected


def test_an_answer_brings_what_follows_from_it() -> None:
    """`far` says nothing of b on its own, but it means that `near` holds too."""
    causes = [
        cause("a", {"near": 0.1, "far": 0.3}, prior=0.6),
        cause("b", {"near": 0.5, "far": 0.3}, prior=0.4),
    ]
    findings = [finding("far", 0.3, implies=("near",), minutes=0.1), finding("near", 0.3, level="test", minutes=500.0)]
    model = compile(knowledge(causes, findings, power=1.0), CLINIC)
    assert changes_order(model, {}, "far")
    assert model.explain(model.differential({}), "a").would_change_order == "near"
    # Answered no, `near` can't be overturned: a yes to `far` would contradict it.
    assert model.explain(model.differential({"near": False}), "a").would_change_order is None
