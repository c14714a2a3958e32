# make demo · make test: all a newcomer needs. Each makes .venv once, from the pinned requirements.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-compile
JOBS ?= 2

# Byte code is kept, in .venv, even where the environment says to write none: compiling its libraries
# anew takes every process seconds, and the tests start hundreds.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(CURDIR)/$(VENV)/pycache

RUN := $(VENV)/.installed-run
DEV := $(VENV)/.installed-dev

.PHONY: help demo test lint format bench evidence mutation studies docs wheel lock clean

help:  ## say what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "no Python 3.11 or newer found; install one, or: make PYTHON=/path/to/python3.11" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(RUN): requirements.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) -r requirements.txt
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): requirements-dev.txt $(RUN)
	$(PIP) -r requirements-dev.txt
	@touch $@

demo: $(RUN)  ## as_is against each measure and all together, with verdicts; a page in results/runs/demo.html
	$(BIN)/twin compare as_is lean_intake skill_dispatch emergency_breaker command_centre all_together \
		-n 10 -j $(JOBS) -o results/runs/demo.html

test: $(DEV)  ## the test suite (ten minutes on two cores)
	$(BIN)/python -m pytest -q -n $(JOBS) --dist worksteal

lint: $(DEV)  ## style, format, types, walls
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(DEV)  ## put the code in shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(DEV)  ## benchmarks beside peers
	$(BIN)/python -m pytest -q benchmarks --benchmark-enable

evidence: $(DEV)  ## the long suites; their tables go to results/reference
	$(BIN)/python -m pytest -q -m evidence --timeout 0 tests

studies: $(RUN)  ## the planners' questions and their answers in docs/studies (about half an hour; finished runs are kept)
	$(BIN)/twin study run P1 P2 P3 P4 -j $(JOBS) -o docs/studies

mutation: $(DEV)  ## change the kernel line by line: which changes do the tests notice? (half an hour)
	$(PIP) --no-build-isolation -e '.[mutation]'
	rm -rf mutants
	$(BIN)/mutmut run --max-children $(JOBS)
	$(BIN)/python -m tests.evidence.mutation

docs: $(DEV)  ## write docs/reference from the code
	$(BIN)/python -m docs.generate

wheel: $(DEV)  ## dist/campus_twin_policies-*.whl: the controller alone
	rm -rf dist
	$(BIN)/python -m build --wheel --no-isolation --outdir dist policies

lock: $(VENV)/bin/python  ## pin again what pyproject.toml asks for
	$(PIP) pip-tools
	sh tests/house/lock.sh $(BIN)/pip-compile

clean:  ## forget everything made
	rm -rf $(VENV) .venv-bare dist mutants .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
