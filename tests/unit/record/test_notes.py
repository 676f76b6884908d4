"""Notes and papers: read in order, and whatever another version wrote breaks nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cluneal.record import Person
from cluneal.record.notes import notes, papers


def test_the_newest_comes_first_and_what_has_no_day_last() -> None:
    person = Person(
        notes={
            "a": {"text": "old", "day": "2025-01-01"},
            "b": {"text": " none "},
            "c": {"text": "new", "day": "2026-01-01"},
            "d": {"text": "no day that is one", "day": "soon"},
        }
    )
    assert [(one.text, one.day) for one in notes(person)] == [
        ("new", date(2026, 1, 1)),
        ("old", date(2025, 1, 1)),
        ("none", None),
        ("no day that is one", None),
    ]


def test_a_paper_says_what_it_is_and_where() -> None:
    person = Person(documents={"a": {"title": "MRI", "kind": "images", "where": "desk", "day": "2026-02-03"}})
    (one,) = papers(person)
    assert (one.title, one.kind, one.where, one.day) == ("MRI", "images", "desk", date(2026, 2, 3))
    (other,) = papers(Person(documents={"a": {"title": "MRI", "kind": "film", "where": 3}}))
    assert (other.kind, other.where, other.day) == ("other", "", None)


@pytest.mark.parametrize("value", [None, 3, "x", [], {}, {"text": "", "title": ""}, {"text": 3, "title": []}])
def test_what_cannot_be_read_is_passed_over(value: Any) -> None:
    person = Person(notes={"a": value}, documents={"a": value})
    assert notes(person) == ()
    assert papers(person) == ()
