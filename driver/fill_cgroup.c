// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fills the records of control groups. The tracepoint passes the path, which
 * the kernel made under its own lock. Interrupts are off, so these fillers only
 * copy.
 */
#include <linux/cgroup.h>
#include <linux/sched.h>
#include "compat/cgroup.h"
#include "compat/time.h"
#include "fill_table.h"
#include "part.h"

/* saker_part_kernel(), or its truncated form if the kernel's buffer was too small */
static void cgroup_path_part(struct saker_fill *f, struct ev_part *part, unsigned int field)
{
	const struct saker_cgroup_change *change = f->obj;
	u32 len = strnlen(change->path, SAKER_CGROUP_PATH_MAX);

	saker_part_kernel(f, part, field, change->path, len,
			  len < SAKER_CGROUP_PATH_MAX - 1 ? len : SAKER_UNMEASURED);
}

int saker_fill_cgroup_mkdir(struct saker_fill *f)
{
	struct ev_cgroup_mkdir *e = (struct ev_cgroup_mkdir *)f->rec;
	const struct saker_cgroup_change *change = f->obj;
	struct cgroup *cgrp = change->cgrp;

	e->id = saker_cgroup_id(cgrp);
	e->hierarchy = cgrp->root->hierarchy_id;
	e->level = cgrp->level;
	cgroup_path_part(SAKER_PART(f, cgroup_mkdir, path));
	return SAKER_FILL_OK;
}

int saker_fill_cgroup_rmdir(struct saker_fill *f)
{
	struct ev_cgroup_rmdir *e = (struct ev_cgroup_rmdir *)f->rec;
	const struct saker_cgroup_change *change = f->obj;
	struct cgroup *cgrp = change->cgrp;

	e->id = saker_cgroup_id(cgrp);
	e->hierarchy = cgrp->root->hierarchy_id;
	e->level = cgrp->level;
	cgroup_path_part(SAKER_PART(f, cgroup_rmdir, path));
	return SAKER_FILL_OK;
}

int saker_fill_cgroup_attach(struct saker_fill *f)
{
	struct ev_cgroup_attach *e = (struct ev_cgroup_attach *)f->rec;
	const struct saker_cgroup_change *change = f->obj;
	struct cgroup *cgrp = change->cgrp;

	e->id = saker_cgroup_id(cgrp);
	e->hierarchy = cgrp->root->hierarchy_id;
	e->threadgroup = f->ret;
	e->moved_tid = change->task->pid;
	e->moved_tgid = change->task->tgid;
	e->moved_start_ns = saker_start_boottime(change->task);
	cgroup_path_part(SAKER_PART(f, cgroup_attach, path));
	return SAKER_FILL_OK;
}
