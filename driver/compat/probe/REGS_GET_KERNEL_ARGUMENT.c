// SPDX-License-Identifier: GPL-2.0-only
/* v4.20 or later: arguments of a function are read by number. */
#include <linux/ptrace.h>
unsigned long probe(struct pt_regs *regs) { return regs_get_kernel_argument(regs, 0); }
