# What this project does, one word each. `make` alone lists the words.
# Without make: the same by `python -m analysis …` (see README).

# The first Python that is new enough; or name one: make PYTHON=/path/to/python3.12 report
PYTHON ?= $(shell for p in python3 python python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help report test lab docs lint format bench lock audit clean

help:
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(firstword $(MAKEFILE_LIST))

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	{ echo "Python 3.11 or later is needed; name one, as in: make PYTHON=python3.12 report" >&2; exit 1; }
	@echo "Installing into $(VENV), some minutes the first time …"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install -r requirements.lock
	@$(PIP) install --no-deps --editable .
	@touch $@

report: $(READY) ## run every notebook on corpus/; figures and pages go to figures/
	@$(BIN)/python -m analysis report $(ARGS)

test: $(READY) ## linter, type checker and the whole test suite
	@$(BIN)/python -m analysis test $(ARGS)

lab: $(READY) ## open JupyterLab on the notebooks
	@$(BIN)/python -m analysis lab $(ARGS)

docs: $(READY) ## build the documentation as a site: docs/_build/html/index.html
	@$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html

lint: $(READY) ## linter and type checker alone
	@$(BIN)/python -m ruff check .
	@$(BIN)/python -m ruff format --check .
	@$(BIN)/python -m mypy

format: $(READY) ## lay the code out and mend what the linter can mend
	@$(BIN)/python -m ruff check --fix-only .
	@$(BIN)/python -m ruff format .

bench: $(READY) ## measure speed beside other packages (see benchmarks/); installs them, too
	@$(PIP) install -r benchmarks/requirements.txt
	@$(BIN)/python benchmarks/peers.py $(ARGS)

lock: $(READY) ## pin dependencies anew; ARGS=--upgrade takes the latest versions
	@$(PIP) install uv
	@$(BIN)/python -m uv pip compile --quiet --universal --extra dev --extra docs \
		--custom-compile-command "make lock" $(ARGS) --output-file requirements.lock pyproject.toml

audit: $(READY) ## list the dependencies' licences anew and ask for known vulnerabilities
	@$(BIN)/python .ci/bill.py
	@$(PIP) install pip-audit
	@$(BIN)/python -m pip_audit --requirement requirements.lock --disable-pip --no-deps

clean: ## remove what the commands made, except figures/
	@rm -rf $(VENV) build dist *.egg-info .coverage .coverage.* .hypothesis
	@rm -rf .mypy_cache .pytest_cache .ruff_cache docs/_build docs/_generated artefacts
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
