"""`cluneal ask`: the interview in the terminal. Saves at every answer; "not sure" is always possible."""

from __future__ import annotations

import argparse
import json
import os
import stat
import sys
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from ..knowledge import load, load_draws
from ..knowledge.care import RedFlag
from ..pathway import Assessor, BadCase, Case, Triage, read_case, triage
from ..pathway.interview import ASK as ASKED
from ..pathway.interview import (
    EMERGENCY,
    EXAMINE,
    FINDINGS,
    NEITHER,
    NEW,
    OLD,
    PRESSING,
    Interview,
    Part,
    find,
    is_alarm,
    not_passed,
    reader,
    rivals,
    settle,
    value_of,
)
from ..reasoning import Findings
from .errors import InputError
from .main import INTERRUPTED
from .read import decode, parse_json, read_bytes
from .text import URGENCY_WORDS, as_text, wrap

Json = dict[str, Any]
AGE, SEX, PLACE = "age", "sex", "mark"
ANSWERS = {"y": True, "yes": True, "n": False, "no": False, "": None, "?": None, "ns": None, "not sure": None}
SIDES = {"l": "left", "r": "right", "b": "both", "m": "midline", "": None}
BACK, STOP = "back", "stop"
SAYS = {True: "yes", False: "no", None: "not sure"}
KEYS = "y yes, n no, Enter not sure, w why we ask, b back, s stop and show the result"
PROMPT = "  y, n or Enter: "
REST_EVERY = 15
FIELD_WORDS = {AGE: "Your age in years?", SEX: "Sex at birth?", "started": "When did the pain begin?"}


def run(options: argparse.Namespace) -> int:
    """Ask until nothing is worth its minute; end with the assessment and a case file."""
    if sys.stdin is None:
        raise InputError("ask: standard input is closed; run it in a terminal")
    if hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(errors="replace")
    knowledge = load()
    path = Path(options.save)
    case = _resume(path)
    if options.setting:
        if options.setting not in knowledge.model.settings:
            raise InputError(f"--setting: {options.setting!r} is not one of {', '.join(knowledge.model.settings)}")
        case["setting"] = options.setting
    levels = (ASKED, EXAMINE) if options.examine else (ASKED,)
    interview = Conversation(Assessor(knowledge, load_draws()), case, path, levels)
    try:
        interview.save()
        finished = interview.hold()
    except KeyboardInterrupt:
        print(f"\n\nStopped. Your answers are in {path}. Go on with: cluneal ask --save {path}")
        return INTERRUPTED
    print()
    if finished:
        print(as_text(interview.assessment(), knowledge))
        interview.repeat_alarm()
        print(f"\nYour answers are in {path}. Show this again with: cluneal assess {path}")
    else:
        print(f"Your answers are in {path}: take them with you. All of it is shown by: cluneal assess {path}")
    print(f"Go on, or change an answer, with: cluneal ask --save {path}")
    return 0


def _resume(path: Path) -> Json:
    if not path.exists():
        return {"findings": {}}
    try:
        case = parse_json(decode(read_bytes(str(path)), str(path)), str(path))
        if not isinstance(case, dict) or not isinstance(case.get("findings") or {}, dict):
            raise InputError(f"{path}: not a case; correct it")
    except InputError as problem:
        raise InputError(f"{problem}, or begin a new file with --save FILE") from None
    case["findings"] = case.get("findings") or {}
    print(f"Going on with {path}. For another person, name another file: cluneal ask --save FILE")
    return case


