"""The conformance cases: read, answered by cluneal, compared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from cluneal.knowledge import load, load_draws
from cluneal.pathway import Assessor, read_case

CASES = Path(__file__).resolve().parents[2] / "conformance"
TOLERANCE = 2e-6
MOST_CAUSES = 5
MOST_NEXT = 3

Json = dict[str, Any]


def paths() -> list[Path]:
    """Every case file."""
    return sorted(CASES.glob("*.json"))


def read(path: Path) -> Json:
    """One case file."""
    case: Json = json.loads(path.read_text(encoding="utf-8"))
    return case


@lru_cache(maxsize=1)
def assessor() -> Assessor:
    """One for all."""
    return Assessor(load(), load_draws())


def assessment(case: Mapping[str, Any]) -> Json:
    """The whole assessment of one case."""
    on = date.fromisoformat(case["on"])
    data = {**case["input"], "setting": case["setting"]}
    return assessor().assess(read_case(data, tuple(load().model.settings), on), on)


def answer(case: Mapping[str, Any]) -> Json:
    """What the suite keeps of an assessment."""
    found = assessment(case)
    blocks: list[dict[str, str]] = [{} for _ in case["input"].get("blocks", [])]
    for row in found["blocks"]:
        blocks[row["block"]][row["definition"]] = row["verdict"]
    return {
        "triage": {
            "urgency": found["triage"]["urgency"],
            "fired": [rule["rule"] for rule in found["triage"]["fired"]],
        },
        "differential": [
            *([row["cause"], row["probability"]] for row in found["differential"][:MOST_CAUSES]),
            ["cannot_tell", found["cannot_tell"]["probability"]],
        ],
        "next": [row["finding"] for row in found["next"][:MOST_NEXT]],
        "blocks": blocks,
        "ladder": {
            rung["id"]: [rung["open_by_guide"], rung["open_by_studies"]] for rung in found["plan"]["ladder"]["rungs"]
        },
        "plan": {
            "tests": [one["id"] for one in found["plan"]["tests"]],
            "referral": [one["id"] for one in found["plan"]["referral"]],
        },
    }


def differences(expected: Mapping[str, Any], given: Mapping[str, Any]) -> list[str]:
    """Every part in which the two do not agree."""
    wrong = [
        f"{name}: expected {expected.get(name)}, found {given[name]}"
        for name in given
        if name != "differential" and expected.get(name) != given[name]
    ]
    wanted, found = expected.get("differential", []), given["differential"]
    if [name for name, _ in wanted] != [name for name, _ in found]:
        wrong.append(f"differential: expected the order {wanted}, found {found}")
    else:
        wrong += [
            f"differential: {name}: expected {p}, found {q}"
            for (name, p), (_, q) in zip(wanted, found, strict=True)
            if abs(p - q) > TOLERANCE
        ]
    return wrong
