"""Every rule of triage, with answers that fire it and the nearest answers that do not."""

from __future__ import annotations

from cluneal.knowledge import load
from cluneal.pathway.triage import fires

from .specification import SCREENING, Spec, answers, found, names

title = "Every rule"


def test_rules_that_call_for_help_now(spec: Spec) -> None:
    """Each of these says: get help now."""
    spec.rules(
        "emergency",
        """
        rule                           | fires with                           | but not with
        -------------------------------+--------------------------------------+--------------------------------------
        aaa_mass                       | pulsatile_mass                       | no pulsatile_mass
        aaa_pattern                    | age_65_over,                         | no nonmechanical_pain
                                       | flank_or_abdominal_pain,             |
                                       | nonmechanical_pain                   |
        aaa_sudden                     | age_65_over,                         | no severe_pain
                                       | flank_or_abdominal_pain,             |
                                       | onset_sudden, severe_pain            |
        aaa_vascular                   | age_over_50, vascular_disease,       | no onset_sudden
                                       | flank_or_abdominal_pain,             |
                                       | onset_sudden                         |
        aorta_thoracic_sudden          | thoracic_pain, onset_sudden,         | no vascular_disease
                                       | severe_pain, vascular_disease        |
        artery_acute_leg               | weak_foot_pulses, onset_sudden,      | no leg_weakness
                                       | leg_weakness                         |
        cancer_neuro                   | cancer_history,                      | no progressive_weakness
                                       | progressive_weakness                 |
        cancer_weak_leg_recent         | cancer_history, leg_weakness         | no leg_weakness
        ces_bilateral_worsening        | bilateral_pain, radiates_below_knee, | no progressive_weakness
                                       | progressive_weakness                 |
        ces_bladder                    | urinary_retention_or_incontinence    | no urinary_retention_or_incontinence
        ces_both_legs_weak             | bilateral_leg_weakness               | no bilateral_leg_weakness
        ces_bowel                      | bowel_dysfunction                    | no bowel_dysfunction
        ces_groin_numbness             | groin_numbness_spreading             | no groin_numbness_spreading
        ces_residual                   | residual_over_200ml                  | no residual_over_200ml
        ces_saddle_numbness            | saddle_numbness                      | no saddle_numbness
        ces_sexual_plus                | sexual_dysfunction_new,              | no urinary_retention_or_incontinence
                                       | urinary_retention_or_incontinence    |
        collapse_emergency             | collapse_or_faint, age_over_50       | no age_over_50
        cord_gait                      | wide_gait_or_romberg,                | no bilateral_leg_weakness
                                       | bilateral_leg_weakness               |
        infection_fever_cannot_walk    | fever, walking_hard_or_limp,         | no severe_pain
                                       | severe_pain                          |
        infection_fever_neuro          | fever, leg_weakness                  | no leg_weakness
        infection_fever_numb_recent    | fever, leg_numbness_dermatomal       | no leg_numbness_dermatomal
        infection_fever_pattern        | fever, spinal_percussion_pain        | no spinal_percussion_pain
        infection_fever_vulnerable     | fever, cancer_history                | no cancer_history
        infection_risk_neuro           | injected_drugs_or_immunosuppressed,  | no progressive_weakness
                                       | progressive_weakness                 |
        infection_risk_weak_leg_recent | injected_drugs_or_immunosuppressed,  | no leg_weakness
                                       | leg_weakness                         |
        infection_tuberculosis_neuro   | tuberculosis_exposure,               | no progressive_weakness
                                       | progressive_weakness                 |
        low_pressure_emergency         | low_blood_pressure, age_over_50      | no age_over_50
        mri_serious_neuro              | mri_infection_or_tumour,             | no leg_weakness
                                       | leg_weakness                         |
        sepsis_signs                   | rigors_or_confusion                  | no rigors_or_confusion
        trauma_major                   | recent_major_trauma                  | no recent_major_trauma
        trauma_neuro                   | onset_after_trauma, leg_weakness     | no leg_weakness
        zoster_spreading               | vesicular_rash,                      | no fever
                                       | injected_drugs_or_immunosuppressed,  |
                                       | fever                                |
        """,
    )


