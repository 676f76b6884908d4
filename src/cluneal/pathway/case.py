"""One person's case as given: checked field by field, with an error that names the place and the fix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, fields
from datetime import date, datetime
from typing import Any

from ..anatomy import Body, Mark
from ..anatomy.mark import SIDES
from ..frozen import frozen

DAYS_A_MONTH = 365.25 / 12
OLDEST = 120
PAIN_SCALE = 10
HEIGHT_CM = (50, 250)
PSIS_DISTANCE_MM = (30, 200)
LONGEST_SHOWN = 40
LONGEST_ID = 200
LONGEST_TOLD = 120
HELPED = ("no", "briefly", "partly", "yes")
BLOCK_SIDES = ("left", "right", "both", "midline")
GUIDANCE = ("ultrasound", "xray", "landmark")
KNOWN_BY = ("nobody", "clinician", "both")
DEFAULT_SETTING = "primary_care"


class BadCase(ValueError):
    """The case cannot be read. The message names the field and the fix."""


@frozen
class Reading:
    """Pain, and pain on the chosen movement, 0 to 10, so many minutes after the injection; 0 or less is before it.

    `at` is when it was written down.
    """

    minute: float
    pain: float | None = None
    movement_pain: float | None = None
    at: datetime | None = None


@frozen
class Block:
    """One injection as it was given and what followed.

    `movement` is the one that the person chose before it; `known_by` says who knew what was in the syringe;
    `expected` is what the person thought it would do, 0 to 10 or in words; `numb` whether the skin there went numb.
    """

    target: str | None = None
    side: str | None = None
    mark: Mark | None = None
    given_at: datetime | date | None = None
    given_by: str | None = None
    guidance: str | None = None
    drug: str | None = None
    concentration_percent: float | None = None
    volume_ml: float | None = None
    steroid: bool | None = None
    known_by: str | None = None
    expected: float | str | None = None
    movement: str | None = None
    numb: bool | None = None
    readings: tuple[Reading, ...] = ()


@frozen
class Treatment:
    """Something tried: what, when, and whether it helped. `dose` and `effect` (what it did) are as they were told."""

    kind: str
    started: date | None = None
    ended: date | None = None
    helped: str | None = None
    dose: str | None = None
    effect: str | None = None


@frozen
class Case:
    """Everything known of one person. Every field may be missing. `health`: what bears on treatments, by caution."""

    id: str | None = None
    setting: str = DEFAULT_SETTING
    age: float | None = None
    sex: str | None = None
    height_cm: float | None = None
    psis_distance_mm: float | None = None
    findings: Mapping[str, bool | None] = field(default_factory=dict)
    mark: Mark | None = None
    other_marks: tuple[Mark, ...] = ()
    blocks: tuple[Block, ...] = ()
    treatments: tuple[Treatment, ...] = ()
    started: date | None = None
    health: Mapping[str, bool | None] = field(default_factory=dict)

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
    age = _number(case, "age", "age", 0, OLDEST)
    return Case(
        id=_id(case.get("id")),
        setting=setting,
        age=age,
        sex=_word(case, "sex", "sex", ("f", "m")),
        height_cm=_number(case, "height_cm", "height_cm", *HEIGHT_CM),
        psis_distance_mm=_number(case, "psis_distance_mm", "psis_distance_mm", *PSIS_DISTANCE_MM),
        findings=_answers(case, "findings"),
        mark=_worst(case.get("mark")),
        other_marks=tuple(
            _other(one, f"other_marks[{i}]") for i, one in enumerate(_list(case, "other_marks", "other_marks"))
        ),
        blocks=tuple(_block(one, f"blocks[{i}]") for i, one in enumerate(_list(case, "blocks", "blocks"))),
        treatments=tuple(
            _treatment(one, f"treatments[{i}]", today) for i, one in enumerate(_list(case, "treatments", "treatments"))
        ),
        started=_started(case.get("started"), age, today),
        health=_answers(case, "health"),
    )


def read_block_data(data: object, where: str = "block") -> Block:
    """One block from plain data. Raises BadCase as `read_case` does."""
    return _block(data, where)


def _mapping(data: object, where: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise BadCase(f"{where}: expected names with values, found {_kind(data)}; write it in {{ }}")
    for key in data:
        if not isinstance(key, str):
            raise BadCase(f"{where}: the name {_shown(key)} is not a word; put it in quotes")
    return data


def _shown(value: object) -> str:
    """The value as it stands in the file, short enough for a message."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (Mapping, list, tuple, set)):
        return _kind(value)
    if isinstance(value, int):
        return str(value) if abs(value) < 10**LONGEST_SHOWN else "a number of over 40 digits"
    shown = f"{value:g}" if isinstance(value, float) else repr(value)
    return shown if len(shown) <= LONGEST_SHOWN else f"{shown[:LONGEST_SHOWN]}..."


