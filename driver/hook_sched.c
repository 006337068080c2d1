// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hooks exec, fork, exit and renames of tasks. The exit of the system call is not usable
 * for a successful exec or clone (see hook_syscall.c), so these tracepoints
 * record them. Threads that the kernel creates for io_uring raise an exit but
 * no fork.
 */
#include <linux/binfmts.h>
#include <linux/mm_types.h>	/* v6.12: sched/numa_balancing.h lacks this include */
#include <linux/sched.h>
#include <trace/events/sched.h>
#include <trace/events/task.h>
#include "compat/compiler.h"
#include "compat/sched.h"
#include "fill.h"
#include "hook.h"
#include "select.h"

/*
 * Record what happened to @obj, outside the exit of a system call. Only these members are
 * set: clearing the whole struct would take a string instruction.
 */
static __always_inline void record(u32 type, const void *obj, long ret)
{
	struct saker_fill f saker_uninitialized;

	f.flags = 0;
	f.abi = 0;
	f.nr = -1;
	f.regs = NULL;
	f.ret = ret;
	f.obj = obj;
	f.pending = NULL;
	f.dns = false;
	saker_emit(&f, type);
}

static void probe_exec(void *data, struct task_struct *task, pid_t old_pid,
		       struct linux_binprm *bprm)
{
	record(EV_execve, bprm, 0);
}

static void probe_fork(void *data, struct task_struct *parent, struct task_struct *child)
{
	record(EV_clone, child, 0);
}

static void probe_exit(SAKER_PROCESS_EXIT_ARGS)
{
	WARN_ON_ONCE(task != current);
	saker_pending_forget(task);
	record(EV_procexit, task, SAKER_GROUP_DEAD(task));
}

static void probe_rename(void *data, struct task_struct *task, const char *comm)
{
	const struct saker_rename rename = { .task = task, .comm = comm };

	record(EV_setname, &rename, 0);
}

static bool exec_needed(const struct saker_selection *sel)
{
	check_trace_callback_type_sched_process_exec(probe_exec);
	return sel->event[EV_execve];
}

static bool fork_needed(const struct saker_selection *sel)
{
	check_trace_callback_type_sched_process_fork(probe_fork);
	return sel->event[EV_clone];
}

static bool exit_needed(const struct saker_selection *sel)
{
	check_trace_callback_type_sched_process_exit(probe_exit);
	/* An exit also frees the entry that a function hook made for the task. */
	return sel->event[EV_procexit] || saker_hook_keeps_pending(sel);
}

static bool rename_needed(const struct saker_selection *sel)
{
	check_trace_callback_type_task_rename(probe_rename);
	return sel->event[EV_setname];
}

struct saker_hook saker_hook_sched_exec = {
	.name = "sched_process_exec",
	.kind = SAKER_HOOK_TRACEPOINT,
	.required = true,
	.needed = exec_needed,
	.probe = probe_exec,
};

struct saker_hook saker_hook_sched_fork = {
	.name = "sched_process_fork",
	.kind = SAKER_HOOK_TRACEPOINT,
	.required = true,
	.needed = fork_needed,
	.probe = probe_fork,
};

struct saker_hook saker_hook_sched_exit = {
	.name = "sched_process_exit",
	.kind = SAKER_HOOK_TRACEPOINT,
	.required = true,
	.needed = exit_needed,
	.probe = probe_exit,
};

struct saker_hook saker_hook_task_rename = {
	.name = "task_rename",
	.kind = SAKER_HOOK_TRACEPOINT,
	.needed = rename_needed,
	.probe = probe_rename,
};
