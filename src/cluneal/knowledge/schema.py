"""The shape of everything that is known. Plain dataclasses: cheap to load, validated when knowledge is built.

Each class is one YAML file, or a part of one. What to do about it is in `care`, what follows over time in `follow`. The
folder names under `knowledge/` are the field names of `Knowledge`. `cluneal knowledge schema` writes the JSON Schema
that editors use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from ..frozen import frozen
from .care import Answer, GuideClaim, Prevention, RedFlag, Referral, Rung, SelfCare, Test, VisitQuestion
from .caution import Caution
from .codes import Concept, Journey
from .follow import Diary, Scale
from .routine import CarePlan
from .terms import STRICT, Basis, Examiner, Harm, Level, Surface


@frozen
class Source:
    """One item of the bibliography (CSL-JSON), reduced to what is shown."""

    __pydantic_config__ = STRICT
    id: str
    citation: str
    url: str | None = None
    design: str | None = None
    read: str | None = None
    note: str | None = None


@frozen
class Fact:
    """One fact read in one source. `usable` is false when it is unverified or doubtful: never calculated with."""

    __pydantic_config__ = STRICT
    id: str
    topic: str
    statement: str
    measure: str
    provenance: Literal["read", "unverified"]
    check: str
    cause: str | None = None
    finding: str | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    sd: float | None = None
    n: int | float | None = None
    N: int | float | None = None
    unit: str | None = None
    population: str | None = None
    reference_standard: str | None = None
    url: str | None = None
    note: str | None = None


@frozen
class Evidence:
    """The facts read in one source: `evidence/<source id>.yaml`."""

    __pydantic_config__ = STRICT
    source: str
    facts: tuple[Fact, ...]


@frozen
class Likelihood:
    """P(finding present | cause), as a Beta distribution with mean `p` worth `weight` people.

    `counts`: p is n/N of the evidence named (shrunk where `why` says so). `derived`: calculated from published
    figures as `why` says. `judgement`: nobody counted it; the weight is small.
    """

    __pydantic_config__ = STRICT
    p: float
    weight: float
    basis: Basis
    why: str
    evidence: tuple[str, ...] = ()
    n: int | float | None = None
    N: int | float | None = None


@frozen
class PriorValue:
    """One published (or judged) share of people for whom this is the main source of the pain."""

    __pydantic_config__ = STRICT
    id: str
    basis: Basis
    by: str
    p: float
    evidence: tuple[str, ...] = ()
    n: int | float | None = None
    N: int | float | None = None


@frozen
class Prior:
    """The share in one setting: values that disagree, side by side, and the one chosen."""

    __pydantic_config__ = STRICT
    chosen: str
    weight: float
    why: str
    values: tuple[PriorValue, ...]
    disputed: str | None = None


@frozen
class SiteComponent:
    """One blob of the places people with this cause mark as worst: a Gaussian in the pelvic frame, mm."""

    __pydantic_config__ = STRICT
    label: str
    weight: float
    x: float
    y: float
    sd_x: float
    sd_y: float
    surface: Surface = "posterior"
    both_sides: bool = False


@frozen
class PainSite:
    """Where people with this cause point (`worst`), and where the pain travels (`spread`, never scored as worst)."""

    __pydantic_config__ = STRICT
    basis: Basis
    why: str
    worst: tuple[SiteComponent, ...]
    spread: tuple[SiteComponent, ...] = ()
    evidence: tuple[str, ...] = ()


@frozen
class Form:
    """One way a cause presents (a stress fracture in a runner, in old thin bone).

    Its likelihoods replace the cause's.
    """

    __pydantic_config__ = STRICT
    name: str
    share: float
    basis: Basis
    why: str
    evidence: tuple[str, ...] = ()
    findings: dict[str, Likelihood] = field(default_factory=dict)


@frozen
class Partner:
    """P(the other cause takes part too | this one is the main source)."""

    __pydantic_config__ = STRICT
    p: float
    weight: float
    basis: Basis
    why: str
    evidence: tuple[str, ...] = ()
    n: int | float | None = None
    N: int | float | None = None


@frozen
class Cause:
    """A pain generator: `causes/<id>.yaml`."""

    __pydantic_config__ = STRICT
    id: str
    name: str
    plain: str
    family: Literal["cluneal", "spine", "pelvis_and_hip", "muscle", "serious", "other"]
    about: str
    clinician: str
    nearest_mimics: tuple[str, ...]
    textbook: tuple[str, ...]
    prior: dict[str, Prior]
    pain_site: PainSite
    findings: dict[str, Likelihood] = field(default_factory=dict)
    forms: dict[str, Form] = field(default_factory=dict)
    coexists_with: dict[str, Partner] = field(default_factory=dict)


@frozen
class PersonWording:
    """How a person is asked, how they can tell, and why it matters. Reading grade 8 or below."""

    __pydantic_config__ = STRICT
    ask: str
    how_to_tell: str
    why_we_ask: str


@frozen
class Place:
    """Limits of a point on the pelvis, mm: x from the midline outward, y up from the line between the dimples."""

    __pydantic_config__ = STRICT
    x_mm: tuple[float, float]
    y_mm: tuple[float, float]


@frozen
class Finding:
    """Something that can be present, absent or not asked: `findings/<id>.yaml`.

    `told_by_age` (years, from and up to), `told_by_sex` and `told_by_months` (of pain): what settles it without a
    question. `aliases_when_present`, `aliases_when_absent`: an old name that joined two facts, whose "yes" is this
    finding and whose "no" another.
    `told_by_mark`: a place in words, left out when there is a mark. `told_by_intensity`: so much pain at a place that
    hurts most is a yes. `scale`: of findings on one scale (pain to the buttock, to the thigh, below the knee) only the
    furthest that is present is scored.

    `by`: who can examine safely. `person`: alone at home, by looking, feeling or a gentle move at their own pace that
    ends when it hurts, with no risk of a fall and no force on a bone. `helper`: at home with somebody there, because a
    place is out of reach or sight, another hand is needed, or one may lose balance. `clinician`: everything that needs
    force, skill, an instrument or judgement, and everything whose wording says so; in doubt, this one.
    `picture`: the name of a figure that shows how, or where (`anatomy/figures`).
    """

    __pydantic_config__ = STRICT
    id: str
    label: str
    level: Level
    group: str
    minutes: float
    harm: Harm
    person: PersonWording
    clinician: str
    background: Likelihood
    alarm: bool = False
    aliases: tuple[str, ...] = ()
    aliases_when_present: tuple[str, ...] = ()
    aliases_when_absent: tuple[str, ...] = ()
    scale: str | None = None
    implies: tuple[str, ...] = ()
    implies_absent: tuple[str, ...] = ()
    told_by_mark: bool = False
    told_by_intensity: float | None = None
    told_by_age: tuple[float, float] | None = None
    told_by_months: tuple[float, float] | None = None
    told_by_sex: Literal["f", "m"] | None = None
    place: Place | None = None
    by: Examiner | None = None
    picture: str | None = None
    note: str | None = None


@frozen
class Group:
    """Findings that move together. `correlation` shrinks k like answers to k / (1 + correlation (k - 1))."""

    __pydantic_config__ = STRICT
    id: str
    name: str
    correlation: float
    basis: Basis
    why: str
    evidence: tuple[str, ...] = ()


@frozen
class Point:
    """A landmark or trigger point in the pelvic frame, mm."""

    __pydantic_config__ = STRICT
    id: str
    name: str
    plain: str
    x: float
    y: float
    sd_x: float
    sd_y: float
    basis: Basis
    why: str
    evidence: tuple[str, ...] = ()
    surface: Surface = "posterior"


@frozen
class Line:
    """A bony edge, ligament or nerve course as a polyline in the pelvic frame, mm."""

    __pydantic_config__ = STRICT
    id: str
    name: str
    plain: str
    kind: Literal["bone", "joint", "ligament", "nerve", "surface"]
    points: tuple[tuple[float, float], ...]
    sd_mm: float
    basis: Basis
    why: str
    evidence: tuple[str, ...] = ()
    cause: str | None = None
    crosses: Point | None = None


@frozen
class Region:
    """A named place that can be chosen instead of a mark: centre and spread, mm.

    `middle`: it also lies in the middle of the body. `finding`: what pain there answers; `spread_finding`: what pain
    that spreads there answers besides.
    """

    __pydantic_config__ = STRICT
    id: str
    name: str
    plain: str
    x: float
    y: float
    sd_x: float
    sd_y: float
    why: str
    surface: Surface | None = "posterior"
    middle: bool = False
    finding: str | None = None
    spread_finding: str | None = None


@frozen
class Character:
    """A word for how pain feels. `finding`: what it answers when it is said of a place that hurts most."""

    __pydantic_config__ = STRICT
    id: str
    plain: str
    why: str
    finding: str | None = None


@frozen
class Frame:
    """The pelvic frame and how exactly a mark can be placed in it. Lengths in mm."""

    __pydantic_config__ = STRICT
    origin: str
    x_means: str
    y_means: str
    caution: str
    reference_height_cm: float
    reference_psis_distance_mm: float
    x_extent: tuple[float, float]
    y_extent: tuple[float, float]
    tap_sd_mm: float
    tape_sd_mm: float
    stray_share: float
    site_ratio_cap: float
    site_ratio_floor: float
    other_surface_factor: float
    why: str
    evidence: tuple[str, ...] = ()


@frozen
class Anatomy:
    """The pelvis from behind: `anatomy/*.yaml`."""

    __pydantic_config__ = STRICT
    frame: Frame
    landmarks: tuple[Point, ...]
    trigger_points: tuple[Point, ...]
    lines: tuple[Line, ...]
    nerves: tuple[Line, ...]
    regions: tuple[Region, ...]
    characters: tuple[Character, ...] = ()


@frozen
class AlarmPage:
    """Alarm questions about one thing, asked together."""

    __pydantic_config__ = STRICT
    title: str
    findings: tuple[str, ...]


@frozen
class StartedChoice:
    """A rough answer to when the pain began: the months ago that it covers, and those that it is taken as."""

    __pydantic_config__ = STRICT
    id: str
    plain: str
    months: tuple[float, float]
    taken_as: float


@frozen
class ModelSettings:
    """The few numbers of the reasoning itself, each with its reason: `model.yaml`."""

    __pydantic_config__ = STRICT
    power: float
    power_why: str
    power_evidence: tuple[str, ...]
    draws: int
    draws_why: str
    interval: tuple[float, float]
    reference_cause: str
    cannot_tell: float
    cannot_tell_why: str
    settings: dict[str, str]
    questions_stop_below: float
    questions_stop_why: str
    danger_value: float
    danger_why: str
    harm_minutes: dict[str, float]
    alarm_pages: tuple[AlarmPage, ...] = ()
    alarm_pages_why: str = ""
    started_choices: tuple[StartedChoice, ...] = ()
    started_choices_why: str = ""
    questions_at_least: int = 0
    known_share: float = 1.0
    known_weight: float = 1.0
    questions_enough_below: float = 0.0
    questions_enough_why: str = ""
    answers_to_rank: int = 0
    answers_to_rank_why: str = ""
    overhead_minutes: float = 0.0
    overhead_why: str = ""

    @property
    def alarm_order(self) -> tuple[str, ...]:
        """The alarm questions that a person can answer, what must not wait first."""
        return tuple(name for page in self.alarm_pages for name in page.findings)


@frozen
class Knowledge:
    """All of it. Keys are ids; field names are folder names."""

    model: ModelSettings
    anatomy: Anatomy
    causes: Mapping[str, Cause]
    findings: Mapping[str, Finding]
    groups: Mapping[str, Group]
    redflags: Mapping[str, RedFlag] = field(default_factory=dict)
    tests: Mapping[str, Test] = field(default_factory=dict)
    ladder: Mapping[str, Rung] = field(default_factory=dict)
    selfcare: Mapping[str, SelfCare] = field(default_factory=dict)
    prevention: Mapping[str, Prevention] = field(default_factory=dict)
    referral: Mapping[str, Referral] = field(default_factory=dict)
    visit_questions: Mapping[str, VisitQuestion] = field(default_factory=dict)
    faq: Mapping[str, Answer] = field(default_factory=dict)
    guide: Mapping[str, GuideClaim] = field(default_factory=dict)
    scales: Mapping[str, Scale] = field(default_factory=dict)
    cautions: Mapping[str, Caution] = field(default_factory=dict)
    diary: Diary | None = None
    care_plan: CarePlan | None = None
    codes: Mapping[str, Concept] = field(default_factory=dict)
    journey: Journey | None = None
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    # Source id by fact or claim id: start-up needs the ids without the long texts of `evidence` and `guide`.
    source_of: Mapping[str, str] = field(default_factory=dict)
