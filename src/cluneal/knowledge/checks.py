"""What pydantic cannot see: ids that lead nowhere, numbers without a source, a cause that nothing argues against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import is_dataclass
from difflib import get_close_matches
from typing import get_args

from .care import SelfCare
from .code_checks import code_problems
from .follow import Diary
from .routine import CarePlan
from .schema import Cause, Fact, Finding, Knowledge, Likelihood, Partner, PriorValue
from .terms import Harm
from .yaml_source import YamlFile

# A judgement is worth at most this many people: enough to lean, too few to outweigh a count.
MOST_PEOPLE_A_JUDGEMENT_IS_WORTH = 10
COUNTS_TOLERANCE = 0.025
PRIORS_TOLERANCE = 0.005
ARGUES_AGAINST = 0.8
STRONGEST_PAIN = 10

Number = Likelihood | Partner | PriorValue


def check(knowledge: Knowledge, files: Mapping[str, YamlFile]) -> list[str]:
    """Every problem, one line each, naming file, line and fix. Empty when the knowledge is whole."""
    return list(_Checker(knowledge, files).problems())


def facts_by_id(knowledge: Knowledge) -> dict[str, tuple[Fact, str]]:
    """Every fact with the id of its source."""
    return {fact.id: (fact, evidence.source) for evidence in knowledge.evidence.values() for fact in evidence.facts}


class _Checker:
    def __init__(self, knowledge: Knowledge, files: Mapping[str, YamlFile]) -> None:
        self.k = knowledge
        self.files = files
        self.facts = facts_by_id(knowledge)
        self.citable = {*self.facts, *knowledge.guide}

    def problems(self) -> Iterator[str]:
        yield from self._model()
        yield from self._evidence()
        yield from self._findings()
        for cause in self.k.causes.values():
            yield from self._cause(cause)
        yield from self._priors_sum_to_one()
        yield from self._redflags()
        yield from self._links()
        yield from code_problems(self.k, self.where, self.ids, self.cites)

    def where(self, file: str, *at: str | int) -> str:
        source = self.files.get(file)
        return source.where(at) if source else file

    def unknown(self, where: str, what: str, given: str, known: Iterable[str]) -> str:
        close = get_close_matches(given, list(known), 1)
        return f"{where}: {given}: no such {what}." + (
            f" Did you mean {close[0]}?" if close else " Add it or correct it."
        )

    def ids(
        self, file: str, at: tuple[str | int, ...], given: Iterable[str], what: str, known: Iterable[str]
    ) -> Iterator[str]:
        known = known if isinstance(known, (dict, set)) else set(known)
        for one in given:
            if one not in known:
                yield self.unknown(self.where(file, *at), what, one, known)

    def cites(self, file: str, at: tuple[str | int, ...], given: Iterable[str]) -> Iterator[str]:
        yield from self.ids(file, at, given, "fact in evidence/ or guide/", self.citable)

    def number(self, file: str, at: tuple[str | int, ...], value: Number) -> Iterator[str]:
        """A probability inside (0, 1), with its counts or its reason, resting only on usable facts."""
        where = self.where(file, *at)
        if not 0 < value.p < 1:
            yield f"{where}: p is {value.p}; a probability lies inside (0, 1), because nothing is impossible"
        weight = getattr(value, "weight", 1.0)
        if weight <= 0:
            yield f"{where}: weight is {weight}; say how many people this is worth"
        if value.basis == "judgement" and weight > MOST_PEOPLE_A_JUDGEMENT_IS_WORTH:
            yield f"{where}: a judgement weighs {weight}; at most {MOST_PEOPLE_A_JUDGEMENT_IS_WORTH}"
        if value.basis != "judgement" and not value.evidence:
            yield f"{where}: {value.basis} without evidence; name the fact, or say judgement"
        if value.basis == "counts":
            if value.n is None or not value.N or not 0 <= value.n <= value.N:
                yield f"{where}: counts need n and N with 0 <= n <= N"
            elif abs(value.p - value.n / value.N) > COUNTS_TOLERANCE:
                yield f"{where}: p is {value.p} but n/N is {value.n / value.N:.3f}; correct one, or say derived"
        yield from self.cites(file, at, value.evidence)
        for one in value.evidence:
            fact = self.facts.get(one, (None, ""))[0]
            if fact and (fact.provenance == "unverified" or fact.check == "doubtful"):
                worst = "unverified" if fact.provenance == "unverified" else "doubtful"
                yield f"{where}: {one} is {worst} and never calculated with; remove it"

    def _model(self) -> Iterator[str]:
        """The numbers of the reasoning, and of the groups."""
        model, file = self.k.model, "knowledge/model.yaml"
        yield from self.ids(file, ("reference_cause",), [model.reference_cause], "cause", self.k.causes)
        yield from self.cites(file, ("power_evidence",), model.power_evidence)
        if not 0 < model.cannot_tell < 1:
            yield f"{self.where(file, 'cannot_tell')}: cannot_tell is {model.cannot_tell}; it lies inside (0, 1)"
        if model.power <= 0 or model.draws < 1:
            at = "power" if model.power <= 0 else "draws"
            yield f"{self.where(file, at)}: {at} is {getattr(model, at)}; it is above 0"
        for harm in get_args(Harm):
            if harm not in model.harm_minutes:
                yield f"{self.where(file, 'harm_minutes')}: no minutes for {harm}; add them"
        for group in self.k.groups.values():
            where = self.where("knowledge/groups.yaml", group.id)
            if not 0 <= group.correlation <= 1:
                yield f"{where}: correlation is {group.correlation}; it lies from 0 to 1"
            yield from self.cites("knowledge/groups.yaml", (group.id,), group.evidence)

    def _evidence(self) -> Iterator[str]:
        counted = Counter(fact.id for evidence in self.k.evidence.values() for fact in evidence.facts)
        for stem, evidence in self.k.evidence.items():
            file = f"evidence/{stem}.yaml"
            if evidence.source != stem:
                yield f"{self.where(file, 'source')}: source {evidence.source} in a file named {stem}; rename one"
            yield from self.ids(file, ("source",), [evidence.source], "source in bibliography.json", self.k.sources)
            for i, fact in enumerate(evidence.facts):
                if counted[fact.id] > 1:
                    yield f"{self.where(file, 'facts', i)}: {fact.id} stands twice; ids are unique"
        for stem, claim in self.k.guide.items():
            yield from self.ids(
                f"guide/{stem}.yaml",
                ("source",),
                [claim.source],
                "source in bibliography.json",
                self.k.sources,
            )
            yield from self.cites(f"guide/{stem}.yaml", ("evidence",), claim.evidence)
            about = [claim.cause] if claim.cause else []
            yield from self.ids(f"guide/{stem}.yaml", ("cause",), about, "cause", self.k.causes)

    def _findings(self) -> Iterator[str]:
        names = Counter(
            name
            for finding in self.k.findings.values()
            for name in (finding.id, *finding.aliases, *finding.aliases_when_present)
        )
        yield from self.ids("model.yaml", ("alarm_pages",), self.k.model.alarm_order, "finding", self.k.findings)
        for finding in self.k.findings.values():
            file = f"findings/{finding.id}.yaml"
            yield from self._finding(file, finding)
            ordered = finding.id in self.k.model.alarm_order
            if self.k.model.alarm_order and ordered != (finding.alarm and finding.level == "ask"):
                yield f"{self.where(file, 'alarm')}: alarm questions and alarm_pages in model.yaml differ; mend one"
            for name in (*finding.aliases, *finding.aliases_when_present):
                if names[name] > 1:
                    yield f"{self.where(file, 'aliases')}: {name} names two findings; keep one"

        said_yes = {name for finding in self.k.findings.values() for name in finding.aliases_when_present}
        said_no = {name for finding in self.k.findings.values() for name in finding.aliases_when_absent}
        for name in sorted(said_yes ^ said_no):
            yield f"findings/: {name} is an old name for a yes or a no alone; say which finding the other is"

    def _finding(self, file: str, finding: Finding) -> Iterator[str]:
        yield from self.number(file, ("background",), finding.background)
        yield from self.ids(file, ("group",), [finding.group], "group in groups.yaml", self.k.groups)
        for at in ("implies", "implies_absent"):
            yield from self.ids(file, (at,), getattr(finding, at), "finding", self.k.findings)
        if not (finding.person.ask.strip() and finding.person.how_to_tell.strip() and finding.clinician.strip()):
            yield f"{self.where(file, 'person')}: no plain wording; a finding is asked in words that a person knows"
        if finding.level == "examine" and finding.by is None:
            yield f"{self.where(file, 'level')}: no by; say who can examine it safely: person, helper or clinician"
        if finding.level != "examine" and finding.by is not None:
            yield f"{self.where(file, 'by')}: only what is examined has it; remove it, or make the level examine"
        if finding.by in ("person", "helper") and finding.picture is None:
            yield f"{self.where(file, 'by')}: no picture; name the figure that shows how"
        pain = finding.told_by_intensity
        if pain is not None and not 0 < pain <= STRONGEST_PAIN:
            yield f"{self.where(file, 'told_by_intensity')}: told_by_intensity is {pain}; pain goes from 0 to 10"
        if finding.minutes <= 0:
            yield f"{self.where(file, 'minutes')}: minutes is {finding.minutes}; every question takes time"

    def _cause(self, cause: Cause) -> Iterator[str]:
        file = f"causes/{cause.id}.yaml"
        for name, likelihood in cause.findings.items():
            yield from self.ids(file, ("findings", name), [name], "finding", self.k.findings)
            yield from self.number(file, ("findings", name), likelihood)
        for form_id, form in cause.forms.items():
            yield from self.cites(file, ("forms", form_id), form.evidence)
            for name, likelihood in form.findings.items():
                at = ("forms", form_id, "findings", name)
                yield from self.ids(file, at, [name], "finding", self.k.findings)
                yield from self.number(file, at, likelihood)
        if cause.forms and abs(sum(form.share for form in cause.forms.values()) - 1) > PRIORS_TOLERANCE:
            yield f"{self.where(file, 'forms')}: the shares do not sum to 1; correct them"
        for other, partner in cause.coexists_with.items():
            if other == cause.id:
                yield f"{self.where(file, 'coexists_with', other)}: a cause beside itself; remove it"
            yield from self.ids(file, ("coexists_with", other), [other], "cause", self.k.causes)
            yield from self.number(file, ("coexists_with", other), partner)
        yield from self.ids(file, ("prior",), cause.prior, "setting in model.yaml", self.k.model.settings)
        for setting in self.k.model.settings:
            prior = cause.prior.get(setting)
            if prior is None:
                yield f"{self.where(file, 'prior')}: no prior for {setting}; add one"
                continue
            place = ("prior", setting)
            if prior.weight <= 0:
                yield f"{self.where(file, *place)}: weight is {prior.weight}; say how many people this is worth"
            yield from self.ids(
                file, place, [prior.chosen], "value in this prior", {value.id for value in prior.values}
            )
            for i, value in enumerate(prior.values):
                yield from self.number(file, (*place, "values", i), value)
        yield from self.ids(file, ("nearest_mimics",), cause.nearest_mimics, "cause", self.k.causes)
        yield from self.ids(file, ("textbook",), cause.textbook, "finding", self.k.findings)
        yield from self.cites(file, ("pain_site", "evidence"), cause.pain_site.evidence)
        for part in ("worst", "spread"):
            weights = [one.weight for one in getattr(cause.pain_site, part)]
            if weights and abs(sum(weights) - 1) > PRIORS_TOLERANCE:
                yield f"{self.where(file, 'pain_site', part)}: the weights do not sum to 1; correct them"
        if cause.id != self.k.model.reference_cause and not any(
            name in self.k.findings and likelihood.p < ARGUES_AGAINST * self.k.findings[name].background.p
            for name, likelihood in cause.findings.items()
        ):
            yield f"{self.where(file, 'findings')}: nothing argues against it; add a finding that is rarer with it"

    def _priors_sum_to_one(self) -> Iterator[str]:
        for setting in self.k.model.settings:
            total = sum(
                value.p
                for cause in self.k.causes.values()
                if setting in cause.prior
                for value in cause.prior[setting].values
                if value.id == cause.prior[setting].chosen
            )
            if abs(total - 1) > PRIORS_TOLERANCE:
                yield f"causes/: the chosen priors for {setting} sum to {total:.4f}; adjust them to 1"

    def _redflags(self) -> Iterator[str]:
        for rule in self.k.redflags.values():
            file = f"redflags/{rule.id}.yaml"
            for at in ("all_of", "any_of", "none_of", "unless_known"):
                yield from self.ids(file, (at,), getattr(rule, at), "finding", self.k.findings)
            yield from self.ids(file, ("suspects",), [rule.suspects] if rule.suspects else [], "cause", self.k.causes)
            yield from self.cites(file, ("evidence",), rule.evidence)
            if not rule.evidence:
                yield f"{self.where(file, 'evidence')}: a rule without a source; name one"
            if not rule.suspects and not rule.unless_known:
                yield f"{self.where(file)}: suspects: missing; name the cause that it looks for"
            if not rule.all_of and not rule.any_of and not rule.unless_known:
                yield f"{self.where(file)}: a rule without a finding would always fire; add all_of or any_of"

    def _links(self) -> Iterator[str]:
        """Ids in the files that say what to do."""
        known = {
            "finding": self.k.findings,
            "cause": self.k.causes,
            "claim in guide/": self.k.guide,
            "rule in redflags/": self.k.redflags,
        }
        fields = {
            "guide_claims": "claim in guide/",
            "answers": "finding",
            "findings": "finding",
            "suits": "finding",
            "avoid_if": "finding",
            "when_open": "finding",
            "when_present": "finding",
            "settled_by": "finding",
            "when_cause": "cause",
            "separates": "cause",
            "rules": "rule in redflags/",
        }
        for folder in ("tests", "ladder", "selfcare", "prevention", "referral", "visit_questions", "faq"):
            for stem, thing in getattr(self.k, folder).items():
                file = f"{folder}/{stem}.yaml"
                for name, what in fields.items():
                    yield from self.ids(file, (name,), getattr(thing, name, ()), what, known[what])
                for at, cited in _citations(thing):
                    yield from self.cites(file, at, cited)
        yield from self._conditions()
        yield from self._cautions()
        yield from self._block()
        yield from self._scales()
        for part in ("landmarks", "trigger_points", "lines", "nerves"):
            for i, point in enumerate(getattr(self.k.anatomy, part)):
                yield from self.cites(f"anatomy/{part}.yaml", (i,), point.evidence)
                crosses, cause = getattr(point, "crosses", None), getattr(point, "cause", None)
                yield from self.cites(f"anatomy/{part}.yaml", (i, "crosses"), crosses.evidence if crosses else ())
                yield from self.ids(
                    f"anatomy/{part}.yaml", (i, "cause"), [cause] if cause else [], "cause", self.k.causes
                )
        yield from self.cites("anatomy/frame.yaml", ("evidence",), self.k.anatomy.frame.evidence)
        yield from self._marks()

    def _marks(self) -> Iterator[str]:
        """What a mark answers."""
        for part, names in (("regions", ("finding", "spread_finding")), ("characters", ("finding",))):
            things = getattr(self.k.anatomy, part)
            counted = Counter(thing.id for thing in things)
            for i, thing in enumerate(things):
                file = f"anatomy/{part}.yaml"
                if counted[thing.id] > 1:
                    yield f"{self.where(file, i)}: {thing.id} stands twice; ids are unique"
                for name in names:
                    answered = getattr(thing, name)
                    yield from self.ids(file, (i, name), [answered] if answered else [], "finding", self.k.findings)

    def _conditions(self) -> Iterator[str]:
        """Ids in the ladder's conditions and contraindications."""
        definitions = {one.id for test in self.k.tests.values() for one in test.definitions}
        for rung in self.k.ladder.values():
            file = f"ladder/{rung.id}.yaml"
            for part in ("enter", "stay", "leave"):
                for i, condition in enumerate(getattr(rung, part)):
                    named = (*condition.findings_present, *condition.findings_any)
                    yield from self.ids(file, (part, i), named, "finding", self.k.findings)
                    wanted = [condition.block_definition] if condition.block_definition else []
                    yield from self.ids(file, (part, i), wanted, "definition in tests/", definitions)
            for i, caution in enumerate(rung.against):
                yield from self.ids(file, ("against", i), caution.findings, "finding", self.k.findings)

    def _cautions(self) -> Iterator[str]:
        """What bears on a treatment: each caution is of use and has a reason, each dose has a source."""
        kinds = {kind for rung in self.k.ladder.values() for kind in rung.treatment_kinds}
        named: set[str] = set()
        for rung in self.k.ladder.values():
            file = f"ladder/{rung.id}.yaml"
            for i, one in enumerate(rung.against):
                named.update(one.cautions)
                yield from self.ids(file, ("against", i), one.cautions, "caution", self.k.cautions)
                yield from self.ids(file, ("against", i), one.treatments, "treatment here", rung.treatment_kinds)
            for i, dose in enumerate(rung.doses):
                if not dose.evidence:
                    yield f"{self.where(file, 'doses', i)}: a dose without a source; name the fact, or leave it out"
        for caution in self.k.cautions.values():
            file = f"cautions/{caution.id}.yaml"
            yield from self.cites(file, ("evidence",), caution.evidence)
            yield from self.ids(file, ("findings",), caution.findings, "finding", self.k.findings)
            yield from self.ids(file, ("treatments",), caution.treatments, "treatment on the ladder", kinds)
            if caution.id not in named:
                yield f"{self.where(file)}: asked for nothing; name it in `against` of a rung, or remove it"
            if caution.basis != "judgement" and not caution.evidence:
                yield f"{self.where(file, 'basis')}: {caution.basis} without evidence; name the fact, or say judgement"

    def _block(self) -> Iterator[str]:
        """The finding and the definition that a block answers by."""
        for test in self.k.tests.values():
            file = f"tests/{test.id}.yaml"
            definitions = {one.id for one in test.definitions}
            for i, target in enumerate(test.targets):
                yield from self.ids(file, ("targets", i), [target.finding], "finding", self.k.findings)
                yield from self.ids(file, ("targets", i), [target.definition], "definition here", definitions)

    def _scales(self) -> Iterator[str]:
        """Scores over time: a range, an owner who is respected, and a change that matters with its source."""
        for scale in self.k.scales.values():
            file = f"scales/{scale.id}.yaml"
            if not scale.low < scale.high:
                yield f"{self.where(file, 'low')}: from {scale.low:g} to {scale.high:g}; the low end is below the high"
            if (scale.given == "parts") != bool(scale.parts):
                yield f"{self.where(file, 'parts')}: given by {scale.given}; name parts when, and only when, by parts"
            if (scale.every_days is None) != (scale.every_why is None):
                yield f"{self.where(file, 'every_days')}: every_days and every_why go together; add the other"
            least = scale.smallest_change
            if not 0 < least.points < scale.high - scale.low:
                yield f"{self.where(file, 'smallest_change')}: points is {least.points:g}; it lies inside the scale"
            if least.basis != "judgement" and not least.evidence:
                yield f"{self.where(file, 'smallest_change')}: {least.basis} without evidence; name the fact"
            for at, cited in (("smallest_change", least.evidence), ("licence", scale.licence.evidence)):
                yield from self.cites(file, (at, "evidence"), cited)
            if scale.licence.items_may_stand_here and any(
                self.facts[one][0].provenance == "unverified" for one in scale.licence.evidence if one in self.facts
            ):
                yield f"{self.where(file, 'licence')}: items may stand here by a licence that nobody read; say false"
            for one in least.evidence:
                fact = self.facts.get(one, (None, ""))[0]
                if fact and (fact.provenance == "unverified" or fact.check == "doubtful"):
                    yield f"{self.where(file, 'smallest_change')}: {one} is never calculated with; remove it"
        if self.k.diary:
            yield from self._diary(self.k.diary)
        if self.k.care_plan:
            yield from self._care_plan(self.k.care_plan)

    def _diary(self, diary: Diary) -> Iterator[str]:
        file = "knowledge/diary.yaml"
        yield from self.cites(file, ("alarms_again", "evidence"), diary.alarms_again.evidence)
        for name in ("stopped", "did"):
            ids = [one.id for one in getattr(diary, name)]
            if len(ids) != len(set(ids)):
                yield f"{self.where(file, name)}: an id stands twice; ids are unique"
        for one in diary.did:
            if one.id in self.k.selfcare:
                yield f"{self.where(file, 'did')}: {one.id} is self-care already; remove it here"
        *ends, last = [pace.until_days or 0 for pace in diary.rhythm.paces] or [1]
        if last or 0 in ends or ends != sorted(ends):
            yield f"{self.where(file, 'rhythm')}: paces end later and later, and the last has no until_days"
        if any(pace.every_days < 1 for pace in diary.rhythm.paces):
            yield f"{self.where(file, 'rhythm')}: every_days is at least 1"
        if not 0 < diary.tendencies.sure < 1:
            yield f"{self.where(file, 'tendencies')}: sure is {diary.tendencies.sure}; it lies inside (0, 1)"

    def _care_plan(self, plan: CarePlan) -> Iterator[str]:
        """Measures that can be planned, and rules that lead somewhere."""
        for item in self.k.selfcare.values():
            yield from self._planned(item)
        file = "knowledge/care_plan.yaml"
        for at, cited in _citations(plan):
            yield from self.cites(file, at, cited)
        reasons = [one.id for one in plan.stops.reasons]
        yield from self.ids(file, ("stops",), [plan.stops.unsaid], "reason here", reasons)
        for part, named in (("stops", reasons), ("reminders", [one.id for one in plan.reminders])):
            if len(named) != len(set(named)):
                yield f"{self.where(file, part)}: an id stands twice; ids are unique"
        for i, one in enumerate(plan.reminders):
            yield from self.ids(file, ("reminders", i), one.prevention, "risk in prevention/", self.k.prevention)
            yield from self.ids(file, ("reminders", i), one.selfcare, "measure in selfcare/", self.k.selfcare)
            if one.usual not in one.choices or min(one.choices) < 1:
                yield f"{self.where(file, 'reminders', i)}: {one.id}: usual is one of choices, and each is at least 1"

    def _planned(self, item: SelfCare) -> Iterator[str]:
        file, dose = f"selfcare/{item.id}.yaml", item.dose
        if dose is None:
            yield f"{self.where(file)}: dose: missing; say how often, and how it grows"
            return
        if not dose.lowest <= 0 <= dose.highest or min(dose.every_days, dose.times_a_day) < 1:
            yield f"{self.where(file, 'dose')}: lowest is at most 0, highest at least 0, and it is done at least once"
        growing = [one for one in item.steps if one.grows]
        fewest = [one.repeats + dose.lowest * dose.repeats_a_level for one in growing]
        shortest = [one.seconds + dose.lowest * dose.seconds_a_level for one in growing if one.seconds]
        if min([*fewest, *shortest], default=1) < 1:
            yield f"{self.where(file, 'dose')}: at the lowest level nothing is left of a step; raise lowest"
        for i, caution in enumerate(item.may_provoke):
            yield from self.ids(file, ("may_provoke", i), caution.causes, "cause", self.k.causes)
            if not caution.evidence:
                yield f"{self.where(file, 'may_provoke', i)}: a caution without evidence; name the fact"
            if any(not 1 <= one.step <= len(item.steps) for one in caution.instead):
                yield f"{self.where(file, 'may_provoke', i)}: step counts from 1 to {len(item.steps)}; correct it"


def _citations(thing: object) -> Iterator[tuple[tuple[str | int, ...], tuple[str, ...]]]:
    """Evidence lists anywhere in a thing, with their place."""
    for name in getattr(thing, "__dataclass_fields__", {}):
        value = getattr(thing, name)
        if name in ("evidence", "false_positive") and all(isinstance(one, str) for one in value):
            yield (name,), value
        elif is_dataclass(value):
            for at, cited in _citations(value):
                yield (name, *at), cited
        elif isinstance(value, tuple):
            for i, item in enumerate(value):
                for at, cited in _citations(item):
                    yield (name, i, *at), cited
