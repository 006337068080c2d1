/* SPDX-License-Identifier: Apache-2.0 */
/* Probes of this process: its user, capabilities and user namespace. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "driver/probes.h"

/* Headers of older systems lack the last two. */
#define CAPABILITY_SYS_ADMIN	21
#define CAPABILITY_PERFMON	38
#define CAPABILITY_BPF		39

struct self {
	uint32_t euid;
	uint64_t caps;			/* effective */
};

static bool read_self(const struct host *host, struct self *ret)
{
	char text[4096];
	const char *uid, *caps;

	if (host_text(host, "proc/self/status", text, sizeof(text)) < 0)
		return false;
	uid = strstr(text, "\nUid:");
	caps = strstr(text, "\nCapEff:");
	return uid && caps && sscanf(uid, "\nUid: %*u %" SCNu32, &ret->euid) == 1 &&
	       sscanf(caps, "\nCapEff: %" SCNx64, &ret->caps) == 1;
}

bool probe_is_root(const struct host *host)
{
	struct self self;

	return read_self(host, &self) && !self.euid;
}

static bool has(const struct self *self, unsigned int cap)
{
	return self->caps >> cap & 1;
}

static void check_rights(struct finding *ret, const struct self *self, bool enough,
		       const char *what)
{
	if (enough) {
		finding_say(ret, PROBE_FINE, "this process has %s", what);
	} else if (self->euid) {
		finding_say(ret, PROBE_STOPS, "not root: user %" PRIu32 " lacks %s", self->euid, what);
		finding_todo(ret, "run it as root");
	} else {
		finding_say(ret, PROBE_STOPS, "a capability is missing: root lacks %s here", what);
		finding_todo(ret, "grant it: CapabilityBoundingSet= of the unit, or --cap-add of "
			     "the container");
	}
}

void probe_device(const struct host *host, struct finding *ret)
{
	struct self self;

	if (!read_self(host, &self))
		finding_say(ret, PROBE_UNKNOWN, "/proc/self/status cannot be read");
	else
		check_rights(ret, &self, has(&self, CAPABILITY_SYS_ADMIN),
			   "CAP_SYS_ADMIN, which is needed to open /dev/saker");
}

void probe_capability(const struct host *host, struct finding *ret)
{
	struct self self;

	if (!read_self(host, &self))
		finding_say(ret, PROBE_UNKNOWN, "/proc/self/status cannot be read");
	else
		check_rights(ret, &self, has(&self, CAPABILITY_SYS_ADMIN) ||
			   (has(&self, CAPABILITY_BPF) && has(&self, CAPABILITY_PERFMON)),
			   "CAP_BPF and CAP_PERFMON (or CAP_SYS_ADMIN), which eBPF needs");
}

/* "0 0 4294967295": all users, each as itself. */
void probe_namespace(const struct host *host, struct finding *ret)
{
	uint32_t inside, outside, count;
	char text[128];

	if (host_text(host, "proc/self/uid_map", text, sizeof(text)) < 0)
		finding_say(ret, PROBE_FINE, "this kernel has no user namespaces");
	else if (sscanf(text, "%" SCNu32 " %" SCNu32 " %" SCNu32, &inside, &outside, &count) == 3 &&
		 !inside && !outside && count == UINT32_MAX)
		finding_say(ret, PROBE_FINE, "this process is in the host's user namespace");
	else
		finding_say(ret, PROBE_STOPS, "this process is in its own user namespace, "
			    "where root may not trace the host");
}

/* The inode of the first one is fixed: PROC_PID_INIT_INO of the kernel. */
void probe_pid_namespace(const struct host *host, struct finding *ret)
{
	static const char first[] = "pid:[4026531836]";
	char text[64];
	ssize_t n = hostfs_readlink(&host->fs, "proc/self/ns/pid", text, sizeof(text) - 1);

	text[n < 0 ? 0 : n] = '\0';
	if (n == -ENOENT) {
		finding_say(ret, PROBE_FINE, "this kernel has no pid namespaces");
	} else if (n < 0) {
		finding_say(ret, PROBE_UNKNOWN, "/proc/self/ns/pid cannot be read");
	} else if (!strcmp(text, first)) {
		finding_say(ret, PROBE_FINE, "this process is in the host's pid namespace");
	} else {
		finding_say(ret, PROBE_NOTE, "this process is in its own pid namespace: its /proc lacks "
			    "the host's processes, so those that started before the agent have no name, "
			    "user or arguments");
		finding_todo(ret, "start the container with --pid=host (in Kubernetes hostPID: true)");
	}
}

void probe_seccomp(const struct host *host, struct finding *ret)
{
	char text[256];

	if (host_text(host, "proc/sys/kernel/seccomp/actions_avail", text, sizeof(text)) < 0 ||
	    !strstr(text, "trap")) {
		finding_say(ret, PROBE_NOTE, "this kernel has no filters of system calls: the agent "
			    "drops its capabilities, but may make any system call");
		finding_todo(ret, "boot a kernel with CONFIG_SECCOMP_FILTER");
		return;
	}
	finding_say(ret, PROBE_FINE, "the agent can filter its own system calls");
}
