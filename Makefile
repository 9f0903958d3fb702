# Two commands for newcomers: `make demo` and `make test`.  Each makes what it needs.

PYTHON ?= python3
VENV ?= .venv
MIN_VENV ?= .venv-min
BIN := $(VENV)/bin
MIN_BIN := $(MIN_VENV)/bin
PYTEST_ARGS ?=
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test test-min lint types docs bench build clean

help:
	@echo "make demo       run the main job on real data"
	@echo "make test       run the whole test suite with every extra"
	@echo "make test-min   run it with the core dependencies alone"
	@echo "make lint types docs bench build   what their names say"

demo: $(VENV)/.core
	@$(BIN)/mechdesign demo

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto $(PYTEST_ARGS)

test-min: $(MIN_VENV)/.min
	$(MIN_BIN)/python -m pytest -n auto $(PYTEST_ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

docs: $(VENV)/.dev
	$(BIN)/python -m sphinx -W --keep-going -b html docs docs/_build/html

bench: $(VENV)/.dev
	cd benchmarks && for file in bench_*.py; do ../$(BIN)/python $$file || exit 1; done

build: $(VENV)/.dev
	rm -rf dist
	$(BIN)/python -m build --outdir dist .

clean:
	rm -rf $(VENV) $(MIN_VENV) build dist docs/_build docs/api docs/gallery .pytest_cache .mypy_cache .ruff_cache

# `ensurepip` comes with python3-venv on Debian; without it a virtual environment has no pip.
$(VENV)/bin/python $(MIN_VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "Python is missing: apt-get install -y python3 python3-venv make"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; found $$($(PYTHON) -V). Set PYTHON=python3.x"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "The venv module is missing: apt-get install -y python3-venv"; exit 1; }
	$(PYTHON) -m venv $(patsubst %/bin/python,%,$@)

$(VENV)/.core: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable ".[cli,plot]"
	@touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable ".[dev]"
	@touch $@ $(VENV)/.core

$(MIN_VENV)/.min: pyproject.toml | $(MIN_VENV)/bin/python
	$(MIN_BIN)/python -m pip install --quiet --editable ".[test]"
	@touch $@
