/* SPDX-License-Identifier: GPL-2.0-only */
/* Hides the differences between kernels for the scheduler's tracepoints. */
#ifndef SAKER_COMPAT_SCHED_H
#define SAKER_COMPAT_SCHED_H

#include <linux/sched/signal.h>

/*
 * Since v6.16 sched_process_exit() passes whether the thread was the last of its
 * process. Before, the count of live threads is read, and threads that end together
 * may all read 0: then each of them is recorded as the last, and the agent uses the
 * first.
 */
#ifdef HAVE_PROCESS_EXIT_GROUP_DEAD
#define SAKER_PROCESS_EXIT_ARGS	void *data, struct task_struct *task, bool group_dead
#define SAKER_GROUP_DEAD(task)	(group_dead)
#else
#define SAKER_PROCESS_EXIT_ARGS	void *data, struct task_struct *task
#define SAKER_GROUP_DEAD(task)	(!atomic_read(&(task)->signal->live))
#endif

#endif /* SAKER_COMPAT_SCHED_H */
