/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each probe against machines made of files: what it answers, in which words,
 * and, where it stops, with what to do.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "driver/probe.h"
#include "driver/test-tree.h"
#include "source/plugin.h"

#define FAILED_LOG	"var/lib/saker/dkms/" TREE_RELEASE "/make.log"
#define DEP	"lib/modules/" TREE_RELEASE "/modules.dep"
#define LOCKDOWN "sys/kernel/security/lockdown"
#define ENFORCE	"sys/module/module/parameters/sig_enforce"
#define PSTORE	"sys/fs/pstore/dmesg-efi_pstore-1"
#define MARK	"var/lib/saker/driver.mark"
#define OOPS	"Oops#1 Part1\n<4>[ 9.1]  ? guessed+0x1/0x2 [saker]\n" \
		"<4>[ 9.2] RIP: 0010:hook_exit+0x12/0x80 [saker]\n"

struct machine {
	const char *probe;
	enum probe_answer answer;
	const char *text;		/* in what was found */
	const char *todo;		/* in what to do; NULL: nothing is to be done */
	struct tree_file files[4];
};

static const struct machine machines[] = {
	{ .probe = "disabled", .answer = PROBE_FINE, .text = "does not have saker.disabled",
	  .files = { { "proc/cmdline", "quiet\n" } } },
	{ .probe = "disabled", .answer = PROBE_STOPS, .text = "saker.disabled is on", .todo = "--force",
	  .files = { { "proc/cmdline", "quiet saker.disabled\n" } } },
	{ .probe = "disabled", .answer = PROBE_STOPS, .text = "saker.disabled is on", .todo = "--force",
	  .files = { { "proc/cmdline", "saker.disabled=1 quiet\n" } } },
	{ .probe = "disabled", .answer = PROBE_FINE, .text = "does not have saker.disabled",
	  .files = { { "proc/cmdline", "saker.disabled=1 saker.disabled=0\n" } } },
	{ .probe = "disabled", .answer = PROBE_FINE, .text = "does not have saker.disabled",
	  .files = { { "proc/cmdline", "saker.disabledness nosaker.disabled\n" } } },
	{ .probe = "disabled", .answer = PROBE_UNKNOWN, .text = "cannot be read",
	  .files = { { "proc/cmdline", NULL } } },

	{ .probe = "crashed", .answer = PROBE_FINE, .text = "no crash caused by the module" },
	{ .probe = "crashed", .answer = PROBE_STOPS,
	  .text = "crash dump /sys/fs/pstore/dmesg-efi_pstore-1 has it on its stack "
	  "(<4>[ 9.2] RIP: 0010:hook_exit+0x12/0x80 [saker])", .todo = "--force", .files = { { PSTORE, OOPS } } },
	{ .probe = "crashed", .answer = PROBE_STOPS, .text = "dmesg-efi_pstore-1", .todo = "--force",
	  .files = { { PSTORE, "Panic#1 Part1\n fill_open+0x10/0x20 [saker 2ab3c]\n" } } },
	{ .probe = "crashed", .answer = PROBE_STOPS, .text = "/var/lib/systemd/pstore/17/001/dmesg.txt",
	  .todo = "--force", .files = { { "var/lib/systemd/pstore/17/001/dmesg.txt", OOPS } } },
	{ .probe = "crashed", .answer = PROBE_STOPS, .text = "/var/crash/2026/dmesg.2026", .todo = "--force",
	  .files = { { "var/crash/2026/dmesg.2026", OOPS } } },
	{ .probe = "crashed", .answer = PROBE_STOPS, .text = "/var/crash/1/vmcore-dmesg.txt", .todo = "--force",
	  .files = { { "var/crash/1/vmcore-dmesg.txt", OOPS } } },
	/* merely loaded, or guessed */
	{ .probe = "crashed", .answer = PROBE_FINE, .text = "no crash caused by the module",
	  .files = { { PSTORE, "Panic#1 Part1\nBUG: bad\n Modules linked in: saker(OE) ext4\n"
	      " ext4_foo+0x1/0x2 [ext4]\n  ? hook_exit+0x1/0x2 [saker]\n" } } },
	/* it warned; another crashed */
	{ .probe = "crashed", .answer = PROBE_FINE, .text = "no crash caused by the module",
	  .files = { { PSTORE, "Panic#1 Part1\n------------[ cut here ]------------\nWARNING: CPU: 0\n"
	      "RIP: 0010:hook_exit+0x1/0x2 [saker]\n---[ end trace 0 ]---\nKernel panic\n"
	      " ext4_foo+0x1/0x2 [ext4]\n" } } },
	/* forgiven, long after that dump */
	{ .probe = "crashed", .answer = PROBE_FINE, .text = "no crash caused by the module",
	  .files = { { PSTORE, OOPS },
		     { MARK, "boot " TREE_BOOT "\nphase stopped\nunclean 0\nforgiven 99999999999\n" } } },
	{ .probe = "crashed", .answer = PROBE_STOPS, .text = "was started and did not end (boot other)",
	  .todo = "--force", .files = { { MARK, "boot other\nphase loading\nunclean 0\nforgiven 0\n" } } },
	/* modprobe died of an oops */
	{ .probe = "crashed", .answer = PROBE_STOPS, .text = "was started and did not end", .todo = "--force",
	  .files = { { MARK, "boot " TREE_BOOT "\nphase loading\nunclean 0\nforgiven 0\n" } } },
	{ .probe = "crashed", .answer = PROBE_FINE, .text = "no crash caused by the module",
	  .files = { { MARK, "boot " TREE_BOOT "\nphase loaded\nunclean 2\nforgiven 0\n" } } },
	{ .probe = "crashed", .answer = PROBE_NOTE, .text = "ended without an orderly stop",
	  .files = { { MARK, "boot other\nphase loaded\nunclean 1\nforgiven 0\n" } } },
	{ .probe = "crashed", .answer = PROBE_STOPS, .text = "3 boots in a row ended without", .todo = "--force",
	  .files = { { MARK, "boot other\nphase loaded\nunclean 2\nforgiven 0\n" } } },
	{ .probe = "crashed", .answer = PROBE_STOPS, .text = "crashed this machine: it was Thursday",
	  .todo = "--force",
	  .files = { { MARK, "boot other\nphase blamed\nunclean 0\nforgiven 0\nwhy it was Thursday\n" } } },
	{ .probe = "crashed", .answer = PROBE_UNKNOWN, .text = "driver.mark", .files = { { MARK, "nonsense\n" } } },

	{ .probe = "modules", .answer = PROBE_FINE, .text = "has loadable modules" },
	{ .probe = "modules", .answer = PROBE_STOPS, .text = "no loadable modules", .todo = "CONFIG_MODULES",
	  .files = { { "proc/modules", NULL } } },
	{ .probe = "modules_disabled", .answer = PROBE_FINE, .text = "is not set" },
	{ .probe = "modules_disabled", .answer = PROBE_STOPS, .text = "kernel.modules_disabled is set",
	  .todo = "next boot", .files = { { "proc/sys/kernel/modules_disabled", "1\n" } } },

	{ .probe = "realtime", .answer = PROBE_FINE, .text = "not a real-time one" },
	{ .probe = "realtime", .answer = PROBE_STOPS, .text = "real-time kernel (PREEMPT_RT)", .todo = "eBPF works",
	  .files = { { "proc/sys/kernel/version", "#1 SMP PREEMPT_RT Debian 6.1.192-3 (2026-10-29)\n" } } },
	{ .probe = "realtime", .answer = PROBE_UNKNOWN, .text = "cannot be read",
	  .files = { { "proc/sys/kernel/version", NULL } } },

	{ .probe = "built", .answer = PROBE_FINE, .text = "/" TREE_MODULE " is built" },
	{ .probe = "built", .answer = PROBE_STOPS, .text = "no saker.ko was built for the kernel " TREE_RELEASE,
	  .todo = "linux-headers-" TREE_RELEASE, .files = { { DEP, "kernel/fs/ext4/ext4.ko:\n" } } },
	{ .probe = "built", .answer = PROBE_STOPS, .text = "no saker.ko was built",
	  .todo = "dkms autoinstall -k " TREE_RELEASE,
	  .files = { { DEP, "kernel/x/nosaker.ko: kernel/x/saker.ko\nsaker.koala:\n" },
		     { "lib/modules/" TREE_RELEASE "/saker.koala", "" }, { "usr/src/saker-0.1/Kbuild", "" },
		     { "lib/modules/" TREE_RELEASE "/build/Makefile", "" } } },
	{ .probe = "built", .answer = PROBE_STOPS, .text = "no saker.ko was built",
	  .todo = "install the package saker-dkms, then DKMS",
	  .files = { { DEP, NULL }, { "lib/modules/" TREE_RELEASE "/build/Makefile", "" } } },
	{ .probe = "built", .answer = PROBE_STOPS, .text = "no saker.ko was built",
	  .todo = "install the package saker-dkms, and the kernel's", .files = { { DEP, NULL } } },
	{ .probe = "built", .answer = PROBE_STOPS, .text = "no saker.ko was built",
	  .todo = "install the kernel's headers", .files = { { DEP, NULL }, { "usr/src/saker-0.1/Kbuild", "" } } },
	{ .probe = "built", .answer = PROBE_STOPS, .text = "no saker.ko was built", .todo = "linux-headers",
	  .files = { { TREE_MODULE, NULL } } },
	{ .probe = "built", .answer = PROBE_STOPS,
	  .text = "the module does not build for " TREE_RELEASE ", see /" FAILED_LOG,
	  .todo = "dkms autoinstall -k " TREE_RELEASE,
	  .files = { { TREE_MODULE, NULL }, { FAILED_LOG, "error\n" } } },
	{ .probe = "built", .answer = PROBE_FINE, .text = "/" TREE_MODULE " is built",
	  .files = { { FAILED_LOG, "error\n" } } },
	{ .probe = "built", .answer = PROBE_FINE, .text = "saker.ko.xz is built",
	  .files = { { DEP, "extra/saker.ko.xz:\n" }, { "lib/modules/" TREE_RELEASE "/extra/saker.ko.xz", "" } } },

	{ .probe = "lockdown", .answer = PROBE_FINE, .text = "lockdown is off" },
	{ .probe = "lockdown", .answer = PROBE_FINE, .text = "has no lockdown", .files = { { LOCKDOWN, NULL } } },
	{ .probe = "lockdown", .answer = PROBE_STOPS,
	  .text = "lockdown is integrity, and /" TREE_MODULE " is not signed", .todo = "mokutil --import",
	  .files = { { LOCKDOWN, "none [integrity] confidentiality\n" } } },
	{ .probe = "lockdown", .answer = PROBE_STOPS, .text = "lockdown is confidentiality, and", .todo = "mokutil",
	  .files = { { LOCKDOWN, "none integrity [confidentiality]\n" } } },
	{ .probe = "lockdown", .answer = PROBE_NOTE, .text = "shows when it is loaded",
	  .files = { { LOCKDOWN, "none [integrity] confidentiality\n" }, { TREE_MODULE, TREE_SIGNED } } },
	{ .probe = "lockdown", .answer = PROBE_NOTE, .text = "must be signed",
	  .files = { { LOCKDOWN, "none [integrity] confidentiality\n" }, { DEP, "" } } },
	{ .probe = "lockdown", .answer = PROBE_UNKNOWN, .text = "shows when it is loaded",
	  .files = { { LOCKDOWN, "none [integrity] confidentiality\n" }, { DEP, "extra/saker.ko.xz:\n" },
		     { "lib/modules/" TREE_RELEASE "/extra/saker.ko.xz", "xz" } } },

	{ .probe = "sig_enforce", .answer = PROBE_FINE, .text = "does not require" },
	{ .probe = "sig_enforce", .answer = PROBE_STOPS,
	  .text = "loads only signed modules (module.sig_enforce), and /", .todo = "module.sig_enforce",
	  .files = { { ENFORCE, "Y\n" } } },
	{ .probe = "sig_enforce", .answer = PROBE_NOTE, .text = "is signed",
	  .files = { { ENFORCE, "Y\n" }, { TREE_MODULE, TREE_SIGNED } } },

	{ .probe = "secure_boot", .answer = PROBE_FINE, .text = "not started by UEFI" },
	{ .probe = "secure_boot", .answer = PROBE_NOTE, .text = "loads unsigned modules nevertheless",
	  .files = { { TREE_EFI, "\6\7\7\7\1" } } },
	{ .probe = "secure_boot", .answer = PROBE_STOPS,
	  .text = "Secure Boot is on, and /" TREE_MODULE " is not signed", .todo = "mokutil",
	  .files = { { TREE_EFI, "\6\7\7\7\1" }, { LOCKDOWN, "none [integrity]\n" } } },
	{ .probe = "secure_boot", .answer = PROBE_STOPS, .text = "Secure Boot is on, and", .todo = "mokutil",
	  .files = { { TREE_EFI, "\6\7\7\7\1" }, { ENFORCE, "Y\n" } } },
	{ .probe = "secure_boot", .answer = PROBE_NOTE, .text = "is signed",
	  .files = { { TREE_EFI, "\6\7\7\7\1" }, { ENFORCE, "Y\n" }, { TREE_MODULE, TREE_SIGNED } } },
	{ .probe = "secure_boot", .answer = PROBE_FINE, .text = "Secure Boot is off",
	  .files = { { TREE_EFI, "\6\7\7\7\2" } } },

	{ .probe = "user_namespace", .answer = PROBE_FINE, .text = "host's user namespace" },
	{ .probe = "user_namespace", .answer = PROBE_FINE, .text = "no user namespaces",
	  .files = { { "proc/self/uid_map", NULL } } },
	{ .probe = "user_namespace", .answer = PROBE_STOPS, .text = "its own user namespace", .todo = "on the host",
	  .files = { { "proc/self/uid_map", "         0     100000 4294967295\n" } } },
	{ .probe = "user_namespace", .answer = PROBE_STOPS, .text = "its own user namespace", .todo = "on the host",
	  .files = { { "proc/self/uid_map", "         0          0      65536\n" } } },

	{ .probe = "pid_namespace", .answer = PROBE_FINE, .text = "host's pid namespace" },
	{ .probe = "pid_namespace", .answer = PROBE_FINE, .text = "no pid namespaces",
	  .files = { { "proc/self/ns/pid", NULL } } },
	{ .probe = "pid_namespace", .answer = PROBE_UNKNOWN, .text = "cannot be read",
	  .files = { { "proc/self/ns/pid", NULL }, { "proc/self/ns/pid", "no link" } } },
	{ .probe = "pid_namespace", .answer = PROBE_NOTE, .text = "its own pid namespace", .todo = "--pid=host",
	  .files = { { "proc/self/ns/pid", "-> pid:[4026532201]" } } },
	{ .probe = "seccomp", .answer = PROBE_FINE, .text = "can filter" },
	{ .probe = "seccomp", .answer = PROBE_NOTE, .text = "no filters of system calls",
	  .todo = "CONFIG_SECCOMP_FILTER", .files = { { "proc/sys/kernel/seccomp/actions_avail", NULL } } },

	{ .probe = "device", .answer = PROBE_FINE, .text = "has CAP_SYS_ADMIN" },
	{ .probe = "device", .answer = PROBE_STOPS, .text = "not root: user 1000 lacks CAP_SYS_ADMIN",
	  .todo = "as root", .files = { { "proc/self/status", TREE_USER } } },
	{ .probe = "device", .answer = PROBE_STOPS, .text = "a capability is missing: root lacks CAP_SYS_ADMIN",
	  .todo = "CapabilityBoundingSet", .files = { { "proc/self/status", TREE_NO_ADMIN } } },
	{ .probe = "device", .answer = PROBE_UNKNOWN, .text = "cannot be read",
	  .files = { { "proc/self/status", NULL } } },

	{ .probe = "capability", .answer = PROBE_FINE, .text = "has CAP_BPF" },
	{ .probe = "capability", .answer = PROBE_FINE, .text = "has CAP_BPF",
	  .files = { { "proc/self/status", TREE_NO_ADMIN } } },
	{ .probe = "capability", .answer = PROBE_FINE, .text = "has CAP_BPF",
	  .files = { { "proc/self/status", TREE_ADMIN } } },
	{ .probe = "capability", .answer = PROBE_STOPS, .text = "root lacks CAP_BPF",
	  .todo = "CapabilityBoundingSet", .files = { { "proc/self/status", TREE_PERFMON } } },
	{ .probe = "capability", .answer = PROBE_STOPS, .text = "root lacks CAP_BPF",
	  .todo = "CapabilityBoundingSet", .files = { { "proc/self/status", TREE_BPF } } },
	{ .probe = "capability", .answer = PROBE_STOPS, .text = "not root: user 1000 lacks CAP_BPF",
	  .todo = "as root", .files = { { "proc/self/status", TREE_USER } } },
	{ .probe = "capability", .answer = PROBE_STOPS, .text = "a capability is missing: root lacks CAP_BPF",
	  .todo = "CapabilityBoundingSet", .files = { { "proc/self/status", TREE_NO_CAPS } } },

	{ .probe = "bpf", .answer = PROBE_FINE, .text = "has bpf()" },
	{ .probe = "bpf", .answer = PROBE_STOPS, .text = "no bpf()", .todo = "CONFIG_BPF_SYSCALL",
	  .files = { { "proc/sys/kernel/unprivileged_bpf_disabled", NULL } } },
	{ .probe = "confidentiality", .answer = PROBE_FINE, .text = "does not prevent",
	  .files = { { LOCKDOWN, "none [integrity] confidentiality\n" } } },
	{ .probe = "confidentiality", .answer = PROBE_STOPS, .text = "lockdown is confidentiality",
	  .todo = "lockdown=integrity", .files = { { LOCKDOWN, "none integrity [confidentiality]\n" } } },
	{ .probe = "btf", .answer = PROBE_FINE, .text = "BTF" },
	{ .probe = "btf", .answer = PROBE_STOPS, .text = "this kernel has no BTF", .todo = "CONFIG_DEBUG_INFO_BTF",
	  .files = { { "sys/kernel/btf/vmlinux", NULL } } },
	{ .probe = "verifier", .answer = PROBE_FINE, .text = "has not rejected" },
	{ .probe = "verifier", .answer = PROBE_UNKNOWN, .text = "not tried: that needs root",
	  .files = { { "proc/self/status", TREE_USER } } },
	{ .probe = "verifier", .answer = PROBE_NOTE, .text = "/run/saker/ebpf-verifier.log",
	  .files = { { "run/saker/ebpf-verifier.log", "R5 max value\n" } } },
};

