"""Red flags are rules, not chances. They are asked first and fire whatever the ranking says. Where nothing else is
said, every other alarm question that screening needs was answered no."""

from __future__ import annotations

from cluneal.knowledge import load
from cluneal.pathway import URGENCIES
from cluneal.pathway.triage import open_alarms
from cluneal.reasoning import Contradiction, Findings

from .specification import SCREENING, Spec, found, screened, triaged

title = "Triage: what must be ruled out first"


def test_one_weak_flag_alone_raises_no_alarm(spec: Spec) -> None:
    """Common in ordinary back pain. Alone, none of them is more than a reason to be seen within two weeks."""
    spec.triage(
        """
        urgency          | answers                                            | rules
        -----------------+----------------------------------------------------+-------------------------------------
        none             | night_pain                                         | -
        none             | severe_pain                                        | -
        none             | constant_pain                                      | -
        none             | nonmechanical_pain                                 | -
        none             | pain_getting_worse                                 | -
        none             | onset_sudden                                       | -
        none             | onset_after_trauma                                 | -
        none             | thoracic_pain                                      | -
        none             | feels_unwell                                       | -
        none             | night_sweats                                       | -
        none             | weight_loss                                        | -
        none             | age_over_50                                        | -
        none             | age_75_over                                        | -
        none             | age_under_25                                       | -
        none             | smoking                                            | -
        none             | vascular_disease                                   | -
        none             | flank_or_abdominal_pain                            | -
        none             | morning_stiffness_30min                            | -
        none             | leg_numbness_dermatomal                            | -
        none             | radiates_below_knee                                | -
        none             | reflex_loss                                        | -
        none             | crp_esr_raised                                     | -
        routine          | urinary_symptoms                                   | urinary_alone
        within_two_weeks | cancer_history                                     | cancer_history_new_pain
        within_two_weeks | long_term_steroids                                 | fracture_steroids_recent
        within_two_weeks | leg_weakness                                       | deficit_motor_fixed
        within_two_weeks | sexual_dysfunction_new                             | ces_sexual_alone
        within_two_weeks | wide_gait_or_romberg                               | cord_gait_unexplained
        """
    )


def test_no_single_finding_but_these_asks_for_somebody_today() -> None:
    """Everything else, alone, waits two weeks or longer."""
    alone = {name for name in load().findings if triaged(screened({name: True})).urgency in ("emergency", "same_day")}
    assert alone == {
        "bilateral_leg_weakness",
        "bowel_dysfunction",
        "collapse_or_faint",
        "fever",
        "groin_numbness_spreading",
        "low_blood_pressure",
        "mri_acute_fracture",
        "mri_infection",
        "mri_infection_or_tumour",
        "mri_tumour",
        "pelvic_imaging_fracture",
        "progressive_weakness",
        "pulsatile_mass",
        "recent_major_trauma",
        "residual_over_200ml",
        "rigors_or_confusion",
        "saddle_numbness",
        "spinal_bruise",
        "urinary_incontinence_new",
        "urinary_retention",
        "urinary_retention_or_incontinence",
        "vesicular_rash",
    }


def test_flags_together_ask_for_more_than_each_alone(spec: Spec) -> None:
    """Red flags work in clusters: the company that a weak flag keeps decides."""
    spec.triage(
        """
        urgency          | answers                                            | rules
        -----------------+----------------------------------------------------+-------------------------------------
        none             | night_pain, duration_over_3_months                 | -
        routine          | night_pain, duration_over_3_months,                | guide2_night_pain_benign
                         | physio_no_help                                     |
        within_two_weeks | night_pain, weight_loss                            | systemic_weight_loss
        same_day         | night_pain, cancer_history                         | cancer_pain_recent,
                         |                                                    | cancer_history_new_pain
        emergency        | night_pain, fever                                  | infection_fever_vulnerable,
                         |                                                    | fever_alone
        within_two_weeks | night_pain, age_under_25, severe_pain,             | young_night_pain
                         | constant_pain                                      |
        emergency        | cancer_history, leg_weakness                       | cancer_weak_leg_recent,
                         |                                                    | cancer_history_new_pain,
                         |                                                    | deficit_motor_fixed
        same_day         | age_65_over, flank_or_abdominal_pain               | aaa_pattern_recent
        emergency        | age_65_over, flank_or_abdominal_pain,              | aaa_pattern, aaa_pattern_recent,
                         | nonmechanical_pain                                 | renal_pattern
        within_two_weeks | bilateral_pain, radiates_below_knee                | ces_bilateral_leg_pain_recent
        emergency        | bilateral_pain, radiates_below_knee,               | ces_bilateral_worsening,
                         | progressive_weakness                               | deficit_progressive,
                         |                                                    | ces_bilateral_leg_pain_recent
        routine          | leg_numbness_dermatomal, duration_over_3_months    | guide3_leg_numbness_stable
        within_two_weeks | leg_numbness_dermatomal, leg_numbness_spreading,   | deficit_leg_numbness_spreading
                         | duration_over_3_months                             |
        emergency        | leg_numbness_dermatomal, saddle_numbness,          | ces_saddle_numbness
                         | duration_over_3_months                             |
        """
    )


