"""What the running app has in its memory: read from outside, as somebody with the rights of its owner could."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .test_serve import Running, sent

PASSPHRASE = "xylophone quartz vienna mongoose"
# Freed bytes stay until they are used again: so many rounds of pages at the most.
ROUNDS = 40
PAGES = ("/", "/display", "/data", "/answers", "/learn", "/diary", "/alarms/1")


def times(app: Running, words: str) -> int:
    """How often these words stand in the memory of the app, as a page sends them or as Python keeps them."""
    number = app.process.pid
    needles = {words.encode(), words.replace(" ", "+").encode(), words.encode("utf-16-le"), words.encode("utf-32-le")}
    found = 0
    with open(f"/proc/{number}/maps") as maps, open(f"/proc/{number}/mem", "rb", 0) as memory:
        for line in maps:
            place = re.match(r"([0-9a-f]+)-([0-9a-f]+) r", line)
            if not place or "[v" in line:
                continue
            start, end = int(place[1], 16), int(place[2], 16)
            try:
                memory.seek(start)
                part = memory.read(end - start)
            except (OSError, ValueError):
                continue
            found += sum(part.count(needle) for needle in needles)
    return found


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="memory is read as Linux shows it")
def test_the_passphrase_does_not_stay_in_memory(tmp_path: Path) -> None:
    app = Running(tmp_path)
    app.enter()
    assert sent(app, "/begin", passphrase=PASSPHRASE, again=PASSPHRASE) == 303
    assert sent(app, "/lock") == 303
    assert sent(app, "/unlock", passphrase=PASSPHRASE) == 303
    try:
        # What the app does keep is found: so the rest would be too.
        assert times(app, app.token) > 0
    except PermissionError:
        app.process.kill()
        pytest.skip("this system lets nobody read the memory of a program")
    rounds = 0
    while times(app, PASSPHRASE) and rounds < ROUNDS:
        for page in PAGES:
            assert app.get(page)[0] == 200
        rounds += 1
    left = times(app, PASSPHRASE)
    app.process.kill()
    app.process.wait()
    assert left == 0
