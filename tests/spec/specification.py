"""What a specification test can say: tables in, tables out. Read by pytest, and by `docs/build.py` as documentation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from inspect import signature

from cluneal.knowledge import load, load_draws
from cluneal.knowledge.schema import Finding
from cluneal.pathway import Assessor, Block, Reading, Triage, read_block, read_case, triage
from cluneal.pathway.assess import BLOCK_TEST
from cluneal.pathway.care_plan import Day as PainDay
from cluneal.pathway.care_plan import Session, Story, care_plan
from cluneal.pathway.case import DAYS_A_MONTH
from cluneal.pathway.schedule import DUE, MISSED, NOTED, slots
from cluneal.pathway.triage import fires
from cluneal.reasoning import Findings, Model, collect, compile

DAY = date(2026, 1, 1)
SCREENING = "alarm_questions_open"
LAST_READ = 5
Row = Mapping[str, str]


def table(text: str) -> list[dict[str, str]]:
    """Rows of a text table: a header, a line of dashes, one line a row; a row without a first cell goes on the last."""
    lines = [line for line in text.strip().splitlines() if line.strip()]
    header = [cell.strip() for cell in lines[0].split("|")]
    assert set(lines[1].strip()) <= set("-+ "), f"the second line of a table is dashes, not {lines[1]!r}"
    rows = []
    for line in lines[2:]:
        cells = [cell.strip() for cell in line.split("|")]
        assert len(cells) == len(header), f"{len(cells)} cells for {len(header)} columns in {line!r}"
        if cells[0]:
            rows.append(dict(zip(header, cells, strict=True)))
        else:
            rows[-1] |= {name: f"{rows[-1][name]} {cell}".strip() for name, cell in zip(header, cells, strict=True)}
    return rows


def names(cell: str) -> list[str]:
    """The parts of a cell between commas; `-` is none."""
    return [] if cell == "-" else [part.strip() for part in cell.split(",")]


def answers(cell: str) -> dict[str, bool | None]:
    """`night_pain, no fever, unsure weight_loss` as answers."""
    words: dict[str, bool | None] = {"no": False, "unsure": None}
    found: dict[str, bool | None] = {}
    for part in names(cell):
        first, _, rest = part.partition(" ")
        found[rest if first in words and rest else part] = words[first] if rest else True
    return found


def readings(cell: str, movement: bool = False) -> tuple[Reading, ...]:
    """`0: 8, 15: 3, 2 h: 3` as minutes and pain; `0: 3/8` is pain at rest and on moving; `-` was not written down."""
    found = []
    for part in names(cell):
        when, _, pain = part.partition(":")
        rest, _, moving = pain.strip().partition("/")
        found.append(
            Reading(
                _minutes(when),
                None if rest == "-" else float(rest),
                None if moving in ("", "-") else float(moving),
            )
        )
    return tuple(found)


@lru_cache(maxsize=1)
def assessor() -> Assessor:
    """One for all tests: compiling the model is the slow part."""
    return Assessor(load(), load_draws())


@lru_cache(maxsize=1)
def level_model() -> Model:
    """Every cause alike, so that a textbook is judged by what it says and not by how common the cause is."""
    return compile(load(), "primary_care", "level")


def found(given: Mapping[str, bool | None]) -> Findings:
    """Answers as findings, with what follows from them."""
    return collect(load().findings, given)


def screened(given: Mapping[str, bool | None]) -> dict[str, bool | None]:
    """The same answers with every alarm question that screening needs, and that they leave open, answered no."""
    known = found(given)
    needed = load().redflags[SCREENING].unless_known
    return {name: False for name in needed if not known.known(name)} | dict(given)


def triaged(given: Mapping[str, bool | None]) -> Triage:
    """How soon, on these answers."""
    return triage(found(given), load().redflags.values())


def rank(cause: str, others: Sequence[str]) -> int:
    """1 for the first."""
    return others.index(cause) + 1


def stated(one: int) -> str:
    """A rank as the tables state it: nobody reads on after the fifth, and their order says little."""
    return str(one) if one <= LAST_READ else f"after {LAST_READ}"


def ranking(textbook_of: str, levels: Sequence[str]) -> list[str]:
    """The causes in order, when the textbook findings of these levels are present and nothing else is known."""
    vocabulary: Mapping[str, Finding] = load().findings
    given = {name: True for name in load().causes[textbook_of].textbook if vocabulary[name].level in levels}
    return list(level_model().differential(given, intervals=False).causes)


@dataclass
class Spec:
    """Checks each table, and keeps its rows and its Markdown. `checks=False` only keeps."""

    checks: bool = True
    rows: list[Row] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)

    def rules(self, urgency: str, text: str) -> None:
        """Each rule of that urgency: answers that fire it, and the nearest change of them that does not."""
        rows = table(text)
        self._show(rows, code=("rule", "fires with", "but not with"))
        if not self.checks:
            return
        known = load().redflags
        for row in rows:
            rule = known[row["rule"]]
            assert rule.urgency == urgency, f"{rule.id} is {rule.urgency}"
            firing = answers(row["fires with"])
            assert fires(rule, found(firing), None), f"{rule.id} does not fire with {row['fires with']}"
            assert rule.id in {one.id for one in triaged(firing).fired}
            near = firing | answers(row["but not with"])
            assert not fires(rule, found(near), None), f"{rule.id} fires with {row['but not with']}"

    def silenced(self, text: str, firing: Mapping[str, str]) -> None:
        """Each answer that keeps a rule from firing, added to the answers that fire it."""
        rows = table(text)
        self._show(rows, code=("rule", "silenced by"))
        if not self.checks:
            return
        for row in rows:
            rule, given = load().redflags[row["rule"]], answers(firing[row["rule"]])
            for name in names(row["silenced by"]):
                assert not fires(rule, found(given | {name: True}), None), f"{name} does not silence {rule.id}"

    def triage(self, text: str, screening_answered: bool = True) -> None:
        """Answers, urgency and every rule that fired; the other alarm questions answered no, unless told otherwise."""
        rows = table(text)
        self._show(rows, code=("answers", "rules"))
        if not self.checks:
            return
        for row in rows:
            given = answers(row["answers"])
            result = triaged(screened(given) if screening_answered else given)
            assert (result.urgency, [rule.id for rule in result.fired]) == (row["urgency"], names(row["rules"])), row

    def readings(self, definition: str, text: str) -> None:
        """One definition on short curves: readings, verdict, and the reason it gives."""
        rows = table(text)
        self._show(rows, code=("readings",))
        if not self.checks:
            return
        for row in rows:
            reading = read_block(Block(readings=readings(row["readings"])), load().tests[BLOCK_TEST])
            one = next(one for one in reading.verdicts if one.definition == definition)
            assert (one.verdict, one.why) == (row["verdict"], row["because"]), row

    def block(self, text: str, expect: Mapping[str, str], drug: str | None = None, duration: str | None = None) -> None:
        """One curve by every definition named, and how long it lasted beside what the drug should."""
        rows = table(text)
        self.shown.append(f"Given: {drug}.\n" if drug else "The drug was not written down.\n")
        self._show(rows)
        said = [{"definition": name, "verdict": verdict} for name, verdict in expect.items()]
        said += [{"definition": "duration", "verdict": duration}] if duration else []
        self._show(said, code=("definition",))
        if not self.checks:
            return
        curve = tuple(
            Reading(float(row["minute"]), _value(row["pain"]), _value(row.get("movement pain", "-"))) for row in rows
        )
        reading = read_block(Block(drug=drug, readings=curve), load().tests[BLOCK_TEST])
        assert {name: reading.verdict(name) for name in expect} == dict(expect)
        assert duration in (None, reading.duration.verdict), reading.duration.why

    def durations(self, text: str) -> None:
        """Drugs as people write them, short curves, and the duration's verdict with its reason."""
        rows = table(text)
        self._show(rows, code=("readings",))
        if not self.checks:
            return
        for row in rows:
            drug = None if row["drug"] == "-" else row["drug"]
            block = Block(drug=drug, readings=readings(row["readings"]))
            result = read_block(block, load().tests[BLOCK_TEST]).duration
            assert (result.verdict, result.why) == (row["verdict"], row["because"]), row

    def plan(self, text: str) -> None:
        """Readings, how long after the injection it is, and which planned readings are noted, missed and due."""
        rows = table(text)
        self._show(rows, code=("readings",))
        if not self.checks:
            return
        for row in rows:
            found = slots(readings(row["readings"]), _minutes(row["now"]), load().tests[BLOCK_TEST])
            for state in (NOTED, MISSED, DUE):
                said = [one.planned for one in found if one.state == state]
                assert said == [_minutes(one) for one in names(row[state])], (row, state)

    def care(self, measure: str, text: str, answered: str = "-", leading: Sequence[str] | None = None) -> None:
        """Days of one person: the worst pain, what was done, and what the plan says of one measure that morning.

        `1-6` are days alike; what is expected holds on the last of them. A session is `done`, `done 3/6` (pain before
        and after) or `stopped REASON`; `again` takes the measure up again. The plan of a day knows that day's pain, and
        the sessions of the days before.
        """
        rows = table(text)
        self.shown.append(f"Measure: `{measure}`." + ("" if answered == "-" else f" Answers: {answered}.") + "\n")
        self._show(rows, code=("answers",))
        if not self.checks:
            return
        knowledge = load()
        assert knowledge.care_plan
        days: list[PainDay] = []
        sessions: list[Session] = []
        cleared: dict[str, frozenset[str]] = {}
        for row in rows:
            first, _, last = row["day"].partition("-")
            for number in range(int(first), int(last or first) + 1):
                today = DAY + timedelta(days=number)
                if row["worst pain"] != "-":
                    days.append(PainDay(today, float(row["worst pain"])))
                story = Story(found(answers(answered)), tuple(days), tuple(sessions), leading, cleared)
                alone = {measure: knowledge.selfcare[measure]}
                planned = care_plan(alone, knowledge.care_plan, story, today).of(measure)
                if row["session"] == "again":
                    cleared = {measure: frozenset(one.key for one in sessions)}
                elif row["session"] != "-":
                    sessions.append(_session(measure, number, row["session"]))
            said = {"plan": planned.state.replace("_", " "), "level": f"{planned.level:+d}" if planned.level else "0"}
            said["repeats"] = ", ".join(str(one.repeats) for one in planned.steps if one.repeats > 1) or "-"
            said["minutes"] = "-".join(f"{one.seconds / 60:g}" for one in planned.steps if one.grows and one.seconds)
            assert {name: said[name] for name in row if name in said} == {n: row[n] for n in row if n in said}, row

    def ladder(self, given: str, text: str) -> None:
        """A person, and each rung by the guide and by the studies: open, closed or cannot say."""
        rows = table(text)
        lines = [line.strip() for line in given.strip().splitlines()]
        self.shown.append("\n".join(f"- {line}" for line in lines) + "\n")
        self._show(rows, code=("rung", "against"))
        if not self.checks:
            return
        result = assessor().assess(read_case(_person(lines), tuple(load().model.settings), DAY), DAY)["plan"]["ladder"]
        rungs = {rung["id"]: rung for rung in result["rungs"]}
        assert [row["rung"] for row in rows] == list(rungs)
        words = {True: "open", False: "closed", None: "cannot say"}
        for row in rows:
            rung = rungs[row["rung"]]
            general = sum(not one.findings for one in load().ladder[row["rung"]].against)
            said = {
                "rung": rung["id"],
                "tried": "yes" if rung["tried"] else "no",
                "by the guide": words[rung["open_by_guide"]],
                "by the studies": words[rung["open_by_studies"]],
                "reasons against from the answers": str(len(rung["against"]) - general),
            }
            assert {name: said[name] for name in row} == dict(row)

    def conditions(self, rung: str, part: str, given: str, text: str) -> None:
        """The conditions to enter, stay on or leave a rung that begin with these words: yes, no or cannot say."""
        rows = table(text)
        lines = [line.strip() for line in given.strip().splitlines()]
        self.shown.append("\n".join(f"- {line}" for line in lines) + "\n")
        self._show(rows)
        if not self.checks:
            return
        result = assessor().assess(read_case(_person(lines), tuple(load().model.settings), DAY), DAY)["plan"]["ladder"]
        stated = next(one for one in result["rungs"] if one["id"] == rung)[part]
        words = {True: "yes", False: "no", None: "cannot say"}
        for row in rows:
            matching = [one for one in stated if one["text"].startswith(row["condition"].removesuffix(" …"))]
            assert len(matching) == 1, f"{len(matching)} conditions begin with {row['condition']!r}"
            assert words[matching[0]["holds"]] == row["holds"], row

    def textbooks(self, text: str) -> None:
        """Per cause: its rank, and its nearest mimic's, on its own textbook, with and without test results."""
        rows = table(text)
        self._show(rows, code=("cause", "nearest mimic"))
        if not self.checks:
            return
        for row in rows:
            cause, mimic = row["cause"], row["nearest mimic"]
            whole, bare = ranking(cause, ("ask", "examine", "test")), ranking(cause, ("ask", "examine"))
            ranks = {
                "rank": rank(cause, whole),
                "its rank": rank(mimic, whole),
                "without tests": rank(cause, bare),
                "its without tests": rank(mimic, bare),
            }
            assert {name: stated(one) for name, one in ranks.items()} == {name: row[name] for name in ranks}, cause

    def _show(self, rows: Sequence[Row], code: Sequence[str] = ()) -> None:
        self.rows += rows
        self.shown.append(markdown(rows, code))


