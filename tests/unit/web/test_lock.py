"""The passphrase: nothing is on the disk before it, nothing is seen without it, and nothing that was sent is lost."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cluneal.pathway import Assessor
from cluneal.record import Journal, state_of
from cluneal.web.app import app
from cluneal.web.desk import Desk
from cluneal.web.guard import Keys
from cluneal.web.locking import Lock

from .conftest import PORT, TODAY, Browser

PASSPHRASE = "four words that fit"
OTHER = "another four words"
RELEASED = Path(__file__).parents[1] / "record" / "released" / "version-1.sqlite"


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return tmp_path / "record.sqlite"


@pytest.fixture
def kept(browser: Browser) -> Browser:
    """The app with a journal that is kept, in its first minute."""
    assert browser.submit("/begin", passphrase=PASSPHRASE, again=PASSPHRASE).status_code == 200
    return browser


@pytest.fixture
def locked(kept: Browser) -> Browser:
    kept.submit("/lock")
    assert kept.desk.locked
    return kept


def test_nothing_is_on_the_disk_before_a_passphrase_is_chosen(browser: Browser, record: Path) -> None:
    browser.desk.journal.add(("answer", "fever", False))
    assert "not kept yet" in browser.text("/")
    assert not record.exists()
    answer = browser.submit("/begin", passphrase=PASSPHRASE, again=PASSPHRASE)
    assert answer.url.path.startswith(("/ask", "/alarms"))
    assert state_of(record) == "locked"
    # What was said before comes along.
    assert browser.desk.person().answers == {"fever": False}
    assert "not kept yet" not in browser.text("/")


@pytest.mark.parametrize(
    ("first", "again", "why"),
    [
        ("short", "short", "10 letters or signs at least"),
        (PASSPHRASE, "four words that fix", "not the same"),
        ("x" * 1001, "x" * 1001, "no more than 1000"),
        ("   four    ", "   four    ", "10 letters"),
    ],
)
def test_a_passphrase_that_cannot_be_used(browser: Browser, record: Path, first: str, again: str, why: str) -> None:
    answer = browser.submit("/begin", passphrase=first, again=again)
    assert answer.status_code == 422
    assert why in answer.text
    assert not record.exists()


def test_it_can_be_used_without_keeping(browser: Browser, record: Path) -> None:
    assert browser.get("/ask").status_code == 200
    browser.submit("/alarms/1", rest="no")
    browser.submit("/lock")
    # What is not kept is not locked either: it would be gone.
    assert not browser.desk.locked
    assert not record.exists()


@pytest.mark.parametrize("path", ["/", "/answers", "/fits", "/doctor.pdf", "/case.json", "/data/copy", "/no-such-page"])
def test_a_locked_journal_shows_nothing(locked: Browser, path: str) -> None:
    answer = locked.get(path, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/unlock?to=")
    assert answer.text == ""


def test_the_passphrase_opens_it_and_leads_back(locked: Browser) -> None:
    answer = locked.submit("/unlock?to=/answers%3Ffrom%3Dfits", passphrase=f" {PASSPHRASE} ")
    assert (answer.status_code, answer.url.path, answer.url.query) == (200, "/answers", b"from=fits")


@pytest.mark.parametrize(
    "to", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example", "x", "/a b"]
)
def test_it_leads_to_no_other_site(locked: Browser, to: str) -> None:
    answer = locked.submit(f"/unlock?to={to}", follow=False, passphrase=PASSPHRASE)
    assert answer.headers["location"] == "/"


def test_a_wrong_passphrase(locked: Browser) -> None:
    answer = locked.submit("/unlock", passphrase=OTHER)
    assert answer.status_code == 422
    assert "does not open it" in answer.text
    assert OTHER not in answer.text
    assert locked.desk.locked


def test_what_was_sent_while_it_was_locked_is_saved_once_it_is_opened(locked: Browser) -> None:
    answer = locked.submit("/ask/worse_sitting", said="yes")
    assert "What you sent last is safe" in answer.text
    assert locked.submit("/unlock?waits=1", passphrase=OTHER).status_code == 422
    after = locked.submit("/unlock?waits=1", passphrase=PASSPHRASE)
    assert after.status_code == 200
    assert locked.desk.person().answers == {"worse_sitting": True}
    # Once, and not again with the next unlocking.
    locked.desk.journal.add(("answer", "worse_sitting", None))
    locked.submit("/lock")
    locked.submit("/unlock", passphrase=PASSPHRASE)
    assert locked.desk.person().answers == {}


def test_a_form_without_its_sign_does_not_wait_its_way_in(locked: Browser) -> None:
    locked.post("/ask/worse_sitting", data={"said": "yes"})
    answer = locked.submit("/unlock", passphrase=PASSPHRASE)
    assert answer.status_code == 403
    assert locked.desk.person().answers == {}


def test_the_names_of_journals_are_seen_while_it_is_locked_and_nothing_else(locked: Browser) -> None:
    text = locked.text("/records")
    assert "record" in text
    assert "Your data" not in text


def test_what_waits_for_one_journal_goes_into_no_other(locked: Browser) -> None:
    locked.submit("/ask/worse_sitting", said="yes")
    locked.submit("/records", name="second")
    locked.submit("/begin", passphrase=OTHER, again=OTHER)
    assert locked.desk.person().answers == {}
    locked.submit("/lock")
    locked.submit("/unlock", passphrase=OTHER)
    assert locked.desk.person().answers == {}


class Times:
    """Two clocks that a test moves."""

    def __init__(self) -> None:
        self.worked = self.wall = 0.0


@pytest.fixture
def times() -> Times:
    return Times()


@pytest.fixture
def timed(assessor: Assessor, record: Path, times: Times, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    clocks = (lambda: times.worked, lambda: times.wall)
    monkeypatch.setattr("cluneal.web.app.Lock", lambda made, desk: Lock(made, desk, clocks))
    keys = Keys(b"test")
    desk = Desk(assessor, Journal.create(record, PASSPHRASE), today=lambda: TODAY)
    client = Browser(app(desk, keys, PORT), base_url=f"http://127.0.0.1:{PORT}")
    client.cookies.set(f"cluneal_{PORT}", keys.session)
    client.desk, client.keys = desk, keys
    with client:
        yield client
    desk.lock()


def test_it_locks_when_nobody_comes_for_a_while(timed: Browser, times: Times) -> None:
    timed.get("/")
    times.worked += 15 * 60 - 1
    assert timed.get("/answers").url.path == "/answers"
    times.worked += 15 * 60
    assert timed.get("/answers").url.path == "/unlock"


def test_it_locks_when_the_machine_slept(timed: Browser, times: Times) -> None:
    timed.get("/")
    times.wall += 15 * 60
    assert timed.get("/").url.path == "/unlock"


def test_the_time_is_the_person_s_choice(timed: Browser, times: Times) -> None:
    assert "Changed." in timed.submit("/passphrase", minutes="60").text
    times.worked += 59 * 60
    assert timed.get("/").url.path == "/"
    assert 'data-minutes="60"' in timed.get("/").text
    timed.submit("/passphrase", minutes="7")
    assert timed.desk.lock_minutes == 60


def test_a_new_passphrase_needs_the_old_one(kept: Browser) -> None:
    wrong = kept.submit("/passphrase", old="not the old one", passphrase=OTHER, again=OTHER)
    assert wrong.status_code == 422
    assert "does not open it" in wrong.text
    assert "Changed." in kept.submit("/passphrase", old=PASSPHRASE, passphrase=OTHER, again=OTHER).text
    kept.desk.journal.add(("answer", "fever", False))
    kept.submit("/lock")
    assert kept.submit("/unlock", passphrase=PASSPHRASE).status_code == 422
    assert kept.submit("/unlock", passphrase=OTHER).url.path == "/"
    assert kept.desk.person().answers == {"fever": False}


def test_a_journal_of_version_1_is_locked_before_it_is_shown(assessor: Assessor, record: Path) -> None:
    shutil.copy(RELEASED, record)
    keys = Keys(b"test")
    desk = Desk(assessor, None, record, today=lambda: TODAY)
    with Browser(app(desk, keys, PORT), base_url=f"http://127.0.0.1:{PORT}") as client:
        client.cookies.set(f"cluneal_{PORT}", keys.session)
        client.keys = keys
        page = client.get("/answers")
        assert page.url.path == "/unlock"
        assert "move into a locked file" in page.text
        assert client.submit("/unlock", passphrase="short", again="short").status_code == 422
        assert client.submit("/unlock", passphrase=PASSPHRASE, again=PASSPHRASE).url.path == "/"
    assert state_of(record) == "locked"
    assert desk.person().answers == {"night_pain": False, "fever": None}
    desk.lock()


def test_a_file_that_is_none(assessor: Assessor, record: Path) -> None:
    record.write_bytes(b"x" * 5000)
    keys = Keys(b"test")
    with Browser(app(Desk(assessor, None, record), keys, PORT), base_url=f"http://127.0.0.1:{PORT}") as client:
        client.cookies.set(f"cluneal_{PORT}", keys.session)
        answer = client.get("/")
        assert (answer.status_code, answer.url.path) == (422, "/unlock")
        assert "damaged or not a journal" in answer.text


def test_the_journals_of_two_people(kept: Browser, record: Path) -> None:
    kept.desk.journal.add(("answer", "fever", True))
    assert kept.submit("/records", name="second").url.path == "/begin"
    kept.submit("/begin", passphrase=OTHER, again=OTHER)
    assert kept.desk.person().answers == {}
    assert kept.desk.record == record.with_name("second.sqlite")
    kept.submit("/records", open="record")
    assert kept.desk.locked
    assert kept.submit("/unlock", passphrase=OTHER).status_code == 422
    kept.submit("/unlock", passphrase=PASSPHRASE)
    assert kept.desk.person().answers == {"fever": True}


@pytest.mark.parametrize("name", ["../outside", "a/b", "", "  ", "x" * 41, ".hidden", "nul\0", "C:stream"])
def test_a_name_that_is_none(kept: Browser, name: str, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    assert kept.submit("/records", name=name).status_code == 422
    assert sorted(tmp_path.rglob("*")) == before


def test_names_that_are_taken_or_gone(kept: Browser) -> None:
    assert "a journal of that name" in kept.submit("/records", name="record").text
    assert "no such journal any more" in kept.submit("/records", open="nobody").text


def test_answers_that_are_not_kept_are_let_go_only_when_that_is_said(browser: Browser) -> None:
    browser.desk.journal.add(("answer", "fever", True))
    assert "not kept yet" in browser.submit("/records", name="second").text
    assert browser.desk.person().answers == {"fever": True}
    browser.submit("/records", name="second", sure="yes")
    assert browser.desk.person().answers == {}


def test_erasing_deletes_the_file_and_begins_anew(kept: Browser, record: Path) -> None:
    kept.desk.journal.add(("answer", "fever", True))
    assert "Everything is erased" in kept.submit("/data/erase", sure="yes").text
    assert not list(record.parent.glob("record.sqlite*"))
    assert kept.desk.person().answers == {}
    assert "not kept" not in kept.text("/")


def test_two_copies_come_together(kept: Browser, tmp_path: Path) -> None:
    kept.desk.journal.add(("answer", "fever", True))
    content = kept.get("/data/copy").content
    other = tmp_path / "laptop" / "copy.sqlite"
    other.parent.mkdir()
    other.write_bytes(content)
    journal = Journal.open(other, PASSPHRASE)
    journal.add(("answer", "fever", False), ("answer", "worse_sitting", True))
    changed = journal.copy()
    journal.close()

    def sent(content: bytes, passphrase: str) -> str:
        form = {"form": kept.keys.form, "passphrase": passphrase}
        return kept.post("/data/merge", data=form, files={"copy": ("copy", content)}).text

    assert "does not open this copy" in sent(changed, OTHER)
    assert "2 entries were new" in sent(changed, PASSPHRASE)
    assert kept.desk.person().answers == {"fever": False, "worse_sitting": True}
    assert "All of it was here already" in sent(content, PASSPHRASE)
    assert "cannot be brought in" in sent(b"\x89PNG" * 1000, PASSPHRASE)
    assert "cannot be brought in" in sent(b'{"entries": []}', "")
    assert "Choose a file first" in kept.post("/data/merge", data={"form": kept.keys.form}).text


def test_a_copy_that_anybody_can_read_needs_a_yes_and_comes_back(kept: Browser) -> None:
    kept.desk.journal.add(("answer", "fever", True))
    kept.desk.journal.add(("answer", "fever", False))
    assert "Tick the box first" in kept.submit("/data/plain").text
    open_copy = kept.submit("/data/plain", sure="yes")
    assert len(open_copy.json()["entries"]) == 2
    kept.submit("/records", name="second")
    form = {"form": kept.keys.form}
    answer = kept.post("/data/merge", data=form, files={"copy": ("copy.json", open_copy.content)})
    assert "2 entries were new" in answer.text
    assert kept.desk.person().answers == {"fever": False}


def test_a_copy_that_is_too_large(kept: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cluneal.web.guard.LARGEST_COPY", 1000)
    answer = kept.post("/data/merge", data={"form": kept.keys.form}, files={"copy": ("copy", b"x" * 2000)})
    assert answer.status_code == 413


def test_the_passphrase_stands_nowhere(kept: Browser, record: Path, capfd: pytest.CaptureFixture[str]) -> None:
    import gc

    kept.submit("/lock")
    kept.submit("/unlock", passphrase="wrong words for it")
    kept.submit("/unlock", passphrase=PASSPHRASE)
    kept.get("/data")
    for file in record.parent.iterdir():
        assert PASSPHRASE.encode() not in file.read_bytes()
    said = capfd.readouterr()
    assert said.out + said.err == ""
    gc.collect()
    held = [one for one in gc.get_objects() if isinstance(one, dict) and PASSPHRASE in map(_text, one.values())]
    # The module of this test names it; nothing of the app does.
    assert [one.get("__name__") for one in held] == [__name__]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def test_each_form_of_the_lock_carries_its_sign(browser: Browser, kept: Browser) -> None:
    for path in ("/", "/passphrase", "/records", "/data/copies"):
        html = kept.get(path).text
        assert len(re.findall("<form", html)) == len(re.findall('name="form"', html)), path
