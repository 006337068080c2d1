/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A hook's second program. From 7.0 on tracepoints are preemptible, and the kernel
 * skips a program that is under way on the same CPU, though in a task that only
 * waits for its turn there: all that other tasks do meanwhile would be lost. The
 * one idea: a second program right behind the first. The first marks the tasks
 * whose hits it has seen; the second takes the mark away, or, where it finds none,
 * does what the first would have done.
 *
 * Lost is a hit that neither has seen. If the second is skipped where the first was
 * not, the mark stays and hides a later hit that the first is skipped for, once; so
 *
 *	lost = skips of the first - hits caught by the second <= skips of the second
 *
 * A mark is a bit of a byte that belongs to the task alone, by its number. Seconds are
 * loaded where tracepoints are preemptible only; and for sys_exit not if perf brings it
 * (by_perf), which lets no program of its be preempted.
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

/* Has the first program seen this hit? The mark is gone then. */
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
