"""Bulk FHIR files: what is read of each resource, how files are grouped, and how a broken one is saved."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from .account import NAMED, Account

CODING = "STRUCT(system VARCHAR, code VARCHAR)"
CODEABLE = f"STRUCT(coding {CODING}[])"
REFERENCE = "STRUCT(reference VARCHAR)"
PERIOD = 'STRUCT("start" VARCHAR, "end" VARCHAR)'

# Declared, never guessed: a guess from the first rows takes an id for a UUID and a partial date for a number.
COLUMNS: Mapping[str, str] = {
    "resourceType": "VARCHAR",
    "id": "VARCHAR",
    "status": "VARCHAR",
    "intent": "VARCHAR",
    "doNotPerform": "VARCHAR",
    "subject": REFERENCE,
    "patient": REFERENCE,
    "verificationStatus": CODEABLE,
    "code": CODEABLE,
    "medicationCodeableConcept": CODEABLE,
    "medicationReference": REFERENCE,
    "procedureCode": f"{CODEABLE}[]",
    "reasonCode": f"{CODEABLE}[]",
    "bodySite": f"{CODEABLE}[]",
    "valueCodeableConcept": CODEABLE,
    "valueBoolean": "VARCHAR",
    "valueQuantity": "STRUCT(value VARCHAR)",
    "onsetDateTime": "VARCHAR",
    "onsetPeriod": PERIOD,
    "recordedDate": "VARCHAR",
    "performedDateTime": "VARCHAR",
    "performedPeriod": PERIOD,
    "effectiveDateTime": "VARCHAR",
    "effectivePeriod": PERIOD,
    "occurrenceDateTime": "VARCHAR",
    "occurrencePeriod": PERIOD,
    "authoredOn": "VARCHAR",
    "dateAsserted": "VARCHAR",
    "whenHandedOver": "VARCHAR",
    "started": "VARCHAR",
    "issued": "VARCHAR",
    "period": PERIOD,
}
EXTENSION = (
    "STRUCT(url VARCHAR, extension STRUCT(url VARCHAR, valueString VARCHAR, "
    "valueCoding STRUCT(code VARCHAR, display VARCHAR))[])[]"
)
PATIENT_COLUMNS: Mapping[str, str] = {
    "resourceType": "VARCHAR",
    "id": "VARCHAR",
    "gender": "VARCHAR",
    "birthDate": "VARCHAR",
    "deceasedDateTime": "VARCHAR",
    "extension": EXTENSION,
    "meta": "STRUCT(tag STRUCT(code VARCHAR, display VARCHAR)[])",
}

# A resource is some kilobytes. Longer lines are left out, and are what makes the plain reader stop.
LONGEST_LINE = 16_000_000
PIECE = 1 << 20
# Files are read together up to this size; what one group takes is given back before the next.
TOGETHER = 1_500_000_000
PACKED = 10
# To name a broken line its file is read again, so far and no further.
SEARCHED = 400_000_000
FIRST = 65_536
KIND = re.compile(rb'"resourceType"\s*:\s*"([A-Za-z]+)"')


def groups(files: list[Path]) -> Iterator[list[Path]]:
    """The files in their order, as many together as may be read at once."""
    group: list[Path] = []
    size = 0
    for file in files:
        here = file.stat().st_size * (PACKED if file.name.lower().endswith(".gz") else 1)
        if group and size + here > TOGETHER:
            yield group
            group, size = [], 0
        group.append(file)
        size += here
    if group:
        yield group


def first_kind(file: Path) -> str:
    """The resource type that a file begins with, or "" when that cannot be told."""
    try:
        with opened(file) as stream:
            found = KIND.search(stream.read(FIRST))
    except (OSError, EOFError, zlib.error):
        return ""
    return found.group(1).decode() if found else ""


def opened(file: Path) -> IO[bytes]:
    """A file to read from, unpacked."""
    return gzip.open(file, "rb") if file.name.lower().endswith(".gz") else file.open("rb")  # type: ignore[return-value]


def saved(file: Path, folder: Path, number: int, label: str, account: Account) -> Path:
    """A copy of what can be read of a file that stops the plain reader: without endless lines, up to where it ends."""
    copy = folder / f"saved-{number}.ndjson"
    with copy.open("wb") as out:
        long: list[int] = []
        try:
            with opened(file) as stream:
                for line, text in _lines(stream):
                    if text is None:
                        long.append(line)
                    else:
                        out.write(text + b"\n")
        except (OSError, EOFError, zlib.error) as error:
            said = str(error).splitlines()[0] if str(error) else type(error).__name__
            account.skip(
                label, f"the file ends early or is damaged: {said}", "export it again; what came before was read"
            )
    account.skip(label, "a line over 16 MB", "leave it out; a resource is some kilobytes", len(long), _places(long))
    return copy


def _lines(stream: IO[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Lines by number, None for one that is too long. Never more than one line and a piece are held."""
    number, parts, size = 1, [b""], 0
    while piece := stream.read(PIECE):
        *ended, rest = piece.split(b"\n")
        for end in ended:
            size += len(end)
            yield number, b"".join((*parts, end)) if size <= LONGEST_LINE else None
            number, parts, size = number + 1, [], 0
        size += len(rest)
        if size <= LONGEST_LINE:
            parts.append(rest)
        else:
            parts = []
    if size:
        yield number, b"".join(parts) if size <= LONGEST_LINE else None


def broken_lines(file: Path, wanted: int) -> str:
    """Where some of the lines stand that are no resource."""
    found: list[int] = []
    read = 0
    try:
        with opened(file) as stream:
            for number, text in _lines(stream):
                if text and text.strip() and not _resource(text):
                    found.append(number)
                read += len(text or b"")
                if len(found) >= min(wanted, NAMED) or read > SEARCHED:
                    break
    except (OSError, EOFError, zlib.error):
        return _places(found) or "the end, which is missing or damaged"
    return _places(found)


def _resource(text: bytes) -> bool:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(data, dict) and isinstance(data.get("resourceType"), str)


def _places(lines: list[int]) -> str:
    return "line " + ", ".join(map(str, lines[:NAMED])) if lines else ""
