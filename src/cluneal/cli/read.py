"""Read a file or standard input as plain data. Everything read is treated as hostile."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NoReturn

from .errors import InputError

STANDARD_INPUT = "-"
# A case with every finding answered is under 20 kB; a hundred times that is a mistake or an attack.
LARGEST_CASE_BYTES = 2_000_000
DEEPEST = 50


def read_bytes(name: str, largest: int = LARGEST_CASE_BYTES) -> bytes:
    """The whole content. Raises InputError when it is missing, a folder, empty or too large."""
    with _open(name) as file:
        content = file.read(largest + 1)
    if len(content) > largest:
        raise InputError(
            f"{name}: over {largest / 1e6:g} MB; one case is a few kilobytes. A series goes in a .jsonl file"
        )
    if not content.strip():
        raise InputError(f"{name}: empty; give a case, for example {{}}")
    return content


def read_data(name: str) -> object:
    """Plain data from JSON or YAML.

    Raises:
        InputError: names the place and the fix.
    """
    text = decode(read_bytes(name), name)
    if name.endswith((".yaml", ".yml")) or (name == STANDARD_INPUT and text.lstrip()[:1] not in ("{", "[")):
        return _yaml(text, name)
    return parse_json(text, name)


def read_lines(name: str) -> Iterator[tuple[int, str]]:
    """(line number, text) of every line that is not blank; one line in memory at a time."""
    with _open(name) as file:
        number = 0
        while line := file.readline(LARGEST_CASE_BYTES + 1):
            number += 1
            if len(line) > LARGEST_CASE_BYTES:
                raise InputError(f"{name}:{number}: a line over {LARGEST_CASE_BYTES / 1e6:g} MB; put one case a line")
            if line.strip():
                yield number, decode(line, f"{name}:{number}")


def decode(content: bytes, name: str) -> str:
    """Text from UTF-8, with or without a byte order mark."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: not UTF-8 at byte {error.start}; save the file as UTF-8") from None


def parse_json(text: str, name: str) -> object:
    """Plain data from JSON; names that stand twice, NaN and infinity are refused."""
    try:
        return json.loads(text, parse_constant=_not_a_number, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        raise InputError(f"{name}:{error.lineno}: {error.msg.lower()} at column {error.colno}; mend the JSON") from None
    except RecursionError:
        raise InputError(f"{name}: nested too deeply; a case has at most four levels") from None
    except ValueError as error:
        raise InputError(f"{name}: {error}") from None


def _yaml(text: str, name: str) -> object:
    from ..knowledge.yaml_source import YamlProblem, parse_yaml

    try:
        return parse_yaml(text, name).data
    except YamlProblem as problem:
        raise InputError(str(problem)) from None
    except RecursionError:
        raise InputError(f"{name}: nested too deeply; a case has at most four levels") from None


def _not_a_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a number; leave the value out when it is not known")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{name} stands twice; keep one")
        found[name] = value
    return found


def _open(name: str) -> BinaryIO:
    if name == STANDARD_INPUT:
        return sys.stdin.buffer
    try:
        return Path(name).open("rb")
    except FileNotFoundError:
        raise InputError(f"{name}: no such file; check the name") from None
    except IsADirectoryError:
        raise InputError(f"{name}: a folder; name a file in it") from None
    except OSError as error:
        raise InputError(f"{name}: {(error.strerror or str(error)).lower()}; check the file") from None