def test_numbness_in_the_saddle_or_groin_is_an_emergency(spec: Spec) -> None:
    """However mild and old the pain, and whatever the scan showed."""
    spec.triage(
        """
        urgency          | answers                                            | rules
        -----------------+----------------------------------------------------+-------------------------------------
        emergency        | saddle_numbness                                    | ces_saddle_numbness
        emergency        | groin_numbness_spreading                           | ces_groin_numbness
        emergency        | saddle_numbness, no severe_pain,                   | ces_saddle_numbness
                         | mri_normal_for_age, duration_over_3_months         |
        emergency        | groin_numbness_spreading, relief_lying,            | ces_groin_numbness
                         | mri_normal_for_age, duration_over_3_months         |
        """
    )


def test_it_stays_an_emergency_whatever_else_is_answered() -> None:
    """Each other answer, yes and no, and all of the others no."""
    for numb in ("saddle_numbness", "groin_numbness_spreading"):
        others = [name for name in load().findings if name != numb]
        for name in others:
            for answer in (True, False):
                assert triaged({numb: True, name: answer}).urgency == "emergency", (numb, name, answer)
        assert triaged(dict.fromkeys(others, False) | {numb: True}).urgency == "emergency"


def test_one_more_yes_to_an_alarm_question_never_makes_it_less_urgent() -> None:
    alarms = [one.id for one in load().findings.values() if one.alarm]
    milder = []
    for first in alarms:
        for second in alarms:
            try:
                alone, both = triaged(screened({first: True})), triaged(screened({first: True, second: True}))
            except Contradiction:
                continue
            if URGENCIES.index(both.urgency) > URGENCIES.index(alone.urgency):
                milder.append((first, second))
    assert milder == []


def test_screening_that_is_not_complete_says_so(spec: Spec) -> None:
    """Nobody has asked: that is not the same as no. Here these answers are all that is known."""
    spec.triage(
        """
        urgency          | answers                                            | rules
        -----------------+----------------------------------------------------+-------------------------------------
        within_two_weeks | -                                                  | alarm_questions_open
        within_two_weeks | scn_point_reproduces, shock_like_pain              | alarm_questions_open
        within_two_weeks | no saddle_numbness,                                | alarm_questions_open
                         | no urinary_retention_or_incontinence,              |
                         | no bowel_dysfunction, no progressive_weakness,     |
                         | no fever, no cancer_history, no weight_loss,       |
                         | no recent_major_trauma,                            |
                         | no injected_drugs_or_immunosuppressed,             |
                         | unsure long_term_steroids                          |
        none             | no saddle_numbness,                                | -
                         | no urinary_retention_or_incontinence,              |
                         | no bowel_dysfunction, no progressive_weakness,     |
                         | no fever, no cancer_history, no weight_loss,       |
                         | no recent_major_trauma,                            |
                         | no injected_drugs_or_immunosuppressed,             |
                         | no long_term_steroids                              |
        within_two_weeks | no saddle_numbness,                                | cancer_history_new_pain
                         | no urinary_retention_or_incontinence,              |
                         | no bowel_dysfunction, no progressive_weakness,     |
                         | no fever, cancer_history, no weight_loss,          |
                         | no recent_major_trauma,                            |
                         | no injected_drugs_or_immunosuppressed,             |
                         | no long_term_steroids                              |
        same_day         | progressive_weakness                               | deficit_progressive,
                         |                                                    | alarm_questions_open
        """,
        screening_answered=False,
    )


def test_screening_is_complete_when_the_last_question_is_answered() -> None:
    needed = load().redflags[SCREENING].unless_known
    complete = dict.fromkeys(needed, False)
    assert triaged(complete).screened
    for left_open in needed:
        assert not triaged(complete | {left_open: None}).screened, left_open


def test_incomplete_screening_alone_is_no_alarm() -> None:
    assert not triaged({}).alarm
    assert triaged({"progressive_weakness": True}).alarm


def test_every_question_that_screening_needs_is_asked_as_an_alarm_question() -> None:
    """The interview puts alarm questions first, so screening is complete before anything else is asked."""
    for name in load().redflags[SCREENING].unless_known:
        finding = load().findings[name]
        assert finding.alarm, name
        assert finding.level == "ask", name


def test_what_is_still_to_be_asked_could_change_the_urgency() -> None:
    alarms = [one.id for one in load().findings.values() if one.alarm and one.level == "ask"]
    still_open = open_alarms(Findings(), load().redflags.values(), alarms)
    assert "saddle_numbness" in still_open
    assert "saddle_numbness" not in open_alarms(found({"saddle_numbness": False}), load().redflags.values(), alarms)
    urgent = [rule for rule in load().redflags.values() if rule.urgency in ("emergency", "same_day")]
    for name in still_open:
        assert any(name in (*rule.all_of, *rule.any_of) for rule in urgent), name
