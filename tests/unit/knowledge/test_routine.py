"""Self-care that cannot be planned is refused, and the message says which file and what to do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cluneal.knowledge import load
from cluneal.knowledge.checks import check
from cluneal.knowledge.routine import CarePlan, Dose
from cluneal.knowledge.schema import Knowledge

ITEM = "nerve_glide"


def known() -> tuple[Knowledge, CarePlan, Dose]:
    knowledge = load()
    plan, dose = knowledge.care_plan, knowledge.selfcare[ITEM].dose
    assert plan
    assert dose
    return knowledge, plan, dose


KNOWLEDGE, PLAN, DOSE = known()


def with_item(**changes: Any) -> list[str]:
    item = replace(KNOWLEDGE.selfcare[ITEM], **changes)
    return check(replace(KNOWLEDGE, selfcare={**KNOWLEDGE.selfcare, ITEM: item}), {})


def with_plan(**changes: Any) -> list[str]:
    return check(replace(KNOWLEDGE, care_plan=replace(PLAN, **changes)), {})


def test_what_is_there_is_whole() -> None:
    assert with_item() == with_plan() == []


@pytest.mark.parametrize(
    ("dose", "said"),
    [
        (None, "dose: missing; say how often, and how it grows"),
        (replace(DOSE, lowest=1), "lowest is at most 0"),
        (replace(DOSE, highest=-1), "highest at least 0"),
        (replace(DOSE, every_days=0), "it is done at least once"),
        (replace(DOSE, lowest=-4), "at the lowest level nothing is left of a step; raise lowest"),
        (replace(DOSE, seconds_a_level=3), "at the lowest level nothing is left of a step; raise lowest"),
        (replace(DOSE, evidence=("no-such-fact",)), "no-such-fact"),
    ],
)
def test_a_dose_that_cannot_be_is_refused(dose: Dose | None, said: str) -> None:
    problems = with_item(dose=dose)
    assert len(problems) == 1
    assert problems[0].startswith(f"selfcare/{ITEM}.yaml")
    assert said in problems[0]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"causes": ("no_such_cause",)}, "no_such_cause: no such cause"),
        ({"evidence": ()}, "a caution without evidence; name the fact"),
        ({"evidence": ("no-such-fact",)}, "no-such-fact"),
    ],
)
def test_a_caution_that_leads_nowhere_is_refused(changes: dict[str, Any], said: str) -> None:
    first, *others = KNOWLEDGE.selfcare[ITEM].may_provoke
    problems = with_item(may_provoke=(replace(first, **changes), *others))
    assert len(problems) == 1
    assert said in problems[0]


def test_another_way_is_of_a_step_that_is_there() -> None:
    first = KNOWLEDGE.selfcare[ITEM].may_provoke[0]
    for step in (0, 4):
        instead = tuple(replace(one, step=step) for one in first.instead)
        [problem] = with_item(may_provoke=(replace(first, instead=instead),))
        assert "step counts from 1 to 3; correct it" in problem


def test_the_rules_lead_somewhere() -> None:
    first, *others = PLAN.reminders
    for changes, said in (
        ({"prevention": ("no_such_risk",)}, "no_such_risk: no such risk in prevention/"),
        ({"selfcare": ("no_such_measure",)}, "no_such_measure: no such measure in selfcare/"),
        ({"usual": 61}, "shift_belt: usual is one of choices"),
        ({"id": others[0].id}, "an id stands twice"),
        ({"evidence": ("no-such-fact",)}, "no-such-fact"),
    ):
        problems = with_plan(reminders=(replace(first, **changes), *others))
        assert len(problems) == 1, changes
        assert said in problems[0]
    [problem] = with_plan(stops=replace(PLAN.stops, unsaid="nothing"))
    assert "nothing: no such reason here" in problem
    [problem] = with_plan(flare=replace(PLAN.flare, evidence=("no-such-fact",)))
    assert "no-such-fact" in problem
