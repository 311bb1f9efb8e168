# `make` prints the targets.
.DEFAULT_GOAL := help
SHELL := /bin/bash

LINT_VERSION := v2.15.0
VULN_VERSION := v1.9.0
TOOLS := $(CURDIR)/.cache/bin
GO_FILES := $(shell find app views public -name '*.go' -not -path '*/node_modules/*')
VENDOR := public/vendor/htmx.min.js public/vendor/hx-ws.min.js
NODE := public/node_modules/.package-lock.json

.PHONY: help run build vendor test unit e2e lint check bench slow fuzz chaos soak vuln clean

help: ## print this
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sort | sed -E 's/^([a-z0-9-]+):.*## /\1\t/' | while IFS=$$'\t' read -r t d; do printf '  make %-8s %s\n' "$$t" "$$d"; done

run: build ## serve the shop on :8000 and the sandbox on :8402
	bin/till serve

build: bin/till ## build bin/till, one static binary

bin/till: $(GO_FILES) $(VENDOR) go.mod go.sum $(shell find views public/css public/js public/img app -name '*.html' -o -name '*.css' -o -name '*.js' -o -name '*.svg' -o -name '*.sql')
	CGO_ENABLED=0 go build -trimpath -o $@ ./app

vendor: $(VENDOR) ## fetch the pinned browser libraries

$(NODE): public/package.json public/package-lock.json
	npm ci --prefix public --ignore-scripts --no-audit --no-fund --silent
	@touch $@

$(VENDOR): $(NODE)
	cp public/node_modules/htmx.org/dist/htmx.min.js public/node_modules/htmx.org/dist/ext/hx-ws.min.js public/vendor/
	@touch $(VENDOR)

test: $(VENDOR) ## run every test; those in a browser need chromium
	go test -timeout 20m ./...

unit: $(VENDOR) ## run every test but those in a browser
	go test $$(go list ./... | grep -v /e2e)

e2e: $(VENDOR) ## run the tests in a browser, at both providers; with CI=true only the payments at Business
	go test -count=1 -timeout 20m ./app/e2e/...

check: lint ## lint, then test with the race detector
	go test -race -timeout 60m ./...

lint: $(TOOLS)/golangci-lint-$(LINT_VERSION) $(VENDOR) ## run the linter
	$< run ./...

$(TOOLS)/golangci-lint-$(LINT_VERSION):
	GOBIN=$(TOOLS) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
	mv $(TOOLS)/golangci-lint $@

bench: $(VENDOR) ## measure webhooks, latency and memory per socket
	go test -run '^$$' -bench Webhook -benchtime 2s ./app/web
	go run ./app/bench

slow: $(VENDOR) ## measure beside 1,000 slow connections; needs Debian's slowhttptest, so CI does not
	go run ./app/bench -slow

fuzz: $(VENDOR) ## run each fuzz target for FUZZTIME (default 10s)
	@set -e; grep -rlE '^func Fuzz' --include=*_test.go app | while read -r f; do \
	  for t in $$(grep -oE '^func Fuzz[A-Za-z0-9]+' $$f | cut -c6-); do \
	    echo "$$t in $$(dirname $$f)"; go test -run '^$$' -fuzz "^$$t$$" -fuzztime $${FUZZTIME:-10s} -fuzzminimizetime 1s ./$$(dirname $$f); done; done

chaos: build ## torment the till for TIME (30s) by SEED (1), at PROVIDER=business moving there; nothing may be lost
	go run ./app/chaos -provider $(or $(PROVIDER),commerce) -seed $(or $(SEED),1) -time $(or $(TIME),30s) -payments $(or $(PAYMENTS),1000)

soak: build ## the same with SEEDS (20) seeds, one after another, at either provider or the one PROVIDER names
	@set -e; for p in $(or $(PROVIDER),commerce business); do \
	  go run ./app/chaos -provider $$p -seeds $(or $(SEEDS),20) -seed $(or $(SEED),1) -time $(or $(TIME),30s) -payments $(or $(PAYMENTS),1000); done

vuln: $(VENDOR) ## look for known holes in what is built in; needs the network, so CI does not
	go run golang.org/x/vuln/cmd/govulncheck@$(VULN_VERSION) ./...

clean: ## remove what was built, fetched and stored
	rm -rf bin .cache public/node_modules data public/vendor/*.js
