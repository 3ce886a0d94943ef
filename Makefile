# The commands of mlgraft. `make demo` and `make test` need python3 (3.11 or newer), make and git.
PYTHON ?= python3
BIN := .venv/bin
DEMO := evals/cases/experiment_tracking/digits_sklearn/before/train.py
COMPILE := $(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes \
	--python-version 3.11 --no-header --no-emit-index-url --no-emit-find-links pyproject.toml

.PHONY: help demo test unit check lint lock evals-check oracles shrinking mutation bench base-environment test-environment

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: base-environment ## adapt the shipped example, with proof
	@$(BIN)/mlgraft adapt $(DEMO) "Track this run with MLflow"

test: unit ## all tests that this machine can run
	$(BIN)/python -m pytest -q -n 2 -m "environment and not thorough" --durations=10

unit: test-environment ## the tests that need neither network nor packages
	$(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not environment" --cov --cov-report=term:skip-covered \
		--cov-fail-under=92

check: lint test ## format, lint, import directions, types, tests: what CI runs

lint: test-environment ## the fast part of check
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy

evals-check: test-environment ## every case: reference passes, original fails, cheats are stopped
	$(BIN)/python -m pytest -q -n 2 --dist loadfile -m environment tests/evals

oracles: test-environment ## programs and gates of every functionality, as a table; CASES="optuna" takes some
	@$(BIN)/python -m evals.oracles $(CASES)

shrinking: test-environment ## programs that run for hours: what they would take, what their proof takes
	@$(BIN)/python -m evals.shrinking $(PROGRAMS)

bench: test-environment ## CPU seconds of watching a run and of judging a million points, as ratios
	@$(BIN)/python -m evals.speed

mutation: test-environment ## how many mutants of oracles and gates the tests notice (an hour)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/mutation.txt
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/mutmut run >mutants.log 2>&1 || tail -c 2000 mutants.log
	$(BIN)/python -m evals.mutation

lock: test-environment ## renew requirements/*.txt from pyproject.toml
	$(COMPILE) -o requirements/base.txt
	$(COMPILE) --group test --group check -o requirements/test.txt
	$(COMPILE) --group test --group check --group mutation -o requirements/mutation.txt

# install.py itself knows, at once and without network, whether anything is to be done.
base-environment test-environment:
	@$(PYTHON) requirements/install.py $(subst -environment,,$@)
