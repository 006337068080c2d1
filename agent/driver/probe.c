/* SPDX-License-Identifier: Apache-2.0 */
/* The table of probes, and running them. */
#include "driver/probe.h"
#include <stddef.h>
#include "driver/probes.h"

#define SIGN	"sign the module with a key that this machine trusts: DKMS signs with its own key; enrol " \
		"it with `mokutil --import /var/lib/dkms/mok.pub` and reboot"
#define FORCE	"`saker-driver load --force` loads it nevertheless"

const struct probe probes[] = {
	{ "disabled", WAY_LOAD, true, probe_disabled,
	  "remove saker.disabled from the kernel's command line; " FORCE },
	{ "crashed", WAY_LOAD, true, probe_crashed, "when the cause is fixed, " FORCE },
	{ "modules", WAY_LOAD, false, probe_modules, "boot a kernel with CONFIG_MODULES" },
	{ "modules_disabled", WAY_LOAD, false, probe_modules_disabled,
	  "this lasts until the next boot; order saker-driver.service before the unit that sets "
	  "kernel.modules_disabled" },
	{ "realtime", WAY_LOAD, false, probe_realtime,
	  "boot a kernel that is not real-time for the module; eBPF works on this one" },
	{ "built", WAY_LOAD, false, probe_built, NULL },
	{ "secure_boot", WAY_LOAD, false, probe_secure_boot, SIGN },
	{ "lockdown", WAY_LOAD, false, probe_lockdown, SIGN },
	{ "sig_enforce", WAY_LOAD, false, probe_sig_enforce,
	  SIGN "; or boot without module.sig_enforce" },
	{ "user_namespace", WAY_KMOD | WAY_EBPF, false, probe_namespace,
	  "run the agent on the host, or in a container without its own user namespace" },
	{ "device", WAY_KMOD, false, probe_device, NULL },
	{ "bpf", WAY_EBPF, false, probe_bpf, "boot a kernel with CONFIG_BPF_SYSCALL" },
	{ "confidentiality", WAY_EBPF, false, probe_confidentiality,
	  "boot with lockdown=integrity, or use a signed module" },
	{ "btf", WAY_EBPF, false, probe_btf,
	  "boot a kernel with CONFIG_DEBUG_INFO_BTF (distributions have it from 5.10 on)" },
	{ "capability", WAY_EBPF, false, probe_capability, NULL },
	{ "verifier", WAY_EBPF, false, probe_verifier, NULL },
	{ "plugin", WAY_EBPF, false, probe_plugin, NULL },
	{ "pid_namespace", WAY_SELF, false, probe_pid_namespace, NULL },
	{ "seccomp", WAY_SELF, false, probe_seccomp, NULL },
};

const unsigned int nprobes = sizeof(probes) / sizeof(*probes);

void probe_run(const struct probe *probe, const struct host *host, struct finding *ret)
{
	*ret = (struct finding){ .answer = PROBE_FINE };
	probe->run(host, ret);
	if (ret->answer == PROBE_STOPS && !*ret->todo && probe->todo)
		finding_todo(ret, "%s", probe->todo);
}

const struct probe *probe_first(const struct host *host, uint32_t ways, bool forced,
				struct finding *ret)
{
	for (unsigned int i = 0; i < nprobes; i++) {
		if (!(probes[i].ways & ways) || (forced && probes[i].forced))
			continue;
		probe_run(&probes[i], host, ret);
		if (ret->answer == PROBE_STOPS)
			return &probes[i];
	}
	return NULL;
}
