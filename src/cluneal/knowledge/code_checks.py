"""What can be wrong with codes: a code that is no code, one that means two things, a finding that does not exist."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from .codes import CodeList, Concept, Journey, System, Threshold
from .schema import Knowledge

Place = tuple[str | int, ...]
Where = Callable[..., str]
Ids = Callable[[str, Place, Iterable[str], str, Iterable[str]], Iterator[str]]
Cites = Callable[[str, Place, Iterable[str]], Iterator[str]]

JOURNEY_FILE = "codes/journey.yaml"
# What a whole code looks like, and the beginning of one, without dots and in capital letters.
WHOLE: dict[System, str] = {
    "icd10cm": r"[A-Z]\d[0-9A-Z]{1,5}",
    "icd9cm": r"(\d{3}|V\d\d)\d{0,2}|E\d{3}\d?",
    "icd10pcs": r"[0-9A-HJ-NP-Z]{7}",
    "icd9proc": r"\d{2,4}",
    "snomed": r"\d{6,18}",
    "cpt": r"\d{4}[0-9A-Z]",
    "hcpcs": r"[A-V]\d{4}",
    "rxnorm": r"\d{2,8}",
    # A group of medicines is a code of its own.
    "atc": r"[A-DG-HJL-NPR-SV](\d\d([A-Z]{1,2}(\d\d)?)?)?",
    "loinc": r"\d{1,7}-\d",
}
BEGINNING: dict[System, str] = {
    "icd10cm": r"[A-Z]\d[0-9A-Z]{0,5}",
    "icd9cm": r"(\d{3}|V\d\d)\d{0,2}|E\d{3}\d?",
    "icd10pcs": r"[0-9A-HJ-NP-Z]{3,7}",
    "atc": r"[A-DG-HJL-NPR-SV]\d\d[A-Z]{0,2}(\d\d)?",
}


def plain(code: str) -> str:
    """A code without its dots, in capital letters: how codes are compared."""
    return code.replace(".", "").upper()


def code_problems(k: Knowledge, where: Where, ids: Ids, cites: Cites) -> Iterator[str]:
    """Every problem of the codes and of the journey, one line each."""
    meant: dict[tuple[str, str, bool], str] = {}
    for concept in k.codes.values():
        file = f"codes/{concept.id}.yaml"
        for i, told in enumerate(concept.findings):
            yield from ids(file, ("findings", i), [told.finding], "finding", k.findings)
            if told.within_days is not None and told.within_days < 1:
                yield f"{where(file, 'findings', i)}: within_days is {told.within_days}; it is at least 1"
        for i, codes in enumerate(concept.codes):
            at = where(file, "codes", i)
            yield from (f"{at}: {problem}" for problem in _list_problems(codes))
            for code, whole in [(one, True) for one in codes.codes] + [(one, False) for one in codes.prefixes]:
                key = (codes.system, plain(code), whole)
                if meant.setdefault(key, concept.id) != concept.id:
                    yield f"{at}: {code} means {meant[key]} too; keep it in one"
    if k.journey:
        yield from _journey_problems(k.journey, k, where, ids, cites)


def _list_problems(codes: CodeList) -> Iterator[str]:
    if not codes.codes and not codes.prefixes:
        yield "no codes; add one"
    for name, given, shapes in (
        ("codes", codes.codes, WHOLE),
        ("prefixes", codes.prefixes, BEGINNING),
        ("but_not", codes.but_not, BEGINNING),
    ):
        shape = shapes.get(codes.system)
        for code in given:
            if shape is None:
                yield f"{name}: {code}: codes of {codes.system} do not begin alike; name whole codes"
            elif not re.fullmatch(shape, plain(code)):
                yield f"{name}: {code}: no code of {codes.system} looks like this; correct it"
        if len({plain(code) for code in given}) < len(given):
            yield f"{name}: a code stands twice; keep one"
    for code in codes.but_not:
        if not any(plain(code).startswith(plain(prefix)) for prefix in codes.prefixes):
            yield f"but_not: {code} is not inside a prefix; remove it"
    for code in sorted({*codes.unverified} - {*codes.codes, *codes.prefixes}):
        yield f"unverified: {code} is not listed here; correct it"


def _journey_problems(journey: Journey, k: Knowledge, where: Where, ids: Ids, cites: Cites) -> Iterator[str]:
    named = {
        name: value for name in journey.__dataclass_fields__ if isinstance(value := getattr(journey, name), Threshold)
    }
    for name, threshold in named.items():
        if threshold.value < 1:
            yield f"{where(JOURNEY_FILE, name)}: value is {threshold.value}; it is at least 1"
        if threshold.basis != "judgement" and not threshold.evidence:
            yield f"{where(JOURNEY_FILE, name)}: {threshold.basis} without evidence; name the fact, or say judgement"
        yield from cites(JOURNEY_FILE, (name, "evidence"), threshold.evidence)
    yield from ids(JOURNEY_FILE, ("one_side",), [journey.one_side, journey.both_sides], "finding", k.findings)
    for i, rule in enumerate(journey.no_relief):
        at = ("no_relief", i)
        yield from ids(JOURNEY_FILE, at, [rule.finding], "finding", k.findings)
        yield from ids(JOURNEY_FILE, at, rule.concepts, "concept in codes/", k.codes)
        yield from cites(JOURNEY_FILE, at, rule.evidence)
        if not 0 < rule.from_days <= rule.until_days or rule.times < 1:
            yield f"{where(JOURNEY_FILE, *at)}: from_days to until_days go up from 1, and times is at least 1"
    for i, step in enumerate(journey.steps):
        try:
            step.why.format(**{name: one.value for name, one in named.items()})
        except (KeyError, ValueError, IndexError) as error:
            yield f"{where(JOURNEY_FILE, 'steps', i)}: why: {error} is no threshold here; correct it"


def unverified(concepts: Iterable[Concept]) -> Iterator[tuple[str, str, str]]:
    """(concept, system, code) of every code that nobody could look up."""
    for concept in concepts:
        for codes in concept.codes:
            for code in codes.unverified:
                yield concept.id, codes.system, code
