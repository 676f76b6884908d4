"""What was tried, for how long and what it did; and test injections as curves with every published reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from ..language import Words, words
from ..pathway import Block, Reading, Treatment
from ..pathway.assess import BLOCK_TEST
from ..pathway.curve import curve_svg
from .choice import Json, Visit
from .story import month, span

LONGEST_WORD = 60
HOUR, DAY = 60, 1440
CURVE_WIDTH = 460.0
DURATION = "expected_duration"


def tried(visit: Visit, say: Words) -> list[Json]:
    """Treatments by date, test injections, then answers that say that something did not help."""
    rows = [_treatment(one, visit.day, say) for one in sorted(visit.case.treatments, key=_when)]
    rows += [_block_row(i, block, visit, say) for i, block in enumerate(visit.case.blocks)]
    rows += [
        {
            "what": str(failed),
            "when": str(say.tried.unknown_time),
            "result": str(say.tried.helped["briefly" if name == "injection_helped_briefly" else "no"]),
        }
        for name, failed in say.tried.failed.items()
        if visit.findings.values.get(name)
    ]
    return rows


def _when(treatment: Treatment) -> date:
    return treatment.started or treatment.ended or date.max


def _treatment(one: Treatment, day: date, say: Words) -> Json:
    if one.started and one.ended:
        first, last = month(one.started, say), month(one.ended, say)
        lasted = span((one.ended - one.started).days, say)
        # In one month it may have been one day, or nobody knows which.
        when = say.tried.between(first=first, last=last, span=lasted) if first != last else first
    elif one.started:
        when = say.tried.since(month=month(one.started, say), span=span((day - one.started).days, say))
    elif one.ended:
        when = say.tried.until(month=month(one.ended, say))
    else:
        when = say.tried.unknown_time
    return {
        "what": ", ".join(part for part in (_kind(one.kind), short(one.dose or "")) if part),
        "when": str(when),
        "result": "; ".join(part for part in (_result(one, say), short(one.effect or "")) if part),
    }


def _result(one: Treatment, say: Words) -> str:
    """Whether it helped. "Result not given" is left out where it was told what it did."""
    return "" if one.effect and not one.helped else str(say.tried.helped[one.helped or "unknown"])


def _kind(kind: str) -> str:
    """The name that the person chose it by, or what they wrote."""
    known = words().treatments.kinds
    return str(known[kind].name) if kind in known else short(kind)


def short(text: str) -> str:
    """Free text, no longer than its place."""
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_WORD else f"{text[: LONGEST_WORD - 1].rstrip()}…"


def _block_name(block: Block, say: Words) -> str:
    parts = [
        short(block.target or ""),
        say.block.sides[block.side] if block.side else "",
        short(block.drug or ""),
        say.block.strength(strength=f"{block.concentration_percent:g}") if block.concentration_percent else "",
        say.block.volume(volume=f"{block.volume_ml:g}") if block.volume_ml else "",
    ]
    said = ", ".join(part for part in parts if part)
    return str(say.tried.block_named(parts=said) if said else say.tried.block)


def _block_row(number: int, block: Block, visit: Visit, say: Words) -> Json:
    counted = Counter(one["verdict"] for one in _verdicts(number, visit) if one["definition"] != DURATION)
    said = ", ".join(one(count=counted[verdict]) for verdict, one in say.tried.verdicts.items() if counted[verdict])
    return {
        "what": _block_name(block, say),
        "when": month(block.given_at, say) if block.given_at else str(say.tried.unknown_time),
        "result": str(say.tried.block_result(verdicts=said)),
    }


def _verdicts(number: int, visit: Visit) -> list[Json]:
    return [one for one in visit.assessment["blocks"] if one["block"] == number]


def blocks(visit: Visit, say: Words) -> list[Json]:
    """Each test injection: how it was given, its curve as a picture and in words, and every published reading of it."""
    test, curve = visit.knowledge.tests[BLOCK_TEST], words().blocks.curve
    made = []
    for i, block in enumerate(visit.case.blocks):
        points = "; ".join(_points(block, say))
        made.append(
            {
                "title": _block_name(block, say),
                "given": "; ".join(_given(block, say)),
                "readings": str(say.block.readings(points=points)) if points else "",
                "svg": curve_svg(block, test, curve, width=CURVE_WIDTH) if points else "",
                "alt": str(say.block.alt(points=points)),
                "verdicts": [
                    {key: one[key] for key in ("name", "verdict", "why", "sources")} for one in _verdicts(i, visit)
                ],
            }
        )
    return made


def _given(block: Block, say: Words) -> Iterator[str]:
    """When, how and what was known, as far as it was noted."""
    if block.given_at:
        yield month(block.given_at, say)
    if block.given_by:
        yield short(block.given_by)
    for name in ("guidance", "known_by"):
        if getattr(block, name):
            yield str(say.block[name][getattr(block, name)])
    for said, yes, no in ((block.steroid, "steroid", "no_steroid"), (block.numb, "numb", "not_numb")):
        if said is not None:
            yield str(say.block[yes if said else no])
    if block.movement:
        yield str(say.block.movement(movement=short(block.movement)))
    if block.expected is not None:
        yield str(say.block.expected(expected=_expected(block.expected, say)))


def _expected(said: Any, say: Words) -> str:
    return short(said) if isinstance(said, str) else str(say.block.expected_of_ten(number=f"{said:g}"))


def _points(block: Block, say: Words) -> Iterator[str]:
    for one in block.readings:
        if one.pain is not None or one.movement_pain is not None:
            yield say.block.point(time=_time(one.minute, say), pain=_pain(one, say))


def _pain(one: Reading, say: Words) -> str:
    if one.pain is None or one.movement_pain is None:
        return f"{one.pain if one.pain is not None else one.movement_pain:g}"
    return str(say.block.moving(pain=f"{one.pain:g}", movement=f"{one.movement_pain:g}"))


def _time(minute: float, say: Words) -> str:
    if minute <= 0:
        return str(say.block.before)
    if minute >= 2 * DAY:
        return str(say.block.days(count=f"{minute / DAY:.0f}"))
    if minute > HOUR:
        return str(say.block.hours(count=f"{minute / HOUR:.3g}"))
    return str(say.block.minutes(count=f"{minute:g}"))
