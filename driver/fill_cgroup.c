// SPDX-License-Identifier: GPL-2.0-only
/*
 * Control groups. The one idea: the tracepoint brings the path, made by the
 * kernel under its own lock; interrupts are off, so these only copy.
 */
#include <linux/cgroup.h>
#include <linux/sched.h>
#include "fill_table.h"
#include "part.h"

/* The kernel's buffer for the path; a longer one is cut there. */
#define CGROUP_PATH_MAX	1024

static u32 path_len(const struct saker_fill *f)
{
	return strnlen(f->obj[1], CGROUP_PATH_MAX);
}

/* saker_part_kernel(), or its truncated form if the kernel's buffer was too small */
static void cgroup_path_part(struct saker_fill *f, struct ev_part *part, unsigned int field)
{
	u32 len = path_len(f);

	saker_part_kernel(f, part, field, f->obj[1], len,
			  len < CGROUP_PATH_MAX - 1 ? len : SAKER_UNMEASURED);
}

u32 saker_need_cgroup_mkdir(const struct saker_fill *f)
{
	return SAKER_NEED(path_len(f));
}

u32 saker_need_cgroup_rmdir(const struct saker_fill *f)
{
	return SAKER_NEED(path_len(f));
}

u32 saker_need_cgroup_attach(const struct saker_fill *f)
{
	return SAKER_NEED(path_len(f));
}

int saker_fill_cgroup_mkdir(struct saker_fill *f)
{
	struct ev_cgroup_mkdir *e = (struct ev_cgroup_mkdir *)f->rec;
	struct cgroup *cgrp = (struct cgroup *)f->obj[0];

	e->id = cgroup_id(cgrp);
	e->hierarchy = cgrp->root->hierarchy_id;
	e->level = cgrp->level;
	cgroup_path_part(SAKER_PART(f, cgroup_mkdir, path));
	return SAKER_FILL_OK;
}

int saker_fill_cgroup_rmdir(struct saker_fill *f)
{
	struct ev_cgroup_rmdir *e = (struct ev_cgroup_rmdir *)f->rec;
	struct cgroup *cgrp = (struct cgroup *)f->obj[0];

	e->id = cgroup_id(cgrp);
	e->hierarchy = cgrp->root->hierarchy_id;
	e->level = cgrp->level;
	cgroup_path_part(SAKER_PART(f, cgroup_rmdir, path));
	return SAKER_FILL_OK;
}

int saker_fill_cgroup_attach(struct saker_fill *f)
{
	struct ev_cgroup_attach *e = (struct ev_cgroup_attach *)f->rec;
	const struct task_struct *task = f->obj[2];
	struct cgroup *cgrp = (struct cgroup *)f->obj[0];

	e->id = cgroup_id(cgrp);
	e->hierarchy = cgrp->root->hierarchy_id;
	e->threadgroup = f->ret;
	e->moved_tid = task->pid;
	e->moved_tgid = task->tgid;
	e->moved_start_ns = task->start_boottime;
	cgroup_path_part(SAKER_PART(f, cgroup_attach, path));
	return SAKER_FILL_OK;
}
