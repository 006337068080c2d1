/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Defines the second program of a hook. From 7.0 on tracepoints are preemptible, and
 * the kernel skips a program that is under way on the same CPU, even in a task that was
 * preempted there: hits of other tasks meanwhile would be missed. So a second program
 * runs directly after the first. The first marks the tasks whose hits it has seen; the
 * second removes the mark, or, if it finds none, does the work of the first.
 *
 * A hit that neither has seen is missed. If only the second is skipped, the mark stays
 * and hides one later hit for which the first is skipped; so
 *
 *	missed = skips of the first - hits caught by the second <= skips of the second
 *
 * A mark is a bit of a byte that belongs to one task, found by its number. Second
 * programs are loaded only where tracepoints are preemptible. sys_exit needs none if
 * perf runs the program (by_perf), as perf's programs are not preempted.
 */
#ifndef SAKER_BPF_SECOND_H
#define SAKER_BPF_SECOND_H

#include "maps.h"

/* The marks of the current task; NULL cannot be. */
static __always_inline __u8 *current_marks(void)
{
	__u32 zero = 0;
	__u8 *marks = bpf_map_lookup_elem(&seen, &zero);

	return marks ? marks + bounded((__u32)bpf_get_current_pid_tgid(), BPF_SEEN_SIZE - 1) : NULL;
}

static __always_inline void mark_seen(__u32 hook)
{
	__u8 *marks = seconds & 1u << hook ? current_marks() : NULL;

	if (marks)
		*marks |= 1u << hook;
}

/* Has the first program seen this hit? Clears the mark. */
static __always_inline bool was_seen(__u32 hook)
{
	__u8 *marks = current_marks();

	if (marks && *marks & 1u << hook) {
		*marks &= ~(1u << hook);
		return true;
	}
	__sync_fetch_and_add(&control.caught[hook], 1);
	return false;
}

/*
 * HOOK_TWICE(hook, section, body) - both programs of a tracepoint; its arguments are ctx[0]...
 */
#define HOOK_TWICE(hook, section)						\
static __always_inline int on_##hook(__u64 *ctx);				\
SEC(section)									\
int hook(__u64 *ctx)								\
{										\
	mark_seen(BPF_SEEN_##hook);						\
	return on_##hook(ctx);							\
}										\
SEC(section)									\
int hook##_second(__u64 *ctx)							\
{										\
	return was_seen(BPF_SEEN_##hook) ? 0 : on_##hook(ctx);			\
}										\
static __always_inline int on_##hook(__u64 *ctx)

#endif /* SAKER_BPF_SECOND_H */
