"""What went wrong, in one line that names the place and the fix."""

from __future__ import annotations


class InputError(Exception):
    """Bad input. Printed as one line; the exit status is 2."""
