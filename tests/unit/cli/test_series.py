"""One case a line, one answer a line, in the same order; a bad line costs nobody else the answer."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cluneal.cli.main import main

from .conftest import Refused

GOOD = b'{"id": "%d", "age": 52}'


def assessed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[dict[str, Any]], str]:
    status = main(["assess", *arguments])
    streams = capsys.readouterr()
    return status, [json.loads(line) for line in streams.out.splitlines()], streams.err


def test_every_line_is_answered_in_its_place(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [
        b"\xef\xbb\xbf" + GOOD % 1,
        b"{bad",
        b"",
        b"[]",
        '{"id": "Jörg"}'.encode("latin-1"),
        b'{"id": "six", "findings": {"fevr": true}}',
        b"[" * 100_000,
        b'{"id": "' + b"x" * 3_000_000 + b'"}',
        b'{"age": NaN}',
        GOOD % 10 + b"\r",
    ]
    (folder / "people.jsonl").write_bytes(b"\n".join(lines))
    status, answers, said = assessed(capsys, "people.jsonl")
    assert status == 2
    assert said == "cluneal: people.jsonl: 7 lines could not be read; each has its error in its place\n"
    assert [answer.get("id") or answer["line"] for answer in answers] == ["1", 2, 4, 5, "six", 7, 8, 9, "10"]
    assert [answer["error"] for answer in answers if "error" in answer] == [
        "people.jsonl:2: expecting property name enclosed in double quotes at column 2; mend the JSON",
        "people.jsonl:4: case: expected names with values, found a list; write it in { }",
        "people.jsonl:5: not UTF-8 at byte 9; save the file as UTF-8",
        "people.jsonl:6: findings.fevr: no such finding. Did you mean fever? "
        "`cluneal knowledge findings` lists them all.",
        "people.jsonl:7: nested too deeply; a case has at most four levels",
        "people.jsonl:8: a line over 2 MB; put one case a line",
        "people.jsonl:9: NaN is not a number; leave the value out when it is not known",
    ]
    assert next(answer for answer in answers if answer.get("id") == "six")["line"] == 6
    assert all("differential" in answer for answer in (answers[0], answers[-1]))


def test_a_line_alone_gives_the_same_answer_as_in_a_series(
    folder: Path, capsys: pytest.CaptureFixture[str], printed: Callable[..., str]
) -> None:
    cases = [
        {"id": "a", "age": 70, "findings": {"fever": True}},
        {"id": "b", "mark": {"side": "left", "region": "groin"}},
    ]
    (folder / "people.jsonl").write_text("".join(f"{json.dumps(case)}\n" for case in cases))
    _, together, _ = assessed(capsys, "people.jsonl", "--on", "2026-01-01")
    for case, answer in zip(cases, together, strict=True):
        (folder / "one.json").write_text(json.dumps(case))
        assert json.loads(printed("assess", "one.json", "--format", "json", "--on", "2026-01-01")) == answer


def test_a_series_from_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(GOOD % 1 + b"\n" + GOOD % 2)))
    status, answers, _ = assessed(capsys, "-", "--format", "jsonl")
    assert (status, [answer["id"] for answer in answers]) == (0, ["1", "2"])


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf\n"])
def test_a_series_of_nobody(content: bytes, folder: Path, refused: Refused) -> None:
    (folder / "people.jsonl").write_bytes(content)
    assert refused("assess", "people.jsonl") == "people.jsonl: empty; put one case a line"


def test_a_sign_that_is_none_stays_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "people.jsonl").write_bytes(b'{"id": "\\ud800"}\n{"id": "a\\u2028b"}\n')
    status = main(["assess", "people.jsonl"])
    lines = capsys.readouterr().out.split("\n")[:-1]
    assert status == 0
    assert [json.loads(line)["id"] for line in lines] == ["\ud800", "a\u2028b"]
