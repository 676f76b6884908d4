"""The shape of what to do: red flags, tests, the ladder, self-care, prevention, referral, questions, the guide.

Its other half is `schema`: facts, causes, findings, anatomy.
"""

from __future__ import annotations

from typing import Literal

from ..frozen import frozen
from .caution import DrugDose
from .routine import Dose, Provoking, Step
from .terms import STRICT, Basis, Quality, Urgency, Verdict


@frozen
class RedFlag:
    """A rule that fires whatever the ranking says: all of `all_of`, `at_least` of `any_of`, none of `none_of`.

    A rule with `unless_known` fires while any of those findings has no answer: it says that screening is not complete.
    """

    __pydantic_config__ = STRICT
    id: str
    urgency: Urgency
    person: str
    clinician: str
    why: str
    evidence: tuple[str, ...]
    suspects: str | None = None
    all_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    unless_known: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    at_least: int = 1
    min_age: float | None = None
    max_age: float | None = None


@frozen
class BlockDefinition:
    """One published reading of a diagnostic block: at least `relief_percent` less pain over the stated time.

    One of a `neighbour` was made for a joint nearby, and stands for comparison.
    """

    __pydantic_config__ = STRICT
    id: str
    name: str
    relief_percent: float
    strictly_more: bool
    rule: Literal["at", "from_until", "any_time"]
    from_minute: float
    until_minute: float
    why: str
    evidence: tuple[str, ...]
    is_guide: bool = False
    neighbour: bool = False


@frozen
class BlockTarget:
    """What was injected, the finding that answers, and the definition that it is answered by.

    `names` are looked for anywhere in what was written; `alone` are words that name it only by themselves
    ("superior" is the nerve, "superior gluteal" is not).
    """

    __pydantic_config__ = STRICT
    names: tuple[str, ...]
    finding: str
    definition: str
    why: str
    alone: tuple[str, ...] = ()


@frozen
class Anaesthetic:
    """How long a drug is expected to numb, minutes."""

    __pydantic_config__ = STRICT
    id: str
    name: str
    aliases: tuple[str, ...]
    expected_minutes: tuple[float, float]
    basis: Basis
    why: str
    evidence: tuple[str, ...] = ()


@frozen
class Schedule:
    """When pain is written down after a block, in minutes from the injection.

    Everybody is asked at `minutes`; at `while_relieved` only while the pain is not back. It is back when less than
    `back_below_percent` of the pain before is still gone.
    """

    __pydantic_config__ = STRICT
    minutes: tuple[float, ...]
    while_relieved: tuple[float, ...]
    back_below_percent: float
    basis: Basis
    why: str
    evidence: tuple[str, ...] = ()


@frozen
class Statement:
    """One sourced sentence, for a person or for a clinician."""

    __pydantic_config__ = STRICT
    text: str
    evidence: tuple[str, ...] = ()
    quality: Quality = "none"


@frozen
class Misled:
    """People whom a single injection helped for another reason; how many of them is the number of the fact cited."""

    __pydantic_config__ = STRICT
    plain: str
    evidence: tuple[str]


@frozen
class Test:
    """An examination, image or injection: what it can settle and what it cannot: `tests/<id>.yaml`.

    The last fields belong to the diagnostic block. `timing_tolerance` is how far a reading may be from the time that
    a definition names, as a share of that time; relief lasts while more than `lasting_relief_percent` of the pain is
    gone. `watch_for` is what calls for help after it, most urgent first.
    """

    __pydantic_config__ = STRICT
    id: str
    name: str
    answers: tuple[str, ...]
    person: str
    clinician: str
    can_settle: str
    cannot_settle: str
    harm_text: str
    evidence: tuple[str, ...]
    guide_claims: tuple[str, ...] = ()
    separates: tuple[str, ...] = ()
    definitions: tuple[BlockDefinition, ...] = ()
    drugs: tuple[Anaesthetic, ...] = ()
    false_positive: tuple[str, ...] = ()
    targets: tuple[BlockTarget, ...] = ()
    timing_tolerance: float | None = None
    timing_why: str | None = None
    lasting_relief_percent: float | None = None
    lasting_relief_why: str | None = None
    placebo_caution: str | None = None
    second_block_adds: str | None = None
    schedule: Schedule | None = None
    watch_for: tuple[Statement, ...] = ()
    misled: tuple[Misled, ...] = ()


