/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads system calls of x86_64: native, ia32 and x32. The ABI is a property of
 * the call, not of the task; TS_COMPAT and the x32 bit are still valid at the
 * exit. An attacker controls the number, which may have any value.
 */
#ifndef SAKER_ARCH_X86_H
#define SAKER_ARCH_X86_H

#include <asm/ptrace.h>
#include <asm/syscall.h>
#include <asm/unistd.h>
#include <linux/compat.h>
#include <saker/device.h>
#include "../fill.h"

/*
 * saker_syscall_slow() - numbers beyond the table: x32 calls, and invalid numbers
 *
 * The number -1 has the x32 bit set, but is no call (each rt_sigreturn sets
 * it).
 */
static inline unsigned int saker_syscall_slow(unsigned int nr, unsigned int *abi)
{
	if (*abi == EV_ABI_64 && (nr & __X32_SYSCALL_BIT) &&
	    (nr & ~__X32_SYSCALL_BIT) < SAKER_NR_MAX) {
		*abi = EV_ABI_X32;
		return nr & ~__X32_SYSCALL_BIT;
	}
	return SAKER_NR_BAD;
}

/**
 * saker_syscall_nr() - number and ABI of the call that regs belong to
 * @abi:	out: enum ev_abi
 *
 * Return: 0 … SAKER_NR_MAX - 1, or SAKER_NR_BAD.
 */
static __always_inline unsigned int saker_syscall_nr(const struct pt_regs *regs, unsigned int *abi)
{
	unsigned int nr = regs->orig_ax;

	*abi = in_ia32_syscall() ? EV_ABI_IA32 : EV_ABI_64;
	if (unlikely(nr >= SAKER_NR_MAX))
		nr = saker_syscall_slow(nr, abi);
	return nr;
}

#define SAKER_CALL_NO_RESULT	(-38)	/* -ENOSYS */

/**
 * saker_call_under_way() - is the call that regs belong to still under way?
 *
 * The kernel's entry code sets the result to -ENOSYS. After the call the
 * register holds the call's result, also while other work runs on the way to
 * user space. So this is wrong for a call that has returned -ENOSYS, and if a
 * tracer has written the register.
 */
static inline bool saker_call_under_way(const struct pt_regs *regs)
{
	return (int)regs->ax == SAKER_CALL_NO_RESULT;
}

/**
 * saker_arg() - an argument of the system call
 * @n:		0 … 5
 *
 * Arguments of ia32 calls are 32 bits wide and zero-extended. Only if f->regs
 * is set.
 */
static inline unsigned long saker_arg(const struct saker_fill *f, unsigned int n)
{
	const struct pt_regs *r = f->regs;

	if (f->abi == EV_ABI_IA32) {
		switch (n) {
		case 0: return (u32)r->bx;
		case 1: return (u32)r->cx;
		case 2: return (u32)r->dx;
		case 3: return (u32)r->si;
		case 4: return (u32)r->di;
		default: return (u32)r->bp;
		}
	}
	switch (n) {
	case 0: return r->di;
	case 1: return r->si;
	case 2: return r->dx;
	case 3: return r->r10;
	case 4: return r->r8;
	default: return r->r9;
	}
}

/* saker_args() - all six arguments of the system call */
static inline void saker_args(const struct saker_fill *f, u64 *args)
{
	const struct pt_regs *r = f->regs;
	unsigned int i;

	if (unlikely(f->abi == EV_ABI_IA32)) {
		for (i = 0; i < 6; i++)
			args[i] = saker_arg(f, i);
		return;
	}
	args[0] = r->di;
	args[1] = r->si;
	args[2] = r->dx;
	args[3] = r->r10;
	args[4] = r->r8;
	args[5] = r->r9;
}

/* saker_regs_argument() - argument n, 0 … 5, of a kernel function that is about to run */
static __always_inline unsigned long saker_regs_argument(const struct pt_regs *regs, unsigned int n)
{
	switch (n) {
	case 0: return regs->di;
	case 1: return regs->si;
	case 2: return regs->dx;
	case 3: return regs->cx;
	case 4: return regs->r8;
	default: return regs->r9;
	}
}

#endif /* SAKER_ARCH_X86_H */
