"""`cluneal record`: a record is made, added to, shown, copied, merged and deleted; what goes wrong loses nothing."""

from __future__ import annotations

import io
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.unit.record.conftest import OTHER_PASSPHRASE, PASSPHRASE, RELEASED, Said, kept

from cluneal.cli.main import main
from cluneal.record import Journal, state_of, vault

from .conftest import Refused
from .documented import PROJECT, page, run, same

Printed = Callable[..., str]
Typed = Callable[..., None]
CASE = {"age": 55, "sex": "f", "findings": {"worse_standing": True, "fever": False}, "treatments": [{"kind": "nsaid"}]}
ALL = ["new", "add", "show", "export", "import", "merge", "passphrase", "erase"]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault, "ROUNDS", 1)


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Typed:
    """What comes into standard input, a line each, for the commands from here on."""

    def typed(*lines: str) -> None:
        content = "".join(f"{line}\n" for line in lines).encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="utf-8"))

    return typed


@pytest.fixture
def record(folder: Path, typed: Typed) -> Path:
    path = folder / "r.sqlite"
    Journal.create(path, PASSPHRASE).close()
    typed(*[PASSPHRASE] * 20)
    return Path(path.name)


class Terminal:
    """Somebody at a terminal, who answers each prompt in turn."""

    def __init__(self, *answers: str) -> None:
        self.answers = iter(answers)
        self.prompts: list[str] = []

    def __call__(self, prompt: str = "") -> str:
        self.prompts.append(prompt)
        return next(self.answers)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Terminal]:
    def terminal(*answers: str) -> Terminal:
        made = Terminal(*answers)
        monkeypatch.setattr("cluneal.cli.passphrase.at_terminal", lambda: True)
        monkeypatch.setattr("cluneal.cli.record.at_terminal", lambda: True)
        monkeypatch.setattr("cluneal.cli.passphrase.getpass", made)
        monkeypatch.setattr("builtins.input", made)
        return made

    return terminal


def filled(record: Path, *given: tuple[str, str, Any], passphrase: str = PASSPHRASE) -> None:
    journal = Journal.open(record, passphrase)
    journal.add(*given)
    journal.close()


# New.


def test_new_makes_a_locked_record(folder: Path, typed: Typed, printed: Printed) -> None:
    typed(PASSPHRASE)
    assert printed("record", "new", "r.sqlite").startswith("r.sqlite: made. Nobody can open it without")
    assert kept(folder / "r.sqlite") == []
    assert stat.S_IMODE((folder / "r.sqlite").stat().st_mode) == 0o600
    assert os.listdir(folder) == ["r.sqlite"]


def test_at_a_terminal_the_passphrase_is_typed_twice(
    folder: Path, terminal: Callable[..., Terminal], printed: Printed, refused: Refused
) -> None:
    terminal(PASSPHRASE, OTHER_PASSPHRASE)
    assert refused("record", "new", "r.sqlite") == ("passphrase: the two differ; run it again and type it twice alike")
    assert os.listdir(folder) == []
    somebody = terminal(PASSPHRASE, PASSPHRASE)
    printed("record", "new", "r.sqlite")
    assert somebody.prompts == ["New passphrase for r.sqlite: ", "The same again: "]
    assert kept(folder / "r.sqlite") == []


def test_new_locks_one_of_version_1_with_all_it_says(folder: Path, typed: Typed, printed: Printed) -> None:
    shutil.copy(RELEASED / "version-1.sqlite", "r.sqlite")
    typed(PASSPHRASE)
    assert printed("record", "new", "r.sqlite") == "r.sqlite: locked from now on; all 8 entries came along\n"
    assert state_of(folder / "r.sqlite") == "locked"
    assert len(kept(folder / "r.sqlite")) == 8


