"""A mark said back: what a person reads after a tap."""

import pytest

from cluneal.anatomy import Body, Mark, in_words, locate
from cluneal.anatomy.words import nearest_region
from cluneal.knowledge.schema import Anatomy

TALL = Body(height_cm=201.6)  # a fifth taller than the reference body


@pytest.mark.parametrize(
    ("mark", "body", "words"),
    [
        (
            Mark("right", 70, 45),
            None,
            "about 7 cm right of the spine and 4.5 cm above the dimples, on the rim of the pelvis",
        ),
        (
            Mark("left", 72, 50),
            TALL,
            "about 7 cm left of the spine and 5 cm above the dimples, on the rim of the pelvis",
        ),
        (
            Mark("both", 40, -30),
            None,
            "about 4 cm either side of the spine and 3 cm below the dimples, "
            "on the joint between the spine and the pelvis",
        ),
        (
            Mark("left", 42, 2),
            None,
            "about 4 cm left of the spine and level with the dimples, on the dimple at the base of the back",
        ),
        (
            Mark("midline", 0, 60),
            None,
            "in the middle of the spine and 6 cm above the dimples, on the middle of the low back",
        ),
        (
            Mark("right", 40, 75),
            None,
            "about 4 cm right of the spine and 7.5 cm above the dimples, beside the spine in the low back",
        ),
        (
            Mark(None, 70, -140),
            None,
            "about 7 cm to one side of the spine and 14 cm below the dimples, on the lower part of the buttock",
        ),
        (
            Mark("right", x_mm=65, region="iliac_crest"),
            None,
            "about 6.5 cm right of the spine and 5 cm above the dimples, on the rim of the pelvis",
        ),
        (Mark("left", region="groin"), None, "on your left: the front of the hip, at the groin"),
        (Mark("both", region="mid_buttock"), None, "on both sides: the middle of the buttock"),
        (Mark(region="flank"), None, "the side between ribs and pelvis"),
    ],
)
def test_a_mark_is_said_back(mark: Mark, body: Body | None, words: str, anatomy: Anatomy) -> None:
    assert in_words(locate(mark, anatomy, body), anatomy) == words


def test_every_region_s_centre_reads_back_as_that_region(anatomy: Anatomy) -> None:
    for region in anatomy.regions:
        if region.surface == "posterior":
            located = locate(Mark("left", region.x, region.y), anatomy)
            assert nearest_region(located, anatomy) == region.plain
