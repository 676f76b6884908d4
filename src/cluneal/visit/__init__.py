"""The page for the doctor: what goes on it, and the PDF."""

from .choice import ASKED_FOR, PARTS, BadChoice, Choice, Course, Noted, Scored, Visit, choose
from .packet import packet
from .pdf import LEVELS, PAPERS, pdf, pictures

__all__ = [
    "ASKED_FOR",
    "LEVELS",
    "PAPERS",
    "PARTS",
    "BadChoice",
    "Choice",
    "Course",
    "Noted",
    "Scored",
    "Visit",
    "choose",
    "packet",
    "pdf",
    "pictures",
]
