"""Intervals: quantiles, and what they do when more people stand behind the numbers."""

from __future__ import annotations

import numpy as np
import pytest

from cluneal.knowledge.draws import parameter_draws, parameters
from cluneal.knowledge.schema import Knowledge
from cluneal.reasoning import Share, compile
from cluneal.reasoning.batch import Batch
from cluneal.reasoning.evidence import Scored
from cluneal.reasoning.intervals import intervals_of, powered_rows, quantile

from .small import CLINIC, cause, finding, knowledge, number


def example(people: float, power: float = 0.6, draws: int = 256) -> Knowledge:
    causes = [
        cause("a", {"f": 0.8, "g": 0.2}, prior=0.3, with_={"b": 0.2}, people=people),
        cause("b", {"f": 0.2}, prior=0.7, forms={"x": (0.4, {"g": 0.6}), "y": (0.6, {})}, people=people),
    ]
    findings = [finding("f", background=number(0.3, people)), finding("g", background=number(0.4, people))]
    return knowledge(causes, findings, power=power, draws=draws)


@pytest.mark.parametrize("count", [1, 2, 3, 16, 255, 256])
@pytest.mark.parametrize("q", [0, 0.05, 0.25, 0.5, 0.95, 1])
def test_a_quantile_is_numpy_s(count: int, q: float) -> None:
    row = sorted(np.random.default_rng(count).normal(size=count).tolist())
    assert quantile(row, q) == pytest.approx(np.quantile(row, q), abs=1e-12)


ANSWERS: dict[str, bool | None] = {"f": True, "g": False}


def shares(people: float) -> dict[str, Share]:
    result = compile(example(people), CLINIC).differential(ANSWERS)
    return {**result.causes, "": result.cannot_tell}


def test_the_interval_holds_the_probability() -> None:
    for share in shares(10).values():
        assert 0 < share.low < share.probability < share.high < 1


def test_a_hundred_times_the_people_make_it_about_a_tenth_as_wide() -> None:
    few, many = shares(20), shares(2000)
    for name in few:
        ratio = (few[name].high - few[name].low) / (many[name].high - many[name].low)
        assert 6 < ratio < 16, name
        assert many[name].low > few[name].low
        assert many[name].high < few[name].high


def test_a_number_that_equals_the_background_s_is_uncertain_all_the_same() -> None:
    """A cause like the background is likened to it by one study; the next study may differ."""

    def width(people: float) -> float:
        sure = 1e9
        causes = [
            cause("a", {"f": number(0.3, people)}, prior=0.5, people=sure),
            cause("b", {}, prior=0.5, people=sure),
        ]
        known = knowledge(causes, [finding("f", background=number(0.3, sure))], draws=256)
        share = compile(known, CLINIC).differential({"f": True}).causes["a"]
        return share.high - share.low

    # P(a) is near 1/2, its log odds vary as power x log(p / 0.3), and p has a spread of 0.07.
    assert width(40) == pytest.approx(0.6 * 2 * 1.645 * 0.0716 / 0.3 / 4, rel=0.3)
    assert width(1e9) < 1e-3


def test_a_stated_prior_is_not_drawn() -> None:
    known = knowledge([cause("a", {}, people=2), cause("b", {}, people=2)], [finding("f")])
    drawn = compile(known, CLINIC, "chosen").differential({}).causes["a"]
    stated = compile(known, CLINIC, "level").differential({}).causes["a"]
    assert drawn.high - drawn.low > 0.2
    assert (stated.low, stated.probability, stated.high) == pytest.approx((0.475, 0.475, 0.475))


@pytest.mark.parametrize(
    ("background", "a", "b", "answer", "first"),
    [
        (0.5, 1 - 1e-4, 1e-4, True, "a"),
        (0.5, 1 - 1e-4, 1e-4, False, "b"),
        # Nobody expects it: every product vanishes.
        (0.5, 1 - 1e-4, 1 - 1e-3, False, "b"),
        # Everybody expects it ten thousand times as often as the background: every product overflows.
        (1e-4, 0.99, 0.5, True, "a"),
    ],
)
def test_extreme_answers_in_numbers_neither_overflow_nor_vanish(
    background: float, a: float, b: float, answer: bool, first: str
) -> None:
    """Two hundred extreme answers: the weights are beyond what a float holds."""
    names = [f"f{i}" for i in range(200)]
    causes = [cause("a", dict.fromkeys(names, a), people=1e8), cause("b", dict.fromkeys(names, b), people=1e8)]
    findings = [finding(name, number(background, 1e8)) for name in names]
    model = compile(knowledge(causes, findings, power=1.0, draws=16), CLINIC)
    result = model.differential(dict.fromkeys(names, answer))
    assert result.top(1) == (first,)
    assert result.causes[first].low > 0.999


