/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Keeps the state of one CPU: its ring, its numbers, its counters and its
 * drops. Every hit is counted when it happens and ends in exactly one of
 * emitted, filtered and dropped, in one section with preemption off. So the
 * sums of a CPU are exact whenever none of its hooks is under way.
 *
 * The state belongs to the module, not to the open device, and lives as long as
 * the module.
 */
#ifndef SAKER_STATS_H
#define SAKER_STATS_H

#include <linux/percpu.h>
#include <linux/sched.h>	/* TASK_COMM_LEN */
#include <linux/types.h>
#include <saker/device.h>

struct saker_ring;
struct sk_buff;

#define SAKER_GAP_ROWS		16	/* then EV_OTHER, one row per reason */
#define SAKER_GAP_ROWS_MAX	(SAKER_GAP_ROWS + EV_DROP_COUNT)

/* Stream records that must come before the next record. */
enum saker_due {
	SAKER_DUE_GAP = 1,
	SAKER_DUE_COUNTERS = 2,
	SAKER_DUE_CONSUMER = 4,
	SAKER_DUE_SELECTION = 8,
};

/* The last change of the consumer, as the next record about it has it. */
struct saker_consumer_change {
	u32 change;			/* consumer_change of flags.def */
	u32 pid;
	u64 since_ns;
	char comm[TASK_COMM_LEN];
};

/* Events dropped since the last record. */
struct saker_gap {
	u64 first_seq;
	u64 last_seq;
	u64 from_ns;
	u64 to_ns;
	u32 nrows;
	struct ev_lost row[SAKER_GAP_ROWS_MAX];
};

/* ev_tally's numbers for one type. */
struct saker_tally {
	u64 hits;
	u64 emitted;
	u64 filtered;
	u64 dropped[EV_DROP_COUNT];
};

struct saker_cpu {
	struct saker_ring *ring;	/* NULL: memory was refused */
	u64 seq;			/* last number assigned */
	u64 self;			/* hits by the consumer's own processes */
	u64 lost;			/* selected events not recorded */
	u64 recorded_generation;	/* of the last selection record */
	struct saker_consumer_change consumer;	/* if SAKER_DUE_CONSUMER */
	u32 due;			/* enum saker_due */
	u32 depth;			/* nested hooks */
	u32 until_counters;		/* records until the next counter record */
	u32 context;			/* hits in interrupts, not yet numbered */
	u32 context_lost[EV_TYPE_MAX];
	struct saker_gap gap;
	struct saker_tally tally[EV_TYPE_MAX];
};

extern struct saker_cpu __percpu *saker_cpus;

/* Counters are allocated: 24 KiB per CPU do not fit into a module's static per-CPU area. */
int __must_check saker_stats_init(void);
void saker_stats_uninit(void);

/**
 * saker_count_dropped() - a selected event is not recorded; it takes @seq
 *
 * Task context, preemption off. The next gap record holds it.
 */
void saker_count_dropped(struct saker_cpu *cpu, u32 type, enum ev_drop reason, u64 seq, u64 now);

/**
 * saker_count_context() - count a hit where no record can be written; any context
 *
 * The hit is counted separately: only task context may change the tally, as
 * there nothing comes between reading a counter and writing it.
 */
void saker_count_context(u32 type);

/**
 * saker_count_settle() - number the drops in interrupts, add them to tally and gap
 *
 * Task context, preemption off; if cpu->context is set.
 */
void saker_count_settle(struct saker_cpu *cpu, u64 now);

/**
 * saker_gap_disarmed() - make a gap due: hooks were disarmed from @from to @to
 */
void saker_gap_disarmed(struct saker_cpu *cpu, u64 from, u64 to);

/**
 * saker_tally_count() - how many types have been hit so far
 * @first:	the lowest type that is counted
 */
u32 saker_tally_count(const struct saker_cpu *cpu, u32 first);

/**
 * saker_tally_rows() - copy the counters of the types that were hit
 * @next:	in and out: the type to begin with; EV_TYPE_MAX: all are copied
 * @max:	rows there is room for
 *
 * Exact if called on the CPU while no hook is under way; torn from elsewhere.
 * Return: number of rows.
 */
u32 saker_tally_rows(const struct saker_cpu *cpu, u32 *next, struct ev_tally *row, u32 max);

/**
 * saker_stats_put() - add counters of a CPU to a netlink message, as many as fit
 * @next:	in and out: the type to begin with; EV_TYPE_MAX: all are added
 *
 * Return: 0, or -EMSGSIZE if none fits.
 */
int __must_check saker_stats_put(struct sk_buff *msg, unsigned int cpu, u32 *next);

/**
 * saker_stats_self() - the consumer's own hits, which are not recorded, on all CPUs
 */
u64 saker_stats_self(void);

#endif /* SAKER_STATS_H */
