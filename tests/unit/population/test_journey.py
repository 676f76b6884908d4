"""The journey in SQL against the same journey in plain Python, on people whom nobody would invent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cluneal.knowledge import load as load_knowledge
from cluneal.population import journey, load
from cluneal.population.journeys import STEPS, text

from . import made
from .made import AS_OF, WALKED, Somebody, days

# What the codes of `made` mean, written down here once more: (concept, role, side).
MEANS = {
    "M54.50": ("low_back_pain", "complaint", None),
    "M54.16": ("radiculopathy", "complaint", None),
    "M54.41": ("low_back_pain_with_sciatica", "complaint", "right"),
    "M54.42": ("low_back_pain_with_sciatica", "complaint", "left"),
    "M53.3": ("buttock_or_pelvic_pain", "complaint", None),
    "M48.062": ("stenosis_with_claudication", "complaint", None),
    "S32.010A": ("vertebral_fracture", "explains", None),
    "C79.51": ("spine_cancer", "explains", None),
    "Z85.3": ("cancer", "context", None),
    "R50.9": ("fever", "context", None),
    "R63.4": ("weight_loss", "context", None),
    "G57.81": ("peripheral_nerve_named", "peripheral", "right"),
    "F17.210": ("smoking", "context", None),
    "Z87.891": ("does_not_smoke", "context", None),
    "M81.0": ("osteoporosis", "context", None),
    "72148": ("lumbar_mri", "imaging", None),
    "72100": ("lumbar_xray", "imaging", None),
    "97110": ("physiotherapy", "therapy", None),
    "62323": ("epidural_injection", "injection", None),
    "64493": ("facet_injection", "injection", None),
    "27096": ("sacroiliac_injection", "injection", None),
    "22612": ("lumbar_surgery", "operation", None),
    "64450": ("peripheral_nerve_block", "peripheral", None),
    "25480": ("gabapentinoids", "medicine", None),
    "7804": ("opioids", "medicine", None),
}
# (concepts, finding, present, days before the end of the record within which the code counts)
TOLD = (
    ({"radiculopathy", "low_back_pain_with_sciatica"}, "leg_pain", True, 365),
    ({"stenosis_with_claudication"}, "claudication", True, 730),
    ({"spine_cancer", "cancer"}, "cancer_history", True, None),
    ({"fever"}, "fever", True, 14),
    ({"weight_loss"}, "weight_loss", True, 183),
    ({"smoking"}, "smoking", True, 730),
    ({"does_not_smoke"}, "smoking", False, 730),
    ({"osteoporosis"}, "osteoporosis", True, None),
    ({"lumbar_surgery"}, "prior_lumbar_surgery", True, None),
)
Row = tuple[date, str, str, str | None]


def after(day: date, count: int) -> date:
    return day + timedelta(days=count)


class Oracle:
    """One person, looked at slowly."""

    def __init__(self, one: Somebody) -> None:
        self.k = load_knowledge().journey
        assert self.k
        self.one = one
        self.rows: list[Row] = sorted(
            ((event.day, *MEANS[event.code]) for event in one.events if event.code in MEANS), key=lambda row: row[:3]
        )
        self.pain = sorted({day for day, _, role, _ in self.rows if role == "complaint"})
        self.until = max((event.day for event in one.events), default=None)

    def of_role(self, *roles: str) -> list[date]:
        return [day for day, _, role, _ in self.rows if role in roles]

    def tries(self) -> list[date]:
        assert self.k
        found = sorted(set(self.of_role("injection", "operation")))
        therapy = sorted(self.of_role("therapy"))
        if therapy:
            found.append(therapy[0])
            again = [day for day in therapy if day >= after(therapy[0], self.k.therapy_again_days.value)]
            found += again[:1]
        return sorted(found)

    def passed(self) -> tuple[int, date | None]:
        """How many steps were passed after the first, and the index day."""
        k = self.k
        assert k
        if not self.pain:
            return 0, None
        borders = [
            date((self.one.birth_year or 1900) + k.adult_years.value, 1, 1),
            after(self.pain[0], k.lasting_days.value),
        ]
        images, tries = self.of_role("imaging"), self.tries()
        borders.append(min(images) if images else date.max)
        enough = tries[k.tries.value - 1] if len(tries) >= k.tries.value else None
        borders += [enough or date.max, after(enough, k.relief_days.value) if enough else date.max]
        for number, border in enumerate(borders):
            if self.pain[-1] < border:
                return 1 + number, None
        index = min(day for day in self.pain if day >= max(borders))
        if any(day >= after(index, -k.explained_days.value) for day in self.of_role("explains")):
            return 6, index
        if self.of_role("peripheral"):
            return 7, index
        assert self.until
        if self.one.died or self.pain[-1] < after(self.until, -k.recent_days.value):
            return 8, index
        return 9, index

    def findings(self) -> dict[str, tuple[bool, date]]:
        k = self.k
        assert k
        assert self.until
        said: list[tuple[str, date, bool]] = []
        for concepts, finding, present, within in TOLD:
            for day, concept, _, _ in self.rows:
                if concept in concepts and (within is None or day >= after(self.until, -within)):
                    said.append((finding, day, present))
        for rule in k.no_relief:
            given = {day for day, concept, _, _ in self.rows if concept in rule.concepts}
            for later in self.of_role(*rule.then):
                before = [day for day in given if day <= after(later, -rule.from_days)]
                if len(before) >= rule.times and max(before) >= after(later, -rule.until_days):
                    said.append((rule.finding, later, True))
        sides: dict[date, set[str]] = {}
        for day, _, role, side in self.rows:
            if role == "complaint" and side:
                sides.setdefault(day, set()).add(side)
        both = [day for day, named in sides.items() if len(named) > 1]
        if both:
            said.append(("bilateral_pain", max(both), True))
        elif len({side for named in sides.values() for side in named}) == 1:
            said.append(("side_one", max(sides), True))
        began = self.pain[-1]
        for earlier in reversed(self.pain):
            if began - earlier <= timedelta(days=k.episode_gap_days.value):
                began = earlier
        if (self.pain[-1] - began).days >= 92:
            said.append(("duration_over_3_months", self.pain[-1], True))
        latest: dict[str, tuple[bool, date]] = {}
        for finding, day, present in sorted(said):
            latest[finding] = (present, day)
        return latest


def expected(people: Iterable[Somebody]) -> tuple[list[int], dict[str, date], dict[str, dict[str, tuple[bool, date]]]]:
    attrition = [0] * 10
    index: dict[str, date] = {}
    findings = {}
    for one in people:
        oracle = Oracle(one)
        steps, day = oracle.passed()
        for number in range(steps + 1):
            attrition[number] += 1
        if steps == 9:
            assert day
            index[f"p{one.number}"] = day
            findings[f"p{one.number}"] = oracle.findings()
    return attrition, index, findings


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(people=made.populations(most=12))
def test_the_journey_is_the_oracle_s(people: list[Somebody]) -> None:
    with TemporaryDirectory() as folder:
        found = made.read(made.as_fhir(people, Path(folder) / "in"), Path(folder))
    attrition, index, findings = expected(people)
    assert [count for _, count in found.attrition] == attrition
    assert {who: day for who, day, *_ in found.journey} == index
    said: dict[str, dict[str, tuple[bool, date]]] = {who: {} for who in index}
    for who, finding, value, day, *_ in found.finding:
        said[who][finding] = (value, day)
    assert said == findings


def test_the_oracle_sees_some_who_pass() -> None:
    steps = [Oracle(Somebody(1, events)).passed()[0] for events in (WALKED, WALKED[:-1], WALKED[:3], ())]
    assert steps == [9, 9, 2, 0]


@pytest.mark.parametrize(("at", "reached"), [(187, False), (188, True)])
def test_the_index_day_is_at_the_border_and_not_before(tmp_path: Path, at: int, reached: bool) -> None:
    # The second try is on day 100: the pain again 28 days later counts, and 90 days after it began.
    first = [made.condition("M54.50", days(0)), made.procedure("72148", days(1)), made.procedure("62323", days(90))]
    events = (*first, made.procedure("64493", days(160)), made.condition("M54.50", days(at)))
    found = made.read(made.as_csv([Somebody(1, events)], tmp_path / "in"), tmp_path)
    assert [day for _, day, *_ in found.journey] == ([days(at)] if reached else [])


def walked(tmp_path: Path, *events: made.Event) -> made.Tables:
    return made.read(made.as_csv([Somebody(1, events)], tmp_path / "in"), tmp_path)


def told(found: made.Tables) -> dict[str, bool]:
    return {finding: value for _, finding, value, *_ in found.finding}


def test_an_image_on_the_day_of_the_last_visit_is_in_time(tmp_path: Path) -> None:
    found = walked(tmp_path, *(one for one in WALKED if one.code != "72148"), made.procedure("72148", days(2300)))
    assert [day for _, day, *_ in found.journey] == [days(2300)]


@pytest.mark.parametrize(("again", "reached"), [(119, False), (120, True)])
def test_therapy_counts_twice_when_it_goes_on_long_enough(tmp_path: Path, again: int, reached: bool) -> None:
    therapy = [made.procedure("97110", days(10)), made.procedure("97110", days(10 + again))]
    found = walked(tmp_path, *WALKED[:2], *therapy, made.condition("M54.50", days(2300)))
    assert bool(found.journey) is reached


@pytest.mark.parametrize(("gap", "episodes"), [(180, 1), (181, 2)])
def test_visits_close_enough_are_one_episode(tmp_path: Path, gap: int, episodes: int) -> None:
    pain = [made.condition("M54.50", days(200 + gap * number)) for number in range(2)]
    found = walked(tmp_path, *(one for one in WALKED if one.day < days(170)), *pain[:1], *pain[1:])
    # One more: from the first visit to day 200 it is further than that.
    assert [row[5] for row in found.journey] == [1 + episodes]


@pytest.mark.parametrize(("before", "known"), [(14, True), (15, False)])
def test_a_code_tells_only_as_long_as_it_may(tmp_path: Path, before: int, known: bool) -> None:
    found = walked(tmp_path, *WALKED, made.condition("R50.9", days(2300 - before)))
    assert ("fever" in told(found)) is known


@pytest.mark.parametrize(
    ("sides", "finding"),
    [
        (((0, "M54.41"), (500, "M54.41")), "side_one"),
        (((0, "M54.41"), (500, "M54.42")), None),
        (((500, "M54.41"), (500, "M54.42")), "bilateral_pain"),
        ((), None),
    ],
)
def test_sides(tmp_path: Path, sides: tuple[tuple[int, str], ...], finding: str | None) -> None:
    rest = (one for one in WALKED if one.code != "M54.41")
    found = walked(tmp_path, *rest, *(made.condition(code, days(at)) for at, code in sides))
    assert found.journey
    assert {"side_one", "bilateral_pain"} & set(told(found)) == ({finding} if finding else set())


def test_episodes_gaps_and_times(tmp_path: Path) -> None:
    found = made.read(made.as_csv([Somebody(1, WALKED)], tmp_path / "in"), tmp_path)
    with load(tmp_path / "in", workdir=tmp_path, as_of=AS_OF).con as con:
        journey(con)
        names = [name for name, *_ in con.execute("describe journey").fetchall()][1:]
    (row,) = found.journey
    got = dict(zip(names, row[1:], strict=True))
    assert got == {
        "index_day": days(200), "first_complaint": days(0), "last_complaint": days(2300), "complaint_days": 3,
        "episodes": 3, "longest_gap_days": 2100, "days_since_first": 2300, "days_since_last": 0, "spine_images": 1,
        "injections": 2, "operations": 0, "therapy_days": 6,
    }  # fmt: skip


def test_polars_counts_the_same_visits_for_the_pain(tmp_path: Path) -> None:
    people = [Somebody(number, WALKED[number % 4 :] * (1 + number % 2)) for number in range(1, 40)]
    folder = made.as_parquet(people, tmp_path / "in")
    complaints = [code for code, means in MEANS.items() if means[1] == "complaint"]
    counted = (
        pl.scan_parquet(folder / "condition_occurrence.parquet")
        .filter(pl.col("condition_source_value").is_in(complaints))
        .select("person_id", "condition_start_date")
        .unique()
        .group_by("person_id")
        .len()
        .collect()
    )
    found = made.read(folder, tmp_path)
    visits = {f"p{who}": count for who, count in counted.iter_rows()}
    assert found.journey
    assert {row[0]: row[4] for row in found.journey} == {row[0]: visits[row[0]] for row in found.journey}


@given(order=st.permutations(range(6)))
@settings(max_examples=5, deadline=None)
def test_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    people = [Somebody(number, WALKED[:: 1 if number % 2 else -1]) for number in range(1, 7)]
    with TemporaryDirectory() as folder:
        root = Path(folder)
        one = made.read(made.as_csv(people, root / "one"), root)
        other = made.read(made.as_csv([people[i] for i in order], root / "other"), root)
    for name in ("person", "observed", "journey", "attrition"):
        assert getattr(one, name) == getattr(other, name)


def test_every_step_is_one_select_over_the_two_functions() -> None:
    own = {"days_between", "add_days"}
    for step in STEPS:
        body = "\n".join(line for line in text(step).splitlines() if not line.lstrip().startswith("--"))
        assert body.lstrip().startswith(("select", "with")), step
        assert ";" not in body
        # What DuckDB alone has stays out of them.
        assert not any(word in body for word in ("::", "qualify", "exclude", "filter (", "semi join", "anti join")), (
            step
        )
    with duckdb.connect() as con:
        con.execute(text("duckdb"))
        made_here = con.execute("select function_name from duckdb_functions() where not internal").fetchall()
        assert {name for (name,) in made_here} >= own
