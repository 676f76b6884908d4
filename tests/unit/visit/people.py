"""People for the page: one as usual, and monsters with more of everything than anybody has."""

from __future__ import annotations

import random
from datetime import date
from functools import cache
from typing import Any

from cluneal.knowledge import load, load_draws
from cluneal.pathway import Assessor, read_case
from cluneal.pathway.assess import treatment_kinds
from cluneal.reasoning import Contradiction, collect
from cluneal.visit import Visit

DAY = date(2026, 11, 24)
USUAL: dict[str, Any] = {
    "age": 55,
    "sex": "f",
    "started": "2025-03-10",
    "mark": {"side": "right", "x_mm": 70, "y_mm": 48, "intensity": 7, "character": ["shock", "tingling"]},
    "other_marks": [{"side": "right", "region": "lower_buttock", "spread": True}],
    "findings": {
        **dict.fromkeys(load().model.alarm_order, False),
        "fever": None,
        "worse_standing": True,
        "worse_sitting": False,
        "relief_lying": True,
        "scn_point_reproduces": True,
        "mri_normal_for_age": True,
        "slr_positive": False,
        "physio_no_help": True,
    },
    "treatments": [
        {"kind": "physiotherapy", "started": "2025-04-01", "ended": "2025-07-01", "helped": "briefly"},
        {"kind": "nsaid", "started": "2025-03-15", "helped": "partly"},
        {"kind": "epidural_injection", "started": "2025-09-01", "ended": "2025-09-01", "helped": "no"},
    ],
    "blocks": [
        {
            "target": "superior cluneal",
            "side": "right",
            "drug": "lidocaine 1 %",
            "volume_ml": 2,
            "given_at": "2026-05-02",
            "movement": "arching back",
            "readings": [
                {"minute": 0, "pain": 8, "movement_pain": 9},
                {"minute": 15, "pain": 1, "movement_pain": 2},
                {"minute": 30, "pain": 2},
                {"minute": 60, "pain": 3},
                {"minute": 360, "pain": 6},
            ],
        }
    ],
}
HOSTILE = (
    "W" * 300,
    '#strong[x] $x^2$ \\ @label <a> `raw` "q" {y} //c /* *_- #image("/etc/passwd") #sys',
    "Größe " * 60,
    "中文 العربية \u202e\u0007 e\u0301 \u00a0x",
    "a/b" * 90,
)


@cache
def assessor(prior: str = "chosen") -> Assessor:
    return Assessor(load(), load_draws(), prior)


def visit_of(case: dict[str, Any], prior: str = "chosen", since: str = "") -> Visit:
    """A case as the page takes it."""
    with_prior = assessor(prior)
    read = read_case(case, tuple(load().model.settings), DAY)
    return Visit(read, with_prior.findings(read, DAY), with_prior.assess(read, DAY), load(), DAY, since)


def monster(seed: int, share: float) -> dict[str, Any]:
    """Every finding answered, about `share` of them yes, no two contradicting; 15 treatments, 3 injections."""
    dice, known = random.Random(seed), load()
    answers: dict[str, bool | None] = {"duration_over_3_months": True}
    for name in dice.sample(sorted(known.findings), len(known.findings)):
        if name in answers:
            continue
        first = dice.random() < share
        for said in (first, not first):
            try:
                collect(known.findings, {**answers, name: said})
            except Contradiction:
                continue
            answers[name] = said
            break
    kinds = treatment_kinds(known.ladder)
    treatments: list[dict[str, Any]] = [
        {"kind": dice.choice(kinds), "started": "2024-03-05", "ended": "2025-01-02", "helped": "briefly"}
        for _ in range(10)
    ]
    readings = [{"minute": minute, "pain": 8 - i, "movement_pain": 9 - i} for i, minute in enumerate((0, 5, 15, 30))]
    return {
        "id": "x" * 200,
        "started": "2019-02-03",
        "findings": answers,
        "mark": {"side": dice.choice(["left", "both"]), "x_mm": 72, "y_mm": -130},
        "treatments": [*treatments, *({"kind": words} for words in HOSTILE)],
        "blocks": [{"target": words, "drug": words, "movement": words, "readings": readings} for words in HOSTILE[:3]],
    }
