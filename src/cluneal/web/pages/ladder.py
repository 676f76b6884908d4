"""The ladder: where the person stands, what each step asks for, what bears on it; the doses, for a clinician."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...knowledge.care import Condition, Contraindication, Rung
from ...language import Words
from ...pathway.cautions import Bearing, asked, states, weigh
from ..desk import View
from ..library import Library, library_of
from ..render import desk_of, page
from ..shown import Cite, cites, first

Json = dict[str, Any]

PATH = "/ladder"
VIEWS = ("guide", "studies")
PARTS = ("enter", "stay", "leave")


async def ladder(request: Request) -> Response:
    """Where this person stands by both views, and each step with what it asks for and what bears on it."""
    desk, library = desk_of(request), library_of(request)
    view = desk.view()
    shown = Shown(view, library, desk.say)
    rungs = shown.rungs()
    here = view.assessment["plan"]["ladder"]["here"]
    return page(
        request,
        "ladder.html",
        library=library,
        urgent=first(view, library),
        views=VIEWS,
        rungs=rungs,
        here=here,
        next=next((rung for rung in rungs if rung["next"]), None),
        yours=shown.labels(),
        answered="health" in view.person.seen or bool(view.person.health),
    )


async def doses(request: Request) -> Response:
    """Every dose in print with its source, for a clinician, and what this record says that bears on them."""
    desk, library = desk_of(request), library_of(request)
    view = desk.view()
    shown = Shown(view, library, desk.say)
    known = asked(library.knowledge.cautions.values(), view.case.sex)
    return page(
        request,
        "ladder_doses.html",
        library=library,
        rungs=in_order(library),
        present=shown.for_clinicians(),
        unknown=sum(shown.states[one.id] is None for one in known),
    )


def in_order(library: Library) -> list[Rung]:
    """The rungs from the first one up."""
    return sorted(library.knowledge.ladder.values(), key=lambda one: one.order)


class Shown:
    """The ladder and what bears on it, for one person."""

    def __init__(self, view: View, library: Library, say: Words) -> None:
        self.view, self.library, self.say = view, library, say
        self.knowledge = library.knowledge
        case = view.case
        self.states = states(self.knowledge.cautions.values(), view.person.health, view.findings, case.treatments)
        self._weighed = {rung.id: weigh(rung, self.states, view.findings) for rung in in_order(library)}
        self._tried = {one.kind for one in case.treatments}

    def cares(self) -> list[tuple[str, str, tuple[Cite, ...]]]:
        """Reasons for care that lie in what this person said: step, reason, sources."""
        return [
            (rung.name, one.against.text, self._cites(one.against.evidence))
            for rung in in_order(self.library)
            for one in self._weighed[rung.id].yours
        ]

    def labels(self) -> list[str]:
        """What this person said that bears on any step, each once."""
        raised = [one for weighed in self._weighed.values() for one in weighed.yours]
        return list(dict.fromkeys(label for one in raised for label in self._because(one)))

    def for_clinicians(self) -> list[str]:
        """The same in a clinician's words."""
        raised = [one for weighed in self._weighed.values() for one in weighed.yours]
        cautions = dict.fromkeys(name for one in raised for name in one.cautions)
        findings = dict.fromkeys(name for one in raised for name in one.findings)
        return [self.knowledge.cautions[name].clinician.rstrip(".") for name in cautions] + [
            self.knowledge.findings[name].label for name in self._besides(cautions, findings)
        ]

    def rungs(self) -> list[Json]:
        """Every step as the page shows it."""
        found = self.view.assessment["plan"]["ladder"]
        ids = [row["id"] for row in found["rungs"]]
        next_one = 0 if found["here"] is None else ids.index(found["here"]) + 1
        return [
            self._rung(row, here=row["id"] == found["here"], next_one=i == next_one)
            for i, row in enumerate(found["rungs"])
        ]

    def _rung(self, row: Json, here: bool, next_one: bool) -> Json:
        rung, weighed = self.knowledge.ladder[row["id"]], self._weighed[row["id"]]
        parts = {part: self._by_view(row[part], getattr(rung, part)) for part in PARTS}
        return parts | {
            "id": rung.id,
            "order": rung.order,
            "name": rung.name,
            "person": rung.person,
            "here": here,
            "next": next_one,
            "tried": row["tried"],
            "open_by": {view: _word(row[f"open_by_{view}"]) for view in VIEWS},
            "yours": [self._reason(one.against, self._because(one)) for one in weighed.yours],
            "others": [self._reason(one) for one in (*(one.against for one in weighed.unknown), *weighed.general)],
            "harms": rung.harms,
            "evidence": rung.evidence,
            "guide_says": rung.guide_says,
            "studies_say": rung.studies_say,
            "sceptics_say": rung.sceptics_say,
            "ask": rung.ask_your_doctor,
        }

    def _by_view(self, rows: Sequence[Json], conditions: Sequence[Condition]) -> list[Json]:
        """What each view asks for; what both ask for stands under both."""
        told = [
            {
                "text": row["text"],
                "by": row["by"],
                "state": "judge" if condition.judged else _word(row["holds"]),
                "cites": cites(row["sources"], self.library),
            }
            for row, condition in zip(rows, conditions, strict=True)
        ]
        if not told:
            return []
        return [{"id": view, "rows": [one for one in told if one["by"] in (view, "both")]} for view in VIEWS]

    def _reason(self, one: Contraindication, because: Iterable[str] = ()) -> Json:
        kinds = self.say.treatments.kinds
        tried = [str(kinds[kind].name) for kind in one.treatments if kind in self._tried and kind in kinds]
        return {
            "text": one.text,
            "because": list(because),
            "tried": ", ".join(tried),
            "cites": self._cites(one.evidence),
        }

    def _because(self, one: Bearing) -> list[str]:
        """What was said, in the labels of the questions."""
        cautions, findings = self.knowledge.cautions, self.knowledge.findings
        return [cautions[name].label for name in one.cautions] + [
            findings[name].label for name in self._besides(one.cautions, one.findings)
        ]

    def _besides(self, cautions: Iterable[str], findings: Iterable[str]) -> list[str]:
        """The findings that do not say again what a caution says."""
        said = {name for caution in cautions for name in self.knowledge.cautions[caution].findings}
        return [name for name in findings if name not in said]

    def _cites(self, evidence: Iterable[str]) -> tuple[Cite, ...]:
        return cites(self.view.assessor.sources(evidence), self.library)


def _word(holds: bool | None) -> str:
    return str(holds).lower()


routes = [Route(PATH, ladder), Route(f"{PATH}/doses", doses)]
