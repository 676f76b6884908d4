"""Every number followed to its source: number → fact → source → citation, and the number follows from the fact.

Each rule is a function from one number to its faults, run over all numbers that claim evidence. Below the rules stand
the mistakes that a sceptic found in the first table, each caught by its rule.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

import pytest

from cluneal.cli.cite import cite
from cluneal.knowledge import load
from cluneal.knowledge.schema import Fact, Knowledge, Source

# Half of the last digit of a percentage that is printed without decimals.
ROUNDING = 0.005
AVERAGED = "averaged by their shares"
FOLLOWS = ("Follows the band", AVERAGED, "The rest of")
# What a reason says when the number is not the figure itself.
CHANGED = re.compile(r"[;,]|lowered|raised|shrunk|rounded|more|less|half")
SAMPLE = 50


@dataclass(frozen=True)
class Number:
    """A number with evidence, where it stands, and the facts it names (claims of the guide apart)."""

    place: str
    kind: str
    basis: str
    p: float
    weight: float | None
    why: str
    evidence: tuple[str, ...]
    facts: tuple[Fact, ...]
    n: float | None = None
    N: float | None = None
    cause: str | None = None
    finding: str | None = None

    @property
    def sourced(self) -> bool:
        return self.basis != "judgement"


def numbers(knowledge: Knowledge) -> Iterator[Number]:
    """Likelihoods of causes and forms, backgrounds, priors, pairs and shares of forms."""
    facts = {fact.id: fact for one in knowledge.evidence.values() for fact in one.facts}

    def number(place: str, kind: str, x: object, why: str, **where: str) -> Number:
        evidence: tuple[str, ...] = getattr(x, "evidence", ())
        return Number(
            place=place,
            kind=kind,
            basis=getattr(x, "basis", ""),
            p=getattr(x, "p", getattr(x, "share", 0.0)),
            weight=getattr(x, "weight", None),
            why=why,
            evidence=evidence,
            facts=tuple(facts[one] for one in evidence if one in facts),
            n=getattr(x, "n", None),
            N=getattr(x, "N", None),
            **where,
        )

    for cause in knowledge.causes.values():
        tables = {"": cause.findings} | {f"/{name}": form.findings for name, form in cause.forms.items()}
        for form_id, table in tables.items():
            for finding, x in table.items():
                place = f"{cause.id}{form_id}/{finding}"
                yield number(place, "likelihood", x, x.why, cause=cause.id, finding=finding)
        for name, form in cause.forms.items():
            yield number(f"{cause.id}/{name} share", "share", form, form.why, cause=cause.id)
        for other, partner in cause.coexists_with.items():
            yield number(f"{cause.id} with {other}", "pair", partner, partner.why, cause=cause.id)
        for setting, prior in cause.prior.items():
            for value in prior.values:
                why = f"{value.by} {prior.why}" if value.id == prior.chosen else value.by
                yield number(f"{cause.id} prior {setting} {value.id}", "prior", value, why, cause=cause.id)
    for one in knowledge.findings.values():
        yield number(f"{one.id} background", "background", one.background, one.background.why, finding=one.id)


# ---------------------------------------------------------------- the rules, one number at a time


def parts(why: str) -> list[tuple[float, float]]:
    """The counts that a reason spells out: `7 of 50, 22 of 50`."""
    return [(float(n), float(of)) for n, of in re.findall(r"\b(\d+) of (\d+)\b", why)]


def stands(n: float, of: float, fact: Fact, *, computed: bool) -> bool:
    """`n` of `of` stands in a fact: as counts, in its words, or (when said) by its share of the same sample."""
    if (fact.n, fact.N) == (n, of) or (n, of) in parts(fact.statement):
        return True
    return computed and of == fact.N and fact.value is not None and abs(n / of - fact.value) <= ROUNDING


def counts_equal_their_facts(number: Number) -> Iterator[str]:
    """n of N is a named fact's, its complement, a share of it that says "computed", or the sum of parts in the why."""
    if number.n is None or not number.N:
        return
    n, of = number.n, number.N
    computed = "computed" in number.why
    if any(stands(n, of, fact, computed=computed) for fact in number.facts):
        return
    rest = of - n
    said = computed or (rest, of) in parts(number.why)
    if said and any(stands(rest, of, fact, computed=computed) for fact in number.facts):
        return
    spelt = [
        (a, b)
        for a, b in dict.fromkeys(parts(number.why))
        if any(stands(a, b, fact, computed=computed) for fact in number.facts)
    ]
    repeats = [one for one in parts(number.why) if one in spelt]
    for size in range(2, len(repeats) + 1):
        for chosen in combinations(repeats, size):
            if (sum(a for a, _ in chosen), sum(b for _, b in chosen)) == (n, of):
                return
    yield f"{n:g} of {of:g} is in none of {', '.join(number.evidence)}, nor added up in the why"


