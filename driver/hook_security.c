// SPDX-License-Identifier: GPL-2.0-only
/*
 * security_file_open(): the kernel shows a security module the very file it is
 * about to open, under every ABI and for io_uring too. The one idea: hold that
 * file until the call's exit tells the outcome; then no other thread's dup2()
 * or rewritten name can change what the record says.
 */
#include <linux/fs.h>
#include <linux/ftrace.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include "arch/arch.h"
#include "hook.h"
#include "nr.h"
#include "pending.h"
#include "select.h"
#include "session.h"

/* A file of the kernel's own beneath another, as overlayfs opens the real one. */
static bool file_is_inner(const struct file *file)
{
	return file->f_mode & FMODE_NOACCOUNT;
}

/* io_uring tells nobody here how it ends; the file is told at once. */
static noinline void uring_opens(struct file *file)
{
	struct saker_fill f = { .flags = EV_F_IO_URING, .nr = -1, .obj = file };

	saker_emit(&f, EV_open);
}

static __always_inline void file_opens(struct file *file)
{
	unsigned int abi, nr;

	if (unlikely(file_is_inner(file)))
		return;
	if (unlikely(current->flags & (PF_IO_WORKER | PF_KTHREAD | PF_DUMPCORE | PF_EXITING))) {
		if (current->flags & PF_IO_WORKER)
			uring_opens(file);
		return;
	}
	nr = saker_syscall_nr(task_pt_regs(current), &abi);
	if (likely(saker_type_of(abi, nr) == EV_open)) {
		if (saker_is_wanted(abi, nr) && !saker_by_consumer())
			saker_pending_hold(current, file);
	} else if (saker_number_is(abi, nr, io_uring_enter)) {
		/* The task does the work of its own requests. */
		uring_opens(file);
	}
}

static void notrace on_file_open(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
				 saker_ftrace_regs *regs)
{
	int bit = saker_ftrace_lock(ip, parent_ip);

	if (bit < 0)
		return;
	file_opens((struct file *)saker_ftrace_arg(regs, 0));
	saker_ftrace_unlock(bit);
}

static bool file_open_needed(const struct saker_selection *sel)
{
	return sel->event[EV_open] || saker_selection_type(sel, EV_open);
}

struct saker_hook saker_hook_file_open = {
	.name = "security_file_open",
	.kind = SAKER_HOOK_FUNCTION,
	.needed = file_open_needed,
	.function = on_file_open,
};
