"""What bears on a treatment for this person: from what they said about their health, their findings and treatments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..frozen import frozen
from ..knowledge.care import Contraindication, Rung
from ..knowledge.caution import Caution
from ..knowledge.schema import Finding
from ..reasoning import Findings
from .case import Treatment

States = Mapping[str, bool | None]


@frozen
class Bearing:
    """A reason against a treatment or for care, and what raises it: ids of cautions, then of findings."""

    against: Contraindication
    cautions: tuple[str, ...]
    findings: tuple[str, ...]


@frozen
class Weighed:
    """The reasons of one rung, by what is known of this person.

    `yours`: something said raises them. `unknown`: nothing does, and what could was not answered, or with "not sure".
    `general`: they hold for everybody. What was ruled out is in none of them.
    """

    yours: tuple[Bearing, ...]
    unknown: tuple[Bearing, ...]
    general: tuple[Contraindication, ...]


def states(
    cautions: Iterable[Caution], health: Mapping[str, Any], findings: Findings, treatments: Sequence[Treatment]
) -> dict[str, bool | None]:
    """Each caution as present, absent, or None when it is not known. What is told elsewhere holds beside the answer.

    Args:
        cautions: those of the knowledge.
        health: what the person said, by caution; anything but true and false is not known.
        findings: everything else that was said.
        treatments: what was tried; one without an end goes on.
    """
    goes_on = {one.kind for one in treatments if one.ended is None}

    def state(one: Caution) -> bool | None:
        if goes_on.intersection(one.treatments) or any(findings.get(name) for name in one.findings):
            return True
        said = health.get(one.id)
        return said if isinstance(said, bool) else None

    return {one.id: state(one) for one in cautions}


def weigh(rung: Rung, known: States, findings: Findings) -> Weighed:
    """The rung's reasons against it, or for care, sorted by what is known."""
    yours, unknown, general = [], [], []
    for one in rung.against:
        raised = Bearing(one, *_with(True, one, known, findings))
        not_known = Bearing(one, *_with(None, one, known, findings))
        if not one.cautions and not one.findings:
            general.append(one)
        elif raised.cautions or raised.findings:
            yours.append(raised)
        elif not_known.cautions or not_known.findings:
            unknown.append(not_known)
    return Weighed(tuple(yours), tuple(unknown), tuple(general))


def _with(
    state: bool | None, one: Contraindication, known: States, findings: Findings
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The cautions and the findings that could raise it and have this state."""
    return (
        tuple(name for name in one.cautions if known.get(name) is state),
        tuple(name for name in one.findings if findings.get(name) is state),
    )


def asked(cautions: Iterable[Caution], sex: str | None) -> list[Caution]:
    """The cautions that this person is asked about, in their order."""
    return sorted(
        (one for one in cautions if not one.sex or sex in (one.sex, None)), key=lambda one: (one.order, one.id)
    )


def told_elsewhere(rungs: Iterable[Rung], cautions: Iterable[Caution], vocabulary: Mapping[str, Finding]) -> list[str]:
    """The questions of the interview that bear on a treatment too, each once. What age or sex tells is left out."""
    named = [name for rung in rungs for one in rung.against for name in one.findings]
    named += [name for one in cautions for name in one.findings]
    found = (vocabulary[name] for name in dict.fromkeys(named))
    return [one.id for one in found if one.level == "ask" and not (one.told_by_age or one.told_by_sex)]
