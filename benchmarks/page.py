"""The page, from what was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from .app import Page
from .many import DOUBLE, SINGLE, Line
from .measure import Timing
from .run import Results
from .settings import REFERENCE_FINDINGS, REFERENCE_STATES

UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))


def render(found: Results, coretype: str | None) -> str:
    """The whole page, in Markdown."""
    return (
        "\n\n".join(
            [
                _head(found, coretype),
                _one(found),
                _app(found),
                _years(found),
                _many(found),
                _bounds(found),
                _not_run(found),
            ]
        )
        + "\n"
    )


def _head(found: Results, coretype: str | None) -> str:
    blas = f" `OPENBLAS_CORETYPE={coretype}` was set here and was unset for this run." if coretype else ""
    return f"""# Performance

`make bench` writes this page (`python -m benchmarks`). Everything on it was measured in one run, on one core of one
machine, with one thread; an engine's time counts only after its answers were compared. Medians; the range is from the
fastest to the slowest repetition; the slowest comes first. A busy machine shows in the ranges.

{chr(10).join(f"- {line}" for line in found.machine)}
- {date.today().isoformat()}, {found.pinned}, load {found.load[0]:.1f} before and {found.load[1]:.1f} after.{blas}
- The model: {found.causes} causes in {found.states} states, {found.findings} findings that say something, {found.draws}
  draws of every number""".rstrip()


def _one(found: Results) -> str:
    commands = sorted(found.commands.items(), key=lambda item: -item[1].wall.median)
    reasoning = sorted(found.reasoning.items(), key=lambda item: -item[1].median)
    processes = _table(
        ("command", "wall", "range", "processor time"),
        [(name, _time(one.wall.median), _range(one.wall), _time(one.cpu.median)) for name, one in commands],
    )
    steps = _table(("step", "median", "range"), [(name, _time(one.median), _range(one)) for name, one in reasoning])
    return f"""## One person

Whole processes, {found.sizes.rounds_of_processes} runs each, taking turns. Processor time is user and system. The case
is `examples/published-patient.yaml`.

{processes}

Inside a running process, without NumPy, {found.sizes.rounds_of_one} repetitions. "After start-up" is a model that has
worked nothing out yet.

{steps}"""


def _app(found: Results) -> str:
    sizes, weight = found.sizes, found.app.weight
    heavy = sorted(weight.items(), key=lambda item: -item[1])
    parts = ", ".join(f"{kind} {_kilobytes(size)}" for kind, size in heavy if size)
    slow = _slowest_first(found.app.pdf)
    made = _table(("what", "median", "range"), [(name, _time(one.median), _range(one)) for name, one in slow])
    return f"""## The app

`cluneal serve` as a process of its own on that core, with a journal of its own; those who ask are on another core where
there is one. The time of an answer includes the page that comes after it: what a person waits for. Every answer is on
the disk before that page is sent. {sizes.visitors} at once answer into one journal, though the app is made for one
person: each new answer makes what the others see be worked out anew.

{sizes.visitors} people without a pause to think, for {sizes.seconds_of_load} s, the slowest page first; nobody
answers like that:

{_pages(found.app.at_once)}

{sizes.visitors} people who think for 1 to 3 s over each page, for {sizes.seconds_of_load} s:

{_pages(found.app.thinking)}

{made}

The first page weighs {_kilobytes(sum(weight.values()))} with everything that a browser loads with it, uncompressed:
{parts}. Later pages load their own HTML, and ask whether the rest has changed."""


def _years(found: Results) -> str:
    years = found.years
    steps, pages = (
        _table(head, [(name, _time(one.median), _range(one)) for name, one in _slowest_first(timings)])
        for head, timings in ((("step", "median", "range"), years.steps), (("page", "median", "range"), years.pages))
    )
    return f"""## Ten years of a diary

A record of {years.entries:,} entries: check-ins with their corrections, sessions of self-care, scales, treatments and
test injections. It is locked; to open it includes working out the key from the passphrase, which is slow on purpose.

{steps}

A page of the open record, made in this process and handed over whole:

{pages}"""


def _slowest_first(timings: Mapping[str, Timing]) -> list[tuple[str, Timing]]:
    return sorted(timings.items(), key=lambda item: -item[1].median)


def _pages(pages: Sequence[Page]) -> str:
    return _table(
        ("page", "requests", "median", "99 in 100 within", "the slowest"),
        [(one.name, f"{one.requests:,}", _time(one.median), _time(one.high), _time(one.worst)) for one in pages],
    )


def _kilobytes(size: int) -> str:
    return f"{size / 1000:,.1f} kB"


def _many(found: Results) -> str:
    sizes = found.sizes
    fastest = found.real_model[-1].timing.median
    scale = found.states * found.findings / (REFERENCE_STATES * REFERENCE_FINDINGS)
    return f"""## Many people

{sizes.people:,} invented people, {sizes.rounds} rounds in which the engines take turns. Their answers are drawn from
the model; 30 to 60 % were not asked. Slow engines score the first few of the same people, and their time is for one
person. "Off by" is the largest difference of any probability from our float64 engine, which the tests hold to a plain
oracle; no engine that is off by more than {DOUBLE:g} (float32: {SINGLE:g}) is timed.

