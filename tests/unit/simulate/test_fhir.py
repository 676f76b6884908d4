"""The bulk export parses, refers to what is there, and says of every resource that it is test data."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from .conftest import Folder

Export = dict[str, list[dict[str, Any]]]
CODED = {
    "Condition": ("code", "http://hl7.org/fhir/sid/icd-10-cm", "recordedDate"),
    "Procedure": ("code", "http://www.ama-assn.org/go/cpt", "performedDateTime"),
    "MedicationRequest": (
        "medicationCodeableConcept",
        "http://www.nlm.nih.gov/research/umls/rxnorm",
        "authoredOn",
    ),
    "Observation": ("code", "http://loinc.org", "effectiveDateTime"),
}


@pytest.fixture
def export(made: Callable[..., Folder]) -> Export:
    folder = made("fhir", standard="fhir").path / "records"
    return {path.stem: [json.loads(line) for line in path.read_text().splitlines()] for path in folder.glob("*.ndjson")}


def test_every_line_is_a_resource_of_its_file_and_marked(export: Export) -> None:
    assert set(export) == {"Patient", "Encounter", *CODED}
    for name, resources in export.items():
        assert len({one["id"] for one in resources}) == len(resources) >= 300
        for one in resources:
            assert one["resourceType"] == name
            assert one["meta"]["security"][0]["code"] == "HTEST"
            assert one["meta"]["tag"][0]["code"] == "synthetic"


def test_references_lead_somewhere_and_to_the_same_person(export: Export) -> None:
    patients = {f"Patient/{one['id']}" for one in export["Patient"]}
    of_encounter = {f"Encounter/{one['id']}": one["subject"]["reference"] for one in export["Encounter"]}
    assert set(of_encounter.values()) <= patients
    start = {f"Encounter/{one['id']}": one["period"]["start"] for one in export["Encounter"]}
    for name, (code, system, day) in CODED.items():
        for one in export[name]:
            encounter = one["encounter"]["reference"]
            assert one["subject"]["reference"] == of_encounter[encounter]
            assert one[day] == start[encounter]
            assert one[code]["coding"][0]["system"] == system
            assert one[code]["coding"][0]["code"]


def test_what_the_standard_wants_of_each(export: Export) -> None:
    for one in export["Patient"]:
        assert one["gender"] in {"male", "female"}
        assert "1900-01-01" < one["birthDate"] < "1999-01-01"
        assert one["extension"][1]["extension"][-1]["url"] == "text"
    assert any("deceasedDateTime" in one for one in export["Patient"])
    for one in export["Encounter"]:
        assert one["class"]["code"] in {"AMB", "EMER", "IMP"}
        assert one["period"]["start"] <= one["period"]["end"]
    assert all(one["status"] == "completed" and one["intent"] == "order" for one in export["MedicationRequest"])
    sides = {one["bodySite"][0]["text"] for one in export["Procedure"] if "bodySite" in one}
    assert sides == {"left", "right"}
    for one in export["Observation"]:
        assert one["valueQuantity"]["value"] >= 0
        assert one["valueQuantity"]["code"]
