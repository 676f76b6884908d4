"""`assess`, `guide`, `cite` and `knowledge`: what they print, and what they say to a wrong word."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cluneal.cli.main import main
from cluneal.knowledge import load
from cluneal.knowledge.errors import KnowledgeError, StaleKnowledge

from .conftest import Refused

Printed = Callable[..., str]


@pytest.fixture
def case(folder: Path) -> str:
    (folder / "c.json").write_text('{"age": 52, "findings": {"saddle_numbness": true, "worse_standing": true}}')
    return "c.json"


def test_an_emergency_stands_first_and_nothing_dilutes_it(case: str, printed: Printed) -> None:
    said = printed("assess", case)
    assert said.startswith("EMERGENCY: get help now.\n  ! ")
    assert "What you can do yourself" not in said
    assert "Not every alarm question has an answer yet" not in said
    assert "Not answered: " in said


def test_without_an_alarm_it_says_what_was_not_asked(folder: Path, printed: Printed) -> None:
    (folder / "c.json").write_text("{}")
    assert printed("assess", "c.json").startswith("No alarm in the answers so far.\n")
    quiet = {name: False for name, one in load().findings.items() if one.alarm and one.level == "ask"}
    (folder / "c.json").write_text(json.dumps({"findings": quiet}))
    said = printed("assess", "c.json")
    assert said.startswith("No alarm in these answers.\n")
    assert "Not answered" not in said


def test_the_same_assessment_as_text_and_as_data(case: str, printed: Printed) -> None:
    data = json.loads(printed("assess", case, "--format", "json"))
    text = " ".join(printed("assess", case).split())
    for row in data["differential"][:5]:
        assert f"{row['name']}: {row['in_people']}" in text


def test_the_prior_changes_the_answer(case: str, printed: Printed) -> None:
    answers = {name: printed("assess", case, "--prior", name) for name in ("chosen", "level", "sceptic", "guide")}
    assert len(set(answers.values())) == len(answers)


def test_the_day_of_the_assessment(folder: Path, printed: Printed, refused: Refused) -> None:
    (folder / "c.json").write_text('{"started": "2025-12-01"}')
    early, late = (json.loads(printed("assess", "c.json", "--format", "json", "--on", day)) for day in
                   ("2026-01-01", "2026-12-01"))  # fmt: skip
    assert early["differential"] != late["differential"]
    assert refused("assess", "c.json", "--on", "2025-11-30").endswith("is in the future; give the day the pain began")
    assert refused("assess", "c.json", "--on", "tomorrow").startswith("--on: 'tomorrow' is not a date; ")
    assert refused("assess", "c.json", "--prior", "none").startswith("--prior: no cause has a value named 'none'; ")


def test_the_guide_claim_by_claim(printed: Printed, refused: Refused) -> None:
    whole = json.loads(printed("guide", "--format", "json"))
    assert len(whole) == len(load().guide)
    contradicted = json.loads(printed("guide", "--format", "json", "--verdict", "contradicted"))
    assert 0 < len(contradicted) < len(whole)
    assert {claim["verdict"] for claim in contradicted} == {"contradicted"}
    section = whole[0]["section"]
    assert {one["section"] for one in json.loads(printed("guide", "--format", "json", "--section", section))} == {
        section
    }
    text = printed("guide")
    for claim in whole:
        assert f"[{claim['source']}]" in text
    assert refused("guide", "--section", "99").startswith("--section: '99' is not one of ")


def test_every_id_can_be_followed(printed: Printed, refused: Refused) -> None:
    knowledge = load()
    fact = next(iter(knowledge.evidence.values())).facts[0].id
    source = next(iter(knowledge.evidence))
    cause = knowledge.causes["scn_entrapment"]
    for wanted in (fact, source, cause.id, next(iter(knowledge.guide)), "worse_standing"):
        assert printed("cite", wanted).strip()
        assert printed("knowledge", "cite", wanted) == printed("cite", wanted)
    for finding, likelihood in cause.findings.items():
        said = printed("cite", f"{cause.id}/{finding}")
        assert said.startswith(f"P({finding} | {cause.id})\n    {likelihood.p:g}")
    assert refused("cite", "scn_entrapmen").endswith(
        "Did you mean scn_entrapment or mcn_entrapment or icn_entrapment?"
    )  # fmt: skip
    assert refused("cite", "").startswith("cite: : no such source")
    assert refused("knowledge", "cite") == "knowledge cite: no id; name a source, fact, claim, cause or finding"


def test_what_is_known_is_listed(printed: Printed) -> None:
    findings, causes = printed("knowledge", "findings"), printed("knowledge", "causes")
    assert {line.split()[0] for line in findings.splitlines()} == set(load().findings)
    assert {line.split()[0] for line in causes.splitlines()} == set(load().causes)


def test_the_schema_for_editors(printed: Printed, refused: Refused) -> None:
    schemas = json.loads(printed("knowledge", "schema"))
    assert json.loads(printed("knowledge", "schema", "causes")) == schemas["causes"]
    assert refused("knowledge", "schema", "cause").startswith("knowledge schema: 'cause' is not one of causes, ")


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (KnowledgeError(["a.yaml:1: this; mend it", "b.yaml:2: that; add it"]),
         "cluneal: a.yaml:1: this; mend it\ncluneal: b.yaml:2: that; add it\n"),
        (StaleKnowledge("the knowledge files do not match"), "cluneal: the knowledge files do not match\n"),
    ],
)  # fmt: skip
def test_knowledge_that_does_not_hold_together_is_another_status(
    problem: Exception, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise problem

    monkeypatch.setattr("cluneal.cli.guide.load", broken)
    assert main(["guide"]) == 1
    assert capsys.readouterr().err == said


def test_ctrl_c_is_quiet(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def stopped() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cluneal.cli.guide.load", stopped)
    assert main(["guide"]) == 130
    assert capsys.readouterr().err == "\n"
