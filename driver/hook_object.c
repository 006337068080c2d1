// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hooks the functions of saker/hooks.def, where the kernel passes the files that a call is
 * about to work on, under every ABI and for io_uring too. As in hook_security.c, what they
 * are is copied here and waits for the result of the call; what io_uring does is recorded
 * at once.
 */
#include <linux/ftrace.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include "arch/arch.h"
#include "compat/compiler.h"
#include "hook.h"
#include "nr.h"
#include "pending.h"
#include "prefilter.h"
#include "select.h"
#include "session.h"

static const struct object_hook rows[OBJECT_HOOKS] = {
#define HOOK(function, event, other, ways, first, second)	\
	[OBJECT_HOOK_##function] = OBJECT_HOOK(event, other, ways, first, second),
#include <saker/hooks.def>
#undef HOOK
};

/* Constants, and more of them than most functions have, cost less than a loop. */
static __always_inline void arguments(unsigned long *args, const struct object_hook *row,
				      saker_ftrace_regs *regs)
{
	BUILD_BUG_ON(OBJECT_ARGS != 4);
	args[0] = saker_ftrace_arg(regs, 0);
	args[1] = saker_ftrace_arg(regs, 1);
	args[2] = saker_ftrace_arg(regs, 2);
	args[3] = saker_ftrace_arg(regs, 3);
	if (SAKER_IDMAP_ARGS && unlikely(row->mapped)) {
		args[0] = args[1];
		args[1] = args[2];
	}
}

/*
 * Does an overlay work on the file of a layer within a call? It does so as the one who mounted it.
 * io_uring may work as another user, too, so of that each hit is recorded.
 */
static bool object_is_inner(const struct object_hook *row)
{
	return row->object[0].kind == OBJECT_OF &&
	       rcu_access_pointer(current->cred) != rcu_access_pointer(current->real_cred);
}

/* How it ends is not seen here; the files are recorded at once. */
static noinline void object_alone(const struct object_hook *row, saker_ftrace_regs *regs)
{
	const struct saker_selection *sel = rcu_dereference_sched(saker_selection);
	struct saker_fill f = { .flags = EV_F_IO_URING, .nr = -1 };
	unsigned long args[OBJECT_ARGS] saker_uninitialized;

	if (!sel || !sel->event[row->event] || saker_by_consumer())
		return;
	arguments(args, row, regs);
	f.pending = saker_pending_alone(row, args, sel->flags);
	saker_emit(&f, row->event);
	if (f.pending)
		saker_pending_put(f.pending);
}

/* Within a call that the hook serves: the record is written at the exit of the call. */
static void object_of_call(const struct object_hook *row, saker_ftrace_regs *regs, unsigned int abi,
			   unsigned int nr, u32 type)
{
	const struct saker_selection *sel = rcu_dereference_sched(saker_selection);
	unsigned long args[OBJECT_ARGS] saker_uninitialized;

	if (unlikely(!sel || !sel->action[abi][nr]) || saker_by_consumer() ||
	    saker_prefilter_call(sel, task_pt_regs(current), abi, nr, type))
		return;
	arguments(args, row, regs);
	saker_pending_objects(row, args, saker_pending_call(abi, nr), sel->flags);
}

void saker_object_seen(const struct object_hook *row, saker_ftrace_regs *regs)
{
	const struct pt_regs *user = task_pt_regs(current);
	unsigned int abi, nr;
	bool serves;
	u32 type;

	if (unlikely(!in_task() || current->flags & (PF_IO_WORKER | PF_KTHREAD | PF_EXITING))) {
		if (in_task() && current->flags & PF_IO_WORKER && row->uring)
			object_alone(row, regs);
		return;
	}
	nr = saker_syscall_nr(user, &abi);
	type = saker_type_of(abi, nr);
	if (unlikely(type == EV_syscall && saker_number_is(abi, nr, socketcall)))
		type = saker_socketcall_type(user);
	serves = type == row->event || type == row->other;
	if (unlikely(saker_task_has_uring(current)) && row->uring &&
	    saker_hook_by_uring(user, serves))
		object_alone(row, regs);
	else if (likely(serves && !object_is_inner(row)))
		object_of_call(row, regs, abi, nr, type);
}

/* Most are security_path_...(): found missing before the first attempt to arm them. */
#define MISSING		(IS_ENABLED(CONFIG_SECURITY_PATH) ? 0 : -ENOENT)

struct saker_hook saker_hook_objects[OBJECT_HOOKS] = {
#define HOOK(function_, event, other, ways, first, second)	\
	[OBJECT_HOOK_##function_] = {				\
		.name = #function_,				\
		.kind = SAKER_HOOK_FUNCTION,			\
		.object = &rows[OBJECT_HOOK_##function_],	\
		.error = MISSING,				\
	},
#include <saker/hooks.def>
#undef HOOK
};
