// SPDX-License-Identifier: GPL-2.0-only
/* v6.16-rc1: sched_process_exit got a second argument, group_dead. */
#include <trace/events/sched.h>
static void callback(void *d, struct task_struct *p, bool group_dead) { }
void probe(void) { check_trace_callback_type_sched_process_exit(callback); }
