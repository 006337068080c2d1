/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fills the record of a request to load a module, as driver/fill_module.c.
 */
#include "call.h"
#include "path.h"

FILLER(init_module, 2 * ROOM_PATH, 2 * ROOM_PATH, RESERVED | URGENT)
{
	bool by_fd = call_is(f, finit_module);
	struct file *file;
	struct by_fd fd;

	e->res = f->ret;
	e->fd = -1;
	part_user_str(PART(f, init_module, params), by_fd ? arg(f, 1) : arg(f, 2));
	if (!by_fd) {
		e->image_len = arg(f, 1);
		return FILL_OK;
	}
	e->fd = arg(f, 0);
	e->flags = arg(f, 2);
	fd = fd_get(e->fd);
	file = fd.file;
	if (file)
		part_path(PART(f, init_module, path), BPF_CORE_READ(file, f_path.mnt),
			  BPF_CORE_READ(file, f_path.dentry), fd.prov);
	else
		prov_set(f, EV_FIELD(init_module, path), fd.prov | EV_PROV_UNREADABLE);
	return FILL_OK;
}