def counts_weigh_no_more_than_the_sample(number: Number) -> Iterator[str]:
    if number.basis == "counts" and number.N and number.weight is not None and number.weight > number.N:
        yield f"worth {number.weight:g} people, but {number.N:g} were counted"


def rests_on_a_figure(number: Number) -> Iterator[str]:
    """Words alone ("was linked to") give no number: that is a judgement."""
    figures = re.compile(r"\d+(\.\d+)?\s?%|\b0\.\d|\b\d+ of \d+|[Tt]wo thirds|\bmean\b")
    if number.sourced and not any(
        fact.measure not in ("statement", "threshold")
        or fact.N is not None
        or fact.n is not None
        or figures.search(fact.statement)
        for fact in number.facts
    ):
        yield f"{number.basis}, but no figure stands in {', '.join(number.evidence)}"


def the_why_can_be_redone(number: Number) -> Iterator[str]:
    """A derived number says what was done to which figure. (A count shows its n and N anyway.)"""
    redone = re.search(r"\d", number.why) or any(word in number.why for word in FOLLOWS)
    if number.basis == "derived" and not redone:
        yield f"the why gives no figure to redo it with: {number.why}"


def measures_the_right_side(number: Number) -> Iterator[str]:
    """A specificity says nothing of the ill, a sensitivity nothing of the others."""
    if not number.sourced:
        return
    measures = {(fact.measure, fact.cause) for fact in number.facts}
    if number.kind == "likelihood" and measures == {("specificity", number.cause)}:
        yield "a share of the ill from specificities alone"
    if number.kind == "background" and all(one == "sensitivity" and cause for one, cause in measures):
        yield "a share of ordinary back pain from sensitivities alone"


def not_on_lost_facts_alone(number: Number) -> Iterator[str]:
    if number.sourced and number.facts and all(fact.check == "not found again" for fact in number.facts):
        yield "rests only on facts that a second reading did not find again"
    for fact in number.facts:
        if fact.provenance == "unverified" or fact.check == "doubtful":
            yield f"{fact.id} is {fact.provenance}, {fact.check}"


def names_no_figure_twice(number: Number) -> Iterator[str]:
    """One figure of one sample under two ids is one figure."""
    seen: dict[tuple[object, ...], str] = {}
    for fact in number.facts:
        if fact.value is None:
            continue
        key = (fact.url or fact.population, fact.measure, fact.value, fact.N, fact.cause, fact.reference_standard)
        loose = (fact.value, fact.N, fact.population) if fact.N else key
        for one in (key, loose):
            if one in seen and seen[one] != fact.id:
                yield f"{seen[one]} and {fact.id} are one figure"
            seen[one] = fact.id


