"""Every figure in docs/reference/performance.md, both sides in one run: `python -m benchmarks`."""
