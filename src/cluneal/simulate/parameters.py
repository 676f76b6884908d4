"""The simulated world's parameters, as they stand in `parameters.yaml` without their reasons."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml

HERE = Path(__file__).parent
LEAF = {"value", "why"}


def read(name: str) -> dict[str, Any]:
    """A YAML file of this room."""
    data: dict[str, Any] = yaml.load((HERE / name).read_text(encoding="utf-8"), yaml.CSafeLoader)
    return data


@lru_cache(maxsize=1)
def parameters() -> Any:
    """Groups as attributes (`.people.gap`), each value as it is written.

    A group that is one value with one reason is that value (`.hears["myofascial"]`).
    """
    return SimpleNamespace(**{name: _plain(group) for name, group in read("parameters.yaml").items()})


def _plain(group: dict[str, Any]) -> Any:
    if set(group) == LEAF:
        return group["value"]
    return SimpleNamespace(**{name: _plain(one) for name, one in group.items()})