def implied(number: Number) -> float | None:
    """The share that a pair of likelihood ratios of one finding in one source implies."""
    ratios: dict[tuple[str, str | None], dict[str, float]] = defaultdict(dict)
    for fact in number.facts:
        if fact.measure in ("lr_positive", "lr_negative") and fact.value is not None:
            ratios[fact.id.split("-")[0], fact.finding][fact.measure] = fact.value
    pairs = [pair for pair in ratios.values() if len(pair) == 2]
    if len(pairs) != 1:
        return None
    positive, negative = pairs[0]["lr_positive"], pairs[0]["lr_negative"]
    others = (1 - negative) / (positive - negative)
    return others if number.kind == "background" else others * positive


def follows_its_likelihood_ratios(number: Number) -> Iterator[str]:
    """ "LR+ a and LR- b imply c": c is right, and p is c unless the why goes on to say what was done to it."""
    said = re.search(r"LR[+-].* imply (?:that )?(?:\w+ \w+ in )?(\d\.\d+|\d+%)(.*)", number.why)
    share = implied(number)
    if not said or share is None:
        return
    figure = float(said[1].rstrip("%")) / (100 if said[1].endswith("%") else 1)
    if abs(figure - share) > 0.0101:
        if abs(figure - (1 - share)) > 0.0101:
            yield f"the ratios imply {share:.3f}, the why says {said[1]}"
    elif not CHANGED.search(said[2]) and abs(number.p - share) > 0.02:
        yield f"p is {number.p} but the ratios imply {share:.3f}"


RULES: tuple[Callable[[Number], Iterator[str]], ...] = (
    counts_equal_their_facts,
    counts_weigh_no_more_than_the_sample,
    rests_on_a_figure,
    the_why_can_be_redone,
    measures_the_right_side,
    not_on_lost_facts_alone,
    names_no_figure_twice,
    follows_its_likelihood_ratios,
)

# ---------------------------------------------------------------- the rules that need the whole table


def turned_round_only_once(all_numbers: list[Number]) -> Iterator[str]:
    """An odds ratio ties two numbers together. If both are derived from it, neither is anchored."""
    users: dict[tuple[str, str], list[str]] = defaultdict(list)
    for number in all_numbers:
        if number.basis == "derived" and number.finding and len(number.facts) == 1 and "/" in number.place:
            fact = number.facts[0]
            if fact.measure == "odds_ratio" and number.place.count("/") == 1:
                users[fact.id, number.finding].append(number.place)
    for (fact_id, _), places in users.items():
        if len(places) > 1:
            yield f"{' and '.join(places)} are each derived from the other through {fact_id}"


def averages_are_averages(knowledge: Knowledge) -> Iterator[str]:
    """A sourced number that is said to be its forms' average is, and a form behind it is sourced."""
    for cause in knowledge.causes.values():
        for finding, x in cause.findings.items():
            if x.basis == "judgement" or AVERAGED not in x.why:
                continue
            forms = [(form.share, form.findings.get(finding, x)) for form in cause.forms.values()]
            mean = sum(share * one.p for share, one in forms)
            if abs(mean - x.p) > 0.02:
                yield f"{cause.id}/{finding}: p is {x.p}, its forms average {mean:.3f}"
            if all(one is x or one.basis == "judgement" for _, one in forms):
                yield f"{cause.id}/{finding}: {x.basis}, but an average of judgements"


def chain(knowledge: Knowledge, evidence: str) -> Iterator[str]:
    """Faults between an id in an evidence list and a citation that can be looked up."""
    if evidence not in knowledge.source_of:
        yield f"{evidence}: neither a fact nor a claim"
        return
    source = knowledge.sources.get(knowledge.source_of[evidence])
    if source is None:
        yield f"{evidence}: its source {knowledge.source_of[evidence]} is not in the bibliography"
    elif not re.fullmatch(r".+\. .+\. (?:.*\b(?:1[89]|20)\d\d|no date)\.", source.citation):
        yield f"{evidence}: {source.id} shows neither title nor year: {source.citation}"


# ---------------------------------------------------------------- the tests


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load()


