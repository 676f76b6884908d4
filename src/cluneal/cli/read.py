"""Read a file or standard input as plain data. Everything read is treated as hostile."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ..pathway.plain import NotPlain, json_of, text_of
from .errors import InputError

STANDARD_INPUT = "-"
# A case with every finding answered is under 20 kB; a hundred times that is a mistake or an attack.
LARGEST_CASE_BYTES = 2_000_000
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_bytes(name: str, largest: int = LARGEST_CASE_BYTES) -> bytes:
    """The whole content. Raises InputError when it is missing, a folder, empty or too large."""
    with _open(name) as file, _readable(name):
        content = file.read(largest + 1)
    if len(content) > largest:
        raise InputError(
            f"{name}: over {largest / 1e6:g} MB; one case is a few kilobytes. A series goes in a .jsonl file"
        )
    if not content.removeprefix(BYTE_ORDER_MARK).strip():
        raise InputError(f'{name}: empty; write something in it, for example {{"age": 52}}')
    return content


def read_data(name: str, largest: int = LARGEST_CASE_BYTES) -> object:
    """Plain data from JSON or YAML.

    Raises:
        InputError: names the place and the fix.
    """
    text = decode(read_bytes(name, largest), name)
    return _yaml(text, name) if _is_yaml(name, text) else parse_json(text, name)


def _is_yaml(name: str, text: str) -> bool:
    """By its name; where that does not tell, JSON begins with a bracket."""
    low = name.lower()
    if low.endswith((".yaml", ".yml", ".json")):
        return not low.endswith(".json")
    return text.lstrip()[:1] not in ("{", "[", '"')


def read_lines(name: str) -> Iterator[tuple[int, str]]:
    """(line number, text) of every line that is not blank; one line in memory at a time."""
    for number, line in read_lines_or_why(name):
        if isinstance(line, InputError):
            raise line
        yield number, line


def read_lines_or_why(name: str) -> Iterator[tuple[int, str | InputError]]:
    """The same with, for a line that cannot be read, why not: the lines after it are still read."""
    with _open(name) as file, _readable(name):
        number = 0
        while line := file.readline(LARGEST_CASE_BYTES + 1):
            number += 1
            where = f"{name}:{number}"
            if len(line) > LARGEST_CASE_BYTES:
                while line and not line.endswith(b"\n"):
                    line = file.readline(LARGEST_CASE_BYTES)
                yield number, InputError(f"{where}: a line over {LARGEST_CASE_BYTES / 1e6:g} MB; put one case a line")
            elif line.removeprefix(BYTE_ORDER_MARK).strip():
                try:
                    text: str | InputError = decode(line, where)
                except InputError as problem:
                    text = problem
                yield number, text


def decode(content: bytes, name: str) -> str:
    """Text from UTF-8, with or without a byte order mark."""
    try:
        return text_of(content)
    except NotPlain as problem:
        raise InputError(f"{name}: {problem}") from None


def parse_json(text: str, name: str, line: int | None = None) -> object:
    """Plain data from JSON; names that stand twice, NaN and infinity are refused.

    `line` is where `text` stands in the file, when it is one line of a series.
    """
    try:
        return json_of(text)
    except NotPlain as problem:
        at = line or problem.line
        raise InputError(f"{name}: {problem}" if at is None else f"{name}:{at}: {problem}") from None


def _yaml(text: str, name: str) -> object:
    from ..knowledge.yaml_source import YamlProblem, parse_yaml

    try:
        return parse_yaml(text, name).data
    except YamlProblem as problem:
        raise InputError(str(problem)) from None
    except RecursionError:
        raise InputError(f"{name}: nested too deeply; a case has at most four levels") from None


def _open(name: str) -> BinaryIO:
    if name == STANDARD_INPUT:
        if sys.stdin is None:
            raise InputError("-: standard input is closed; name a file")
        return sys.stdin.buffer
    with _readable(name):
        return Path(name).open("rb")


@contextmanager
def _readable(name: str) -> Iterator[None]:
    """What the system says when a file cannot be read, as one line with the fix."""
    try:
        yield
    except FileNotFoundError:
        raise InputError(f"{name}: no such file; check the name") from None
    except IsADirectoryError:
        raise InputError(f"{name}: a folder; name a file in it") from None
    except PermissionError:
        raise InputError(f"{name}: no permission to read it; change that, or copy the file") from None
    except (OSError, ValueError) as error:
        said = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise InputError(f"{name}: {said.lower()}; check the file") from None
