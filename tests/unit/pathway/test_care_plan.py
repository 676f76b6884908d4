"""The self-care plan of a day: what is chosen, what changes for a suspected nerve, and levels that stay in bounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluneal.knowledge import load
from cluneal.knowledge.routine import CarePlan, Dose
from cluneal.pathway.care_plan import Day, Plan, Session, Story, at_level, care_plan, level_on, spells, went_badly
from cluneal.reasoning import Findings

TODAY = date(2026, 11, 24)
ITEMS = load().selfcare
MOVES = {name for name, one in ITEMS.items() if one.dose and one.dose.kind == "moves"}


def rules() -> CarePlan:
    known = load().care_plan
    assert known
    return known


RULES = rules()


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def planned(**told: object) -> Plan:
    story = Story(**{"findings": Findings({}), "leading": ()} | told)  # type: ignore[arg-type]
    return care_plan(ITEMS, RULES, story, TODAY)


def done(measure: str, days: int, key: str = "", **said: object) -> Session:
    return Session(key or f"{measure}-{days}", measure, ago(days), **said)  # type: ignore[arg-type]


def due_moves(plan: Plan) -> list[str]:
    return [one.item.id for one in plan.having("due") if one.item.id in MOVES]


def test_every_measure_stands_in_the_plan_once() -> None:
    assert sorted(one.item.id for one in planned().measures) == sorted(ITEMS)
    with pytest.raises(KeyError):
        planned().of("press_ups")


def test_a_day_has_few_moves_and_every_habit() -> None:
    plan = planned()
    assert len(due_moves(plan)) == RULES.most_moves
    assert {one.item.id for one in plan.having("due")} - MOVES == set(ITEMS) - MOVES
    assert {one.item.id for one in plan.having("spare")} == MOVES - set(due_moves(plan))


def test_what_suits_comes_first_and_what_was_begun_before_it() -> None:
    suiting = {"muscle_trigger_point": True, "dull_ache": True, "buttock_tender": True}
    assert due_moves(planned(findings=Findings(suiting)))[0] == "foam_roller"
    begun = planned(findings=Findings(suiting), sessions=(done("nerve_glide", 1),))
    assert due_moves(begun)[:2] == ["nerve_glide", "foam_roller"]


def test_what_was_done_today_takes_its_place() -> None:
    plan = planned(sessions=(done("nerve_glide", 0), done("foam_roller", 0)))
    assert due_moves(plan) == []
    assert {one.item.id for one in plan.having("done")} == {"nerve_glide", "foam_roller"}
    assert plan.of("nerve_glide").until == TODAY + timedelta(days=1)
    stopped = planned(sessions=(done("nerve_glide", 0, stopped="own_pain"), done("foam_roller", 0, before=1, after=9)))
    assert due_moves(stopped) == []


def test_a_worse_day_leaves_one_for_two_days() -> None:
    def on(days: int) -> Plan:
        return planned(days=tuple(Day(ago(one), 4 + 3 * (one == days)) for one in range(9, -1, -1)))

    for days in range(RULES.flare.easing_days + 1):
        assert on(days).easing
        assert len(due_moves(on(days))) == RULES.most_moves_easing
    assert not on(RULES.flare.easing_days + 1).easing


def test_a_measure_stopped_for_today_is_not_asked_of_anybody_again_today() -> None:
    one = planned(sessions=(done("core_stability", 0, stopped="pain_stays"),)).of("core_stability")
    assert (one.state, one.until) == ("rest", TODAY + timedelta(days=1))
    raised = planned(sessions=(done("core_stability", 0, before=2, after=5),)).of("core_stability")
    assert raised.state == "rest"
    assert planned(sessions=(done("core_stability", 0, before=2, after=4),)).of("core_stability").state == "done"


def test_whoever_asked_may_do_what_was_left_out_until_something_new_stands_against_it() -> None:
    findings = {"osteoporosis": True}
    assert planned(findings=Findings(findings)).of("foam_roller").against == ("osteoporosis",)
    cleared = {"foam_roller": frozenset({"osteoporosis"})}
    assert planned(findings=Findings(findings), cleared=cleared).of("foam_roller").state in ("due", "spare")
    more = planned(findings=Findings(findings | {"pregnant": True}), cleared=cleared).of("foam_roller")
    assert (more.state, more.against) == ("left_out", ("pregnant",))
    assert planned(findings=Findings(findings), cleared=cleared).of("nerve_glide").state == "left_out"


@pytest.mark.parametrize("item", ITEMS.values(), ids=list(ITEMS))
def test_each_caution_reaches_those_it_is_for_and_changes_its_steps(item: object) -> None:
    one = item
    for caution in one.may_provoke:  # type: ignore[attr-defined]
        for cause in caution.causes:
            plan = planned(leading=(cause,)).of(one.id)  # type: ignore[attr-defined]
            assert caution in plan.cautions
            for change in caution.instead:
                assert plan.steps[change.step - 1].say == change.say
                assert plan.steps[change.step - 1].repeats == one.steps[change.step - 1].repeats  # type: ignore[attr-defined]
        others = planned(leading=("lumbar_disc",)).of(one.id)  # type: ignore[attr-defined]
        assert others.cautions == ()
        assert [step.say for step in others.steps] == [step.say for step in one.steps]  # type: ignore[attr-defined]


def test_the_knee_stays_off_the_chest_for_every_cluneal_nerve() -> None:
    for cause in ("scn_entrapment", "mcn_entrapment", "icn_entrapment"):
        assert planned(leading=("lumbar_disc", cause)).of("nerve_glide").steps[1].figure == "glide_upright"


def test_while_nobody_can_tell_every_caution_is_said_and_nothing_is_changed() -> None:
    one = planned(leading=None).of("nerve_glide")
    assert one.cautions == ITEMS["nerve_glide"].may_provoke
    assert [step.say for step in one.steps] == [step.say for step in ITEMS["nerve_glide"].steps]


def test_a_step_never_grows_to_nothing() -> None:
    for item in ITEMS.values():
        assert item.dose
        for level in range(item.dose.lowest, item.dose.highest + 1):
            for step, was in zip(at_level(item.steps, item.dose, level), item.steps, strict=True):
                assert step.repeats >= 1
                assert (step.seconds is None) == (was.seconds is None)
                assert step.grows or step == was


pains = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 10)), max_size=40, unique_by=lambda one: one[0])
acts = st.lists(
    st.tuples(
        st.integers(0, 60),
        st.sampled_from([None, "pain_stays", "own_pain", "gone"]),
        st.sampled_from([None, 0, 3, 6, 9]),
        st.sampled_from([None, 0, 3, 6, 9]),
    ),
    max_size=30,
)


def made(told: list[tuple[int, int]]) -> list[Day]:
    return sorted((Day(ago(days), worst) for days, worst in told), key=lambda one: one.day)


def sessions_of(told: list[tuple[int, str | None, int | None, int | None]]) -> list[Session]:
    found = [
        Session(f"{i}", "nerve_glide", ago(one[0]), one[2], one[3], None, None, one[1]) for i, one in enumerate(told)
    ]
    return sorted(found, key=lambda one: one.day)


def plain_spells(days: list[Day]) -> set[date]:
    """The first days of worse spells, each day looked at by itself."""
    rule, worse = RULES.flare, []
    for one in days:
        before = [two.worst for two in days if 1 <= (one.day - two.day).days <= rule.before_days]
        if len(before) >= rule.at_least and one.worst >= median(before) + rule.points:
            worse.append(one.day)
    return {day for day in worse if not any(1 <= (day - other).days <= rule.easing_days for other in worse)}


def plain_level(dose: Dose, own: list[Session], days: list[Day], today: date) -> int:
    """The rules once more, day by day, nothing remembered but the level and since when."""
    own = [one for one in own if one.day <= today]
    if not own:
        return 0
    begun = min(one.day for one in own)
    worse = plain_spells([one for one in days if one.day <= today])
    level, since, day = 0, begun, begun
    while day < today:
        so_far = [one.day for one in own if one.day <= day]
        yesterday = [one.day for one in own if one.day < day]
        if yesterday and (day - max(yesterday)).days > RULES.growth.break_days:
            level, since = min(level, 0), day
        window = [day - timedelta(days=back) for back in range(dose.calm_days or 0)]
        if day in worse or any(one.day == day and went_badly(one, RULES.stops) for one in own):
            level, since = max(level - 1, dose.lowest), day + timedelta(days=1)
        elif (
            dose.calm_days
            and window[-1] >= since
            and len(set(so_far).intersection(window)) * RULES.growth.one_in * dose.every_days >= dose.calm_days
            and len({one.day for one in days}.intersection(window)) >= RULES.growth.check_ins
        ):
            level, since = min(level + 1, dose.highest), day + timedelta(days=1)
        day += timedelta(days=1)
    hurt = today in worse or any(one.day == today and went_badly(one, RULES.stops) for one in own)
    return max(level - 1, dose.lowest) if hurt else level


@given(told=pains)
def test_worse_spells_are_those_of_the_plain_rule(told: list[tuple[int, int]]) -> None:
    days = made(told)
    assert {one.first for one in spells(days, RULES.flare)} == plain_spells(days)


@given(told=pains, acted=acts, measure=st.sampled_from(sorted(MOVES)))
def test_the_level_is_that_of_the_plain_rule_and_in_bounds(
    told: list[tuple[int, int]], acted: list[tuple[int, str | None, int | None, int | None]], measure: str
) -> None:
    dose, own, days = ITEMS[measure].dose, sessions_of(acted), made(told)
    assert dose
    level = level_on(dose, own, days, RULES, TODAY)
    assert level == plain_level(dose, own, days, TODAY)
    assert dose.lowest <= level <= dose.highest


@given(told=pains, acted=acts)
def test_what_is_still_to_come_changes_nothing_and_a_worse_today_never_adds(
    told: list[tuple[int, int]], acted: list[tuple[int, str | None, int | None, int | None]]
) -> None:
    own, days = sessions_of(acted), made(told)
    before = ago(20)
    known = [one for one in days if one.day <= before], [one for one in own if one.day <= before]
    plans = [care_plan(ITEMS, RULES, Story(Findings({}), *one, ()), before) for one in ((days, own), known)]
    assert repr(plans[0].measures) == repr(plans[1].measures)
    assert plans[0].easing == plans[1].easing
    worse = [*(one for one in days if one.day != TODAY), Day(TODAY, 99)]
    for name in ("nerve_glide", "core_stability"):
        dose = ITEMS[name].dose
        assert dose
        assert level_on(dose, own, worse, RULES, TODAY) <= level_on(dose, own, [*worse[:-1]], RULES, TODAY)


def test_a_measure_without_a_dose_is_an_error_with_its_file() -> None:
    bare = {"cushion": replace(ITEMS["lumbar_cushion"], dose=None)}
    with pytest.raises(ValueError, match=r"lumbar_cushion\.yaml: no dose"):
        care_plan(bare, RULES, Story(Findings({})), TODAY)
