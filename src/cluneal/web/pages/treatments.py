"""What was tried: since when, until when, and whether it helped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...language import Words
from ...pathway.case import HELPED, LONGEST_TOLD, OLDEST
from ...record import Given, Person
from ...record.person import SEEN, TREATMENT
from ..render import desk_of, form_of, go, page

PATH = "/treatments"
# Where the page leads when it was opened from there, by the word in its address.
RETURNS = {"plan": "/plan", "doctor": "/doctor", "fits": "/fits", "ladder": "/ladder", "health": "/health"}
USUAL_RETURN = "/answers"
ENDS = ("started", "ended")
# What is told in words of one's own.
TOLD = ("dose", "effect")
UNKNOWN = "unknown"
NOTHING = "nothing"
MONTHS = range(1, 13)
YEAR_DIGITS = 4


@dataclass
class Row:
    """One thing that may have been tried, as the form shows it: what was typed, and what is wrong with it."""

    key: str
    kind: str
    name: str
    gloss: str = ""
    tried: bool = False
    months: dict[str, str] = field(default_factory=lambda: dict.fromkeys(ENDS, ""))
    years: dict[str, str] = field(default_factory=lambda: dict.fromkeys(ENDS, ""))
    helped: str = ""
    told: dict[str, str] = field(default_factory=lambda: dict.fromkeys(TOLD, ""))
    wrong: dict[str, str] = field(default_factory=dict)

    def fill(self, kept: Mapping[str, Any]) -> None:
        """Show what was kept."""
        self.tried = True
        self.helped = kept.get("helped") or UNKNOWN
        self.told = {name: str(kept.get(name) or "") for name in TOLD}
        for end in ENDS:
            if kept.get(end):
                self.years[end], self.months[end] = kept[end][:YEAR_DIGITS], str(int(kept[end][5:7]))

    def take(self, form: Mapping[str, str]) -> None:
        """Show what was typed."""
        self.tried = f"tried:{self.key}" in form
        self.helped = form.get(f"helped:{self.key}", "")
        self.told = {name: " ".join(form.get(f"{name}:{self.key}", "").split()) for name in TOLD}
        for end in ENDS:
            self.months[end] = form.get(f"{end}_month:{self.key}", "").strip()
            self.years[end] = form.get(f"{end}_year:{self.key}", "").strip()

    def read(self, kept: Mapping[str, Any], today: date, say: Words) -> dict[str, Any]:
        """The treatment as it is kept; what is wrong goes to `wrong`, by field."""
        read: dict[str, Any] = {"kind": self.kind}
        ends = {end: self._month(end, today, say) for end in ENDS}
        if ends["started"] and ends["ended"] and ends["ended"] < ends["started"]:
            self.wrong["ended"] = say.wrong.reversed
        for end, first in ends.items():
            if first:
                known = str(kept.get(end) or "")
                # A day that came from a file is more exact than its month: it stays while the month does.
                read[end] = known if known[:7] == f"{first:%Y-%m}" else first.isoformat()
        if "started" in read and "ended" in read:
            read["ended"] = max(read["started"], read["ended"])
        if self.helped in HELPED:
            read["helped"] = self.helped
        elif self.helped not in ("", UNKNOWN):
            self.wrong["helped"] = say.wrong.helped
        for name, told in self.told.items():
            if len(told) > LONGEST_TOLD:
                self.wrong[name] = say.wrong.long(most=LONGEST_TOLD)
            elif told:
                read[name] = told
        return read

    def _month(self, end: str, today: date, say: Words) -> date | None:
        month, year = self.months[end], self.years[end]
        first, wrong = None, ""
        if not month and not year:
            return None
        if not year:
            wrong = say.wrong.year(year=today.year)
        elif not (year.isascii() and year.isdigit() and today.year - OLDEST <= int(year[:5]) <= today.year):
            wrong = say.wrong.year_range(first=today.year - OLDEST, last=today.year)
        elif month not in map(str, MONTHS):
            wrong = say.wrong.month
        else:
            first = date(int(year), int(month), 1)
            if first > today:
                wrong = say.wrong.future(month=say.months[today.month - 1], year=today.year)
        if wrong:
            self.wrong[end] = wrong
            return None
        return first


async def treatments(request: Request) -> Response:
    """Show the list, or keep what was ticked."""
    desk = desk_of(request)
    person, say = desk.person(), desk.say.treatments
    groups = list(groups_of(person, say))
    rows = [row for _, of_group in groups for row in of_group]
    came_from = request.query_params.get("from", "")
    back = RETURNS.get(came_from, USUAL_RETURN)
    if request.method == "POST":
        form = await form_of(request)
        given: list[Given] = [(SEEN, "treatments", True)]
        for row in rows:
            row.take({} if NOTHING in form else form)
            kept = person.treatments.get(row.key, {})
            given.append((TREATMENT, row.key, row.read(kept, desk.today(), say) if row.tried else None))
        if not any(row.wrong for row in rows):
            desk.journal.add(*given)
            return go(back)
    else:
        for row in rows:
            if row.key in person.treatments:
                row.fill(person.treatments[row.key])
    wrong = any(row.wrong for row in rows)
    return page(
        request,
        "treatments.html",
        422 if wrong else 200,
        groups=groups,
        wrong=[row for row in rows if row.wrong],
        nothing="treatments" in person.seen and not person.treatments,
        came_from=came_from if came_from in RETURNS else "",
        helps=(*HELPED, UNKNOWN),
        told=TOLD,
        longest=LONGEST_TOLD,
        ends=ENDS,
        this_year=desk.today().year,
        first_year=desk.today().year - OLDEST,
    )


def groups_of(person: Person, say: Words) -> Iterator[tuple[str, list[Row]]]:
    """(heading, rows): everything that may have been tried, and what a file told of besides."""
    left = {key: str(one.get("kind", key)) for key, one in person.treatments.items()}
    for group in say.groups:
        rows = []
        for kind in group.kinds:
            keys = [key for key, of in left.items() if of == kind] or [str(kind)]
            for key in keys:
                left.pop(key, None)
                rows.append(Row(key, str(kind), say.kinds[kind].name, say.kinds[kind].gloss))
        yield group.name, rows
    if left:
        yield say.more, [Row(key, kind, kind.replace("_", " ")) for key, kind in left.items()]


routes = [Route(PATH, treatments, methods=["GET", "POST"])]
