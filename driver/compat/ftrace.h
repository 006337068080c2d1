/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hides the differences between kernels for function hooks: the arguments of
 * the callback, and how an argument of the hooked function is read.
 */
#ifndef SAKER_COMPAT_FTRACE_H
#define SAKER_COMPAT_FTRACE_H

#include <linux/ftrace.h>
#include <linux/preempt.h>
#include <linux/ptrace.h>
#ifndef HAVE_REGS_GET_KERNEL_ARGUMENT
#include "../arch/arch.h"
#endif

/*
 * With the sysctl kernel.ftrace_enabled=0 the hook must still be called. Before v5.5 it is not;
 * those kernels let a module look up the variable of the sysctl.
 */
#ifdef HAVE_FTRACE_PERMANENT
#define SAKER_FTRACE_PERMANENT	FTRACE_OPS_FL_PERMANENT

static inline const int *saker_ftrace_switch(void)
{
	return NULL;
}
#else
#include <linux/kallsyms.h>

#define SAKER_FTRACE_PERMANENT	0

static inline const int *saker_ftrace_switch(void)
{
	return (const int *)kallsyms_lookup_name("ftrace_enabled");
}
#endif

#ifdef HAVE_FTRACE_REGS
typedef struct ftrace_regs saker_ftrace_regs;

/* The arguments are available without the cost of saving all registers. */
#define SAKER_FTRACE_FLAGS	0
#else
typedef struct pt_regs saker_ftrace_regs;

#define SAKER_FTRACE_FLAGS	FTRACE_OPS_FL_SAVE_REGS
#endif

/*
 * saker_ftrace_begin() - begin a callback: preemption is off until saker_ftrace_end()
 *
 * It guards against no recursion: no callback comes to a function that is hooked, and none of
 * these functions runs in an interrupt. Where locks are proved, that is checked.
 */
#ifdef CONFIG_PROVE_LOCKING
extern int saker_ftrace_depth[NR_CPUS];	/* callbacks that run on a CPU */

static __always_inline void saker_ftrace_begin(void)
{
	preempt_disable_notrace();
	WARN_ON_ONCE(!in_task());
	WARN_ON_ONCE(saker_ftrace_depth[raw_smp_processor_id()]++);
}

static __always_inline void saker_ftrace_end(void)
{
	saker_ftrace_depth[raw_smp_processor_id()]--;
	preempt_enable_notrace();
}
#else
static __always_inline void saker_ftrace_begin(void)
{
	preempt_disable_notrace();
}

static __always_inline void saker_ftrace_end(void)
{
	preempt_enable_notrace();
}
#endif

/* saker_ftrace_arg() - argument n of the hooked function */
static __always_inline unsigned long saker_ftrace_arg(saker_ftrace_regs *regs, unsigned int n)
{
#if defined(HAVE_FTRACE_REGS_GET_ARGUMENT)
	return ftrace_regs_get_argument(regs, n);
#elif defined(HAVE_FTRACE_REGS)
	return regs_get_kernel_argument(&regs->regs, n);
#elif defined(HAVE_REGS_GET_KERNEL_ARGUMENT)
	return regs_get_kernel_argument(regs, n);
#else
	return saker_regs_argument(regs, n);
#endif
}

/* Arguments of security_inode_...xattr() before the dentry: the mapping of ids. */
#ifdef HAVE_INODE_HOOKS_MAPPED
#define SAKER_IDMAP_ARGS	1
#else
#define SAKER_IDMAP_ARGS	0
#endif

#endif /* SAKER_COMPAT_FTRACE_H */
