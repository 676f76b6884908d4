"""What goes on the page: chosen by the person, composed from the answers, and never more than they say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from cluneal.knowledge import load
from cluneal.language import words
from cluneal.pathway.assess import treatment_kinds
from cluneal.visit import PARTS, BadChoice, Choice, choose, packet
from cluneal.visit.story import span

from .people import USUAL, monster, visit_of

SAY = words().packet
BANNED = re.compile(r"diagnos|confirm|you have", re.IGNORECASE)


def texts(part: Any, but: tuple[str, ...] = ()) -> Iterator[str]:
    """Every text of a packet."""
    if isinstance(part, dict):
        for name, one in part.items():
            if name not in but:
                yield from texts(one, but)
    elif isinstance(part, list):
        for one in part:
            yield from texts(one, but)
    elif isinstance(part, str):
        yield part


def line(made: dict[str, Any], name: str) -> dict[str, Any]:
    """A line of the story; empty when it is not there."""
    head = SAY.story.heads[name]
    return next((one for one in made["story"] if one["head"] == head), {"items": [], "without": []})


def test_the_story_says_what_was_answered_and_what_was_not_so() -> None:
    made = packet(visit_of(USUAL))
    assert made["who"] == "Female, 55 years"
    assert line(made, "since")["items"] == ["about March 2025 (for about 20 months)"]
    assert line(made, "where")["items"][0].startswith("about 7 cm right of the spine and 5 cm above the dimples")
    assert line(made, "feels")["items"][:2] == ["7 out of 10", "tingling, or pins and needles"]
    # The word "shock" at the mark is the answer to the question: said once.
    assert sum("jolt" in one for one in line(made, "feels")["items"]) == 1
    changes = {"head": "Changes", "items": ["worse: standing", "better: lying down"], "without": ["worse: sitting"]}
    assert line(made, "worse") == changes
    assert "spread: right, the lower part of the buttock" in line(made, "where")["items"]
    assert len(made["story"]) == 5
    assert line(made, "found")["items"] == ["spine MRI normal for age", "familiar pain on pressing the pelvic rim"]
    assert line(made, "found")["without"] == ["leg pain on straight leg raise"]


def test_the_nearest_nerve_is_named_at_the_back_and_not_at_the_front() -> None:
    assert "superior cluneal nerve" in packet(visit_of(USUAL))["drawing"]["near"]
    front = packet(visit_of({"mark": {"side": "left", "region": "groin"}}))["drawing"]["near"]
    assert "nerve" not in front
    assert re.fullmatch(r"The place is known to within about \d cm\.", front)


def test_a_rough_start_is_not_said_as_a_month() -> None:
    made = packet(visit_of(USUAL, since="More than a year ago"))
    assert line(made, "since")["items"][0] == "more than a year ago"


def test_what_only_follows_from_an_answer_is_not_listed_as_an_answer() -> None:
    made = packet(visit_of({"findings": {"scn_point_reproduces": True}}))
    listed = [row["finding"] for group in made["answers"]["groups"] for row in group["rows"]]
    assert listed == ["scn_point_reproduces"]


def test_what_follows_is_not_said_though_its_own_question_was_left_unsure() -> None:
    made = packet(visit_of({"findings": {"radiates_thigh": True, "leg_pain": None}}))
    assert line(made, "where")["items"] == ["spread: into the thigh or further"]
    answers = {row["finding"]: row["answer"] for group in made["answers"]["groups"] for row in group["rows"]}
    assert answers == {"radiates_thigh": "Yes", "leg_pain": "Not sure"}


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "1 day"),
        (1, "1 day"),
        (13, "13 days"),
        (14, "2 weeks"),
        (61, "2 months"),
        (690, "22 months"),
        (731, "2 years"),
    ],
)
def test_a_span_is_said_in_whole_units(days: int, said: str) -> None:
    assert span(days, SAY) == said


def test_red_flags_tell_yes_no_not_sure_and_not_asked_apart() -> None:
    alarms = packet(visit_of(USUAL))["alarms"]
    assert alarms["level"] == "routine"
    assert (alarms["yes"], alarms["unsure"], alarms["open"], len(alarms["no"])) == ([], ["Fever"], [], 17)
    asked = packet(visit_of({"findings": {"saddle_numbness": True, "fever": False}}))["alarms"]
    assert asked["level"] == "emergency"
    assert asked["yes"] == ["New numbness between the legs (saddle area)"]
    assert asked["no"] == ["Fever"]
    assert len(asked["open"]) == asked["total"] - 2
    assert "16 of 18" in asked["also"]
    assert asked["rules"][0]["text"] == load().redflags["ces_saddle_numbness"].clinician


def test_screening_that_is_not_complete_is_said_and_no_alarm_is_not() -> None:
    alarms = packet(visit_of({"findings": {"fever": False}}))["alarms"]
    assert alarms["level"] == "open"
    assert "17 of 18" in alarms["title"]
    assert alarms["rules"] == []
    every = dict.fromkeys(load().model.alarm_order, False)
    assert packet(visit_of({"findings": every}))["alarms"]["level"] == "none"


def test_what_was_tried_stands_by_date_with_what_it_did() -> None:
    rows = packet(visit_of(USUAL))["tried"]
    assert [(row["when"], row["result"]) for row in rows[:3]] == [
        ("since March 2025, for 20 months", "helped in part"),
        ("April 2025 to July 2025, 2 months", "helped for a while"),
        ("September 2025", "did not help"),
    ]
    assert rows[3]["what"] == "Test injection: superior cluneal, right, lidocaine 1 %, 2 mL"
    assert rows[3]["when"] == "May 2026"
    assert re.fullmatch(r"by published readings \d+ positive, \d+ negative(, \d+ cannot be told)?", rows[3]["result"])
    assert rows[4]["what"] == "Physiotherapy or exercise"


def test_dose_and_effect_stand_beside_what_was_tried() -> None:
    def row(**told: str) -> dict[str, str]:
        made: dict[str, str] = packet(visit_of({"treatments": [{"kind": "nsaid", **told}]}))["tried"][0]
        return made

    name = row()["what"]
    assert row(dose="one at night")["what"] == f"{name}, one at night"
    assert row(helped="partly", effect="but dizzy")["result"] == "helped in part; but dizzy"
    # "Result not given" would be untrue of what was told.
    assert row(effect="slept better")["result"] == "slept better"
    assert row(dose="one at night")["result"] == row()["result"]
    assert len(row(dose="x" * 120)["what"]) < 120


def test_every_treatment_that_the_ladder_knows_has_its_name() -> None:
    for kind in treatment_kinds(load().ladder):
        row = packet(visit_of({"treatments": [{"kind": kind}]}))["tried"][0]
        assert row["what"] != kind


def test_every_answer_of_the_story_is_a_finding() -> None:
    told = [name for line in SAY.story.present.values() for name in line]
    assert len(told) == len(set(told))
    assert set(told) <= set(load().findings)
    told_of = {name for name in load().findings if name.startswith(("worse_", "relief_", "radiates_", "onset_"))}
    assert told_of <= set(told)
    assert set(SAY.tried.failed) <= set(load().findings)


def test_an_injection_has_its_curve_its_circumstances_and_every_reading() -> None:
    block = packet(visit_of(USUAL))["blocks"][0]
    assert block["svg"].startswith("<svg")
    assert block["given"] == "May 2026; movement tested: arching back"
    assert "before: 8 (moving 9); 15 min: 1 (moving 2); 30 min: 2; 60 min: 3; 6 h: 6" in block["readings"]
    definitions = load().tests["diagnostic_block"].definitions
    assert len(block["verdicts"]) == len(definitions) + 1


def test_what_is_left_out_is_nowhere() -> None:
    visit = visit_of(USUAL)
    for part in PARTS:
        made = packet(visit, choose([part]))
        if part == "about":
            assert made["who"] == ""
        else:
            assert made[part] is None
            assert part not in made["following"]
    bare = packet(visit, Choice(("about",)))
    assert bare["following"] == []
    assert "kuniya2014" not in json.dumps(bare)


def test_age_and_sex_are_nowhere_when_they_are_left_out() -> None:
    case = USUAL | {"age": 30}
    shown = json.dumps(packet(visit_of(case)))
    assert "age under 40" in shown
    hidden = packet(visit_of(case), choose(["about"]))
    telling = re.compile(r"\bage under|\bfemale\b|\b30 years\b|under 25|or older", re.IGNORECASE)
    assert [
        text for text in texts(hidden, ("references", "settle", "questions", "words")) if telling.search(text)
    ] == []


def test_an_empty_record_says_so_and_ranks_nothing() -> None:
    made = packet(visit_of({}))
    assert made["fits"]["causes"] == []
    assert made["story"] == []
    assert made["tried"] == []
    assert made["causes"]["disputed"] == []


def test_every_source_that_is_named_is_in_the_references() -> None:
    made = packet(visit_of(USUAL))
    listed = {one["id"] for one in made["references"]}
    named = set()

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            named.update(part.get("sources", ()))
            for name, one in part.items():
                if name != "words":
                    walk(one)
        elif isinstance(part, list):
            for one in part:
                walk(one)

    walk(made)
    assert named == listed
    assert len(named) > 20
    assert all(one["citation"] == load().sources[one["id"]].citation for one in made["references"])


def test_what_rests_on_judgement_names_no_study_as_if_it_had_counted() -> None:
    visit = visit_of(USUAL)
    made = packet(visit)
    rows = {row["cause"]: row for row in visit.assessment["differential"]}
    for cause in made["fits"]["causes"]:
        for side in ("for", "against"):
            for shown, argued in zip(cause[side], rows[cause["id"]][side], strict=True):
                assert bool(shown["sources"]) == (argued["basis"] != "judgement" and bool(argued["sources"]))


@pytest.mark.parametrize("case", [USUAL, {}, monster(1, 0.7)], ids=["usual", "empty", "monster"])
def test_it_never_tells_anybody_what_they_have(case: dict[str, Any]) -> None:
    made = packet(visit_of(case))
    # Titles of studies are as they are.
    assert [text for text in texts(made, ("references", "svg")) if BANNED.search(text)] == []
    assert [text for text in texts(json.loads(json.dumps(made["words"]))) if BANNED.search(text)] == []


def test_the_chance_is_a_natural_frequency_with_its_range() -> None:
    for cause in packet(visit_of(USUAL))["fits"]["causes"]:
        assert re.fullmatch(
            r"(about [\d,]+|fewer than 1) in [\d,]+; the studies allow [\d,]+ to [\d,]+", cause["in_people"]
        )


def test_a_part_that_does_not_exist_is_named_with_the_fix() -> None:
    with pytest.raises(BadChoice, match="'storry' is no part of the page; did you mean story"):
        choose(["storry"])
    with pytest.raises(BadChoice, match="use some of about, alarms"):
        choose(["xyz"])


def test_no_name_is_on_the_page_unless_one_is_given() -> None:
    assert packet(visit_of(USUAL))["name"] == ""
    assert packet(visit_of(USUAL), choose(name="  Ada \n Example "))["name"] == "Ada Example"
    assert len(choose(name="x" * 500).name) == 80


def test_the_date_is_the_day_it_was_made() -> None:
    made = packet(visit_of({}))
    assert (made["date"], made["day"]) == ("24 November 2026", date(2026, 11, 24).isoformat())
