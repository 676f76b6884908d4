"""The diary on the page for the doctor: the scales by the change that matters, the picture, and notes only if asked."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest

from cluneal.record.course import Bucket
from cluneal.record.course_chart import Curve, Lane, Panel, course_svg, sheet
from cluneal.visit import Course, Noted, Scored, Visit, choose, packet, pdf

from .people import HOSTILE, USUAL, visit_of

FIRST, LAST = date(2026, 9, 15), date(2026, 11, 24)
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
PEG = Scored("PEG", 10, (FIRST, 20 / 3), (LAST, 4), 1.75, ("reed2023",))


def picture(panels: int, lanes: int) -> str:
    values = [Bucket(FIRST, 3, 5, 7, 1), Bucket(LAST, 1, 2, 3, 1)]
    words = {"title": "T", "described": "D", "months": MONTHS}
    return course_svg(
        sheet(760, FIRST, LAST, "day"),
        [Panel(f"Scale {i}", 0, 10, [Curve("a", values, 28)], 70, 5, (3, 7)) for i in range(panels)],
        [Lane(f"Treatment {i}", [(FIRST, None)], marked=True) for i in range(lanes)],
        words,
    )


def visit(*scores: Scored, svg: str = "", notes: tuple[Noted, ...] = ()) -> Visit:
    course = Course(svg or picture(2, 3), FIRST, LAST, 60, scores)
    return replace(visit_of(USUAL), course=course, notes=notes)


def text(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    read = " ".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return re.sub(r"[\s\u200b\ufffe]+", " ", read)


@pytest.mark.parametrize(
    ("last", "reading"),
    [
        (20 / 3 - 1.75, "lower by more than that"),
        (20 / 3 - 1.74, "no change that matters"),
        (20 / 3 + 1.74, "no change that matters"),
        (20 / 3 + 1.75, "higher by more than that"),
    ],
)
def test_the_smallest_change_that_matters_decides(last: float, reading: str) -> None:
    (row,) = packet(visit(replace(PEG, last=(LAST, last))))["course"]["rows"]
    assert row["reading"] == reading
    assert (row["first"], row["least"]) == ("6.7 of 10, 15 Sep 2026", "1.75")


def test_one_score_is_shown_and_compared_with_nothing() -> None:
    made = packet(visit(replace(PEG, first=None)))["course"]
    assert made["rows"][0] | {"first": "", "reading": ""} == made["rows"][0]
    assert made["alt"].endswith("PEG: 4 of 10, 24 Nov 2026.")


def test_the_course_and_its_sources_are_on_the_pages_that_follow() -> None:
    made = packet(visit(PEG))
    assert made["following"][0] == "course"
    assert "reed2023" in [one["id"] for one in made["references"]]
    read = text(pdf(made))
    assert "Noted by the person in 60 check-ins, from 15 Sep 2026 to 24 Nov 2026." in read
    assert "PEG 6.7 of 10, 15 Sep 2026 4 of 10, 24 Nov 2026 1.75 [reed2023] lower by more than that" in read
    assert "It does not show what caused it." in read
    assert "Treatment 2" in read, "the picture's words are text"


def test_a_case_has_no_diary_and_a_person_may_leave_it_out() -> None:
    assert packet(visit_of(USUAL))["course"] is None
    left_out = packet(visit(PEG), choose(["course"]))
    assert left_out["course"] is None
    for made in (packet(visit_of(USUAL)), left_out):
        assert "course" not in made["following"]
        assert "Noted by the person" not in text(pdf(made))


@pytest.mark.parametrize(("panels", "lanes"), [(1, 0), (5, 11)])
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_picture_stays_on_its_page_however_tall(panels: int, lanes: int, paper: str) -> None:
    document = pypdfium2.PdfDocument(pdf(packet(visit(PEG, svg=picture(panels, lanes))), paper))
    page = document[1]
    said = page.get_textpage()
    for name in [f"Scale {panels - 1}", *([f"Treatment {lanes - 1}"] if lanes else [])]:
        found = said.search(name).get_next()
        assert found, name
        left, bottom, right, top = said.get_charbox(found[0])
        assert 20 < left < right < page.get_width() - 20
        assert 40 < bottom < top < page.get_height() - 20
    document.close()


NOTES = (Noted("Ask about driving", LAST), Noted("No day", None), Noted("MRI (blue folder)", FIRST, paper=True))


def test_notes_are_there_only_when_somebody_asks_for_them() -> None:
    told = visit(PEG, notes=NOTES)
    for choice in (None, choose(), choose(["answers"])):
        made = packet(told, choice)
        assert made["notes"] is None
        assert "driving" not in str(made)
    made = packet(told, choose(also=["notes"]))
    assert [group["title"] for group in made["notes"]] == ["Noted", "Papers"]
    read = text(pdf(made))
    assert "24 Nov 2026: Ask about driving No day" in read
    assert "15 Sep 2026: MRI (blue folder)" in read
    assert packet(visit(PEG), choose(also=["notes"]))["following"] == packet(visit(PEG))["following"]


def test_what_is_no_part_is_not_asked_for() -> None:
    assert choose(also=["nonsense", "about"]).parts == choose().parts


def test_hostile_notes_and_names_are_text() -> None:
    notes = tuple(Noted(one, None) for one in HOSTILE)
    assert pdf(packet(visit(replace(PEG, name=HOSTILE[1]), notes=notes), choose(also=["notes"]))).startswith(b"%PDF")
