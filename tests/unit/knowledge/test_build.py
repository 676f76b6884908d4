"""Knowledge that is not whole is refused, in words that name the file, the line and the fix."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cluneal.knowledge.build import json_schema
from cluneal.knowledge.store import ROOT

from .conftest import Tree


@dataclass
class Mistake:
    """One of `mistakes.txt`."""

    file: str
    old: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


def mistakes() -> list[Mistake]:
    found = []
    text = Path(__file__).with_name("mistakes.txt").read_text(encoding="utf-8")
    for block in text.split("\n\n"):
        file, *lines = block.strip().splitlines()
        if file.startswith("#"):
            continue
        mistake = Mistake(file)
        for line in lines:
            {"-": mistake.old, "+": mistake.new, "!": mistake.said}[line[0]].append(line[2:])
        assert mistake.old, block
        assert mistake.said, block
        found.append(mistake)
    return found


@pytest.mark.parametrize("mistake", mistakes(), ids=lambda mistake: mistake.said[0])
def test_a_mistake_is_named_with_its_place_and_its_fix(tree: Tree, mistake: Mistake) -> None:
    old = "\n".join(mistake.old)
    tree.change(mistake.file, old if mistake.new else f"{old}\n", "\n".join(mistake.new))
    assert tree.problems() == mistake.said


def test_the_invented_tree_is_whole(tree: Tree) -> None:
    knowledge = tree.build()
    assert set(knowledge.causes) == {"nerve", "infection", "ordinary"}
    assert knowledge.source_of["smith-jolt"] == knowledge.source_of["guide-jolt"] == "smith2001"
    assert knowledge.findings["fever"].id == "fever"
    assert knowledge.groups["pain"].id == "pain"


def test_what_is_known_is_whole() -> None:
    assert Tree(ROOT).build().causes


def test_every_problem_is_said_at_once(tree: Tree) -> None:
    tree.change("findings/fever.yaml", "minutes: 0.1", "minutes: -1")
    tree.change("causes/nerve.yaml", "p: 0.9", "p: 9")
    tree.change("faq/what.yaml", "[guide-jolt]", "[guide-jot]")
    assert [problem.split(":")[0] for problem in tree.problems()] == [
        "findings/fever.yaml",
        "causes/nerve.yaml",
        "faq/what.yaml",
    ]


def test_files_that_do_not_parse_are_all_named_before_their_contents_are_weighed(tree: Tree) -> None:
    tree.change("findings/fever.yaml", "label: Fever", "label: [Fever")
    tree.change("findings/jolt.yaml", "minutes: 0.2", "minutes: short")
    tree.change("causes/nerve.yaml", "p: 0.9", "p: 9")
    assert [problem.split(":")[0] for problem in tree.problems()] == ["findings/fever.yaml", "findings/jolt.yaml"]


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("groups.yaml", "knowledge/groups.yaml: no such file; add it"),
        ("anatomy/frame.yaml", "anatomy/frame.yaml: no such file; add it"),
        ("bibliography.json", "bibliography.json: no such file; add it"),
    ],
)
def test_a_file_that_is_missing_is_named(tree: Tree, file: str, message: str) -> None:
    tree.path(file).unlink()
    assert tree.problems() == [message]


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("faq/what.yaml", "faq/what.yaml: not UTF-8 at byte 10; save the file as UTF-8"),
        ("bibliography.json", "bibliography.json: not UTF-8 at byte 10; save the file as UTF-8"),
    ],
)
def test_a_file_in_another_encoding_is_named(tree: Tree, file: str, message: str) -> None:
    content = tree.path(file).read_bytes()
    tree.path(file).write_bytes(content[:10] + "ü".encode("latin-1") + content[10:])
    assert tree.problems() == [message]


def test_an_empty_file_is_refused(tree: Tree) -> None:
    tree.path("faq/what.yaml").write_text("")
    assert tree.problems() == ["faq/what.yaml:1: the file: input should be an object; correct the value"]


def test_a_number_that_is_none_is_refused(tree: Tree) -> None:
    tree.change("causes/nerve.yaml", "p: 0.005", "p: .nan")
    assert (
        "causes/nerve.yaml:40: p is nan; a probability lies inside (0, 1), because nothing is impossible"
        in tree.problems()
    )


def test_counts_may_be_rounded(tree: Tree) -> None:
    tree.change("causes/nerve.yaml", "    n: 14\n", "    n: 13.6\n")
    assert tree.build().causes["nerve"].findings["jolt"].n == 13.6


def test_a_doubtful_fact_may_be_told_where_no_number_rests_on_it(tree: Tree) -> None:
    tree.change("faq/what.yaml", "[smith-jolt]", "[smith-misprint]")
    assert tree.build().faq["what"].evidence == ("smith-misprint",)


def test_the_reference_cause_may_lack_an_argument_against_it(tree: Tree) -> None:
    assert not tree.build().causes["ordinary"].findings


def test_editors_get_a_schema_a_folder() -> None:
    schemas = json_schema()
    assert {"causes", "findings", "evidence", "guide"} <= set(schemas)
    assert schemas["findings"]["additionalProperties"] is False
    assert "person" in schemas["findings"]["required"]
