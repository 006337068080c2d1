// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hooks reboot() itself, under both names that it has in the kernel: a restart, a
 * halt or a power-off does not return, so its record is written before it begins and
 * has no result. What returns is recorded at the exit too, with its result.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include "arch/arch.h"
#include "fill/reboot.h"
#include "hook.h"
#include "nr.h"
#include "select.h"

static void reboot_begins(void)
{
	struct pt_regs *regs = task_pt_regs(current);
	struct saker_fill f = { .flags = EV_F_SYSCALL | EV_F_ENTRY, .regs = regs };
	unsigned int abi, nr = saker_syscall_nr(regs, &abi);

	f.abi = abi;
	f.nr = nr;
	if (saker_type_of(abi, nr) != EV_reboot ||
	    !reboot_is_valid(saker_arg(&f, 0), saker_arg(&f, 1)) ||
	    !reboot_ends(saker_arg(&f, 2)) ||
	    !cap_raised(current_cred()->cap_effective, CAP_SYS_BOOT))
		return;
	saker_emit(&f, EV_reboot);
}

static void notrace on_reboot(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
			      saker_ftrace_regs *regs)
{
	int bit = saker_ftrace_lock(ip, parent_ip);

	BUILD_BUG_ON(REBOOT_CAPABILITY != CAP_SYS_BOOT);
	if (bit < 0)
		return;
	reboot_begins();
	saker_ftrace_unlock(bit);
}

static bool reboot_needed(const struct saker_selection *sel)
{
	return saker_selection_type(sel, EV_reboot);
}

struct saker_hook saker_hook_reboot = {
	.name = "__x64_sys_reboot",
	.kind = SAKER_HOOK_FUNCTION,
	.needed = reboot_needed,
	.function = on_reboot,
};

struct saker_hook saker_hook_reboot_ia32 = {
	.name = "__ia32_sys_reboot",
	.kind = SAKER_HOOK_FUNCTION,
	.needed = reboot_needed,
	.function = on_reboot,
};