static const struct probe *probe_named(const char *name)
{
	for (unsigned int i = 0; i < nprobes; i++)
		if (!strcmp(probes[i].name, name))
			return &probes[i];
	fail_msg("no probe %s", name);
	return NULL;
}

static void try_machine(const struct machine *m)
{
	struct tree t = tree_make();
	struct finding found;
	struct host host;

	for (const struct tree_file *f = m->files; f < m->files + 4 && f->path; f++)
		tree_put(&t, f->path, f->text);
	assert_int_equal(host_init(&host, t.dir, NULL), 0);
	probe_run(probe_named(m->probe), &host, &found);
	if (found.answer != m->answer || !strstr(found.text, m->text) ||
	    (m->todo ? !strstr(found.todo, m->todo) : *found.todo))
		fail_msg("%s: %s: %s; %s", m->probe, probe_answer_name(found.answer), found.text,
			 found.todo);
	host_uninit(&host);
	tree_remove(&t);
}

static void test_each_probe_answers_for_each_machine(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(machines) / sizeof(*machines); i++)
		try_machine(&machines[i]);
}

/* -- the plugin's own -- */

static int here(char *why, size_t size)
{
	(void)why;
	(void)size;
	return 0;
}

static int not_here(char *why, size_t size)
{
	snprintf(why, size, "no fentry");
	return -EOPNOTSUPP;
}

