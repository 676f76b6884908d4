"""Each rung has conditions to enter, to stay and to leave. The guide states some, the studies' view adds others, and
the two stand side by side. A rung is open by one view when every condition of that view holds, closed when one fails,
and "cannot say" while one is unknown. Some conditions can only be judged by a person, so "cannot say" is common: the
ladder shows what holds, and never sells the next rung. A block's line holds what was injected, with which drug, and the
pain by minute."""

from __future__ import annotations

from cluneal.knowledge import load

from .specification import Spec

title = "Where a person stands on the ladder"


def test_nothing_tried_and_nothing_asked(spec: Spec) -> None:
    """Screening is open, so the studies' view cannot open anything yet. The guide asks for no screening."""
    spec.ladder(
        """
        answers: -
        """,
        """
        rung                      | tried | by the guide | by the studies | reasons against from the answers
        --------------------------+-------+--------------+----------------+---------------------------------
        conservative              | no    | cannot say   | cannot say     | 0
        nerve_block               | no    | closed       | cannot say     | 0
        neurolysis_or_decompression | no  | closed       | closed         | 0
        nerve_stimulation         | no    | cannot say   | closed         | 0
        """,
    )


def test_screened_and_nothing_tried(spec: Spec) -> None:
    """Simple measures are open by the studies' view. The guide wants them before a block."""
    spec.ladder(
        """
        screening: every other alarm question no
        pain for: 2 months
        """,
        """
        rung                      | tried | by the guide | by the studies | reasons against from the answers
        --------------------------+-------+--------------+----------------+---------------------------------
        conservative              | no    | cannot say   | open           | 0
        nerve_block               | no    | closed       | cannot say     | 0
        neurolysis_or_decompression | no  | closed       | closed         | 0
        nerve_stimulation         | no    | cannot say   | closed         | 0
        """,
    )


def test_an_alarm_closes_every_rung_by_the_studies(spec: Spec) -> None:
    """What the guide would open stays open by the guide: the page shows both, and the alarm comes first."""
    spec.ladder(
        """
        screening: every other alarm question no
        answers: fever
        pain for: 8 months
        tried: physiotherapy (no)
        """,
        """
        rung                      | tried | by the guide | by the studies | reasons against from the answers
        --------------------------+-------+--------------+----------------+---------------------------------
        conservative              | yes   | cannot say   | closed         | 0
        nerve_block               | no    | cannot say   | closed         | 1
        neurolysis_or_decompression | no  | closed       | closed         | 1
        nerve_stimulation         | no    | cannot say   | closed         | 1
        """,
    )


def test_what_the_guide_opens_and_the_studies_do_not(spec: Spec) -> None:
    """Two blocks that helped for half an hour satisfy the guide after six months. Nobody has shown that this is enough
    before an operation: by the strict rule neither block counts."""
    spec.ladder(
        """
        screening: every other alarm question no
        pain for: 8 months
        tried: physiotherapy (no)
        block: scn; lidocaine 1 %; 0: 8, 15: 1, 30: 2, 60: 6
        block: scn; bupivacaine 0.25 %; 0: 8, 15: 2, 30: 2, 60: 5
        """,
        """
        rung                      | tried | by the guide | by the studies | reasons against from the answers
        --------------------------+-------+--------------+----------------+---------------------------------
        conservative              | yes   | cannot say   | open           | 0
        nerve_block               | yes   | cannot say   | cannot say     | 0
        neurolysis_or_decompression | no  | open         | closed         | 0
        nerve_stimulation         | no    | cannot say   | closed         | 0
        """,
    )


def test_two_blocks_that_the_strict_rule_counts(spec: Spec) -> None:
    """Now nothing computable speaks against it; what only an examiner can judge stays open."""
    spec.ladder(
        """
        screening: every other alarm question no
        pain for: 8 months
        tried: physiotherapy (no)
        block: scn; lidocaine 1 %; 0: 8, 15: 1, 30: 1, 60: 1, 3 h: 7
        block: scn; bupivacaine 0.25 %; 0: 8, 15: 1, 30: 0, 60: 1, 6 h: 2, 12 h: 8
        """,
        """
        rung                      | tried | by the guide | by the studies | reasons against from the answers
        --------------------------+-------+--------------+----------------+---------------------------------
        conservative              | yes   | cannot say   | open           | 0
        nerve_block               | yes   | cannot say   | cannot say     | 0
        neurolysis_or_decompression | no  | open         | cannot say     | 0
        nerve_stimulation         | no    | cannot say   | cannot say     | 0
        """,
    )


def test_five_months_are_not_six(spec: Spec) -> None:
    spec.ladder(
        """
        screening: every other alarm question no
        pain for: 5 months
        tried: physiotherapy (no)
        block: scn; lidocaine 1 %; 0: 8, 15: 1, 30: 1, 60: 1
        block: scn; bupivacaine 0.25 %; 0: 8, 15: 1, 30: 0, 60: 1
        """,
        """
        rung                      | tried | by the guide | by the studies | reasons against from the answers
        --------------------------+-------+--------------+----------------+---------------------------------
        conservative              | yes   | cannot say   | open           | 0
        nerve_block               | yes   | cannot say   | cannot say     | 0
        neurolysis_or_decompression | no  | closed       | cannot say     | 0
        nerve_stimulation         | no    | cannot say   | cannot say     | 0
        """,
    )


