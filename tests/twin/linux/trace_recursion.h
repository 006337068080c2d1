/* SPDX-License-Identifier: GPL-2.0-only */
/* As on Linux 5.11 to 5.15: the guard against recursion leaves preemption as it is. */
#ifndef TWIN_TRACE_RECURSION_H
#define TWIN_TRACE_RECURSION_H

extern int recursion_bit;	/* what the guard returns */

static inline int ftrace_test_recursion_trylock(unsigned long ip, unsigned long parent_ip)
{
	(void)ip;
	(void)parent_ip;
	return recursion_bit;
}

static inline void ftrace_test_recursion_unlock(int bit)
{
	(void)bit;
}

#endif
