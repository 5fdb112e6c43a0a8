# SPDX-License-Identifier: GPL-2.0
#
# make            the modules, for the kit's kernel; KDIR=… for another one
# make demo       the whole house in a virtual machine, as a transcript
# make shell      the same virtual machine, with a shell
# make check      all tests
# make check-debug  those in a guest again, on a kernel with sanitizers
# make fuzz       the targets of tools/fuzz, each for FUZZ_SECONDS=60
# make bench      what calls cost, on Linux's core and on ours
# make compare    the tests on Linux's own core and on ours, and what differs
# make tools      the command line tool and the emulator
# make in-tree    core, drivers and tests into a kernel's source (KSRC=…)
# make install    the modules into the running kernel's tree (KDIR=…), as root
# make clean      removes what was built here; kit/clean removes the kit

FWCTL_KIT ?= $(HOME)/.cache/fwctl-kit
export FWCTL_KIT
unexport KDIR
# Fresh clones share what they build of other people's crates.
export CARGO_TARGET_DIR ?= $(FWCTL_KIT)/target
JOBS := -j$(shell nproc)

.PHONY: modules tools kit demo shell check check-debug fuzz compare bench install clean

ifneq ($(KDIR),)
kbuild = $(MAKE) -C $(KDIR) M=$(CURDIR)

modules:
	@kit/fits $(KDIR)
	@$(kbuild) modules

install: modules
	@$(kbuild) modules_install
else
kbuild = kit/enter make $(JOBS) --no-print-directory -C $(FWCTL_KIT)/kdir M=$(CURDIR)

modules: kit
	@$(kbuild) $(if $(CLIPPY),CLIPPY=$(CLIPPY)) modules

install:
	@echo "make install: name the kernel with KDIR=…, such as KDIR=/lib/modules/\$$(uname -r)/build" >&2
	@exit 2
endif

kit:
	@kit/setup

tools: kit
	@kit/enter cargo build --release --locked --manifest-path tools/Cargo.toml \
		--package fwctl-cli --package fwctl-emu --features fwctl-emu/daemon

.PHONY: in-tree
in-tree:
	@kit/in-tree "$(KSRC)"

demo: modules tools
	@kit/guest -- /guest/demo

shell: modules tools
	@kit/guest $(if $(OVERLAY),--overlay "$(OVERLAY)")

check: modules tools
	@kit/check

check-debug: tools
	@kit/debug-kernel
	@kit/check-debug

fuzz: kit
	@kit/fuzz --seconds $(or $(FUZZ_SECONDS),60) $(TARGET)

bench: modules tools
	@kit/bench

compare: modules tools
	@kit/compare

clean:
	@[ ! -e $(or $(KDIR),$(FWCTL_KIT)/kdir) ] || $(kbuild) clean
	rm -rf out
