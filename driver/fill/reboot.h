/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Says which calls of reboot() do not return, for both drivers: they are recorded at their
 * entry, as no exit follows.
 */
#ifndef SAKER_FILL_REBOOT_H
#define SAKER_FILL_REBOOT_H

#include <linux/types.h>

#define REBOOT_MAGIC1		0xfee1deadu
#define REBOOT_CAPABILITY	22	/* CAP_SYS_BOOT */

/* The kernel accepts the second number in four forms, each a date. */
static __always_inline bool reboot_is_valid(__u32 magic1, __u32 magic2)
{
	return magic1 == REBOOT_MAGIC1 &&
	       (magic2 == 0x28121969 || magic2 == 0x05121996 || magic2 == 0x16041998 ||
		magic2 == 0x20112000);
}

/* Restart (plain, with a command, into another kernel), halt, power off. */
static __always_inline bool reboot_ends(__u32 cmd)
{
	return cmd == 0x01234567 || cmd == 0xa1b2c3d4 || cmd == 0x45584543 || cmd == 0xcdef0123 ||
	       cmd == 0x4321fedc;
}

#endif /* SAKER_FILL_REBOOT_H */
