/* SPDX-License-Identifier: GPL-2.0-only */
/* Hides the differences between kernels for times since boot. */
#ifndef SAKER_COMPAT_TIME_H
#define SAKER_COMPAT_TIME_H

#include <linux/ktime.h>
#include <linux/sched.h>

static __always_inline u64 saker_boottime_ns(void)
{
#ifdef HAVE_KTIME_GET_BOOTTIME_NS
	return ktime_get_boottime_ns();
#else
	return ktime_get_boot_ns();
#endif
}

static inline u64 saker_start_boottime(const struct task_struct *task)
{
#ifdef HAVE_TASK_START_BOOTTIME
	return task->start_boottime;
#else
	return task->real_start_time;
#endif
}

#endif /* SAKER_COMPAT_TIME_H */
