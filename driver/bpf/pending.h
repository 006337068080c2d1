/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pending table: what function hooks saw for calls whose result is not known yet,
 * as driver/pending.c. An entry is a copy of a file's identity and path, or of the
 * address that a socket is connected to. A slot is claimed in one step and is then
 * busy until its claimer parks or releases it.
 *
 * An entry is freed by the exit of its call; by its task's death
 * (sched_process_exit, attached as long as any hook is); or by another task that
 * needs its slot: it takes the oldest entry of the user or group that has most of
 * them there, and before Linux 5.12 only one of a former selection. An entry of a
 * former selection is no longer used: its call may have returned unseen.
 */
#ifndef SAKER_BPF_PENDING_H
#define SAKER_BPF_PENDING_H

#include "path.h"

extern const void init_task __ksym __weak;
extern const void ftrace_enabled __ksym __weak;	/* the sysctl kernel.ftrace_enabled */

/* As saker_pending_spread(): a place for @task in the user's quarter of so many places. */
static __always_inline __u32 pending_spread(__u64 task, __u32 uid, __u32 bits)
{
	return ((uid * 2654435761u >> (32 - bits)) + ((__u32)task * 2654435761u >> (34 - bits))) &
	       ((1u << bits) - 1);
}

static __always_inline __u32 pending_home(__u64 task, __u32 uid)
{
	return pending_spread(task, uid, BPF_PENDING_BITS);
}

/* As saker_pending_uid(). */
static __always_inline __u32 pending_uid(struct task_struct *task)
{
	const struct cred *cred = HOT(task, real_cred);

	return HOT(cred, uid.val);
}

/* -- blocks -- */

static __always_inline struct bpf_block *block_at(__u32 nr)
{
	nr &= BPF_PENDING_BLOCKS - 1;
	return bpf_map_lookup_elem(&blocks, &nr);
}

/* What claim() and disclaim() call the block: slots come first. */
#define BLOCK_PLACE(nr)	(BPF_PENDING_SLOTS + (nr))

/* Return: number of a block + 1; 0 if none is free near its place. */
__noinline int block_take(__u64 task, __u32 uid)
{
	__u32 i, nr, home = pending_spread(task, uid, BPF_BLOCK_BITS);
	struct bpf_block *block;

	for (i = 0; i < BPF_BLOCK_PROBES; i++) {
		nr = (home + i) & (BPF_PENDING_BLOCKS - 1);
		block = block_at(nr);
		if (block && !block->task && !claim(&block->task, BLOCK_PLACE(nr), 0, task))
			return nr + 1;
	}
	return 0;
}

__noinline int block_give(__u32 nr)
{
	struct bpf_block *block;

	if (!nr)
		return 0;
	nr = (nr - 1) & (BPF_PENDING_BLOCKS - 1);
	block = block_at(nr);
	if (block)
		disclaim(&block->task, BLOCK_PLACE(nr));
	return 0;
}

/* -- slots -- */

static __always_inline struct bpf_pending *pending_slot(__u32 nr)
{
	nr &= BPF_PENDING_SLOTS - 1;
	return bpf_map_lookup_elem(&pending, &nr);
}

/*
 * The slot of @task if it is not at @home, or NULL. @slot: in: number of the home; out: of the
 * slot.
 */
static __always_inline struct bpf_pending *pending_away(const struct bpf_pending *home, __u64 task,
							__u32 *slot)
{
	struct bpf_pending *p;
	__u32 i;

	if (!home->displaced)
		return NULL;
	for (i = 1; i < BPF_PENDING_PROBES; i++) {
		p = pending_slot(*slot + i);
		if (p && p->task == task) {
			*slot = (*slot + i) & (BPF_PENDING_SLOTS - 1);
			return p;
		}
	}
	return NULL;
}

/* Is it of a former selection? Then its call may have returned without being seen. */
static __always_inline bool pending_is_stale(const struct bpf_pending *p)
{
	return p->generation != control.generation;
}

static __always_inline void pending_leave_home(const struct bpf_pending *p, __u32 slot)
{
	struct bpf_pending *home;

	if (p->home == slot)
		return;
	home = pending_slot(p->home);
	if (home)
		__sync_fetch_and_add(&home->displaced, -1);
}

/* Give back what the entry holds. A slot that has no entry has no blocks. */
static __always_inline void pending_empty(struct bpf_pending *p, __u32 slot)
{
	pending_leave_home(p, slot);
	if (!(p->first.block | p->last.block))
		return;
	block_give(p->first.block);
	block_give(p->last.block);
	p->first.block = 0;
	p->last.block = 0;
}

