"""`python -m cluneal`."""

from .cli.main import start

raise SystemExit(start())
