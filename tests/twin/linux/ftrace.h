/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TWIN_FTRACE_H
#define TWIN_FTRACE_H

#include <linux/ptrace.h>

struct ftrace_ops {
	int unused;
};

struct ftrace_regs {
	struct pt_regs regs;
};

#endif
