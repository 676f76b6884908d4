"""What a person reads: reading grade 8 or below, no word that promises or frightens, no word that only doctors know."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from cluneal.knowledge import load
from cluneal.knowledge.schema import Knowledge
from cluneal.language import words as words_of
from cluneal.pathway.triage import URGENCIES

from .reading import grade

SOURCE = Path(__file__).resolve().parents[2] / "src" / "cluneal"
HIGHEST_GRADE = 8.0
# The formula counts syllables a word and words a sentence: on a few words it measures chance. They are read together,
# and one sentence of a question may come out a little higher.
FEWEST_WORDS = 15
ONE_SENTENCE = 25
TOLERANCE = 1.5
# What a report or a letter says may stand in quotes, so that it is recognised there.
QUOTED = re.compile(r'"[^"]*"')
# "Diagnostic block" is the name of the test injection; who has one will meet it in every letter.
FORBIDDEN = re.compile(r"you have\b|diagnos(?!tic block)|confirm", re.IGNORECASE)
FRIGHTENING = re.compile(
    r"your fault|you failed|you should have|nothing can be done|crippl|crumbl|wear and tear|degenerat|slipped disc|"
    r"paralys|paralyz|incurable|hopeless|deadly|fatal|victim|suffer",
    re.IGNORECASE,
)
ONLY_DOCTORS_SAY = re.compile(
    r"\b(?:palpat|bilateral|unilateral|dermatom|radicul|analges|posterior|anterior|proximal|distal|lateral\b|medial|"
    r"aetiolog|etiolog|prognos|contraindicat|comorbid|patholog|neuropath|idiopathic|sequel|paraesthes|allodyn|"
    r"hyperalges|iatrogenic|differential|sensitivity|specificity|posterior|prior probability|likelihood ratio)",
    re.IGNORECASE,
)

# What of each folder a person sees, and the grade is measured of.
SEEN: dict[str, tuple[str, ...]] = {
    "redflags": ("person",),
    "tests": ("person", "can_settle", "cannot_settle", "harm_text", "placebo_caution", "second_block_adds"),
    "ladder": ("person", "guide_says", "studies_say", "sceptics_say", "ask_your_doctor"),
    "selfcare": ("person", "stop_if", "guide_says", "studies_say"),
    "prevention": ("risk", "person", "guide_says", "studies_say"),
    "referral": ("safe_version", "see", "guide_says"),
    "visit_questions": ("ask", "because"),
    "faq": ("question", "answer"),
    "guide": ("claim", "studies_say", "sceptics_say"),
    "causes": ("plain", "about"),
    "cautions": ("label", "ask", "how_to_tell", "why"),
    "scales": ("person",),
}
# Names: too short for a grade, and some are the condition's own.
NAMES: dict[str, tuple[str, ...]] = {
    "causes": ("name",),
    "tests": ("name",),
    "ladder": ("name",),
    "selfcare": ("name",),
    "findings": ("label",),
}
PAGES_OF_THE_COMMAND_LINE = ("ask", "text", "assess", "block", "main")


def every(text: object) -> Iterator[str]:
    """The texts in a field that holds one, several or none."""
    if isinstance(text, str):
        yield text
    elif isinstance(text, (list, tuple)):
        for one in text:
            yield from every(one)


def files(knowledge: Knowledge) -> Iterator[tuple[str, list[str]]]:
    """(file, everything in it that a person reads)."""
    for name, finding in knowledge.findings.items():
        person = finding.person
        yield f"findings/{name}.yaml", [person.ask, person.how_to_tell, person.why_we_ask]
    for folder, fields in SEEN.items():
        for name, thing in getattr(knowledge, folder).items():
            texts = [text for field in fields for text in every(getattr(thing, field))]
            if folder == "selfcare":
                steps = [*thing.steps, *(step for one in thing.may_provoke for step in one.instead)]
                texts += [text for step in steps for text in (step.say, step.cue, step.between_cue) if text]
                texts += [one.text for one in thing.may_provoke]
            if folder == "scales":
                texts += [thing.licence.why, thing.smallest_change.why]
                texts += [text for part in thing.parts for text in (part.plain, part.low_end, part.high_end)]
            if folder == "tests":
                texts += [*(one.text for one in thing.watch_for), *(one.plain for one in thing.misled)]
            if folder == "ladder":
                texts += [
                    one.text for part in ("enter", "stay", "leave", "against", "harms") for one in getattr(thing, part)
                ]
            yield f"{folder}/{name}.yaml", texts
    for region in knowledge.anatomy.regions:
        yield f"anatomy/regions.yaml {region.id}", [region.plain]
    yield "anatomy/characters.yaml", [one.plain for one in knowledge.anatomy.characters]
    plan = knowledge.care_plan
    assert plan
    yield (
        "care_plan.yaml",
        [
            *(text for one in plan.stops.reasons for text in (one.plain, one.advice)),
            *(text for one in plan.reminders for text in (one.say, one.why_do, one.why)),
        ],
    )
    assert knowledge.diary
    yield "diary.yaml", [one.plain for one in (*knowledge.diary.stopped, *knowledge.diary.did)]
    asked = knowledge.model
    yield "model.yaml", [*(one.title for one in asked.alarm_pages), *(one.plain for one in asked.started_choices)]


def names(knowledge: Knowledge) -> Iterator[tuple[str, list[str]]]:
    for folder, fields in NAMES.items():
        for name, thing in getattr(knowledge, folder).items():
            yield f"{folder}/{name}.yaml", [getattr(thing, field) for field in fields]


def said_by(module: str) -> list[str]:
    """Everything that a module of the command line can print: its strings without its docstrings."""
    tree = ast.parse((SOURCE / "cli" / f"{module}.py").read_text(encoding="utf-8"))
    documents = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and node.body
        if isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents
    ]


def phrases(part: object) -> Iterator[str]:
    """Every text of a language file, with a number in place of what is filled in."""
    if isinstance(part, str):
        yield re.sub(r"\{\w+\}", "3", part)
    elif isinstance(part, Mapping):
        for one in part.values():
            yield from phrases(one)
    elif isinstance(part, list):
        for one in part:
            yield from phrases(one)


SAID = {f"language/en/{name}.yaml": list(phrases(words_of("en")[name])) for name in words_of("en")}
# The page for the doctor is a doctor's to read: the words that promise or frighten are as wrong there.
FOR_DOCTORS = "language/en/packet.yaml"
READ = [*files(load()), *((file, texts) for file, texts in SAID.items() if file != FOR_DOCTORS)]
EVERYTHING = [
    *READ,
    *names(load()),
    (FOR_DOCTORS, SAID[FOR_DOCTORS]),
    *((f"cli/{one}.py", said_by(one)) for one in PAGES_OF_THE_COMMAND_LINE),
]


def words(text: str) -> int:
    return len(text.split())


def highest(text: str) -> float:
    return HIGHEST_GRADE + (TOLERANCE if words(text) <= ONE_SENTENCE else 0)


def test_everything_a_person_reads_was_found() -> None:
    folders = {file.split("/")[0] for file, _ in READ}
    assert folders == {"findings", "anatomy", "language", "model.yaml", "care_plan.yaml", "diary.yaml", *SEEN}
    assert len(SAID) > 10
    assert all(SAID.values())
    assert sum(words(text) for _, texts in READ for text in texts) > 15_000
    assert any("Every answer is saved at once" in text for text in said_by("ask"))
    assert not any("Raises:" in text for text in said_by("ask"))


@pytest.mark.parametrize(("file", "texts"), READ, ids=[file for file, _ in READ])
def test_the_reading_grade_is_8_or_below(file: str, texts: list[str]) -> None:
    hard = {text: grade(text) for text in texts if words(text) >= FEWEST_WORDS and grade(text) > highest(text)}
    assert hard == {}
    together = " ".join(text if text.rstrip().endswith((".", "?", "!")) else f"{text}." for text in texts)
    if words(together) >= FEWEST_WORDS:
        assert grade(together) <= HIGHEST_GRADE


def test_the_interview_itself_is_as_easy_to_read() -> None:
    sentences = [text.strip() for text in said_by("ask") if words(text) >= 4 and "%" not in text]
    assert (
        grade(" ".join(text if text.endswith((".", "?", ":")) else f"{text}." for text in sentences)) <= HIGHEST_GRADE
    )


def test_a_hard_text_would_be_found() -> None:
    assert grade(
        "Superior cluneal neuropathy constitutes an underappreciated aetiology of refractory lumbogluteal discomfort, "
        "necessitating meticulous differentiation from radiculopathy."
    ) > 2 * HIGHEST_GRADE  # fmt: skip


@pytest.mark.parametrize(("file", "texts"), EVERYTHING, ids=[file for file, _ in EVERYTHING])
def test_nothing_is_promised_and_nobody_is_frightened(file: str, texts: list[str]) -> None:
    found = [text for text in texts if FORBIDDEN.search(text) or FRIGHTENING.search(QUOTED.sub("", text))]
    assert found == []


@pytest.mark.parametrize(("file", "texts"), READ, ids=[file for file, _ in READ])
def test_no_word_that_only_doctors_say(file: str, texts: list[str]) -> None:
    assert [text for text in texts if ONLY_DOCTORS_SAY.search(QUOTED.sub("", text))] == []


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("You have cancer.", True),
        ("Do you have pain in the leg?", True),
        ("This confirms it.", True),
        ("The diagnosis is clear.", True),
        ("Have you had a fall?", False),
        ("A diagnostic block is a test injection.", False),
    ],
)
def test_the_forbidden_words_are_found(said: str, wrong: bool) -> None:
    assert bool(FORBIDDEN.search(said)) is wrong


def test_every_urgency_has_words_of_its_own() -> None:
    from cluneal.cli.text import URGENCY_WORDS

    assert tuple(URGENCY_WORDS) == URGENCIES
    assert len(set(URGENCY_WORDS.values())) == len(URGENCIES)
