# connlog: `make run` builds and starts it, `make test` builds and tests it.
# Both install what is missing by apt, and need make and git alone beforehand.
# Daily work goes through the presets: cmake --preset dev, ninja -C build/dev.

SHELL := /bin/bash
BUILD := build/release
TARGET := $(patsubst arm%,armv7,$(patsubst arm64,aarch64,$(shell uname -m)))
JOBS ?= $(shell nproc)

.PHONY: run test proof build types packages deps deps-update deps-sources configure tidy format asan tsan bench clean help

help:
	@echo 'make run                 build and start ./connlog (data in ./connlog-data)'
	@echo 'make test                build and run every test, C++ and browser'
	@echo 'make proof               try the kinds of checks against the real servers of Debian'
	@echo 'make build               build ./connlog'
	@echo 'make types               write the interface'\''s types of the API anew'
	@echo 'make asan | make tsan    the C++ tests under a sanitizer'
	@echo 'make bench               benchmarks'
	@echo 'make tidy                clang-format check and clang-tidy'
	@echo 'make format              lay the sources out by .clang-format'
	@echo 'make deps-update         which newer libraries are listed'
	@echo 'make deps-sources DIR=d  download the sources of the libraries for a build without network'
	@echo 'make -f Makefile.cross aarch64 | armv7'

run: build
	./connlog $(ARGS)

build: configure
	cmake --build $(BUILD) --parallel $(JOBS) --target connlog
	@ln -sf $(BUILD)/connlog connlog

test: configure
	@cmake/install-packages.sh test
	cmake --build $(BUILD) --parallel $(JOBS) --target connlog connlog_tests connlog_benches
	@ln -sf $(BUILD)/connlog connlog
	@tests/run $(BUILD)

# nginx, bind9, postfix, dovecot and others, each started on loopback in a network of its own and stopped again. Installs
# them where they are missing. The table of what was tried and what came is in build/proof.txt.
proof: build
	@cmake/install-packages.sh proof
	@set -o pipefail; tests/proof/run.py $(BUILD)/connlog | tee build/proof.txt

# The API's types for the interface. The interface is built from them, so they are committed.
types: build
	./connlog openapi >$(BUILD)/openapi.json
	cd web/ui && node types.mjs ../../$(BUILD)/openapi.json

packages:
	@cmake/install-packages.sh build

deps: packages
	@cmake/deps/build-deps.sh $(TARGET) >/dev/null

configure: deps
	@cmake --preset release --log-level=WARNING >/dev/null

deps-update: packages
	@cmake/deps/fetch.sh --latest

deps-sources: packages
	@test -n '$(DIR)' || { echo 'usage: make deps-sources DIR=<directory>'; exit 2; }
	@cmake/deps/fetch.sh '$(DIR)'

asan tsan: deps
	@cmake --preset $@ --log-level=WARNING >/dev/null
	cmake --build build/$@ --parallel $(JOBS) --target connlog connlog_tests
	@tests/run build/$@ --skip tidy,interface,browser

bench: configure
	cmake --build $(BUILD) --parallel $(JOBS) --target connlog connlog_benches
	@for bench in $(BUILD)/bench_*; do echo "== $$bench"; CONNLOG_BIN=$(BUILD)/connlog $$bench || exit 1; done

tidy: deps
	@cmake/install-packages.sh tidy
	@cmake --preset dev --log-level=WARNING >/dev/null
	@cmake/tidy.sh build/dev $(FILES)

format:
	@cmake/install-packages.sh tidy
	git ls-files '*.cpp' '*.h' | xargs clang-format -i

clean:
	rm -rf build connlog
