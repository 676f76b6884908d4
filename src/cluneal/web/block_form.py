"""The form with the details of a block: its fields, and the way back to what the journal keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..anatomy import BadMark, locate
from ..pathway.block import find_target
from ..pathway.case import BLOCK_SIDES, GUIDANCE, KNOWN_BY, BadCase, read_block_data
from ..record.person import PLANNED, WORST
from .bedside import Bedside, shown, typed_number

LONGEST_TEXT = 200
TEXTS = ("drug", "given_by")
NUMBERS = ("concentration_percent", "volume_ml")
WORDS = {"side": BLOCK_SIDES, "guidance": GUIDANCE, "known_by": KNOWN_BY}
FLAGS = ("steroid", "numb")
YES_NO = {"yes": True, "no": False}
OTHER = "other"
MARK_FIELDS = ("side", "x_mm", "y_mm", "region", "measured", "error_mm")
MM_A_CM = 10

Wrong = dict[str, str]


def details_in(bedside: Bedside) -> dict[str, str]:
    """The form as the journal has it."""
    data = bedside.data
    values = {name: shown(data.get(name)) for name in (*TEXTS, *NUMBERS, *WORDS)}
    values |= {name: "" if data.get(name) is None else "yes" if data[name] else "no" for name in FLAGS}
    target = find_target(data.get("target"), bedside.test)
    values["target"] = target.names[0] if target else OTHER if data.get("target") else ""
    values["target_other"] = "" if target else data.get("target", "")
    expected = data.get("expected")
    values["expected"] = shown(expected) if isinstance(expected, (int, float)) else ""
    values["expected_words"] = expected if isinstance(expected, str) else ""
    return values | _place_in(bedside)


def details_from(values: Mapping[str, str], bedside: Bedside) -> tuple[dict[str, Any], Wrong]:
    """What to keep, and what is wrong by field. Whatever this form does not ask for stays as it was."""
    kept = {name: one for name, one in bedside.data.items() if name in ("movement", "given_at", PLANNED)}
    wrong: Wrong = {}
    found: dict[str, Any] = {}
    for name in (*TEXTS, "target_other", "expected_words"):
        found[name] = values.get(name, "").strip()
        if len(found[name]) > LONGEST_TEXT:
            wrong[name] = "too_long"
    for name in NUMBERS:
        text = values.get(name, "").strip()
        found[name] = typed_number(text) if text else None
        if text and found[name] is None:
            wrong[name] = "no_number"
    found |= {name: values.get(name) if values.get(name) in allowed else None for name, allowed in WORDS.items()}
    found |= {name: YES_NO.get(values.get(name, "")) for name in FLAGS}
    targets = [one.names[0] for one in bedside.test.targets]
    found["target"] = values.get("target") if values.get("target") in targets else found["target_other"]
    expected = typed_number(values.get("expected", ""))
    found["expected"] = found.pop("expected_words") or expected
    found.pop("target_other")
    found["mark"], problem = _place_from(values, found["side"], bedside)
    if problem:
        wrong["place"] = problem
    data = {name: one for name, one in found.items() if one not in (None, "")}
    for name in {*data} - {*wrong}:
        try:
            read_block_data({name: data[name]})
        except BadCase:
            wrong[name] = "out_of_range"
    return kept | data, wrong


def _place_in(bedside: Bedside) -> dict[str, str]:
    mark = bedside.data.get("mark") or {}
    worst = _worst(bedside)
    place = "worst" if mark and worst == mark else mark.get("region") or ""
    across, up = ("" if mark.get(name) is None else f"{mark[name] / MM_A_CM:g}" for name in ("x_mm", "y_mm"))
    return {"place": place} | ({} if place == "worst" else {"across_cm": across, "up_cm": up})


def _place_from(values: Mapping[str, str], side: str | None, bedside: Bedside) -> tuple[dict[str, Any] | None, str]:
    """(the mark or None, what is wrong): the place that was marked as worst, a named one, or centimetres."""
    worst = _worst(bedside)
    if values.get("place") == "worst" and worst:
        return worst, ""
    mark: dict[str, Any] = {}
    for name, field in (("x_mm", "across_cm"), ("y_mm", "up_cm")):
        text = values.get(field, "").strip()
        number = typed_number(text) if text else None
        if text and number is None:
            return None, "no_number"
        if number is not None:
            mark[name] = round(number * MM_A_CM, 1)
    anatomy = bedside.desk.knowledge.anatomy
    if values.get("place") in {one.id for one in anatomy.regions}:
        mark["region"] = values["place"]
    if not mark:
        return None, ""
    # Both sides are no single place.
    mark |= {"side": side} if side in ("left", "right") else {}
    try:
        read = read_block_data({"mark": mark}).mark
        if read is not None:
            locate(read, anatomy, bedside.desk.view().case.body)
    except BadCase:
        return None, "off_map"
    except BadMark as problem:
        return None, "both_numbers" if "give both" in str(problem) else "off_map"
    return mark, ""


def _worst(bedside: Bedside) -> dict[str, Any] | None:
    mark = bedside.desk.person().marks.get(WORST)
    kept = {name: mark[name] for name in MARK_FIELDS if mark.get(name) is not None} if mark else {}
    return kept or None