@pytest.fixture(scope="module")
def everything(knowledge: Knowledge) -> list[Number]:
    return list(numbers(knowledge))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_number_follows_from_its_facts(rule: Callable[[Number], Iterator[str]], everything: list[Number]) -> None:
    assert [f"{one.place}: {fault}" for one in everything for fault in rule(one)] == []


def test_no_two_numbers_rest_on_each_other(everything: list[Number]) -> None:
    assert list(turned_round_only_once(everything)) == []


def test_what_is_called_an_average_is_one(knowledge: Knowledge) -> None:
    assert list(averages_are_averages(knowledge)) == []


def test_every_chain_ends_in_a_citation(knowledge: Knowledge, everything: list[Number]) -> None:
    cited = {one for number in everything for one in number.evidence}
    cited |= set(knowledge.model.power_evidence)
    cited |= {one for group in knowledge.groups.values() for one in group.evidence}
    cited |= {one for cause in knowledge.causes.values() for one in cause.pain_site.evidence}
    anatomy = knowledge.anatomy
    cited |= {one for point in (*anatomy.landmarks, *anatomy.trigger_points) for one in point.evidence}
    cited |= {one for line in (*anatomy.lines, *anatomy.nerves) for one in line.evidence}
    cited |= set(anatomy.frame.evidence)
    assert [fault for one in sorted(cited) for fault in chain(knowledge, one)] == []


def test_there_is_something_to_follow(everything: list[Number]) -> None:
    bases = {basis: sum(one.basis == basis for one in everything) for basis in ("counts", "derived", "judgement")}
    assert bases["counts"] > 40
    assert bases["derived"] > 200
    assert all(one.evidence for one in everything if one.sourced)


def test_fifty_at_random_can_be_read(knowledge: Knowledge, everything: list[Number]) -> None:
    """`cluneal cite` shows the number, its reason, each fact and each source."""
    citable = [
        one
        for one in everything
        if one.evidence and one.cause and one.finding and one.place == f"{one.cause}/{one.finding}"
    ]
    for one in random.Random(20_25).sample(citable, SAMPLE):
        shown = "\n".join(cite(knowledge, one.place))
        flat = " ".join(shown.split())
        assert f"P({one.finding} | {one.cause})" in shown
        assert f"{one.p:g}" in shown
        assert " ".join(one.why.split()) in flat
        for fact in one.facts:
            assert " ".join(fact.statement.split()) in flat
            assert f"[{knowledge.source_of[fact.id]}]" in shown
            assert "\n".join(cite(knowledge, fact.id))
            assert "\n".join(cite(knowledge, knowledge.source_of[fact.id]))


# ---------------------------------------------------------------- the mistakes that were found, each caught


def fact(**given: object) -> Fact:
    plain: dict[str, object] = {
        "id": "study-one",
        "topic": "test",
        "statement": "It was seen.",
        "measure": "sensitivity",
        "provenance": "read",
        "check": "confirmed",
    }
    return Fact(**(plain | given))  # type: ignore[arg-type]


def number(*facts: Fact, **given: object) -> Number:
    plain: dict[str, object] = {
        "place": "cause/finding",
        "kind": "likelihood",
        "basis": "derived",
        "p": 0.5,
        "weight": 20.0,
        "why": "0.50 of them.",
        "cause": "cause",
        "finding": "finding",
        "facts": facts,
        "evidence": tuple(one.id for one in facts),
    }
    return Number(**(plain | given))  # type: ignore[arg-type]


