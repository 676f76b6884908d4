"""The course as the page shows it: which time, which panels and lanes, and the numbers in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise

from markupsafe import Markup

from ..frozen import frozen
from ..knowledge.follow import Diary, Scale
from ..language import Words
from ..record.course import (
    After,
    Bucket,
    Step,
    Tendency,
    baseline,
    changes_after,
    days_stopped,
    fold,
    start_of,
    step_for,
    tendencies,
)
from ..record.course_chart import Curve, Lane, Panel, course_svg, sheet
from ..record.diary import (
    CheckIn,
    Event,
    Score,
    check_ins,
    events,
    measures_done,
    pain_scores,
    scores,
    smallest_change,
)
from .desk import Desk

# How far back the picture goes, in days; everything when there is no number.
SPANS: Mapping[str, int | None] = {"": None, "year": 366, "quarter": 92}
NARROW, WIDE = 340.0, 760.0
# How high the panels of pain and of the other scales are.
TALL, LOW = 180.0, 96.0
TALL_ON_PAPER, LOW_ON_PAPER = 130.0, 70.0
MOST_LANES = 8
PAIN = "pain"


@frozen
class Function:
    """What the newest score of a scale is against the first. `least` is the change that matters."""

    scale: Scale
    first: Score
    last: Score
    least: float

    @property
    def verdict(self) -> str:
        """less, more, or same: the change that matters decides."""
        change = self.last.value - self.first.value
        return "less" if change <= -self.least else "more" if change >= self.least else "same"


class Course:
    """One person's course, worked out as far as the page asks for it."""

    def __init__(
        self, desk: Desk, rules: Diary, scales: Sequence[Scale], activities: Mapping[str, str], span: str
    ) -> None:
        self.say = desk.say
        self.today = desk.today()
        self.person = desk.person()
        self.rules = rules
        self.scales = scales
        self.activities = activities
        self.span = span
        self.entries = check_ins(self.person)
        self.events = [one for one in events(self.person) if one.day <= self.today]
        self._pain = next(one for one in scales if one.id == PAIN)

    @cached_property
    def _worst(self) -> tuple[Score, ...]:
        return pain_scores(self.entries)

    @cached_property
    def _now(self) -> tuple[Score, ...]:
        return pain_scores(self.entries, "now")

    @cached_property
    def scored(self) -> list[tuple[Scale, tuple[Score, ...]]]:
        """Each scale that was scored; the pain of the check-ins among them."""
        found = [(one, self._worst if one.given == "check_in" else scores(self.person, one)) for one in self.scales]
        return [(one, values) for one, values in found if values]

    @property
    def empty(self) -> bool:
        """Nothing to draw yet."""
        return not self.entries and not self.scored

    @cached_property
    def first(self) -> date:
        """The first day on the picture."""
        back = SPANS[self.span]
        return max(self._begin, self.today - timedelta(days=back)) if back else self._begin

    @cached_property
    def _begin(self) -> date:
        days = [*(one.day for one in self.entries[:1]), *(values[0].day for _, values in self.scored)]
        return min([*days, self.today])

    @property
    def spans(self) -> list[str]:
        """The times to choose from: those that leave something out, and all of it."""
        whole = (self.last - self._begin).days
        return [name for name, days in SPANS.items() if days is None or days < whole]

    @cached_property
    def last(self) -> date:
        """The last day: today, or later where a clock was put back since."""
        days = [*(one.day for one in self.entries[-1:]), *(values[-1].day for _, values in self.scored)]
        return max([self.today, *days])

    @cached_property
    def step(self) -> Step:
        """How much one column holds."""
        return step_for(self.first, self.last, self.rules.most_columns)

    def pictures(self) -> list[tuple[str, Markup]]:
        """The picture for a phone and for a screen."""
        drawn = ((name, self.drawn(width)) for name, width in (("narrow", NARROW), ("wide", WIDE)))
        return [(name, Markup(one)) for name, one in drawn]  # noqa: S704 - escaped where it is drawn

    def on_paper(self) -> str:
        """The picture for a page that has little room."""
        return self.drawn(WIDE, TALL_ON_PAPER, LOW_ON_PAPER)

    def drawn(self, width: float, tall: float = TALL, low: float = LOW) -> str:
        """The picture, so wide; its panels of pain and of the other scales so high."""
        words = self.say.course
        described = words.described(
            check_ins=len(self.entries),
            first=day_words(self.say, self.first, self.today),
            last=day_words(self.say, self.last, self.today),
            events=sum(one.kind != "treatment_end" for one in self.events),
        )
        return course_svg(
            sheet(width, self.first, self.last, self.step),
            [replace(one, height=tall if one.title == words.pain else low) for one in self._panels],
            self._lanes,
            {"title": words.picture, "described": described, "months": self.say.diary.months},
        )

    @cached_property
    def _panels(self) -> list[Panel]:
        words = self.say.course
        panels = []
        for scale, values in self.scored:
            pain = scale.given == "check_in"
            start = baseline(values, self.rules.baseline) if pain else values[0].value
            band, gap = None, scale.compare.days
            if start is not None:
                least = smallest_change(scale.smallest_change, start)
                band = (max(start - least, scale.low), min(start + least, scale.high))
            curves = [Curve(words.lines.worst if pain else scale.name, self._folded(values), gap, spread=True)]
            if pain:
                curves.append(Curve(words.lines.now, self._folded(self._now), gap, "dashed"))
            title = words.pain if pain else words.scale(name=scale.name, high=f"{scale.high:g}")
            panels.append(Panel(title, scale.low, scale.high, curves, LOW, start, band))
        return panels

    @property
    def has_start(self) -> bool:
        """Whether any panel has a line where it began."""
        return any(one.start is not None for one in self._panels)

    def _folded(self, values: Sequence[Score]) -> tuple[Bucket, ...]:
        return fold((one for one in values if self.first <= one.day <= self.last), self.step)

    @cached_property
    def _lanes(self) -> list[Lane]:
        words = self.say.course
        lanes = [Lane(name, [(start, end)], marked=True) for name, start, end in self._treatments[-MOST_LANES:]]
        blocks = [one.day for one in self.events if one.kind == "block"]
        if blocks:
            lanes.append(Lane(words.blocks, days=blocks, kind="block", marked=True))
        care = self._care_days
        if care:
            lanes.append(Lane(words.care, days=self._columns(care), kind="tick"))
        lanes.append(Lane(words.check_ins, days=self._columns(one.day for one in self.entries), kind="tick"))
        return lanes

    def _columns(self, days: Iterable[date]) -> list[date]:
        """One day of each column that has any: more could not be told apart."""
        return sorted({start_of(day, self.step) for day in days})

    @property
    def left_out(self) -> int:
        """Treatments for which the picture has no room."""
        return max(len(self._treatments) - MOST_LANES, 0)

    @cached_property
    def _treatments(self) -> list[tuple[str, date, date | None]]:
        """(name, start, end) of the treatments with a start that the picture reaches, by start."""
        found = []
        for key, one in self.person.treatments.items():
            days = {event.kind: event.day for event in self.events if event.key == key}
            end = days.get("treatment_end")
            if "treatment" in days and (end is None or end >= self.first):
                found.append((treatment_name(self.say, str(one.get("kind", key))), days["treatment"], end))
        return sorted(found, key=lambda one: one[1])

    @cached_property
    def _sessions(self) -> dict[date, set[str]]:
        return measures_done(self.person)

    @cached_property
    def _care_days(self) -> list[date]:
        """Days with a measure of self-care, as the check-in or a session says."""
        own = {one.id for one in self.rules.did}
        care = {name for name in self.activities if name not in own}
        return [*self._sessions, *(one.day for one in self.entries if care & set(one.did or ()))]

    @property
    def _with_sessions(self) -> Iterator[CheckIn]:
        """The check-ins, each with the day's sessions among what was done, where it says what was done."""
        for one in self.entries:
            more = self._sessions.get(one.day)
            yield replace(one, did=(*one.did, *more)) if more and one.did is not None else one

    @cached_property
    def function(self) -> list[Function]:
        """The scales of function, first against newest."""
        return [
            Function(scale, values[0], values[-1], smallest_change(scale.smallest_change, values[0].value))
            for scale, values in self.scored
            if scale.about == "function" and len(values) > 1
        ]

    @property
    def weeks(self) -> int:
        """How many days are compared."""
        return self._pain.compare.days

    @cached_property
    def stopped(self) -> list[tuple[str, int, int]]:
        """(when, days on which pain stopped something, days told): the last weeks, and as many before."""
        ends = [self.today + timedelta(days=1 - self.weeks * back) for back in range(3)]
        counted = [days_stopped(self.entries, since, until) for until, since in pairwise(ends)]
        return [(name, *days) for name, days in zip(("lately", "before"), counted, strict=True) if days[1]]

    @cached_property
    def changes(self) -> list[tuple[Event, list[After]]]:
        """What was before and after each treatment and block, newest first; those without scores on both sides not."""
        found: dict[int, tuple[Event, list[After]]] = {}
        for one in changes_after(self.events, self.scored, self.rules):
            if one.before.count and one.after.count:
                found.setdefault(id(one.event), (one.event, []))[1].append(one)
        return list(found.values())

    @cached_property
    def tendencies(self) -> tuple[list[Tendency], list[Tendency], list[Tendency]]:
        """Activities of which something can be told, those of which nothing can, and those with too few days."""
        entries = list(self._with_sessions)
        told = [one for one in tendencies(entries, list(self.activities), self.rules.tendencies) if one.days_with]
        known = [one for one in told if one.difference is not None]
        return (
            [one for one in known if one.verdict != "cannot_tell"],
            [one for one in known if one.verdict == "cannot_tell"],
            [one for one in told if one.difference is None],
        )

    @cached_property
    def rows(self) -> list[tuple[str, Bucket, Bucket | None]]:
        """The pain as a table: (when, worst, at the time), newest first."""
        now = {one.start: one for one in self._folded(self._now)}
        worst = self._folded(self._worst)
        return [(self.column(one.start), one, now.get(one.start)) for one in reversed(worst)]

    def column(self, start: date) -> str:
        """The name of a column."""
        words, months = self.say.course, self.say.diary.months
        if self.step == "year":
            return str(start.year)
        if self.step == "month":
            return f"{months[start.month - 1]} {start.year}"
        told = day_words(self.say, start, self.today)
        return str(words.week(day=told)) if self.step == "week" else told

    def name_of(self, event: Event) -> str:
        """What began, and when."""
        words = self.say.course
        name = words.block if event.kind == "block" else treatment_name(self.say, event.name)
        month = f"{self.say.diary.months[event.day.month - 1]} {event.day.year}"
        return str(words.event(name=name, when=month if event.by_month else day_words(self.say, event.day, self.today)))

    def beside(self, after: After) -> str:
        """What else began in the same weeks, in one line."""
        names = []
        for one in after.beside:
            name = self.say.course.block if one.kind == "block" else treatment_name(self.say, one.name)
            names.append(self.say.course.ended(name=name) if one.kind == "treatment_end" else name)
        return ", ".join(dict.fromkeys(names))

    def range_of(self, bucket: Bucket) -> str:
        """The middle, with the lowest and the highest where they differ."""
        middle, low, high = number(bucket.middle), number(bucket.low), number(bucket.high)
        return middle if low == high else str(self.say.course.range(middle=middle, low=low, high=high))

    def named(self, some: Sequence[Tendency]) -> str:
        """Activities in one line."""
        return ", ".join(self.activities[one.activity] for one in some)

    @property
    def evidence(self) -> tuple[str, ...]:
        """The facts behind the changes that matter, of the scales on the page."""
        return tuple(dict.fromkeys(one for scale, _ in self.scored for one in scale.smallest_change.evidence))

    def scale_name(self, scale: str) -> str:
        """What a scale is called in a row."""
        return str(self.say.course.worst if scale == PAIN else next(one.name for one in self.scales if one.id == scale))


def treatment_name(say: Words, kind: str) -> str:
    """A treatment in words; one that this version does not know, by its own."""
    known = say.treatments.kinds
    return str(known[kind].name) if kind in known else kind.replace("_", " ")


def day_words(say: Words, day: date, today: date) -> str:
    """A day in words: today, yesterday, "Tue 24 Nov", with the year when it is another."""
    words = say.diary
    away = (today - day).days
    if away in (0, 1, -1):
        return str(words.near[str(away)])
    short = f"{words.weekdays[day.weekday()]} {day.day} {words.months[day.month - 1]}"
    return short if day.year == today.year else f"{short} {day.year}"


def number(value: float | None) -> str:
    """A number with at most one decimal; nothing for nothing."""
    return "" if value is None else f"{round(value, 1):g}"
