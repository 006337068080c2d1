/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fills the records of calls that change user or group, as driver/fill_cred.c.
 * The credentials after the call are what is in force; the arguments are only
 * what was requested.
 */
#include "call.h"
#include "task.h"

/* How many ids a call takes. Under ia32 the calls of these names take 16-bit ids. */
static __always_inline __u32 setid_ids(const struct fill *f, bool *narrow)
{
	*narrow = f->abi == EV_ABI_IA32;
	if (call_is(f, setuid) || call_is(f, setgid) || call_is(f, setfsuid) ||
	    call_is(f, setfsgid))
		return 1;
	if (call_is(f, setreuid) || call_is(f, setregid))
		return 2;
	if (call_is(f, setresuid) || call_is(f, setresgid))
		return 3;
	*narrow = false;
	if (call_is(f, setuid32) || call_is(f, setgid32) || call_is(f, setfsuid32) ||
	    call_is(f, setfsgid32))
		return 1;
	return call_is(f, setreuid32) || call_is(f, setregid32) ? 2 : 3;
}

static __always_inline __u32 setid_argument(__u32 id, bool given, bool narrow)
{
	if (!given || (narrow && (__u16)id == 0xffff))
		return ~0u;
	return narrow ? (__u16)id : id;
}

FILLER(setid, 0, 0, RESERVED | URGENT)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	const struct cred *cred = BPF_CORE_READ(task, cred);
	bool narrow;
	__u32 ids = setid_ids(f, &narrow);

	e->res = f->ret;
	e->arg_real = setid_argument(arg(f, 0), true, narrow);
	e->arg_effective = setid_argument(arg(f, 1), ids > 1, narrow);
	e->arg_saved = setid_argument(arg(f, 2), ids > 2, narrow);
	e->uid = BPF_CORE_READ(cred, uid.val);
	e->euid = BPF_CORE_READ(cred, euid.val);
	e->suid = BPF_CORE_READ(cred, suid.val);
	e->fsuid = BPF_CORE_READ(cred, fsuid.val);
	e->gid = BPF_CORE_READ(cred, gid.val);
	e->egid = BPF_CORE_READ(cred, egid.val);
	e->sgid = BPF_CORE_READ(cred, sgid.val);
	e->fsgid = BPF_CORE_READ(cred, fsgid.val);
	bpf_core_read(&e->cap_permitted, 8, &cred->cap_permitted);
	bpf_core_read(&e->cap_effective, 8, &cred->cap_effective);
	return FILL_OK;
}
