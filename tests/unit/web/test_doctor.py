"""The page for the doctor: chosen before it is made, the same in every form, and nothing stored that was not said."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pypdfium2
import pytest

from cluneal.pathway import read_case
from cluneal.record import Journal, entries_of
from cluneal.visit import PARTS

from .conftest import TODAY, Browser, words_of

ALL = {f"part:{part}": "yes" for part in PARTS}
CASE: dict[str, Any] = {
    "age": 55,
    "sex": "f",
    "started": "2025-03-10",
    "mark": {"side": "right", "x_mm": 70, "y_mm": 48, "intensity": 7},
    "findings": {
        "worse_standing": True,
        "shock_like_pain": True,
        "relief_lying": True,
        "side_one": True,
        "night_pain": False,
        "fever": None,
    },
    "treatments": [{"kind": "physiotherapy", "started": "2025-04-01", "helped": "no"}],
}
HOSTILE = '<script>alert(1)</script> & "x" {{ 7*7 }}'


def told(browser: Browser, **changes: Any) -> Browser:
    """Somebody who has answered."""
    browser.desk.journal.add(*entries_of({**CASE, **changes}))
    return browser


def pdf_text(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    text = " ".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return re.sub(r"\s+", " ", text)


def kept(browser: Browser) -> Any:
    return browser.desk.person().choices.get("packet")


def test_the_page_says_what_is_missing_and_where_to_add_it(browser: Browser) -> None:
    html = browser.get("/doctor").text
    assert "18 alarm questions that have no answer yet" in html
    for where in ("/ask", "/place", "/treatments?from=doctor"):
        assert f'href="{where}"' in html
    told(browser)
    html = browser.get("/doctor").text
    # Fever was answered with "not sure": it is not missing.
    assert "17 alarm questions that have no answer yet" in html
    assert 'href="/place"' not in html
    assert "/treatments?from=doctor" not in html


def test_nothing_is_missing_when_all_is_said(browser: Browser) -> None:
    alarms = dict.fromkeys(browser.desk.knowledge.model.alarm_order, False)
    told(browser, findings=CASE["findings"] | alarms)
    assert browser.desk.say.doctor.better not in browser.text("/doctor")


def test_everything_is_ticked_until_somebody_takes_it_out(browser: Browser) -> None:
    browser.desk.journal.add(("checkin", str(TODAY), {"worst": 3}), ("note", "n", {"text": "Ask about driving"}))
    html = browser.get("/doctor").text
    assert [name for name in PARTS if f'name="part:{name}" value="yes" checked' not in html] == []
    assert 'name="part:notes" value="yes">' in html, "notes are nobody's business until they are ticked"
    without = {name: said for name, said in ALL.items() if name != "part:about"}
    browser.submit("/doctor", **without, paper="letter", then="see")
    html = browser.get("/doctor").text
    assert 'name="part:about" value="yes">' in html
    assert 'value="letter" checked' in html
    assert kept(browser) == {"leave_out": ["about"], "paper": "letter"}


@pytest.mark.parametrize(("then", "where"), [("pdf", "/doctor.pdf"), ("page", "/doctor/page"), ("see", "/doctor"),
                                             ("//evil.example", "/doctor"), ("", "/doctor")])  # fmt: skip
def test_each_button_leads_to_its_page_by_a_redirect(browser: Browser, then: str, where: str) -> None:
    answer = browser.submit("/doctor", follow=False, **ALL, paper="a4", then=then)
    assert (answer.status_code, answer.headers["location"]) == (303, where)


def test_without_a_diary_or_notes_they_are_not_offered_and_the_choice_stays(browser: Browser) -> None:
    html = browser.get("/doctor").text
    assert "part:notes" not in html
    assert re.findall(r'type="(\w+)" name="part:course"', html) == ["hidden"]
    assert "The course" not in browser.text("/doctor/page")
    browser.submit("/doctor", **ALL, then="see")
    browser.desk.journal.add(("checkin", str(TODAY), {"worst": 3}))
    assert "The course" in browser.text("/doctor/page")
    browser.submit("/doctor", **{name: said for name, said in ALL.items() if name != "part:course"}, then="see")
    assert "The course" not in browser.text("/doctor/page")
    browser.desk.journal.add(("checkin", str(TODAY), None))
    assert "part:course" not in browser.get("/doctor").text, "left out, and still so when there is nothing"


def test_a_page_of_nothing_but_an_empty_diary_is_not_made(browser: Browser) -> None:
    answer = browser.submit("/doctor", **{"part:course": "yes"})
    assert answer.status_code == 422


def test_the_course_and_the_ticked_notes_are_on_the_page_and_in_the_pdf(browser: Browser) -> None:
    peg = browser.desk.knowledge.scales["peg"]
    for past, value in ((70, 7), (63, 7), (7, 3)):
        numbers = dict.fromkeys((part.id for part in peg.parts), value)
        browser.desk.journal.add(("scale", f"peg:{TODAY - timedelta(days=past)}", {"items": numbers}))
    browser.desk.journal.add(
        *(("checkin", str(TODAY - timedelta(days=past)), {"worst": 8 if past > 30 else 4}) for past in range(70)),
        ("note", "n", {"text": "Ask about driving"}),
        ("document", "d", {"title": "MRI", "where": "desk"}),
    )
    page, read = browser.text("/doctor/page"), pdf_text(browser.get("/doctor.pdf").content)
    for shown in (page, read):
        assert "7 of 10, 15 Sep 2026" in shown
        assert "3 of 10, 17 Nov 2026" in shown
        assert "Worst pain of the day (middle value of 14 days)" in shown
        assert "driving" not in shown
    assert browser.get("/doctor/page").text.count('class="course"') == 2
    browser.submit("/doctor", **ALL, **{"part:notes": "yes"}, then="see")
    for shown in (browser.text("/doctor/page"), pdf_text(browser.get("/doctor.pdf").content)):
        assert "Ask about driving" in shown
        assert "MRI (desk)" in shown


def test_a_short_diary_is_not_set_against_itself(browser: Browser) -> None:
    browser.desk.journal.add(
        *(("checkin", str(TODAY - timedelta(days=past)), {"worst": past % 9}) for past in range(20))
    )
    page = browser.text("/doctor/page")
    assert "no change that matters" not in page
    assert "by more than that" not in page
    assert "of 10, 24 Nov 2026" in page


def test_a_double_click_keeps_one_choice(browser: Browser) -> None:
    for _ in range(2):
        browser.submit("/doctor", **ALL, paper="a4", then="see")
    assert browser.desk.journal.latest() == 1


def test_looking_writes_nothing(browser: Browser) -> None:
    told(browser)
    before = browser.desk.journal.latest()
    for path in ("/doctor", "/doctor.pdf", "/doctor/page", "/doctor/preview.png", "/case.json", "/doctor?name=Ada"):
        assert browser.get(path).status_code == 200
    assert browser.desk.journal.latest() == before


def test_the_pdf_opens_in_the_browser_under_a_name_with_its_day(browser: Browser) -> None:
    answer = told(browser).get("/doctor.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == f'inline; filename="page-for-the-doctor-{TODAY}.pdf"'
    assert answer.headers["cache-control"] == "no-store"
    read = pdf_text(answer.content)
    assert "Female, 55 years" in read
    assert "about 7 cm right of the spine" in read
    assert answer.content == browser.get("/doctor.pdf").content


def test_the_pdf_is_on_the_paper_that_was_chosen_or_that_is_usual_there(browser: Browser) -> None:
    def width(**headers: str) -> int:
        document = pypdfium2.PdfDocument(browser.get("/doctor.pdf", headers=headers).content)
        wide = round(document[0].get_width())
        document.close()
        return int(wide)

    assert width() == 595
    assert width(**{"accept-language": "en-US,en;q=0.9"}) == 612
    assert width(**{"accept-language": "en-GB,en-US;q=0.9"}) == 595
    browser.submit("/doctor", **ALL, paper="letter", then="see")
    assert width(**{"accept-language": "de-DE"}) == 612


def test_what_is_taken_out_is_in_no_form_of_the_page(browser: Browser) -> None:
    told(browser)
    shown = {name: said for name, said in ALL.items() if name not in ("part:about", "part:tried", "part:answers")}
    browser.submit("/doctor", **shown, paper="a4", then="see")
    for text in (pdf_text(browser.get("/doctor.pdf").content), browser.text("/doctor/page")):
        assert "Female" not in text
        assert "What was tried" not in text
        assert "All answers" not in text
        assert "The story" in text


def test_a_name_is_on_the_page_and_kept_only_when_the_box_is_ticked(browser: Browser) -> None:
    answer = browser.submit("/doctor", follow=False, **ALL, paper="a4", name=" Ada  Example ", then="pdf")
    assert answer.headers["location"] == "/doctor.pdf?name=Ada+Example"
    assert "Ada Example" in pdf_text(browser.get(answer.headers["location"]).content)
    assert "Ada Example" not in pdf_text(browser.get("/doctor.pdf").content)
    assert not any("Ada" in json.dumps(entry.value) for entry in browser.desk.journal.entries())

    browser.submit("/doctor", **ALL, paper="a4", name="Ada Example", keep="yes", then="see")
    assert kept(browser)["name"] == "Ada Example"
    assert "Ada Example" in pdf_text(browser.get("/doctor.pdf").content)
    assert 'value="Ada Example"' in browser.get("/doctor").text

    # Emptied and not kept any more: gone from what counts.
    browser.submit("/doctor", **ALL, paper="a4", name="", then="see")
    assert "name" not in kept(browser)


def test_a_page_of_nothing_and_a_name_too_long_are_refused_with_what_was_typed(browser: Browser) -> None:
    answer = browser.submit("/doctor", paper="letter", name="Ada", then="pdf")
    assert answer.status_code == 422
    assert browser.desk.say.doctor.problem_parts in answer.text
    assert 'value="Ada"' in answer.text
    assert 'value="letter" checked' in answer.text
    answer = browser.submit("/doctor", **ALL, paper="a4", name="x" * 81, then="pdf")
    assert answer.status_code == 422
    assert "x" * 81 in answer.text
    assert browser.desk.journal.latest() == 0


@pytest.mark.parametrize(
    "choice",
    [
        "text",
        7,
        [1],
        {"leave_out": "all", "paper": 9, "name": {}},
        {"leave_out": ["nope", 3, "story"], "paper": "a5", "name": "x" * 5000},
    ],
)
def test_a_choice_that_makes_no_sense_breaks_nothing(browser: Browser, choice: Any) -> None:
    browser.desk.journal.add(("choice", "packet", choice))
    for path in ("/doctor", "/doctor.pdf", "/doctor/page", "/doctor/preview.png"):
        assert browser.get(path).status_code == 200


def test_hostile_text_is_text_in_every_form(browser: Browser) -> None:
    told(browser, treatments=[{"kind": HOSTILE}], blocks=[{"target": HOSTILE, "drug": HOSTILE}])
    for path in ("/doctor", "/doctor/page"):
        html = browser.get(path, params={"name": HOSTILE}).text
        assert "<script>alert" not in html
    assert HOSTILE.split(" &")[0] in unescape(html)
    assert "alert(1)" in pdf_text(browser.get("/doctor.pdf", params={"name": HOSTILE}).content)
    for name in ("\ud800".encode("utf-8", "surrogatepass"), "中文".encode(), b"\x00", b"x" * 20_000):
        assert browser.get("/doctor.pdf", params={"name": name.decode("utf-8", "replace")}).status_code == 200


def test_the_web_page_has_the_words_of_the_pdf(browser: Browser) -> None:
    told(browser)
    text, read = browser.text("/doctor/page"), pdf_text(browser.get("/doctor.pdf").content)
    say = browser.desk.say.packet.page
    for words in ("alarms", "story", "tried", "fits", "settle", "questions", "answers", "causes", "references", "foot"):
        assert say[words] in text
        assert say[words] in read
    html = browser.get("/doctor/page").text
    assert "style=" not in html
    assert "<style" not in html
    links = set(re.findall(r'href="#([^"]+)"', html))
    assert links - {"main"}
    assert [one for one in links if f'id="{one}"' not in html] == []
    assert html.count("<h1") == 1


def test_the_preview_is_the_first_page(browser: Browser) -> None:
    answer = told(browser).get("/doctor/preview.png")
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")


def test_in_an_emergency_help_comes_first(browser: Browser) -> None:
    told(browser, findings={"saddle_numbness": True})
    text = browser.text("/doctor")
    assert text.index(browser.desk.say.doctor.emergency) < text.index(browser.desk.say.doctor.lead)
    assert "EMERGENCY" in pdf_text(browser.get("/doctor.pdf").content)
    browser.desk.journal.add(("answer", "saddle_numbness", False), ("answer", "fever", True))
    assert browser.desk.say.doctor.same_day in browser.text("/doctor")


def test_the_file_is_the_case_and_can_be_read_back_in(browser: Browser, tmp_path: Any) -> None:
    answer = told(browser).get("/case.json")
    assert answer.headers["content-disposition"] == f'attachment; filename="cluneal-{TODAY}.json"'
    case = answer.json()
    read_case(case, tuple(browser.desk.knowledge.model.settings), TODAY)
    assert case["findings"] == CASE["findings"]
    other = Journal.unsaved()
    other.add(*entries_of(case))
    assert len(other.entries()) == len(browser.desk.journal.entries())
    other.close()


def test_a_rough_start_is_said_in_its_own_words(browser: Browser) -> None:
    told(browser)
    browser.desk.journal.add(("seen", "about", {"since": "year"}))
    assert "more than a year ago" in browser.text("/doctor/page")
    assert "March 2025" not in browser.text("/doctor/page").split("What was tried")[0]


def test_an_empty_record_has_every_page(browser: Browser) -> None:
    for path in ("/doctor", "/doctor/page", "/doctor.pdf", "/doctor/preview.png", "/case.json"):
        assert browser.get(path).status_code == 200
    assert browser.get("/case.json").json() == {"findings": {}}


def test_only_forms_of_ours_change_the_choice(browser: Browser) -> None:
    assert browser.post("/doctor", data=ALL).status_code == 403
    assert kept(browser) is None


def test_no_word_tells_anybody_what_they_have(browser: Browser) -> None:
    told(browser)
    banned = re.compile(r"diagnos|confirm|you have", re.IGNORECASE)
    assert not banned.search(browser.text("/doctor"))
    html = browser.get("/doctor/page").text.split('class="references"')[0]
    assert not banned.search(words_of(html))
