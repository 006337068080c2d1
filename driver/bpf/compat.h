/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hides the differences between kernels from the programs. The same source is
 * compiled twice, and the loader tries the first object before the second; no
 * kernel version is compared. The newer form reads the current task by plain
 * loads, has its registers, and claims slots by compare-and-exchange.
 */
#ifndef SAKER_BPF_COMPAT_H
#define SAKER_BPF_COMPAT_H

#include "kernel.h"

/* Keep the compiler from removing checks that the verifier needs. */
#define bounded(v, mask)	({ __u64 v_ = (v); asm volatile("%0 &= %1" : "+r"(v_) : "i"(mask)); v_; })

/* For saker/prefilter.h. */
#define SAKER_PF_BOUNDED(v, mask)	bounded(v, mask)
#define SAKER_PF_LOAD(p)		(*(const __u64 *)(p))
#define SAKER_PF_SLASH(g, buf, from)	pf_slash((g)->room, (g)->end, (g)->len, from)
#define SAKER_PF_TWO_DOTS(g, buf)	pf_two_dots((g)->room, (g)->end, (g)->len)
int pf_slash(__u32 room, __u32 end, __u32 len, __u32 from);	/* prefilter.h */
int pf_two_dots(__u32 room, __u32 end, __u32 len);

#include <saker/bpf.h>
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

/* From 6.11 on. 6.13 and later let programs at a system call's exit be preempted. */
extern void bpf_preempt_disable(void) __ksym __weak;
extern void bpf_preempt_enable(void) __ksym __weak;

/*
 * Set before loading: can a program be preempted, and may it call functions while it disables
 * that?
 */
const volatile __u32 preemptible;

/* The loader sets their type to what this kernel needs at sys_exit: tp_btf or perf. */
#define AT_EXIT	"?raw_tp/sys_exit"

/* Set before loading: the type is perf. */
const volatile __u32 by_perf;

/* Set before loading: sched_process_exit passes whether the thread was the last (6.16). */
const volatile __u32 exit_says_last;

static __always_inline void preempt_disable(void)
{
	if (preemptible && bpf_preempt_disable)
		bpf_preempt_disable();
}

static __always_inline void preempt_enable(void)
{
	if (preemptible && bpf_preempt_enable)
		bpf_preempt_enable();
}

#ifdef SAKER_BPF_OLD

#define HOT(p, member)	BPF_CORE_READ(p, member)
#define IS_PLAIN(how)	false
#define PF_TESTS_EVENTS	false	/* prefilter_event.h: not tried with the verifier of such kernels */
#define HOT_AT(at)							\
({									\
	__typeof__(*(at)) value_ = 0;					\
	bpf_probe_read_kernel(&value_, sizeof(value_), at);		\
	value_;								\
})

static __always_inline struct task_struct *current_task(void)
{
	return (void *)bpf_get_current_task();
}

/* The registers are at the end of the kernel's stack. */
static __always_inline struct pt_regs *current_regs(struct task_struct *task)
{
	const unsigned long thread_size = 16384;

	return BPF_CORE_READ(task, stack) + thread_size - bpf_core_type_size(struct pt_regs);
}

/*
 * A task claims a slot by inserting the slot's number here; the insert fails if it is already
 * there.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, BPF_PENDING_SLOTS + BPF_PENDING_BLOCKS);
	__type(key, __u32);
	__type(value, __u64);
} claims SEC(".maps");

/* Nothing comes between the two steps: preemption is off. */
static __always_inline bool busy_claim(__u64 *busy)
{
	if (*(volatile __u64 *)busy)
		return false;
	__sync_fetch_and_add(busy, 1);
	return true;
}

/*
 * Set the owner of a slot from @from, which is 0 or the owner of a stale entry, to @task.
 * The task that deletes the number of a stale entry gets the slot; the former owner does
 * not access such an entry otherwise.
 */
static __always_inline int claim(__u64 *owner, __u32 slot, __u64 from, __u64 task)
{
	if (from && bpf_map_delete_elem(&claims, &slot))
		return -1;
	if (bpf_map_update_elem(&claims, &slot, &task, BPF_NOEXIST))
		return -1;
	*owner = task;
	return 0;
}

/* A parked entry can be taken over only if its owner no longer reads it. */
static __always_inline bool may_evict(__u64 owner, bool stale)
{
	return owner && stale;
}

