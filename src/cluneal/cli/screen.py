"""`cluneal screen`: records of many people in, a queue of those worth a second look out."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from ..reasoning import UnknownSetting
from .assess import day_of
from .errors import InputError, one_line

MOST_CAPACITY = 100_000


def run(options: argparse.Namespace) -> int:
    """Screen, with progress on standard error; then print who is left after each step and what to expect."""
    from ..population import LoadError
    from ..population.folder import BadFolder
    from ..population.records import check_place
    from ..population.run import run as screen
    from ..population.spark import NoSpark

    out = Path(options.out)
    wanted = _wanted(options)
    try:
        check_place(options.input)
        done = screen(options.input, out, wanted, _tell)
    except UnknownSetting as problem:
        raise InputError(f"--{problem}") from None
    except BadFolder as problem:
        raise InputError(f"--out: {problem}") from None
    except NoSpark as problem:
        raise InputError(f"--engine: {problem}") from None
    except LoadError as problem:
        raise InputError(str(problem)) from None
    _print(done, out)
    return 0


def _wanted(options: argparse.Namespace) -> Any:
    from ..population.screen import MEMORY, Wanted

    if not 1 <= options.capacity <= MOST_CAPACITY:
        raise InputError(f"--capacity: {options.capacity}; give a whole number from 1 to {MOST_CAPACITY:,}")
    if options.memory is not None and not MEMORY.fullmatch(options.memory):
        raise InputError(f"--memory: {options.memory}; give a number and a unit, such as 2GB")
    power, odds_ratio = _site(options.site) if options.site else (None, 1.0)
    as_of = day_of(options.on) if options.on else None
    return Wanted(
        options.capacity, options.setting, options.prior, options.memory, power, odds_ratio, as_of, options.engine
    )


def _site(file: str) -> tuple[float, float]:
    """The power and odds ratio that `cluneal review` wrote."""
    from ..population.review import LEAST_ODDS, MOST_ODDS, MOST_POWER

    try:
        site = json.loads(Path(file).read_text(encoding="utf-8"))
        power, odds_ratio = float(site["power"]), float(site["odds_ratio"])
    except OSError as error:
        raise InputError(f"--site: {file}: {(error.strerror or str(error)).lower()}; check the name") from None
    except (ValueError, TypeError, KeyError):
        raise InputError(f"--site: {file}: not written by `cluneal review`; name its site.json") from None
    if not (0 < power <= MOST_POWER and LEAST_ODDS <= odds_ratio <= MOST_ODDS):
        raise InputError(f"--site: {file}: power or odds_ratio out of range; let `cluneal review` write it again")
    return power, odds_ratio


def _tell(line: str) -> None:
    print(one_line(line), file=sys.stderr, flush=True)


def _print(done: Any, out: Path) -> None:
    from ..language import words
    from ..population import files, summary
    from ..population.queue import QUEUE

    say = words()["screen"].printed
    print(say.steps(nearest=summary.NEAREST, most=summary.SMALL))
    width = max((len(summary.said(one.people)) for one in done.summary.steps), default=0)
    for one in done.summary.steps:
        print(f"  {summary.said(one.people):>{width}}  {one_line(one.name)}")
    queued = sum(one.part == QUEUE for one in done.found)
    print(say.queue(count=queued, near=len(done.found) - queued))
    for each in done.summary.yields:
        print(
            say.yields(
                prior=each.prior,
                count=round(each.expected),
                people=each.people,
                low=round(each.low),
                high=round(each.high),
            )
        )
    print(say.leave(leave=", ".join(files.MAY_LEAVE), stay=", ".join(files.STAY)))
    print(out)
