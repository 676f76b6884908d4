"""`cluneal visit`: a case in, the page for the doctor out, as PDF."""

from __future__ import annotations

import argparse
import os
from contextlib import suppress
from pathlib import Path

from ..knowledge import load, load_draws
from ..pathway import Assessor, BadCase, read_case
from ..reasoning import UnknownSetting
from ..visit import BadChoice, Visit, choose, packet, pdf
from .assess import day_of
from .errors import InputError
from .read import STANDARD_INPUT, read_data

# What somebody says about their body is for their own eyes.
OWNER_ONLY = 0o600


def run(options: argparse.Namespace) -> int:
    """Write the PDF, whole or not at all, and say where it is."""
    out = Path(options.out)
    if options.out == STANDARD_INPUT:
        raise InputError("--out: a PDF goes into a file; name one")
    if options.file != STANDARD_INPUT and _same(Path(options.file), out):
        raise InputError(f"--out: {options.out} is the case itself; name another file")
    try:
        choice = choose(options.leave_out, options.name)
    except BadChoice as problem:
        raise InputError(f"--leave-out: {problem}") from None
    day = day_of(options.on)
    knowledge = load()
    assessor = Assessor(knowledge, load_draws(), options.prior)
    try:
        assessor.model(next(iter(knowledge.model.settings)))
        case = read_case(read_data(options.file), tuple(knowledge.model.settings), day)
        visit = Visit(case, assessor.findings(case, day), assessor.assess(case, day), knowledge, day)
    except UnknownSetting as problem:
        raise InputError(f"--{problem}") from None
    except BadCase as problem:
        raise InputError(f"{options.file}: {problem}") from None
    _write(out, pdf(packet(visit, choice), options.paper))
    print(out)
    return 0


def _same(file: Path, out: Path) -> bool:
    with suppress(OSError):
        return file.samefile(out)
    return False


def _write(out: Path, content: bytes) -> None:
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
