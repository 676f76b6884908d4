"""What a journal's entries come to, and the way from a case into a journal and back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.clinical.series import CASES, DAY, read

from cluneal.knowledge import load
from cluneal.pathway import read_case
from cluneal.record import Entry, Given, Person, entries_of, news, person_of
from cluneal.record.person import NOT_SURE, _plain


def folded(*given: Given) -> Person:
    return person_of(Entry(i, "", *one) for i, one in enumerate(given, 1))


def test_the_latest_word_holds_and_none_takes_it_back() -> None:
    person = folded(
        ("answer", "fever", True),
        ("answer", "weight_loss", False),
        ("about", "age", 50),
        ("answer", "fever", False),
        ("about", "age", None),
        ("mark", "worst", {"region": "groin"}),
        ("mark", "worst", None),
    )
    assert (person.number, person.about, person.marks) == (7, {}, {})
    assert list(person.answers) == ["fever", "weight_loss"], "an answer keeps its place when it is corrected"
    assert person.case() == {"findings": {"fever": False, "weight_loss": False}}


def test_not_sure_is_an_answer_without_a_value_and_taken_back_is_none() -> None:
    person = folded(("answer", "fever", NOT_SURE), ("answer", "weight_loss", NOT_SURE), ("answer", "weight_loss", None))
    assert person.answers == {"fever": None}
    assert person.case()["findings"] == {"fever": None}


def test_what_belongs_to_the_app_alone_is_in_no_case() -> None:
    person = folded(("seen", "now", ["rule"]), ("choice", "theme", "dark"), ("something", "new", 1))
    assert (person.seen, person.choices) == ({"now": ["rule"]}, {"theme": "dark"})
    assert person.case() == {"findings": {}}


def test_the_worst_place_and_the_others() -> None:
    worst, further = {"region": "iliac_crest"}, {"region": "thigh", "spread": True}
    person = folded(("mark", "m1", further), ("mark", "worst", worst))
    assert person.case() == {"findings": {}, "mark": worst, "other_marks": [further]}


def bare(case: dict[str, Any]) -> dict[str, Any]:
    """A case without what is empty, and as JSON writes it: what a journal can give back."""
    kept = {name: _plain(value) for name, value in case.items() if value not in (None, [], {})}
    return {"findings": {}} | kept


@pytest.mark.parametrize("path", sorted(CASES.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_published_case_comes_back_as_it_went_in(path: Path) -> None:
    case = read(path)["case"]
    person = folded(*entries_of(case))
    assert person.case() == bare(case)
    read_case(person.case(), tuple(load().model.settings), DAY)
    assert news(person, entries_of(person.case())) == []


WORDS = st.sampled_from(["nsaid", "exercise", "something else"])
CASES_OF_ALL_KINDS = st.fixed_dictionaries(
    {},
    optional={
        "age": st.integers(0, 120),
        "started": st.dates(date(2000, 1, 1), date(2026, 1, 1)),
        "findings": st.dictionaries(st.sampled_from(["fever", "weight_loss"]), st.sampled_from([True, False, None])),
        "mark": st.fixed_dictionaries({"region": st.sampled_from(["groin", "thigh"])}),
        "other_marks": st.lists(st.fixed_dictionaries({"x_mm": st.integers(0, 3)}), unique_by=str, max_size=3),
        "treatments": st.lists(st.fixed_dictionaries({"kind": WORDS, "helped": st.sampled_from(["no", "yes"])})),
        "blocks": st.lists(st.fixed_dictionaries({"drug": WORDS}), unique_by=str, max_size=3),
    },
)


@given(CASES_OF_ALL_KINDS)
def test_any_case_comes_back_and_brings_nothing_twice(case: dict[str, Any]) -> None:
    person = folded(*entries_of(case))
    assert person.case() == bare(case)
    assert news(person, entries_of(case)) == []


@given(CASES_OF_ALL_KINDS, CASES_OF_ALL_KINDS)
def test_a_second_case_takes_nothing_away(first: dict[str, Any], second: dict[str, Any]) -> None:
    person = folded(*entries_of(first))
    both = folded(*entries_of(first), *news(person, entries_of(second)))
    assert set(person.answers) <= set(both.answers)
    for name, said in (second.get("findings") or {}).items():
        assert both.answers[name] == (person.answers.get(name) if said is None else said)
    for part in ("other_marks", "blocks"):
        held = both.case().get(part, [])
        assert all(
            one in held for one in (*first.get(part, ()), *second.get(part, ())) if one != both.case().get("mark")
        )
    assert news(both, entries_of(second)) == []


def test_only_what_is_new_or_different_is_news() -> None:
    person = folded(
        ("about", "age", 50),
        ("answer", "fever", True),
        ("mark", "m7", {"region": "thigh"}),
        ("mark", "other_marks-1", {"region": "flank"}),
        ("treatment", "nsaid", {"kind": "nsaid"}),
    )
    case = {
        "age": 51,
        "findings": {"fever": None, "weight_loss": None},
        "other_marks": [{"region": "groin"}, {"region": "thigh"}],
        "treatments": [{"kind": "nsaid", "helped": "no"}, {"kind": "nsaid"}],
    }
    assert news(person, entries_of(case)) == [
        ("about", "age", 51),
        ("answer", "weight_loss", NOT_SURE),
        ("mark", "other_marks-1-2", {"region": "groin"}),
        ("treatment", "nsaid", {"kind": "nsaid", "helped": "no"}),
        ("treatment", "nsaid-2", {"kind": "nsaid"}),
    ]
