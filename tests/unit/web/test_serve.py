"""The app as a process: what it prints, what it keeps, and what a hand-made request gets from it."""

from __future__ import annotations

import asyncio
import os
import random
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode

import pytest

from cluneal.cli.main import main, parser
from cluneal.record import Journal
from cluneal.web import serve
from cluneal.web.render import THEMES
from cluneal.web.serve import NoPort, default_record, listen, secret

POSIX = pytest.mark.skipif(os.name == "nt", reason="rights and signals of POSIX")
START_SECONDS = 60
LARGE = 3_000_000


class Running:
    """`cluneal serve` on a port of its own, its output in files."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.folder = folder
        self.record = folder / "record.sqlite"
        self.output = folder / f"output-{len(list(folder.glob('output-*')))}"
        command = [sys.executable, "-m", "cluneal", "serve", "--record", str(self.record), "--port", str(port)]
        with self.output.open("wb") as out:
            self.process = subprocess.Popen([*command, "--no-browser"], stdout=out, stderr=subprocess.STDOUT)
        self.address = self._address()
        self.port = int(self.address.split(":")[2].split("/")[0])
        self.token = self.address.partition("token=")[2]
        self.cookie = ""

    def _address(self) -> str:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            if found := re.search(r"http://\S+(?=\n)", self.said()):
                return found.group()
            time.sleep(0.02)
        raise AssertionError(f"the app did not start: {self.said()}")

    def said(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def ask(self, *lines: str, body: bytes = b"") -> tuple[int, str]:
        """The status and all of the answer to a request that is sent as it stands; no answer is 0."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as line:
            line.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1") + body)
            answer = b""
            # After a refusal the line may be cut while more was on its way: what was answered until then counts.
            with suppress(ConnectionResetError):
                while part := line.recv(65536):
                    answer += part
        text = answer.decode("utf-8", "replace")
        return (int(text.split(" ", 2)[1]) if text else 0), text

    def get(self, path: str, *headers: str, method: str = "GET") -> tuple[int, str]:
        cookie = (f"Cookie: {self.cookie}",) if self.cookie else ()
        return self.ask(f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", *cookie, *headers)

    def enter(self) -> None:
        """Come in as a browser does."""
        _, answer = self.get(f"/open?token={self.token}")
        found = re.search(r"set-cookie: ([^;]+)", answer)
        assert found, answer
        self.cookie = found.group(1)

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(how)
        return self.process.wait(timeout=30)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    app = Running(tmp_path_factory.mktemp("served"))
    app.enter()
    yield app
    app.process.kill()
    app.process.wait()


def test_it_says_where_to_go_where_answers_are_and_how_to_stop(running: Running) -> None:
    said = running.said()
    assert str(running.record) in said
    assert "Ctrl" in said
    assert len(said.splitlines()) == 3


def test_it_listens_on_this_machine_alone(running: Running) -> None:
    assert running.address.startswith(f"http://127.0.0.1:{running.port}/open?token=")
    # The whole 127 network is this machine; only one address of it answers.
    with pytest.raises(OSError, match=r"refused|unreachable|timed out"):
        socket.create_connection(("127.0.0.2", running.port), timeout=2)


def test_hand_made_requests(running: Running) -> None:
    host = f"Host: 127.0.0.1:{running.port}"
    cookie = f"Cookie: {running.cookie}"
    form = "Content-Type: application/x-www-form-urlencoded"
    requests: list[tuple[tuple[int, ...], tuple[str, ...]]] = [
        ((200,), ("GET /display HTTP/1.1", host, cookie)),
        # Who it is asked as: no name, two names, a name that is not ours, an address in the request itself.
        ((400,), ("GET /display HTTP/1.1", cookie)),
        ((400, 421), ("GET /display HTTP/1.0", cookie)),
        ((400,), ("GET /display HTTP/1.1", host, host, cookie)),
        ((421,), ("GET /display HTTP/1.1", "Host: evil.example", cookie)),
        ((404, 421), ("GET http://evil.example/display HTTP/1.1", host, cookie)),
        ((421,), ("GET /display HTTP/1.1", "Host: evil.example", f"X-Forwarded-{host}", cookie)),
        # Where it leads.
        ((404,), ("GET /static/../data HTTP/1.1", host, cookie)),
        ((401,), ("GET /static/../data HTTP/1.1", host)),
        ((404,), ("GET //data HTTP/1.1", host, cookie)),
        ((404,), ("GET //evil.example/data HTTP/1.1", host, cookie)),
        ((401,), ("GET //static/base.css HTTP/1.1", host)),
        ((404,), ("GET /static/..\\..\\app.py HTTP/1.1", host, cookie)),
        ((400, 404), ("GET /" + "x" * 100_000 + " HTTP/1.1", host, cookie)),
        ((400, 401), ("GET /display HTTP/1.1", host, f"Cookie: {'x' * 100_000}")),
        ((400,), ("GET /display HTTP/1.1 x", host, cookie)),
        ((400,), ("nonsense",)),
        # How long it says that it is.
        ((400,), ("POST /display HTTP/1.1", host, cookie, form, "Content-Length: -1")),
        ((400,), ("POST /display HTTP/1.1", host, cookie, form, "Content-Length: 1e3")),
        ((400,), ("POST /display HTTP/1.1", host, cookie, form, "Content-Length: 5", "Content-Length: 6")),
        ((403,), ("POST /display HTTP/1.1", host, cookie, form, "Content-Length: 0")),
    ]  # fmt: skip
    for expected, lines in requests:
        status, answer = running.ask(*lines)
        assert status in expected, (lines[0][:60], answer[:300])
        assert "\r\nserver:" not in answer.lower()
    both = ("POST /display HTTP/1.1", host, cookie, form, "Content-Length: 0", "Transfer-Encoding: chunked")
    assert running.ask(*both, body=b"0\r\n\r\n")[0] in (400, 403)
    assert running.get("/display")[0] == 200


def test_too_large_is_answered_before_and_after_it_came(running: Running) -> None:
    lines = ("POST /display HTTP/1.1", f"Host: 127.0.0.1:{running.port}", f"Cookie: {running.cookie}",
             "Content-Type: application/x-www-form-urlencoded")  # fmt: skip
    status, answer = running.ask(*lines, f"Content-Length: {LARGE}", body=b"x" * LARGE)
    assert status == 413, answer[:300]
    assert "That is too large" in answer
    chunk = f"{LARGE:x}\r\n".encode() + b"x" * LARGE + b"\r\n0\r\n\r\n"
    assert running.ask(*lines, "Transfer-Encoding: chunked", body=chunk)[0] == 413


def test_a_sender_that_goes_away_harms_nobody(running: Running) -> None:
    said = running.said()
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", running.port), timeout=30) as line:
            head = f"POST /display HTTP/1.1\r\nHost: 127.0.0.1:{running.port}\r\nCookie: {running.cookie}\r\n"
            line.sendall(f"{head}Content-Length: 500\r\n\r\nform=".encode())
    assert running.get("/display")[0] == 200
    assert running.said() == said


def test_a_header_cannot_be_smuggled_in(running: Running) -> None:
    for path in ("/display/%0d%0aset-cookie:%20x=y", "/answers?from=%0d%0aset-cookie:%20x=y", "/display%0d%0a/"):
        _, answer = running.get(path)
        assert "\r\nset-cookie" not in answer.partition("\r\n\r\n")[0].lower()


@POSIX
def test_files_beside_the_journal_are_the_owner_s_alone(running: Running) -> None:
    beside = [one for one in running.folder.iterdir() if one.name.startswith("record.sqlite")]
    assert {one.name for one in beside} == {"record.sqlite.key"}, "nothing is kept before a passphrase is chosen"
    assert {stat.S_IMODE(one.stat().st_mode) for one in beside} == {0o600}


@POSIX
def test_a_page_left_open_works_after_kill_and_restart_and_the_log_holds_no_key(tmp_path: Path) -> None:
    first = Running(tmp_path)
    first.enter()
    assert first.get("/display")[0] == 200
    first.process.kill()
    first.process.wait()
    second = Running(tmp_path, first.port)
    second.cookie = first.cookie
    assert second.get("/display")[0] == 200
    assert second.get(f"/open?token={first.token}")[0] == 200, "who is inside already comes in by the cookie"
    second.cookie = ""
    assert second.get(f"/open?token={first.token}")[0] == 401
    assert second.stop() == 0
    log = second.said()
    assert log.count(second.token) == 1, "the address that is printed, and nowhere else"
    assert first.token not in log
    assert first.cookie.partition("=")[2] not in log
    assert "Traceback" not in log


KILLS = 8
PASSPHRASE = "four words for tests"


def sent(app: Running, path: str, **fields: str) -> int:
    """Send a form of ours; the status of the answer, 0 when there was none."""
    found = re.search(r'name="form" value="(\w+)"', app.get("/unlock" if path == "/unlock" else "/display")[1])
    assert found
    body = urlencode({"form": found.group(1)} | fields).encode()
    head = ("Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}")
    host = (f"Host: 127.0.0.1:{app.port}", f"Cookie: {app.cookie}")
    try:
        return app.ask(f"POST {path} HTTP/1.1", *host, *head, body=body)[0]
    except OSError:
        return 0


@POSIX
def test_the_server_killed_between_two_answers_loses_none(tmp_path: Path) -> None:
    """Colours are chosen in turn, so that each one is an entry, until the server is killed at a random moment."""
    dice = random.Random(20261124)
    acknowledged: list[str] = []
    for kill in range(KILLS):
        app = Running(tmp_path)
        app.enter()
        if kill:
            assert sent(app, "/unlock", passphrase=PASSPHRASE) == 303
        else:
            assert sent(app, "/begin", passphrase=PASSPHRASE, again=PASSPHRASE) == 303
        end = threading.Timer(dice.uniform(0.05, 0.6), app.process.kill)
        end.start()
        try:
            while sent(app, "/display", theme=(theme := THEMES[len(acknowledged) % len(THEMES)])) == 303:
                acknowledged.append(theme)
        except (AssertionError, OSError):
            pass  # killed before the form could be read
        end.join()
        app.process.wait()
        journal = Journal.open(app.record, PASSPHRASE)
        kept = [one.value for one in journal.entries() if one.key == "theme"]
        journal.close()
        # The last one may have reached the disk without a word: never the other way round.
        assert kept[: len(acknowledged)] == acknowledged
        assert len(kept) <= len(acknowledged) + 1
        acknowledged = kept
    assert len(acknowledged) > KILLS


@POSIX
def test_it_ends_when_it_is_told_to(tmp_path: Path) -> None:
    app = Running(tmp_path)
    assert app.stop(signal.SIGTERM) in (0, -signal.SIGTERM)
    assert "Traceback" not in app.said()


# Without a process.


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["serve", "--no-browser", *arguments]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    return said


def test_a_record_that_is_none_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "note.txt"
    path.write_text("a note", encoding="utf-8")
    said = refused(capsys, "--record", str(path))
    assert said == f"cluneal: {path}: damaged or not a journal; restore a copy, or name another file with --record\n"
    assert path.read_text(encoding="utf-8") == "a note"


def test_a_port_that_cannot_be_had_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = str(tmp_path / "record.sqlite")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused(capsys, "--record", record, "--port", str(port))
        assert said == f"cluneal: --port: {port}: address already in use; leave --port out to take a free one\n"
    for port in (-1, 65536, 10**30):
        said = refused(capsys, "--record", record, "--port", str(port))
        assert said.endswith(f"--port: {port}: not a port from 0 to 65535; leave --port out to take a free one\n")


def test_the_usual_port_and_else_another(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setattr(serve, "PREFERRED_PORT", taken.getsockname()[1])
        with listen(None) as found:
            assert found.getsockname()[0] == "127.0.0.1"
            assert found.getsockname()[1] != taken.getsockname()[1]
            # Who comes early waits at the port.
            socket.create_connection(found.getsockname(), timeout=5).close()
            with pytest.raises(NoPort):
                listen(found.getsockname()[1])


def test_the_key_is_kept_and_a_bad_one_is_replaced(tmp_path: Path) -> None:
    record, path = tmp_path / "record.sqlite", tmp_path / "record.sqlite.key"
    made = secret(record)
    assert len(made) == 32
    assert secret(record) == made == path.read_bytes()
    for content in (b"", b"short", bytes(33)):
        path.write_bytes(content)
        again = secret(record)
        assert again not in (made, content)
        assert secret(record) == again


@POSIX
def test_a_key_that_others_could_know_is_no_key(tmp_path: Path) -> None:
    record, path = tmp_path / "record.sqlite", tmp_path / "record.sqlite.key"
    path.write_bytes(bytes(32))
    path.chmod(0o644)
    made = secret(record)
    assert made != bytes(32)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    planted = tmp_path / "planted"
    planted.write_bytes(bytes(32))
    planted.chmod(0o600)
    path.unlink()
    path.symlink_to(planted)
    assert secret(record) != bytes(32)
    assert planted.read_bytes() == bytes(32)


def test_without_a_place_for_the_key_it_still_starts(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    record = tmp_path / "file" / "record.sqlite"
    assert len(secret(record)) == 32
    assert secret(record) != secret(record)


def test_the_journal_lies_in_the_person_s_own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert tmp_path in default_record().parents
    assert parser().parse_args(["serve"]).record is None


def test_a_page_is_sent_at_once_and_does_not_wait_to_be_acknowledged() -> None:
    found: list[int] = []

    async def talk() -> None:
        answered = asyncio.Event()

        def accepted(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            found.append(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()
            answered.set()

        listening = listen(0)
        async with await asyncio.start_server(accepted, sock=listening):
            with socket.create_connection(listening.getsockname(), timeout=5):
                await asyncio.wait_for(answered.wait(), 5)

    # In a thread of its own: another test may have left a loop in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, talk()).result()
    assert found != []
    assert found[0] != 0
