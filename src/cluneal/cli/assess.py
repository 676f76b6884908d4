"""`cluneal assess`: findings in, a sourced assessment out."""

from __future__ import annotations

import argparse
import json
from datetime import date

from ..knowledge import load, load_draws
from ..pathway import Assessor, BadCase, read_case
from ..reasoning import UnknownSetting
from .errors import InputError, one_line
from .read import parse_json, read_data, read_lines_or_why
from .text import as_text


def run(options: argparse.Namespace) -> int:
    """Assess one case, or every line of a series; 2 when a line of a series could not be read."""
    today = day_of(options.on)
    knowledge = load()
    assessor = Assessor(knowledge, load_draws(), options.prior)
    try:
        assessor.model(next(iter(knowledge.model.settings)))
    except UnknownSetting as problem:
        raise InputError(f"--{problem}") from None
    if options.format == "jsonl" or options.file.lower().endswith(".jsonl"):
        return _series(options.file, assessor, today)
    try:
        case = read_case(read_data(options.file), tuple(knowledge.model.settings), today)
        assessment = assessor.assess(case, today)
    except BadCase as problem:
        raise InputError(f"{options.file}: {problem}") from None
    if options.format == "json":
        print(json.dumps(assessment, indent=2, ensure_ascii=False))
    else:
        print(as_text(assessment, knowledge))
    return 0


def day_of(given: str | None) -> date:
    """The day of `--on`; today without it. Raises InputError."""
    if given is None:
        return date.today()
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise InputError(f"--on: {given!r} is not a date; write year-month-day, such as 2026-02-01") from None


def _series(name: str, assessor: Assessor, today: date) -> int:
    """One answer a line in the order of the cases. A line that cannot be read gives its error and the rest goes on."""
    settings = tuple(assessor.knowledge.model.settings)
    number = failed = 0
    for number, line in read_lines_or_why(name):
        where = f"{name}:{number}"
        case: object = None
        try:
            if isinstance(line, InputError):
                raise line
            case = parse_json(line, name, number)
            answer = assessor.assess(read_case(case, settings, today), today)
        except BadCase as problem:
            answer = {"line": number, "error": one_line(f"{where}: {problem}")}
            if isinstance(case, dict) and isinstance(case.get("id"), (str, int)):
                answer = {"id": str(case["id"])} | answer
        except InputError as problem:
            answer = {"line": number, "error": one_line(problem)}
        failed += "error" in answer
        print(json.dumps(answer, ensure_ascii=False))
    if not number:
        raise InputError(f"{name}: empty; put one case a line")
    if failed:
        lines = "1 line" if failed == 1 else f"{failed} lines"
        raise InputError(f"{name}: {lines} could not be read; each has its error in its place")
    return 0
