// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hooks the calls of saker/entries.def themselves: a restart, a halt or a power-off does not
 * return, and a machine may end while it loads another kernel. So their record is written before
 * they begin and has no result. What returns is recorded at the exit too, with its result.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/errno.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include "arch/arch.h"
#include "fill/entry.h"
#include "hook.h"
#include "nr.h"
#include "select.h"

static void call_begins(saker_ftrace_regs *unused)
{
	struct pt_regs *regs = task_pt_regs(current);
	struct saker_fill f = { .flags = EV_F_SYSCALL | EV_F_ENTRY, .regs = regs };
	unsigned int abi, nr = saker_syscall_nr(regs, &abi);
	u32 type = saker_type_of(abi, nr);

	BUILD_BUG_ON(ENTRY_CAPABILITY != CAP_SYS_BOOT);
	f.abi = abi;
	f.nr = nr;
	if (entry_matters(type, saker_arg(&f, 0), saker_arg(&f, 1), saker_arg(&f, 2)) &&
	    cap_raised(current_cred()->cap_effective, CAP_SYS_BOOT))
		saker_emit(&f, type);
}

/* A kernel without kexec has at most a stub of such a function, which is not hooked. */
#define MISSING(event)	\
	(((EV_##event) == EV_kexec_load && !IS_ENABLED(CONFIG_KEXEC)) ||	\
	 ((EV_##event) == EV_kexec_file_load && !IS_ENABLED(CONFIG_KEXEC_FILE)) ? -ENOENT : 0)

#define ENTRY(function, event)						\
static bool function##_needed(const struct saker_selection *sel)	\
{									\
	return !MISSING(event) && saker_selection_type(sel, EV_##event);	\
}

#include <saker/entries.def>
#undef ENTRY

struct saker_hook saker_hook_entries[SAKER_ENTRIES] = {
#define ENTRY(function_, event)			\
	[SAKER_ENTRY_##function_] = {		\
		.name = #function_,		\
		.kind = SAKER_HOOK_FUNCTION,	\
		.needed = function_##_needed,	\
		.seen = call_begins,		\
		.error = MISSING(event),	\
	},
#include <saker/entries.def>
#undef ENTRY
};
