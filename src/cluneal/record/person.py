"""What a journal's entries come to now, as a case that `pathway.read_case` takes; and the way back."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import field, replace
from datetime import date
from itertools import count
from typing import Any

from ..frozen import frozen
from .journal import Entry, Given

Json = dict[str, Any]

ANSWER, ABOUT, MARK, TREATMENT, BLOCK, READING = "answer", "about", "mark", "treatment", "block", "reading"
CHECK_IN, SCALE, SESSION, REMINDER, HEALTH = "checkin", "scale", "session", "reminder", "health"
NOTE, DOCUMENT, SEEN, CHOICE = "note", "document", "seen", "choice"
NOT_SURE = "not_sure"
WORST = "worst"
# A block that was not given yet carries this; it belongs to no case.
PLANNED = "planned"
# Fields of the case that stand alone.
FIELDS = ("id", "setting", "age", "sex", "height_cm", "psis_distance_mm", "started")


# Where `Person` has what was said of each kind.
KEPT_AS = {
    ABOUT: "about",
    ANSWER: "answers",
    MARK: "marks",
    TREATMENT: "treatments",
    BLOCK: "blocks",
    READING: "readings",
    CHECK_IN: "check_ins",
    SCALE: "scales",
    SESSION: "sessions",
    REMINDER: "reminders",
    HEALTH: "health",
    NOTE: "notes",
    DOCUMENT: "documents",
    SEEN: "seen",
    CHOICE: "choices",
}


@frozen
class Person:
    """The latest word on everything.

    `answers` has true, false, or None for "not sure", in the order in which they were first answered. `about` are
    single fields of the case; `marks` and `treatments` by their key ("worst" is the place that hurts most); `readings`
    by block and minute (`<block>:15`); `check_ins` by day and `scales` by scale and day (`peg:2026-11-24`), as `diary`
    reads them; `sessions` of self-care and `reminders`; `health` what bears on treatments (an allergy, a medicine) by
    caution; `notes` and `documents` (what was kept on paper or elsewhere); `seen` what the person has read and passed
    (an emergency, for instance); `choices` how the app is to look and what goes into the page for the doctor. `number`
    is the highest of an entry, `clock` that of the last one.
    """

    number: int = 0
    clock: int = 0
    about: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, bool | None] = field(default_factory=dict)
    marks: Mapping[str, Json] = field(default_factory=dict)
    treatments: Mapping[str, Json] = field(default_factory=dict)
    blocks: Mapping[str, Json] = field(default_factory=dict)
    readings: Mapping[str, Json] = field(default_factory=dict)
    check_ins: Mapping[str, Json] = field(default_factory=dict)
    scales: Mapping[str, Json] = field(default_factory=dict)
    sessions: Mapping[str, Json] = field(default_factory=dict)
    reminders: Mapping[str, Json] = field(default_factory=dict)
    health: Mapping[str, Any] = field(default_factory=dict)
    notes: Mapping[str, Json] = field(default_factory=dict)
    documents: Mapping[str, Json] = field(default_factory=dict)
    seen: Mapping[str, Any] = field(default_factory=dict)
    choices: Mapping[str, Any] = field(default_factory=dict)

    def case(self) -> Json:
        """The case as plain data: `docs/reference/case.schema.json`."""
        case: Json = {name: self.about[name] for name in FIELDS if name in self.about}
        case["findings"] = dict(self.answers)
        if self.health:
            case["health"] = dict(self.health)
        if WORST in self.marks:
            case["mark"] = self.marks[WORST]
        others = [mark for key, mark in self.marks.items() if key != WORST]
        for name, items in (
            ("other_marks", others),
            ("treatments", list(self.treatments.values())),
            ("blocks", [self.block(key) for key, block in self.blocks.items() if not block.get(PLANNED)]),
        ):
            if items:
                case[name] = items
        return case

    def readings_of(self, block: str) -> dict[str, Json]:
        """The readings of a block, in order, each by the minute that it was planned for (or its own)."""
        named = {key.partition(":")[2]: one for key, one in self.readings.items() if key.partition(":")[0] == block}
        return dict(sorted(named.items(), key=lambda pair: float(pair[1]["minute"])))

    def block(self, key: str) -> Json:
        """A block of the case, with its readings. Where two were given the same minute, the later one stands."""
        block = {name: value for name, value in self.blocks[key].items() if name != PLANNED}
        by_minute = {one["minute"]: one for one in self.readings_of(key).values()}
        return block | ({"readings": list(by_minute.values())} if by_minute else {})


def person_of(entries: Iterable[Entry], before: Person | None = None) -> Person:
    """The entries folded, in their order: the last of a kind and key holds, one of None is gone.

    `before` is what all earlier entries came to, so that only what is new needs to be read.
    """
    known = before or Person()
    kept: dict[str, dict[str, Any]] = {}
    number, clock = known.number, known.clock
    for entry in entries:
        number, clock = max(number, entry.number), entry.clock
        name = KEPT_AS.get(entry.kind)
        # A kind of a newer version stays in the journal, unused.
        if name is None:
            continue
        if name not in kept:
            kept[name] = dict(getattr(known, name))
        if entry.value is None:
            kept[name].pop(entry.key, None)
        else:
            kept[name][entry.key] = None if entry.value == NOT_SURE else entry.value
    return replace(known, number=number, clock=clock, **kept)


def entries_of(case: Mapping[str, Any]) -> list[Given]:
    """A case that `pathway.read_case` took, as entries to add to a journal."""
    given: list[Given] = [(ABOUT, name, case[name]) for name in FIELDS if case.get(name) is not None]
    for name, said in (case.get("findings") or {}).items():
        given.append((ANSWER, name, NOT_SURE if said is None else said))
    for name, said in (case.get("health") or {}).items():
        given.append((HEALTH, name, NOT_SURE if said is None else said))
    if case.get("mark"):
        given.append((MARK, WORST, case["mark"]))
    for kind, name in ((MARK, "other_marks"), (BLOCK, "blocks")):
        given += [(kind, f"{name}-{i}", one) for i, one in enumerate(case.get(name) or (), 1)]
    taken: set[str] = set()
    for one in case.get("treatments") or ():
        key = _free(one["kind"], taken)
        taken.add(key)
        given.append((TREATMENT, key, one))
    return [(kind, key, _plain(value)) for kind, key, value in given]


def news(person: Person, given: Iterable[Given]) -> list[Given]:
    """Of a case's entries, those that tell a journal something: what is to be added, or changed where the key is known.

    A "not sure" takes no answer away. A place, a treatment or a block that the journal has already, under whatever
    key, is not new; one that only shares its key with another gets a key of its own.
    """
    kept: dict[str, dict[str, Any]] = {
        ABOUT: dict(person.about),
        ANSWER: dict(person.answers),
        HEALTH: dict(person.health),
        MARK: dict(person.marks),
        TREATMENT: dict(person.treatments),
        BLOCK: {key: person.block(key) for key in person.blocks},
    }
    found: list[Given] = []
    for kind, key, value in given:
        known = kept[kind]
        listed = kind == BLOCK or (kind == MARK and key != WORST)
        said = None if value == NOT_SURE else value
        if listed and said in known.values():
            continue
        if listed:
            key = _free(key, known)
        elif key in known and said in (None, known[key]):
            continue
        known[key] = said
        found.append((kind, key, value))
    return found


def _free(name: str, taken: Container[str]) -> str:
    """The name, or with the first number from 2 that makes it one of its own."""
    names = (name if i == 1 else f"{name}-{i}" for i in count(1))
    return next(one for one in names if one not in taken)


def _plain(value: Any) -> Any:
    """What YAML reads as a day or a time, as JSON writes it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, (list, tuple)) else value
