"""Every benchmark runs on a handful of people and gives the right answer. Speed is never asserted."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
import pytest
from benchmarks import app, machine, many, one_person, page, peers, years
from benchmarks.app import App, Page
from benchmarks.many import Disagreement, Entry, Line, compete
from benchmarks.measure import Process, Timing, processes, take_turns
from benchmarks.people import answers, network_model, people
from benchmarks.run import Results, Work
from benchmarks.settings import MANY_MISSING, NONE_MISSING, SETTING, Sizes
from benchmarks.years import PAGES, Years

from cluneal.knowledge import load, load_draws
from cluneal.reasoning import Model, compile
from cluneal.reasoning.batch import NOT_ASKED, Batch

FEW = Sizes(
    people=40,
    people_in_sql=5,
    people_in_python=5,
    people_in_pyagrum=3,
    people_in_pgmpy=2,
    people_drawn=3,
    people_drawn_in_python=2,
    rounds=1,
    rounds_of_one=1,
    rounds_of_processes=1,
    megabytes=1,
    visitors=2,
    seconds_of_load=3,
    entries=400,
)


@pytest.fixture(scope="module")
def model() -> Model:
    return compile(load(), SETTING, draws=load_draws())


@pytest.fixture(scope="module")
def network(model: Model) -> Batch:
    return Batch(network_model(model), np.float64)


def test_invented_people_contradict_nothing_and_lack_nothing_that_follows(model: Model) -> None:
    batch = Batch(model)
    matrix = people(batch, 50, MANY_MISSING)
    assert 0.2 < (matrix == NOT_ASKED).mean() < 0.7
    for row in matrix:
        given = answers(batch, row)
        followed = {name: value for name, value in model.findings(given).values.items() if name in model.ratios}
        assert followed == given
    assert np.array_equal(matrix, people(batch, 50, MANY_MISSING))


@pytest.mark.parametrize("contest", [many.real_model, many.complete, many.intervals])
def test_engines_agree_and_the_slowest_comes_first(contest: Callable[[Model, Sizes], list[Line]], model: Model) -> None:
    lines = contest(model, FEW)
    assert lines[-1].timing.median == min(line.timing.median for line in lines)
    assert {"cluneal, float32", "cluneal, float64"} < {line.name for line in lines}


@pytest.mark.parametrize("library", ["pyagrum", "pgmpy"])
def test_exact_inference_in_a_network_agrees(library: str, network: Batch) -> None:
    pytest.importorskip(library, reason=f"{library} comes with `make bench`")
    matrix = people(network, 2, MANY_MISSING)
    engine = getattr(peers, library)(network)
    (line,) = compete({library: Entry(engine, matrix)}, network.posteriors, 1)
    assert line.difference < 1e-9


def test_an_engine_that_is_wrong_is_not_timed(network: Batch) -> None:
    matrix = people(network, 3, NONE_MISSING)
    for wrong in (lambda given: network.posteriors(given) + 1e-6, lambda given: network.posteriors(given) * np.nan):
        with pytest.raises(Disagreement, match="wrong is off by"):
            compete({"wrong": Entry(wrong, matrix)}, network.posteriors, 1)


def test_one_person_is_measured_at_both_ends(model: Model) -> None:
    found = one_person.reasoning(model, model.draws, 1)
    asked_everything = sum(name.endswith(f"{len(model.ratios)} answers") for name in found)
    assert asked_everything == len(found) / 2


def test_whole_processes() -> None:
    found = processes({"nothing": [sys.executable, "-c", "pass"]}, 2)
    assert len(found["nothing"].wall.seconds) == len(found["nothing"].cpu.seconds) == 2
    with pytest.raises(RuntimeError, match="ended with 3"):
        processes({"fails": [sys.executable, "-c", "raise SystemExit(3)"]}, 1)


def test_jobs_take_turns_and_the_first_round_is_not_counted() -> None:
    order: list[str] = []
    found = take_turns({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, 2)
    assert "".join(order) == "ababab"
    assert [len(one.seconds) for one in found.values()] == [2, 2]


def test_yardsticks_count_bytes_and_operations() -> None:
    moved = {name: amount for name, (amount, _) in machine.bandwidth(1, 1).items()}
    assert moved == {"copy": 2 * 2**20, "triad": 5 * 2**20}
    ((operations, _),) = machine.products({"small": (2, 3, 4, np.float32)}, 1).values()
    assert operations == 48


def test_the_page_says_what_was_measured_worst_first() -> None:
    def line(name: str, seconds: float) -> Line:
        return Line(name, 10, Timing((seconds, seconds, 2 * seconds)), 3e-7)

    def work(amount: float) -> Work:
        return Work(amount, Timing((1.0,)))

    lines = [line("slow", 5e-3), line("fast", 2e-6)]
    text = page.render(
        Results(
            sizes=FEW,
            pinned="pinned to core 7",
            load=(0.1, 0.2),
            machine=["a processor"],
            states=44,
            findings=160,
            causes=9,
            draws=256,
            bandwidth={"copy": work(20e9), "triad": work(25e9)},
            products={"float32, 1024 x 1024 x 1024": work(100e9)},
            reasoning={"short": Timing((1e-3,)), "long": Timing((2e-3,))},
            commands={
                "quick": Process(Timing((0.1,)), Timing((0.09,))),
                "lazy": Process(Timing((3.0,)), Timing((1.0,))),
            },
            real_model=lines,
            network=lines,
            complete=lines,
            intervals=lines,
            app=App(
                [Page("a question, answered", 40, 0.02, 0.09, 0.1)],
                [Page("the plan", 7, 0.5, 1.5, 2.0), Page("the start", 70, 0.25, 1.25, 1.5)],
                {"HTML": 3_000, "fonts": 25_000, "JavaScript": 0},
                {"PDF, again": Timing((0.01,)), "PDF, after a new answer": Timing((0.4,))},
            ),
            years=Years(400, {"fold": Timing((0.02,)), "open": Timing((0.6,))}, {"/course": Timing((0.2,))}),
        ),
        "Haswell",
    )
    assert "| the plan | 7 | 500 ms | 1.5 s | 2 s |\n| the start | 70 |" in text
    assert "2 people who think for 1 to 3 s over each page, for 3 s:" in text
    assert "A record of 400 entries" in text
    assert text.index("| open | 600 ms |") < text.index("| fold | 20 ms |")
    assert "| /course | 200 ms |" in text
    assert text.index("| PDF, after a new answer | 400 ms |") < text.index("| PDF, again | 10 ms |")
    assert (
        "weighs 28.0 kB with everything that a browser loads with it, uncompressed:\nfonts 25.0 kB, HTML 3.0 kB."
        in text
    )
    assert "| slow | 10 | 5 ms | 5 ms – 10 ms | 200 | 2,500 | 3e-07 |" in text
    assert text.index("| long |") < text.index("| short |")
    assert text.index("| lazy |") < text.index("| quick |")
    # 500,000 people a second, four times the size of the reference.
    assert "**2.00 million a second on one core**" in text
    assert "`OPENBLAS_CORETYPE=Haswell` was set here and was unset for this run.\n" in text
    # 2 x 44 states x (2 x 160 findings + 10 outcomes) at 100 GFLOP/s are 290 ns of 2 µs.
    assert "29,040 operations" in text
    assert "**15% of what is possible**" in text


def test_ten_years_are_filled_with_as_many_entries_as_asked_for_and_every_page_opens() -> None:
    found = years.years(FEW)
    assert found.entries == 400
    assert set(found.pages) == set(PAGES)
    assert len(found.steps) == 2


def test_what_a_page_loads_is_found() -> None:
    html = (
        '<link rel="icon" href="/static/icon.svg"><link rel="stylesheet" href="/static/a.css"><a href="/data">x</a>'
        '<script defer src="/static/a.js"></script><link rel="stylesheet" href="/static/a.css">'
        '<img alt="" src="/p?a&amp;b">'
    )
    assert app.parts_of(html) == ["/static/icon.svg", "/static/a.css", "/static/a.js", "/p?a&b"]


def test_only_fonts_with_signs_of_the_page_are_loaded() -> None:
    css = (
        '@font-face { src: url("latin.woff2"); unicode-range: U+0000-00FF, U+2192; }\n'
        '@font-face { src: url("more.woff2"); unicode-range: U+0100-02BA; }'
    )
    assert app.fonts_for(set(map(ord, "plain")), css) == ["latin.woff2"]
    assert app.fonts_for(set(map(ord, "→")), css) == ["latin.woff2"]
    assert app.fonts_for(set(map(ord, "ő")), css) == ["more.woff2"]


def test_the_slowest_page_under_load_comes_first() -> None:
    table = (
        "Type,Name,Request Count,Failure Count,Median Response Time,Max Response Time,99%\n"
        "GET,quick,10,0,2,9,8\nPOST,slow,5,0,20,90.5,80\n,Aggregated,15,0,3,90.5,80\n"
    )
    assert app.pages(table) == [Page("slow", 5, 0.02, 0.08, 0.0905), Page("quick", 10, 0.002, 0.008, 0.009)]


def test_the_app_is_measured_while_it_is_used() -> None:
    # Looked for and not imported: locust changes how the whole process waits, and other tests would hang.
    if find_spec("locust") is None:
        pytest.skip("locust comes with `make bench`")
    with app._served() as (address, _):
        weight = app.Browser(address).weight("/")
        found = app.load(address, FEW, think=False)
    assert weight["HTML"] > 1_000
    assert weight["fonts"] > 10_000
    names = {one.name for one in found}
    assert {"the way in", "a page of alarm questions", "a question, answered", "what fits"} <= names
    assert sum(one.requests for one in found) > 20
