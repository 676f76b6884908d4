"""`cluneal review`: the queue of a screening in the browser, on this machine only."""

from __future__ import annotations

import argparse
from pathlib import Path

from .errors import InputError


def run(options: argparse.Namespace) -> int:
    """Serve until interrupted, which is how it ends."""
    from ..population.folder import BadFolder
    from ..web.review_serve import serve
    from ..web.serve import NoPort

    if not 0 <= options.floor < 1:
        raise InputError(f"--floor: {options.floor:g}; give a share from 0 up to 1, such as 0.05")
    try:
        serve(Path(options.dir), options.floor, options.port, not options.no_browser)
    except BadFolder as problem:
        raise InputError(str(problem)) from None
    except NoPort as problem:
        raise InputError(f"--port: {options.port}: {problem}; leave --port out to take a free one") from None
    except KeyboardInterrupt:
        return 0
    return 0
