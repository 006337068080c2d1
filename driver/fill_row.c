// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fills the records of events that have a row instead of code (fill/row.h): arguments,
 * results, strings and descriptors at the exit of a system call.
 */
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include "arch/arch.h"
#include "fill_table.h"
#include "nr.h"
#include "part.h"
#include "path.h"
#include "task.h"
#include "user.h"

#include "fill/row_table.h"

static_assert(sizeof(struct row_first) <= ROW_PLACES);
#define EVENT(id, ev, name, traits, doc)				\
	static_assert(!ROW_HAS_##ev || (EV_NFIELDS(ev) <= ROW_FIELDS_MAX &&	\
					sizeof(struct ev_##ev) <= ROW_FIXED_MAX));
#define FIELD(ev, type, field, kind, source, doc)
#define END(ev)
#include <saker/events.def>
#undef EVENT
#undef FIELD
#undef END

#define ROW_INLINE		__always_inline
#define row_fill		saker_fill
#define row_fd			saker_fd
#define row_fd_get		saker_fd_get
#define row_fd_put		saker_fd_put
#define row_at(f, offset)	((void *)(f)->rec + (offset))
#define row_field_at(row, i)	(&row_fields[(row)->first + (i)])
#define row_arg(c, n)		((c)->args[n])
#define row_dev(file)		saker_inode_dev(file_inode(file))
#define row_ino(file)		(file_inode(file)->i_ino)

static __always_inline void row_prov(struct saker_fill *f, unsigned int index, unsigned int prov)
{
	f->rec->prov |= (u64)prov << (index * 4);
}

static __always_inline void row_string(struct saker_fill *f, struct ev_part *part,
				       unsigned int index, unsigned long address)
{
	row_prov(f, index, saker_part_copy_str(f, part, (void __user *)address));
}

static __always_inline void row_path(struct saker_fill *f, struct ev_part *part,
				     unsigned int index, struct saker_fd fd)
{
	saker_part_path(f, part, index, &fd.file->f_path, fd.prov);
}

/* The task with number @nr in the caller's namespace; it may have exited since the call. */
static struct row_task row_task(s32 nr)
{
	struct row_task ret = {};
	struct task_struct *task;

	/* pid_task() checks for this lock, although preemption is off. */
	rcu_read_lock();
	task = nr > 0 ? pid_task(find_vpid(nr), PIDTYPE_PID) : NULL;
	if (task) {
		ret.tid = task->pid;
		ret.start_ns = task->start_boottime;
	}
	rcu_read_unlock();
	return ret;
}

/* The credentials after the call are what is in force; the arguments are what was requested. */
static u64 row_own(const struct saker_fill *f, unsigned int what)
{
	const struct cred *cred = current_cred();

	switch (what) {
	case ROW_OWN_uid:		return __kuid_val(cred->uid);
	case ROW_OWN_euid:		return __kuid_val(cred->euid);
	case ROW_OWN_suid:		return __kuid_val(cred->suid);
	case ROW_OWN_fsuid:		return __kuid_val(cred->fsuid);
	case ROW_OWN_gid:		return __kgid_val(cred->gid);
	case ROW_OWN_egid:		return __kgid_val(cred->egid);
	case ROW_OWN_sgid:		return __kgid_val(cred->sgid);
	case ROW_OWN_fsgid:		return __kgid_val(cred->fsgid);
	case ROW_OWN_cap_permitted:	return saker_cap(cred->cap_permitted);
	default:			return saker_cap(cred->cap_effective);
	}
}

#include "fill/row.h"

static void row_call_read(const struct saker_fill *f, struct row_call *c)
{
	unsigned int i;

	c->map = row_map[ROW_CALL(f->abi, f->nr)];
	c->prov = 0;
	for (i = 0; i < 6; i++)
		c->args[i] = saker_arg(f, i);
}

int saker_fill_row(struct saker_fill *f)
{
	const struct row *row = &rows[f->rec->type];
	struct row_call c;
	unsigned int i;

	row_call_read(f, &c);
	for (i = 0; i < row->n; i++)
		row_field_fill(f, row, &c, i);
	return SAKER_FILL_OK;
}
