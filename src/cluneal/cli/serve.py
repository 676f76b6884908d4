"""`cluneal serve`: the app in the browser, on this machine only."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..record import JournalError
from .errors import InputError


def run(options: argparse.Namespace) -> int:
    """Serve until interrupted, which is how it ends."""
    from ..web.serve import NoPort, serve

    try:
        serve(Path(options.record) if options.record else None, options.port, not options.no_browser)
    except JournalError as problem:
        raise InputError(str(problem)) from None
    except NoPort as problem:
        raise InputError(f"--port: {options.port}: {problem}; leave --port out to take a free one") from None
    except KeyboardInterrupt:
        return 0
    return 0
