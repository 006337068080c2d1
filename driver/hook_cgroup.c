// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hooks the creation and removal of control groups and the attachment of tasks.
 * Other records carry only a group's number; these records map it to the path
 * while the group still has one. Interrupts are off here, so a filler only
 * copies.
 */
#include <trace/events/cgroup.h>
#include "fill.h"
#include "hook.h"

static void probe_mkdir(void *data, struct cgroup *cgrp, const char *path)
{
	const struct saker_cgroup_change change = { cgrp, path };
	struct saker_fill f = { .nr = -1, .obj = &change };

	saker_emit(&f, EV_cgroup_mkdir);
}

static void probe_rmdir(void *data, struct cgroup *cgrp, const char *path)
{
	const struct saker_cgroup_change change = { cgrp, path };
	struct saker_fill f = { .nr = -1, .obj = &change };

	saker_emit(&f, EV_cgroup_rmdir);
}

static void probe_attach(void *data, struct cgroup *cgrp, const char *path,
			 struct task_struct *task, bool threadgroup)
{
	const struct saker_cgroup_change change = { cgrp, path, task };
	struct saker_fill f = { .nr = -1, .ret = threadgroup, .obj = &change };

	saker_emit(&f, EV_cgroup_attach);
}

static bool mkdir_needed(const struct saker_selection *sel)
{
	check_trace_callback_type_cgroup_mkdir(probe_mkdir);
	return sel->event[EV_cgroup_mkdir];
}

static bool rmdir_needed(const struct saker_selection *sel)
{
	check_trace_callback_type_cgroup_rmdir(probe_rmdir);
	return sel->event[EV_cgroup_rmdir];
}

static bool attach_needed(const struct saker_selection *sel)
{
	check_trace_callback_type_cgroup_attach_task(probe_attach);
	return sel->event[EV_cgroup_attach];
}

struct saker_hook saker_hook_cgroup_mkdir = {
	.name = "cgroup_mkdir",
	.kind = SAKER_HOOK_TRACEPOINT,
	.needed = mkdir_needed,
	.probe = probe_mkdir,
};

struct saker_hook saker_hook_cgroup_rmdir = {
	.name = "cgroup_rmdir",
	.kind = SAKER_HOOK_TRACEPOINT,
	.needed = rmdir_needed,
	.probe = probe_rmdir,
};

struct saker_hook saker_hook_cgroup_attach = {
	.name = "cgroup_attach_task",
	.kind = SAKER_HOOK_TRACEPOINT,
	.needed = attach_needed,
	.probe = probe_attach,
};
