# Tomoni: what a newcomer types. Needs only make, git and python3 (3.11 or newer, with venv).
#   make demo    sets everything up and serves ともに市 on http://127.0.0.1:8000  (PORT= DATA= RESET=1)
#   make test    lint, types, import contracts, tests on SQLite and PostgreSQL, browser tests
#   make soak    50 kills in the middle of imports and changes of type, ten times the random queries; prints its counts
#   make setup   only prepares .venv with the `tomoni` command
#   make assets  builds the front end (Node comes from PyPI)

PYTHON ?= python3
PORT ?= 8000
DATA ?= ./demo-data
RESET ?=

.DEFAULT_GOAL := help
.PHONY: help setup assets demo test soak lint messages clean

help:
	@sed -n 's/^#   //p' Makefile

setup:
	@$(PYTHON) tools/setup_env.py setup

assets:
	@$(PYTHON) tools/setup_env.py assets

demo:
	@$(PYTHON) tools/setup_env.py demo
	@exec .venv/bin/tomoni demo --data "$(DATA)" --port "$(PORT)" $(if $(filter-out 0,$(RESET)),--reset)

test:
	@$(PYTHON) tools/setup_env.py test
	@exec .venv/bin/python tools/run_tests.py $(ARGS)

soak:
	@$(PYTHON) tools/setup_env.py test
	@TOMONI_TEST_KILLS=50 TOMONI_TEST_QUERIES=10 .venv/bin/python -m pytest -q -s tests/records/engine/test_kill.py tests/records/engine/test_query_types.py $(ARGS)

lint:
	@$(PYTHON) tools/setup_env.py test
	@exec .venv/bin/python tools/run_tests.py --only lint,types,imports

messages:
	@$(PYTHON) tools/setup_env.py test
	@.venv/bin/python tools/messages.py extract
	@.venv/bin/python tools/messages.py compile

clean:
	rm -rf .venv build dist test-results .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	rm -rf src/tomoni/ui/static/ui/dist frontend/node_modules
	find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
	find src -name '*.mo' -delete
