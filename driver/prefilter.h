/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs the prefilter (saker/prefilter.h): excludes opens that no rule can match, in the
 * function hook before the path is resolved, or at the exit of a call whose file no hook
 * saw. The program belongs to one selection; with any other in force everything passes.
 *
 * The hook marks a task whose file it excluded, and the exit of the call takes the mark.
 * Nothing has to free a mark: an entry has one word, which the next task with the same hash
 * overwrites; then that open is recorded, by its descriptor. If the hook saw several files
 * in one call and excluded only some, the open is recorded by its descriptor, too. A mark
 * that a task left behind, as it died within the call, can only be taken at the exit of an
 * open whose file the hook did not see: those are opens with O_PATH, for which marks do not
 * count.
 */
#ifndef SAKER_DRIVER_PREFILTER_H
#define SAKER_DRIVER_PREFILTER_H

#include <linux/hash.h>
#include <linux/rcupdate.h>
#include <saker/prefilter.h>
#include "fill.h"

struct file;

#define SAKER_MARK_BITS		12

/* A program with its marks: the address of the task that has one. */
struct saker_prefilter_state {
	unsigned long marks[1 << SAKER_MARK_BITS];
	struct saker_prefilter program;		/* with its slots */
};

extern struct saker_prefilter_state __rcu *saker_prefilter;

/**
 * saker_prefilter_load() - check a program and put it in force
 * @at:		in user memory
 * @generation:	of the selection in force, to which it must belong
 *
 * Under saker_session_lock; may sleep. Return: 0, -EINVAL, -ESTALE, -EFAULT or -ENOMEM.
 */
int __must_check saker_prefilter_load(const void __user *at, u32 size, u64 generation);

/**
 * saker_prefilter_unload() - the selection has changed
 *
 * Under saker_session_lock; may sleep.
 */
void saker_prefilter_unload(void);

/* The functions below: preemption is off. */

/* The program of a selection; NULL: it has none. */
static __always_inline struct saker_prefilter_state *
saker_prefilter_of(const struct saker_selection *sel)
{
	struct saker_prefilter_state *s = rcu_dereference_sched(saker_prefilter);

	return s && likely(s->program.generation == sel->generation) ? s : NULL;
}

bool saker_prefilter_file(struct saker_prefilter_state *s, const struct file *file,
			  struct pt_regs *regs, unsigned int abi, unsigned int nr);

/**
 * saker_prefilter_excludes() - at the hook: can no rule match this open?
 * @file:	that a call of current is about to open
 *
 * If so, current is marked.
 */
static __always_inline bool saker_prefilter_excludes(const struct saker_selection *sel,
						     const struct file *file,
						     struct pt_regs *regs, unsigned int abi,
						     unsigned int nr)
{
	struct saker_prefilter_state *s = saker_prefilter_of(sel);

	return s && saker_prefilter_file(s, file, regs, abi, nr);
}

bool saker_prefilter_exit(struct saker_prefilter_state *s, struct saker_fill *f);

/**
 * saker_prefilter_drops() - at the exit of an open: is it excluded?
 *
 * Sets f->unsure if the files that the hook saw do not say which was opened.
 */
static __always_inline bool saker_prefilter_drops(struct saker_fill *f)
{
	struct saker_prefilter_state *s = saker_prefilter_of(f->sel);

	return s && f->regs && saker_prefilter_exit(s, f);
}

#endif /* SAKER_DRIVER_PREFILTER_H */
