/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fills the record of any system call without an event of its own, as
 * driver/fill_syscall.c.
 */
#include "call.h"

FILLER(syscall, 0, 0, 0)
{
	e->res = f->ret;
	e->a0 = arg(f, 0);
	e->a1 = arg(f, 1);
	e->a2 = arg(f, 2);
	e->a3 = arg(f, 3);
	e->a4 = arg(f, 4);
	e->a5 = arg(f, 5);
	return FILL_OK;
}
