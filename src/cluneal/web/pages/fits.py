"""What fits: what must not be missed, the leading causes with their reasons, and what would change the order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...frozen import frozen
from ...knowledge.schema import Knowledge
from ...language import Phrase
from ...pathway import frequency
from ...reasoning import Differential
from .. import charts
from ..desk import View
from ..library import Library, library_of
from ..ranking import VIEWS, Ranking, Turn
from ..render import desk_of, page
from ..shown import Chance, Cite, Reason, chance, first, reasons, said

Json = dict[str, Any]

# Cards stand for so many causes at least and at most; between the two, those that enough people would have.
FEWEST_CARDS, MOST_CARDS, WORTH_A_CARD = 3, 5, 0.05
REASONS_ON_A_CARD = 3
REASONS_IN_A_SENTENCE = 2
DANGER = "serious"
EMERGENCY = "emergency"


@frozen
class Card:
    """One cause as it stands in the list; `cause` is None for "none of these, or cannot tell"."""

    cause: str | None
    name: str
    plain: str
    chance: Chance
    danger: bool = False
    supports: tuple[Reason, ...] = ()
    opposes: tuple[Reason, ...] = ()


@frozen
class Expected:
    """A cause that people expect, and why it is not first; `place` is 1 where it is."""

    words: Any
    name: str
    plain: str
    cause: str
    place: int
    chance: Chance
    supports: str
    opposes: str


@frozen
class Asked:
    """An open question or test with what each answer would make of it."""

    finding: str
    label: str
    ask: str | None
    test: str | None
    test_name: str
    yes: str | None
    no: str | None
    changes: bool = False


async def fits(request: Request) -> Response:
    """The list of what fits, by the studies' starting point or the one asked for."""
    view, library = desk_of(request).view(), library_of(request)
    asked = request.query_params.get("prior")
    prior = asked if asked in VIEWS else None
    ranking = view.ranking(prior)
    shown = _Shown(view, ranking, library, desk_of(request).say)
    urgent = first(view, library)
    return page(
        request,
        "fits.html",
        first=urgent,
        emergency=urgent.level == EMERGENCY,
        answers=view.assessment["speaking"]["answers"],
        few=not view.assessment["speaking"]["enough"],
        prior=ranking.prior,
        views=VIEWS,
        unknown_prior=asked is not None and prior is None,
        setting=view.assessor.knowledge.model.settings[view.case.setting],
        mark=view.assessment["mark"],
        cards=shown.cards(),
        rest=shown.rest(),
        expected=shown.expected(),
        decisive=shown.decisive(),
        disputed=shown.disputed(),
        key=charts.KEY,
        reasons_on_a_card=REASONS_ON_A_CARD,
    )


async def cause(request: Request) -> Response:
    """Everything on one cause: all reasons, what is open, and what it is most like."""
    view, library, say = desk_of(request).view(), library_of(request), desk_of(request).say
    name = request.path_params["cause"]
    asked = request.query_params.get("prior")
    ranking = view.ranking(asked if asked in VIEWS else None)
    if name not in ranking.places:
        raise HTTPException(404)
    shown = _Shown(view, ranking, library, say)
    known = view.assessor.knowledge.causes[name]
    return page(
        request,
        "fits_cause.html",
        known=known,
        card=shown.card(ranking.row(name)),
        place=ranking.places[name],
        count=len(ranking.rows),
        prior=ranking.prior,
        default=ranking.prior == view.assessor.prior,
        open=[shown.asked(turn, name) for turn in ranking.open_for(name)],
        mimics=[shown.card(ranking.row(one)) for one in known.nearest_mimics],
        starts=shown.starts(name),
        key=charts.KEY,
    )


