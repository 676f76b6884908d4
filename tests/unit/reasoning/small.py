"""Knowledge bases of a few lines, for tests that show one rule each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

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

CLINIC = "clinic"
PEOPLE = 40.0


def number(p: float, people: float = PEOPLE, evidence: tuple[str, ...] = ()) -> Likelihood:
    return Likelihood(p, people, "derived", "an example", evidence)


def finding(name: str, background: float | Likelihood = 0.3, **changes: Any) -> Finding:
    """A question of one minute, in a group of its own unless another is named."""
    given: dict[str, Any] = {
        "id": name,
        "label": name,
        "level": "ask",
        "group": name,
        "minutes": 1.0,
        "harm": "none",
        "person": PersonWording(f"{name}?", "Look.", f"why {name}"),
        "clinician": name,
        "background": background if isinstance(background, Likelihood) else number(background),
    }
    return Finding(**given | changes)


def cause(
    name: str,
    findings: Mapping[str, float | Likelihood],
    prior: Mapping[str, float] | float = 0.5,
    forms: Mapping[str, tuple[float, Mapping[str, float]]] | None = None,
    with_: Mapping[str, float] | None = None,
    people: float = PEOPLE,
    **changes: Any,
) -> Cause:
    """A cause; `forms` are (share, likelihoods) by name, `with_` the chance of each partner."""

    def numbers(values: Mapping[str, float | Likelihood]) -> dict[str, Likelihood]:
        return {key: p if isinstance(p, Likelihood) else number(p, people) for key, p in values.items()}

    shares = dict(prior) if isinstance(prior, Mapping) else {"studies": prior}
    values = tuple(PriorValue(key, "judgement", "an example", p) for key, p in shares.items())
    given: dict[str, Any] = {
        "id": name,
        "name": name,
        "plain": name,
        "family": "spine",
        "about": "",
        "clinician": "",
        "nearest_mimics": (),
        "textbook": (),
        "prior": {CLINIC: Prior("studies", people, "an example", values)},
        "pain_site": PainSite("judgement", "an example", (SiteComponent("crest", 1, 70, 20, 20, 20),)),
        "findings": numbers(findings),
        "forms": {
            key: Form(key, share, "judgement", "an example", (), numbers(dict(likelihoods)))
            for key, (share, likelihoods) in (forms or {}).items()
        },
        "coexists_with": {other: Partner(p, people, "judgement", "an example") for other, p in (with_ or {}).items()},
    }
    return Cause(**given | changes)


def knowledge(
    causes: Iterable[Cause],
    findings: Iterable[Finding],
    correlation: Mapping[str, float] | None = None,
    **settings: Any,
) -> Knowledge:
    """Groups correlate by 0 unless `correlation` says otherwise; `settings` change the model's own numbers."""
    by_id = {one.id: one for one in causes}
    vocabulary = {one.id: one for one in findings}
    groups = {
        one.group: Group(one.group, one.group, (correlation or {}).get(one.group, 0.0), "judgement", "an example")
        for one in vocabulary.values()
    }
    given: dict[str, Any] = {
        "power": 0.6,
        "power_why": "",
        "power_evidence": (),
        "draws": 64,
        "draws_why": "",
        "interval": (0.05, 0.95),
        "reference_cause": next(iter(by_id)),
        "cannot_tell": 0.05,
        "cannot_tell_why": "",
        "settings": {CLINIC: "a clinic"},
        "questions_stop_below": 0.01,
        "questions_stop_why": "",
        "danger_value": 20.0,
        "danger_why": "",
        "harm_minutes": {"none": 0, "low": 5, "moderate": 60},
    }
    frame = Frame("", "", "", "", 170, 90, (0, 200), (-150, 150), 20, 8, 0.05, 10, 0.1, 0.3, "an example")
    anatomy = Anatomy(frame, (), (), (), (), ())
    return Knowledge(ModelSettings(**given | settings), anatomy, by_id, vocabulary, groups)


def mark(x: float = 70, y: float = 20) -> Located:
    return Located("left", x, y, 20, 20, "posterior", None, 1.0)
