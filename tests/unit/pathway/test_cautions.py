"""What bears on a treatment, against an oracle: never raised by "not sure", never dropped while it is not known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluneal.knowledge import load, load_draws
from cluneal.knowledge.care import Contraindication
from cluneal.pathway import Assessor, BadCase, Treatment, read_case
from cluneal.pathway.case import LONGEST_TOLD
from cluneal.pathway.cautions import asked, states, told_elsewhere, weigh
from cluneal.pathway.ladder import Standing, holds
from cluneal.reasoning import Findings

KNOWN = load()
CAUTIONS = list(KNOWN.cautions.values())
TODAY = date(2026, 11, 24)
ASSESSOR = Assessor(KNOWN, load_draws())
SAID = st.sampled_from([True, False, None])
NAMED = sorted({name for rung in KNOWN.ladder.values() for one in rung.against for name in one.findings})
HEALTH = st.dictionaries(st.sampled_from(sorted(KNOWN.cautions)), SAID)
FINDINGS = st.dictionaries(st.sampled_from([*NAMED, "long_term_steroids"]), st.booleans())
TREATMENTS = st.lists(
    st.builds(Treatment, st.sampled_from(["nsaid", "topical"]), ended=st.sampled_from([None, TODAY])), max_size=3
)


def plainly(name: str, health: Mapping[str, Any], findings: Mapping[str, bool], tried: list[Treatment]) -> bool | None:
    """A caution's state in the longest words."""
    caution = KNOWN.cautions[name]
    for treatment in tried:
        if treatment.kind in caution.treatments and treatment.ended is None:
            return True
    for finding in caution.findings:
        if findings.get(finding) is True:
            return True
    if health.get(name) is True:
        return True
    return False if health.get(name) is False else None


@given(health=HEALTH, findings=FINDINGS, tried=TREATMENTS)
def test_every_reason_is_in_the_place_where_the_oracle_puts_it(
    health: dict[str, bool | None], findings: dict[str, bool], tried: list[Treatment]
) -> None:
    found = Findings(findings)
    known = states(CAUTIONS, health, found, tried)
    assert known == {one.id: plainly(one.id, health, findings, tried) for one in CAUTIONS}
    for rung in KNOWN.ladder.values():
        weighed = weigh(rung, known, found)
        yours = [one.against for one in weighed.yours]
        unknown = [one.against for one in weighed.unknown]
        for one in rung.against:
            answers = [known[name] for name in one.cautions] + [findings.get(name) for name in one.findings]
            places = [one in yours, one in unknown, one in weighed.general]
            if not answers:
                assert places == [False, False, True]
            elif True in answers:
                assert places == [True, False, False]
            elif None in answers:
                assert places == [False, True, False]
            else:
                assert places == [False, False, False]
        for bearing in weighed.yours:
            assert bearing.cautions or bearing.findings
            assert all(known[name] for name in bearing.cautions)
            assert all(findings[name] for name in bearing.findings)


@given(health=HEALTH)
def test_not_sure_is_as_good_as_not_asked(health: dict[str, bool | None]) -> None:
    without = {name: said for name, said in health.items() if said is not None}
    assert states(CAUTIONS, health, Findings({}), ()) == states(CAUTIONS, without, Findings({}), ())


@given(health=HEALTH, name=st.sampled_from(sorted(KNOWN.cautions)))
def test_a_yes_never_takes_a_reason_away(health: dict[str, bool | None], name: str) -> None:
    def raised(said: Mapping[str, bool | None]) -> set[Contraindication]:
        known = states(CAUTIONS, said, Findings({}), ())
        return {one.against for rung in KNOWN.ladder.values() for one in weigh(rung, known, Findings({})).yours}

    assert raised(health) - raised({**health, name: True}) == set()
    assert raised({**health, name: True})


@pytest.mark.parametrize("junk", ["yes", 1, 0, [], {}, "true"])
def test_only_true_and_false_are_answers(junk: Any) -> None:
    known = states(CAUTIONS, {"kidneys": junk}, Findings({}), ())
    assert known["kidneys"] is None


def test_the_other_sex_is_not_asked_and_nobody_is_asked_twice() -> None:
    assert {one.id for one in CAUTIONS} - {one.id for one in asked(CAUTIONS, "m")} == {"pregnancy"}
    assert {one.id for one in CAUTIONS} - {one.id for one in asked(CAUTIONS, "f")} == {"prostate"}
    assert len(asked(CAUTIONS, None)) == len(CAUTIONS)
    elsewhere = told_elsewhere(KNOWN.ladder.values(), CAUTIONS, KNOWN.findings)
    assert len(elsewhere) == len(set(elsewhere))
    assert {"fever", "pregnant", "long_term_steroids"} <= set(elsewhere)
    # Told by age, or only a clinician's to find.
    assert not {"age_65_over", "reflex_loss"} & set(elsewhere)


def test_a_condition_that_is_judged_is_one_that_nothing_works_out() -> None:
    nobody = Standing(Findings({}), 12.0, (), (), (), False)
    conditions = [one for rung in KNOWN.ladder.values() for one in (*rung.enter, *rung.stay, *rung.leave)]
    assert {one.judged for one in conditions} == {True, False}
    for one in conditions:
        assert not one.judged or holds(one, nobody) is None


def assessed(**case: Any) -> dict[str, Any]:
    return ASSESSOR.assess(read_case(case, tuple(KNOWN.model.settings), TODAY), TODAY)


def test_the_assessment_says_what_bears_on_each_step_and_why() -> None:
    assert assessed()["plan"]["cautions"] == []
    found = assessed(health={"kidneys": True, "liver": None, "heart": False}, findings={"pregnant": True})
    rows = found["plan"]["cautions"]
    kidneys = [one for one in rows if "kidneys" in one["because"]]
    assert {one["rung"] for one in kidneys} == {"conservative"}
    assert all(one["text"] and (one["sources"] or "general advice" in one["text"]) for one in rows)
    assert not [one for one in rows if {"liver", "heart"} & set(one["because"])]
    # Pregnancy bears on every step.
    assert {one["rung"] for one in rows if "pregnancy" in one["because"]} == set(KNOWN.ladder)
    assert [one["rung"] for one in rows] == sorted(
        (one["rung"] for one in rows), key=lambda name: KNOWN.ladder[name].order
    )


def test_what_nobody_knows_is_named_in_the_notes() -> None:
    assert assessed(health={"kidney": True})["notes"] == ["health.kidney: bears on no treatment. Did you mean kidneys?"]


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ({"health": ["kidneys"]}, "health: expected names with values"),
        ({"health": {"kidneys": "yes"}}, "health.kidneys: 'yes' is not true or false"),
        ({"treatments": [{"kind": "nsaid", "dose": 2}]}, "treatments[0].dose: 2 is not text"),
        (
            {"treatments": [{"kind": "nsaid", "effect": "x" * (LONGEST_TOLD + 1)}]},
            "treatments[0].effect: over 120 characters; say it in fewer words",
        ),
    ],
)
def test_what_cannot_be_read_is_named(case: dict[str, Any], said: str) -> None:
    with pytest.raises(BadCase) as problem:
        assessed(**case)
    assert said in str(problem.value)


def test_dose_and_effect_are_kept_on_one_line() -> None:
    case = read_case({"treatments": [{"kind": "nsaid", "dose": " two\n a day ", "effect": "less pain"}]}, (), TODAY)
    assert (case.treatments[0].dose, case.treatments[0].effect) == ("two a day", "less pain")
