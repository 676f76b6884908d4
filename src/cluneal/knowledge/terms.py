"""The words that both halves of the schema share."""

from __future__ import annotations

from typing import Literal

Basis = Literal["counts", "derived", "judgement"]
Level = Literal["ask", "examine", "test"]
Examiner = Literal["person", "helper", "clinician"]
Harm = Literal["none", "low", "moderate"]
Urgency = Literal["emergency", "same_day", "within_two_weeks", "routine"]
Verdict = Literal["supported", "supported with a different figure", "no source found", "contradicted"]
Surface = Literal["posterior", "lateral", "anterior"]
Quality = Literal["high", "moderate", "low", "very low", "none"]

# A field that no class knows is a misspelling, never an extension.
STRICT = {"extra": "forbid"}