/* The task's own entry: no other task accesses it unless it is stale. */
static __always_inline int reclaim(__u64 *owner, __u32 slot, __u64 task, bool stale)
{
	return stale ? claim(owner, slot, task, task) : 0;
}

static __always_inline void park(__u64 *owner, __u64 task)
{
}

static __always_inline void disclaim(__u64 *owner, __u32 slot)
{
	*owner = 0;
	bpf_map_delete_elem(&claims, &slot);
}

#else

#define HOT(p, member)	((p)->member)
#define PF_TESTS_EVENTS	true
#define IS_PLAIN(how)	((how) == PLAIN)	/* can an address in the object be loaded from? */
#define HOT_AT(at)	(*(at))

static __always_inline struct task_struct *current_task(void)
{
	return bpf_get_current_task_btf();
}

static __always_inline struct pt_regs *current_regs(struct task_struct *task)
{
	return (void *)bpf_task_pt_regs(task);
}

/* In one step: if a task is preempted while it is busy, others only use another slot. */
static __always_inline bool busy_claim(__u64 *busy)
{
	return !__sync_val_compare_and_swap(busy, 0, 1);
}

#define OWNER_BUSY	(1ull << 63)

/* Set the owner of a slot from @from, which is 0 or a parked owner, to @task, busy. */
static __always_inline int claim(__u64 *owner, __u32 slot, __u64 from, __u64 task)
{
	return __sync_val_compare_and_swap(owner, from, task | OWNER_BUSY) == from ? 0 : -1;
}

static __always_inline bool may_evict(__u64 owner, bool stale)
{
	return owner && !(owner & OWNER_BUSY);
}

/* The task's own entry, from parked to busy. */
static __always_inline int reclaim(__u64 *owner, __u32 slot, __u64 task, bool stale)
{
	return claim(owner, slot, task, task);
}

static __always_inline void park(__u64 *owner, __u64 task)
{
	asm volatile("" ::: "memory");
	*(volatile __u64 *)owner = task;
}

static __always_inline void disclaim(__u64 *owner, __u32 slot)
{
	*(volatile __u64 *)owner = 0;
}

#endif

/*
 * Arguments at the exit of a system call. tp_btf passes its registers and its
 * result; perf passes a word of its own, then the number and the result.
 */
static __always_inline __u64 perf_word(const __u64 *ctx, int n)
{
	__u64 word = ctx[n];

	/*
	 * Without this the compiler selects the address instead of the value, which the
	 * verifier rejects.
	 */
	asm volatile("" : "+r"(word));
	return word;
}

static __always_inline struct pt_regs *exit_regs(const __u64 *ctx)
{
	return by_perf ? current_regs(current_task()) : (void *)ctx[0];
}

static __always_inline __u64 exit_orig_ax(const __u64 *ctx)
{
	return by_perf ? perf_word(ctx, 1) : ((struct pt_regs *)ctx[0])->orig_ax;
}

static __always_inline long exit_result(const __u64 *ctx)
{
	return by_perf ? perf_word(ctx, 2) : ctx[1];
}

/* Address of a member, at its offset in this kernel. */
#define member_of(type, p, member)	((void *)(p) + bpf_core_field_offset(type, member))

/*
 * How a struct of the kernel is read: by plain loads (HOT), which needs a pointer of which
 * the verifier knows the type, or by the helper, which costs about eighty instructions
 * but takes any address.
 */
enum how { PLAIN, HELPER };

#define LOAD(how, p, member)	((how) == PLAIN ? HOT(p, member) : BPF_CORE_READ(p, member))

/*
 * The first bytes of a struct, copied by one call of the helper. IN() is a member: from
 * the copy or, in a kernel where it is not among these bytes, from the struct at @p.
 */
struct block { __u64 word[8]; };

#define block_read(copy, p)	bpf_probe_read_kernel(copy, sizeof(*(copy)), p)
#define is_in(copy, type, member)						\
	(bpf_core_field_offset(type, member) + sizeof(((type *)0)->member) <= sizeof(*(copy)))
#define IN(copy, p, type, member)						\
({										\
	__typeof__(((type *)0)->member) value_ = 0;				\
										\
	if (is_in(copy, type, member))						\
		value_ = *(__typeof__(value_) *)member_of(type, copy, member);	\
	else									\
		bpf_probe_read_kernel((void *)&value_, sizeof(value_),		\
				      member_of(type, p, member));		\
	value_;									\
})

#endif /* SAKER_BPF_COMPAT_H */