@pytest.mark.parametrize("action", ["add", "show", "export", "passphrase", "erase"])
def test_what_is_not_locked_or_not_there_is_named_with_what_to_do(
    action: str, folder: Path, typed: Typed, refused: Refused
) -> None:
    more = {"add": ["note", "n1", "x"], "export": ["--out", "x"], "erase": ["--yes"]}.get(action, [])
    typed(PASSPHRASE)
    assert refused("record", action, "r.sqlite", *more) == (
        "r.sqlite: no record there; check the name, or make one: cluneal record new r.sqlite"
    )
    shutil.copy(RELEASED / "version-1.sqlite", "r.sqlite")
    assert refused("record", action, "r.sqlite", *more) == (
        "r.sqlite: lies open, from an older cluneal; lock it first: cluneal record new r.sqlite"
    )
    assert (folder / "r.sqlite").read_bytes() == (RELEASED / "version-1.sqlite").read_bytes()


# The passphrase.


@pytest.mark.parametrize(
    "arguments",
    [["show"], ["add", "note", "n1", "x"], ["export", "--out", "x"], ["erase", "--yes"], ["passphrase"]],
)
def test_a_wrong_passphrase_does_nothing(arguments: list[str], record: Path, typed: Typed, refused: Refused) -> None:
    filled(record, ("answer", "fever", True))
    typed("wrong words in here")
    action, *more = arguments
    assert refused("record", action, "r.sqlite", *more) == (
        "r.sqlite: the passphrase does not open it; try again. "
        "If you are sure of it, the file is damaged: restore a copy"
    )
    assert os.listdir(".") == ["r.sqlite"]
    assert kept(record) == [("answer", "fever", True)]


