"""What the ladder counts of the blocks so far, by each rule that it asks for; and how often one block misleads."""

from __future__ import annotations

from collections.abc import Sequence

from ..frozen import frozen
from ..knowledge.care import Condition
from ..pathway.assess import BLOCK_TEST
from ..pathway.block import CANNOT_SAY, NEGATIVE, POSITIVE, at_the_nerve, read_block
from .desk import Desk
from .library import Library

PEOPLE = 10


@frozen
class Counted:
    """By one rule: how many blocks at these nerves say yes, no, or cannot say."""

    name: str
    positive: int
    negative: int
    open: int


@frozen
class Asked:
    """A condition of the ladder that speaks of blocks, on which step, and whether it holds (None: cannot be told)."""

    rung: str
    part: str
    text: str
    by: str
    holds: bool | None
    evidence: Sequence[str]


@frozen
class Count:
    """The running count: blocks given at these nerves, by rule, and what the ladder asks of them."""

    given: int
    by_rule: Sequence[Counted]
    asked: Sequence[Asked]


def counted(desk: Desk) -> Count:
    """The count over every block of the journal that was given."""
    test = desk.knowledge.tests[BLOCK_TEST]
    readings = [read_block(one, test) for one in desk.view().case.blocks if at_the_nerve(one, test)]
    rungs = {one["id"]: one for one in desk.view().assessment["plan"]["ladder"]["rungs"]}
    asked: list[Asked] = []
    rules: dict[str, None] = {}
    for rung in sorted(desk.knowledge.ladder.values(), key=lambda one: one.order):
        for part in ("enter", "stay", "leave"):
            conditions: Sequence[Condition] = getattr(rung, part)
            for condition, held in zip(conditions, rungs[rung.id][part], strict=True):
                if condition.block_definition:
                    rules[condition.block_definition] = None
                    asked.append(
                        Asked(rung.name, part, condition.text, condition.by, held["holds"], condition.evidence)
                    )
    names = {one.id: one.name for one in test.definitions}
    by_rule = []
    for rule in rules:
        said = [one.verdict(rule) for one in readings]
        by_rule.append(Counted(names[rule], *(said.count(one) for one in (POSITIVE, NEGATIVE, CANNOT_SAY))))
    return Count(len(readings), by_rule, asked)


@frozen
class MisledShare:
    """Of 10 people, from `low` to `high` felt better for another reason."""

    low: int
    high: int
    plain: str
    evidence: Sequence[str]


def misled(library: Library) -> list[MisledShare]:
    """The published shares of people whom one injection helped for another reason, each in 10 people."""
    found = []
    for one in library.knowledge.tests[BLOCK_TEST].misled:
        fact = library.facts[one.evidence[0]][0]
        ends = (fact.low, fact.high) if fact.low is not None and fact.high is not None else (fact.value, fact.value)
        low, high = (round(PEOPLE * (end or 0)) for end in ends)
        found.append(MisledShare(low, high, one.plain, one.evidence))
    return found
