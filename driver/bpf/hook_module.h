/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hooks the kernel's acceptance of a module, as driver/hook_module.c. The module's
 * code has not run yet.
 */
#include "part.h"

#define MODULE_NAME_MAX	56

SEC("?tp_btf/module_load")
int BPF_PROG(module_load, struct module *mod)
{
	struct fill f = { .nr = -1, .current = current_task() };
	struct ev_module_load *e;
	char *dst;
	long n;

	if (!EMIT_OPEN(&f, module_load, MODULE_NAME_MAX + 16, RESERVED | URGENT))
		return 0;
	e = f.rec;
	e->taints = mod->taints;
	dst = part_at(&f);
	n = bpf_probe_read_kernel_str(dst, MODULE_NAME_MAX,
				      member_of(struct module, mod, name));
	n = n > 0 ? bounded(n - 1, 0x3f) : 0;
	*(__u64 *)(dst + n) = 0;
	part_end(&f, &e->name, n, n, n);
	EMIT_CLOSE(&f, module_load, RESERVED | URGENT);
	return 0;
}
