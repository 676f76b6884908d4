"""Which characters the page's own font can show, and what stands for those that it cannot.

A PDF that others can read aloud may hold no character without a shape, and no font of the machine is used, so that
the page is the same everywhere.
"""

from __future__ import annotations

import struct
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

FONTS = Path(__file__).parent / "fonts"
REGULAR = FONTS / "AtkinsonHyperlegibleNext-Regular.ttf"
UNKNOWN = "?"
# Signs of measurement and typing that the font lacks, in letters that it has.
INSTEAD = {
    "≥": ">=",
    "≤": "<=",
    "→": "->",
    "µ": "u",
    "μ": "u",
    "\u2010": "-",
    "\u2011": "-",
    "\u2012": "-",
    "\u2015": "-",
    "−": "-",
    "≈": "~",
    "\u200b": "",
    "\ufeff": "",
}
# Without a blank in between, a longer run would leave its column.
LONGEST_RUN = 26
BREAK = "\u200b"
RAW = ("svg", "url")


@cache
def covered() -> frozenset[int]:
    """Code points that the font has a shape for, read from its own table (cmap, format 4)."""
    data = REGULAR.read_bytes()
    tables = {
        data[at : at + 4]: struct.unpack(">II", data[at + 8 : at + 16])
        for at in range(12, 12 + 16 * struct.unpack(">H", data[4:6])[0], 16)
    }
    cmap = tables[b"cmap"][0]
    start = cmap + struct.unpack(">I", data[cmap + 8 : cmap + 12])[0]
    count = struct.unpack(">H", data[start + 6 : start + 8])[0] // 2
    ends = struct.unpack(f">{count}H", data[start + 14 : start + 14 + 2 * count])
    starts = struct.unpack(f">{count}H", data[start + 16 + 2 * count : start + 16 + 4 * count])
    return frozenset(code for low, high in zip(starts, ends, strict=True) for code in range(low, high + 1)) - {0xFFFF}


def printable(part: Any, name: str = "") -> Any:
    """Plain data in which every text can be shown; pictures and addresses are left as they are."""
    if isinstance(part, dict):
        return {key: printable(one, key) for key, one in part.items()}
    if isinstance(part, list):
        return [printable(one, name) for one in part]
    return shown(part) if isinstance(part, str) and name not in RAW else part


def shown(text: str, longest: int | None = LONGEST_RUN) -> str:
    """The text in characters of the font, with places to break where a run is longer than `longest`."""
    known = covered()
    if not text.isascii() or not text.isprintable():
        text = "".join(_sign(sign, known) for sign in unicodedata.normalize("NFC", text))
    if longest is None or len(text) <= longest:
        return text
    return " ".join(_broken(word, longest) for word in text.split(" "))


def _sign(sign: str, known: frozenset[int]) -> str:
    if sign in INSTEAD:
        return INSTEAD[sign]
    if sign in "\t\n\r":
        return " "
    if ord(sign) in known and sign.isprintable():
        return sign
    # ﬁ is f and i; a letter with marks that the font lacks is at least its letter.
    plain = "".join(one for one in unicodedata.normalize("NFKD", sign) if ord(one) in known and one.isprintable())
    if plain:
        return plain
    return "" if unicodedata.category(sign) in ("Mn", "Me", "Cf", "Cc") else UNKNOWN


def _broken(word: str, longest: int) -> str:
    return BREAK.join(word[at : at + longest] for at in range(0, len(word), longest))
