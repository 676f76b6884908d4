"""A diagnostic block, read by every published definition side by side on the raw curve."""

from __future__ import annotations

from collections.abc import Sequence

from ..frozen import frozen
from ..knowledge.care import Anaesthetic, BlockDefinition, BlockTarget, Test
from .case import Block, Reading

POSITIVE, NEGATIVE, CANNOT_SAY = "positive", "negative", "cannot say"


class NoBaseline(ValueError):
    """No reading before the injection, or it was 0: nothing to relieve."""


@frozen
class Verdict:
    """What one definition says of the curve, and why."""

    definition: str
    name: str
    verdict: str
    why: str
    evidence: tuple[str, ...]
    is_guide: bool = False


@frozen
class Relief:
    """Share of the pain before the block that is gone: 1 none left, 0 unchanged, negative worse."""

    minute: float
    fraction: float

    @property
    def percent(self) -> float:
        """The same in per cent, free of what floating point adds: 3 of 10 left is 70."""
        return round(self.fraction * 100, 6)


@frozen
class Duration:
    """How long more than half was relieved, beside how long the drug is expected to numb."""

    verdict: str
    why: str
    evidence: tuple[str, ...]


@frozen
class BlockReading:
    """Every verdict, the duration, and what they do not mean."""

    measure: str
    relief: tuple[Relief, ...]
    verdicts: tuple[Verdict, ...]
    duration: Duration
    placebo_caution: str
    second_block_adds: str

    def verdict(self, definition: str) -> str:
        """The verdict of one definition."""
        return next(one.verdict for one in self.verdicts if one.definition == definition)


def read_block(block: Block, test: Test) -> BlockReading:
    """Read the curve by every definition of `test` (the diagnostic block). Missing readings give "cannot say"."""
    try:
        measure, relief = relief_curve(block.readings)
    except NoBaseline as problem:
        measure, relief = "pain", ()
        verdicts = tuple(_verdict(one, CANNOT_SAY, str(problem)) for one in test.definitions)
    else:
        tolerance = test.timing_tolerance or 0.0
        verdicts = tuple(apply(one, relief, tolerance) for one in test.definitions)
    return BlockReading(
        measure,
        relief,
        verdicts,
        _duration(relief, block.drug, test),
        test.placebo_caution or "",
        test.second_block_adds or "",
    )


def relief_curve(readings: Sequence[Reading]) -> tuple[str, tuple[Relief, ...]]:
    """The measure used and its relief at each reading.

    "pain", or "movement_pain" when there was no pain at rest or it was not written down again.

    Raises:
        NoBaseline: no reading before the injection, or it was 0.
    """
    before = [reading for reading in readings if reading.minute <= 0]
    if not before:
        raise NoBaseline("no reading before the injection, so relief cannot be worked out")
    found: tuple[str, tuple[Relief, ...]] | None = None
    for measure in ("pain", "movement_pain"):
        baselines = [value for value in (getattr(reading, measure) for reading in before) if value is not None]
        if baselines and baselines[-1] > 0:
            after = [(one.minute, getattr(one, measure)) for one in readings if one.minute > 0]
            relief = tuple(Relief(minute, 1 - value / baselines[-1]) for minute, value in after if value is not None)
            if relief or not found:
                found = (measure, relief)
            if relief:
                break
    if found is None:
        raise NoBaseline("the pain before the injection was 0 or not written down, so there was nothing to relieve")
    return found


def apply(definition: BlockDefinition, relief: Sequence[Relief], tolerance: float) -> Verdict:
    """One definition on one relief curve.

    `at`: the reading nearest to the stated minute, within the tolerance. `from_until`: every reading from the first
    minute to the last, of which one must stand near the last. `any_time`: the best reading between the two.
    """
    if definition.rule == "any_time":
        return _best(definition, relief)
    if definition.rule == "at":
        near = _near(relief, definition.from_minute, tolerance)
        if near is None:
            return _verdict(definition, CANNOT_SAY, f"no reading near {_time(definition.from_minute)}")
        return _verdict(definition, POSITIVE if meets(definition, near) else NEGATIVE, _said(near))
    return _held(definition, relief, tolerance)


def meets(definition: BlockDefinition, reading: Relief) -> bool:
    """True when the relief reaches the definition's threshold."""
    if definition.strictly_more:
        return reading.percent > definition.relief_percent
    return reading.percent >= definition.relief_percent


def _best(definition: BlockDefinition, relief: Sequence[Relief]) -> Verdict:
    window = [one for one in relief if definition.from_minute <= one.minute <= definition.until_minute]
    if not window:
        between = f"between {_time(definition.from_minute)} and {_time(definition.until_minute)}"
        return _verdict(definition, CANNOT_SAY, f"no reading {between}")
    best = max(window, key=lambda one: one.fraction)
    return _verdict(definition, POSITIVE if meets(definition, best) else NEGATIVE, f"at best {_said(best)}")


