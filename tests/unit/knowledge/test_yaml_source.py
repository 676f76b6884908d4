"""YAML is read as plain data, and every value knows its line."""

from __future__ import annotations

import pytest

from cluneal.knowledge.yaml_source import YamlProblem, parse_yaml

TEXT = """\
name: A nerve
findings:
  jolt:
    p: 0.7
    why: >-
      Counted
      once.
  fever: {p: 0.005, why: No.}
points:
  - [1, 2]
  - [3, 4]
"""


@pytest.mark.parametrize(
    ("at", "line"),
    [
        (("name",), 1),
        (("findings", "jolt"), 3),
        (("findings", "jolt", "p"), 4),
        (("findings", "fever", "p"), 8),
        (("points", 1), 11),
        (("points", 1, 0), 11),
        (("findings", "jolt", "weight"), 3),
        (("nothing", "like", "it"), 1),
    ],
)
def test_a_value_that_is_not_there_has_the_line_of_its_nearest_parent(at: tuple[str | int, ...], line: int) -> None:
    assert parse_yaml(TEXT, "causes/nerve.yaml").where(at) == f"causes/nerve.yaml:{line}"


def test_the_data_is_plain() -> None:
    assert parse_yaml(TEXT, "x").data == {
        "name": "A nerve",
        "findings": {"jolt": {"p": 0.7, "why": "Counted once."}, "fever": {"p": 0.005, "why": "No."}},
        "points": [[1, 2], [3, 4]],
    }
    assert parse_yaml("", "x").data is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [1", "x:2: did not find expected ',' or ']'; mend the YAML"),
        ("a: 1\na: 2", "x:2: a stands twice; keep one"),
        ("a: {b: 1, b: 2}", "x:1: b stands twice; keep one"),
        ("a:\n  - b: 1\n    b: 2", "x:3: b stands twice; keep one"),
        ("yes: 1", "x:1: the key True is not a word; put it in quotes"),
        ("a: &b [1]\nc: *b", "x:2: an alias (*b); write it out"),
        ("a: &b\n  c: 1\nd:\n  <<: *b", "x:4: an alias (*b); write it out"),
        ("a: !!python/object:os.system x", "x:1: could not determine a constructor for the tag "
         "'tag:yaml.org,2002:python/object:os.system'; mend the YAML"),
        ("a: 1\n---\nb: 2", "x:2: but found another document; mend the YAML"),
        ("a: 2026-02-30", "x:1: '2026-02-30': day is out of range for month; correct it"),
    ],
)  # fmt: skip
def test_what_is_refused(text: str, message: str) -> None:
    with pytest.raises(YamlProblem) as refused:
        parse_yaml(text, "x")
    assert str(refused.value) == message


def test_a_bomb_is_refused_before_it_grows() -> None:
    """Nine lines that would be a billion words."""
    lines = ["a0: &a0 [x]"] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    with pytest.raises(YamlProblem, match=r"^x:2: an alias \(\*a0\); write it out$"):
        parse_yaml("\n".join(lines), "x")
