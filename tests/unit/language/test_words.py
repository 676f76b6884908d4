"""The words of the app: each that is used exists, each that exists is used, and none stands anywhere else."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, nodes

from cluneal.language import Words, words
from cluneal.language.words import FOLDER, LANGUAGES, Phrase

SOURCE = FOLDER.parent
TEMPLATES = SOURCE / "web" / "templates"
TEMPLATE_FILES = sorted(TEMPLATES.rglob("*.html"))
# The report of a screening is a page too; its words are `say.report`'s alone.
REPORTS = sorted((SOURCE / "population").rglob("*.html"))
# What a page or a paper says stands in these rooms.
SPEAKING = sorted([*(SOURCE / "web").rglob("*.py"), *(SOURCE / "visit").rglob("*.py")])
# These name words too, besides much that nobody reads.
ELSEWHERE = [SOURCE / "population" / "report.py", *(SOURCE / "cli" / f"{name}.py" for name in ("screen", "review"))]
LAYOUTS = sorted((SOURCE / "visit").rglob("*.typ"))
ANY = "*"
WHOLE = {"items", "values", "get", "keys"}
SAY = words("en")


def named(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def leaves(part: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Phrase]]:
    """Every phrase with its place; what is in a list has `*` for its number."""
    if isinstance(part, Phrase):
        yield place, part
    elif isinstance(part, list):
        for one in part:
            yield from leaves(one, (*place, ANY))
    else:
        for name in part:
            yield from leaves(part[name], (*place, name))


LEAVES = list(leaves(SAY))


def exists(place: tuple[str, ...], part: Any = SAY) -> bool:
    """Whether there are such words; `*` stands for any name."""
    if not place:
        return True
    name, rest = place[0], place[1:]
    if isinstance(part, Phrase):
        return False
    if isinstance(part, list):
        return name == ANY and any(exists(rest, one) for one in part)
    if name == ANY:
        return any(exists(rest, part[one]) for one in part)
    return name in part and exists(rest, part[name])


Place = tuple[str, ...]
Known = dict[str, Place]


class Template:
    """The places of the words that a template uses, as far as they can be told from it."""

    def __init__(self, source: str) -> None:
        self.used: set[Place] = set()
        self.calls: set[tuple[Place, frozenset[str]]] = set()
        self._walk(Environment(trim_blocks=True, lstrip_blocks=True).parse(source), {"say": ()})

    def _walk(self, node: nodes.Node, known: Known) -> None:
        if isinstance(node, nodes.Assign):
            place = self._place(node.node, known)
            if place is not None and isinstance(node.target, nodes.Name):
                known[node.target.name] = place
                return
        if isinstance(node, nodes.For):
            place = self._place(node.iter, known)
            inner = dict(known)
            if place is not None and isinstance(node.target, nodes.Name):
                inner[node.target.name] = (*place, ANY)
            elif place is not None and isinstance(node.target, nodes.Tuple):
                last = node.target.items[-1]
                if isinstance(last, nodes.Name):
                    inner[last.name] = (*place, ANY)
            self._walk(node.iter, known)
            for child in node.body:
                self._walk(child, inner)
            return
        if isinstance(node, nodes.Macro):
            inner = {name: place for name, place in known.items() if name not in {one.name for one in node.args}}
            for child in node.body:
                self._walk(child, inner)
            return
        if isinstance(node, nodes.Call):
            place = self._place(node.node, known)
            if place and place[-1] not in WHOLE and exists(place):
                self.calls.add((place, frozenset(one.key for one in node.kwargs)))
        place = self._place(node, known)
        if place:
            self.used.add(place)
        for child in node.iter_child_nodes():
            self._walk(child, known)

    def _place(self, node: nodes.Node, known: Known) -> Place | None:
        if isinstance(node, nodes.Name):
            return known.get(node.name)
        if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr) and node.node.attr in WHOLE:
            place = self._place(node.node.node, known)
            return place if place is None or node.node.attr != "get" else (*place, ANY)
        if isinstance(node, nodes.Getattr):
            place = self._place(node.node, known)
            return None if place is None or node.attr in WHOLE else (*place, node.attr)
        if isinstance(node, nodes.Getitem):
            place = self._place(node.node, known)
            if place is None:
                return None
            constant = isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str)
            return (*place, node.arg.value if constant else ANY)  # type: ignore[attr-defined]
        return None


def chains(module: ast.Module) -> Iterator[Place]:
    """`desk.say.x.y` and `say.x["y"]` in code, from the names that stand after `say`, where `say` is the whole."""
    for node in ast.walk(module):
        names: list[str] = []
        part: ast.AST = node
        while isinstance(part, (ast.Attribute, ast.Subscript)):
            if isinstance(part, ast.Attribute):
                if part.attr == "say":
                    # What an object keeps as its own `say` may be a part of the words.
                    if not (isinstance(part.value, ast.Name) and part.value.id == "self"):
                        yield tuple(reversed(names))
                    break
                names.append(part.attr)
            else:
                constant = isinstance(part.slice, ast.Constant) and isinstance(part.slice.value, str)
                names.append(part.slice.value if constant else ANY)  # type: ignore[attr-defined]
            part = part.value


@pytest.mark.parametrize("path", TEMPLATE_FILES, ids=named)
def test_the_words_of_a_template_exist(path: Path) -> None:
    template = Template(path.read_text(encoding="utf-8"))
    assert sorted(place for place in template.used if not exists(place)) == []
    for place, given in template.calls:
        if ANY not in place:
            assert placeholders(at(place)) <= given, place


def at(place: Place) -> Any:
    part: Any = SAY
    for name in place:
        part = part[name]
    return part


@pytest.mark.parametrize("path", SPEAKING, ids=named)
def test_the_words_of_the_code_exist(path: Path) -> None:
    module = ast.parse(path.read_text(encoding="utf-8"))
    missing = []
    for place in chains(module):
        # What is called on words is no word: `say.x.get(...)`, `say.x.title.upper()`.
        known = place[:-1] if place and (place[-1] in WHOLE or hasattr(str, place[-1])) else place
        if not exists(known):
            missing.append(".".join(place))
    assert missing == []


def used() -> tuple[set[str], set[str]]:
    """(names that stand anywhere in code, templates or layouts; names whose parts are taken by a name that varies)."""
    drawings = (SOURCE / "anatomy").rglob("*.py")
    text = "\n".join(
        path.read_text(encoding="utf-8")
        for path in (*TEMPLATE_FILES, *REPORTS, *SPEAKING, *ELSEWHERE, *LAYOUTS, *drawings)
    )
    single = set(re.findall(r"[A-Za-z_][A-Za-z0-9_]*", text))
    # A name that is put together: `say.x["shown_" ~ prior]`, `say.x[f"shown_{prior}"]`.
    beginnings = tuple(re.findall(r'\[f?"(\w+_)(?:" ~|\{)', text))
    single |= {name for place, _ in LEAVES for name in place if name.startswith(beginnings)}
    varying = set(re.findall(r"\b(\w+)(?:\[(?![\"'])|\.(?:items|values|get)\()", text))
    varying |= set(re.findall(r"\bin (?:[\w.]+\.)?(\w+)\s*(?:%\}|\]|\)|:)", text))
    # A part with another name for a while: `words = say.data.check`, `{% set kinds = say.x.kinds %}`.
    for name, whole in re.findall(r"\b(\w+) = (?:str\()?[\w.]+\.(\w+)(?=\s|\)|$)", text):
        if name in varying:
            varying.add(whole)
    # Counted from either end of a call: `what_of(say.x.kinds)`.
    varying |= set(re.findall(r"say(?:\.\w+)*\.(\w+)[,)]", text))
    return single, varying


def unused(places: list[Place], single: set[str], varying: set[str]) -> list[str]:
    found = []
    for place in places:
        own = next((name for name in reversed(place) if name != ANY), "")
        if own not in single and not any(name in varying for name in place[:-1]):
            found.append(".".join(place))
    return found


def test_every_word_is_used() -> None:
    single, varying = used()
    assert unused([place for place, _ in LEAVES], single, varying) == []
    assert unused([("frame", "no_such_word_is_used")], single, varying) == ["frame.no_such_word_is_used"]


def test_files_of_words_are_used() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in (*TEMPLATE_FILES, *SPEAKING, *ELSEWHERE))
    assert [name for name in SAY if not re.search(rf"""\.{name}\b|\["{name}"\]""", text)] == []


def test_missing_words_would_be_found() -> None:
    template = Template(
        "{% set w = say.data %}{{ w.title }}{{ w.nothing_such }}{% for one in w.where.kinds.values() %}{{ one }}"
        "{% endfor %}{{ say.problem[what].title }}{{ say.problem[what].teapot }}{{ say.frame.version(number=1) }}"
    )
    assert {place for place in template.used if not exists(place)} == {
        ("data", "nothing_such"),
        ("problem", ANY, "teapot"),
    }
    assert template.calls == {(("frame", "version"), frozenset({"number"}))}
    assert placeholders(at(("frame", "version"))) == {"version"}
    module = ast.parse("desk.say.data.title; say.x; request.app.state.desk.say.problem[what].nothing")
    assert set(chains(module)) >= {("data", "title"), ("problem", ANY, "nothing")}


# Texts.


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("place", [place for place, _ in LEAVES], ids=lambda place: ".".join(place))
def test_a_text_is_plain_and_its_places_have_names(place: Place) -> None:
    for here, text in LEAVES:
        if here == place:
            assert text == text.strip() or not letters([text])
            assert not re.search(r"</?[a-z]|&[a-z]+;|  ", text), "no markup in words"
            assert all(name.isidentifier() for name in placeholders(text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_things(language: str) -> None:
    theirs = dict(leaves(words(language)))
    ours = dict(LEAVES)
    assert set(theirs) == set(ours)
    assert [place for place in ours if placeholders(ours[place]) != placeholders(theirs[place])] == []


def test_words_that_do_not_exist_are_named() -> None:
    with pytest.raises(KeyError, match=r"data\.nothing: no such words"):
        _ = SAY.data.nothing
    with pytest.raises(KeyError, match="xx: no such language; there are en"):
        words("xx")
    assert not hasattr(Words({}), "__html__")
    assert SAY.frame.version(version="1") == "Version 1"
    with pytest.raises(KeyError):
        SAY.frame.version()


def test_a_language_file_holds_texts_alone() -> None:
    import yaml

    def plain(part: object) -> bool:
        if isinstance(part, Mapping):
            # `no` and `on` without quotes are no texts to YAML, and as a name they would never be found.
            return all(isinstance(name, str) and plain(one) for name, one in part.items())
        return all(map(plain, part)) if isinstance(part, list) else isinstance(part, str)

    for file in sorted(FOLDER.rglob("*.yaml")):
        assert plain(yaml.safe_load(file.read_text(encoding="utf-8"))), file.name


# Nothing to read stands in a template or in the code of a page.

SPOKEN = ("alt", "title", "placeholder", "aria-label", "aria-description", "aria-roledescription", "label", "content")


class Literal(HTMLParser):
    """What a template says by itself: its text and what is read out of its attributes, without Jinja's parts."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.inline: list[str] = []
        blank = re.sub(r"\{#.*?#\}|(?<=\{% block width %\})[\w ]+(?=\{%)", "", source, flags=re.S)
        blank = re.sub(r"\{\{.*?\}\}", "", blank, flags=re.S)
        self.feed(re.sub(r"\{%.*?%\}", " ", blank, flags=re.S))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "meta" and "http-equiv" not in said:
            said.pop("content", None) if said.get("name") in ("viewport", "color-scheme") else None
        elif tag == "meta":
            said.pop("content", None)
        self.said += [said[name] or "" for name in SPOKEN if name in said]
        self.inline += [name for name in said if name == "style" or name.startswith("on")]
        self.inline += [tag] if tag == "style" or (tag == "script" and not said.get("src", "")) else []

    handle_startendtag = handle_starttag

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def letters(texts: list[str]) -> list[str]:
    return [text.strip() for text in texts if re.search(r"[^\W\d_]", text)]


