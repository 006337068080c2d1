/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs the prefilter (saker/prefilter.h): excludes events that no rule can match, in the
 * function hook before the path is resolved, or at the exit of a call, in particular one whose
 * file no hook saw. The program belongs to one selection; with any other in force everything
 * passes.
 *
 * The hook marks a task whose file it excluded, and the exit of the call takes the mark.
 * Nothing has to free a mark: an entry has one word, which the next task with the same hash
 * overwrites; then the file of the descriptor is tested, or recorded if another task may have
 * replaced it. A mark that a task left behind, as it died within the call, is no other task's.
 *
 * A call can come to several files (after ESTALE the kernel begins it again). If one passes after
 * one was excluded, the mark says so: the open is recorded, also if the entry of the one that
 * passed was lost. Which file was opened is then found as for several files in the entry.
 */
#ifndef SAKER_DRIVER_PREFILTER_H
#define SAKER_DRIVER_PREFILTER_H

#include <linux/err.h>
#include <linux/hash.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <saker/prefilter.h>
#include "compat/time.h"
#include "fill.h"
#include "pending.h"
#include "select.h"
#include "stats.h"

struct file;

#define SAKER_MARK_BITS		12

/* What the hook decided on the files of a call of current. */
enum saker_mark {
	SAKER_MARK_NONE,
	SAKER_MARK_EXCLUDED,	/* no rule can match them */
	SAKER_MARK_PASSED,	/* likewise, but a later one passed */
	SAKER_MARK_CONNECT,	/* the socket is excluded, with any result */
};

/* A program with its marks: saker_mark_value() of the task that has one, and bits. */
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

static __always_inline unsigned long *saker_mark_of(struct saker_prefilter_state *s)
{
	return &s->marks[hash_ptr(current, SAKER_MARK_BITS)];
}

#define SAKER_MARK_PASSED_BIT	1ul
#define SAKER_MARK_CONNECT_BIT	2ul
#define SAKER_MARK_KINDS	3ul

/* Of current and no other task, also not of one that has its address later. */
static __always_inline unsigned long saker_mark_value(void)
{
	return ((unsigned long)current ^ (unsigned long)saker_start_boottime(current)) &
	       ~SAKER_MARK_KINDS;
}

static __always_inline enum saker_mark saker_mark_get(const unsigned long *mark)
{
	unsigned long word = READ_ONCE(*mark);

	if (likely((word & ~SAKER_MARK_KINDS) != saker_mark_value()))
		return SAKER_MARK_NONE;
	return SAKER_MARK_EXCLUDED + (word & SAKER_MARK_KINDS);
}

static __always_inline enum saker_mark saker_mark_take(unsigned long *mark)
{
	enum saker_mark ret = saker_mark_get(mark);

	if (unlikely(ret))
		WRITE_ONCE(*mark, 0);
	return ret;
}

bool saker_prefilter_file(struct saker_prefilter_state *s, const struct file *file,
			  const struct pt_regs *regs, unsigned int abi, unsigned int nr);

/**
 * saker_prefilter_excludes() - at the hook: can no rule match this open?
 * @file:	that a call of current is about to open
 *
 * If so, current is marked.
 */
static __always_inline bool saker_prefilter_excludes(const struct saker_selection *sel,
						     const struct file *file,
						     const struct pt_regs *regs,
						     unsigned int abi, unsigned int nr)
{
	struct saker_prefilter_state *s = saker_prefilter_of(sel);

	return s && saker_prefilter_file(s, file, regs, abi, nr);
}

bool saker_prefilter_exit(struct saker_prefilter_state *s, struct saker_fill *f);
bool saker_prefilter_event(struct saker_prefilter_state *s, struct saker_fill *f, u32 type);

/**
 * saker_prefilter_drops() - at the exit of a call, or at its entry: is its event excluded?
 *
 * Of an open, sets f->unsure if the files that the hook saw do not say which was opened. Only a
 * record of a snapshot can have no selection; it is of no call.
 */
static __always_inline bool saker_prefilter_drops(struct saker_fill *f, u32 type)
{
	struct saker_prefilter_state *s = rcu_dereference_sched(saker_prefilter);

	if (!s || !(f->flags & EV_F_SYSCALL) || s->program.generation != f->sel->generation)
		return false;
	if (type == EV_open)
		return saker_prefilter_exit(s, f);
	return s->program.of_type[type] && saker_prefilter_event(s, f, type);
}

bool saker_prefilter_objects(struct saker_prefilter_state *s, struct pt_regs *regs,
			     unsigned int abi, unsigned int nr, u32 type);
bool saker_prefilter_socket(struct saker_prefilter_state *s, const struct saker_connect *connect);

/* saker_prefilter_call() - at a hook: can no rule match this call, with any result? */
static __always_inline bool saker_prefilter_call(const struct saker_selection *sel,
						 struct pt_regs *regs, unsigned int abi,
						 unsigned int nr, u32 type)
{
	struct saker_prefilter_state *s = saker_prefilter_of(sel);

	return s && s->program.of_type[type] && saker_prefilter_objects(s, regs, abi, nr, type);
}

/* saker_prefilter_connects() - likewise a connect. If so, current is marked. */
static __always_inline bool saker_prefilter_connects(const struct saker_selection *sel,
						     const struct saker_connect *connect)
{
	struct saker_prefilter_state *s = saker_prefilter_of(sel);

	return s && s->program.of_type[EV_connect] && saker_prefilter_socket(s, connect);
}

/*
 * Count an excluded open or connect, unless something is to be done beside it, or the hook has
 * noted another file of this call.
 */
static __always_inline bool saker_prefilter_count(unsigned long *mark, u32 type)
{
	struct saker_cpu *cpu = this_cpu_ptr(saker_cpus);

	if (unlikely(cpu->due | cpu->context | cpu->depth) ||
	    unlikely(!saker_pending_is_empty(current)))
		return false;
	WRITE_ONCE(*mark, 0);
	cpu->tally[type].hits++;
	cpu->tally[type].filtered++;
	return true;
}

static __always_inline bool saker_prefilter_try(struct saker_prefilter_state *s, unsigned int abi,
						unsigned int nr, long ret)
{
	const struct saker_selection *sel = rcu_dereference_sched(saker_selection);
	unsigned long *mark = saker_mark_of(s);
	enum saker_mark is = saker_mark_get(mark);

	if (!is)
		return false;
	if (unlikely(is == SAKER_MARK_CONNECT))
		return saker_type_of(abi, nr) == EV_connect && sel &&
		       s->program.generation == sel->generation &&
		       saker_prefilter_count(mark, EV_connect);
	if (saker_type_of(abi, nr) != EV_open)
		return false;
	if (!IS_ERR_VALUE(ret))
		return is == SAKER_MARK_EXCLUDED && sel &&
		       s->program.generation == sel->generation &&
		       saker_prefilter_count(mark, EV_open);
	WRITE_ONCE(*mark, 0);	/* no file was opened */
	return false;
}

/**
 * saker_prefilter_ends() - at the exit of a selected call: has the hook excluded its file?
 *
 * The short way: if it returns true, the hit is counted and nothing else is to be done. For
 * the other cases saker_prefilter_drops() makes the test again.
 */
static __always_inline bool saker_prefilter_ends(unsigned int abi, unsigned int nr, long ret)
{
	struct saker_prefilter_state *s;
	bool ends;

	preempt_disable_notrace();
	s = rcu_dereference_sched(saker_prefilter);
	ends = s && saker_prefilter_try(s, abi, nr, ret);
	preempt_enable_notrace();
	return ends;
}

#endif /* SAKER_DRIVER_PREFILTER_H */
