"""One model, several engines, one oracle: every engine gives the oracle's posterior."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluneal.anatomy import Located
from cluneal.knowledge.draws import Draws
from cluneal.knowledge.schema import Cause, Knowledge, Likelihood
from cluneal.reasoning import Model, compile
from cluneal.reasoning.batch import Batch
from cluneal.reasoning.evidence import score
from cluneal.reasoning.intervals import intervals_of
from cluneal.reasoning.table import POSTERIOR_SQL

from . import oracle
from .strategies import ANY, SETTING, TAME, Answers, Clinic, clinics, marks, priors, two_causes

# Single precision keeps 7 digits, and a dozen answers at odds of 1 in 10,000 are a log weight near 100: 5 digits left.
SINGLE = 2e-5


def expected(clinic: Clinic, answers: Answers, prior: str, mark: Located | None = None) -> dict[str, float]:
    found = oracle.posterior(clinic.knowledge, answers, SETTING, prior, mark)
    return oracle.marginals(clinic.knowledge, found)


@given(clinic=clinics(), prior=priors)
def test_one_person_in_plain_python(clinic: Clinic, prior: str) -> None:
    result = compile(clinic.knowledge, SETTING, prior).differential(clinic.person, intervals=False)
    found = {cause: share.probability for cause, share in result.causes.items()}
    found[oracle.CANNOT_TELL] = result.cannot_tell.probability
    assert found == pytest.approx(expected(clinic, clinic.person, prior), abs=1e-9)


@given(clinic=clinics(), prior=priors, mark=marks())
def test_one_person_who_marked_the_map(clinic: Clinic, prior: str, mark: Located) -> None:
    model = compile(clinic.knowledge, SETTING, prior)
    findings = dataclasses.replace(model.findings(clinic.person), located=mark)
    result = model.differential(findings, intervals=False)
    found = {cause: share.probability for cause, share in result.causes.items()}
    found[oracle.CANNOT_TELL] = result.cannot_tell.probability
    assert found == pytest.approx(expected(clinic, clinic.person, prior, mark), abs=1e-9)


@given(clinic=clinics(), prior=priors)
def test_every_state_not_only_the_sums_over_them(clinic: Clinic, prior: str) -> None:
    model = compile(clinic.knowledge, SETTING, prior)
    result = model.differential(clinic.person, intervals=False)
    found = {
        oracle.World(frozenset(state.causes), state.form): p
        for state, p in zip(model.states, result.states, strict=True)
    }
    assert len(found) == len(model.states)
    assert found == pytest.approx(oracle.posterior(clinic.knowledge, clinic.person, SETTING, prior), abs=1e-9)
    shares = {
        oracle.World(frozenset(state.causes), state.form): p
        for state, p in zip(model.states, model.prior_weights, strict=True)
    }
    assert shares == pytest.approx(oracle.worlds(clinic.knowledge, SETTING, prior), rel=1e-9)


@given(clinic=clinics(most=5), prior=priors, precision=st.sampled_from([np.float64, np.float32]))
def test_many_people_as_matrices(clinic: Clinic, prior: str, precision: type[np.floating[Any]]) -> None:
    model = compile(clinic.knowledge, SETTING, prior)
    batch = Batch(model, precision)
    found = batch.posteriors(batch.matrix([model.findings(answers) for answers in clinic.people]))
    assert found.dtype == precision
    assert batch.outcomes == (*clinic.knowledge.causes, oracle.CANNOT_TELL)
    rows = [list(expected(clinic, answers, prior).values()) for answers in clinic.people]
    assert found == pytest.approx(np.array(rows), abs=1e-9 if precision is np.float64 else SINGLE)


@pytest.mark.parametrize("people", [0, 1, 1023, 1024, 1025, 2049])
def test_people_at_the_edges_of_a_chunk(people: int) -> None:
    model = compile(two_causes(0.9, 0.1, 0.3), SETTING)
    batch = Batch(model, np.float64)
    matrix = np.tile(np.array([[1], [0], [-1]], np.int8), (people // 3 + 1, 1))[:people]
    each = [model.differential(a, intervals=False) for a in ({"f": True}, {"f": False}, {})]
    rows = [[one.causes["a"].probability, one.causes["b"].probability, one.cannot_tell.probability] for one in each]
    found = batch.posteriors(matrix)
    assert found.shape == (people, 3)
    assert found == pytest.approx(np.array([rows[i % 3] for i in range(people)]).reshape(-1, 3), abs=1e-9)


@pytest.mark.parametrize("shape", [(2, 2), (3,), (1, 0)])
def test_a_matrix_of_another_width_is_refused(shape: tuple[int, ...]) -> None:
    batch = Batch(compile(two_causes(0.9, 0.1, 0.3), SETTING))
    for use in (batch.posteriors, batch.intervals):
        with pytest.raises(ValueError, match="it needs 1 columns"):
            use(np.zeros(shape, np.int8))


# The table form.


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        yield connection


def in_sql(
    connection: duckdb.DuckDBPyConnection, model: Model, people: list[dict[str, bool | None]]
) -> list[dict[str, float]]:
    """Posteriors by the documented SQL over the documented relations."""
    tables = model.to_table()
    columns = {"answers": "person integer, finding text, value boolean", **tables.columns}
    answers = [(i, name, value) for i, given in enumerate(people) for name, value in given.items()]
    for name, definition in columns.items():
        rows: list[Any] = answers if name == "answers" else getattr(tables, name)
        connection.execute(f"create or replace table {name} ({definition})")
        if rows:
            names = definition.split(", ")
            unnested = ", ".join(f"unnest(?::{column.split(' ', 1)[1]}[])" for column in names)
            connection.execute(
                f"insert into {name} select {unnested}", [list(column) for column in zip(*rows, strict=True)]
            )
    found: list[dict[str, float]] = [{} for _ in people]
    for person, outcome, probability in connection.execute(POSTERIOR_SQL).fetchall():
        found[person][outcome] = probability
    return found


@given(clinic=clinics(most=4), prior=priors)
def test_the_table_form_in_sql(database: duckdb.DuckDBPyConnection, clinic: Clinic, prior: str) -> None:
    model = compile(clinic.knowledge, SETTING, prior)
    # What was not answered is a row without a value: a person without any row is not in the relation at all.
    people: list[dict[str, bool | None]] = [
        {**dict.fromkeys(clinic.knowledge.findings), **model.findings(answers).values} for answers in clinic.people
    ]
    found = in_sql(database, model, people)
    for answers, probabilities in zip(clinic.people, found, strict=True):
        assert probabilities == pytest.approx(expected(clinic, answers, prior), abs=1e-9)


def test_the_weights_leave_out_what_says_nothing() -> None:
    tables = compile(two_causes(0.9, 0.3, 0.3), SETTING).to_table()
    assert all(weight != 0 for *_, weight in tables.weights)
    assert {(finding, value) for finding, value, *_ in tables.weights} == {("f", True), ("f", False)}
    assert "b" not in {state for _, _, state, _ in tables.weights}


# Intervals.


def intervals_over_draws(model: Model, answers: Answers, mark: Located | None) -> dict[str, tuple[float, float]]:
    """Each draw of the parameters as a knowledge base of its own, given to the oracle, and NumPy's quantiles."""
    rows: dict[str, list[float]] = {}
    # The studies' prior is uncertain. One that somebody states is what they state, in every draw.
    stated = None if model.prior == "chosen" else oracle.main_sources(model.knowledge, SETTING, model.prior)
    for i in range(model.draws.count):
        drawn = with_draw(model.knowledge, model.draws, i, stated)
        found = oracle.posterior(drawn, answers, SETTING, "chosen", mark)
        for outcome, p in oracle.marginals(drawn, found).items():
            rows.setdefault(outcome, []).append(p)
    low, high = model.knowledge.model.interval
    return {outcome: (float(np.quantile(row, low)), float(np.quantile(row, high))) for outcome, row in rows.items()}


