// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pending table: a small hash by task, fixed in size. The one idea: a slot is
 * claimed by cmpxchg and from then on used by its owner alone, so there is no
 * lock; only the files in it can be taken away, by xchg.
 *
 * A held file is released a moment after the call that opened it: if another
 * thread closes the descriptor meanwhile, the last fput() is ours, and the
 * release runs as work of this task on its way to user space.
 */
#include "pending.h"

#include <linux/file.h>
#include <linux/fs.h>
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include "compat/fs.h"

static struct saker_pending *slots;
static atomic64_t unpaired;

int saker_pending_init(void)
{
	if (slots)		/* KUnit suites of a module may run before its init */
		return 0;
	slots = kvcalloc(SAKER_PENDING_SLOTS, sizeof(*slots), GFP_KERNEL);
	return slots ? 0 : -ENOMEM;
}

void saker_pending_uninit(void)
{
	saker_pending_clear();
	kvfree(slots);
	slots = NULL;
}

u64 saker_pending_unpaired(void)
{
	return atomic64_read(&unpaired);
}

static inline struct saker_pending *slot_home(const struct task_struct *task)
{
	return &slots[hash_ptr(task, ilog2(SAKER_PENDING_SLOTS))];
}

static struct saker_pending *slot_after(struct saker_pending *home, unsigned int probe)
{
	return &slots[(home - slots + probe) % SAKER_PENDING_SLOTS];
}

static noinline struct saker_pending *slot_find_displaced(struct saker_pending *home,
							  const struct task_struct *task)
{
	unsigned int i;

	for (i = 1; i < SAKER_PENDING_PROBES; i++)
		if (READ_ONCE(slot_after(home, i)->task) == task)
			return slot_after(home, i);
	return NULL;
}

/* Only the task itself asks for its slot, so nobody moves it meanwhile. */
static __always_inline struct saker_pending *slot_find(struct saker_pending *home,
						       const struct task_struct *task)
{
	if (READ_ONCE(home->task) == task)
		return home;
	if (likely(!atomic_read(&home->displaced)))
		return NULL;
	return slot_find_displaced(home, task);
}

static noinline struct saker_pending *slot_claim_displaced(struct saker_pending *home,
							   struct task_struct *task)
{
	unsigned int i;

	for (i = 1; i < SAKER_PENDING_PROBES; i++) {
		struct saker_pending *p = slot_after(home, i);

		if (!READ_ONCE(p->task) && !cmpxchg(&p->task, NULL, task)) {
			atomic_inc(&home->displaced);
			p->home = home;
			p->count = 0;
			return p;
		}
	}
	atomic64_inc(&unpaired);
	return NULL;
}

static __always_inline struct saker_pending *slot_claim(struct saker_pending *home,
							struct task_struct *task)
{
	if (unlikely(cmpxchg(&home->task, NULL, task)))
		return slot_claim_displaced(home, task);
	home->home = home;
	home->count = 0;
	return home;
}

static __always_inline void slot_release(struct saker_pending *p)
{
	if (unlikely(p->home != p))
		atomic_dec(&p->home->displaced);
	/* Pairs with the claimer's cmpxchg: the files are taken before the slot is free. */
	smp_store_release(&p->task, NULL);
}

/* Put a file, or NULL, in the place of the one that is held there. */
static void slot_replace(struct saker_pending *p, unsigned int i, struct file *file)
{
	file = xchg(&p->file[i], file);
	if (file)
		fput(file);
}

void saker_pending_hold(struct task_struct *task, struct file *file)
{
	struct saker_pending *home = slot_home(task);
	struct saker_pending *p = slot_find(home, task);

	if (likely(!p))
		p = slot_claim(home, task);
	if (unlikely(!p))
		return;
	get_file(file);
	slot_replace(p, p->count ? 1 : 0, file);
	p->count++;
}

struct saker_pending *saker_pending_take(void)
{
	struct saker_pending *p = slot_find(slot_home(current), current);

	if (!p)
		return NULL;
	p->taken[0] = xchg(&p->file[0], NULL);
	p->taken[1] = unlikely(p->count > 1) ? xchg(&p->file[1], NULL) : NULL;
	return p;
}

void saker_pending_put(struct saker_pending *p)
{
	if (likely(p->taken[0]))
		fput(p->taken[0]);
	if (unlikely(p->taken[1]))
		fput(p->taken[1]);
	slot_release(p);
}

void saker_pending_forget(const struct task_struct *task)
{
	struct saker_pending *p = slot_find(slot_home(task), task);

	if (likely(!p))
		return;
	atomic64_inc(&unpaired);
	slot_replace(p, 0, NULL);
	slot_replace(p, 1, NULL);
	slot_release(p);
}

/* The owners are somewhere: take their files, leave them their slots. */
void saker_pending_clear(void)
{
	unsigned int i, k;

	for (i = 0; slots && i < SAKER_PENDING_SLOTS; i++) {
		for (k = 0; k < SAKER_PENDING_FILES; k++) {
			if (!READ_ONCE(slots[i].file[k]))
				continue;
			slot_replace(&slots[i], k, NULL);
			atomic64_inc(&unpaired);
		}
	}
}

static bool file_is_open(const struct file *file)
{
	return file && (file->f_mode & FMODE_OPENED);
}

/* Which of several files is the one behind the descriptor? */
static struct file *file_by_fd(const struct saker_pending *p, int fd)
{
	struct file *now = fget_raw(fd), *found = NULL;
	unsigned int i;

	for (i = 0; now && i < SAKER_PENDING_FILES; i++)
		if (p->taken[i] == now)
			found = now;
	if (now)
		fput(now);
	return found;
}

struct saker_fd saker_pending_choose(const struct saker_pending *p, int fd)
{
	struct file *const *file = p->taken;
	bool alone = p->count == 1, uring = saker_task_has_uring(current);
	struct file *found = file_by_fd(p, fd);

	if (found)
		return (struct saker_fd){ found, EV_PROV_KERNEL };
	/*
	 * The descriptor is another file's already. What was opened first is
	 * what the call asked for, unless it is left over from io_uring's work.
	 */
	if (file_is_open(file[0]) && (alone || !uring))
		found = file[0];
	else if (file_is_open(file[1]))
		found = file[1];
	return (struct saker_fd){ found, EV_PROV_SHARED_FD };
}
