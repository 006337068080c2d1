/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hooks the exit of every system call, as driver/hook_syscall.c. A call that is
 * not selected costs one look-up. Each event has a program of its own, which
 * this program jumps to and the verifier checks separately.
 */
#include "fill_row.h"
#include "prefilter_event.h"
#include "second.h"
#include "stream.h"

HOOK_TWICE(sys_exit, AT_EXIT)
{
	__u64 orig_ax = exit_orig_ax(ctx);
	__u32 nr, abi, type;

	if (!is_wanted(call_slot(orig_ax)))
		return 0;
	nr = call_number(current_task(), orig_ax, &abi);
	type = type_of(abi, nr);
	if ((type == EV_execve || type == EV_clone) && !IS_ERR(exit_result(ctx)))
		return 0;
	if (type == EV_syscall && number_is(abi, nr, socketcall))
		type = socketcall_type(exit_regs(ctx)->bx);
	/* A constant is a jump; anything else is looked up. */
	if (type == EV_open && open_ends(current_task(), IS_ERR(exit_result(ctx))))
		return 0;
	if (type == EV_connect && connect_ends(current_task()))
		return 0;
	if (type == EV_open)
		bpf_tail_call_static(ctx, &fillers, EV_open);
	else
		bpf_tail_call(ctx, &fillers, type);
	return 0;
}