def with_draw(knowledge: Knowledge, draws: Draws, i: int, stated: dict[str, float] | None) -> Knowledge:
    """The same knowledge with every uncertain number replaced by one of its draws, and a stated prior by itself."""

    def drawn(prefix: str, likelihoods: dict[str, Likelihood]) -> dict[str, Likelihood]:
        return {name: dataclasses.replace(one, p=draws.of(f"{prefix}/{name}")[i]) for name, one in likelihoods.items()}

    def cause_of(cause: Cause) -> Cause:
        prior = cause.prior[SETTING]
        values = tuple(
            dataclasses.replace(value, p=stated[cause.id] if stated else draws.of(f"prior/{SETTING}/{cause.id}")[i])
            if value.id == prior.chosen
            else value
            for value in prior.values
        )
        return dataclasses.replace(
            cause,
            prior={SETTING: dataclasses.replace(prior, values=values)},
            findings=drawn(cause.id, cause.findings),
            forms={
                name: dataclasses.replace(form, findings=drawn(f"{cause.id}/{name}", form.findings))
                for name, form in cause.forms.items()
            },
            coexists_with={
                other: dataclasses.replace(partner, p=draws.of(f"partner/{cause.id}/{other}")[i])
                for other, partner in cause.coexists_with.items()
            },
        )

    findings = {
        name: dataclasses.replace(one, background=dataclasses.replace(one.background, p=draws.of(name)[i]))
        for name, one in knowledge.findings.items()
    }
    causes = {name: cause_of(cause) for name, cause in knowledge.causes.items()}
    return dataclasses.replace(knowledge, findings=findings, causes=causes)


