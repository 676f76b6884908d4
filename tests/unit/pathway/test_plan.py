"""What could be done next: nothing unsafe before an alarm has been seen to, nothing asked twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from cluneal.knowledge import load, load_draws
from cluneal.pathway import Assessor, answers, read_case, triage
from cluneal.pathway.assess import can_be_present
from cluneal.pathway.plan import prevention, self_care
from cluneal.reasoning import Findings, collect

TODAY = date(2026, 6, 1)
KNOWLEDGE = load()
ASSESSOR = Assessor(KNOWLEDGE, load_draws())
QUIET = {name: False for name, one in KNOWLEDGE.findings.items() if one.alarm and one.level == "ask"}


def assessed(findings: Mapping[str, bool | None], **more: Any) -> dict[str, Any]:
    case = read_case({"findings": findings, **more}, tuple(KNOWLEDGE.model.settings), TODAY)
    return ASSESSOR.assess(case, TODAY)


def collected(answered: dict[str, bool | None]) -> Findings:
    return collect(KNOWLEDGE.findings, answered)


@pytest.mark.parametrize("urgent", ["saddle_numbness", "fever"])
def test_no_exercise_is_offered_before_an_alarm_has_been_seen_to(urgent: str) -> None:
    answer = assessed({urgent: True})
    assert answer["triage"]["urgency"] in ("emergency", "same_day")
    assert answer["plan"]["self_care"] == []
    assert assessed(QUIET)["plan"]["self_care"]


@pytest.mark.parametrize("item", [one for one in KNOWLEDGE.selfcare.values() if one.avoid_if], ids=lambda one: one.id)
def test_what_an_answer_makes_unwise_is_left_out(item: Any) -> None:
    everything = {one.id for one in self_care(Findings({}), triage(Findings({}), ()), KNOWLEDGE.selfcare)}
    assert item.id in everything
    for name in item.avoid_if:
        found = self_care(Findings({name: True}), triage(Findings({}), ()), KNOWLEDGE.selfcare)
        assert item.id not in {one.id for one in found}, name


def test_prevention_names_only_the_risks_that_are_there() -> None:
    assert prevention(Findings({}), KNOWLEDGE.prevention) == []
    for item in KNOWLEDGE.prevention.values():
        for name in item.findings:
            assert item in prevention(Findings({name: True}), KNOWLEDGE.prevention)
            assert item not in prevention(Findings({name: False}), KNOWLEDGE.prevention)


def test_a_visit_question_is_not_asked_when_it_is_settled() -> None:
    settled = [one for one in KNOWLEDGE.visit_questions.values() if one.settled_by]
    assert settled
    for one in settled:
        for name in one.settled_by:
            asked = {row["id"] for row in assessed({**QUIET, name: False})["plan"]["visit_questions"]}
            assert one.id not in asked, (one.id, name)


def test_the_answers_people_look_for_are_found_by_any_of_their_words() -> None:
    assert len(answers(KNOWLEDGE)) == len(KNOWLEDGE.faq)
    assert any(one.id == "driving" for one in answers(KNOWLEDGE, "CAR"))
    assert answers(KNOWLEDGE, "xyzzy") == []


@pytest.mark.parametrize(
    ("answered", "no_longer"),
    [
        ({"leg_pain": False}, {"leg_pain_worse_than_back"}),
        ({"radiates_thigh": False}, {"radiates_below_knee"}),
        ({"female": False}, {"pregnant", "postpartum", "pregnancy_or_postpartum"}),
    ],
)
def test_what_an_answer_rules_out_is_not_asked(answered: dict[str, bool | None], no_longer: set[str]) -> None:
    findings = collected(answered)
    model = ASSESSOR.model("primary_care")
    asked = {one.finding for one in ASSESSOR.questions(model, findings)}
    assert no_longer & {one.finding for one in ASSESSOR.questions(model, Findings({}))}
    assert not no_longer & asked


def test_a_question_is_left_out_only_where_yes_would_be_a_contradiction() -> None:
    vocabulary = KNOWLEDGE.findings
    tied = {name for one in vocabulary.values() for name in (*one.implies, *one.implies_absent)}
    tied |= {name for name, one in vocabulary.items() if one.implies or one.implies_absent}
    for name in sorted(tied):
        for value in (True, False):
            findings = collected({name: value})
            for other in sorted(tied):
                if findings.known(other):
                    continue
                try:
                    collect(vocabulary, {name: value, other: True})
                    possible = True
                except ValueError:
                    possible = False
                assert can_be_present(other, findings, vocabulary) == possible, (name, value, other)


def test_alarm_questions_are_asked_whatever_else_was_said() -> None:
    model = ASSESSOR.model("primary_care")
    findings = collected({"leg_pain": False, "radiates_thigh": False, "female": False})
    asked = [one.finding for one in ASSESSOR.questions(model, findings)]
    assert set(QUIET) <= set(asked)
    assert set(asked[: len(QUIET)]) == set(QUIET)


def test_the_same_case_on_the_same_day_gives_the_same_answer() -> None:
    first, second = (assessed({"worse_standing": True}, age=52, started="2025-01-01") for _ in range(2))
    assert first == second
    other = Assessor(KNOWLEDGE, load_draws())
    case = read_case(
        {"findings": {"worse_standing": True}, "age": 52, "started": "2025-01-01"},
        tuple(KNOWLEDGE.model.settings),
        TODAY,
    )
    assert other.assess(case, TODAY) == first


def test_every_source_that_an_assessment_names_is_in_the_bibliography() -> None:
    answer = assessed(
        {"worse_standing": True, "osteoporosis": True, "prior_lumbar_surgery": True, "fever": True}, age=70, sex="f"
    )

    def sources(part: Any) -> set[str]:
        if isinstance(part, dict):
            own = set(part.get("sources", ()))
            return own.union(*(sources(one) for key, one in part.items() if key != "sources"), set())
        return set().union(*(sources(one) for one in part)) if isinstance(part, list) else set()

    named = sources(answer)
    assert len(named) > 10
    assert named <= set(KNOWLEDGE.sources)


def test_a_block_answers_its_finding_unless_the_case_says_otherwise() -> None:
    block = {
        "target": "superior cluneal nerve",
        "drug": "lidocaine",
        "readings": [{"minute": 0, "pain": 8}, *({"minute": minute, "pain": 0} for minute in (15, 30, 60, 120, 240))],
    }
    case = read_case({"blocks": [block]}, tuple(KNOWLEDGE.model.settings), TODAY)
    assert ASSESSOR.findings(case, TODAY).get("scn_block_positive") is True
    said = {"blocks": [block], "findings": {"scn_block_positive": False}}
    assert ASSESSOR.findings(read_case(said, tuple(KNOWLEDGE.model.settings), TODAY), TODAY).get(
        "scn_block_positive"
    ) is False  # fmt: skip
