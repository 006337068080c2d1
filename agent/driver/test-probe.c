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
	{ "disabled", PROBE_FINE, "does not have saker.disabled", NULL, { { "proc/cmdline", "quiet\n" } } },
	{ "disabled", PROBE_STOPS, "saker.disabled is on", "--force",
	  { { "proc/cmdline", "quiet saker.disabled\n" } } },
	{ "disabled", PROBE_STOPS, "saker.disabled is on", "--force",
	  { { "proc/cmdline", "saker.disabled=1 quiet\n" } } },
	{ "disabled", PROBE_FINE, "does not have saker.disabled", NULL,
	  { { "proc/cmdline", "saker.disabled=1 saker.disabled=0\n" } } },
	{ "disabled", PROBE_FINE, "does not have saker.disabled", NULL,
	  { { "proc/cmdline", "saker.disabledness nosaker.disabled\n" } } },
	{ "disabled", PROBE_UNKNOWN, "cannot be read", NULL, { { "proc/cmdline", NULL } } },

	{ "crashed", PROBE_FINE, "no crash caused by the module", NULL, { { NULL, NULL } } },
	{ "crashed", PROBE_STOPS, "crash dump /sys/fs/pstore/dmesg-efi_pstore-1 has it on its stack "
	  "(<4>[ 9.2] RIP: 0010:hook_exit+0x12/0x80 [saker])", "--force", { { PSTORE, OOPS } } },
	{ "crashed", PROBE_STOPS, "dmesg-efi_pstore-1", "--force",
	  { { PSTORE, "Panic#1 Part1\n fill_open+0x10/0x20 [saker 2ab3c]\n" } } },
	{ "crashed", PROBE_STOPS, "/var/lib/systemd/pstore/17/001/dmesg.txt", "--force",
	  { { "var/lib/systemd/pstore/17/001/dmesg.txt", OOPS } } },
	{ "crashed", PROBE_STOPS, "/var/crash/2026/dmesg.2026", "--force",
	  { { "var/crash/2026/dmesg.2026", OOPS } } },
	{ "crashed", PROBE_STOPS, "/var/crash/1/vmcore-dmesg.txt", "--force",
	  { { "var/crash/1/vmcore-dmesg.txt", OOPS } } },
	{ "crashed", PROBE_FINE, "no crash caused by the module", NULL,	/* merely loaded, or guessed */
	  { { PSTORE, "Panic#1 Part1\nBUG: bad\n Modules linked in: saker(OE) ext4\n"
	      " ext4_foo+0x1/0x2 [ext4]\n  ? hook_exit+0x1/0x2 [saker]\n" } } },
	{ "crashed", PROBE_FINE, "no crash caused by the module", NULL,	/* it warned; another crashed */
	  { { PSTORE, "Panic#1 Part1\n------------[ cut here ]------------\nWARNING: CPU: 0\n"
	      "RIP: 0010:hook_exit+0x1/0x2 [saker]\n---[ end trace 0 ]---\nKernel panic\n"
	      " ext4_foo+0x1/0x2 [ext4]\n" } } },
	{ "crashed", PROBE_FINE, "no crash caused by the module", NULL,	/* forgiven, long after that dump */
	  { { PSTORE, OOPS },
	    { MARK, "boot " TREE_BOOT "\nphase stopped\nunclean 0\nforgiven 99999999999\n" } } },
	{ "crashed", PROBE_STOPS, "did not come to an end (boot other)", "--force",
	  { { MARK, "boot other\nphase loading\nunclean 0\nforgiven 0\n" } } },
	{ "crashed", PROBE_STOPS, "did not come to an end", "--force",	/* modprobe died of an oops */
	  { { MARK, "boot " TREE_BOOT "\nphase loading\nunclean 0\nforgiven 0\n" } } },
	{ "crashed", PROBE_FINE, "no crash caused by the module", NULL,
	  { { MARK, "boot " TREE_BOOT "\nphase loaded\nunclean 2\nforgiven 0\n" } } },
	{ "crashed", PROBE_NOTE, "ended without an orderly stop", NULL,
	  { { MARK, "boot other\nphase loaded\nunclean 1\nforgiven 0\n" } } },
	{ "crashed", PROBE_STOPS, "3 boots in a row ended without", "--force",
	  { { MARK, "boot other\nphase loaded\nunclean 2\nforgiven 0\n" } } },
	{ "crashed", PROBE_STOPS, "crashed this machine: it was Thursday", "--force",
	  { { MARK, "boot other\nphase blamed\nunclean 0\nforgiven 0\nwhy it was Thursday\n" } } },
	{ "crashed", PROBE_UNKNOWN, "driver.mark", NULL, { { MARK, "nonsense\n" } } },

	{ "modules", PROBE_FINE, "has loadable modules", NULL, { { NULL, NULL } } },
	{ "modules", PROBE_STOPS, "no loadable modules", "CONFIG_MODULES",
	  { { "proc/modules", NULL } } },
	{ "modules_disabled", PROBE_FINE, "is not set", NULL, { { NULL, NULL } } },
	{ "modules_disabled", PROBE_STOPS, "kernel.modules_disabled is set", "next boot",
	  { { "proc/sys/kernel/modules_disabled", "1\n" } } },

	{ "realtime", PROBE_FINE, "not a real-time one", NULL, { { NULL, NULL } } },
	{ "realtime", PROBE_STOPS, "real-time kernel (PREEMPT_RT)", "eBPF works",
	  { { "proc/sys/kernel/version", "#1 SMP PREEMPT_RT Debian 6.1.192-3 (2026-10-29)\n" } } },
	{ "realtime", PROBE_UNKNOWN, "cannot be read", NULL,
	  { { "proc/sys/kernel/version", NULL } } },

	{ "built", PROBE_FINE, "/" TREE_MODULE " is built", NULL, { { NULL, NULL } } },
	{ "built", PROBE_STOPS, "no saker.ko was built for the kernel " TREE_RELEASE,
	  "linux-headers-" TREE_RELEASE, { { DEP, "kernel/fs/ext4/ext4.ko:\n" } } },
	{ "built", PROBE_STOPS, "no saker.ko was built", "dkms autoinstall -k " TREE_RELEASE,
	  { { DEP, "kernel/x/nosaker.ko: kernel/x/saker.ko\nsaker.koala:\n" },
	    { "lib/modules/" TREE_RELEASE "/saker.koala", "" },
	    { "usr/src/saker-0.1/Kbuild", "" },
	    { "lib/modules/" TREE_RELEASE "/build/Makefile", "" } } },
	{ "built", PROBE_STOPS, "no saker.ko was built", "install the package saker-dkms, then DKMS",
	  { { DEP, NULL }, { "lib/modules/" TREE_RELEASE "/build/Makefile", "" } } },
	{ "built", PROBE_STOPS, "no saker.ko was built", "install the package saker-dkms, and the kernel's",
	  { { DEP, NULL } } },
	{ "built", PROBE_STOPS, "no saker.ko was built", "install the kernel's headers",
	  { { DEP, NULL }, { "usr/src/saker-0.1/Kbuild", "" } } },
	{ "built", PROBE_STOPS, "no saker.ko was built", "linux-headers", { { TREE_MODULE, NULL } } },
	{ "built", PROBE_STOPS, "the module does not build for " TREE_RELEASE ", see /" FAILED_LOG,
	  "dkms autoinstall -k " TREE_RELEASE, { { TREE_MODULE, NULL }, { FAILED_LOG, "error\n" } } },
	{ "built", PROBE_FINE, "/" TREE_MODULE " is built", NULL, { { FAILED_LOG, "error\n" } } },
	{ "built", PROBE_FINE, "saker.ko.xz is built", NULL,
	  { { DEP, "extra/saker.ko.xz:\n" }, { "lib/modules/" TREE_RELEASE "/extra/saker.ko.xz", "" } } },

	{ "lockdown", PROBE_FINE, "lockdown is off", NULL, { { NULL, NULL } } },
	{ "lockdown", PROBE_FINE, "has no lockdown", NULL, { { LOCKDOWN, NULL } } },
	{ "lockdown", PROBE_STOPS, "lockdown is integrity, and /" TREE_MODULE " is not signed",
	  "mokutil --import", { { LOCKDOWN, "none [integrity] confidentiality\n" } } },
	{ "lockdown", PROBE_STOPS, "lockdown is confidentiality, and", "mokutil",
	  { { LOCKDOWN, "none integrity [confidentiality]\n" } } },
	{ "lockdown", PROBE_NOTE, "shows when it is loaded", NULL,
	  { { LOCKDOWN, "none [integrity] confidentiality\n" }, { TREE_MODULE, TREE_SIGNED } } },
	{ "lockdown", PROBE_NOTE, "must be signed", NULL,
	  { { LOCKDOWN, "none [integrity] confidentiality\n" }, { DEP, "" } } },
	{ "lockdown", PROBE_UNKNOWN, "shows when it is loaded", NULL,
	  { { LOCKDOWN, "none [integrity] confidentiality\n" }, { DEP, "extra/saker.ko.xz:\n" },
	    { "lib/modules/" TREE_RELEASE "/extra/saker.ko.xz", "xz" } } },

	{ "sig_enforce", PROBE_FINE, "does not require", NULL, { { NULL, NULL } } },
	{ "sig_enforce", PROBE_STOPS, "loads only signed modules (module.sig_enforce), and /",
	  "module.sig_enforce", { { ENFORCE, "Y\n" } } },
	{ "sig_enforce", PROBE_NOTE, "is signed", NULL,
	  { { ENFORCE, "Y\n" }, { TREE_MODULE, TREE_SIGNED } } },

	{ "secure_boot", PROBE_FINE, "not started by UEFI", NULL, { { NULL, NULL } } },
	{ "secure_boot", PROBE_NOTE, "loads unsigned modules nevertheless", NULL,
	  { { TREE_EFI, "\6\7\7\7\1" } } },
	{ "secure_boot", PROBE_STOPS, "Secure Boot is on, and /" TREE_MODULE " is not signed",
	  "mokutil", { { TREE_EFI, "\6\7\7\7\1" }, { LOCKDOWN, "none [integrity]\n" } } },
	{ "secure_boot", PROBE_STOPS, "Secure Boot is on, and", "mokutil",
	  { { TREE_EFI, "\6\7\7\7\1" }, { ENFORCE, "Y\n" } } },
	{ "secure_boot", PROBE_NOTE, "is signed", NULL,
	  { { TREE_EFI, "\6\7\7\7\1" }, { ENFORCE, "Y\n" }, { TREE_MODULE, TREE_SIGNED } } },
	{ "secure_boot", PROBE_FINE, "Secure Boot is off", NULL, { { TREE_EFI, "\6\7\7\7\2" } } },

	{ "user_namespace", PROBE_FINE, "host's user namespace", NULL, { { NULL, NULL } } },
	{ "user_namespace", PROBE_FINE, "no user namespaces", NULL,
	  { { "proc/self/uid_map", NULL } } },
	{ "user_namespace", PROBE_STOPS, "its own user namespace", "on the host",
	  { { "proc/self/uid_map", "         0     100000 4294967295\n" } } },
	{ "user_namespace", PROBE_STOPS, "its own user namespace", "on the host",
	  { { "proc/self/uid_map", "         0          0      65536\n" } } },

	{ "pid_namespace", PROBE_FINE, "host's pid namespace", NULL, { { NULL, NULL } } },
	{ "pid_namespace", PROBE_FINE, "no pid namespaces", NULL, { { "proc/self/ns/pid", NULL } } },
	{ "pid_namespace", PROBE_UNKNOWN, "cannot be read", NULL,
	  { { "proc/self/ns/pid", NULL }, { "proc/self/ns/pid", "no link" } } },
	{ "pid_namespace", PROBE_NOTE, "its own pid namespace", "--pid=host",
	  { { "proc/self/ns/pid", "-> pid:[4026532201]" } } },
	{ "seccomp", PROBE_FINE, "can filter", NULL, { { NULL, NULL } } },
	{ "seccomp", PROBE_NOTE, "no filters of system calls", "CONFIG_SECCOMP_FILTER",
	  { { "proc/sys/kernel/seccomp/actions_avail", NULL } } },

	{ "device", PROBE_FINE, "has CAP_SYS_ADMIN", NULL, { { NULL, NULL } } },
	{ "device", PROBE_STOPS, "not root: user 1000 lacks CAP_SYS_ADMIN", "as root",
	  { { "proc/self/status", TREE_USER } } },
	{ "device", PROBE_STOPS, "a capability is missing: root lacks CAP_SYS_ADMIN",
	  "CapabilityBoundingSet", { { "proc/self/status", TREE_NO_ADMIN } } },
	{ "device", PROBE_UNKNOWN, "cannot be read", NULL, { { "proc/self/status", NULL } } },

	{ "capability", PROBE_FINE, "has CAP_BPF", NULL, { { NULL, NULL } } },
	{ "capability", PROBE_FINE, "has CAP_BPF", NULL, { { "proc/self/status", TREE_NO_ADMIN } } },
	{ "capability", PROBE_FINE, "has CAP_BPF", NULL, { { "proc/self/status", TREE_ADMIN } } },
	{ "capability", PROBE_STOPS, "root lacks CAP_BPF", "CapabilityBoundingSet",
	  { { "proc/self/status", TREE_PERFMON } } },
	{ "capability", PROBE_STOPS, "root lacks CAP_BPF", "CapabilityBoundingSet",
	  { { "proc/self/status", TREE_BPF } } },
	{ "capability", PROBE_STOPS, "not root: user 1000 lacks CAP_BPF", "as root",
	  { { "proc/self/status", TREE_USER } } },
	{ "capability", PROBE_STOPS, "a capability is missing: root lacks CAP_BPF",
	  "CapabilityBoundingSet", { { "proc/self/status", TREE_NO_CAPS } } },

	{ "bpf", PROBE_FINE, "has bpf()", NULL, { { NULL, NULL } } },
	{ "bpf", PROBE_STOPS, "no bpf()", "CONFIG_BPF_SYSCALL",
	  { { "proc/sys/kernel/unprivileged_bpf_disabled", NULL } } },
	{ "confidentiality", PROBE_FINE, "does not prevent", NULL,
	  { { LOCKDOWN, "none [integrity] confidentiality\n" } } },
	{ "confidentiality", PROBE_STOPS, "lockdown is confidentiality", "lockdown=integrity",
	  { { LOCKDOWN, "none integrity [confidentiality]\n" } } },
	{ "btf", PROBE_FINE, "BTF", NULL, { { NULL, NULL } } },
	{ "btf", PROBE_STOPS, "this kernel has no BTF", "CONFIG_DEBUG_INFO_BTF",
	  { { "sys/kernel/btf/vmlinux", NULL } } },
	{ "verifier", PROBE_FINE, "has not rejected", NULL, { { NULL, NULL } } },
	{ "verifier", PROBE_NOTE, "/run/saker/ebpf-verifier.log", NULL,
	  { { "run/saker/ebpf-verifier.log", "R5 max value\n" } } },
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
	probe_ask(probe_named(m->probe), &host, &found);
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

static void test_the_plugin_is_asked_itself(void **state)
{
	static const struct {
		int (*open)(const struct source_plugin **ret, char *error, size_t size);
		enum probe_answer answer;
		const char *text;
	} cases[] = {
		{ open_works, PROBE_FINE, "the driver ebpf is installed, and the kernel supports it" },
		{ open_fails, PROBE_STOPS, "the driver ebpf cannot run here: no fentry" },
		{ open_nothing, PROBE_STOPS, "not installed" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct host_drivers with = { .ebpf = cases[i].open };
		const struct host host = { .drivers = &with };
		struct finding found;

		probe_ask(probe_named("plugin"), &host, &found);
		assert_int_equal(found.answer, cases[i].answer);
		assert_string_equal(found.text, cases[i].text);
	}
}

static void test_a_probe_that_stops_says_what_to_do(void **state)
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
		cmocka_unit_test(test_the_plugin_is_asked_itself),
		cmocka_unit_test(test_a_probe_that_stops_says_what_to_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
