"""The documentation is whole: rendered pages are fresh, everything known has its place, every link leads somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from functools import lru_cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from cluneal.knowledge import load
from cluneal.pathway.assess import BLOCK_TEST

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
RENDERED = ("triage", "blocks", "ladder", "self-care", "causes", "findings", "codes", "assessment", "conformance")
HEADING = re.compile(r"^#{1,6} +(.*?) *$", re.MULTILINE)
LINK = re.compile(r"\[(?:[^\[\]]|\[[^\[\]]*\])*\]\(([^()\s]+)\)")
ANCHOR = re.compile(r'<a id="([^"]+)">')
CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)


@lru_cache(maxsize=1)
def build() -> Any:
    """`docs/build.py` as a module."""
    spec = spec_from_file_location("docs_build", ROOT / "docs" / "build.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def text(page: str) -> str:
    """A reference page."""
    return (REFERENCE / f"{page}.md").read_text(encoding="utf-8")


def headings(page: str) -> set[str]:
    """Ids that have a heading of their own."""
    return {heading.strip("`") for heading in HEADING.findall(text(page))}


def documents() -> list[Path]:
    """Everything that people read."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "conformance").glob("*.md")]
    return sorted([*found, *(ROOT / "tests").rglob("*.md")])


@lru_cache(maxsize=1)
def rendered() -> dict[str, str]:
    """The pages as they should be."""
    pages: dict[str, str] = build().pages()
    return pages


@pytest.mark.parametrize("page", RENDERED)
def test_a_rendered_page_is_fresh(page: str) -> None:
    assert rendered()[f"{page}.md"] == text(page), "run python docs/build.py"


def test_those_are_all_the_rendered_pages() -> None:
    assert sorted(rendered()) == sorted(f"{page}.md" for page in RENDERED)


def test_check_passes_on_fresh_pages_and_names_a_stale_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [sys.executable, str(ROOT / "docs" / "build.py"), "--check"]
    assert subprocess.run(command, check=False).returncode == 0
    module = build()
    for page in REFERENCE.iterdir():
        (tmp_path / page.name).write_bytes(page.read_bytes())
    (tmp_path / "ladder.md").write_text("old", encoding="utf-8")
    monkeypatch.setattr(module, "PAGES", tmp_path)
    assert module.main(["--check"]) == 1
    assert capsys.readouterr().err == "docs/reference/ladder.md: out of date; run python docs/build.py\n"
    assert (tmp_path / "ladder.md").read_text(encoding="utf-8") == "old"
    assert module.main([]) == 0
    assert module.main(["--check"]) == 0


@pytest.mark.parametrize(
    ("page", "ids"),
    [
        ("findings", load().findings),
        ("causes", load().causes),
        ("codes", load().codes),
        ("triage", load().redflags),
        ("blocks", [one.id for one in load().tests[BLOCK_TEST].definitions]),
        ("ladder", load().ladder),
        ("ladder", load().cautions),
        ("self-care", load().selfcare),
    ],
)
def test_everything_has_its_place(page: str, ids: Iterable[str]) -> None:
    assert set(ids) - headings(page) == set()


def test_every_setting_has_its_place() -> None:
    for setting, meaning in load().model.settings.items():
        assert f"- `{setting}`: {meaning}" in text("causes")


def test_every_finding_s_wording_and_limits_are_on_its_page() -> None:
    page = text("findings")
    for finding in load().findings.values():
        assert finding.person.ask in page, finding.id
        assert all(f"`{name}`" in page for name in finding.aliases), finding.id
        if finding.place:
            assert f"{finding.place.x_mm[0]:g} to {finding.place.x_mm[1]:g} mm from the midline" in page


def test_every_prior_stands_on_the_page_with_its_rivals() -> None:
    page = text("causes")
    for cause in load().causes.values():
        section = page.split(f'<a id="{cause.id}">', 1)[1].split('<a id="', 1)[0]
        for setting, prior in cause.prior.items():
            for value in prior.values:
                chosen = " **(chosen)**" if value.id == prior.chosen else ""
                assert f"| {setting} | {value.id}{chosen} | {100 * value.p:.3g} |" in section, (cause.id, value.id)


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    broken = []
    for target in LINK.findall(CODE.sub("", document.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (document.parent / name).resolve() if name else document
        if not file.exists() or (anchor and file.suffix == ".md" and anchor not in anchors(file)):
            broken.append(target)
    assert broken == []


def test_a_broken_link_would_be_found() -> None:
    assert LINK.findall("see [the map](anatomy.md) and [[a2020]](https://a.b/c)") == ["anatomy.md", "https://a.b/c"]
    assert "scn_entrapment" in anchors(REFERENCE / "causes.md")
    assert "no_such_cause" not in anchors(REFERENCE / "causes.md")


@lru_cache(maxsize=64)
def anchors(file: Path) -> frozenset[str]:
    """What a link into a page can name: its headings, as GitHub makes them, and its own anchors."""
    content = file.read_text(encoding="utf-8")
    made = (re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(content))
    return frozenset([*made, *ANCHOR.findall(content)])
