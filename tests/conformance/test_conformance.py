"""Every conformance case gives what it is expected to give, and the suite notices when it does not."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from cluneal.knowledge import load

from .__main__ import as_text
from .suite import answer, differences, paths, read

KEYS = ["name", "why", "setting", "on", "input", "expect"]


@pytest.mark.parametrize("path", paths(), ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    case = read(path)
    assert differences(case["expect"], answer(case)) == []


@pytest.mark.parametrize("path", paths(), ids=lambda path: path.stem)
def test_form(path: Path) -> None:
    case = read(path)
    assert list(case) == KEYS
    assert path.read_text(encoding="utf-8") == as_text(case)


def test_the_cases_are_varied() -> None:
    cases = [read(path) for path in paths()]
    assert len(cases) >= 15
    assert len({case["name"] for case in cases}) == len(cases)
    assert {case["setting"] for case in cases} == set(load().model.settings)
    urgencies = {case["expect"]["triage"]["urgency"] for case in cases}
    assert urgencies == {"emergency", "same_day", "within_two_weeks", "routine", "none"}
    verdicts = {verdict for case in cases for block in case["expect"]["blocks"] for verdict in block.values()}
    assert {"positive", "negative", "cannot say"} <= verdicts


def test_a_small_shift_of_one_probability_is_noticed() -> None:
    expected = answer(read(paths()[0]))
    shifted = copy.deepcopy(expected)
    shifted["differential"][0][1] += 1e-5
    assert differences(expected, expected) == []
    assert differences(shifted, expected)


@pytest.mark.parametrize("part", ["triage", "differential", "next", "blocks", "ladder", "plan"])
def test_a_missing_part_is_noticed(part: str) -> None:
    given = answer(read(paths()[0]))
    given["blocks"] = [{"guide_50_for_30_min": "negative"}]
    assert differences({name: value for name, value in given.items() if name != part}, given)


def test_a_rule_that_did_not_fire_is_noticed() -> None:
    given = answer(read(paths()[0]))
    expected = copy.deepcopy(given)
    expected["triage"]["fired"] = []
    if given["triage"]["fired"]:
        assert differences(expected, given)
    expected["triage"]["fired"] = ["ces_saddle_numbness", "no_such_rule"]
    assert differences(expected, given)
