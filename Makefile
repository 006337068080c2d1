# SPDX-License-Identifier: Apache-2.0
#
# The entry to all builds and tests. kbuild builds the driver (Kbuild, driver/Kbuild),
# Meson the agent (meson.build); the scripts named below run the tests, each has --help.
#
#     make driver KERNEL=trixie       the kernel as scripts/vm-run names it

KERNEL ?= bookworm
RULES ?=
SECONDS ?= 600
DESTDIR ?=
MESON_ARGS ?=

.PHONY: help driver agent asan tsan deb rpm deps check check-unit check-kunit check-vm check-demo \
	check-packages check-upstream fuzz mutate check-all bench bench-engine lint fmt demo run install clean

help:
	@echo "Build"
	@echo "  make driver       the kernel module, for KERNEL=$(KERNEL) (bullseye, trixie, trixie-backports, debug)"
	@echo "  make agent        build/agent/saker, saker-driver and the eBPF driver"
	@echo "  make deb          build/deb/*.deb: saker, saker-dkms, saker-ebpf, for this Debian"
	@echo "  make rpm          build/rpm/*.rpm: the same for Fedora and RHEL; run it there"
	@echo "  make deps         install what building and testing need (Debian; root)"
	@echo "  make clean        delete build/; downloads stay in the cache"
	@echo
	@echo "Test"
	@echo "  make check        the gate: all of the following except check-all; never prompts, needs root"
	@echo "  make check-unit   unit tests of the agent, with address and undefined-behaviour sanitizers"
	@echo "  make check-kunit  unit tests of the module and a storm, in a kernel with KASAN, lockdep and kmemleak"
	@echo "  make check-vm     tests of module and agent together on a Debian kernel: KERNEL=$(KERNEL)"
	@echo "  make check-demo   the demonstration, counted as a test"
	@echo "  make check-packages   the packages, installed, upgraded, removed (root)"
	@echo "  make check-upstream   conditions compared with a second reading; RULES=DIR: of Falco's own files too"
	@echo "  make fuzz         the fuzz targets of the gate, for SECONDS=600 each"
	@echo "  make mutate       faults put into parsers, engine and accounting, one at a time: does a test fail? (hours)"
	@echo "  make lint         style, layers, licences, shell scripts"
	@echo "  make check-all    every kernel, ten minutes for each fuzz target; renews docs/matrix.md and docs/fuzz.md"
	@echo "  make bench        the cost of the driver, in instructions of a guest"
	@echo "  make bench-engine the cost of an event in the agent, on a recorded capture (root)"
	@echo "  make fmt          format the agent's sources"
	@echo
	@echo "Use"
	@echo "  make demo         real attacks and the alerts they raise; KERNEL=bookworm: in a throw-away virtual machine"
	@echo "  make run          a shell next to a running agent in such a machine: KERNEL=$(KERNEL)"
	@echo "  make install      agent, rules, manual, and the module's source for DKMS"

# Before anything is built or installed for a kernel that does not exist.
CHECK_KERNEL = bash -c '. scripts/lib/common.sh; kernel_check "$$1"' make "$(KERNEL)"

driver:
	scripts/module-build $(KERNEL)

# What the recipes that build the agent need; a library that is missing is named by meson.
TOOLS = for tool in meson ninja cc; do command -v $$tool >/dev/null || \
	{ echo "make: $$tool is not installed: run \`make deps\` as root (Debian), or install it" >&2; exit 1; }; done

# As root it is the owner of the tree who gets what was built: `sudo make` and `make` can alternate.
OWNER = status=$$?; scripts/build-owner; exit $$status

agent: build/agent/build.ninja
	@$(TOOLS)
	@scripts/build-owner build build/agent
	ninja -C build/agent programs; $(OWNER)

build/agent/build.ninja:
	@$(TOOLS)
	@scripts/build-owner build build/agent
	meson setup build/agent $(MESON_ARGS); $(OWNER)

# The same sources for the tests: every memory error is fatal.
asan: build/asan/build.ninja
	@scripts/build-owner build build/asan
	ninja -C build/asan; $(OWNER)

build/asan/build.ninja:
	@$(TOOLS)
	@scripts/build-owner build build/asan
	meson setup build/asan -Db_sanitize=address,undefined -Db_lundef=false -Doptimization=1; $(OWNER)

# The same for data shared between threads: the ring with the module, rules and alerts in the agent.
tsan: build/tsan/build.ninja
	@scripts/build-owner build build/tsan
	ninja -C build/tsan agent/test-ring-twin agent/test-swapping_rules agent/test-lines_on_stdout \
		agent/test-lines_of_a_writer; $(OWNER)

build/tsan/build.ninja:
	@$(TOOLS)
	@scripts/build-owner build build/tsan
	meson setup build/tsan -Db_sanitize=thread -Db_lundef=false; $(OWNER)

deb rpm:
	scripts/package $@

deps:
	@scripts/deps --packages

check: deps
	scripts/run-tests unit threads fuzz upstream kunit lint packages vm demo

check-unit:
	scripts/run-tests unit threads

check-kunit:
	scripts/run-tests kunit

check-vm:
	scripts/run-tests vm:$(KERNEL)

check-demo:
	scripts/run-tests demo

check-packages: deps
	scripts/run-tests packages rpm vm:bookworm:service

# Without RULES only our own files are compared; Falco's are one skipped test.
check-upstream:
	RULES="$(RULES)" scripts/run-tests upstream

# Longer than the gate; the next run starts from the inputs that this one found.
fuzz: deps
	tests/fuzz/run $(SECONDS)

# Every line that tests/mutate/files.tsv names; check-all does what fits into eight minutes.
mutate: deps
	tests/mutate/run

check-all: deps
	scripts/run-tests --matrix unit threads fuzz-long mutate upstream random kunit lint packages rpm vm:bookworm vm:bullseye vm:trixie vm:trixie-backports \
		vm:bookworm-rt vm:trixie-rt vm:trixie-backports-rt vm:debug demo

bench:
	tests/bench/run

bench-engine: build/agent/build.ninja
	ninja -C build/agent tests/bench/bench-engine
	capture=$$(tests/bench/engine-capture) && build/agent/tests/bench/bench-engine \
		--rules 93 --rules 10000 --first --all --naive --types "$$capture"

lint:
	scripts/run-tests lint

fmt:
	clang-format -i $$(git ls-files 'agent/*.c' 'agent/*.h' 'tests/*.c' 'tests/*.h')

# On this machine if a driver works here at once, otherwise in a virtual machine.
demo:
	@$(CHECK_KERNEL)
	@scripts/deps
	@scripts/demo $(if $(filter command%,$(origin KERNEL)),$(KERNEL))

run:
	@$(CHECK_KERNEL)
	@$(MAKE) agent
	scripts/try $(KERNEL)

install: agent
	scripts/install "$(DESTDIR)"

clean:
	rm -rf build
