"""`python -m tests.conformance`: run every case; with `--write`, accept the answers as the expected ones."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

from .suite import answer, differences, paths, read


def main() -> int:
    """Say what differs; 1 when something does and nothing was written."""
    write = "--write" in sys.argv[1:]
    differing = 0
    for path in paths():
        case = read(path)
        given = answer(case)
        wrong = differences(case.get("expect", {}), given)
        differing += bool(wrong)
        for line in wrong:
            print(f"{path.name}: {line}")
        if write:
            path.write_text(as_text(case | {"expect": given if wrong else case["expect"]}), encoding="utf-8")
    print(f"{len(paths())} cases, {differing} {'rewritten' if write else 'differ'}")
    return 1 if differing and not write else 0


def as_text(case: dict[str, Any]) -> str:
    """JSON with short lists and readings on one line."""
    text = json.dumps(case, indent=2, ensure_ascii=False)
    return re.sub(r"[\[{][^\[\]{}]{1,100}[\]}]", lambda found: re.sub(r"\s*\n\s*", " ", found[0]), text) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
