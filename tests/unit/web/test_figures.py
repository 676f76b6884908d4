"""Figures on pages: inline, with the line under them, on the side that hurts, in the colours of the theme."""

import re
from pathlib import Path
from typing import Any

import pytest

from cluneal.anatomy.figures.ink import COLOURS
from cluneal.web.desk import Desk
from cluneal.web.figures import Figures
from cluneal.web.render import environment

from .conftest import Browser, words_of

STYLE = Path(__file__).parents[3] / "src/cluneal/web/static/figure.css"


def part(desk: Desk, name: str, **values: Any) -> str:
    figures = Figures(desk)
    return (
        environment()
        .get_template(f"parts/{name}.html")
        .render(figure_for=figures.of_finding, self_care_figure=figures.of_self_care, **values)
    )


def test_a_finding_that_needs_hands_is_shown_with_its_line(desk: Desk) -> None:
    html = part(desk, "figure", finding=desk.knowledge.findings["scn_point_reproduces"])
    assert html.count("<figure") == html.count("<svg") - 1 == 1, "one figure; a window inside it"
    assert desk.say.figures.pictures.press_rim.caption(rim_cm="7") in words_of(html)
    assert "&lt;" not in html


def test_a_finding_without_a_figure_shows_nothing(desk: Desk) -> None:
    assert part(desk, "figure", finding=desk.knowledge.findings["fever"]).strip() == ""
    assert Figures(desk).of_finding("fever") is None
    assert Figures(desk).of_finding("../../etc/passwd") is None
    assert Figures(desk).of_self_care("press_rim") is None
    with pytest.raises(KeyError):
        Figures(desk).named("nothing")


def test_every_thing_to_do_for_oneself_is_shown(desk: Desk) -> None:
    for item in desk.knowledge.selfcare.values():
        html = part(desk, "self_care_figure", item=item)
        assert "<svg" in html
        assert "<figcaption>" in html
        assert "{" not in words_of(html)


def test_every_line_has_its_numbers(desk: Desk) -> None:
    for finding in desk.knowledge.findings.values():
        shown = Figures(desk).of_finding(finding.id)
        assert shown is None or "{" not in shown.caption + shown.svg


@pytest.mark.parametrize("said", [{"side": "both"}, {"side": "midline"}, {"side": ["left"]}, {}])
def test_the_hand_is_on_the_right_when_no_one_side_is_marked(desk: Desk, said: dict[str, Any]) -> None:
    before = Figures(desk).named("press_rim").svg
    desk.journal.add(("mark", "worst", said))
    assert Figures(desk).named("press_rim").svg == before
    assert "on the right," in before


def test_the_hand_is_on_the_side_that_hurts(desk: Desk) -> None:
    desk.journal.add(("mark", "worst", {"side": "left", "region": "iliac_crest"}))
    assert "on the left," in Figures(desk).named("press_rim").svg


def test_the_same_figure_is_not_shown_twice(desk: Desk) -> None:
    names = ["fever", "scn_point_tender", "scn_point_reproduces", "scn_tinel", "scn_point_tender_unfamiliar", "nothing"]
    assert Figures(desk).once_each(names) == ["scn_point_tender", "scn_tinel"]


def test_a_page_of_a_finding_shows_its_figure_in_its_style(browser: Browser) -> None:
    html = browser.get("/learn/findings/slr_positive").text
    assert 'class="picture"' in html
    assert "/static/figure.css" in html
    assert browser.get("/static/figure.css").status_code == 200


def test_the_style_has_every_colour_and_no_other() -> None:
    style = STYLE.read_text(encoding="utf-8")
    assert set(re.findall(r"\.f-(\w+)", style)) == set(re.findall(r"\.s-(\w+)", style)) == set(COLOURS)
    assert set(re.findall(r"--figure-(\w+)", style)) == set(COLOURS)


def test_forced_colours_are_the_system_s_own() -> None:
    forced = STYLE.read_text(encoding="utf-8").partition("forced-colors: active")[2].partition("@media")[0]
    given = dict(re.findall(r"--figure-(\w+): (\w+);", forced))
    assert set(given) == set(COLOURS)
    assert set(given.values()) <= {"Canvas", "CanvasText", "Highlight"}