### The model as it is used

{_lines(found.real_model)}

Scaled to a model of {REFERENCE_STATES} states and {REFERENCE_FINDINGS} findings: people a second ×
({found.states} × {found.findings}) / ({REFERENCE_STATES} × {REFERENCE_FINDINGS}) = {1 / fastest:,.0f} × {scale:.2f} =
**{_rate(scale / fastest)} a second on one core**. The work of the product grows with states × findings. A model that
small would not quite reach this figure: the steps around the product don't shrink as much.

### The same numbers as an ordinary Bayesian network

One node for the state and one for each finding that depends on it: no power, no discount, no exclusions. pgmpy and
pyAgrum solve any network, and most of their time here is Python around each query: it is what a project that used them
would pay, not the speed of their algorithms.

{_lines(found.network)}

### The same network, every answer given

scikit-learn has no missing values, so a yes and a no share one column and its product is half the size. It works in
float64.

{_lines(found.complete)}

### Intervals

The 5 % and 95 % bounds of every outcome over {found.draws} draws of every number, for {sizes.people_drawn:,} people.

{_lines(found.intervals)}

Scaled as above: {_rate(scale / found.intervals[-1].timing.median)} people a second on one core."""


def _bounds(found: Results) -> str:
    # What is possible shows in the fastest repetitions; a busy machine slows some of the others.
    product = found.products["float32, 1024 x 1024 x 1024"]
    single = product.amount / product.timing.low
    copy = found.bandwidth["copy"]
    ours = found.real_model[-1].timing.low
    outcomes = found.causes + 1
    operations = 2 * found.states * (2 * found.findings + outcomes)
    moved = found.findings + 4 * outcomes
    copying = moved * copy.timing.low / copy.amount
    yardsticks = _table(
        ("yardstick", "median rate", "slowest to fastest"),
        [
            *(
                (f"memory, {name}, float64", f"{one.rate / 1e9:.1f} GB/s", _rates(one.amount, one.timing, "GB/s"))
                for name, one in found.bandwidth.items()
            ),
            *(
                (f"product, {name}", f"{one.rate / 1e9:.0f} GFLOP/s", _rates(one.amount, one.timing, "GFLOP/s"))
                for name, one in found.products.items()
            ),
        ],
    )
    return f"""## What bounds us

Copy and triad are counted as STREAM does, over arrays of {found.sizes.megabytes} MiB; NumPy needs two passes for a
triad, and the bytes of both are counted.

{yardsticks}

- Arithmetic: a person costs 2 × states × (2 × findings + outcomes) = {operations:,} operations, which the processor
  could do in {_time(operations / single)} at its best float32 rate. We take {_time(ours)} at best:
  **{operations / single / ours:.0%} of what is possible**. The rest is turning answers into weights, and the
  exponential.
- Memory: a person's answers and outcomes are {moved} bytes, which take {_time(copying)} to move:
  {copying / ours:.1%} of our time. Nothing here is bound by memory."""


def _not_run(found: Results) -> str:
    sizes = found.sizes
    return f"""## What was not run

- More than one core, thread, process or machine; graphics processors; another operating system or kind of processor.
- {sizes.people:,} people in pgmpy ({sizes.people_in_pgmpy:,}), pyAgrum ({sizes.people_in_pyagrum:,}), DuckDB
  ({sizes.people_in_sql:,}) or one at a time ({sizes.people_in_python:,}): their time is for one person, not
  extrapolated to a total. Loading the answers into DuckDB is not in its time.
- Real records: these people are invented by the model itself, which makes no difference to speed and says nothing about
  whether the answers are right (see `make clinical`).
- Reading records and finding the findings in them, a start from a cold disk, and a phone's own browser."""


def _lines(found: Sequence[Line]) -> str:
    fastest = found[-1].timing.median
    rows = []
    for line in found:
        times = line.timing.median / fastest
        rows.append(
            (
                line.name,
                f"{line.people:,}",
                _time(line.timing.median),
                _range(line.timing),
                _rate(1 / line.timing.median),
                f"{times:,.0f}" if times >= 100 else f"{times:.2g}",
                f"{line.difference:.0e}" if line.difference else "nothing",
            )
        )
    return _table(("engine", "people", "a person", "range", "people a second", "× fastest", "off by"), rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def _time(seconds: float) -> str:
    """Three figures in the unit that suits."""
    for scale, unit in UNITS:
        if seconds >= scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def _range(timing: Timing) -> str:
    return f"{_time(timing.low)} – {_time(timing.high)}"


def _rate(per_second: float) -> str:
    return f"{per_second / 1e6:.2f} million" if per_second >= 1e6 else f"{per_second:,.0f}"


def _rates(amount: float, timing: Timing, unit: str) -> str:
    return f"{amount / timing.high / 1e9:.1f} – {amount / timing.low / 1e9:.1f} {unit}"
