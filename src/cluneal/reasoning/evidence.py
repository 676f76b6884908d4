"""From what was answered to what is scored: names settled, contradictions refused, nothing counted twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field

from ..anatomy import Located
from ..frozen import frozen
from ..knowledge.schema import Finding, Group


class UnknownFinding(KeyError):
    """No finding of that name. The message names the nearest one."""

    def __str__(self) -> str:
        return str(self.args[0])


class Contradiction(ValueError):
    """Two answers that cannot both be true. The message names both and the fix."""


@frozen
class Findings:
    """What is known of one person. `values`: id to present or absent; what is not in it was not asked.

    `inferred` are answers that follow from another (one age band rules out the others, the worst place is in the
    groin): rules may use them, scoring does not, because they were never a separate observation.
    """

    values: Mapping[str, bool] = field(default_factory=dict)
    inferred: Mapping[str, bool] = field(default_factory=dict)
    located: Located | None = None

    def get(self, finding: str) -> bool | None:
        """Present, absent, or None when not asked."""
        value = self.values.get(finding)
        return self.inferred.get(finding) if value is None else value

    def known(self, finding: str) -> bool:
        """True when an answer exists, given or inferred."""
        return self.get(finding) is not None


@frozen
class Scored:
    """One answer that counts, with the share of its weight that its group leaves it."""

    finding: str
    present: bool
    share: float


def collect(
    vocabulary: Mapping[str, Finding],
    answers: Mapping[str, bool | None],
    age: float | None = None,
    sex: str | None = None,
    months: float | None = None,
    located: Located | None = None,
) -> Findings:
    """Findings from answers by id or old name, with what age, sex, duration and logic add.

    Args:
        answers: True, False, or None for "not sure", which is the same as not asked.
        age: years.
        sex: "f" or "m".
        months: how long the pain has lasted.

    Raises:
        UnknownFinding: a name that is no finding.
        Contradiction: two answers, or an answer and the age or sex, that cannot both be true.
    """
    values: dict[str, bool] = {}
    given_as: dict[str, str] = {}
    names = {value: _names(vocabulary, value) for value in (True, False)}
    for name, value in answers.items():
        finding = names[value is not False].get(name)
        if finding is None:
            raise UnknownFinding(_unknown(name, names[True]))
        if value is None:
            continue
        if values.get(finding, value) != value:
            raise Contradiction(f"findings.{name}: contradicts {given_as[finding]}, the same finding; keep one")
        values[finding] = value
        given_as[finding] = name
    said = {finding: f"findings.{name}: {str(values[finding]).lower()}" for finding, name in given_as.items()}
    for finding, value, because in _from_person(vocabulary.values(), age, sex, months):
        if values.get(finding, value) != value:
            raise Contradiction(f"{said[finding]} contradicts {because}; correct one")
        values[finding] = value
        said.setdefault(finding, because)
    inferred = _follow(vocabulary, values, said)
    return Findings(values, inferred, located)


def _names(vocabulary: Mapping[str, Finding], value: bool) -> dict[str, str]:
    """Finding by every name that an answer of this value may use."""
    names = {
        alias: finding.id
        for finding in vocabulary.values()
        for alias in (*finding.aliases, *(finding.aliases_when_present if value else finding.aliases_when_absent))
    }
    names.update({name: name for name in vocabulary})
    return names


def _unknown(name: str, names: Iterable[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, list(names), 1)
    hint = f" Did you mean {close[0]}?" if close else ""
    return f"findings.{name}: no such finding.{hint} `cluneal knowledge findings` lists them all."


def _from_person(
    findings: Iterable[Finding], age: float | None, sex: str | None, months: float | None
) -> Iterator[tuple[str, bool, str]]:
    """(finding, value, because) of what age, sex and duration settle. A finding that names two needs both."""
    for finding in findings:
        asked = [
            part for part in (finding.told_by_age, finding.told_by_months, finding.told_by_sex) if part is not None
        ]
        parts: list[tuple[bool, str]] = []
        if finding.told_by_age is not None and age is not None:
            parts.append((finding.told_by_age[0] <= age < finding.told_by_age[1], f"age {age:g}"))
        if finding.told_by_months is not None and months is not None:
            parts.append(
                (finding.told_by_months[0] <= months < finding.told_by_months[1], f"{months:.1f} months of pain")
            )
        if finding.told_by_sex is not None and sex is not None:
            parts.append((finding.told_by_sex == sex, f"sex {sex}"))
        against = [because for holds, because in parts if not holds]
        if against:
            yield finding.id, False, against[0]
        elif parts and len(parts) == len(asked):
            yield finding.id, True, " and ".join(because for _, because in parts)


def _follow(vocabulary: Mapping[str, Finding], values: dict[str, bool], said: dict[str, str]) -> dict[str, bool]:
    """Add to `values` what a present finding implies, and return the absences that it implies.

    `said` is how each value was given: what follows from an answer is reported under that answer's own name.
    """
    queue = [name for name, value in values.items() if value]
    present: list[str] = []
    while queue:
        name = queue.pop()
        present.append(name)
        for implied in vocabulary[name].implies:
            if values.get(implied) is False:
                raise Contradiction(_cannot(said[name], said[implied]))
            if implied not in values:
                values[implied] = True
                said[implied] = said[name]
                queue.append(implied)
    absent: dict[str, bool] = {}
    # After everything implied is known: what one answer excludes, another may imply.
    for name in present:
        for excluded in vocabulary[name].implies_absent:
            if values.get(excluded):
                raise Contradiction(_cannot(said[name], said[excluded]))
            absent[excluded] = False
    return {name: value for name, value in absent.items() if name not in values}


def _cannot(first: str, second: str) -> str:
    return f"{first} contradicts {second.removeprefix('findings.')}; correct one or leave one out"


def score(
    findings: Findings,
    vocabulary: Mapping[str, Finding],
    groups: Mapping[str, Group],
    informative: Mapping[str, object],
) -> list[Scored]:
    """The answers that count, each with its share.

    An absence that another answer makes certain says nothing more, and of findings on one scale only the furthest that
    is present counts. With a map mark, findings that say the same in words are left out. k answers of one group in the
    same direction share their weight as k / (1 + correlation (k - 1)) independent ones would; a "yes" is never diluted
    by the "no"s around it.
    """
    kept = {
        name: value
        for name, value in findings.values.items()
        if name in informative and not (findings.located and vocabulary[name].told_by_mark)
    }
    kept = _without_what_follows(kept, vocabulary)
    like = Counter((vocabulary[name].group, value) for name, value in kept.items())
    return [
        Scored(
            name,
            value,
            share(groups[vocabulary[name].group].correlation, like[vocabulary[name].group, value]),
        )
        for name, value in kept.items()
    ]


def share(correlation: float, like_answers: int) -> float:
    """What is left of one answer's weight among `like_answers` of its group: the design effect of a cluster."""
    return 1 / (1 + correlation * (like_answers - 1))


def _without_what_follows(kept: dict[str, bool], vocabulary: Mapping[str, Finding]) -> dict[str, bool]:
    present = [name for name, value in kept.items() if value]
    excluded = {other for name in present for other in vocabulary[name].implies_absent}
    nearer = {other for _, other in nearer_pairs(vocabulary, present)}
    return {name: value for name, value in kept.items() if name not in (nearer if value else excluded)}


def nearer_pairs(vocabulary: Mapping[str, Finding], names: Iterable[str]) -> list[tuple[str, str]]:
    """(finding, one nearer on the same scale, which it implies), for the findings named."""
    return [
        (name, implied)
        for name in names
        if vocabulary[name].scale
        for implied in sorted(implied_by(name, vocabulary))
        if vocabulary[implied].scale == vocabulary[name].scale
    ]


def implied_by(name: str, vocabulary: Mapping[str, Finding]) -> set[str]:
    """Everything that must be present when `name` is, near and far."""
    found: set[str] = set()
    queue = [name]
    while queue:
        for implied in vocabulary[queue.pop()].implies:
            if implied not in found:
                found.add(implied)
                queue.append(implied)
    return found
