"""Reading grade by the Flesch-Kincaid formula, as textstat counts it."""

from __future__ import annotations

import sys
from importlib import resources
from importlib.util import find_spec
from types import ModuleType
from typing import IO


def _resource_stream(package: str, name: str) -> IO[bytes]:
    return resources.files(package).joinpath(name).open("rb")


if find_spec("pkg_resources") is None:
    # textstat 0.7.4 opens its list of easy words with it; setuptools 82 and later no longer bring it.
    _stand_in = ModuleType("pkg_resources")
    _stand_in.resource_stream = _resource_stream  # type: ignore[attr-defined]
    sys.modules["pkg_resources"] = _stand_in

import textstat  # noqa: E402


def grade(text: str) -> float:
    """Years of school that it takes to read the text."""
    return float(textstat.flesch_kincaid_grade(text))
