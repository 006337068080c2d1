/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fills the record of mount(), as driver/fill_mount.c: the caller's arguments.
 */
#include "call.h"
#include "part.h"

FILLER(mount, 3 * ROOM_PATH, 3 * ROOM_PATH, 0)
{
	e->res = f->ret;
	e->flags = arg(f, 3);
	part_user_str(PART(f, mount, dev), arg(f, 0));
	part_user_str(PART(f, mount, dir), arg(f, 1));
	part_user_str(PART(f, mount, type), arg(f, 2));
	return FILL_OK;
}
