// SPDX-License-Identifier: GPL-2.0-only
/* v5.11-rc1, d19ad0775dcd: ftrace callbacks get struct ftrace_regs. */
#include <linux/ftrace.h>
void probe(struct ftrace_regs *r);
ftrace_func_t f = 0;
void probe2(unsigned long a, unsigned long b, struct ftrace_ops *o, struct ftrace_regs *r)
{
	f(a, b, o, r);
}
