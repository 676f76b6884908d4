"""The order of the interview: what comes next, what came before, and the one place that keeps an answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from ..knowledge.care import RedFlag
from ..language import Words
from ..pathway.interview import FINDINGS, Part, find, is_alarm, not_passed, reader, with_part
from ..reasoning.evidence import implied_by
from ..record.journal import Given
from ..record.person import ABOUT, ANSWER, NOT_SURE, SEEN, WORST
from .desk import Desk, View

NOW, DONE, HANDS, ANSWERS = "/now", "/ask/done", "/ask/hands", "/answers"
ABOUT_PAGE, PLACE, SPREAD, WHICH = "/about", "/place", "/place/spread", "/ask/which"
# Where a page goes back to when it was opened from there, by the word in its address.
RETURNS = {"answers": ANSWERS, "now": NOW, "hands": HANDS, "health": "/health", "diary": "/diary/alarms"}
ABOUT_FIELDS = ("age", "sex", "started", "setting")
YES, NO = "yes", "no"
SAID: Mapping[str, bool | None] = {YES: True, NO: False, NOT_SURE: None}


def next_step(view: View) -> str:
    """The page that comes next: what presses, alarm questions, the person, the place, the questions, the end."""
    if pressing(view):
        return NOW
    number = first_open_alarms(view)
    if number:
        return alarm_path(number)
    person = view.person
    if ABOUT not in person.seen and not {"age", "sex", "started"} <= set(person.about):
        return ABOUT_PAGE
    if WORST not in person.marks and "place" not in person.seen:
        return PLACE
    if "spread" not in person.seen and not any(mark.get("spread") for mark in person.marks.values()):
        return SPREAD
    question = view.interview.next
    return ask_path(question.finding) if question else DONE


def after(view: View, came_from: str | None) -> str:
    """Where an answer leads: what presses first, then back to where the page was opened from, or on."""
    return NOW if pressing(view) else RETURNS.get(came_from or "") or next_step(view)


def pressing(view: View) -> list[RedFlag]:
    """The emergencies that the person has not passed: they stop the interview."""
    return not_passed(view.triage, view.person.seen.get("now") or ())


def came_from(values: Mapping[str, str]) -> str | None:
    """The word for the page to go back to, if it is one of ours."""
    word = values.get("from", "")
    return word if word in RETURNS else None


def first_open_alarms(view: View) -> int:
    """The number of the first page of alarm questions with one that was not answered; 0 when there is none."""
    pages = view.assessor.knowledge.model.alarm_pages
    return next((number for number, page in enumerate(pages, 1) if open_on(view, page.findings)), 0)


def open_on(view: View, findings: Iterable[str]) -> list[str]:
    """Those without an answer, not even "not sure"."""
    said = answered(view)
    return [name for name in findings if name not in said and not view.findings.known(name)]


def answered(view: View) -> dict[str, bool | None]:
    """Every answer by the finding's own id, in the order of answering; those that this version knows."""
    vocabulary = view.assessor.knowledge.findings
    unread = {key for kind, key in view.unread if kind == ANSWER}
    found = {name: find(vocabulary, name, said) for name, said in view.person.answers.items() if name not in unread}
    return {finding.id: view.person.answers[name] for name, finding in found.items() if finding}


def before(view: View, finding: str) -> str:
    """The page before that question: the one answered before it, in the order of answering."""
    vocabulary = view.assessor.knowledge.findings
    others = [name for name in answered(view) if not is_alarm(vocabulary[name])]
    earlier = others[: others.index(finding)] if finding in others else others
    return ask_path(earlier[-1]) if earlier else SPREAD


def path_of(view: View, finding: str) -> str:
    """The page on which it is asked."""
    known = view.assessor.knowledge.findings[finding]
    if known.told_by_age or known.told_by_sex:
        return ABOUT_PAGE
    for number, page in enumerate(view.assessor.knowledge.model.alarm_pages, 1):
        if finding in page.findings:
            return alarm_path(number)
    return ask_path(finding)


def alarm_path(number: int) -> str:
    """The address of a page of alarm questions."""
    return f"/alarms/{number}"


def ask_path(finding: str) -> str:
    """The address of a question."""
    return f"/ask/{finding}"


def given_for(view: View, finding: str) -> list[str]:
    """The answers from which this finding follows, itself when it was asked; empty when age or sex tell it."""
    vocabulary = view.assessor.knowledge.findings
    yes = [name for name, said in answered(view).items() if said]
    return [finding] if finding in yes else [name for name in yes if finding in implied_by(name, vocabulary)]


def take(desk: Desk, new: Mapping[Part, Any], came_from: str | None, also: Iterable[Given] = ()) -> str | None:
    """Keep these answers.

    What cannot be true together with what was said before is not kept: the address of the page to clear it up, which
    carries it so that nothing is lost, is returned. None when all of it was kept.

    Args:
        new: values by their piece of the case; None is "not sure" for a finding and "not said" for anything else.
        also: entries that stand beside them.
    """
    view = desk.view()
    reads = reader(desk.assessor, view.today)
    case = view.readable
    entries, unclear = list(also), {}
    for part, value in new.items():
        changed = with_part(case, part, value)
        if reads(changed):
            case = changed
            entries.append(entry_of(part, value))
        else:
            unclear[part] = value
    keep(desk, entries)
    return which_path(unclear, came_from) if unclear else None


def keep(desk: Desk, entries: Iterable[Given]) -> None:
    """Write to the journal. An emergency that no longer holds counts as new when it comes again."""
    desk.journal.add(*entries)
    view = desk.view()
    passed = view.person.seen.get("now") or []
    still = [rule for rule in passed if rule in {one.id for one in view.triage.fired}]
    if still != passed:
        desk.journal.add((SEEN, "now", still))


def entry_of(part: Part, value: Any) -> Given:
    """The journal's entry for an answer or a field of the case."""
    if part[0] == FINDINGS:
        return ANSWER, str(part[1]), NOT_SURE if value is None else value
    return ABOUT, str(part[0]), value


def which_path(unclear: Mapping[Part, Any], came_from: str | None) -> str:
    """The address of the page that asks which of two answers is right."""
    said = {True: YES, False: NO}
    pairs = [
        ("new", f"{part[1]}:{said[value]}" if part[0] == FINDINGS else f"{part[0]}={value}")
        for part, value in unclear.items()
    ]
    return f"{WHICH}?{urlencode([*pairs, *([('from', came_from)] if came_from else [])])}"


def about_words(say: Words, field: str, value: Any) -> tuple[str, str]:
    """What a fact about the person is called, and what was said, in words."""
    words = say.answers
    if field == "sex" and value in words.sexes:
        value = words.sexes[value]
    elif field == "setting" and value in say.about.settings:
        value = say.about.settings[value]
    elif field == "started":
        value = month_words(say, date.fromisoformat(value))
    elif field == "age":
        value = words.years(age=f"{value:g}")
    return words.about.get(field, field), str(value)


def month_words(say: Words, day: date) -> str:
    """The month and year of a day."""
    return f"{say.about.months[day.month - 1]} {day.year}"
