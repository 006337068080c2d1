/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hooks reboot() itself, as driver/hook_reboot.c: what does not return is recorded
 * before it begins.
 */
#include "call.h"
#include "../fill/reboot.h"

static __always_inline bool may_reboot(struct task_struct *task)
{
	const struct cred *cred = BPF_CORE_READ(task, cred);
	__u64 caps = 0;

	bpf_core_read(&caps, 8, &cred->cap_effective);
	return caps >> REBOOT_CAPABILITY & 1;
}

static __always_inline int reboot_begins(void)
{
	struct task_struct *task = current_task();
	struct fill f = { .current = task, .flags = EV_F_SYSCALL | EV_F_ENTRY };
	struct pt_regs *regs = current_regs(task);
	__u32 magic1, magic2, cmd;
	struct ev_reboot *e;

	f.nr = call_number(task, BPF_CORE_READ(regs, orig_ax), &f.abi);
	if (type_of(f.abi, f.nr) != EV_reboot)
		return 0;
	magic1 = f.abi == EV_ABI_IA32 ? BPF_CORE_READ(regs, bx) : BPF_CORE_READ(regs, di);
	magic2 = f.abi == EV_ABI_IA32 ? BPF_CORE_READ(regs, cx) : BPF_CORE_READ(regs, si);
	cmd = BPF_CORE_READ(regs, dx);
	if (!reboot_is_valid(magic1, magic2) || !reboot_ends(cmd) || !may_reboot(task))
		return 0;
	if (!EMIT_OPEN(&f, reboot, 0, RESERVED | URGENT))
		return 0;
	e = f.rec;
	e->magic = magic1;
	e->cmd = cmd;
	prov_set(&f, EV_FIELD(reboot, res), EV_PROV_PENDING);
	EMIT_CLOSE(&f, reboot, RESERVED | URGENT);
	return 0;
}

SEC("?fentry/__x64_sys_reboot")
int __x64_sys_reboot(__u64 *ctx)
{
	return reboot_begins();
}

SEC("?kprobe/__x64_sys_reboot")
int __x64_sys_reboot_kprobe(struct pt_regs *regs)
{
	return reboot_begins();
}

SEC("?fentry/__ia32_sys_reboot")
int __ia32_sys_reboot(__u64 *ctx)
{
	return reboot_begins();
}

SEC("?kprobe/__ia32_sys_reboot")
int __ia32_sys_reboot_kprobe(struct pt_regs *regs)
{
	return reboot_begins();
}
