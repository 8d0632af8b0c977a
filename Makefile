# Two commands matter: `make demo` and `make test`. Each sets up all it needs on a bare Debian or Ubuntu machine.

VENV ?= .venv
PYTHON := $(VENV)/bin/python
CORPUS ?= tests/samples
export OMP_THREAD_LIMIT := 1

.PHONY: help setup demo test test-slow test-postgres peers check lint bench bench-line bench-cutting bench-outbound \
        bench-targets bench-targets-millions pictures clean

help: ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 18

setup: $(VENV)/.ready ## system packages, virtual environment, web assets, trained model

$(VENV)/.ready: requirements.lock pyproject.toml setup.sh
	VENV=$(VENV) ./setup.sh
	@touch $@

demo: setup ## the mailroom at work on sample post, in a folder of its own
	$(VENV)/bin/mailroom demo

lint: setup ## style, types, floors
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

test: setup lint ## everything that must be green before a commit lands (under 20 minutes on 2 cores)
	$(PYTHON) -m pytest -m "not slow" -n 2 --dist loadgroup

test-slow: setup ## the long ones: kill and resume, PostgreSQL, big batches
	$(PYTHON) -m pytest -m slow

test-postgres: setup ## pages, records, interface and outgoing letters once more, on PostgreSQL servers of their own
	$(PYTHON) -m pytest tests/test_on_postgresql.py

pictures: setup ## the pictures of the pages in docs/pictures taken anew, each page looked at by axe on the way
	MAILROOM_PICTURES=$(CURDIR)/docs/pictures $(PYTHON) -m pytest tests/browser

peers: setup ## the interface against an older release of GOV.UK Notify's client as well as the installed one
	$(PYTHON) -m pip install -q --no-deps --target build/notify-client-12.1.0 notifications-python-client==12.1.0
	MAILROOM_NOTIFY_CLIENTS=build/notify-client-12.1.0 $(PYTHON) -m pytest tests/peers

bench: setup ## pages a minute, character error rate, side by side with ocrmypdf (installs it in a venv of its own); CPU time by stage
	$(PYTHON) -m tests.benchmarks.bench_reading --corpus $(CORPUS)
	$(PYTHON) -m tests.benchmarks.bench_stages --corpus $(firstword $(CORPUS))

bench-line: setup ## CPU time by stage over the whole incoming line, of a mailroom that ran in MAILROOM_DATA
	$(PYTHON) -m tests.benchmarks.bench_line --corpus $(CORPUS)

bench-cutting: setup ## how rightly batches without separator sheets are cut, on batches put together at random
	$(PYTHON) -m tests.benchmarks.bench_cutting --corpus $(CORPUS)

bench-outbound: setup ## letters a second by stage, beside WeasyPrint (in a venv of its own) and LibreOffice's mail merge if it is there
	test -x build/weasyprint/bin/python || python3 -m venv build/weasyprint
	build/weasyprint/bin/python -m pip install -q weasyprint
	BENCH_WEASYPRINT=build/weasyprint/bin/python $(PYTHON) -m tests.benchmarks.bench_outbound

bench-targets: setup ## figures at size: overview, report and rows behind a figure on a million items and letters (SQLite)
	$(PYTHON) -m tests.benchmarks.bench_targets --database sqlite --count-again

bench-targets-millions: setup ## the same on 18 million items of a PostgreSQL server of its own (17 GB of disk, about an hour of two free cores)
	$(PYTHON) -m tests.benchmarks.bench_targets --database postgres --rows 18000000 --check-months 12

clean:
	rm -rf var build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache
