# A few commands everyone remembers. Only Python 3.11 to 3.13 and make are needed; the rest goes into .venv.
#
#   make demo          the whole house on this machine, with a sample inside; Ctrl-C stops it (PORT=8000)
#   make demo-check    the same, but stops as soon as everything has been seen to work
#   make test          the tests, on SQLite            make check   looks: lint, types, imports, templates
#   make test-postgres the tests, on PostgreSQL        make fix     tidies what can be tidied by itself
#   make browser       the journeys, in Chromium       make bench   figures against floors (SCALE=un)
#   make faults        servers and processes killed for real, two at once, clocks that jump (ROW=E1: one row)

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup demo demo-check test test-postgres browser check fix bench faults requirements messages clean

VENV := .venv
PY := $(VENV)/bin/python
PYTEST := $(PY) -m pytest
TEST_DATABASE_URL ?= postgresql://postgres@127.0.0.1:5432/mandates

help:
	@sed -n '3,8s/^# \{0,3\}//p' Makefile

# ── Setting up ───────────────────────────────────────────────────────────────────────────────────────────────────
# The stamps are named after what the requirement files hold, so a second run does nothing.

RUNTIME := $(VENV)/stamp-runtime-$(firstword $(shell cksum < requirements.txt))
DEV := $(VENV)/stamp-dev-$(firstword $(shell cksum < requirements-dev.txt))
INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps

$(PY):
	@for name in $${PYTHON:-python3.12 python3.13 python3.11 python3 python}; do \
	  if "$$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then found=$$name; break; fi; \
	done; \
	if [ -z "$${found:-}" ]; then echo "Mandates needs Python 3.11, 3.12 or 3.13, and none was found: install one, or name it with PYTHON=…" >&2; exit 1; fi; \
	echo "Setting up with $$("$$found" --version) in $(VENV) …"; \
	"$$found" -m venv $(VENV) || { rm -rf $(VENV); echo "Python could not make a virtual environment; on Debian and Ubuntu the package python3-venv is missing." >&2; exit 1; }

# The development file holds all that the runtime file holds, at the same versions.
$(RUNTIME): | $(PY)
	@echo "Installing what runs …"; $(INSTALL) -r requirements.txt; rm -f $(VENV)/stamp-runtime-*; touch $@

$(DEV): | $(PY)
	@echo "Installing what runs and what tests …"; $(INSTALL) -r requirements-dev.txt; rm -f $(VENV)/stamp-*; \
	touch $@ $(RUNTIME)

setup: $(DEV)

# ── Looking at it ────────────────────────────────────────────────────────────────────────────────────────────────

demo: $(RUNTIME)
	@exec $(PY) -m config.demo

demo-check: $(RUNTIME)
	@exec $(PY) -m config.demo --check

# ── Testing it ───────────────────────────────────────────────────────────────────────────────────────────────────

test: $(DEV)
	@env -u DATABASE_URL $(PYTEST) -n $${TEST_PROCESSES:-2} $(ARGS)

# Databases called test_mandates… are made on the server and dropped again.
test-postgres: $(DEV)
	@DATABASE_URL="$(TEST_DATABASE_URL)" SECRET_KEY=$${SECRET_KEY:-only-for-the-tests-on-postgresql-0123456789} \
	  $(PYTEST) -n $${TEST_PROCESSES:-2} $(ARGS)

browser: $(DEV)
	@env -u DATABASE_URL BROWSER_TESTS=1 DJANGO_ALLOW_ASYNC_UNSAFE=1 $(PYTEST) -m browser $(ARGS)

# ── Keeping it tidy ──────────────────────────────────────────────────────────────────────────────────────────────

check: $(DEV)
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(VENV)/bin/lint-imports --no-logo
	@if compgen -G "templates/*.html" > /dev/null; then $(VENV)/bin/djlint --lint --quiet templates; fi
	@$(PY) manage.py check --fail-level WARNING
	@$(PY) manage.py makemigrations --check --dry-run

fix: $(DEV)
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

# Databases called mandates_bench_… are made on the server of TEST_DATABASE_URL and dropped again (BENCH_KEEP=1 keeps
# them). SCALE=un adds the size of the UN: five minutes and 4 GB more. What falls short is told, and fails at the end.
bench: $(DEV)
	@short=0; for part in bench.reader bench.work bench.letters "bench.letter_selection $(SCALE)" "bench $(SCALE)"; do \
	  TEST_DATABASE_URL="$(TEST_DATABASE_URL)" $(PY) -m $$part || short=1; \
	done; exit $$short

# All rows take hours; each says what it counted, and is a line. ARGS=--quick: the short form of each; ARGS=--list.
faults: $(DEV)
	@TEST_DATABASE_URL="$(TEST_DATABASE_URL)" $(PY) -m faults $(ROW) $(ARGS)

# ── Now and then ─────────────────────────────────────────────────────────────────────────────────────────────────

COMPILE := CUSTOM_COMPILE_COMMAND="make requirements" $(PY) -m piptools compile --quiet --strip-extras --generate-hashes \
  --allow-unsafe --no-emit-index-url --no-emit-trusted-host --no-emit-find-links $(ARGS)

# Pins what pyproject.toml asks for. ARGS=--upgrade takes newer releases. Run it on Python 3.11, the oldest we serve.
requirements: $(DEV)
	@$(COMPILE) --output-file requirements.txt pyproject.toml
	@$(COMPILE) --extra dev --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml

# Needs the gettext tools. Gathers the visible words, and compiles what was translated.
messages: $(DEV)
	@cd . && $(PY) manage.py makemessages --all --no-obsolete --no-location --no-wrap --ignore '.venv' --ignore var --ignore tests && $(PY) manage.py compilemessages

clean:
	@rm -rf $(VENV) var staticfiles .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
