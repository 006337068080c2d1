/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Replaces as much of the kernel as the driver's accounting needs (emit.c,
 * stats.c, stream.c, select.c), so that it and its KUnit tests run in user
 * space. One CPU, one task; an interrupt is a function that runs with
 * twin.in_task false. Headers of the driver that need more of the kernel than
 * that are replaced by the few declarations below.
 */
#ifndef TWIN_KERNEL_H
#define TWIN_KERNEL_H

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <linux/compiler.h>
#include <linux/err.h>
#include <saker/event.h>

#define __percpu
#define __rcu
#define __read_mostly
#define noinline		__attribute__((noinline))
#define barrier()		__asm__ volatile("" : : : "memory")
#define OPTIMIZER_HIDE_VAR(v)	__asm__("" : "+r"(v))
#define BIT_ULL(n)		(1ull << (n))
#define min(a, b)		((a) < (b) ? (a) : (b))
#define max(a, b)		((a) > (b) ? (a) : (b))
#define min_t(type, a, b)	min((type)(a), (type)(b))
#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define PTR_ERR(p)		((long)(p))
#define PTR_ERR_OR_ZERO(p)	(IS_ERR(p) ? (int)PTR_ERR(p) : 0)

#define TASK_COMM_LEN		16
#define WARN_ON_ONCE(cond)	assert(!(cond))

/* The kernel's takes no message, which clang refuses of C11's. */
#undef static_assert
#define static_assert(cond, ...)	_Static_assert(cond, #cond)

/* Contexts and locks are lockdep's to check, in the debug kernel. */
#define lockdep_assert_preemption_disabled()	((void)0)
#define lockdep_is_held(lock)	true

struct mutex {
	int unused;
};

#define GFP_KERNEL		0
#define kfree(p)		free(p)

/* The state of the kernel that a test sets. */
struct twin {
	bool in_task;
	u32 preempt_depth;
	u64 now;			/* ns, one more at each reading */
	bool excludes;			/* the prefilter excludes each open */
	u32 wakes;			/* calls of saker_wake() */
	u32 grace_periods;		/* calls of synchronize_rcu() */
	u32 cpus;			/* that are possible */
	u32 cpu;			/* the number of this one; its data are always the first */
};

extern struct twin twin;

#define alloc_percpu(type)	((type *)calloc(twin.cpus, sizeof(type)))
#define free_percpu(p)		free(p)
#define this_cpu_ptr(p)		(p)
#define per_cpu_ptr(p, cpu)	((p) + (cpu))
#define this_cpu_inc(v)		((void)(v)++)
#define this_cpu_write(v, to)	((void)((v) = (to)))
#define this_cpu_xchg(v, to)	__atomic_exchange_n(&(v), (to), __ATOMIC_RELAXED)
#define for_each_possible_cpu(cpu)	for ((cpu) = 0; (cpu) < twin.cpus; (cpu)++)
#define smp_processor_id()	(twin.cpu)

#define in_task()		(twin.in_task)
#define preempt_disable()		((void)twin.preempt_depth++)
#define preempt_enable()		((void)twin.preempt_depth--)
#define preempt_disable_notrace()	preempt_disable()
#define preempt_enable_notrace()	preempt_enable()
#define ktime_get_boottime_ns()	(++twin.now)
#define HAVE_FTRACE_PERMANENT	1
#define HAVE_KTIME_GET_BOOTTIME_NS	1
#define HAVE_REGS_GET_KERNEL_ARGUMENT	1
#define HAVE_TASK_START_BOOTTIME	1
#define cpu_relax()		barrier()

#define rcu_read_lock()		preempt_disable()
#define rcu_read_unlock()	preempt_enable()
#define rcu_dereference(p)	(p)
#define rcu_dereference_sched(p)	(p)
#define rcu_dereference_protected(p, held)	(p)
#define rcu_assign_pointer(p, v)	((p) = (v))
#define synchronize_rcu()	((void)twin.grace_periods++)

struct task_struct {
	int tgid;
	u64 start_boottime;
};

extern struct task_struct twin_current;
#define current			(&twin_current)

/* An interrupt is raised at once. */
struct irq_work {
	void (*func)(struct irq_work *work);
};

#define init_irq_work(w, f)	((w)->func = (f))
#define irq_work_is_busy(w)	((void)(w), false)

static inline void irq_work_queue(struct irq_work *work)
{
	twin.in_task = false;
	work->func(work);
	twin.in_task = true;
}

/* A netlink message is a sequence of attributes, each after its type and length. */
struct sk_buff {
	u32 room, used;
	char data[8192];
};

struct nlattr {
	u32 type, len;
};

void *nla_reserve(struct sk_buff *msg, int type, size_t len);
int nla_put_u32(struct sk_buff *msg, int type, u32 value);
int nla_put_u64_64bit(struct sk_buff *msg, int type, u64 value, int pad);
#define nla_data(attr)		((void *)((attr) + 1))
#define NLA_HDRLEN		((u32)sizeof(struct nlattr))
#define skb_tailroom(msg)	((msg)->room - (msg)->used)

/* Replaces prefilter.h, session.h, task.h and wake.h. */
#define SAKER_SESSION_H
#define SAKER_DRIVER_PREFILTER_H
#define SAKER_TASK_H
#define SAKER_WAKE_H

extern int saker_consumer_tgid;

static inline bool saker_by_consumer(void)
{
	return current->tgid == saker_consumer_tgid;
}

static inline void saker_task_header(struct ev_header *h, const struct task_struct *task)
{
	h->tgid = (u32)task->tgid;
}

struct saker_fill;

static inline bool saker_prefilter_drops(const struct saker_fill *f)
{
	(void)f;
	return twin.excludes;
}

struct saker_ring;

static inline void saker_wake(struct saker_ring *r)
{
	(void)r;
	twin.wakes++;
}

#endif
