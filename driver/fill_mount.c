// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fills the record of mount(): the caller's arguments, read from user memory at
 * the exit of the call.
 */
#include "arch/arch.h"
#include "fill_table.h"
#include "part.h"

int saker_fill_mount(struct saker_fill *f)
{
	struct ev_mount *e = (struct ev_mount *)f->rec;

	e->res = f->ret;
	e->flags = saker_arg(f, 3);
	saker_part_user_str(SAKER_PART(f, mount, dev), (void __user *)saker_arg(f, 0));
	saker_part_user_str(SAKER_PART(f, mount, dir), (void __user *)saker_arg(f, 1));
	saker_part_user_str(SAKER_PART(f, mount, type), (void __user *)saker_arg(f, 2));
	return SAKER_FILL_OK;
}
