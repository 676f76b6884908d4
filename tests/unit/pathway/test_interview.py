"""The interview: the order, when it is enough, and what cannot both be true."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cluneal.knowledge import load, load_draws
from cluneal.pathway import Assessor, read_case, triage
from cluneal.pathway.interview import (
    LITTLE,
    NEITHER,
    NEW,
    OLD,
    PRESSING,
    Interview,
    find,
    is_alarm,
    not_passed,
    parts_of,
    reader,
    rivals,
    settle,
    value_of,
    what_fired,
    what_fits,
    with_part,
)

TODAY = date(2026, 11, 24)
KNOWLEDGE = load()
ASSESSOR = Assessor(KNOWLEDGE, load_draws())
READS = reader(ASSESSOR, TODAY)
QUIET: dict[str, bool | None] = dict.fromkeys(KNOWLEDGE.model.alarm_order, False)
Json = dict[str, Any]


def interview(
    answers: Json | None = None, further: bool = False, passed: tuple[str, ...] = (), **about: Any
) -> Interview:
    case = read_case({"findings": answers or {}, **about}, tuple(KNOWLEDGE.model.settings), TODAY)
    return Interview(ASSESSOR, case, ASSESSOR.findings(case, TODAY), TODAY, passed, further=further)


def held(further: bool, said: Any = None, **about: Any) -> list[tuple[str, Interview]]:
    """The interview to its end: what was asked, and where it stood then. `said` answers a question."""
    answers: Json = dict(QUIET)
    asked: list[tuple[str, Interview]] = []
    while True:
        now = interview(answers, further, tuple(name for name, one in answers.items() if one is None), **about)
        if now.next is None:
            return asked
        asked.append((now.next.finding, now))
        answers[now.next.finding] = said
        if not READS({"findings": answers, **about}):
            answers[now.next.finding] = None


def test_alarm_questions_come_first_in_the_order_of_their_pages() -> None:
    asked = [one.finding for one in interview().alarms]
    assert asked == [name for page in KNOWLEDGE.model.alarm_pages for name in page.findings]
    first = interview().next
    assert first
    assert first.finding == asked[0]


def test_every_alarm_question_stands_on_one_page_of_three_or_four() -> None:
    pages = KNOWLEDGE.model.alarm_pages
    named = [name for page in pages for name in page.findings]
    assert len(named) == len(set(named))
    assert set(named) == {one.id for one in KNOWLEDGE.findings.values() if is_alarm(one)}
    assert {len(page.findings) for page in pages} <= {3, 4}


def test_what_stops_an_interview_stands_before_what_can_wait_two_weeks() -> None:
    """The first page that holds no question which alone is an emergency comes after all that do."""
    alone = [
        name
        for name in KNOWLEDGE.model.alarm_order
        if triage(interview({name: True}).findings, KNOWLEDGE.redflags.values()).urgency == "emergency"
    ]
    pages = [any(name in alone for name in page.findings) for page in KNOWLEDGE.model.alarm_pages]
    assert alone
    assert pages == sorted(pages, reverse=True)


def test_asking_further_asks_more_and_the_same_first() -> None:
    some = [name for name, _ in held(False, age=52, sex="f")]
    more = [name for name, _ in held(True, age=52, sex="f")]
    assert 0 < len(some) < len(more)
    assert more[: len(some)] == some


def test_when_it_is_enough_nothing_above_the_line_is_left() -> None:
    about: Json = {"age": 30, "sex": "m"}
    done = interview({name: False for name, _ in held(False, said=False, **about)} | QUIET, **about)
    assert done.next is None
    assert done.seen_enough
    assert done.others
    assert all(one.value < done.enough_below for one in done.others)


def test_nobody_is_stopped_before_a_few_answers() -> None:
    crest = {"side": "right", "x_mm": 70, "y_mm": 45}
    asked = held(False, said=None, age=52, sex="f", started="2024-11-24", mark=crest)
    least = KNOWLEDGE.model.questions_at_least
    assert len(asked) >= least
    early = asked[least - 1][1]
    # Without that, the line would have stopped it.
    assert early.next
    assert early.next.value < early.enough_below


def test_somebody_who_is_not_sure_of_most_is_not_asked_for_long() -> None:
    names = [name for name, _ in held(True, said=False, age=52, sex="f")][:8]
    sure = interview(QUIET | dict.fromkeys(names, False), age=52, sex="f")
    unsure = interview(QUIET | dict.fromkeys(names), age=52, sex="f", passed=tuple(names))
    assert unsure.enough_below > 2 * sure.enough_below
    # Whoever wants to go on is asked as before.
    assert interview(QUIET | dict.fromkeys(names), True, tuple(names), age=52, sex="f").line == sure.stop_below


def test_a_not_sure_is_not_asked_again() -> None:
    first = interview(QUIET, age=52).next
    assert first
    then = interview(QUIET, passed=(first.finding,), age=52).next
    assert then
    assert then.finding != first.finding


def test_progress_never_promises_more_than_there_is_and_ends_small() -> None:
    steps = [now.progress() for _, now in held(True, age=52, sex="f")]
    assert all(0 <= one.share <= 1 for one in steps)
    assert all(one.more >= 1 for one in steps)
    assert steps[-1].change == LITTLE
    assert steps[-1].share < steps[0].share


def test_what_could_press_is_asked_first_whatever_it_tells() -> None:
    """Steroids and recent pain: severe pain would make it a matter of today."""
    about: Json = {"age": 52, "sex": "f", "started": "2026-11-01"}
    now = interview(QUIET | {"long_term_steroids": True}, **about)
    assert {"severe_pain", "thoracic_pain", "onset_lifting"} <= {one.finding for one in now.pressing}
    assert now.above[: len(now.pressing)] == now.pressing
    assert min(one.value for one in now.pressing) < KNOWLEDGE.model.questions_enough_below
    assert "severe_pain" not in {one.finding for one in interview(QUIET, **about).pressing}
    # Seen today already: the same answers would change nothing.
    today = interview(QUIET | {"long_term_steroids": True, "severe_pain": True}, **about)
    assert "thoracic_pain" not in {one.finding for one in today.pressing}


def test_a_question_as_it_stood_before_its_answer() -> None:
    before = interview(QUIET, age=52)
    assert before.next
    name = before.next.finding
    after = interview(QUIET | {name: True}, age=52)
    assert name not in {one.finding for one in after.questions(("ask",))}
    again = next(one for one in after.questions(("ask",), without=name) if one.finding == name)
    assert again.value == pytest.approx(before.next.value)


def test_old_names_are_found_for_the_answer_that_they_stand_for() -> None:
    vocabulary = KNOWLEDGE.findings
    old = next(one for one in vocabulary.values() if one.aliases)
    assert find(vocabulary, old.aliases[0], True) is old
    split = next(one for one in vocabulary.values() if one.aliases_when_present)
    name = split.aliases_when_present[0]
    assert find(vocabulary, name, True) is split
    assert find(vocabulary, name, False) is not split
    assert find(vocabulary, "no such name", True) is None


def test_an_alarm_that_was_passed_is_not_new() -> None:
    found = triage(
        interview({"saddle_numbness": True, "progressive_weakness": True}).findings, KNOWLEDGE.redflags.values()
    )
    new = not_passed(found, ())
    assert [rule.urgency for rule in new] == ["emergency"] * len(new)
    assert not_passed(found, [rule.id for rule in new]) == []
    assert {rule.urgency for rule in not_passed(found, (), PRESSING)} == {"emergency", "same_day"}


def test_what_fired_names_the_answers_and_nothing_that_was_denied() -> None:
    findings = interview({"cancer_history": True, "saddle_numbness": True, "bowel_dysfunction": False}).findings
    assert what_fired(KNOWLEDGE.redflags["cancer_neuro"], findings) == ["cancer_history", "saddle_numbness"]


def test_a_case_that_reads_is_left_as_it_is() -> None:
    case = {"age": 52, "findings": {"leg_pain": True}}
    assert what_fits(case, READS) == (case, [])


def test_an_unknown_name_is_left_out_and_the_rest_stays() -> None:
    case: Json = {
        "age": 52,
        "findings": {"gone": True, "leg_pain": True},
        "colour": "red",
        "treatments": [{}, {"kind": "nsaid"}],
    }
    kept, out = what_fits(case, READS)
    assert kept == {"age": 52, "findings": {"leg_pain": True}, "treatments": [{"kind": "nsaid"}]}
    assert set(out) == {("findings", "gone"), ("colour",), ("treatments", 0)}


def test_an_alarm_is_never_left_out_for_the_sake_of_a_no() -> None:
    case = {"findings": {"urinary_retention_or_incontinence": False, "urinary_retention": True}}
    kept, out = what_fits(case, READS)
    assert kept["findings"] == {"urinary_retention": True}
    assert out == [("findings", "urinary_retention_or_incontinence")]


def test_the_new_answer_names_all_that_it_does_not_fit() -> None:
    case = {"findings": {"leg_pain": False, "worse_standing": True, "radiates_buttock_only": True}}
    new = ("findings", "radiates_below_knee")
    assert set(rivals(with_part(case, new, True), new, READS) or []) == {
        ("findings", "leg_pain"),
        ("findings", "radiates_buttock_only"),
    }
    assert rivals(with_part(case, new, False), new, READS) == []


def test_an_answer_may_contradict_the_sex_or_the_age() -> None:
    case = {"sex": "m", "findings": {}}
    new = ("findings", "pregnant")
    assert rivals(with_part(case, new, True), new, READS) == [("sex",)]


def test_an_impossible_value_has_no_rivals() -> None:
    assert rivals({"age": 400, "findings": {}}, ("age",), READS) is None


NEW_PART, OLD_PART, SEX = ("findings", "radiates_thigh"), ("findings", "leg_pain"), ("sex",)


@pytest.mark.parametrize(
    ("right", "before", "said", "taken_back"),
    [
        (NEW, False, {NEW_PART: True}, (OLD_PART, SEX)),
        (OLD, False, {NEW_PART: None}, ()),
        (OLD, True, {}, ()),
        (NEITHER, True, {NEW_PART: None, OLD_PART: None}, (SEX,)),
    ],
)
def test_what_is_chosen_decides_what_stays(right: str, before: bool, said: Any, taken_back: Any) -> None:
    settled = settle(NEW_PART, True, [OLD_PART, SEX], right, before)
    assert settled.said == said
    assert settled.taken_back == taken_back


def test_the_parts_of_a_case_are_all_of_it() -> None:
    case: Json = {
        "age": 52,
        "findings": {"fever": None},
        "mark": {"region": "x"},
        "blocks": [{}, {"drug": "lidocaine"}],
    }
    assert parts_of(case) == [("age",), ("findings", "fever"), ("mark",), ("blocks", 0), ("blocks", 1)]
    assert value_of(case, ("blocks", 1)) == {"drug": "lidocaine"}
    assert value_of(case, ("findings", "leg_pain")) is None