def test_rules_that_ask_for_somebody_today(spec: Spec) -> None:
    """Each of these says: be seen today."""
    spec.rules(
        "same_day",
        """
        rule                             | fires with                           | but not with
        ---------------------------------+--------------------------------------+--------------------------------------
        aaa_back_only                    | age_over_50, vascular_disease,       | no nonmechanical_pain
                                         | nonmechanical_pain                   |
        aaa_pattern_lasting              | age_65_over,                         | no duration_over_3_months
                                         | flank_or_abdominal_pain,             |
                                         | nonmechanical_pain,                  |
                                         | duration_over_3_months               |
        aaa_pattern_recent               | age_65_over,                         | no flank_or_abdominal_pain
                                         | flank_or_abdominal_pain              |
        aaa_risk_recent                  | age_over_50,                         | no smoking
                                         | flank_or_abdominal_pain,             |
                                         | vascular_disease, smoking            |
        cancer_pain                      | cancer_history, nonmechanical_pain   | no nonmechanical_pain
        cancer_pain_recent               | cancer_history, night_pain           | no night_pain
        cancer_weak_leg_old              | cancer_history, leg_weakness,        | no duration_over_3_months
                                         | duration_over_3_months               |
        ces_bilateral_numbness_spreading | bilateral_pain,                      | no radiates_below_knee
                                         | leg_numbness_spreading,              |
                                         | radiates_below_knee                  |
        ces_bilateral_sciatica_deficit   | bilateral_pain, radiates_below_knee, | no leg_weakness
                                         | leg_weakness                         |
        ces_bilateral_sciatica_new       | bilateral_pain, radiates_below_knee, | no leg_pain_worse_than_back
                                         | shock_like_pain,                     |
                                         | leg_pain_worse_than_back             |
        ces_sexual_leg_pain              | sexual_dysfunction_new,              | no radiates_below_knee
                                         | radiates_below_knee                  |
        collapse_alone                   | collapse_or_faint                    | no collapse_or_faint
        cord_gait_rising                 | wide_gait_or_romberg, thoracic_pain  | no thoracic_pain
        deficit_numbness_spreading_plus  | leg_numbness_spreading,              | no leg_weakness
                                         | leg_weakness                         |
        deficit_progressive              | progressive_weakness                 | no progressive_weakness
        fever_alone                      | fever                                | no fever
        fracture_signs_fragile           | known_osteoporosis_or_fracture,      | no spinal_percussion_pain
                                         | spinal_percussion_pain               |
        fracture_signs_old               | age_65_over, spinal_percussion_pain  | no spinal_percussion_pain
        fracture_steroids                | long_term_steroids, age_65_over      | no age_65_over
        fracture_sudden_fragile          | known_osteoporosis_or_fracture,      | no onset_sudden
                                         | severe_pain, onset_sudden            |
        infection_loin_fever             | fever, flank_or_abdominal_pain       | no flank_or_abdominal_pain
        infection_no_fever               | injected_drugs_or_immunosuppressed,  | no spinal_percussion_pain
                                         | spinal_percussion_pain               |
        low_pressure_alone               | low_blood_pressure                   | no low_blood_pressure
        mri_fracture                     | mri_acute_fracture                   | no mri_acute_fracture
        mri_infection_seen               | mri_infection                        | no mri_infection
        mri_serious                      | mri_infection_or_tumour              | no mri_infection_or_tumour
        pelvic_fracture_seen             | pelvic_imaging_fracture              | no pelvic_imaging_fracture
        pelvic_stress_hip                | training_increase, groin_pain,       | no walking_hard_or_limp
                                         | walking_hard_or_limp                 |
        pregnancy_belly                  | pregnancy_or_postpartum,             | no flank_or_abdominal_pain
                                         | flank_or_abdominal_pain              |
        renal_pattern                    | flank_or_abdominal_pain,             | no loin_tender
                                         | loin_tender                          |
        renal_sudden                     | flank_or_abdominal_pain,             | no severe_pain
                                         | onset_sudden, severe_pain            |
        trauma_minor_fragile             | onset_after_trauma, age_65_over      | no age_65_over
        trauma_spinal_bruise             | spinal_bruise                        | no spinal_bruise
        urinary_pattern                  | urinary_symptoms,                    | no flank_or_abdominal_pain
                                         | flank_or_abdominal_pain              |
        zoster_immunosuppressed          | vesicular_rash,                      | no injected_drugs_or_immunosuppressed
                                         | injected_drugs_or_immunosuppressed   |
        young_limp_ill                   | age_under_25, walking_hard_or_limp,  | no night_pain
                                         | night_pain                           |
        zoster_rash                      | vesicular_rash                       | no vesicular_rash
        """,
    )


