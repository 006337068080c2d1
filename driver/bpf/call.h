/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads number, ABI and arguments of a system call from the registers, and
 * finds the event that records it. x86_64 only, as driver/arch.
 */
#ifndef SAKER_BPF_CALL_H
#define SAKER_BPF_CALL_H

#include "emit.h"

enum {
#define SYSCALL(name, n64, ia32, x32, event, ...)	\
	NR_##name##_64 = n64, NR_##name##_ia32 = ia32, NR_##name##_x32 = x32,
#include <saker/syscalls.def>
#undef SYSCALL
};

#define number_is(abi, nr, name)				\
	((int)(nr) == ((abi) == EV_ABI_64 ? (int)NR_##name##_64 :	\
		       (abi) == EV_ABI_IA32 ? (int)NR_##name##_ia32 :	\
					      (int)NR_##name##_x32))
#define call_is(f, name)	number_is((f)->abi, (f)->nr, name)

/* As saker_syscall_type: a call without a number under an ABI is stored in the last slot. */
#define SLOT(n)		((n) < 0 ? SAKER_NR_SLOTS - 1 : (n))
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Winitializer-overrides"
const __u8 call_type[CALL_PLACES] = {
#define SYSCALL(name, n64, ia32, x32, ev, ...)	[call_place(EV_ABI_64, SLOT(n64))] = EV_##ev,
#include <saker/syscalls.def>
#undef SYSCALL
#define SYSCALL(name, n64, ia32, x32, ev, ...)	\
	[call_place(EV_ABI_IA32, SLOT(ia32))] = EV_##ev,
#include <saker/syscalls.def>
#undef SYSCALL
#define SYSCALL(name, n64, ia32, x32, ev, ...)	[call_place(EV_ABI_X32, SLOT(x32))] = EV_##ev,
#include <saker/syscalls.def>
#undef SYSCALL
};
#pragma clang diagnostic pop

/* The index of a number in the table, under any ABI. */
static __always_inline __u32 call_slot(__u32 nr)
{
	if (nr < SAKER_NR_MAX)
		return nr;
	nr &= ~X32_BIT;
	return nr < SAKER_NR_MAX ? nr : SAKER_NR_BAD;
}

/* May this system call be selected, under any ABI? The fast check. */
static __always_inline bool is_wanted(__u32 slot)
{
	return control.wanted[bounded(slot, 0x3ff)];
}

/* Number and ABI of the call of @task, from its @orig_ax. */
static __always_inline __u32 call_number(struct task_struct *task, __u32 orig_ax, __u32 *abi)
{
	bool compat = HOT(task, thread_info.status) & TS_COMPAT;

	*abi = compat ? EV_ABI_IA32 : EV_ABI_64;
	if (orig_ax < SAKER_NR_MAX)
		return orig_ax;
	if (!compat && orig_ax & X32_BIT && (orig_ax & ~X32_BIT) < SAKER_NR_MAX) {
		*abi = EV_ABI_X32;
		return orig_ax & ~X32_BIT;
	}
	return SAKER_NR_BAD;
}

/* The call that a task is in, for a hook that is not at the call's exit. */
static __always_inline __u64 current_orig_ax(struct task_struct *task)
{
	struct pt_regs *regs = current_regs(task);

	return HOT(regs, orig_ax);
}

static __always_inline __u32 current_bx(struct task_struct *task)
{
	struct pt_regs *regs = current_regs(task);

	return HOT(regs, bx);
}

static __always_inline __u32 type_of(__u32 abi, __u32 nr)
{
	__u32 type = call_type[bounded(call_place(abi, nr), CALL_PLACES - 1)];

	return type ? type : EV_syscall;
}

static __always_inline bool is_open(__u32 abi, __u32 nr)
{
	return call_type[bounded(call_place(abi, nr), CALL_PLACES - 1)] == EV_open;
}

/* An argument of the call; those of ia32 are 32 bits wide. @n is a constant. */
static __always_inline __u64 arg_of(struct pt_regs *r, __u32 abi, __u32 n)
{
	if (abi == EV_ABI_IA32)
		return (__u32)(n == 0 ? r->bx : n == 1 ? r->cx : n == 2 ? r->dx :
			       n == 3 ? r->si : n == 4 ? r->di : r->bp);
	return n == 0 ? r->di : n == 1 ? r->si : n == 2 ? r->dx :
	       n == 3 ? r->r10 : n == 4 ? r->r8 : r->r9;
}

static __always_inline __u64 arg(const struct fill *f, __u32 n)
{
	return arg_of(f->regs, f->abi, n);
}

#define IS_ERR(ret)	((unsigned long)(ret) >= -4095ul)

/* EV_F_* flags of a call that ended with @ret, as in driver/hook_syscall.c. */
static __always_inline __u32 exit_flags(long ret, __u32 type)
{
	__u32 flags = EV_F_SYSCALL;

	if (IS_ERR(ret) && !(ret == -EINPROGRESS && type == EV_connect)) {
		flags |= EV_F_FAILED;
		if (ret <= -512 && ret >= -516)
			flags |= EV_F_RESTARTED;
	}
	return flags;
}

/*
 * FILLER(ev, ok, failed, traits, body) - the program that records an event at a call's exit
 *
 * @ok, @failed: bytes of parts in the worst case. @body appends to f and ends in
 * FILL_OK or FILL_FILTERED.
 */
enum { FILL_OK, FILL_FILTERED };

static __always_inline void call_open(struct fill *f, struct pt_regs *regs, long ret, __u32 type)
{
	f->regs = regs;
	f->ret = ret;
	f->current = current_task();
	f->nr = call_number(f->current, regs->orig_ax, &f->abi);
	f->flags = exit_flags(ret, type);
}

#define FILLER(ev, ok, failed, traits)	FILLER_OR(ev, ok, failed, traits, (void)0)

/* FILLER_OR() - likewise; @lost runs instead of @body if the hit is filtered or dropped */
#define FILLER_OR(ev, ok, failed, traits, lost)						\
static __always_inline int do_fill_##ev(struct fill *f, struct ev_##ev *e);		\
SEC(AT_EXIT)										\
int fill_##ev(__u64 *ctx)								\
{											\
	struct fill f = {};								\
											\
	call_open(&f, exit_regs(ctx), exit_result(ctx), EV_##ev);			\
	if (!EMIT_OPEN(&f, ev, f.flags & EV_F_FAILED ? (failed) : (ok), traits)) {	\
		lost;									\
		return 0;								\
	}										\
	if (do_fill_##ev(&f, f.rec) == FILL_OK)						\
		EMIT_CLOSE(&f, ev, traits);					\
	else										\
		emit_filtered(&f, EV_##ev);						\
	if (f.cpu->state.due & ~BPF_DUE_GAP)						\
		bpf_tail_call_static(ctx, &fillers, BPF_FILL_STREAM);			\
	return 0;									\
}											\
static __always_inline int do_fill_##ev(struct fill *f, struct ev_##ev *e)

#endif /* SAKER_BPF_CALL_H */
