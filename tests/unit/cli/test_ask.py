"""The interview: alarms first, every answer kept, every one can be taken back, an emergency is said at once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cluneal.cli.main import main
from cluneal.knowledge import load

from .conftest import Refused

FINDINGS = load().findings
ALARMS = [name for name, one in FINDINGS.items() if one.alarm and one.level == "ask"]
START = ["52", "f"]
QUIET = ["n"] * len(ALARMS)
Talk = Callable[..., str]


@pytest.fixture
def talk(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Talk:
    """Hold an interview in which these answers are typed, then the input ends; what the person sees."""

    def talk(*typed: str, save: str = "me.json", status: int = 0, options: tuple[str, ...] = ()) -> str:
        answers = iter(typed)

        def given(prompt: str) -> str:
            print(prompt, end="")
            try:
                answer = next(answers)
            except StopIteration:
                raise EOFError from None
            if answer == "^C":
                raise KeyboardInterrupt
            print(answer)
            return answer

        monkeypatch.setattr("builtins.input", given)
        assert main(["ask", "--save", save, *options]) == status
        streams = capsys.readouterr()
        assert streams.err == ""
        assert next(answers, None) is None, "the interview ended before everything was typed"
        return streams.out

    return talk


def kept(save: str = "me.json") -> dict[str, Any]:
    return json.loads(Path(save).read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def asked(said: str) -> list[str]:
    """The findings that were asked about, in order."""
    names = {one.person.ask: name for name, one in FINDINGS.items()}
    words = " ".join(said.split("What fits,")[0].split())
    found = [(words.find(" ".join(ask.split())), name) for ask, name in names.items()]
    return [name for at, name in sorted(found) if at >= 0]


def test_alarm_questions_come_first_then_the_place_then_the_most_useful(talk: Talk) -> None:
    said = talk(*START, *QUIET, "1", "r", "y", "n", "s")
    assert set(asked(said)[: len(ALARMS)]) == set(ALARMS)
    assert f"Alarm question {len(ALARMS)} of {len(ALARMS)}" in said
    assert "None of the answers asks for help today." in said
    assert said.index("Alarm question 18" if len(ALARMS) == 18 else "Alarm question") < said.index("Where is the worst")
    assert kept()["mark"] == {"region": load().anatomy.regions[0].id, "side": "right"}
    assert list(kept()["findings"].values())[-2:] == [True, False]


def test_it_ends_with_the_assessment_and_the_case_file(talk: Talk, printed: Callable[..., str]) -> None:
    said = talk(*START, *QUIET, "", "y", "s")
    assert "Show this again with: cluneal assess me.json" in said
    assert printed("assess", "me.json").strip() in said


def test_not_sure_to_everything_is_an_interview_too(talk: Talk) -> None:
    everything = [""] * (3 + sum(one.level == "ask" for one in FINDINGS.values()))
    first = talk(*everything[: 2 + len(ALARMS)])
    assert f"{len(ALARMS)} are still not sure: ask a nurse or doctor about them." in first
    assert set(kept()["findings"].values()) == {None}
    # Alarm questions that were left open are asked once more, the others are not.
    again = talk(*[""] * len(ALARMS))
    assert set(asked(again)[: len(ALARMS)]) == set(ALARMS)
    assert "No alarm in the answers so far." in again


def test_every_answer_is_in_the_file_before_the_next_question(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[int] = []
    answers = iter([*START, *QUIET])

    def given(prompt: str) -> str:
        case = kept()
        seen.append(len(case["findings"]) + ("age" in case) + ("sex" in case))
        try:
            return next(answers)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", given)
    assert main(["ask", "--save", "me.json"]) == 0
    capsys.readouterr()
    assert seen == list(range(len(seen)))


def test_it_goes_on_where_it_stopped_without_asking_twice(talk: Talk) -> None:
    first = talk(*START, "n", "n", "s")
    second = talk("n", "n", "n", "s")
    assert "Going on with me.json." in second
    assert not set(asked(first)[:2]) & set(asked(second))
    assert "Your age" not in second
    assert f"Alarm question 3 of {len(ALARMS)}" in second
    assert len(kept()["findings"]) == 5


def test_back_changes_an_answer_and_loses_none(talk: Talk) -> None:
    said = talk(*START, "n", "n", "n", "b", "b", "", "s")
    answers = kept()["findings"]
    assert list(answers.values()) == [False, None, False]
    assert said.count("Back to an earlier question") == 2
    assert said.count("Your answer was: no.") == 2


def test_going_back_and_stopping_keeps_the_answer(talk: Talk) -> None:
    talk(*START, "n", "n", "b", "s")
    assert list(kept()["findings"].values()) == [False, False]


def test_back_reaches_what_was_answered_last_time_and_the_age(talk: Talk) -> None:
    talk(*START, "n", "s")
    said = talk("b", "b", "b", "b", "53", "s")
    assert "This is the first question." in said
    assert kept()["age"] == 53
    assert list(kept()["findings"].values()) == [False]


def test_what_is_typed_wrong_is_asked_again(talk: Talk) -> None:
    said = talk("fifty", "-3", "nan", "52", "female", "f", "maybe", "w", "n", "s")
    assert said.count("Please type a number from 0 to 120, or press Enter.") == 3
    assert "Please type f, m or Enter to skip." in said
    assert "Please type one of: y yes, n no, Enter not sure" in said
    why = FINDINGS[asked(said)[0]].person.why_we_ask
    assert " ".join(why.split())[:40] in " ".join(said.split())
    assert kept()["age"] == 52


@pytest.mark.parametrize("typed", [[], ["s"], ["52"], ["52", "s"], ["52", "f", "b"], ["b", "s"]])
def test_the_input_may_end_anywhere(typed: list[str], talk: Talk) -> None:
    assert "What fits, of people with these answers" in talk(*typed)


def emergency(said: str) -> str:
    return said[said.index("Please pause here.") :]


def answers_up_to(name: str, said: str, *, answer: str) -> list[str]:
    """No to everything before that question, and this to it."""
    order = asked(said)
    return [*START, *["n"] * order.index(name), answer]


@pytest.fixture
def order(talk: Talk) -> str:
    """An interview with no to everything, to see the order of the questions."""
    return talk(*START, *QUIET, save="order.json")


def test_an_emergency_is_said_at_once_and_stops_the_interview(talk: Talk, order: str) -> None:
    said = talk(*answers_up_to("saddle_numbness", order, answer="y"), "")
    told = " ".join(emergency(said).split())
    assert " ".join(load().redflags["ces_saddle_numbness"].person.split()) in told
    assert "Otherwise stop here: the other questions can wait." in told
    assert "Do this now:" in told
    # Nothing else stands between the person and the door.
    assert "What fits" not in said
    assert "take them with you" in said
    assert kept()["findings"]["saddle_numbness"] is True


def test_an_emergency_can_be_corrected(talk: Talk, order: str) -> None:
    said = talk(*answers_up_to("saddle_numbness", order, answer="y"), "b", "n", "s")
    assert "Your answer was: yes." in said
    assert "Good: with that, nothing in your answers asks for help today." in said
    assert kept()["findings"]["saddle_numbness"] is False
    assert "EMERGENCY" not in said


def test_somebody_may_carry_on_and_hears_it_again_at_the_end(talk: Talk, order: str) -> None:
    said = talk(*answers_up_to("saddle_numbness", order, answer="y"), "what?", "c", "n", "s")
    assert said.count("Please pause here.") == 1
    assert "EMERGENCY: get help now." in said
    assert "Before all of this: EMERGENCY: get help now." in said.split("To ask at the next visit")[1]


def test_an_emergency_from_last_time_is_said_before_anything_else(talk: Talk) -> None:
    Path("me.json").write_text('{"age": 52, "sex": "f", "findings": {"saddle_numbness": true}}')
    said = talk("b", "n", "s")
    assert said.index("Please pause here.") < said.index("Alarm question")
    assert kept()["findings"]["saddle_numbness"] is False


def test_something_for_today_is_said_once_and_the_interview_goes_on(talk: Talk, order: str) -> None:
    said = talk(*answers_up_to("progressive_weakness", order, answer="y"), "n", "n", "s")
    assert said.count("One thing for today, whatever the other answers are:") == 1
    assert "Please pause here." not in said
    assert "Before all of this: SEE SOMEBODY TODAY." in said


def test_two_answers_that_do_not_fit_are_cleared_up_with_the_person(talk: Talk) -> None:
    quiet = dict.fromkeys(ALARMS, False)
    leg = {"findings": {**quiet, "radiates_thigh": None, "leg_pain": False}, "age": 52, "sex": "f", "mark": None}
    Path("me.json").write_text(json.dumps(leg))
    # Going back to the thigh, which now contradicts "no pain in the leg".
    for choice, thigh, in_leg in (("1", True, "asked again or implied"), ("2", None, False), ("", None, None)):
        Path("me.json").write_text(json.dumps(leg))
        said = talk("b", "b", "y", choice, "s")
        assert "Two answers do not fit together. Which one is right?" in said
        assert kept()["findings"]["radiates_thigh"] is thigh
        assert kept()["findings"].get("leg_pain", "asked again or implied") is in_leg


def test_what_an_answer_rules_out_is_not_asked(talk: Talk) -> None:
    quiet = dict.fromkeys(ALARMS, False)
    case = {"findings": {**quiet, "leg_pain": False}, "age": 52, "sex": "m", "mark": None}
    Path("me.json").write_text(json.dumps(case))
    names = asked(talk(*[""] * 10))
    impossible = {"leg_pain_worse_than_back", "radiates_thigh", "radiates_below_knee", "pregnant", "postpartum"}
    assert len(names) >= 10
    assert not impossible & set(names)


def test_old_names_in_a_file_become_the_finding_s_own(talk: Talk) -> None:
    Path("me.json").write_text('{"age": 52, "sex": null, "findings": {"constant_nonmechanical": false}}')
    talk("s")
    assert kept()["findings"] == {"nonmechanical_pain": False}


def test_examination_is_asked_only_on_request(talk: Talk) -> None:
    passed = {name: False if name in ALARMS else None for name, one in FINDINGS.items() if one.level == "ask"}
    case = json.dumps({"findings": passed, "age": 52, "sex": "f", "mark": None})
    Path("me.json").write_text(case)
    said = talk()
    assert "That was all: nothing left to ask is worth its time." in said
    assert asked(said) == []
    Path("me.json").write_text(case)
    names = asked(talk("", options=("--examine",)))
    assert 1 <= len(names) <= 4
    assert {FINDINGS[name].level for name in names} == {"examine"}


def test_the_setting_is_kept(talk: Talk, refused: Refused) -> None:
    talk("s", options=("--setting", "pain_or_spine_clinic"))
    assert kept()["setting"] == "pain_or_spine_clinic"
    assert refused("ask", "--setting", "hospital").startswith("--setting: 'hospital' is not one of primary_care, ")


def test_ctrl_c_says_where_the_answers_are(talk: Talk) -> None:
    said = talk(*START, "n", "^C", status=130)
    assert said.endswith("Stopped. Your answers are in me.json. Go on with: cluneal ask --save me.json\n")
    assert len(kept()["findings"]) == 1


DAMAGED: dict[str, tuple[str, str]] = {
    "cut off": ('{"age": 52, "find', "unterminated string starting at column 13; mend the JSON"),
    "empty": ("", 'empty; write something in it, for example {"age": 52}'),
    "a list": ("[]", "not a case; correct it"),
    "answers that are none": ('{"findings": 5}', "not a case; correct it"),
}


@pytest.mark.parametrize(("content", "said"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_left_alone(content: str, said: str, folder: Path, refused: Refused) -> None:
    Path("me.json").write_text(content)
    line = refused("ask", "--save", "me.json")
    assert f"{said}, or begin a new file with --save FILE" in line
    assert Path("me.json").read_text() == content


def test_answers_that_are_wrong_are_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("me.json").write_text('{"findings": {"fevr": true}}')
    assert main(["ask", "--save", "me.json"]) == 2
    assert "me.json: findings.fevr: no such finding. Did you mean fever?" in capsys.readouterr().err
    assert Path("me.json").read_text() == '{"findings": {"fevr": true}}'


def test_a_place_that_cannot_be_written_is_found_before_the_first_question(folder: Path, refused: Refused) -> None:
    assert refused("ask", "--save", "nowhere/me.json") == (
        "nowhere/me.json: cannot be saved: no such file or directory; name another file with --save"
    )
    assert refused("ask", "--save", ".").startswith(".: a folder; name a file in it")


@pytest.mark.parametrize("broken", ["fsync", "replace"])
def test_a_full_disk_keeps_what_was_saved(
    broken: str, talk: Talk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    talk(*START, "n", "n", "s")
    before = Path("me.json").read_bytes()
    saves = 0

    real = getattr(os, broken)

    def full(*given: object) -> None:
        nonlocal saves
        saves += 1
        if saves > 1:
            raise OSError(28, "No space left on device")
        real(*given)

    monkeypatch.setattr(os, broken, full)
    monkeypatch.setattr("builtins.input", lambda _: "y")
    assert main(["ask", "--save", "me.json"]) == 2
    assert capsys.readouterr().err == (
        "cluneal: me.json: cannot be saved: no space left on device; "
        "the answers before this one are still in it; name another file with --save\n"
    )
    assert Path("me.json").read_bytes() == before
    assert list(Path().iterdir()) == [Path("me.json")]


def test_the_file_is_for_its_owner_unless_they_said_otherwise(talk: Talk) -> None:
    talk("s")
    assert Path("me.json").stat().st_mode & 0o777 == 0o600
    Path("me.json").chmod(0o640)
    talk("s")
    assert Path("me.json").stat().st_mode & 0o777 == 0o640


def test_a_link_stays_a_link(talk: Talk) -> None:
    Path("real.json").write_text("{}")
    Path("me.json").symlink_to("real.json")
    talk("52", "s")
    assert Path("me.json").is_symlink()
    assert kept("real.json")["age"] == 52


def interview(save: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "cluneal", "ask", "--save", str(save)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def prompts(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """One for every time that it waits for an answer."""
    assert process.stdout
    said = b""
    while byte := process.stdout.read(1):
        said += byte
        if said.endswith((b"y, n or Enter: ", b"Enter to skip: ", b"when not sure: ", b"all the same: ")):
            said = b""
            yield


@pytest.mark.parametrize("answers", [1, 4, 9])
def test_an_acknowledged_answer_survives_kill_9(answers: int, folder: Path) -> None:
    """Killed at the moment when the next question stands on the screen."""
    process = interview(folder / "me.json")
    assert process.stdin
    for given, _ in enumerate(prompts(process)):
        if given == len(START) + answers:
            break
        process.stdin.write(b"52\n" if given == 0 else b"f\n" if given == 1 else b"n\n")
        process.stdin.flush()
    process.send_signal(signal.SIGKILL)
    process.wait()
    case = kept(str(folder / "me.json"))
    assert case["age"] == 52
    assert case["sex"] == "f"
    assert list(case["findings"].values()) == [False] * answers


def test_kill_9_at_any_moment_leaves_a_whole_file(folder: Path) -> None:
    for delay in (0.0, 0.001, 0.002, 0.004):
        process = interview(folder / "me.json")
        assert process.stdin
        waiting = prompts(process)
        next(waiting)
        process.stdin.write(b"".join([b"52\n", b"f\n", *[b"n\n"] * 12]))
        process.stdin.flush()
        for _ in range(4):
            next(waiting, None)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert set(kept(str(folder / "me.json"))["findings"].values()) <= {False}
