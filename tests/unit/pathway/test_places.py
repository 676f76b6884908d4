"""What the marks answer: only "yes", never against what was said, and never the same place twice."""

from __future__ import annotations

from typing import Any

import pytest

from cluneal.knowledge import load
from cluneal.reasoning import Findings

from .test_case import ASSESSOR, TODAY, read

RIM = {"side": "right", "x_mm": 70, "y_mm": 45}


def found(*others: dict[str, Any], mark: dict[str, Any] | None = None, **said: bool | None) -> Findings:
    case = read({"mark": mark or RIM, "other_marks": list(others), "findings": said})
    return ASSESSOR.findings(case, TODAY)


def test_pain_that_spreads_to_the_thigh_was_not_asked_and_is_answered() -> None:
    findings = found({"side": "right", "region": "thigh", "spread": True})
    assert findings.values["radiates_thigh"] is True
    assert findings.get("radiates_buttock_only") is False
    case = read({"mark": RIM, "other_marks": [{"side": "right", "region": "thigh", "spread": True}]})
    asked = {one["finding"] for one in ASSESSOR.assess(case, TODAY)["next"]}
    assert not asked & {"radiates_thigh", "leg_pain", "radiates_buttock_only"}


def test_a_tap_counts_for_a_region_only_when_all_of_its_blur_lies_there() -> None:
    low, fold = ({"side": "right", "x_mm": 85, "y_mm": y, "spread": True} for y in (-260, -175))
    assert found(low).get("radiates_thigh") is True
    assert found(fold).get("radiates_thigh") is None
    assert found(fold | {"measured": True}).get("radiates_thigh") is None


@pytest.mark.parametrize(("region", "finding"), [("groin", "groin_pain"), ("lateral_hip", "lateral_hip_pain")])
@pytest.mark.parametrize("spread", [True, False])
def test_pain_in_the_groin_or_outer_hip_is_pain_there_spread_or_not(region: str, finding: str, spread: bool) -> None:
    assert found({"side": "left", "region": region, "spread": spread}).values[finding] is True


def test_a_second_place_on_the_thigh_is_leg_pain_and_says_nothing_of_the_way_there() -> None:
    findings = found({"side": "right", "region": "thigh"})
    assert findings.get("leg_pain") is True
    assert findings.get("radiates_thigh") is None


def test_the_worst_place_is_weighed_as_a_place_and_its_question_is_neither_asked_nor_weighed() -> None:
    groin = {"side": "right", "region": "groin"}
    findings = found(mark=groin)
    assert findings.known("groin_pain")
    assert "groin_pain" not in findings.values
    silent = found(mark=groin, groin_pain=None)
    assert silent.known("groin_pain")
    said = found(mark=groin, groin_pain=True)
    assert said.values["groin_pain"] is True


def test_words_for_the_worst_place_answer_the_questions_that_use_them() -> None:
    findings = found(mark=RIM | {"character": ["shock", "burning", "sore"], "intensity": 9})
    assert findings.values["shock_like_pain"] is True
    assert findings.values["burning_pain"] is True
    assert findings.values["severe_pain"] is True
    assert not findings.known("dull_ache")


def test_a_place_that_pain_only_spreads_to_says_nothing_of_the_main_pain() -> None:
    spread = {"side": "right", "region": "mid_buttock", "spread": True, "character": ["dull"], "intensity": 10}
    findings = found(spread)
    assert not findings.known("dull_ache")
    assert not findings.known("severe_pain")


@pytest.mark.parametrize("intensity", [0, 7, 7.9])
def test_less_pain_than_a_question_names_is_no_answer(intensity: float) -> None:
    assert not found(mark=RIM | {"intensity": intensity}).known("severe_pain")


def test_what_was_said_in_words_holds_against_what_was_painted() -> None:
    thigh = {"side": "right", "region": "thigh", "spread": True}
    assert found(thigh, radiates_thigh=False).get("radiates_thigh") is False
    buttock = found(thigh, radiates_buttock_only=True)
    assert buttock.get("radiates_buttock_only") is True
    assert not buttock.get("radiates_thigh")
    assert found(mark=RIM | {"character": ["shock"]}, shock_like_pain=False).get("shock_like_pain") is False
    # A painted yes may not bring in, by what it implies, what was denied.
    assert not found(thigh, leg_pain=False).get("radiates_thigh")


def test_nothing_painted_changes_nothing() -> None:
    assert found().values == {}
    assert found().inferred == {}


def test_a_painted_yes_weighs_as_much_as_a_spoken_one() -> None:
    thigh = {"side": "right", "region": "thigh", "spread": True}
    painted, spoken = found(thigh), found(radiates_thigh=True)
    model = ASSESSOR.model("primary_care")
    first, second = (model.differential(one, intervals=False) for one in (painted, spoken))
    assert {name: share.probability for name, share in first.causes.items()} == {
        name: share.probability for name, share in second.causes.items()
    }


def test_the_assessment_says_every_place_back() -> None:
    case = read(
        {
            "mark": RIM | {"intensity": 8, "character": ["shock"]},
            "other_marks": [{"side": "right", "region": "thigh", "spread": True}],
        }
    )
    mark = ASSESSOR.assess(case, TODAY)["mark"]
    assert mark["words"].startswith("about 7 cm right of the spine")
    assert mark["intensity"] == 8
    assert mark["character"] == ["sudden jolts, like a knife or an electric shock"]
    assert mark["others"] == [{"words": "on your right: the thigh", "intensity": None, "character": [], "spread": True}]


def test_what_marks_answer_are_questions_for_a_person() -> None:
    anatomy, findings = load().anatomy, load().findings
    named = [one.finding for one in anatomy.characters] + [
        name for one in anatomy.regions for name in (one.finding, one.spread_finding)
    ]
    answered = {name for name in named if name}
    assert {"shock_like_pain", "radiates_thigh", "groin_pain", "lateral_hip_pain"} <= answered
    for name in answered:
        assert findings[name].level == "ask"
        # An alarm is raised by an answer to its own question, never by a picture.
        assert not findings[name].alarm
