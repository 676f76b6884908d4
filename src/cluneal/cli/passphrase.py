"""Ask for a passphrase: at the terminal without showing it, or from standard input, a line each. Never an argument."""

from __future__ import annotations

import sys
from getpass import getpass

from .errors import InputError

LONGEST_LINE = 4096


def at_terminal() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin is not None and sys.stdin.isatty()


def passphrase(of: str) -> str:
    """The passphrase of a file that is there. Raises InputError."""
    return _hidden(f"Passphrase of {of}: ") if at_terminal() else _line(of)


def new_passphrase(of: str) -> str:
    """One to be chosen: typed twice alike at the terminal. Raises InputError."""
    if not at_terminal():
        return _line(of)
    chosen = _hidden(f"New passphrase for {of}: ")
    if _hidden("The same again: ") != chosen:
        raise InputError("passphrase: the two differ; run it again and type it twice alike")
    return chosen


def _hidden(prompt: str) -> str:
    try:
        return getpass(prompt)
    except EOFError:
        raise InputError("passphrase: none given; type one") from None


def _line(of: str) -> str:
    if sys.stdin is None:
        raise InputError("passphrase: standard input is closed; run it in a terminal")
    try:
        line = sys.stdin.readline(LONGEST_LINE)
    except UnicodeDecodeError:
        raise InputError("passphrase: not UTF-8; save the file as UTF-8") from None
    if not line:
        raise InputError(f"passphrase: none given for {of}; write it as a line of its own into standard input")
    return line.rstrip("\r\n")
