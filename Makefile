# make build, make run, make test, make bench; make help lists all.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VERSION ?= $(shell git describe --always --dirty 2>/dev/null || echo dev)
OAPI := go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2
STATICCHECK := go run honnef.co/go/tools/cmd/staticcheck@v0.8.2
APP := web/app
SOURCES := $(shell git ls-files -co --exclude-standard -- '*.go' go.mod go.sum 'seeds/data' 2>/dev/null)
APP_SOURCES := $(shell git ls-files -co --exclude-standard -- $(APP) web/openapi.yaml 2>/dev/null)

.PHONY: help
help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.PHONY: build
build: bin/dealmap ## make bin/dealmap, the application embedded

bin/dealmap: $(SOURCES) web/dist/index.html
	go build -trimpath -ldflags "-X main.version=$(VERSION)" -o $@ ./cmd/dealmap

$(APP)/node_modules/.package-lock.json: $(APP)/package-lock.json
	cd $(APP) && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund
	@touch $@

web/dist/index.html: $(APP)/node_modules/.package-lock.json $(APP_SOURCES)
	cd $(APP) && npm run --silent build

.PHONY: run
run: build ## the demonstration map at http://localhost:8080
	bin/dealmap serve --demo --log-level warn

.PHONY: nodes
nodes: build postgresql ## one map on two nodes at http://localhost:8080 and 8081, over a throw-away PostgreSQL that a key stops; Ctrl-C ends all of it
	@deploy/two-nodes.sh

.PHONY: generate
generate: $(APP)/node_modules/.package-lock.json ## server and client types from the contract
	$(OAPI) -config web/oapi.yaml web/openapi.yaml
	cd $(APP) && npm run --silent gen

.PHONY: test
test: lint test-go test-app test-browser ## everything; installs what it needs

.PHONY: lint
lint: web/dist/index.html contract ## formatting, vet, staticcheck, contract drift
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo "gofmt would change these"; exit 1; }
	go vet ./...
	$(STATICCHECK) ./...

.PHONY: contract
contract: $(APP)/node_modules/.package-lock.json ## the generated types are those of the contract
	@./web/contract.sh "$(OAPI)"

.PHONY: test-go
test-go: web/dist/index.html gdal poppler postgresql ## Go tests with the race detector; with Scope.See broken, the test of scope must notice
	go test -race -timeout 40m ./...
	go test -run TestMemoryOfLongLists ./store/intake/list
	go test -timeout 20m -run TestNoOutputTellsOfHiddenPlaces ./web
	go test -tags brokensee -run TestBrokenSeeIsNoticed ./web

.PHONY: test-app
test-app: $(APP)/node_modules/.package-lock.json ## TypeScript: types and unit tests
	cd $(APP) && npm run --silent check && npm run --silent test

.PHONY: test-browser
test-browser: bin/dealmap chromium postgresql ## end-to-end and accessibility tests in a real browser
	cd $(APP) && npm run --silent e2e

.PHONY: chromium
chromium: ## Debian's Chromium, installed when it is missing
	@command -v chromium >/dev/null || { \
	  sudo=$$(test "$$(id -u)" = 0 || echo sudo); \
	  $$sudo apt-get update -qq && $$sudo apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core; }

.PHONY: gdal
gdal: ## Debian's ogrinfo, which reads exports in a test, installed when it is missing
	@command -v ogrinfo >/dev/null || { \
	  sudo=$$(test "$$(id -u)" = 0 || echo sudo); \
	  $$sudo apt-get update -qq && $$sudo apt-get install -y -qq --no-install-recommends gdal-bin; }

.PHONY: postgresql
postgresql: ## Debian's PostgreSQL, which tests start on ports of their own, installed when it is missing; no server of the system is made
	@ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || { \
	  sudo=$$(test "$$(id -u)" = 0 || echo sudo); \
	  $$sudo mkdir -p /etc/postgresql-common/createcluster.d && echo "create_main_cluster = false" | $$sudo tee /etc/postgresql-common/createcluster.d/dealmap.conf >/dev/null; \
	  $$sudo apt-get update -qq && $$sudo apt-get install -y -qq --no-install-recommends postgresql; }

.PHONY: poppler
poppler: ## Debian's pdftotext and pdftoppm, which read dossiers in a test, installed when they are missing
	@command -v pdftoppm >/dev/null || { \
	  sudo=$$(test "$$(id -u)" = 0 || echo sudo); \
	  $$sudo apt-get update -qq && $$sudo apt-get install -y -qq --no-install-recommends poppler-utils; }

.PHONY: bench
bench: bin/dealmap ## one table of figures, for people to read; not in make test
	go run ./cmd/bench

.PHONY: torture
torture: bin/dealmap ## faults on real processes: three PostgreSQL under Patroni, two nodes, clients; hours, as root; not in make test
	cmd/torture/install.sh
	go build -o bin/torture ./cmd/torture
	@sudo=$$(test "$$(id -u)" = 0 || echo sudo); $$sudo bin/torture -runs $(RUNS)

RUNS := 20
FIRST := 624734c
.PHONY: benchstat
benchstat: web/dist/index.html ## Go benchmarks beside those of the commit FIRST, by default the first with figures, for people to read; not in make test
	./cmd/bench/benchstat.sh $(FIRST)

.PHONY: growth
growth: bin/dealmap ## how figures grow from 1,000 to 3,000,000 places, drawn to web/app/docs/growth.svg
	go run ./cmd/bench -growth web/app/docs/growth.svg

.PHONY: profile
profile: bin/dealmap ## profiles (pprof) of the slowest row of tiles, in bin/profiles
	go run ./cmd/bench -profile bin/profiles

.PHONY: clean
clean: ## what was built, not the data
	rm -rf bin $(APP)/node_modules && find web/dist -mindepth 1 ! -name .gitkeep -delete
