/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Checks which hits are selected. One static byte per ABI and number rejects a
 * call in a few instructions; everything else is read from the selection in
 * force, which is replaced as a whole and read under RCU.
 */
#ifndef SAKER_SELECT_H
#define SAKER_SELECT_H

#include <linux/compiler.h>
#include <linux/rcupdate.h>
#include <linux/types.h>
#include <saker/device.h>
#include "fill.h"

extern u8 saker_wanted[EV_ABI_COUNT][SAKER_NR_SLOTS];
extern const u8 saker_syscall_type[EV_ABI_COUNT][SAKER_NR_SLOTS];
extern struct saker_selection __rcu *saker_selection;

/**
 * saker_is_wanted() - may this system call be selected? The fast check.
 *
 * Uses a plain pointer: kernels with UBSAN_BOUNDS check an array's index, which
 * doubles the cost. @nr comes from saker_syscall_nr(), which checks it.
 */
static __always_inline bool saker_is_wanted(unsigned int abi, unsigned int nr)
{
	return READ_ONCE(*(&saker_wanted[0][0] + abi * SAKER_NR_SLOTS + nr));
}

/**
 * saker_type_of() - the event that records a system call
 *
 * Return: enum ev_type; EV_syscall for numbers without an event of their own.
 */
static inline u32 saker_type_of(unsigned int abi, unsigned int nr)
{
	return saker_syscall_type[abi][nr] ?: EV_syscall;
}

/**
 * saker_select() - check a hit against the selection
 * @f:		with sel, flags, abi, nr set
 *
 * Of SAKER_ACT_EMIT_DNS saker_dns() decides after this.
 *
 * Return: SAKER_FILL_OK, SAKER_FILL_FILTERED or SAKER_EMIT_UNWANTED.
 */
static inline int saker_select(const struct saker_fill *f, u32 type)
{
	u8 action;

	if (!(f->flags & EV_F_SYSCALL))
		return f->sel->event[type] ? SAKER_FILL_OK : SAKER_EMIT_UNWANTED;
	action = f->sel->action[f->abi][f->nr];
	if (!action)
		return SAKER_EMIT_UNWANTED;
	if (f->flags & EV_F_FAILED)
		return action & SAKER_ACT_EMIT_FAILED ? SAKER_FILL_OK : SAKER_FILL_FILTERED;
	return action & (SAKER_ACT_EMIT | SAKER_ACT_EMIT_DNS) ? SAKER_FILL_OK : SAKER_FILL_FILTERED;
}

/**
 * saker_selection_check() - is this selection valid
 * @why:	out: what is wrong with it
 *
 * Return: 0 or -EINVAL.
 */
int __must_check saker_selection_check(const struct saker_selection *sel, const char **why);

/**
 * saker_selection_type() - does a selection contain a type recorded at a system call's exit
 */
bool saker_selection_type(const struct saker_selection *sel, u32 type);

/**
 * saker_selection_any() - does a selection contain any system call
 */
bool saker_selection_any(const struct saker_selection *sel);

/**
 * saker_selection_replace() - put a selection in force
 * @sel:	owned from here on; NULL: none
 *
 * Under saker_session_lock; may sleep. When it returns, no hook uses the former one.
 */
void saker_selection_replace(struct saker_selection *sel);

#endif /* SAKER_SELECT_H */
