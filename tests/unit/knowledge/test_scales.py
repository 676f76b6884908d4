"""What the check says of a scale or of the rules of the diary that cannot be right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from cluneal.knowledge import load
from cluneal.knowledge.checks import check
from cluneal.knowledge.follow import Choice, Pace, Scale, SmallestChange

KNOWN = load()
PEG = KNOWN.scales["peg"]


def problems(**changed: Any) -> list[str]:
    known = replace(KNOWN, evidence=dict(KNOWN.evidence), **changed)
    return [one for one in check(known, {}) if one.startswith(("scales/", "knowledge/diary"))]


def with_scale(**changed: Any) -> Mapping[str, Scale]:
    return {**KNOWN.scales, "peg": replace(PEG, **changed)}


def with_change(**changed: Any) -> Mapping[str, Scale]:
    return with_scale(smallest_change=replace(PEG.smallest_change, **changed))


def test_what_stands_there_is_whole() -> None:
    assert problems() == []


@pytest.mark.parametrize(
    ("scales", "said"),
    [
        (with_scale(low=10), "the low end is below the high"),
        (with_scale(parts=()), "name parts when, and only when, by parts"),
        (with_scale(given="total"), "name parts when, and only when, by parts"),
        (with_scale(every_why=None), "every_days and every_why go together"),
        (with_change(points=0), "it lies inside the scale"),
        (with_change(points=11), "it lies inside the scale"),
        (with_change(evidence=()), "without evidence"),
        (with_change(evidence=("reed2023-peg-mud",)), "Did you mean reed2023-peg-mid?"),
        (with_change(evidence=("krebs2009-mcid",)), "krebs2009-mcid is never calculated with"),
        (with_change(evidence=("krebs2009-licence",)), "krebs2009-licence is never calculated with"),
        (with_scale(licence=replace(PEG.licence, evidence=("nowhere",))), "nowhere: no such fact"),
        (with_scale(licence=replace(PEG.licence, items_may_stand_here=True)), "nobody read"),
    ],
)
def test_a_scale_that_cannot_be_right(scales: Mapping[str, Scale], said: str) -> None:
    assert any(said in one for one in problems(scales=scales)), problems(scales=scales)


def test_a_judgement_needs_no_fact() -> None:
    judged = SmallestChange(points=2, basis="judgement", why="Nobody counted it.", evidence=())
    assert problems(scales=with_scale(smallest_change=judged)) == []


@pytest.mark.parametrize(
    "paces",
    [
        (),
        (Pace(1, 14),),
        (Pace(1), Pace(7)),
        (Pace(1, 40), Pace(3, 14), Pace(7)),
        (Pace(0, 14), Pace(7)),
    ],
)
def test_paces_slow_down_to_one_without_an_end(paces: tuple[Pace, ...]) -> None:
    assert KNOWN.diary
    diary = replace(KNOWN.diary, rhythm=replace(KNOWN.diary.rhythm, paces=paces))
    assert len(problems(diary=diary)) == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"did": (Choice("walk", "A walk"), Choice("walk", "Walk"))}, "an id stands twice"),
        ({"did": (Choice("nerve_glide", "Glide"),)}, "nerve_glide is self-care already"),
    ],
)
def test_each_thing_to_tap_has_one_name(changed: Mapping[str, Any], said: str) -> None:
    assert KNOWN.diary
    assert any(said in one for one in problems(diary=replace(KNOWN.diary, **changed)))


def test_sure_is_a_share() -> None:
    assert KNOWN.diary
    tendencies = replace(KNOWN.diary.tendencies, sure=1.0)
    assert any("inside (0, 1)" in one for one in problems(diary=replace(KNOWN.diary, tendencies=tendencies)))
