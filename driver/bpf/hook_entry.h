/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hooks the calls of saker/entries.def themselves, as driver/hook_entry.c: what may not return is
 * recorded before it begins.
 */
#include "fill_row.h"
#include "call.h"
#include "../fill/entry.h"

static __always_inline bool may_boot(struct task_struct *task)
{
	const struct cred *cred = BPF_CORE_READ(task, cred);
	__u64 caps = 0;

	bpf_core_read(&caps, 8, &cred->cap_effective);
	return caps >> ENTRY_CAPABILITY & 1;
}

/* As row_call_read(), from registers that are only an address here. */
static __always_inline void entry_arguments(struct row_call *c, struct pt_regs *regs, __u32 abi,
					    __u32 nr)
{
	bool ia32 = abi == EV_ABI_IA32;

	c->map = row_map[bounded(call_place(abi, nr), ROW_CALLS - 1)];
	c->prov = 0;
	c->args[0] = ia32 ? (__u32)BPF_CORE_READ(regs, bx) : BPF_CORE_READ(regs, di);
	c->args[1] = ia32 ? (__u32)BPF_CORE_READ(regs, cx) : BPF_CORE_READ(regs, si);
	c->args[2] = ia32 ? (__u32)BPF_CORE_READ(regs, dx) : BPF_CORE_READ(regs, dx);
	c->args[3] = ia32 ? (__u32)BPF_CORE_READ(regs, si) : BPF_CORE_READ(regs, r10);
	c->args[4] = ia32 ? (__u32)BPF_CORE_READ(regs, di) : BPF_CORE_READ(regs, r8);
	c->args[5] = ia32 ? (__u32)BPF_CORE_READ(regs, bp) : BPF_CORE_READ(regs, r9);
}

static __always_inline bool entry_is_recorded(struct pt_regs *regs, __u32 type, __u32 abi)
{
	__u32 a = abi == EV_ABI_IA32 ? BPF_CORE_READ(regs, bx) : BPF_CORE_READ(regs, di);
	__u32 b = abi == EV_ABI_IA32 ? BPF_CORE_READ(regs, cx) : BPF_CORE_READ(regs, si);

	return entry_matters(type, a, b, BPF_CORE_READ(regs, dx));
}

static __always_inline int call_begins(void)
{
	struct task_struct *task = current_task();
	struct fill f = { .current = task, .flags = EV_F_SYSCALL | EV_F_ENTRY };
	struct pt_regs *regs = current_regs(task);
	const struct row *row;
	__u32 type;

	f.nr = call_number(task, BPF_CORE_READ(regs, orig_ax), &f.abi);
	type = type_of(f.abi, f.nr);
	if (!entry_is_recorded(regs, type, f.abi) || !may_boot(task))
		return 0;
	row = &rows[bounded(type, EV_TYPE_MAX - 1)];
	if (!emit_open(&f, type, row->fixed, ROW_FIXED_MAX - sizeof(struct ev_header), 0,
		       row->room + ROW_FIXED_MAX, row->traits, false))
		return 0;
	entry_arguments((void *)f.cpu->state.call, regs, f.abi, f.nr);
	row_fill_fields(&f, type, row->n);
	emit_close(&f, type, 0, row->traits);
	return 0;
}

#define ENTRY(function, event)				\
SEC("?fentry/" #function)				\
int function(__u64 *ctx)				\
{							\
	return call_begins();				\
}							\
SEC("?kprobe/" #function)				\
int function##_kprobe(struct pt_regs *regs)		\
{							\
	return call_begins();				\
}
#include <saker/entries.def>
#undef ENTRY