@pytest.mark.parametrize("path", TEMPLATE_FILES, ids=named)
def test_a_template_says_nothing_of_its_own(path: Path) -> None:
    literal = Literal(path.read_text(encoding="utf-8"))
    assert letters(literal.said) == []
    assert literal.inline == [], "no inline script, no inline style: the content policy refuses them"


def test_what_a_template_says_would_be_found() -> None:
    literal = Literal('<p title="Hint">{{ a }} · Hello {% if b %}there{% endif %}</p><b style="x" onclick="y">1</b>')
    assert letters(literal.said) == ["Hint", "· Hello  there"]
    assert literal.inline == ["style", "onclick"]


SENTENCE = re.compile(r"[A-Za-z]{2,}[,.]? [a-z]{2,}")
# What is no text for a person: headers of answers, a rule of a style, what is looked for in the knowledge or in what
# others say, and what stands in every citation.
NO_PAGES = ("web/guard.py",)
NOT_SPOKEN = {
    "web/block_form.py": {"give both"},
    "web/library.py": {
        "the guide",
        "not found again",
        "supported with a different figure",
        "no source found",
        " et al",
    },
    "web/map.py": {"@media print{"},
    "web/pages/sources.py": {"fraction of"},
    "web/review.py": {"cluneal review"},
    "web/serve.py": {"not a port from 0 to 65535"},
}


def spoken(module: ast.Module) -> list[str]:
    """Texts in code that look like words for a person: no docstring, and nothing that an exception says."""
    silent = {
        id(node.body[0].value)
        for node in ast.walk(module)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and node.body
        if isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(module):
        if isinstance(node, (ast.Raise, ast.Assert)):
            silent |= {id(part) for part in ast.walk(node)}
    return [
        node.value
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent
        if SENTENCE.search(node.value)
    ]


@pytest.mark.parametrize(
    "path", [path for path in SPEAKING if named(path).startswith("web/") and named(path) not in NO_PAGES], ids=named
)
def test_the_code_of_a_page_says_nothing_of_its_own(path: Path) -> None:
    found = spoken(ast.parse(path.read_text(encoding="utf-8")))
    assert sorted(found) == sorted(NOT_SPOKEN.get(named(path), ()))


def test_what_code_says_would_be_found() -> None:
    assert spoken(ast.parse('"""A doc string."""\nraise X("not this one")\npage("Where does it hurt?")')) == [
        "Where does it hurt?"
    ]
