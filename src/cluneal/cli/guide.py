"""`cluneal guide`: what the guide says, what the studies say, what the sceptics say."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from ..knowledge import load
from .errors import InputError
from .text import wrap

VERDICTS = {
    "supported": "supported",
    "different": "supported with a different figure",
    "unsourced": "no source found",
    "contradicted": "contradicted",
}


def run(options: argparse.Namespace) -> int:
    """Print the claims, filtered."""
    claims = sorted(load().guide.values(), key=lambda claim: (claim.section, claim.claim))
    sections = list(dict.fromkeys(claim.section for claim in claims))
    if options.section and options.section not in sections:
        raise InputError(f"--section: {options.section!r} is not one of {', '.join(sections)}")
    if options.verdict:
        claims = [claim for claim in claims if claim.verdict == VERDICTS[options.verdict]]
    if options.section:
        claims = [claim for claim in claims if claim.section == options.section]
    if options.format == "json":
        print(json.dumps([asdict(claim) for claim in claims], indent=2, ensure_ascii=False))
        return 0
    for claim in claims:
        print("\n".join(wrap(f"{claim.claim}", f"[{claim.section}] ")))
        unverified = " (unverified)" if claim.provenance == "unverified" else ""
        print("\n".join(wrap(f"{claim.verdict}{unverified}: {claim.studies_say} [{claim.source}]", "    ")))
        if claim.sceptics_say:
            print("\n".join(wrap(f"Sceptics: {claim.sceptics_say}", "    ")))
        print()
    counts = {word: sum(claim.verdict == word for claim in claims) for word in VERDICTS.values()}
    print("; ".join(f"{count} {word}" for word, count in counts.items() if count) or "no claim fits")
    return 0
