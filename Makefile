# The commands of this project. Bare `make` prints them.
.DEFAULT_GOAL := help
.PHONY: help setup audit dev run test check bench faults format golden reference lock clean
.NOTPARALLEL:

PY := .venv/bin/python
PYTEST := $(PY) -m pytest
WORKERS ?= 2

help: ## print this
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/.run node_modules/.run ## install what the hub runs on into .venv, hash-checked (called by the others)
	@:

audit: .venv/.audit ## install what `hub linking audit` needs besides (Splink 5) into .venv, hash-checked
	@:

run: .venv/.run node_modules/.run ## the hub with the made-up borough on http://localhost:8000, its data in var/; Ctrl-C stops all of it
	@exec .venv/bin/hub run --demo $(ARGS)

test: .venv/.dev node_modules/.dev ## every test; what this machine lacks is skipped with the remedy (HUB_TEST_ALL=1: failed)
	@scripts/compile
	@exec $(PYTEST) -n $(WORKERS) --dist loadgroup $(ARGS)

check: .venv/.dev ## format, lint, types, imports
	@.venv/bin/ruff format --check . >.venv/format.log 2>&1 || { grep "^Would\|^unformatted\|-->" .venv/format.log; echo "Run: make format"; exit 1; }
	@.venv/bin/ruff check --quiet .
	@.venv/bin/mypy --no-error-summary
	@.venv/bin/lint-imports --no-cache >.venv/imports.log 2>&1 || { cat .venv/imports.log; exit 1; }
	@$(PY) -m pip check >/dev/null || $(PY) -m pip check
	@echo "Format, lint, types and imports hold."

bench: .venv/.dev ## every benchmark: medians of interleaved rounds, as a ratio to the machine's own limit
	@exec $(PY) -m benchmarks $(ARGS)

faults: .venv/.dev ## the tests that kill, stop, cut and fill while the hub works; FAULTS_ROUNDS=20 of them, FAULTS_SEED=n again
	@FAULTS_ROUNDS=$${FAULTS_ROUNDS:-20} FAULTS_MESSAGES=$${FAULTS_MESSAGES:-20000} exec $(PYTEST) tests/faults tests/kafka/test_faults.py $(ARGS)

format: .venv/.dev ## put the code into shape
	@.venv/bin/ruff check --quiet --fix-only . ; .venv/bin/ruff format --quiet .

golden: .venv/.dev ## write the golden file of each new event type or version; never over an old one
	@exec $(PY) -m tests.guards.golden

reference: .venv/.dev ## write docs/reference.md anew from the program
	@exec $(PY) -m tests.guards.reference

lock: ## write requirements*.txt and package-lock.json anew from requirements*.in and package.json
	@exec scripts/lock

clean: ## remove .venv and caches; the data in var/ stays
	@rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis build ./*.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.run: requirements.txt pyproject.toml scripts/setup
	@scripts/setup run

.venv/.dev: .venv/.run requirements-dev.txt
	@scripts/setup dev

.venv/.audit: .venv/.run requirements-audit.txt
	@scripts/setup audit

node_modules/.run node_modules/.dev: package-lock.json scripts/assets
	@scripts/assets $(patsubst .%,%,$(notdir $@))
