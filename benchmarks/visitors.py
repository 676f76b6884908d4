"""What a person does in the app, for locust: alarm questions, about oneself, the place, questions, and what they say.

`benchmarks.app` runs it in a process of its own: locust changes how Python waits.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import cycle

from locust import FastHttpUser, between, constant, task

from cluneal.knowledge import load

QUESTIONS_A_VISIT = 12
KNOWLEDGE = load()
FINDINGS = [name for name, one in KNOWLEDGE.findings.items() if one.level == "ask"]
ALARM_PAGES = len(KNOWLEDGE.model.alarm_pages)
RESULTS = {"/answers": "my answers", "/fits": "what fits", "/plan": "the plan", "/doctor": "for the doctor"}
# Alarm answers stay quiet: an emergency ends the interview, and then there is nothing to measure.
QUIET = ("no", "not_sure")


class Form(HTMLParser):
    """The fields of the longest form of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self._forms: list[list[tuple[str, str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._forms.append([])
        elif tag in ("input", "button") and self._forms and given.get("name"):
            kind = given.get("type", "text") if tag == "input" else tag
            self._forms[-1].append((kind, given["name"], given.get("value", "")))

    def filled(self, said: tuple[str, ...]) -> dict[str, str]:
        """What a person sends: one of each choice, by preference one of `said`; texts as they are."""
        fields: dict[str, str] = {}
        choices: dict[str, list[str]] = {}
        for kind, name, value in max(self._forms, key=len, default=[]):
            if kind == "radio":
                choices.setdefault(name, []).append(value)
            elif kind in ("hidden", "text", "number", "month"):
                fields[name] = value
        for name, values in choices.items():
            fields[name] = random.choice([one for one in values if one in said] or values)
        return fields


class Visitor(FastHttpUser):
    """Somebody who goes through the interview, again and again."""

    wait_time = between(1, 3) if os.environ["CLUNEAL_BENCH_THINK"] == "1" else constant(0)

    def on_start(self) -> None:
        """Come in."""
        self.client.get(f"/open?token={os.environ['CLUNEAL_BENCH_TOKEN']}", name="the way in")
        self.steps = self.visit()

    @task
    def go_on(self) -> None:
        """One page."""
        next(self.steps)

    def visit(self) -> Iterator[None]:
        """The interview, page by page, again and again; each begins somewhere else in it."""
        parts = [self.alarms, self.about, self.place, self.questions, self.results]
        first = random.randrange(len(parts))
        for part in cycle([*parts[first:], *parts[:first]]):
            yield from part()

    def alarms(self) -> Iterator[None]:
        """The start, and the alarm questions."""
        self.page("/", "the start")
        yield
        for number in range(1, ALARM_PAGES + 1):
            html = self.page(f"/alarms/{number}", "a page of alarm questions")
            yield
            self.answer(f"/alarms/{number}", html, QUIET, "alarm questions, answered")
            yield

    def about(self) -> Iterator[None]:
        """Age, sex and since when."""
        html = self.page("/about", "about you")
        yield
        self.answer("/about", html, (), "about you, answered")
        yield

    def place(self) -> Iterator[None]:
        """The map."""
        self.page("/place", "the map")
        yield

    def questions(self) -> Iterator[None]:
        """Some of the questions."""
        for finding in random.sample(FINDINGS, QUESTIONS_A_VISIT):
            html = self.page(f"/ask/{finding}", "a question")
            yield
            self.answer(f"/ask/{finding}", html, ("yes", "no", "not_sure"), "a question, answered")
            yield

    def results(self) -> Iterator[None]:
        """What the answers come to."""
        for path, name in RESULTS.items():
            self.page(path, name)
            yield

    def page(self, path: str, name: str) -> str:
        """What a page says."""
        return str(self.client.get(path, name=name).text or "")

    def answer(self, path: str, html: str, said: tuple[str, ...], name: str) -> None:
        """Send the form of a page, and see what comes after it. What it asks again is an answer too."""
        with self.client.post(path, data=Form(html).filled(said), name=name, catch_response=True) as answer:
            if answer.status_code == 422:
                answer.success()
