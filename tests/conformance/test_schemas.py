"""The published schemas: every case and every assessment fits them, and what does not fit is refused by both sides."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from cluneal.anatomy.mark import SIDES
from cluneal.knowledge import load, load_draws
from cluneal.knowledge.terms import Basis, Level, Quality, Urgency
from cluneal.pathway import URGENCIES, Assessor, BadCase, read_case
from cluneal.pathway.assess import OTHER_TREATMENT, treatment_kinds
from cluneal.pathway.case import BLOCK_SIDES, GUIDANCE, HELPED, KNOWN_BY

from .suite import assessment, paths, read

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = sorted((ROOT / "tests" / "clinical" / "cases").glob("*.yaml"))
DAY = "2026-01-01"


@lru_cache(maxsize=2)
def schema(name: str) -> dict[str, Any]:
    """One of the two schemas."""
    read: dict[str, Any] = json.loads((ROOT / "docs" / "reference" / f"{name}.schema.json").read_text(encoding="utf-8"))
    return read


@lru_cache(maxsize=2)
def validator(name: str) -> Draft202012Validator:
    """What checks against it; dates too."""
    return Draft202012Validator(schema(name), format_checker=FormatChecker())


def problems(name: str, data: object) -> list[str]:
    """What does not fit."""
    return [f"{error.json_path}: {error.message}" for error in validator(name).iter_errors(data)]


def published(path: Path) -> dict[str, Any]:
    """A published case as a conformance case; dates as text, as in JSON."""
    case = yaml.safe_load(path.read_text(encoding="utf-8"))["case"]
    plain: dict[str, Any] = json.loads(json.dumps(case, default=str))
    return {"setting": plain.pop("setting", "primary_care"), "on": DAY, "input": plain}


def objects(part: object) -> Iterator[dict[str, Any]]:
    """Every schema of an object, nested ones too."""
    if isinstance(part, dict):
        if "properties" in part:
            yield part
        for value in part.values():
            yield from objects(value)
    elif isinstance(part, list):
        for value in part:
            yield from objects(value)


@pytest.mark.parametrize("name", ["case", "assessment"])
def test_the_schema_is_sound_and_whole(name: str) -> None:
    """Valid, closed, and every field described."""
    Draft202012Validator.check_schema(schema(name))
    for one in objects(schema(name)):
        assert one.get("additionalProperties") is False, one
        assert one.get("description"), one
        for field, part in one["properties"].items():
            assert part.get("description"), field


@pytest.mark.parametrize("path", paths(), ids=lambda path: path.stem)
def test_a_conformance_case_fits(path: Path) -> None:
    case = read(path)
    assert problems("case", {**case["input"], "setting": case["setting"]}) == []
    assert problems("assessment", assessment(case)) == []


@lru_cache(maxsize=1)
def published_assessments() -> dict[str, dict[str, Any]]:
    """Every published case assessed, by file name."""
    return {path.name: assessment(published(path)) for path in PUBLISHED}


def test_every_published_case_fits() -> None:
    assert len(PUBLISHED) > 50
    for path in PUBLISHED:
        case = published(path)
        assert problems("case", {**case["input"], "setting": case["setting"]}) == [], path.name
        assert problems("assessment", published_assessments()[path.name]) == [], path.name


def test_another_prior_fits_too() -> None:
    day = date.fromisoformat(DAY)
    for prior in ("level", "sceptic", "guide"):
        found = Assessor(load(), load_draws(), prior).assess(read_case({}, ("primary_care",), day), day)
        assert problems("assessment", found) == [], prior


def test_every_part_of_the_assessment_schema_is_met_by_some_case() -> None:
    """Otherwise the schema would describe something that nobody has seen."""
    filled: set[str] = set()

    def walk(data: object, at: str) -> None:
        if isinstance(data, dict):
            filled.update(f"{at}.{key}" for key, value in data.items() if value not in (None, [], {}))
            for key, value in data.items():
                walk(value, f"{at}.{key}")
        elif isinstance(data, list):
            for value in data:
                walk(value, at)

    for found in [*(assessment(read(path)) for path in paths()), *published_assessments().values()]:
        walk(found, "$")
    whole = schema("assessment")
    expected = {f"$.{name}" for name in whole["properties"]}
    expected |= {f"$.plan.{name}" for name in whole["$defs"]["plan"]["properties"]}
    expected |= {f"$.triage.{name}" for name in whole["$defs"]["triage"]["properties"]}
    assert expected - filled == set()


BAD_CASES: list[dict[str, Any]] = [
    {"agee": 50},
    {"age": -1},
    {"age": 121},
    {"age": "fifty"},
    {"age": True},
    {"sex": "female"},
    {"setting": "hospital"},
    {"height_cm": 49},
    {"height_cm": 251},
    {"psis_distance_mm": 29},
    {"psis_distance_mm": 201},
    {"findings": {"fever": "yes"}},
    {"findings": {"fever": 1}},
    {"findings": ["fever"]},
    {"mark": {"side": "port", "region": "psis"}},
    {"mark": {"x_mm": 501, "y_mm": 0}},
    {"mark": {"region": "psis", "measured": "yes"}},
    {"mark": {"region": "psis", "error_mm": 0}},
    {"mark": {"region": "elbow"}},
    {"blocks": {"target": "scn"}},
    {"blocks": [{"dose": 2}]},
    {"blocks": [{"side": "port"}]},
    {"blocks": [{"target": ""}]},
    {"blocks": [{"steroid": "no"}]},
    {"blocks": [{"volume_ml": 0}]},
    {"blocks": [{"concentration_percent": 11}]},
    {"blocks": [{"given_at": "yesterday"}]},
    {"blocks": [{"guidance": "luck"}]},
    {"blocks": [{"known_by": "all"}]},
    {"blocks": [{"expected": 11}]},
    {"blocks": [{"numb": "yes"}]},
    {"blocks": [{"mark": {"x_mm": 900}}]},
    {"blocks": [{"readings": [{"minute": 0, "at": "2026-02-01"}]}]},
    {"blocks": [{"readings": [{"pain": 5}]}]},
    {"blocks": [{"readings": [{"minute": 0, "pain": 11}]}]},
    {"blocks": [{"readings": [{"minute": 0, "movement_pain": -1}]}]},
    {"blocks": [{"readings": [{"minute": 525601}]}]},
    {"treatments": [{"helped": "yes"}]},
    {"treatments": [{"kind": "topical", "helped": "very much"}]},
    {"treatments": [{"kind": "topical", "started": "last year"}]},
    {"started": "2025-13-01"},
]


@pytest.mark.parametrize("data", BAD_CASES, ids=json.dumps)
def test_what_the_reader_refuses_the_schema_refuses(data: dict[str, Any]) -> None:
    assert problems("case", data)
    with pytest.raises(BadCase):
        assessment({"setting": data.get("setting", "primary_care"), "on": DAY, "input": data})


def test_what_is_null_is_not_known_to_both() -> None:
    data = dict.fromkeys(schema("case")["properties"])
    assert problems("case", data) == []
    data.pop("setting")
    assert assessment({"setting": "primary_care", "on": DAY, "input": data})["triage"]["screened"] is False


def test_an_assessment_that_was_tampered_with_does_not_fit() -> None:
    sound = assessment(read(ROOT / "conformance" / "two_blocks_strict.json"))
    assert problems("assessment", sound) == []
    for at in ("triage", "differential", "cannot_tell", "next", "blocks", "plan", "setting", "mark"):
        assert problems("assessment", {key: value for key, value in sound.items() if key != at}), at
    assert problems("assessment", sound | {"diagnosis": "scn_entrapment"})
    for change in (
        ("triage", "urgency", "soon"),
        ("cannot_tell", "probability", 1.5),
        ("plan", "ladder", None),
    ):
        tampered = copy.deepcopy(sound)
        tampered[change[0]][change[1]] = change[2]
        assert problems("assessment", tampered), change


def test_the_lists_in_the_schemas_are_those_of_the_code() -> None:
    case, found = schema("case"), schema("assessment")
    settings = list(load().model.settings)
    assert case["properties"]["setting"]["enum"] == [*settings, None]
    assert found["properties"]["setting"]["enum"] == settings
    parts = case["$defs"]
    assert parts["mark"]["properties"]["side"]["enum"] == [*SIDES, None]
    assert parts["mark"]["properties"]["region"]["enum"] == [*sorted(one.id for one in load().anatomy.regions), None]
    assert parts["treatment"]["properties"]["helped"]["enum"] == [*HELPED, None]
    block = parts["block"]["properties"]
    assert block["side"]["enum"] == [*BLOCK_SIDES, None]
    assert block["guidance"]["enum"] == [*GUIDANCE, None]
    assert block["known_by"]["enum"] == [*KNOWN_BY, None]
    assert parts["treatment"]["properties"]["kind"]["examples"] == sorted(
        [OTHER_TREATMENT, *treatment_kinds(load().ladder)]
    )
    parts = found["$defs"]
    assert parts["triage"]["properties"]["urgency"]["enum"] == list(URGENCIES)
    assert parts["fired"]["properties"]["urgency"]["enum"] == list(get_args(Urgency))
    assert parts["question"]["properties"]["level"]["enum"] == list(get_args(Level))
    assert parts["argument"]["properties"]["basis"]["enum"] == list(get_args(Basis))
    assert parts["self_care"]["properties"]["quality"]["enum"] == list(get_args(Quality))
