"""The command as a process of its own: pipes, closed streams, full disks, what it loads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "cluneal"]
NEVER_FOR_ONE_PERSON = {"numpy", "pydantic", "yaml", "duckdb", "pyarrow", "scipy", "pandas"}


def cluneal(*arguments: str, **more: object) -> subprocess.CompletedProcess[str]:
    options: dict[str, object] = {"capture_output": True, "text": True, "timeout": 60, **more}
    return subprocess.run([*COMMAND, *arguments], **options)  # type: ignore[call-overload, no-any-return]


def in_a_shell(command: str) -> subprocess.CompletedProcess[str]:
    told = command.replace("cluneal", f"'{sys.executable}' -m cluneal")
    return subprocess.run(["bash", "-c", f"set -o pipefail; {told}"], capture_output=True, text=True, timeout=60)


def modules(*arguments: str) -> set[str]:
    """Everything that is loaded when the command has run."""
    code = f"from cluneal.cli.main import main\ntry: main({list(arguments)!r})\nexcept SystemExit: pass\n"
    code += "import sys; print('\\n'.join(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stderr.splitlines())


@pytest.mark.parametrize("command", ["cluneal guide | head -1", "cluneal knowledge findings | true",
                                     "cluneal knowledge schema | head -c 1"])  # fmt: skip
def test_a_reader_that_leaves_early_is_no_error(command: str) -> None:
    done = in_a_shell(command)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("command", ["cluneal guide", "cluneal cite scn_entrapment"])
def test_an_output_that_is_full(command: str) -> None:
    done = in_a_shell(f"{command} > /dev/full")
    assert done.returncode == 2
    assert done.stderr == "cluneal: standard output: no space left on device; write it somewhere else\n"


def test_closed_streams() -> None:
    assert in_a_shell("cluneal guide >&-").returncode == 0
    done = in_a_shell("cluneal assess - <&-")
    assert (done.returncode, done.stderr) == (2, "cluneal: -: standard input is closed; name a file\n")
    done = in_a_shell("cluneal ask --save never.json <&-")
    assert (done.returncode, done.stderr) == (2, "cluneal: ask: standard input is closed; run it in a terminal\n")
    assert not Path("never.json").exists()


def test_a_terminal_that_knows_few_letters() -> None:
    done = cluneal("guide", env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert (done.returncode, done.stderr) == (0, "")


def test_bad_input_through_the_real_process(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text('{"findings": {"worse_standng": true}}')
    done = cluneal("assess", "c.json", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "cluneal: c.json: findings.worse_standng: no such finding. Did you mean worse_standing? "
        "`cluneal knowledge findings` lists them all.\n"
    )


def test_yaml_and_json_from_standard_input() -> None:
    as_json = cluneal("assess", "-", "--format", "json", "--on", "2026-01-01", input='{"age": 52}')
    as_yaml = cluneal("assess", "-", "--format", "json", "--on", "2026-01-01", input="age: 52\n")
    assert as_json.returncode == 0
    assert as_json.stdout == as_yaml.stdout
    assert json.loads(as_json.stdout)["triage"]["urgency"] == "within_two_weeks"


def test_help_loads_the_command_line_and_nothing_else() -> None:
    loaded = modules("--help")
    assert {name for name in loaded if name.startswith("cluneal")} == {"cluneal", "cluneal.cli", "cluneal.cli.main"}
    assert not loaded & NEVER_FOR_ONE_PERSON


def test_one_person_is_assessed_without_anything_heavy(tmp_path: Path) -> None:
    case = tmp_path / "c.json"
    case.write_text('{"age": 52, "sex": "f", "findings": {"worse_standing": true}, "mark": {"region": "iliac_crest"}}')
    modules("assess", str(case))  # a checkout compiles its knowledge on the first run
    loaded = modules("assess", str(case))
    assert "cluneal.reasoning.model" in loaded
    assert not loaded & NEVER_FOR_ONE_PERSON
    assert not {
        name for name in loaded if name.startswith(("cluneal.knowledge.build", "cluneal.knowledge.yaml_source"))
    }


def test_a_wrong_command_is_answered_with_the_usage() -> None:
    done = cluneal("asses")
    assert done.returncode == 2
    assert "invalid choice: 'asses'" in done.stderr
    assert "Traceback" not in done.stderr
    assert cluneal("--version").stdout.startswith("cluneal ")
