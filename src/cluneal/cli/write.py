"""Put a file in place, whole or not at all, for its owner's eyes alone."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from .errors import InputError

# What somebody says about their body is for their own eyes.
OWNER_ONLY = 0o600


def same(file: Path, out: Path) -> bool:
    """Whether both names lead to one file."""
    with suppress(OSError):
        return file.samefile(out)
    return False


def write_whole(out: Path, content: bytes) -> None:
    """Put it in place in one step: what was there before stays until the new file is on the disk.

    Raises:
        InputError: it cannot be written.
    """
    target = Path(os.path.realpath(out))
    partial = target.with_name(f"{target.name}.partial")
    try:
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, target)
    except OSError as error:
        said = (error.strerror or str(error)).lower()
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise InputError(f"--out: {out}: cannot be written: {said}; name another file") from None
