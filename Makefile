# `make run` starts the stack with its demo, `make test` proves it, bare `make` is what CI runs.
# PYTHON=python3.12 names another Python (3.11 or newer), NO_INSTALL=1 keeps servers from being installed,
# ARGS goes to the command that runs: make run ARGS=--native, make test ARGS="-k redis".

PYTHON ?= python3
export PYTHON
BIN := .venv/bin
READY := .venv/ready
ENGINE_TESTS := tests/stack/engine

.PHONY: all lint types test drift stack audit sbom run stop bench lock clean

all: lint types test drift audit stack

$(READY): requirements-dev.lock pyproject.toml scripts/venv
	@echo "making .venv from requirements-dev.lock"
	@scripts/venv .venv requirements-dev.lock
	@touch $@

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell

types: $(READY)
	$(BIN)/mypy

test: $(READY)
	@scripts/servers
	$(BIN)/pytest --numprocesses=auto --dist=loadfile --ignore=$(ENGINE_TESTS) $(ARGS)

# On a Docker engine that has the images, or can pull them; skipped without.
stack: $(READY)
	$(BIN)/pytest $(ENGINE_TESTS) $(ARGS)

drift: $(READY)
	@$(BIN)/watchspec generate --check

run: $(READY)
	@$(BIN)/watchspec up --demo $(ARGS)

stop: $(READY)
	@$(BIN)/watchspec down

bench: $(READY)
	@$(BIN)/python -m bench $(ARGS)

lock:
	scripts/lock

audit:
	@scripts/audit

sbom:
	@mkdir -p build
	@scripts/sbom build/exporter.cdx.json

clean:
	@if [ -x $(BIN)/watchspec ]; then $(BIN)/watchspec down; fi
	rm -rf .venv .watchspec build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
