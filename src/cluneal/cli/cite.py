"""`cluneal cite`: follow a number to its source."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from difflib import get_close_matches

from ..knowledge import load
from ..knowledge.care import GuideClaim
from ..knowledge.schema import Cause, Fact, Finding, Knowledge, Likelihood, PriorValue, Source
from .errors import InputError
from .text import wrap


def run(options: argparse.Namespace) -> int:
    """Print what stands behind an id."""
    print("\n".join(cite(load(), options.id)))
    return 0


def cite(knowledge: Knowledge, wanted: str) -> Iterator[str]:
    """Lines on a fact, guide claim, source, cause, finding, or `cause/finding` (one likelihood).

    Raises:
        InputError: no such id.
    """
    facts = {fact.id: (fact, one.source) for one in knowledge.evidence.values() for fact in one.facts}
    cause, _, finding = wanted.partition("/")
    if wanted in knowledge.sources:
        yield from _source(knowledge.sources[wanted])
        for fact in knowledge.evidence[wanted].facts if wanted in knowledge.evidence else ():
            yield from _fact(fact)
        for claim in knowledge.guide.values():
            if claim.source == wanted:
                yield from _claim(claim)
    elif wanted in facts:
        fact, source = facts[wanted]
        yield from _fact(fact)
        yield from _source(knowledge.sources[source])
    elif wanted in knowledge.guide:
        yield from _claim(knowledge.guide[wanted])
        yield from _source(knowledge.sources[knowledge.guide[wanted].source])
    elif wanted in knowledge.causes:
        yield from _cause(knowledge.causes[wanted])
    elif wanted in knowledge.findings:
        yield from _finding(knowledge, knowledge.findings[wanted])
    elif finding and cause in knowledge.causes and finding in knowledge.causes[cause].findings:
        likelihood = knowledge.causes[cause].findings[finding]
        yield f"P({finding} | {cause})"
        yield from _number(likelihood)
        for name in likelihood.evidence:
            if name in facts:
                yield from _fact(facts[name][0])
                yield from _source(knowledge.sources[facts[name][1]])
            else:
                yield from _claim(knowledge.guide[name])
    else:
        known = [*knowledge.sources, *facts, *knowledge.guide, *knowledge.causes, *knowledge.findings]
        close = get_close_matches(wanted, known, 3)
        hint = (
            f" Did you mean {' or '.join(close)}?" if close else " `cluneal knowledge causes` and `findings` list ids."
        )
        raise InputError(f"cite: {wanted}: no such source, fact, claim, cause or finding.{hint}")


def _source(source: Source) -> Iterator[str]:
    yield from wrap(source.citation, f"[{source.id}] ")
    details = "; ".join(part for part in (source.design, source.read and f"read: {source.read}") if part)
    if details:
        yield f"    {details}"
    if source.url:
        yield f"    {source.url}"


def _fact(fact: Fact) -> Iterator[str]:
    yield from wrap(fact.statement, f"{fact.id}: ")
    figure = [f"{fact.measure} {fact.value}" if fact.value is not None else fact.measure]
    if fact.n is not None and fact.N is not None:
        figure.append(f"{fact.n:g}/{fact.N:g}")
    if fact.low is not None and fact.high is not None:
        figure.append(f"{fact.low} to {fact.high}")
    yield f"    {', '.join(figure)}; {fact.provenance}, second reading: {fact.check}"
    for name, value in (("in", fact.population), ("against", fact.reference_standard), ("note", fact.note)):
        if value:
            yield from wrap(value, f"    {name}: ")
    if fact.url:
        yield f"    read at {fact.url}"


def _claim(claim: GuideClaim) -> Iterator[str]:
    yield from wrap(f"The guide ({claim.section}): {claim.claim}", f"{claim.id}: ")
    yield from wrap(f"{claim.verdict}: {claim.studies_say}", "    ")


def _number(likelihood: Likelihood | PriorValue) -> Iterator[str]:
    counts = f" ({likelihood.n:g}/{likelihood.N:g})" if likelihood.n is not None and likelihood.N else ""
    worth = f", worth {likelihood.weight:g} people" if isinstance(likelihood, Likelihood) else ""
    yield f"    {likelihood.p:g}{counts}, {likelihood.basis}{worth}"
    yield from wrap(likelihood.why if isinstance(likelihood, Likelihood) else likelihood.by, "    ")
    if likelihood.evidence:
        yield from wrap(", ".join(likelihood.evidence), "    from: ")


def _cause(cause: Cause) -> Iterator[str]:
    yield f"{cause.id}: {cause.name}"
    yield from wrap(cause.clinician, "    ")
    for setting, prior in cause.prior.items():
        yield f"  prior in {setting} ({prior.chosen} is used):"
        for value in prior.values:
            yield f"   {value.id}:"
            yield from _number(value)
        if prior.disputed:
            yield from wrap(prior.disputed, "    disputed: ")
    yield f"  {len(cause.findings)} likelihoods; see one with: cluneal cite {cause.id}/FINDING"


def _finding(knowledge: Knowledge, finding: Finding) -> Iterator[str]:
    yield f"{finding.id}: {finding.label} ({finding.level}, {finding.minutes:g} min, harm {finding.harm})"
    yield from wrap(finding.clinician, "    ")
    yield "  in ordinary back pain:"
    yield from _number(finding.background)
    for cause in knowledge.causes.values():
        likelihood = cause.findings.get(finding.id)
        if likelihood:
            yield f"    {cause.id}: {likelihood.p:g} ({likelihood.basis})"
