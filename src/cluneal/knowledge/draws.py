"""Draws of every uncertain number, so that an interval is the posterior's own and the same on every door."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from ..frozen import frozen
from .schema import Knowledge


@frozen
class Draws:
    """`count` draws of each parameter, single precision. Names: see `parameters`."""

    index: dict[str, int]
    count: int
    values: array[float]

    def of(self, name: str) -> array[float]:
        """The draws of one parameter.

        Raises:
            KeyError: no such parameter.
        """
        start = self.index[name] * self.count
        return self.values[start : start + self.count]


def parameters(knowledge: Knowledge) -> Iterator[tuple[str, float, float]]:
    """(name, mean, weight) of every parameter: a Beta with that mean, worth that many people.

    Names: `finding`, `cause/finding`, `cause/form/finding`, `prior/setting/cause`, `partner/a/b`.
    """
    for finding in knowledge.findings.values():
        yield finding.id, finding.background.p, finding.background.weight
    for cause in knowledge.causes.values():
        for name, likelihood in cause.findings.items():
            yield f"{cause.id}/{name}", likelihood.p, likelihood.weight
        for form_id, form in cause.forms.items():
            for name, likelihood in form.findings.items():
                yield f"{cause.id}/{form_id}/{name}", likelihood.p, likelihood.weight
        for setting, prior in cause.prior.items():
            chosen = next(value for value in prior.values if value.id == prior.chosen)
            yield f"prior/{setting}/{cause.id}", chosen.p, prior.weight
        for other, partner in cause.coexists_with.items():
            yield f"partner/{cause.id}/{other}", partner.p, partner.weight


def parameter_draws(knowledge: Knowledge) -> Draws:
    """Draws of every parameter. Each has its own generator, seeded by its name: editing one fact moves no other."""
    # Imported here: it brings hashlib, and start-up only reads draws that were made before.
    import random

    index: dict[str, int] = {}
    values = array("f")
    count = knowledge.model.draws
    for position, (name, mean, weight) in enumerate(parameters(knowledge)):
        generator = random.Random(name)  # noqa: S311 (statistics, not secrets)
        index[name] = position
        # Whoever says one in a thousand has seen a thousand: under one expected case a Beta is a spike at 0.
        people = max(weight, 1 / min(mean, 1 - mean))
        a, b = mean * people, (1 - mean) * people
        # Single precision rounds a draw next to 1 up to 1, whose complement has no logarithm.
        values.extend(min(max(generator.betavariate(a, b), 1e-6), 1 - 1e-6) for _ in range(count))
    return Draws(index, count, values)
