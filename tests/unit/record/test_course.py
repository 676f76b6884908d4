"""The course: folding, before and after, what goes with worse days, and the picture."""

from __future__ import annotations

import random
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import date, timedelta
from math import ceil
from statistics import median
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluneal.knowledge import load
from cluneal.knowledge.follow import Diary
from cluneal.record import Entry, person_of
from cluneal.record.course import (
    After,
    baseline,
    changes_after,
    days_stopped,
    fold,
    start_of,
    step_for,
    tendencies,
)
from cluneal.record.course_chart import Curve, Lane, Panel, course_svg, sheet
from cluneal.record.diary import CheckIn, Event, Score, check_ins, pain_scores

KNOWN = load()
PAIN = KNOWN.scales["pain"]
START = date(2026, 1, 5)  # a Monday
WORDS = {"title": "T", "described": "D", "months": [str(n) for n in range(1, 13)]}


def rules() -> Diary:
    assert KNOWN.diary
    return KNOWN.diary


def after(days: int) -> date:
    return START + timedelta(days=days)


@pytest.mark.parametrize(
    ("days", "step"),
    [(1, "day"), (130, "day"), (131, "week"), (900, "week"), (920, "month"), (3650, "month"), (40000, "year")],
)
def test_the_longer_the_time_the_wider_the_columns(days: int, step: str) -> None:
    assert step_for(START, after(days - 1), rules().most_columns) == step


@pytest.mark.parametrize("day", [date.min, date.max, START, date(2024, 2, 29)])
def test_every_day_lies_in_the_column_that_begins_on_or_before_it(day: date) -> None:
    assert start_of(START + timedelta(days=6), "week") == START
    for step, most in (("day", 0), ("week", 6), ("month", 30), ("year", 365)):
        assert 0 <= (day - start_of(day, step)).days <= most  # type: ignore[arg-type]


@given(
    st.lists(st.tuples(st.integers(0, 800), st.integers(0, 10)), max_size=60),
    st.sampled_from(["day", "week", "month", "year"]),
)
def test_the_fold_loses_nothing(said: list[tuple[int, int]], step: str) -> None:
    values = [Score(after(day), value) for day, value in said]
    folded = fold(values, step)  # type: ignore[arg-type]
    assert sum(one.count for one in folded) == len(values)
    assert [one.start for one in folded] == sorted({start_of(one.day, step) for one in values})  # type: ignore[arg-type]
    for one in folded:
        inside = [v.value for v in values if start_of(v.day, step) == one.start]  # type: ignore[arg-type]
        assert (one.low, one.middle, one.high) == (min(inside), median(inside), max(inside))


def test_the_baseline_is_the_middle_of_the_first_two_weeks_and_needs_three() -> None:
    values = [Score(after(day), value) for day, value in ((0, 8), (5, 4), (13, 7), (14, 0), (15, 0))]
    assert baseline(values, rules().baseline) == 7
    assert baseline(values[:2], rules().baseline) is None
    assert baseline([], rules().baseline) is None


def change(event: Event, worst: Callable[[int], float], days: range, *others: Event) -> After:
    values = [Score(after(day), worst(day)) for day in days]
    every = sorted([event, *others], key=lambda one: one.day)
    return next(one for one in changes_after(every, [(PAIN, values)], rules()) if one.event is event)


BLOCK = Event(after(40), "block", "b", "")
EXERCISE = Event(after(40), "treatment", "a", "exercise")


@pytest.mark.parametrize(("late", "verdict"), [(4, "better"), (5, "same"), (7, "same"), (8, "worse")])
def test_a_change_matters_from_the_smallest_change_on(late: float, verdict: str) -> None:
    found = change(EXERCISE, lambda day: 6 if day < 40 else late, range(80))
    assert (found.verdict, found.before.middle, found.after.middle, found.least) == (verdict, 6, late, 2)
    assert found.difference == late - 6


