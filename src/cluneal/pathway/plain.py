"""Plain data from the bytes of a file that anybody may have written. Everything read is treated as hostile."""

from __future__ import annotations

import json
from typing import NoReturn

MOST_DIGITS = 40
DIGITS_SHOWN = 10


class NotPlain(ValueError):
    """The bytes are no JSON that a case can be made of. The message names the fix; `line` where it is, if known."""

    def __init__(self, said: str, line: int | None = None) -> None:
        super().__init__(said)
        self.line = line


def text_of(content: bytes) -> str:
    """Text from UTF-8, with or without a byte order mark. Raises NotPlain."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotPlain(f"not UTF-8 at byte {error.start}; save the file as UTF-8") from None
    if "\0" in text:
        raise NotPlain(f"not UTF-8 text at byte {content.index(0)}; save the file as UTF-8")
    return text


def json_of(text: str) -> object:
    """Plain data from JSON; names that stand twice, NaN and infinity are refused. Raises NotPlain."""
    try:
        return json.loads(text, parse_constant=_not_a_number, parse_int=_whole, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        said = error.msg.lower().removesuffix(" at")
        raise NotPlain(f"{said} at column {error.colno}; mend the JSON", error.lineno) from None
    except RecursionError:
        raise NotPlain("nested too deeply; a case has at most four levels") from None


def _not_a_number(word: str) -> NoReturn:
    raise NotPlain(f"{word} is not a number; leave the value out when it is not known")


def _whole(word: str) -> int:
    if len(word) > MOST_DIGITS:
        raise NotPlain(f"{word[:DIGITS_SHOWN]}... is a number of {len(word)} digits; correct it")
    return int(word)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise NotPlain(f"{name} stands twice; keep one")
        found[name] = value
    return found
