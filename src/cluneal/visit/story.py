"""The story in a few lines, and the red flags, as a clinician would note them: short, exact, nothing added."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from ..anatomy import Located, Mark, in_words, locate
from ..language import Words
from .choice import Json, Visit

DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}
# A span is said in the largest unit of which it holds at least two.
ENOUGH = 2
NEAREST = 20
# Five lines: what lies close together stands on one, the first of it named.
LINES: tuple[tuple[str, ...], ...] = (("since",), ("where", "spreads"), ("feels",), ("worse", "better"))


def who(visit: Visit, say: Words) -> str:
    """ "Female, 55 years", or what of it is known."""
    case = visit.case
    sex = say.sexes[case.sex] if case.sex else ""
    years = int(case.age) if case.age is not None else None
    age = "" if years is None else say.one_year_old if years == 1 else say.years_old(years=years)
    return say.who.for_words(sex=sex, age=age) if sex and age else sex or age


def span(days: float, say: Words) -> str:
    """A time in whole units: "5 weeks", "8 months"."""
    unit = next((name for name in ("year", "month", "week") if days >= ENOUGH * DAYS[name]), "day")
    count = max(1, int(days / DAYS[unit] + 0.01))
    words: str = say.span[unit].one if count == 1 else say.span[unit].many(count=count)
    return words


def month(day: date, say: Words) -> str:
    """ "March 2025"."""
    return str(say.month_year(month=say.months[day.month - 1], year=day.year))


def story(visit: Visit, say: Words) -> list[Json]:
    """Lines with a head, what is so (`items`) and what was asked and is not (`without`); empty lines are left out."""
    lines = [
        {
            "head": say.story.heads[names[0]],
            "items": [
                one
                for name in names
                for one in _named(name, [*_first(name, visit, say), *_said(name, visit, say, True)], say)
            ],
            "without": [one for name in names for one in _named(name, _said(name, visit, say, False), say)],
        }
        for names in LINES
    ]
    lines.append({"head": say.story.heads.found, "items": _found(visit, True), "without": _found(visit, False)})
    return [line for line in lines if line["items"] or line["without"]]


def _named(name: str, items: list[str], say: Words) -> list[str]:
    """The items, the first of them led by what they are about where the head of the line does not say it."""
    if not items or name not in say.story.named:
        return items
    return [say.story.named[name](what=items[0]), *items[1:]]


def _first(name: str, visit: Visit, say: Words) -> list[str]:
    """What comes from elsewhere than the answers: the day it began, the marks and what was said of them."""
    if name == "since":
        return _since(visit, say)
    if name in ("where", "spreads"):
        return [words for mark, words in places(visit, say) if mark.spread == (name == "spreads")]
    if name == "feels" and visit.case.mark is not None:
        strong = visit.case.mark.intensity
        number = [] if strong is None else [str(say.story.intensity(number=f"{strong:g}"))]
        return [*number, *_characters(visit)]
    return []


def _since(visit: Visit, say: Words) -> list[str]:
    started = visit.case.started
    if visit.since:
        return [lower_first(visit.since)]
    if started:
        lasted = span((visit.day - started).days, say)
        return [str(say.story.since_date(month=month(started, say), span=lasted))]
    known = visit.findings.get("duration_over_3_months")
    return [] if known is None else list((say.story.yes_since if known else say.story.no_since).values())


def _characters(visit: Visit) -> list[str]:
    """How it feels where it hurts, in the words chosen there, as far as no answer says the same."""
    known = {one.id: one for one in visit.knowledge.anatomy.characters}
    marks = [one for one in (visit.case.mark, *visit.case.other_marks) if one is not None and not one.spread]
    named = dict.fromkeys(name for mark in marks for name in mark.character)
    return [known[name].plain for name in named if not visit.findings.get(known[name].finding or "")]


def places(visit: Visit, say: Words) -> list[tuple[Mark, str]]:
    """Every mark with its place in words; the worst first. "Your right" would be the reader's."""
    anatomy = visit.knowledge.anatomy
    found = []
    for mark, located in located_marks(visit):
        if mark.x_mm is None and mark.y_mm is None and located.side is not None:
            place = in_words(replace(located, side=None), anatomy)
            found.append((mark, str(say.sides[located.side](place=place))))
        else:
            found.append((mark, in_words(located, anatomy)))
    return found


