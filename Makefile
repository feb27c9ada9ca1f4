# `make` lists the targets. Everything happens in .venv; the only things needed beforehand are Python 3.11 or newer and git.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
DATA   ?= ../shared/data
JOBS   ?= auto
HOURS  ?= 0.05

.DEFAULT_GOAL := help
.PHONY: help setup run test check bless bench real torture fuzz rows clean

help:  ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /\1\t/' | while IFS="$$(printf '\t')" read -r name what; do printf '  make %-8s %s\n' "$$name" "$$what"; done

# The stamp is newer than pyproject.toml once everything is installed; byte-code is compiled so that commands start fast.
$(VENV)/.ready: pyproject.toml
	@command -v git >/dev/null || { echo "git is missing: install it first"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (make PYTHON=python3.12 ...)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@$(BIN)/python -m compileall -q cscli
	@touch $@

setup: $(VENV)/.ready  ## install cscli and its tools into .venv

run: $(VENV)/.ready  ## the main job on a copy of the sample desk: take, change, cancel, close, KPIs, daily report, git log
	@$(BIN)/python -m tests.tour

test: $(VENV)/.ready  ## run the tests
	@$(BIN)/python -m pytest -n $(JOBS)

check: $(VENV)/.ready  ## ruff, mypy strict on package and tests, and the sample desk's own check
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/cscli check records

bless: $(VENV)/.ready  ## write the golden pages anew; read the diff
	@$(BIN)/python -m pytest -q -n $(JOBS) --bless

bench: $(VENV)/.ready  ## time whole commands against their floors
	@$(BIN)/python -m tests.bench

real: $(VENV)/.ready  ## import the real bookings and complaints of $(DATA) and compare the figures with the published ones
	@$(BIN)/python -m tests.real $(DATA)

torture: $(VENV)/.ready  ## the long form of the reliability tests
	@CSCLI_TORTURE=1 $(BIN)/python -m pytest -n $(JOBS) tests/store tests/model

fuzz: $(VENV)/.ready  ## random stories on the desk and on a slow, obvious double, for $(HOURS) hours (HOURS=24)
	@$(BIN)/python -m tests.model --hours $(HOURS)

rows: $(VENV)/.ready  ## which rows of the management manuals are walked by a test, and which are still open
	@$(BIN)/python -m tests.rows

clean:  ## remove what was installed and cached
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
