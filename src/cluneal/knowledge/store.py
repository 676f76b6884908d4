"""Load the compiled knowledge; rebuild it when the YAML beside it has changed.

Parsing a thousand YAML files costs seconds, so start-up reads one compiled file per kind, and the long texts only
when somebody asks for them. The compiled files are made by this code from the files beside it and are as trusted as
the code: they are pickles.
"""

from __future__ import annotations

import os
import pickle
from array import array
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from .draws import Draws, parameter_draws
from .errors import StaleKnowledge
from .schema import Knowledge

ROOT = Path(__file__).parent
COMPILED = ROOT / "compiled"
LAZY = (
    "evidence",
    "sources",
    "guide",
    "faq",
    "tests",
    "ladder",
    "selfcare",
    "prevention",
    "referral",
    "visit_questions",
    "cautions",
    "codes",
)


class _Lazy(Mapping[str, Any]):
    """A mapping that reads its file when first used."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._data: dict[str, Any] | None = None

    def _loaded(self) -> dict[str, Any]:
        if self._data is None:
            self._data = pickle.loads(self._path.read_bytes())  # noqa: S301 (our own build, see module docstring)
        return self._data

    def __getitem__(self, key: str) -> Any:
        return self._loaded()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._loaded())

    def __len__(self) -> int:
        return len(self._loaded())


def fingerprint(root: Path = ROOT, dated: bool | None = None) -> str:
    """Name, size and, in a checkout, time of every file that the compiled knowledge is made from.

    An installed file's time is that of the installation, so a release goes by name and size.
    """
    if dated is None:
        dated = _is_checkout()
    lines = []
    folders = [(str(root), "")]
    while folders:
        folder, prefix = folders.pop()
        for entry in os.scandir(folder):
            if entry.is_dir():
                if entry.name not in ("compiled", "__pycache__"):
                    folders.append((entry.path, f"{prefix}{entry.name}/"))
            elif entry.name.endswith((".yaml", ".json", ".py")):
                status = entry.stat()
                lines.append(f"{prefix}{entry.name} {status.st_size} {status.st_mtime_ns if dated else 0}")
    return "\n".join(sorted(lines))


@lru_cache(maxsize=1)
def load() -> Knowledge:
    """The knowledge, from the compiled files.

    Raises:
        KnowledgeError: the YAML was changed and has problems.
        StaleKnowledge: the YAML was changed in an installed release.
    """
    _refresh()
    kinds: dict[str, Any] = pickle.loads((COMPILED / "core.pickle").read_bytes())  # noqa: S301 (our own build)
    kinds |= {kind: _Lazy(COMPILED / f"{kind}.pickle") for kind in LAZY}
    return Knowledge(**kinds)


@lru_cache(maxsize=1)
def load_draws() -> Draws:
    """Draws of every parameter, made when the knowledge was compiled."""
    _refresh()
    index, count = pickle.loads((COMPILED / "draws.index").read_bytes())  # noqa: S301 (our own build)
    values = array("f")
    values.frombytes((COMPILED / "draws.f32").read_bytes())
    return Draws(index, count, values)


@lru_cache(maxsize=1)
def _refresh() -> None:
    stamp = COMPILED / "fingerprint"
    now = fingerprint()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == now:
        return
    if stamp.exists() and not _is_checkout():
        raise StaleKnowledge(
            f"{ROOT}: the knowledge files do not match the compiled ones. Reinstall cluneal, or work in a checkout."
        )
    write(COMPILED, now)


def _is_checkout() -> bool:
    # Somebody's project may hold an installed copy, in a folder for what it depends on.
    return ROOT.parents[1].name == "src" and (ROOT.parents[2] / "pyproject.toml").exists()


def write(folder: Path, stamp: str) -> None:
    """Build the knowledge and write the compiled files; the stamp last, so that a half-written build is stale."""
    from .build import build

    knowledge = build(ROOT)
    folder.mkdir(exist_ok=True)
    (folder / "fingerprint").unlink(missing_ok=True)
    core = {name: getattr(knowledge, name) for name in Knowledge.__dataclass_fields__ if name not in LAZY}
    _replace(folder / "core.pickle", pickle.dumps(core, protocol=5))
    for kind in LAZY:
        _replace(folder / f"{kind}.pickle", pickle.dumps(dict(getattr(knowledge, kind)), protocol=5))
    draws = parameter_draws(knowledge)
    _replace(folder / "draws.index", pickle.dumps((draws.index, draws.count), protocol=5))
    _replace(folder / "draws.f32", draws.values.tobytes())
    _replace(folder / "fingerprint", stamp.encode("utf-8"))


def _replace(path: Path, content: bytes) -> None:
    # Two processes may build at once: each writes its own file and the rename is atomic.
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    partial.write_bytes(content)
    os.replace(partial, path)
