/* SPDX-License-Identifier: Apache-2.0 */
/* Describes the hooks of the eBPF driver, as struct control_info lists them. */
#ifndef EBPF_STATUS_H
#define EBPF_STATUS_H

#include <stdbool.h>
#include "source/control.h"

struct program;

struct hook_found {			/* zeroed: the kernel does not take the program */
	bool loaded;			/* or can be */
	bool attached;
	bool needed;			/* by the selection in force */
	bool perf;			/* attached through perf */
	bool off;			/* by kernel.ftrace_enabled */
};

/* An auxiliary hook is listed only where it does something. */
bool hook_is_listed(const struct program *p, bool loaded);

void hook_describe(struct control_hook *ret, const struct program *p,
		   const struct hook_found *found);

#endif /* EBPF_STATUS_H */
