"""The PDF: page one is one page whatever is on it, text is data, the same bytes each time, and it can be read aloud."""

from __future__ import annotations

import ctypes
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import pypdfium2
import pytest
import yaml

from cluneal.visit import LEVELS, Choice, choose, packet, pdf, pictures

from .people import HOSTILE, USUAL, monster, visit_of

CASES = Path(__file__).parents[2] / "clinical" / "cases"
LONGEST_CASES = 4
SMALLEST = 8.5
Paper = Literal["a4", "letter"]
PAPERS: tuple[Paper, ...] = ("a4", "letter")
SIZES = {"a4": (595, 842), "letter": (612, 792)}
LONG_NAME = "Maximiliane-Wilhelmine Schwarzenberg-Lichtenstein von und zu Hohenlohe Langenburg"


def published() -> list[tuple[str, dict[str, Any]]]:
    """The published cases with the most answers."""
    cases = [(path.stem, yaml.safe_load(path.read_text(encoding="utf-8"))["case"]) for path in CASES.glob("*.yaml")]
    return sorted(cases, key=lambda one: (-len(one[1].get("findings") or {}), one[0]))[:LONGEST_CASES]


def pages(content: bytes) -> list[str]:
    """The text of each page, blanks evened out."""
    document = pypdfium2.PdfDocument(content)
    read = [re.sub(r"[\s\u200b\ufffe]+", " ", page.get_textpage().get_text_range()) for page in document]
    document.close()
    return read


def assert_page_one_is_one_page(made: dict[str, Any], paper: Paper) -> None:
    read = pages(pdf(made, paper))
    words = made["words"]
    assert read[1].lstrip().startswith(words["answers"]), "page two begins with what follows page one"
    assert words["answers_note"] not in read[0]
    # The last lines of page one, and its foot.
    for question in made["questions"]:
        assert question["ask"] in read[0]
    assert words["foot"] in read[0]
    assert f"Page 1 of {len(read)}" in read[0]
    for head in ("alarms", "story", "tried", "fits", "settle", "questions"):
        assert words[head] in read[0], head


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("prior", ["chosen", "level"])
@pytest.mark.parametrize(("name", "case"), published(), ids=[name for name, _ in published()])
def test_page_one_of_a_published_case_is_one_page(name: str, case: dict[str, Any], prior: str, paper: Paper) -> None:
    assert_page_one_is_one_page(packet(visit_of(case, prior)), paper)


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize(("seed", "share"), [(1, 0.9), (2, 0.7), (3, 0.4), (4, 0.1)])
def test_page_one_of_a_monster_is_one_page(seed: int, share: float, paper: Paper) -> None:
    made = packet(visit_of(monster(seed, share)), choose(name=LONG_NAME))
    assert_page_one_is_one_page(made, paper)


@pytest.mark.parametrize("part", ["drawing", "story", "fits", "settle", "references"])
def test_page_one_is_one_page_without_a_part(part: str) -> None:
    read = pages(pdf(packet(visit_of(monster(5, 0.7)), choose([part])), "letter"))
    assert read[1].lstrip().startswith("All answers")


def test_what_is_cut_says_how_much_and_where_it_stands() -> None:
    made = packet(visit_of(monster(2, 0.7)))
    read = pages(pdf(made))
    said = re.search(r"What was tried .*?and (\d+) more, page (\d+)", read[0])
    assert said
    shown = sum(f"{row['what']}:" in read[0] for row in made["tried"])
    assert shown
    there = read[int(said[2]) - 1]
    assert "What was tried" in there
    assert sum(int(one["tried"]) + int(said[1]) == len(made["tried"]) for one in LEVELS) >= 1


def test_nothing_on_page_one_is_smaller_than_it_may_be() -> None:
    # The drawing has words of its own size.
    document = pypdfium2.PdfDocument(pdf(packet(visit_of(monster(1, 0.9)), choose(["drawing"])), "letter"))
    text = document[0].get_textpage()
    sizes = {round(pypdfium2.raw.FPDFText_GetFontSize(text.raw, i), 1) for i in range(text.count_chars())}
    assert min(size for size in sizes if size > 1) >= SMALLEST
    document.close()


