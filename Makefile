# make plan    install, then make the yearly plan of scenarios/binhai into out/binhai
# make test    install what tests need, then run every check and the whole suite
# make quick   install what tests need, then run the everyday suite, without the slow tests
# make notebooks  run the notebooks and keep their outputs
# make bench   measure time and memory (half an hour), write benchmarks/RESULTS.md; GROWTH=--full takes a night
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PINS := pyproject.toml constraints.txt
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.DEFAULT_GOAL := help
.PHONY: help plan test quick notebooks bench

help:
	@sed -n 's/^# make/make/p' Makefile

plan: $(VENV)/.installed
	$(BIN)/rotation-planner plan scenarios/binhai --out out/binhai

test: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONHASHSEED=0 $(BIN)/python -m pytest -n 2 --dist loadfile -m "not few"

quick: $(VENV)/.installed-test
	PYTHONHASHSEED=0 $(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow"

notebooks: $(VENV)/.installed-test
	PYTHONHASHSEED=0 $(BIN)/python tests/notebook_runs.py

bench: $(VENV)/.installed
	$(BIN)/python -m benchmarks.yearly
	$(BIN)/python -m benchmarks.regimes
	$(BIN)/python -m benchmarks.handling
	$(BIN)/python -m benchmarks.growth $(GROWTH)

# A virtual environment that works is kept; one that is missing or was left half made is made (again).
define make-venv
@$(BIN)/python -m pip --version >/dev/null 2>&1 || { \
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; name yours: make PYTHON=/path/to/python3")' \
	&& $(PYTHON) -m venv $(VENV); }
@echo "Installing into $(VENV) ..."
endef

# Editable: changed code needs no new installation, changed pins do. The test set holds the plain one.
$(VENV)/.installed: $(PINS)
	$(make-venv)
	$(INSTALL) --editable .
	@touch $@

$(VENV)/.installed-test: $(PINS)
	$(make-venv)
	$(INSTALL) --editable ".[test]"
	@touch $(VENV)/.installed $@
