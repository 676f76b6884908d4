"""What bears on treatments: asked in plain words, once; what was answered elsewhere is shown and not asked again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...frozen import frozen
from ...knowledge.caution import Caution
from ...pathway.assess import can_be_present
from ...pathway.cautions import asked, told_elsewhere
from ...record import Given
from ...record.person import HEALTH, NOT_SURE, SEEN
from ..desk import View
from ..render import desk_of, form_of, go, page
from ..steps import SAID, answered, path_of

PATH = "/health"
# Where the page leads when it was opened from there, by the word in its address.
RETURNS = {"ladder": "/ladder", "plan": "/plan", "treatments": "/treatments"}
USUAL_RETURN = "/ladder"
GROUPS = ("medicines", "skin", "conditions")
UNSURE = "unsure"


@frozen
class Elsewhere:
    """Something answered on another page: its words, where it is answered, and the answer."""

    label: str
    path: str
    state: str


@dataclass
class Row:
    """One question as the form shows it. `told`: what says yes already, with the pages to change it on."""

    caution: Caution
    told: list[Elsewhere]
    said: str = ""
    wrong: bool = False

    @property
    def id(self) -> str:
        """The name of its field."""
        return self.caution.id

    @property
    def label(self) -> str:
        """What it is about."""
        return self.caution.label

    @property
    def ask(self) -> str:
        """The question."""
        return self.caution.ask

    @property
    def how_to_tell(self) -> str:
        """How to know the answer."""
        return self.caution.how_to_tell

    @property
    def why(self) -> str:
        """Why it is asked."""
        return self.caution.why


async def health(request: Request) -> Response:
    """Show the questions, or keep what was answered."""
    desk = desk_of(request)
    view = desk.view()
    rows = [_row(one, view) for one in asked(desk.knowledge.cautions.values(), view.case.sex)]
    came_from = request.query_params.get("from", "")
    back = RETURNS.get(came_from, USUAL_RETURN)
    if request.method == "POST":
        form = await form_of(request)
        given = list(_given(rows, form))
        if not any(row.wrong for row in rows):
            desk.journal.add(*given)
            return go(back)
    wrong = [row for row in rows if row.wrong]
    return page(
        request,
        "health.html",
        422 if wrong else 200,
        groups=[(name, [row for row in rows if row.caution.group == name]) for name in GROUPS],
        elsewhere=list(_elsewhere(view)),
        wrong=wrong,
        came_from=came_from if came_from in RETURNS else "",
        back=back,
    )


def _row(one: Caution, view: View) -> Row:
    """With the answer there is, or with what tells it already."""
    vocabulary = view.assessor.knowledge.findings
    names = (vocabulary[name] for name in one.findings if view.findings.get(name))
    told = [Elsewhere(finding.label, path_of(view, finding.id), "true") for finding in names]
    goes_on = {treatment.kind for treatment in view.case.treatments if treatment.ended is None}
    if goes_on.intersection(one.treatments):
        told.append(Elsewhere(one.label, "/treatments", "true"))
    health = view.person.health
    said = next((word for word, value in SAID.items() if one.id in health and health[one.id] is value), "")
    return Row(one, told, said)


def _given(rows: list[Row], form: Mapping[str, str]) -> Iterator[Given]:
    """What was answered, as entries; an answer that is none is marked. One left blank says nothing."""
    yield SEEN, "health", True
    for row in rows:
        word = form.get(row.id, "")
        if not word or row.told:
            continue
        row.said, row.wrong = word, word not in SAID
        if not row.wrong:
            yield HEALTH, row.id, NOT_SURE if word == NOT_SURE else SAID[word]


def _elsewhere(view: View) -> Iterator[Elsewhere]:
    knowledge = view.assessor.knowledge
    said = answered(view)
    for name in told_elsewhere(knowledge.ladder.values(), knowledge.cautions.values(), knowledge.findings):
        state = view.findings.get(name)
        # What something else rules out, as sex does pregnancy, nobody was asked.
        if name in said or state or (state is None and can_be_present(name, view.findings, knowledge.findings)):
            word = UNSURE if state is None and name in said else str(state).lower()
            yield Elsewhere(knowledge.findings[name].label, path_of(view, name), word)


routes = [Route(PATH, health, methods=["GET", "POST"])]
