# `make estimate` and `make test` work on a fresh machine; a second run of either starts at once.
#
#   PYTHON=...     the Python to use (3.11 or newer); otherwise the newest one found
#   VENV=...       the virtual environment (.venv); one that another Python made is made anew
#   PYTEST=...     more arguments for pytest:  make test PYTEST="tests/unit/model -x"
#   PYTEST_WORKERS=0  run the tests in one process; more share the processors, so that each has one thread of
#                     linear algebra
#   GECAM_RAW=...  folder with the publishers' own files, for `editions` and the tests marked raw

VENV ?= .venv
EDITION ?= 2025
OUT ?= out
PYTEST ?=
PYTEST_WORKERS ?= 2
GECAM_RAW ?= ../shared/data

py := "$(VENV)/bin/python"
BENCH ?= $(sort $(wildcard benchmarks/*.py))
BUILD ?= $(sort $(wildcard tools/build_*.py))

.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help estimate test test-slow lint docs site bench editions clean
unexport PYTHONHOME PYTHONPATH

help: ## say what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1 | \2/p' $(firstword $(MAKEFILE_LIST)) | \
	while IFS='|' read -r target what; do printf '%-18s%s\n' "$$target" "$$what"; done

estimate: ## install the core, estimate a packaged edition (EDITION=2025), print the table, write figures to out/
	@tools/venv.sh "$(VENV)"
	@"$(VENV)/bin/gecam" estimate --edition "$(EDITION)" --out "$(OUT)" --force

test: ## install what tests need, run the quick tests
	@tools/venv.sh "$(VENV)" dev
	@OPENBLAS_NUM_THREADS=$${OPENBLAS_NUM_THREADS:-1} \
	$(py) -m pytest -n $(PYTEST_WORKERS) --dist loadfile -m "not slow" --durations=20 $(PYTEST)

test-slow: ## run the tests that take minutes
	@tools/venv.sh "$(VENV)" dev
	@$(py) -m pytest -m slow $(PYTEST)
	$(if $(PYTEST),,@$(py) -m pytest -m "not slow" --hypothesis-profile=thorough tests/properties)

lint: ## style, spelling, types, and the import contract
	@tools/venv.sh "$(VENV)" dev
	$(py) -m ruff check
	$(py) -m ruff format --check
	"$(VENV)/bin/codespell"
	$(py) -m mypy
	"$(VENV)/bin/lint-imports"

docs: ## build the documentation into docs/_build/html; every warning is an error
	@tools/venv.sh "$(VENV)" docs
	@rm -rf docs/_build/html # of pages that are not read anew, sphinx forgets which search words are theirs
	$(py) -m sphinx -j auto -W --keep-going -n -q -b html docs docs/_build/html
	@$(py) tools/site_check.py docs/_build/html
	@echo "built docs/_build/html/index.html"

site: ## run the notebooks (a minute or two), then build the documentation with their outputs
	@tools/venv.sh "$(VENV)" dev,docs
	@$(py) -m pytest -q -n $(PYTEST_WORKERS) -m slow tests/notebooks
	@$(MAKE) docs

bench: ## run the benchmarks
	@tools/venv.sh "$(VENV)" dev
	@for file in $(BENCH); do echo "== $$file"; $(py) "$$file" || exit 1; done

editions: ## rebuild the packaged figures from the publishers' own files in $GECAM_RAW
	@tools/venv.sh "$(VENV)"
	@for file in $(BUILD); do echo "== $$file"; GECAM_RAW="$(GECAM_RAW)" $(py) "$$file" || exit 1; done

clean: ## remove what was built; environments stay (rm -r .venv)
	rm -rf out build dist docs/_build docs/reference/generated docs/notebooks/*.ipynb
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name '.venv*' -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
