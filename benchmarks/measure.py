"""Timings of several jobs that take turns, so that a noisy minute hits all of them alike."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Timing:
    """Seconds of every repetition."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.seconds)

    @property
    def low(self) -> float:
        return min(self.seconds)

    @property
    def high(self) -> float:
        return max(self.seconds)

    def per(self, count: int) -> Timing:
        """Seconds for one of `count`."""
        return Timing(tuple(one / count for one in self.seconds))


def take_turns(jobs: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, Timing]:
    """Every job once without a clock, then `rounds` times, each round in the same order."""
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for turn in range(rounds + 1):
        for name, job in jobs.items():
            start = time.perf_counter()
            job()
            if turn:
                seconds[name].append(time.perf_counter() - start)
    return {name: Timing(tuple(taken)) for name, taken in seconds.items()}


@dataclass(frozen=True)
class Process:
    """Wall and processor time (user and system) of a whole process."""

    wall: Timing
    cpu: Timing


def processes(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, Process]:
    """As `take_turns`, for commands.

    Raises:
        RuntimeError: one of them failed.
    """
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, command in commands.items():
            run = _run(command)
            if turn:
                runs[name].append(run)
    return {
        name: Process(Timing(tuple(wall for wall, _ in taken)), Timing(tuple(cpu for _, cpu in taken)))
        for name, taken in runs.items()
    }


def _run(command: Sequence[str]) -> tuple[float, float]:
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    # Popen must know that its child was waited for.
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {child.returncode}")
    return wall, used.ru_utime + used.ru_stime
