# `make synth` and `make test` set up what they need: Python 3.11 or newer is enough.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: synth test test-heavy check bench provider-6 snapshots clean

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[cdktf,aws,gate,plot]' --group dev
	touch $@ $(VENV)/.runtime

$(VENV)/.runtime: pyproject.toml
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

synth: $(VENV)/.runtime        ## write the repository's own stacks to cdktf.out
	$(BIN)/aicost synth

test: $(VENV)/.installed       ## the whole suite a contributor runs
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m 'not heavy'

test-heavy: $(VENV)/.installed ## what needs environments of its own: wheels, extras, provider 6, browsers
	$(BIN)/python -m pytest -m heavy

check: $(VENV)/.installed      ## style and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

provider-6: $(VENV)/.installed ## every emitted attribute against the newest AWS provider's schema
	$(BIN)/python -m pytest -m heavy tests/provider6

snapshots: $(VENV)/.installed  ## write the expected output anew: read the diff before you commit it
	$(BIN)/python -m pytest tests/snapshots --snapshot-update

bench: $(VENV)/.installed      ## one table of ratios, measured side by side
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) build dist cdktf.out
