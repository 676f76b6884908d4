"""The app in this process: a browser without a screen, a journal in a folder of its own, and a fixed day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from cluneal.knowledge import load, load_draws
from cluneal.pathway import Assessor
from cluneal.record import Journal
from cluneal.web.app import app
from cluneal.web.desk import Desk
from cluneal.web.guard import FORM_FIELD, Keys

PORT = 8765
TODAY = date(2026, 11, 24)


class Browser(TestClient):
    """Opens pages with the cookie, and sends forms with their sign."""

    desk: Desk
    keys: Keys

    def submit(self, path: str, follow: Any = True, **fields: Any) -> Response:
        """Post a form of ours."""
        data = {FORM_FIELD: self.keys.form} | fields
        return self.post(path, data=data, follow_redirects=follow)

    def text(self, path: str) -> str:
        """The words of a page, without its tags."""
        answer = self.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        return words_of(answer.text)


def words_of(html: str) -> str:
    """What is read of a page: no tags, no runs of blanks."""
    from html import unescape

    body = re.sub(r"<(style|script|title)\b.*?</\1>", " ", html, flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body))).strip()


@pytest.fixture(scope="session")
def assessor() -> Assessor:
    return Assessor(load(), load_draws())


@pytest.fixture
def desk(assessor: Assessor, tmp_path: Path) -> Iterator[Desk]:
    journal = Journal.unsaved()
    yield Desk(assessor, journal, tmp_path / "record.sqlite", today=lambda: TODAY)
    journal.close()


@pytest.fixture
def browser(desk: Desk) -> Iterator[Browser]:
    """The app on whatever desk the test has."""
    keys = Keys(b"test")
    client = Browser(
        app(desk, keys, PORT), base_url=f"http://127.0.0.1:{PORT}", cookies={f"cluneal_{PORT}": keys.session}
    )
    client.desk, client.keys = desk, keys
    with client:
        yield client
