/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Says which calls are recorded at their entry (saker/entries.def), for both drivers: by callers
 * who may do it, as anyone else's is refused and returns.
 */
#ifndef SAKER_FILL_ENTRY_H
#define SAKER_FILL_ENTRY_H

#include <linux/types.h>
#include <saker/event.h>

/* Each function, as an index. */
enum {
#define ENTRY(function, event)	SAKER_ENTRY_##function,
#include <saker/entries.def>
#undef ENTRY
	SAKER_ENTRIES
};

#define ENTRY_CAPABILITY	22	/* CAP_SYS_BOOT, for all of them */
#define REBOOT_MAGIC1		0xfee1deadu

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

/* Is a call recorded that is of this event, with these first arguments? */
static __always_inline bool entry_matters(__u32 type, __u32 a, __u32 b, __u32 c)
{
	if (type == EV_reboot)
		return reboot_is_valid(a, b) && reboot_ends(c);
	return type == EV_kexec_load || type == EV_kexec_file_load;
}

#endif /* SAKER_FILL_ENTRY_H */
