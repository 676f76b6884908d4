"""The truth is whole, lies apart, and does not leak into the records."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np

import cluneal.simulate
from cluneal.simulate import parameters
from cluneal.simulate.codes import Array, catalogue
from cluneal.simulate.parameters import read
from cluneal.simulate.people import NEVER, cause_names
from cluneal.simulate.world import Block

from .conftest import Folder
from .test_world import FORMS, has_it

HERE = Path(cluneal.simulate.__file__).parent
# What nothing but the label of a cluneal nerve writes.
TELLING = ("leg_nerve_other", "single_nerve_other", "nerve_decompression")


def test_there_is_a_line_of_truth_for_everybody(population: Folder) -> None:
    truth = population.truth
    assert truth.column("person_id").to_pylist() == list(range(1, 8193))
    assert set(truth.column("cause").to_pylist()) <= set(cause_names())
    for cause, recognised, day, wrong, onset in zip(
        *(
            truth.column(one).to_pylist()
            for one in ("cause", "recognised", "recognised_day", "mislabelled_day", "onset_day")
        ),
        strict=True,
    ):
        assert recognised == (day is not None)
        assert not recognised or cause in FORMS
        assert wrong is None or cause not in FORMS
        assert day is None or day >= onset


def test_the_records_say_nothing_of_the_cause(population: Folder) -> None:
    records = population.path / "records"
    assert {path.name for path in population.path.iterdir()} == {"README.txt", "records", "truth"}
    for path in records.iterdir():
        content = path.read_bytes()
        for name in (*cause_names(), "onset", "prevalence", "recognised"):
            assert name.encode() not in content, (path.name, name)


def test_codes_of_the_nerve_are_only_in_records_of_those_labelled_so_and_not_before(block: Block) -> None:
    rows, events = catalogue(), block.events
    labelled = np.minimum(block.recognised_day, block.mislabelled_day)
    telling = np.isin(events.what, [rows.number[name] for name in TELLING])
    assert telling.sum() > 20
    assert (events.day[telling] >= labelled[events.who[telling]]).all()


def test_those_not_labelled_have_no_code_of_their_own(block: Block) -> None:
    events, missed = block.events, has_it(block) & (block.recognised_day == NEVER)
    theirs = set(events.what[missed[events.who]].tolist())
    others = set(events.what[~has_it(block)[events.who]].tolist())
    assert len(theirs) > 100
    assert theirs <= others


def test_no_number_or_order_tells_who_it_is(block: Block) -> None:
    """Ranks of people with the cause among all, by what must mean nothing: no further from the middle than chance."""
    people, mine = block.people, has_it(block)
    by: dict[str, Array] = {
        "number": np.arange(len(people)),
        "clinic": people.clinic,
        "day of birth": people.birth % 28,
        "entered": people.enters,
        "race": people.race,
    }
    for name, values in by.items():
        ranks = np.argsort(np.argsort(values + np.random.default_rng(1).random(len(values)))) / len(values)
        assert abs(ranks[mine].mean() - 0.5) < 4 * np.sqrt(1 / 12 / mine.sum()), name


def test_events_are_in_the_order_of_person_and_day(block: Block) -> None:
    events = block.events
    key = list(zip(events.who.tolist(), events.day.tolist(), events.setting.tolist(), strict=True))
    assert key == sorted(key)


def test_inside_a_visit_the_order_means_nothing(block: Block) -> None:
    rows, events = catalogue(), block.events
    same = (events.who[1:] == events.who[:-1]) & (events.day[1:] == events.day[:-1])
    score = events.what == rows.number["pain_score"]
    before, after = (score[1:] & same).sum(), (score[:-1] & same).sum()
    assert before + after > 1000
    assert abs(before / (before + after) - 0.5) < 0.05


def test_every_parameter_has_its_reason() -> None:
    def bare(name: str, group: object) -> list[str]:
        if isinstance(group, dict) and "why" in group:
            return [] if set(group) == {"why", "value"} and len(group["why"]) > 10 else [name]
        if isinstance(group, dict):
            return [one for key, part in group.items() for one in bare(f"{name}.{key}", part)]
        return [name]

    assert bare("", read("parameters.yaml")) == []
    assert bare("x", {"a": {"value": 1}}) == ["x.a.value"]


def test_every_parameter_is_used() -> None:
    code = "\n".join(path.read_text() for path in [*HERE.glob("*.py"), *HERE.glob("../cli/simulate.py")])
    for name, group in read("parameters.yaml").items():
        names = [name] if "value" in group else [f"{one}" for one in group]
        for one in names:
            assert re.search(rf'\.{one}\b|"{one}"', code), f"{name}.{one}"


def test_every_code_is_one_that_something_writes() -> None:
    world = parameters()
    said = read("parameters.yaml")
    text = repr(said) + "\n".join(path.read_text() for path in HERE.glob("*.py")) + repr(read("codes.yaml")["labels"])
    unused = [name for name in catalogue().names if not re.search(rf"\b{name}\b", text)]
    assert unused == []
    assert set(catalogue().labels) >= set(world.named.values())


def test_it_reads_nothing_that_the_engine_knows() -> None:
    for path in HERE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.level > 1:
                assert (node.level, node.module) == (2, None), path.name
                assert [name.name for name in node.names] == ["__version__"]
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                name = getattr(node, "module", None) or ""
                assert not name.startswith("cluneal"), path.name


def test_a_bulk_export_tells_nothing_either(made: Callable[..., Folder]) -> None:
    folder = made("fhir", standard="fhir")
    for path in (folder.path / "records").iterdir():
        content = path.read_text()
        assert not any(name in content for name in (*cause_names(), "cluneal nerve", "onset")), path.name