def test_no_passphrase_at_all(record: Path, typed: Typed, refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    typed()
    assert refused("record", "show", "r.sqlite") == (
        "passphrase: none given for r.sqlite; write it as a line of its own into standard input"
    )
    monkeypatch.setattr(sys, "stdin", None)
    assert refused("record", "show", "r.sqlite") == ("passphrase: standard input is closed; run it in a terminal")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe\n"), encoding="utf-8"))
    assert refused("record", "show", "r.sqlite") == "passphrase: not UTF-8; save the file as UTF-8"


def test_an_unfit_one_makes_nothing(folder: Path, typed: Typed, refused: Refused) -> None:
    typed("short")
    assert refused("record", "new", "r.sqlite") == (
        "passphrase: shorter than 10 characters; take four words that go together for you alone"
    )
    assert os.listdir(folder) == []


def test_a_terminal_that_ends(terminal: Callable[..., Terminal], record: Path, refused: Refused,
                              monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    def gone(_: str) -> str:
        raise EOFError

    terminal()
    monkeypatch.setattr("cluneal.cli.passphrase.getpass", gone)
    assert refused("record", "show", str(record)) == "passphrase: none given; type one"


def test_another_passphrase(record: Path, typed: Typed, printed: Printed) -> None:
    filled(record, ("answer", "fever", True))
    typed(PASSPHRASE, OTHER_PASSPHRASE)
    assert printed("record", "passphrase", "r.sqlite").startswith("r.sqlite: the new passphrase opens it.")
    assert kept(record, OTHER_PASSPHRASE) == [("answer", "fever", True)]


def test_no_option_takes_a_passphrase(capsys: pytest.CaptureFixture[str]) -> None:
    for action in ALL:
        with pytest.raises(SystemExit):
            main(["record", action, "--help"])
        assert "--passphrase" not in capsys.readouterr().out


def test_a_real_process_reads_it_from_its_input_and_says_it_nowhere(folder: Path) -> None:
    command = [sys.executable, "-m", "cluneal", "record"]
    steps = (["new", "r.sqlite"], ["add", "r.sqlite", "answer", "fever", "yes"], ["show", "r.sqlite"])
    for step in steps:
        done = subprocess.run([*command, *step], input=f"{PASSPHRASE}\n", capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")
        assert PASSPHRASE not in done.stdout
    assert "Fever [fever]: Yes" in done.stdout


# Add.


@pytest.mark.parametrize(
    ("arguments", "entry"),
    [
        (["answer", "fever", "yes"], ("answer", "fever", True)),
        (["answer", "fever", "no"], ("answer", "fever", False)),
        (["answer", "fever", "not_sure"], ("answer", "fever", "not_sure")),
        (["about", "age", "52"], ("about", "age", 52)),
        (["about", "sex", "f"], ("about", "sex", "f")),
        (["about", "started", "2026-02-01"], ("about", "started", "2026-02-01")),
        (["mark", "worst", '{"side": "right", "x_mm": 70, "y_mm": 45}'],
         ("mark", "worst", {"side": "right", "x_mm": 70, "y_mm": 45})),
        (["treatment", "t1", '{"kind": "nsaid", "helped": "no"}'],
         ("treatment", "t1", {"kind": "nsaid", "helped": "no"})),
        (["checkin", "2026-11-24", '{"now": 5, "worst": 8, "did": ["walking"]}'],
         ("checkin", "2026-11-24", {"now": 5, "worst": 8, "did": ["walking"]})),
        (["scale", "rmdq:2026-11-24", '{"total": 14}'], ("scale", "rmdq:2026-11-24", {"total": 14})),
        (["session", "s1", '{"measure": "nerve_glide", "day": "2026-11-24", "left": 10}'],
         ("session", "s1", {"measure": "nerve_glide", "day": "2026-11-24", "left": 10})),
        (["note", "n1", "ask about the second block"], ("note", "n1", {"text": "ask about the second block"})),
        (["note", "n1", "52"], ("note", "n1", {"text": "52"})),
        (["document", "d1", '{"title": "MRI", "day": "2026-11-24"}'],
         ("document", "d1", {"title": "MRI", "day": "2026-11-24"})),
    ],
    ids=lambda part: " ".join(part)[:32] if isinstance(part, list) else "",
)  # fmt: skip
def test_an_entry_is_kept(arguments: list[str], entry: Any, record: Path, printed: Printed) -> None:
    kind, key, value = arguments
    assert printed("record", "add", "r.sqlite", kind, key, value) == "kept\n"
    assert printed("record", "add", "r.sqlite", kind, key, value) == "said already: nothing to add\n"
    assert kept(record) == [entry]
    assert printed("record", "add", "r.sqlite", kind, key, "null") == "kept\n"
    assert kept(record) == [entry, (kind, key, None)]


def test_an_old_name_of_a_finding_is_kept_under_its_present_one(record: Path, printed: Printed) -> None:
    from cluneal.knowledge import load

    alias, finding = next((one.aliases[0], one.id) for one in load().findings.values() if one.aliases)
    printed("record", "add", "r.sqlite", "answer", alias, "yes")
    assert kept(record) == [("answer", finding, True)]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["answers", "fever", "yes"], "'answers' is no kind of entry; use one of about, answer, mark, treatment"),
        (["answer", "fever", "maybe"], "answer fever: 'maybe' is not yes, no or not_sure; null takes it back"),
        (["answer", "feverr", "yes"], "r.sqlite: findings.feverr: no such finding. Did you mean fever?"),
        (["about", "age", "520"], "r.sqlite: age: 520 is out of range; give a number from 0 to 120; nothing was added"),
        (["about", "sex", "x"], "r.sqlite: sex: 'x' is not one of f, m; nothing was added"),
        (["about", "started", "soon"], "r.sqlite: started: 'soon' is not a date; write year-month-day"),
        (["mark", "worst", '{"region": "toe"}'], "r.sqlite: mark.region: 'toe' is not a region; use one of"),
        (["mark", "worst", "groin"], "r.sqlite: mark worst: value: not as cluneal writes it"),
        (["mark", "worst", '{"region": '], "mark worst: expecting value at column"),
        (["treatment", "t1", '{"helped": "no"}'], "r.sqlite: treatment t1: value: not as cluneal writes it"),
        (["treatment", "t1", '{"kind": "nsaid", "helped": "a bit"}'],
         "r.sqlite: treatments[0].helped: 'a bit' is not one of no, briefly, partly, yes"),
        (["reading", "b9:15", '{"minute": 15, "pain": 3}'], "r.sqlite: reading b9:15: no such block; add the block"),
        (["checkin", "2026-13-01", '{"now": 5}'], "r.sqlite: checkin 2026-13-01: the value cannot be read"),
        (["checkin", "2026-11-24", '{"now": 55, "worst": 8}'], "r.sqlite: checkin 2026-11-24: now cannot be read"),
        (["checkin", "2026-11-24", '{"nwo": 5}'], "r.sqlite: checkin 2026-11-24: nwo cannot be read"),
        (["checkin", "2026-11-24", "5"], "r.sqlite: checkin 2026-11-24: the value cannot be read"),
        (["scale", "peg:2026-11-24", '{"items": {}}'], "r.sqlite: scale peg:2026-11-24: cannot be read; write"),
        (["session", "s1", '{"measure": "nerve_glide"}'], "r.sqlite: session s1: the value cannot be read"),
        (["health", "nothing_known", "yes"], "r.sqlite: health nothing_known: no such caution; use one of"),
        (["note", "\ud800", "x"], "r.sqlite: note  : key: not as cluneal writes it; nothing was added"),
        (["about", "age", "1e999"], "r.sqlite: about age: value: not as cluneal writes it"),
    ],
    ids=lambda part: part[:30] if isinstance(part, str) else "",
)  # fmt: skip
def test_what_the_app_would_not_take_is_refused(
    arguments: Sequence[str], said: str, record: Path, refused: Refused
) -> None:
    assert refused("record", "add", "r.sqlite", *arguments).startswith(said)
    assert kept(record) == []


