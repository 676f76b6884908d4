"""What the machine is, and what it can do at most: the yardsticks that say what bounds us."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Mapping
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from .measure import Timing, take_turns

# Rows, inner size, columns and precision of a matrix product.
Shape = tuple[int, int, int, type[np.floating[Any]]]
PACKAGES = ("cluneal", "numpy", "duckdb", "scikit-learn", "pgmpy", "pyAgrum")


def pin() -> str:
    """Keep this process and its children on one core, where the system allows it; how, in words."""
    if not hasattr(os, "sched_setaffinity"):
        return "not pinned (this system cannot)"
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return f"pinned to core {core}"


def describe() -> list[str]:
    """One line each for the processor, the system and the versions."""
    return [
        f"{_processor()}, {os.cpu_count()} cores, {_memory():.0f} GiB",
        f"{platform.platform()}, Python {platform.python_version()}",
        ", ".join(f"{name} {version(name)}" for name in PACKAGES),
        f"BLAS: {_blas()}",
    ]


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = dict(line.split(":", 1) for line in info.read_text().split("\n\n")[0].splitlines() if ":" in line)
        fields = {name.strip(): value.strip() for name, value in lines.items()}
        if "model name" in fields:
            return f"{fields['model name']} (family {fields.get('cpu family')}, model {fields.get('model')})"
    return platform.processor() or platform.machine()


def _memory() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def _blas() -> str:
    from threadpoolctl import threadpool_info  # type: ignore[import-untyped]

    return "; ".join(
        f"{one['internal_api']} {one['version']} for {one.get('architecture')}, {one['num_threads']} thread"
        for one in threadpool_info()
        if one["user_api"] == "blas"
    )


def load() -> float:
    """How many processes want a core, over the last minute."""
    return os.getloadavg()[0]


def bandwidth(megabytes: int, rounds: int) -> dict[str, tuple[float, Timing]]:
    """(bytes moved, time) of copying an array and of a + s * b, as STREAM counts them (McCalpin 1995).

    NumPy has no triad in one pass: it is two, and the bytes of both are counted.
    """
    count = megabytes * 2**20 // 8
    a, b, c = (np.full(count, float(i)) for i in range(3))

    def triad() -> None:
        np.multiply(c, 3.0, out=a)
        np.add(a, b, out=a)

    timings = take_turns({"copy": lambda: np.copyto(a, b), "triad": triad}, rounds)
    return {"copy": (2 * a.nbytes, timings["copy"]), "triad": (5 * a.nbytes, timings["triad"])}


def products(shapes: Mapping[str, Shape], rounds: int) -> dict[str, tuple[float, Timing]]:
    """(operations, time) of one matrix product each."""
    rng = np.random.default_rng(0)
    jobs: dict[str, Callable[[], object]] = {}
    for name, (rows, inner, columns, dtype) in shapes.items():
        left, right = rng.random((rows, inner)).astype(dtype), rng.random((inner, columns)).astype(dtype)
        jobs[name] = partial(np.matmul, left, right, out=np.empty((rows, columns), dtype))
    timings = take_turns(jobs, rounds)
    return {name: (2.0 * rows * inner * columns, timings[name]) for name, (rows, inner, columns, _) in shapes.items()}
