/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the eBPF driver costs, compared with the module. The one idea: a table of
 * sentences, each with the condition under which it is true here.
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
	{ by_descriptor, "opens by io_uring are not told, and others by what their descriptor stands for when "
			 "they return, which a thread can have changed: this kernel takes no program at a "
			 "function's entry" },
	{ has_fentry, "a path of more than 64 directories is unreadable, except in opens" },
	{ lacks_fentry, "a path of more than 64 directories is unreadable" },
	{ skips, "under load an exec, a fork or an exit may be lost, and is then told as lost: this kernel "
		 "skips programs of tasks that are preempted" },
	{ skips_exits, "under load up to one call in two hundred is lost, and told as lost: this kernel skips "
		       "programs of tasks that are preempted, and perf may not help without CAP_SYS_ADMIN" },
	{ always, "an exec that fails tells no more than 256 arguments" },
	{ always, "an open costs a third more instructions than with the module, an exec five times as many" },
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
