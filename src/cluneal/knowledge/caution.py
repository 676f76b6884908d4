"""The shape of what bears on a treatment: something about a person that it must be weighed against, and drug doses."""

from __future__ import annotations

from typing import Literal

from ..frozen import frozen
from .terms import STRICT, Basis, Quality


@frozen
class Caution:
    """Something about a person's health that bears on a treatment: `cautions/<id>.yaml`.

    What it means for a treatment stands in the ladder, where a reason against one names the cautions that raise it.
    It is asked with `ask`, of one `sex` alone where only they can say yes. Any of `findings` that is present tells it
    too, and so does a treatment of the kinds in `treatments` that still goes on. With a basis of judgement, `why` is
    the reason.
    """

    __pydantic_config__ = STRICT
    id: str
    label: str
    group: Literal["medicines", "skin", "conditions"]
    order: int
    ask: str
    how_to_tell: str
    clinician: str
    why: str
    basis: Basis
    evidence: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    treatments: tuple[str, ...] = ()
    sex: Literal["f", "m"] | None = None


@frozen
class DrugDose:
    """One dose in print, for a clinician. Every number in `dose` is one of the facts cited.

    `by`: the product's label, a study that used it, or the guide. `note` says what else holds, our arithmetic included.
    """

    __pydantic_config__ = STRICT
    drug: str
    use: str
    dose: str
    by: Literal["label", "review", "study", "guide"]
    quality: Quality
    evidence: tuple[str, ...]
    note: str | None = None
