/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pending table: what security_file_open() showed of a call whose outcome is not
 * known yet. The one idea: nothing of the kernel's is held. An entry is a copy,
 * the file's identity and its path as text, so it costs only its own memory if
 * the call never returns.
 *
 * Who frees an entry: the exit of the call that made it (saker_pending_put()).
 * When its task dies, also in the middle of a call: sched_process_exit
 * (saker_pending_forget()); that hook is armed as long as this table is in use.
 * When hooks are disarmed, or a selection no longer has the call:
 * saker_pending_trim(). When other tasks need its place: they take the oldest of
 * those around theirs. So one hostile user can fill the table, with opens that
 * block, but only until the next open of anybody.
 *
 * An entry that is freed by anyone but its call is counted in
 * saker_pending_unpaired(); its call is then recorded by the descriptor.
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

/* What the hook saw of one file. */
struct saker_opened {
	char text[PATH_MAX + 8];	/* the path, at its end; slack for the last word */
	struct saker_text path;
	unsigned long file;		/* its address: compared, never followed */
	u64 ino;
	u32 dev;
	u32 kind;			/* enum ev_fd_kind */
	u32 flags;			/* as the open file will have them */
};

/*
 * One call that opens. It sees more than one file if the file system opens
 * others on the way, or if the kernel tries again; then the descriptor decides.
 */
struct saker_pending {
	struct saker_opened first;
	unsigned long owner;		/* the task's address, SAKER_PENDING_BUSY; 0: free */
	unsigned long since;		/* jiffies */
	struct saker_pending *home;	/* of the owner */
	u32 count;			/* files seen */
	u32 call;			/* its place in saker_selection.action[][] */
	atomic_t displaced;		/* owners at home here, but living elsewhere */
	struct saker_opened last;
};

/**
 * saker_pending_make() - memory for the table, when a selection first needs it
 *
 * May sleep; before the hooks are armed. Return: 0 or -ENOMEM.
 */
int __must_check saker_pending_make(void);

/* pending.c's own memory, given back after the last hook has returned. */
void saker_pending_uninit(void);

static inline u32 saker_pending_call(unsigned int abi, unsigned int nr)
{
	return abi * SAKER_NR_SLOTS + nr;
}

/**
 * saker_pending_note() - a task is about to open this file in a call that opens
 * @task:	current
 * @file:	borrowed for the length of the hook
 * @call:	saker_pending_call()
 * @flags:	of the selection; SAKER_SEL_NO_PATH: its path is not wanted
 *
 * Preemption is off. If there is no place, it is counted, and the call's exit
 * reads the descriptor.
 */
void saker_pending_note(const struct task_struct *task, const struct file *file, u32 call,
			u32 flags);

/**
 * saker_pending_doubt() - may the last call of current look as if it was under way?
 *
 * For a task that has io_uring, at the exit of each call that opens: whether it
 * returned what a call that is under way has for a result. Until the next such exit
 * saker_pending_doubted() says so (hook_security.c). Forgotten when the task dies
 * and when hooks are disarmed.
 */
void saker_pending_doubt(bool doubt);
bool saker_pending_doubted(void);

/* What a call has opened, and how far that can be trusted. */
struct saker_seen {
	const struct saker_opened *opened;	/* NULL: none of what the hook saw */
	unsigned int prov;			/* EV_PROV_KERNEL or EV_PROV_SHARED_FD */
};

/**
 * saker_pending_choose() - saker_pending_opened() when there is doubt
 */
struct saker_seen saker_pending_choose(const struct saker_pending *p, int fd, bool no_open);

/**
 * saker_pending_opened() - the file that a call of current has opened
 * @fd:		what the call returned
 * @no_open:	it was O_PATH, which no hook sees
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