def test_few_entries_tell_nothing() -> None:
    found = change(EXERCISE, lambda day: 9 if day < 40 else 0, range(36, 80))
    assert (found.before.count, found.verdict) == (4, "cannot_tell")
    assert change(EXERCISE, lambda day: 9, range(30)).difference is None


def test_the_first_days_of_a_treatment_count_for_neither_side() -> None:
    assert change(EXERCISE, lambda day: 9 if day < 47 else 2, range(80)).after.middle == 2
    assert change(BLOCK, lambda day: 9 if day < 41 else 2, range(80)).after.middle == 2
    assert change(EXERCISE, lambda day: 1 if day < 12 or day >= 75 else 6, range(200)).verdict == "same"


def test_where_only_the_month_is_known_it_counts_for_neither_side() -> None:
    march = Event(date(2026, 3, 1), "treatment", "a", "exercise", by_month=True)
    inside = {(date(2026, 3, n) - START).days for n in range(1, 32)}
    found = change(march, lambda day: 10 if day in inside else 3, range(140))
    assert (found.before.middle, found.after.middle) == (3, 3)


def test_what_else_began_or_ended_meanwhile_is_named_and_the_ended_itself_is_not() -> None:
    others = (
        Event(after(30), "treatment_end", "c", "nsaid"),
        Event(after(50), "block", "b", ""),
        Event(after(45), "treatment_end", "a", "exercise"),
        Event(after(2), "treatment", "d", "topical"),
    )
    assert [one.key for one in change(EXERCISE, lambda day: 5, range(90), *others).beside] == ["c", "b"]


def test_an_end_is_no_beginning() -> None:
    ended = Event(after(40), "treatment_end", "a", "exercise")
    assert changes_after([ended], [(PAIN, [Score(after(1), 5)])], rules()) == ()


def diary(days: int, seed: int, effect: float = 0, trend: float = 0) -> list[CheckIn]:
    """Pain that drifts, and eight activities that cluster in time; the first adds `effect`."""
    draw, drift, found = random.Random(seed), 0.0, []
    doing = {f"a{i}": False for i in range(8)}
    for day in range(days):
        drift = 0.6 * drift + draw.gauss(0, 1.2)
        for name in doing:
            if draw.random() < 0.5:
                doing[name] = draw.random() < (0.35 if name != "a0" or not trend else 0.15 + 0.6 * day / days)
        worst = 5.5 + drift - trend * day / days + effect * doing["a0"]
        did = tuple(name for name, done in doing.items() if done)
        found.append(CheckIn(after(day), None, round(min(10, max(0, worst))), (), None, did))
    return found


NAMES = [f"a{i}" for i in range(8)]


def test_the_answer_is_the_same_each_time() -> None:
    first, again = (tendencies(diary(60, 1, effect=1), NAMES, rules().tendencies) for _ in range(2))
    assert [(one.difference, one.low, one.high) for one in first] == [
        (one.difference, one.low, one.high) for one in again
    ]


@pytest.mark.parametrize(("effect", "verdict"), [(2.5, "more"), (-2.5, "less")])
def test_an_activity_with_much_more_or_less_pain_is_mostly_found(effect: float, verdict: str) -> None:
    found = [tendencies(diary(150, seed, effect=effect), NAMES, rules().tendencies)[0] for seed in range(20)]
    assert sum(one.verdict == verdict for one in found) >= 14
    assert {one.verdict for one in found} <= {verdict, "cannot_tell"}
    # Counting from the days around makes it look a little smaller, and the scale ends at 10.
    assert sum((one.low or 0) <= effect <= (one.high or 0) for one in found) >= 15


