/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pending table: what function hooks saw for calls whose result is not known yet,
 * as driver/pending.c. An entry is a copy of a file's identity and path, or of the
 * address that a socket is connected to. A slot is claimed in one step and is then
 * busy until its claimer parks or releases it.
 *
 * An entry is freed by the exit of its call; by its task's death
 * (sched_process_exit, attached as long as any hook is); or by another task that
 * needs its slot: it takes the oldest entry, and before Linux 5.12 only one of a
 * former selection. An entry of a former selection is no longer used: its call
 * may have returned unseen.
 */
#ifndef SAKER_BPF_PENDING_H
#define SAKER_BPF_PENDING_H

#include "path.h"

static __always_inline __u32 pending_home(__u64 task)
{
	return ((__u32)task * 2654435761u) >> 22;	/* ten bits: BPF_PENDING_SLOTS */
}

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

/*
 * All slots are taken: take over the oldest entry.
 *
 * A function of its own, as it is rare. Return: its slot, claimed for @task; -1 if none can.
 */
__noinline int pending_evict(__u64 task, __u32 home)
{
	__u64 owner = 0, oldest = ~0ull, is;
	__u32 i, slot = 0;
	struct bpf_pending *p;

	for (i = 0; i < BPF_PENDING_PROBES; i++) {
		p = pending_slot(home + i);
		if (!p)
			continue;
		is = *(volatile __u64 *)&p->task;
		if (!may_evict(is, pending_is_stale(p)) || p->since >= oldest)
			continue;
		oldest = p->since;
		owner = is;
		slot = (home + i) & (BPF_PENDING_SLOTS - 1);
	}
	__sync_fetch_and_add(&control.unpaired, 1);	/* that entry, or this file */
	__sync_fetch_and_add(&control.refused, 1);
	p = pending_slot(slot);
	if (!owner || !p || claim(&p->task, slot, owner, task))
		return -1;
	pending_leave_home(p, slot);
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
 * pending_of() - the slot of @task, claimed if it has none; to be parked
 * @call:	call_place() of the call; an entry of another one is begun again
 * @seen:	out: how many files or addresses its call has seen before
 *
 * Return: NULL if none is free.
 */
static __always_inline struct bpf_pending *pending_of(__u64 task, __u32 call, __u32 *seen)
{
	__u32 home = pending_home(task);
	struct bpf_pending *p = pending_slot(home);
	int slot;

	*seen = 0;
	if (p && !p->displaced && !claim(&p->task, home, 0, task)) {
		p->home = home;
		p->count = 1;
		p->call = call;
		return p;
	}
	slot = pending_of_slow(task, home);
	p = slot < 0 ? NULL : pending_slot(slot);
	if (!p)
		return NULL;
	if (p->count && p->call != call) {
		__sync_fetch_and_add(&control.unpaired, 1);
		p->count = 0;
	}
	p->call = call;
	*seen = p->count++;
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
	pending_leave_home(p, slot);
	disclaim(&p->task, slot);
}

/* The entry of @task, to be released; NULL if it has none. @slot: its number. */
static __always_inline struct bpf_pending *pending_take(__u64 task, __u32 *slot)
{
	struct bpf_pending *p;

	*slot = pending_home(task);
	p = pending_slot(*slot);
	if (p && p->task != task)
		p = pending_away(p, task, slot);
	if (!p || reclaim(&p->task, *slot, task, false))
		return NULL;
	if (!pending_is_stale(p))
		return p;
	__sync_fetch_and_add(&control.unpaired, 1);
	pending_release(p, *slot);
	return NULL;
}

/* Likewise, for a call: an entry of another call is freed, as a tracer has changed its number. */
static __always_inline struct bpf_pending *pending_take_of(__u64 task, __u32 call, __u32 *slot)
{
	struct bpf_pending *p = pending_take(task, slot);

	if (!p || p->call == call)
		return p;
	__sync_fetch_and_add(&control.unpaired, 1);
	pending_release(p, *slot);
	return NULL;
}

/* A task exits: its entry will not be recorded. */
static __always_inline void pending_forget(__u64 task)
{
	struct bpf_pending *p;
	__u32 slot;

	p = pending_take(task, &slot);
	if (!p)
		return;
	__sync_fetch_and_add(&control.unpaired, 1);
	pending_release(p, slot);
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

#endif /* SAKER_BPF_PENDING_H */
