# What this project does, one word each. `make` alone lists the words.
# Without make: docs/installing.md.

SHELL := bash
.SHELLFLAGS := -e -o pipefail -c
# The first Python that is new enough; or name one: make PYTHON=/path/to/python3.12 report
PYTHON ?= $(shell for p in python3 python python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PIP := $(BIN)/python -m pip --disable-pip-version-check
PYTEST := pytest -n auto --maxprocesses 4 --dist worksteal
COVERAGE := .coverage.json
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help report test test-slow lab docs lint format bench lock release audit clean

help:
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(firstword $(MAKEFILE_LIST))

# The pip of the lock comes first: older ones cannot read the hashes of packages with extras.
$(READY): requirements.lock pyproject.toml setup.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	{ echo "Python 3.11 or later is needed; name one, as in: make PYTHON=python3.12 report" >&2; exit 1; }
	@echo "$(if $(filter report,$(MAKECMDGOALS)),1 of 3: )installing into $(VENV):" \
		"about five minutes and 1.7 GB, the first time only"
	@$(PYTHON) -m venv $(VENV)
	@sed -n '/^pip==/,/# via/p' requirements.lock > $(VENV)/pip.lock
	@$(PIP) -q install -r $(VENV)/pip.lock
	@PYTHONUNBUFFERED=1 $(PIP) install --require-hashes -r requirements.lock | sed -n \
		-e 's/^Collecting \([^ ]*\).*/  \1/p' -e 's/^Installing.*/  unpacking all of them …/p'
	@$(PIP) -q install --no-deps --no-build-isolation --editable .
	@touch $@

report: $(READY) ## write the report on corpus/ and run every notebook; all goes to figures/
	@echo "2 of 3: the report, one to two minutes"
	@$(BIN)/discourse report $(ARGS)
	@echo "3 of 3: the notebooks, about five minutes"
	@$(BIN)/discourse report --no-page --notebooks notebooks $(ARGS)

test: lint ## linter, type checker, tests and their coverage; ARGS="tests/test_add.py -k title": some
ifdef ARGS
	@$(BIN)/python -m pytest $(ARGS)
else
	@$(BIN)/python -m slipcover --json --out $(COVERAGE) -m $(PYTEST) -m "not slow"
	@$(BIN)/python -m slipcover --merge $(COVERAGE) --out $(COVERAGE) --skip-covered --fail-under 95
endif

test-slow: $(READY) ## the tests that take long: kills, giants, sites, JupyterLab, the wheel
	@$(BIN)/python -m $(PYTEST) -m slow $(ARGS)

lab: $(READY) ## open JupyterLab on the notebooks; ARGS=--no-browser and the like are passed on
	@$(BIN)/python -m jupyterlab --ServerApp.root_dir="$(CURDIR)" \
		--LabApp.default_url=/lab/tree/notebooks $(ARGS)

docs: $(READY) ## build the documentation as a site: docs/_build/html/index.html
	@$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html

lint: $(READY) ## linter and type checker alone
	@$(BIN)/python -m ruff check .
	@$(BIN)/python -m ruff format --check .
	@$(BIN)/python -m mypy

format: $(READY) ## lay the code out and fix what the linter can fix
	@$(BIN)/python -m ruff check --fix-only .
	@$(BIN)/python -m ruff format .

bench: $(READY) ## measure speed beside other packages (see benchmarks/); installs them, too
	@$(PIP) -q install -r benchmarks/requirements.txt
	@$(BIN)/python benchmarks/peers.py $(ARGS)

lock: $(READY) ## pin dependencies anew, and write the lists of them; ARGS=--upgrade: the latest
	@$(PIP) -q install uv
	@$(BIN)/python -m uv pip compile --quiet --universal --generate-hashes --all-extras \
		--custom-compile-command "make lock" $(ARGS) --output-file requirements.lock pyproject.toml
	@$(PIP) -q install --require-hashes -r requirements.lock
	@$(BIN)/python .ci/lists.py

release: $(READY) ## build the sdist and the wheel into dist/, if all that is generated is committed
	@$(BIN)/python .ci/lists.py
	@git diff --exit-code --stat HEAD || { echo "Commit these first." >&2; exit 1; }
	@$(BIN)/python -m build --no-isolation --outdir dist .

audit: $(READY) ## ask for known vulnerabilities of the dependencies
	@$(PIP) -q install pip-audit
	@$(BIN)/python -m pip_audit --requirement requirements.lock --disable-pip --no-deps

clean: ## remove what the commands made, except figures/
	@rm -rf $(VENV) build dist *.egg-info $(COVERAGE) .hypothesis
	@rm -rf .mypy_cache .pytest_cache .ruff_cache docs/_build docs/_generated artefacts
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
