/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Replaces as much of the kernel as the driver's accounting (emit.c, stats.c,
 * stream.c, select.c) and its pending table need, so that they and their KUnit
 * tests run in user space. One CPU, one task; an interrupt is a function that
 * runs with twin.in_task false. Headers of the driver that need more of the
 * kernel than that are replaced by the few declarations below.
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
#define __user
#define __read_mostly
#define noinline		__attribute__((noinline))
#define barrier()		__asm__ volatile("" : : : "memory")
#define OPTIMIZER_HIDE_VAR(v)	__asm__("" : "+r"(v))
#define BIT_ULL(n)		(1ull << (n))
#define min(a, b)		((a) < (b) ? (a) : (b))
#define max(a, b)		((a) > (b) ? (a) : (b))
#define min_t(type, a, b)	min((type)(a), (type)(b))
#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))
#define ALIGN(n, to)		(((n) + (to) - 1) & ~((typeof(n))(to) - 1))
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define PTR_ERR(p)		((long)(p))
#define PTR_ERR_OR_ZERO(p)	(IS_ERR(p) ? (int)PTR_ERR(p) : 0)

#define TASK_COMM_LEN		16
#define PAGE_SIZE		4096
#define WARN_ON_ONCE(cond)	assert(!(cond))
#define BUILD_BUG_ON(cond)	static_assert(!(cond))

/* The kernel's takes no message, which clang refuses of C11's. */
#undef static_assert
#define static_assert(cond, ...)	_Static_assert(cond, #cond)

/* Contexts and locks are lockdep's to check, in the debug kernel. */
#define lockdep_assert_preemption_disabled()	((void)0)
#define might_sleep()				((void)0)
#define lockdep_is_held(lock)	true

struct mutex {
	int unused;
};

#define GFP_KERNEL		0
#define kfree(p)		free(p)
#define kzalloc(size, flags)	calloc(1, (size))
#define vzalloc(size)		calloc(1, (size))
#define vfree(p)		free(p)

/* The state of the kernel that a test sets. */
struct twin {
	bool in_task;
	u32 preempt_depth;
	u64 now;			/* ns, one more at each reading */
	bool excludes;			/* the prefilter excludes each open */
	bool other_port;		/* no message is of port 53 */
	u32 wakes;			/* calls of saker_wake() */
	u32 grace_periods;		/* calls of synchronize_rcu() */
	u32 cpus;			/* that are possible */
	u32 cpu;			/* the number of this one; its data are always the first */
	unsigned long ticks;
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
#define HAVE_OVERLAY_INO	1
#define HAVE_REGS_GET_KERNEL_ARGUMENT	1
#define HAVE_TASK_START_BOOTTIME	1
#define cpu_relax()		barrier()

#define rcu_read_lock()		preempt_disable()
#define rcu_read_unlock()	preempt_enable()
#define rcu_dereference(p)	(p)
#define rcu_dereference_sched(p)	(p)
#define rcu_dereference_protected(p, held)	(p)
#define rcu_assign_pointer(p, v)	((p) = (v))
#define rcu_dereference_raw(p)	(p)
#define rcu_access_pointer(p)	(p)
#define synchronize_rcu()	((void)twin.grace_periods++)

struct task_struct {
	int pid, tgid;
	u64 start_boottime;
	void *io_uring;
	void *cgroups;
	struct files_struct *files;
	u32 uid;
};

extern struct task_struct twin_current, init_task;
#define current			(&twin_current)
#define current_real_cred()	current
#define __kuid_val(uid)		(uid)
#define HAVE_TASK_IO_URING	1

typedef struct {
	int n;
} atomic_t;

typedef struct {
	s64 n;
} atomic64_t;

#define atomic_read(a)		READ_ONCE((a)->n)
#define atomic_inc(a)		((void)__atomic_add_fetch(&(a)->n, 1, __ATOMIC_SEQ_CST))
#define atomic_dec(a)		((void)__atomic_sub_fetch(&(a)->n, 1, __ATOMIC_SEQ_CST))
#define atomic64_read(a)	atomic_read(a)
#define atomic64_inc(a)		atomic_inc(a)

/* Return: what was there; the new value is there if that is the old one. */
#define cmpxchg(p, old, new)	({					\
		typeof(*(p)) is_ = (old);				\
		__atomic_compare_exchange_n((p), &is_, (new), false,	\
					    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);	\
		is_; })

#define BITS_TO_LONGS(n)	DIV_ROUND_UP(n, 64)
#define BIT_WORD(n, map)	((map)[(n) / 64])
#define BIT_MASK(n)		(1ul << (n) % 64)
#define test_bit(n, map)	(!!(BIT_WORD(n, map) & BIT_MASK(n)))
#define set_bit(n, map)		((void)(BIT_WORD(n, map) |= BIT_MASK(n)))
#define clear_bit(n, map)	((void)(BIT_WORD(n, map) &= ~BIT_MASK(n)))
#define clear_bit_unlock(n, map)	clear_bit(n, map)
#define bitmap_zero(map, n)	memset(map, 0, BITS_TO_LONGS(n) * sizeof(*(map)))

static inline bool test_and_set_bit(unsigned int n, unsigned long *map)
{
	bool was = test_bit(n, map);

	set_bit(n, map);
	return was;
}

#define PID_MAX_LIMIT		(4 * 1024 * 1024)
#define is_power_of_2(n)	((n) && !((n) & ((n) - 1)))
#define ilog2(n)		(63 - __builtin_clzl(n))
#define hash_32(n, bits)	((u32)((n) * 0x61c88647u) >> (32 - (bits)))
#define hash_ptr(p, bits)	((u32)((u64)(p) * 0x61c8864680b583ebull >> (64 - (bits))))
#define jiffies			(twin.ticks)
#define time_before(a, b)	((long)((a) - (b)) < 0)

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

static inline bool saker_prefilter_drops(const struct saker_fill *f, u32 type)
{
	(void)f;
	return twin.excludes && type == EV_open;
}

struct saker_ring;

static inline void saker_wake(struct saker_ring *r)
{
	(void)r;
	twin.wakes++;
}

#endif
