/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hooks the creation and removal of control groups and the attachment of tasks,
 * as driver/hook_cgroup.c. The tracepoint passes the path, which the kernel
 * made under its own lock.
 */
#include "part.h"

#define CGROUP_PATH_MAX	1024
#define ROOM_CGROUP	(CGROUP_PATH_MAX + 16)

static __always_inline void cgroup_path(struct fill *f, struct ev_part *part, __u32 field,
					const char *path)
{
	char *dst = part_at(f);
	long n = bpf_probe_read_kernel_str(dst, CGROUP_PATH_MAX, path);

	n = n > 0 ? bounded(n - 1, 0x3ff) : 0;
	*(__u64 *)(dst + n) = 0;
	if (n < CGROUP_PATH_MAX - 1) {
		part_end(f, part, n, n, n);
		return;
	}
	part_end(f, part, n, UNMEASURED, n);
	prov_set(f, field, EV_PROV_TRUNCATED);
}

/* CGROUP_HOOK(mkdir): creation and removal are recorded in the same way. */
#define CGROUP_HOOK(what)								\
SEC("?tp_btf/cgroup_" #what)								\
int BPF_PROG(cgroup_##what, struct cgroup *cgrp, const char *path)			\
{											\
	struct fill f = { .nr = -1, .current = current_task() };			\
	struct ev_cgroup_##what *e;							\
											\
	if (!EMIT_OPEN(&f, cgroup_##what, ROOM_CGROUP, 0))				\
		return 0;								\
	e = f.rec;									\
	e->id = cgrp->kn->id;								\
	e->hierarchy = cgrp->root->hierarchy_id;					\
	e->level = cgrp->level;								\
	cgroup_path(PART(&f, cgroup_##what, path), path);				\
	EMIT_CLOSE(&f, cgroup_##what, 0);						\
	return 0;									\
}
CGROUP_HOOK(mkdir)
CGROUP_HOOK(rmdir)

SEC("?tp_btf/cgroup_attach_task")
int BPF_PROG(cgroup_attach_task, struct cgroup *cgrp, const char *path, struct task_struct *task,
	     bool threadgroup)
{
	struct fill f = { .nr = -1, .current = current_task() };
	struct ev_cgroup_attach *e;

	if (!EMIT_OPEN(&f, cgroup_attach, ROOM_CGROUP, 0))
		return 0;
	e = f.rec;
	e->id = cgrp->kn->id;
	e->hierarchy = cgrp->root->hierarchy_id;
	e->threadgroup = threadgroup;
	e->moved_tid = task->pid;
	e->moved_tgid = task->tgid;
	e->moved_start_ns = task->start_boottime;
	cgroup_path(PART(&f, cgroup_attach, path), path);
	EMIT_CLOSE(&f, cgroup_attach, 0);
	return 0;
}
