# `make run` and `make test` set everything up on a machine that has Python 3.11+, make and nothing else.
# Both work a second time without a network.

# The first that runs: a version manager's stand-in may exist and not start.
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3; do \
	$$name -c pass 2>/dev/null && command -v $$name && break; done)
VENV := .venv
BIN := $(VENV)/bin
COMPILE := $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
# uv reads its own roots unless told otherwise; with the system's it works behind a company's proxy too.
export UV_SYSTEM_CERTS := 1

.PHONY: run test lint clinical bench docs lock clean

# The app, in the browser; where there is no screen it prints its address.
run: $(VENV)/.run
	$(BIN)/cluneal serve

# Everything, or what TESTS names. Journeys through the app need Chromium: without one they are skipped, and in CI they fail.
test: $(VENV)/.test
	$(BIN)/python -m pytest $(TESTS)

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Published patients: a report, with a floor against regressions only.
clinical: $(VENV)/.test
	$(BIN)/python -m tests.clinical

# Every figure in docs/reference/performance.md, both sides in one run.
bench: $(VENV)/.bench
	$(BIN)/python -m benchmarks

# Reference pages that are rendered from knowledge and from the specification tests.
docs: $(VENV)/.test
	$(BIN)/python docs/build.py

# The locks name no registry, so that a mirror works.
lock: $(VENV)/.uv
	$(COMPILE) -o requirements/run.txt pyproject.toml requirements/tools.in
	$(COMPILE) --extra test -c requirements/run.txt -o requirements/test.txt pyproject.toml requirements/tools.in
	$(COMPILE) --extra test --extra bench -c requirements/test.txt -o requirements/bench.txt pyproject.toml \
		requirements/tools.in
	echo uv | $(COMPILE) -o requirements/uv.txt -

$(VENV)/.uv:
	@test -n "$(PYTHON)" || { echo "No python3 found. Install Python 3.11 or newer."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "$(PYTHON) is older than 3.11. Run: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	-$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

# uv when it works, pip when it does not: the same locks, the same result.
$(VENV)/.run $(VENV)/.test $(VENV)/.bench: $(VENV)/.%: requirements/%.txt pyproject.toml | $(VENV)/.uv
	$(BIN)/uv pip install -q --compile-bytecode --require-hashes -r $< --python $(BIN)/python \
		|| $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $<
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q src
	@touch $@

clean:
	rm -rf $(VENV) build dist src/*.egg-info src/cluneal/knowledge/compiled
