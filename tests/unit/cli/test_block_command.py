"""`cluneal block`: what it prints of a curve, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cluneal.knowledge import load
from cluneal.pathway.assess import BLOCK_TEST

from .conftest import Refused

CURVE = "minute,pain,movement_pain\n0,8,9\n15,1,2\n30,3,3\n60,5,6\n"
HEADER = "write minute,pain or minute,pain,movement_pain"

REFUSED: dict[str, tuple[str | bytes, str]] = {
    "semicolons": ("minute;pain\n0;8\n", f":1: the header is 'minute;pain'; {HEADER}"),
    "no header": ("0,8\n15,1\n", f":1: the header is '0,8'; {HEADER}"),
    "no pain": ("minute,movement_pain\n0,8\n", f":1: the header is 'minute,movement_pain'; {HEADER}"),
    "a column twice": ("minute,pain,pain\n0,8,8\n", f":1: the header is 'minute,pain,pain'; {HEADER}"),
    "a column too many": ("minute,pain\n0,8\n15,1,2\n", ":3: 3 values for 2 columns; remove what is too many"),
    "a word": ("minute,pain\n0,8\n\n15,none\n", ":4: pain: 'none' is not a number; leave it blank when it was missed"),
    "not a number": ("minute,pain\n0,nan\n", ":2: pain: nan is out of range; give a number from 0 to 10"),
    "infinity": ("minute,pain\n0,8\n15,-inf\n", ":3: pain: -inf is out of range; give a number from 0 to 10"),
    "over the scale": ("minute,pain\n0,80\n", ":2: pain: 80 is out of range; give a number from 0 to 10"),
    "long before": ("minute,pain\n-99999,8\n",
                    ":2: minute: -99999 is out of range; give a number from -10080 to 525600"),
    "a minute twice": ("minute,pain\n0,8\n\n0,7\n", ":4: minute 0 stands twice; keep one"),
    "no minute": ("minute,pain\n,8\n", ":2: minute: missing; give minutes after the injection, 0 for before it"),
    "a value without an end": ("minute,pain\n0," + "8" * 200_000, ":2: field larger than field limit (131072); "
                               "write minute,pain, one reading a line"),
    "empty": ("", ': empty; write something in it, for example {"age": 52}'),
    "UTF-16": (CURVE.encode("utf-16"), ": not UTF-8 at byte 0; save the file as UTF-8"),
    "50 MB": (b"minute,pain\n" + b"0,8\n" * 12_500_000,
              ": over 2 MB; one case is a few kilobytes. A series goes in a .jsonl file"),
    "JSON that is no block": ('{"age": 52}', ": block.age: no such field. Did you mean target?"),
    "JSON cut off": ('{"readings": [', ":1: expecting value at column 15; mend the JSON"),
    "a reading that is a number": ('{"readings": [5]}',
                                   ": block.readings[0]: expected names with values, found a number; write it in { }"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "said"), REFUSED.values(), ids=REFUSED)
def test_a_bad_curve_is_named_by_its_line(content: str | bytes, said: str, folder: Path, refused: Refused) -> None:
    (folder / "curve").write_bytes(content if isinstance(content, bytes) else content.encode())
    assert refused("block", "curve") == f"curve{said}"


def test_every_definition_has_its_verdict(folder: Path, printed: Callable[..., str]) -> None:
    (folder / "curve.csv").write_text(CURVE)
    said = printed("block", "curve.csv", "--drug", "lidocaine 1 %, 2 mL")
    for definition in load().tests[BLOCK_TEST].definitions:
        assert " ".join(definition.name.split())[:30] in " ".join(said.split()), definition.id
    assert "      15 min  pain 1 #  on moving 2 ##\n" in said
    reading = json.loads(printed("block", "curve.csv", "--format", "json", "--drug", "lidocaine"))
    assert len(reading["verdicts"]) == len(load().tests[BLOCK_TEST].definitions)
    assert {one["verdict"] for one in reading["verdicts"]} <= {"positive", "negative", "cannot say"}


def test_csv_and_json_are_read_alike(folder: Path, printed: Callable[..., str]) -> None:
    rows = [line.split(",") for line in CURVE.splitlines()[1:]]
    readings = [{"minute": float(m), "pain": float(p), "movement_pain": float(v)} for m, p, v in rows]
    (folder / "curve.csv").write_bytes(b"\xef\xbb\xbf" + CURVE.replace("\n", "\r\n").encode())
    (folder / "curve.json").write_text(json.dumps({"readings": readings}))
    assert printed("block", "curve.csv") == printed("block", "curve.json")


def test_readings_that_were_missed_give_no_verdict(folder: Path, printed: Callable[..., str]) -> None:
    (folder / "curve.csv").write_text("minute,pain\n0,\n15,1\n")
    reading = json.loads(printed("block", "curve.csv", "--format", "json"))
    assert {one["verdict"] for one in reading["verdicts"]} == {"cannot say"}
