// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hooks the kernel's acceptance of a module. The tracepoint fires before the
 * module's code runs; the exit of the system call comes after it.
 */
#include <linux/module.h>
#include <trace/events/module.h>
#include "fill.h"
#include "hook.h"

static void probe_module_load(void *data, struct module *mod)
{
	struct saker_fill f = { .nr = -1, .obj = mod };

	saker_emit(&f, EV_module_load);
}

static bool module_load_needed(const struct saker_selection *sel)
{
	check_trace_callback_type_module_load(probe_module_load);
	return sel->event[EV_module_load];
}

struct saker_hook saker_hook_module_load = {
	.name = "module_load",
	.kind = SAKER_HOOK_TRACEPOINT,
	.required = true,
	.needed = module_load_needed,
	.probe = probe_module_load,
};