static const struct source_plugin works = { .probe = here }, fails = { .probe = not_here };

static int open_works(const struct source_plugin **ret, char *error, size_t size)
{
	(void)error;
	(void)size;
	*ret = &works;
	return 0;
}

static int open_fails(const struct source_plugin **ret, char *error, size_t size)
{
	(void)error;
	(void)size;
	*ret = &fails;
	return 0;
}

static int open_nothing(const struct source_plugin **ret, char *error, size_t size)
{
	(void)ret;
	snprintf(error, size, "not installed");
	return -ENOENT;
}

static void test_the_plugin_itself_is_probed(void **state)
{
	static const struct {
		int (*open)(const struct source_plugin **ret, char *error, size_t size);
		enum probe_answer answer;
		const char *text;
	} cases[] = {
		{ .open = open_works, .answer = PROBE_FINE,
		  .text = "the driver ebpf is installed, and the kernel supports it" },
		{ .open = open_fails, .answer = PROBE_STOPS, .text = "the driver ebpf cannot run here: no fentry" },
		{ .open = open_nothing, .answer = PROBE_STOPS, .text = "not installed" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct host_drivers with = { .ebpf = cases[i].open };
		const struct host host = { .drivers = &with };
		struct finding found;

		probe_run(probe_named("plugin"), &host, &found);
		assert_int_equal(found.answer, cases[i].answer);
		assert_string_equal(found.text, cases[i].text);
	}
}

static void test_a_probe_that_stops_prints_what_to_do(void **state)
{
	bool seen[64] = { false };

	(void)state;
	for (size_t i = 0; i < sizeof(machines) / sizeof(*machines); i++)
		if (machines[i].answer == PROBE_STOPS)
			seen[probe_named(machines[i].probe) - probes] = machines[i].todo;
	for (unsigned int i = 0; i < nprobes; i++)
		if (!seen[i] && probes[i].ways != WAY_SELF && strcmp(probes[i].name, "plugin") &&
		    strcmp(probes[i].name, "verifier"))
			fail_msg("no machine is stopped by %s", probes[i].name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_probe_answers_for_each_machine),
		cmocka_unit_test(test_the_plugin_itself_is_probed),
		cmocka_unit_test(test_a_probe_that_stops_prints_what_to_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