/* Note that a task whose home is @home has claimed @slot. */
static __always_inline void pending_settle(struct bpf_pending *p, __u32 slot, __u32 home)
{
	struct bpf_pending *at_home;

	p->home = home;
	p->count = 0;
	if (slot == home)
		return;
	at_home = pending_slot(home);
	if (at_home)
		__sync_fetch_and_add(&at_home->displaced, 1);
}

/* As in driver/pending.c: tasks of the same groups share the set of them. */
static __always_inline __u64 task_groups(struct task_struct *task)
{
	return (__u64)HOT(task, cgroups);
}

/* The set of the first task: those of the roots have nothing in common. */
static __always_inline __u64 root_groups(void)
{
	__u64 set = 0;

	if (&init_task)
		bpf_probe_read_kernel(&set, sizeof(set),
				      member_of(struct task_struct, &init_task, cgroups));
	return set;
}

/* What two entries have in common. A function of its own, so that the verifier walks it once. */
#define SAME_USER	1
#define SAME_GROUPS	0x100

__noinline int pending_common(__u32 slot, __u32 other)
{
	struct bpf_pending *a = pending_slot(slot), *b = pending_slot(other);

	if (!a || !b)
		return 0;
	return (a->uid == b->uid ? SAME_USER : 0) | (a->group == b->group ? SAME_GROUPS : 0);
}

/* As slot_weight() in driver/pending.c. */
__noinline int pending_weight(__u32 home, __u32 slot)
{
	struct bpf_pending *p = pending_slot(slot);
	__u32 i, all = 0, users, groups;

	if (!p)
		return 0;
	for (i = 0; i < BPF_PENDING_PROBES; i++)
		all += pending_common(slot, home + i);
	users = all % SAME_GROUPS;
	groups = all / SAME_GROUPS;
	return p->group == root_groups() || users > groups ? users : groups;
}

/*
 * All slots are taken: take over the oldest entry of the user or group that has most of them.
 *
 * A function of its own, as it is rare. Return: its slot, claimed for @task; -1 if none can.
 */
__noinline int pending_evict(__u64 task, __u32 home)
{
	__u64 owner = 0, oldest = ~0ull, is;
	__u32 i, slot = 0, weight, most = 0;
	struct bpf_pending *p;

	for (i = 0; i < BPF_PENDING_PROBES; i++) {
		p = pending_slot(home + i);
		if (!p)
			continue;
		is = *(volatile __u64 *)&p->task;
		weight = pending_weight(home, home + i);
		if (!may_evict(is, pending_is_stale(p)) || weight < most ||
		    (weight == most && p->since >= oldest))
			continue;
		most = weight;
		oldest = p->since;
		owner = is;
		slot = (home + i) & (BPF_PENDING_SLOTS - 1);
	}
	__sync_fetch_and_add(&control.unpaired, 1);	/* that entry, or this file */
	__sync_fetch_and_add(&control.refused, 1);
	p = pending_slot(slot);
	if (!owner || !p || claim(&p->task, slot, owner, task))
		return -1;
	pending_empty(p, slot);
	pending_settle(p, slot, home);
	return slot;
}

/*
 * Find or claim a slot if the home is not free, or if entries with this home
 * are in other slots.
 *
 * Return: the slot of @task, claimed; -1 if there is none.
 */
__noinline int pending_of_slow(__u64 task, __u32 home)
{
	struct bpf_pending *at_home = pending_slot(home), *p;
	__u32 i, slot = home;

	if (!at_home)
		return -1;
	p = at_home->task == task ? at_home : pending_away(at_home, task, &slot);
	if (p) {
		if (reclaim(&p->task, slot, task, pending_is_stale(p)))
			return -1;
		if (pending_is_stale(p))
			p->count = 0;
		return slot;
	}
	for (i = 0; i < BPF_PENDING_PROBES; i++) {
		slot = (home + i) & (BPF_PENDING_SLOTS - 1);
		p = pending_slot(slot);
		if (p && !p->task && !claim(&p->task, slot, 0, task)) {
			pending_settle(p, slot, home);
			return slot;
		}
	}
	return pending_evict(task, home);
}

/*
 * pending_of() - the slot of @task, which is current, claimed if it has none; to be parked
 * @self:	its pid_tgid
 * @call:	call_place() of the call; an entry of another one is begun again
 * @seen:	out: how many files or addresses its call has seen before
 *
 * Return: NULL if none is free.
 */
