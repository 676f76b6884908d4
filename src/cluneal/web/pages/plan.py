"""What to do: who to see, what would settle it, self-care, what to leave, prevention, the ladder, questions."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...frozen import frozen
from ..desk import View
from ..library import Library, library_of
from ..render import desk_of, page
from ..shown import Cite, cites, first
from . import ladder
from .fits import EMERGENCY

Json = dict[str, Any]

TESTS_SHOWN, MEASURES_SHOWN, QUESTIONS_SHOWN = 3, 3, 5
PRESSING = (EMERGENCY, "same_day")
VIEWS = ("guide", "studies")


@frozen
class LeftOut:
    """A measure that an answer makes unwise."""

    id: str
    name: str
    because: str


async def plan(request: Request) -> Response:
    """What to do, in its order."""
    view, library = desk_of(request).view(), library_of(request)
    found, urgent = view.assessment["plan"], first(view, library)
    shown, on_ladder = _Shown(view, library), ladder.Shown(view, library, desk_of(request).say)
    return page(
        request,
        "plan.html",
        first=urgent,
        emergency=urgent.level == EMERGENCY,
        pressing_now=urgent.level in PRESSING,
        few=not view.assessment["speaking"]["enough"],
        referral=shown.with_cites(found["referral"]),
        tests=shown.with_cites(found["tests"]),
        tests_shown=TESTS_SHOWN,
        measures=shown.measures(),
        measures_shown=MEASURES_SHOWN,
        left_out=shown.left_out(),
        care=on_ladder.cares(),
        prevention=shown.with_cites(found["prevention"]),
        rungs=shown.rungs(),
        here=found["ladder"]["here"],
        questions=shown.with_cites(found["visit_questions"]),
        questions_shown=QUESTIONS_SHOWN,
        views=VIEWS,
    )


class _Shown:
    """Builds what the page shows from one assessment."""

    def __init__(self, view: View, library: Library) -> None:
        self.view, self.library = view, library
        self.knowledge = view.assessor.knowledge
        self.found: Json = view.assessment["plan"]

    def with_cites(self, rows: list[Json]) -> list[Json]:
        """Rows of the assessment, with their sources as links."""
        return [row | {"cites": self._cites(row)} for row in rows]

    def _cites(self, row: Json) -> tuple[Cite, ...]:
        return cites(row["sources"], self.library)

    def _present(self, names: tuple[str, ...]) -> list[str]:
        return [self.knowledge.findings[name].label for name in names if self.view.findings.get(name)]

    def measures(self) -> list[Json]:
        """Self-care, what suits most first, with the answers that it suits."""
        return [
            row | {"suits": self._present(self.knowledge.selfcare[row["id"]].suits)}
            for row in self.with_cites(self.found["self_care"])
        ]

    def left_out(self) -> list[LeftOut]:
        """Self-care that an answer makes unwise, and which answer."""
        found = ((one, self._present(one.avoid_if)) for one in self.knowledge.selfcare.values())
        return [LeftOut(one.id, one.name, because[0]) for one, because in found if because]

    def rungs(self) -> list[Json]:
        """The ladder: each step with its conditions, where it stands, and what each side says."""
        made = []
        for row in self.found["ladder"]["rungs"]:
            conditions = {part: self.with_cites(row[part]) for part in ("enter", "stay", "leave", "against")}
            made.append(row | conditions | {"person": self.knowledge.ladder[row["id"]].person})
        return made


routes = [Route("/plan", plan)]