def test_an_answer_that_contradicts_another(record: Path, printed: Printed, refused: Refused) -> None:
    printed("record", "add", "r.sqlite", "answer", "radiates_thigh", "no")
    said = refused("record", "add", "r.sqlite", "answer", "radiates_below_knee", "yes")
    assert said.startswith("r.sqlite: findings.radiates_below_knee: true contradicts radiates_thigh: false")
    assert kept(record) == [("answer", "radiates_thigh", False)]


def test_what_cannot_be_used_already_stands_in_nobody_s_way(record: Path, printed: Printed) -> None:
    filled(record, ("about", "age", 900), ("answer", "no_longer_known", True))
    assert printed("record", "add", "r.sqlite", "answer", "fever", "yes") == "kept\n"
    assert printed("record", "add", "r.sqlite", "about", "age", "52") == "kept\n"


# Show.


def test_it_shows_what_holds_now(record: Path, printed: Printed) -> None:
    assert printed("record", "show", "r.sqlite") == "Nothing was said yet.\n"
    filled(record, ("about", "age", 52), ("answer", "fever", True), ("answer", "night_pain", "not_sure"))
    filled(record, ("answer", "fever", False), ("about", "sex", "f"), ("about", "sex", None), ("later", "x", [1]))
    shown = printed("record", "show", "r.sqlite")
    assert shown.splitlines() == [
        "about:",
        "  Age [age]: 52 years",
        "answer:",
        "  Fever [fever]: No",
        f"  {_label('night_pain')} [night_pain]: Not sure",
        "later:",
        "  x [x]: [1]",
    ]
    assert json.loads(printed("record", "show", "r.sqlite", "--format", "json")) == {
        "about": {"age": 52},
        "answer": {"fever": False, "night_pain": "not_sure"},
        "later": {"x": [1]},
    }


def _label(finding: str) -> str:
    from cluneal.knowledge import load

    return load().findings[finding].label


