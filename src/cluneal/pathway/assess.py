"""The one call in the middle: a case in, an assessment out. Pure: same case, same day, same answer, on every door."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from ..anatomy import BadMark, Located, Mark, in_words, nerves_within
from ..knowledge.care import Rung, Test
from ..knowledge.draws import Draws
from ..knowledge.schema import Finding, Knowledge
from ..reasoning import (
    Contradiction,
    Differential,
    Findings,
    Model,
    Question,
    UnknownFinding,
    collect,
    compile,
    worth_asking,
)
from ..reasoning.evidence import implied_by
from ..reasoning.explain import Argument, arguments_for
from .block import NEGATIVE, POSITIVE, BlockReading, at_the_nerve, find_drug, find_target, read_block
from .case import BadCase, Block, Case
from .cautions import states, weigh
from .frequency import in_people
from .ladder import Held, Ladder, Standing, ladder
from .places import Places
from .plan import prevention, referral, self_care, tests_to_settle, visit_questions
from .triage import Triage, open_alarms, triage

BLOCK_TEST = "diagnostic_block"
MOST_NEXT = 12
LEVELS = ("ask", "examine", "test")
OTHER_TREATMENT = "other"
GUIDE = "patientguide"
DISPUTED = ("sceptic", "guide")

Json = dict[str, Any]


class Assessor:
    """The knowledge with its models compiled once, ready for any number of cases."""

    def __init__(self, knowledge: Knowledge, draws: Draws | None = None, prior: str = "chosen") -> None:
        self.knowledge = knowledge
        self.prior = prior
        self._draws = draws
        self._models: dict[tuple[str, str], Model] = {}
        self._sources = knowledge.source_of

    def model(self, setting: str, prior: str | None = None) -> Model:
        """The compiled model of a setting."""
        key = (setting, prior or self.prior)
        if key not in self._models:
            known = next(iter(self._models.values()), None)
            self._models[key] = (
                known.with_prior(key[1], setting) if known else compile(self.knowledge, *key, draws=self._draws)
            )
        return self._models[key]

    def findings(self, case: Case, today: date) -> Findings:
        """Everything the case says, as findings of the vocabulary, blocks and marks included.

        Raises:
            BadCase: an unknown finding, a contradiction, or a mark off the map.
        """
        vocabulary = self.knowledge.findings
        answers = dict(case.findings)
        for name, positive in _from_blocks(case.blocks, self._block_test()).items():
            if answers.get(name) is None:
                answers[name] = positive
        try:
            places = Places.of(case, self.knowledge.anatomy)

            def gather() -> Findings:
                return collect(vocabulary, answers, case.age, case.sex, case.months_of_pain(today), places.worst)

            found = gather()
            for name in places.answered(vocabulary.values()):
                # What was said in words holds against what was painted.
                if not found.known(name) and can_be_present(name, found, vocabulary):
                    answers[name] = True
                    found = gather()
        except (UnknownFinding, Contradiction, BadMark) as problem:
            raise BadCase(str(problem)) from problem
        # The worst place is scored as a place. The question that it answers is not asked, nor scored once more.
        told = {name: True for name in places.told_by_worst() if can_be_present(name, found, vocabulary)}
        return replace(found, inferred=told | dict(found.inferred)) if told else found

    def questions(self, model: Model, findings: Findings, levels: Sequence[str] = LEVELS) -> list[Question]:
        """What could be asked next, best first, without what the answers rule out already.

        Somebody without pain in the leg is not asked whether it runs below the knee. Alarm questions are always kept.
        """
        vocabulary = self.knowledge.findings
        return [
            one
            for one in model.next_questions(findings, levels)
            if one.alarm or can_be_present(one.finding, findings, vocabulary)
        ]

    def ranking(self, setting: str, findings: Findings, prior: str) -> Json:
        """`differential` and `cannot_tell` of an assessment, under another prior than this one's own.

        Raises:
            UnknownSetting: no such setting or prior.
        """
        model = self.model(setting, prior)
        result = model.differential(findings)
        return {"differential": self._differential(model, result), "cannot_tell": _share(result.cannot_tell)}

    def assess(self, case: Case, today: date) -> Json:
        """The assessment as plain data; its JSON Schema is `docs/reference/assessment.schema.json`.

        Raises:
            BadCase: see `findings`.
        """
        knowledge = self.knowledge
        findings = self.findings(case, today)
        model = self.model(case.setting)
        result = model.differential(findings)
        questions = self.questions(model, findings)
        urgency = triage(findings, knowledge.redflags.values(), case.age)
        blocks = [read_block(block, self._block_test()) for block in case.blocks]
        cluneal = [i for i, block in enumerate(case.blocks) if at_the_nerve(block, self._block_test())]
        standing = Standing(
            findings,
            case.months_of_pain(today),
            [self._by_drug(case.blocks[i]) for i in cluneal],
            [blocks[i] for i in cluneal],
            case.treatments,
            True if urgency.alarm else (False if urgency.screened else None),
        )
        answer: Json = {"id": case.id} if case.id is not None else {}
        answer |= {
            "setting": case.setting,
            "prior": self.prior,
            "triage": self._triage(urgency, findings),
            "differential": self._differential(model, result),
            "cannot_tell": _share(result.cannot_tell),
            "speaking": self._speaking(result, findings),
            "disputed_prior": self._disputed(case.setting, findings, result),
            "mark": self._mark(findings, case),
            "notes": self._notes(case),
            "next": _next(model, questions),
            "blocks": [row for i, reading in enumerate(blocks) for row in self._block(i, reading)],
            "plan": {
                "tests": [
                    self._test(one.test, one.value, one.answers) for one in tests_to_settle(questions, knowledge.tests)
                ],
                "ladder": self._ladder(ladder(standing, knowledge.ladder)),
                "cautions": self._cautions(case, findings),
                "self_care": [
                    {
                        "id": one.id,
                        "name": one.name,
                        "text": one.person,
                        "stop_if": one.stop_if,
                        "quality": one.quality,
                        "sources": self.sources(one.evidence),
                    }
                    for one in self_care(findings, urgency, knowledge.selfcare)
                ],
                "prevention": [
                    {
                        "id": one.id,
                        "risk": one.risk,
                        "text": one.person,
                        "quality": one.quality,
                        "sources": self.sources(one.evidence),
                    }
                    for one in prevention(findings, knowledge.prevention)
                ],
                "referral": [
                    {
                        "id": one.id,
                        "text": one.safe_version,
                        "see": one.see,
                        "guide_says": one.guide_says,
                        "sources": self.sources(one.evidence),
                    }
                    for one in referral(urgency, knowledge.referral)
                ],
                "visit_questions": [
                    {
                        "id": one.id,
                        "ask": one.ask,
                        "because": one.because,
                        "sources": self.sources(one.evidence),
                    }
                    for one in visit_questions(findings, result, knowledge.visit_questions)
                ],
            },
        }
        return answer

    def sources(self, evidence: Iterable[str]) -> list[str]:
        """Source ids behind fact or claim ids, each once, in order."""
        return list(dict.fromkeys(self._sources[one] for one in evidence))

    def _block_test(self) -> Test:
        return self.knowledge.tests[BLOCK_TEST]

    def _by_drug(self, block: Block) -> Block:
        """The block with its drug's own name: "lidocaine 1 %" and "lignocaine" are one drug."""
        drug = find_drug(block.drug, self._block_test().drugs) if block.drug else None
        return replace(block, drug=drug.id) if drug else block

    def _triage(self, found: Triage, findings: Findings) -> Json:
        alarms = self.knowledge.model.alarm_order
        return {
            "urgency": found.urgency,
            "screened": found.screened,
            "fired": [
                {
                    "rule": rule.id,
                    "urgency": rule.urgency,
                    "suspects": rule.suspects,
                    "why": rule.person,
                    "clinician": rule.clinician,
                    "sources": self.sources(rule.evidence),
                }
                for rule in found.fired
            ],
            "not_asked": open_alarms(findings, self.knowledge.redflags.values(), alarms),
        }

    def _differential(self, model: Model, result: Differential) -> list[Json]:
        arguments = arguments_for(model, result)
        rows = []
        for cause, share in result.causes.items():
            known = self.knowledge.causes[cause]
            rows.append(
                {"cause": cause, "name": known.name, "plain": known.plain}
                | _share(share)
                | {
                    "for": [self._argument(one) for one in arguments[cause] if one.weight > 0],
                    "against": [self._argument(one) for one in arguments[cause] if one.weight < 0],
                }
            )
        return rows

    def _argument(self, one: Argument) -> Json:
        return {
            "finding": one.finding,
            "present": one.present,
            "weight": round(one.weight, 3),
            "basis": one.basis,
            "sources": self.sources(one.evidence),
        }

    def _speaking(self, result: Differential, findings: Findings) -> Json:
        """How many answers of the person's own speak of a cause, the mark among them, and whether that is enough.

        Alarm questions, age and sex do not count: with those alone the ranking is that of anybody with back pain.
        """
        told = (self.knowledge.findings[one.finding] for one in result.scored)
        own = sum(not (one.alarm or one.told_by_age or one.told_by_sex) for one in told)
        answers = own + (findings.located is not None)
        return {"answers": answers, "enough": answers >= self.knowledge.model.answers_to_rank}

    def _disputed(self, setting: str, findings: Findings, result: Differential) -> list[Json]:
        """How the leading disputed causes move when the sceptic's or the guide's prior is taken instead."""
        disputed = [
            cause.id
            for cause in self.knowledge.causes.values()
            if all(any(value.id == view for value in cause.prior[setting].values) for view in DISPUTED)
        ]
        views = {view: self.model(setting, view).differential(findings, intervals=False) for view in DISPUTED}
        return [
            {"cause": cause, self.prior: round(result.causes[cause].probability, 6)}
            | {view: round(views[view].causes[cause].probability, 6) for view in DISPUTED}
            for cause in disputed
        ]

    def _mark(self, findings: Findings, case: Case) -> Json | None:
        if findings.located is None or case.mark is None:
            return None
        near = nerves_within(findings.located, self.knowledge.anatomy)
        others = Places.of(case, self.knowledge.anatomy).others
        return {
            **self._said(case.mark, findings.located),
            "nerves": [{"nerve": one.id, "name": one.name, "mm": round(one.distance_mm)} for one in near],
            "others": [{**self._said(mark, located), "spread": mark.spread} for mark, located in others],
        }

    def _said(self, mark: Mark, located: Located) -> Json:
        known = {one.id: one.plain for one in self.knowledge.anatomy.characters}
        return {
            "words": in_words(located, self.knowledge.anatomy),
            "intensity": mark.intensity,
            "character": [known[one] for one in mark.character],
        }

    def _block(self, number: int, reading: BlockReading) -> Iterable[Json]:
        for one in reading.verdicts:
            # The guide's own rule is the guide's, whatever study its claim was held against.
            sources = [*([GUIDE] if one.is_guide else []), *self.sources(one.evidence)]
            yield {
                "block": number,
                "definition": one.definition,
                "name": one.name,
                "verdict": one.verdict,
                "why": one.why,
                "source": next(iter(sources), None),
                "sources": list(dict.fromkeys(sources)),
            }
        yield {
            "block": number,
            "definition": "expected_duration",
            "name": "How long the drug is expected to numb",
            "verdict": reading.duration.verdict,
            "why": reading.duration.why,
            "source": next(iter(self.sources(reading.duration.evidence)), None),
            "sources": self.sources(reading.duration.evidence),
        }

    def _notes(self, case: Case) -> list[str]:
        """What was kept and counts for nothing, so that nobody thinks it did."""
        notes = []
        known = [OTHER_TREATMENT, *treatment_kinds(self.knowledge.ladder)]
        for i, treatment in enumerate(case.treatments):
            if treatment.kind not in known:
                hint = _nearest(treatment.kind, known)
                notes.append(f"treatments[{i}].kind: {treatment.kind!r} stands on no rung of the ladder.{hint}")
        for i, block in enumerate(case.blocks):
            if block.target and not find_target(block.target, self._block_test()):
                names = [name for one in self._block_test().targets for name in one.names]
                hint = _nearest(block.target, names)
                notes.append(f"blocks[{i}].target: {block.target!r} answers no finding.{hint}")
        for name in case.health:
            if name not in self.knowledge.cautions:
                notes.append(f"health.{name}: bears on no treatment.{_nearest(name, list(self.knowledge.cautions))}")
        return notes

    def _cautions(self, case: Case, findings: Findings) -> list[Json]:
        """Reasons for care with a treatment that lie in what was said, in the order of the ladder."""
        cautions = self.knowledge.cautions
        known = states(cautions.values(), case.health, findings, case.treatments)
        return [
            {
                "rung": rung.id,
                "text": one.against.text,
                "because": [*one.cautions, *one.findings],
                "sources": self.sources(one.against.evidence),
            }
            for rung in sorted(self.knowledge.ladder.values(), key=lambda rung: rung.order)
            for one in weigh(rung, known, findings).yours
        ]

    def _test(self, test: Test, value: float, answers: tuple[str, ...]) -> Json:
        return {
            "id": test.id,
            "name": test.name,
            "value": round(value, 4),
            "answers": list(answers),
            "can_settle": test.can_settle,
            "cannot_settle": test.cannot_settle,
            "harm": test.harm_text,
            "sources": self.sources(test.evidence),
        }

    def _ladder(self, found: Ladder) -> Json:
        return {
            "here": found.here,
            "rungs": [
                {
                    "id": stand.rung.id,
                    "name": stand.rung.name,
                    "tried": stand.tried,
                    "open_by_guide": stand.open_by("guide"),
                    "open_by_studies": stand.open_by("studies"),
                    "enter": [self._held(one) for one in stand.enter],
                    "stay": [self._held(one) for one in stand.stay],
                    "leave": [self._held(one) for one in stand.leave],
                    "against": [{"text": one.text, "sources": self.sources(one.evidence)} for one in stand.against],
                    "guide_says": stand.rung.guide_says,
                    "studies_say": stand.rung.studies_say,
                    "sceptics_say": stand.rung.sceptics_say,
                }
                for stand in found.rungs
            ],
        }

    def _held(self, one: Held) -> Json:
        return {
            "text": one.condition.text,
            "by": one.condition.by,
            "holds": one.holds,
            "sources": self.sources(one.condition.evidence),
        }


