"""The alarm rules: what fires one, what does not, and which is the most urgent."""

from __future__ import annotations

from typing import Any

import pytest

from cluneal.knowledge import load
from cluneal.knowledge.care import RedFlag
from cluneal.pathway import triage
from cluneal.pathway.triage import URGENCIES, fires, open_alarms
from cluneal.reasoning import Findings, collect


def rule(name: str = "rule", urgency: str = "emergency", **parts: Any) -> RedFlag:
    return RedFlag(name, urgency, "for a person", "for a clinician", "why", (), **parts)  # type: ignore[arg-type]


def known(*present: str, no: tuple[str, ...] = ()) -> Findings:
    return Findings({**dict.fromkeys(present, True), **dict.fromkeys(no, False)})


@pytest.mark.parametrize(
    ("parts", "findings", "age", "expected"),
    [
        ({"all_of": ("a", "b")}, known("a", "b"), None, True),
        ({"all_of": ("a", "b")}, known("a"), None, False),
        ({"all_of": ("a", "b")}, known("a", no=("b",)), None, False),
        ({"any_of": ("a", "b")}, known("b"), None, True),
        ({"any_of": ("a", "b")}, known(), None, False),
        ({"any_of": ("a", "b", "c"), "at_least": 2}, known("a"), None, False),
        ({"any_of": ("a", "b", "c"), "at_least": 2}, known("a", "c"), None, True),
        ({"all_of": ("a",), "none_of": ("b",)}, known("a", "b"), None, False),
        # What was not asked silences nothing.
        ({"all_of": ("a",), "none_of": ("b",)}, known("a"), None, True),
        ({"all_of": ("a",), "min_age": 65}, known("a"), 64, False),
        ({"all_of": ("a",), "min_age": 65}, known("a"), 65, True),
        ({"all_of": ("a",), "max_age": 25}, known("a"), 25, True),
        ({"all_of": ("a",), "max_age": 25}, known("a"), 26, False),
        # An age that is not known fires no rule about age.
        ({"all_of": ("a",), "min_age": 65}, known("a"), None, False),
        # Open questions fire the one rule about them until the last is answered, with yes or no.
        ({"unless_known": ("a", "b")}, known("a"), None, True),
        ({"unless_known": ("a", "b")}, known("a", no=("b",)), None, False),
    ],
)
def test_when_a_rule_fires(parts: dict[str, Any], findings: Findings, age: float | None, expected: bool) -> None:
    assert fires(rule(**parts), findings, age) is expected


def test_the_most_urgent_rule_decides_and_every_one_is_kept() -> None:
    rules = [rule("late", "routine", all_of=("a",)), rule("now", all_of=("a",)), rule("other", all_of=("b",))]
    found = triage(known("a"), rules)
    assert found.urgency == "emergency"
    assert [one.id for one in found.fired] == ["now", "late"]
    assert triage(known(), rules).urgency == "none"


def test_open_questions_are_no_alarm() -> None:
    rules = [rule("open", "within_two_weeks", unless_known=("a",)), rule("late", "routine", all_of=("b",))]
    found = triage(known("b"), rules)
    assert (found.urgency, found.screened, found.alarm) == ("within_two_weeks", False, False)
    found = triage(known("b", no=("a",)), rules)
    assert (found.urgency, found.screened, found.alarm) == ("routine", True, False)


def test_alarm_questions_stay_open_until_answered() -> None:
    rules = [rule("now", all_of=("a",), any_of=("b",)), rule("late", "routine", all_of=("c",))]
    assert open_alarms(known(), rules, ["a", "b", "c", "d"]) == ["a", "b"]
    assert open_alarms(known("a", no=("b",)), rules, ["a", "b"]) == []


def test_the_urgencies_stand_from_most_to_least_urgent() -> None:
    assert URGENCIES == ("emergency", "same_day", "within_two_weeks", "routine", "none")
    assert {one.urgency for one in load().redflags.values()} <= set(URGENCIES)


@pytest.mark.parametrize("alarm", [name for name, one in load().findings.items() if one.alarm and one.level == "ask"])
def test_a_no_to_everything_raises_no_alarm_and_one_yes_at_most_what_its_rules_say(alarm: str) -> None:
    vocabulary = load().findings
    alarms = {name: False for name, one in vocabulary.items() if one.alarm and one.level == "ask"}
    quiet = triage(collect(vocabulary, alarms), load().redflags.values())
    assert not quiet.alarm
    loud = triage(collect(vocabulary, {**alarms, alarm: True}), load().redflags.values())
    allowed = [one.id for one in load().redflags.values() if alarm in (*one.all_of, *one.any_of)]
    implied = {name for name in collect(vocabulary, {alarm: True}).values if name != alarm}
    allowed += [one.id for one in load().redflags.values() if implied.intersection((*one.all_of, *one.any_of))]
    assert {one.id for one in loud.fired} - {one.id for one in quiet.fired} <= set(allowed)
