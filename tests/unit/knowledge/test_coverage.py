"""How much rests on counts, how much is derived, and how much is judgement."""

from __future__ import annotations

from cluneal.knowledge.coverage import all_likelihoods, coverage

from .conftest import Tree


def test_every_number_is_counted_once_under_its_basis(tree: Tree) -> None:
    found = coverage(tree.build())
    assert found.likelihoods == {"counts": 1, "judgement": 4}
    assert found.backgrounds == {"counts": 1, "judgement": 3}
    assert found.priors == {"counts": 1, "judgement": 2}
    assert found.pairs == {"judgement": 1}


def test_only_the_prior_that_is_used_counts(tree: Tree) -> None:
    tree.change("causes/nerve.yaml", "chosen: studies", "chosen: sceptic")
    tree.change("causes/infection.yaml", "p: 0.05", "p: 0.14")
    assert coverage(tree.build()).priors == {"judgement": 3}


def test_a_doubtful_fact_is_not_among_those_read(tree: Tree) -> None:
    found = coverage(tree.build())
    assert found.facts == {"read": 7, "unverified": 1, "doubtful": 1}
    assert found.verdicts == {"supported": 1}
    assert found.sizes["causes"] == 3
    assert found.sizes["sources"] == 1


def test_likelihoods_of_causes_and_of_their_forms(tree: Tree) -> None:
    assert [(place, finding) for place, finding, _ in all_likelihoods(tree.build())] == [
        ("infection", "fever"),
        ("infection", "tender_spot"),
        ("nerve", "jolt"),
        ("nerve", "fever"),
        ("nerve/runner", "tender_spot"),
    ]


def test_the_table_adds_up(tree: Tree) -> None:
    lines = list(coverage(tree.build()).lines())
    assert "P(finding | cause or form)         1        0          4      5" in lines
    assert "9 facts: 7 read, 1 unverified, 1 doubtful" in lines