def test_rules_that_ask_for_somebody_within_two_weeks(spec: Spec) -> None:
    """Each of these says: be seen within two weeks."""
    spec.rules(
        "within_two_weeks",
        """
        rule                           | fires with                           | but not with
        -------------------------------+--------------------------------------+--------------------------------------
        aaa_risk_group                 | age_65_over, vascular_disease        | no vascular_disease
        aaa_risk_lasting               | age_65_over,                         | no duration_over_3_months
                                       | flank_or_abdominal_pain,             |
                                       | duration_over_3_months               |
        artery_claudication            | claudication, weak_foot_pulses       | no weak_foot_pulses
        artery_claudication_smoker     | claudication, smoking, age_over_50   | no age_over_50
        artery_narrowed_seen           | artery_imaging_narrowed,             | no claudication
                                       | claudication                         |
        artery_walking_risk            | vascular_disease, worse_walking,     | no smoking
                                       | smoking                              |
        artery_weak_pulse              | weak_foot_pulses, claudication       | no claudication
        cancer_history_lasting_pain    | cancer_history,                      | no night_pain
                                       | duration_over_3_months, night_pain   |
        cancer_history_new_pain        | cancer_history                       | no cancer_history
        ces_bilateral_leg_pain_recent  | bilateral_pain, radiates_below_knee  | no radiates_below_knee
        ces_sexual_alone               | sexual_dysfunction_new               | no sexual_dysfunction_new
        constant_unremitting           | nonmechanical_pain, night_pain,      | no age_over_50
                                       | age_over_50                          |
        cord_gait_unexplained          | wide_gait_or_romberg                 | no wide_gait_or_romberg
        deficit_leg_numbness_spreading | leg_numbness_spreading               | no leg_numbness_spreading
        deficit_motor_fixed            | leg_weakness                         | no leg_weakness
        deficit_two_signs_recent       | leg_numbness_dermatomal,             | no reflex_loss
                                       | reflex_loss                          |
        fracture_age_75                | age_75_over, severe_pain,            | no thoracic_pain
                                       | thoracic_pain                        |
        fracture_fragile_changed       | known_osteoporosis_or_fracture,      | no pain_getting_worse
                                       | pain_getting_worse                   |
        fracture_fragile_recent        | known_osteoporosis_or_fracture       | no known_osteoporosis_or_fracture
        fracture_old_changed           | age_65_over, pain_getting_worse,     | no spinal_percussion_pain
                                       | spinal_percussion_pain               |
        fracture_old_transfers         | age_65_over, worse_rolling_in_bed,   | no known_osteoporosis_or_fracture
                                       | worse_rising,                        |
                                       | known_osteoporosis_or_fracture       |
        fracture_steroids_any          | long_term_steroids,                  | no pain_getting_worse
                                       | pain_getting_worse                   |
        fracture_steroids_recent       | long_term_steroids                   | no long_term_steroids
        infection_risk_lasting         | injected_drugs_or_immunosuppressed,  | no night_pain
                                       | duration_over_3_months,              |
                                       | constant_pain, night_pain            |
        infection_risk_recent          | injected_drugs_or_immunosuppressed   | no injected_drugs_or_immunosuppressed
        infection_tuberculosis         | tuberculosis_exposure, night_sweats  | no night_sweats
        markers_raised_constant        | crp_esr_raised, nonmechanical_pain   | no nonmechanical_pain
        older_not_improving            | age_over_50, pain_getting_worse,     | no constant_pain
                                       | night_pain, constant_pain            |
        pelvic_insufficiency           | age_65_over, worse_walking,          | no known_osteoporosis_or_fracture
                                       | known_osteoporosis_or_fracture       |
        pelvic_insufficiency_fragile   | known_osteoporosis_or_fracture,      | no worse_walking
                                       | walking_hard_or_limp, worse_walking  |
        pelvic_insufficiency_limp      | age_65_over, walking_hard_or_limp    | no walking_hard_or_limp
        pelvic_stress_athlete          | extension_or_endurance_sport,        | no worse_walking
                                       | worse_single_leg_or_stairs,          |
                                       | worse_walking                        |
        pelvic_stress_athlete_limp     | extension_or_endurance_sport,        | no walking_hard_or_limp
                                       | walking_hard_or_limp                 |
        pelvic_stress_training         | training_increase,                   | no worse_walking
                                       | worse_single_leg_or_stairs,          |
                                       | worse_walking                        |
        pelvic_stress_training_limp    | training_increase,                   | no walking_hard_or_limp
                                       | walking_hard_or_limp                 |
        perineal_night_pain            | lower_buttock_perineal_pain,         | no pain_getting_worse
                                       | night_pain, pain_getting_worse       |
        postpartum_load_pain           | postpartum, severe_pain              | no severe_pain
        pregnancy_pelvic_stress        | pregnancy_or_postpartum,             | no pain_getting_worse
                                       | severe_pain, pain_getting_worse      |
        pregnancy_spine_fracture       | pregnancy_or_postpartum,             | no spinal_percussion_pain
                                       | spinal_percussion_pain               |
        systemic_night_sweats          | night_sweats, pain_getting_worse     | no pain_getting_worse
        systemic_unwell                | feels_unwell, pain_getting_worse     | no pain_getting_worse
        systemic_weight_loss           | weight_loss, night_pain              | no night_pain
        thoracic_rising                | thoracic_pain, pain_getting_worse,   | no night_pain
                                       | night_pain                           |
        trauma_over_50                 | onset_after_trauma, age_over_50,     | no severe_pain
                                       | severe_pain                          |
        unrelieved_pain                | night_pain, constant_pain,           | no painkillers_no_help
                                       | painkillers_no_help                  |
        visceral_lasting               | flank_or_abdominal_pain,             | no nonmechanical_pain
                                       | duration_over_3_months,              |
                                       | nonmechanical_pain                   |
        worsening_unexplained          | pain_getting_worse, night_pain,      | no nonmechanical_pain
                                       | constant_pain, nonmechanical_pain    |
        young_limp                     | age_under_25, walking_hard_or_limp   | no walking_hard_or_limp
        young_night_pain               | age_under_25, night_pain,            | no nonmechanical_pain
                                       | constant_pain, nonmechanical_pain    |
        young_worsening                | age_under_25, pain_getting_worse,    | no night_pain
                                       | night_pain                           |
        zoster_before_rash             | burning_pain, side_one,              | no shock_like_pain
                                       | nonmechanical_pain, shock_like_pain  |
        """,
    )


