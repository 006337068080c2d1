/* SPDX-License-Identifier: Apache-2.0 */
/* Exports the table of saker-ebpf.so. */
#include "source/plugin.h"
#include "ebpf/limits.h"
#include "ebpf/session.h"
#include "ebpf/source_ebpf.h"

static int info(struct control_info *ret)
{
	return ebpf_get_info(ret, NULL);
}

static int tallies(control_tally_fn *fn, void *ctx)
{
	return ebpf_get_stats(fn, ctx, NULL);
}

static int unload(void)
{
	return ebpf_unload(NULL);
}

static const struct source_plugin ops = {
	.open = source_ebpf_new,
	.probe = ebpf_probe,
	.foresee = ebpf_foresee,
	.info = info,
	.limits = ebpf_limits,
	.tallies = tallies,
	.unload = unload,
};

extern const struct plugin saker_plugin;

__attribute__((visibility("default")))
const struct plugin saker_plugin = {
	.abi = SAKER_PLUGIN_ABI,
	.kind = "source",
	.name = "ebpf",
	.ops = &ops,
};
