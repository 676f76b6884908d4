"""`cluneal visit`: a PDF, whole or not at all, and an error that says what to do."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest

from .conftest import Refused

Printed = Callable[..., str]
CASE = {"age": 55, "sex": "f", "started": "2025-03-10", "findings": {"worse_standing": True, "fever": False}}


@pytest.fixture
def case(folder: Path) -> Path:
    path = folder / "case.json"
    path.write_text(json.dumps(CASE), encoding="utf-8")
    return path


def text(path: Path) -> str:
    document = pypdfium2.PdfDocument(path.read_bytes())
    read = " ".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return " ".join(read.split())


def test_it_writes_the_page_and_says_where(case: Path, folder: Path, printed: Printed) -> None:
    assert printed("visit", case.name, "--out", "page.pdf", "--on", "2026-11-24") == "page.pdf\n"
    read = text(folder / "page.pdf")
    assert "Female, 55 years" in read
    assert "24 November 2026" in read
    assert stat.S_IMODE((folder / "page.pdf").stat().st_mode) == 0o600
    assert sorted(path.name for path in folder.iterdir()) == ["case.json", "page.pdf"]


@pytest.mark.usefixtures("case")
def test_parts_name_paper_and_prior_are_taken(folder: Path, printed: Printed) -> None:
    printed("visit", "case.json", "--out", "page.pdf", "--paper", "letter", "--leave-out", "about",
            "--leave-out", "answers", "--name", "Ada Example", "--prior", "level")  # fmt: skip
    read = text(folder / "page.pdf")
    assert "Ada Example" in read
    assert "Female" not in read
    assert "All answers" not in read
    assert "Every cause alike" in read
    document = pypdfium2.PdfDocument((folder / "page.pdf").read_bytes())
    assert round(document[0].get_width()) == 612
    document.close()


@pytest.mark.usefixtures("case")
def test_the_same_day_gives_the_same_bytes(folder: Path, printed: Printed) -> None:
    for name in ("one.pdf", "two.pdf"):
        printed("visit", "case.json", "--out", name, "--on", "2026-11-24")
    assert (folder / "one.pdf").read_bytes() == (folder / "two.pdf").read_bytes()


@pytest.mark.usefixtures("case")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nope.json", "--out", "page.pdf"], "nope.json: no such file; check the name"),
        (["case.json", "--out", "case.json"], "--out: case.json is the case itself; name another file"),
        (["case.json", "--out", "./case.json"], "--out: ./case.json is the case itself; name another file"),
        (["case.json", "--out", "-"], "--out: a PDF goes into a file; name one"),
        (["case.json", "--out", "."], "--out: .: cannot be written: is a directory; name another file"),
        (
            ["case.json", "--out", "no/page.pdf"],
            "--out: no/page.pdf: cannot be written: no such file or directory; name another file",
        ),
        (
            ["case.json", "--out", "page.pdf", "--leave-out", "reference"],
            "--leave-out: 'reference' is no part of the page; did you mean references?",
        ),
        (
            ["case.json", "--out", "page.pdf", "--prior", "mine"],
            "--prior: no cause has a value named 'mine'; use chosen, level, sceptic or guide",
        ),
        (
            ["case.json", "--out", "page.pdf", "--on", "soon"],
            "--on: 'soon' is not a date; write year-month-day, such as 2026-02-01",
        ),
    ],
)
def test_what_goes_wrong_is_named_with_the_fix(arguments: list[str], said: str, folder: Path, refused: Refused) -> None:
    assert refused("visit", *arguments) == said
    assert [path.name for path in folder.iterdir()] == ["case.json"]
    assert json.loads((folder / "case.json").read_text(encoding="utf-8")) == CASE


def test_a_case_that_cannot_be_read_names_its_field(folder: Path, refused: Refused) -> None:
    (folder / "case.json").write_text('{"age": 550}', encoding="utf-8")
    said = refused("visit", "case.json", "--out", "page.pdf")
    assert said == "case.json: age: 550 is out of range; give a number from 0 to 120"


@pytest.mark.usefixtures("case")
def test_what_was_there_stays_until_the_new_one_is_whole(
    folder: Path, refused: Refused, printed: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed("visit", "case.json", "--out", "page.pdf")
    before = (folder / "page.pdf").read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        said = refused("visit", "case.json", "--out", "page.pdf", "--name", "Ada")
    assert said == "--out: page.pdf: cannot be written: no space left on device; name another file"
    assert (folder / "page.pdf").read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == ["case.json", "page.pdf"]


@pytest.mark.usefixtures("case")
def test_a_link_is_followed_and_kept(folder: Path, printed: Printed) -> None:
    (folder / "real.pdf").write_bytes(b"old")
    os.symlink("real.pdf", folder / "page.pdf")
    printed("visit", "case.json", "--out", "page.pdf")
    assert (folder / "page.pdf").is_symlink()
    assert (folder / "real.pdf").read_bytes().startswith(b"%PDF")


def test_help_needs_neither_typst_nor_the_knowledge() -> None:
    code = (
        "import sys; from cluneal.cli.main import main\n"
        "try: main(['visit', '--help'])\nexcept SystemExit: pass\n"
        "print([name for name in ('typst', 'yaml', 'cluneal.visit', 'cluneal.knowledge.store') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
