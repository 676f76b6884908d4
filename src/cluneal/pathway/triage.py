"""Red flags first: rules that fire whatever the ranking says."""

from __future__ import annotations

from collections.abc import Iterable

from ..frozen import frozen
from ..knowledge.care import RedFlag
from ..reasoning import Findings

URGENCIES = ("emergency", "same_day", "within_two_weeks", "routine", "none")


@frozen
class Triage:
    """The most urgent rule that fired decides; every fired rule is kept, most urgent first."""

    urgency: str
    fired: tuple[RedFlag, ...]

    @property
    def screened(self) -> bool:
        """False while alarm questions that screening needs have no answer."""
        return not any(rule.unless_known for rule in self.fired)

    @property
    def alarm(self) -> bool:
        """True when an answer, and not only a missing one, asks for somebody within two weeks or sooner."""
        return any(rule.urgency != "routine" and not rule.unless_known for rule in self.fired)


def triage(findings: Findings, rules: Iterable[RedFlag], age: float | None = None) -> Triage:
    """How soon, and why.

    An answer that was not given fires no rule about an answer and silences none; it fires the one rule that says that
    screening is not complete.
    """
    fired = sorted(
        (rule for rule in rules if fires(rule, findings, age)), key=lambda rule: URGENCIES.index(rule.urgency)
    )
    return Triage(fired[0].urgency if fired else "none", tuple(fired))


def fires(rule: RedFlag, findings: Findings, age: float | None) -> bool:
    """All of `all_of`, at least `at_least` of `any_of`, none of `none_of`, and the age within its limits."""
    if rule.min_age is not None and (age is None or age < rule.min_age):
        return False
    if rule.max_age is not None and (age is None or age > rule.max_age):
        return False
    if any(findings.get(name) for name in rule.none_of):
        return False
    if not all(findings.get(name) for name in rule.all_of):
        return False
    if rule.unless_known and all(findings.known(name) for name in rule.unless_known):
        return False
    return not rule.any_of or sum(bool(findings.get(name)) for name in rule.any_of) >= rule.at_least


def open_alarms(findings: Findings, rules: Iterable[RedFlag], alarm_findings: Iterable[str]) -> list[str]:
    """Alarm findings not yet asked that could fire a rule of "same day" or worse."""
    urgent = {
        name for rule in rules if rule.urgency in ("emergency", "same_day") for name in (*rule.all_of, *rule.any_of)
    }
    return [name for name in alarm_findings if name in urgent and not findings.known(name)]