@pytest.mark.parametrize("trend", [0, 4])
def test_activities_that_do_nothing_are_rarely_named_even_in_a_trend(trend: float) -> None:
    diaries = [diary(70, seed, trend=trend) for seed in range(40)]
    named = sum(
        any(one.verdict != "cannot_tell" for one in tendencies(entries, NAMES, rules().tendencies))
        for entries in diaries
    )
    # One in twenty is what the rule allows: of 40, seven or more would come up once in some 200 runs.
    assert named <= 6


def test_too_few_days_have_no_difference() -> None:
    some = [CheckIn(after(day), None, 5, (), None, ("walk",) if day < 7 else ()) for day in range(40)]
    (found,) = tendencies(some, ["walk"], rules().tendencies)
    assert (found.days_with, found.days_without, found.difference, found.verdict) == (7, 33, None, "cannot_tell")
    unsaid = [CheckIn(after(day), None, 5) for day in range(40)]
    assert tendencies(unsaid, ["walk"], rules().tendencies)[0].days_without == 0, "not said is not without"
    assert tendencies([], ["walk"], rules().tendencies)[0].verdict == "cannot_tell"


def plain_margin(entries: list[CheckIn], activities: list[str], name: str) -> float:
    """What chance can do, worked out by moving the pain day by day and taking every median anew."""
    rule = rules().tendencies
    values = [one.worst or 0.0 for one in entries]
    off = []
    for i, one in enumerate(entries):
        near = [
            x for x, other in zip(values, entries, strict=True) if abs((other.day - one.day).days) <= rule.around_days
        ]
        off.append(values[i] - median(near))

    def unit(days: list[bool]) -> float:
        return float((1 / sum(days) + 1 / (len(days) - sum(days))) ** 0.5)

    sides = {one: [one in (entry.did or ()) for entry in entries] for one in activities}
    sides = {one: days for one, days in sides.items() if min(sum(days), len(days) - sum(days)) >= rule.at_least}
    largest = []
    for move in range(1, len(off)):
        moved = off[move:] + off[:move]
        largest.append(
            max(
                abs(
                    median([x for x, here in zip(moved, days, strict=True) if here])
                    - median([x for x, here in zip(moved, days, strict=True) if not here])
                )
                / unit(days)
                for days in sides.values()
            )
        )
    # Not moving at all counts as one of the moves.
    return sorted(largest)[min(ceil(rule.sure * len(off)), len(largest)) - 1] * unit(sides[name])


@given(st.lists(st.tuples(st.integers(0, 10), st.booleans(), st.booleans()), min_size=20, max_size=45))
def test_the_interval_is_that_of_plain_counting(said: list[tuple[int, bool, bool]]) -> None:
    entries = [
        CheckIn(after(i), None, worst, (), None, tuple(n for n, here in (("walk", w), ("sat", s)) if here))
        for i, (worst, w, s) in enumerate(said)
    ]
    for one in tendencies(entries, ["walk", "sat"], rules().tendencies):
        if one.difference is not None and one.low is not None:
            margin = plain_margin(entries, ["walk", "sat"], one.activity)
            assert one.difference - one.low == pytest.approx(margin)


def test_pain_that_never_moves_tells_nothing() -> None:
    flat = [CheckIn(after(day), None, 5, (), None, ("walk",) if day % 2 else ()) for day in range(60)]
    assert tendencies(flat, ["walk"], rules().tendencies)[0].verdict == "cannot_tell"


def test_days_on_which_nothing_is_told_of_function_count_for_nothing() -> None:
    entries = [CheckIn(after(0), stopped=("sitting",)), CheckIn(after(1), stopped=()), CheckIn(after(2))]
    assert days_stopped(entries, after(0), after(3)) == (1, 2)
    assert days_stopped(entries, after(1), after(2)) == (0, 1)


