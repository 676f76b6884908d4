"""Many people: our engines beside other people's, one thread, and no time without the right answer."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

import numpy as np

from cluneal.reasoning import Model
from cluneal.reasoning.batch import Batch, Matrix, Reals
from cluneal.reasoning.evidence import score
from cluneal.reasoning.intervals import intervals_of

from . import peers
from .measure import Timing, take_turns
from .peers import Engine
from .people import answers, network_model, people
from .settings import MANY_MISSING, NONE_MISSING, Sizes

DOUBLE, SINGLE = 1e-9, 2e-5


class Disagreement(AssertionError):
    """An engine gave another answer: its time means nothing."""


@dataclass(frozen=True)
class Entry:
    """An engine, the people whom it scores and how far it may be off."""

    engine: Engine
    matrix: Matrix
    tolerance: float = DOUBLE


@dataclass(frozen=True)
class Line:
    """Seconds a person, and the largest difference from the reference."""

    name: str
    people: int
    timing: Timing
    difference: float


def compete(entries: Mapping[str, Entry], reference: Engine, rounds: int) -> list[Line]:
    """Slowest first.

    Raises:
        Disagreement: an engine is further from the reference than it may be.
    """
    differences = {}
    for name, entry in entries.items():
        off = float(np.abs(entry.engine(entry.matrix) - reference(entry.matrix)).max())
        if not off <= entry.tolerance:
            raise Disagreement(f"{name} is off by {off:.2g}; at most {entry.tolerance:g} is allowed")
        differences[name] = off
    timings = take_turns({name: partial(one.engine, one.matrix) for name, one in entries.items()}, rounds)
    lines = [
        Line(name, len(one.matrix), timings[name].per(len(one.matrix)), differences[name])
        for name, one in entries.items()
    ]
    return sorted(lines, key=lambda line: -line.timing.median)


def real_model(model: Model, sizes: Sizes) -> list[Line]:
    """The model as it is used: power, discounts and exclusions."""
    single, double = Batch(model), Batch(model, np.float64)
    matrix = people(double, sizes.people, MANY_MISSING)
    with ExitStack() as stack:
        entries = {
            "cluneal, one person at a time, no NumPy": Entry(
                peers.plain_python(double), matrix[: sizes.people_in_python]
            ),
            "cluneal's table form in DuckDB": Entry(
                stack.enter_context(peers.duckdb(double)), matrix[: sizes.people_in_sql]
            ),
            "cluneal, float64": Entry(double.posteriors, matrix),
            "cluneal, float32": Entry(single.posteriors, matrix, SINGLE),
        }
        return compete(entries, double.posteriors, sizes.rounds)


def as_network(model: Model, sizes: Sizes) -> list[Line]:
    """The same numbers as an ordinary Bayesian network, which other libraries can solve."""
    network = network_model(model)
    single, double = Batch(network), Batch(network, np.float64)
    matrix = people(double, sizes.people, MANY_MISSING)
    entries = {
        "pgmpy, variable elimination": Entry(peers.pgmpy(double), matrix[: sizes.people_in_pgmpy]),
        "pyAgrum, lazy propagation": Entry(peers.pyagrum(double), matrix[: sizes.people_in_pyagrum]),
        "cluneal, float64": Entry(double.posteriors, matrix),
        "cluneal, float32": Entry(single.posteriors, matrix, SINGLE),
    }
    return compete(entries, double.posteriors, sizes.rounds)


def complete(model: Model, sizes: Sizes) -> list[Line]:
    """The same network with every answer given, which is all that scikit-learn can score."""
    network = network_model(model)
    single, double = Batch(network), Batch(network, np.float64)
    matrix = people(double, sizes.people, NONE_MISSING)
    entries = {
        "scikit-learn, BernoulliNB": Entry(peers.scikit_learn(double), matrix),
        "cluneal, float64": Entry(double.posteriors, matrix),
        "cluneal, float32": Entry(single.posteriors, matrix, SINGLE),
    }
    return compete(entries, double.posteriors, sizes.rounds)


def intervals(model: Model, sizes: Sizes) -> list[Line]:
    """The 5 % and 95 % bounds of every outcome by the same draws."""
    single, double = Batch(model), Batch(model, np.float64)
    matrix = people(double, sizes.people_drawn, MANY_MISSING)

    def one_by_one(matrix: Matrix) -> Reals:
        rows = []
        for row in matrix:
            scored = score(
                model.findings(answers(double, row)), model.knowledge.findings, model.knowledge.groups, model.ratios
            )
            bounds = intervals_of(model, scored, [])
            rows.append([bounds[name] for name in (*model.causes, "")])
        return np.array(rows)

    entries = {
        "cluneal, one person at a time, no NumPy": Entry(one_by_one, matrix[: sizes.people_drawn_in_python]),
        "cluneal, float64": Entry(double.intervals, matrix),
        "cluneal, float32": Entry(single.intervals, matrix, SINGLE),
    }
    return compete(entries, double.intervals, sizes.rounds)
