// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fills the record of a kernel module that the kernel has accepted, before the module's code
 * runs.
 */
#include <linux/module.h>
#include "fill_table.h"
#include "part.h"

int saker_fill_module_load(struct saker_fill *f)
{
	struct ev_module_load *e = (struct ev_module_load *)f->rec;
	const struct module *mod = f->obj;
	u32 len = strnlen(mod->name, MODULE_NAME_LEN);

	e->taints = mod->taints;
	saker_part_kernel(SAKER_PART(f, module_load, name), mod->name, len, len);
	return SAKER_FILL_OK;
}
