"""What goes on the page for the doctor, as plain data: every door lays out the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .. import __version__
from ..anatomy.drawing import pelvis_svg
from ..language import Words, words
from .choice import Choice, Json, Visit
from .course import course, notes
from .story import alarm_questions, alarms, given, located_marks, lower_first, nearby, places, story, who
from .tried import blocks, tried

QUESTIONS = 5
IN_FULL = 5
# What stands whole on the later pages; a few treatments fit page one on any paper.
FOLLOWING = ("course", "answers", "causes", "tried", "settle", "blocks", "notes", "references")
FEW = 2
JUDGEMENT = "judgement"


def packet(visit: Visit, choice: Choice | None = None, language: str = "en") -> Json:
    """The parts that were chosen, each with its words and the ids of its sources; a part left out is None.

    `lists` that are longer than page one has room for are whole here: `LEVELS` of `pdf` say how much of each is
    printed there, and the rest stands on a later page.
    """
    choice = choice or Choice()
    say = words(language).packet
    made: Json = {
        "lang": str(say.lang),
        "title": str(say.title),
        "date": str(say.date(day=visit.day.day, month=say.months[visit.day.month - 1], year=visit.day.year)),
        "day": visit.day.isoformat(),
        "version": __version__,
        "name": choice.name,
        "who": who(visit, say) if choice.has("about") else "",
        "words": plain(say.page),
        "judgement": JUDGEMENT,
    }
    makers = {
        "drawing": _drawing,
        "story": story,
        "alarms": alarms,
        "fits": _fits,
        "tried": tried,
        "settle": _settle,
        "questions": _questions,
        "causes": _causes,
        "course": course,
        "blocks": blocks,
        "answers": _answers,
        "notes": notes,
    }
    for part, make in makers.items():
        made[part] = make(visit, say) if choice.has(part) else None
    if not choice.has("about"):
        _without_age_and_sex(made, visit)
    made["references"] = _references(made, visit) if choice.has("references") else None
    made["following"] = [name for name in FOLLOWING if made[name] and (name != "tried" or len(made[name]) > FEW)]
    return made


def plain(part: Any) -> Any:
    """Words as plain data."""
    if isinstance(part, Mapping):
        return {name: plain(one) for name, one in part.items()}
    return [plain(one) for one in part] if isinstance(part, list) else str(part)


def _drawing(visit: Visit, say: Words) -> Json:
    said = [one for _, one in places(visit, say)]
    marks = [located for _, located in located_marks(visit)]
    place = say.alt_place(words="; ".join(said)) if said else say.alt_empty
    return {
        "svg": pelvis_svg(visit.knowledge.anatomy, marks, visit.case.body),
        "alt": str(say.alt(words=place)),
        "words": said[0] if said else str(say.alt_empty),
        "near": nearby(visit, say),
    }


def _fits(visit: Visit, say: Words) -> Json:
    """The ranking, most likely first, with all that argues; empty while nothing was answered."""
    assessment = visit.assessment
    speaking = assessment["speaking"]
    rows = assessment["differential"] if speaking["answers"] else []
    return {
        "causes": [_cause(row, visit, say) for row in rows],
        "none": assessment["cannot_tell"]["in_people"],
        "few": not speaking["enough"],
        "setting": visit.knowledge.model.settings[assessment["setting"]],
    }


def _cause(row: Json, visit: Visit, say: Words) -> Json:
    return {
        "id": row["cause"],
        "name": row["name"],
        "plain": row["plain"],
        "in_people": row["in_people"],
        "share": [row["low"], row["probability"], row["high"]],
        "for": [_argument(one, visit, say) for one in row["for"]],
        "against": [_argument(one, visit, say) for one in row["against"]],
    }


def _argument(one: Json, visit: Visit, say: Words) -> Json:
    if one["finding"] == "mark":
        text = say.marked
    else:
        label = visit.knowledge.findings[one["finding"]].label
        text = lower_first(label) if one["present"] else say.absent(label=lower_first(label))
    return {
        "finding": one["finding"],
        "text": str(text),
        "odds": str(say.odds(factor=_factor(2 ** one["weight"]))),
        # What rests on judgement names no study as if it had counted.
        "sources": one["sources"] if one["basis"] != JUDGEMENT else [],
    }


def _factor(odds: float) -> str:
    return f"{odds:.0f}" if odds >= 10 else f"{odds:.1f}" if odds >= 1 else f"{odds:.2f}"


def _settle(visit: Visit, say: Words) -> list[Json]:
    return [
        {
            "name": say.test_names.get(one["id"]) or one["name"],
            "can": one["can_settle"],
            "cannot": one["cannot_settle"],
            "harm": one["harm"],
            "sources": one["sources"],
        }
        for one in visit.assessment["plan"]["tests"]
    ]


def _questions(visit: Visit, _: Words) -> list[Json]:
    asked = visit.assessment["plan"]["visit_questions"][:QUESTIONS]
    return [{key: one[key] for key in ("ask", "because", "sources")} for one in asked]


def _causes(visit: Visit, say: Words) -> Json:
    """How the disputed causes move under the views of the dispute; the ranking itself stands in `fits`."""
    fits = _fits(visit, say)
    views = [name for name in (visit.assessment["prior"], "sceptic", "guide") if name in say.page.views]
    return {
        "rows": fits["causes"],
        "none": fits["none"],
        "in_full": IN_FULL,
        "views": list(dict.fromkeys(str(say.page.views[name]) for name in views)),
        "disputed": [
            {
                "name": visit.knowledge.causes[row["cause"]].name,
                "shares": [_people(row[name]) for name in dict.fromkeys(views)],
            }
            for row in visit.assessment["disputed_prior"]
        ]
        if fits["causes"]
        else [],
    }


def _people(share: float) -> str:
    base = 100 if share >= 0.01 else 1000
    return f"{round(share * base)} in {base:,}"


def _answers(visit: Visit, say: Words) -> Json:
    """Every answer by group, alarm questions apart: there "not asked" is said too."""
    known, findings, values = visit.knowledge, visit.findings, given(visit)
    apart = set(alarm_questions(visit))
    unsure = {one for one, said in visit.case.findings.items() if said is None and one not in values}
    groups: dict[str, list[Json]] = {}
    for finding in known.findings.values():
        said = values.get(finding.id)
        if finding.id in apart or (said is None and finding.id not in unsure):
            continue
        if (finding.told_by_age or finding.told_by_sex) and finding.id not in visit.case.findings:
            continue
        row = {"finding": finding.id, "text": finding.label, "yes": said is True, "answer": str(_answer(said, say))}
        groups.setdefault(finding.group, []).append(row)
    return {
        "alarms": [
            {
                "text": known.findings[one].label,
                "yes": findings.get(one) is True,
                "answer": str(_answer(findings.get(one), say, one in unsure)),
            }
            for one in alarm_questions(visit)
        ],
        "groups": [
            {"name": say.group_names.get(name) or known.groups[name].name, "rows": groups[name]}
            for name in known.groups
            if name in groups
        ],
    }


def _answer(said: bool | None, say: Words, unsure: bool = True) -> str:
    return str(say.answer["unsure" if unsure else "open"] if said is None else say.answer["yes" if said else "no"])


def _without_age_and_sex(made: Json, visit: Visit) -> None:
    """Takes out what would tell age or sex, where the person leaves them out."""
    telling = {one.id for one in visit.knowledge.findings.values() if one.told_by_age or one.told_by_sex}
    for rows in ((made["fits"] or {}).get("causes", ()), (made["causes"] or {}).get("rows", ())):
        for row in rows:
            for side in ("for", "against"):
                row[side] = [one for one in row[side] if one["finding"] not in telling]
    for group in (made["answers"] or {}).get("groups", ()):
        group["rows"] = [one for one in group["rows"] if one["finding"] not in telling]


def _references(made: Json, visit: Visit) -> list[Json]:
    """Every source that the page names, in the order of its id."""
    used = sorted(set(_sources(made)))
    found = (visit.knowledge.sources[one] for one in used)
    return [{"id": one.id, "citation": one.citation, "url": one.url or ""} for one in found]


def _sources(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        for name, one in part.items():
            yield from one if name == "sources" and isinstance(one, list) else _sources(one)
    elif isinstance(part, list):
        for one in part:
            yield from _sources(one)
