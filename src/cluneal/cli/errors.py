"""What went wrong, in one line that names the place and the fix."""

from __future__ import annotations

LONGEST = 500
CUT = " ... "


class InputError(Exception):
    """Bad input. Printed as one line; the exit status is 2."""


def printable(text: object) -> str:
    """The text without line ends or terminal codes, which a hostile file may hold."""
    return "".join(sign if sign.isprintable() else " " for sign in str(text))


def one_line(problem: object) -> str:
    """The message on one line: no line ends or terminal codes from a hostile file, and a limit to its length.

    What is cut is cut from the middle: the place stands at the beginning and the fix at the end.
    """
    text = printable(problem)
    if len(text) <= LONGEST:
        return text
    half = (LONGEST - len(CUT)) // 2
    return text[:half] + CUT + text[-half:]
