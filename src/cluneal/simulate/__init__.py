"""Synthetic journeys with known truth: people whose back hurts, and what a health system writes down about them.

A world of its own (`parameters.yaml`, `codes.yaml`): nothing of it comes from the likelihoods of the engine.
"""

from .coding import CODINGS
from .parameters import parameters
from .world import Request
from .write import FORMS, CannotWrite, Written, simulate

__all__ = ["CODINGS", "FORMS", "CannotWrite", "Request", "Written", "parameters", "simulate"]
