// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fills the record of any system call without an event of its own: its
 * unchanged registers.
 */
#include "arch/arch.h"
#include "fill_table.h"

int saker_fill_syscall(struct saker_fill *f)
{
	struct ev_syscall *e = (struct ev_syscall *)f->rec;

	e->res = f->ret;
	e->a0 = saker_arg(f, 0);
	e->a1 = saker_arg(f, 1);
	e->a2 = saker_arg(f, 2);
	e->a3 = saker_arg(f, 3);
	e->a4 = saker_arg(f, 4);
	e->a5 = saker_arg(f, 5);
	return SAKER_FILL_OK;
}
