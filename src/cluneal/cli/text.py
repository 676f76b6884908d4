"""An assessment as text for a person at a terminal. It reads the same plain data as every other door."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from ..knowledge.schema import Knowledge

WIDTH = 96
SHOWN_CAUSES = 5
SHOWN_REASONS = 3
SHOWN_SMALL = 4
SHOWN_OPEN = 5
BAR = 20

Json = dict[str, Any]

URGENCY_WORDS = {
    "emergency": "EMERGENCY: get help now",
    "same_day": "SEE SOMEBODY TODAY",
    "within_two_weeks": "See somebody within two weeks",
    "routine": "Worth a routine appointment",
    "none": "No alarm in these answers",
}


def as_text(assessment: Json, knowledge: Knowledge) -> str:
    """What must be ruled out first, what fits and why, what would settle it, what to do."""
    return "\n".join(_lines(assessment, knowledge)).rstrip()


def _lines(assessment: Json, knowledge: Knowledge) -> Iterator[str]:
    yield from _triage(assessment["triage"], knowledge)
    yield ""
    yield from _differential(assessment, knowledge)
    yield ""
    yield from _next(assessment, knowledge)
    for note in assessment["notes"]:
        yield from wrap(f"Not counted: {note}", "  ")
    if assessment["blocks"]:
        yield ""
        yield from _blocks(assessment["blocks"])
    yield ""
    yield from _plan(assessment["plan"])
    yield ""
    yield "Each number has its source or says judgement: cluneal cite ID. It helps to prepare; it gives no opinion."


def _triage(triage: Json, knowledge: Knowledge) -> Iterator[str]:
    told = [rule for rule in triage["fired"] if not knowledge.redflags[rule["rule"]].unless_known]
    if triage["fired"] and not told:
        yield "No alarm in the answers so far."
    else:
        yield f"{URGENCY_WORDS[triage['urgency']]}."
    # That questions are open matters less than an alarm that sounds: it is said where nothing more urgent is.
    for rule in told if triage["urgency"] in ("emergency", "same_day") else triage["fired"]:
        yield from wrap(f"{rule['why']} [{', '.join(rule['sources'])}]", "  ! ")
    if triage["not_asked"]:
        names = [_label(name, knowledge).lower() for name in triage["not_asked"]]
        more = len(names) - SHOWN_OPEN
        rest = f"; and {more} more (cluneal ask goes through them)" if more > 0 else ""
        yield from wrap(f"Not answered: {'; '.join(names[:SHOWN_OPEN])}{rest}.", "  ? ")


def _differential(assessment: Json, knowledge: Knowledge) -> Iterator[str]:
    yield f"What fits, of people with these answers ({knowledge.model.settings[assessment['setting']].lower()}):"
    if not assessment["speaking"]["enough"]:
        yield from wrap("Few answers speak of a cause so far: the order is close to anybody's with back pain.", "  ? ")
    if assessment["mark"]:
        yield from wrap(f"Marked {assessment['mark']['words']}.", "  ")
    for row in assessment["differential"][:SHOWN_CAUSES]:
        yield f"  {_bar(row['probability'])} {row['name']}: {row['in_people']}"
        if row["for"]:
            yield from wrap(_reasons(row["for"], knowledge), "      for      ")
        if row["against"]:
            yield from wrap(_reasons(row["against"], knowledge), "      against  ")
    none = assessment["cannot_tell"]
    yield f"  {_bar(none['probability'])} None of these, or cannot tell: {none['in_people']}"
    yield "  More than one can be true, so these do not add up to 100."
    shown = {row["cause"] for row in assessment["differential"][:SHOWN_CAUSES]}
    for one in assessment["disputed_prior"]:
        if one["cause"] in shown:
            name = knowledge.causes[one["cause"]].name
            yield from wrap(
                f"{name} is disputed: with the sceptic's share of patients it would be "
                f"{_percent(one['sceptic'])}, with the guide's {_percent(one['guide'])}.",
                "  ",
            )


def _reasons(arguments: Iterable[Json], knowledge: Knowledge) -> str:
    parts = []
    for one in list(arguments)[:SHOWN_REASONS]:
        name = "the place marked" if one["finding"] == "mark" else _label(one["finding"], knowledge)
        absent = "" if one["present"] else "no: "
        counted = one["sources"] and one["basis"] != "judgement"
        source = one["sources"][0] if counted else "judgement"
        parts.append(f"{absent}{name} (odds x {2 ** one['weight']:.2g}, {source})")
    return "; ".join(parts)


def _next(assessment: Json, knowledge: Knowledge) -> Iterator[str]:
    useful = [one for one in assessment["next"] if not one["alarm"]][:SHOWN_SMALL]
    if not useful:
        yield "No further question or examination is worth its time."
        return
    yield "What would tell most, for its effort:"
    for one in useful:
        how = {"ask": "ask", "examine": "examine", "test": "test"}[one["level"]]
        yield from wrap(f"{_label(one['finding'], knowledge)} ({how}, {one['minutes']:g} min)", "  - ")


def _blocks(blocks: list[Json]) -> Iterator[str]:
    yield "The block, by every published reading:"
    for one in blocks:
        yield from wrap(f"{one['name']}: {one['verdict']} ({one['why']}) [{one['source'] or 'no source'}]", "  - ")


def _plan(plan: Json) -> Iterator[str]:
    if plan["tests"]:
        yield "What would settle it:"
        for one in plan["tests"][:SHOWN_REASONS]:
            yield from wrap(f"{one['name']}. {one['can_settle']}", "  - ")
    if plan["referral"]:
        yield "Who to see:"
        for one in plan["referral"]:
            yield from wrap(f"{one['text']} ({one['see']})", "  - ")
    if plan["self_care"]:
        names = "; ".join(one["name"].lower() for one in plan["self_care"][:SHOWN_SMALL])
        yield from wrap(f"What you can do yourself: {names}.", "")
    if plan["visit_questions"]:
        yield "To ask at the next visit:"
        for one in plan["visit_questions"][:SHOWN_SMALL]:
            yield from wrap(one["ask"], "  - ")


def _label(name: str, knowledge: Knowledge) -> str:
    return knowledge.findings[name].label


def _bar(probability: float) -> str:
    filled = round(probability * BAR)
    return "#" * filled + "." * (BAR - filled)


def _percent(probability: float) -> str:
    return f"{round(probability * 100)} in 100" if probability >= 0.01 else f"{round(probability * 1000)} in 1,000"


def wrap(text: str, lead: str) -> list[str]:
    """Lines no wider than the page; `lead` stands before the first, and as much room before the others."""
    return textwrap.wrap(text, WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead))