def test_its_history_has_what_was_superseded_and_taken_back(record: Path, printed: Printed) -> None:
    filled(record, ("answer", "fever", True))
    filled(record, ("answer", "fever", False), ("about", "sex", "f"))
    filled(record, ("about", "sex", None))
    lines = printed("record", "show", "r.sqlite", "--history").splitlines()
    assert [line[18:] for line in lines] == [
        "answer fever: Yes (superseded)",
        "answer fever: No",
        "about sex: Female (superseded)",
        "about sex: taken back",
    ]
    data = json.loads(printed("record", "show", "r.sqlite", "--history", "--format", "json"))
    assert [one["value"] for one in data] == [True, False, "f", None]
    assert set(data[0]) == {"at", "kind", "key", "value"}


def test_nothing_that_was_said_commands_the_terminal(record: Path, printed: Printed) -> None:
    filled(record, ("note", "\x1b[31m", {"text": "\x1b]0;title\x07\nsecond line"}), ("what\x1b", "x", 1))
    for more in ([], ["--history"]):
        shown = printed("record", "show", "r.sqlite", *more)
        assert all(line.isprintable() for line in shown.splitlines())
        assert "\x1b" not in shown


# Export, import, merge.


def test_a_locked_copy(record: Path, printed: Printed, refused: Refused) -> None:
    filled(record, ("answer", "fever", True))
    assert printed("record", "export", "r.sqlite", "--out", "copy.sqlite") == (
        "copy.sqlite: a copy, locked with the same passphrase\n"
    )
    assert kept(Path("copy.sqlite")) == [("answer", "fever", True)]
    assert stat.S_IMODE(Path("copy.sqlite").stat().st_mode) == 0o600
    filled(record, ("answer", "fever", False))
    said = refused("record", "export", "r.sqlite", "--out", "copy.sqlite")
    assert said == "--out: copy.sqlite is there already; name another file, or add --replace"
    assert len(kept(Path("copy.sqlite"))) == 1
    printed("record", "export", "r.sqlite", "--out", "copy.sqlite", "--replace")
    assert len(kept(Path("copy.sqlite"))) == 2


def test_plain_data_only_after_a_word_of_warning(
    record: Path, refused: Refused, capsys: pytest.CaptureFixture[str]
) -> None:
    filled(record, ("note", "n1", {"text": "größer 😀"}))
    assert refused("record", "export", "r.sqlite", "--out", "p.json", "--plain") == (
        "--plain: whoever gets that file can read all of it; add --yes if you will look after it"
    )
    assert not Path("p.json").exists()
    assert main(["record", "export", "r.sqlite", "--out", "p.json", "--plain", "--yes"]) == 0
    told = capsys.readouterr()
    assert told.err == "cluneal: p.json: not locked; whoever gets it can read it\n"
    assert stat.S_IMODE(Path("p.json").stat().st_mode) == 0o600
    data = json.loads(Path("p.json").read_text(encoding="utf-8"))
    assert (data["format"], data["entries"][0]["value"]) == ("cluneal journal", {"text": "größer 😀"})


def test_a_case_that_assess_takes(record: Path, printed: Printed, capsys: pytest.CaptureFixture[str]) -> None:
    filled(record, ("about", "age", 900), ("about", "sex", "f"), ("answer", "worse_standing", True))
    assert main(["record", "export", "r.sqlite", "--out", "c.json", "--case"]) == 0
    assert "not locked" in capsys.readouterr().err
    # What cannot be used stays in the record.
    assert json.loads(Path("c.json").read_text()) == {"sex": "f", "findings": {"worse_standing": True}}
    assert "What fits" in printed("assess", "c.json")
    assert json.loads(printed("record", "export", "r.sqlite", "--out", "-", "--case"))["sex"] == "f"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--out", "r.sqlite"], "--out: r.sqlite is the record itself; name another file"),
        (["--out", "./r.sqlite", "--replace"], "--out: r.sqlite is the record itself; name another file"),
        (["--out", "-"], "--out: a locked copy goes into a file; name one"),
        (["--out", "no/copy.sqlite"],
         "--out: no/copy.sqlite: cannot be written: no such file or directory; name another file"),
        (["--out", ".", "--replace"], "--out: .: cannot be written: is a directory; name another file"),
    ],
)  # fmt: skip
def test_where_it_cannot_go(arguments: list[str], said: str, record: Path, refused: Refused) -> None:
    before = record.read_bytes()
    assert refused("record", "export", "r.sqlite", *arguments) == said
    assert record.read_bytes() == before
    assert os.listdir(".") == ["r.sqlite"]


