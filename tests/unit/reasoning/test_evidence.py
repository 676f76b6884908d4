"""From what was answered to what is scored."""

from __future__ import annotations

from typing import Any

import pytest

from cluneal.knowledge.schema import Finding, Group
from cluneal.reasoning import Contradiction, Findings, UnknownFinding, collect
from cluneal.reasoning.evidence import implied_by, nearer_pairs, score

from .small import finding, mark

VOCABULARY = {
    one.id: one
    for one in (
        finding("worse_standing", aliases=("standing_worse",), group="load"),
        finding("worse_sitting", group="load"),
        finding("worse_lifting", group="load"),
        finding("buttock", scale="extent", group="leg", implies_absent=("thigh", "calf", "foot")),
        finding("thigh", scale="extent", group="leg", implies_absent=("buttock",)),
        finding("calf", scale="extent", group="leg", implies=("thigh",), implies_absent=("buttock",)),
        finding("foot", scale="extent", group="leg", implies=("calf",), implies_absent=("buttock",)),
        finding("young", told_by_age=(0, 40), implies_absent=("old",), group="age"),
        finding("old", told_by_age=(65, 130), implies=("over_50",), group="age"),
        finding("over_50", told_by_age=(50, 130), group="age"),
        finding("lasting", told_by_months=(3, 120)),
        finding("female", told_by_sex="f"),
        finding("after_menopause", told_by_age=(55, 130), told_by_sex="f"),
        finding("steroids", implies=("medicines",)),
        finding("medicines"),
        finding("no_medicines", implies_absent=("medicines",)),
        finding("on_the_crest", told_by_mark=True),
        finding("unspoken"),
        # An old question that joined two: its yes is the first of these, its no the second.
        finding("tender", aliases_when_present=("tender_only",)),
        finding("tender_unfamiliar", aliases_when_absent=("tender_only",), implies=("tender",)),
    )
}
GROUPS = {one.group: Group(one.group, "", 0.5, "judgement", "") for one in VOCABULARY.values()}
INFORMATIVE = {name: None for name in VOCABULARY if name != "unspoken"}


def scored(findings: Findings) -> dict[str, tuple[bool, float]]:
    found = score(findings, VOCABULARY, GROUPS, INFORMATIVE)
    assert len({one.finding for one in found}) == len(found)
    return {one.finding: (one.present, one.share) for one in found}


@pytest.mark.parametrize(
    ("answers", "person", "values", "inferred"),
    [
        ({}, {}, {}, {}),
        ({"worse_standing": True}, {}, {"worse_standing": True}, {}),
        ({"standing_worse": False}, {}, {"worse_standing": False}, {}),
        # Said twice, by both names: one answer.
        ({"standing_worse": True, "worse_standing": True}, {}, {"worse_standing": True}, {}),
        ({"worse_standing": None}, {}, {}, {}),
        ({"standing_worse": None, "worse_standing": True}, {}, {"worse_standing": True}, {}),
        ({"tender_only": True}, {}, {"tender": True}, {}),
        ({"tender_only": False}, {}, {"tender_unfamiliar": False}, {}),
        ({"tender_only": None}, {}, {}, {}),
        # What is present brings what it implies, near and far, and takes away what it rules out.
        ({"foot": True}, {}, {"foot": True, "calf": True, "thigh": True}, {"buttock": False}),
        ({"buttock": True}, {}, {"buttock": True}, {"thigh": False, "calf": False, "foot": False}),
        # An absence implies nothing.
        ({"buttock": False, "foot": False}, {}, {"buttock": False, "foot": False}, {}),
        # An absence that was answered is not inferred.
        ({"buttock": True, "thigh": False}, {}, {"buttock": True, "thigh": False}, {"calf": False, "foot": False}),
        # Age bands hold from their first year up to, and without, their last.
        ({}, {"age": 39.9}, {"young": True, "old": False, "over_50": False, "after_menopause": False}, {}),
        ({}, {"age": 40}, {"young": False, "old": False, "over_50": False, "after_menopause": False}, {}),
        ({}, {"age": 50}, {"young": False, "old": False, "over_50": True, "after_menopause": False}, {}),
        # Fifty-five says nothing of a finding that also asks for the sex.
        ({}, {"age": 55}, {"young": False, "old": False, "over_50": True}, {}),
        ({}, {"age": 65}, {"young": False, "old": True, "over_50": True}, {}),
        ({}, {"sex": "m"}, {"female": False, "after_menopause": False}, {}),
        ({}, {"sex": "f"}, {"female": True}, {}),
        (
            {},
            {"sex": "f", "age": 60},
            {"female": True, "after_menopause": True, "young": False, "old": False, "over_50": True},
            {},
        ),
        ({}, {"months": 2.9}, {"lasting": False}, {}),
        ({}, {"months": 120}, {"lasting": False}, {}),
        ({"lasting": True}, {"months": 3}, {"lasting": True}, {}),
    ],
)
def test_answers_become_findings(
    answers: dict[str, bool | None], person: dict[str, Any], values: dict[str, bool], inferred: dict[str, bool]
) -> None:
    found = collect(VOCABULARY, answers, **person)
    assert (found.values, found.inferred) == (values, inferred)
    for name, value in {**inferred, **values}.items():
        assert found.get(name) is value
        assert found.known(name)
    assert found.get("unspoken") is None
    assert not found.known("unspoken")


