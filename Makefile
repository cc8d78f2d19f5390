# Holdfast. Needs Python 3.11 or newer and make; everything else is set up here.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Modules are compiled when they are first imported, so it has to be kept.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset demo-check test check tried unit unit-database nightly screenshots schema-check deploy-check client format lock clean

help: ## Show what can be made
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/base ## Run Holdfast with a sandbox Entra and three customers; Ctrl-C stops it all
	@exec $(BIN)/python manage.py demo $(DEMO)

demo-reset: .venv/base ## Forget the demo's data
	@$(BIN)/python -m apps.demo.reset

demo-check: .venv/base ## Play the whole story without a browser and check every step
	@rm -rf var/demo-check
	@HOLDFAST_VAR="$(CURDIR)/var/demo-check" exec $(BIN)/python manage.py demo_check

# The story mostly waits for Entra, so everything else runs beside it; the tests come when the
# linters and the tests' database are done.
test: .venv/dev ## Everything that CI runs
	@$(MAKE) --no-print-directory -j3 demo-check tried

tried: check unit-database
	@$(MAKE) --no-print-directory unit

check: .venv/dev ## Format, lint, types, layers, migrations, deployment files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run --settings config.settings.test
	$(MAKE) --no-print-directory schema-check texts-check
	sh deploy/check.sh

schema-check: .venv/dev ## The API's committed description is the API's
	$(BIN)/python manage.py openapi --check docs/openapi.yaml --settings config.settings.build

texts-check: .venv/dev ## The languages' catalogues have all that pages say
	$(BIN)/python manage.py texts --check --settings config.settings.build

texts: .venv/dev ## Bring the languages' catalogues up to date with what pages say
	$(BIN)/python manage.py texts --settings config.settings.build

unit-database: .venv/dev
	@$(BIN)/python -m tests.support.prepare

# One more than there are cores: tests wait for browsers, workers and the database.
unit: .venv/dev ## The tests, on all cores
	$(BIN)/pytest -n $$($(BIN)/python -c 'import os; print((os.cpu_count() or 1) + 1)') --dist worksteal -q $(PYTEST)

# What takes hours: more examples, and a worker killed at every line of a run's journal.
nightly: export HOLDFAST_NIGHTLY = 1
nightly: .venv/dev ## The same at length: more examples, every crash point, the benchmarks
	@$(MAKE) --no-print-directory unit

screenshots: .venv/dev ## Pictures: the guide's, and every page in both themes and two widths
	@$(BIN)/python -m docs.pictures

# Wheels for any machine alone, so that the one file runs wherever there is Python 3.11.
client: .venv/bin/python requirements/client.txt ## The command line client as one file, dist/holdfast.pyz
	@rm -rf var/client && mkdir -p var/client/apps dist
	@$(BIN)/pip install -q --require-hashes --no-deps --no-compile --only-binary :all: --platform any \
		--implementation py --python-version 3.11 --target var/client -r requirements/client.txt
	@rm -rf var/client/bin
	@cp apps/__init__.py var/client/apps/ && cp -r apps/client var/client/apps/
	@find var/client -name __pycache__ -prune -exec rm -rf {} +
	@$(BIN)/python -m zipapp var/client -c -p "/usr/bin/env python3" -m "apps.client.__main__:start" -o dist/holdfast.pyz
	@echo "dist/holdfast.pyz is ready; copy it to a folder of your PATH as holdfast (docs/client.md)"

format: .venv/dev ## Format and mend what the linter can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: .venv/dev ## Pin every dependency again, with hashes
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements/base.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev pyproject.toml -c requirements/base.txt -o requirements/dev.txt
	printf 'requests\nrich\n' | $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header - -c requirements/base.txt -o requirements/client.txt
	echo uv | $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header - -c requirements/dev.txt -o requirements/uv.txt

clean: ## Remove the environment and all local data
	rm -rf .venv var staticfiles

# The environments: what the product needs, and what working on it needs besides. uv installs in
# seconds what pip takes minutes for; where it cannot (a mirror that only pip knows of), pip does.
install = $(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r $(1) 2>$(BIN)/../uv.log \
	|| $(BIN)/pip install -q --require-hashes -r $(1)

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Holdfast needs Python 3.11 or newer; set PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Python's venv module is missing; on Debian: apt install python3-venv" >&2; exit 1; }

.venv/bin/uv: .venv/bin/python requirements/uv.txt
	@$(BIN)/pip install -q --require-hashes -r requirements/uv.txt
	@touch $@

.venv/base: .venv/bin/uv requirements/base.txt
	@echo "Installing what Holdfast needs (once)..."
	@$(call install,requirements/base.txt)
	@touch $@

.venv/dev: .venv/bin/uv requirements/dev.txt
	@echo "Installing what the tests need (once)..."
	@$(call install,requirements/dev.txt)
	@touch .venv/base $@
