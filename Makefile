# make run    everything from nothing: packages, build, database, daemons, nginx, a demo university, a tour
# make help   the other targets
SHELL := /bin/bash
.DEFAULT_GOAL := help

PORT ?= 8080
HOME_FOLDER ?= .rovierr
REPLICAS ?=
MINUTES ?= 10

RELEASE := swift build -c release --static-swift-stdlib
STAMP := .build/release-is-current
SOURCES := Package.swift $(shell find Libraries Services -type f 2>/dev/null)
ROVIERR := .build/release/rovierr
INSTANCE := --home $(HOME_FOLDER)

.PHONY: help run build packages demo stop status logs test test-deploy fuzz faults lint format

help:  ## list the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20
	@echo; echo "  PORT=8081, HOME_FOLDER=/tmp/other and REPLICAS=gateway=2,forms=2 make a second instance."

run: packages $(STAMP)  ## build and start everything, show it working, stay until Ctrl-C
	@$(ROVIERR) dev up $(INSTANCE) --port $(PORT) $(if $(REPLICAS),--replicas $(REPLICAS)) --demo

build: packages $(STAMP)  ## build for release
$(STAMP): $(SOURCES)
	@echo "Building for release; the first time takes some minutes"
	@$(RELEASE)
	@touch $@

packages:
	@deploy/dev/packages run

demo stop status logs: $(ROVIERR)
demo:  ## go through the main job again, on what is running
	@$(ROVIERR) demo $(INSTANCE)
stop:  ## stop what make run started
	@$(ROVIERR) dev down $(INSTANCE)
status:  ## say what runs, since when and how large it is
	@$(ROVIERR) dev status $(INSTANCE)
logs:  ## follow all logs
	@$(ROVIERR) dev logs $(INSTANCE) --follow

$(ROVIERR):
	@echo "Nothing is built yet: make run" >&2; exit 1

test:  ## build for debugging and run every test; FILTER=name runs some, FUZZ_MINUTES=0 leaves the fuzzer out
	@deploy/dev/packages run test
	@deploy/dev/test $(FILTER)

test-deploy:  ## Compose, Swarm and PgBouncer for real; CONTAINER_LAB=folder where there is no Docker
	@deploy/test/all

fuzz:  ## build for debugging and fuzz a system of its own; MINUTES=120 SEED=2026-11-29
	@deploy/dev/packages run test
	@swift build
	@"$$(deploy/dev/test-python)" -B Tests/Peers/fuzz --minutes $(MINUTES) $(if $(SEED),--seed $(SEED))

faults:  ## build for debugging, and harm a system at random under load; MINUTES=120 SEED=0x1f
	@deploy/dev/packages run test
	@FAULT_MINUTES=$(MINUTES) $(if $(SEED),SEED=$(SEED)) deploy/dev/test RandomFaultTests

lint:  ## formatting, shell scripts, nginx, Compose and Prometheus configuration
	@deploy/dev/packages run test
	@deploy/dev/lint

format:  ## format the sources
	@swift format format --in-place --recursive --parallel Package.swift Libraries Services Tests
