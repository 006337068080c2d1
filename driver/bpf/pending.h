/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pending table: what security_file_open() has shown of a call whose outcome is
 * not known yet, as driver/pending.c. The one idea: a program cannot hold a
 * file, so it holds what is to be told of it; a slot is claimed in one step and
 * from then on used by its owner alone.
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

/* The slot of @task, or NULL, if it is not at @home. @slot: the number of that, then of the slot. */
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

/* The slot of @task, or NULL. @slot: its number. */
static __always_inline struct bpf_pending *pending_find(__u64 task, __u32 *slot)
{
	struct bpf_pending *p;

	*slot = pending_home(task);
	p = pending_slot(*slot);
	return !p || p->task == task ? p : pending_away(p, task, slot);
}

static __always_inline struct bpf_pending *pending_claim(struct bpf_pending *at_home, __u32 home,
							 __u64 task)
{
	struct bpf_pending *p;
	__u32 i;

	for (i = 0; i < BPF_PENDING_PROBES; i++) {
		p = i ? pending_slot(home + i) : at_home;
		if (!p || p->task || claim(&p->task, (home + i) & (BPF_PENDING_SLOTS - 1), task))
			continue;
		if (i)
			__sync_fetch_and_add(&at_home->displaced, 1);
		p->home = home;
		p->count = 0;
		return p;
	}
	__sync_fetch_and_add(&control.unpaired, 1);
	__sync_fetch_and_add(&control.refused, 1);
	return NULL;
}

/* The slot of @task, claimed if it has none; NULL if none is free. */
static __always_inline struct bpf_pending *pending_of(__u64 task)
{
	__u32 slot = pending_home(task);
	struct bpf_pending *home = pending_slot(slot), *p;

	if (!home || home->task == task)
		return home;
	p = pending_away(home, task, &slot);
	return p ? p : pending_claim(home, slot, task);
}

static __always_inline void pending_release(struct bpf_pending *p, __u32 slot)
{
	struct bpf_pending *home;

	if (p->home != slot) {
		home = pending_slot(p->home);
		if (home)
			__sync_fetch_and_add(&home->displaced, -1);
	}
	disclaim(&p->task, slot);
}

/* A task exits: what it has seen opened will never be told. */
static __always_inline void pending_forget(__u64 task)
{
	struct bpf_pending *p;
	__u32 slot;

	p = pending_find(task, &slot);
	if (!p)
		return;
	__sync_fetch_and_add(&control.unpaired, 1);
	pending_release(p, slot);
}

#endif /* SAKER_BPF_PENDING_H */