MISTAKES: Mapping[str, tuple[Callable[[Number], Iterator[str]], Number]] = {
    "a count of 25 from a fact about 334": (
        counts_equal_their_facts,
        number(fact(value=0.72, N=334), basis="counts", n=18, N=25, why="Reported: 0.72 of 25."),
    ),
    "a complement that is not spelt out": (
        counts_equal_their_facts,
        number(fact(n=27, N=30), basis="counts", n=3, N=30, why="Seldom otherwise, 3 cases."),
    ),
    "a sum with a part that no fact holds": (
        counts_equal_their_facts,
        number(fact(n=8, N=11), basis="counts", n=15, N=22, why="8 of 11 and 7 of 11 in two series."),
    ),
    "more people than were counted": (
        counts_weigh_no_more_than_the_sample,
        number(fact(n=4, N=31), basis="counts", n=4, N=31, weight=50.0),
    ),
    "0.74 from the words 'was linked to'": (
        rests_on_a_figure,
        number(fact(measure="statement", statement="Disc pain was linked to pain on rising from sitting."), p=0.74),
    ),
    "an age from a referral threshold": (rests_on_a_figure, number(fact(measure="threshold", value=4.0))),
    "as above": (the_why_can_be_redone, number(fact(value=0.5), why="Same, shrunk.")),
    "a sensitivity from a specificity": (
        measures_the_right_side,
        number(fact(measure="specificity", low=0.6, high=0.93, cause="cause"), p=0.33),
    ),
    "how common it is, from how common it is among the ill": (
        measures_the_right_side,
        number(fact(value=0.09, cause="infection"), kind="background", p=0.01, cause=None),
    ),
    "a fact that nobody found again": (not_on_lost_facts_alone, number(fact(value=0.31, check="not found again"))),
    "one figure under two ids": (
        names_no_figure_twice,
        number(
            fact(id="study-all", value=0.41, N=204, population="204 people"),
            fact(id="study-all-2", value=0.41, N=204, population="204 people", cause="cause"),
        ),
    ),
    "0.74 where the ratios imply 0.68": (
        follows_its_likelihood_ratios,
        number(
            fact(id="study-up", measure="lr_positive", value=2.3, finding="standing"),
            fact(id="study-upn", measure="lr_negative", value=0.46, finding="standing"),
            p=0.74,
            why="LR+ 2.3 and LR- 0.46 imply 0.68.",
        ),
    ),
    "ratios worked out wrongly": (
        follows_its_likelihood_ratios,
        number(
            fact(id="study-up", measure="lr_positive", value=2.3, finding="standing"),
            fact(id="study-upn", measure="lr_negative", value=0.46, finding="standing"),
            p=0.8,
            why="LR+ 2.3 and LR- 0.46 imply 0.80.",
        ),
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_that_was_found_is_caught(mistake: str) -> None:
    rule, wrong = MISTAKES[mistake]
    assert list(rule(wrong))


def test_two_numbers_that_rest_on_each_other_are_caught() -> None:
    """Socks: 0.16 came from 0.76 by an odds ratio, and 0.76 from 0.16 by the same one."""
    ratio = fact(measure="odds_ratio", value=0.06)
    tendon = number(ratio, place="tendon/socks", finding="socks", p=0.16)
    joint = number(ratio, place="joint/socks", finding="socks", p=0.76)
    assert list(turned_round_only_once([tendon, joint]))
    assert list(turned_round_only_once([tendon])) == []


@pytest.mark.parametrize(
    "right",
    [
        number(fact(n=27, N=30), basis="counts", n=3, N=30, why="27 of 30 did not."),
        number(fact(value=0.41, N=204), basis="counts", n=84, N=204, why="41% (n computed)."),
        number(
            fact(n=8, N=11),
            fact(statement="7 of 11 were women."),
            basis="counts",
            n=15,
            N=22,
            why="8 of 11 and 7 of 11.",
        ),
    ],
)
def test_what_is_spelt_out_is_accepted(right: Number) -> None:
    assert list(counts_equal_their_facts(right)) == []


def test_a_source_without_title_or_year_is_caught(knowledge: Knowledge) -> None:
    assert list(chain(knowledge, "no-such-fact"))
    bare = Source(id="bare", citation="Authors not shown. A title.")
    assert list(chain(replace(knowledge, source_of={"fact": "bare"}, sources={"bare": bare}), "fact"))
    assert list(chain(replace(knowledge, source_of={"fact": "lost"}), "fact"))
