"""What a wheel holds, and that an installed one assesses a case without reading YAML or importing a validator."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from zipfile import ZipFile

import pytest

from cluneal.knowledge.schema import Knowledge
from cluneal.knowledge.store import LAZY, ROOT

PROJECT = Path(__file__).parents[3]
NEEDED = 77
SECONDS = 40
ASSESS = """
import sys
import cluneal
from cluneal.cli.main import main
status = main(["assess", sys.argv[1], "--format", "json"])
print(cluneal.__file__, status, sorted({"pydantic", "yaml", "numpy"} & set(sys.modules)), file=sys.stderr)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as `pip install .` builds it, from a copy, so that nothing is left in the checkout."""
    if int(version("setuptools").split(".")[0]) < NEEDED:
        pytest.skip(f"the setuptools here is {version('setuptools')}; pyproject.toml asks for {NEEDED}")
    copy = tmp_path_factory.mktemp("project")
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(PROJECT / name, copy)
    # What was compiled here travels along, as in a checkout: it must not reach the wheel.
    shutil.copytree(PROJECT / "src", copy / "src", ignore=shutil.ignore_patterns("*.egg-info", "__pycache__"))
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", "out", "."]
    try:
        built = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        pytest.skip(f"no wheel within {SECONDS} seconds: this machine is slow or busy")
    assert built.returncode == 0, built.stderr
    (found,) = (copy / "out").iterdir()
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed") / "site-packages"
    with ZipFile(wheel) as file:
        file.extractall(folder)
    return folder


def assess(installed: Path, case: Path) -> subprocess.CompletedProcess[str]:
    case.write_text('{"age": 55, "findings": {"scn_point_reproduces": true}}', encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-c", ASSESS, str(case)],
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )


def test_it_holds_every_file_that_is_known_and_everything_compiled(wheel: Path) -> None:
    known = {f"cluneal/knowledge/{file.relative_to(ROOT).as_posix()}" for file in ROOT.rglob("*.yaml")}
    names = set(ZipFile(wheel).namelist())
    assert known <= names
    assert {"cluneal/knowledge/bibliography.json", "cluneal/py.typed"} <= names
    compiled = {name.rsplit("/", 1)[1] for name in names if name.startswith("cluneal/knowledge/compiled/")}
    assert compiled == {f"{kind}.pickle" for kind in (*LAZY, "core")} | {"draws.f32", "draws.index", "fingerprint"}
    assert not [name for name in names if "__pycache__" in name or name.startswith("tests/")]


def test_an_installed_one_assesses_a_case_without_a_validator(installed: Path, tmp_path: Path) -> None:
    ran = assess(installed, tmp_path / "case.json")
    package = installed / "cluneal/__init__.py"
    assert ran.stderr.strip() == f"{package} 0 []"
    assert len(json.loads(ran.stdout)["differential"]) > 1


def test_an_installed_one_that_was_edited_is_refused(installed: Path, tmp_path: Path) -> None:
    edited = Path(shutil.copytree(installed, tmp_path / "site-packages"))
    with (edited / "cluneal/knowledge/groups.yaml").open("a") as file:
        file.write("# another opinion\n")
    ran = assess(edited, tmp_path / "case.json")
    assert ran.stdout == ""
    assert "the knowledge files do not match the compiled ones. Reinstall cluneal" in ran.stderr


def test_everything_that_is_known_is_compiled() -> None:
    """A kind added to `Knowledge` travels in the core unless it is among the long texts."""
    assert set(LAZY) < set(Knowledge.__dataclass_fields__)
