"""Every way in which a case can be wrong: what is said names the place and the fix."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cluneal.knowledge import load, load_draws
from cluneal.pathway import Assessor, BadCase, Case, read_block_data, read_case

TODAY = date(2026, 6, 1)
SETTINGS = tuple(load().model.settings)
ASSESSOR = Assessor(load(), load_draws())


def read(data: object) -> Case:
    return read_case(data, SETTINGS, TODAY)


def refusal(data: object) -> str:
    """What is said of a case when it is read and assessed."""
    with pytest.raises(BadCase) as caught:
        ASSESSOR.findings(read(data), TODAY)
    return str(caught.value)


# What is given, and all of what is said of it.
WRONG: list[tuple[object, str]] = [
    # Not a case at all.
    ([], "case: expected names with values, found a list; write it in { }"),
    (None, "case: expected names with values, found nothing; write it in { }"),
    ("age: 52", "case: expected names with values, found text; write it in { }"),
    (52, "case: expected names with values, found a number; write it in { }"),
    (True, "case: expected names with values, found true or false; write it in { }"),
    ({1: 2}, "case: the name 1 is not a word; put it in quotes"),
    ({None: 2}, "case: the name None is not a word; put it in quotes"),
    # Fields.
    ({"agee": 52}, "agee: no such field. Did you mean age?"),
    ({"mark": {"regoin": "groin"}}, "mark.regoin: no such field. Did you mean region?"),
    ({"mark": {"q": 1}},
     "mark.q: no such field. Known: side, x_mm, y_mm, error_mm, region, measured, intensity, character, spread."),
    ({"blocks": [{"drg": "x"}]}, "blocks[0].drg: no such field. Did you mean drug?"),
    ({"blocks": [{"readings": [{"time": 1}]}]},
     "blocks[0].readings[0].time: no such field. Known: minute, pain, movement_pain, at."),
    ({"blocks": [{"given_at": "yesterday"}]},
     "blocks[0].given_at: 'yesterday' is not a date; write year-month-day, such as 2026-02-01"),
    ({"blocks": [{"given_at": "20260201T10:30"}]},
     "blocks[0].given_at: '20260201T10:30' is not a date with a time; write it as 2026-02-01T10:30"),
    ({"blocks": [{"given_at": "2026-02-01T25:30"}]},
     "blocks[0].given_at: '2026-02-01T25:30' is not a date with a time; write it as 2026-02-01T10:30"),
    ({"blocks": [{"guidance": "luck"}]}, "blocks[0].guidance: 'luck' is not one of ultrasound, xray, landmark"),
    ({"blocks": [{"known_by": "all"}]}, "blocks[0].known_by: 'all' is not one of nobody, clinician, both"),
    ({"blocks": [{"expected": 11}]}, "blocks[0].expected: 11 is out of range; give a number from 0 to 10"),
    ({"blocks": [{"expected": " "}]}, "blocks[0].expected: ' ' is not text; put a word in quotes, or leave it out"),
    ({"blocks": [{"numb": "yes"}]}, "blocks[0].numb: 'yes' is not true or false; leave it out when not sure"),
    ({"blocks": [{"mark": {"x_mm": 900}}]},
     "blocks[0].mark.x_mm: 900 is out of range; give a number from -500 to 500"),
    ({"blocks": [{"readings": [{"minute": 5, "at": "2026-02-01"}]}]},
     "blocks[0].readings[0].at: '2026-02-01' is not a date with a time; write it as 2026-02-01T10:30"),
    ({"treatments": [{"knd": "x"}]}, "treatments[0].knd: no such field. Did you mean kind?"),
    # Numbers.
    ({"age": -1}, "age: -1 is out of range; give a number from 0 to 120"),
    ({"age": 121}, "age: 121 is out of range; give a number from 0 to 120"),
    ({"age": math.nan}, "age: nan is out of range; give a number from 0 to 120"),
    ({"age": math.inf}, "age: inf is out of range; give a number from 0 to 120"),
    ({"age": -math.inf}, "age: -inf is out of range; give a number from 0 to 120"),
    ({"age": 10**400}, "age: a number of over 40 digits is out of range; give a number from 0 to 120"),
    ({"age": -(10**400)}, "age: a number of over 40 digits is out of range; give a number from 0 to 120"),
    ({"age": True}, "age: true is not a number; give one from 0 to 120"),
    ({"age": "52"}, "age: '52' is not a number; give one from 0 to 120"),
    ({"age": [52]}, "age: a list is not a number; give one from 0 to 120"),
    ({"age": "x" * 1000}, "age: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx... is not a number; give one from 0 to 120"),
    ({"height_cm": 1.75}, "height_cm: 1.75 is out of range; give a number from 50 to 250"),
    ({"psis_distance_mm": 9}, "psis_distance_mm: 9 is out of range; give a number from 30 to 200"),
    # Words.
    ({"setting": "hospital"}, "setting: 'hospital' is not one of primary_care, pain_or_spine_clinic"),
    ({"setting": ["primary_care"]}, "setting: a list is not one of primary_care, pain_or_spine_clinic"),
    ({"sex": "female"}, "sex: 'female' is not one of f, m"),
    ({"sex": {"f": 1}}, "sex: names with values is not one of f, m"),
    ({"id": [1]}, "id: a list is not text; put it in quotes"),
    ({"id": True}, "id: true is not text; put it in quotes"),
    ({"id": "x" * 1000}, "id: over 200 characters; give a short one"),
    # Answers.
    ({"findings": 5}, "findings: expected names with values, found a number; write it in { }"),
    ({"findings": ["fever"]}, "findings: expected names with values, found a list; write it in { }"),
    ({"findings": {"fever": "yes"}}, "findings.fever: 'yes' is not true or false; leave it out when not sure"),
    ({"findings": {"fever": 1}}, "findings.fever: 1 is not true or false; leave it out when not sure"),
    ({"findings": {"fever": {}}}, "findings.fever: names with values is not true or false; leave it out when not sure"),
    ({"findings": {"fevr": True}},
     "findings.fevr: no such finding. Did you mean fever? `cluneal knowledge findings` lists them all."),
    ({"findings": {"zzzzzz": True}}, "findings.zzzzzz: no such finding. `cluneal knowledge findings` lists them all."),
    # Answers that cannot both be true.
    ({"age": 70, "findings": {"age_under_40": True}}, "findings.age_under_40: true contradicts age 70; correct one"),
    ({"sex": "m", "findings": {"female": True}}, "findings.female: true contradicts sex m; correct one"),
    ({"findings": {"radiates_below_knee": True, "radiates_thigh": False}},
     "findings.radiates_below_knee: true contradicts radiates_thigh: false; correct one or leave one out"),
    ({"findings": {"constant_nonmechanical": True, "nonmechanical_pain": False}},
     "findings.nonmechanical_pain: contradicts constant_nonmechanical, the same finding; keep one"),
    # The mark.
    ({"mark": 5}, "mark: expected names with values, found a number; write it in { }"),
    ({"mark": {"side": "up", "region": "groin"}}, "mark.side: 'up' is not one of left, right, both, midline"),
    ({"mark": {"side": 1}}, "mark.side: 1 is not one of left, right, both, midline"),
    ({"mark": {"x_mm": 40}}, "mark.y_mm: missing; give both x_mm and y_mm, or add a region"),
    ({"mark": {"x_mm": 400, "y_mm": 0}}, "mark.x_mm: 400 is off the map, which runs from 0 to 180 mm"),
    ({"mark": {"x_mm": 70, "y_mm": 40, "side": "midline"}},
     "mark.side: 'midline', but x_mm is 70; use left or right, or make x_mm 0"),
    ({"mark": {"region": 5}}, "mark.region: 5 is not text; put a word in quotes, or leave it out"),
    ({"mark": {"region": "groin", "intensity": 11}}, "mark.intensity: 11 is out of range; give a number from 0 to 10"),
    ({"mark": {"region": "groin", "character": "dull"}},
     "mark.character: expected a list, found text; put it in [ ]"),
    ({"mark": {"region": "groin", "character": [1]}},
     "mark.character[0]: 1 is not text; put a word in quotes, or leave it out"),
    ({"mark": {"region": "groin", "character": ["stabby"]}},
     "mark.character: 'stabby' is not one of shock, burning, dull, sharp, cramping, tingling, numb, sore"),
    ({"mark": {"region": "thigh", "spread": True}},
     "mark.spread: true for the place that hurts most; put where it spreads to into other_marks"),
    ({"other_marks": {}}, "other_marks: expected a list, found names with values; put it in [ ]"),
    ({"other_marks": [{"side": "left"}]}, "other_marks[0]: no place; give x_mm and y_mm, or a region"),
    ({"other_marks": [None]}, "other_marks[0]: no place; give x_mm and y_mm, or a region"),
    ({"other_marks": [{"region": "psis"}, {"side": "left", "x_mm": 400, "y_mm": 0}]},
     "other_marks[1].x_mm: 400 is off the map, which runs from 0 to 180 mm"),
    ({"other_marks": [{"region": "thigh", "spread": "yes"}]},
     "other_marks[0].spread: 'yes' is not true or false; leave it out when not sure"),
    ({"mark": {"region": "groin", "measured": "yes"}},
     "mark.measured: 'yes' is not true or false; leave it out when not sure"),
    # Blocks.
    ({"blocks": {}}, "blocks: expected a list, found names with values; put it in [ ]"),
    ({"blocks": [{"readings": 5}]}, "blocks[0].readings: expected a list, found a number; put it in [ ]"),
    ({"blocks": [5]}, "blocks[0]: expected names with values, found a number; write it in { }"),
    ({"blocks": [{}, {"side": "x"}]}, "blocks[1].side: 'x' is not one of left, right, both, midline"),
    ({"blocks": [{"drug": ""}]}, "blocks[0].drug: '' is not text; put a word in quotes, or leave it out"),
    ({"blocks": [{"volume_ml": 0}]}, "blocks[0].volume_ml: 0 is out of range; give a number from 0.01 to 100"),
    ({"blocks": [{"readings": [{"pain": 5}]}]},
     "blocks[0].readings[0].minute: missing; give minutes after the injection, 0 for before it"),
    ({"blocks": [{"readings": [{"minute": -20000}]}]},
     "blocks[0].readings[0].minute: -20000 is out of range; give a number from -10080 to 525600"),
    ({"blocks": [{"readings": [{"minute": 0, "pain": 11}]}]},
     "blocks[0].readings[0].pain: 11 is out of range; give a number from 0 to 10"),
    ({"blocks": [{"readings": [{"minute": 5}, {"minute": 5.0}]}]},
     "blocks[0].readings[1]: minute 5 stands twice; keep one"),
    # Dates.
    ({"started": "2026-06-02"}, "started: 2026-06-02 is in the future; give the day the pain began"),
    ({"started": "1890-01-01"}, "started: 1890-01-01 is over 120 years ago; give the day the pain began"),
    ({"started": "1990-01-01", "age": 30}, "started: 1990-01-01 is before birth at age 30; correct one"),
    *(({"started": wrong}, f"started: {shown} is not a date; write year-month-day, such as 2026-02-01")
      for wrong, shown in (("01/02/2026", "'01/02/2026'"), ("2026-02-30", "'2026-02-30'"), (20260101, "20260101"),
                           ("20260101", "'20260101'"), ("2026-W10-1", "'2026-W10-1'"), (True, "true"),
                           ([], "a list"), ("", "''"))),
    # Treatments.
    ({"treatments": [{}]}, "treatments[0].kind: missing; say what was tried"),
    ({"treatments": [{"kind": "exercise", "started": "2027-01-01"}]},
     "treatments[0].started: 2027-01-01 is in the future; leave out what has not begun"),
    ({"treatments": [{"kind": "exercise", "ended": "2027-01-01"}]},
     "treatments[0].ended: 2027-01-01 is in the future; leave it out while it goes on"),
    ({"treatments": [{"kind": "exercise", "started": "2025-02-02", "ended": "2025-02-01"}]},
     "treatments[0].ended: 2025-02-01 is before it started, 2025-02-02; correct one"),
    ({"treatments": [{"kind": "exercise", "helped": "lots"}]},
     "treatments[0].helped: 'lots' is not one of no, briefly, partly, yes"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "said"), WRONG, ids=[said[:40] for _, said in WRONG])
def test_what_is_wrong_is_named_with_its_place_and_the_fix(data: object, said: str) -> None:
    assert refusal(data) == said


def test_an_unknown_region_is_answered_with_what_is_known() -> None:
    assert refusal({"mark": {"region": "toe"}}).startswith(
        "mark.region: 'toe' is not a region; use one of iliac_crest,"
    )


def test_what_counts_for_nothing_is_said() -> None:
    def notes(data: object) -> list[str]:
        found: list[str] = ASSESSOR.assess(read(data), TODAY)["notes"]
        return found

    assert notes({"treatments": [{"kind": "excercise"}]}) == [
        "treatments[0].kind: 'excercise' stands on no rung of the ladder. Did you mean exercise?"
    ]
    assert notes({"blocks": [{"target": "supperior cluneal"}]}) == [
        "blocks[0].target: 'supperior cluneal' answers no finding. Did you mean superior cluneal?"
    ]
    assert notes({"treatments": [{"kind": "other"}, {"kind": "exercise"}], "blocks": [{"target": "scn"}]}) == []


def test_an_empty_case_is_a_case() -> None:
    case = read({})
    assert (case.setting, case.age, dict(case.findings), case.blocks) == ("primary_care", None, {}, ())
    # Null is how some programs write "not known".
    assert read(dict.fromkeys(("id", "age", "sex", "findings", "mark", "blocks", "treatments", "started"))).age is None


def test_not_sure_is_not_asked() -> None:
    case = read({"findings": {"fever": None, "weight_loss": False}})
    findings = ASSESSOR.findings(case, TODAY)
    assert findings.get("fever") is None
    assert findings.get("weight_loss") is False


def test_a_side_without_a_place_is_no_mark() -> None:
    assert read({"mark": {"side": "left"}}).mark is None
    assert read({"mark": {"side": "left", "region": "groin"}}).mark is not None


def test_what_yaml_gives_is_read_too() -> None:
    assert read({"started": date(2026, 5, 1)}).started == date(2026, 5, 1)
    assert read({"started": datetime(2026, 5, 1, 13)}).started == date(2026, 5, 1)
    assert read({"id": 7}).id == "7"


def test_months_of_pain_are_counted_to_the_day_of_the_assessment() -> None:
    case = read({"started": "2025-06-01"})
    assert case.months_of_pain(TODAY) == pytest.approx(12, abs=0.01)
    assert read({}).months_of_pain(TODAY) is None
    assert read({"started": "2026-06-01"}).months_of_pain(TODAY) == 0


def test_age_and_the_start_of_the_pain_may_just_fit() -> None:
    # Nobody's birthday is known: somebody of 30 was born in 1995 or 1996.
    assert read({"started": "1995-12-31", "age": 30}).started
    with pytest.raises(BadCase, match="before birth"):
        read({"started": "1994-12-31", "age": 30})


def test_readings_are_put_in_the_order_of_time() -> None:
    block = read_block_data({"readings": [{"minute": 30, "pain": 1}, {"minute": 0, "pain": 8}]})
    assert [reading.minute for reading in block.readings] == [0, 30]
    with pytest.raises(BadCase, match=r"^block\.readings: expected a list"):
        read_block_data({"readings": 5})


KNOWN = st.sampled_from(
    [
        *(f for f in Case.__dataclass_fields__),
        *("side", "x_mm", "y_mm", "region", "measured", "error_mm", "readings", "minute", "pain", "kind", "helped"),
        *("drug", "target", "ended", "fever", "age_under_40", "scn_block_positive", "radiates_below_knee"),
    ]
)
WORDS = st.sampled_from(
    [
        "f",
        "m",
        "left",
        "midline",
        "groin",
        "iliac_crest",
        "primary_care",
        "exercise",
        "yes",
        "2025-01-01",
        "SCN",
        "\ud800",
    ]
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), WORDS, st.dates(), st.integers(0, 130)
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(KNOWN, st.text()), inner, max_size=5)
    ),
    max_leaves=20,
)
NEARLY = st.fixed_dictionaries(
    {},
    optional={
        "age": st.one_of(st.integers(0, 120), SCALARS),
        "sex": st.one_of(st.sampled_from(["f", "m"]), SCALARS),
        "started": st.one_of(st.dates(date(1900, 1, 1), TODAY).map(str), SCALARS),
        "findings": st.one_of(
            st.dictionaries(
                st.sampled_from(sorted(load().findings)), st.sampled_from([True, False, None]), max_size=12
            ),
            ANYTHING,
        ),
        "other_marks": st.one_of(
            st.lists(st.fixed_dictionaries({"region": WORDS, "spread": st.booleans()}), max_size=3), ANYTHING
        ),
        "mark": st.one_of(
            st.fixed_dictionaries({"side": WORDS, "x_mm": st.floats(-600, 600), "y_mm": st.floats(-2000, 2000)}),
            ANYTHING,
        ),
        "blocks": st.one_of(
            st.lists(
                st.fixed_dictionaries(
                    {
                        "drug": st.text(min_size=1, max_size=9),
                        "target": WORDS,
                        "readings": st.lists(
                            st.fixed_dictionaries({"minute": st.integers(-60, 3000), "pain": st.floats(0, 10)}),
                            max_size=5,
                        ),
                    }
                ),
                max_size=2,
            ),
            ANYTHING,
        ),
        "treatments": st.one_of(
            st.lists(st.fixed_dictionaries({"kind": WORDS, "helped": WORDS}), max_size=3), ANYTHING
        ),
    },
)


def problem_of(read_it: Callable[[], object]) -> str:
    """What BadCase says, or nothing; any other exception is a failure of the test."""
    try:
        read_it()
    except BadCase as problem:
        return str(problem) or "nothing was said"
    return ""


@settings(max_examples=150, deadline=None)
@given(st.one_of(ANYTHING, NEARLY))
def test_nothing_but_bad_case_comes_out(data: Any) -> None:
    """Whatever is given, there is an assessment or one line that says what is wrong."""
    answers: list[dict[str, Any]] = []
    said = problem_of(lambda: answers.append(ASSESSOR.assess(read(data), TODAY)))
    assert said != "nothing was said"
    assert bool(said) != bool(answers)
    for answer in answers:
        shares = [row["probability"] for row in answer["differential"]]
        assert all(math.isfinite(share) and 0 <= share <= 1 for share in shares)


@settings(max_examples=150, deadline=None)
@given(ANYTHING)
def test_nothing_but_bad_case_comes_out_of_a_block(data: Any) -> None:
    assert problem_of(lambda: read_block_data(data)) != "nothing was said"
