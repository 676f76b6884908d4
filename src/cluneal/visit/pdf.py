"""The page for the doctor as a PDF: tagged, the same bytes for the same input, from nothing but our own files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from .glyphs import FONTS, printable, shown

if TYPE_CHECKING:
    import typst

HERE = Path(__file__).parent
TEMPLATE = HERE / "page.typ"
PAPERS = {"a4": "a4", "letter": "us-letter"}
STANDARD = "ua-1"
LOCK = Lock()
# What the pictures name as their font is the browser's; here it is ours.
OURS = "'Atkinson Hyperlegible Next'"
FONT_OF_PICTURES = {
    "system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif": OURS,
    'font-family="inherit"': f'font-family="{OURS}"',
}

# How much of each list page one takes. The first row that fits the paper is used, so that a short story has room and
# a long one is cut at a stated number, with the rest on a later page; letters are never smaller than 8.5 points.
NAMES = ("size", "drawing", "causes", "reasons", "rules", "tried", "tests", "phrases", "flags", "texts", "because")
LEVELS: tuple[dict[str, Any], ...] = tuple(
    dict(zip(NAMES, row, strict=True))
    for row in (
        (10.5, 76, 3, 3, 3, 7, 3, 12, 12, True, True),
        (10.0, 74, 3, 3, 3, 7, 3, 12, 12, True, True),
        (10.0, 74, 3, 3, 3, 6, 3, 12, 12, True, False),
        (9.5, 70, 3, 3, 3, 6, 3, 10, 10, True, False),
        (9.5, 66, 3, 3, 3, 5, 2, 10, 8, True, False),
        (9.2, 64, 3, 3, 3, 5, 3, 9, 7, True, False),
        (9.0, 62, 3, 3, 3, 5, 3, 8, 6, True, False),
        (9.0, 60, 3, 3, 2, 4, 2, 7, 6, True, False),
        (8.8, 58, 3, 3, 2, 4, 2, 6, 5, True, False),
        (8.5, 56, 3, 3, 2, 4, 2, 6, 5, True, False),
        (8.5, 56, 2, 3, 2, 4, 3, 6, 5, True, False),
        (8.5, 50, 2, 3, 2, 3, 3, 5, 4, False, False),
        (8.5, 44, 2, 2, 1, 2, 2, 4, 3, False, False),
    )
)


def pdf(packet: Mapping[str, Any], paper: str = "a4") -> bytes:
    """The packet as a tagged PDF (PDF/UA-1) on a paper of `PAPERS`. Same packet, same bytes: its date is the packet's.

    Raises:
        KeyError: no such paper.
    """
    day = datetime.fromisoformat(packet["day"]).replace(tzinfo=UTC)
    made = _compile(
        format="pdf",
        sys_inputs=_inputs(packet, paper),
        pdf_standards=STANDARD,
        timestamp=day,
    )
    assert isinstance(made, bytes)
    return made


def pictures(packet: Mapping[str, Any], paper: str = "a4", dots_per_inch: int = 100) -> list[bytes]:
    """Each page as a PNG."""
    made = _compile(format="png", sys_inputs=_inputs(packet, paper), ppi=dots_per_inch)
    return [made] if isinstance(made, bytes) else list(made or ())


def _inputs(packet: Mapping[str, Any], paper: str) -> dict[str, str]:
    """Everything reaches the template as data: nothing that anybody typed is ever read as its language."""
    data = printable({**packet, "paper": PAPERS[paper], "levels": list(LEVELS)})
    for picture in (data["drawing"], data["course"], *(data["blocks"] or ())):
        if picture:
            picture["svg"] = _in_our_font(picture["svg"])
    return {"packet": json.dumps(data, ensure_ascii=False)}


def _in_our_font(svg: str) -> str:
    for theirs, ours in FONT_OF_PICTURES.items():
        svg = svg.replace(theirs, ours)
    return shown(svg, None)


def _compile(**options: Any) -> bytes | list[bytes] | None:
    # One page at a time: the compiler is shared, and keeps what it has read.
    with LOCK:
        return _compiler().compile(**options)


@cache
def _compiler() -> typst.Compiler:
    # Half the start of the app, and most commands never print.
    import typst

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    return typst.Compiler(str(TEMPLATE), root=str(HERE), font_paths=fonts, ignore_system_fonts=True)