def _kind(data: object) -> str:
    names = {
        "NoneType": "nothing",
        "str": "text",
        "int": "a number",
        "float": "a number",
        "bool": "true or false",
        "dict": "names with values",
    }
    return names.get(type(data).__name__, f"a {type(data).__name__}")


def _known(data: Mapping[str, Any], where: str, kind: type[Any]) -> None:
    names = [one.name for one in fields(kind)]
    for key in data:
        if key not in names:
            from difflib import get_close_matches

            close = get_close_matches(key, names, 1)
            hint = f" Did you mean {close[0]}?" if close else f" Known: {', '.join(names)}."
            place = key if where == "case" else f"{where}.{key}"
            raise BadCase(f"{place}: no such field.{hint}")


def _list(data: Mapping[str, Any], name: str, where: str) -> Sequence[Any]:
    value = data.get(name)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise BadCase(f"{where}: expected a list, found {_kind(value)}; put it in [ ]")
    return value


def _number(data: Mapping[str, Any], name: str, where: str, low: float, high: float) -> float | None:
    value = data.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise BadCase(f"{where}: {_shown(value)} is not a number; give one from {low:g} to {high:g}")
    # Compared before it is made a float: a whole number of 400 digits does not fit one. NaN compares false.
    if not low <= value <= high:
        raise BadCase(f"{where}: {_shown(value)} is out of range; give a number from {low:g} to {high:g}")
    return float(value)


def _word(data: Mapping[str, Any], name: str, where: str, allowed: Sequence[str]) -> str | None:
    value = data.get(name)
    if value is None:
        return None
    if value not in allowed:
        raise BadCase(f"{where}: {_shown(value)} is not one of {', '.join(allowed)}")
    return str(value)


def _text(data: Mapping[str, Any], name: str, where: str) -> str | None:
    value = data.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        raise BadCase(f"{where}: {_shown(value)} is not text; put a word in quotes, or leave it out")
    return value.strip()


def _ids(data: Mapping[str, Any], name: str, where: str) -> tuple[str, ...]:
    """Each id once, in order."""
    given = [{name: one} for one in _list(data, name, where)]
    read = [_text(one, name, f"{where}[{i}]") for i, one in enumerate(given)]
    return tuple(dict.fromkeys(one for one in read if one is not None))


def _flag(data: Mapping[str, Any], name: str, where: str) -> bool | None:
    value = data.get(name)
    if value is not None and not isinstance(value, bool):
        raise BadCase(f"{where}: {_shown(value)} is not true or false; leave it out when not sure")
    return value


def _date(value: object, where: str) -> date | None:
    if value is None:
        return None
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    try:
        # `fromisoformat` takes 20250201 and 2025-W05-6 too, which nobody means.
        if isinstance(value, str) and value[4:5] == value[7:8] == "-":
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise BadCase(f"{where}: {_shown(value)} is not a date; write year-month-day, such as 2026-02-01")


def _moment(value: object, where: str) -> datetime | None:
    """A time on a day, with or without its distance from UTC."""
    if value is None or isinstance(value, datetime):
        return value
    try:
        if isinstance(value, str) and value[4:5] == value[7:8] == "-" and ":" in value:
            return datetime.fromisoformat(value)
    except ValueError:
        pass
    raise BadCase(f"{where}: {_shown(value)} is not a date with a time; write it as 2026-02-01T10:30")


def _day_or_moment(value: object, where: str) -> datetime | date | None:
    """A day, or a time on it where that is known."""
    with_time = isinstance(value, datetime) or (isinstance(value, str) and ":" in value)
    return _moment(value, where) if with_time else _date(value, where)


def _expected(value: object, where: str) -> float | str | None:
    """0 to 10, or words."""
    given = {"": value}
    return _text(given, "", where) if isinstance(value, str) else _number(given, "", where, 0, PAIN_SCALE)


def _past(value: object, where: str, today: date, fix: str) -> date | None:
    day = _date(value, where)
    if day is not None and day > today:
        raise BadCase(f"{where}: {day} is in the future; {fix}")
    return day


def _started(value: object, age: float | None, today: date) -> date | None:
    """When the pain began: not in the future and not before birth."""
    day = _past(value, "started", today, "give the day the pain began")
    years = 0 if day is None else today.year - day.year
    if years > OLDEST:
        raise BadCase(f"started: {day} is over {OLDEST} years ago; give the day the pain began")
    # Somebody who is 40 today was born in one of two calendar years.
    if age is not None and years > age + 1:
        raise BadCase(f"started: {day} is before birth at age {age:g}; correct one")
    return day


