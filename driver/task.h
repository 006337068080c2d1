/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads the fields of a task that several events share.
 */
#ifndef SAKER_TASK_H
#define SAKER_TASK_H

#include <linux/cred.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/types.h>
#include <saker/event.h>
#include "compat/cgroup.h"
#include "compat/time.h"
#include "fill.h"

struct file;

/* Dereferences under rcu_read_lock() (snapshots) or with preemption off (hooks). */
#define saker_rcu_dereference(p)	rcu_dereference_check(p, rcu_read_lock_sched_held())

/* What is read there stays valid: in the debug kernel this is checked. */
static inline void saker_assert_rcu(void)
{
	RCU_LOCKDEP_WARN(!rcu_read_lock_held() && !rcu_read_lock_sched_held(),
			 "neither RCU nor preemption off");
}

/* The fields that execve and task have in common, from ppid to comm; task.c asserts it. */
struct saker_who {
	u32 ppid, pgid, sid, vtid, vpid, vpgid;
	u32 uid, euid, gid, egid, loginuid, sessionid;
	u32 tty, pidns;
	u64 cap_inheritable, cap_permitted, cap_effective;
	u64 pidns_start_ns;
	u64 exe_ino, exe_ctime_ns, exe_mtime_ns;
	u32 exe_dev, exe_flags;
	struct ev_comm comm;
};

/**
 * saker_task_who() - fill these fields, except tty and executable
 *
 * Within RCU; any task that is referenced.
 */
void saker_task_who(struct saker_who *who, struct task_struct *task);

/**
 * saker_task_exe() - inode, times and what is special about an executable
 * @cred:	of the task that ran it: to check if it may write the file
 */
void saker_task_exe(struct saker_who *who, const struct file *exe, const struct cred *cred);

/**
 * saker_task_comm() - the task's name, NUL-padded
 */
void saker_task_comm(struct ev_comm *comm, const struct task_struct *task);

/* Within rcu_read_lock(), or with preemption off. */
static inline u64 saker_task_cgroup_id(struct task_struct *task)
{
	return saker_cgroup_id(saker_task_cgroup(task));
}

/**
 * saker_task_header() - the task in the header: tid, tgid, start time, cgroup; within RCU
 */
static inline void saker_task_header(struct ev_header *h, struct task_struct *task)
{
	saker_assert_rcu();
	h->tid = task->pid;
	h->tgid = task->tgid;
	h->start_ns = saker_start_boottime(task);
	h->cgroup_id = saker_task_cgroup_id(task);
}

/* saker_pid_in() - number of a pid as a namespace sees it; 0 if it does not */
static inline u32 saker_pid_in(const struct pid *pid, const struct pid_namespace *ns)
{
	if (pid && ns->level <= pid->level && pid->numbers[ns->level].ns == ns)
		return pid->numbers[ns->level].nr;
	return 0;
}

static inline u64 saker_cap(kernel_cap_t cap)
{
	u64 value;

	/* Two words of 32 bits before 6.3, one of 64 since: the same on little endian. */
	BUILD_BUG_ON(sizeof(cap) != sizeof(value));
	memcpy(&value, &cap, sizeof(value));
	return value;
}

#endif /* SAKER_TASK_H */
