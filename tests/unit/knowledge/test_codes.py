"""Codes: what is there is whole, and what somebody might write wrongly is said with its place and its fix."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from cluneal.knowledge import load
from cluneal.knowledge.code_checks import WHOLE, plain, unverified
from cluneal.knowledge.store import ROOT

from .conftest import Tree

FEVER = """\
name: Fever
role: context
why: A sign of infection.
codes:
  - system: icd10cm
    codes: ["R50.9"]
    prefixes: ["R50"]
    but_not: ["R50.8"]
    why: Fever of any kind.
  - system: snomed
    codes: ["386661006"]
    why: The same.
findings:
  - finding: fever
    within_days: 14
    why: It says so.
"""


@pytest.fixture
def coded(tree: Tree) -> Tree:
    """The invented knowledge base with one concept, and the real journey over its own findings."""
    tree.path("codes").mkdir()
    tree.path("codes/fever.yaml").write_text(FEVER, encoding="utf-8")
    journey = (ROOT / "codes" / "journey.yaml").read_text(encoding="utf-8")
    journey = re.sub(r"(one_side|both_sides|- finding): \w+", r"\1: jolt", journey)
    journey = re.sub(r"concepts: \[\w+\]", "concepts: [fever]", journey)
    tree.path("codes/journey.yaml").write_text(journey, encoding="utf-8")
    return tree


def test_one_concept_and_a_journey_are_whole(coded: Tree) -> None:
    knowledge = coded.build()
    assert set(knowledge.codes) == {"fever"}
    assert knowledge.journey
    assert knowledge.journey.tries.value == 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('["R50.9"]', '["5R0.9"]', "codes/fever.yaml:5: codes: 5R0.9: no code of icd10cm looks like this; correct it"),
        ('["R50"]', '["R50", "5"]', "codes/fever.yaml:5: prefixes: 5: no code of icd10cm looks like this; correct it"),
        ('["R50.8"]', '["R51"]', "codes/fever.yaml:5: but_not: R51 is not inside a prefix; remove it"),
        ('["R50.9"]', '["R50.9", "r509"]', "codes/fever.yaml:5: codes: a code stands twice; keep one"),
        ('    codes: ["386661006"]\n', "", "codes/fever.yaml:10: no codes; add one"),
        (
            'codes: ["386661006"]',
            'prefixes: ["386661"]',
            "codes/fever.yaml:10: prefixes: 386661: codes of snomed do not begin alike; name whole codes",
        ),
        (
            'codes: ["386661006"]',
            'codes: ["386661006"]\n    unverified: ["1"]',
            "codes/fever.yaml:10: unverified: 1 is not listed here; correct it",
        ),
        ("finding: fever", "finding: fevr", "codes/fever.yaml:14: fevr: no such finding. Did you mean fever?"),
        ("within_days: 14", "within_days: 0", "codes/fever.yaml:14: within_days is 0; it is at least 1"),
        (
            "system: snomed",
            "system: read",
            "codes/fever.yaml:10: codes.1.system: input should be 'icd10cm', 'icd9cm', 'icd10pcs', 'icd9proc', "
            "'snomed', 'cpt', 'hcpcs', 'rxnorm', 'atc' or 'loinc'; correct the value",
        ),
    ],
)
def test_a_mistake_in_codes_is_named(coded: Tree, old: str, new: str, said: str) -> None:
    coded.change("codes/fever.yaml", old, new)
    assert coded.problems() == [said]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("tries:\n  value: 2", "tries:\n  value: 0", "value is 0; it is at least 1"),
        (
            "tries:\n  value: 2\n  basis: judgement",
            "tries:\n  value: 2\n  basis: counts",
            "counts without evidence; name the fact",
        ),
        ("one_side: jolt", "one_side: jlt", "jlt: no such finding. Did you mean jolt?"),
        ("    times: 6", "    times: 0", "from_days to until_days go up from 1, and times is at least 1"),
        ("{recent_days} days of", "{no_such} days of", "why: 'no_such' is no threshold here; correct it"),
    ],
)
def test_a_mistake_in_the_journey_is_named(coded: Tree, old: str, new: str, said: str) -> None:
    coded.change("codes/journey.yaml", old, new)
    (problem,) = coded.problems()
    assert re.fullmatch(rf"codes/journey\.yaml:\d+: {re.escape(said)}.*", problem)


def test_one_code_means_one_concept(coded: Tree) -> None:
    coded.path("codes/chills.yaml").write_text(FEVER, encoding="utf-8")
    assert coded.problems() == [
        "codes/fever.yaml:5: R50.9 means chills too; keep it in one",
        "codes/fever.yaml:5: R50 means chills too; keep it in one",
        "codes/fever.yaml:10: 386661006 means chills too; keep it in one",
    ]


def test_what_the_screen_needs_is_there() -> None:
    roles = Counter(concept.role for concept in load().codes.values())
    assert set(roles) == {
        "complaint", "imaging", "injection", "operation", "therapy", "explains", "peripheral", "medicine", "context",
    }  # fmt: skip
    wanted = {
        ("icd10cm", "M54.5"), ("icd9cm", "724.2"), ("snomed", "279039007"), ("cpt", "72148"), ("cpt", "64450"),
        ("cpt", "62323"), ("cpt", "27096"), ("rxnorm", "25480"), ("atc", "N02A"), ("icd10cm", "G57.80"),
        ("icd10cm", "G58.8"), ("hcpcs", "G0260"),
    }  # fmt: skip
    listed = {
        (codes.system, code)
        for concept in load().codes.values()
        for codes in concept.codes
        for code in (*codes.codes, *codes.prefixes)
    }
    assert wanted <= listed


def test_what_explains_tells_no_cluneal_finding_and_absences_are_few() -> None:
    absent = {one.finding for concept in load().codes.values() for one in concept.findings if not one.present}
    assert absent == {"smoking", "pregnant"}


def test_codes_that_nobody_looked_up_are_marked() -> None:
    marked = {system for _, system, _ in unverified(load().codes.values())}
    assert marked == {"snomed", "cpt", "hcpcs", "rxnorm", "atc", "loinc"}


def test_every_reason_is_more_than_a_repeated_code() -> None:
    for concept in load().codes.values():
        for codes in concept.codes:
            assert len(codes.why.split()) >= 2, concept.id
            # A reason is in our words: it quotes no code, as a code system's own text would.
            assert not any(plain(code) in plain(codes.why) for code in codes.codes), concept.id


@pytest.mark.parametrize(
    ("system", "code", "whole"),
    [
        ("icd10cm", "M54", True), ("icd10cm", "M5450", True), ("icd10cm", "S32010A", True), ("icd10cm", "72148", False),
        ("icd9cm", "7242", True), ("icd9cm", "V103", True), ("icd9cm", "72148", True), ("icd9cm", "279039007", False),
        ("cpt", "64450", True), ("cpt", "0216T", True), ("cpt", "644500", False), ("snomed", "72148", False),
        ("atc", "N02A", True), ("atc", "N02AA01", True), ("loinc", "24968-6", True), ("loinc", "24968", False),
    ],
)  # fmt: skip
def test_what_a_code_looks_like(system: str, code: str, whole: bool) -> None:
    assert bool(re.fullmatch(WHOLE[system], code)) is whole  # type: ignore[index]