static __always_inline struct bpf_pending *pending_of(struct task_struct *task, __u64 self,
						      __u32 call, __u32 *seen)
{
	__u32 uid = pending_uid(task), home = pending_home(self, uid);
	struct bpf_pending *p = pending_slot(home);
	__u64 start = HOT(task, start_boottime);
	int slot;

	*seen = 0;
	if (p && !p->displaced && !claim(&p->task, home, 0, self)) {
		p->home = home;
		p->slot = home;
		p->count = 1;
	} else {
		slot = pending_of_slow(self, home);
		p = slot < 0 ? NULL : pending_slot(slot);
		if (!p)
			return NULL;
		if (p->count && (p->call != call || p->start != start)) {
			__sync_fetch_and_add(&control.unpaired, 1);
			p->count = 0;
		}
		*seen = p->count++;
		p->slot = slot;
	}
	p->call = call;
	p->start = start;
	p->uid = uid;
	p->group = task_groups(task);
	return p;
}

/* Park a complete entry: from now on another task may take it over. */
static __always_inline void pending_park(struct bpf_pending *p, __u64 task)
{
	p->generation = control.generation;
	p->since = bpf_jiffies64();
	park(&p->task, task);
}

static __always_inline void pending_release(struct bpf_pending *p, __u32 slot)
{
	pending_empty(p, slot);
	disclaim(&p->task, slot);
}

/* The entry of @self, which is current, to be released; NULL if it has none. @slot: its number. */
static __always_inline struct bpf_pending *pending_take(struct task_struct *task, __u64 self,
							__u32 *slot)
{
	struct bpf_pending *p;

	*slot = pending_home(self, pending_uid(task));
	p = pending_slot(*slot);
	if (p && p->task != self)
		p = pending_away(p, self, slot);
	if (!p || reclaim(&p->task, *slot, self, false))
		return NULL;
	if (!pending_is_stale(p))
		return p;
	__sync_fetch_and_add(&control.unpaired, 1);
	pending_release(p, *slot);
	return NULL;
}

/* Likewise, at the exit of a call: an entry of another call or of a former task is freed. */
static __always_inline struct bpf_pending *pending_take_of(const struct fill *f, __u32 *slot)
{
	struct task_struct *task = f->current;
	struct bpf_pending *p = pending_take(task, f->task, slot);

	if (!p || (p->call == call_place(f->abi, f->nr) && p->start == HOT(task, start_boottime)))
		return p;
	__sync_fetch_and_add(&control.unpaired, 1);
	pending_release(p, *slot);
	return NULL;
}

/* A task exits: its entry will not be recorded. */
static __always_inline void pending_forget(struct task_struct *task, __u64 self)
{
	struct bpf_pending *p;
	__u32 slot;

	p = pending_take(task, self, &slot);
	if (!p)
		return;
	__sync_fetch_and_add(&control.unpaired, 1);
	pending_release(p, slot);
}

/* As saker_pending_unseen(): a call has no entry; count it if function hooks are turned off. */
static __always_inline void pending_unseen(void)
{
	__u32 on = 1;

	if (&ftrace_enabled)
		bpf_probe_read_kernel(&on, sizeof(on), &ftrace_enabled);
	if (!on)
		__sync_fetch_and_add(&control.unpaired, 1);
}

static __always_inline bool task_has_uring(struct task_struct *current)
{
	struct task_struct___uring *task = (void *)current;

	return bpf_core_field_exists(task->io_uring) && HOT(task, io_uring);
}

/*
 * As saker_pending_doubt() of driver/pending.h: notes whether the last call of a
 * task that has io_uring looks as if it were under way. Freed at its next exit from
 * such a call that succeeds, and at its death; if the map is full, the oldest is
 * removed.
 */
static __always_inline void pending_doubt(__u64 task)
{
	__u8 yes = 1;

	bpf_map_update_elem(&doubted, &task, &yes, BPF_ANY);
}

static __always_inline void pending_trust(__u64 task)
{
	if (bpf_map_lookup_elem(&doubted, &task))
		bpf_map_delete_elem(&doubted, &task);
}

/* At the exit of a call: did it return -ENOSYS, the result of a call under way? */
static __always_inline void call_doubt(const struct fill *f)
{
	if (f->ret == -ENOSYS && task_has_uring(f->current))
		pending_doubt(f->task);
}

/* At the exit of a call that is not recorded. */
static __always_inline void call_lost(const struct fill *f)
{
	struct bpf_pending *p;
	__u32 slot = 0;

	call_doubt(f);
	p = pending_take_of(f, &slot);
	if (p)
		pending_release(p, slot);
}

#endif /* SAKER_BPF_PENDING_H */