def test_rules_that_suggest_a_routine_visit(spec: Spec) -> None:
    """None of these is an alarm."""
    spec.rules(
        "routine",
        """
        rule                         | fires with                           | but not with
        -----------------------------+--------------------------------------+--------------------------------------
        axspa_core                   | onset_under_45,                      | no nsaid_good_response
                                     | duration_over_3_months, night_pain,  |
                                     | relief_exercise,                     |
                                     | nsaid_good_response                  |
        axspa_features               | onset_under_45,                      | no hla_b27
                                     | duration_over_3_months, hla_b27      |
        guide1_persistent_crest_pain | duration_over_3_months,              | no scn_point_reproduces
                                     | physio_no_help,                      |
                                     | scn_point_reproduces                 |
        guide2_night_pain_benign     | night_pain, duration_over_3_months,  | no physio_no_help
                                     | physio_no_help                       |
        guide3_leg_numbness_stable   | leg_numbness_dermatomal,             | no duration_over_3_months
                                     | duration_over_3_months               |
        guide4_failed_injections     | two_cluneal_blocks_failed            | no two_cluneal_blocks_failed
        urinary_alone                | urinary_symptoms                     | no urinary_symptoms
        """,
    )


def test_answers_that_make_a_rule_not_apply(spec: Spec) -> None:
    """Added to the answers above, each of these keeps the rule from firing. Most say that the pain is old."""
    spec.silenced(
        """
        rule                              | silenced by
        ----------------------------------+----------------------------------------------------------------------------
        aaa_pattern                       | duration_over_3_months, vesicular_rash
        aaa_sudden                        | duration_over_3_months, vesicular_rash, onset_after_trauma
        aaa_vascular                      | vesicular_rash
        aorta_thoracic_sudden             | duration_over_3_months, onset_after_trauma, onset_lifting
        artery_acute_leg                  | duration_over_3_months
        cancer_weak_leg_recent            | duration_over_3_months
        infection_fever_numb_recent       | duration_over_3_months, vesicular_rash
        infection_fever_pattern           | vesicular_rash
        infection_fever_vulnerable        | vesicular_rash
        infection_risk_weak_leg_recent    | duration_over_3_months
        trauma_neuro                      | duration_over_3_months
        aaa_back_only                     | duration_over_3_months, onset_after_trauma, vesicular_rash
        aaa_pattern_lasting               | vesicular_rash
        aaa_pattern_recent                | duration_over_3_months, vesicular_rash
        aaa_risk_recent                   | duration_over_3_months, vesicular_rash
        cancer_pain_recent                | duration_over_3_months
        ces_bilateral_sciatica_deficit    | duration_over_3_months, claudication
        ces_bilateral_sciatica_new        | duration_over_3_months, claudication
        fever_alone                       | vesicular_rash
        fracture_signs_fragile            | duration_over_3_months
        fracture_signs_old                | duration_over_3_months
        fracture_steroids                 | duration_over_3_months
        fracture_sudden_fragile           | duration_over_3_months
        pregnancy_belly                   | duration_over_3_months
        renal_pattern                     | duration_over_3_months
        renal_sudden                      | duration_over_3_months
        trauma_minor_fragile              | duration_over_3_months
        aaa_risk_group                    | duration_over_3_months, onset_after_trauma, onset_lifting,
                                          | worse_loading_eased_by_rest
        aaa_risk_lasting                  | vesicular_rash
        artery_claudication               | relief_bending_forward
        artery_claudication_smoker        | relief_bending_forward
        artery_walking_risk               | relief_bending_forward, worse_sitting, relief_exercise
        cancer_history_new_pain           | duration_over_3_months
        ces_bilateral_leg_pain_recent     | duration_over_3_months, claudication
        constant_unremitting              | vesicular_rash
        cord_gait_unexplained             | claudication, relief_sitting, relief_bending_forward, parkinson_disease
        deficit_two_signs_recent          | duration_over_3_months
        fracture_age_75                   | duration_over_3_months
        fracture_fragile_recent           | duration_over_3_months
        fracture_old_transfers            | duration_over_3_months
        fracture_steroids_recent          | duration_over_3_months
        infection_risk_recent             | duration_over_3_months
        older_not_improving               | relief_lying, relief_sitting, worse_loading_eased_by_rest
        pelvic_insufficiency              | duration_over_3_months, relief_bending_forward
        pelvic_insufficiency_fragile      | duration_over_3_months
        pelvic_insufficiency_limp         | duration_over_3_months
        pelvic_stress_athlete             | duration_over_3_months, radiates_below_knee
        trauma_over_50                    | duration_over_3_months
        unrelieved_pain                   | relief_lying, relief_sitting, relief_bending_forward, relief_exercise,
                                          | worse_loading_eased_by_rest, vesicular_rash
        worsening_unexplained             | relief_lying, worse_loading_eased_by_rest
        zoster_before_rash                | duration_over_3_months, vesicular_rash
        guide2_night_pain_benign          | cancer_history, weight_loss, fever, nonmechanical_pain,
                                          | morning_stiffness_30min, pain_getting_worse, feels_unwell, night_sweats,
                                          | age_under_25
        guide3_leg_numbness_stable        | progressive_weakness, leg_weakness, saddle_numbness,
                                          | groin_numbness_spreading, leg_numbness_spreading
        """,
        firing_cases(),
    )


