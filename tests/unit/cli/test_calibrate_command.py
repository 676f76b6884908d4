"""`cluneal calibrate`: what it prints, draws and refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from cluneal.cli import calibrate as command
from cluneal.cli.errors import InputError
from cluneal.cli.main import main

PAGE = Path(__file__).parents[3] / "docs/how-to/calibrate-on-your-data.md"
Write = Callable[[str | bytes], str]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(content: str | bytes) -> str:
        file = tmp_path / "data.csv"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(file)

    return write


def registry(seed: int = 1, header: str = "leg,night,walk,source") -> str:
    """120 people in two classes; `leg` and `walk` are the same answer but for a tenth of the people."""
    random = np.random.default_rng(seed)
    rows = [header]
    for i in range(120):
        kind = i % 2
        leg = int(random.random() < (0.8 if kind else 0.2))
        walk = leg if random.random() < 0.9 else 1 - leg
        night = "" if random.random() < 0.2 else str(int(random.random() < (0.6 if kind else 0.4)))
        rows.append(f"{leg},{night},{walk},{'nerve' if kind else 'joint'}")
    return "\n".join(rows) + "\n"


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["calibrate", *arguments]) == 0
    streams = capsys.readouterr()
    assert streams.err == ""
    return streams.out


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["calibrate", *arguments]) == 2
    streams = capsys.readouterr()
    assert streams.out == ""
    assert streams.err.startswith("cluneal: ")
    assert streams.err.count("\n") == 1
    return streams.err


def data(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(printed(capsys, *arguments, "--format", "json"))
    return report


def test_the_report_says_who_how_and_what(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, write(registry()))
    for words in (
        "120 people, 3 findings",
        "joint 60, nerve 60",
        "people whom the model never saw",
        "log loss, nats per person",
        "95 % bootstrap interval",
        "over the 50 outer folds: median",
        "    power: ",
    ):
        assert words in out
    assert max(map(len, out.splitlines())) <= 100


def test_the_data_form_has_every_figure(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    report = data(capsys, write(registry()), "--seed", "4")
    assert report["people"] == 120
    assert report["findings"] == ["leg", "night", "walk"]
    assert report["classes"] == {"joint": 60, "nerve": 60}
    assert report["scheme"]["seed"] == 4
    assert set(report["power_1"]) == set(report["chosen_power"]) == {name for name, _ in command.ROWS}
    gain = report["difference_in_log_loss"]
    assert gain["difference"] == pytest.approx(report["chosen_power"]["log_loss"] - report["power_1"]["log_loss"])
    spread = report["power_over_outer_folds"]
    assert spread["low"] <= spread["median"] <= spread["high"]
    assert 0.1 <= report["fitted_to_everybody"]["power"] <= 1.5
    assert report["blank"] == pytest.approx(0.2 / 3, abs=0.03)


def test_the_same_seed_prints_the_same(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(registry())
    assert printed(capsys, file, "--seed", "3") == printed(capsys, file, "--seed", "3")


def test_the_class_column_may_stand_anywhere(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    last = data(capsys, write(registry()))
    rows = [row.split(",") for row in registry().splitlines()]
    first = data(capsys, write("\n".join(",".join([row[3], *row[:3]]) for row in rows)), "--class", "source")
    assert first == last


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\n\n"),
        lambda text: text.replace("joint", ' "joint" '.strip()),
        lambda text: text.replace("1,", " 1.0 ,").replace("0,", "0.0,"),
    ],
    ids=["byte order mark", "Windows lines", "blank lines", "quotes", "spreadsheet decimals"],
)
def test_the_forms_that_spreadsheets_write_are_read_alike(change: Callable[[str], str], write: Write) -> None:
    plain = command.read_table(write(registry()), None)
    other = command.read_table(write(change(registry())), None)
    assert (other.findings, other.classes) == (plain.findings, plain.classes)
    np.testing.assert_array_equal(other.answers, plain.answers)
    np.testing.assert_array_equal(other.codes, plain.codes)


def test_a_blank_is_not_an_absence(write: Write) -> None:
    table = command.read_table(write("a,b,c\n" + "1,,x\n0, ,y\n" * 10), None)
    np.testing.assert_array_equal(table.answers[:2], [[1, -1], [0, -1]])


@pytest.mark.parametrize(
    ("value", "words"), [("1", "extra is 1 in everybody who has it"), ("", "extra is blank in everybody")]
)
def test_a_constant_column_is_kept_with_a_warning(
    value: str, words: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = registry().splitlines()
    text = "\n".join([f"extra,{rows[0]}", *(f"{value},{row}" for row in rows[1:])])
    report = data(capsys, write(text))
    assert report["findings"][0] == "extra"
    assert any(words in warning for warning in report["warnings"])
    assert words in " ".join(printed(capsys, write(text)).split())


def test_the_page_shows_what_comes(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert "```csv\n" + "".join(registry().splitlines(keepends=True)[:5]) + "```" in page
    assert "```text\n" + printed(capsys, write(registry())) + "```" in page


def line(text: str) -> str:
    """A registry with one more line."""
    return registry() + text + "\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", ":1: empty; write a header"),
        ("\n \n", ":1: empty; write a header"),
        ("leg,source\n", ":2: a header and nobody under it"),
        (registry(header="leg,leg,walk,source"), ":1: column leg stands twice; rename"),
        (registry(header="leg,,walk,source"), ":1: column 2 has no name; name it"),
        (registry(header="leg,ni\x00ght,walk,source"), ":1: not UTF-8"),
        (registry(header="leg,ni\x1bght,walk,source"), ":1: the name of column 2 has characters that are not text"),
        (line("1,0,1,n\x1b[2Jerve"), ":122: source: characters that are not text"),
        (registry().replace(",", ";"), ":1: one column only;"),
        (line("1,0,nerve"), ":122: 3 values for 4 columns; give each"),
        (line("1,0,1,1,nerve"), ":122: 5 values for 4 columns"),
        (line("1,NaN,1,nerve"), ":122: night: 'NaN' is not 0, 1 or blank; leave it blank when it is not known"),
        (line("1,yes,1,nerve"), ":122: night: 'yes' is not 0, 1 or blank"),
        (line("1,2,1,nerve"), ":122: night: '2' is not 0, 1 or blank"),
        (line("1,-1,1,nerve"), ":122: night: '-1' is not 0, 1 or blank"),
        (line("1,\u0661,1,nerve"), ":122: night: '\u0661' is not 0, 1 or blank"),
        (line("1,0,1,"), ":122: source: no class; fill it in"),
        (line("1,0,1,nan"), ":122: source: no class; fill it in"),
        (line(",,,"), ":122: source: no class; fill it in"),
        (line("1,0,1,disc"), ":122: class 'disc' has 1 member; 10 folds need 10 or more: add people"),
        (line("\n".join(["1,0,1,disc"] * 9)), ":122: class 'disc' has 9 members; 10 folds need 10 or more"),
        (registry().replace("joint", "nerve"), ":1: source is 'nerve' in everybody; give two classes"),
        ("leg,age\n" + "\n".join(f"1,{age}" for age in range(60)), ":1: age has 60 different values, over 50"),
        (line('1,0,"1,nerve'), "write plain CSV"),
        (line('1,0,"1"x,nerve'), ":122: "),
        (registry().encode() + b"1,0,1,n\xe9rve\n", ":122: not UTF-8"),
        (registry().encode("utf-16"), ":1: not UTF-8"),
    ],
)
def test_bad_data_gets_its_line_and_the_fix(
    content: str | bytes, words: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(content)
    message = refused(capsys, file)
    assert message.startswith(f"cluneal: {file}:")
    assert words in message


def test_a_class_column_that_is_not_named_is_suggested(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    message = refused(capsys, write("source,leg\n" + "nerve,1\njoint,0\n" * 20))
    assert "source: 'nerve' is not 0, 1 or blank" in message
    assert "add --class source" in message


@pytest.mark.parametrize(
    ("label", "words"),
    [("sorce", "Did you mean source?"), ("diagnosis", "The columns are leg, night, walk, source.")],
)
def test_a_class_column_that_is_not_there_is_named(
    label: str, words: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    message = refused(capsys, write(registry()), "--class", label)
    assert f"no column '{label}'" in message
    assert words in message


def test_a_file_over_the_limit_is_refused(
    write: Write, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "LARGEST_TABLE_BYTES", 500)
    assert "a random sample of the people gives the same power" in refused(capsys, write(registry()))


def test_a_file_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert "nowhere.csv: no such file" in refused(capsys, "nowhere.csv")


def test_a_seed_below_0_is_refused(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    assert "--seed: -1 is below 0" in refused(capsys, write(registry()), "--seed", "-1")


# The plot


def test_the_plot_is_one_readable_file(write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "plot.svg"
    report = data(capsys, write(registry()), "--plot", str(file))
    text = file.read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    names = {root.find(f"{SVG}{tag}").get("id") for tag in ("title", "desc")}  # type: ignore[union-attr]
    assert root.get("role") == "img"
    assert set((root.get("aria-labelledby") or "").split()) == names
    assert "prefers-color-scheme: dark" in text
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    for which, mark in (("power_1", "rect"), ("chosen_power", "circle")):
        drawn = [one for one in root.iter(f"{SVG}{mark}") if "mark" in (one.get("class") or "") and len(one)]
        shown = [one for one in report["reliability"][which] if one["people"] >= 1]
        assert len(drawn) == len(shown)
        assert f"{report[which]['calibration_error']:.3f}" in text


def test_a_mark_on_the_diagonal_is_drawn_on_the_diagonal() -> None:
    x, y = float(command._x(0.3)), float(command._y(0.3))
    assert x - command.LEFT == pytest.approx(command.TOP + command.SIDE - y)


@pytest.mark.parametrize(
    ("name", "words"), [("data.csv", "a name that ends in .svg"), ("no/such/plot.svg", "make it first")]
)
def test_a_plot_that_cannot_be_written_is_refused_before_the_work(
    name: str, words: str, write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(registry())
    assert words in refused(capsys, file, "--plot", str(tmp_path / name))
    assert Path(file).read_text() == registry()


def test_a_plot_that_fails_does_not_lose_the_report(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "plot.svg").mkdir()
    assert main(["calibrate", write(registry()), "--plot", str(tmp_path / "plot.svg")]) == 2
    streams = capsys.readouterr()
    assert "Fitted to everybody" in streams.out
    assert "name another file" in streams.err


def test_input_errors_are_one_kind(write: Write) -> None:
    with pytest.raises(InputError):
        command.read_table(write(""), None)
