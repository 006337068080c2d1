// SPDX-License-Identifier: GPL-2.0-only
/* v5.5 or later: a hook that the sysctl kernel.ftrace_enabled does not turn off. */
#include <linux/ftrace.h>
unsigned long probe(void) { return FTRACE_OPS_FL_PERMANENT; }
