// SPDX-License-Identifier: GPL-2.0-only
/* v5.5 or later: the name of the member; before it was real_start_time. */
#include <linux/sched.h>
u64 probe(struct task_struct *task) { return task->start_boottime; }
