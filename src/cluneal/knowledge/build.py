"""Turn the YAML files into validated knowledge. Slow (pydantic, a thousand files): only `store` and editors call it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from . import care, caution, codes, follow, routine, schema
from .bibliography import read_bibliography
from .checks import check
from .errors import KnowledgeError
from .yaml_source import YamlFile, YamlProblem, read_yaml

KINDS: dict[str, type[Any]] = {
    "causes": schema.Cause,
    "findings": schema.Finding,
    "redflags": care.RedFlag,
    "tests": care.Test,
    "ladder": care.Rung,
    "selfcare": care.SelfCare,
    "prevention": care.Prevention,
    "referral": care.Referral,
    "visit_questions": care.VisitQuestion,
    "faq": care.Answer,
    "guide": care.GuideClaim,
    "scales": follow.Scale,
    "cautions": caution.Caution,
    "codes": codes.Concept,
}

# A file among the codes that is no concept.
JOURNEY = ("codes", "journey")


@cache
def adapter(kind: Any) -> TypeAdapter[Any]:
    """The validator of one kind of file, built once."""
    return TypeAdapter(kind)


def build(root: Path) -> schema.Knowledge:
    """Everything under `root`, validated.

    Raises:
        KnowledgeError: with every problem found, each naming file, line and fix.
    """
    problems: list[str] = []
    files: dict[str, YamlFile] = {}

    def read(path: Path, kind: Any, add: Callable[[Any], Any] | None = None) -> Any:
        try:
            source = read_yaml(path)
        except YamlProblem as problem:
            problems.append(str(problem))
            return None
        files[f"{path.parent.name}/{path.name}"] = source
        data = add(source.data) if add else source.data
        try:
            return adapter(kind).validate_json(json.dumps(data), strict=True)
        except ValidationError as error:
            problems.extend(_explain(source, error))
        except (TypeError, ValueError) as error:
            problems.append(f"{source.where(())}: {error}; use plain text, numbers and lists")
        return None

    def read_folder(folder: str, kind: Any) -> dict[str, Any]:
        found = {}
        for path in sorted((root / folder).glob("*.yaml")):
            stem = path.stem
            if (folder, stem) == JOURNEY:
                continue

            def with_id(data: Any, stem: str = stem) -> Any:
                return {"id": stem, **data} if isinstance(data, dict) else data

            value = read(path, kind, with_id if kind is not schema.Evidence else None)
            if value is not None:
                found[stem] = value
        return found

    kinds = {folder: read_folder(folder, kind) for folder, kind in KINDS.items()}
    evidence = read_folder("evidence", schema.Evidence)
    groups = read(root / "groups.yaml", dict[str, schema.Group], _ids_from_keys) or {}
    model = read(root / "model.yaml", schema.ModelSettings)
    # Knowledge of no more than causes and findings needs no diary.
    diary = read(root / "diary.yaml", follow.Diary) if kinds["scales"] else None
    care_plan = read(root / "care_plan.yaml", routine.CarePlan) if kinds["scales"] else None
    journey = read(root / "codes" / "journey.yaml", codes.Journey) if kinds["codes"] else None
    anatomy = {
        part: read(root / "anatomy" / f"{part}.yaml", hint)
        for part, hint in {
            "frame": schema.Frame,
            "landmarks": tuple[schema.Point, ...],
            "trigger_points": tuple[schema.Point, ...],
            "lines": tuple[schema.Line, ...],
            "nerves": tuple[schema.Line, ...],
            "regions": tuple[schema.Region, ...],
            "characters": tuple[schema.Character, ...],
        }.items()
    }
    if problems:
        raise KnowledgeError(problems)
    source_of = {fact.id: one.source for one in evidence.values() for fact in one.facts}
    source_of |= {claim.id: claim.source for claim in kinds["guide"].values()}
    knowledge = schema.Knowledge(
        source_of=source_of,
        model=model,
        diary=diary,
        care_plan=care_plan,
        journey=journey,
        anatomy=schema.Anatomy(**anatomy),
        groups=groups,
        evidence=evidence,
        sources=read_bibliography(root / "bibliography.json"),
        **kinds,
    )
    problems = check(knowledge, files)
    if problems:
        raise KnowledgeError(problems)
    return knowledge


def _ids_from_keys(data: Any) -> Any:
    return {key: {"id": key, **value} for key, value in data.items()} if isinstance(data, dict) else data


def _explain(source: YamlFile, error: ValidationError) -> list[str]:
    lines = []
    for item in error.errors(include_url=False):
        at = tuple(item["loc"])
        # A number that may be whole or not is complained of twice, once for each.
        if at[-1:] == ("int",):
            continue
        if at[-1:] == ("float",):
            at = at[:-1]
        name = ".".join(str(part) for part in at) or "the file"
        fix = {
            "missing": "add it",
            "extra_forbidden": "no such field here; check the spelling",
            "unexpected_keyword_argument": "no such field here; check the spelling",
        }.get(item["type"], "correct the value")
        lines.append(f"{source.where(at)}: {name}: {item['msg'].lower()}; {fix}")
    return lines


def json_schema() -> dict[str, Any]:
    """A JSON Schema per folder, for editors: `{folder: schema}`."""
    return {folder: adapter(kind).json_schema() for folder, kind in {**KINDS, "evidence": schema.Evidence}.items()}
