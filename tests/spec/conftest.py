"""The `spec` fixture."""

from __future__ import annotations

import pytest

from .specification import Spec


@pytest.fixture
def spec() -> Spec:
    """Checks the tables that a test states."""
    return Spec()
