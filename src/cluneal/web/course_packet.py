"""The diary, the notes and the papers as the page for the doctor takes them: plain data and a drawing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from statistics import median

from ..knowledge.follow import Baseline, Scale
from ..record.course import baseline
from ..record.diary import Score, smallest_change
from ..record.notes import notes, papers
from ..record.person import Person
from ..visit import Course as OnPaper
from ..visit import Noted, Scored
from .course_shown import Course
from .desk import Desk

At = tuple[date, float]


def on_paper(course: Course, desk: Desk) -> OnPaper | None:
    """The course for the page; None while nothing was written down."""
    if course.empty:
        return None
    return OnPaper(course.on_paper(), course.first, course.last, len(course.entries), tuple(_scored(course, desk)))


def _scored(course: Course, desk: Desk) -> Iterator[Scored]:
    source_of = {fact.id: one.source for one in desk.knowledge.evidence.values() for fact in one.facts}
    for scale, values in course.scored:
        daily = scale.given == "check_in"
        rule = course.rules.baseline
        ends = _windows(values, rule) if daily else _ends(values)
        if ends is None:
            continue
        first, last = ends
        least = smallest_change(scale.smallest_change, (first or last)[1])
        name = str(desk.say.packet.course.pain(days=rule.days)) if daily else scale.name
        yield Scored(name, scale.high, first, last, least, _sources(scale, source_of))


def _sources(scale: Scale, source_of: dict[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(source_of[one] for one in scale.smallest_change.evidence))


def _ends(values: Sequence[Score]) -> tuple[At | None, At]:
    """The first score and the last; no first one where there is only one."""
    first, last = values[0], values[-1]
    return (first.day, first.value) if len(values) > 1 else None, (last.day, last.value)


def _windows(values: Sequence[Score], rule: Baseline) -> tuple[At | None, At] | None:
    """The middle of the first days and that of the last, as far as each has enough and they are apart."""
    start, end = values[0].day, values[-1].day
    since = end - timedelta(days=rule.days)
    late = [one.value for one in values if one.day > since]
    if len(late) < rule.at_least:
        return None
    first = baseline(values, rule)
    apart = start + timedelta(days=rule.days) <= since + timedelta(days=1)
    return (start, first) if first is not None and apart else None, (end, median(late))


def noted(person: Person) -> tuple[Noted, ...]:
    """Notes, then papers, the newest first."""
    found = [Noted(one.text, one.day) for one in notes(person)]
    for paper in papers(person):
        found.append(Noted(f"{paper.title} ({paper.where})" if paper.where else paper.title, paper.day, paper=True))
    return tuple(found)
