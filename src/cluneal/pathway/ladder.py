"""Where this person stands on the treatment ladder, by the guide's rule and by the studies' view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..frozen import frozen
from ..knowledge.care import Condition, Contraindication, Rung
from ..reasoning import Findings
from .block import CANNOT_SAY, NEGATIVE, POSITIVE, BlockReading
from .case import Block, Treatment


@frozen
class Standing:
    """What the ladder needs to know of a person. `given` and `blocks` are the blocks at a cluneal nerve."""

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
        parts.append(_enough(standing, condition, POSITIVE, condition.positive_blocks))
    if condition.negative_blocks is not None:
        parts.append(_enough(standing, condition, NEGATIVE, condition.negative_blocks))
    if condition.treatment_helped:
        parts.append(_helped(condition.treatment_helped, standing.treatments))
    kinds = set(condition.treatment_kinds)
    tried = {one.kind for one in standing.treatments if not kinds or one.kind in kinds}
    if "cluneal_block" in kinds and standing.blocks:
        tried.add("cluneal_block")
    if condition.treatments_tried is not None:
        parts.append(len(tried) >= condition.treatments_tried)
    elif kinds:
        parts.append(bool(tried))
    parts.extend(standing.findings.get(name) for name in condition.findings_present)
    if condition.findings_any:
        known = [standing.findings.get(name) for name in condition.findings_any]
        parts.append(True if any(known) else (False if None not in known else None))
    if condition.different_drugs:
        drugs = [block.drug.casefold() if block.drug else None for block in standing.given]
        different = len({drug for drug in drugs if drug is not None}) > 1
        parts.append(True if different else (None if len(drugs) < 2 or None in drugs else False))
    if condition.no_open_alarm:
        parts.append(None if standing.alarm_open is None else not standing.alarm_open)
    return parts


def _enough(standing: Standing, condition: Condition, verdict: str, wanted: int) -> bool | None:
    """Whether so many blocks have that verdict, by the definition named, or else by the guide's own.

    None when blocks that cannot be judged could make up the number.
    """
    name = condition.block_definition
    said = [
        one.verdict
        for block in standing.blocks
        for one in block.verdicts
        if (one.definition == name if name else one.is_guide)
    ]
    if said.count(verdict) >= wanted:
        return True
    return None if said.count(verdict) + said.count(CANNOT_SAY) >= wanted else False


def _helped(kinds: Sequence[str], treatments: Sequence[Treatment]) -> bool | None:
    """Whether a treatment of these kinds helped; None when none was told of, or it helped only briefly."""
    told = [one.helped for one in treatments if one.kind in kinds and one.helped is not None]
    if any(helped in ("partly", "yes") for helped in told):
        return True
    return False if told and all(helped == "no" for helped in told) else None


def _tried(rung: Rung, treatments: Sequence[Treatment]) -> bool:
    return any(one.kind in rung.treatment_kinds for one in treatments)


def _had_blocks(rung: Rung, standing: Standing) -> bool:
    return bool(standing.blocks) and "cluneal_block" in rung.treatment_kinds