@given(clinic=clinics(TAME), prior=priors, mark=marks() | st.none())
def test_an_interval_is_the_posterior_worked_out_for_every_draw(
    clinic: Clinic, prior: str, mark: Located | None
) -> None:
    model = compile(clinic.knowledge, SETTING, prior)
    findings = dataclasses.replace(model.findings(clinic.person), located=mark)
    scored = score(findings, clinic.knowledge.findings, clinic.knowledge.groups, model.ratios)
    found = intervals_of(model, scored, model.site(mark))
    wanted = intervals_over_draws(model, clinic.person, mark)
    wanted[""] = wanted.pop(oracle.CANNOT_TELL)
    for name, bounds in wanted.items():
        assert found[name] == pytest.approx(bounds, abs=1e-6)
    assert found.keys() == wanted.keys()


@given(clinic=clinics(), first=priors, second=priors)
def test_another_prior_on_the_same_model_is_that_prior_compiled(clinic: Clinic, first: str, second: str) -> None:
    used = compile(clinic.knowledge, SETTING, first)
    used.differential(clinic.person)
    turned = used.with_prior(second)
    compiled = compile(clinic.knowledge, SETTING, second)
    for model in (turned, compiled, turned):
        assert repr(model.differential(clinic.person)) == repr(compiled.differential(clinic.person))
    assert repr(turned.next_questions(clinic.person)) == repr(compiled.next_questions(clinic.person))


@given(clinic=clinics(ANY, most=3), prior=priors)
def test_intervals_of_many_are_those_of_each(clinic: Clinic, prior: str) -> None:
    model = compile(clinic.knowledge, SETTING, prior)
    batch = Batch(model, np.float64)
    people = [model.findings(answers) for answers in clinic.people]
    found = batch.intervals(batch.matrix(people))
    assert found.shape == (len(people), len(batch.outcomes), 2)
    for row, findings in zip(found, people, strict=True):
        scored = score(findings, clinic.knowledge.findings, clinic.knowledge.groups, model.ratios)
        wanted = intervals_of(model, scored, [])
        names = [*model.causes, ""]
        assert row == pytest.approx(np.array([wanted[name] for name in names]), abs=1e-6)


def test_the_median_of_many_can_be_asked_for() -> None:
    batch = Batch(compile(two_causes(0.9, 0.1, 0.3), SETTING), np.float64)
    matrix = np.array([[1]], np.int8)
    low, median, high = batch.intervals(matrix, [0.05, 0.5, 0.95])[0, 0]
    assert low < median < high
    assert batch.intervals(matrix)[0, 0] == pytest.approx([low, high], abs=1e-12)
