"""Bulk FHIR as it really comes: broken lines, wrong types, states that say no, files missing or mixed."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cluneal.population import LoadError, load

from . import made
from .made import AS_OF, SYSTEM, WALKED, Somebody

ICD, CPT = SYSTEM["icd10cm"], SYSTEM["cpt"]
SNOMED = "http://snomed.info/sct"
PATIENT = {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1970-02"}


def code(value: str, system: str = ICD) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": value}]}


def condition(number: int | str, **more: Any) -> dict[str, Any]:
    base = {"resourceType": "Condition", "id": str(number), "subject": {"reference": "Patient/p1"}}
    return {**base, "code": code("M54.50"), "onsetDateTime": "2020-01-01", **more}


def procedure(number: int, **more: Any) -> dict[str, Any]:
    base = {"resourceType": "Procedure", "id": str(number), "subject": {"reference": "Patient/p1"}}
    return {**base, "status": "completed", "code": code("72148", CPT), "performedDateTime": "2020-01-02", **more}


def read(tmp_path: Path, **files: Any) -> made.Tables:
    made.write_fhir(tmp_path / "in", files)
    return made.read(tmp_path / "in", tmp_path)


def said(found: made.Tables) -> list[tuple[str, str, int, str]]:
    return [(one["file"], one["reason"], one["count"], one["place"]) for one in found.account["skipped"]]


def rows(found: made.Tables) -> list[str]:
    return [row[-1] for row in found.event]


def test_broken_lines_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    lines = [
        condition(1),
        '{"resourceType": "Condition", "id": "2", broken',
        "",
        "null",
        "[1, 2]",
        '"text"',
        '{"id": "3"}',
        '{"resourceType": "Condition", "id": "deep", "x": ' + "[" * 50_000 + "]" * 50_000 + "}",
        condition(4),
    ]
    found = read(tmp_path, Patient=[PATIENT], Condition=lines)
    assert rows(found) == ["1", "4"]
    assert said(found) == [
        ("Condition.ndjson", "no JSON, or no resource", 5, "line 2, 4, 5, 6, 7"),
        ("Condition.ndjson", "no reference to a patient", 1, "id deep"),
    ]


def test_wrong_types_are_as_good_as_missing(tmp_path: Path) -> None:
    lines = [
        condition(1, code="M54.50"),
        condition(2, code={"coding": {"system": ICD, "code": "M54.50"}}),
        condition(3, code={"coding": [None, 7, {"system": ICD, "code": ["M54.50"]}]}),
        condition(4, subject=["Patient/p1"]),
        condition(5, subject={"reference": 7}),
        condition(6, onsetDateTime=5),
        condition(7, onsetDateTime={"a": 1}),
        condition(8, verificationStatus="confirmed"),
        condition(9, bodySite={"coding": [{"code": "7771000"}]}),
    ]
    found = read(tmp_path, Patient=[PATIENT], Condition=lines)
    assert rows(found) == ["8", "9"]
    assert said(found) == [
        ("Condition.ndjson", "a date before 1900", 1, "id 6"),
        ("Condition.ndjson", "a date that cannot be read", 1, "id 7"),
        ("Condition.ndjson", "no reference to a patient", 2, "id 4, 5"),
    ]


def test_dates_that_cannot_be(tmp_path: Path) -> None:
    dates = ["2099-01-01", "0001-01-01", "2020-13-01", "soon", "2020", "2020-03", "2020-03-04T05:06:07.8+14:00", ""]
    lines = [condition(number, onsetDateTime=day) for number, day in enumerate(dates)]
    lines.append({one: value for one, value in condition(9).items() if one != "onsetDateTime"})
    found = read(tmp_path, Patient=[PATIENT], Condition=lines)
    assert [(str(row[1]), row[-1]) for row in found.event] == [
        ("2020-01-01", "4"),
        ("2020-03-01", "5"),
        ("2020-03-04", "6"),
    ]
    assert [one[1:] for one in said(found)] == [
        ("a date after the day of the reading", 1, "id 0"),
        ("a date before 1900", 1, "id 1"),
        ("a date that cannot be read", 3, "id 2, 3, 7"),
        ("no date", 1, "id 9"),
    ]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (condition(1, verificationStatus=code("confirmed")), True),
        (condition(1, verificationStatus=code("provisional")), True),
        (condition(1, verificationStatus=code("differential")), False),
        (condition(1, verificationStatus=code("entered-in-error")), False),
        (condition(1, verificationStatus=code("refuted")), False),
        (condition(1, clinicalStatus=code("resolved")), True),
        (procedure(1), True),
        (procedure(1, status="in-progress"), True),
        (procedure(1, status="not-done"), False),
        (procedure(1, status="entered-in-error"), False),
        (procedure(1, status="preparation"), False),
        ({**procedure(1), "resourceType": "ServiceRequest", "intent": "order", "authoredOn": "2020-01-02"}, True),
        ({**procedure(1), "resourceType": "ServiceRequest", "status": "active", "intent": "order"}, False),
        ({**procedure(1), "resourceType": "ServiceRequest", "intent": "proposal"}, False),
        ({**procedure(1), "resourceType": "ServiceRequest", "intent": "order", "doNotPerform": True}, False),
        ({**procedure(1), "resourceType": "DiagnosticReport", "status": "final"}, True),
        ({**procedure(1), "resourceType": "DiagnosticReport", "status": "cancelled"}, False),
    ],
)
def test_what_was_not_done_or_not_so_does_not_count(tmp_path: Path, given: dict[str, Any], kept: bool) -> None:
    found = read(tmp_path, Patient=[PATIENT], Some=[given])
    assert rows(found) == (["1"] if kept else [])
    assert not (kept and said(found))


def test_refuted_and_denied_are_absences(tmp_path: Path) -> None:
    people = made.as_fhir([Somebody(1, WALKED)], tmp_path / "in")
    last = str(made.days(2300))
    asked = {
        "resourceType": "Observation",
        "status": "final",
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": last,
    }
    more = [
        condition(90, code=code("R50.9"), verificationStatus=code("refuted"), onsetDateTime=last),
        {**asked, "id": "91", "code": code("89362005", SNOMED), "valueBoolean": False},
        {**asked, "id": "92", "code": code("77176002", SNOMED), "valueCodeableConcept": code("373066001", SNOMED)},
        {
            **asked,
            "id": "93",
            "code": code("72166-2", "http://loinc.org"),
            "valueCodeableConcept": code("8517006", SNOMED),
        },
        {**asked, "id": "94", "code": code("386661006", SNOMED), "valueQuantity": {"value": 36.5}},
    ]
    made.write_fhir(people, {"More": more[:2] + more[3:]})
    found = made.read(people, tmp_path)
    told = {finding: value for _, finding, value, *_ in found.finding}
    assert (told["fever"], told["weight_loss"], told["smoking"]) == (False, False, False)
    made.write_fhir(people, {"More": more[2:3]})
    assert ("p1", "smoking", True) in {row[:3] for row in made.read(people, tmp_path).finding}


def test_medicines_by_code_by_reference_and_not_taken(tmp_path: Path) -> None:
    rx = "http://www.nlm.nih.gov/research/umls/rxnorm"
    base = {"subject": {"reference": "Patient/p1"}, "effectiveDateTime": "2020-01-01"}
    by_code, by_name = ({"medicationCodeableConcept": code("25480", rx)}, {"reference": "Medication/m"})
    statement, given = ({"resourceType": f"Medication{name}"} for name in ("Statement", "Administration"))
    taken = [
        {**statement, "id": "1", "status": "active", **by_code},
        {**statement, "id": "2", "status": "not-taken", **by_code},
        {**given, "id": "3", "status": "completed", "medicationReference": by_name},
        {**given, "id": "4", "status": "not-done", "medicationReference": by_name},
        {**given, "id": "5", "status": "completed", "medicationReference": {"reference": "Medication/none"}},
    ]
    medicine = {"resourceType": "Medication", "id": "m", "code": code("7804", rx)}
    found = read(tmp_path, Patient=[PATIENT], Administration=[{**one, **base} for one in taken], Medication=[medicine])
    assert [(row[-1], row[2]) for row in found.event] == [("1", "gabapentinoids"), ("3", "opioids")]


def test_an_encounter_s_reason_is_a_visit_and_its_time_is_observed(tmp_path: Path) -> None:
    visit = {
        "resourceType": "Encounter", "id": "1", "status": "finished", "subject": {"reference": "Patient/p1"},
        "reasonCode": [code("Z00.00"), code("M54.50")], "period": {"start": "2020-05-01", "end": "2020-05-04"},
    }  # fmt: skip
    study = {
        "resourceType": "ImagingStudy", "id": "2", "status": "available", "subject": {"reference": "Patient/p1"},
        "procedureCode": [code("72148", CPT)], "started": "2020-05-02T08:00:00Z",
    }  # fmt: skip
    found = read(tmp_path, Patient=[PATIENT], Encounter=[visit], ImagingStudy=[study])
    assert [(str(row[1]), row[2]) for row in found.event] == [
        ("2020-05-01", "low_back_pain"),
        ("2020-05-02", "lumbar_mri"),
    ]
    assert [tuple(map(str, row[1:])) for row in found.observed] == [("2020-05-01", "2020-05-04")]


@pytest.mark.parametrize(
    "reference",
    ["Patient/p1", "https://a.example/fhir/Patient/p1", "Patient/p1/_history/2", "urn:uuid:p1"],
)
def test_a_reference_however_it_is_written(tmp_path: Path, reference: str) -> None:
    found = read(tmp_path, Patient=[PATIENT], Condition=[condition(1, subject={"reference": reference})])
    assert [(row[0], row[-1]) for row in found.event] == [("p1", "1")]


def test_no_patient_file_mixed_files_and_other_resources(tmp_path: Path) -> None:
    other = condition(2, subject={"reference": "Patient/p2"})
    group = condition(3, subject={"reference": "Group/1"})
    found = read(tmp_path, all=[condition(1), PATIENT, other, group, {"resourceType": "Claim", "id": "9"}])
    assert [row[:3] for row in found.person] == [("p1", 1970, "f"), ("p2", None, None)]
    assert [(row[0], row[-1]) for row in found.event] == [("p1", "1"), ("p2", "2")]
    assert found.account["read"] == {"Claim (not used)": 1, "Condition": 3, "Patient": 1}
    assert [one[1:] for one in said(found)] == [
        ("people without a Patient resource", 1, ""),
        ("no reference to a patient", 1, "id 3"),
    ]


def test_patients_who_stand_twice_or_cannot_be(tmp_path: Path) -> None:
    patients = [
        PATIENT,
        {**PATIENT, "gender": "male"},
        {"resourceType": "Patient"},
        {**PATIENT, "id": "p2", "birthDate": "2999"},
    ]
    found = read(tmp_path, Patient=patients, Condition=[condition(1), condition(1)])
    assert [row[:3] for row in found.person] == [("p1", 1970, "f"), ("p2", None, "f")]
    assert rows(found) == ["1"]
    assert [one[1:] for one in said(found)] == [
        ("a patient who stands twice", 1, "id p1"),
        ("a date of birth that cannot be", 1, "id p2"),
        ("a patient without an id", 1, ""),
    ]


def test_one_thing_coded_twice_is_one_event_and_the_side_is_kept(tmp_path: Path) -> None:
    both = {"coding": [{"system": SNOMED, "code": "23056005"}, {"system": ICD, "code": "M54.31"}]}
    left = procedure(2, code=code("27096", CPT), bodySite=[code("7771000", SNOMED)])
    found = read(tmp_path, Patient=[PATIENT], Condition=[condition(1, code=both)], Procedure=[left])
    assert [row[2:6] for row in found.event] == [
        ("sciatica", "right", "icd10cm", "M54.31"),
        ("sacroiliac_injection", "left", "cpt", "27096"),
    ]


def test_an_unknown_system_is_not_guessed(tmp_path: Path) -> None:
    lines = [condition(1, code=code("M54.50", "urn:of-my-own")), condition(2, code={"coding": [{"code": "M54.50"}]})]
    assert rows(read(tmp_path, Patient=[PATIENT], Condition=lines)) == []


def test_an_endless_line_and_a_file_that_ends_early(tmp_path: Path) -> None:
    endless = '{"resourceType": "Condition", "id": "2", "text": "' + "x" * 40_000_000 + '"}'
    made.write_fhir(tmp_path / "in", {"Patient": [PATIENT], "Condition": [condition(1), endless, condition(3)]})
    packed = gzip.compress("".join(json.dumps(procedure(number)) + "\n" for number in range(2000)).encode())
    (tmp_path / "in" / "Procedure.ndjson.gz").write_bytes(packed[: len(packed) // 2])
    found = made.read(tmp_path / "in", tmp_path)
    assert {"1", "3", "0"} <= set(rows(found))
    kinds = {one[:2]: one[3] for one in said(found)}
    assert kinds["Condition.ndjson", "a line over 16 MB"] == "line 2"
    assert kinds["Procedure.ndjson.gz", "no JSON, or no resource"] == "the end, which is missing or damaged"


def test_bytes_that_are_no_text_and_ids_that_look_like_sql(tmp_path: Path) -> None:
    evil = "x'); drop table person; --"
    lines = [condition(evil, subject={"reference": f"Patient/{evil}"}), condition("é\u0000\n")]
    made.write_fhir(tmp_path / "in", {"Patient": [PATIENT], "Condition": lines})
    with (tmp_path / "in" / "Condition.ndjson").open("ab") as file:
        file.write(b'{"resourceType": "Condition", "id": "\xff\xfe"}\n\x00\x00\n')
    found = made.read(tmp_path / "in", tmp_path)
    assert {row[0] for row in found.event} == {"p1", evil}
    assert ("Condition.ndjson", "no JSON, or no resource", 2, "line 3, 4") in said(found)


@pytest.mark.parametrize("content", ["", "\n\n", "[]\n", '{"resourceType": "Claim"}\n'])
def test_nothing_of_a_patient_is_said(tmp_path: Path, content: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.ndjson").write_text(content, encoding="utf-8")
    with pytest.raises(LoadError, match=r"no resource of a patient in its \.ndjson files; check the export"):
        load(tmp_path / "in", workdir=tmp_path)


def test_synthetic_records_are_known_as_such(tmp_path: Path) -> None:
    for tag, known in (([], False), ([{"code": "synthetic"}], True)):
        made.write_fhir(tmp_path / "in", {"Patient": [{**PATIENT, "meta": {"tag": tag}}]})
        assert load(tmp_path / "in", workdir=tmp_path, as_of=AS_OF).synthetic is known


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
FIELDS = (
    "id",
    "subject",
    "code",
    "status",
    "onsetDateTime",
    "performedPeriod",
    "verificationStatus",
    "bodySite",
    "meta",
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.dictionaries(st.sampled_from(FIELDS), anything, max_size=5), max_size=4),
    st.sampled_from(("Condition", "Procedure", "Patient", "Observation", "Encounter", "Medication")),
)
def test_no_resource_stops_the_reading(resources: list[dict[str, Any]], kind: str) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        lines = [{"resourceType": kind, **one} for one in resources]
        found = read(Path(folder), Patient=[PATIENT], Some=lines, Condition=[condition("good")])
    assert "good" in rows(found)
