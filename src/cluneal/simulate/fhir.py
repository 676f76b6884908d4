"""Simulated people as a FHIR R4 bulk export: one NDJSON file a resource type.

Every resource says that it is test data, in `meta.security` and `meta.tag`. A bulk export has no periods of
observation: they are not written, and a reader has to make do with the encounters, as with a real one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from .codes import CONDITION, DRUG, EPOCH, LEFT, MEASUREMENT, PROCEDURE, RIGHT, Array, catalogue
from .log import EMERGENCY, HOSPITAL, OFFICE
from .parameters import parameters
from .people import MAN, WOMAN
from .records import dead, numbers, visits
from .world import Block

RESOURCES = ("Patient", "Encounter", "Condition", "Procedure", "MedicationRequest", "Observation")
SYSTEMS = {
    "ICD10CM": "http://hl7.org/fhir/sid/icd-10-cm",
    "CPT4": "http://www.ama-assn.org/go/cpt",
    "RxNorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "LOINC": "http://loinc.org",
}
V3 = "http://terminology.hl7.org/CodeSystem/v3-"
CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
CATEGORY = "http://terminology.hl7.org/CodeSystem/condition-category"
CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"
OMB = "urn:oid:2.16.840.1.113883.6.238"
UNITS = "http://unitsofmeasure.org"
SNOMED = "http://snomed.info/sct"
META = {
    "security": [{"system": f"{V3}ActReason", "code": "HTEST", "display": "test health data"}],
    "tag": [{"system": "urn:cluneal:simulate", "code": "synthetic", "display": "SYNTHETIC"}],
}
CLASSES = {OFFICE: ("AMB", "ambulatory"), EMERGENCY: ("EMER", "emergency"), HOSPITAL: ("IMP", "inpatient encounter")}
SIDES = {RIGHT: ("24028007", "right"), LEFT: ("7771000", "left")}
RACES = {"white": "2106-3", "black": "2054-5", "asian": "2028-9"}
ETHNICITIES = {False: ("2186-5", "Not Hispanic or Latino"), True: ("2135-2", "Hispanic or Latino")}
FIRST_BIRTH, LAST_DAY = "1900-01-01", "2100-01-01"


class Fhir:
    """Writes one NDJSON file a resource type into a folder; `add` block after block, then `close`."""

    together = 1

    def __init__(self, folder: Path, form: str = "ndjson") -> None:
        self.rows, self.counts = catalogue(), dict.fromkeys(RESOURCES, 0)
        self._files: dict[str, BinaryIO] = {name: open(folder / f"{name}.{form}", "wb") for name in RESOURCES}  # noqa: SIM115
        self._codes = _texts([_json(_coded(one.system, one.code, one.name)) for one in self.rows.codes])
        self._days = _Days()

    def add(self, block: Block) -> None:
        """All resources of these people, after those that were written before."""
        events = block.events
        new, end = visits(block)
        self._patients(block)
        before = self.counts["Encounter"]
        number = before + np.arange(len(new)) + 1
        classes = _texts([_json({"system": f"{V3}ActCode", "code": a, "display": b}) for a, b in CLASSES.values()])
        self._write(
            "Encounter",
            number,
            ['"status":"finished","class":', classes.take(_whole(events.setting[new]))],
            _subject(block, events.who[new]),
            [',"period":{"start":"', self._days.text(events.day[new]), '","end":"', self._days.text(end), '"}'],
        )
        visit = before + np.searchsorted(new, np.arange(len(events)), side="right")
        for table, write in (
            (CONDITION, self._conditions),
            (PROCEDURE, self._procedures),
            (DRUG, self._drugs),
            (MEASUREMENT, self._measured),
        ):
            mine = np.flatnonzero(self.rows.table[events.what] == table)
            write(block, mine, visit[mine])

    def close(self) -> None:
        """Everything is on the disk."""
        for file in self._files.values():
            file.close()

    def _write(self, kind: str, number: Array, *pieces: Sequence[Any]) -> None:
        """One line a resource from pieces of text: words that stand in every one, and columns."""
        import pyarrow as pa
        from pyarrow import compute

        self.counts[kind] += len(number)
        if not len(number):
            return
        start = f'{{"resourceType":"{kind}","id":"'
        meta = f'","meta":{_json(META)},'
        inside = [one for piece in pieces for one in piece]
        parts = [f"{start}{kind[0].lower()}", _numbered(number), meta, *inside, "}\n"]
        lines = compute.binary_join_element_wise(*(_large(one) for one in parts), pa.scalar("", pa.large_string()))
        # The lines lie one after the other in memory as they are to stand in the file.
        self._files[kind].write(memoryview(lines.buffers()[2]))

    def _patients(self, block: Block) -> None:
        people = block.people
        genders = _texts(["female", "male"]) if WOMAN < MAN else _texts(["male", "female"])
        races = _texts([_extension("race", RACES.get(one), one) for one in parameters().people.races])
        groups = _texts([_extension("ethnicity", *ETHNICITIES[one]) for one in (False, True)])
        died = np.zeros(len(people), bool)
        died[dead(block)] = True
        born = _texts(np.datetime_as_string(people.birth.astype("datetime64[D]")).tolist())
        deaths = _texts(
            [f',"deceasedDateTime":"{day}"' if one else "" for day, one in zip(
                np.datetime_as_string(people.death.astype("datetime64[D]")), died, strict=True)]
        )  # fmt: skip
        who = numbers(block)
        self._write(
            "Patient",
            who,
            ['"extension":[', races.take(_whole(people.race)), ",", groups.take(_whole(people.hispanic)), "]"],
            [',"identifier":[{"system":"urn:cluneal:simulate","value":"SYNTHETIC-', _numbered(who), '"}]'],
            [',"gender":"', genders.take(_whole(people.sex)), '","birthDate":"', born, '"', deaths],
        )

    def _coded(self, block: Block, mine: Array) -> Any:
        events = block.events.take(mine)
        return self._codes.take(_whole(self.rows.code_of(events.what, events.side, events.day)))

    def _conditions(self, block: Block, mine: Array, visit: Array) -> None:
        status = {"coding": [{"system": CLINICAL, "code": "active"}]}
        category = [{"coding": [{"system": CATEGORY, "code": "encounter-diagnosis"}]}]
        fixed = f'"clinicalStatus":{_json(status)},"category":{_json(category)},"code":'
        self._write(
            "Condition",
            self.counts["Condition"] + np.arange(len(mine)) + 1,
            [fixed, self._coded(block, mine)],
            _subject(block, block.events.who[mine], visit),
            [',"recordedDate":"', self._days.text(block.events.day[mine]), '"'],
        )

    def _procedures(self, block: Block, mine: Array, visit: Array) -> None:
        sides = [
            "",
            *(
                f',"bodySite":[{{"coding":[{{"system":"{SNOMED}","code":"{code}"}}],"text":"{word}"}}]'
                for code, word in (SIDES[RIGHT], SIDES[LEFT])
            ),
        ]
        self._write(
            "Procedure",
            self.counts["Procedure"] + np.arange(len(mine)) + 1,
            ['"status":"completed","code":', self._coded(block, mine)],
            _subject(block, block.events.who[mine], visit),
            [',"performedDateTime":"', self._days.text(block.events.day[mine]), '"'],
            [_texts(sides).take(_whole(block.events.side[mine]))],
        )

    def _drugs(self, block: Block, mine: Array, visit: Array) -> None:
        days = _numbered(self.rows.days[block.events.what[mine]])
        unit = f'"unit":"day","system":"{UNITS}","code":"d"'
        self._write(
            "MedicationRequest",
            self.counts["MedicationRequest"] + np.arange(len(mine)) + 1,
            ['"status":"completed","intent":"order","medicationCodeableConcept":', self._coded(block, mine)],
            _subject(block, block.events.who[mine], visit),
            [',"authoredOn":"', self._days.text(block.events.day[mine]), '"'],
            [',"dispenseRequest":{"expectedSupplyDuration":{"value":', days, f",{unit}}}}}"],
        )

    def _measured(self, block: Block, mine: Array, visit: Array) -> None:
        units = _texts([f'"unit":"{one}","system":"{UNITS}","code":"{one}"' for one in self.rows.unit])
        value = _texts([f"{one:.1f}" for one in block.events.value[mine]])
        self._write(
            "Observation",
            self.counts["Observation"] + np.arange(len(mine)) + 1,
            ['"status":"final","code":', self._coded(block, mine)],
            _subject(block, block.events.who[mine], visit),
            [',"effectiveDateTime":"', self._days.text(block.events.day[mine]), '"'],
            [',"valueQuantity":{"value":', value, ",", units.take(_whole(block.events.what[mine])), "}"],
        )


class _Days:
    """Dates as text, each written once."""

    def __init__(self) -> None:
        first = np.datetime64(FIRST_BIRTH, "D")
        self._first = int((first - np.datetime64(EPOCH)).astype(int))
        self._all = _texts(np.datetime_as_string(np.arange(first, np.datetime64(LAST_DAY, "D"))).tolist())

    def text(self, days: Array) -> Any:
        """A column of dates."""
        return self._all.take(_whole(days - self._first))


def _subject(block: Block, who: Array, visit: Array | None = None) -> list[Any]:
    patient = [',"subject":{"reference":"Patient/p', _numbered(who.astype(np.int64) + block.first), '"}']
    return patient if visit is None else [*patient, ',"encounter":{"reference":"Encounter/e', _numbered(visit), '"}']


def _coded(system: str, code: str, name: str) -> dict[str, Any]:
    return {"coding": [{"system": SYSTEMS[system], "code": code}], "text": name.replace("_", " ")}


def _extension(name: str, code: str | None, text: str) -> str:
    coded = [{"url": "ombCategory", "valueCoding": {"system": OMB, "code": code, "display": text}}] if code else []
    return _json({"url": f"{CORE}{name}", "extension": [*coded, {"url": "text", "valueString": text}]})


def _texts(words: list[str]) -> Any:
    import pyarrow as pa

    return pa.array(words, pa.large_string())


def _whole(which: Array) -> Any:
    import pyarrow as pa

    return pa.array(np.asarray(which, np.int64))


def _numbered(number: Array) -> Any:
    import pyarrow as pa

    return _whole(number).cast(pa.large_string())


def _large(piece: Any) -> Any:
    import pyarrow as pa

    return pa.scalar(piece, pa.large_string()) if isinstance(piece, str) else piece


def _json(content: Any) -> str:
    return json.dumps(content, separators=(",", ":"))
