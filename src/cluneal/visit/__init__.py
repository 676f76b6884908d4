"""The page for the doctor: what goes on it, and the PDF."""

from .choice import PARTS, BadChoice, Choice, Visit, choose
from .packet import packet
from .pdf import LEVELS, PAPERS, pdf, pictures

__all__ = ["LEVELS", "PAPERS", "PARTS", "BadChoice", "Choice", "Visit", "choose", "packet", "pdf", "pictures"]
