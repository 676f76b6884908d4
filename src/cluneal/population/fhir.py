"""FHIR R4 bulk NDJSON to people, events and observed time.

Every file may hold any resource, and any may be missing. What was not done, taken or confirmed is left out and counted;
what was refuted or answered with no is kept apart as `refuted`: the only absences there are.
"""

# ruff: noqa: S608 - names are quoted, text is a literal or bound: see `records.quoted` and `records.literal`.

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ..knowledge import load
from ..knowledge.codes import System
from . import fhir_source
from .account import NAMED, Account, LoadError
from .fhir_source import COLUMNS, PATIENT_COLUMNS
from .matching import CodeTable, matcher
from .records import files_literal, insert, literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SYSTEMS: dict[str, System] = {
    "http://hl7.org/fhir/sid/icd-10-cm": "icd10cm",
    "http://hl7.org/fhir/sid/icd-10": "icd10cm",
    "urn:oid:2.16.840.1.113883.6.90": "icd10cm",
    "http://hl7.org/fhir/sid/icd-9-cm": "icd9cm",
    "urn:oid:2.16.840.1.113883.6.103": "icd9cm",
    "urn:oid:2.16.840.1.113883.6.104": "icd9proc",
    "http://www.cms.gov/medicare/coding/icd10": "icd10pcs",
    "http://www.cms.gov/medicare/coding/icd9": "icd9proc",
    "urn:oid:2.16.840.1.113883.6.4": "icd10pcs",
    "http://snomed.info/sct": "snomed",
    "urn:oid:2.16.840.1.113883.6.96": "snomed",
    "http://www.ama-assn.org/go/cpt": "cpt",
    "urn:oid:2.16.840.1.113883.6.12": "cpt",
    "https://www.cms.gov/medicare/coding/hcpcsreleasecodesets": "hcpcs",
    "http://www.cms.gov/medicare/coding/hcpcsreleasecodesets": "hcpcs",
    "http://terminology.hl7.org/codesystem/hcpcs": "hcpcs",
    "urn:oid:2.16.840.1.113883.6.285": "hcpcs",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "rxnorm",
    "urn:oid:2.16.840.1.113883.6.88": "rxnorm",
    "http://www.whocc.no/atc": "atc",
    "urn:oid:2.16.840.1.113883.6.73": "atc",
    "http://loinc.org": "loinc",
    "urn:oid:2.16.840.1.113883.6.1": "loinc",
}
# States in which a resource says that nothing happened, by resource.
NOT_SO: Mapping[str, tuple[str, ...]] = {
    "Condition": (),
    "Procedure": ("not-done", "preparation", "on-hold", "stopped"),
    "MedicationRequest": ("cancelled", "draft", "on-hold"),
    "MedicationStatement": ("not-taken", "intended", "on-hold"),
    "MedicationAdministration": ("not-done", "on-hold"),
    "MedicationDispense": ("cancelled", "declined", "preparation", "on-hold"),
    "Observation": ("cancelled", "registered"),
    "DiagnosticReport": ("cancelled", "registered"),
    "ImagingStudy": ("cancelled", "registered"),
    "Encounter": ("planned", "cancelled"),
    # An order is not yet done: only one that was carried out counts.
    "ServiceRequest": ("draft", "active", "on-hold", "revoked", "unknown"),
}
WRONG = "entered-in-error"
PLANNED = ("proposal", "plan", "option")
REFUTED, OPEN = "refuted", "differential"
LEFT, RIGHT, BOTH = "7771000", "24028007", "51440002"
# Answers that mean no: no, absent, negative, and HL7's own no.
NO = ("373067005", "2667000", "260385009", "N")
# Tables of one reading, those of one group of files, and what is kept of a patient and of any other resource.
CODINGS = f"{fhir_source.CODING}[]"
TABLES = {
    "_spoken": "code varchar, system varchar, side varchar, code_no integer",
    "_fhir": "who varchar, day date, code_no integer, side varchar, source varchar, row_id varchar, denied boolean",
    "_span": "who varchar, first_day date, last_day date",
    "_patient": "who varchar, birth_year integer, sex varchar, race varchar, ethnicity varchar, death_day date, "
    "tagged boolean, said varchar",
    "_medicine": f"id varchar, codings {CODINGS}",
}
PATIENT = (
    "kind varchar, who varchar, birth varchar, sex varchar, race varchar, ethnicity varchar, death varchar, "
    "tagged boolean, file varchar"
)
RESOURCE = (
    "kind varchar, id varchar, who varchar, dated boolean, day date, until_day date, state varchar, stated varchar, "
    f"no boolean, codings {CODINGS}, answers {CODINGS}, medicine varchar, side varchar, file varchar"
)


