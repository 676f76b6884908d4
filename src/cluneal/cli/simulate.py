"""`cluneal simulate`: a population of made-up people with known truth, as records of a health system."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from ..simulate import FORMS, CannotWrite, Request, parameters, simulate
from .errors import InputError

MOST_PERSONS = 1_000_000_000
TERMINATED = 128 + signal.SIGTERM


def run(options: argparse.Namespace) -> int:
    """Write the folder, whole or not at all, and say what is in it."""
    if not 1 <= options.persons <= MOST_PERSONS:
        raise InputError(f"--persons: {options.persons} is out of range; give a whole number from 1 to {MOST_PERSONS}")
    if options.seed < 0:
        raise InputError(f"--seed: {options.seed} is below 0; give a whole number from 0 up")
    prevalence = parameters().cluneal.prevalence if options.prevalence is None else options.prevalence
    if not 0 <= prevalence <= 1:
        raise InputError(f"--prevalence: {prevalence:g} is out of range; give a share from 0 to 1, such as 0.02")
    if options.format is not None and options.format not in FORMS[options.standard]:
        raise InputError(f"--format: {options.format} is a form of OMOP; leave it out with --as fhir")
    request = Request(options.persons, options.seed, options.coding, prevalence)
    try:
        with _ended_in_order():
            told = _Progress(options.persons)
            done = simulate(request, Path(options.out), options.standard, options.format, told=told)
    except CannotWrite as problem:
        raise InputError(f"--out: {problem}") from None
    print(
        f"{options.out}: SYNTHETIC: {done.persons:,} made-up people with {done.events:,} events.\n"
        f"{done.cluneal:,} have a cluneal nerve as the cause, {done.recognised:,} of them recognised; "
        f"{done.mislabelled:,} others were labelled so.\n"
        f"The records are in {Path(options.out) / 'records'}, what really was in {Path(options.out) / 'truth'}."
    )
    return 0


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Told to end, it ends as after Ctrl-C: with nothing left behind."""

    def end(_: int, __: FrameType | None) -> None:
        raise SystemExit(TERMINATED)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class _Progress:
    """Says on a terminal how far it is."""

    def __init__(self, persons: int) -> None:
        self.persons, self.shown = persons, sys.stderr is not None and sys.stderr.isatty()

    def __call__(self, done: int) -> None:
        if self.shown:
            print(f"\r{done:,} of {self.persons:,} people", end="\n" if done == self.persons else "", file=sys.stderr)
