"""`cluneal knowledge`: for people who edit it."""

from __future__ import annotations

import argparse
import json

from ..knowledge import load
from .errors import InputError


def run(options: argparse.Namespace) -> int:
    """Check, list, describe."""
    if options.what == "cite":
        from .cite import run as cite

        if options.id is None:
            raise InputError("knowledge cite: no id; name a source, fact, claim, cause or finding")
        return cite(options)
    return {"check": _check, "findings": _findings, "causes": _causes, "schema": _schema}[options.what](options)


def _check(options: argparse.Namespace) -> int:
    from ..knowledge.build import build
    from ..knowledge.coverage import coverage
    from ..knowledge.store import ROOT
    from ..reasoning.sensitivity import judgements_that_matter

    knowledge = build(ROOT)
    print("\n".join(coverage(knowledge).lines()))
    print("\nThe twenty judgements that matter most (largest change in a textbook patient's posterior when moved)")
    for one in judgements_that_matter(knowledge, most=20):
        print(f"  {one.change:5.3f}  {one.cause}/{one.finding}: {one.p:g} between {one.low:.3f} and {one.high:.3f}")
    return 0


def _findings(options: argparse.Namespace) -> int:
    for finding in sorted(load().findings.values(), key=lambda one: (one.level, one.group, one.id)):
        others = (*finding.aliases, *finding.aliases_when_present)
        also = f" (also {', '.join(others)})" if others else ""
        print(f"{finding.id:36} {finding.level:8} {finding.group:26} {finding.label}{also}")
    return 0


def _causes(options: argparse.Namespace) -> int:
    knowledge = load()
    for cause in knowledge.causes.values():
        priors = ", ".join(
            f"{setting} {next(v.p for v in cause.prior[setting].values if v.id == cause.prior[setting].chosen):g}"
            for setting in knowledge.model.settings
        )
        print(f"{cause.id:28} {cause.name} ({priors})")
    return 0


def _schema(options: argparse.Namespace) -> int:
    from ..knowledge.build import json_schema

    schemas = json_schema()
    if options.id is not None and options.id not in schemas:
        raise InputError(f"knowledge schema: {options.id!r} is not one of {', '.join(schemas)}")
    print(json.dumps(schemas[options.id] if options.id else schemas, indent=2))
    return 0
