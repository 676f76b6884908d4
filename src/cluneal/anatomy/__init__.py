"""The pelvic frame in millimetres: landmarks, nerve courses, where a mark lies, with its error."""

from .mark import BadMark, Body, Located, Mark, locate
from .nerves import NearNerve, nerves_within
from .site import site_log_ratios
from .words import in_words, region_of

__all__ = [
    "BadMark",
    "Body",
    "Located",
    "Mark",
    "NearNerve",
    "in_words",
    "locate",
    "nerves_within",
    "region_of",
    "site_log_ratios",
]
