"""The tests: what each is, what it can settle and what it cannot."""

from __future__ import annotations

from collections import Counter
from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...knowledge.care import Test
from ...knowledge.schema import Knowledge
from ...language import Words
from ..library import library_of
from ..render import desk_of, page

# Minutes.
HOUR, DAY = 60, 1440
FAMILIES = ("cluneal", "spine", "pelvis_and_hip", "muscle", "other", "serious")


async def tests(request: Request) -> Response:
    """All of them, by the kind of source that they speak most for."""
    library = library_of(request)
    groups: dict[str, list[Test]] = {family: [] for family in FAMILIES}
    for one in sorted(library.knowledge.tests.values(), key=lambda one: one.name):
        groups[family_of(one, library.knowledge)].append(one)
    return page(request, "learn_tests.html", library=library, groups={name: of for name, of in groups.items() if of})


async def test(request: Request) -> Response:
    """One of them."""
    library = library_of(request)
    knowledge = library.knowledge
    one = knowledge.tests.get(request.path_params["id"])
    if one is None:
        raise HTTPException(404)
    return page(
        request,
        "learn_test.html",
        library=library,
        test=one,
        answers=[knowledge.findings[name] for name in one.answers],
        separates=[knowledge.causes[name] for name in one.separates],
        targets=[(target, knowledge.findings[target.finding]) for target in one.targets],
        definitions={definition.id: definition for definition in one.definitions},
        time=partial(time_in_words, say=desk_of(request).say),
    )


def time_in_words(minutes: float, say: Words) -> str:
    """A length of time in the unit that a person would use."""
    words = say.learn.tests
    if minutes == HOUR:
        return str(words.hours_one)
    if minutes < HOUR:
        return str(words.minutes(count=f"{minutes:g}"))
    if minutes < 2 * DAY:
        return str(words.hours(count=f"{minutes / HOUR:g}"))
    return str(words.days(count=f"{minutes / DAY:g}"))


def family_of(one: Test, knowledge: Knowledge) -> str:
    """The family of causes that the answers of a test speak for: the cluneal nerves where any does, else the most."""
    speaks: Counter[str] = Counter()
    for name in one.answers:
        background = knowledge.findings[name].background.p
        ratios = [
            (cause.findings[name].p / background, cause.family)
            for cause in knowledge.causes.values()
            if name in cause.findings
        ]
        if ratios:
            speaks[max(ratios)[1]] += 1
    if speaks["cluneal"] or not speaks:
        return "cluneal" if speaks else "other"
    return speaks.most_common(1)[0][0]


routes = [Route("/learn/tests", tests), Route("/learn/tests/{id}", test)]
