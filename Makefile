# Everything one does with the repository. `make help` lists it.
SHELL := bash
PYTHON ?= python3
BIN := .venv/bin
PACKAGES := $(notdir $(wildcard libs/kit/src/* services/*/src/* deploy/local/src/*))
.DEFAULT_GOAL := help
.NOTPARALLEL:

.PHONY: help setup run demo status logs down reset test check generate fmt format-check lint types imports sizes fresh

help: ## list what can be made
	@awk 'BEGIN {FS = ":.*## "; print "make TARGET\n"} /^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' Makefile

setup: ## make the environment in .venv (nothing to do: done at once)
	@$(PYTHON) tools/setup.py

run: setup ## start everything here; DETACH=1 in the background, BUS=rabbitmq AMQP_URL=amqp://...
	@MUTUA_BUS='$(BUS)' MUTUA_AMQP_URL='$(AMQP_URL)' $(BIN)/mutua up $(if $(filter-out 0 no,$(DETACH)),--detach)

demo: setup ## play a month of the fund against the running system
	@$(BIN)/mutua demo

status: setup ## show every process with its port, health and memory
	@$(BIN)/mutua status

logs: setup ## show the end of every log
	@$(BIN)/mutua logs

down: setup ## stop everything
	@$(BIN)/mutua down

reset: setup ## stop everything and forget all data (asks first)
	@$(BIN)/mutua reset

test: setup ## run all tests and say what could not be exercised
	@$(BIN)/pytest -n 2 && printf '\n  TESTS PASSED. What they left out, if anything, stands above under "short test summary".\n\n' \
	  || { code=$$?; printf '\n  TESTS FAILED: see above.\n\n'; exit $$code; }

check: setup format-check lint types imports sizes fresh test ## all that the continuous integration asks

generate: setup ## write the contracts, OpenAPI and AsyncAPI from the code
	@$(BIN)/python tools/generate.py
	@$(BIN)/python tools/merge_openapi.py

fmt: setup ## format the code and mend what the linter can
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

format-check: setup
	@$(BIN)/ruff format --check .

lint: setup ## look for errors and bad style
	@$(BIN)/ruff check .

types: setup ## check the types of every package
	@$(BIN)/mypy $(addprefix -p ,$(filter-out %.egg-info __pycache__,$(PACKAGES)))

imports: setup ## check that imports go the right way
	@$(BIN)/lint-imports

sizes: setup ## check the sizes of functions and files
	@$(BIN)/python tools/check_sizes.py

fresh: setup ## check that the generated files are those of the code
	@$(BIN)/python tools/generate.py --check
	@$(BIN)/python tools/merge_openapi.py --check
