# SPDX-License-Identifier: MIT
# The front door. CMake does the building: see CMakePresets.json.

PREFIX ?= /usr/local
SECONDS ?= 60

.PHONY: help demo demo-rivetr demo-ait42 demo-cobalt test test-servers torture fuzz witness bench format lint install clean

help:
	@echo 'make demo      build, and run the example on real data'
	@echo 'make demo-rivetr  the second example'
	@echo 'make demo-ait42   the third'
	@echo 'make demo-cobalt  the fourth, on PostgreSQL: a private server, or DATABASE_URL'
	@echo 'make test      build with gcc and clang -Werror, and with sanitizers; run every test'
	@echo 'make test-servers  what depends on it, on the oldest and the newest PostgreSQL (through npm)'
	@echo 'make torture   every fault at every point of every migration; prints the counts'
	@echo 'make fuzz      each fuzz target for FUZZ_SECONDS (60)'
	@echo 'make witness   random schemas, queries and data against the analyser for SECONDS (60), of ENGINE (sqlite)'
	@echo 'make bench     ratios against hand-written code'
	@echo 'make format    clang-format 14, in place'
	@echo 'make lint      format, layers, shellcheck, cppcheck, clang-tidy'
	@echo 'make install   into PREFIX ($(PREFIX)), below DESTDIR'
	@echo 'make clean     remove build/'

demo:
	@scripts/deps demo
	@examples/acolib/demo.sh

demo-rivetr:
	@scripts/deps demo
	@examples/rivetr/demo.sh

demo-ait42:
	@scripts/deps demo
	@examples/ait42/demo.sh

demo-cobalt:
	@scripts/deps demo-cobalt
	@examples/cobalt/demo.sh

test:
	@scripts/deps test
	@scripts/test

test-servers:
	@scripts/deps test
	@scripts/deps servers
	@scripts/test-servers

torture:
	@scripts/deps test
	@scripts/torture

fuzz:
	@scripts/deps test
	@scripts/fuzz

witness:
	@scripts/deps test
	@ENGINE=$(ENGINE) scripts/witness --seconds $(SECONDS)

bench:
	@scripts/deps bench
	@bench/run

format:
	@scripts/deps lint
	@scripts/format

lint:
	@scripts/deps demo
	@scripts/deps lint
	@scripts/lint

install:
	cmake -S . -B build/install -G Ninja -DCMAKE_BUILD_TYPE=Release \
		-DCMAKE_INSTALL_PREFIX='$(PREFIX)' -DTENON_TESTS=OFF -DTENON_EXAMPLES=OFF
	cmake --build build/install
	DESTDIR='$(DESTDIR)' cmake --install build/install --prefix '$(PREFIX)'
	@[ -n '$(DESTDIR)' ] || [ "$$(id -u)" -ne 0 ] || ldconfig

clean:
	rm -rf build
