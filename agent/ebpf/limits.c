/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds out what the eBPF driver sees on this kernel. Its hooks before it is loaded are those that
 * the loader would choose.
 */
#include "ebpf/limits.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "ebpf/kernel.h"
#include "ebpf/load.h"
#include "ebpf/programs.h"
#include "ebpf/status.h"
#include "source/coverage.h"

int ebpf_foresee(struct control_info *ret)
{
	struct foreseen seen;
	int r = load_foresee(&seen);

	*ret = (struct control_info){ .state = SAKER_STATE_IDLE };
	if (r < 0)
		return r;
	ret->hooks = calloc(nprograms, sizeof(*ret->hooks));
	if (!ret->hooks)
		return -ENOMEM;
	for (unsigned int i = 0; i < nprograms; i++) {
		const struct hook_found found = {
			.loaded = seen.may[i], .perf = seen.by_perf && programs[i].at_exit,
		};

		if (hook_is_listed(&programs[i], found.loaded))
			hook_describe(&ret->hooks[ret->nhooks++], &programs[i], &found);
	}
	return 0;
}

static bool exits_by_perf(const struct control_info *info)
{
	for (uint32_t i = 0; i < info->nhooks; i++)
		if (!strcmp(info->hooks[i].name, "sys_exit"))
			return !strcmp(info->hooks[i].kind, "perf");
	return false;
}

uint32_t ebpf_limits(const struct control_info *info)
{
	uint32_t limits = 0;
	struct kernel kernel;

	if (kernel_look(&kernel) < 0)
		return 0;
	if (kernel.skips)
		limits |= COVER_SKIPS | (exits_by_perf(info) ? 0 : COVER_SKIPS_EXITS);
	if (!kernel_atomics())
		limits |= COVER_NO_TAKEOVER;
	kernel_uninit(&kernel);
	return limits;
}
