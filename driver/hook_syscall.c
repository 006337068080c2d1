// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hooks the exit of every system call of every process. A call that is not
 * selected costs only one table look-up, in the first instructions; the rest is
 * a separate function.
 *
 * Not recorded here are a successful exec (it arrives with the new program's
 * ABI and empty registers; sched_process_exec records it) and a successful
 * clone (the child passes here too, with result 0; sched_process_fork records
 * it). Only their failures are recorded here.
 */
#include <linux/err.h>
#include <linux/ptrace.h>
#include <trace/events/syscalls.h>
#include "arch/arch.h"
#include "compat/compiler.h"
#include "fill.h"
#include "hook.h"
#include "nr.h"
#include "pending.h"
#include "prefilter.h"
#include "select.h"

/* Interrupted by a signal, to be restarted: the kernel's own errnos, -512 … -516. */
#define RESTART_FIRST	512
#define RESTART_LAST	516

/* A connection that continues in the background has not failed. */
static u32 exit_flags(long ret, u32 type)
{
	u32 flags = EV_F_SYSCALL;

	if (IS_ERR_VALUE((unsigned long)ret) && !(ret == -EINPROGRESS && type == EV_connect)) {
		flags |= EV_F_FAILED;
		if (ret <= -RESTART_FIRST && ret >= -RESTART_LAST)
			flags |= EV_F_RESTARTED;
	}
	return flags;
}

static noinline void syscall_exit(struct pt_regs *regs, long ret, unsigned int abi, unsigned int nr)
{
	u32 type = saker_type_of(abi, nr);
	struct saker_fill f saker_uninitialized;

	if ((type == EV_execve || type == EV_clone) && !IS_ERR_VALUE((unsigned long)ret))
		return;
	if (unlikely(type == EV_syscall && saker_number_is(abi, nr, socketcall)))
		type = saker_socketcall_type(regs);
	f.flags = exit_flags(ret, type);
	f.abi = abi;
	f.nr = nr;
	f.regs = regs;
	f.ret = ret;
	f.obj = NULL;
	f.pending = NULL;
	f.unsure = false;
	f.dns = false;
	if (saker_fillers[type].traits & SAKER_TAKES_PENDING) {
		f.pending = saker_pending_take(saker_pending_call(abi, nr));
		if (unlikely(ret == SAKER_CALL_NO_RESULT))
			saker_pending_doubt();
	}
	saker_emit(&f, type);
	if (f.pending)
		saker_pending_put(f.pending);
}

static void probe_sys_exit(void *data, struct pt_regs *regs, long ret)
{
	unsigned int abi, nr = saker_syscall_nr(regs, &abi);

	if (likely(!saker_is_wanted(abi, nr)))
		return;
	if (saker_prefilter_ends(abi, nr, ret))
		return;
	syscall_exit(regs, ret, abi, nr);
}

static bool sys_exit_needed(const struct saker_selection *sel)
{
	check_trace_callback_type_sys_exit(probe_sys_exit);
	return saker_selection_any(sel);
}

struct saker_hook saker_hook_sys_exit = {
	.name = "sys_exit",
	.kind = SAKER_HOOK_TRACEPOINT,
	.required = true,
	.needed = sys_exit_needed,
	.probe = probe_sys_exit,
};
