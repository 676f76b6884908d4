"""One block as it stands at this moment: what was noted, what is due, and how times are said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from markupsafe import Markup

from ..anatomy import BadMark, Located, in_words, locate
from ..frozen import frozen
from ..knowledge.care import Anaesthetic, Test
from ..pathway import Block, BlockReading, Reading, read_block, read_block_data
from ..pathway.assess import BLOCK_TEST
from ..pathway.block import find_drug, find_target
from ..pathway.curve import curve_svg
from ..pathway.schedule import AHEAD, DUE, MISSED, Slot, slots, still_relieved
from ..record.person import PLANNED
from .desk import Desk, Json
from .map import NERVES, Map

BEFORE = "0"
MINUTES = {"minutes": 1, "hours": 60, "days": 1440, "weeks": 10080}
# Each unit is used below so many minutes.
SPANS = {"minutes": 90, "hours": 2160, "days": 18720}
# A time is typed to the minute, and clocks are set to the second now and then.
GRACE = timedelta(minutes=1)
SOONEST = 0.1
LONGEST_MINUTES = 525_600


@frozen
class Row:
    """A line of the table: a reading, or one that is missing, by its state."""

    minute: float
    name: str
    reading: Json | None
    note: str


class Bedside:
    """A block of the journal with the clock of the server beside it."""

    def __init__(self, desk: Desk, key: str) -> None:
        self.desk = desk
        self.key = key
        self.say = desk.say.blocks
        self.data: Json = desk.person().blocks[key]
        self.readings: Mapping[str, Json] = desk.person().readings_of(key)
        self.block: Block = read_block_data(desk.person().block(key))
        self.now = desk.now()

    @property
    def test(self) -> Test:
        """The diagnostic block."""
        return self.desk.knowledge.tests[BLOCK_TEST]

    @property
    def planned(self) -> bool:
        """Not given yet."""
        return bool(self.data.get(PLANNED))

    @property
    def given(self) -> datetime | None:
        """When it was given; None while it was not, and where only the day is known."""
        at = self.block.given_at
        return at.astimezone() if isinstance(at, datetime) and not self.planned else None

    @cached_property
    def minute(self) -> float:
        """Minutes since the injection by the server's clock, a tenth at least."""
        return max(SOONEST, self.minutes_to(self.now)) if self.given else 0.0

    def minutes_to(self, when: datetime) -> float:
        """Minutes from the injection to a time, to the tenth."""
        assert self.given
        return round((when - self.given) / timedelta(minutes=1), 1)

    @property
    def clock_went_back(self) -> bool:
        """The clock shows a time before what was written down already: what it says cannot be used."""
        known = [one.at.astimezone() for one in self.block.readings if one.at]
        return self.given is not None and self.now < max([self.given, *known]) - GRACE

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """Every planned reading."""
        last = max((one.minute for one in self.block.readings), default=0.0)
        return slots(self.block.readings, max(self.minute, last), self.test)

    @property
    def current(self) -> Slot | None:
        """The planned reading whose time it is, noted or not."""
        return next((one for one in self.slots if one.opens <= self.minute < one.closes), None)

    @property
    def next(self) -> Slot | None:
        """The next one that nobody needs to write down yet."""
        return next((one for one in self.slots if one.state == AHEAD), None)

    @property
    def due(self) -> Slot | None:
        """What should be written down now."""
        return next((one for one in self.slots if one.state == DUE), None)

    @cached_property
    def before(self) -> Reading | None:
        """The last reading before the injection."""
        return next((one for one in reversed(self.block.readings) if one.minute <= 0), None)

    @cached_property
    def reading(self) -> BlockReading:
        """By every definition."""
        return read_block(self.block, self.test)

    @cached_property
    def relieved(self) -> bool:
        """Whether the last reading shows the pain still better."""
        return self.test.schedule is not None and still_relieved(self.block.readings, self.test.schedule)

    @property
    def drug(self) -> Anaesthetic | None:
        """The drug, where it is one that is known."""
        return find_drug(self.block.drug, self.test.drugs) if self.block.drug else None

    def open_name(self, slot: str) -> str | None:
        """The reading that is being written: the one named while its time lasts, or that of the present time."""
        if slot in self.readings and self._in_time(self.readings[slot]):
            return slot
        noted = self.current.reading if self.current else None
        return next((name for name, one in self.readings.items() if noted and one["minute"] == noted.minute), None)

    def meant(self, slot: str) -> str | None:
        """The reading that a tap on a page which showed `slot` adds to; None when it begins a new one.

        The one shown, while its time lasts: a second tap adds the movement, or corrects. And one begun a moment ago in
        the same time: a double click, or a second window. A page left open for longer shows an old time.
        """
        if slot in self.readings and self._in_time(self.readings[slot]):
            return slot
        fresh = (name for name, one in self.readings.items() if self.minute - one["minute"] <= 1 and self._in_time(one))
        return next(fresh, None)

    def _in_time(self, one: Json) -> bool:
        """Whether a reading was taken in the time of the planned reading that is current."""
        current = self.current
        if one["minute"] <= 0:
            return False
        if current is None:
            return bool(self.minute - one["minute"] <= 1)
        return bool(current.opens <= one["minute"] < current.closes)

    def complete(self, one: Json | None) -> bool:
        """Whether pain is noted, and on the movement too where one was chosen."""
        return one is not None and "pain" in one and ("movement_pain" in one or not self.block.movement)

    def rows(self) -> list[Row]:
        """Before, every reading, every missed or due one, in order."""
        found = [Row(one["minute"], name, one, self._note(name, one)) for name, one in self.readings.items()]
        found += [
            Row(one.planned, f"{one.planned:g}", None, one.state)
            for one in self.slots
            if one.state in (MISSED, DUE) and f"{one.planned:g}" not in self.readings
        ]
        return sorted(found, key=lambda row: row.minute)

    def _note(self, name: str, one: Json) -> str:
        """Why a reading is not like the others: off its time, or written down after it."""
        if one["minute"] <= 0 or self.given is None:
            return ""
        at = datetime.fromisoformat(one["at"]) if "at" in one else None
        slot = next((slot for slot in self.slots if slot.reading and slot.reading.minute == one["minute"]), None)
        if at and slot and self.minutes_to(at) >= slot.closes:
            return "remembered"
        return "" if slot is None or slot.on_time else "late"

    def name_for(self, minute: float) -> str:
        """A name for a new reading: the planned minute when it is the first of its time, or its own."""
        slot = next((one for one in self.slots if one.opens <= minute < one.closes and one.reading is None), None)
        wanted = f"{slot.planned if slot else minute:g}"
        return wanted if wanted not in self.readings else f"{minute:g}-{len(self.readings)}"

    def curve(self, width: float) -> str:
        """The picture."""
        return curve_svg(self.block, self.test, self.say.curve, self.minute or None, width)

    # In words

    @property
    def title(self) -> str:
        """What was injected, and on which side."""
        side = f", {self.say.sides[self.block.side]}" if self.block.side else ""
        return f"{self.target or self.say.unnamed}{side}"

    @property
    def target(self) -> str | None:
        """What was injected, as people say it."""
        known = find_target(self.block.target, self.test)
        return self.say.targets[known.finding] if known else self.block.target

    @property
    def when(self) -> str | None:
        """When it was given."""
        at = self.block.given_at
        return None if at is None or self.planned else self.clock(self.given) if self.given else self.day(at)

    def clock(self, when: datetime) -> str:
        """A time of day; with its day when that is not today."""
        local, today = when.astimezone(), self.now.astimezone().date()
        said = f"{local:%H:%M}"
        return said if local.date() == today else self.say.at(day=self.day(local.date()), time=said)

    def day(self, when: date) -> str:
        """A day."""
        year = "" if when.year == self.now.astimezone().year else f" {when.year}"
        return f"{self.say.weekdays[when.weekday()]} {when.day} {self.say.months[when.month - 1]}{year}"

    def clock_at(self, minute: float) -> str:
        """The time of day so many minutes after the injection."""
        return self.clock(self.given + timedelta(minutes=minute)) if self.given else ""

    @property
    def dated(self) -> str | None:
        """When it was given, with its full date, for a sheet that will be read on another day."""
        at = self.block.given_at
        if at is None or self.planned:
            return None
        return f"{at:%Y-%m-%d}" if not self.given else f"{self.given:%Y-%m-%d %H:%M}"

    def span(self, minute: float) -> str:
        """So long, in the unit that people would use: a plan of 60 minutes, 24 hours, 7 days or 2 weeks says that."""
        if 0 < minute < 1:
            return str(self.say.spans_one.less)
        unit = next((name for name, below in SPANS.items() if minute < below), "weeks")
        count = round(minute / MINUTES[unit], 0 if unit == "minutes" and minute > 1 else 1)
        return str(self.say.spans_one[unit] if count == 1 else self.say.spans[unit](count=f"{count:g}"))

    def site(self) -> Located | None:
        """Where the needle went in; None when that is not known, or off the map."""
        if self.block.mark is None:
            return None
        try:
            return locate(self.block.mark, self.desk.knowledge.anatomy, self.desk.view().case.body)
        except BadMark:
            return None

    def place(self) -> str | None:
        """The same in words."""
        site = self.site()
        return in_words(site, self.desk.knowledge.anatomy) if site else None

    def map(self) -> Markup | None:
        """The same on the map, with the courses of the nerves."""
        site = self.site()
        drawn = Map(self.desk.knowledge.anatomy, self.desk.view().case.body, self.desk.say)
        return drawn.picture([site], NERVES) if site else None


def typed_time(day: str, clock: str) -> datetime | None:
    """A local date and time as browsers send them; None when they are not."""
    try:
        return datetime.combine(date.fromisoformat(day.strip()), time.fromisoformat(clock.strip())).astimezone()
    except (ValueError, OverflowError, OSError):
        return None


def typed_number(text: str) -> float | None:
    """A number as people type it, with a comma or a point; None when it is none."""
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None


def shown(value: Any) -> str:
    """A number without a needless point; nothing for nothing."""
    return "" if value is None else f"{value:g}" if isinstance(value, (int, float)) else str(value)
