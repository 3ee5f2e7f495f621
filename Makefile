# Everything one does with Betony. `make` alone lists it.
# Nothing is assumed but Python 3.11 with venv, Node 20 with npm, make and git.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo demo-reset test check fast prove screenshots lock database-tests build

BIN := .venv/bin
BUILT := betony/kit/ui/static/built
BASE := .venv/.base-installed
DEV := .venv/.dev-installed
NPM := frontend/node_modules/.installed
FRONTEND := $(BUILT)/.built
PAGES := $(shell find betony -name '*.html' -not -path '*/static/*') $(shell find frontend/src -type f) \
    frontend/build.mjs frontend/package.json
# The two halves of the preparation do not wait for each other.
PREPARE := @$(MAKE) --no-print-directory --jobs=2

# Where Python may not leave compiled files beside the sources, it keeps them here: without them every process
# compiles all its libraries again, which costs more than many a test.
ifdef PYTHONDONTWRITEBYTECODE
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX ?= $(CURDIR)/.venv/compiled
endif

# One run of pytest per server, because each has settings and a database of its own.
PYTEST := $(BIN)/python -m pytest
SHARED_TESTS := betony/kit $(wildcard tests/architecture contracts tests/contract)
CLINIC_TESTS := --ds=betony.clinic.config.settings betony/clinic betony/cli tools $(SHARED_TESTS) \
    $(wildcard tests/clinic)
DISPENSARY_TESTS := --ds=betony.dispensary.config.settings betony/dispensary $(SHARED_TESTS) \
    $(wildcard tests/dispensary)
CHOSEN := not browser and not prove
fast: CHOSEN := not browser and not prove and not slow
# Every part runs even when one before it has failed: a run tells all there is to mend.
TESTS_OF_THE_SERVERS = $(PYTEST) -n 2 -m "$(CHOSEN)" $(CLINIC_TESTS) || failed=yes; \
    $(PYTEST) -n 2 -m "$(CHOSEN) and not once" $(DISPENSARY_TESTS) || failed=yes

help:
	@echo "make demo            run both servers here, with demo data, until Ctrl-C"
	@echo "make demo-reset      throw the demo's data away"
	@echo "make test            everything continuous integration runs"
	@echo "make check           format, lint, types, import contracts"
	@echo "make fast            the quick tests, in under a minute"
	@echo "make prove           the long proofs: races, kills, faults, load"
	@echo "make screenshots     the pictures of the README and the guides"
	@echo "make database-tests  the tests on the PostgreSQL named by BETONY_*_DATABASE_URL"
	@echo "make lock            pin the requirements again"

demo:
	$(PREPARE) $(BASE) $(FRONTEND)
	@$(BIN)/betony demo

demo-reset: $(BASE)
	@$(BIN)/betony demo-reset

test: build
	@failed=; \
	$(BIN)/python -m tools.check || failed=yes; \
	$(TESTS_OF_THE_SERVERS); \
	BETONY_CHROMIUM="$$(.ci/chromium)" && export BETONY_CHROMIUM && \
	    $(PYTEST) -n 2 --dist loadfile -m "browser and not prove" tests/browser || failed=yes; \
	[ -z "$$failed" ]

check: $(DEV)
	@$(BIN)/python -m tools.check

fast: build
	@failed=; $(TESTS_OF_THE_SERVERS); [ -z "$$failed" ]

prove: build
	@failed=; $(PYTEST) -m prove --ds=betony.clinic.config.settings betony/clinic || failed=yes; \
	BETONY_CHROMIUM="$$(.ci/chromium)" && export BETONY_CHROMIUM && \
	    $(PYTEST) -m prove $(wildcard tests/prove) || failed=yes; [ -z "$$failed" ]

screenshots: build
	@BETONY_CHROMIUM="$$(.ci/chromium)" && export BETONY_CHROMIUM && $(BIN)/python -m tools.screenshots

database-tests: build
	@: "$${BETONY_CLINIC_DATABASE_URL:?set it, and the migration role's}" \
	    "$${BETONY_CLINIC_MIGRATION_DATABASE_URL:?set it}" \
	    "$${BETONY_DISPENSARY_DATABASE_URL:?set it}" "$${BETONY_DISPENSARY_MIGRATION_DATABASE_URL:?set it}"
	@failed=; $(TESTS_OF_THE_SERVERS); [ -z "$$failed" ]

build:
	$(PREPARE) $(DEV) $(FRONTEND)

$(BASE): requirements/base.txt requirements/uv.txt pyproject.toml
	@.ci/environment base
	@touch $@

$(DEV): requirements/dev.txt requirements/uv.txt pyproject.toml
	@.ci/environment dev
	@touch $(BASE) $@

$(NPM): frontend/package-lock.json
	@echo "Installing the packages of the front end …"
	@npm --prefix frontend ci --silent --no-audit --no-fund
	@touch $@

$(FRONTEND): $(NPM) $(PAGES)
	@echo "Building the front end …"
	@npm --prefix frontend run --silent build
	@touch $@

LOCK := $(BIN)/uv pip compile --quiet --generate-hashes --no-header --universal --python-version 3.11
lock: $(DEV)
	@$(LOCK) requirements/uv.in -o requirements/uv.txt
	@$(LOCK) requirements/base.in -o requirements/base.txt
	@$(LOCK) requirements/dev.in -o requirements/dev.txt
