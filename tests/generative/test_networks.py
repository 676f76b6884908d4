"""The same posterior from an independent library: exact inference in a Bayesian network by pyAgrum."""

from __future__ import annotations

from typing import Any

import pyagrum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluneal.knowledge.schema import Knowledge
from cluneal.reasoning import compile
from cluneal.reasoning.model import noisy_or

from . import oracle
from .strategies import EXTREME, NETWORK, SETTING, Clinic, clinics, priors

# pyAgrum has no types.
gum: Any = pyagrum


def network(knowledge: Knowledge, prior: str) -> tuple[Any, list[oracle.World]]:
    """A node for the world and one for every finding that somebody speaks of, which depends on the world alone."""
    shares = oracle.worlds(knowledge, SETTING, prior)
    worlds = list(shares)
    net = gum.BayesNet("invented")
    net.add(gum.LabelizedVariable("world", "", len(worlds)))
    net.cpt("world").fillWith(list(shares.values()))
    for finding in knowledge.findings:
        if oracle.somebody_speaks_of(knowledge, finding):
            net.add(gum.LabelizedVariable(finding, "", 2))
            net.addArc("world", finding)
            for i, world in enumerate(worlds):
                p = oracle.chance(knowledge, world, finding)
                net.cpt(finding)[{"world": i}] = [1 - p, p]
    return net, worlds


@given(clinic=clinics(NETWORK), prior=priors)
def test_the_posterior_is_that_of_a_bayesian_network(clinic: Clinic, prior: str) -> None:
    knowledge = clinic.knowledge
    net, worlds = network(knowledge, prior)
    inference = gum.LazyPropagation(net)
    inference.setEvidence(
        {
            name: int(value)
            for name, value in clinic.person.items()
            if value is not None and oracle.somebody_speaks_of(knowledge, name)
        }
    )
    inference.makeInference()
    expected = oracle.marginals(knowledge, dict(zip(worlds, inference.posterior("world").tolist(), strict=True)))

    result = compile(knowledge, SETTING, prior).differential(clinic.person, intervals=False)
    found = {cause: share.probability for cause, share in result.causes.items()}
    found[oracle.CANNOT_TELL] = result.cannot_tell.probability
    assert found == pytest.approx(expected, abs=1e-9)


@given(
    background=st.floats(EXTREME, 0.98),
    above=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_two_causes_together_are_a_noisy_or_gate_with_a_leak(background: float, above: tuple[float, float]) -> None:
    p, q = (background + share * (1 - EXTREME - background) for share in above)
    net = gum.BayesNet("gate")
    net.addNoisyORCompound(gum.LabelizedVariable("finding", "", 2), background)
    for name, chance in (("first", p), ("second", q)):
        net.add(gum.LabelizedVariable(name, "", 2))
        net.cpt(name).fillWith([0.5, 0.5])
        # A "compound" gate is told P(finding | this cause alone), leak included, as the knowledge base is.
        net.addWeightedArc(name, "finding", chance)
    inference = gum.LazyPropagation(net)
    for first, second, engine in (
        (1, 1, noisy_or(p, q, background)),
        (1, 0, noisy_or(p, background, background)),
        (0, 1, noisy_or(background, q, background)),
    ):
        inference.setEvidence({"first": first, "second": second})
        inference.makeInference()
        assert engine == pytest.approx(inference.posterior("finding").tolist()[1], abs=1e-9)


@given(p=st.floats(EXTREME, 1 - EXTREME), q=st.floats(EXTREME, 1 - EXTREME), background=st.floats(EXTREME, 1 - EXTREME))
def test_two_causes_together_stay_between_the_rarer_and_certainty(p: float, q: float, background: float) -> None:
    both = noisy_or(p, q, background)
    assert min(p, q) <= both < 1
    assert both == noisy_or(q, p, background)
    if p > background and q > background:
        assert both >= max(p, q) - 1e-12
