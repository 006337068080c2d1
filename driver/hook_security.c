// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hooks security_file_open() and security_socket_connect(), where the kernel passes
 * the file it is about to open, or the address it is about to connect to, under
 * every ABI and for io_uring too. The values for the record are copied here and
 * wait in the pending table for the result of the call. So another thread's dup2()
 * or rewritten memory cannot change them.
 *
 * What io_uring does is recorded at once, as no exit of such a call follows. It
 * runs in a worker, within some call of the task, or after a call, as task work on
 * the way to user space. In the last case the registers still show the call that
 * has ended; if it is of the same kind, only its result shows that it has ended.
 */
#include <linux/fs.h>
#include <linux/ftrace.h>
#include <linux/net.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include "arch/arch.h"
#include "hook.h"
#include "nr.h"
#include "pending.h"
#include "prefilter.h"
#include "ring.h"
#include "select.h"
#include "session.h"
#include "stats.h"

/* A file that the kernel opens below another one, as overlayfs opens the file of a layer. */
static bool file_is_inner(const struct file *file)
{
	return file->f_mode & FMODE_NOACCOUNT;
}

/* How an open by io_uring ends is not seen here; the file is recorded at once. */
static noinline void uring_opens(struct file *file)
{
	struct saker_fill f = { .flags = EV_F_IO_URING, .nr = -1, .obj = file };

	saker_emit(&f, EV_open);
}

/*
 * In doubt the answer is yes: an extra record still reports what the kernel
 * did, a missing one hides it. The registers are not conclusive if the last
 * call returned -ENOSYS, the value of a call under way, or if a tracer may have
 * written to them.
 */
noinline bool saker_hook_by_uring(const struct pt_regs *regs, bool matches)
{
	return !matches || !saker_call_under_way(regs) || current->ptrace ||
	       saker_pending_doubted();
}

/* The program that exec opens: only exec sets this flag, io_uring cannot. */
static bool uring_may_open(const struct file *file, const struct pt_regs *regs, bool opens)
{
	return !(file->f_flags & __FMODE_EXEC) && saker_hook_by_uring(regs, opens);
}

/* Do not resolve a path for a record that has no room in the ring. */
static __always_inline bool ring_has_room(void)
{
	struct saker_ring *r = this_cpu_ptr(saker_cpus)->ring;

	return likely(r) && (likely(!r->lossy[SAKER_RING_ORDINARY]) ||
			     saker_ring_fits(r, r->size / 4));
}

/* Within a call that opens: the record is written at the exit of the call. */
static __always_inline void call_opens(struct file *file, struct pt_regs *regs, unsigned int abi,
				       unsigned int nr)
{
	const struct saker_selection *sel = rcu_dereference_sched(saker_selection);

	if (unlikely(!sel || !(sel->action[abi][nr] & SAKER_ACT_EMIT)) ||
	    saker_by_consumer())
		return;
	if (saker_prefilter_excludes(sel, file, regs, abi, nr))
		return;
	if (unlikely(!ring_has_room())) {
		saker_pending_miss(current);
		return;
	}
	saker_pending_note(current, file, saker_pending_call(abi, nr), sel->flags);
}

static __always_inline void file_opens(saker_ftrace_regs *hit)
{
	struct file *file = (struct file *)saker_ftrace_arg(hit, 0);
	struct pt_regs *regs = task_pt_regs(current);
	unsigned int abi, nr;
	bool opens;

	if (unlikely(file_is_inner(file)))
		return;
	if (unlikely(current->flags & (PF_IO_WORKER | PF_KTHREAD | PF_DUMPCORE | PF_EXITING))) {
		if (current->flags & PF_IO_WORKER)
			uring_opens(file);
		return;
	}
	nr = saker_syscall_nr(regs, &abi);
	opens = saker_type_of(abi, nr) == EV_open;
	if (unlikely(saker_task_has_uring(current)) && uring_may_open(file, regs, opens))
		uring_opens(file);
	else if (likely(opens))
		call_opens(file, regs, abi, nr);
}

