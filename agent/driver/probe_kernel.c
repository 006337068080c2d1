/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernel allows, and what it was told. */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "driver/crash.h"
#include "driver/mark.h"
#include "driver/probe.h"
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
		finding_say(ret, PROBE_FINE, "the kernel's command line does not disable it");
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
		finding_say(ret, PROBE_STOPS, "the module is held to blame for a crash: %s", why);
	else if (crash_unclean(host, &mark))
		finding_say(ret, PROBE_NOTE, "a boot with the module ended without an orderly stop; "
			    "the %uth in a row would stop it", CRASH_UNCLEAN_MAX);
	else
		finding_say(ret, PROBE_FINE, "no crash is known to be of the module's making");
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
			    "loaded any more");
	else
		finding_say(ret, PROBE_FINE, "kernel.modules_disabled is not set");
}

/* The sysctl is there if and only if the system call is. */
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
			    "the kernel's memory");
	else
		finding_say(ret, PROBE_FINE, "lockdown does not keep eBPF from reading");
}

void probe_btf(const struct host *host, struct finding *ret)
{
	if (host_has(host, "sys/kernel/btf/vmlinux"))
		finding_say(ret, PROBE_FINE, "the kernel describes its types (BTF)");
	else
		finding_say(ret, PROBE_STOPS, "this kernel has no BTF (/sys/kernel/btf/vmlinux)");
}

/* Only loading shows what the verifier says; what it said the last time is kept. */
void probe_verifier(const struct host *host, struct finding *ret)
{
	static const char log[] = "/run/saker/ebpf-verifier.log";

	if (host_has(host, log))
		finding_say(ret, PROBE_NOTE, "the verifier has refused the programs since the "
			    "machine started: %s", log);
	else
		finding_say(ret, PROBE_FINE, "the verifier is not known to refuse the programs");
}

/* Last of all, since it runs what it asks: what only the driver itself can find out. */
void probe_plugin(const struct host *host, struct finding *ret)
{
	const struct source_plugin *ebpf;
	char why[sizeof(ret->text)] = "";

	if (host->drivers->ebpf(&ebpf, why, sizeof(why)) < 0)
		finding_say(ret, PROBE_STOPS, "%s", why);
	else if (ebpf->probe(why, sizeof(why)) < 0)
		finding_say(ret, PROBE_STOPS, "the driver ebpf cannot run here: %.250s", why);
	else
		finding_say(ret, PROBE_FINE, "the driver ebpf is installed, and the kernel has "
			    "what it needs");
}