class _Shown:
    """Builds what the pages show from one ranking."""

    def __init__(self, view: View, ranking: Ranking, library: Library, say: Any) -> None:
        self.view, self.ranking, self.library, self.say = view, ranking, library, say
        self.knowledge: Knowledge = view.assessor.knowledge

    def card(self, row: Json) -> Card:
        """The card of a row of the assessment."""
        return Card(
            row["cause"],
            row["name"],
            row["plain"],
            chance(row, self.say),
            self.knowledge.causes[row["cause"]].family == DANGER,
            tuple(reasons(row["for"], self.view, self.library, self.say)),
            tuple(reasons(row["against"], self.view, self.library, self.say)),
        )

    def cards(self) -> list[Card]:
        """The leading causes, and "none of these" in its place among them, or last."""
        rows = self._leading()
        made = [(row["probability"], self.card(row)) for row in rows]
        none, words = self.ranking.cannot_tell, self.say.fits.cannot
        made.append((none["probability"], Card(None, words.name, words.plain, chance(none, self.say))))
        return [one for _, one in sorted(made, key=lambda one: -one[0])]

    def _leading(self) -> list[Json]:
        rows = self.ranking.rows
        worth = sum(row["probability"] >= WORTH_A_CARD for row in rows)
        return rows[: min(max(worth, FEWEST_CARDS), MOST_CARDS)]

    def rest(self) -> list[tuple[str, str, Chance]]:
        """The other causes in order: id, name, chance."""
        rows = self.ranking.rows[len(self._leading()) :]
        return [(row["cause"], row["name"], chance(row, self.say)) for row in rows]

    def expected(self) -> list[Expected]:
        """The names that people expect for this pain, each as far up as its likeliest cause."""
        made = []
        for words in self.say.fits.expected.asked:
            name = min(words["causes"], key=lambda one: self.ranking.places[one])
            row = self.ranking.row(name)
            made.append(
                Expected(
                    words,
                    row["name"],
                    row["plain"],
                    name,
                    self.ranking.places[name],
                    chance(row, self.say),
                    self._sentence(row["for"]),
                    self._sentence(row["against"]),
                )
            )
        return made

    def _sentence(self, arguments: Iterable[Json]) -> str:
        """The strongest of them: yes to "Pain on one side"; the place you marked."""
        words, parts = self.say.fits.expected, []
        for one in reasons(list(arguments)[:REASONS_IN_A_SENTENCE], self.view, self.library, self.say):
            if one.origin == "on_map":
                parts.append(words.mark)
            else:
                own = one.origin == "answered"
                kind = ("yes" if own else "is") if one.present else ("no" if own else "is_not")
                parts.append(words[kind](label=one.label))
        return str(words["and"]).join(parts)

    def decisive(self) -> Asked | None:
        """The one open question or test to put first."""
        turn = self.ranking.decisive
        return self.asked(turn, None) if turn else None

    def asked(self, turn: Turn, about: str | None) -> Asked:
        """An open question as it is shown: what it makes of one cause, or of the order."""
        finding = self.knowledge.findings[turn.finding]
        test = next((one for one in self.knowledge.tests.values() if turn.finding in one.answers), None)
        own = turn.level == "ask" or test is None
        return Asked(
            turn.finding,
            finding.label,
            finding.person.ask if own else None,
            None if own or test is None else test.id,
            test.name if test else "",
            *self._would(turn, about),
            self.ranking.changes_order(turn),
        )

    def _would(self, turn: Turn, about: str | None) -> tuple[str | None, str | None]:
        """After a yes and after a no: a cause's own chance; or who comes first, or the cause that is moved most."""
        if about:
            return self._each(turn, lambda after: said(after.causes[about].probability, self.say))
        if self.ranking.changes_order(turn):
            return self._each(turn, self._leader)
        moved = self.ranking.moved(turn)
        return self._each(turn, lambda after: self._move(after, moved))

    def _each(self, turn: Turn, tell: Callable[[Differential], str]) -> tuple[str | None, str | None]:
        return tell(turn.yes) if turn.yes else None, tell(turn.no) if turn.no else None

    def _leader(self, after: Differential) -> str:
        leader, words = after.top(1)[0], self.say.fits.decisive
        phrase = words.stays if leader == self.ranking.now.top(1)[0] else words.leads
        return self._named(phrase, leader, after)

    def _move(self, after: Differential, cause: str) -> str:
        words = self.say.fits.decisive
        up = after.causes[cause].probability > self.ranking.now.causes[cause].probability
        return self._named(words.up if up else words.down, cause, after)

    def _named(self, phrase: Phrase, cause: str, after: Differential) -> str:
        number = said(after.causes[cause].probability, self.say)
        return phrase(name=self.knowledge.causes[cause].name, chance=number[0].lower() + number[1:])

    def disputed(self) -> Json:
        """The disputed causes under the three starting points, on one scale."""
        rows = self.view.assessment["disputed_prior"]
        own = self.view.assessor.prior
        end = charts.scale_end([row[one] for row in rows for one in ("sceptic", own, "guide")])
        return {
            "end": round(end * charts.PEOPLE),
            "rows": [
                {
                    "cause": row["cause"],
                    "name": self.knowledge.causes[row["cause"]].name,
                    **self._of_one_base([row[one] for one in ("sceptic", own, "guide")]),
                    "track": charts.track(row["sceptic"], row[own], row["guide"], end),
                }
                for row in rows
            ],
        }

    @staticmethod
    def _of_one_base(shares: list[float]) -> Json:
        """Shares as people out of one number, so that they can be compared at a glance."""
        base = max(frequency(share).base for share in shares)
        return {"base": f"{base:,}", "counts": [f"{round(share * base):,}" for share in shares]}

    def _short(self, share: float) -> str:
        counted, words = frequency(share), self.say.fits.dispute
        if not counted.count:
            return str(words.short_few(base=f"{counted.base:,}"))
        return str(words.short(count=f"{counted.count:,}", base=f"{counted.base:,}"))

    def starts(self, name: str) -> list[tuple[str, str, str, tuple[Cite, ...]]]:
        """For a disputed cause: view, its share before any answer, why, sources."""
        if all(row["cause"] != name for row in self.view.assessment["disputed_prior"]):
            return []
        prior = self.knowledge.causes[name].prior[self.view.case.setting]
        by_id = {value.id: value for value in prior.values}
        named = {"sceptic": by_id["sceptic"], "chosen": by_id[prior.chosen], "guide": by_id["guide"]}
        return [(view, self._short(value.p), value.by, self._cited(value.evidence)) for view, value in named.items()]

    def _cited(self, evidence: Iterable[str]) -> tuple[Cite, ...]:
        """Each source once; a claim of the guide leads to the claim."""
        words = self.say.sources
        found = {
            one.href.split("#")[0]: words.the_guide if one.claim else one.short for one in self.library.cited(evidence)
        }
        return tuple(Cite(href, short) for href, short in found.items())


routes = [Route("/fits", fits), Route("/fits/{cause}", cause)]
