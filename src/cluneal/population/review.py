"""What reviewers say of the people in a queue: kept at once, and what it comes to.

The file `reviews.jsonl` beside the queue is only ever added to: one line a review, on the disk before it is answered
for. A later review of the same person counts instead of an earlier one; both stay.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from math import sqrt
from pathlib import Path
from statistics import NormalDist
from typing import Any

from ..frozen import frozen
from . import files
from .folder import OWNER_ONLY, REVIEWS_FILE, BadFolder, run_of
from .queue import QUEUE
from .score import PERSON
from .summary import AGE, SMALL, band

YES, NO, CANNOT_TELL = ANSWERS = ("yes", "no", "cannot_tell")
LONGEST_REASON = 2000
LEVEL = 0.95
SITE_FILE = "site.json"
# What a site's own numbers may be: past these it is a slip, and not a site.
MOST_POWER, LEAST_ODDS, MOST_ODDS = 1.5, 0.01, 100.0

Row = dict[str, Any]


class Unsaved(OSError):
    """A review that could not be kept. The message says why."""


@frozen
class Review:
    """One answer about one person."""

    person: int
    answer: str
    reason: str
    at: str


class Queue:
    """A finished screening: its people in the order of reading, and the trail of each.

    Raises:
        BadFolder: it is none, or cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self.folder = folder
        self.run = run_of(folder)
        try:
            self.people: list[Row] = pq.read_table(folder / files.QUEUE_FILE).to_pylist()
            trail: list[Row] = pq.read_table(folder / files.EVIDENCE_FILE).to_pylist()
        except (OSError, pa.ArrowInvalid) as error:
            raise BadFolder(f"{folder}: the queue cannot be read: {error}; screen again") from None
        self.people.sort(key=lambda one: one["place"])
        self.trail: dict[int, list[Row]] = {one[PERSON]: [] for one in self.people}
        for row in trail:
            self.trail.setdefault(row[PERSON], []).append(row)
        self.reviews = Reviews(folder / REVIEWS_FILE)

    def judged(self) -> list[tuple[Row, Review]]:
        """The people of the queue itself who were reviewed. Near misses are for comparison."""
        latest = self.reviews.latest()
        return [(one, latest[one[PERSON]]) for one in self.people if one["part"] == QUEUE and one[PERSON] in latest]


class Reviews:
    """The reviews of one queue, in a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read_at: tuple[int, int] | None = None
        self._latest: dict[int, Review] = {}

    def add(self, review: Review) -> None:
        """Keep one review: on the disk when this returns. Raises Unsaved."""
        line = json.dumps(
            {"at": review.at, "person_id": review.person, "answer": review.answer, "reason": review.reason},
            ensure_ascii=False,
        )
        try:
            # A line that a power cut has left half-written stays by itself.
            start = b"\n" if self._torn() else b""
            new = not self.path.exists()
            with open(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, OWNER_ONLY), "ab") as file:
                file.write(start + line.encode("utf-8", "replace") + b"\n")
                file.flush()
                os.fsync(file.fileno())
            if new:
                _folder_to_disk(self.path.parent)
        except OSError as error:
            raise Unsaved((error.strerror or str(error)).lower()) from None

    def latest(self) -> dict[int, Review]:
        """The last review of each person. Lines that cannot be read count for nothing."""
        try:
            status = self.path.stat()
        except OSError:
            return {}
        if self._read_at != (status.st_size, status.st_mtime_ns):
            found = {}
            for line in self.path.read_bytes().split(b"\n"):
                if (review := _review_of(line)) is not None:
                    found[review.person] = review
            self._latest, self._read_at = found, (status.st_size, status.st_mtime_ns)
        return self._latest

    def _torn(self) -> bool:
        with suppress(OSError), self.path.open("rb") as file:
            if file.seek(0, os.SEEK_END):
                file.seek(-1, os.SEEK_END)
                return file.read(1) != b"\n"
        return False


def _review_of(line: bytes) -> Review | None:
    try:
        row = json.loads(line)
        review = Review(int(row["person_id"]), str(row["answer"]), str(row["reason"]), str(row["at"]))
    except (ValueError, TypeError, KeyError):
        return None
    return review if review.answer in ANSWERS else None


def _folder_to_disk(folder: Path) -> None:
    # Not every system opens folders; there the file system keeps names by itself.
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def reviewed(person: int, answer: str, reason: str, now: datetime) -> Review:
    """A review made now; a long reason is cut."""
    return Review(person, answer, reason.strip()[:LONGEST_REASON], now.isoformat(timespec="seconds"))


@frozen
class Precision:
    """How often the queue was right: yes among yes and no, with Wilson's interval at 95 %; None if neither was said."""

    yes: int
    no: int
    cannot_tell: int
    share: float | None
    low: float
    high: float

    @property
    def judged(self) -> int:
        """Yes and no together."""
        return self.yes + self.no


def precision(answers: Iterable[str]) -> Precision:
    """See `Precision`. "Cannot tell" counts neither way."""
    said = list(answers)
    yes, no = said.count(YES), said.count(NO)
    low, high = wilson(yes, yes + no)
    return Precision(yes, no, said.count(CANNOT_TELL), yes / (yes + no) if yes + no else None, low, high)


def wilson(successes: int, trials: int, level: float = LEVEL) -> tuple[float, float]:
    """Wilson's score interval (1927) for a share; all that is possible when nothing was tried."""
    if not trials:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = successes / trials
    middle = share + z * z / (2 * trials)
    room = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    low = 0.0 if successes == 0 else (middle - room) / scale
    high = 1.0 if successes == trials else (middle + room) / scale
    return low, high


def should_stop(found: Precision, floor: float) -> bool:
    """True when even the high end of the interval is below the floor: going on is not worth the reviewers' time."""
    return found.judged > 0 and found.high < floor


def subgroups(judged: Sequence[tuple[Row, Review]]) -> dict[str, list[tuple[str, Precision | None]]]:
    """By age, sex, race and ethnicity: the share of yes in each kind; None where too few were judged to say it."""
    made: dict[str, list[tuple[str, Precision | None]]] = {}
    for division in (AGE, "sex", "race", "ethnicity"):
        answers: dict[str, list[str]] = {}
        for person, review in judged:
            answers.setdefault(_kind(person, division), []).append(review.answer)
        rows = [(kind, precision(some)) for kind, some in sorted(answers.items(), key=lambda one: (not one[0], one[0]))]
        made[division] = [(kind, one if one.judged > SMALL else None) for kind, one in rows]
    return made


def _kind(person: Mapping[str, Any], division: str) -> str:
    return band(person["age"]) if division == AGE else str(person[division] or "")