@pytest.mark.parametrize("paper", PAPERS)
def test_nothing_leaves_the_paper(paper: Paper) -> None:
    document = pypdfium2.PdfDocument(pdf(packet(visit_of(monster(1, 0.9)), choose(name="W" * 80)), paper))
    for page in document:
        assert tuple(round(one) for one in page.get_size()) == SIZES[paper]
        text = page.get_textpage()
        edges = [ctypes.c_double() for _ in range(4)]
        for i in range(text.count_chars()):
            if pypdfium2.raw.FPDFText_GetCharBox(text.raw, i, *(ctypes.byref(one) for one in edges)):
                left, right, bottom, top = (one.value for one in edges)
                assert left > 20
                assert right < SIZES[paper][0] - 20
                assert bottom > 10
                assert top < SIZES[paper][1] - 20
    document.close()


def test_what_anybody_typed_is_never_read_as_markup() -> None:
    case = {
        "treatments": [{"kind": text} for text in HOSTILE],
        "blocks": [{"target": text, "drug": text, "readings": [{"minute": 0, "pain": 5}]} for text in HOSTILE],
    }
    read = " ".join(pages(pdf(packet(visit_of(case), choose(name='#panic("x") \\u{41}')))))
    assert '#panic("x") \\u{41}' in read
    assert "#strong[x] $x^2$" in read
    assert "root:" not in read


def test_the_same_page_is_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    made = packet(visit_of(USUAL))
    first = pdf(made)
    assert pdf(made) == first
    folder = Path(__file__).parents[3]
    code = (
        "import sys; from tests.unit.visit.people import USUAL, visit_of; from cluneal.visit import packet, pdf; "
        f"open({str(tmp_path / 'page.pdf')!r}, 'wb').write(pdf(packet(visit_of(USUAL))))"
    )
    subprocess.run([sys.executable, "-c", code], cwd=folder, check=True)
    assert (tmp_path / "page.pdf").read_bytes() == first


def test_it_can_be_read_aloud() -> None:
    content = pdf(packet(visit_of(USUAL)))
    assert b"<pdfuaid:part>1</pdfuaid:part>" in content
    document = pypdfium2.PdfDocument(content)
    assert document.get_metadata_value("Title") == "Page for the doctor: low-back and buttock pain"
    assert pypdfium2.raw.FPDFCatalog_IsTagged(document.raw)
    language = (ctypes.c_ushort * 16)()
    pypdfium2.raw.FPDFCatalog_GetLanguage(document.raw, language, 32)
    assert bytes(language).decode("utf-16-le").rstrip("\0") == "en"
    assert any("pelvis and low back from behind" in text for text in _alternatives(document))
    document.close()


def _alternatives(document: pypdfium2.PdfDocument) -> list[str]:
    """The alternative texts of the figures of page one."""
    found: list[str] = []
    page = document[0]
    tree = pypdfium2.raw.FPDF_StructTree_GetForPage(page.raw)

    def walk(element: Any) -> None:
        size = pypdfium2.raw.FPDF_StructElement_GetAltText(element, None, 0)
        if size > 2:
            text = ctypes.create_string_buffer(size)
            pypdfium2.raw.FPDF_StructElement_GetAltText(element, text, size)
            found.append(text.raw.decode("utf-16-le").rstrip("\0"))
        for i in range(pypdfium2.raw.FPDF_StructElement_CountChildren(element)):
            child = pypdfium2.raw.FPDF_StructElement_GetChildAtIndex(element, i)
            if child:
                walk(child)

    for i in range(pypdfium2.raw.FPDF_StructTree_CountChildren(tree)):
        walk(pypdfium2.raw.FPDF_StructTree_GetChildAtIndex(tree, i))
    pypdfium2.raw.FPDF_StructTree_Close(tree)
    return found


def test_the_drawing_has_its_words_and_the_curve_its_scale() -> None:
    read = pages(pdf(packet(visit_of(USUAL))))
    assert "Your LEFT" in read[0]
    assert "5 cm" in read[0]
    assert any("pain, 0 to 10" in page for page in read)


def test_a_page_of_one_part_and_one_of_none() -> None:
    assert len(pages(pdf(packet(visit_of(USUAL), Choice(("drawing",)))))) == 1
    assert len(pages(pdf(packet(visit_of({}), Choice(()))))) == 1


def test_pictures_are_of_every_page() -> None:
    made = packet(visit_of(USUAL))
    drawn = pictures(made)
    assert len(drawn) == len(pages(pdf(made)))
    assert all(one.startswith(b"\x89PNG") for one in drawn)


def test_levels_grow_smaller_and_never_too_small() -> None:
    for wider, narrower in pairwise(LEVELS):
        assert narrower["size"] <= wider["size"]
        assert narrower["drawing"] <= wider["drawing"]
    assert min(one["size"] for one in LEVELS) == SMALLEST
    assert all(2 <= one["causes"] <= 3 and one["reasons"] >= 2 for one in LEVELS)