@pytest.mark.parametrize(
    ("answers", "person", "message"),
    [
        (
            {"worse_standing": True, "standing_worse": False},
            {},
            "findings.standing_worse: contradicts worse_standing, the same finding; keep one",
        ),
        (
            {"buttock": True, "thigh": True},
            {},
            "findings.thigh: true contradicts buttock: true; correct one or leave one out",
        ),
        (
            {"calf": True, "thigh": False},
            {},
            "findings.calf: true contradicts thigh: false; correct one or leave one out",
        ),
        (
            {"tender_only": False, "tender_unfamiliar": True},
            {},
            "findings.tender_unfamiliar: contradicts tender_only, the same finding; keep one",
        ),
        # Named by the answer that was given, not by one that only follows from it.
        (
            {"foot": True, "thigh": False},
            {},
            "findings.foot: true contradicts thigh: false; correct one or leave one out",
        ),
        # Neither answer mentions the other: what one implies, the other rules out. In either order.
        (
            {"no_medicines": True, "steroids": True},
            {},
            "findings.no_medicines: true contradicts steroids: true; correct one or leave one out",
        ),
        (
            {"steroids": True, "no_medicines": True},
            {},
            "findings.no_medicines: true contradicts steroids: true; correct one or leave one out",
        ),
        ({"young": True}, {"age": 41}, "findings.young: true contradicts age 41; correct one"),
        ({"over_50": False}, {"age": 70}, "findings.over_50: false contradicts age 70; correct one"),
        (
            {"standing_worse": True, "female": False},
            {"sex": "f"},
            "findings.female: false contradicts sex f; correct one",
        ),
        ({"lasting": False}, {"months": 4.04}, "findings.lasting: false contradicts 4.0 months of pain; correct one"),
        (
            {"after_menopause": False},
            {"age": 60, "sex": "f"},
            "findings.after_menopause: false contradicts age 60 and sex f; correct one",
        ),
        (
            {"after_menopause": True},
            {"age": 60, "sex": "m"},
            "findings.after_menopause: true contradicts sex m; correct one",
        ),
    ],
)
def test_what_cannot_both_be_true_is_refused(
    answers: dict[str, bool | None], person: dict[str, Any], message: str
) -> None:
    with pytest.raises(Contradiction) as caught:
        collect(VOCABULARY, answers, **person)
    assert str(caught.value) == message


