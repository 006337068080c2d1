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

/* The slot of @task, or NULL. @slot: its number. */
static __always_inline struct bpf_pending *pending_find(__u64 task, __u32 *slot)
{
	struct bpf_pending *p;
	__u32 i, nr;

	for (i = 0; i < BPF_PENDING_PROBES; i++) {
		nr = (pending_home(task) + i) & (BPF_PENDING_SLOTS - 1);
		p = bpf_map_lookup_elem(&pending, &nr);
		if (p && p->task == task) {
			*slot = nr;
			return p;
		}
	}
	return NULL;
}

static __always_inline struct bpf_pending *pending_claim(__u64 task)
{
	struct bpf_pending *p;
	__u32 i, nr;

	for (i = 0; i < BPF_PENDING_PROBES; i++) {
		nr = (pending_home(task) + i) & (BPF_PENDING_SLOTS - 1);
		p = bpf_map_lookup_elem(&pending, &nr);
		if (p && !p->task && !claim(&p->task, nr, task)) {
			p->count = 0;
			return p;
		}
	}
	__sync_fetch_and_add(&control.unpaired, 1);
	return NULL;
}

static __always_inline void pending_release(struct bpf_pending *p, __u32 slot)
{
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