@frozen
class Condition:
    """What must hold to enter, stay on or leave a rung. Every stated part must hold."""

    __pydantic_config__ = STRICT
    text: str
    by: Literal["guide", "studies", "both"]
    evidence: tuple[str, ...] = ()
    basis: Basis = "judgement"
    months_of_pain: float | None = None
    positive_blocks: int | None = None
    negative_blocks: int | None = None
    block_definition: str | None = None
    treatments_tried: int | None = None
    treatment_kinds: tuple[str, ...] = ()
    treatment_helped: tuple[str, ...] = ()
    findings_present: tuple[str, ...] = ()
    findings_any: tuple[str, ...] = ()
    different_drugs: bool = False
    no_open_alarm: bool = False

    @property
    def judged(self) -> bool:
        """True when nothing in it can be worked out from a record: it is for the person and the doctor to judge."""
        return not (
            self.months_of_pain is not None
            or self.positive_blocks is not None
            or self.negative_blocks is not None
            or self.treatments_tried is not None
            or self.treatment_kinds
            or self.treatment_helped
            or self.findings_present
            or self.findings_any
            or self.different_drugs
            or self.no_open_alarm
        )


@frozen
class Contraindication:
    """A reason against a treatment, or for caution, to discuss with the prescriber.

    Any of `findings` or `cautions` raises it; with neither it holds for everybody. `treatments`: the kinds of this rung
    that it is about, all of them when none is named.
    """

    __pydantic_config__ = STRICT
    text: str
    evidence: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    treatments: tuple[str, ...] = ()


@frozen
class Rung:
    """A rung of the treatment ladder: `ladder/<id>.yaml`. `clinician` and `doses` are for a clinician alone."""

    __pydantic_config__ = STRICT
    id: str
    order: int
    name: str
    person: str
    clinician: tuple[Statement, ...]
    enter: tuple[Condition, ...]
    stay: tuple[Condition, ...]
    leave: tuple[Condition, ...]
    against: tuple[Contraindication, ...]
    evidence: tuple[Statement, ...]
    guide_says: str
    studies_say: str
    sceptics_say: str
    ask_your_doctor: tuple[str, ...]
    harms: tuple[Statement, ...] = ()
    doses: tuple[DrugDose, ...] = ()
    guide_claims: tuple[str, ...] = ()
    treatment_kinds: tuple[str, ...] = ()


@frozen
class SelfCare:
    """Something a person can do themselves: `selfcare/<id>.yaml`."""

    __pydantic_config__ = STRICT
    id: str
    name: str
    person: str
    steps: tuple[Step, ...]
    stop_if: str
    guide_says: str
    studies_say: str
    quality: Quality
    evidence: tuple[str, ...]
    suits: tuple[str, ...] = ()
    avoid_if: tuple[str, ...] = ()
    guide_claims: tuple[str, ...] = ()
    dose: Dose | None = None
    may_provoke: tuple[Provoking, ...] = ()


@frozen
class Prevention:
    """A risk factor with its mitigation: `prevention/<id>.yaml`."""

    __pydantic_config__ = STRICT
    id: str
    risk: str
    person: str
    guide_says: str
    studies_say: str
    quality: Quality
    evidence: tuple[str, ...]
    findings: tuple[str, ...] = ()
    guide_claims: tuple[str, ...] = ()


@frozen
class Referral:
    """A reason to see somebody, made safe: `referral/<id>.yaml`. It applies when one of `rules` fires."""

    __pydantic_config__ = STRICT
    id: str
    guide_says: str
    safe_version: str
    clinician: str
    rules: tuple[str, ...]
    see: str
    evidence: tuple[str, ...]
    guide_claims: tuple[str, ...] = ()


@frozen
class VisitQuestion:
    """A question to take to the next visit: `visit_questions/<id>.yaml`.

    Asked when any of `when_open` is still unanswered, any of `when_present` is present or a cause of `when_cause`
    leads. Dropped when one of `settled_by` is answered.
    """

    __pydantic_config__ = STRICT
    id: str
    ask: str
    because: str
    order: int
    evidence: tuple[str, ...] = ()
    when_open: tuple[str, ...] = ()
    when_present: tuple[str, ...] = ()
    when_cause: tuple[str, ...] = ()
    settled_by: tuple[str, ...] = ()
    always: bool = False


@frozen
class Answer:
    """A question that people ask, answered in plain words: `faq/<id>.yaml`."""

    __pydantic_config__ = STRICT
    id: str
    question: str
    answer: str
    evidence: tuple[str, ...]
    guide_claims: tuple[str, ...] = ()


@frozen
class GuideClaim:
    """One claim of the patient guide with what the studies say: `guide/<id>.yaml`."""

    __pydantic_config__ = STRICT
    id: str
    section: str
    claim: str
    verdict: Verdict
    studies_say: str
    source: str
    check: str
    provenance: Literal["read", "unverified"]
    sceptics_say: str | None = None
    url: str | None = None
    cause: str | None = None
    evidence: tuple[str, ...] = ()
