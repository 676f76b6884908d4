"""`cluneal ask`: the interview in the terminal. Saves at every answer; "not sure" is always possible."""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import Any

from ..knowledge import load, load_draws
from ..pathway import Assessor, BadCase, read_case, triage
from ..reasoning import Question, worth_asking
from .errors import InputError
from .read import decode, parse_json, read_bytes
from .text import URGENCY_WORDS, as_text, wrap

Json = dict[str, Any]
ANSWERS = {"y": True, "yes": True, "n": False, "no": False, "": None, "?": None, "ns": None, "not sure": None}
HELP = "y yes, n no, Enter not sure, w why we ask, b back, s stop and show"
BACK, STOP = "back", "stop"


def run(options: argparse.Namespace) -> int:
    """Ask until nothing is worth its minute; end with the assessment and a case file."""
    knowledge = load()
    path = Path(options.save)
    case = _resume(path)
    if options.setting:
        if options.setting not in knowledge.model.settings:
            raise InputError(f"--setting: {options.setting!r} is not one of {', '.join(knowledge.model.settings)}")
        case["setting"] = options.setting
    interview = _Interview(Assessor(knowledge, load_draws()), case, path, options.examine)
    interview.hold()
    print()
    print(as_text(interview.assessment(), knowledge))
    print(f"\nYour answers are in {path}. Assess them again with: cluneal assess {path}")
    return 0


def _resume(path: Path) -> Json:
    if not path.exists():
        return {"findings": {}}
    case = parse_json(decode(read_bytes(str(path)), str(path)), str(path))
    if not isinstance(case, dict) or not isinstance(case.setdefault("findings", {}), dict):
        raise InputError(f"{path}: not a case; name another file with --save")
    print(f"Going on with the answers in {path}.")
    return case


class _Interview:
    """One interview: what is known, what was asked, and in which order."""

    def __init__(self, assessor: Assessor, case: Json, path: Path, examine: bool) -> None:
        self.assessor = assessor
        self.case = case
        self.path = path
        self.levels = ("ask", "examine") if examine else ("ask",)
        self.asked: list[str] = []
        self.unsure: set[str] = set()
        self.emergency_said = False

    def assessment(self) -> Json:
        today = date.today()
        try:
            case = read_case(self.case, tuple(self.assessor.knowledge.model.settings), today)
            return self.assessor.assess(case, today)
        except BadCase as problem:
            raise InputError(f"{self.path}: {problem}") from None

    def hold(self) -> None:
        print(f"Answer with: {HELP}.")
        if "age" not in self.case:
            self._age()
        while (question := self._next()) is not None:
            answer = self._ask(question)
            if answer == STOP:
                return
            if answer == BACK:
                self._back()
            elif self._answer(question.finding, answer):
                self._say_alarm()

    def _next(self) -> Question | None:
        today = date.today()
        try:
            case = read_case(self.case, tuple(self.assessor.knowledge.model.settings), today)
            findings = self.assessor.findings(case, today)
        except BadCase as problem:
            raise InputError(f"{self.path}: {problem}") from None
        model = self.assessor.model(case.setting)
        for question in model.next_questions(findings, self.levels):
            if question.finding not in self.unsure and worth_asking(model, question):
                return question
        print("\nNothing left to ask is worth its time.")
        return None

    def _ask(self, question: Question) -> object:
        finding = self.assessor.knowledge.findings[question.finding]
        print()
        print("\n".join(wrap(finding.person.ask, "> " if not question.alarm else "! ")))
        print("\n".join(wrap(finding.person.how_to_tell, "  ")))
        while True:
            said = _input("  [y/n/Enter] ").strip().lower()
            if said in ("w", "why"):
                print("\n".join(wrap(finding.person.why_we_ask, "  ")))
            elif said in ("b", BACK):
                return BACK
            elif said in ("s", STOP, "q"):
                return STOP
            elif said in ANSWERS:
                return ANSWERS[said]
            else:
                print(f"  {HELP}")

    def _age(self) -> None:
        while said := _input("Your age in years (Enter to skip): ").strip():
            try:
                age = float(said)
                read_case({"age": age}, tuple(self.assessor.knowledge.model.settings), date.today())
            except (ValueError, BadCase):
                print("  A number from 0 to 120, or Enter.")
                continue
            self.case["age"] = age
            self._save()
            return

    def _answer(self, finding: str, answer: object) -> bool:
        """Keep the answer; False when it contradicts an earlier one, which is then asked again."""
        if answer is None:
            self.unsure.add(finding)
            self.asked.append(finding)
            return True
        before = dict(self.case["findings"])
        self.case["findings"][finding] = answer
        today = date.today()
        try:
            case = read_case(self.case, tuple(self.assessor.knowledge.model.settings), today)
            self.assessor.findings(case, today)
        except BadCase as problem:
            self.case["findings"] = before
            print("\n".join(wrap(f"That does not fit an earlier answer ({problem}). Taken as not sure.", "  ")))
            self.unsure.add(finding)
            self.asked.append(finding)
            return False
        self.asked.append(finding)
        self._save()
        return True

    def _back(self) -> None:
        if not self.asked:
            print("  This is the first question.")
            return
        last = self.asked.pop()
        self.unsure.discard(last)
        self.case["findings"].pop(last, None)
        self._save()

    def _say_alarm(self) -> None:
        """An emergency answer is said at once, and the interview goes on only when the person wants it."""
        today = date.today()
        case = read_case(self.case, tuple(self.assessor.knowledge.model.settings), today)
        found = triage(self.assessor.findings(case, today), self.assessor.knowledge.redflags.values(), case.age)
        if found.urgency != "emergency" or self.emergency_said:
            return
        self.emergency_said = True
        print(f"\n{URGENCY_WORDS['emergency']}.")
        for rule in found.fired:
            if rule.urgency == "emergency":
                print("\n".join(wrap(rule.person, "  ! ")))
        print("  If you pressed the wrong key, answer b to go back.")

    def _save(self) -> None:
        """The file is replaced whole, so that a crash leaves either the old answers or the new ones."""
        partial = self.path.with_name(f"{self.path.name}.partial")
        try:
            with partial.open("w", encoding="utf-8") as file:
                json.dump(self.case, file, indent=2, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            os.replace(partial, self.path)
        except OSError as error:
            raise InputError(
                f"{self.path}: {(error.strerror or str(error)).lower()}; name another file with --save"
            ) from None


def _input(prompt: str) -> str:
    try:
        return input(prompt)
    except EOFError:
        print(file=sys.stdout)
        return STOP
