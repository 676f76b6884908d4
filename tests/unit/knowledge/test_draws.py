"""Draws of every uncertain number: a Beta with the mean and the weight that the file states, the same every time."""

from __future__ import annotations

import math
from statistics import fmean, pvariance

import pytest

from cluneal.knowledge.draws import parameter_draws, parameters
from cluneal.knowledge.schema import Knowledge
from cluneal.knowledge.store import load, load_draws

from .conftest import Tree

MANY = 20_000


def with_jolt(tree: Tree, p: float, weight: float, draws: int = MANY) -> Knowledge:
    tree.change("model.yaml", "draws: 64", f"draws: {draws}")
    tree.change("causes/nerve.yaml", "    p: 0.7\n    weight: 20\n", f"    p: {p:.9f}\n    weight: {weight}\n")
    tree.change("causes/nerve.yaml", "basis: counts\n    n: 14", "basis: derived\n    n: 14")
    return tree.build()


@pytest.mark.parametrize(("p", "weight"), [(0.7, 20), (0.5, 3), (0.1, 10), (0.95, 400), (0.3, 8)])
def test_mean_and_variance_are_those_of_the_beta(tree: Tree, p: float, weight: float) -> None:
    drawn = parameter_draws(with_jolt(tree, p, weight)).of("nerve/jolt")
    variance = p * (1 - p) / (weight + 1)
    # Four standard errors: of a mean, and (a Beta has light tails) about of a variance.
    assert fmean(drawn) == pytest.approx(p, abs=4 * math.sqrt(variance / MANY))
    assert pvariance(drawn) == pytest.approx(variance, rel=4 * math.sqrt(2 / MANY))


@pytest.mark.parametrize(("p", "weight"), [(0.001, 5), (0.999, 5)])
def test_a_rare_chance_is_worth_at_least_one_expected_case(tree: Tree, p: float, weight: float) -> None:
    """With the stated weight of 5 nearly every draw would be 0."""
    drawn = parameter_draws(with_jolt(tree, p, weight)).of("nerve/jolt")
    variance = p * (1 - p) / (1 / min(p, 1 - p) + 1)
    assert fmean(drawn) == pytest.approx(p, abs=4 * math.sqrt(variance / MANY))
    assert pvariance(drawn) == pytest.approx(variance, rel=0.15)


def test_no_draw_is_certain(tree: Tree) -> None:
    knowledge = with_jolt(tree, 1e-9, 0.001, draws=2000)
    drawn = [value for name, _, _ in parameters(knowledge) for value in parameter_draws(knowledge).of(name)]
    assert min(drawn) > 0
    assert max(drawn) < 1


def test_no_draw_of_what_is_known_is_certain() -> None:
    values = load_draws().values
    assert min(values) > 0
    assert max(values) < 1


def test_two_builds_give_the_same_draws(tree: Tree) -> None:
    assert parameter_draws(tree.build()).values == parameter_draws(tree.build()).values


def test_changing_one_fact_moves_no_other(tree: Tree) -> None:
    before = parameter_draws(tree.build())
    tree.change("causes/nerve.yaml", "p: 0.005", "p: 0.006")
    tree.change("findings/jolt.yaml", "label: A knife-like jolt", "label: A jolt")
    # Another finding, read first, shifts every parameter's place.
    text = tree.path("findings/fever.yaml").read_text()
    tree.path("findings/a_new_one.yaml").write_text(text)
    after = parameter_draws(tree.build())
    assert set(after.index) - set(before.index) == {"a_new_one"}
    assert {name for name in before.index if before.of(name) != after.of(name)} == {"nerve/fever"}


def test_every_uncertain_number_is_drawn(tree: Tree) -> None:
    knowledge = tree.build()
    draws = parameter_draws(knowledge)
    assert set(draws.index) == {
        "fever", "jolt", "tender_spot", "block_positive",
        "nerve/jolt", "nerve/fever", "nerve/runner/tender_spot", "infection/fever", "infection/tender_spot",
        "prior/clinic/nerve", "prior/clinic/infection", "prior/clinic/ordinary", "partner/nerve/infection",
    }  # fmt: skip
    assert len(draws.of("nerve/jolt")) == draws.count == knowledge.model.draws
    with pytest.raises(KeyError):
        draws.of("nerve/nothing")


def test_what_was_compiled_is_what_would_be_drawn_now() -> None:
    stored, drawn = load_draws(), parameter_draws(load())
    assert stored.index == drawn.index
    assert stored.values == drawn.values
