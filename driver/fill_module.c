// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fills the records of kernel modules: the request to load one, at the exit of
 * the call, and the kernel's acceptance of a module, before the module's code
 * runs.
 */
#include <linux/fs.h>
#include <linux/module.h>
#include "arch/arch.h"
#include "fill_table.h"
#include "nr.h"
#include "part.h"
#include "path.h"

static void module_path(struct saker_fill *f, int nr)
{
	struct saker_fd fd = saker_fd_get(nr);

	if (fd.file) {
		saker_part_path(SAKER_PART(f, init_module, path), &fd.file->f_path, fd.prov);
		saker_fd_put(fd);
	} else {
		saker_prov_set(f, EV_FIELD(init_module, path), fd.prov | EV_PROV_UNREADABLE);
	}
}

int saker_fill_init_module(struct saker_fill *f)
{
	struct ev_init_module *e = (struct ev_init_module *)f->rec;
	bool by_fd = saker_call_is(f, finit_module);
	void __user *params = (void __user *)saker_arg(f, by_fd ? 1 : 2);

	e->res = f->ret;
	e->fd = -1;
	saker_part_user_str(SAKER_PART(f, init_module, params), params);
	if (by_fd) {
		e->fd = saker_arg(f, 0);
		e->flags = saker_arg(f, 2);
		module_path(f, e->fd);
	} else {
		e->image_len = saker_arg(f, 1);
	}
	return SAKER_FILL_OK;
}

int saker_fill_module_load(struct saker_fill *f)
{
	struct ev_module_load *e = (struct ev_module_load *)f->rec;
	const struct module *mod = f->obj;
	u32 len = strnlen(mod->name, MODULE_NAME_LEN);

	e->taints = mod->taints;
	saker_part_kernel(SAKER_PART(f, module_load, name), mod->name, len, len);
	return SAKER_FILL_OK;
}
