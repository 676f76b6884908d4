"""The folder that a screening writes: whole or not at all, never over something else."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from .files import RUN_FILE

MADE_BY = "cluneal screen"
REVIEWS_FILE = "reviews.jsonl"
UNFINISHED = ".unfinished"
WORK = "work"
OWNER_ONLY_FOLDER, OWNER_ONLY = 0o700, 0o600


class BadFolder(ValueError):
    """A folder that cannot be written to, or holds something else. The message names it and the fix."""


class Folder:
    """`with Folder(out) as partial`: write into `partial`; it becomes `out` when the block ends well.

    What an earlier run was killed at is removed and begun again. An earlier finished run is replaced in one step,
    unless people have been reviewed in it.

    Raises:
        BadFolder: see there.
    """

    def __init__(self, out: Path) -> None:
        self.shown = out
        self.out = Path(os.path.abspath(out))
        self.partial = self.out.with_name(f"{self.out.name}.partial")
        self.old = self.out.with_name(f"{self.out.name}.old")

    def __enter__(self) -> Path:
        check_free(self.shown)
        try:
            for left in (self.partial, self.old):
                self._remove(left)
            self.partial.mkdir(mode=OWNER_ONLY_FOLDER, parents=True)
            (self.partial / UNFINISHED).touch(OWNER_ONLY)
            (self.partial / WORK).mkdir()
        except OSError as error:
            raise BadFolder(f"{self.shown}: {_said(error)}; name another folder") from None
        return self.partial

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        if kind is not None:
            # Begun again by the next run; what is in it is of no use to anybody.
            shutil.rmtree(self.partial, ignore_errors=True)
            return
        shutil.rmtree(self.partial / WORK, ignore_errors=True)
        for file in self.partial.iterdir():
            file.chmod(OWNER_ONLY)
            _to_disk(file)
        # Once more: somebody may have begun to review while this ran.
        check_free(self.shown)
        (self.partial / UNFINISHED).unlink()
        if self.out.exists():
            os.replace(self.out, self.old)
        os.replace(self.partial, self.out)
        shutil.rmtree(self.old, ignore_errors=True)

    def _remove(self, left: Path) -> None:
        if not left.is_dir():
            if left.exists():
                raise BadFolder(f"{left}: a file, in the way of this run; move it")
            return
        if any(left.iterdir()) and not (left / UNFINISHED).exists() and not _ours(left):
            raise BadFolder(f"{left}: holds something else, in the way of this run; move it or name another folder")
        shutil.rmtree(left)


def check_free(out: Path) -> None:
    """Raises BadFolder unless the folder is new, empty, or a finished run in which nobody has been reviewed."""
    if out.is_dir():
        try:
            names = sorted(one.name for one in out.iterdir())
        except OSError as error:
            raise BadFolder(f"{out}: {_said(error)}; name another folder") from None
        if names and not _ours(out):
            raise BadFolder(f"{out}: holds something else ({names[0]}); name a new or empty folder")
        if REVIEWS_FILE in names:
            raise BadFolder(f"{out}: people have been reviewed in it; name another folder, to lose no review")
    elif out.exists() or out.is_symlink():
        raise BadFolder(f"{out}: a file; name a folder")


def run_of(folder: Path) -> dict[str, Any]:
    """`run.json` of a finished run.

    Raises:
        BadFolder: it is none.
    """
    path = folder / RUN_FILE
    try:
        run = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadFolder(f"{folder}: no finished screening; name the folder that `{MADE_BY} --out` wrote") from None
    except (OSError, ValueError) as error:
        raise BadFolder(f"{path}: cannot be read: {_said(error)}; screen again") from None
    if not isinstance(run, dict) or run.get("made_by") != MADE_BY:
        raise BadFolder(f"{path}: not written by `{MADE_BY}`; name the folder that it wrote")
    return run


def _ours(folder: Path) -> bool:
    with suppress(BadFolder):
        run_of(folder)
        return True
    return False


def _to_disk(file: Path) -> None:
    with suppress(OSError), file.open("rb") as written:
        os.fsync(written.fileno())


def _said(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()