def test_an_answer_of_no_weight_leaves_the_prior_s_interval() -> None:
    model = compile(example(20), CLINIC)
    none = intervals_of(model, [], [])
    nothing = intervals_of(model, [Scored("f", True, 0.0)], [])
    for name, bounds in none.items():
        assert nothing[name] == pytest.approx(bounds, abs=1e-12)


def test_a_pair_that_both_causes_nearly_always_show_stays_a_probability() -> None:
    causes = [
        cause("a", {"f": 0.9999}, with_={"b": 0.9}, people=1),
        cause("b", {"f": 0.9999}, with_={"a": 0.9}, people=1),
    ]
    known = knowledge(causes, [finding("f", 0.9999)], draws=256)
    for answer in (True, False):
        result = compile(known, CLINIC).differential({"f": answer})
        assert all(0 <= share.low <= share.high <= 1 for share in result.causes.values())


def test_no_draw_of_a_pair_is_surer_than_one_in_a_million() -> None:
    """Each cause misses it once in 10,000, so the pair would once in 100 million: held at one in a million."""
    sure = 1e12
    causes = [
        cause("a", {"f": 0.9999}, prior=0.5, with_={"b": 0.5}, people=sure),
        cause("b", {"f": 0.9999}, prior=0.5, people=sure),
    ]
    known = knowledge(causes, [finding("f", number(0.01, sure))], power=1.0, draws=16)
    model = compile(known, CLINIC)
    pair = [state.id for state in model.states].index("a+b")
    ratios = dict(powered_rows(model, "f", False, 1.0))[pair]
    assert ratios == pytest.approx([1e-6 / 0.99] * 16, rel=1e-3)
    batch = Batch(model, np.float64)
    scored = [Scored("f", False, 1.0)]
    found = batch.intervals(np.array([[0]], np.int8))[0]
    assert found == pytest.approx(np.array(list(intervals_of(model, scored, []).values())), abs=1e-9)


# The draws.


def test_draws_have_the_mean_and_spread_of_their_beta() -> None:
    known = example(40, draws=4000)
    draws = parameter_draws(known)
    for name, mean, weight in parameters(known):
        row = np.array(draws.of(name))
        assert len(row) == draws.count == 4000
        assert row.mean() == pytest.approx(mean, abs=0.006)
        assert row.std() == pytest.approx((mean * (1 - mean) / (weight + 1)) ** 0.5, rel=0.06)


def test_every_parameter_is_named_once() -> None:
    names = [name for name, _, _ in parameters(example(40))]
    assert sorted(names) == sorted(
        ["f", "g", "a/f", "a/g", "b/f", "b/x/g", "prior/clinic/a", "prior/clinic/b", "partner/a/b"]
    )


def test_one_in_a_thousand_is_worth_a_thousand_people() -> None:
    rare = knowledge([cause("a", {"f": 0.001}, people=1)], [finding("f")], draws=2000)
    row = np.array(parameter_draws(rare).of("a/f"))
    assert row.std() == pytest.approx(0.001, rel=0.15)


def test_draws_are_the_same_every_time_and_each_parameter_has_its_own() -> None:
    first, again = parameter_draws(example(40)), parameter_draws(example(40))
    assert first.values == again.values
    # Editing one number, or adding some before it, moves no other.
    edited = knowledge(
        [
            cause("new", {"h": 0.5}, prior=0.1),
            cause("a", {"f": 0.5, "g": 0.2}, prior=0.3, with_={"b": 0.2}),
            cause("b", {"f": 0.2}, prior=0.7, forms={"x": (0.4, {"g": 0.6}), "y": (0.6, {})}),
        ],
        [finding("h"), finding("f", number(0.3)), finding("g", number(0.4))],
        draws=256,
    )
    other = parameter_draws(edited)
    assert {name for name in first.index if first.of(name) != other.of(name)} == {"a/f"}
    # Parameters of the same mean and weight are drawn apart.
    assert first.of("b/x/g") != other.of("new/h")
    assert first.of("a/g") != first.of("b/f")
    with pytest.raises(KeyError):
        first.of("a/nothing")