def test_a_case_comes_in_once(record: Path, printed: Printed) -> None:
    Path("c.json").write_text(json.dumps(CASE), encoding="utf-8")
    filled(record, ("answer", "fever", True))
    assert printed("record", "import", "r.sqlite", "c.json") == "r.sqlite: 5 new\n"
    expected: Said = [
        ("answer", "fever", True),
        ("about", "age", 55),
        ("about", "sex", "f"),
        ("answer", "worse_standing", True),
        ("answer", "fever", False),
        ("treatment", "nsaid", {"kind": "nsaid"}),
    ]
    assert kept(record) == expected
    assert printed("record", "import", "r.sqlite", "c.json") == "r.sqlite: 0 new\n"
    Path("c.yaml").write_text("age: 56\n", encoding="utf-8")
    assert printed("record", "import", "r.sqlite", "c.yaml") == "r.sqlite: 1 new\n"


def test_what_was_exported_plain_comes_in_once(
    record: Path, typed: Typed, printed: Printed, capsys: pytest.CaptureFixture[str]
) -> None:
    filled(record, ("answer", "fever", True), ("note", "n1", {"text": "x"}))
    assert main(["record", "export", "r.sqlite", "--out", "p.json", "--plain", "--yes"]) == 0
    capsys.readouterr()
    Journal.create(Path("other.sqlite"), OTHER_PASSPHRASE).close()
    typed(OTHER_PASSPHRASE, OTHER_PASSPHRASE)
    assert printed("record", "import", "other.sqlite", "p.json") == "other.sqlite: 2 new\n"
    assert printed("record", "import", "other.sqlite", "p.json") == "other.sqlite: 0 new\n"
    assert kept(Path("other.sqlite"), OTHER_PASSPHRASE) == kept(record)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"age": 550}', "in.json: age: 550 is out of range; give a number from 0 to 120"),
        ('{"findings": {"feverr": true}}', "in.json: findings.feverr: no such finding. Did you mean fever?"),
        ("[]", "in.json: case: expected names with values, found a list; write it in { }"),
        ("{", "in.json:1: expecting property name enclosed in double quotes at column 2; mend the JSON"),
        ('{"format": "other"}', "in.json: not a journal of cluneal; choose a file that was exported from one"),
        ('{"format": "cluneal journal", "version": 2, "entries": [{}]}', "in.json: entry 1: needs id, clock, at, kind"),
        ('{"treatments": [{"kind": "\\ud800"}]}', "in.json: treatment  : key: not as cluneal writes it"),
    ],
)
def test_a_file_that_cannot_come_in(content: str, said: str, record: Path, refused: Refused) -> None:
    filled(record, ("answer", "fever", True))
    Path("in.json").write_text(content, encoding="utf-8")
    assert refused("record", "import", "r.sqlite", "in.json").startswith(said)
    assert kept(record) == [("answer", "fever", True)]


def test_standard_input_is_taken(record: Path, refused: Refused) -> None:
    assert refused("record", "import", str(record), "-") == "-: standard input has the passphrase; name a file"


def test_two_copies_come_together(record: Path, printed: Printed) -> None:
    filled(record, ("answer", "fever", True))
    printed("record", "export", "r.sqlite", "--out", "phone.sqlite")
    filled(record, ("about", "age", 52))
    filled(Path("phone.sqlite"), ("answer", "fever", False))
    before = Path("phone.sqlite").read_bytes()
    assert printed("record", "merge", "r.sqlite", "phone.sqlite") == "r.sqlite: 1 new\n"
    assert printed("record", "merge", "r.sqlite", "phone.sqlite") == "r.sqlite: 0 new\n"
    assert Path("phone.sqlite").read_bytes() == before
    assert printed("record", "merge", "phone.sqlite", "r.sqlite") == "phone.sqlite: 1 new\n"
    assert kept(record) == kept(Path("phone.sqlite"))


