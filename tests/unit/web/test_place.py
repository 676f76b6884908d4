"""The pages about places: painted, typed, chosen or measured, and read back the same."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from cluneal.anatomy import Body, Mark, in_words, locate
from cluneal.anatomy.palette import PALETTES
from cluneal.knowledge import load
from cluneal.web.map import Map, number, plain_of

from .conftest import Browser, words_of

SVG = "{http://www.w3.org/2000/svg}"
ANATOMY = load().anatomy
RIM = {"way": "type", "side": "right", "x": "7", "y": "4.5", "up": "above"}
LARGEST_PAGE = 45_000


def marks(browser: Browser) -> dict[str, Any]:
    return dict(browser.desk.person().marks)


def drawing(html: str) -> ET.Element:
    """The picture on a page."""
    found = re.search(r"<svg .*</svg>", html, re.S)
    assert found is not None
    return ET.fromstring(found.group())


def places(root: ET.Element, kind: str) -> list[ET.Element]:
    return [one for one in root.iter(f"{SVG}g") if one.get("class") == f"place {kind}"]


def centres(root: ET.Element, kind: str = "worst") -> list[tuple[float, float]]:
    return [
        (float(dot.get("cx", "nan")), float(dot.get("cy", "nan")))
        for group in places(root, kind)
        for dot in group.iter(f"{SVG}circle")
    ]


def key_of(html: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', html[html.index('id="place-form"') :])
    assert found is not None
    return found.group(1)


def save_worst(browser: Browser, **fields: str) -> Any:
    return browser.submit("/place", **(RIM | fields))


# Every place, on every side


@pytest.mark.parametrize("side", ["left", "right", "both", "midline"])
@pytest.mark.parametrize("region", ANATOMY.regions, ids=lambda one: one.id)
def test_every_region_that_is_chosen_is_kept_said_and_drawn_on_its_side(
    browser: Browser, region: Any, side: str
) -> None:
    answer = browser.submit("/place", way="choose", region=region.id, region_side=side)
    if side == "midline" and not region.middle:
        assert answer.status_code == 422
        assert "is not in the middle" in words_of(answer.text)
        assert marks(browser) == {}
        return
    kept = "midline" if region.x == 0 else side
    assert marks(browser) == {"worst": {"region": region.id, "side": kept}}
    located = browser.desk.view().findings.located
    assert located is not None
    assert (located.side, located.region) == (kept, region.id)
    said = in_words(located, ANATOMY)
    assert {"left": "on your left", "right": "on your right", "both": "on both sides", "midline": "in the middle"}[
        kept
    ] in said
    page = browser.get("/place").text
    assert f"{said[0].upper()}{said[1:]}." in words_of(page)
    signs = {"left": [-1], "right": [1], "both": [-1, 1], "midline": [0]}[kept]
    drawn = centres(drawing(page))
    assert [(x > 0) - (x < 0) for x, _ in drawn] == signs
    assert {y for _, y in drawn} == {-region.y}


@pytest.mark.parametrize("height", [None, 150, 195])
@pytest.mark.parametrize("side", ["left", "right"])
def test_what_is_tapped_is_typed_kept_drawn_and_said_as_one_place(
    browser: Browser, side: str, height: float | None
) -> None:
    if height:
        browser.submit("/place/size", height_cm=str(height))
    scale = Body(height).scale(ANATOMY)
    way = -1 if side == "left" else 1
    for px, py in [(25 * way, -180), (70 * way, -45), (120 * way, 30), (60 * way, 152), (150 * way, 100)]:
        live = browser.get("/place/words", params={"way": "tap", "px": px, "py": py}).json()
        fields = live["fields"]
        assert fields["side"] == side
        assert float(fields["x"]) == pytest.approx(abs(px) * scale / 10, abs=0.05)
        answer = browser.submit("/place", way="type", **fields)
        kept = marks(browser)["worst"]
        assert kept["side"] == side
        assert kept["x_mm"] == pytest.approx(abs(px) * scale, abs=0.5)
        assert kept["y_mm"] == pytest.approx(-py * scale, abs=0.5)
        # Back on the picture, where the tap was.
        [(x, y)] = centres(drawing(browser.get("/place").text))
        assert (x, y) == pytest.approx((px, py), abs=0.6)
        assert (x, y) == pytest.approx((live["px"], live["py"]), abs=0.06)
        assert live["words"].rstrip(".") in words_of(answer.text)
        assert f"{side} of the spine" in live["words"]


def test_the_picture_that_a_tap_brings_is_the_one_of_the_page(browser: Browser) -> None:
    live = browser.get("/place/words", params={"way": "tap", "px": 70, "py": -45}).json()
    browser.submit("/place", way="type", **live["fields"])
    assert live["svg"] in browser.get("/place").text


def test_a_typed_place_is_the_same_as_a_tapped_one(browser: Browser) -> None:
    tap = {"way": "tap", "px": "70", "py": "-45"}
    tapped, typed = (browser.get("/place/words", params=given).json() for given in (tap, RIM))
    assert tapped == typed


# Numbers as people type them


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({}, {"side": "right", "x_mm": 70, "y_mm": 45}),
        ({"x": " 6,5 cm ", "y": "3"}, {"side": "right", "x_mm": 65, "y_mm": 30}),
        ({"side": "left", "up": "below"}, {"side": "left", "x_mm": 70, "y_mm": -45}),
        ({"y": "", "up": "level"}, {"side": "right", "x_mm": 70, "y_mm": 0}),
        ({"side": "midline", "x": ""}, {"side": "midline", "x_mm": 0, "y_mm": 45}),
        ({"side": "left", "x": "0"}, {"side": "midline", "x_mm": 0, "y_mm": 45}),
        ({"side": "both"}, {"side": "both", "x_mm": 70, "y_mm": 45}),
    ],
)
def test_centimetres_are_taken_as_people_type_them(
    browser: Browser, fields: dict[str, str], kept: dict[str, Any]
) -> None:
    assert save_worst(browser, **fields).status_code == 200
    assert marks(browser)["worst"] == kept


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"side": ""}, "Choose a side"),
        ({"side": "up"}, "Choose a side"),
        ({"x": "seven"}, "“seven” is not a number"),
        ({"x": "-7"}, "“-7” is not a number"),
        ({"x": "nan"}, "“nan” is not a number"),
        ({"x": "1e999"}, "“1e999” is not a number"),
        ({"x": ""}, "Type how many centimetres it is from the spine"),
        ({"y": ""}, "Type how many centimetres it is above or below"),
        ({"up": ""}, "above the dimples, below them, or level"),
        ({"side": "midline"}, "You chose the middle, and 7 cm"),
        ({"up": "level"}, "You chose level with the dimples, and 4.5 cm"),
        ({"x": "70"}, "18 cm out from the spine"),
        ({"y": "45"}, "23 cm up from the dimples"),
        ({"y": "66", "up": "below"}, "65 cm down"),
    ],
)
def test_what_is_no_place_is_said_and_what_was_typed_stays(browser: Browser, fields: dict[str, str], said: str) -> None:
    answer = save_worst(browser, **fields)
    assert answer.status_code == 422
    assert said in words_of(answer.text)
    typed = RIM | fields
    for name in ("x", "y"):
        assert f'id="{name}" name="{name}" value="{typed[name]}"' in answer.text
    if typed["side"] in ("left", "right", "midline"):
        assert f'name="side" value="{typed["side"]}" checked' in answer.text
    assert marks(browser) == {}


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"way": "type"},
        {"way": "choose"},
        {"way": "choose", "region": "thigh"},
        {"way": "choose", "region": "<b>", "region_side": "left"},
        {"way": "tap", "px": "nan", "py": "0"},
        {"way": "tap", "px": "inf"},
        {"way": "x" * 5000, "x": "<script>", "side": "\x00", "region": "☃" * 3000},
    ],
)
def test_nothing_and_nonsense_are_answered_with_what_to_do(browser: Browser, fields: dict[str, str]) -> None:
    answer = browser.submit("/place", **fields)
    assert answer.status_code == 422
    assert "<script>" not in answer.text.replace('<script src="', "")
    assert marks(browser) == {}
    live = browser.get("/place/words", params=fields)
    assert live.status_code == 200
    assert live.json()["bad"]


def test_a_place_off_the_map_by_a_new_height_is_said_and_takes_nothing_else_away(browser: Browser) -> None:
    browser.submit("/place/size", height_cm="195")
    save_worst(browser, x="20")
    assert marks(browser)["worst"]["x_mm"] == 200
    browser.submit("/place/size", height_cm="150")
    assert browser.get("/place").status_code == 200
    assert marks(browser)["worst"]["x_mm"] == 200


# What comes after


def test_the_way_leads_from_the_worst_place_over_how_it_feels_to_the_spread_and_on(browser: Browser) -> None:
    answer = browser.submit("/place", follow=False, **RIM)
    assert (answer.status_code, answer.headers["location"]) == (303, "/place/feel/worst")
    answer = browser.submit("/place/feel/worst", follow=False, intensity="8", **{"is-shock": "yes", "is-dull": "yes"})
    assert answer.headers["location"] == "/place/spread"
    assert marks(browser)["worst"] | {} == {
        "side": "right",
        "x_mm": 70,
        "y_mm": 45,
        "intensity": 8,
        "character": ["shock", "dull"],
    }
    assert browser.desk.view().findings.get("severe_pain") is True
    answer = browser.submit("/place/spread/done", follow=False)
    assert browser.desk.person().seen["spread"] == "no"
    assert not answer.headers["location"].startswith("/place")


def test_no_pain_is_an_answer_and_nonsense_is_none(browser: Browser) -> None:
    save_worst(browser)
    browser.submit("/place/feel/worst", intensity="0")
    assert marks(browser)["worst"]["intensity"] == 0
    assert 'value="0" checked' in browser.get("/place/feel/worst").text
    browser.submit("/place/feel/worst", intensity="11", **{"is-bogus": "yes"})
    assert "intensity" not in marks(browser)["worst"]
    assert "character" not in marks(browser)["worst"]


def test_a_new_place_keeps_how_it_feels(browser: Browser) -> None:
    save_worst(browser)
    browser.submit("/place/feel/worst", intensity="6", **{"is-burning": "yes"})
    save_worst(browser, side="left")
    assert marks(browser)["worst"] == {
        "side": "left",
        "x_mm": 70,
        "y_mm": 45,
        "intensity": 6,
        "character": ["burning"],
    }


def test_nobody_has_to_know_where(browser: Browser) -> None:
    browser.submit("/place/skip", follow=False)
    assert browser.desk.person().seen["place"] is True
    assert browser.get("/place/spread").status_code == 200


def test_the_spread_is_asked_after_the_worst_place(browser: Browser) -> None:
    answer = browser.get("/place/spread", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/place")


# Several places


def test_a_form_sent_twice_keeps_one_place_and_two_forms_keep_two(browser: Browser) -> None:
    save_worst(browser)
    key = key_of(browser.get("/place/spread").text)
    for _ in range(2):
        browser.submit("/place/spread", key=key, way="choose", region="thigh", region_side="right")
    assert list(marks(browser)) == ["worst", key]
    assert marks(browser)[key] == {"region": "thigh", "side": "right", "spread": True}
    other = key_of(browser.get("/place/spread").text)
    assert other != key
    browser.submit("/place/spread", key=other, way="choose", region="mid_buttock", region_side="right")
    assert list(marks(browser)) == ["worst", key, other]
    assert browser.desk.view().findings.values["radiates_thigh"] is True


def test_a_place_that_hurts_as_much_is_no_spread(browser: Browser) -> None:
    save_worst(browser)
    key = key_of(browser.get("/place/more").text)
    answer = browser.submit("/place/more", follow=False, key=key, **(RIM | {"side": "left"}))
    assert answer.headers["location"] == f"/place/feel/{key}"
    assert "spread" not in marks(browser)[key]
    page = browser.get("/place/spread").text
    assert [x < 0 for x, _ in centres(drawing(page), "also")] == [True]
    assert "Hurts as much" in words_of(page)


@pytest.mark.parametrize("key", ["worst", "", "../x", "A B", "x" * 100, "<b>"])
def test_a_spread_never_takes_the_place_of_another_mark(browser: Browser, key: str) -> None:
    save_worst(browser)
    browser.submit("/place/spread", key=key, way="choose", region="thigh", region_side="left")
    found = marks(browser)
    assert "spread" not in found["worst"]
    [made] = [name for name in found if name != "worst"]
    assert re.fullmatch(r"place-[0-9a-f]{12}", made)


def test_every_place_is_listed_drawn_changed_and_removed(browser: Browser) -> None:
    save_worst(browser)
    key = key_of(browser.get("/place/spread").text)
    browser.submit("/place/spread", key=key, way="choose", region="thigh", region_side="right")
    browser.submit(f"/place/feel/{key}", intensity="3", **{"is-tingling": "yes"})
    page = browser.get("/place/spread").text
    said = words_of(page)
    for part in ("Hurts most", "On your right: the thigh", "3 out of 10 · tingling, or pins and needles"):
        assert part in said
    [(x, _)] = centres(drawing(page), "spread")
    assert x > 0
    browser.submit(f"/place/mark/{key}", way="choose", region="thigh", region_side="left")
    assert marks(browser)[key] == {
        "region": "thigh",
        "side": "left",
        "spread": True,
        "intensity": 3,
        "character": ["tingling"],
    }
    browser.submit("/place/remove", key=key)
    browser.submit("/place/remove", key=key)
    assert list(marks(browser)) == ["worst"]
    assert browser.desk.view().findings.get("radiates_thigh") is None


def test_it_does_not_spread_is_taken_back_by_a_spread_and_asked_anew_without(browser: Browser) -> None:
    save_worst(browser)
    browser.submit("/place/spread/done")
    key = key_of(browser.get("/place/spread").text)
    browser.submit("/place/spread", key=key, way="choose", region="thigh", region_side="right")
    assert browser.desk.person().seen["spread"] == "yes"
    browser.submit("/place/spread/done")
    assert browser.desk.person().seen["spread"] == "yes"
    browser.submit("/place/remove", key=key)
    assert "spread" not in browser.desk.person().seen


def test_the_map_holds_only_so_many(browser: Browser) -> None:
    save_worst(browser)
    for _ in range(15):
        key = key_of(browser.get("/place/spread").text)
        answer = browser.submit("/place/spread", key=key, way="choose", region="thigh", region_side="right")
    assert answer.status_code == 422
    assert "Remove one first" in words_of(answer.text)
    assert len(marks(browser)) == 12
    # The worst place can still be moved.
    assert save_worst(browser, side="left").status_code == 200


@pytest.mark.parametrize("path", ["/place/mark/none", "/place/feel/none", "/place/measure?key=none", "/place/feel/%00"])
def test_a_place_that_is_not_there_is_not_found(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == 404
    if "?" not in path:
        assert browser.submit(path, **RIM).status_code == 404


# Measured


def test_a_measured_place_has_a_smaller_blur_that_can_be_seen(browser: Browser) -> None:
    def blur() -> float:
        [ellipse, _] = places(drawing(browser.get("/place").text), "worst")[0].iter(f"{SVG}ellipse")
        return float(ellipse.get("rx", "nan"))

    save_worst(browser)
    tapped = blur()
    said = browser.text("/place/feel/worst")
    answer = browser.submit("/place/measure", follow=False, **(RIM | {"key": "worst"}))
    assert answer.headers["location"] == "/place/feel/worst"
    assert marks(browser)["worst"]["measured"] is True
    assert blur() == pytest.approx(tapped / 2)
    assert "right to about 2 cm" in said
    assert "You measured it. We take it to be right to about 1 cm." in browser.text("/place/feel/worst")
    # The same place saved again from the map is still a measured one; another is not.
    save_worst(browser)
    assert blur() == pytest.approx(tapped / 2)
    assert browser.get("/place/words", params=RIM).json()["svg"] in browser.get("/place").text
    save_worst(browser, x="8")
    assert blur() == pytest.approx(tapped)


def test_the_distance_between_the_dimples_fits_the_map_to_the_body(browser: Browser) -> None:
    reference = ANATOMY.frame.reference_psis_distance_mm
    browser.submit("/place/measure", **(RIM | {"psis_distance_mm": f"{reference * 1.25 / 10:g}", "height_cm": "190"}))
    about = browser.desk.person().about
    assert about == {"psis_distance_mm": reference * 1.25, "height_cm": 190}
    located = browser.desk.view().findings.located
    assert located is not None
    assert located.x == pytest.approx(70 / 1.25)
    assert f'name="psis_distance_mm" value="{reference * 1.25 / 10:g}"' in browser.get("/place/measure").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"psis_distance_mm": "84"}, "Between the dimples: “84” cannot be used. Type centimetres from 3 to 20"),
        ({"height_cm": "1.75"}, "Height: “1.75” cannot be used. Type centimetres from 50 to 250"),
        ({"side": "both"}, "Choose a side"),
        ({"x": "about 7"}, "“about 7” is not a number"),
    ],
)
def test_a_measure_that_cannot_be_is_said_and_everything_typed_stays(
    browser: Browser, fields: dict[str, str], said: str
) -> None:
    answer = browser.submit("/place/measure", **(RIM | fields))
    assert answer.status_code == 422
    assert said in words_of(answer.text)
    for name, value in (RIM | fields).items():
        if name in ("x", "y", "psis_distance_mm", "height_cm"):
            assert f'name="{name}" value="{value}"' in answer.text
    assert marks(browser) == {}
    assert browser.desk.person().about == {}


def test_a_place_that_it_spreads_to_can_be_measured_and_still_is_one(browser: Browser) -> None:
    save_worst(browser)
    key = key_of(browser.get("/place/spread").text)
    browser.submit("/place/spread", key=key, way="choose", region="mid_buttock", region_side="right")
    browser.submit("/place/measure", key=key, **(RIM | {"up": "below"}))
    assert marks(browser)[key] == {"side": "right", "x_mm": 70, "y_mm": -45, "measured": True, "spread": True}


# The page itself


def test_an_emergency_comes_before_the_places_but_not_before_a_correction(browser: Browser) -> None:
    save_worst(browser)
    browser.submit("/alarms/1", saddle_numbness="yes")
    for path in ("/place", "/place/more", "/place/spread", "/place/measure", "/place/feel/worst", "/place/mark/worst"):
        assert browser.get(path).url.path == "/now", path
        assert browser.get(f"{path}?from=answers").url.path == path
    browser.submit("/now")
    assert browser.get("/place").url.path == "/place"


def test_no_page_changes_anything_by_being_opened(browser: Browser) -> None:
    save_worst(browser)
    before = browser.desk.journal.latest()
    for path in ("/place", "/place/more", "/place/spread", "/place/measure", "/place/feel/worst", "/place/mark/worst"):
        assert browser.get(path).status_code == 200, path
    browser.get("/place/words", params=RIM | {"key": "worst"})
    assert browser.desk.journal.latest() == before


@pytest.mark.parametrize("path", ["/place", "/place?nerves=yes", "/place/more", "/place/spread", "/place/measure"])
def test_pages_are_light_and_hold_no_style_of_their_own(browser: Browser, path: str) -> None:
    save_worst(browser)
    html = browser.get(path).text
    assert len(html) < LARGEST_PAGE
    assert "<style" not in html
    assert 'style="' not in html


def test_nerves_are_shown_on_request_without_a_script(browser: Browser) -> None:
    shown, hidden = browser.get("/place?nerves=yes").text, browser.get("/place").text
    drawn = {one.get("data-nerve") for one in drawing(shown).iter() if one.get("data-nerve")}
    assert drawn == {nerve.id for nerve in ANATOMY.nerves}
    assert not [one for one in drawing(hidden).iter() if one.get("data-nerve")]
    assert 'href="?nerves=yes"' in hidden
    assert 'href="?nerves=no"' in shown


def test_the_stylesheet_of_the_drawing_knows_every_theme(browser: Browser) -> None:
    answer = browser.get("/place/pelvis.css")
    assert answer.headers["content-type"].startswith("text/css")
    for theme in PALETTES:
        assert f"--pelvis-mark:{PALETTES[theme]['mark']}" in answer.text
    assert '[data-theme="contrast"] :is(.pelvis,.spot){' in answer.text


def test_opened_from_the_answers_it_leads_back_there(browser: Browser) -> None:
    answer = browser.submit("/place", follow=False, **(RIM | {"from": "answers"}))
    assert answer.headers["location"] == "/place/feel/worst?from=answers"
    assert 'name="from" value="answers"' in browser.get("/place/feel/worst?from=answers").text
    answer = browser.submit("/place/feel/worst", follow=False, intensity="5", **{"from": "answers"})
    assert answer.headers["location"] == "/answers"
    assert (
        "from" not in browser.submit("/place", follow=False, **(RIM | {"from": "//evil.example"})).headers["location"]
    )


def test_numbers_and_marks_are_plain() -> None:
    assert [number(one) for one in ("7", "7,5", " 7.5 CM", "", "a", "inf", "nan")] == [7, 7.5, 7.5, *[None] * 4]
    assert plain_of(Mark("right", 70.0, 0.0, intensity=0.0)) == {"side": "right", "x_mm": 70, "y_mm": 0, "intensity": 0}


def test_a_place_that_no_longer_fits_is_said_and_not_drawn(browser: Browser) -> None:
    drawn = Map(ANATOMY, Body(height_cm=150), browser.desk.say)
    place = drawn.place("worst", Mark("right", 200, 0))
    assert place.located is None
    assert "no longer fits" in place.words
    assert locate(Mark("right", 200, 0), ANATOMY, Body(height_cm=195))
