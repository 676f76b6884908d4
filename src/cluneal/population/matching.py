"""From a code as it stands in a record to the concepts that it means. Done once a distinct code, never by row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from ..frozen import frozen
from ..knowledge import load
from ..knowledge.code_checks import WHOLE, plain
from ..knowledge.codes import Concept, System
from .records import insert

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Codes come with their system before them, a modifier or a text behind them: "ICD10CM|M54.5", "27096-RT".
PARTS = re.compile(r"[|:^;,\s-]+")
LONGEST_VALUE = 100
MODIFIERS = {"RT": "right", "LT": "left", "50": "both"}
MODIFIED = ("cpt", "hcpcs")
# Of two codes of one thing the first of these systems stands in the trail.
SYSTEMS: tuple[System, ...] = (
    "icd10cm", "icd9cm", "icd10pcs", "icd9proc", "cpt", "hcpcs", "snomed", "rxnorm", "atc", "loinc"
)  # fmt: skip


@frozen
class Hit:
    """What one code means."""

    concept: str
    side: str | None
    system: str
    code: str

    @property
    def key(self) -> tuple[int, str, str, str]:
        """An order that is the same in every run."""
        return (SYSTEMS.index(self.system), self.code, self.concept, self.side or "")


class Matcher:
    """The codes of the knowledge base, ready to be asked."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self._whole: dict[tuple[str, str], list[tuple[str, str | None]]] = {}
        self._prefixes: dict[str, dict[str, list[tuple[str, str | None, tuple[str, ...]]]]] = {}
        for concept in concepts:
            for codes in concept.codes:
                for code in codes.codes:
                    self._whole.setdefault((codes.system, plain(code)), []).append((concept.id, codes.side))
                but_not = tuple(plain(one) for one in codes.but_not)
                for prefix in codes.prefixes:
                    at = self._prefixes.setdefault(codes.system, {}).setdefault(plain(prefix), [])
                    at.append((concept.id, codes.side, but_not))
        self._shapes = {system: re.compile(shape) for system, shape in WHOLE.items()}
        self.find = cache(self._find)

    def whole(self, system: str) -> list[str]:
        """Every code of a system that is listed whole."""
        return [code for at, code in self._whole if at == system]

    def has_prefixes(self, system: str) -> bool:
        """Whether some concept names beginnings of codes of this system."""
        return system in self._prefixes

    def _find(self, system: str, code: str) -> tuple[Hit, ...]:
        bare = plain(code.strip())
        if system not in self._shapes or not self._shapes[system].fullmatch(bare):
            return ()
        found = dict.fromkeys(self._whole.get((system, bare), ()))
        prefixes = self._prefixes.get(system, {})
        for length in range(1, len(bare) + 1):
            for concept, side, but_not in prefixes.get(bare[:length], ()):
                if not bare.startswith(but_not or ("\0",)):
                    found.setdefault((concept, side))
        # A code that says which side means more than the same code in a list that does not.
        sided = {concept for concept, side in found if side}
        kept = [(concept, side) for concept, side in found if side or concept not in sided]
        return tuple(Hit(concept, side, system, code.strip().upper()) for concept, side in kept)

    def said(self, value: str, systems: Sequence[System]) -> tuple[Hit, ...]:
        """What a source value means when nothing says which system it is of: the first of `systems` that knows it."""
        if len(value) > LONGEST_VALUE:
            return ()
        parts = PARTS.split(value.strip())
        for candidate in dict.fromkeys((value.strip(), *parts)):
            for system in systems:
                hits = self.find(system, candidate)
                if hits:
                    return tuple(_with_side(hit, parts) for hit in hits)
        return ()


def _with_side(hit: Hit, parts: Sequence[str]) -> Hit:
    if hit.side is None and hit.system in MODIFIED:
        sides = [MODIFIERS[part.upper()] for part in parts[1:] if part.upper() in MODIFIERS]
        return Hit(hit.concept, sides[0], hit.system, hit.code) if sides else hit
    return hit


@cache
def matcher() -> Matcher:
    """Of the knowledge base."""
    return Matcher(load().codes.values())


class CodeTable:
    """The table `_code`: every code found in the records that means something, by number."""

    def __init__(self, con: DuckDBPyConnection) -> None:
        self._con = con
        self._numbers: dict[tuple[int, str, str, str], int] = {}
        con.execute(
            "create table _code (code_no integer, concept varchar, side varchar, system varchar, code varchar, "
            "preference integer, role varchar)"
        )

    def numbers(self, hits: Iterable[Hit]) -> Iterator[int]:
        """The numbers of hits, given when they are first met."""
        roles = load().codes
        new: list[tuple[Any, ...]] = []
        for hit in hits:
            if hit.key not in self._numbers:
                self._numbers[hit.key] = len(self._numbers)
                new.append(
                    (
                        self._numbers[hit.key],
                        hit.concept,
                        hit.side,
                        hit.system,
                        hit.code,
                        hit.key[0],
                        roles[hit.concept].role,
                    )
                )
            yield self._numbers[hit.key]
        if new:
            insert(self._con, "_code", new)
