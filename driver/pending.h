/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pending table: what function hooks saw of a call whose outcome is not known
 * yet. fill.h has what the hooks of the system call's exit need of it.
 */
#ifndef SAKER_PENDING_H
#define SAKER_PENDING_H

#include <linux/atomic.h>
#include <linux/types.h>
#include "compat/fs.h"
#include "fill.h"
#include "path.h"

#define SAKER_PENDING_SLOTS	1024
#define SAKER_PENDING_PROBES	8
#define SAKER_PENDING_FILES	2

/*
 * Files a task has seen opened since its last exit from a call that opens.
 * More than one: the file system opened others on the way, or an earlier one
 * was never told. Then the descriptor decides.
 */
struct saker_pending {
	struct task_struct *task;		/* owner; NULL if the slot is free */
	struct file *file[SAKER_PENDING_FILES];	/* first and last, held; anyone may take them */
	struct file *taken[SAKER_PENDING_FILES];	/* the owner's, between take and put */
	u32 count;				/* how many were seen; the owner's */
	atomic_t displaced;			/* owners at home here, but living elsewhere */
	struct saker_pending *home;		/* of the owner */
};

/**
 * saker_pending_hold() - a task opens this file; keep it until the call's exit
 * @task:	current
 *
 * A table without a free slot nearby is counted; the exit then asks the
 * descriptor.
 */
void saker_pending_hold(struct task_struct *task, struct file *file);

/**
 * saker_pending_choose() - saker_pending_file() when there is a choice
 */
struct saker_fd saker_pending_choose(const struct saker_pending *p, int fd);

/**
 * saker_pending_file() - the file that a call of current has opened
 * @fd:		what the call returned
 *
 * Return: a file borrowed from @p, or NULL if none of its files was opened.
 */
static inline struct saker_fd saker_pending_file(const struct saker_pending *p, int fd)
{
	struct file *file = p->taken[0];

	if (unlikely(p->count != 1 || saker_task_has_uring(current)))
		return saker_pending_choose(p, fd);
	if (unlikely(!file || !(file->f_mode & FMODE_OPENED)))
		file = NULL;
	return (struct saker_fd){ file, EV_PROV_KERNEL };
}

#endif /* SAKER_PENDING_H */
