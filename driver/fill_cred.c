// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fills the records of calls that change user or group. The credentials after
 * the call are what is in force; the arguments are only what was requested.
 */
#include <linux/cred.h>
#include <linux/kernel.h>
#include "arch/arch.h"
#include "fill_table.h"
#include "nr.h"
#include "task.h"

#define NO_ID	(~0u)

/* How many ids a call takes. Under ia32 the calls of these names take 16-bit ids. */
#define SETID(name, ids)	\
	{ { SAKER_NR_##name##_64, SAKER_NR_##name##_ia32, SAKER_NR_##name##_x32 }, ids, true }
#define SETID32(name, ids)	\
	{ { SAKER_NR_##name##_64, SAKER_NR_##name##_ia32, SAKER_NR_##name##_x32 }, ids, false }

static const struct {
	s16 nr[EV_ABI_COUNT];
	u8 ids;
	bool narrow;
} calls[] = {
	SETID(setuid, 1), SETID(setgid, 1), SETID(setfsuid, 1), SETID(setfsgid, 1),
	SETID(setreuid, 2), SETID(setregid, 2), SETID(setresuid, 3), SETID(setresgid, 3),
	SETID32(setuid32, 1), SETID32(setgid32, 1), SETID32(setfsuid32, 1), SETID32(setfsgid32, 1),
	SETID32(setreuid32, 2), SETID32(setregid32, 2),
	SETID32(setresuid32, 3), SETID32(setresgid32, 3),
};

static u32 setid_argument(const struct saker_fill *f, unsigned int n, unsigned int ids, bool narrow)
{
	u32 id = n < ids ? saker_arg(f, n) : NO_ID;

	if (narrow && (u16)id == (u16)NO_ID)
		return NO_ID;
	return narrow ? (u16)id : id;
}

static void setid_arguments(const struct saker_fill *f, struct ev_setid *e)
{
	unsigned int i, ids = 3;
	bool narrow = false;

	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		if (calls[i].nr[f->abi] == f->nr) {
			ids = calls[i].ids;
			narrow = f->abi == EV_ABI_IA32 && calls[i].narrow;
			break;
		}
	}
	e->arg_real = setid_argument(f, 0, ids, narrow);
	e->arg_effective = setid_argument(f, 1, ids, narrow);
	e->arg_saved = setid_argument(f, 2, ids, narrow);
}

int saker_fill_setid(struct saker_fill *f)
{
	struct ev_setid *e = (struct ev_setid *)f->rec;
	const struct cred *cred = current_cred();

	e->res = f->ret;
	setid_arguments(f, e);
	e->uid = __kuid_val(cred->uid);
	e->euid = __kuid_val(cred->euid);
	e->suid = __kuid_val(cred->suid);
	e->fsuid = __kuid_val(cred->fsuid);
	e->gid = __kgid_val(cred->gid);
	e->egid = __kgid_val(cred->egid);
	e->sgid = __kgid_val(cred->sgid);
	e->fsgid = __kgid_val(cred->fsgid);
	e->cap_permitted = saker_cap(cred->cap_permitted);
	e->cap_effective = saker_cap(cred->cap_effective);
	return SAKER_FILL_OK;
}
