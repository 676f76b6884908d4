"""The app as it is used: what each page takes while many answer at once, what the first page weighs, and the PDF."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path
from tempfile import TemporaryDirectory

from cluneal.record import Journal, entries_of

from .measure import Timing, take_turns
from .settings import EXAMPLE, Sizes

VISITORS = Path(__file__).with_name("visitors.py")
HTML, STYLE = "text/html", "text/css"
# What one visit is told apart by, for the visitors' process.
TOKEN, THINK = "CLUNEAL_BENCH_TOKEN", "CLUNEAL_BENCH_THINK"
PASSPHRASE = "four words to measure"
FACE = re.compile(r"@font-face\s*\{(.*?)\}", re.S)
RANGE = re.compile(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", re.I)


class Failed(Exception):
    """A page that answered with an error while it was measured: its time means nothing."""


@dataclass(frozen=True)
class Page:
    """How long one page took under load, in seconds."""

    name: str
    requests: int
    median: float
    high: float
    worst: float


@dataclass(frozen=True)
class App:
    """All figures of the app. `weight` is bytes by kind of file."""

    thinking: list[Page]
    at_once: list[Page]
    weight: dict[str, int]
    pdf: dict[str, Timing]


def app(sizes: Sizes) -> App:
    """Measure a running app: a process of its own, with a journal of its own.

    Raises:
        Failed: an answer was an error.
    """
    with _served() as (address, journal):
        browser = Browser(address)
        weight = browser.weight("/")
        pdf = {f"the page for the doctor as PDF, {name}": one for name, one in _pdf(browser, journal, sizes).items()}
        return App(load(address, sizes, True), load(address, sizes, False), weight, pdf)


@contextmanager
def _served() -> Iterator[tuple[str, Journal]]:
    """A running app with the published patient's answers in its journal, and the address that opens it."""
    import yaml

    with TemporaryDirectory() as folder:
        record = Path(folder) / "record.sqlite"
        journal = Journal.create(record, PASSPHRASE)
        journal.add(*entries_of(yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))))
        command = [sys.executable, "-m", "cluneal", "serve", "--no-browser", "--port", "0", "--record", str(record)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout
            found = re.search(r"http://\S+", process.stdout.readline())
            if not found:
                raise Failed("the app did not start")
            yield found.group(), journal
        finally:
            process.kill()
            process.wait()
            journal.close()


class Browser:
    """Comes in with the address and fetches what a browser would."""

    def __init__(self, address: str) -> None:
        cookies, no_proxy = urllib.request.HTTPCookieProcessor(CookieJar()), urllib.request.ProxyHandler({})
        self._opener = urllib.request.build_opener(no_proxy, cookies)
        self.home, _, way_in = address.partition("/open")
        self.get(f"/open{way_in}")
        self._unlock()

    def _unlock(self) -> None:
        sign = re.search(r'name="form" value="(\w+)"', self.get("/unlock").decode())
        if sign:
            sent = urllib.parse.urlencode({"form": sign.group(1), "passphrase": PASSPHRASE}).encode()
            self._opener.open(f"{self.home}/unlock", sent, timeout=60).close()

    def get(self, path: str) -> bytes:
        """The body. Raises OSError when the answer is an error."""
        with self._opener.open(self.home + path, timeout=60) as answer:
            body: bytes = answer.read()
        return body

    def weight(self, path: str) -> dict[str, int]:
        """Bytes of a page and of everything that a browser loads with it the first time, by kind."""
        html = self.get(path).decode()
        weighed = {"HTML": len(html.encode()), "CSS": 0, "JavaScript": 0, "fonts": 0, "pictures": 0}
        read = set(map(ord, unescape(re.sub(r"<[^>]+>", " ", html))))
        for asked in parts_of(html):
            content = self.get(asked)
            kind = {".css": "CSS", ".js": "JavaScript"}.get(Path(asked).suffix, "pictures")
            weighed[kind] += len(content)
            if kind == "CSS":
                folder = asked.rpartition("/")[0]
                weighed["fonts"] += sum(len(self.get(f"{folder}/{one}")) for one in fonts_for(read, content.decode()))
        return weighed


def parts_of(html: str) -> list[str]:
    """The files that a page asks for by itself."""
    asked = re.findall(r"<(?:link|script|img)\b[^>]*?\s(?:href|src)=\"(/[^\"]+)\"", html)
    return list(dict.fromkeys(map(unescape, asked)))


def fonts_for(read: set[int], css: str) -> list[str]:
    """The font files that a style names for the signs of a text: a browser loads no other."""
    found = []
    for face in FACE.findall(css):
        ranges = [(int(low, 16), int(high or low, 16)) for low, high in RANGE.findall(face)]
        file = re.search(r"url\(\"([^\"]+)\"\)", face)
        if file and any(low <= sign <= high for sign in read for low, high in ranges):
            found.append(file.group(1))
    return found


def _pdf(browser: Browser, journal: Journal, sizes: Sizes) -> dict[str, Timing]:
    ages = iter(range(20, 100_000))

    def after_an_answer() -> None:
        journal.add(("about", "height_cm", 150 + next(ages) % 50))
        browser.get("/doctor.pdf")

    jobs = {"after a new answer": after_an_answer, "again": lambda: browser.get("/doctor.pdf")}
    return take_turns(jobs, sizes.rounds)


def load(address: str, sizes: Sizes, think: bool) -> list[Page]:
    """The slowest page first, while `sizes.visitors` go through the interview; with pauses to think, or with none.

    Raises:
        Failed: an answer was an error.
    """
    home, _, token = address.partition("/open?token=")
    with TemporaryDirectory() as folder:
        command = [
            *(sys.executable, "-m", "locust", "-f", str(VISITORS), "--headless", "--only-summary", "--host", home),
            *("-u", str(sizes.visitors), "-r", str(sizes.visitors), "-t", f"{sizes.seconds_of_load}s"),
            *("--csv", f"{folder}/load", "--loglevel", "ERROR"),
        ]
        environment = {**os.environ, TOKEN: token, THINK: "1" if think else "0"}
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, preexec_fn=elsewhere
        )
        if done.returncode:
            raise Failed((done.stdout + done.stderr)[-2000:])
        return pages(Path(folder, "load_stats.csv").read_text(encoding="utf-8"))


def pages(table: str) -> list[Page]:
    """The pages of locust's table of statistics, the slowest at the 99th percentile first."""
    rows = [row for row in csv.DictReader(table.splitlines()) if row["Name"] != "Aggregated"]
    found = [
        Page(
            row["Name"],
            int(row["Request Count"]),
            float(row["Median Response Time"]) / 1e3,
            float(row["99%"]) / 1e3,
            float(row["Max Response Time"]) / 1e3,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: -one.high)


def elsewhere() -> None:
    """On another core than the app's, where there is one, so that those who ask do not slow the one who answers."""
    if hasattr(os, "sched_setaffinity"):
        others = set(range(os.cpu_count() or 1)) - os.sched_getaffinity(0)
        if others:
            os.sched_setaffinity(0, others)
