"""Simulated people as OMOP CDM 5.4 tables, in Parquet or CSV.

There is no vocabulary to map with: standard concepts are 0, source values are the codes, and source concepts point into
a small `concept` table of our own, above 2,000,000,000 as local concepts are, which says what system a code is of.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from . import cdm
from .codes import CONDITION, DOMAINS, DRUG, LEFT, MEASUREMENT, PROCEDURE, RIGHT, Array, catalogue
from .log import EMERGENCY, HOSPITAL, OFFICE
from .parameters import parameters
from .people import MAN, WOMAN, last_day
from .records import SYNTHETIC, dead, numbers, observed, visits
from .world import Block

FIRST_CONCEPT = 2_000_000_001
# Standard concepts that no vocabulary table is needed for.
GENDERS = {WOMAN: (8532, "F"), MAN: (8507, "M")}
RACES = {"white": 8527, "black": 8516, "asian": 8515, "unknown": 0}
HISPANIC, NOT_HISPANIC = 38003563, 38003564
VISITS = {OFFICE: (9202, "office"), EMERGENCY: (9203, "emergency"), HOSPITAL: (9201, "hospital")}
FROM_RECORD, PRESCRIBED = 32817, 32838
CDM_5_4 = 756265
TABLES = {CONDITION: "condition", PROCEDURE: "procedure", DRUG: "drug", MEASUREMENT: "measurement"}
MODIFIERS = {RIGHT: "RT", LEFT: "LT"}
TOGETHER = 4


class Omop:
    """Writes one file a table into a folder; `add` block after block, then `close`."""

    together = TOGETHER

    def __init__(self, folder: Path, form: str) -> None:
        self.folder, self.form = folder, form
        self.rows, self.counts = catalogue(), dict.fromkeys(cdm.COLUMNS, 0)
        self._writers: dict[str, Any] = {}
        self._write("concept", self._concepts())
        self._write("cdm_source", _source())

    def add(self, block: Block) -> None:
        """All rows of these people, after those that were written before."""
        self._write("person", self._person(block))
        self._write("observation_period", self._observed(block))
        visit = self._visits(block)
        for number, name in TABLES.items():
            mine = np.flatnonzero(self.rows.table[block.events.what] == number)
            self._write(*self._events(block, name, mine, visit[mine]))
        self._write("death", self._deaths(block))

    def close(self) -> None:
        """Everything is on the disk."""
        for writer in self._writers.values():
            writer.close()
        self._writers.clear()

    def _write(self, name: str, table: Any) -> None:
        import pyarrow as pa
        from pyarrow import csv, parquet

        self.counts[name] += table.num_rows
        if self.form == "csv":
            table = table.cast(pa.schema([(one.name, _plain(one.type)) for one in table.schema]))
        if name not in self._writers:
            path = self.folder / f"{name}.{self.form}"
            self._writers[name] = (
                csv.CSVWriter(path, table.schema)
                if self.form == "csv"
                # Without Arrow's own schema, what is a dictionary here is text to whoever reads it.
                else parquet.ParquetWriter(path, table.schema, compression="zstd", store_schema=False)
            )
        if table.num_rows:
            self._writers[name].write_table(table)

    def _words(self, words: list[str | None], which: Array) -> Any:
        """Text that is one of a few words; a word that is None is no text."""
        import pyarrow as pa

        known = [word for word in words if word is not None]
        place = np.cumsum([word is not None for word in words]) - 1
        missing = np.array([word is None for word in words])[which]
        return pa.DictionaryArray.from_arrays(
            pa.array(np.asarray(place[which], np.int16), mask=missing), pa.array(known, pa.string())
        )

    def _person(self, block: Block) -> Any:
        people = block.people
        number = numbers(block)
        born = people.birth.astype("datetime64[D]")
        month = born.astype("datetime64[M]")
        races = list(parameters().people.races)
        genders = [GENDERS[WOMAN], GENDERS[MAN]]
        return cdm.filled(
            "person",
            len(people),
            {
                "person_id": number,
                "gender_concept_id": np.array([one for one, _ in genders])[people.sex],
                "year_of_birth": born.astype("datetime64[Y]").astype(int) + 1970,
                "month_of_birth": month.astype(int) % 12 + 1,
                "day_of_birth": (born - month).astype(int) + 1,
                "race_concept_id": np.array([RACES[one] for one in races])[people.race],
                "ethnicity_concept_id": np.where(people.hispanic, HISPANIC, NOT_HISPANIC),
                "care_site_id": people.clinic + 1,
                "person_source_value": [f"SYNTHETIC-{one}" for one in number],
                "gender_source_value": self._words([word for _, word in genders], people.sex),
                "race_source_value": self._words(list(races), people.race),
            },
        )

    def _observed(self, block: Block) -> Any:
        who, start, end = observed(block)
        return cdm.filled(
            "observation_period",
            len(who),
            {
                "observation_period_id": self.counts["observation_period"] + np.arange(len(who)) + 1,
                "person_id": who + block.first,
                "observation_period_start_date": start,
                "observation_period_end_date": end,
                "period_type_concept_id": FROM_RECORD,
            },
        )

    def _visits(self, block: Block) -> Array:
        """Writes the visits; the id of each event's."""
        events = block.events
        new, end = visits(block)
        before = self.counts["visit_occurrence"]
        setting = events.setting[new]
        kinds = [VISITS[one] for one in range(len(VISITS))]
        table = cdm.filled(
            "visit_occurrence",
            len(new),
            {
                "visit_occurrence_id": before + np.arange(len(new)) + 1,
                "person_id": events.who[new].astype(np.int64) + block.first,
                "visit_concept_id": np.array([one for one, _ in kinds])[setting],
                "visit_start_date": events.day[new],
                "visit_end_date": end,
                "visit_type_concept_id": FROM_RECORD,
                "care_site_id": block.people.clinic[events.who[new]] + 1,
                "visit_source_value": self._words([word for _, word in kinds], setting),
            },
        )
        self._write("visit_occurrence", table)
        return before + np.searchsorted(new, np.arange(len(events)), side="right")

    def _events(self, block: Block, name: str, mine: Array, visit: Array) -> tuple[str, Any]:
        events, rows = block.events.take(mine), self.rows
        table = f"{name}_exposure" if name == "drug" else f"{name}_occurrence" if name != "measurement" else name
        code = rows.code_of(events.what, events.side, events.day)
        given = {
            f"{table}_id": self.counts[table] + np.arange(len(mine)) + 1,
            "person_id": events.who.astype(np.int64) + block.first,
            f"{name}_concept_id": 0,
            f"{name}_type_concept_id": PRESCRIBED if name == "drug" else FROM_RECORD,
            "visit_occurrence_id": visit,
            f"{name}_source_value": self._words([one.code for one in rows.codes], code),
            f"{name}_source_concept_id": FIRST_CONCEPT + code.astype(np.int64),
        }
        if name == "condition":
            given["condition_start_date"] = events.day
        elif name == "procedure":
            given["procedure_date"] = events.day
            side = np.where(rows.modified[events.what], events.side, 0)
            given["modifier_source_value"] = self._words([None, MODIFIERS[RIGHT], MODIFIERS[LEFT]], side)
        elif name == "drug":
            days = rows.days[events.what]
            given["days_supply"] = days
            given["drug_exposure_start_date"] = events.day
            given["drug_exposure_end_date"] = np.minimum(events.day + days - 1, block.people.death[events.who])
        else:
            given["measurement_date"] = events.day
            given["value_as_number"] = np.round(events.value.astype(float), 1)
            given["unit_source_value"] = self._words(list(rows.unit), events.what)
        return table, cdm.filled(table, len(mine), given)

    def _deaths(self, block: Block) -> Any:
        who = dead(block)
        return cdm.filled(
            "death",
            len(who),
            {
                "person_id": who + block.first,
                "death_date": block.people.death[who],
                "death_type_concept_id": FROM_RECORD,
            },
        )

    def _concepts(self) -> Any:
        codes = self.rows.codes
        return cdm.filled(
            "concept",
            len(codes),
            {
                "concept_id": FIRST_CONCEPT + np.arange(len(codes)),
                "concept_name": [f"{one.name.replace('_', ' ')} (our own words)" for one in codes],
                "domain_id": [DOMAINS[one.table] for one in codes],
                "vocabulary_id": [one.system for one in codes],
                "concept_class_id": "synthetic",
                "concept_code": [one.code for one in codes],
                "valid_start_date": np.zeros(len(codes), np.int32),
                "valid_end_date": np.full(len(codes), (date(2099, 12, 31) - date(1970, 1, 1)).days, np.int32),
            },
        )


def _source() -> Any:
    until = np.array([last_day()], np.int32)
    return cdm.filled(
        "cdm_source",
        1,
        {
            "cdm_source_name": SYNTHETIC,
            "cdm_source_abbreviation": "SYNTHETIC",
            "cdm_holder": "nobody",
            "source_description": SYNTHETIC,
            "source_release_date": until,
            "cdm_release_date": until,
            "cdm_version": cdm.VERSION,
            "cdm_version_concept_id": CDM_5_4,
            "vocabulary_version": "none (see concept)",
        },
    )


def _plain(kind: Any) -> Any:
    import pyarrow as pa

    return kind.value_type if pa.types.is_dictionary(kind) else kind
