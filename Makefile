# The commands that people type. `make help` lists them.
# The oldest Python that is supported and there: what runs on it runs on the others.
PYTHON ?= $(firstword $(foreach it,python3.11 python3.12 python3.13,$(shell $(it) -c '' 2>/dev/null && echo $(it))) python3)
VENV := .venv
BIN := $(VENV)/bin
CASES ?= ../shared/cases
FUZZ_EXAMPLES ?= 500
PORT ?= 8000
JUDGE ?= ../shared/bench/judge.py

# Workers' metrics were seen not to come out of a Ray that is not the first of its pytest process.
OWN_PROCESS := tests/integration/test_monitoring.py tests/integration/test_seen_from_outside.py

.DEFAULT_GOAL := help
.PHONY: help demo serve upgrade test lint types unit integration image-test chaos docs format judge bench-tools relations pin clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: $(VENV)/.runtime ## start the service, learn from the example, convert a larger file, stop
	@$(BIN)/python examples/demo.py

serve: $(VENV)/.runtime ## start the service and leave it running (Ctrl-C stops it)
	@$(BIN)/python serve_app.py

upgrade: $(VENV)/.runtime ## after new code has come: install what it needs, restart the service that systemd runs
	@sudo systemctl restart ai-csv-converter
	@curl --silent --show-error --fail --retry 60 --retry-delay 1 --retry-all-errors http://127.0.0.1:$(PORT)/health

test: lint types unit integration ## lint, types and all tests

lint: $(VENV)/.development ## style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.development ## types
	$(BIN)/mypy

unit: $(VENV)/.development ## the fast tests
	$(BIN)/python -m pytest -m "not integration and not browser"

integration: $(VENV)/.development ## the tests with real parts: Ray, HTTP, S3, a browser
	$(BIN)/python -m pytest -m "integration or browser" $(addprefix --ignore ,$(OWN_PROCESS))
	set -e; for file in $(OWN_PROCESS); do $(BIN)/python -m pytest $$file; done

image-test: $(VENV)/.development ## the Dockerfile's steps in a fresh root (as root; fetches 700 MB)
	FRESH_ROOT=1 $(BIN)/python -m pytest tests/integration/test_image.py

chaos: $(VENV)/.development ## 500 jobs, something killed every few seconds, 10 minutes at most; then minutes of made-up input
	$(BIN)/python -m bench.chaos
	FUZZ_EXAMPLES=$(FUZZ_EXAMPLES) $(BIN)/python -m pytest tests/fuzz tests/api/test_openapi.py --timeout 1800

docs: $(VENV)/.development ## the documentation as a site, in .site/ (links are checked)
	$(BIN)/python -m mkdocs build --strict
	@echo "file://$(CURDIR)/.site/index.html"

format: $(VENV)/.development ## rewrite the code in the project's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

judge: $(VENV)/.runtime ## score the learner on a folder of cases (CASES=…, JUDGE=…)
	PATH="$(CURDIR)/$(BIN):$$PATH" python $(JUDGE) $(CASES)

bench-tools: $(VENV)/.runtime ## what the benchmarks compare with, beside the product in .bench/
	$(BIN)/uv pip install --quiet --target .bench --constraint requirements.txt --requirement bench/requirements.txt

relations: $(VENV)/.development ## the learner's knowledge of the world, from the libraries that keep it
	$(BIN)/python -m tools.relations

pin: $(VENV)/.development ## pin all dependencies anew from pyproject.toml
	$(BIN)/uv pip compile --quiet pyproject.toml --python-version 3.11 --no-header --no-annotate \
	  --no-emit-index-url --output-file requirements.txt
	$(BIN)/uv pip compile --quiet pyproject.toml --python-version 3.11 --no-header --no-annotate \
	  --no-emit-index-url --extra dev --constraint requirements.txt --output-file requirements-dev.txt

clean: ## remove what the targets made (not your data)
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14) and "Python 3.11, 3.12 or 3.13 is needed; name one with PYTHON=…")'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV)

# The installer itself, faster than pip; everything it installs is pinned.
UV := 0.13.9

# The command csv-converter, which runs the code as it stands here.
INSTALLED := $(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .

# Compiled at once, since where PYTHONDONTWRITEBYTECODE is set every start would compile all it imports.
COMPILED := $(BIN)/python -m compileall -q cli client converter crew jobs actors api settings.py

$(VENV)/.runtime: requirements.txt pyproject.toml | $(BIN)/python
	@echo "installing what the service needs (a minute or two, once)"
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --requirement requirements.txt
	@$(INSTALLED)
	@$(COMPILED)
	@touch $@

$(VENV)/.development: requirements-dev.txt pyproject.toml | $(BIN)/python
	@echo "installing what the service and its tests need (a minute or two, once)"
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --requirement requirements-dev.txt
	@$(INSTALLED)
	@$(COMPILED)
	@touch $@ $(VENV)/.runtime
