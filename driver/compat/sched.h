/* SPDX-License-Identifier: GPL-2.0-only */
/* The scheduler's tracepoints across kernels. */
#ifndef SAKER_COMPAT_SCHED_H
#define SAKER_COMPAT_SCHED_H

#include <linux/sched/signal.h>

/*
 * sched_process_exit() says since v6.16 which thread was the last of its process.
 * Before, the count of live threads is read, and threads that end together may all
 * find 0: then each of them is recorded as the last, and the agent takes the first.
 */
#ifdef HAVE_PROCESS_EXIT_GROUP_DEAD
#define SAKER_PROCESS_EXIT_ARGS	void *data, struct task_struct *task, bool group_dead
#define SAKER_GROUP_DEAD(task)	(group_dead)
#else
#define SAKER_PROCESS_EXIT_ARGS	void *data, struct task_struct *task
#define SAKER_GROUP_DEAD(task)	(!atomic_read(&(task)->signal->live))
#endif

#endif /* SAKER_COMPAT_SCHED_H */