class Conversation:
    """One interview at the terminal: what was answered, in which order, and where it stands."""

    def __init__(self, assessor: Assessor, case: Json, path: Path, levels: tuple[str, ...]) -> None:
        self.assessor = assessor
        self.vocabulary = assessor.knowledge.findings
        self.case = case
        self.path = path
        self.levels = levels
        self.answers = self._by_own_name(case["findings"])
        case["findings"] = self.answers
        # Alarm questions left open last time are asked once more: they are the ones that matter.
        self.passed = {name for name, said in self.answers.items() if said is None and not self._is_alarm(name)}
        self.history = self._in_order()
        self.returned: int | None = None
        self.told: set[str] = set()
        self.alarms_asked = False
        self.told_enough = False

    def _by_own_name(self, answers: Json) -> Json:
        """Answers under the finding's own id, where an old name was used."""
        self._read()
        found = {name: find(self.vocabulary, name, said) for name, said in answers.items()}
        return {finding.id if (finding := found[name]) else name: said for name, said in answers.items()}

    def _in_order(self) -> list[str]:
        """What was answered, in the order of the interview."""
        first = [name for name in (AGE, SEX) if name in self.case]
        alarms = [name for name, said in self.answers.items() if self._is_alarm(name) and said is not None]
        others = [name for name in self.answers if not self._is_alarm(name)]
        return [*first, *alarms, *([PLACE] if PLACE in self.case else []), *others]

    def _is_alarm(self, name: str) -> bool:
        return is_alarm(self.vocabulary[name])

    def assessment(self) -> Json:
        """What the answers so far come to."""
        return self.assessor.assess(self._read()[0], date.today())

    def _read(self) -> tuple[Case, Findings]:
        today = date.today()
        try:
            case = read_case(self.case, tuple(self.assessor.knowledge.model.settings), today)
            return case, self.assessor.findings(case, today)
        except BadCase as problem:
            raise InputError(f"{self.path}: {problem}") from None

    def hold(self) -> bool:
        """Ask until nothing is left or the person stops; False when it ends with an emergency."""
        self._introduce()
        if self._emergency():
            return False
        while (step := self._step()) is not None:
            said = self._put(step)
            if said == STOP:
                return True
            if said == BACK:
                self._back()
                continue
            self.returned = None
            self._keep(step, said)
            if self._emergency(step):
                return False
        print("\nThat was all: nothing left to ask is worth its time.")
        return True

    def _introduce(self) -> None:
        alarms = len(self._now().alarms)
        first = f"First come {alarms} short alarm questions, to find what should not wait. " if alarms else ""
        then = "After them come" if alarms else "Now come"
        told = f"{first}{then} the questions that tell most, the best one first. Stop whenever it is enough."
        print("\n".join(wrap(told, "")))
        print("\n".join(wrap(f"Every answer is saved at once in {self.path}.", "")))
        print("\n".join(wrap('Not sure? Press Enter. "Not sure" counts neither for nor against anything.', "")))
        print("\n".join(wrap(f"Keys: {KEYS}. Press Enter after each.", "")))

    def _now(self) -> Interview:
        """Where it stands. The terminal asks on to the end; the person stops when it is enough for them."""
        return Interview(self.assessor, *self._read(), date.today(), self.passed, levels=self.levels, further=True)

    def _step(self) -> str | None:
        """What is asked now: what the person went back to, or else what comes next."""
        if self.returned is not None:
            return self.history[self.returned]
        for name in (AGE, SEX):
            if name not in self.case:
                return name
        now = self._now()
        if now.alarms:
            self.alarms_asked = True
        elif self.alarms_asked:
            self._alarms_done()
        if PLACE not in self.case and not now.alarms:
            return PLACE
        if now.next is None:
            return None
        self._progress(now)
        return now.next.finding

    def _progress(self, now: Interview) -> None:
        print()
        if now.alarms:
            done = sum(name in self.vocabulary and self._is_alarm(name) for name in self.history)
            print(f"Alarm question {done + 1} of {done + len(now.alarms)}")
            return
        if now.seen_enough and not self.told_enough:
            self.told_enough = True
            print("\n".join(wrap("That is enough to see what fits: s shows it. More questions make it sharper.", "")))
        done = sum(name in self.vocabulary and not self._is_alarm(name) for name in self.history)
        print(f"Question {done + 1}")
        if done and done % REST_EVERY == 0:
            left = len(now.others)
            print(f"  (At most {left} more could help, each less than the one before. s stops and shows the result.)")

    def _put(self, step: str) -> object:
        """Ask one thing; the answer, BACK or STOP."""
        if self.returned is not None:
            print("\nBack to an earlier question")
        if step == AGE:
            return self._put_age()
        if step == SEX:
            return self._choose("Sex at birth?", "f, m or Enter to skip: ", {"f": "f", "m": "m", "": None}, SEX)
        if step == PLACE:
            return self._put_place()
        finding = self.vocabulary[step]
        print("\n".join(wrap(finding.person.ask, "  ")))
        print("\n".join(wrap(finding.person.how_to_tell, "    ")))
        if self.returned is not None:
            print(f"  Your answer was: {SAYS[self.answers.get(step)]}.")
        return self._choose("", PROMPT, ANSWERS, step)

    def _choose(self, ask: str, prompt: str, answers: dict[str, Any], step: str) -> object:
        if ask:
            print(f"\n  {ask}")
        while True:
            said = _input(prompt if prompt.startswith(" ") else f"  {prompt}").strip().lower()
            if said in answers:
                return answers[said]
            if said in ("b", BACK):
                return BACK
            if said in ("s", STOP, "q"):
                return STOP
            if said in ("w", "why") and step in self.vocabulary:
                print("\n".join(wrap(self.vocabulary[step].person.why_we_ask, "    ")))
            else:
                print(f"    Please type one of: {KEYS}." if answers is ANSWERS else f"    Please type {prompt[:-2]}.")

    def _put_age(self) -> object:
        print("\n  Your age in years?")
        while said := _input("  A number, or Enter to skip: ").strip():
            if said.lower() in ("s", STOP, "q"):
                return STOP
            if said.lower() in ("b", BACK):
                return BACK
            try:
                age = float(said)
                read_case({AGE: age}, tuple(self.assessor.knowledge.model.settings), date.today())
                return int(age) if age.is_integer() else age
            except (ValueError, BadCase):
                print("    Please type a number from 0 to 120, or press Enter.")
        return None

    def _put_place(self) -> object:
        regions = self.assessor.knowledge.anatomy.regions
        print("\n  Where is the worst of the pain? Point with one finger, then choose the nearest.")
        for number, region in enumerate(regions, 1):
            print(f"  {number:4}  {region.plain}")
        numbers = {str(number): region.id for number, region in enumerate(regions, 1)}
        prompt = f"  A number from 1 to {len(regions)}, or Enter to skip: "
        chosen = self._choose("", prompt, {"": None} | numbers, PLACE)
        if chosen is None or chosen in (BACK, STOP):
            return chosen
        print("  On which side? Left is your own left.")
        side = self._choose("", "  l left, r right, b both, m middle, or Enter when not sure: ", SIDES, PLACE)
        # Here b means both sides, so the way back is to go on and then back.
        if side == STOP:
            return STOP
        return {"region": chosen} | ({"side": side} if side else {})

    def _keep(self, step: str, said: object) -> None:
        """Save the answer. One that contradicts an earlier answer is cleared up with the person first."""
        if step in (AGE, SEX, PLACE):
            before = self.case.get(step)
            self.case[step] = said
            if self._contradiction():
                self.case[step] = before
                print("    That does not fit an earlier answer, so it is left as it was. b goes back to correct it.")
        else:
            # Put at the end, where a file read again finds the order of the answers.
            before = self.answers.get(step)
            if step not in self.history:
                self.answers.pop(step, None)
            self.answers[step] = said
            if self._contradiction():
                self._clear_up(step, before)
            if self.answers.get(step) is None:
                self.passed.add(step)
        if step not in self.history:
            self.history.append(step)
        self.save()

    def _contradiction(self) -> bool:
        return not reader(self.assessor, date.today())(self.case)

    def _clear_up(self, step: str, before: object) -> None:
        """Say which earlier answers do not fit, and let the person choose; unsure of all when none is certain."""
        part, now = (FINDINGS, step), self.answers[step]
        others = rivals(self.case, part, reader(self.assessor, date.today()))
        if not others:
            self.answers[step] = before
            print("    That does not fit the other answers, so it is not taken. b goes back to correct one.")
            return
        print("\n  Two answers do not fit together. Which one is right?")
        print("\n".join(wrap(f"1  {self._told(part)}", "    ")))
        for number, other in enumerate(others):
            print("\n".join(wrap(f"{'2 ' if number == 0 else '  '} {self._told(other)}", "    ")))
        right = self._choose("", "  1, 2, or Enter when not sure: ", {"1": NEW, "2": OLD, "": NEITHER}, PLACE)
        settled = settle(part, now, others, NEITHER if right in (BACK, STOP) else str(right), before is not None)
        if part not in settled.said:
            self.answers[step] = before
        for (_, *name), said in settled.said.items():
            self.answers[str(name[0])] = said
        for gone in settled.taken_back:
            self._take_back(gone)

    def _told(self, part: Part) -> str:
        """An answer in words."""
        said = value_of(self.case, part)
        if part[0] == FINDINGS:
            return f"{self.vocabulary[str(part[1])].person.ask} {SAYS[bool(said)].capitalize()}."
        return f"{FIELD_WORDS.get(str(part[0]), part[0])} {said}."

    def _take_back(self, part: Part) -> None:
        """Forget an answer: it follows from another now, or is asked again."""
        name = str(part[-1])
        (self.answers if part[0] == FINDINGS else self.case).pop(name, None)
        if name in self.history:
            self.history.remove(name)

    def _back(self) -> None:
        at = (len(self.history) if self.returned is None else self.returned) - 1
        if at < 0:
            print("    This is the first question.")
        if self.history:
            self.returned = max(at, 0)

    def _triage(self) -> Triage:
        case, findings = self._read()
        return triage(findings, self.assessor.knowledge.redflags.values(), case.age)

    def _alarms_done(self) -> None:
        self.alarms_asked = False
        print("\nThat was the last alarm question.", end="")
        unsure = sum(said is None and self._is_alarm(name) for name, said in self.answers.items())
        if unsure:
            print(f" {unsure} {'is' if unsure == 1 else 'are'} still not sure: ask a nurse or doctor about", end=" ")
            print("it." if unsure == 1 else "them.")
        elif self._triage().urgency in PRESSING:
            print()
        else:
            print(" None of the answers asks for help today.")

    def _emergency(self, step: str | None = None) -> bool:
        """Say at once what should not wait; True when the person stops here because of it."""
        found = self._triage()
        pressing = not_passed(found, (), PRESSING)
        urgent = not_passed(found, (), (EMERGENCY,))
        new = [rule for rule in urgent or pressing if rule.id not in self.told]
        if self.told and not pressing:
            print("    Good: with that, nothing in your answers asks for help today.")
        self.told = {rule.id for rule in pressing}
        if not new:
            return False
        if not urgent:
            print("\n  One thing for today, whatever the other answers are:")
            _tell(new)
            return False
        print("\nPlease pause here. This needs help now, before any other question.")
        _tell(new)
        print("  Wrong key? Type b and correct it. Otherwise stop here: the other questions can wait.")
        while True:
            said = _input("  Enter to stop here, b to correct, c to carry on all the same: ").strip().lower()
            if said in ("", "s", STOP, "q"):
                print("\nDo this now:")
                _tell(urgent)
                return True
            if said in ("b", BACK):
                self.returned = self.history.index(step) if step in self.history else len(self.history) - 1
                return False
            if said in ("c", "carry on"):
                return False

    def repeat_alarm(self) -> None:
        """Say what should not wait once more at the end: its place at the top has scrolled away by then."""
        found = self._triage()
        if found.urgency in PRESSING:
            print(f"\nBefore all of this: {URGENCY_WORDS[found.urgency]}.")
            _tell(rule for rule in found.fired if rule.urgency == found.urgency)

    def save(self) -> None:
        """Replace the file whole, so that a crash leaves either the old answers or the new ones.

        Raises:
            InputError: it cannot be written; what was saved before is still there.
        """
        target = Path(os.path.realpath(self.path))
        partial = target.with_name(f"{target.name}.partial")
        try:
            # What somebody answers about their body is for their own eyes, unless they gave the file other rights.
            rights = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o600
            with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, rights), "w", encoding="utf-8") as file:
                json.dump(self.case, file, indent=2, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            os.replace(partial, target)
        except OSError as error:
            said = (error.strerror or str(error)).lower()
            kept = "; the answers before this one are still in it" if self.history and target.exists() else ""
            with suppress(OSError):
                partial.unlink(missing_ok=True)
            raise InputError(f"{self.path}: cannot be saved: {said}{kept}; name another file with --save") from None


def _tell(rules: Iterable[RedFlag]) -> None:
    for rule in rules:
        print("\n".join(wrap(rule.person, "  ! ")))


def _input(prompt: str) -> str:
    try:
        return input(prompt)
    except EOFError:
        print(file=sys.stdout)
        return STOP
