"""Which question comes next, and what its answer is worth."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from cluneal.knowledge.schema import Cause, Finding, Knowledge
from cluneal.reasoning import Model, compile, worth_asking
from cluneal.reasoning.model import probability
from cluneal.reasoning.questions import Question

from .small import CLINIC, cause, finding, knowledge, mark

Answers = Mapping[str, bool | None]


def causes() -> list[Cause]:
    return [
        cause(
            "nerve",
            {"jolt": 0.8, "tender": 0.9, "fever": 0.02, "standing": 0.7, "walking": 0.6},
            prior=0.3,
            with_={"joint": 0.3},
        ),
        cause("joint", {"jolt": 0.1, "tender": 0.5, "standing": 0.3}, prior=0.5, with_={"nerve": 0.1}),
        cause(
            "infection",
            {"fever": 0.6, "standing": 0.4},
            prior=0.2,
            family="serious",
            forms={"early": (0.5, {"fever": 0.3}), "late": (0.5, {"jolt": 0.05})},
        ),
    ]


def example(correlation: float = 0.0, **changes: dict[str, Any]) -> Knowledge:
    """`changes` alter findings by name."""
    given: dict[str, dict[str, Any]] = {
        "jolt": {"background": 0.2},
        "tender": {"background": 0.4, "minutes": 2.0, "level": "examine"},
        "fever": {"background": 0.03, "alarm": True},
        "standing": {"background": 0.5, "group": "load"},
        "walking": {"background": 0.4, "group": "load"},
        "useless": {},
    }
    findings = [finding(name, **fields | changes.get(name, {})) for name, fields in given.items()]
    return knowledge(causes(), findings, {"load": correlation})


def asked(model: Model, answers: Answers, **more: Any) -> dict[str, Question]:
    return {one.finding: one for one in model.next_questions(answers, **more)}


# The slow way: answer the question both ways, and see what that does.


def danger_of(model: Model, states: Sequence[float]) -> float:
    """The probability that something dangerous takes part."""
    total = 0.0
    for state, p in zip(model.states, states, strict=True):
        for name in state.causes:
            if model.knowledge.causes[name].family == "serious":
                total += p
                break
    return total


def slowly(
    model: Model, answers: Answers, name: str, shares: Mapping[bool, float] = {True: 1.0, False: 1.0}
) -> tuple[float, float]:
    """(expected bits, expected change in danger): answer both ways by Bayes, and weigh each way as it would count."""
    now = model.differential(answers, intervals=False).states
    expected = [probability(model.knowledge, state, name) for state in model.states]
    bits = danger = 0.0
    for value in (True, False):
        joint = [p * (q if value else 1 - q) for p, q in zip(now, expected, strict=True)]
        chance = sum(joint)
        then = [one / chance for one in joint]
        told = 0.0
        for p, after in zip(now, then, strict=True):
            if after > 0:
                told += after * math.log2(after / p)
        bits += model.power * shares[value] * chance * told
        danger += model.power * shares[value] * chance * abs(danger_of(model, then) - danger_of(model, now))
    return bits, danger


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"jolt": True},
        {"jolt": False, "fever": True},
        {"tender": True, "fever": False, "walking": True},
        {"standing": True, "walking": False},
        {"jolt": True, "tender": None},
    ],
)
def test_a_question_is_worth_what_answering_it_both_ways_shows(answers: Answers) -> None:
    model = compile(example(), CLINIC)
    found = asked(model, answers)
    assert set(found) == set(example().findings) - {name for name, value in answers.items() if value is not None}
    for name, question in found.items():
        bits, danger = slowly(model, answers, name)
        assert question.bits == pytest.approx(bits, abs=1e-9)
        minutes = {"tender": 2.0}.get(name, 1.0)
        assert question.minutes == minutes
        assert question.value == pytest.approx((bits + 20 * danger) / minutes, abs=1e-9)


def test_an_answer_like_one_already_given_is_worth_less() -> None:
    """A second yes of a group counts for 1 / (1 + correlation); a no does not, and is worth the same."""
    now: Answers = {"standing": True}
    alone, alike = (compile(example(correlation), CLINIC) for correlation in (0.0, 1.0))
    assert asked(alike, {})["walking"].bits == pytest.approx(asked(alone, {})["walking"].bits, abs=1e-12)
    halved, _ = slowly(alike, now, "walking", {True: 0.5, False: 1.0})
    assert asked(alike, now)["walking"].bits == pytest.approx(halved, abs=1e-9)
    assert asked(alike, now)["walking"].bits < asked(alone, now)["walking"].bits - 1e-3


def test_what_nobody_speaks_of_is_worth_nothing() -> None:
    question = asked(compile(example(), CLINIC), {})["useless"]
    assert (question.bits, question.value, question.separates) == (0, 0, ())


def test_what_every_cause_expects_as_often_is_worth_nothing() -> None:
    same = [cause(name, {"f": 0.3}) for name in ("a", "b")]
    [question] = compile(knowledge(same, [finding("f", 0.3)]), CLINIC).next_questions({})
    assert (question.bits, question.value) == pytest.approx((0, 0), abs=1e-12)
    assert question.separates == ()


def test_danger_weighs_more_than_curiosity() -> None:
    """The same information, with and without something dangerous in it."""
    worth = []
    for family in ("spine", "serious"):
        two = [cause("a", {"f": 0.6}, family=family), cause("b", {"f": 0.1})]
        [question] = compile(knowledge(two, [finding("f", 0.1)]), CLINIC).next_questions({})
        worth.append(question)
    assert worth[0].bits == pytest.approx(worth[1].bits, abs=1e-12)
    assert worth[0].value == pytest.approx(worth[0].bits, abs=1e-12)
    assert worth[1].value > worth[0].value + 1


@pytest.mark.parametrize(
    ("harm", "minutes", "cost"), [("none", 1.0, 1), ("none", 0.1, 0.1), ("low", 1.0, 6), ("moderate", 20.0, 80)]
)
def test_minutes_and_harm_are_what_it_costs(harm: str, minutes: float, cost: float) -> None:
    free = asked(compile(example(), CLINIC), {})["jolt"]
    dear = asked(compile(example(jolt={"harm": harm, "minutes": minutes}), CLINIC), {})["jolt"]
    assert dear.value * cost == pytest.approx(free.value)
    assert dear.bits == free.bits
    assert dear.minutes == minutes


def test_turning_to_a_question_costs_something_too() -> None:
    known = example()
    slower = dataclasses.replace(known, model=dataclasses.replace(known.model, overhead_minutes=0.5))
    free, dear = (asked(compile(one, CLINIC), {})["jolt"] for one in (known, slower))
    assert dear.value * 1.5 == pytest.approx(free.value)
    assert dear.minutes == free.minutes == 1


# Order, and what is left out.


def test_alarm_questions_come_first_then_the_most_worth() -> None:
    order = compile(example(useless={"alarm": True}), CLINIC).next_questions({})
    assert {one.finding for one in order[:2]} == {"fever", "useless"}
    assert all(one.alarm for one in order[:2])
    assert not any(one.alarm for one in order[2:])
    for part in (order[:2], order[2:]):
        values = [one.value for one in part]
        assert values == sorted(values, reverse=True)
        assert values[0] > values[-1]


def test_an_alarm_that_only_an_examination_shows_waits_its_turn() -> None:
    order = compile(example(tender={"alarm": True}), CLINIC).next_questions({})
    assert [one.finding for one in order if one.alarm] == ["fever"]
    assert order[0].finding == "fever"


@pytest.mark.parametrize(
    ("changes", "answers", "left_out"),
    [
        ({}, {"jolt": True}, "jolt"),
        ({}, {"jolt": False}, "jolt"),
        ({}, {"fever": False}, "fever"),
        # Known because something else rules it out.
        ({"standing": {"implies_absent": ("jolt",)}}, {"standing": True}, "jolt"),
        ({"standing": {"implies": ("jolt",)}}, {"standing": True}, "jolt"),
        # Asked once, as an age and a sex, not one by one.
        ({"jolt": {"told_by_age": (0, 40)}}, {}, "jolt"),
        ({"jolt": {"told_by_sex": "f"}}, {}, "jolt"),
    ],
)
def test_what_is_known_or_asked_elsewhere_is_left_out(
    changes: dict[str, dict[str, Any]], answers: Answers, left_out: str
) -> None:
    model = compile(example(0.0, **changes), CLINIC)
    names = set(example().findings) - {left_out} - set(answers)
    assert set(asked(model, answers)) == names


def test_not_sure_is_asked_again() -> None:
    assert "jolt" in asked(compile(example(), CLINIC), {"jolt": None})


def test_with_a_mark_the_words_for_the_place_are_not_asked() -> None:
    model = compile(example(jolt={"told_by_mark": True}), CLINIC)
    findings = model.findings({})
    assert "jolt" in {one.finding for one in model.next_questions(findings)}
    marked = dataclasses.replace(findings, located=mark())
    assert "jolt" not in {one.finding for one in model.next_questions(marked)}


@pytest.mark.parametrize(
    ("levels", "expected"),
    [(("ask",), {"jolt", "fever", "standing", "walking", "useless"}), (("examine",), {"tender"}), (("test",), set())],
)
def test_only_the_levels_wanted(levels: tuple[str, ...], expected: set[str]) -> None:
    found = asked(compile(example(), CLINIC), {}, levels=levels)
    assert set(found) == expected
    assert all(one.level in levels for one in found.values())


def test_a_question_says_why_and_between_whom_it_decides() -> None:
    question = asked(compile(example(), CLINIC), {})["jolt"]
    assert question.why == "why jolt"
    assert question.separates[0] == "nerve"
    assert len(question.separates) == 2


@pytest.mark.parametrize(("alarm", "value", "worth"), [(False, 0.0099, False), (False, 0.01, True), (True, 0.0, True)])
def test_it_stops_when_nothing_is_worth_its_minute_but_alarms_are_always_asked(
    alarm: bool, value: float, worth: bool
) -> None:
    question = Question("f", "ask", 1.0, value, 0.0, alarm, "", ())
    assert worth_asking(compile(example(), CLINIC), question) is worth


def test_many_sure_answers_leave_nothing_to_ask_but_no_error() -> None:
    """A posterior that has gone to 0 in every state but one has no logarithm."""
    names = [f"f{i}" for i in range(120)]
    two = [cause("a", dict.fromkeys(names, 1 - 1e-4)), cause("b", dict.fromkeys(names, 1e-4))]
    known = knowledge(two, [finding(name, 0.5) for name in names], power=1.0)
    answers: dict[str, bool | None] = dict.fromkeys(names[:-1], True)
    [question] = compile(known, CLINIC).next_questions(answers)
    assert question.bits == pytest.approx(0, abs=1e-9)
    assert math.isfinite(question.value)


def test_questions_are_the_same_every_time() -> None:
    known: Mapping[str, Finding] = example().findings
    first, second = (compile(example(0.4), CLINIC).next_questions({"jolt": True}) for _ in range(2))
    assert repr(first) == repr(second)
    assert len(first) == len(known) - 1
