# SPDX-License-Identifier: Apache-2.0
# Needs a JDK 17 or newer and make; compose-up needs Docker as well. Options for the command behind a target go into
# ARGS: make simulate ARGS="--count 100000 --rate 2000"

# The machine's Maven; where there is none, the wrapper fetches the one it names.
MVN ?= $(shell command -v mvn || echo ./mvnw)
ARGS ?=
BUILT := cli/target/built
LASTFIVE := ./lastfive
COMPOSE ?= docker compose

# What the built command is made of. The folders are in it so that a file taken away counts as a change.
SOURCES := $(shell find . -path ./.git -prune -o -path '*/target' -prune -o \( -name pom.xml -o -path '*/src/main/*' -o -path './schemas/released*' \) -print 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help build test test-fast verify coverage mutation format up down deploy-ksql simulate watch sink demo bench bench-simulate bench-import bench-engine bench-latency bench-page bench-sink compose-up compose-up-all compose-down clean

help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-15s %s\n", $$1, $$2 }'

build: $(BUILT) ## build the command ./lastfive (offline after the first time)

$(BUILT): $(SOURCES)
	@echo "building ./lastfive (some minutes the first time, while Maven fetches libraries)" >&2
	@rm -rf cli/target/lib cli/target/lastfive.jsa
	@$(MVN) -q -B -ntp -Dquick -DskipTests -pl cli -am package
	@touch $@

test: ## run every check and test that needs nothing but this machine
	$(MVN) -B -ntp verify $(ARGS)

test-fast: ## run the unit tests only, without the checks of the build
	$(MVN) -B -ntp -Dquick test $(ARGS)

verify: ## run everything, the long fault tests and the browser tests too
	$(MVN) -B -ntp verify -Dtests.excluded=none $(ARGS)

coverage: ## run the tests and say which lines they reach, a report a module in target/site/jacoco
	$(MVN) -B -ntp -Dquick -Pcoverage verify $(ARGS)

mutation: ## whether a module's unit tests notice changed code: make mutation MODULE=settings
	@[ -n "$(MODULE)" ] || { echo "Name a module: make mutation MODULE=settings" >&2; exit 2; }
	$(MVN) -B -ntp -Dquick -Pmutation -pl $(MODULE) -am test $(ARGS)

format: ## format the Java sources
	$(MVN) -q -B -ntp spotless:apply $(ARGS)

demo: $(BUILT) ## run the whole pipeline on this machine and show what came out
	@$(LASTFIVE) demo $(ARGS)

up: $(BUILT) ## start the embedded stack in the background and wait until it is ready
	@$(LASTFIVE) up --detach $(ARGS)

down: $(BUILT) ## stop it
	@$(LASTFIVE) down $(ARGS)

deploy-ksql: $(BUILT) ## make the topics, register the schemas, apply ksql/migrations
	@$(LASTFIVE) topics create $(ARGS)
	@$(LASTFIVE) schemas register $(ARGS)
	@$(LASTFIVE) ksql apply $(ARGS)

simulate: $(BUILT) ## send made-up payments of both channels
	@$(LASTFIVE) simulate $(ARGS)

sink: $(BUILT) ## run the customer sink and its page
	@$(LASTFIVE) sink run $(ARGS)

watch: $(BUILT) ## show normalized payments as they come
	@$(LASTFIVE) watch $(ARGS)

bench: bench-simulate bench-import bench-engine bench-latency bench-sink ## run the benchmarks

bench-simulate: ## measure simulate beside a bare loop and kafka-producer-perf-test
	@$(MVN) -q -B -ntp -Dquick -DskipTests -pl benchmarks -am package
	@benchmarks/run simulate $(ARGS)

bench-import: ## measure the import of CSV, NDJSON and pain.001
	@$(MVN) -q -B -ntp -Dquick -DskipTests -pl benchmarks -am package
	@benchmarks/run import $(ARGS)

bench-engine: ## measure 1,000,000 payments through the scripts, from query creation to lag zero
	@$(MVN) -q -B -ntp -Dquick -DskipTests -pl benchmarks -am package
	@benchmarks/run engine $(ARGS)

bench-latency: ## measure payment sent to row visible, at 1,000 payments a second for a minute
	@$(MVN) -q -B -ntp -Dquick -DskipTests -pl benchmarks -am package
	@benchmarks/run latency $(ARGS)

bench-page: ## measure the page's API with wrk, which must be installed
	@$(MVN) -q -B -ntp -Dquick -DskipTests -pl benchmarks -am package
	@benchmarks/run page $(ARGS)

bench-sink: ## measure the sink beside Debezium's JDBC sink and a bare loop, on the same records
	@$(MVN) -q -B -ntp -Dquick -DskipTests -pl benchmarks -am package
	@$(MVN) -q -B -ntp -f benchmarks/debezium/pom.xml dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=$(CURDIR)/benchmarks/target/debezium
	@benchmarks/run sink $(ARGS)

compose-up: ## start Kafka, Schema Registry, ksqlDB and PostgreSQL in Docker and wait until they are healthy
	$(COMPOSE) up --detach --wait $(ARGS)

compose-up-all: ## the same with sink, simulator, Prometheus and Grafana
	$(COMPOSE) --profile app --profile observe up --detach --wait --build $(ARGS)

compose-down: ## stop them; ARGS=--volumes deletes their data
	$(COMPOSE) --profile app --profile observe down $(ARGS)

clean: ## delete what was built
	$(MVN) -q -B -ntp clean