def drawing(entries: list[CheckIn], width: float = 340) -> str:
    first, last = entries[0].day, entries[-1].day
    step = step_for(first, last, rules().most_columns)
    curves = [
        Curve(name, fold(pain_scores(entries, name), step), 28, style)  # type: ignore[arg-type]
        for name, style in (("worst", "solid"), ("now", "dashed"))
    ]
    lanes = [
        Lane("A & B <i>", [(first - timedelta(days=9), None), (first, last)], marked=True),
        Lane("Blocks", days=[first, last], kind="block", marked=True),
        Lane("Check-ins", days=[one.day for one in entries], kind="tick"),
    ]
    return course_svg(sheet(width, first, last, step), [Panel("Pain", 0, 10, curves, 150, 5, (3, 7))], lanes, WORDS)


@pytest.mark.parametrize("days", [1, 2, 20, 200, 2000])
@pytest.mark.parametrize("width", [320, 640])
def test_the_picture_is_whole_has_a_name_and_keeps_inside(days: int, width: float) -> None:
    drawn = drawing([CheckIn(after(day), 2, day % 11) for day in range(days)], width)
    root = ET.fromstring(drawn)
    space = "{http://www.w3.org/2000/svg}"
    assert [one.tag for one in root[:2]] == [f"{space}title", f"{space}desc"]
    assert root.get("role") == "img"
    assert not any(name in ("id", "style") for one in root.iter() for name in one.attrib)
    height = float((root.get("viewBox") or "").split()[3])
    for one in root.iter():
        if "x" in one.attrib and one.tag == f"{space}text":
            assert 0 <= float(one.attrib["x"]) <= width
            assert 0 <= float(one.attrib["y"]) <= height


def test_what_began_has_a_line_from_its_bar_through_every_panel() -> None:
    lanes = [
        Lane("Check-ins", days=[START], kind="tick"),
        Lane("A", [(after(5), None)], marked=True),
        Lane("B", [(after(-9), after(9))], marked=True),
    ]
    panels = [Panel("Pain", 0, 10, [], 100), Panel("PEG", 0, 10, [], 100)]
    root = ET.fromstring(course_svg(sheet(340, START, after(20), "day"), panels, lanes, WORDS))
    needles = [one.get("d", "") for one in root if one.get("class") == "needle"]
    assert len(needles) == 1, "what began before the picture has no day on it"
    x, y = needles[0].removeprefix("M").split("L")[1].split()
    bar = next(one for one in root if one.get("class") == "bar" and one.tag.endswith("rect"))
    assert float(x) == pytest.approx(float(bar.get("x", "nan")), abs=0.1)
    assert float(bar.get("y", "nan")) <= float(y) <= float(bar.get("y", "nan")) + float(bar.get("height", "nan"))


def test_a_long_name_is_cut_where_the_picture_ends() -> None:
    drawn = course_svg(sheet(340, START, after(20), "day"), [], [Lane("Long " * 40)], WORDS)
    said = ET.fromstring(drawn).findall("{http://www.w3.org/2000/svg}text")[-1].text or ""
    assert said.startswith("Long Long")
    assert said.endswith("…")
    assert len(said) < 50


def test_a_long_silence_breaks_the_line() -> None:
    whole = drawing([CheckIn(after(day), None, 5) for day in range(0, 60, 7)])
    broken = drawing([CheckIn(after(day), None, 5) for day in (*range(0, 20, 7), *range(60, 80, 7))])
    # One line more is that of the legend.
    assert whole.count("line main") == 1 + 1
    assert broken.count("line main") == 2 + 1


def test_fifty_thousand_entries_over_ten_years_fold_within_a_second_and_draw_within_300_ms() -> None:
    entries = [
        Entry(i, "", "checkin", after(i % 3650).isoformat(), {"worst": i % 11, "now": i % 7, "did": ["walk"]})
        for i in range(50_000)
    ]
    begin = perf_counter()
    found = list(check_ins(person_of(entries)))
    folded = perf_counter()
    drawing(found)
    end = perf_counter()
    assert len(found) == 3650
    # Twice the promise, because tests share their machine.
    assert folded - begin < 2
    assert end - folded < 0.6
