// SPDX-License-Identifier: GPL-2.0-only
/* v5.10 or later, with io_uring: a task shows whether it has used it. */
#include <linux/sched.h>
void *probe(struct task_struct *task) { return task->io_uring; }
