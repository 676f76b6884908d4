"""Scoring many people: the one-person engine on the real knowledge, and records that contradict themselves."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cluneal.knowledge import load, load_draws
from cluneal.knowledge.draws import Draws
from cluneal.knowledge.schema import Knowledge
from cluneal.pathway import Assessor, BadCase, Case
from cluneal.population.flags import Flags
from cluneal.population.score import CLUNEAL, Completion, People, Scorer, answered, coded_matrix, for_site, score
from cluneal.reasoning import compile

from .conftest import AGAINST, ALARM, FOR

CODED = (*FOR, *AGAINST, *ALARM, "osteoporosis", "long_term_steroids", "duration_over_3_months", "si_injection_no_help")
SETTING = "pain_or_spine_clinic"
ASSESSOR = Assessor(load(), load_draws())
COMPLETION = Completion(load().findings, CODED)
BOTH = ("mri_root_compression", "mri_normal_for_age")
VALUES = {True: 1, False: 0, None: -1}


def people_of(age: float | None, sex: str) -> People:
    return People(np.array([7]), np.array([np.nan if age is None else age]), np.array([sex]), np.zeros(1))


def one_row(answers: dict[str, bool | None]) -> pa.RecordBatch:
    columns = {name: pa.array([VALUES[answers.get(name)]], pa.int8()) for name in CODED}
    return pa.RecordBatch.from_pydict({"person_id": pa.array([7], pa.int64()), **columns})


@pytest.mark.parametrize("prior", ["chosen", "sceptic", "guide"])
@settings(max_examples=60, deadline=None)
@given(
    answers=st.fixed_dictionaries({name: st.sampled_from([True, False, None]) for name in CODED}),
    age=st.none() | st.integers(18, 95).map(float),
    sex=st.sampled_from(["f", "m", ""]),
)
def test_a_record_scores_as_the_same_answers_given_in_the_app(
    prior: str, answers: dict[str, bool | None], age: float | None, sex: str
) -> None:
    case = Case(setting=SETTING, age=age, sex=sex or None, findings=answers)
    try:
        findings = ASSESSOR.findings(case, date(2026, 1, 1))
    except BadCase:
        return
    expected = ASSESSOR.model(SETTING, prior).differential(findings, intervals=False)
    for dtype, within in ((np.float64, 1e-9), (np.float32, 1e-5)):
        scorer = Scorer(ASSESSOR.model(SETTING, prior), COMPLETION, dtype)
        (row,) = score(one_row(answers), scorer, COMPLETION, people_of(age, sex)).to_pylist()
        assert row["person_id"] == 7
        for cause, share in expected.causes.items():
            assert row[cause] == pytest.approx(share.probability, abs=within)
        nerves = sum(
            p
            for p, state in zip(expected.states, ASSESSOR.model(SETTING, prior).states, strict=True)
            if any(load().causes[name].family == "cluneal" for name in state.causes)
        )
        assert row[CLUNEAL] == pytest.approx(nerves, abs=within)


def test_a_pair_of_two_cluneal_nerves_counts_once(knowledge: Knowledge) -> None:
    scorer = Scorer(ASSESSOR.model(SETTING), COMPLETION, np.float64)
    (row,) = score(one_row({}), scorer, COMPLETION, people_of(None, "")).to_pylist()
    by_nerve = sum(row[cause.id] for cause in knowledge.causes.values() if cause.family == "cluneal")
    assert 0 < row[CLUNEAL] < by_nerve


@pytest.mark.parametrize(
    ("coded", "age", "expected"),
    [
        # An absence that a presence makes certain stays an absence.
        ({"mri_root_compression": True, "mri_normal_for_age": False}, None, {"mri_root_compression": True}),
        # Two presences that rule each other out both stay.
        (dict.fromkeys(BOTH, True), None, dict.fromkeys(BOTH, True)),
        # Age stands against a code.
        ({}, 70.0, {"age_65_over": True, "age_under_40": False}),
    ],
)
def test_records_that_contradict_themselves_are_settled_and_not_refused(
    coded: dict[str, bool | None], age: float | None, expected: dict[str, bool]
) -> None:
    ((_, answers),) = answered([one_row(coded)], COMPLETION, people_of(age, ""))
    found = answers.of(0)
    assert {name: found.values[name] for name in expected} == expected


def test_a_presence_overrules_a_coded_absence_of_what_it_implies(knowledge: Knowledge) -> None:
    name, implied = next((one.id, one.implies[0]) for one in knowledge.findings.values() if one.implies)
    completion = Completion(knowledge.findings, (name, implied))
    answers = completion.answers(np.array([[1, 0]], np.int8), np.array([np.nan]), np.array([""]))
    assert answers.of(0).values[implied] is True


def test_a_finding_without_a_column_was_asked_of_nobody() -> None:
    batch = pa.RecordBatch.from_pydict({"person_id": pa.array([1, 2]), "leg_pain": pa.array([1, None], pa.int8())})
    ids, matrix = coded_matrix(batch, ("leg_pain", "fever"))
    assert ids.tolist() == [1, 2]
    assert matrix.tolist() == [[1, -1], [-1, -1]]


def test_a_batch_without_ids_is_refused() -> None:
    with pytest.raises(KeyError, match="person_id"):
        coded_matrix(pa.RecordBatch.from_pydict({"leg_pain": pa.array([1], pa.int8())}), ("leg_pain",))


def test_people_are_found_by_id_and_strangers_are_named() -> None:
    people = People(np.array([1, 3, 9]), np.array([20.0, 30.0, 40.0]), np.array(["f", "m", ""]), np.zeros(3))
    assert people.of(np.array([9, 1])).age.tolist() == [40.0, 20.0]
    for stranger in (0, 2, 10):
        with pytest.raises(KeyError, match="not in the journey"):
            people.of(np.array([stranger]))
    assert len(people.of(np.array([], np.int64))) == 0


def test_a_site_moves_the_odds_by_its_ratio(draws: Draws, knowledge: Knowledge) -> None:
    model = compile(knowledge, SETTING, draws=draws)
    moved = for_site(model, model.power, 3.0)
    completion = Completion(knowledge.findings, CODED)
    answers = completion.answers(np.full((1, len(CODED)), 1, np.int8), np.array([50.0]), np.array(["f"]))
    before, after = (
        Scorer(one, completion, np.float64).posteriors(answers)[0, Scorer(one, completion).cluneal]
        for one in (model, moved)
    )
    assert after / (1 - after) == pytest.approx(3 * before / (1 - before))
    assert sum(moved.prior_weights) == pytest.approx(1)
    drawn = [Scorer(one, completion, np.float64).cluneal_in_every_draw(answers)[0] for one in (model, moved)]
    np.testing.assert_allclose(drawn[1] / (1 - drawn[1]), 3 * drawn[0] / (1 - drawn[0]), rtol=1e-9)


def test_nobody_is_nobody(knowledge: Knowledge) -> None:
    answers = COMPLETION.answers(np.empty((0, len(CODED)), np.int8), np.empty(0), np.empty(0, "U1"))
    flags = Flags(knowledge.redflags.values(), answers.findings)
    assert flags.urgency(flags.fired(answers, np.empty(0))).tolist() == []
    scorer = Scorer(ASSESSOR.model(SETTING), COMPLETION)
    assert scorer.posteriors(answers).shape == (0, len(scorer.outcomes))
    assert scorer.cluneal_in_every_draw(answers).shape == (0, 256)


@settings(max_examples=60, deadline=None)
@given(
    answers=st.fixed_dictionaries({name: st.sampled_from([True, False, None]) for name in CODED}),
    age=st.integers(18, 95).map(float),
)
def test_red_flags_of_the_real_rules_are_those_of_the_app(answers: dict[str, bool | None], age: float) -> None:
    from cluneal.pathway import URGENCIES, triage

    try:
        findings = ASSESSOR.findings(Case(setting=SETTING, age=age, findings=answers), date(2026, 1, 1))
    except BadCase:
        return
    one = triage(findings, load().redflags.values(), age)
    ((who, found),) = answered([one_row(answers)], COMPLETION, people_of(age, ""))
    flags = Flags(load().redflags.values(), found.findings)
    fired = flags.fired(found, who.age)
    assert [rule.id for rule, is_so in zip(flags.rules, fired[0], strict=True) if is_so] == [r.id for r in one.fired]
    alarms = [rule for rule in one.fired if rule.urgency != "routine" and not rule.unless_known]
    assert URGENCIES[flags.urgency(fired)[0]] == (alarms[0].urgency if alarms else "none")
