/* SPDX-License-Identifier: Apache-2.0 */
/* Probes of the kernel: its configuration, its command line, what it allows. */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "driver/crash.h"
#include "driver/mark.h"
#include "driver/probes.h"
#include "source/plugin.h"

/* The value of a bool parameter of the module, as the kernel reads it: the word alone is yes. */
static bool says_yes(const char *value)
{
	return !*value || strchr("yY1", *value) || !strncasecmp(value, "on", 2);
}

void probe_disabled(const struct host *host, struct finding *ret)
{
	static const char name[] = "saker.disabled";
	char line[4096], *word, *rest = line;
	bool disabled = false;

	if (host_text(host, "proc/cmdline", line, sizeof(line)) < 0) {
		finding_say(ret, PROBE_UNKNOWN, "/proc/cmdline cannot be read");
		return;
	}
	while ((word = strsep(&rest, " \t\n"))) {
		if (strncmp(word, name, sizeof(name) - 1))
			continue;
		word += sizeof(name) - 1;
		if (*word == '\0' || *word == '=')	/* the last one counts */
			disabled = says_yes(word + (*word == '='));
	}
	if (disabled)
		finding_say(ret, PROBE_STOPS, "saker.disabled is on the kernel's command line");
	else
		finding_say(ret, PROBE_FINE, "the kernel's command line does not have saker.disabled");
}

void probe_crashed(const struct host *host, struct finding *ret)
{
	char why[256];
	struct mark mark;
	int r = mark_read(host, &mark);

	if (r < 0) {
		finding_say(ret, PROBE_UNKNOWN, "%s: %s", MARK_PATH, strerror(-r));
		return;
	}
	if (crash_judge(host, &mark, why, sizeof(why)))
		finding_say(ret, PROBE_STOPS, "the module has crashed this machine: %s", why);
	else if (crash_unclean(host, &mark))
		finding_say(ret, PROBE_NOTE, "a boot with the module ended without an orderly stop; "
			    "the module is not loaded after the %uth in a row", CRASH_UNCLEAN_MAX);
	else
		finding_say(ret, PROBE_FINE, "no crash caused by the module is known");
}

void probe_modules(const struct host *host, struct finding *ret)
{
	if (host_has(host, "proc/modules"))
		finding_say(ret, PROBE_FINE, "the kernel has loadable modules");
	else
		finding_say(ret, PROBE_STOPS, "this kernel has no loadable modules");
}

void probe_modules_disabled(const struct host *host, struct finding *ret)
{
	char text[8];

	if (host_text(host, "proc/sys/kernel/modules_disabled", text, sizeof(text)) > 0 &&
	    *text != '0')
		finding_say(ret, PROBE_STOPS, "kernel.modules_disabled is set: no module can be "
			    "loaded until the next boot");
	else
		finding_say(ret, PROBE_FINE, "kernel.modules_disabled is not set");
}

/* Every such kernel has this in its version (uname -v); the module refuses to load there. */
void probe_realtime(const struct host *host, struct finding *ret)
{
	char text[256];

	if (host_text(host, "proc/sys/kernel/version", text, sizeof(text)) < 0)
		finding_say(ret, PROBE_UNKNOWN, "/proc/sys/kernel/version cannot be read");
	else if (strstr(text, "PREEMPT_RT"))
		finding_say(ret, PROBE_STOPS, "this is a real-time kernel (PREEMPT_RT), where the "
			    "module does not run");
	else
		finding_say(ret, PROBE_FINE, "the kernel is not a real-time one");
}

/* The sysctl exists only if the system call does. */
void probe_bpf(const struct host *host, struct finding *ret)
{
	if (host_has(host, "proc/sys/kernel/unprivileged_bpf_disabled"))
		finding_say(ret, PROBE_FINE, "the kernel has bpf()");
	else
		finding_say(ret, PROBE_STOPS, "this kernel has no bpf()");
}

void probe_confidentiality(const struct host *host, struct finding *ret)
{
	char text[64];

	if (host_text(host, "sys/kernel/security/lockdown", text, sizeof(text)) > 0 &&
	    strstr(text, "[confidentiality]"))
		finding_say(ret, PROBE_STOPS, "lockdown is confidentiality: eBPF may not read "
			    "kernel memory");
	else
		finding_say(ret, PROBE_FINE, "lockdown does not prevent eBPF from reading");
}

void probe_btf(const struct host *host, struct finding *ret)
{
	if (host_has(host, "sys/kernel/btf/vmlinux"))
		finding_say(ret, PROBE_FINE, "the kernel has BTF");
	else
		finding_say(ret, PROBE_STOPS, "this kernel has no BTF (/sys/kernel/btf/vmlinux)");
}

/*
 * Only loading shows the answer of the verifier; the driver keeps its last message in this file.
 * The directory of it may be closed to others than root.
 */
void probe_verifier(const struct host *host, struct finding *ret)
{
	static const char log[] = "/run/saker/ebpf-verifier.log";

	if (host_has(host, log))
		finding_say(ret, PROBE_NOTE, "the verifier has rejected the programs, or the "
			    "newer form of them, since the last boot: %s", log);
	else if (!probe_is_root(host))
		finding_say(ret, PROBE_UNKNOWN, "the verifier was not tried: that needs root");
	else
		finding_say(ret, PROBE_FINE, "the verifier has not rejected the programs");
}

/* The last probe, because it runs code of the plugin: what only the driver itself can find out. */
void probe_plugin(const struct host *host, struct finding *ret)
{
	const struct source_plugin *ebpf;
	char why[sizeof(ret->text)] = "";

	if (host->drivers->ebpf(&ebpf, why, sizeof(why)) < 0)
		finding_say(ret, PROBE_STOPS, "%s", why);
	else if (ebpf->probe(why, sizeof(why)) < 0)
		finding_say(ret, PROBE_STOPS, "the driver ebpf cannot run here: %.250s", why);
	else
		finding_say(ret, PROBE_FINE, "the driver ebpf is installed, and the kernel "
			    "supports it");
}
