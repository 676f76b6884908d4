"""What could be done next: tests that would settle it, self-care, prevention, referral, questions for the visit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..frozen import frozen
from ..knowledge.care import Answer, Prevention, Referral, SelfCare, Test, VisitQuestion
from ..knowledge.schema import Knowledge
from ..reasoning import Differential, Findings, Question
from .triage import Triage

MOST_TESTS = 5
MOST_QUESTIONS = 8
LEADING = 2


@frozen
class TestToSettle:
    """A test with its worth (bits, danger included, a minute) and the open findings it would answer."""

    test: Test
    value: float
    answers: tuple[str, ...]


def tests_to_settle(questions: Sequence[Question], tests: Mapping[str, Test]) -> list[TestToSettle]:
    """The tests whose answers are worth most to this person now, best first."""
    worth = {question.finding: question.value for question in questions if question.level != "ask"}
    found = []
    for test in tests.values():
        answers = tuple(name for name in test.answers if worth.get(name, 0.0) > 0)
        if answers:
            found.append(TestToSettle(test, max(worth[name] for name in answers), answers))
    return sorted(found, key=lambda one: -one.value)[:MOST_TESTS]


def self_care(findings: Findings, triage: Triage, items: Mapping[str, SelfCare]) -> list[SelfCare]:
    """What suits this person, nothing that an answer makes unwise, and nothing before an alarm has been seen to."""
    if triage.urgency in ("emergency", "same_day"):
        return []
    safe = [one for one in items.values() if not any(findings.get(name) for name in one.avoid_if)]
    return sorted(safe, key=lambda one: -sum(bool(findings.get(name)) for name in one.suits))


def prevention(findings: Findings, items: Mapping[str, Prevention]) -> list[Prevention]:
    """The risk factors that this person has, with what eases each."""
    return [one for one in items.values() if any(findings.get(name) for name in one.findings)]


def referral(triage: Triage, items: Mapping[str, Referral]) -> list[Referral]:
    """The guide's reasons to see a specialist, in their safe version, as far as their rules fired."""
    fired = {rule.id for rule in triage.fired}
    return [one for one in items.values() if fired.intersection(one.rules)]


def visit_questions(
    findings: Findings, result: Differential, items: Mapping[str, VisitQuestion]
) -> list[VisitQuestion]:
    """The questions worth taking to the next visit: about what is still open, present or leading, not yet settled."""
    leading = result.top(LEADING)

    def applies(one: VisitQuestion) -> bool:
        if any(findings.known(name) for name in one.settled_by):
            return False
        return (
            one.always
            or any(findings.get(name) for name in one.when_present)
            or (
                any(cause in leading for cause in one.when_cause)
                and (not one.when_open or any(not findings.known(name) for name in one.when_open))
            )
            or (not one.when_cause and any(not findings.known(name) for name in one.when_open))
        )

    chosen = [one for one in items.values() if applies(one)]
    return sorted(chosen, key=lambda one: (not _concerns(one, findings), one.order))[:MOST_QUESTIONS]


def _concerns(one: VisitQuestion, findings: Findings) -> bool:
    return any(findings.get(name) for name in one.when_present)


def answers(knowledge: Knowledge, words: str | None = None) -> list[Answer]:
    """The questions that people ask, or those in which every one of `words` occurs."""
    wanted = (words or "").casefold().split()
    return [
        one
        for one in knowledge.faq.values()
        if all(word in f"{one.question} {one.answer}".casefold() for word in wanted)
    ]
