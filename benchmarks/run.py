"""Everything that is measured, in order."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from cluneal.knowledge import load, load_draws
from cluneal.reasoning import compile

from . import app, machine, many, one_person, years
from .app import App
from .many import Line
from .measure import Process, Timing
from .settings import SETTING, Sizes
from .years import Years


@dataclass(frozen=True)
class Work:
    """One job of the yardsticks: what it moves or calculates (bytes, operations) and how long it takes."""

    amount: float
    timing: Timing

    @property
    def rate(self) -> float:
        """A second, at the median."""
        return self.amount / self.timing.median


@dataclass(frozen=True)
class Results:
    """All figures of one run."""

    sizes: Sizes
    pinned: str
    load: tuple[float, float]
    machine: list[str]
    states: int
    findings: int
    causes: int
    draws: int
    bandwidth: dict[str, Work]
    products: dict[str, Work]
    reasoning: dict[str, Timing]
    commands: dict[str, Process]
    real_model: list[Line]
    network: list[Line]
    complete: list[Line]
    intervals: list[Line]
    app: App
    years: Years


def run(sizes: Sizes) -> Results:
    """Measure everything on one core. Takes some minutes."""
    # Other libraries announce what their next versions will drop.
    warnings.simplefilter("ignore")
    before, pinned = machine.load(), machine.pin()
    knowledge, draws = load(), load_draws()
    model = compile(knowledge, SETTING, draws=draws)
    states, findings = len(model.states), len(model.ratios)
    ours = (states, 2 * findings, 1024)
    return Results(
        sizes=sizes,
        pinned=pinned,
        machine=machine.describe(),
        states=states,
        findings=findings,
        causes=len(model.causes),
        draws=draws.count,
        bandwidth={name: Work(*one) for name, one in machine.bandwidth(sizes.megabytes, sizes.rounds_of_one).items()},
        products={
            name: Work(*one)
            for name, one in machine.products(
                {
                    "float32, 1024 x 1024 x 1024": (1024, 1024, 1024, np.float32),
                    "float64, 1024 x 1024 x 1024": (1024, 1024, 1024, np.float64),
                    "float32, our model's shape": (*ours, np.float32),
                    "float64, our model's shape": (*ours, np.float64),
                },
                sizes.rounds_of_one,
            ).items()
        },
        commands=one_person.commands(sizes.rounds_of_processes),
        reasoning=one_person.reasoning(model, draws, sizes.rounds_of_one),
        real_model=many.real_model(model, sizes),
        network=many.as_network(model, sizes),
        complete=many.complete(model, sizes),
        intervals=many.intervals(model, sizes),
        app=app.app(sizes),
        years=years.years(sizes),
        load=(before, machine.load()),
    )