def located_marks(visit: Visit) -> list[tuple[Mark, Located]]:
    """Every mark and where it lies; the worst first."""
    case, anatomy = visit.case, visit.knowledge.anatomy
    marks = [one for one in (case.mark, *case.other_marks) if one is not None]
    return [(mark, locate(mark, anatomy, case.body)) for mark in marks]


def _said(line: str, visit: Visit, say: Words, value: bool) -> list[str]:
    said = given(visit)
    return [words for name, words in say.story.present[line].items() if said.get(name) is value]


def _found(visit: Visit, value: bool) -> list[str]:
    """Findings of an examination or a test, tests first: they are the news."""
    known = visit.knowledge.findings
    names = [one for one, said in given(visit).items() if said is value and known[one].level != "ask"]
    return [
        lower_first(known[one].label)
        for level in ("test", "examine")
        for one in names
        if known[one].level == level and not known[one].alarm
    ]


def lower_first(label: str) -> str:
    """For the middle of a line: "Spine MRI" is "spine MRI", "MRI" stays."""
    second = label[1:2]
    return label if second.isupper() or second in ("-", "'") else label[:1].lower() + label[1:]


def alarms(visit: Visit, say: Words) -> Json:
    """What presses, in a clinician's words, and every alarm question: answered yes, no, not sure, or not asked."""
    triage, known, findings = visit.assessment["triage"], visit.knowledge, visit.findings
    asked = alarm_questions(visit)
    unsure = [one for one in asked if not findings.known(one) and one in visit.case.findings]
    still_open = [one for one in asked if not findings.known(one) and one not in unsure]
    rules = [one for one in triage["fired"] if not known.redflags[one["rule"]].unless_known]
    missing = len(unsure) + len(still_open)
    counts = {"count": missing, "total": len(asked)}
    urgency = rules[0]["urgency"] if rules else "none"
    if urgency == "none" and missing:
        title, level = say.urgency.open(**counts), "open"
    else:
        title, level = say.urgency[urgency], urgency
    return {
        "level": level,
        "title": title,
        "also": say.urgency.also_open(**counts) if missing and level != "open" else "",
        "rules": [{"text": one["clinician"], "sources": one["sources"]} for one in rules],
        "yes": _labels(visit, (one for one in asked if findings.get(one))),
        "no": _labels(visit, (one for one in asked if findings.get(one) is False)),
        "unsure": _labels(visit, unsure),
        "open": _labels(visit, still_open),
        "total": len(asked),
    }


def alarm_questions(visit: Visit) -> list[str]:
    """Alarm questions in their order, and alarm signs of an examination that were looked for."""
    known = visit.knowledge
    seen = [one.id for one in known.findings.values() if one.alarm and one.id not in known.model.alarm_order]
    return [*known.model.alarm_order, *(one for one in seen if visit.findings.known(one))]


def _labels(visit: Visit, names: Iterable[str]) -> list[str]:
    return [visit.knowledge.findings[one].label for one in names]


def nearby(visit: Visit, say: Words) -> str:
    """Which nerves of the map lie near the mark, and how far that mark can be off."""
    mark: dict[str, Any] | None = visit.assessment["mark"]
    if mark is None or visit.findings.located is None:
        return ""
    located = visit.findings.located
    good = str(say.story.within(cm=f"{max(located.sd_x, located.sd_y) * located.scale / 10:.1g}"))
    # The nerves of the map run under the skin of the back.
    behind = located.surface in (None, "posterior")
    near = [one for one in mark["nerves"] if behind and one["mm"] <= NEAREST][:1]
    return " ".join([*(say.story.nerve(name=lower_first(one["name"]), mm=one["mm"]) for one in near), good])


def given(visit: Visit) -> dict[str, bool]:
    """Present or absent for what was said, without what only follows from another answer."""
    known, values = visit.knowledge.findings, visit.findings.values
    follows = {name for one, said in values.items() if said for name in known[one].implies}
    return {one: said for one, said in values.items() if visit.case.findings.get(one) is not None or one not in follows}