def test_the_other_s_passphrase_is_asked_for_only_where_it_differs(
    record: Path, terminal: Callable[..., Terminal], printed: Printed, refused: Refused
) -> None:
    Journal.create(Path("other.sqlite"), OTHER_PASSPHRASE).close()
    filled(Path("other.sqlite"), ("about", "age", 52), passphrase=OTHER_PASSPHRASE)
    somebody = terminal(PASSPHRASE, OTHER_PASSPHRASE)
    assert printed("record", "merge", "r.sqlite", "other.sqlite") == "r.sqlite: 1 new\n"
    assert somebody.prompts == ["Passphrase of r.sqlite: ", "Passphrase of other.sqlite: "]
    terminal(PASSPHRASE, PASSPHRASE)
    said = refused("record", "merge", "r.sqlite", "other.sqlite")
    assert said.startswith("other.sqlite: the passphrase does not open it")


def test_what_cannot_be_merged(record: Path, refused: Refused) -> None:
    assert (
        refused("record", "merge", "r.sqlite", "./r.sqlite") == "r.sqlite: the record itself; name another copy of it"
    )
    assert refused("record", "merge", "r.sqlite", "none.sqlite") == "none.sqlite: no record there; check the name"
    shutil.copy(RELEASED / "version-1.sqlite", "old.sqlite")
    assert refused("record", "merge", "r.sqlite", "old.sqlite") == (
        "old.sqlite: lies open, from an older cluneal; lock it first: cluneal record new old.sqlite"
    )
    Path("note.txt").write_text("note")
    assert refused("record", "merge", "r.sqlite", "note.txt") == (
        "note.txt: damaged or not a journal; restore a copy, or name another file"
    )
    assert kept(record) == []


# Erase.


def test_erasing_asks_for_the_name_and_says_what_went(
    record: Path, terminal: Callable[..., Terminal], printed: Printed, refused: Refused
) -> None:
    filled(record, ("answer", "fever", True), ("about", "age", 52), ("note", "n1", {"text": "x"}), ("note", "n1", None))
    filled(record, ("answer", "fever", False))
    terminal(PASSPHRASE, "yes")
    assert refused("record", "erase", "r.sqlite") == (
        "r.sqlite: nothing was deleted; type its name, r.sqlite, to delete it"
    )
    assert len(kept(record)) == 5
    terminal(PASSPHRASE, "r.sqlite")
    assert printed("record", "erase", "r.sqlite").splitlines() == [
        "  answer 1",
        "  about 1",
        "r.sqlite: deleted, with 5 entries, earlier versions included. Copies elsewhere are not touched",
    ]
    assert os.listdir(".") == []


def test_without_a_terminal_it_wants_a_yes(record: Path, refused: Refused, printed: Printed) -> None:
    assert refused("record", "erase", "r.sqlite") == "r.sqlite: nothing was deleted; add --yes to delete it"
    assert record.exists()
    printed("record", "erase", "r.sqlite", "--yes")
    assert not record.exists()


def test_help_loads_nothing_of_it() -> None:
    code = (
        "import sys; from cluneal.cli.main import main\n"
        "try: main(['record', 'add', '--help'])\nexcept SystemExit: pass\n"
        "print([name for name in ('sqlcipher3', 'starlette', 'cluneal.record', 'yaml') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


HOW_TO = PROJECT / "docs" / "how-to" / "keep-your-record.md"


@pytest.mark.usefixtures("folder")
def test_the_page_about_it_says_what_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    examples = page(HOW_TO).examples
    assert len(examples) > 9
    for example in examples:
        with monkeypatch.context() as patch:
            _, printed = run(example, patch, capsys)
        assert same(example.printed, printed), f"{example.command}\n" + "\n".join(printed)