def _id(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise BadCase(f"id: {_shown(value)} is not text; put it in quotes")
    shown = _shown(value) if isinstance(value, int) else value
    if len(shown) > LONGEST_ID:
        raise BadCase(f"id: over {LONGEST_ID} characters; give a short one")
    return shown


def _answers(case: Mapping[str, Any], field_name: str) -> dict[str, bool | None]:
    if case.get(field_name) is None:
        return {}
    answers = _mapping(case[field_name], field_name)
    for name in answers:
        _flag(answers, name, f"{field_name}.{name}")
    return dict(answers)


def _mark(data: object, where: str = "mark") -> Mark | None:
    if data is None:
        return None
    mark = _mapping(data, where)
    _word(mark, "side", f"{where}.side", SIDES)
    _known(mark, where, Mark)
    read = Mark(
        side=_text(mark, "side", f"{where}.side"),
        x_mm=_number(mark, "x_mm", f"{where}.x_mm", -500, 500),
        y_mm=_number(mark, "y_mm", f"{where}.y_mm", -1500, 1000),
        error_mm=_number(mark, "error_mm", f"{where}.error_mm", 1, 300),
        region=_text(mark, "region", f"{where}.region"),
        measured=bool(_flag(mark, "measured", f"{where}.measured")),
        intensity=_number(mark, "intensity", f"{where}.intensity", 0, PAIN_SCALE),
        character=_ids(mark, "character", f"{where}.character"),
        spread=bool(_flag(mark, "spread", f"{where}.spread")),
    )
    # A side without a place is no mark: it says nothing about where on that side.
    return None if read.x_mm is None and read.y_mm is None and read.region is None else read


def _worst(data: object) -> Mark | None:
    read = _mark(data, "mark")
    if read and read.spread:
        raise BadCase("mark.spread: true for the place that hurts most; put where it spreads to into other_marks")
    return read


def _other(data: object, where: str) -> Mark:
    read = _mark(data, where)
    if read is None:
        raise BadCase(f"{where}: no place; give x_mm and y_mm, or a region")
    return read


def _block(data: object, where: str) -> Block:
    block = _mapping(data, where)
    _known(block, where, Block)
    given = _list(block, "readings", f"{where}.readings")
    readings = [_reading(one, f"{where}.readings[{i}]") for i, one in enumerate(given)]
    minutes = [reading.minute for reading in readings]
    for i, minute in enumerate(minutes):
        if minute in minutes[:i]:
            raise BadCase(f"{where}.readings[{i}]: minute {minute:g} stands twice; keep one")
    return Block(
        target=_text(block, "target", f"{where}.target"),
        side=_word(block, "side", f"{where}.side", BLOCK_SIDES),
        mark=_mark(block.get("mark"), f"{where}.mark"),
        given_at=_day_or_moment(block.get("given_at"), f"{where}.given_at"),
        given_by=_text(block, "given_by", f"{where}.given_by"),
        guidance=_word(block, "guidance", f"{where}.guidance", GUIDANCE),
        drug=_text(block, "drug", f"{where}.drug"),
        concentration_percent=_number(block, "concentration_percent", f"{where}.concentration_percent", 0.01, 10),
        volume_ml=_number(block, "volume_ml", f"{where}.volume_ml", 0.01, 100),
        steroid=_flag(block, "steroid", f"{where}.steroid"),
        known_by=_word(block, "known_by", f"{where}.known_by", KNOWN_BY),
        expected=_expected(block.get("expected"), f"{where}.expected"),
        movement=_text(block, "movement", f"{where}.movement"),
        numb=_flag(block, "numb", f"{where}.numb"),
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
        at=_moment(reading.get("at"), f"{where}.at"),
    )


def _treatment(data: object, where: str, today: date) -> Treatment:
    treatment = _mapping(data, where)
    _known(treatment, where, Treatment)
    kind = _text(treatment, "kind", f"{where}.kind")
    if kind is None:
        raise BadCase(f"{where}.kind: missing; say what was tried")
    started = _past(treatment.get("started"), f"{where}.started", today, "leave out what has not begun")
    ended = _past(treatment.get("ended"), f"{where}.ended", today, "leave it out while it goes on")
    if started and ended and ended < started:
        raise BadCase(f"{where}.ended: {ended} is before it started, {started}; correct one")
    return Treatment(
        kind,
        started,
        ended,
        helped=_word(treatment, "helped", f"{where}.helped", HELPED),
        dose=_told(treatment, "dose", where),
        effect=_told(treatment, "effect", where),
    )


def _told(treatment: Mapping[str, Any], name: str, where: str) -> str | None:
    """A few words of the person's own, on one line."""
    told = _text(treatment, name, f"{where}.{name}")
    if told is not None and len(told) > LONGEST_TOLD:
        raise BadCase(f"{where}.{name}: over {LONGEST_TOLD} characters; say it in fewer words")
    return told and " ".join(told.split())
