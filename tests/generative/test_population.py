"""Many people at once come to what one person comes to: findings, chances, intervals and red flags."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cluneal.knowledge.care import RedFlag
from cluneal.knowledge.schema import Finding, Knowledge
from cluneal.pathway import URGENCIES, triage
from cluneal.population.flags import Flags
from cluneal.population.score import CLUNEAL, Completion, People, Scorer, answered, for_site, score
from cluneal.reasoning import Contradiction, Findings, Model, collect, compile

from .strategies import SETTING, TAME, Answers, knowledge_bases

Someone = tuple[Answers, float | None, str | None]
CODES = {True: 1, False: 0, None: -1}
ages = st.none() | st.integers(0, 100).map(float)
sexes = st.sampled_from(["f", "m", None])


@st.composite
def knowledge_of_records(draw: st.DrawFn) -> Knowledge:
    """A generated knowledge base, some of whose findings age or sex settles, and some of whose causes are cluneal."""
    knowledge = draw(knowledge_bases(TAME))

    def aged(finding: Finding) -> Finding:
        kind = draw(st.sampled_from(["", "", "", "age", "sex", "both"]))
        first = draw(st.integers(0, 90))
        return replace(
            finding,
            told_by_age=(float(first), first + 20.0) if kind in ("age", "both") else None,
            told_by_sex=draw(st.sampled_from(["f", "m"])) if kind in ("sex", "both") else None,
        )

    causes = {
        name: replace(cause, family="cluneal") if draw(st.booleans()) else cause
        for name, cause in knowledge.causes.items()
    }
    findings = {name: aged(finding) for name, finding in knowledge.findings.items()}
    return replace(knowledge, causes=causes, findings=findings)


@st.composite
def records(draw: st.DrawFn) -> tuple[Knowledge, list[Someone], tuple[str, ...]]:
    """A knowledge base, people with coded answers, age and sex, and which findings have codes at all."""
    knowledge = draw(knowledge_of_records())
    coded = tuple(name for name in knowledge.findings if draw(st.booleans()))
    value = st.sampled_from([True, False, None])
    someone = st.tuples(st.fixed_dictionaries(dict.fromkeys(coded, value)), ages, sexes)
    return knowledge, draw(st.lists(someone, min_size=1, max_size=5)), coded


def batch_of(people: list[Someone], coded: tuple[str, ...]) -> pa.RecordBatch:
    columns = {name: pa.array([CODES[one[0][name]] for one in people], pa.int8()) for name in coded}
    return pa.RecordBatch.from_pydict({"person_id": pa.array(range(len(people)), pa.int64()), **columns})


def known_of(people: list[Someone]) -> People:
    return People(
        np.arange(len(people)),
        np.array([np.nan if age is None else age for _, age, _ in people], float),
        np.array([sex or "" for _, _, sex in people], str),
        np.zeros(len(people)),
    )


def as_asked(knowledge: Knowledge, someone: Someone) -> Findings:
    """What one person's own findings are; the example is left out where their answers contradict each other."""
    answers, age, sex = someone
    try:
        return collect(knowledge.findings, answers, age, sex)
    except Contradiction:
        assume(False)
        raise


def model_of(knowledge: Knowledge) -> Model:
    return compile(knowledge, SETTING)


@given(given_records=records())
def test_codes_age_and_sex_come_to_the_findings_of_one_person(
    given_records: tuple[Knowledge, list[Someone], tuple[str, ...]],
) -> None:
    knowledge, people, coded = given_records
    expected = [as_asked(knowledge, one) for one in people]
    ((_, answers),) = answered([batch_of(people, coded)], Completion(knowledge.findings, coded), known_of(people))
    for row, one in enumerate(expected):
        assert dict(answers.of(row).values) == dict(one.values)
        assert dict(answers.of(row).inferred) == dict(one.inferred)