def from_folder(
    con: DuckDBPyConnection, folder: Path, files: list[Path], workdir: Path, as_of: date
) -> tuple[dict[str, object], bool]:
    """Read the NDJSON files of a folder. Returns the account, and whether the records say that they are synthetic."""
    return Reading(con, folder, workdir, as_of).all(files)


class Reading:
    """One reading of one folder into the tables of `con`."""

    def __init__(self, con: DuckDBPyConnection, folder: Path, workdir: Path, as_of: date) -> None:
        self.con = con
        self.folder = folder
        self.workdir = workdir
        self.account = Account("FHIR R4 bulk NDJSON", folder.name)
        self.as_of = as_of
        journey = load().journey
        assert journey
        self.earliest = date(journey.earliest_year.value, 1, 1)
        self.codes = CodeTable(con)
        self.labels: dict[str, str] = {}

    def all(self, files: list[Path]) -> tuple[dict[str, object], bool]:
        """Everything. Raises LoadError when there is not one resource of a person."""
        for table, columns in TABLES.items():
            self.con.execute(f"create table {table} ({columns})")
        self.labels = {str(file): str(file.relative_to(self.folder)) for file in files}
        kinds = {file: fhir_source.first_kind(file) for file in files}
        patients = [file for file in files if kinds[file] == "Patient"]
        # What medicines are made of is needed before who took them.
        medicines = [file for file in files if kinds[file] == "Medication"]
        others = [file for file in files if file not in {*patients, *medicines}]
        for group in [[*patients]] if patients else []:
            self._patients(group)
        mixed: set[str] = set()
        for group in [group for part in (medicines, others) for group in fhir_source.groups(part)]:
            mixed |= self._group(group)
        if mixed:
            self._patients([Path(file) for file in sorted(mixed)])
        self._finish()
        (tagged,) = self.con.execute("select count(*) from _patient where tagged").fetchone() or (0,)
        for table in ("_span", "_patient", "_medicine", "_spoken"):
            self.con.execute(f"drop table {table}")
        return self.account.plain(), tagged > 0

    def _scan(self, into: str, select: str, columns: Mapping[str, str], files: list[Path]) -> None:
        """Fill the table `into`. A file that stops the reader is read once more from a copy without what stopped it."""
        import duckdb

        declared = "{" + ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in columns.items()) + "}"

        def read(paths: list[Path]) -> None:
            self.con.execute(
                f"insert into {into} {select} from read_json({files_literal(paths)}, format = 'newline_delimited', "
                f"columns = {declared}, ignore_errors = true, filename = 'file', compression = 'auto_detect', "
                f"maximum_object_size = {fhir_source.LONGEST_LINE + 1000})"
            )

        try:
            read(files)
            return
        except (duckdb.InvalidInputException, duckdb.IOException):
            if len(files) > 1:
                for file in files:
                    self._scan(into, select, columns, [file])
                return
        label = self.labels[str(files[0])]
        try:
            copy = fhir_source.saved(files[0], self.workdir, len(self.labels), label, self.account)
            self.labels[str(copy)] = label
            read([copy])
            copy.unlink()
        except (duckdb.Error, OSError) as error:
            self.account.skip(label, f"cannot be read: {str(error).splitlines()[0][:200]}", "export it again")

    def _patients(self, files: list[Path]) -> None:
        """People: the first of several with one id."""

        def group(name: str) -> str:
            found = f"list_filter(extension, lambda one: one.url like '%us-core-{name}')[1].extension"
            return (
                f"coalesce(list_filter({found}, lambda one: one.url = 'text')[1].valueString, "
                f"list_filter({found}, lambda one: one.url = 'ombCategory')[1].valueCoding.display)"
            )

        self.con.execute(f"create temp table _read ({PATIENT})")
        self._scan(
            "_read",
            f"select resourceType, id, birthDate, lower(gender), {group('race')}, {group('ethnicity')}, "
            "deceasedDateTime, "
            "coalesce(len(list_filter(meta.tag, lambda one: lower(one.code) = 'synthetic')) > 0, false), file",
            PATIENT_COLUMNS,
            files,
        )
        self._broken()
        self._count("Patient", "select count(*) from _read where kind = 'Patient' and coalesce(who, '') <> ''")
        self._skip("kind = 'Patient' and coalesce(who, '') = ''", "a patient without an id", "add the id")
        born = f"year({_day('birth')}) not between {self.earliest.year} and {self.as_of.year}"
        wrong = f"kind = 'Patient' and birth is not null and coalesce({born}, true)"
        self._skip(
            wrong, "a date of birth that cannot be", "correct birthDate; until then the age is taken as unknown", "who"
        )
        self.con.execute(
            f"insert into _patient select who, case when not ({born}) then year({_day('birth')}) end, "
            "case sex when 'female' then 'f' when 'male' then 'm' end, race, ethnicity, "
            f"case when {_day('death')} between date '{self.earliest}' and date '{self.as_of}' "
            f"then {_day('death')} end, tagged, file "
            "from _read where kind = 'Patient' and coalesce(who, '') <> ''"
        )
        self.con.execute("drop table _read")

    def _group(self, files: list[Path]) -> set[str]:
        """Events of some files. Returns those that hold patients too."""
        self.con.execute(f"create temp table _read ({RESOURCE})")
        self._scan("_read", _select(), COLUMNS, files)
        self._broken()
        self.con.execute("insert into _medicine select id, codings from _read where kind = 'Medication'")
        mixed = {
            file for (file,) in self.con.execute("select distinct file from _read where kind = 'Patient'").fetchall()
        }  # fmt: skip
        rows = self.con.execute("select kind, count(*) from _read where kind is not null group by 1").fetchall()
        for kind, count in rows:
            if kind in NOT_SO:
                self.account.counted(kind, count)
            elif kind not in ("Patient", "Medication"):
                self.account.counted(f"{kind} (not used)", count)
        known = ", ".join(literal(kind) for kind in NOT_SO)
        self.con.execute(f"delete from _read where kind is null or kind not in ({known})")
        self._left_out()
        self._matched()
        self.con.execute(
            "insert into _span select who, min(day), max(greatest(day, until_day)) from _read "
            "where day is not null group by who"
        )
        self.con.execute("drop table _read")
        return mixed

    def _left_out(self) -> None:
        """Note and remove what did not happen, happened to nobody, or at no possible time."""
        for kind, states in NOT_SO.items():
            for state in (WRONG, OPEN, *states):
                at = f"kind = '{kind}' and state = '{state}'"
                self._drop(at, f"{kind}: {state}", "nothing to mend: it says that this is not so, or not yet")
        intended = ", ".join(literal(one) for one in PLANNED)
        self._drop(f"stated in ({intended})", "a proposal or plan", "nothing to mend: it was not ordered")
        self._drop("coalesce(who, '') = ''", "no reference to a patient", "write subject.reference as Patient/ID", "id")
        self._drop("day is null and dated", "a date that cannot be read", "write it as 2024-05-31", "id")
        self._drop("day is null", "no date", "add the date on which it happened", "id")
        self._drop(f"day < date '{self.earliest}'", f"a date before {self.earliest.year}", "correct the date", "id")
        late = f"day > date '{self.as_of}'"
        self._drop(late, "a date after the day of the reading", "correct the date", "id")
        self.con.execute(f"update _read set until_day = null where until_day > date '{self.as_of}'")

    def _matched(self) -> None:
        """Events of the codes that mean something. Each code is looked up once."""
        self.con.execute(
            "create temp table _coded as select kind, id, who, day, no, side, unnest(codings) as coding from _read "
            "where medicine is null union all "
            "select kind, id, who, day, no, side, unnest(answers) from _read where len(answers) > 0 union all "
            "select r.kind, r.id, r.who, r.day, r.no, r.side, unnest(m.codings) from _read r "
            "join _medicine m on m.id = r.medicine"
        )
        known = matcher()
        rows = self.con.execute(
            "select distinct coding.system, coding.code from _coded where coding.code is not null"
        ).fetchall()
        spoken = []
        for system, code in rows:
            name = SYSTEMS.get((system or "").strip().lower().rstrip("/"))
            for hit, number in zip(
                hits := known.find(name, code) if name else (), self.codes.numbers(hits), strict=True
            ):
                spoken.append((code, system, hit.side, number))
        self.con.execute("delete from _spoken")
        insert(self.con, "_spoken", spoken)
        # The same resource twice, or one thing coded in two systems, is one event.
        self.con.execute(
            "insert into _fhir "
            "select who, day, arg_min(code_no, row(preference, code_no)), min(side), kind, id, bool_or(no) from ("
            "select c.who, c.day, c.kind, c.id, c.no, s.code_no, k.preference, k.concept, "
            "coalesce(k.side, c.side) as side from _coded c "
            "join _spoken s on s.code = c.coding.code and s.system = c.coding.system join _code k using (code_no)) "
            "group by who, day, kind, id, concept"
        )
        self.con.execute("drop table _coded")

    def _finish(self) -> None:
        """Numbers for people, and the tables of the contract."""
        twice = "select who from _patient group by 1 having count(*) > 1"
        (count,) = self.con.execute(f"select count(*) from ({twice})").fetchone() or (0,)
        if count:
            ids = self.con.execute(f"{twice} order by 1 limit {NAMED}").fetchall()
            said = "id " + ", ".join(who for (who,) in ids)
            self.account.skip(
                "Patient", "a patient who stands twice", "keep one; the first by date of birth was taken", count, said
            )
        unknown = "select distinct s.who from _span s anti join _patient p on p.who = s.who"
        (count,) = self.con.execute(f"select count(*) from ({unknown})").fetchone() or (0,)
        self.account.skip(
            "Patient", "people without a Patient resource", "add it; until then age and sex are unknown", count
        )
        self.con.execute(
            "create table person as select row_number() over (order by source_id) as person_id, source_id, birth_year, "
            "sex, race, ethnicity, death_day from ("
            "select who as source_id, birth_year, sex, race, ethnicity, death_day from (select *, row_number() over ("
            "partition by who order by birth_year nulls last, sex nulls last, race, ethnicity) as place from _patient) "
            f"where place = 1 union all select who, null, null, null, null, null from ({unknown}))"
        )
        (people,) = self.con.execute("select count(*) from person").fetchone() or (0,)
        if not people:
            raise LoadError(f"{self.folder}: no resource of a patient in its .ndjson files; check the export")
        for name, which in (("event", "not denied"), ("refuted", "denied")):
            self.con.execute(
                f"create view {name} as select p.person_id, e.day, c.concept, e.side, c.system, c.code, e.source, "
                "e.row_id as source_row, c.role from _fhir e join _code c using (code_no) "
                f"join person p on p.source_id = e.who where {which}"
            )
        self.con.execute(
            "create table observed as select p.person_id, min(s.first_day) as first_day, max(s.last_day) as last_day "
            "from _span s join person p on p.source_id = s.who group by 1"
        )

    def _broken(self) -> None:
        """Note the lines that are no resource, by file and line."""
        rows = self.con.execute("select file, count(*) from _read where kind is null group by 1 order by 1").fetchall()
        for file, count in rows:
            places = fhir_source.broken_lines(Path(file), count) if Path(file).exists() else ""
            self.account.skip(
                self.labels.get(file, file), "no JSON, or no resource", "mend the line, or leave it out", count, places
            )

    def _drop(self, condition: str, reason: str, fix: str, named: str | None = None) -> None:
        if self._skip(condition, reason, fix, named):
            self.con.execute(f"delete from _read where {condition}")

    def _skip(self, condition: str, reason: str, fix: str, named: str | None = None) -> int:
        name = "''"
        if named:
            some = f"select unnest(min({named}, {NAMED})) as {named}"
            name = f"(select string_agg({named}, ', ' order by {named}) from ({some}))"
        rows = self.con.execute(
            f"select file, count(*), {name} from _read where {condition} group by 1 order by 1"
        ).fetchall()
        for file, count, ids in rows:
            self.account.skip(self.labels.get(file, file), reason, fix, count, f"id {ids}" if ids else "")
        return sum(count for _, count, _ in rows)

    def _count(self, what: str, query: str) -> None:
        (count,) = self.con.execute(query).fetchone() or (0,)
        self.account.counted(what, count)


