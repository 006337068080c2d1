/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TWIN_PTRACE_H
#define TWIN_PTRACE_H

#include "kernel.h"

struct pt_regs {
	unsigned long di;
};

static inline unsigned long regs_get_kernel_argument(struct pt_regs *regs, unsigned int n)
{
	return n ? 0 : regs->di;
}

#endif
