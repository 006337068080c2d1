/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds the cgroup that identifies a task's container: the group of the pids
 * controller, if that is bound to a v1 hierarchy, else the group in the unified
 * hierarchy.
 */
#ifndef SAKER_COMPAT_CGROUP_H
#define SAKER_COMPAT_CGROUP_H

#include <linux/cgroup.h>

/* Within rcu_read_lock(), or with preemption off. */
static inline struct cgroup *saker_task_cgroup(struct task_struct *task)
{
#ifdef CONFIG_CGROUP_PIDS
	if (!cgroup_subsys_on_dfl(pids_cgrp_subsys))
		return task_css(task, pids_cgrp_id)->cgroup;
#endif
	return task_dfl_cgroup(task);
}

/* The number that stat() returns for the directory of a cgroup, too. */
static inline u64 saker_cgroup_id(struct cgroup *cgrp)
{
#ifdef HAVE_CGROUP_ID
	return cgroup_id(cgrp);
#else
	return cgroup_ino(cgrp);
#endif
}

#endif /* SAKER_COMPAT_CGROUP_H */
