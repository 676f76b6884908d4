"""Killed and cut off at any moment: nothing acknowledged is lost, nothing is half there, and the file opens."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cluneal.record import Journal, WrongPassphrase, vault

from .conftest import OTHER_PASSPHRASE, PASSPHRASE, POSIX, Child, Said, kept
from .test_versions import SAID_IN_1, first_version

pytestmark = [POSIX, pytest.mark.usefixtures("quick_keys")]
KILLS = 200
SECTOR = 512
Word = Callable[[str], None]


# Kills while it is written to.


def pairs(first: int, path: Path) -> Callable[[Word], None]:
    """Keep two entries at a time, say so, and now and then take a copy, which writes the log into the file."""

    def work(say: Word) -> None:
        journal, i = Journal.open(path, PASSPHRASE), first
        while True:
            journal.add(("answer", f"finding_{i % 7}", i), ("mark", f"m{i}", {"number": i}))
            say(str(i))
            i += 1
            if i % 25 == 0:
                journal.copy()

    return work


def whole_pairs(said: Said) -> list[int]:
    """The numbers of the pairs, each of which is there with both its halves, once and in order."""
    marks = [value["number"] for kind, _, value in said if kind == "mark"]
    assert [value for kind, _, value in said if kind == "answer"] == marks == list(range(len(marks)))
    return marks


def test_every_acknowledged_entry_survives_kill_9(path: Path) -> None:
    dice = random.Random(20261124)  # the moments of the kills
    Journal.create(path, PASSPHRASE).close()
    acknowledged = 0
    in_the_middle = 0
    for _ in range(KILLS):
        child = Child(pairs(acknowledged, path))
        first = child.first()
        time.sleep(dice.uniform(0, 0.02))
        child.kill()
        words, ended = child.rest()
        assert not ended
        said = [int(word) for word in [first, *words]]
        assert said == list(range(acknowledged, acknowledged + len(said)))
        acknowledged += len(said)
        pairs_kept = len(whole_pairs(kept(path)))
        # The last one may have reached the disk without a word; never the other way round.
        assert acknowledged <= pairs_kept <= acknowledged + 1
        in_the_middle += pairs_kept - acknowledged
        acknowledged = pairs_kept
    assert acknowledged > KILLS
    assert in_the_middle, "no kill came between the disk and the word: the moments are not random"


def test_killed_while_the_passphrase_changes_one_of_the_two_opens_it(path: Path) -> None:
    dice = random.Random(11)
    journal = Journal.create(path, PASSPHRASE)
    journal.add(*(("note", f"n{i}", "x" * 300) for i in range(400)))
    before = len(journal.entries())
    journal.close()
    words = (PASSPHRASE, OTHER_PASSPHRASE)
    now = cut = 0
    for _ in range(60):

        def work(say: Word, start: int = now) -> None:
            journal, i = Journal.open(path, words[start]), start
            while True:
                journal.change_passphrase(words[1 - i])
                i = 1 - i
                say(str(i))

        child = Child(work)
        last = child.first()
        time.sleep(dice.uniform(0, 0.03))
        child.kill()
        last = [last, *child.rest()[0]][-1]
        now = int(last)
        try:
            assert len(kept(path, words[now])) == before
        except WrongPassphrase:
            # It was changed once more, before that could be said.
            now, cut = 1 - now, cut + 1
            assert len(kept(path, words[now])) == before
        with pytest.raises(WrongPassphrase):
            Journal.open(path, words[1 - now])
    assert cut


# Kills before and after each step of making, upgrading and merging.

STEPS = [(os, name) for name in ("open", "close", "fsync", "replace", "link", "unlink", "write", "rename")]


@contextmanager
def killed_at(step: int) -> Iterator[None]:
    """This process is killed before its step of that number; odd ones are halves: just after one."""
    count = 0

    def counted(real: Callable[..., object]) -> Callable[..., object]:
        def call(*given: object, **named: object) -> object:
            nonlocal count
            for half in range(2):
                if count == step:
                    os.kill(os.getpid(), signal.SIGKILL)
                count += 1
                if not half:
                    result = real(*given, **named)
            return result

        return call

    with pytest.MonkeyPatch.context() as patch:
        for module, name in STEPS:
            patch.setattr(module, name, counted(getattr(module, name)))
        whole = vault.connected
        patch.setattr(vault, "connected", counted(whole))
        yield


def at_each_step(work: Callable[[], object], again: Callable[[], None]) -> Iterator[int]:
    """Do the work, killed one step later each time, until it comes to its end."""
    ended, step = False, 0
    while not ended:
        again()

        def cut(say: Word, step: int = step) -> None:
            with killed_at(step):
                work()
                # What is said goes through `os.write` too.
            say("done")

        _, ended = Child(cut).rest()
        yield step
        step += 1
        assert step < 500


def empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()


def test_killed_at_each_step_of_keeping_it_there_is_a_whole_one_or_none(path: Path) -> None:
    def work() -> None:
        journal = Journal.unsaved()
        journal.add(("answer", "fever", True), ("about", "age", 50))
        journal.keep(path, PASSPHRASE)

    whole = steps = 0
    for _ in at_each_step(work, lambda: empty(path.parent)):
        steps += 1
        if vault.state_of(path) == "none":
            # What was not finished is in nobody's way.
            journal = Journal.create(path, PASSPHRASE)
            journal.add(("answer", "fever", True))
            journal.close()
            assert kept(path) == [("answer", "fever", True)]
        else:
            whole += 1
            assert kept(path) == [("answer", "fever", True), ("about", "age", 50)]
    assert whole > 2
    assert steps - whole > 6


@pytest.mark.parametrize("with_log", [False, True])
def test_killed_at_each_step_of_an_upgrade_everything_is_there(with_log: bool, path: Path) -> None:
    def again() -> None:
        empty(path.parent)
        first_version(path, with_log)

    old = new = 0
    for _ in at_each_step(lambda: Journal.upgrade(path, PASSPHRASE), again):
        if vault.state_of(path) == "open":
            old += 1
            Journal.upgrade(path, PASSPHRASE).close()
        else:
            new += 1
        assert kept(path)[: len(SAID_IN_1)] == SAID_IN_1
        assert len(kept(path)) == len(SAID_IN_1) + with_log
    assert old > 6
    assert new > 2


# The power fails.


class Moment:
    """The files as they were at one moment: what a disk holds."""

    def __init__(self, path: Path) -> None:
        self.file, self.log = path.read_bytes(), vault.beside(path)[0].read_bytes()


def laid_out(folder: Path, file: bytes, log: bytes) -> Path:
    """These contents as a journal that nobody has open."""
    empty(folder)
    path = folder / "record.sqlite"
    path.write_bytes(file)
    vault.beside(path)[0].write_bytes(log)
    return path


def torn(content: bytes, since: int, dice: random.Random) -> bytes:
    """Everything up to `since`; of each sector after it what was written, zeros, or noise; and cut off somewhere."""
    made = bytearray(content[: dice.randint(since, len(content))])
    for start in range(since, len(made), SECTOR):
        end = min(start + SECTOR, len(made))
        made[start:end] = dice.choice([made[start:end], bytes(end - start), dice.randbytes(end - start)])
    return bytes(made)


def written(path: Path, count: int, since: int = 0) -> Moment:
    """Entries kept one pair at a time, and the files after the last word."""
    journal = Journal.open(path, PASSPHRASE)
    for i in range(since, since + count):
        journal.add(("answer", f"finding_{i % 7}", i), ("mark", f"m{i}", {"number": i}))
    moment = Moment(path)
    later = since + count
    for i in range(later, later + 6):
        journal.add(("answer", f"finding_{i % 7}", i), ("mark", f"m{i}", {"number": i}))
    moment_after = Moment(path)
    journal.close()
    # Nothing but the log grew: what the disk has of it past the last word is anybody's guess.
    assert moment_after.file == moment.file
    assert moment_after.log.startswith(moment.log)
    Path(path.parent / "later").write_bytes(moment_after.log)
    return moment


def test_the_power_fails_while_the_log_is_written(path: Path, tmp_path: Path) -> None:
    Journal.create(path, PASSPHRASE).close()
    dice = random.Random(5)
    moment = written(path, 40)
    later = (path.parent / "later").read_bytes()
    lengths = set()
    for _ in range(60):
        cut = laid_out(tmp_path / "cut", moment.file, torn(later, len(moment.log), dice))
        pairs_kept = whole_pairs(kept(cut))
        assert len(pairs_kept) >= 40
        lengths.add(len(pairs_kept))
    for length in range(len(moment.log), len(later), 700):
        cut = laid_out(tmp_path / "cut", moment.file, later[:length])
        lengths.add(len(whole_pairs(kept(cut))))
    assert lengths >= {40, 41, 42}, "what was cut never held anything"


def test_the_power_fails_while_the_log_is_written_into_the_file(path: Path, tmp_path: Path) -> None:
    Journal.create(path, PASSPHRASE).close()
    dice = random.Random(6)
    journal = Journal.open(path, PASSPHRASE)
    for i in range(60):
        journal.add(("answer", f"finding_{i % 7}", i), ("mark", f"m{i}", {"number": i}))
    before = Moment(path)
    journal.close()
    after = path.read_bytes()
    assert len(after) > len(before.file) + 2 * vault.PAGE
    for _ in range(60):
        size = dice.randint(len(before.file), len(after))
        made = bytearray(after[:size])
        for start in range(0, size, SECTOR):
            end = min(start + SECTOR, size)
            old = before.file[start:end].ljust(end - start, b"\0")
            made[start:end] = dice.choice([made[start:end], old, dice.randbytes(end - start)])
        # The salt, which never changes, begins the file.
        made[: vault.SALT_BYTES] = after[: vault.SALT_BYTES]
        cut = laid_out(tmp_path / "cut", bytes(made), before.log)
        assert len(whole_pairs(kept(cut))) == 60


def test_the_power_fails_while_the_passphrase_changes(path: Path, tmp_path: Path) -> None:
    journal = Journal.create(path, PASSPHRASE)
    journal.add(*(("note", f"n{i}", "x" * 300) for i in range(200)))
    before = Moment(path)
    # A reader keeps the log from being written into the file and emptied.
    reader = vault.connected(path, vault.key_for(path, PASSPHRASE))
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM entries").fetchall()
    journal._file.execute("PRAGMA busy_timeout = 20")
    journal.change_passphrase(OTHER_PASSPHRASE)
    after = Moment(path)
    reader.close()
    journal.close()
    assert after.log.startswith(before.log)
    dice = random.Random(7)
    opened = set()
    for number in range(40):
        log = torn(after.log, len(before.log), dice) if number else after.log
        cut = laid_out(tmp_path / "cut", before.file, log)
        for word in (PASSPHRASE, OTHER_PASSPHRASE):
            try:
                assert len(kept(cut, word)) == 200
            except WrongPassphrase:
                continue
            opened.add((number == 0, word))
            break
        else:
            pytest.fail("neither the old passphrase nor the new one opens it")
    assert opened == {(True, OTHER_PASSPHRASE), (False, PASSPHRASE)}


def test_the_disk_has_it_before_the_word(journal: Journal) -> None:
    # FULL: the log is on the disk before an entry counts.
    assert journal._file.execute("PRAGMA synchronous").fetchone() == (2,)
    assert journal._file.execute("PRAGMA journal_mode").fetchone() == ("wal",)