def test_a_contradiction_with_what_the_age_implies_names_the_age() -> None:
    vocabulary = {**VOCABULARY, "over_50": finding("over_50")}
    with pytest.raises(Contradiction, match=r"^age 70 contradicts over_50: false; correct one or leave one out$"):
        collect(vocabulary, {"over_50": False}, age=70)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("worse_standng", " Did you mean worse_standing?"),
        ("standing_wors", " Did you mean standing_worse?"),
        ("zzz", ""),
    ],
)
def test_an_unknown_name_gets_the_nearest_one(name: str, hint: str) -> None:
    with pytest.raises(UnknownFinding) as caught:
        collect(VOCABULARY, {name: None})
    assert str(caught.value) == (
        f"findings.{name}: no such finding.{hint} `cluneal knowledge findings` lists them all."
    )


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        # One answer keeps its weight; k of one group and direction leave each 1 / (1 + 0.5 (k - 1)).
        ({"worse_standing": True}, {"worse_standing": (True, 1)}),
        (
            {"worse_standing": True, "worse_sitting": True, "worse_lifting": True},
            {"worse_standing": (True, 1 / 2), "worse_sitting": (True, 1 / 2), "worse_lifting": (True, 1 / 2)},
        ),
        # A yes is not diluted by the noes around it.
        (
            {"worse_standing": True, "worse_sitting": False, "worse_lifting": False},
            {"worse_standing": (True, 1), "worse_sitting": (False, 2 / 3), "worse_lifting": (False, 2 / 3)},
        ),
        # Other groups don't dilute either.
        ({"worse_standing": True, "medicines": True}, {"worse_standing": (True, 1), "medicines": (True, 1)}),
        # Implied and present: scored, unless it is only a nearer point of the same scale.
        ({"steroids": True}, {"steroids": (True, 1), "medicines": (True, 1)}),
        ({"foot": True}, {"foot": (True, 1)}),
        ({"calf": True, "foot": False}, {"calf": (True, 1), "foot": (False, 1)}),
        # An absence that another answer makes certain is not scored, answered or not.
        ({"buttock": True}, {"buttock": (True, 1)}),
        ({"buttock": True, "thigh": False, "calf": False}, {"buttock": (True, 1)}),
        # Nothing present on the scale: each no counts.
        ({"buttock": False, "thigh": False}, {"buttock": (False, 2 / 3), "thigh": (False, 2 / 3)}),
        # What nobody speaks of is not scored.
        ({"unspoken": True}, {}),
    ],
)
def test_what_counts_and_for_how_much(answers: dict[str, bool | None], expected: dict[str, tuple[bool, float]]) -> None:
    assert scored(collect(VOCABULARY, answers)) == expected


def test_a_mark_says_it_better_than_words() -> None:
    answers = {"on_the_crest": True, "medicines": True}
    assert scored(collect(VOCABULARY, answers)) == {"on_the_crest": (True, 1), "medicines": (True, 1)}
    assert scored(collect(VOCABULARY, answers, located=mark())) == {"medicines": (True, 1)}


@pytest.mark.parametrize(
    ("name", "expected"),
    [("foot", {"calf", "thigh"}), ("calf", {"thigh"}), ("thigh", set()), ("old", {"over_50"})],
)
def test_what_follows_near_and_far(name: str, expected: set[str]) -> None:
    assert implied_by(name, VOCABULARY) == expected


def test_nearer_pairs_stay_on_their_scale() -> None:
    assert nearer_pairs(VOCABULARY, ["foot", "old", "steroids", "calf"]) == [
        ("foot", "calf"),
        ("foot", "thigh"),
        ("calf", "thigh"),
    ]


def test_the_vocabulary_is_left_as_it_was() -> None:
    before: dict[str, Finding] = dict(VOCABULARY)
    answers: dict[str, bool | None] = {"foot": True, "worse_sitting": None}
    collect(VOCABULARY, answers, age=30)
    assert before == VOCABULARY
    assert answers == {"foot": True, "worse_sitting": None}
