# Every command of this repository; `make` alone lists them. Needs Python, Rust and make; the
# rest is fetched into .venv and target, once, and again only when what it depends on changes.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

PYTHON ?= python3
VENV ?= .venv
BIN := $(abspath $(VENV))/bin
PY := $(BIN)/python

DISTRIBUTION := packages/pluribus
NATIVE := $(DISTRIBUTION)/src/pluribus/codebase/_native.abi3.so
CRATES := Cargo.toml Cargo.lock $(shell find crates -name target -prune -o \( -name '*.rs' -o -name Cargo.toml \) -print)
# The border is a shared library of Python: it has no tests of its own, and to link one would
# need Python's development files.
CARGO_TESTS := --workspace --exclude pluribus-py
# Keeps the paths of this machine out of a wheel. What is developed is built with the same flags, or
# each build would undo the other.
CARGO_SOURCES := $(or $(CARGO_HOME),$(HOME)/.cargo)/registry/src
NO_PATHS := --remap-path-prefix=$(CARGO_SOURCES)=crates.io --remap-path-prefix=$(CURDIR)=pluribus
CLIENT := clients/typescript
EXAMPLES := $(patsubst %/pytest.ini,%,$(wildcard examples/*/pytest.ini))

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help
help:
	@echo "make TARGET, where TARGET is one of:"; echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Using it.

.PHONY: demo
demo: $(NATIVE) ## check the example application, whatever is found
	@$(BIN)/pluribus check examples/chat --exit-zero

# Changing it.

.PHONY: test
test: $(NATIVE) ## run every test that needs nothing but Python and Rust
	@echo "== cargo test"
	@cargo test $(CARGO_TESTS) --quiet
	@echo "== pytest"
	@$(PY) -m pytest -n 2 -q

.PHONY: fmt
fmt: $(VENV)/.installed ## format the sources, and mend what ruff can mend by itself
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .
	@cargo fmt --all

.PHONY: lint
lint: lint-ruff lint-mypy lint-stub lint-arrows lint-news lint-action lint-sizes lint-rust ## style, types, arrows between packages, sizes; one alone: make lint-mypy

.PHONY: spec
spec: $(NATIVE) ## run the page and the spec of one rule: make spec NAME=dual-import
	@test -n "$(NAME)" || { echo "error: say which rule, as in \`make spec NAME=dual-import\`" >&2; exit 2; }
	@$(PY) -m pytest -q tests/rules/test_specs.py -k "/$(subst -,_,$(NAME)):" || { \
	    status=$$?; test $$status != 5 || echo "error: no rule is called \`$(NAME)\`" >&2; exit $$status; }

.PHONY: golden
golden: $(NATIVE) ## write the golden files anew; read the difference before you commit it
	@for each in $(patsubst %.py,%,$(wildcard tests/*/golden.py)); do $(PY) -m $${each//\//.}; done
	@git status --short tests docs

.PHONY: docs
docs: $(NATIVE) ## write the generated pages and schemas of docs/reference anew
	@PYTHONPATH=packages/unum/src $(PY) -m scripts.docs

.PHONY: matrix
matrix: $(NATIVE) ## try the kit on its own managers, and write docs/reference/matrix.md anew
	@$(PY) -m scripts.matrix

.PHONY: schema
schema: $(NATIVE) ## write the JSON schemas of docs/reference anew
	@PYTHONPATH=packages/unum/src $(PY) -m scripts.docs '*.schema.json'

.PHONY: bench
bench: $(NATIVE) ## measure the speed: make bench [REAL=DIR] [ARGS=...]
	@$(PY) -m bench $(if $(REAL),--tree "$(REAL)") $(ARGS)

.PHONY: bench-graphs
bench-graphs: $(NATIVE) ## measure the walk over object graphs: make bench-graphs [ARGS=...]
	@$(PY) -m bench.object_graphs $(ARGS)

.PHONY: bench-history
bench-history: $(NATIVE) ## measure the burn-down of a history: make bench-history REAL=REPOSITORY [ARGS=...]
	@test -d "$(REAL)" || { echo "error: say which repository, as in \`make bench-history REAL=DIR\`" >&2; exit 2; }
	@$(PY) -m bench.history "$(REAL)" $(ARGS)

.PHONY: bench-unum
bench-unum: $(VENV)/.measured ## measure unum beside others, in turns: make bench-unum [ARGS='--only cost']
	@PYTHONPATH=packages/unum/src $(PY) -m bench.hub $(ARGS)

.PHONY: faults
faults: $(NATIVE) ## do to unum all that can be done, with much of everything: make faults [ARGS='--times 1 broker']
	@PYTHONPATH=packages/unum/src $(PY) -m tests.unum.faults $(ARGS)

.PHONY: autobahn
autobahn: $(NATIVE) ## Autobahn's cases of WebSockets: make autobahn [PYTHON27=python2.7] [ARGS=--long]
	@scripts/autobahn.sh $(or $(PYTHON27),python2.7) target/autobahn
	@PYTHONPATH=packages/unum/src $(PY) -m tests.unum.autobahn $(or $(PYTHON27),python2.7) target/autobahn $(ARGS)

.PHONY: accuracy
accuracy: $(NATIVE) ## inject violations into packages from PyPI; precision and recall of each rule
	@$(PY) -m bench.accuracy $(ARGS)

.PHONY: consolidations
consolidations: $(NATIVE) ## fix real consolidations, beside what was done by hand: make consolidations MIRRORS=DIR
	@$(PY) -m bench.consolidations $(MIRRORS) $(ARGS)

.PHONY: soak
soak: $(NATIVE) ## judge the good managers of the kit over and over: make soak [REPEATS=200] [SECONDS=1800]
	@$(PY) -m scripts.soak --repeats $(or $(REPEATS),200) --seconds $(or $(SECONDS),1800) $(ARGS)

.PHONY: fuzz
fuzz: ## feed the fact reader what no one would write: make fuzz [SECONDS=600]
	@scripts/fuzz.sh $(or $(SECONDS),600)

.PHONY: real
real: $(NATIVE) ## run the tests on pinned real code bases: make real REAL=DIR
	@test -d "$(REAL)" || { echo "error: say where they are, as in \`make real REAL=DIR\`" >&2; exit 2; }
	@PLURIBUS_REAL=$(abspath $(REAL)) $(PY) -m pytest -q -m real

.PHONY: conform-sockets
conform-sockets: $(NATIVE) ## try every property on the kit's managers over real sockets; takes a quarter of an hour
	@$(BIN)/pluribus conform --self-test --transport sockets

.PHONY: dist
dist: $(VENV)/.installed ## build the wheels into dist/, and try them where nothing else is
	@rm -rf dist
	@echo "== building the wheel"
	@cd $(DISTRIBUTION) && RUSTFLAGS="$(NO_PATHS)" \
	    $(BIN)/maturin build --quiet --release --locked --interpreter $(PY) --out ../../dist
	@scripts/try_wheel.sh $(PYTHON) dist/pluribus-*.whl
	@$(BIN)/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist packages/unum
	@scripts/try_unum.sh $(PYTHON) dist/pluribus_unum-*.whl

.PHONY: ci
ci: ## everything that a change must pass; the same as .ci/run
	@$(MAKE) test
	@$(MAKE) test-client
	@$(MAKE) test-browser
	@$(MAKE) lint
	@$(MAKE) dist
	@$(MAKE) self-check
	@$(MAKE) test-examples

.PHONY: clean
clean: ## remove all that make has made
	@rm -rf $(VENV) target dist $(NATIVE)
	@find . -name .git -prune -o \( -name __pycache__ -o -name '.*_cache' -o -name .hypothesis \) \
	    -prune -exec rm -rf {} +

# Parts of the above.

.PHONY: lint-ruff lint-mypy lint-stub lint-arrows lint-news lint-action lint-sizes lint-rust
lint-ruff: $(VENV)/.installed
	@echo "== ruff"
	@$(BIN)/ruff check --quiet --output-format concise .
	@$(BIN)/ruff format --check --quiet .

lint-mypy: $(NATIVE)
	@echo "== mypy"
	@$(BIN)/mypy --strict $(DISTRIBUTION)/src packages/unum/src tests $(wildcard bench scripts)

lint-stub: $(NATIVE)
	@echo "== stubtest"
	@$(BIN)/stubtest pluribus.codebase._native --mypy-config-file pyproject.toml --concise

lint-arrows: $(NATIVE)
	@echo "== import-linter"
	@PYTHONPATH=packages/unum/src $(BIN)/lint-imports --no-cache --no-logo

lint-news: $(VENV)/.installed
	@echo "== towncrier"
	@$(BIN)/towncrier build --draft --version 0 >/dev/null 2>&1

# actionlint reads more of it, in the tests, where it is installed: no registry of Python has it.
lint-action: $(VENV)/.installed
	@echo "== the schema of actions"
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-actions action.yml

lint-sizes:
	@echo "== sizes"
	@scripts/check_sizes.sh

lint-rust: $(VENV)/.installed
	@echo "== rustfmt and clippy"
	@cargo fmt --all --check -- -l
	@PYO3_PYTHON=$(PY) cargo clippy --workspace --all-targets --quiet -- -D warnings

.PHONY: self-check
self-check: $(NATIVE)
	@echo "== pluribus check ."
	@$(BIN)/pluribus check .
	@echo "== pluribus check and conform packages/unum"
	@$(BIN)/pluribus check packages/unum --output-format concise
	@$(BIN)/pluribus conform packages/unum
	@$(BIN)/pluribus conform packages/unum --transport sockets --property D1,E11,F2,F6,G2,G3,G5

.PHONY: test-browser
test-browser: $(NATIVE) $(CLIENT)/dist/unum.min.js
	@scripts/browser.sh
	@echo "== pytest in a browser"
	@$(PY) -m pytest -q tests/reports/test_html_in_browser.py tests/unum/test_golden_path.py tests/unum/test_first_page.py

$(CLIENT)/node_modules/.package-lock.json: $(CLIENT)/package.json $(CLIENT)/package-lock.json
	@echo "== npm ci in $(CLIENT)"
	@cd $(CLIENT) && npm ci --no-fund --no-audit --silent
	@touch $@

$(CLIENT)/dist/unum.min.js: $(CLIENT)/node_modules/.package-lock.json $(wildcard $(CLIENT)/src/*.ts)
	@cd $(CLIENT) && npm run --silent build

.PHONY: test-client
test-client: $(NATIVE) $(CLIENT)/dist/unum.min.js ## test the client for browsers; needs Node 20 or newer
	@echo "== node --test in $(CLIENT)"
	@cd $(CLIENT) && PYTHON=$(PY) PYTHONPATH=$(CURDIR)/packages/unum/src npm test --silent | grep -E '^(not ok|# (tests|pass|fail))' ; \
	    exit $${PIPESTATUS[0]}
	@cd $(CLIENT) && npm run --silent size
	@echo "== pytest with the client"
	@$(PY) -m pytest -q tests/unum/test_how_to.py

.PHONY: golden-path
golden-path: $(NATIVE) $(CLIENT)/dist/unum.min.js ## serve the demo of unum: sign in, ask, pull the plug, kill a node
	@PYTHONPATH=packages/unum/src $(PY) -m examples.golden_path

.PHONY: test-examples
test-examples: $(VENV)/.installed
	@for each in $(EXAMPLES); do echo "== pytest in $$each"; (cd $$each && $(PY) -m pytest -q); done

.PHONY: toolchain
toolchain:
	@scripts/toolchain.sh $(PYTHON)

$(VENV)/.made: | toolchain
	@echo "== making $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: requirements/dev.txt $(VENV)/.made | toolchain
	@echo "== installing requirements/dev.txt into $(VENV)"
	@$(BIN)/pip install --quiet --requirement requirements/dev.txt
	@touch $@

$(VENV)/.measured: requirements/bench.txt $(VENV)/.installed
	@echo "== installing requirements/bench.txt into $(VENV)"
	@$(BIN)/pip install --quiet --requirement requirements/bench.txt
	@touch $@

# As users have it: what `pluribus conform` drives may import it, wherever that is.
$(VENV)/.unum: packages/unum/pyproject.toml $(VENV)/.installed
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable packages/unum
	@touch $@

# Installs the package too: its folder is put on the path of .venv, and its commands into bin.
$(NATIVE): $(CRATES) $(DISTRIBUTION)/pyproject.toml $(VENV)/.installed | toolchain $(VENV)/.unum
	@echo "== building the Rust core (a minute or two when nothing of it is built yet)"
	@cd $(DISTRIBUTION) && said=$$(VIRTUAL_ENV=$(abspath $(VENV)) RUSTFLAGS="$(NO_PATHS)" \
	    $(BIN)/maturin develop --release 2>&1) || \
	    { echo "$$said" >&2; exit 1; }
	@touch $@
