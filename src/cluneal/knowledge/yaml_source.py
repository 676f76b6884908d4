"""Read one YAML file and remember on which line each value stands, so that an error can name it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from ..frozen import frozen

Place = tuple[str | int, ...]


@frozen
class YamlFile:
    """Plain data of one file and the line of every value in it."""

    name: str
    data: Any
    lines: dict[Place, int]

    def where(self, at: Place) -> str:
        """`name:line` of the value at `at`, or of its nearest parent."""
        while at and at not in self.lines:
            at = at[:-1]
        return f"{self.name}:{self.lines.get(at, 1)}"


class YamlProblem(Exception):
    """The file is not YAML that this project accepts."""


def read_yaml(path: Path) -> YamlFile:
    """Parse the file at `path`. Raises YamlProblem."""
    name = f"{path.parent.name}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise YamlProblem(f"{name}: no such file; add it") from None
    except UnicodeDecodeError as error:
        raise YamlProblem(f"{name}: not UTF-8 at byte {error.start}; save the file as UTF-8") from error
    return parse_yaml(text, name)


def parse_yaml(text: str, name: str) -> YamlFile:
    """Parse YAML text; `name` stands in the messages.

    Raises:
        YamlProblem: not YAML, a key twice, or an alias (which can blow a small file up to any size).
    """
    loader_class = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    lines: dict[Place, int] = {}
    try:
        for event in yaml.parse(text, Loader=loader_class):
            if isinstance(event, yaml.AliasEvent):
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise YamlProblem(f"{name}:{line}: an alias (*{event.anchor}); write it out")
        loader = loader_class(text)
        node = loader.get_single_node()
        data = None if node is None else _plain(loader, node, (), lines, name)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = f":{mark.line + 1}" if mark else ""
        raise YamlProblem(f"{name}{at}: {getattr(error, 'problem', None) or error}; mend the YAML") from error
    except ValueError as error:
        raise YamlProblem(f"{name}: {error}; mend the YAML") from error
    return YamlFile(name, data, lines)


def _plain(loader: Any, node: yaml.Node, at: Place, lines: dict[Place, int], name: str) -> Any:
    lines[at] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return dict(_items(loader, node, at, lines, name))
    if isinstance(node, yaml.SequenceNode):
        return [_plain(loader, item, (*at, i), lines, name) for i, item in enumerate(node.value)]
    try:
        return loader.construct_object(node)
    except ValueError as error:
        at_line = node.start_mark.line + 1
        raise YamlProblem(f"{name}:{at_line}: {node.value!r}: {error}; correct it") from error


def _items(
    loader: Any, node: yaml.MappingNode, at: Place, lines: dict[Place, int], name: str
) -> Iterator[tuple[str, Any]]:
    seen: set[str] = set()
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node)
        line = key_node.start_mark.line + 1
        if not isinstance(key, str):
            raise YamlProblem(f"{name}:{line}: the key {key!r} is not a word; put it in quotes")
        if key in seen:
            raise YamlProblem(f"{name}:{line}: {key} stands twice; keep one")
        seen.add(key)
        value = _plain(loader, value_node, (*at, key), lines, name)
        lines[(*at, key)] = line
        yield key, value