def _held(definition: BlockDefinition, relief: Sequence[Relief], tolerance: float) -> Verdict:
    end = _near(relief, definition.until_minute, tolerance)
    # A late last reading still tells about the time before it: relief does not come back by itself.
    window = [one for one in relief if definition.from_minute <= one.minute <= definition.until_minute]
    failed = next((one for one in window if not meets(definition, one)), None)
    if failed is not None:
        return _verdict(definition, NEGATIVE, _said(failed))
    if end is not None:
        return _verdict(definition, POSITIVE if meets(definition, end) else NEGATIVE, _said(end))
    later = next((one for one in relief if one.minute >= definition.until_minute), None)
    if later is not None and meets(definition, later):
        return _verdict(definition, POSITIVE, f"{_said(later)}, after the time asked for")
    return _verdict(definition, CANNOT_SAY, f"no reading near {_time(definition.until_minute)}")


def _near(relief: Sequence[Relief], minute: float, tolerance: float) -> Relief | None:
    close = [one for one in relief if abs(one.minute - minute) <= tolerance * minute]
    return min(close, key=lambda one: abs(one.minute - minute), default=None)


def _verdict(definition: BlockDefinition, verdict: str, why: str) -> Verdict:
    return Verdict(definition.id, definition.name, verdict, why, definition.evidence, definition.is_guide)


def _said(one: Relief) -> str:
    percent = round(abs(one.fraction) * 100)
    return f"{percent} % {'less' if one.fraction >= 0 else 'more'} pain at {_time(one.minute)}"


def _time(minute: float) -> str:
    if minute < 120:
        return f"{minute:g} min"
    return f"{minute / 60:.3g} h" if minute < 2880 else f"{minute / 1440:.3g} days"


def find_drug(name: str, drugs: Sequence[Anaesthetic]) -> Anaesthetic | None:
    """The drug named anywhere in free text such as "lidocaine 1 %, 2 mL"."""
    text = name.casefold()
    named = [(len(word), drug) for drug in drugs for word in (drug.id, *drug.aliases) if word.casefold() in text]
    # The longest name wins: levobupivacaine holds the word bupivacaine.
    return max(named, key=lambda pair: pair[0])[1] if named else None


def find_target(name: str | None, test: Test) -> BlockTarget | None:
    """What a block's free-text target stands for, or None when it is none that a finding knows."""
    text = (name or "").casefold().replace("_", " ").strip()
    named = [
        (len(word), one)
        for one in test.targets
        for word in (*one.names, *one.alone)
        if text == word or (word in one.names and f" {word} " in f" {text} ")
    ]
    return max(named, key=lambda pair: pair[0])[1] if named else None


def at_the_nerve(block: Block, test: Test) -> bool:
    """Whether it was given at a cluneal nerve: its target is one, whichever, or was not written down."""
    target = find_target(block.target, test)
    if target is None:
        return block.target is None or "cluneal" in block.target.casefold()
    return target.finding in test.answers


def _duration(relief: Sequence[Relief], drug_name: str | None, test: Test) -> Duration:
    drug = find_drug(drug_name, test.drugs) if drug_name else None
    if drug is None:
        named = f"no expected duration is known for {drug_name}" if drug_name else "the drug was not named"
        return Duration(CANNOT_SAY, named, ())
    low, high = drug.expected_minutes
    expected = f"{drug.name} is expected to numb for {_time(low)} to {_time(high)}"
    helped = [one.minute for one in relief if one.fraction * 100 > (test.lasting_relief_percent or 0)]
    if not helped:
        return Duration(
            "no relief" if relief else CANNOT_SAY,
            f"{expected}; no reading showed half the pain gone",
            drug.evidence,
        )
    last = max(helped)
    lost = min((one.minute for one in relief if one.minute > last), default=None)
    if lost is not None and lost < low:
        return Duration("shorter", f"{expected}; relief of more than half was gone by {_time(lost)}", drug.evidence)
    if last > high:
        return Duration(
            "longer",
            f"{expected}; more than half was still gone at {_time(last)}, longer than the drug alone explains",
            drug.evidence,
        )
    if last < low:
        ended = (
            f"readings stop at {_time(last)}, with relief still there"
            if lost is None
            else f"relief of more than half ended somewhere between {_time(last)} and {_time(lost)}"
        )
        return Duration(CANNOT_SAY, f"{expected}; {ended}", drug.evidence)
    return Duration("as expected", f"{expected}; relief of more than half lasted to about {_time(last)}", drug.evidence)
