"""`@frozen`: a small immutable record.

To a type checker it is a frozen dataclass, and assigning to a field is an error there. At run time it is a dataclass
with slots and nothing else: a frozen one costs five times as much to define, and with a hundred of them `cluneal`
would spend more time defining classes than assessing a person (docs/decisions/0004-start-up-time.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def frozen(cls: type[T]) -> type[T]:
    """The class as a dataclass with slots, shown by its fields, equal to itself only."""
    made = dataclass(slots=True, eq=False, repr=False)(cls)
    made.__repr__ = _show  # type: ignore[method-assign]
    return made


def _show(self: object) -> str:
    fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__dataclass_fields__)  # type: ignore[attr-defined]
    return f"{type(self).__name__}({fields})"
