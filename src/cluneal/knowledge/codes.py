"""The shape of what records are read by: codes to concepts, concepts to findings, and the journey looked for.

A code is in a record because somebody billed, ordered or copied it. What a concept tells is therefore little, and each
mapping says why it tells that much. No code system's own texts stand here: names are this project's.
"""

from __future__ import annotations

from typing import Literal

from ..frozen import frozen
from .terms import STRICT, Basis

System = Literal["icd10cm", "icd9cm", "icd10pcs", "icd9proc", "snomed", "cpt", "hcpcs", "rxnorm", "atc", "loinc"]
Side = Literal["left", "right", "both"]
# What a concept is to the journey. `complaint`: the pain itself. `injection`, `operation`, `therapy`: directed at the
# spine. `explains`: settles where the pain comes from. `peripheral`: somebody thought of a nerve outside the spine.
Role = Literal[
    "complaint", "imaging", "injection", "operation", "therapy", "explains", "peripheral", "medicine", "context"
]


@frozen
class CodeList:
    """Codes of one system that mean one concept.

    `codes` match whole, `prefixes` match from the start, `but_not` are prefixes left out again. Dots and letter case do
    not matter. `side`: the code says which side. `unverified`: which of them nobody could look up.
    """

    __pydantic_config__ = STRICT
    system: System
    why: str
    codes: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    but_not: tuple[str, ...] = ()
    side: Side | None = None
    unverified: tuple[str, ...] = ()


@frozen
class Told:
    """A finding that a code settles. `within_days`: only when the code is that recent; without it, at any time."""

    __pydantic_config__ = STRICT
    finding: str
    why: str
    present: bool = True
    within_days: int | None = None


@frozen
class Concept:
    """Something that records say by many codes: `codes/<id>.yaml`."""

    __pydantic_config__ = STRICT
    id: str
    name: str
    role: Role
    why: str
    codes: tuple[CodeList, ...]
    findings: tuple[Told, ...] = ()


@frozen
class Threshold:
    """One number of the journey with its reason."""

    __pydantic_config__ = STRICT
    value: int
    basis: Basis
    why: str
    evidence: tuple[str, ...] = ()


@frozen
class NoRelief:
    """A treatment that did not last: one of `concepts`, and then, between these days, something of the roles `then`."""

    __pydantic_config__ = STRICT
    finding: str
    concepts: tuple[str, ...]
    then: tuple[Role, ...]
    from_days: int
    until_days: int
    basis: Basis
    why: str
    times: int = 1
    evidence: tuple[str, ...] = ()


@frozen
class Step:
    """One step of the attrition: what it is called and why it is taken."""

    __pydantic_config__ = STRICT
    id: str
    name: str
    why: str


@frozen
class Journey:
    """The journey of a missed entrapment through records, its limits and its steps: `codes/journey.yaml`."""

    __pydantic_config__ = STRICT
    about: str
    adult_years: Threshold
    lasting_days: Threshold
    episode_gap_days: Threshold
    tries: Threshold
    therapy_again_days: Threshold
    relief_days: Threshold
    explained_days: Threshold
    recent_days: Threshold
    earliest_year: Threshold
    one_side: str
    both_sides: str
    sides_why: str
    no_relief: tuple[NoRelief, ...]
    steps: tuple[Step, ...]
