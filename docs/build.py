"""Render the reference pages from the specification tests, the knowledge, the schemas and the conformance cases.

python docs/build.py            write them
python docs/build.py --check    say which are out of date; exit status 1 when one is
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from cluneal.knowledge import load
from cluneal.knowledge.care import BlockDefinition, Condition, RedFlag, Rung
from cluneal.knowledge.code_checks import unverified
from cluneal.knowledge.codes import CodeList, Concept, Threshold
from cluneal.knowledge.schema import Cause, Finding, Prior
from cluneal.pathway.assess import BLOCK_TEST
from cluneal.pathway.triage import URGENCIES

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "docs" / "reference"
CONFORMANCE = ROOT / "conformance"
Json = Mapping[str, Any]

# What stands above this line in assessment.md is written by hand.
RENDERED = "<!-- Below here: rendered. -->"

URGENCY_WORDS = {
    "emergency": "Emergency: get help now",
    "same_day": "Be seen today",
    "within_two_weeks": "Be seen within two weeks",
    "routine": "Worth a routine visit",
}
LEVEL_WORDS = {"ask": "Asked", "examine": "Found on examination", "test": "Results of tests"}
ROLE_WORDS = {
    "complaint": "The pain itself",
    "imaging": "Images of the spine",
    "injection": "Injections at the spine",
    "operation": "Operations at the spine",
    "therapy": "Physiotherapy and manual treatment",
    "explains": "What explains the pain",
    "peripheral": "A nerve outside the spine",
    "medicine": "Medicines",
    "context": "What else tells something",
}
FAMILY_WORDS = {
    "cluneal": "Cluneal nerves",
    "spine": "Spine",
    "pelvis_and_hip": "Pelvis and hip",
    "muscle": "Muscle",
    "serious": "Serious causes",
    "other": "Others",
}


def pages() -> dict[str, str]:
    """Every rendered page by its file name."""
    return {
        "triage.md": page(["test_triage", "test_triage_rules"], "redflags/", rules()),
        "blocks.md": page(["test_blocks"], "tests/diagnostic_block.yaml", block()),
        "ladder.md": page(["test_ladder"], "ladder/", rungs()),
        "self-care.md": page(["test_care_plan"], "selfcare/", measures()),
        "causes.md": page(["test_causes"], "causes/", causes()),
        "findings.md": findings(),
        "codes.md": codes(),
        "assessment.md": assessment(),
        "conformance.md": conformance(),
    }


def main(arguments: Sequence[str]) -> int:
    """Write or check."""
    rendered = pages()
    stale = [name for name, text in rendered.items() if _read(PAGES / name) != text]
    if "--check" in arguments:
        for name in stale:
            print(f"docs/reference/{name}: out of date; run python docs/build.py", file=sys.stderr)
        return 1 if stale else 0
    for name, text in rendered.items():
        (PAGES / name).write_text(text, encoding="utf-8")
    print("\n".join(f"docs/reference/{name}: written" for name in stale) or "nothing to do")
    return 0


def page(modules: Sequence[str], knowledge: str, rest: Iterable[str]) -> str:
    """A page from specification tests, with what the knowledge says in full behind it."""
    lines: list[str] = []
    for name in modules:
        module = _tests(name)
        lines += [f"{'##' if lines else '#'} {module.title}", "", _prose(module.__doc__), ""]
        if len(lines) == 4:
            lines += [
                _made(
                    "the tables of "
                    + " and ".join(f"`tests/spec/{one}.py`" for one in modules)
                    + ", which run as tests"
                ),
                "",
            ]
        specification = _tests("specification")
        for test in specification.specified(vars(module)):
            spec = specification.Spec(checks=False)
            test(spec)
            lines += [f"{'##' if name == modules[0] else '###'} {_heading(test.__name__)}", ""]
            lines += [_prose(test.__doc__), ""] if test.__doc__ else []
            lines += spec.shown
    lines += ["## In full", "", f"From `src/cluneal/knowledge/{knowledge}`.", "", *rest]
    return _whole(lines)


def measures() -> Iterator[str]:
    """Every measure: how often, how it grows, and whom it may provoke; then the rules for all, and the reminders."""
    knowledge = load()
    plan = knowledge.care_plan
    for item in knowledge.selfcare.values():
        dose = item.dose
        if not dose:
            continue
        yield from (f"### `{item.id}`", "", f"{item.name}. {dose.why}", "")
        yield f"- {'beside the others' if dose.kind == 'habit' else 'takes its place'}, every {_days(dose.every_days)}"
        if dose.lowest < dose.highest:
            change = [f"{dose.repeats_a_level} repeats"] if dose.repeats_a_level else []
            change += [f"{dose.seconds_a_level} seconds"] if dose.seconds_a_level else []
            each = " and ".join(change)
            yield f"- level {dose.lowest} to {dose.highest}, {each} each; up after {dose.calm_days} calm days"
        for one in item.may_provoke:
            yield f"- may provoke {_codes(one.causes)}: {one.text} {one.why}"
        yield ""
    if plan:
        flare, growth, stops = plan.flare, plan.growth, plan.stops
        yield from (
            "### The rules for all",
            "",
            f"- at most {plan.most_moves} a day, {plan.most_moves_easing} after a worse day",
        )
        yield f"- a worse day: {flare.points:g} points over the median of {flare.before_days} days. {flare.why}"
        yield f"- to grow: one session for every {growth.one_in} planned, {growth.check_ins} check-in. {growth.why}"
        yield f"- badly: a rise of more than {stops.rise:g} points, or stopped. {stops.why}"
        yield from ("", "| stopped because | then | alarm questions |", "|---|---|---|")
        yield from (f"| {one.plain} | {one.then} | {'yes' if one.alarm else ''} |" for one in stops.reasons)
        yield from ("", "| reminder | every | why |", "|---|---|---|")
        for reminder in plan.reminders:
            choices = ", ".join(f"**{one}**" if one == reminder.usual else str(one) for one in reminder.choices)
            yield f"| {reminder.say} | {choices} {reminder.unit} | {reminder.why} |"
        yield ""


def _days(count: int) -> str:
    return "day" if count == 1 else f"{count} days"


def rules() -> Iterator[str]:
    """Every red flag rule, most urgent first."""
    known = load().redflags.values()
    for urgency in URGENCIES[:-1]:
        yield from (f"### {URGENCY_WORDS[urgency]}", "")
        for rule in sorted((one for one in known if one.urgency == urgency), key=lambda one: one.id):
            yield from (f"#### `{rule.id}`", "", rule.person, "", *_rule(rule), "")


def _rule(rule: RedFlag) -> Iterator[str]:
    if rule.all_of:
        yield f"- all of: {_codes(rule.all_of)}"
    if rule.any_of:
        count = "any of" if rule.at_least == 1 else f"at least {rule.at_least} of"
        yield f"- {count}: {_codes(rule.any_of)}"
    if rule.unless_known:
        yield f"- while any of these has no answer: {_codes(rule.unless_known)}"
    if rule.none_of:
        yield f"- none of: {_codes(rule.none_of)}"
    if rule.suspects:
        yield f"- looks for: [{load().causes[rule.suspects].name}](causes.md#{rule.suspects})"
    yield f"- for a clinician: {rule.clinician}"
    yield f"- why: {rule.why} {_sources(rule.evidence)}"


def block() -> Iterator[str]:
    """Definitions, drugs, and what a block cannot settle."""
    test = load().tests[BLOCK_TEST]
    yield from ("### The definitions", "")
    for one in test.definitions:
        yield from (f"#### `{one.id}`", "", f"{one.name}.", "", f"- {_definition(one)}")
        yield from (f"- why: {one.why} {_sources(one.evidence)}", "")
    yield from ("### How long a drug is expected to numb", "", "| drug | minutes | basis | why | sources |")
    yield "|---|---|---|---|---|"
    for drug in test.drugs:
        low, high = drug.expected_minutes
        yield f"| {drug.name} | {low:g} to {high:g} | {drug.basis} | {drug.why} | {_sources(drug.evidence)} |"
    yield ""
    yield from ("### What a block can settle", "", test.can_settle, "")
    yield from ("### What it cannot", "", test.cannot_settle, "", test.placebo_caution or "", "")
    yield from ("### What a second block adds", "", test.second_block_adds or "", "")
    yield from ("### Timing", "", test.timing_why or "", "")
    if test.schedule:
        plan = test.schedule
        yield from ("### When pain is scored", "", f"Minutes after the injection: {_minutes(plan.minutes)}.", "")
        going_on = _minutes(plan.while_relieved)
        yield f"While at least {plan.back_below_percent:g} % of the pain is still gone, also: {going_on}."
        yield from ("", f"{plan.basis.capitalize()}. {plan.why} {_sources(plan.evidence)}", "")
    yield from ("### What to watch for afterwards", "")
    yield from (f"- {one.text} {_sources(one.evidence)}" for one in test.watch_for)
    yield from ("", "### People whom one injection misled", "", "Each number is that of the fact cited.", "")
    yield from (f"- {one.plain} {_sources(one.evidence)}" for one in test.misled)
    yield ""


def _minutes(minutes: Iterable[float]) -> str:
    return ", ".join(f"{one:g}" for one in minutes)


def _definition(one: BlockDefinition) -> str:
    amount = f"{'more than' if one.strictly_more else 'at least'} {one.relief_percent:g} % less pain"
    when = {
        "at": f"at {one.from_minute:g} minutes",
        "from_until": f"at every reading from {one.from_minute:g} to {one.until_minute:g} minutes",
        "any_time": f"at any reading from {one.from_minute:g} to {one.until_minute:g} minutes",
    }
    return f"{amount} {when[one.rule]}"


def rungs() -> Iterator[str]:
    """Every rung with its conditions by the guide and by the studies."""
    for rung in sorted(load().ladder.values(), key=lambda one: one.order):
        yield from (f"### `{rung.id}`", "", f"**{rung.order}. {rung.name}.** {rung.person}", "")
        for part, words in (("enter", "To enter"), ("stay", "To stay"), ("leave", "To leave")):
            yield from (f"{words}:", "", *_conditions(getattr(rung, part)), "")
        yield from ("Against, or with care:", "", *_against(rung), "")
        yield from ("Harm that was seen:", "")
        yield from (f"- {one.text} ({one.quality}) {_sources(one.evidence)}" for one in rung.harms)
        yield from ("", *_doses(rung))
        yield from (f"- The guide: {rung.guide_says}", f"- The studies: {rung.studies_say}")
        yield from (f"- The sceptics: {rung.sceptics_say}", "")
    yield from ("### Cautions", "", "What a person is asked that bears on a treatment (`cautions/`).", "")
    for one in sorted(load().cautions.values(), key=lambda one: (one.group, one.order)):
        yield from (f"#### `{one.id}`", "", f"**{one.label}.** {one.ask} {one.how_to_tell}", "")
        yield from (f"- why we ask: {one.why} {_sources(one.evidence)}".rstrip(), f"- for a clinician: {one.clinician}")
        if one.findings or one.treatments:
            yield f"- told by: {_codes((*one.findings, *one.treatments))}"
        yield ""


def _doses(rung: Rung) -> Iterator[str]:
    if rung.doses:
        yield from ("Doses in print, for a clinician:", "", "| drug | for | dose | rests on | sources |")
        yield "|---|---|---|---|---|"
        for one in rung.doses:
            note = f" {one.note}" if one.note else ""
            yield f"| {one.drug} | {one.use} | {one.dose}.{note} | {one.by}, {one.quality} | {_sources(one.evidence)} |"
        yield ""


def _conditions(conditions: Iterable[Condition]) -> Iterator[str]:
    by = {"guide": "the guide", "studies": "the studies", "both": "both"}
    for one in conditions:
        yield f"- {one.text} (by {by[one.by]}) {_sources(one.evidence)}".rstrip()


def _against(rung: Rung) -> Iterator[str]:
    for one in rung.against:
        named = (*one.findings, *one.cautions)
        shown = f" (raised by {_codes(named)})" if named else ""
        yield f"- {one.text}{shown} {_sources(one.evidence)}".rstrip()


def causes() -> Iterator[str]:
    """Priors side by side, then every cause."""
    settings = load().model.settings
    yield from ("### Settings", "")
    yield from (f"- `{setting}`: {meaning}" for setting, meaning in settings.items())
    yield from ("", "### The share of people in whom each is the main source", "")
    yield "Chosen figures per 100 people, with the sceptic's and the guide's where they differ. Each cause below has"
    yield "the figures that it was chosen from."
    yield from ("", f"| cause | {' | '.join(settings)} |", f"|{'---|' * (1 + len(settings))}")
    for cause in load().causes.values():
        shares = " | ".join(_shares(cause.prior[setting]) for setting in settings)
        yield f"| [{cause.name}](#{cause.id}) | {shares} |"
    yield ""
    for family, words in FAMILY_WORDS.items():
        yield from (f"### {words}", "")
        for cause in load().causes.values():
            if cause.family == family:
                yield from _cause(cause)


def _shares(prior: Prior) -> str:
    values = {value.id: value.p for value in prior.values}
    others = [f"{name} {100 * values[name]:.3g}" for name in ("sceptic", "guide") if name in values]
    return f"{100 * values[prior.chosen]:.3g}" + (f" ({', '.join(others)})" if others else "")


def _cause(cause: Cause) -> Iterator[str]:
    labels = load().findings
    yield from (f'<a id="{cause.id}"></a>', "", f"#### `{cause.id}`", "", f"**{cause.name}.** {cause.plain}.", "")
    yield from (cause.about, "", f"For a clinician: {cause.clinician}", "")
    yield f"- Textbook: {', '.join(f'{labels[name].label} (`{name}`)' for name in cause.textbook)}"
    mimics = (f"[{load().causes[name].name}](#{name})" for name in cause.nearest_mimics)
    yield from (f"- Can look like it: {', '.join(mimics)}", "")
    yield from ("| setting | value | per 100 | rests on | of | by | sources |", "|---|---|---|---|---|---|---|")
    for setting, prior in cause.prior.items():
        for value in prior.values:
            chosen = " **(chosen)**" if value.id == prior.chosen else ""
            counts = "" if value.n is None else f"{value.n:g}/{value.N:g}"
            yield (
                f"| {setting} | {value.id}{chosen} | {100 * value.p:.3g} | {value.basis} | {counts} | {value.by} |"
                f" {_sources(value.evidence)} |"
            )
    yield ""
    yield from (f"- `{setting}`: {prior.why} {prior.disputed or ''}".rstrip() for setting, prior in cause.prior.items())
    yield ""


def findings() -> str:
    """Every finding, as it is asked, examined or tested."""
    lines = ["# Findings", ""]
    lines += [
        "A finding is present, absent or not asked. These are all of them, with the words that a person is asked in.",
        "Minutes are what an answer takes; harm is what it can cost. An alarm question is asked first. A group's",
        "findings move together, so that like answers of one group share their weight.",
        "",
        _made("`src/cluneal/knowledge/findings/`"),
        "",
    ]
    known = load().findings
    for level, words in LEVEL_WORDS.items():
        lines += [f"## {words}", ""]
        for group in dict.fromkeys(sorted(one.group for one in known.values() if one.level == level)):
            lines += [f"### {load().groups[group].name}", ""]
            for one in known.values():
                if (one.level, one.group) == (level, group):
                    lines += _finding(one)
    return _whole(lines)


def codes() -> str:
    """Every code that records are read by, what it tells, and the journey looked for."""
    known, journey = load().codes, load().journey
    assert journey
    lines = [
        "# Codes",
        "",
        "What `cluneal screen` reads in records: which codes mean one concept, and which findings a concept settles. A",
        "code that is missing settles nothing. Names and reasons are ours; no code system's own texts stand here. ICD",
        "codes were checked against public code lists, the others where one was at hand. A code marked *?* was not",
        "looked up by anybody: check it before you rely on it. An ending … stands for every code that begins so.",
        "",
        _made("`src/cluneal/knowledge/codes/`"),
        "",
        "## The journey",
        "",
        journey.about,
        "",
        "| step | people left are those with | why |",
        "|---|---|---|",
    ]
    thresholds = {name: getattr(journey, name) for name in journey.__dataclass_fields__}
    numbers = {name: one for name, one in thresholds.items() if isinstance(one, Threshold)}
    values = {name: one.value for name, one in numbers.items()}
    lines += [f"| `{one.id}` | {one.name} | {one.why.format(**values)} |" for one in journey.steps]
    lines += ["", "### Its numbers", "", "| number | value | basis | why |", "|---|---|---|---|"]
    lines += [
        f"| `{name}` | {one.value} | {one.basis} | {one.why} {_sources(one.evidence)} |"
        for name, one in numbers.items()
    ]
    lines += [
        "",
        "### A treatment that did not last",
        "",
        "| finding | after | then, within days | why |",
        "|---|---|---|---|",
    ]
    for rule in journey.no_relief:
        at_least = f" on {rule.times} days" if rule.times > 1 else ""
        within = f"{_codes(rule.then)}, {rule.from_days} to {rule.until_days}"
        lines.append(f"| `{rule.finding}` | {_codes(rule.concepts)}{at_least} | {within} | {rule.why} |")
    lines += ["", f"Sides: {journey.sides_why}", ""]
    doubtful = set(unverified(known.values()))
    for role, words in ROLE_WORDS.items():
        lines += [f"## {words}", ""]
        for one in known.values():
            if one.role == role:
                lines += _concept(one, doubtful)
    return _whole(lines)


def _concept(one: Concept, doubtful: set[tuple[str, str, str]]) -> Iterator[str]:
    yield from (
        f"### `{one.id}`",
        "",
        f"{one.name}. {one.why}",
        "",
        "| system | codes | side | why |",
        "|---|---|---|---|",
    )
    for listed in one.codes:
        yield f"| {listed.system} | {_listed(one.id, listed, doubtful)} | {listed.side or ''} | {listed.why} |"
    for told in one.findings:
        value = "present" if told.present else "absent"
        within = f" within {told.within_days} days" if told.within_days else ""
        yield from ("", f"Tells [`{told.finding}`](findings.md) {value}{within}: {told.why}")
    yield ""


def _listed(concept: str, listed: CodeList, doubtful: set[tuple[str, str, str]]) -> str:
    def shown(code: str, ending: str = "") -> str:
        return f"{code}{ending}" + (" *?*" if (concept, listed.system, code) in doubtful else "")

    parts = [shown(code) for code in listed.codes] + [shown(code, "…") for code in listed.prefixes]
    without = f"; not {', '.join(f'{code}…' for code in listed.but_not)}" if listed.but_not else ""
    return ", ".join(parts) + without


def _finding(one: Finding) -> Iterator[str]:
    yield from (f"#### `{one.id}`", "", f"**{one.label}.** {one.person.ask}", "")
    yield from (f"- how to tell: {one.person.how_to_tell}", f"- why we ask: {one.person.why_we_ask}")
    yield f"- for a clinician: {one.clinician}"
    alarm = "; an alarm question" if one.alarm else ""
    yield f"- level {one.level}; group `{one.group}`; {one.minutes:g} min; harm {one.harm}{alarm}"
    if one.aliases:
        yield f"- also known as: {_codes(one.aliases)}"
    if one.aliases_when_present:
        yield f"- a yes to {_codes(one.aliases_when_present)} means this"
    if one.aliases_when_absent:
        yield f"- a no to {_codes(one.aliases_when_absent)} means a no to this"
    if one.place:
        (x_low, x_high), (y_low, y_high) = one.place.x_mm, one.place.y_mm
        yield (
            f"- where: {x_low:g} to {x_high:g} mm from the midline, {y_low:g} to {y_high:g} mm above the line between"
            " the dimples"
        )
    if one.told_by_age:
        yield f"- told by age: from {one.told_by_age[0]:g} and under {one.told_by_age[1]:g} years"
    if one.told_by_months:
        yield f"- told by how long the pain has lasted: from {one.told_by_months[0]:g} months"
    if one.told_by_sex:
        yield f"- told by sex: {one.told_by_sex}"
    if one.told_by_intensity is not None:
        least = f"{one.told_by_intensity:g} or more out of 10"
        yield f"- told by a mark: pain of {least} at a place that hurts most is a yes"
    if one.told_by_mark:
        yield "- left out when there is a mark on the map, which says it more exactly"
    if one.implies:
        yield f"- implies: {_codes(one.implies)}"
    if one.implies_absent:
        yield f"- rules out: {_codes(one.implies_absent)}"
    background = one.background
    yield (
        f"- in ordinary back pain: {100 * background.p:.3g} in 100 ({background.basis}, worth {background.weight:g}"
        f" people). {background.why} {_sources(background.evidence)}".rstrip()
    )
    yield ""


def assessment() -> str:
    """What goes in and what comes out, from the two schemas."""
    written, marker, _ = (PAGES / "assessment.md").read_text(encoding="utf-8").partition(RENDERED)
    if not marker:
        raise ValueError(f"docs/reference/assessment.md: the line {RENDERED!r} is missing; put it back")
    lines = [written + marker, "", _made("`case.schema.json` and `assessment.schema.json`"), ""]
    for name, title in (("case.schema.json", "The case"), ("assessment.schema.json", "The assessment")):
        schema = json.loads((PAGES / name).read_text(encoding="utf-8"))
        lines += [f"## {title}", "", f"[{name}]({name}). {schema['description']}", "", *_fields(schema)]
        for part, definition in schema.get("$defs", {}).items():
            if "properties" in definition:
                lines += [f"### {title}: {part}", "", definition["description"], "", *_fields(definition)]
    return _whole(lines)


def _fields(schema: Json) -> Iterator[str]:
    yield from ("| field | what | always |", "|---|---|---|")
    for name, field in schema.get("properties", {}).items():
        always = "yes" if name in schema.get("required", ()) else ""
        yield f"| `{name}` | {_kind(field)} {field.get('description', '')} | {always} |"
    for pattern, field in schema.get("patternProperties", {}).items():
        yield f"| any name like `{pattern}` | {_kind(field)} {field.get('description', '')} | |".replace("\\", "\\\\")
    yield ""


def _kind(field: Json) -> str:
    if "$ref" in field:
        return f"*{field['$ref'].rsplit('/', 1)[1]}*."
    if "enum" in field:
        return "one of " + ", ".join("nothing" if one is None else f"`{one}`" for one in field["enum"]) + "."
    if "const" in field:
        return f"always `{field['const']}`."
    kinds = field.get("type", [_kind(one).rstrip(".") for one in field.get("anyOf", ())])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    words = " or ".join("nothing" if kind == "null" else kind for kind in kinds)
    if "items" in field:
        words += f" of {_kind(field['items'])}".rstrip(".")
    limits = [f"from {field['minimum']:g}"] if "minimum" in field else []
    limits += [f"over {field['exclusiveMinimum']:g}"] if "exclusiveMinimum" in field else []
    limits += [f"to {field['maximum']:g}"] if "maximum" in field else []
    return f"{words}{' ' if limits else ''}{' '.join(limits)}."


def conformance() -> str:
    """Every conformance case with what is expected of it."""
    readme = (CONFORMANCE / "README.md").read_text(encoding="utf-8").split("\n", 1)[1].strip()
    lines = ["# Conformance cases", "", readme, "", _made("`conformance/`"), ""]
    for path in sorted(CONFORMANCE.glob("*.json")):
        case = json.loads(path.read_text(encoding="utf-8"))
        expect = case["expect"]
        first = ", ".join(f"`{cause}` {share:.3f}" for cause, share in expect["differential"][:3])
        lines += [f"## `{path.name}`", "", f"**{case['name']}.** {case['why']}", ""]
        lines += [f"- setting: `{case['setting']}`, on {case['on']}"]
        lines += [f"- triage: {expect['triage']['urgency']}; rules: {_codes(expect['triage']['fired']) or 'none'}"]
        lines += [f"- first: {first}", f"- next: {_codes(expect['next']) or 'nothing'}"]
        lines += [f"- tests: {_codes(expect['plan']['tests'])}"] if expect["plan"]["tests"] else []
        lines += [f"- referral: {_codes(expect['plan']['referral'])}"] if expect["plan"]["referral"] else []
        lines += [""]
    return _whole(lines)


def _tests(name: str) -> Any:
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    return import_module(f"tests.spec.{name}")


def _heading(name: str) -> str:
    words = name.removeprefix("test_").replace("_s_", "'s ").replace("_", " ")
    return words[0].upper() + words[1:]


def _prose(text: str | None) -> str:
    return " ".join((text or "").split())


def _made(of: str) -> str:
    return f"*Rendered from {of}. Change those, then run `python docs/build.py`.*"


def _codes(ids: Iterable[str]) -> str:
    return ", ".join(f"`{one}`" for one in ids)


def _sources(evidence: Iterable[str]) -> str:
    sources = dict.fromkeys(load().source_of[one] for one in evidence)
    return " ".join(
        f"[[{one}]]({load().sources[one].url})" if load().sources[one].url else f"[{one}]" for one in sources
    )


def _whole(lines: Iterable[str]) -> str:
    text = "\n".join(lines)
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.rstrip() + "\n"


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
