"""The review in the browser: its door, its pages, an answer that is never lost, and records that mean harm."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient
from tests.unit.population.conftest import batches_of, loaded_from, population

from cluneal.knowledge import load, load_draws
from cluneal.population import run
from cluneal.population.review import Queue
from cluneal.population.screen import Screening, Wanted, here
from cluneal.web.guard import FORM_FIELD, Keys
from cluneal.web.review import Office, review_app

from .conftest import words_of

PORT = 8765
NOW = datetime(2026, 11, 24, 9, 30)
HOSTILE = '"><script>alert(1)</script>'


class Reviewer(TestClient):
    """Opens pages with the cookie, and sends forms with their sign."""

    office: Office
    keys: Keys

    def submit(self, path: str, follow: bool = True, **fields: Any) -> Response:
        """Post a form of ours."""
        return self.post(path, data={FORM_FIELD: self.keys.form} | fields, follow_redirects=follow)

    def text(self, path: str) -> str:
        """The words of a page."""
        answer = self.get(path)
        assert answer.status_code == 200
        return words_of(answer.text)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished screening with a hostile record in it."""
    con = population(60)
    con.execute("update person set source_id = $1, race = $1, ethnicity = $1", [HOSTILE])
    con.execute("update finding set source = $1, source_row = $1, concept = $1", [HOSTILE])
    con.execute(
        "insert into finding select person_id, 'saddle_numbness', true, null, 'x', 'y', 'z' from journey "
        "where person_id % 4 = 0"
    )
    out = tmp_path_factory.mktemp("made")
    screening = Screening(load(), load_draws(), Wanted(20))
    done = screening.scored(con, here(con, batches_of(con)))
    run.write(out, con, screening, done, loaded_from(con))
    return out


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy of it to write into."""
    shutil.copytree(made, tmp_path / "out")
    return tmp_path / "out"


@pytest.fixture
def reviewer(folder: Path) -> Iterator[Reviewer]:
    office = Office(Queue(folder), load(), load_draws(), 0.3, now=lambda: NOW)
    keys = Keys(b"test")
    client = Reviewer(
        review_app(office, keys, PORT),
        base_url=f"http://127.0.0.1:{PORT}",
        cookies={f"cluneal_{PORT}": keys.session},
        raise_server_exceptions=False,
    )
    client.office, client.keys = office, keys
    with client:
        yield client


def kept(reviewer: Reviewer) -> list[dict[str, Any]]:
    path = reviewer.office.queue.reviews.path
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_nobody_comes_in_without_the_key(reviewer: Reviewer) -> None:
    reviewer.cookies.clear()
    for path in ("/", "/person/1", "/so-far"):
        refused = reviewer.get(path)
        assert refused.status_code == 401
        assert HOSTILE not in refused.text
    assert reviewer.post("/person/1", data={"answer": "yes"}).status_code == 401
    opened = reviewer.get(f"/open?token={reviewer.keys.token}")
    assert opened.status_code == 200
    assert opened.cookies
    assert reviewer.get("/").status_code == 200
    assert reviewer.get("/", headers={"host": "evil.example"}).status_code == 421


def test_every_page_says_what_the_door_says_of_headers(reviewer: Reviewer) -> None:
    for path in ("/", "/person/1", "/so-far", "/nowhere"):
        headers = reviewer.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"


def test_red_flags_stand_first(reviewer: Reviewer) -> None:
    text = reviewer.text("/")
    assert text.index("Red flags first") < text.index("The rest of the queue") < text.index("Just outside the queue")
    page = reviewer.text("/person/1")
    assert page.index("Red flags in the record") < page.index("How likely a nerve takes part")
    assert "Now." in page


def test_an_answer_is_kept_at_once_and_the_next_one_opens(reviewer: Reviewer) -> None:
    sent = reviewer.submit("/person/3", follow=False, answer="yes", reason="Tender at the rim")
    assert (sent.status_code, sent.headers["location"]) == (303, "/person/4")
    (line,) = kept(reviewer)
    assert line["answer"] == "yes"
    assert line["reason"] == "Tender at the rim"
    assert line["at"] == "2026-11-24T09:30:00"
    assert line["person_id"] == reviewer.office.queue.people[2]["person_id"]
    again = reviewer.get("/person/3").text
    assert 'value="yes" accesskey="y" checked' in again
    assert "Tender at the rim" in again
    assert "1 of 25 reviewed" in reviewer.text("/")


def test_after_the_last_one_it_goes_back_to_who_was_passed_over_and_then_to_the_results(reviewer: Reviewer) -> None:
    for place in range(2, 26):
        sent = reviewer.submit(f"/person/{place}", follow=False, answer="no")
    assert sent.headers["location"] == "/person/1"
    assert reviewer.submit("/person/1", follow=False, answer="no").headers["location"] == "/so-far"
    assert "Everybody was reviewed" in reviewer.text("/")


@pytest.mark.parametrize("fields", [{}, {"answer": ""}, {"answer": "maybe"}, {"answer": HOSTILE}])
def test_without_an_answer_nothing_is_kept_and_what_was_typed_stays(reviewer: Reviewer, fields: dict[str, Any]) -> None:
    sent = reviewer.submit("/person/1", reason="Already </textarea> typed", **fields)
    assert sent.status_code == 400
    assert "Choose an answer" in words_of(sent.text)
    assert "Already &lt;/textarea&gt; typed" in sent.text
    assert kept(reviewer) == []


def test_a_form_without_its_sign_is_refused(reviewer: Reviewer) -> None:
    assert reviewer.post("/person/1", data={"answer": "yes"}).status_code == 403
    assert reviewer.post("/so-far", data={}).status_code == 403
    assert kept(reviewer) == []


@pytest.mark.parametrize(
    "path", ["/person/0", "/person/26", "/person/x", "/person/99999999999999999999", "/person/", "/x"]
)
def test_nobody_there_is_said_so(reviewer: Reviewer, path: str) -> None:
    assert reviewer.get(path).status_code == 404
    assert reviewer.submit(path, answer="yes").status_code in (404, 405)


def test_what_a_record_says_is_never_more_than_text(reviewer: Reviewer) -> None:
    reviewer.submit("/person/1", answer="no", reason=HOSTILE)
    for path in ("/", *(f"/person/{place}" for place in range(1, 26)), "/so-far"):
        text = reviewer.get(path).text
        assert "<script" not in text
        assert " style=" not in text
    assert "&lt;script&gt;" in reviewer.get("/person/1").text


def test_looking_changes_nothing(reviewer: Reviewer, folder: Path) -> None:
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    for path in ("/", "/person/1", "/so-far"):
        reviewer.get(path)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_a_full_disk_loses_no_word_of_it(reviewer: Reviewer, monkeypatch: pytest.MonkeyPatch) -> None:
    from cluneal.population.review import Reviews, Unsaved

    def full(_: Reviews, __: object) -> None:
        raise Unsaved("no space left on device")

    monkeypatch.setattr(Reviews, "add", full)
    sent = reviewer.submit("/person/1", answer="yes", reason="x")
    assert sent.status_code == 503
    assert "no space left on device" in sent.text


def test_the_results_follow_the_answers(reviewer: Reviewer) -> None:
    assert "Nobody was reviewed yet" in reviewer.text("/so-far")
    own = [place for place, one in enumerate(reviewer.office.queue.people, 1) if one["part"] == "queue"]
    for place in own:
        reviewer.submit(f"/person/{place}", answer="yes" if place % 2 else "no")
    text = reviewer.text("/so-far")
    assert "50 in 100" in text
    assert "from 30 to 70 in 100" in text
    assert "Go on." in text
    # Ten of each: enough to fit a site.
    assert "Power:" in text


def test_it_says_when_to_stop(reviewer: Reviewer) -> None:
    for place in range(1, 21):
        reviewer.submit(f"/person/{place}", answer="no")
    assert "Even the high end is below the floor" in reviewer.text("/so-far")
    assert "Stop here" in reviewer.text("/")


def test_a_site_is_written_for_the_next_screening(reviewer: Reviewer, folder: Path) -> None:
    from cluneal.cli.screen import _site

    reviewer.submit("/so-far")
    assert not (folder / "site.json").exists()
    for place in range(1, 26):
        reviewer.submit(f"/person/{place}", answer="yes" if place % 2 else "no")
    sent = reviewer.submit("/so-far")
    assert "site.json is written" in words_of(sent.text)
    written = json.loads((folder / "site.json").read_text())
    assert _site(str(folder / "site.json")) == (written["power"], written["odds_ratio"])


def test_small_groups_are_hidden_on_the_page_too(reviewer: Reviewer) -> None:
    for place in range(1, 6):
        reviewer.submit(f"/person/{place}", answer="yes")
    assert "too few" in reviewer.text("/so-far")