def test_blocks_of_other_places_do_not_count(spec: Spec) -> None:
    """Two good blocks of the joint beside the sacrum say nothing for an operation on a cluneal nerve."""
    spec.ladder(
        """
        screening: every other alarm question no
        pain for: 8 months
        tried: physiotherapy (no)
        block: si joint; lidocaine 1 %; 0: 8, 15: 1, 30: 1, 60: 1
        block: facet; bupivacaine 0.25 %; 0: 8, 15: 1, 30: 0, 60: 1
        """,
        """
        rung                      | tried | by the guide | by the studies | reasons against from the answers
        --------------------------+-------+--------------+----------------+---------------------------------
        conservative              | yes   | cannot say   | open           | 0
        nerve_block               | no    | cannot say   | cannot say     | 0
        neurolysis_or_decompression | no  | closed       | closed         | 0
        nerve_stimulation         | no    | cannot say   | closed         | 0
        """,
    )


def test_signs_that_these_nerves_cannot_cause(spec: Spec) -> None:
    """A weak leg and a lost reflex come first: they argue against freeing the nerve, whatever the blocks showed."""
    spec.ladder(
        """
        screening: every other alarm question no
        answers: leg_weakness, reflex_loss
        pain for: 8 months
        tried: physiotherapy (no)
        block: scn; lidocaine 1 %; 0: 8, 15: 1, 30: 1, 60: 1
        block: scn; bupivacaine 0.25 %; 0: 8, 15: 1, 30: 0, 60: 1
        """,
        """
        rung                      | tried | by the guide | by the studies | reasons against from the answers
        --------------------------+-------+--------------+----------------+---------------------------------
        conservative              | yes   | cannot say   | closed         | 0
        nerve_block               | yes   | cannot say   | closed         | 0
        neurolysis_or_decompression | no  | open         | closed         | 1
        nerve_stimulation         | no    | cannot say   | closed         | 0
        """,
    )


def test_reasons_against_from_the_answers(spec: Spec) -> None:
    """Pregnancy, weak defences and two failed blocks each speak against something, next to the general cautions."""
    spec.ladder(
        """
        screening: every other alarm question no
        answers: pregnant, immunosuppressed, two_cluneal_blocks_failed, long_term_steroids
        """,
        """
        rung                      | reasons against from the answers
        --------------------------+---------------------------------
        conservative              | 2
        nerve_block               | 3
        neurolysis_or_decompression | 2
        nerve_stimulation         | 3
        """,
    )


def test_the_second_block_used_another_drug(spec: Spec) -> None:
    """By its own name: lignocaine and lidocaine in two strengths are one drug."""
    for first, second, holds in (
        ("lidocaine 1 %", "bupivacaine 0.25 %", "yes"),
        ("lidocaine 1 %", "lignocaine 2 %", "no"),
        ("bupivacaine", "levobupivacaine", "yes"),
        ("lidocaine 1 %", "-", "cannot say"),
    ):
        spec.conditions(
            "neurolysis_or_decompression",
            "enter",
            f"""
            block: scn; {first}; 0: 8, 15: 1, 30: 1
            block: scn; {second}; 0: 8, 15: 1, 30: 1
            """,
            f"""
            condition                          | holds
            -----------------------------------+------
            The second block used another drug … | {holds}
            """,
        )


def test_a_block_that_cannot_be_judged_is_not_a_failed_one(spec: Spec) -> None:
    """One good block and one without readings: two may have helped, so it cannot be told."""
    spec.conditions(
        "neurolysis_or_decompression",
        "enter",
        """
        block: scn; lidocaine; 0: 8, 15: 1, 30: 1, 60: 1
        block: scn; bupivacaine; 0: 8
        """,
        """
        condition                                                     | holds
        --------------------------------------------------------------+-----------
        Two blocks helped by a strict rule …                          | cannot say
        At least one simple measure …                                 | no
        """,
    )


def test_leaving_the_block(spec: Spec) -> None:
    """Two blocks failed by the guide's rule, and an injection into the neighbouring joint helped."""
    spec.conditions(
        "nerve_block",
        "leave",
        """
        tried: si_injection (yes), epidural_injection (no), facet_injection (briefly)
        block: scn; lidocaine; 0: 8, 15: 7, 30: 7
        block: scn; lidocaine; 0: 8, 15: 5, 30: 8
        """,
        """
        condition                                                     | holds
        --------------------------------------------------------------+-----------
        Two guided blocks failed …                                    | yes
        An injection into the joint beside the sacrum helped …        | yes
        An injection at the small joints of the spine helped …        | cannot say
        An injection near the spinal nerves …                         | no
        An operation on the spine helped …                            | cannot say
        """,
    )


def test_leaving_simple_measures(spec: Spec) -> None:
    """Two kinds of care, not two courses of one."""
    for tried, holds in (("physiotherapy (no), topical (no)", "yes"), ("physiotherapy (no), physiotherapy (no)", "no")):
        spec.conditions(
            "conservative",
            "leave",
            f"""
            tried: {tried}
            """,
            f"""
            condition                                   | holds
            --------------------------------------------+------
            At least two kinds of simple care were tried … | {holds}
            """,
        )


def test_the_rungs_stand_in_order() -> None:
    ordered = sorted(load().ladder.values(), key=lambda rung: rung.order)
    assert [rung.id for rung in ordered] == [
        "conservative",
        "nerve_block",
        "neurolysis_or_decompression",
        "nerve_stimulation",
    ]


def test_the_guide_and_the_studies_and_the_sceptics_speak_on_every_rung() -> None:
    for rung in load().ladder.values():
        assert all((rung.guide_says, rung.studies_say, rung.sceptics_say)), rung.id
