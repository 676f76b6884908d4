"""What a journal's entries come to now, as a case that `pathway.read_case` takes; and the way back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Any

from ..frozen import frozen
from .journal import Entry, Given

Json = dict[str, Any]

ANSWER, ABOUT, MARK, TREATMENT, BLOCK, SEEN, CHOICE = (
    "answer",
    "about",
    "mark",
    "treatment",
    "block",
    "seen",
    "choice",
)
NOT_SURE = "not_sure"
WORST = "worst"
# Fields of the case that stand alone.
FIELDS = ("id", "setting", "age", "sex", "height_cm", "psis_distance_mm", "started")


@frozen
class Person:
    """The latest word on everything.

    `answers` has true, false, or None for "not sure", in the order in which they were first answered. `about` are
    single fields of the case; `marks` and `treatments` by their key ("worst" is the place that hurts most); `seen`
    what the person has read and passed (an emergency, for instance); `choices` how the app is to look and what goes
    into the page for the doctor. `number` is that of the last entry.
    """

    number: int = 0
    about: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, bool | None] = field(default_factory=dict)
    marks: Mapping[str, Json] = field(default_factory=dict)
    treatments: Mapping[str, Json] = field(default_factory=dict)
    blocks: Mapping[str, Json] = field(default_factory=dict)
    seen: Mapping[str, Any] = field(default_factory=dict)
    choices: Mapping[str, Any] = field(default_factory=dict)

    def case(self) -> Json:
        """The case as plain data: `docs/reference/case.schema.json`."""
        case: Json = {name: self.about[name] for name in FIELDS if name in self.about}
        case["findings"] = dict(self.answers)
        if WORST in self.marks:
            case["mark"] = self.marks[WORST]
        others = [mark for key, mark in self.marks.items() if key != WORST]
        for name, items in (
            ("other_marks", others),
            ("treatments", list(self.treatments.values())),
            ("blocks", list(self.blocks.values())),
        ):
            if items:
                case[name] = items
        return case


def person_of(entries: Iterable[Entry]) -> Person:
    """The entries folded: the latest of a kind and key holds, one of None is gone."""
    kept: dict[str, dict[str, Any]] = {}
    number = 0
    for entry in entries:
        number = entry.number
        of_kind = kept.setdefault(entry.kind, {})
        if entry.value is None:
            of_kind.pop(entry.key, None)
        else:
            of_kind[entry.key] = None if entry.value == NOT_SURE else entry.value
    return Person(
        number,
        kept.get(ABOUT, {}),
        kept.get(ANSWER, {}),
        kept.get(MARK, {}),
        kept.get(TREATMENT, {}),
        kept.get(BLOCK, {}),
        kept.get(SEEN, {}),
        kept.get(CHOICE, {}),
    )


def entries_of(case: Mapping[str, Any]) -> list[Given]:
    """A case that `pathway.read_case` took, as entries to add to a journal."""
    given: list[Given] = [(ABOUT, name, case[name]) for name in FIELDS if case.get(name) is not None]
    for name, said in (case.get("findings") or {}).items():
        given.append((ANSWER, name, NOT_SURE if said is None else said))
    if case.get("mark"):
        given.append((MARK, WORST, case["mark"]))
    for kind, name in ((MARK, "other_marks"), (TREATMENT, "treatments"), (BLOCK, "blocks")):
        given += [(kind, f"{name}-{i}", one) for i, one in enumerate(case.get(name) or (), 1)]
    return given
