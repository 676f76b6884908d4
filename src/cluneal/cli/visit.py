"""`cluneal visit`: a case in, the page for the doctor out, as PDF."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..knowledge import load, load_draws
from ..pathway import Assessor, BadCase, read_case
from ..reasoning import UnknownSetting
from ..visit import BadChoice, Visit, choose, packet, pdf
from .assess import day_of
from .errors import InputError
from .read import STANDARD_INPUT, read_data
from .write import same, write_whole


def run(options: argparse.Namespace) -> int:
    """Write the PDF, whole or not at all, and say where it is."""
    out = Path(options.out)
    if options.out == STANDARD_INPUT:
        raise InputError("--out: a PDF goes into a file; name one")
    if options.file != STANDARD_INPUT and same(Path(options.file), out):
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
    write_whole(out, pdf(packet(visit, choice), options.paper))
    print(out)
    return 0
