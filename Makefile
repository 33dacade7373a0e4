# Two commands for everybody: `make run` tries the portal, `make test` checks it. `make help` lists the rest.

PYTHON ?= python3
PORT   ?= 8000
ARGS   ?=
WORKERS ?= 3

BIN := .venv/bin
# Python compiles a module when it is first used; to compile all of all packages takes as long as to install them.
PIP := $(BIN)/python -m pip --disable-pip-version-check install -qq --no-compile
CATALOGUES := $(wildcard onboarding/translations/*/LC_MESSAGES/messages.po)
BABEL := onboarding/translations

# The tests start the program a hundred times; it is compiled once, whatever this machine is used to.
unexport PYTHONDONTWRITEBYTECODE

# What the tests need of Debian and npm comes while Python's packages do.
MAKEFLAGS += --jobs=2

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check bench lighthouse pictures machine lock messages clean

help:  ## Show these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

run: .venv/project.stamp  ## Set up what is missing and serve the sandbox on http://127.0.0.1:8000 (PORT= changes it)
	@exec $(BIN)/onboarding serve --sandbox --port $(PORT)

test: machine check  ## Install what the tests need, then lint, check types and run all tests (ARGS= goes to pytest)
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal $(ARGS)

check: .venv/test.stamp  ## Lint and check types only
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: .venv/test.stamp .cache/bench/allauth.stamp  ## Measure the speed of the web requests (QUICK=1 is short; ARGS= see bench/README.md)
	@$(BIN)/python -m bench.web $(if $(QUICK),--quick) $(ARGS)

machine:  # Debian's and npm's parts for the tests; where they may not be installed, the tests that need them say so
	@tests/machine/debian.sh
	@tests/machine/npm.sh tests/machine/node
	@tests/machine/npm.sh docs/examples/node

lighthouse: machine .venv/test.stamp  ## Have Lighthouse judge the portal page and every step
	@tests/machine/npm.sh bench/node
	@$(BIN)/python -m bench.lighthouse

pictures: machine .venv/test.stamp  ## Take the README's pictures anew
	@PYTHONPATH=. $(BIN)/python docs/pictures/make.py

lock:  ## Write the requirements*.txt anew from the ranges in pyproject.toml
	@test -x .cache/lock/bin/uv || { $(PYTHON) -m venv .cache/lock && .cache/lock/bin/pip install -q 'uv~=0.13.9'; }
	$(call compile,pyproject.toml --extra token,requirements.txt)
	$(call compile,--group pyproject.toml:build -c requirements.txt,requirements-build.txt)
	$(call compile,bench/allauth/requirements.in,bench/allauth/requirements.txt)
	$(call compile,--group pyproject.toml:test -c requirements.txt -c requirements-build.txt,requirements-test.txt)

# --no-config and the cleared variables keep this machine's own indexes out of the lock.
compile = env -u UV_INDEX -u UV_EXTRA_INDEX_URL -u UV_FIND_LINKS .cache/lock/bin/uv --no-config pip compile --quiet --upgrade \
	--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	--custom-compile-command 'make lock' $(1) -o $(2)

messages: .venv/project.stamp  ## Bring the message catalogues up to what code and templates say
	@mkdir -p .cache
	$(BIN)/pybabel -q extract -F $(BABEL)/babel.cfg -k _l -k lazy_gettext --no-location --sort-output \
		--project onboarding -o .cache/messages.pot .
	$(BIN)/pybabel -q update -i .cache/messages.pot -d $(BABEL) -l vi --init-missing --no-fuzzy-matching \
		--ignore-obsolete --ignore-pot-creation-date
	@$(MAKE) --no-print-directory .venv/project.stamp

clean:  ## Remove what these commands made, the sandbox's database and keys too
	rm -rf bench/node/node_modules docs/examples/node/node_modules tests/machine/node/node_modules .venv .cache .hypothesis .mypy_cache .pytest_cache .ruff_cache instance build dist

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name it with PYTHON=")'
	$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

.venv/runtime.stamp: requirements.txt requirements-build.txt | .venv/bin/python
	$(PIP) --require-hashes -r requirements.txt -r requirements-build.txt
	@touch $@

.venv/project.stamp: pyproject.toml hatch_build.py $(CATALOGUES) .venv/runtime.stamp
	$(PIP) --no-index --no-deps --no-build-isolation --editable .
	@touch $@

.venv/test.stamp: requirements-test.txt .venv/project.stamp
	$(PIP) --require-hashes -r requirements-test.txt
	@touch $@

.cache/bench/allauth.stamp: bench/allauth/requirements.txt
	$(PYTHON) -m venv .cache/bench/allauth
	.cache/bench/allauth/bin/python -m pip --disable-pip-version-check install -qq --require-hashes -r $<
	@touch $@
