"""Find the people whose back pain may be a trapped cluneal nerve, and keep everyone else safe."""

__version__ = "0.1.0"
