"""Files as they come from other people's machines, and from people who mean harm: one line, or the answer."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Refused

CASE = '{"age": 52}'
DEEP = 5000

# The file's name, what is in it, and what is said of it after its name.
REFUSED: dict[str, tuple[str, bytes, str]] = {
    # Encodings.
    "UTF-16": ("c.json", CASE.encode("utf-16"), ": not UTF-8 at byte 0; save the file as UTF-8"),
    "UTF-16 without a mark": ("c.json", CASE.encode("utf-16-le"), ": not UTF-8 text at byte 1; save the file as UTF-8"),
    "UTF-16 in YAML": ("c.yaml", "age: 52".encode("utf-16"), ": not UTF-8 at byte 0; save the file as UTF-8"),
    "Latin-1": ("c.json", '{"id": "Jörg"}'.encode("latin-1"), ": not UTF-8 at byte 9; save the file as UTF-8"),
    "a picture": ("c.json", b"\x89PNG\r\n\x1a\n\x00\x00", ": not UTF-8 at byte 0; save the file as UTF-8"),
    "nothing but zeros": ("c.json", bytes(100), ": not UTF-8 text at byte 0; save the file as UTF-8"),
    # Nothing in it.
    "empty": ("c.json", b"", ': empty; write something in it, for example {"age": 52}'),
    "blank": ("c.json", b" \n\t\r\n", ': empty; write something in it, for example {"age": 52}'),
    "only a mark": ("c.json", b"\xef\xbb\xbf", ': empty; write something in it, for example {"age": 52}'),
    "only a comment": ("c.yaml", b"# later\n", ": case: expected names with values, found nothing; write it in { }"),
    # Size.
    "50 MB": ("c.json", b'{"id": "' + b"x" * 50_000_000 + b'"}',
              ": over 2 MB; one case is a few kilobytes. A series goes in a .jsonl file"),
    # Depth.
    "deep JSON": ("c.json", b"[" * 100_000, ": nested too deeply; a case has at most four levels"),
    "deep JSON objects": ("c.json", b'{"a":' * DEEP + b"1" + b"}" * DEEP,
                          ": nested too deeply; a case has at most four levels"),
    "deep YAML": ("c.yaml", b"[" * 100_000, ":1: exceeded maximum nesting depth; mend the YAML"),
    "deep YAML lists": ("c.yaml", b"- " * DEEP + b"1", ":1: exceeded maximum nesting depth; mend the YAML"),
    # YAML's own dangers.
    "an alias bomb": ("c.yaml", b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n", ":2: an alias (*a); write it out"),
    "a tag": ("c.yaml", b"age: !!python/name:os.system ''\n",
              ":1: could not determine a constructor for the tag 'tag:yaml.org,2002:python/name:os.system'; "
              "mend the YAML"),
    "two documents": ("c.yaml", b"age: 52\n---\nage: 25\n", ":2: but found another document; mend the YAML"),
    "a merge": ("c.yaml", b"<<: {age: 52}\n",
                ":1: could not determine a constructor for the tag 'tag:yaml.org,2002:merge'; mend the YAML"),
    "a number as a name": ("c.yaml", b"52: age\n", ":1: the key 52 is not a word; put it in quotes"),
    "bytes": ("c.yaml", b"id: !!binary aGVsbG8=\n", ": id: b'hello' is not text; put it in quotes"),
    "not a number in YAML": ("c.yaml", b"age: .nan\n", ": age: nan is out of range; give a number from 0 to 120"),
    "a huge YAML number": ("c.yaml", b"age: 0x" + b"F" * 5000,
                           ": age: a number of over 40 digits is out of range; give a number from 0 to 120"),
    # JSON's.
    "cut off": ("c.json", b'{"age": 5', ":1: expecting ',' delimiter at column 10; mend the JSON"),
    "two cases": ("c.json", b'{"age": 5}\n{"age": 6}', ":2: extra data at column 1; mend the JSON"),
    "NaN": ("c.json", b'{"age": NaN}', ": NaN is not a number; leave the value out when it is not known"),
    "infinity": ("c.json", b'{"age": -Infinity}',
                 ": -Infinity is not a number; leave the value out when it is not known"),
    "beyond a double": ("c.json", b'{"age": 1e999}', ": age: inf is out of range; give a number from 0 to 120"),
    "5000 digits": ("c.json", b'{"age": ' + b"9" * 5000 + b"}",
                    ": 9999999999... is a number of 5000 digits; correct it"),
    "a name twice": ("c.json", b'{"findings": {"fever": true, "fever": false}}', ": fever stands twice; keep one"),
    # What would spoil the line itself.
    "terminal codes": ("c.json", b'{"\\u001b[31mred": 1}',
                       ":  [31mred: no such field. Known: id, setting, age, sex, height_cm, psis_distance_mm, "
                       "findings, mark, other_marks, blocks, treatments, started, health."),
    "a line end in a name": ("c.json", b'{"findings": {"fe\\nver": true}}',
                             ": findings.fe ver: no such finding. Did you mean fever? "
                             "`cluneal knowledge findings` lists them all."),
    "half a sign": ("c.json", b'{"findings": {"\\ud800": true}}',
                    ": findings. : no such finding. `cluneal knowledge findings` lists them all."),
}  # fmt: skip


@pytest.mark.parametrize(("name", "content", "said"), REFUSED.values(), ids=REFUSED)
def test_a_hostile_file_is_refused_in_one_line(
    name: str, content: bytes, said: str, folder: Path, refused: Refused
) -> None:
    (folder / name).write_bytes(content)
    assert refused("assess", name) == f"{name}{said}"
    assert (folder / name).read_bytes() == content


def test_a_huge_name_leaves_the_place_and_the_fix(folder: Path, refused: Refused) -> None:
    (folder / "c.json").write_text(json.dumps({"findings": {"x" * 1_000_000: True}}))
    line = refused("assess", "c.json")
    assert line.startswith("c.json: findings.xxxx")
    assert line.endswith("no such finding. `cluneal knowledge findings` lists them all.")


ACCEPTED: dict[str, tuple[str, bytes]] = {
    "a mark before JSON": ("c.json", b"\xef\xbb\xbf" + CASE.encode()),
    "a mark before YAML": ("c.yaml", b"\xef\xbb\xbfage: 52\n"),
    "Windows line ends": ("c.json", b'{\r\n"age": 52\r\n}\r\n'),
    "capitals in the ending": ("c.YAML", b"age: 52\n"),
    "YAML without an ending": ("case", b"age: 52\n"),
    "JSON without an ending": ("case", CASE.encode()),
    "yes, as YAML writes true": ("c.yaml", b"age: 52\nfindings: {fever: no}\n"),
    "a name in another script": ("c.json", '{"id": "Ольга 😀", "age": 52}'.encode()),
}


@pytest.mark.parametrize(("name", "content"), ACCEPTED.values(), ids=ACCEPTED)
def test_what_a_reader_would_understand_is_read(
    name: str, content: bytes, folder: Path, printed: Callable[..., str]
) -> None:
    (folder / name).write_bytes(content)
    answer = json.loads(printed("assess", name, "--format", "json"))
    assert any(one["finding"] == "age_40_64" for row in answer["differential"] for one in row["for"] + row["against"])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("missing.json", "missing.json: no such file; check the name"),
        ("nowhere/c.json", "nowhere/c.json: no such file; check the name"),
        (".", ".: a folder; name a file in it"),
        ("c.json/more", "c.json/more: not a directory; check the file"),
        ("a\0b", "a b: embedded null byte; check the file"),
    ],
)
@pytest.mark.parametrize("command", ["assess", "block", "calibrate"])
def test_a_file_that_is_not_there(command: str, name: str, said: str, folder: Path, refused: Refused) -> None:
    (folder / "c.json").write_text(CASE)
    assert refused(command, name) == said


def test_a_file_that_may_not_be_read(folder: Path, refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "c.json"
    path.write_text(CASE)
    path.chmod(0)
    if os.access(path, os.R_OK):  # the superuser reads everything

        def no(*_: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "open", no)
    assert refused("assess", "c.json") == "c.json: no permission to read it; change that, or copy the file"
