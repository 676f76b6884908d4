"""The library: every page of it opens, says what the knowledge says, and leads on to pages that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest

from cluneal.knowledge import load
from cluneal.web.library import VERDICTS

from .conftest import Browser, words_of

KNOWLEDGE = load()
ENTRIES = ("/learn", "/sources")
# Pages that no page needs to lead to, but whose address can be made from an id.
BY_ID = (
    *(f"/learn/guide/{name}" for name in KNOWLEDGE.guide),
    *(f"/learn/tests/{name}" for name in KNOWLEDGE.tests),
    *(f"/learn/treatments/{name}" for name in KNOWLEDGE.ladder),
    *(f"/learn/self-care/{name}" for name in KNOWLEDGE.selfcare),
    *(f"/learn/causes/{name}" for name in KNOWLEDGE.causes),
    *(f"/learn/findings/{name}" for name in KNOWLEDGE.findings),
    *(f"/sources/{name}" for name in KNOWLEDGE.sources),
)
HOSTILE = ("nobody", "..%2f..%2fetc", "%00", "a" * 3000, "<script>", "scn_tinel%27--", "%F0%9F%A6%B4", "__class__")
# Blocks that say something, and may not stand empty.
SAYING = (
    "p",
    "li",
    "ul",
    "ol",
    "dl",
    "dd",
    "dt",
    "td",
    "th",
    "section",
    "h1",
    "h2",
    "h3",
    "h4",
    "summary",
    "table",
    "a",
)
VOID = ("meta", "link", "input", "br", "rect", "circle", "path", "ellipse", "line", "polygon")


class Page(HTMLParser):
    """What a test wants to know of a page: links, ids, headings, blocks without words, unbalanced tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.outside: list[dict[str, str | None]] = []
        self.sheets: list[str] = []
        self.ids: list[str] = []
        self.levels: list[int] = []
        self.empty: list[str] = []
        self.wrong: list[str] = []
        self._open: list[tuple[str, list[str]]] = []
        self.feed(html)
        self.wrong += [f"<{tag}> is never closed" for tag, _ in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note it."""
        given = dict(attrs)
        if "style" in given or any(name.startswith("on") for name in given):
            self.wrong.append(f"<{tag}> has style or script of its own")
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "link" and given.get("rel") == "stylesheet":
            self.sheets.append(str(given["href"]))
        if tag == "a" and given.get("href"):
            href = str(given["href"])
            if urlsplit(href).scheme:
                self.outside.append(given)
            else:
                self.links.append(href)
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag not in VOID:
            self._open.append((tag, []))

    def handle_data(self, data: str) -> None:
        """Words count for every block that is open."""
        for _, words in self._open:
            words.append(data)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A shape of a picture."""

    def handle_endtag(self, tag: str) -> None:
        """Note what stood empty."""
        if tag in VOID:
            return
        if not self._open or self._open[-1][0] != tag:
            self.wrong.append(f"</{tag}> closes {self._open[-1][0] if self._open else 'nothing'}")
            return
        _, words = self._open.pop()
        if tag in SAYING and not "".join(words).strip():
            self.empty.append(tag)


def problems(html: str) -> Iterator[str]:
    page = Page(html)
    yield from page.wrong
    yield from (f"an empty <{tag}>" for tag in page.empty)
    if page.levels.count(1) != 1:
        yield f"{page.levels.count(1)} headings h1"
    for before, after in zip(page.levels, page.levels[1:], strict=False):
        if after > before + 1:
            yield f"a heading h{after} after h{before}"
    yield from (f"id {name} stands twice" for name in {one for one in page.ids if page.ids.count(one) > 1})
    for given in page.outside:
        if not {"noreferrer", "noopener"} <= set(str(given.get("rel")).split()):
            yield f"{given['href']} tells where somebody came from"
    yield from (f"{word!r} was not filled in" for word in re.findall(r"\{\w*\}|[:>]\s*None\s*<|Undefined", html))


def test_every_page_and_every_link_of_the_library_works(browser: Browser) -> None:
    pages: dict[str, Page] = {}
    wrong: list[str] = []
    waiting = [*ENTRIES, *BY_ID]
    while waiting:
        path = waiting.pop()
        if path in pages:
            continue
        answer = browser.get(path)
        if answer.status_code != 200:
            wrong.append(f"{path}: {answer.status_code}")
        wrong += [f"{path}: {problem}" for problem in problems(answer.text)]
        pages[path] = Page(answer.text)
        for link in pages[path].links:
            to = urljoin(path, link).partition("#")[0]
            if urlsplit(to).path.startswith(ENTRIES) and to not in pages:
                waiting.append(to)
    for path, page in pages.items():
        for link in page.links:
            to, _, place = urljoin(path, link).partition("#")
            if place and to in pages and place not in pages[to].ids:
                wrong.append(f"{path}: {link} leads to no place on its page")
    assert wrong == []
    assert len(pages) > len(BY_ID)
    for sheet in {sheet for page in pages.values() for sheet in page.sheets}:
        assert browser.get(sheet).headers["content-type"].startswith("text/css"), sheet


@pytest.mark.parametrize("folder", ["guide", "tests", "treatments", "self-care", "causes", "findings"])
@pytest.mark.parametrize("name", HOSTILE)
def test_an_id_that_names_nothing_has_no_page(browser: Browser, folder: str, name: str) -> None:
    assert browser.get(f"/learn/{folder}/{name}").status_code == 404


def test_the_guide_stands_claim_by_claim_beside_the_studies(browser: Browser) -> None:
    text = browser.text("/learn/guide")
    for claim in KNOWLEDGE.guide.values():
        assert words_of(claim.claim) in text
        assert words_of(claim.studies_say) in text
        assert words_of(claim.sceptics_say or "") in text


@pytest.mark.parametrize("name", VERDICTS)
def test_claims_can_be_chosen_by_what_the_studies_say(browser: Browser, name: str) -> None:
    ids = Page(browser.get(f"/learn/guide?verdict={name}").text).ids
    shown = {one for one in ids if one in KNOWLEDGE.guide}
    assert shown == {one.id for one in KNOWLEDGE.guide.values() if one.verdict == VERDICTS[name]}


@pytest.mark.parametrize("verdict", ["", "true", "supported%00", "<b>", "a" * 5000])
def test_an_unknown_choice_shows_every_claim_and_says_so(browser: Browser, verdict: str) -> None:
    html = browser.get(f"/learn/guide?verdict={verdict}").text
    assert set(KNOWLEDGE.guide) <= set(Page(html).ids)
    assert browser.desk.say.learn.guide.unknown in html


def test_a_verdict_is_told_in_words_and_not_by_colour_alone(browser: Browser) -> None:
    say = browser.desk.say.learn.verdicts
    for name, verdict in VERDICTS.items():
        one = next(claim for claim in KNOWLEDGE.guide.values() if claim.verdict == verdict)
        assert words_of(say[name]) in browser.text(f"/learn/guide/{one.id}")


def test_every_published_reading_of_a_block_is_on_its_page(browser: Browser) -> None:
    block = KNOWLEDGE.tests["diagnostic_block"]
    text = browser.text("/learn/tests/diagnostic_block")
    for definition in block.definitions:
        assert words_of(definition.why) in text
        assert f"{definition.relief_percent:g} %" in text or definition.relief_percent == 100
    for drug in block.drugs:
        assert drug.name in text
    assert words_of(str(block.placebo_caution)) in text
    assert words_of(str(block.second_block_adds)) in text
    for name in block.false_positive:
        statement = next(
            (fact.statement for one in KNOWLEDGE.evidence.values() for fact in one.facts if fact.id == name), None
        )
        assert statement is None or words_of(statement) in text


def test_a_person_sees_no_doses_and_is_told_so(browser: Browser) -> None:
    for rung in KNOWLEDGE.ladder.values():
        text = browser.text(f"/learn/treatments/{rung.id}")
        assert browser.desk.say.learn.treatments.no_doses in text
        assert [one.text for one in rung.clinician if words_of(one.text) in text] == []
        for question in rung.ask_your_doctor:
            assert words_of(question) in text


def test_self_care_says_when_to_stop_and_each_step_with_its_time(browser: Browser) -> None:
    text = browser.text("/learn/self-care/nerve_glide")
    item = KNOWLEDGE.selfcare["nerve_glide"]
    assert item.stop_if in text
    for part in (*(step.say for step in item.steps), "5 seconds", "10 times", "on each side"):
        assert part in text


def test_self_care_says_which_answer_speaks_against_it(browser: Browser) -> None:
    say = browser.desk.say.learn.self_care
    assert say.told_title not in browser.text("/learn/self-care/nerve_glide")
    browser.desk.journal.add(("answer", "osteoporosis", True))
    text = browser.text("/learn/self-care/nerve_glide")
    assert say.told_title in text
    assert say.wait_title not in text
    browser.desk.journal.add(("answer", "saddle_numbness", True))
    assert say.wait_title in browser.text("/learn/self-care/nerve_glide")


def test_what_cannot_wait_comes_first(browser: Browser) -> None:
    shown = [one for one in Page(browser.get("/learn/who-to-see").text).ids if one in KNOWLEDGE.referral]
    urgencies = [{KNOWLEDGE.redflags[rule].urgency for rule in KNOWLEDGE.referral[name].rules} for name in shown]
    assert len(shown) == len(KNOWLEDGE.referral)
    assert "emergency" in urgencies[0]
    assert "emergency" not in urgencies[-1]
    assert "same_day" not in urgencies[-1]


@pytest.mark.parametrize(
    ("words", "found"),
    [("sleep", True), ("numbing SALT", True), ("zzz", False), ("<script>alert(1)</script>", False)],
)
def test_questions_can_be_searched(browser: Browser, words: str, found: bool) -> None:
    answer = browser.get("/learn/questions", params={"q": words})
    shown = {one for one in Page(answer.text).ids if one in KNOWLEDGE.faq}
    wanted = {
        name
        for name, one in KNOWLEDGE.faq.items()
        if all(word in f"{one.question} {one.answer}".casefold() for word in words.casefold().split())
    }
    assert shown == wanted
    assert bool(shown) is found
    assert "<script>" not in answer.text
    assert words in words_of(answer.text) or "<" in words


def test_a_cause_shows_every_prior_and_every_likelihood_with_its_basis(browser: Browser) -> None:
    cause = KNOWLEDGE.causes["scn_entrapment"]
    text = browser.text("/learn/causes/scn_entrapment")
    for prior in cause.prior.values():
        assert words_of(str(prior.disputed)) in text
        for value in prior.values:
            assert words_of(value.by) in text
    for name, likelihood in cause.findings.items():
        assert words_of(KNOWLEDGE.findings[name].label) in text
        assert words_of(likelihood.why) in text
    assert "113 of 834" in text


def test_a_finding_shows_in_how_many_people_with_each_cause(browser: Browser) -> None:
    text = browser.text("/learn/findings/scn_tinel")
    for cause in KNOWLEDGE.causes.values():
        if "scn_tinel" in cause.findings:
            assert cause.name in text
    chance = KNOWLEDGE.causes["scn_entrapment"].findings["scn_tinel"].p
    assert f"about {round(chance * 100)} in 100" in text


def test_no_page_of_the_library_says_what_it_may_not(browser: Browser) -> None:
    """In the words of the app; what a source says in print stays as it is."""

    def said(part: Any) -> Iterator[str]:
        if isinstance(part, str):
            yield part
        else:
            for one in part.values() if hasattr(part, "values") else part:
                yield from said(one)

    words = [*said(browser.desk.say.learn), *said(browser.desk.say.sources)]
    assert [one for one in words if re.search(r"you have\b|diagnos|confirm", one, re.IGNORECASE)] == []


def test_every_scale_says_which_change_is_real_and_where_that_comes_from(browser: Browser) -> None:
    page = browser.get("/learn/scales").text
    assert "bound method" not in page
    for scale in browser.desk.knowledge.scales.values():
        section = page.split(f'id="{scale.id}"', 1)[1].split("</section>", 1)[0]
        assert f"at least {scale.smallest_change.points:g} points" in section
        assert scale.licence.why.split(".")[0] in unescape(section)
        assert all(f"#{fact}" in section for fact in scale.evidence)
        assert (f"/diary/scale/{scale.id}" in section) == (scale.given != "check_in")


def test_the_facts_behind_the_scales_are_shown_as_used(browser: Browser) -> None:
    assert "/learn/scales#peg" in browser.get("/sources/reed2023").text
