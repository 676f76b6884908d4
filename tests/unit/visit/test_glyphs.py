"""Everything that is printed has a shape in the page's own font."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from cluneal.knowledge import load
from cluneal.language import words
from cluneal.visit.glyphs import BREAK, LONGEST_RUN, covered, printable, shown

from .people import HOSTILE

PRINTED = ("causes", "findings", "groups", "redflags", "tests", "visit_questions", "sources")


def all_texts(part: Any) -> list[str]:
    if isinstance(part, str):
        return [part]
    if isinstance(part, dict):
        return [text for one in part.values() for text in all_texts(one)]
    return [text for one in part for text in all_texts(one)] if isinstance(part, (list, tuple)) else []


def test_the_font_has_the_letters_of_european_languages_and_not_everything() -> None:
    assert {ord(sign) for sign in "aZ09äöüßéèñçåøæőűşğžčłńŵ–—“”‘’…×½°±·•€"} <= covered()
    assert not {ord(sign) for sign in "≥≤→中ع\u200b"} & covered()
    assert 0xFFFF not in covered()


def test_everything_that_we_say_ourselves_can_be_printed() -> None:
    known = [text for kind in PRINTED for one in getattr(load(), kind).values() for text in all_texts(asdict(one))]
    packet = words().packet
    ours = [*known, *(text for text in _of(packet))]
    assert len(ours) > 2000
    lost = [text for text in ours if shown(text).count("?") != text.count("?")]
    assert lost == []


def _of(part: Any) -> list[str]:
    if isinstance(part, str):
        return [str(part)]
    return [text for one in (part.values() if hasattr(part, "values") else part) for text in _of(one)]


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("≥ 50 %", ">= 50 %"),
        ("5 µg → 1", "5 ug -> 1"),
        ("ﬁne", "fine"),
        ("a\u2011b", "a-b"),
        ("e\u0301", "é"),
        ("ṩ", "s"),
        ("中文", "??"),
        ("a\u202eb\u0000c\u200b", "abc"),
        ("a\tb\nc", "a b c"),
    ],
)
def test_what_the_font_lacks_is_written_with_what_it_has(text: str, printed: str) -> None:
    assert shown(text) == printed


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_in_our_letters_with_places_to_break(text: str) -> None:
    made = shown(text)
    assert {ord(sign) for sign in made if sign != BREAK} <= covered()
    assert max(len(run) for word in made.split(" ") for run in word.split(BREAK)) <= LONGEST_RUN
    assert made.isprintable() or BREAK in made


def test_pictures_and_addresses_are_left_as_they_are() -> None:
    kept = {"svg": "<svg>→</svg>", "url": "https://a.example/" + "x" * 60, "n": 1, "none": None, "list": ["→"]}
    assert printable(kept) == kept | {"list": ["->"]}