def firing_cases() -> dict[str, str]:
    """The answers in the tables above, by rule."""
    kept = Spec(checks=False)
    test_rules_that_call_for_help_now(kept)
    test_rules_that_ask_for_somebody_today(kept)
    test_rules_that_ask_for_somebody_within_two_weeks(kept)
    test_rules_that_suggest_a_routine_visit(kept)
    return {row["rule"]: row["fires with"] for row in kept.rows}


def test_every_rule_has_its_case() -> None:
    assert firing_cases().keys() == load().redflags.keys() - {SCREENING}


def test_an_unanswered_question_silences_no_rule() -> None:
    for rule, cell in firing_cases().items():
        given = answers(cell)
        unsure = dict.fromkeys(load().findings) | given
        assert fires(load().redflags[rule], found(unsure), None), rule


def test_no_answer_silences_a_rule_unless_the_rule_names_it() -> None:
    for name, cell in firing_cases().items():
        rule, given = load().redflags[name], answers(cell)
        known = found(given)
        others = {finding: False for finding in load().findings if not known.known(finding)}
        assert fires(rule, found(others | given), None), name


def test_every_part_that_a_rule_asks_for_is_needed() -> None:
    """Without any one of its answers, no rule fires, unless another answer implies that one."""
    loose = []
    for name, cell in firing_cases().items():
        rule = load().redflags[name]
        for left_out in names(cell):
            rest = found({finding: True for finding in names(cell) if finding != left_out})
            if not rest.known(left_out) and fires(rule, rest, None):
                loose.append((name, left_out))
    assert loose == []
