"""The picture: the person's left on the left, every nerve in it, nothing from outside, nothing unescaped."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluneal.anatomy import BadMark, Body, Located, Mark, in_words, locate
from cluneal.anatomy.drawing import LAYERS, from_screen, pelvis_svg, to_screen
from cluneal.anatomy.palette import PALETTES, Theme, stylesheet
from cluneal.anatomy.words import nearest_region
from cluneal.knowledge.schema import Anatomy

SVG = "{http://www.w3.org/2000/svg}"
COMMITTED = Path(__file__).parents[3] / "docs" / "reference" / "pelvis.svg"

millimetres = st.floats(-1000, 1000, allow_nan=False)


@given(x=st.floats(1e-6, 500), y=millimetres, side=st.sampled_from(["left", "right"]))
def test_a_click_reads_back_exactly_what_was_drawn(x: float, y: float, side: str) -> None:
    assert from_screen(*to_screen(x, y, side)) == (side, x, y)


@given(px=millimetres, py=millimetres)
def test_what_a_click_means_is_drawn_where_it_was_clicked(px: float, py: float) -> None:
    side, x, y = from_screen(px, py)
    assert to_screen(x, y, side) == (px, py)


def test_left_is_left_and_up_is_up() -> None:
    assert to_screen(70, 45, "left") == (-70, -45)
    assert to_screen(70, 45, "right") == (70, -45)
    assert from_screen(-70, -45) == ("left", 70, 45)
    assert from_screen(0, 10) == ("midline", 0, -10)


@pytest.mark.parametrize(("x", "side"), [(70, "midline"), (70, "both"), (0, "top")])
def test_a_side_that_is_no_single_place_is_refused(x: float, side: str) -> None:
    with pytest.raises(BadMark, match=re.escape("mark.side")):
        to_screen(x, 0, side)


def test_every_region_reads_back_through_the_screen(anatomy: Anatomy) -> None:
    for region in anatomy.regions:
        side, x, y = from_screen(*to_screen(region.x, region.y, "left" if region.x else "midline"))
        assert (side, x, y) == ("left" if region.x else "midline", region.x, region.y)
        if region.surface == "posterior":
            assert nearest_region(locate(Mark(side, x, y), anatomy), anatomy) == region.plain


def drawn(anatomy: Anatomy, marks: Located | list[Located] | None = None, **how: object) -> ET.Element:
    return ET.fromstring(pelvis_svg(anatomy, marks, **how))  # type: ignore[arg-type]


def classed(root: ET.Element, name: str) -> list[ET.Element]:
    return [one for one in root.iter() if name in one.get("class", "").split()]


def test_every_nerve_and_its_crossing_is_drawn_on_both_sides(anatomy: Anatomy) -> None:
    root = drawn(anatomy)
    for nerve in anatomy.nerves:
        paths = [one for one in root.iter(f"{SVG}path") if one.get("data-nerve") == nerve.id]
        starts = {tuple(map(float, re.findall(r"-?[\d.]+", path.get("d", ""))[:2])) for path in paths}
        assert starts == {to_screen(*nerve.points[0], "left"), to_screen(*nerve.points[0], "right")}
    assert len(classed(root, "crossing")) == 2 * sum(nerve.crosses is not None for nerve in anatomy.nerves)


def test_every_landmark_region_and_territory_is_drawn_where_the_numbers_say(anatomy: Anatomy) -> None:
    root = drawn(anatomy)
    for kind, things in (("landmark", anatomy.landmarks), ("region", anatomy.regions)):
        for thing in things:
            places = {
                (float(one.get("cx", "nan")), float(one.get("cy", "nan")))
                for one in root.iter()
                if one.get(f"data-{kind}") == thing.id
            }
            sides = ("left", "right") if thing.x else ("midline",)
            assert places == {to_screen(thing.x, thing.y, side) for side in sides}
    assert {one.get("data-line") for one in classed(root, "territory")} == {
        "SCN_territory",
        "MCN_territory",
        "ICN_territory",
    }


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_that_is_not_asked_for_is_not_drawn(layer: str, anatomy: Anatomy) -> None:
    name = {"bones": "bone", "nerves": "nerve", "territories": "territory", "regions": "region", "landmarks": "dot"}
    assert classed(drawn(anatomy), name[layer])
    assert not classed(drawn(anatomy, show=[one for one in LAYERS if one != layer]), name[layer])


@pytest.mark.parametrize(
    ("side", "centres"),
    [("left", [-70]), ("right", [70]), ("both", [-70, 70]), (None, [-70, 70])],
)
def test_a_mark_is_drawn_on_its_side_with_its_blur(side: str | None, centres: list[float], anatomy: Anatomy) -> None:
    located = locate(Mark(side, 70, 45, error_mm=12), anatomy)
    root = drawn(anatomy, located)
    for spread in (1, 2):
        blurs = classed(root, f"blur-{spread}")
        assert [float(one.get("cx", "nan")) for one in blurs] == centres
        assert {(one.get("cy"), one.get("rx"), one.get("ry")) for one in blurs} == {
            ("-45", f"{12 * spread}", f"{12 * spread}")
        }
    assert bool(classed(root, "unsure")) == (side is None)


def test_a_mark_in_the_middle_is_drawn_once(anatomy: Anatomy) -> None:
    centres = classed(drawn(anatomy, locate(Mark("midline", 0, 60), anatomy)), "centre")
    assert [(one.get("cx"), one.get("cy")) for one in centres] == [("0", "-60")]


def several(anatomy: Anatomy) -> list[Located]:
    return [
        locate(Mark("right", 70, 45), anatomy),
        locate(Mark("left", 70, 45), anatomy),
        locate(Mark("right", region="thigh", spread=True), anatomy),
        locate(Mark("right", 80, -55, spread=True), anatomy),
    ]


def test_several_marks_are_told_apart_by_their_shape(anatomy: Anatomy) -> None:
    root = drawn(anatomy, several(anatomy))
    kinds = [one.get("class") for one in root.iter(f"{SVG}g") if "place" in one.get("class", "").split()]
    # The worst is drawn last, over the others.
    assert kinds == ["place spread", "place spread", "place also", "place worst"]
    for group in root.iter(f"{SVG}g"):
        spread = group.get("class") == "place spread"
        if "place" in group.get("class", "").split():
            assert bool(classed(group, "hollow")) == spread
            assert bool(classed(group, "centre")) != spread
            assert bool(classed(group, "way")) == spread


def test_arrows_lead_from_place_to_place_down_the_leg(anatomy: Anatomy) -> None:
    ways = [one.get("d", "") for one in classed(drawn(anatomy, several(anatomy)), "way")]
    ends = [[float(n) for n in re.findall(r"-?[\d.]+", way)[:4]] for way in ways]
    from_buttock, from_rim = sorted(ends, key=lambda one: -one[1])
    assert from_rim[:2] == pytest.approx([70, -45], abs=9)
    assert from_rim[2:] == pytest.approx([80, 55], abs=11)
    assert from_buttock[:2] == pytest.approx([80, 55], abs=9)
    assert from_buttock[2:] == pytest.approx([85, 250], abs=11)


def test_two_marks_on_one_spot_need_no_arrow(anatomy: Anatomy) -> None:
    here = [locate(Mark("right", 70, 45), anatomy), locate(Mark("right", 72, 47, spread=True), anatomy)]
    assert not classed(drawn(anatomy, here), "way")


def test_every_mark_is_said_in_the_description_with_what_it_is(anatomy: Anatomy) -> None:
    places = several(anatomy)
    description = drawn(anatomy, places).findtext(f"{SVG}desc", "")
    for kind, one in zip(("Marked", "Marked too", "Spreads to", "Spreads to"), places, strict=True):
        assert f"{kind}: {in_words(one, anatomy)}." in description


@pytest.mark.parametrize("theme", list(PALETTES))
def test_a_picture_without_style_holds_none_and_the_stylesheet_has_it_all(theme: Theme, anatomy: Anatomy) -> None:
    bare = pelvis_svg(anatomy, several(anatomy), theme=theme, styled=False)
    root = ET.fromstring(bare)
    assert not list(root.iter(f"{SVG}style"))
    assert not [one for one in root.iter() if one.get("style")]
    assert f"<style>{stylesheet(theme)}</style>" in pelvis_svg(anatomy, theme=theme)
    named = {word for one in root.iter() for word in one.get("class", "").split()}
    coloured = set(re.findall(r"\.([a-z][\w-]*)", stylesheet(theme)))
    assert named - coloured == {"pelvis", "place", "worst", "also"}


def test_the_legs_are_drawn_on_request_down_to_the_end_of_the_map(anatomy: Anatomy) -> None:
    panel = classed(drawn(anatomy, show=["legs"]), "paper")[0]
    assert float(panel.get("y", "nan")) + float(panel.get("height", "nan")) >= -anatomy.frame.y_extent[0]


def test_how_to_measure_is_drawn_at_the_place_itself(anatomy: Anatomy) -> None:
    located = locate(Mark("left", 70, -45), anatomy)
    root = drawn(anatomy, located, show=["bones", "measure"])
    assert [one.text for one in classed(root, "tag-word")] == ["C", "A", "B"]
    assert "M0 45H-70M-70 0V45" in [one.get("d") for one in classed(root, "measure")]
    assert not classed(drawn(anatomy, located), "measure")


def test_the_words_of_a_mark_are_in_the_description(anatomy: Anatomy) -> None:
    located = locate(Mark("right", 70, 45), anatomy)
    description = drawn(anatomy, located).findtext(f"{SVG}desc", "")
    assert description.startswith(f"Marked: {in_words(located, anatomy)}.")
    assert "upper skin nerve of the buttock, inner branch" in description
    front = drawn(anatomy, locate(Mark("right", region="groin"), anatomy)).findtext(f"{SVG}desc", "")
    assert "at the front" in front


def test_a_mark_on_the_leg_makes_the_picture_longer(anatomy: Anatomy) -> None:
    def lowest(located: Located | None) -> float:
        panel = classed(drawn(anatomy, located), "paper")[0]
        return float(panel.get("y", "nan")) + float(panel.get("height", "nan"))

    leg = locate(Mark("left", 80, -500), anatomy)
    assert lowest(None) < 300
    assert lowest(leg) > 500


def test_the_ruler_is_five_centimetres_of_this_body(anatomy: Anatomy) -> None:
    def length(body: Body | None) -> float:
        path = classed(drawn(anatomy, body=body), "ruler")[0].get("d", "")
        found = re.match(r"M(?P<start>[\d.]+) .*H(?P<end>[\d.]+)", path)
        assert found is not None
        return float(found["end"]) - float(found["start"])

    assert length(None) == pytest.approx(50)
    twice = Body(height_cm=2 * anatomy.frame.reference_height_cm)
    assert length(twice) == pytest.approx(25)


def test_it_is_an_image_with_a_name_and_the_sides_are_written_large(anatomy: Anatomy) -> None:
    root = drawn(anatomy)
    assert root.get("role") == "img"
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    left, right = classed(root, "side")
    assert (left.text, right.text) == ("Your LEFT", "Your RIGHT")
    assert float(left.get("x", "nan")) < 0 < float(right.get("x", "nan"))
    sheet = classed(root, "sheet")[0]
    assert " ".join(sheet.get(name, "") for name in ("x", "y", "width", "height")) == root.get("viewBox")


@pytest.mark.parametrize("theme", list(PALETTES))
def test_it_stands_alone(theme: Theme, anatomy: Anatomy) -> None:
    text = pelvis_svg(anatomy, locate(Mark("left", 70, 45), anatomy), theme=theme)
    assert text.replace('xmlns="http://www.w3.org/2000/svg"', "", 1).count("http") == 0
    for forbidden in ("<script", "href", "url(", "@import", " on", " id="):
        assert forbidden not in re.sub(r">[^<]*<", "><", text)


def test_a_hostile_title_is_text(anatomy: Anatomy) -> None:
    hostile = '</title><script>alert("&")</script>'
    root = drawn(anatomy, title=hostile)
    assert root.findtext(f"{SVG}title") == hostile
    assert not list(root.iter(f"{SVG}script"))


def test_the_same_numbers_draw_the_same_picture(anatomy: Anatomy) -> None:
    located = locate(Mark("both", 70, 45), anatomy)
    assert pelvis_svg(anatomy, located) == pelvis_svg(anatomy, located)
    assert pelvis_svg(anatomy, located) != pelvis_svg(anatomy)
    assert pelvis_svg(anatomy, theme="dark") != pelvis_svg(anatomy)


def boxes(root: ET.Element) -> Iterator[tuple[float, float, float, float]]:
    """A generous box round every piece of text: letters as wide as in DejaVu, the stylesheet's sizes."""
    for text in root.iter(f"{SVG}text"):
        size = 25 if "side" in text.get("class", "") else 17
        width = 0.6 * size * len(text.text or "")
        x, y = float(text.get("x", "nan")), float(text.get("y", "nan"))
        left = x - width if text.get("text-anchor") == "end" else x
        yield left, y - 0.8 * size, left + width, y + 0.25 * size