def _day(text: str) -> str:
    """A FHIR date as SQL: of 2024 and 2024-05 the first day."""
    return f"try_cast(left({text} || '-01-01', 10) as date)"


def _select() -> str:
    """What is kept of a resource, as SQL over its declared columns."""
    reference = "coalesce(subject.reference, patient.reference)"
    who = (
        f"case when starts_with({reference}, 'Patient/') and not contains(substr({reference}, 9), '/') "
        f"then substr({reference}, 9) when starts_with({reference}, 'urn:uuid:') then substr({reference}, 10) "
        f"else regexp_extract({reference}, '(?:^|/)Patient/([^/?#|]+)', 1) end"
    )
    began = (
        "coalesce(onsetDateTime, onsetPeriod.start, performedDateTime, performedPeriod.start, effectiveDateTime, "
        "effectivePeriod.start, occurrenceDateTime, occurrencePeriod.start, whenHandedOver, started, period.start, "
        "authoredOn, recordedDate, dateAsserted, issued)"
    )
    sites = "list_transform(flatten(list_transform(bodySite, lambda one: one.coding)), lambda one: one.code)"
    answers = "list_transform(valueCodeableConcept.coding, lambda one: one.code)"
    refusals = "[" + ", ".join(literal(one) for one in NO) + "]"
    # Lists are taken apart only where there are any: most resources have one list of codes and no more.
    return (
        f"select resourceType, id, {who}, {began} is not null, {_day(began)}, {_day('period.end')}, "
        "case when resourceType = 'Condition' then verificationStatus.coding[1].code "
        "when doNotPerform = 'true' then 'entered-in-error' else status end, intent, "
        f"coalesce(verificationStatus.coding[1].code = '{REFUTED}' or valueBoolean = 'false', false) or "
        f"(valueCodeableConcept is not null and coalesce(list_has_any({answers}, {refusals}), false)), "
        # A measured value is not the thing that was measured.
        "case when valueQuantity.value is not null then null "
        "when code.coding is not null then code.coding "
        "when medicationCodeableConcept.coding is not null then medicationCodeableConcept.coding "
        "when procedureCode is not null then flatten(list_transform(procedureCode, lambda one: one.coding)) "
        "when resourceType = 'Encounter' and reasonCode is not null "
        "then flatten(list_transform(reasonCode, lambda one: one.coding)) end, "
        "valueCodeableConcept.coding, "
        "case when medicationReference is not null "
        "then regexp_extract(medicationReference.reference, '([^/#]+)$', 1) end, "
        f"case when bodySite is null then null when list_contains({sites}, '{BOTH}') "
        f"or (list_contains({sites}, '{LEFT}') and list_contains({sites}, '{RIGHT}')) "
        f"then 'both' when list_contains({sites}, '{LEFT}') then 'left' "
        f"when list_contains({sites}, '{RIGHT}') then 'right' end, file"
    )
