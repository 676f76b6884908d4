"""Copies of one journal come together: in any order, in any grouping and again and again, with the same result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cluneal.record import Journal, Person, person_of
from cluneal.record.copies import plain, rows_of_plain
from cluneal.record.journal import Row

MACHINES = 3
START = datetime(2026, 11, 24, 12, tzinfo=UTC)
# Now and then a clock is years off, and stands or goes back.
SECONDS = st.integers(-5, 5) | st.integers(-400_000_000, 400_000_000)
VALUES = st.none() | st.booleans() | st.just("not_sure") | st.integers(0, 3)
GIVEN = st.tuples(st.sampled_from(["answer", "about", "seen", "later"]), st.sampled_from(["a", "b", "c"]), VALUES)


@dataclass(frozen=True)
class Add:
    """Something is said on one machine, whose clock shows so much more or less than before."""

    machine: int
    passed: int
    given: list[tuple[str, str, Any]]


@dataclass(frozen=True)
class Merge:
    """One machine takes in what another has."""

    into: int
    other: int


machines = st.integers(0, MACHINES - 1)
adds = st.builds(Add, machines, SECONDS, st.lists(GIVEN, min_size=1, max_size=3))
histories = st.lists(adds | st.builds(Merge, machines, machines), max_size=25)
orders = st.permutations(range(MACHINES))


class Clock:
    """A machine's clock, which somebody sets as they like; and its zone."""

    def __init__(self, machine: int) -> None:
        self.shown = START
        self.zone = timezone(timedelta(hours=5 * machine - 5))

    def __call__(self) -> datetime:
        return self.shown.astimezone(self.zone)


@contextmanager
def lived(history: Sequence[Add | Merge]) -> Iterator[list[Journal]]:
    """The journal of each machine after all that."""
    clocks = [Clock(machine) for machine in range(MACHINES)]
    journals = [Journal.unsaved(now=clock) for clock in clocks]
    try:
        for step in history:
            if isinstance(step, Merge):
                journals[step.into].merge(journals[step.other].rows())
                continue
            clocks[step.machine].shown += timedelta(seconds=step.passed)
            before = journals[step.machine].rows()
            journals[step.machine].add(*step.given)
            after = journals[step.machine].rows()
            # What is said last on a machine comes after all that this machine knew, whatever its clock shows.
            assert after[: len(before)] == before
        yield journals
    finally:
        for journal in journals:
            journal.close()


def merged(*parts: list[Row]) -> list[Row]:
    """These, taken in one after the other by a journal that was empty."""
    journal = Journal.unsaved()
    for part in parts:
        journal.merge(part)
    rows = journal.rows()
    journal.close()
    return rows


def union(*parts: list[Row]) -> list[Row]:
    """The oracle: a set, in the order of the clock and then of the id."""
    return sorted(set().union(*parts), key=lambda row: (row[1], row[0]))


def latest(rows: list[Row]) -> dict[tuple[str, str], str]:
    """The oracle for what holds: the last of a kind and key."""
    return {(kind, key): value for _, _, _, kind, key, value in rows}


def shown(person: Person) -> dict[str, Any]:
    """Everything about a person, without where the entries lie in their file; answers in their order."""
    return {**asdict(person), "number": 0, "order": list(person.answers)}


def come_to(rows: list[Row]) -> Person:
    """What these entries come to in a journal of their own."""
    journal = Journal.unsaved()
    journal.merge(rows)
    person = person_of(journal.entries())
    journal.close()
    return person


@given(histories, orders, orders)
def test_any_order_gives_the_union(history: list[Add | Merge], one: list[int], other: list[int]) -> None:
    with lived(history) as journals:
        parts = [journal.rows() for journal in journals]
        expected = union(*parts)
        assert merged(*(parts[i] for i in one)) == expected
        assert merged(*(parts[i] for i in other)) == expected


@given(histories)
def test_any_grouping_gives_the_union(history: list[Add | Merge]) -> None:
    with lived(history) as journals:
        a, b, c = (journal.rows() for journal in journals)
        assert merged(merged(a, b), c) == merged(a, merged(b, c)) == union(a, b, c)


@given(histories, machines)
def test_again_changes_nothing(history: list[Add | Merge], machine: int) -> None:
    with lived(history) as journals:
        for journal in journals:
            before = set(journals[machine].rows())
            new = set(journal.rows()) - before
            assert journals[machine].merge(journal.rows()) == len(new)
            assert journals[machine].merge(journal.rows()) == 0
            assert set(journals[machine].rows()) == before | new


@given(histories, orders)
def test_every_machine_comes_to_the_same_person(history: list[Add | Merge], order: list[int]) -> None:
    with lived(history) as journals:
        everything = union(*(journal.rows() for journal in journals))
        for machine in range(MACHINES):
            for other in order:
                journals[machine].merge(journals[other].rows())
        first, *others = (person_of(journal.entries()) for journal in journals)
        assert all(shown(one) == shown(first) for one in [*others, come_to(everything)])
        holds = latest(everything)
        for kind, known in (("answer", first.answers), ("about", first.about), ("seen", first.seen)):
            assert set(known) == {key for (one, key), value in holds.items() if one == kind and value != "null"}


@given(histories, GIVEN)
def test_what_is_said_after_a_merge_holds_everywhere(history: list[Add | Merge], given: tuple[str, str, Any]) -> None:
    kind, key, value = given
    with lived(history) as journals:
        for other in journals:
            journals[0].merge(other.rows())
        journals[0].add(given)
        for other in journals[1:]:
            other.merge(journals[0].rows())
            assert latest(other.rows()).get((kind, key), "null") == latest(journals[0].rows()).get((kind, key), "null")
            entries = [one.value for one in other.entries() if (one.kind, one.key) == (kind, key)]
            assert (entries[-1] if entries else None) == value


@given(histories)
def test_only_new_entries_need_to_be_read(history: list[Add | Merge]) -> None:
    with lived(history) as journals:
        known = person_of(journals[0].entries())
        journals[0].add(("about", "age", 50))
        assert shown(person_of(journals[0].entries(known.number), known)) == shown(person_of(journals[0].entries()))


@given(histories)
def test_plain_data_brings_all_of_it_along(history: list[Add | Merge]) -> None:
    with lived(history) as journals:
        for journal in journals:
            assert rows_of_plain(plain(journal)) == journal.rows()
