// SPDX-License-Identifier: GPL-2.0-only
/* v6.2-rc1, 94d095ffa0e1: ftrace_regs_get_argument(). */
#include <linux/ftrace.h>
unsigned long probe(struct ftrace_regs *r) { return ftrace_regs_get_argument(r, 0); }
