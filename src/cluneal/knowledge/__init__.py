"""What is known: YAML, the bibliography, the schema, the loader. No clinical fact lives anywhere else."""

from .store import load, load_draws

__all__ = ["load", "load_draws"]
