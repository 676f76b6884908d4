"""Knowledge bases that nobody would write, people who never were, and marks anywhere on the pelvis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hypothesis import strategies as st

from cluneal.anatomy import Located
from cluneal.knowledge.schema import (
    Anatomy,
    Cause,
    Finding,
    Form,
    Frame,
    Group,
    Knowledge,
    Likelihood,
    ModelSettings,
    PainSite,
    Partner,
    PersonWording,
    Prior,
    PriorValue,
    SiteComponent,
)
from cluneal.knowledge.terms import Surface

from . import oracle

SETTING = "clinic"
Answers = dict[str, bool | None]

EXTREME = 1e-4
extremes = st.sampled_from([EXTREME, 1 - EXTREME, 0.5, 0.3, 0.05])
any_probability = st.floats(EXTREME, 1 - EXTREME) | extremes
# Often the same number twice: a cause that is like the background still has an uncertainty of its own.
tame_probability = st.floats(0.05, 0.95) | st.sampled_from([0.3, 0.5])
any_weight = st.sampled_from([1.0, 5.0, 30.0, 1000.0])
any_power = st.floats(0.05, 1)
any_correlation = st.floats(0, 1) | st.sampled_from([0.0, 1.0])
surfaces: st.SearchStrategy[Surface] = st.sampled_from(["posterior", "lateral", "anterior"])


@dataclass(frozen=True)
class Shape:
    """What a knowledge base may contain."""

    probability: st.SearchStrategy[float] = any_probability
    weight: st.SearchStrategy[float] = any_weight
    power: st.SearchStrategy[float] = any_power
    correlation: st.SearchStrategy[float] = any_correlation
    sets_and_implications: bool = True
    draws: int = 16


ANY = Shape()
# A Bayesian network: answers independent given the state, none left out, none discounted.
NETWORK = Shape(power=st.just(1.0), correlation=st.just(0.0), sets_and_implications=False)
# Draws that stay clear of 0 and 1, where the engine clips them.
TAME = Shape(probability=tame_probability, weight=st.sampled_from([20.0, 60.0]), draws=8)


def wording() -> PersonWording:
    return PersonWording("Is it so?", "Look.", "It matters.")


@st.composite
def anatomies(draw: st.DrawFn) -> Anatomy:
    floor = draw(st.floats(0.02, 0.9))
    frame = Frame(
        origin="midline",
        x_means="outward",
        y_means="up",
        caution="folded",
        reference_height_cm=170,
        reference_psis_distance_mm=90,
        x_extent=(0, 200),
        y_extent=(-150, 150),
        tap_sd_mm=20,
        tape_sd_mm=8,
        stray_share=draw(st.floats(0.01, 0.5)),
        site_ratio_cap=draw(st.floats(1.1, 30)),
        site_ratio_floor=floor,
        other_surface_factor=draw(st.floats(0, 1)),
        why="invented",
    )
    return Anatomy(frame, (), (), (), (), ())


@st.composite
def pain_sites(draw: st.DrawFn) -> PainSite:
    count = draw(st.integers(1, 3))
    components = tuple(
        SiteComponent(
            label=f"place {i}",
            weight=1 / count,
            x=draw(st.floats(0, 200)),
            y=draw(st.floats(-150, 150)),
            sd_x=draw(st.floats(3, 60)),
            sd_y=draw(st.floats(3, 60)),
            surface=draw(surfaces),
        )
        for i in range(count)
    )
    return PainSite("judgement", "invented", components)


@st.composite
def knowledge_bases(draw: st.DrawFn, shape: Shape = ANY) -> Knowledge:
    """1 to 6 causes and 1 to 12 findings, with forms, pairs, groups, sets, implications and silent findings."""
    names = [f"f{i}" for i in range(draw(st.integers(1, 12)))]
    groups = {
        f"g{i}": Group(f"g{i}", f"group {i}", draw(shape.correlation), "judgement", "invented")
        for i in range(draw(st.integers(1, 4)))
    }
    likelihood = st.builds(
        Likelihood, p=shape.probability, weight=shape.weight, basis=st.just("judgement"), why=st.just("invented")
    )

    def some_likelihoods() -> dict[str, Likelihood]:
        return {name: draw(likelihood) for name in names if draw(st.booleans())}

    findings = {name: draw(_findings(name, names, groups, likelihood, shape)) for name in names}
    ids = [f"c{i}" for i in range(draw(st.integers(1, 6)))]
    causes = {}
    for cause in ids:
        shares = draw(st.lists(st.floats(0.05, 1), max_size=3))
        causes[cause] = Cause(
            id=cause,
            name=cause,
            plain=cause,
            family=draw(st.sampled_from(["spine", "serious"])),
            about="",
            clinician="",
            nearest_mimics=(),
            textbook=(),
            prior={SETTING: draw(_priors(shape))},
            pain_site=draw(pain_sites()),
            findings=some_likelihoods(),
            forms={
                f"form{i}": Form(f"form {i}", share / sum(shares), "judgement", "invented", (), some_likelihoods())
                for i, share in enumerate(shares)
            },
            coexists_with={
                other: Partner(draw(shape.probability), draw(shape.weight), "judgement", "invented")
                for other in ids
                if other != cause and draw(st.integers(0, 3)) == 0
            },
        )
    model = ModelSettings(
        power=draw(shape.power),
        power_why="invented",
        power_evidence=(),
        draws=shape.draws,
        draws_why="invented",
        interval=(0.05, 0.95),
        reference_cause=draw(st.sampled_from(ids)),
        cannot_tell=draw(st.floats(0.001, 0.5)),
        cannot_tell_why="invented",
        settings={SETTING: "invented"},
        questions_stop_below=0.01,
        questions_stop_why="invented",
        danger_value=draw(st.floats(0, 50)),
        danger_why="invented",
        harm_minutes={"none": 0, "low": 5, "moderate": 60},
    )
    return Knowledge(model, draw(anatomies()), causes, findings, groups)


@st.composite
def _findings(
    draw: st.DrawFn,
    name: str,
    names: list[str],
    groups: Mapping[str, Group],
    likelihood: st.SearchStrategy[Likelihood],
    shape: Shape,
) -> Finding:
    # Implications lead to later findings only: a circle would say that they are one finding.
    later = names[names.index(name) + 1 :] if shape.sets_and_implications else []
    sets = [None, None, "s0", "s1"] if shape.sets_and_implications else [None]
    implies = tuple(other for other in later if draw(st.integers(0, 4)) == 0)
    return Finding(
        id=name,
        label=name,
        level="ask",
        group=draw(st.sampled_from(sorted(groups))),
        minutes=draw(st.floats(0.1, 10)),
        harm=draw(st.sampled_from(["none", "low", "moderate"])),
        person=wording(),
        clinician=name,
        background=draw(likelihood),
        alarm=draw(st.booleans()),
        scale=draw(st.sampled_from(sets)),
        implies=implies,
        implies_absent=tuple(other for other in later if other not in implies and draw(st.integers(0, 9)) == 0),
        told_by_mark=draw(st.integers(0, 3)) == 0,
    )


@st.composite
def _priors(draw: st.DrawFn, shape: Shape) -> Prior:
    values = [PriorValue("studies", "judgement", "invented", draw(shape.probability))]
    if draw(st.booleans()):
        values.append(PriorValue("sceptic", "judgement", "invented", draw(shape.probability)))
    return Prior("studies", draw(shape.weight), "invented", tuple(values))


@st.composite
def answers_to(draw: st.DrawFn, knowledge: Knowledge) -> Answers:
    """Answers without a contradiction: everything missing, everything present, or any mixture, in any order."""
    names = draw(st.permutations(sorted(knowledge.findings)))
    kind = draw(st.sampled_from(["mixture", "mixture", "mixture", "missing", "present"]))
    answers: Answers = {}
    for name in names:
        value = (
            {"missing": None, "present": True}.get(kind)
            if kind != "mixture"
            else draw(st.sampled_from([True, False, None]))
        )
        if oracle.consistent(knowledge, {**answers, name: value}):
            answers[name] = value
    return answers


@st.composite
def marks(draw: st.DrawFn) -> Located:
    """A mark anywhere on the map, sharp or blurred."""
    return Located(
        side=draw(st.sampled_from(["left", "right", "both", "midline", None])),
        x=draw(st.floats(0, 200)),
        y=draw(st.floats(-150, 150)),
        sd_x=draw(st.floats(1, 60)),
        sd_y=draw(st.floats(1, 60)),
        surface=draw(surfaces | st.none()),
        region=None,
        scale=1.0,
    )


@dataclass(frozen=True)
class Clinic:
    """A knowledge base and the people that it is asked about."""

    knowledge: Knowledge
    people: tuple[Answers, ...]

    @property
    def person(self) -> Answers:
        return self.people[0]


@st.composite
def clinics(draw: st.DrawFn, shape: Shape = ANY, most: int = 1) -> Clinic:
    """A knowledge base with 1 to `most` people."""
    knowledge = draw(knowledge_bases(shape))
    return Clinic(knowledge, tuple(draw(st.lists(answers_to(knowledge), min_size=1, max_size=most))))


priors = st.sampled_from(["chosen", "level"])


def two_causes(a: float, b: float, background: float) -> Knowledge:
    """Not invented: causes `a` and `b`, equally common, and one finding `f`, each number worth 20 people."""

    def number(p: float) -> Likelihood:
        return Likelihood(p, 20, "judgement", "an example")

    def cause(name: str, p: float) -> Cause:
        prior = Prior("studies", 20, "an example", (PriorValue("studies", "judgement", "an example", 0.5),))
        site = PainSite("judgement", "an example", (SiteComponent("crest", 1, 70, 20, 20, 20),))
        return Cause(name, name, name, "spine", "", "", (), (), {SETTING: prior}, site, {"f": number(p)})

    finding = Finding("f", "f", "ask", "g", 1, "none", wording(), "f", number(background))
    frame = Frame("", "", "", "", 170, 90, (0, 200), (-150, 150), 20, 8, 0.05, 10, 0.1, 0.3, "an example")
    model = ModelSettings(
        0.6, "", (), 64, "", (0.05, 0.95), "a", 0.05, "", {SETTING: ""}, 0.01, "", 20, "", {"none": 0.0}
    )
    causes = {"a": cause("a", a), "b": cause("b", b)}
    group = Group("g", "g", 0.5, "judgement", "an example")
    return Knowledge(model, Anatomy(frame, (), (), (), (), ()), causes, {"f": finding}, {"g": group})
