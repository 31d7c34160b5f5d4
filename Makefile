# `make` alone lists the targets.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
RAY ?= .venv-ray
BIN := $(VENV)/bin
DATA ?= data/imagenette2-160
CIFAR ?= data/cifar10
SEED ?= 0
OUT ?= runs
BUNDLE ?=

.DEFAULT_GOAL := help
.PHONY: help run test test-ray check train load bench translations screenshots browser audit fuzz

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/.run: requirements.txt
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { echo "Python 3.11 is needed; name it: make run PYTHON=..."; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.test: requirements-dev.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

run: $(VENV)/.run ## Make the environment and open the app
	$(BIN)/python -m se_explorer app

test: $(VENV)/.test browser ## Make the test environment and pass every test
	$(BIN)/python -m pytest -n 2 --dist loadgroup

$(RAY)/.ray: requirements-ray.txt requirements-dev.txt
	test -x $(RAY)/bin/python || $(PYTHON) -m venv $(RAY)
	$(RAY)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-ray.txt -r requirements-dev.txt
	@touch $@

test-ray: $(RAY)/.ray ## Make an environment with Ray, and pass the tests on a local cluster of several nodes
	$(RAY)/bin/python -m pytest -n 0 tests/cluster

check: $(VENV)/.test ## Format, lint, types and the fast tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not slow and not browser"

train: $(VENV)/.run ## Train all bundled networks anew (DATA=Imagenette, CIFAR=CIFAR-10, SEED=0, OUT=runs, BUNDLE=assets/models)
	for recipe in seresnet50-imagenette resnet50-imagenette seresnet20-cifar10; do \
		case $$recipe in *-cifar10) data=$(CIFAR);; *) data=$(DATA);; esac; \
		out=$(OUT)/$$recipe-seed$(SEED); resume=; if test -f $$out/checkpoint.pt; then resume=--resume; fi; \
		$(BIN)/python -m se_explorer train assets/recipes/$$recipe.toml --data $$data --seed $(SEED) --out $$out \
			$(if $(BUNDLE),--bundle $(BUNDLE)) $$resume || exit 1; \
	done

load: $(VENV)/.run ## Many sessions at once on one server, each checked (ARGS="--sessions 30 --soak 60")
	$(BIN)/python -m benchmarks.load $(ARGS)

bench: $(VENV)/.run ## Measure the headline figures beside their peers
	$(BIN)/python -m benchmarks

translations: $(VENV)/.run ## Gather, update and compile the translations
	$(BIN)/python scripts/translations.py

screenshots: $(VENV)/.test browser ## Take pictures of every page into build/screenshots (ARGS="--only learn", --readme)
	$(BIN)/python scripts/screenshots.py $(ARGS)

audit: $(VENV)/.test ## Look up every pinned package among the known vulnerabilities (needs the internet)
	PATH="$(CURDIR)/$(BIN):$$PATH" scripts/audit.sh

fuzz: $(VENV)/.test ## Hostile bytes for every reader of people's files (CASES=10000 a target)
	$(BIN)/python -m fuzzing --cases $(or $(CASES),10000)

browser:
	@command -v chromium >/dev/null || .ci/browser
