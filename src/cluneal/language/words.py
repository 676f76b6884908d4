"""Words by their dotted name: `say.map.title`, `say.ask.left(count=3)`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
LANGUAGES = tuple(sorted(one.name for one in FOLDER.iterdir() if one.is_dir() and one.name[0] not in "._"))


class Phrase(str):
    """A text that may have places for values: `{count}` is filled by `phrase(count=3)`."""

    __slots__ = ()

    def __call__(self, **values: object) -> str:
        """The text with its places filled. Raises KeyError when a value is missing."""
        return self.format(**values)


class Words(Mapping[str, Any]):
    """A part of the words: phrases, lists of phrases and further parts, by attribute or by item."""

    __slots__ = ("_parts", "_place")

    def __init__(self, parts: Mapping[str, Any], place: str = "") -> None:
        self._place = place
        self._parts = {name: _wrapped(part, f"{place}{name}.") for name, part in parts.items()}

    def __getattr__(self, name: str) -> Any:
        if name[0] == "_":
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, name: str) -> Any:
        try:
            return self._parts[name]
        except KeyError:
            raise KeyError(f"{self._place}{name}: no such words") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)


def _wrapped(part: Any, place: str) -> Any:
    if isinstance(part, Mapping):
        return Words(part, place)
    if isinstance(part, list):
        return [_wrapped(one, place) for one in part]
    return Phrase(part)


@cache
def words(language: str = "en") -> Words:
    """All words of one language; the first part of a name is the file it stands in.

    Raises:
        KeyError: there is no such language.
    """
    if language not in LANGUAGES:
        raise KeyError(f"{language}: no such language; there are {', '.join(LANGUAGES)}")
    # Reading YAML is slow to import, and only pages need it.
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return Words(
        {
            file.stem: yaml.load(file.read_text(encoding="utf-8"), loader)  # noqa: S506 - a safe loader, in C
            for file in sorted((FOLDER / language).glob("*.yaml"))
        }
    )
