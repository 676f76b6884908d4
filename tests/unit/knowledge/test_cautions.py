"""What bears on a treatment: every caution is of use, every dose is in the fact it cites, and mistakes are named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from itertools import count
from typing import Any

import pytest

from cluneal.knowledge import load
from cluneal.knowledge.care import Condition, Rung
from cluneal.knowledge.caution import Caution, DrugDose
from cluneal.knowledge.checks import check
from cluneal.knowledge.schema import Fact

KNOWN = load()
FACTS = {fact.id: fact for one in KNOWN.evidence.values() for fact in one.facts}
DOSES = [(rung.id, dose) for rung in KNOWN.ladder.values() for dose in rung.doses]
NUMBER = re.compile(r"\d+(?:\.\d+)?")
WORDS = {"one": "1", "once": "1", "two": "2", "three": "3"}


def numbers(text: str) -> set[float]:
    """Every number in a text, in digits or as one of the few words that doses use."""
    for word, digit in WORDS.items():
        text = re.sub(rf"\b{word}\b", digit, text, flags=re.IGNORECASE)
    return {float(one) for one in NUMBER.findall(text)}


def in_fact(one: str) -> set[float]:
    """The numbers that a fact or a claim of the guide has."""
    if one in KNOWN.guide:
        return numbers(KNOWN.guide[one].claim)
    fact: Fact = FACTS[one]
    values = {value for value in (fact.value, fact.low, fact.high) if value is not None}
    return numbers(f"{fact.statement} {fact.unit or ''}") | {float(value) for value in values}


def strangers(dose: DrugDose) -> set[float]:
    """Numbers of a dose that none of its facts has. A sentence of our own arithmetic says that it is."""
    noted = " ".join(one for one in re.split(r"(?<=[.]) ", dose.note or "") if "our arithmetic" not in one)
    # "once a day" and "in one dose" are words, and no measure.
    return numbers(f"{dose.drug} {dose.use} {dose.dose} {noted}") - set().union(*map(in_fact, dose.evidence)) - {1.0}


@pytest.mark.parametrize(("rung", "dose"), DOSES, ids=[f"{rung}-{dose.drug}-{dose.use}" for rung, dose in DOSES])
def test_every_number_of_a_dose_is_in_a_fact_that_it_cites(rung: str, dose: DrugDose) -> None:
    assert strangers(dose) == set()


def test_a_number_out_of_nowhere_would_be_found() -> None:
    dose = next(dose for _, dose in DOSES if dose.evidence == ("gaba-60",))
    assert strangers(replace(dose, dose="900 to 3700 mg a day in three doses")) == {3700.0}
    assert strangers(replace(dose, dose="900 to 3600 mg a day in seven doses")) == set()  # a word that no dose uses
    assert strangers(replace(dose, evidence=("gaba-30-59",))) == {900.0, 3600.0, 3.0}


def test_what_only_the_guide_says_is_marked_as_such() -> None:
    for _, dose in DOSES:
        assert (dose.by == "guide") == all(one in KNOWN.guide for one in dose.evidence), dose
        assert dose.by != "guide" or dose.quality == "none"


def test_no_person_reads_a_dose() -> None:
    """Texts for a person have no amount of a drug in them."""
    amount = re.compile(r"\b\d+(?:\.\d+)?\s?(?:mg|ml|mL|mcg|microgram|g\b)|mg/kg|tablets a day", re.IGNORECASE)
    said = [one.text for rung in KNOWN.ladder.values() for one in rung.against]
    said += [one.text for rung in KNOWN.ladder.values() for one in rung.harms]
    said += [one.text for rung in KNOWN.ladder.values() for one in (*rung.enter, *rung.stay, *rung.leave)]
    said += [one for rung in KNOWN.ladder.values() for one in (rung.person, *rung.ask_your_doctor)]
    said += [text for one in KNOWN.cautions.values() for text in (one.label, one.ask, one.how_to_tell, one.why)]
    assert [text for text in said if amount.search(text)] == []
    assert amount.search("Take 300 mg at night")


@pytest.mark.parametrize("caution", KNOWN.cautions.values(), ids=lambda one: one.id)
def test_every_caution_is_raised_by_a_fact_of_the_reason_it_raises(caution: Caution) -> None:
    """Why it is asked and what it means for a treatment rest on the same facts."""
    raised = [one for rung in KNOWN.ladder.values() for one in rung.against if caution.id in one.cautions]
    cited = {fact for one in raised for fact in one.evidence}
    assert raised
    assert caution.basis == "judgement" or cited & set(caution.evidence)


def test_a_condition_is_for_people_to_judge_when_nothing_in_it_can_be_worked_out() -> None:
    """Against the list of fields: one that is added and forgotten fails here."""
    words = {"text", "by", "evidence", "basis", "block_definition"}
    computed = [one for one in fields(Condition) if one.name not in words]
    assert len(computed) >= 10
    bare = Condition(text="So.", by="both")
    assert bare.judged
    number = count(1)
    for one in computed:
        some: Any = ("x",) if one.default == () else (True if one.default is False else next(number))
        assert not replace(bare, **{one.name: some}).judged, one.name


# --- mistakes


def problems(**changed: Any) -> list[str]:
    known = replace(KNOWN, evidence=dict(KNOWN.evidence), **changed)
    return [one for one in check(known, {}) if one.startswith(("cautions/", "ladder/"))]


def with_caution(**changed: Any) -> Mapping[str, Caution]:
    return {**KNOWN.cautions, "kidneys": replace(KNOWN.cautions["kidneys"], **changed)}


def with_block(**changed: Any) -> Mapping[str, Rung]:
    return {**KNOWN.ladder, "nerve_block": replace(KNOWN.ladder["nerve_block"], **changed)}


def changed_first(part: str, **changed: Any) -> Mapping[str, Rung]:
    first, *rest = getattr(KNOWN.ladder["nerve_block"], part)
    return with_block(**{part: (replace(first, **changed), *rest)})


def wrong() -> Iterator[tuple[dict[str, Any], str]]:
    yield {"cautions": with_caution(evidence=())}, "cautions/kidneys.yaml: derived without evidence"
    yield {"cautions": with_caution(evidence=("gaba-uk-50-97",))}, "Did you mean gaba-uk-50-79?"
    yield {"cautions": with_caution(findings=("fevr",))}, "fevr: no such finding. Did you mean fever?"
    yield {"cautions": with_caution(treatments=("nsaids",))}, "no such treatment on the ladder. Did you mean nsaid?"
    lonely = replace(KNOWN.cautions["kidneys"], id="spleen")
    yield {"cautions": {**KNOWN.cautions, "spleen": lonely}}, "cautions/spleen.yaml: asked for nothing"
    yield {"ladder": changed_first("against", cautions=("kidney",))}, "kidney: no such caution. Did you mean kidneys?"
    yield {"ladder": changed_first("against", treatments=("topical",))}, "topical: no such treatment here"
    yield {"ladder": changed_first("doses", evidence=())}, "a dose without a source"
    yield {"ladder": changed_first("doses", evidence=("nowhere",))}, "nowhere: no such fact"
    yield {"ladder": changed_first("harms", evidence=("nowhere",))}, "nowhere: no such fact"


def test_what_stands_there_is_whole() -> None:
    assert problems() == []


@pytest.mark.parametrize(("changed", "said"), list(wrong()), ids=[said for _, said in wrong()])
def test_a_mistake_is_named(changed: dict[str, Any], said: str) -> None:
    assert any(said in one for one in problems(**changed)), problems(**changed)


def test_a_judgement_needs_no_fact() -> None:
    assert problems(cautions=with_caution(evidence=(), basis="judgement")) == []
