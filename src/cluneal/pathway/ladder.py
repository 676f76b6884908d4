"""Where this person stands on the treatment ladder, by the guide's rule and by the studies' view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..frozen import frozen
from ..knowledge.schema import Condition, Contraindication, Rung
from ..reasoning import Findings
from .block import NEGATIVE, POSITIVE, BlockReading
from .case import Block, Treatment


@frozen
class Standing:
    """What the ladder needs to know of a person."""

    findings: Findings
    months_of_pain: float | None
    given: Sequence[Block]
    blocks: Sequence[BlockReading]
    treatments: Sequence[Treatment]
    alarm_open: bool | None


@frozen
class Held:
    """A condition and whether it holds: True, False, or None when it cannot be told from what is known."""

    condition: Condition
    holds: bool | None


@frozen
class RungStanding:
    """One rung as it stands for this person."""

    rung: Rung
    tried: bool
    enter: tuple[Held, ...]
    stay: tuple[Held, ...]
    leave: tuple[Held, ...]
    against: tuple[Contraindication, ...]

    def open_by(self, view: str) -> bool | None:
        """Whether every condition to enter holds by "guide" or "studies"; None while one cannot be told."""
        held = [one.holds for one in self.enter if one.condition.by in (view, "both")]
        if any(one is False for one in held):
            return False
        return None if any(one is None for one in held) else True


@frozen
class Ladder:
    """Every rung in order, and the highest one tried so far (None: none yet)."""

    rungs: tuple[RungStanding, ...]
    here: str | None


def ladder(standing: Standing, rungs: Mapping[str, Rung]) -> Ladder:
    """Every rung with what must be true to enter, stay and leave. It offers nothing: it shows what holds."""
    ordered = sorted(rungs.values(), key=lambda rung: rung.order)
    stands = tuple(
        RungStanding(
            rung=rung,
            tried=_tried(rung, standing.treatments) or _had_blocks(rung, standing),
            enter=_held(rung.enter, standing),
            stay=_held(rung.stay, standing),
            leave=_held(rung.leave, standing),
            against=tuple(
                one
                for one in rung.against
                if not one.findings or any(standing.findings.get(name) for name in one.findings)
            ),
        )
        for rung in ordered
    )
    tried = [stand.rung.id for stand in stands if stand.tried]
    return Ladder(stands, tried[-1] if tried else None)


def _held(conditions: Sequence[Condition], standing: Standing) -> tuple[Held, ...]:
    return tuple(Held(condition, holds(condition, standing)) for condition in conditions)


def holds(condition: Condition, standing: Standing) -> bool | None:
    """True when every stated part holds, False when one fails, None when one is unknown or none can be computed."""
    parts = list(_parts(condition, standing))
    if not parts or any(part is None for part in parts):
        return False if any(part is False for part in parts) else None
    return all(parts)


def _parts(condition: Condition, standing: Standing) -> list[bool | None]:
    parts: list[bool | None] = []
    if condition.months_of_pain is not None:
        months = standing.months_of_pain
        parts.append(None if months is None else months >= condition.months_of_pain)
    if condition.positive_blocks is not None:
        parts.append(_count(standing, condition, POSITIVE) >= condition.positive_blocks)
    if condition.negative_blocks is not None:
        parts.append(_count(standing, condition, NEGATIVE) >= condition.negative_blocks)
    kinds = set(condition.treatment_kinds)
    tried = [one for one in standing.treatments if not kinds or one.kind in kinds]
    if condition.treatment_helped:
        told = [one.helped for one in tried if one.helped is not None]
        parts.append(any(helped in condition.treatment_helped for helped in told) if told else None)
    elif condition.treatments_tried is not None:
        parts.append(len(tried) >= condition.treatments_tried)
    elif kinds:
        parts.append(bool(tried))
    parts.extend(standing.findings.get(name) for name in condition.findings_present)
    if condition.findings_any:
        known = [standing.findings.get(name) for name in condition.findings_any]
        parts.append(True if any(known) else (False if None not in known else None))
    if condition.different_drugs:
        drugs = {block.drug.casefold() for block in standing.given if block.drug}
        parts.append(len(drugs) > 1 if len(standing.given) > 1 and len(drugs) else None)
    if condition.no_open_alarm:
        parts.append(None if standing.alarm_open is None else not standing.alarm_open)
    return parts


def _count(standing: Standing, condition: Condition, verdict: str) -> int:
    """Blocks with that verdict, by the definition named, or else by the guide's own."""
    definition = condition.block_definition
    return sum(
        one.verdict == verdict for block in standing.blocks for one in block.verdicts if one.definition == definition
    )


def _tried(rung: Rung, treatments: Sequence[Treatment]) -> bool:
    return any(one.kind in rung.treatment_kinds for one in treatments)


def _had_blocks(rung: Rung, standing: Standing) -> bool:
    return bool(standing.blocks) and "cluneal_block" in rung.treatment_kinds
