/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pending table: the files that security_file_open() saw for calls whose result
 * is not known yet. An entry is a copy of the file's identity and of its path as
 * text. It holds no reference, so a call that never returns costs only the
 * memory of its entry.
 *
 * An entry is freed by the exit of the call that made it (saker_pending_put());
 * when its task dies, also in the middle of a call, by sched_process_exit
 * (saker_pending_forget()), which is armed as long as this table is in use; when
 * hooks are disarmed or a selection no longer contains the call, by
 * saker_pending_trim(); and when another task needs a slot: it takes over the
 * oldest entry near its own. So a hostile user who fills the table with opens
 * that block cannot keep other tasks out of it.
 *
 * An entry that is not freed by its call is counted in saker_pending_unpaired();
 * if the call returns later, the file is read from its descriptor.
 */
#ifndef SAKER_PENDING_H
#define SAKER_PENDING_H

#include <linux/atomic.h>
#include <linux/fs.h>
#include <linux/types.h>
#include "compat/fs.h"
#include "fill.h"
#include "path.h"

#define SAKER_PENDING_SLOTS	512	/* each has room for two paths: 4 MiB in all */
#define SAKER_PENDING_PROBES	8

/* Copy of one file as the hook saw it. */
struct saker_opened {
	char text[PATH_MAX + 8];	/* the path, at its end; slack for the last word */
	struct saker_text path;
	unsigned long file;		/* its address: compared, never dereferenced */
	u64 ino;
	u32 dev;
	u32 kind;			/* enum ev_fd_kind */
	u32 flags;			/* as the opened file will have them */
};

/*
 * One call that opens. It has more than one file if the file system opens
 * others meanwhile, or if the kernel retries; then the descriptor decides.
 */
struct saker_pending {
	struct saker_opened first;
	unsigned long owner;		/* the task's address, SAKER_PENDING_BUSY; 0: free */
	unsigned long since;		/* jiffies */
	struct saker_pending *home;	/* of the owner */
	u32 count;			/* files seen */
	u32 call;			/* its index in saker_selection.action[][] */
	atomic_t displaced;		/* owners with this home, but their entry elsewhere */
	struct saker_opened last;
};

/**
 * saker_pending_make() - memory for the table, when a selection first needs it
 *
 * May sleep; before the hooks are armed. Return: 0 or -ENOMEM.
 */
int __must_check saker_pending_make(void);

/* Free the table's memory, after the last hook has returned. */
void saker_pending_uninit(void);

static inline u32 saker_pending_call(unsigned int abi, unsigned int nr)
{
	return abi * SAKER_NR_SLOTS + nr;
}

/**
 * saker_pending_note() - store the file that a task is about to open in a call that opens
 * @task:	current
 * @file:	borrowed for the length of the hook
 * @call:	saker_pending_call()
 * @flags:	of the selection; SAKER_SEL_NO_PATH: do not store the path
 *
 * Preemption is off. If there is no free slot, that is counted, and the call's
 * exit reads the descriptor.
 */
void saker_pending_note(const struct task_struct *task, const struct file *file, u32 call,
			u32 flags);

/**
 * saker_pending_doubt() - note whether the last call of current looks as if it were under way
 *
 * For a task that has io_uring, at the exit of each call that opens: notes whether
 * the call returned -ENOSYS, the result of a call under way.
 * saker_pending_doubted() returns it until the next such exit (hook_security.c).
 * Cleared when the task dies and when hooks are disarmed.
 */
void saker_pending_doubt(bool doubt);
bool saker_pending_doubted(void);

/* The file a call has opened, and how reliable that is. */
struct saker_seen {
	const struct saker_opened *opened;	/* NULL: none of the files the hook saw */
	unsigned int prov;			/* EV_PROV_KERNEL or EV_PROV_SHARED_FD */
};

/**
 * saker_pending_choose() - the slow path of saker_pending_opened(), if the file is in doubt
 */
struct saker_seen saker_pending_choose(const struct saker_pending *p, int fd, bool no_open);

/**
 * saker_pending_opened() - the file that a call of current has opened
 * @fd:		what the call returned
 * @no_open:	the call had O_PATH; no hook sees such an open
 *
 * Return: borrowed from @p.
 */
static inline struct saker_seen saker_pending_opened(const struct saker_pending *p, int fd,
						     bool no_open)
{
	if (unlikely(p->count != 1 || no_open || saker_task_has_uring(current)))
		return saker_pending_choose(p, fd, no_open);
	return (struct saker_seen){ &p->first, EV_PROV_KERNEL };
}

#endif /* SAKER_PENDING_H */
