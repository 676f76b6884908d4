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

    _record(commands)

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

    screen = commands.add_parser("screen", help="records of many people to a queue of those worth a second look")
    screen.add_argument(
        "input", metavar="INPUT", help="OMOP (DuckDB file, Parquet or CSV folder) or bulk FHIR (NDJSON)"
    )
    screen.add_argument(
        "--out", required=True, metavar="DIR", help="a new or empty folder; none of it leaves but the report"
    )
    screen.add_argument("--capacity", type=int, default=40, metavar="N", help="how many can be looked at (40)")
    screen.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb")
    screen.add_argument("--prior", default="chosen", help="as of assess")
    screen.add_argument("--setting", default="pain_or_spine_clinic", help="primary_care or pain_or_spine_clinic")
    screen.add_argument("--site", metavar="FILE", help="site.json of `cluneal review`: what your own reviews say")
    screen.add_argument("--on", metavar="DATE", help="screen as on this day (today)")
    screen.add_argument("--memory", metavar="SIZE", help="most that the database may take, such as 2GB")

    review = commands.add_parser("review", help="look through the queue of `cluneal screen` in the browser")
    review.add_argument("dir", metavar="DIR", help="the folder that `cluneal screen` wrote")
    review.add_argument("--floor", type=float, default=0.05, metavar="SHARE", help="stop when fewer are right (0.05)")
    review.add_argument("--port", type=int, default=None, help="of the loopback address (8765, or one that is free)")
    review.add_argument("--no-browser", action="store_true", help="print the address and open nothing")

    simulate = commands.add_parser("simulate", help="a population of made-up people with known truth, for tests")
    simulate.add_argument("--persons", type=int, required=True, metavar="N", help="how many people")
    simulate.add_argument("--seed", type=int, default=1, metavar="S", help="the same seed, the same people (1)")
    simulate.add_argument("--out", required=True, metavar="DIR", help="a new folder for records and truth")
    simulate.add_argument("--as", dest="standard", choices=("omop", "fhir"), default="omop")
    simulate.add_argument("--format", choices=("parquet", "csv"), help="of OMOP (parquet)")
    simulate.add_argument("--coding", choices=("good", "ordinary", "bad"), default="ordinary")
    simulate.add_argument("--prevalence", type=float, metavar="SHARE", help="share with a cluneal cause (0.02)")
    return top


def _record(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    record = commands.add_parser("record", help="your record: make, add to, show, export, import, merge, erase it")
    actions = record.add_subparsers(dest="action", metavar="ACTION", required=True)

    def action(name: str, said: str) -> argparse.ArgumentParser:
        made = actions.add_parser(name, help=said)
        made.add_argument("file", metavar="FILE", help="the record")
        return made

    action("new", "make one, or lock one of an older cluneal, with a passphrase")
    add = action("add", "add an entry, or correct one")
    add.add_argument("kind", metavar="KIND", help="about, answer, mark, treatment, checkin, note and others")
    add.add_argument("key", metavar="KEY", help="which one: a finding, a day, a name")
    add.add_argument("value", metavar="VALUE", help="JSON or a word; yes, no or not_sure; null takes it back")
    show = action("show", "print what holds now")
    show.add_argument("--history", action="store_true", help="everything that was ever said, in order")
    show.add_argument("--format", choices=("text", "json"), default="text")
    export = action("export", "write a copy, locked with the same passphrase")
    export.add_argument("--out", required=True, metavar="FILE", help="where it goes; - prints what is not locked")
    export.add_argument("--replace", action="store_true", help="write over what is there")
    form = export.add_mutually_exclusive_group()
    form.add_argument("--plain", action="store_true", help="everything as JSON that anybody can read")
    form.add_argument("--case", action="store_true", help="what holds now, as a case for cluneal assess")
    export.add_argument("--yes", action="store_true", help="with --plain: you will look after the file")
    action("import", "take in a case, or what export --plain wrote").add_argument("case", metavar="CASE.json")
    action("merge", "take in another copy of the same record").add_argument("other", metavar="OTHER")
    action("passphrase", "choose another passphrase")
    erase = action("erase", "delete it, with everything in it")
    erase.add_argument("--yes", action="store_true", help="ask nothing")


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
