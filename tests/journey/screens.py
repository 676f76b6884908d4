"""How many screens a published patient sees, from the start page to what fits: `python -m tests.journey.screens`.

A screen is a page that asks for something: safety questions, oneself, the place, how it feels, where it spreads, each
question. What the report states is answered so, everything else "not sure". In this process, without a browser.
"""

from __future__ import annotations

import statistics
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from cluneal.knowledge import load, load_draws
from cluneal.pathway import Assessor
from cluneal.record import Journal
from cluneal.web.app import app
from cluneal.web.desk import Desk
from cluneal.web.guard import FORM_FIELD, Keys, cookie_name
from cluneal.web.steps import ABOUT_PAGE, DONE, NOW, PLACE, SPREAD, WHICH

from ..clinical.series import CASES, read

PORT = 8765
FEEL = "/place/feel/"
DAY = date(2026, 11, 24)
# No interview is as long: a loop ends here.
MOST = 200
SAID: dict[bool | None, str] = {True: "yes", False: "no", None: "not_sure"}
SINCE: dict[bool | None, str] = {True: "year", False: "weeks", None: "unknown"}

Json = dict[str, Any]


class Patient:
    """One published patient in front of the app."""

    def __init__(self, assessor: Assessor, case: Json, record: Path) -> None:
        self.case = case
        self.findings: dict[str, bool] = case.get("findings") or {}
        self.pages = assessor.knowledge.model.alarm_pages
        self.journal = Journal.unsaved()
        self.keys = Keys(b"patient")
        self.client = TestClient(
            app(Desk(assessor, self.journal, today=lambda: DAY), self.keys, PORT),
            base_url=f"http://127.0.0.1:{PORT}",
            cookies={cookie_name(PORT): self.keys.session},
        )

    def walk(self) -> list[str]:
        """The screens that ask for something, from the start to where what fits can be seen."""
        seen: list[str] = []
        with self.client:
            at = self.client.get("/ask").url
            while at.path != DONE:
                assert len(seen) < MOST, seen
                seen.append(at.path)
                path, fields = self.sent(at.path)
                answer = self.client.post(path or str(at), data={FORM_FIELD: self.keys.form} | fields)
                assert answer.status_code == 200, f"{at}: {answer.status_code}"
                at = answer.url
            assert self.client.get("/fits").status_code == 200
        self.journal.close()
        return seen

    def sent(self, step: str) -> tuple[str, dict[str, str]]:
        """What this patient sends from a page, and where to when it is another address."""
        if step.startswith("/alarms/"):
            return "", {name: self._word(name) for name in self.pages[int(step.rsplit("/", 1)[1]) - 1].findings}
        if step == ABOUT_PAGE:
            return "", self._about()
        if step == PLACE:
            return self._place()
        if step == SPREAD:
            return f"{SPREAD}/done", {}
        if step == WHICH:
            return "", {"right": "new"}
        if step == NOW or step.startswith(FEEL):
            return "", {}
        return "", {"said": self._word(step.rsplit("/", 1)[1])}

    def _about(self) -> dict[str, str]:
        age, since = self.case.get("age"), SINCE[self.findings.get("duration_over_3_months")]
        return {"age": "" if age is None else f"{age}", "sex": self.case.get("sex") or "", "since": since}

    def _word(self, finding: str) -> str:
        return SAID[self.findings.get(finding)]

    def _place(self) -> tuple[str, dict[str, str]]:
        # Only a place in the middle is without a side.
        mark = self.case.get("mark") or {}
        side = mark.get("side", "right")
        if "x_mm" in mark and "y_mm" in mark:
            up = "above" if mark["y_mm"] > 0 else "below" if mark["y_mm"] < 0 else "level"
            typed = {"x": f"{mark['x_mm'] / 10:g}", "y": f"{abs(mark['y_mm']) / 10:g}"}
            return PLACE, {"way": "type", "side": side, "up": up} | typed
        if "region" in mark:
            return PLACE, {"way": "choose", "region": mark["region"], "region_side": side}
        return f"{PLACE}/skip", {}


def screens() -> dict[str, list[str]]:
    """The screens of every open case, by its id."""
    assessor = Assessor(load(), load_draws())
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for path in sorted(CASES.glob("*.yaml")):
            data = read(path)
            found[data["id"]] = Patient(assessor, data["case"], Path(folder) / f"{data['id']}.sqlite").walk()
    return found


def main() -> None:
    """Print the screens of each, and their middle."""
    counts = {name: len(seen) for name, seen in screens().items()}
    for name, count in sorted(counts.items(), key=lambda pair: pair[1]):
        print(f"{count:4} {name}")
    ordered = sorted(counts.values())
    middle = statistics.median(ordered)
    print(f"{len(ordered)} patients: half see {middle:g} screens or fewer, the most is {ordered[-1]}")


if __name__ == "__main__":
    main()
