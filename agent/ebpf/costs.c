/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints the limits of the eBPF driver compared with the module. A table of sentences, each with
 * the condition under which it is true on this kernel.
 */
#include "ebpf/costs.h"
#include <stddef.h>
#include "ebpf/attach.h"
#include "ebpf/kernel.h"

struct here {
	struct kernel kernel;
	bool fentry, kprobe, perf;
};

static bool always(const struct here *here)
{
	(void)here;
	return true;
}

static bool has_fentry(const struct here *here)
{
	return here->fentry;
}

static bool lacks_fentry(const struct here *here)
{
	return !here->fentry;
}

static bool by_descriptor(const struct here *here)
{
	return !here->fentry && !here->kprobe;
}

static bool skips(const struct here *here)
{
	return here->kernel.skips && here->perf;
}

static bool skips_exits(const struct here *here)
{
	return here->kernel.skips && !here->perf;
}

static const struct {
	bool (*is_so)(const struct here *here);
	const char *text;
} costs[] = {
	{ by_descriptor, "opens by io_uring are not recorded; the path of another open is that of its descriptor "
			 "when the call returns, which another thread may have replaced" },
	{ has_fentry, "a path of more than 64 directories is unreadable, except in opens" },
	{ lacks_fentry, "a path of more than 64 directories is unreadable" },
	{ skips, "under load an exec, a fork or an exit may be dropped, and is reported as dropped: this "
		 "kernel skips programs of tasks that are preempted" },
	{ skips_exits, "under load up to one call in two hundred is dropped, and reported as dropped: this kernel "
		       "skips programs of tasks that are preempted, and using perf instead needs CAP_SYS_ADMIN" },
	{ always, "a failed exec has at most 256 arguments" },
	{ always, "an open takes a third more instructions than with the module, an exec five times as many" },
};

void ebpf_costs(void (*tell)(void *ctx, const char *text), void *ctx)
{
	static const char function[] = "security_file_open";
	struct here here = { .perf = attach_perf_may() };

	if (kernel_look(&here.kernel) < 0)
		return;
	here.fentry = kernel_fentry(&here.kernel, function);
	here.kprobe = !here.fentry && kernel_kprobe(function);
	for (size_t i = 0; i < sizeof(costs) / sizeof(*costs); i++)
		if (costs[i].is_so(&here))
			tell(ctx, costs[i].text);
	kernel_uninit(&here.kernel);
}