def markdown(rows: Sequence[Row], code: Sequence[str] = ()) -> str:
    """A Markdown table. The parts of `code` columns are set as code, each on its own."""

    def cell(name: str, value: str) -> str:
        value = value.replace("|", "\\|")
        if name not in code or value == "-":
            return "" if value == "-" else value
        return ", ".join(f"`{part}`" for part in names(value))

    header = list(rows[0])
    lines = [f"| {' | '.join(header)} |", f"|{'---|' * len(header)}"]
    lines += [f"| {' | '.join(cell(name, row[name]) for name in header)} |" for row in rows]
    return "\n".join(lines) + "\n"


def _session(measure: str, number: int, said: str) -> Session:
    what, _, rest = said.partition(" ")
    before, _, after = rest.partition("/") if what == "done" else ("", "", "")
    return Session(
        f"on day {number}",
        measure,
        DAY + timedelta(days=number),
        float(before) if before else None,
        float(after) if after else None,
        stopped=rest if what == "stopped" else None,
    )


def _minutes(cell: str) -> float:
    """`15`, `2 h`, `7 days` as minutes."""
    number, _, unit = cell.strip().partition(" ")
    return float(number) * {"h": 60, "days": 1440}.get(unit, 1)


def _value(cell: str) -> float | None:
    return None if cell in ("-", "") else float(cell)