def assess(knowledge: Knowledge, case: Case, today: date, prior: str = "chosen", draws: Draws | None = None) -> Json:
    """One case assessed. For many, keep an `Assessor`."""
    return Assessor(knowledge, draws, prior).assess(case, today)


def can_be_present(name: str, findings: Findings, vocabulary: Mapping[str, Finding]) -> bool:
    """False when an answer rules the finding out: it would imply one that is absent, or exclude one that is present."""
    follows = {name} | implied_by(name, vocabulary)
    return not any(
        findings.get(one) is False or any(findings.get(other) for other in vocabulary[one].implies_absent)
        for one in follows
    )


def treatment_kinds(rungs: Mapping[str, Rung]) -> list[str]:
    """The kinds of treatment that the ladder knows, in the order of its rungs."""
    kinds: dict[str, None] = {}
    for rung in sorted(rungs.values(), key=lambda one: one.order):
        kinds |= dict.fromkeys(rung.treatment_kinds)
        for condition in (*rung.enter, *rung.stay, *rung.leave):
            kinds |= dict.fromkeys((*condition.treatment_kinds, *condition.treatment_helped))
    return list(kinds)


def _from_blocks(blocks: Iterable[Block], test: Test) -> dict[str, bool]:
    """What the blocks answer: positive when any is, negative when one is and none is positive."""
    found: dict[str, bool] = {}
    for block in blocks:
        target = find_target(block.target, test)
        if target is None:
            continue
        verdict = read_block(block, test).verdict(target.definition)
        if verdict == POSITIVE:
            found[target.finding] = True
        elif verdict == NEGATIVE:
            found.setdefault(target.finding, False)
    return found


def _nearest(name: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, known, 1)
    return f" Did you mean {close[0]}?" if close else f" Known: {', '.join(known)}."


def _share(share: Any) -> Json:
    return {
        "probability": round(share.probability, 6),
        "low": round(share.low, 6),
        "high": round(share.high, 6),
        "in_people": in_people(share),
    }


def _next(model: Model, questions: list[Question]) -> list[Json]:
    """Every alarm question still open, then the best of the others that are worth their minute."""
    alarms = [one for one in questions if one.alarm]
    others = [one for one in questions if not one.alarm and worth_asking(model, one)]
    return [_question(one) for one in (*alarms, *others[:MOST_NEXT])]


def _question(one: Question) -> Json:
    return {
        "finding": one.finding,
        "level": one.level,
        "minutes": one.minutes,
        "value": round(one.value, 4),
        "alarm": one.alarm,
        "why": one.why,
        "separates": list(one.separates),
    }
