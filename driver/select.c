// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keeps the tables of the selection: which event records a system call, and
 * whether it is selected.
 */
#include <linux/errno.h>
#include <linux/slab.h>
#include "lock.h"
#include "select.h"

u8 saker_wanted[EV_ABI_COUNT][SAKER_NR_SLOTS] __read_mostly;
struct saker_selection __rcu *saker_selection;

/*
 * [EV_ABI_64][2] = EV_open, … A call without a number under an ABI (-1) is
 * stored in the last slot, which no number reaches.
 */
#define SLOT(n)		((n) < 0 ? SAKER_NR_SLOTS - 1 : (n))
#define SYSCALL_64(name, n64, n32, nx32, ev, ...)	[SLOT(n64)] = EV_##ev,
#define SYSCALL_32(name, n64, n32, nx32, ev, ...)	[SLOT(n32)] = EV_##ev,
#define SYSCALL_X32(name, n64, n32, nx32, ev, ...)	[SLOT(nx32)] = EV_##ev,

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
const u8 saker_syscall_type[EV_ABI_COUNT][SAKER_NR_SLOTS] = {
	[EV_ABI_64] = {
#define SYSCALL SYSCALL_64
#include <saker/syscalls.def>
#undef SYSCALL
	},
	[EV_ABI_IA32] = {
#define SYSCALL SYSCALL_32
#include <saker/syscalls.def>
#undef SYSCALL
	},
	[EV_ABI_X32] = {
#define SYSCALL SYSCALL_X32
#include <saker/syscalls.def>
#undef SYSCALL
	},
};

#pragma GCC diagnostic pop

#define ARGV_LIMIT	(32u << 10)
#define ACT_ALL		(SAKER_ACT_COUNT | SAKER_ACT_EMIT | SAKER_ACT_EMIT_FAILED | \
			 SAKER_ACT_EMIT_DNS)
#define SEL_ALL		(SAKER_SEL_NO_PATH | SAKER_SEL_STD_PATHS | SAKER_SEL_DNS)

int saker_selection_check(const struct saker_selection *sel, const char **why)
{
	unsigned int i, abi;

	*why = "selection: generation 0 is none";
	if (!sel->generation)
		return -EINVAL;
	*why = "selection: unknown flag";
	if (sel->flags & ~SEL_ALL)
		return -EINVAL;
	*why = "selection: data_max above 4,080";
	if (sel->data_max > SAKER_DATA_MAX)
		return -EINVAL;
	*why = "selection: argv_max or env_max above 32 KiB";
	if (sel->argv_max > ARGV_LIMIT || sel->env_max > ARGV_LIMIT)
		return -EINVAL;
	/* An event that only a newer agent has is accepted; this module never emits it. */
	*why = "selection: event[] is 0 or 1";
	for (i = 0; i < EV_TYPE_MAX; i++)
		if (sel->event[i] > 1)
			return -EINVAL;
	*why = "selection: unknown action";
	for (abi = 0; abi < EV_ABI_COUNT; abi++)
		for (i = 0; i < SAKER_NR_SLOTS; i++)
			if (sel->action[abi][i] & ~ACT_ALL)
				return -EINVAL;
	*why = NULL;
	return 0;
}

bool saker_selection_type(const struct saker_selection *sel, u32 type)
{
	unsigned int abi, nr;

	for (abi = 0; abi < EV_ABI_COUNT; abi++)
		for (nr = 0; nr <= SAKER_NR_BAD; nr++)
			if (sel->action[abi][nr] && saker_type_of(abi, nr) == type)
				return true;
	return false;
}

bool saker_selection_any(const struct saker_selection *sel)
{
	unsigned int abi, nr;

	for (abi = 0; abi < EV_ABI_COUNT; abi++)
		for (nr = 0; nr <= SAKER_NR_BAD; nr++)
			if (sel->action[abi][nr])
				return true;
	return false;
}

void saker_selection_replace(struct saker_selection *sel)
{
	struct saker_selection *old =
		rcu_dereference_protected(saker_selection, lockdep_is_held(&saker_session_lock));
	unsigned int abi, nr;

	/*
	 * The fast table may contain calls that are not selected, but must never lack a
	 * selected one.
	 */
	rcu_assign_pointer(saker_selection, sel);
	for (abi = 0; abi < EV_ABI_COUNT; abi++)
		for (nr = 0; nr <= SAKER_NR_BAD; nr++)
			WRITE_ONCE(saker_wanted[abi][nr], sel && sel->action[abi][nr]);
	synchronize_rcu();
	kfree(old);
}