@pytest.mark.parametrize(("dtype", "within"), [(np.float64, 1e-9), (np.float32, 1e-5)])
@given(given_records=records(), data=st.data())
def test_posteriors_are_those_of_one_person(
    dtype: type[np.floating],
    within: float,
    given_records: tuple[Knowledge, list[Someone], tuple[str, ...]],
    data: st.DataObject,
) -> None:
    knowledge, people, coded = given_records
    expected = [as_asked(knowledge, one) for one in people]
    model = model_of(knowledge)
    if data.draw(st.booleans()):
        model = for_site(model, data.draw(st.floats(0.1, 1)), data.draw(st.floats(0.1, 10)))
    completion = Completion(knowledge.findings, coded)
    scorer = Scorer(model, completion, dtype)
    table = score(batch_of(people, coded), scorer, completion, known_of(people))
    nerves = {cause.id for cause in knowledge.causes.values() if cause.family == "cluneal"}
    for row, findings in zip(table.to_pylist(), expected, strict=True):
        one = model.differential(findings, intervals=False)
        any_nerve = sum(p for p, state in zip(one.states, model.states, strict=True) if nerves & set(state.causes))
        assert row[CLUNEAL] == pytest.approx(any_nerve, abs=within)
        assert row["cannot_tell"] == pytest.approx(one.cannot_tell.probability, abs=within)
        for cause, share in one.causes.items():
            assert row[cause] == pytest.approx(share.probability, abs=within)


@given(given_records=records())
def test_intervals_are_those_of_one_person(given_records: tuple[Knowledge, list[Someone], tuple[str, ...]]) -> None:
    knowledge, people, coded = given_records
    expected = [as_asked(knowledge, one) for one in people]
    model = model_of(knowledge)
    completion = Completion(knowledge.findings, coded)
    scorer = Scorer(model, completion, np.float64)
    ((_, answers),) = answered([batch_of(people, coded)], completion, known_of(people))
    points, bounds = scorer.posteriors(answers), scorer.intervals(answers)
    drawn = scorer.cluneal_in_every_draw(answers)
    assert drawn.shape == (len(people), model.draws.count)
    low, high = np.quantile(drawn, knowledge.model.interval, axis=1)
    np.testing.assert_allclose(bounds[:, scorer.cluneal], np.stack([low, high], axis=1), atol=1e-12)
    for row, findings in enumerate(expected):
        for cause, share in model.differential(findings).causes.items():
            at = scorer.outcomes.index(cause)
            assert min(bounds[row, at, 0], points[row, at]) == pytest.approx(share.low, abs=1e-9)
            assert max(bounds[row, at, 1], points[row, at]) == pytest.approx(share.high, abs=1e-9)


@st.composite
def rules(draw: st.DrawFn, names: tuple[str, ...]) -> list[RedFlag]:
    """Rules over any findings: overlapping, impossible, about age, about what was not asked."""
    some = st.lists(st.sampled_from(names), max_size=3, unique=True).map(tuple)
    limit = st.none() | st.integers(0, 100).map(float)
    made = []
    for i in range(draw(st.integers(1, 5))):
        made.append(
            RedFlag(
                id=f"r{i}",
                urgency=draw(st.sampled_from(["emergency", "same_day", "within_two_weeks", "routine"])),
                person="",
                clinician="",
                why="",
                evidence=(),
                all_of=draw(some),
                any_of=draw(some),
                none_of=draw(some),
                unless_known=draw(some),
                at_least=draw(st.integers(1, 3)),
                min_age=draw(limit),
                max_age=draw(limit),
            )
        )
    return made


@given(given_records=records(), data=st.data())
def test_red_flags_are_those_of_one_person(
    given_records: tuple[Knowledge, list[Someone], tuple[str, ...]], data: st.DataObject
) -> None:
    knowledge, people, coded = given_records
    expected = [as_asked(knowledge, one) for one in people]
    written = data.draw(rules(tuple(knowledge.findings)))
    ((who, answers),) = answered([batch_of(people, coded)], Completion(knowledge.findings, coded), known_of(people))
    flags = Flags(written, answers.findings)
    fired = flags.fired(answers, who.age)
    for row, (findings, (_, age, _)) in enumerate(zip(expected, people, strict=True)):
        one = triage(findings, written, age)
        there = [rule.id for rule, fires in zip(flags.rules, fired[row], strict=True) if fires]
        assert there == [rule.id for rule in one.fired]
        assert bool(flags.screened(fired)[row]) is one.screened
        alarms = [rule for rule in one.fired if rule.urgency != "routine" and not rule.unless_known]
        assert flags.alarms(fired[row]) == alarms
        assert bool(alarms) is one.alarm
        assert URGENCIES[flags.urgency(fired)[row]] == (alarms[0].urgency if alarms else "none")
