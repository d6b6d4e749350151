# make        what there is
# make test   all checks; they need Go, git, npm and PostgreSQL's server programs
# make corpus figures on the labelled files, and on the corpus beside the project, where there is one

GO       ?= go
STATIC   := honnef.co/go/tools/cmd/staticcheck@v0.8.2
SQLC     := github.com/sqlc-dev/sqlc/cmd/sqlc@v1.31.1
VULN     := golang.org/x/vuln/cmd/govulncheck@v1.9.0
CORPUS   ?= ../shared/corpus
FUZZTIME ?= 3000x
ROUNDS   ?= 200

.PHONY: help build test lint generate sqlc fuzz bench crash corpus vuln clean

help:
	@sed -n 's/^# //p' Makefile

build:
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w' -o castellan ./cmd/castellan

# What is tested end to end waits more than it works: more of it at a time than there are cores. Under
# the race detector it runs on PostgreSQL alone, SQLite being too slow there, and then on SQLite without.
test: lint testdata/webhooks/node_modules
	$(GO) test -race -parallel 4 -timeout 14m ./...
	$(GO) test -parallel 4 -skip '/postgres$$' ./cmd/castellan

# GitHub's recorded webhook payloads, by their lock file.
testdata/webhooks/node_modules: testdata/webhooks/package-lock.json
	cd testdata/webhooks && npm ci --ignore-scripts --no-audit --no-fund && touch node_modules

lint:
	@unformatted=$$(gofmt -l app cmd db scanners testdata); test -z "$$unformatted" || { echo "not gofmt-ed: $$unformatted"; exit 1; }
	$(GO) vet ./...
	$(GO) run $(STATIC) ./...

generate: sqlc
	$(GO) generate ./...

# sqlc takes minutes to build: it runs only if what it reads has changed.
SQLC_READS = sqlc.yaml migrations/*/*.sql queries/*/*.sql
sqlc:
	@cd db && sum=$$(cat $(SQLC_READS) | sha256sum | cut -d' ' -f1); \
	if [ "$$sum" != "$$(cat sqlc.sum)" ]; then \
		if command -v sqlc >/dev/null; then sqlc generate; else CGO_ENABLED=0 $(GO) run $(SQLC) generate; fi && echo "$$sum" >sqlc.sum; \
	fi

# Each fuzz target in turn, for so many executions. A duration such as 5m works too, but may fail with
# "context deadline exceeded" just as it ends, with nothing wrong: go.dev/issue/75804, mended in Go 1.27.
fuzz:
	@set -e; for f in $$(grep -rl --include='*_test.go' '^func Fuzz' app cmd scanners); do \
		for t in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\).*/\1/p' $$f); do \
			echo "fuzz $$(dirname $$f) $$t"; \
			$(GO) test ./$$(dirname $$f) -run '^$$' -fuzz "^$$t$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 100x >/tmp/fuzz.$$$$ 2>&1 || { cat /tmp/fuzz.$$$$; exit 1; }; \
		done; done; rm -f /tmp/fuzz.$$$$

# Whole commands beside their peers, then the benchmarks in the tree.
bench: build
	$(GO) run ./testdata/bench -castellan ./castellan
	$(GO) run ./testdata/bench -castellan ./castellan check
	$(GO) run ./testdata/bench -castellan ./castellan keys
	$(GO) run ./testdata/bench ingest
	$(GO) test -run '^$$' -bench . -benchmem ./...

# kill -9 at random moments while deliveries stream in; each takes about five minutes.
crash: build
	$(GO) run ./testdata/crash -castellan ./castellan -rounds $(ROUNDS) -db sqlite
	$(GO) run ./testdata/crash -castellan ./castellan -rounds $(ROUNDS) -db postgres
	$(GO) run ./testdata/crash -castellan ./castellan -rounds $(ROUNDS) -db postgres -workers 2

corpus: build
	$(GO) test -count=1 -v -run '^TestLabelled$$' ./cmd/castellan
	@if [ -f $(CORPUS)/score.py ]; then $(GO) run ./testdata/corpus -castellan ./castellan -corpus $(CORPUS); \
	else echo "no corpus at $(CORPUS): nothing measured"; fi

vuln:
	$(GO) run $(VULN) ./...

clean:
	rm -f castellan
