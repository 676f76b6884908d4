"""Records at scale: who in them took the journey of a missed entrapment, and what the same model says of them."""

from .account import LoadError
from .journeys import batches, journey
from .records import Loaded, load

__all__ = ["LoadError", "Loaded", "batches", "journey", "load"]
