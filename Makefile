# Two commands for newcomers: `make demo` and `make test`.  Each makes what it needs.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PYTEST_ARGS ?=
PIP := bin/python -m pip install --quiet
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test test-slow test-min test-oldest test-newest lint types docs bench bench-compare mutate build lock clean

help:
	@echo "make demo         run the main job on real data"
	@echo "make test         run the whole test suite with every extra"
	@echo "make test-slow    run the long exhaustive tests"
	@echo "make test-min     run it with the core dependencies alone"
	@echo "make test-oldest  run it with the oldest versions that pyproject.toml allows"
	@echo "make test-newest  run it with the newest versions that there are"
	@echo "make lock         choose the versions anew that all of these but the last install"
	@echo "make mutate       how many small faults in FOLDERS the tests notice, of BUDGET drawn ones"
	@echo "make bench-compare  time anew what benchmarks/results keeps, and compare the ratios"
	@echo "make lint types docs bench build   what their names say"

demo: $(VENV)/.demo
	@$(BIN)/mechdesign demo

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto $(PYTEST_ARGS)

test-slow: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto -m slow tests $(PYTEST_ARGS)

test-min: .venv-min/.min
	.venv-min/bin/python -m pytest -n auto $(PYTEST_ARGS)

test-oldest: .venv-oldest/.oldest
	.venv-oldest/bin/python -m pytest -n auto $(PYTEST_ARGS) || { .ci/versions .venv-oldest; exit 1; }

test-newest: .venv-newest/.newest
	.venv-newest/bin/python -m pytest -n auto $(PYTEST_ARGS) || { .ci/versions .venv-newest; exit 1; }

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

docs: $(VENV)/.dev
	$(BIN)/python -m sphinx -W --keep-going -b html docs docs/_build/html

bench: $(VENV)/.dev
	cd benchmarks && for file in bench_*.py; do ../$(BIN)/python $$file || exit 1; done

# Ratios of this run against those that benchmarks/results keeps.
BENCHES ?= $(basename $(notdir $(wildcard benchmarks/results/*.json)))
bench-compare: $(VENV)/.dev
	cd benchmarks && status=0; for name in $(BENCHES); do \
	  ../$(BIN)/python bench_$$name.py --against results/$$name.json || status=1; done; exit $$status

# make mutate FOLDERS="mechdesign/solvers/linear" BUDGET=20
FOLDERS ?= mechdesign/solvers mechdesign/axioms/generic
BUDGET ?= 20
SEED ?= 0
mutate: $(VENV)/.dev
	$(BIN)/python benchmarks/mutate.py $(FOLDERS) --budget $(BUDGET) --seed $(SEED)

build: $(VENV)/.dev
	rm -rf dist
	$(BIN)/python -m build --outdir dist .

clean:
	rm -rf $(VENV) .venv-min .venv-oldest .venv-newest build dist docs/_build docs/api docs/gallery docs/reference .pytest_cache .mypy_cache .ruff_cache

# `ensurepip` comes with python3-venv on Debian; without it a virtual environment has no pip.
$(VENV)/bin/python .venv-min/bin/python .venv-oldest/bin/python .venv-newest/bin/python:
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "Python is missing: apt-get install -y python3 python3-venv make"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; found $$($(PYTHON) -V). Set PYTHON=python3.x"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "The venv module is missing: apt-get install -y python3-venv"; exit 1; }
	$(PYTHON) -m venv $(patsubst %/bin/python,%,$@)

# $(call locked,NAME): what requirements/NAME.txt locks, then the package itself, in place.
locked = $(@D)/$(PIP) --require-hashes -r requirements/$(1).txt \
	&& $(@D)/$(PIP) --no-deps --no-build-isolation --editable . && touch $@

$(VENV)/.demo: pyproject.toml requirements/demo.txt | $(VENV)/bin/python
	@$(call locked,demo)

$(VENV)/.dev: pyproject.toml requirements/dev.txt | $(VENV)/bin/python
	@$(call locked,dev)
	@touch $(VENV)/.demo

.venv-min/.min: pyproject.toml requirements/min.txt | .venv-min/bin/python
	@$(call locked,min)

.venv-oldest/.oldest: pyproject.toml requirements/oldest.txt | .venv-oldest/bin/python
	@$(call locked,oldest)

.venv-newest/.newest: pyproject.toml | .venv-newest/bin/python
	$(@D)/$(PIP) --upgrade --editable ".[all,test]" polars
	@touch $@

# One file for Python 3.11 to 3.13 each, with hashes and without the address of a registry.
COMPILE = UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --universal \
	--python-version 3.11 --generate-hashes --no-emit-index-url pyproject.toml requirements/build.in

lock: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --upgrade uv
	$(COMPILE) --upgrade --extra dev --output-file requirements/dev.txt
	$(COMPILE) --upgrade --constraints requirements/dev.txt --extra cli --extra plot --output-file requirements/demo.txt
	$(COMPILE) --upgrade --constraints requirements/dev.txt --extra test --output-file requirements/min.txt
	$(COMPILE) --upgrade --resolution lowest-direct --extra test --output-file requirements/oldest.txt