static bool file_open_needed(const struct saker_selection *sel)
{
	return saker_hook_event_needed(sel, EV_open);
}

/*
 * A connect that is not made by a call of this task: how it ends is not seen here.
 *
 * io_uring comes here again for a connection in progress; the address that the kernel uses is
 * that of the first time, which has its record.
 */
static noinline void connects_alone(struct saker_connect *c)
{
	struct saker_fill f = { .nr = -1, .obj = c };

	if (READ_ONCE(c->sock->state) == SS_CONNECTING)
		return;
	if (current->flags & PF_IO_WORKER || saker_task_has_uring(current))
		f.flags = EV_F_IO_URING;
	saker_emit(&f, EV_connect);
}

/* Within a call that connects: the record is written at the exit of the call. */
static __always_inline void call_connects(const struct saker_connect *c, unsigned int abi,
					  unsigned int nr)
{
	const struct saker_selection *sel = rcu_dereference_sched(saker_selection);

	if (unlikely(!sel || !sel->action[abi][nr]) || saker_by_consumer() ||
	    saker_prefilter_connects(sel, c))
		return;
	saker_pending_connect(current, c->sock, c->addr, c->len, saker_pending_call(abi, nr));
}

static __always_inline void socket_connects(saker_ftrace_regs *hit)
{
	struct saker_connect connect = {
		.sock = (struct socket *)saker_ftrace_arg(hit, 0),
		.addr = (const void *)saker_ftrace_arg(hit, 1),
		.len = saker_ftrace_arg(hit, 2),
	}, *c = &connect;
	const struct pt_regs *regs = task_pt_regs(current);
	unsigned int abi, nr;
	bool connects;
	u32 type;

	if (unlikely(!in_task() || current->flags & (PF_IO_WORKER | PF_KTHREAD | PF_EXITING))) {
		if (in_task() && current->flags & (PF_IO_WORKER | PF_EXITING))
			connects_alone(c);
		return;
	}
	nr = saker_syscall_nr(regs, &abi);
	type = saker_type_of(abi, nr);
	if (unlikely(type == EV_syscall && saker_number_is(abi, nr, socketcall)))
		type = saker_socketcall_type(regs);
	connects = type == EV_connect;
	if (unlikely(!connects) ||
	    (unlikely(saker_task_has_uring(current)) && saker_hook_by_uring(regs, connects)))
		connects_alone(c);
	else
		call_connects(c, abi, nr);
}

static bool socket_connect_needed(const struct saker_selection *sel)
{
	return saker_hook_event_needed(sel, EV_connect);
}

struct saker_hook saker_hook_socket_connect = {
	.name = "security_socket_connect",
	.kind = SAKER_HOOK_FUNCTION,
	.needed = socket_connect_needed,
};

struct saker_hook saker_hook_file_open = {
	.name = "security_file_open",
	.kind = SAKER_HOOK_FUNCTION,
	.needed = file_open_needed,
};

/* Return: true if it is one of the two that are not looked up, at its first hit. */
static noinline bool other_seen(unsigned long ip, saker_ftrace_regs *regs)
{
	const struct saker_hook *h = saker_function_hook(ip);

	if (likely(h && h->object))
		saker_object_seen(h->object, regs);
	else if (h && h->seen)
		h->seen(regs);
	else
		return h;
	return false;
}

/* The most frequent hooks are compared here. */
void notrace saker_on_function(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
			       saker_ftrace_regs *regs)
{
	saker_ftrace_begin();
again:
	if (likely(ip == READ_ONCE(saker_hook_file_open.ip)))
		file_opens(regs);
	else if (ip == READ_ONCE(saker_hook_socket_connect.ip))
		socket_connects(regs);
	else if (unlikely(other_seen(ip, regs)))
		goto again;
	saker_ftrace_end();
}
