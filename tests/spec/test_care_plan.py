"""The plan offers a few measures a day. It takes a level away on a day that is worse than the days before it, and after
a session that went badly; it adds one after calm days in which enough was done. A level is two repeats of the trunk
exercises, two minutes of walking, and so on: `knowledge/selfcare/*.yaml` says how much, `knowledge/care_plan.yaml`
holds the rules. A measure that was stopped for some reasons waits until the person takes it up again."""

from __future__ import annotations

from .specification import Spec

title = "How the self-care plan grows and shrinks"


def test_two_calm_weeks_add_a_level(spec: Spec) -> None:
    """Every second day, so it is off in between. Half of what is planned is enough to grow."""
    spec.care(
        "core_stability",
        """
        day   | worst pain | session | plan  | level | repeats
        ------+------------+---------+-------+-------+-------------
        1     | 5          | done    | due   | 0     | 5, 8, 8, 6
        2     | 5          | -       | later | 0     | 5, 8, 8, 6
        3     | 4          | done    | due   | 0     | 5, 8, 8, 6
        4-5   | 5          | -       | due   | 0     | 5, 8, 8, 6
        6     | 5          | done    | due   | 0     | 5, 8, 8, 6
        7-9   | 5          | -       | due   | 0     | 5, 8, 8, 6
        10    | 5          | done    | due   | 0     | 5, 8, 8, 6
        11-14 | 5          | -       | due   | 0     | 5, 8, 8, 6
        15    | 5          | -       | due   | +1    | 7, 10, 10, 8
        """,
    )


def test_too_little_done_adds_nothing(spec: Spec) -> None:
    spec.care(
        "core_stability",
        """
        day  | worst pain | session | plan | level
        -----+------------+---------+------+------
        1    | 5          | done    | due  | 0
        2-15 | 5          | -       | due  | 0
        """,
    )


def test_without_the_diary_nobody_knows_if_the_days_were_calm(spec: Spec) -> None:
    spec.care(
        "walking",
        """
        day | worst pain | session | plan | level | minutes
        ----+------------+---------+------+-------+--------
        1-8 | -          | done    | due  | 0     | 10
        9   | 4          | -       | due  | 0     | 10
        """,
    )


def test_a_calm_week_makes_a_walk_longer(spec: Spec) -> None:
    spec.care(
        "walking",
        """
        day   | worst pain | session | plan | level | minutes
        ------+------------+---------+------+-------+--------
        1-7   | 4          | done    | due  | 0     | 10
        8     | 4          | done    | due  | +1    | 12
        9-14  | 4          | done    | due  | +1    | 12
        15    | 4          | -       | due  | +2    | 14
        """,
    )


def test_a_day_two_points_worse_takes_a_level_on_that_day(spec: Spec) -> None:
    """Against the median of the days before, at least three of them. Days that follow count as one worse spell."""
    spec.care(
        "nerve_glide",
        """
        day | worst pain | session | plan  | level | repeats
        ----+------------+---------+-------+-------+--------
        1-2 | 4          | done    | due   | 0     | 10
        3   | 4          | done    | due   | 0     | 10
        4   | 5          | done    | due   | 0     | 10
        5   | 6          | done    | due   | -1    | 7
        6-7 | 7          | done    | due   | -1    | 7
        8   | 4          | -       | due   | -1    | 7
        """,
    )


def test_one_bad_number_at_the_start_is_no_worse_day(spec: Spec) -> None:
    spec.care(
        "nerve_glide",
        """
        day | worst pain | session | plan | level
        ----+------------+---------+------+------
        1   | 3          | done    | due  | 0
        2   | 8          | done    | due  | 0
        3   | 3          | -       | due  | 0
        """,
    )


def test_it_never_goes_below_its_lowest_and_comes_back_after_a_calm_week(spec: Spec) -> None:
    """Each session hurts by three points. The lowest is four on each side."""
    spec.care(
        "nerve_glide",
        """
        day   | worst pain | session  | plan | level | repeats
        ------+------------+----------+------+-------+--------
        1     | 4          | done 3/6 | due  | 0     | 10
        2     | 4          | done 3/6 | due  | -1    | 7
        3     | 4          | done 3/6 | due  | -2    | 4
        4     | 4          | done 3/6 | due  | -2    | 4
        5-11  | 4          | done 3/5 | due  | -2    | 4
        12    | 4          | done 3/3 | due  | -1    | 7
        13-18 | 4          | done     | due  | -1    | 7
        19    | 4          | done     | due  | 0     | 10
        20-30 | 4          | done     | due  | 0     | 10
        """,
    )


def test_a_pain_that_stays_up_ends_the_day_and_other_reasons_wait_until_it_is_taken_up_again(spec: Spec) -> None:
    spec.care(
        "nerve_glide",
        """
        day | worst pain | session            | plan   | level | repeats
        ----+------------+--------------------+--------+-------+--------
        1   | 4          | stopped pain_stays | due    | 0     | 10
        2   | 4          | stopped own_pain   | due    | -1    | 7
        3-9 | 4          | -                  | paused | -2    | 4
        10  | 4          | again              | paused | -2    | 4
        11  | 4          | done               | due    | -2    | 4
        """,
    )


def test_a_reason_of_another_version_waits_as_well(spec: Spec) -> None:
    spec.care(
        "nerve_glide",
        """
        day | worst pain | session              | plan   | level
        ----+------------+----------------------+--------+------
        1   | 4          | stopped by_a_magpie  | due    | 0
        2   | 4          | -                    | paused | -1
        """,
    )


def test_after_two_weeks_without_it_starts_as_it_is_written(spec: Spec) -> None:
    """More than is written is not kept up over a break. Less stays less."""
    spec.care(
        "walking",
        """
        day   | worst pain | session | plan | level | minutes
        ------+------------+---------+------+-------+--------
        1-7   | 4          | done    | due  | 0     | 10
        8     | 4          | done    | due  | +1    | 12
        9-22  | 4          | -       | due  | +1    | 12
        23-24 | 4          | -       | due  | 0     | 10
        """,
    )


def test_an_answer_leaves_it_out(spec: Spec) -> None:
    spec.care(
        "nerve_glide",
        """
        day | worst pain | session | plan     | level
        ----+------------+---------+----------+------
        1   | 4          | -       | left out | 0
        """,
        answered="worse_flexion",
    )
