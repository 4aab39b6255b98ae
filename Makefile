# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# torch: the CPU build; a range would let pip choose gigabytes of CUDA.
TORCH := torch==2.13.0

.PHONY: demo test test-slow lint benchmark clean

demo: $(VENV)/base
	@# One sample is broken on purpose, so the exit status is 1.
	$(BIN)/jiping triage examples --out out/demo || test $$? -eq 1
	@echo "结果 / result: out/demo/index.html"

test: $(VENV)/test lint
	PYTHONWARNDEFAULTENCODING=1 $(BIN)/python -m pytest -m "not server and not train" -q

test-slow: test-label-studio test-browser test-train test-batch

test-label-studio: $(VENV)/test
	$(BIN)/pip install -q -e ".[annotate]"
	$(PYTHON) -m venv $(VENV)-ls
	$(VENV)-ls/bin/pip install -q label-studio
	LABEL_STUDIO=$(CURDIR)/$(VENV)-ls/bin/label-studio $(BIN)/python -m pytest -m server tests/test_label_studio.py -q

test-browser: $(VENV)/test
	command -v chromedriver >/dev/null || (apt-get update -qq && apt-get install -y -qq chromium chromium-driver)
	$(BIN)/pip install -q selenium
	$(BIN)/python -m pytest -m server tests/test_browser.py -q

test-train: $(VENV)/test
	$(BIN)/pip install -q $(TORCH)
	$(BIN)/pip install -q -e ".[train,annotate]"
	$(BIN)/python -m pytest -m train -q

test-batch: $(VENV)/test
	$(BIN)/pip install -q -e ".[ray,spark]"
	$(BIN)/python -m pytest -m server tests/test_batch_engines.py tests/test_batch_kill.py -q

lint: $(VENV)/test
	$(BIN)/ruff check src tests benchmarks docs examples
	$(BIN)/ruff format --check src tests benchmarks docs examples
	$(BIN)/mypy

$(VENV)/base: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q -e .
	touch $@

$(VENV)/test: $(VENV)/base
	$(BIN)/pip install -q -e ".[ocr,dev]"
	touch $@

clean:
	rm -rf $(VENV) $(VENV)-ls out build dist
