"""`cluneal serve`: the app in the browser, on this machine only."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..record import JournalError
from .errors import InputError


def run(options: argparse.Namespace) -> int:
    """Serve until interrupted."""
    from ..web.serve import serve

    try:
        serve(Path(options.record) if options.record else None, options.port, not options.no_browser)
    except JournalError as problem:
        raise InputError(str(problem)) from None
    except OSError as error:
        said = (error.strerror or str(error)).lower()
        raise InputError(f"--port: {options.port}: {said}; leave --port out to take a free one") from None
    return 0
