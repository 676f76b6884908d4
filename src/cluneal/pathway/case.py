"""One person's case as given: checked field by field, with an error that names the place and the fix."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import field, fields
from datetime import date
from typing import Any

from ..anatomy import Body, Mark
from ..anatomy.mark import SIDES
from ..frozen import frozen

DAYS_A_MONTH = 365.25 / 12
OLDEST = 120
PAIN_SCALE = 10
HELPED = ("no", "briefly", "partly", "yes")
DEFAULT_SETTING = "primary_care"


class BadCase(ValueError):
    """The case cannot be read. The message names the field and the fix."""


@frozen
class Reading:
    """Pain, and pain on the chosen movement, 0 to 10, so many minutes after the injection; 0 or less is before it."""

    minute: float
    pain: float | None = None
    movement_pain: float | None = None


@frozen
class Block:
    """One injection as it was given and what followed."""

    target: str | None = None
    side: str | None = None
    drug: str | None = None
    concentration_percent: float | None = None
    volume_ml: float | None = None
    steroid: bool | None = None
    readings: tuple[Reading, ...] = ()


@frozen
class Treatment:
    """Something tried: what, when, and whether it helped."""

    kind: str
    started: date | None = None
    ended: date | None = None
    helped: str | None = None


@frozen
class Case:
    """Everything known of one person. Every field may be missing."""

    id: str | None = None
    setting: str = DEFAULT_SETTING
    age: float | None = None
    sex: str | None = None
    height_cm: float | None = None
    psis_distance_mm: float | None = None
    findings: Mapping[str, bool | None] = field(default_factory=dict)
    mark: Mark | None = None
    blocks: tuple[Block, ...] = ()
    treatments: tuple[Treatment, ...] = ()
    started: date | None = None

    @property
    def body(self) -> Body:
        """What scales the pelvic frame."""
        return Body(self.height_cm, self.psis_distance_mm)

    def months_of_pain(self, today: date) -> float | None:
        """Months since the pain started, or None when that is unknown."""
        return None if self.started is None else (today - self.started).days / DAYS_A_MONTH


def read_case(data: object, settings: Sequence[str], today: date) -> Case:
    """A case from plain data (what JSON or YAML gives).

    Raises:
        BadCase: not a mapping, an unknown field, a value of the wrong kind or out of range.
    """
    case = _mapping(data, "case")
    _known(case, "case", Case)
    setting = _word(case, "setting", "setting", tuple(settings)) or DEFAULT_SETTING
    started = _date(case.get("started"), "started")
    if started is not None and started > today:
        raise BadCase(f"started: {started} is in the future; give the day the pain began")
    identifier = case.get("id")
    return Case(
        id=None if identifier is None else str(identifier),
        setting=setting,
        age=_number(case, "age", "age", 0, OLDEST),
        sex=_word(case, "sex", "sex", ("f", "m")),
        height_cm=_number(case, "height_cm", "height_cm", 50, 250),
        psis_distance_mm=_number(case, "psis_distance_mm", "psis_distance_mm", 30, 200),
        findings=_findings(case.get("findings")),
        mark=_mark(case.get("mark")),
        blocks=tuple(_block(one, f"blocks[{i}]") for i, one in enumerate(_list(case, "blocks"))),
        treatments=tuple(_treatment(one, f"treatments[{i}]") for i, one in enumerate(_list(case, "treatments"))),
        started=started,
    )


def read_block_data(data: object, where: str = "block") -> Block:
    """One block from plain data. Raises BadCase as `read_case` does."""
    return _block(data, where)


def _mapping(data: object, where: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise BadCase(f"{where}: expected a mapping of names to values, found {_kind(data)}")
    for key in data:
        if not isinstance(key, str):
            raise BadCase(f"{where}: the name {key!r} is not a word; put it in quotes")
    return data


def _kind(data: object) -> str:
    names = {
        "NoneType": "nothing",
        "str": "text",
        "int": "a number",
        "float": "a number",
        "bool": "yes or no",
    }
    return names.get(type(data).__name__, f"a {type(data).__name__}")


def _known(data: Mapping[str, Any], where: str, kind: type[Any]) -> None:
    names = [one.name for one in fields(kind)]
    for key in data:
        if key not in names:
            from difflib import get_close_matches

            close = get_close_matches(key, names, 1)
            hint = f" Did you mean {close[0]}?" if close else f" Known: {', '.join(names)}."
            raise BadCase(f"{where}.{key}: no such field.{hint}" if where != "case" else f"{key}: no such field.{hint}")


def _list(data: Mapping[str, Any], name: str) -> Sequence[Any]:
    value = data.get(name)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise BadCase(f"{name}: expected a list, found {_kind(value)}; put it in [ ]")
    return value


def _number(data: Mapping[str, Any], name: str, where: str, low: float, high: float) -> float | None:
    value = data.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise BadCase(f"{where}: {value!r} is not a number; give one from {low:g} to {high:g}")
    if not math.isfinite(value) or not low <= value <= high:
        raise BadCase(f"{where}: {value} is out of range; give a number from {low:g} to {high:g}")
    return float(value)


def _word(data: Mapping[str, Any], name: str, where: str, allowed: Sequence[str]) -> str | None:
    value = data.get(name)
    if value is None:
        return None
    if value not in allowed:
        raise BadCase(f"{where}: {value!r} is not one of {', '.join(allowed)}")
    return str(value)


def _text(data: Mapping[str, Any], name: str, where: str) -> str | None:
    value = data.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        raise BadCase(f"{where}: {value!r} is not text")
    return value.strip()


def _flag(data: Mapping[str, Any], name: str, where: str) -> bool | None:
    value = data.get(name)
    if value is not None and not isinstance(value, bool):
        raise BadCase(f"{where}: {value!r} is not true or false; leave it out when not sure")
    return value


def _date(value: object, where: str) -> date | None:
    if value is None:
        return None
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise BadCase(f"{where}: {value!r} is not a date; write year-month-day, such as 2026-02-01") from None


def _findings(data: object) -> dict[str, bool | None]:
    if data is None:
        return {}
    findings = _mapping(data, "findings")
    for name in findings:
        _flag(findings, name, f"findings.{name}")
    return dict(findings)


def _mark(data: object) -> Mark | None:
    if data is None:
        return None
    mark = _mapping(data, "mark")
    _word(mark, "side", "mark.side", SIDES)
    _known(mark, "mark", Mark)
    read = Mark(
        side=_text(mark, "side", "mark.side"),
        x_mm=_number(mark, "x_mm", "mark.x_mm", -500, 500),
        y_mm=_number(mark, "y_mm", "mark.y_mm", -1500, 1000),
        error_mm=_number(mark, "error_mm", "mark.error_mm", 1, 300),
        region=_text(mark, "region", "mark.region"),
        measured=bool(_flag(mark, "measured", "mark.measured")),
    )
    # A side without a place is no mark: it says nothing about where on that side.
    return None if read.x_mm is None and read.y_mm is None and read.region is None else read


def _block(data: object, where: str) -> Block:
    block = _mapping(data, where)
    _known(block, where, Block)
    readings = [_reading(one, f"{where}.readings[{i}]") for i, one in enumerate(_list(block, "readings"))]
    minutes = [reading.minute for reading in readings]
    for i, minute in enumerate(minutes):
        if minute in minutes[:i]:
            raise BadCase(f"{where}.readings[{i}]: minute {minute:g} stands twice; keep one")
    return Block(
        target=_text(block, "target", f"{where}.target"),
        side=_word(block, "side", f"{where}.side", ("left", "right", "both", "midline")),
        drug=_text(block, "drug", f"{where}.drug"),
        concentration_percent=_number(block, "concentration_percent", f"{where}.concentration_percent", 0.01, 10),
        volume_ml=_number(block, "volume_ml", f"{where}.volume_ml", 0.01, 100),
        steroid=_flag(block, "steroid", f"{where}.steroid"),
        readings=tuple(sorted(readings, key=lambda reading: reading.minute)),
    )


def _reading(data: object, where: str) -> Reading:
    reading = _mapping(data, where)
    _known(reading, where, Reading)
    minute = _number(reading, "minute", f"{where}.minute", -10080, 525600)
    if minute is None:
        raise BadCase(f"{where}.minute: missing; give minutes after the injection, 0 for before it")
    return Reading(
        minute=minute,
        pain=_number(reading, "pain", f"{where}.pain", 0, PAIN_SCALE),
        movement_pain=_number(reading, "movement_pain", f"{where}.movement_pain", 0, PAIN_SCALE),
    )


def _treatment(data: object, where: str) -> Treatment:
    treatment = _mapping(data, where)
    _known(treatment, where, Treatment)
    kind = _text(treatment, "kind", f"{where}.kind")
    if kind is None:
        raise BadCase(f"{where}.kind: missing; say what was tried")
    started = _date(treatment.get("started"), f"{where}.started")
    ended = _date(treatment.get("ended"), f"{where}.ended")
    if started and ended and ended < started:
        raise BadCase(f"{where}.ended: {ended} is before it started, {started}; correct one")
    return Treatment(kind, started, ended, _word(treatment, "helped", f"{where}.helped", HELPED))
