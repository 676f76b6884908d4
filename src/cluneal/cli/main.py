"""Read the command line, call one command, and turn what goes wrong into one clear line."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from .. import __version__

BAD_INPUT = 2
INTERRUPTED = 130


def parser() -> argparse.ArgumentParser:
    """The whole command line. Nothing heavy is imported to build it."""
    top = argparse.ArgumentParser(
        prog="cluneal",
        description="Could it be a cluneal nerve? What fits, what must be ruled out first, and what would settle it.",
    )
    top.add_argument("--version", action="version", version=f"cluneal {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)

    serve = commands.add_parser("serve", help="the app in the browser, on this machine only")
    serve.add_argument("--record", metavar="FILE", help="the journal (one in your own data folder)")
    serve.add_argument("--port", type=int, default=None, help="of the loopback address (8765, or one that is free)")
    serve.add_argument("--no-browser", action="store_true", help="print the address and open nothing")

    assess = commands.add_parser("assess", help="assess one case (JSON or YAML), or a series (.jsonl)")
    assess.add_argument("file", help="the case, or - for standard input")
    assess.add_argument("--format", choices=("text", "json", "jsonl"), default="text")
    assess.add_argument(
        "--prior",
        default="chosen",
        help="chosen (what the studies support), level (every cause alike), sceptic or guide",
    )
    assess.add_argument("--on", metavar="DATE", help="assess as on this day (today)")

    ask = commands.add_parser("ask", help="an interview: alarm questions first, then the most useful one each time")
    ask.add_argument("--save", default="case.json", metavar="FILE", help="the case file, saved at every answer")
    ask.add_argument("--setting", default=None, help="primary_care or pain_or_spine_clinic")
    ask.add_argument("--examine", action="store_true", help="ask for examination findings too")

    block = commands.add_parser("block", help="read a diagnostic block by every published definition")
    block.add_argument("file", help="CSV (minute,pain,movement_pain) or JSON, or - for standard input")
    block.add_argument("--drug", help='what was injected, for example "lidocaine 1 %%, 2 mL"')
    block.add_argument("--format", choices=("text", "json"), default="text")

    visit = commands.add_parser("visit", help="write the page for the doctor (PDF) from a case")
    visit.add_argument("file", help="the case, or - for standard input")
    visit.add_argument("--out", required=True, metavar="FILE.pdf", help="where the PDF goes")
    visit.add_argument("--paper", choices=("a4", "letter"), default="a4")
    visit.add_argument(
        "--leave-out", action="append", default=[], metavar="PART", help="not on the page (may be given several times)"
    )
    visit.add_argument("--name", default="", help="printed on the page; none without it")
    visit.add_argument("--prior", default="chosen", help="as of assess")
    visit.add_argument("--on", metavar="DATE", help="made as on this day (today)")

    guide = commands.add_parser("guide", help="the patient guide, claim by claim, with what the studies say")
    guide.add_argument("--verdict", choices=("supported", "different", "unsourced", "contradicted"))
    guide.add_argument("--section", help="a section of the guide, such as 4.2")
    guide.add_argument("--format", choices=("text", "json"), default="text")

    cite = commands.add_parser("cite", help="follow a number to its source: a fact, claim, source, cause or finding")
    cite.add_argument("id", help="any id that is shown, or cause/finding for one likelihood")

    knowledge = commands.add_parser("knowledge", help="look at, check and describe what is known")
    knowledge.add_argument("what", choices=("check", "findings", "causes", "schema", "cite"))
    knowledge.add_argument("id", nargs="?", help="for cite: the id to follow; for schema: one folder")

    calibrate = commands.add_parser("calibrate", help="choose the power from your own labelled data")
    calibrate.add_argument("file", help="CSV: findings 0, 1 or blank, and a class column")
    calibrate.add_argument("--class", dest="label", metavar="COLUMN", help="the class column (the last one)")
    calibrate.add_argument("--plot", metavar="FILE.svg", help="write the reliability plot")
    calibrate.add_argument("--format", choices=("text", "json"), default="text")
    calibrate.add_argument("--seed", type=int, default=1, help="of the random folds (1)")
    return top


def start() -> int:
    """`main` as a process of its own: too short-lived to look for cycles, which would cost a tenth of its time."""
    gc.disable()
    return main()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status. 0 done, 2 bad input, 1 knowledge that does not hold together."""
    options = parser().parse_args(arguments)
    command = import_module(f".{options.command}", __package__)
    from ..knowledge.errors import KnowledgeError, StaleKnowledge
    from .errors import InputError, one_line

    # A sign that the terminal cannot show is written as its number; in JSON that is the same text.
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        status: int = command.run(options)
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except InputError as problem:
        print(f"cluneal: {one_line(problem)}", file=sys.stderr)
        return BAD_INPUT
    except KnowledgeError as problem:
        print("\n".join(f"cluneal: {line}" for line in problem.problems), file=sys.stderr)
        return 1
    except StaleKnowledge as problem:
        print(f"cluneal: {problem}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader has gone (`cluneal guide | head`): nothing is wrong, and nothing more is to be said.
        _drop_output()
        return 0
    except OSError as error:
        # Files that are named are read and written with their own messages: what is left is the output.
        _drop_output()
        said = one_line(error.strerror or error).lower()
        print(f"cluneal: standard output: {said}; write it somewhere else", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return INTERRUPTED


def _drop_output() -> None:
    """Send what is still to be written nowhere, so that leaving does not fail on it again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
