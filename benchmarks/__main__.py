"""`make bench`: measure everything and write docs/reference/performance.md."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Write the page and print where it is."""
    # Before NumPy is imported, which is why the imports stand below.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    # Telling a BLAS that it runs on another processor halves its speed; the page says that it was told.
    coretype = os.environ.pop("OPENBLAS_CORETYPE", None)

    from .page import render
    from .run import run
    from .settings import PAGE, Sizes

    print("Measuring on one core; this takes some minutes.", file=sys.stderr)
    PAGE.write_text(render(run(Sizes()), coretype), encoding="utf-8")
    print(PAGE)


if __name__ == "__main__":
    main()