def test_labels_do_not_overlap_and_stay_on_the_sheet(anatomy: Anatomy) -> None:
    root = drawn(anatomy)
    x, y, width, height = map(float, root.get("viewBox", "").split())
    found = list(boxes(root))
    assert len(found) > 12
    for left, top, right, bottom in found:
        assert x <= left < right <= x + width
        assert y <= top < bottom <= y + height
    for a, b in combinations(found, 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (a, b)


def contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", list(PALETTES))
def test_words_and_nerves_can_be_told_from_what_lies_behind(theme: Theme) -> None:
    """WCAG 2.2 AA: 4.5 to 1 for text on the paper, 3 to 1 for lines on the skin."""
    palette = PALETTES[theme]
    for name in ("ink", "quiet", "scn", "mcn", "icn"):
        assert contrast(palette[name], palette["paper"]) >= 4.5, name
        assert contrast(palette[name], palette["sheet"]) >= 4.5, name
    for name in ("scn", "mcn", "icn", "mark"):
        assert contrast(palette[name], palette["skin"]) >= 3, name


def test_the_picture_in_the_documentation_is_this_one(anatomy: Anatomy) -> None:
    fresh = pelvis_svg(anatomy) + "\n"
    assert COMMITTED.read_text(encoding="utf-8") == fresh, "the map changed: see docs/reference/anatomy.md"
