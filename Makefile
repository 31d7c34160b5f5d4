# `make` alone lists the targets.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
DATA ?= data/imagenette2-160
RECIPE ?= assets/recipes/seresnet50-imagenette.toml

.DEFAULT_GOAL := help
.PHONY: help run test check train bench translations screenshots browser

help: ## List the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/.run: requirements.txt
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { echo "Python 3.11 is needed; name it: make run PYTHON=..."; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.test: requirements-dev.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

run: $(VENV)/.run ## Make the environment and open the app
	$(BIN)/python -m streamlit run streamlit_app.py

test: $(VENV)/.test browser ## Make the test environment and pass every test
	$(BIN)/python -m pytest -n 2 --dist loadgroup

check: $(VENV)/.test ## Format, lint, types and the fast tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not slow and not browser"

train: $(VENV)/.run ## Train the bundled network anew (DATA=folder with train and val)
	$(BIN)/python -m se_explorer train $(RECIPE) --data $(DATA)

bench: $(VENV)/.run ## Measure the headline figures beside their peers
	$(BIN)/python -m benchmarks

translations: $(VENV)/.run ## Gather, update and compile the translations
	$(BIN)/python scripts/translations.py

screenshots: $(VENV)/.test browser ## Take pictures of every page into build/screenshots (ARGS="--only learn", --readme)
	$(BIN)/python scripts/screenshots.py $(ARGS)

browser:
	@command -v chromium >/dev/null || .ci/browser
