"""The diary on the page for the doctor: its picture, each scale at first and of late, and what was noted."""

from __future__ import annotations

from datetime import date

from ..language import Words
from .choice import Json, Noted, Scored, Visit


def course(visit: Visit, say: Words) -> Json | None:
    """The course; None where there is no diary."""
    found, words = visit.course, say.course
    if found is None:
        return None
    rows = [_row(one, say) for one in found.scores]
    said = "; ".join(str(words.in_alt(name=row["name"], scores=_scores(row))) for row in rows)
    return {
        "lead": str(words.lead(count=found.check_ins, first=day(found.first, say), last=day(found.last, say))),
        "svg": found.svg,
        "alt": str(words.alt(rows=said)),
        "rows": rows,
    }


def _scores(row: Json) -> str:
    return ", ".join(row[name] for name in ("first", "last") if row[name])


def _row(one: Scored, say: Words) -> Json:
    return {
        "name": one.name,
        "first": _score(one.first, one, say) if one.first else "",
        "last": _score(one.last, one, say),
        "least": f"{round(one.least, 2):g}",
        "reading": str(say.course.readings[_reading(one)]) if one.first else "",
        "sources": list(one.sources),
    }


def _score(at: tuple[date, float], one: Scored, say: Words) -> str:
    return str(say.course.score(value=number(at[1]), high=number(one.high), day=day(at[0], say)))


def _reading(one: Scored) -> str:
    # What floating point adds to a change that is just large enough decides nothing.
    change = round(one.last[1] - one.first[1], 6) if one.first else 0.0
    return "less" if change <= -one.least else "more" if change >= one.least else "same"


def notes(visit: Visit, say: Words) -> list[Json]:
    """What was noted and which papers there are, each group with a heading; a group without any has none."""
    found = []
    for title, papers in ((say.page.noted, False), (say.page.papers, True)):
        rows = [_noted(one, say) for one in visit.notes if one.paper == papers]
        if rows:
            found.append({"title": str(title), "rows": rows})
    return found


def _noted(one: Noted, say: Words) -> Json:
    return {"day": day(one.day, say) if one.day else "", "text": one.text}


def day(when: date, say: Words) -> str:
    """A day, short enough for a table."""
    return str(say.day_short(day=when.day, month=say.months[when.month - 1][:3], year=when.year))


def number(value: float) -> str:
    """With one decimal at most."""
    return f"{round(value, 1):g}"
