"""How much of what is known rests on counts, how much is derived, and how much is judgement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..frozen import frozen
from .schema import Knowledge, Likelihood


@frozen
class Coverage:
    """Counts by basis for each kind of number, and the size of the library."""

    likelihoods: Counter[str]
    backgrounds: Counter[str]
    priors: Counter[str]
    pairs: Counter[str]
    facts: Counter[str]
    verdicts: Counter[str]
    sizes: dict[str, int]

    def lines(self) -> Iterator[str]:
        """A table for people."""
        yield "Knowledge is whole: every id leads somewhere, every number has a source or says judgement."
        yield ""
        yield f"{'':28}{'counts':>8}{'derived':>9}{'judgement':>11}{'all':>7}"
        for name, counter in (
            ("P(finding | cause or form)", self.likelihoods),
            ("P(finding | back pain)", self.backgrounds),
            ("priors used", self.priors),
            ("coexisting pairs", self.pairs),
        ):
            counts = [counter[basis] for basis in ("counts", "derived", "judgement")]
            yield f"{name:28}{counts[0]:8}{counts[1]:9}{counts[2]:11}{sum(counts):7}"
        yield ""
        yield ", ".join(f"{count} {name}" for name, count in self.sizes.items())
        yield f"{sum(self.facts.values())} facts: " + ", ".join(f"{n} {name}" for name, n in self.facts.items())
        yield "the guide's claims: " + ", ".join(f"{n} {name}" for name, n in self.verdicts.most_common())


def all_likelihoods(knowledge: Knowledge) -> Iterator[tuple[str, str, Likelihood]]:
    """(cause or cause/form, finding, likelihood) of every stated likelihood."""
    for cause in knowledge.causes.values():
        for name, likelihood in cause.findings.items():
            yield cause.id, name, likelihood
        for form_id, form in cause.forms.items():
            for name, likelihood in form.findings.items():
                yield f"{cause.id}/{form_id}", name, likelihood


def coverage(knowledge: Knowledge) -> Coverage:
    """Count everything."""
    folders = [
        "causes",
        "findings",
        "groups",
        "redflags",
        "tests",
        "scales",
        "ladder",
        "selfcare",
        "prevention",
        "referral",
        "visit_questions",
        "faq",
        "guide",
        "cautions",
        "sources",
    ]
    return Coverage(
        likelihoods=Counter(one.basis for _, _, one in all_likelihoods(knowledge)),
        backgrounds=Counter(finding.background.basis for finding in knowledge.findings.values()),
        priors=Counter(
            value.basis
            for cause in knowledge.causes.values()
            for prior in cause.prior.values()
            for value in prior.values
            if value.id == prior.chosen
        ),
        pairs=Counter(one.basis for cause in knowledge.causes.values() for one in cause.coexists_with.values()),
        facts=Counter(
            fact.provenance if fact.check != "doubtful" else "doubtful"
            for evidence in knowledge.evidence.values()
            for fact in evidence.facts
        ),
        verdicts=Counter(claim.verdict for claim in knowledge.guide.values()),
        sizes={folder: len(getattr(knowledge, folder)) for folder in folders},
    )