def _person(lines: Sequence[str]) -> dict[str, object]:
    """`pain for: 8 months`, `answers: …`, `tried: physiotherapy (no), …`, `block: scn; lidocaine; 0: 8, 15: 1`."""
    person: dict[str, object] = {}
    given: dict[str, bool | None] = {}
    treatments: list[dict[str, object]] = []
    blocks: list[dict[str, object]] = []
    screening = False
    for line in lines:
        what, _, said = line.partition(": ")
        if what == "pain for":
            person["started"] = DAY - timedelta(days=float(said.removesuffix(" months")) * DAYS_A_MONTH + 1)
        elif what == "answers":
            given |= answers(said)
        elif what == "screening":
            assert said == "every other alarm question no"
            screening = True
        elif what == "tried":
            for part in names(said):
                kind, _, helped = part.partition(" (")
                treatments.append({"kind": kind, "helped": helped.removesuffix(")") or None})
        elif what == "block":
            target, drug, curve = (part.strip() for part in said.split(";"))
            blocks.append(
                {
                    "target": None if target == "-" else target,
                    "drug": None if drug == "-" else drug,
                    "readings": [
                        {"minute": one.minute, "pain": one.pain, "movement_pain": one.movement_pain}
                        for one in readings(curve)
                    ],
                }
            )
        else:
            raise AssertionError(f"a person has no {what!r}")
    person |= {
        "findings": screened(given) if screening else given,
        "treatments": treatments,
        "blocks": blocks,
    }
    return person


def specified(module: Mapping[str, object]) -> list[Callable[[Spec], None]]:
    """The tests of a module that state tables, in the order in which they stand."""
    return [
        test
        for name, test in module.items()
        if name.startswith("test_") and callable(test) and list(signature(test).parameters) == ["spec"]
    ]
