// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counts hits, and keeps the numbers of dropped events until a gap record
 * reports them.
 */
#include <linux/bug.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/percpu.h>
#include <net/netlink.h>
#include "ring.h"
#include "stats.h"

struct saker_cpu __percpu *saker_cpus;

int saker_stats_init(void)
{
	unsigned int nr;

	/* The most that alloc_percpu() gives is 32 KiB. */
	static_assert(sizeof(struct saker_cpu) < 32768);
	might_sleep();
	if (saker_cpus)		/* KUnit suites of a module may run before its init */
		return 0;
	saker_cpus = alloc_percpu(struct saker_cpu);
	if (!saker_cpus)
		return -ENOMEM;
	/* A counter record follows the first record of a CPU, even if the CPU comes online late. */
	for_each_possible_cpu(nr)
		per_cpu_ptr(saker_cpus, nr)->until_counters = 1;
	return 0;
}

void saker_stats_uninit(void)
{
	free_percpu(saker_cpus);
}

/* The row of a type and reason; if the table is full, that of EV_OTHER and the reason. */
static struct ev_lost *gap_row(struct saker_gap *gap, u32 type, enum ev_drop reason)
{
	u32 i;

	/* A row for each reason of EV_OTHER is always left. */
	static_assert(SAKER_GAP_ROWS_MAX - SAKER_GAP_ROWS >= EV_DROP_COUNT);

	for (i = 0; i < gap->nrows; i++)
		if (gap->row[i].type == type && gap->row[i].reason == reason)
			return &gap->row[i];
	if (gap->nrows >= SAKER_GAP_ROWS && type != EV_OTHER)
		return gap_row(gap, EV_OTHER, reason);
	gap->row[gap->nrows].type = type;
	gap->row[gap->nrows].reason = reason;
	gap->row[gap->nrows].count = 0;
	return &gap->row[gap->nrows++];
}

static void gap_add(struct saker_cpu *cpu, u32 type, enum ev_drop reason, u32 count, u64 seq,
		    u64 now)
{
	struct saker_gap *gap = &cpu->gap;

	if (!gap->first_seq)
		gap->first_seq = seq;
	gap->last_seq = seq + count - 1;
	if (!gap->from_ns)
		gap->from_ns = now;
	gap->to_ns = now;
	gap_row(gap, type, reason)->count += count;
	cpu->lost += count;
	cpu->due |= SAKER_DUE_GAP;
	if (cpu->ring)
		WRITE_ONCE(cpu->ring->producer->lost, cpu->lost);
}

void saker_count_dropped(struct saker_cpu *cpu, u32 type, enum ev_drop reason, u64 seq, u64 now)
{
	lockdep_assert_preemption_disabled();
	cpu->tally[type].dropped[reason]++;
	gap_add(cpu, type, reason, 1, seq, now);
}

void saker_count_context(u32 type)
{
	this_cpu_inc(saker_cpus->context_lost[type]);
	this_cpu_write(saker_cpus->context, 1);
}

void saker_count_settle(struct saker_cpu *cpu, u64 now)
{
	u32 type, n;

	lockdep_assert_preemption_disabled();
	/* First: a hit in an interrupt from here on sets it again. */
	this_cpu_write(saker_cpus->context, 0);
	for (type = 0; type < EV_TYPE_MAX; type++) {
		n = this_cpu_xchg(saker_cpus->context_lost[type], 0);
		if (!n)
			continue;
		cpu->tally[type].hits += n;
		cpu->tally[type].dropped[EV_DROP_context] += n;
		gap_add(cpu, type, EV_DROP_context, n, cpu->seq + 1, now);
		cpu->seq += n;
	}
}

void saker_gap_disarmed(struct saker_cpu *cpu, u64 from, u64 to)
{
	struct saker_gap *gap = &cpu->gap;

	lockdep_assert_preemption_disabled();
	if (!gap->from_ns || gap->from_ns > from)
		gap->from_ns = from;
	gap->to_ns = to;
	gap_row(gap, EV_OTHER, EV_DROP_disarmed);
	cpu->due |= SAKER_DUE_GAP;
}

u32 saker_tally_count(const struct saker_cpu *cpu, u32 first)
{
	u32 type, n = 0;

	for (type = first; type < EV_TYPE_MAX; type++)
		n += cpu->tally[type].hits != 0;
	return n;
}

u32 saker_tally_rows(const struct saker_cpu *cpu, u32 *next, struct ev_tally *row, u32 max)
{
	u32 type, reason, n = 0;

	for (type = *next; type < EV_TYPE_MAX; type++) {
		const struct saker_tally *t = &cpu->tally[type];

		if (!READ_ONCE(t->hits))
			continue;
		if (n == max)
			break;
		row[n].type = type;
		row[n].reserved = 0;
		row[n].hits = READ_ONCE(t->hits);
		row[n].emitted = READ_ONCE(t->emitted);
		row[n].filtered = READ_ONCE(t->filtered);
		for (reason = 0; reason < EV_DROP_COUNT; reason++)
			row[n].dropped[reason] = READ_ONCE(t->dropped[reason]);
		n++;
	}
	*next = type;
	return n;
}

int saker_stats_put(struct sk_buff *msg, unsigned int nr, u32 *next)
{
	const struct saker_cpu *cpu = per_cpu_ptr(saker_cpus, nr);
	u32 rows = saker_tally_count(cpu, *next), room, n;
	struct nlattr *attr;

	if (nla_put_u32(msg, SAKER_A_CPU, nr) ||
	    nla_put_u64_64bit(msg, SAKER_A_SEQ, READ_ONCE(cpu->seq), SAKER_A_PAD) ||
	    nla_put_u64_64bit(msg, SAKER_A_SELF, READ_ONCE(cpu->self), SAKER_A_PAD))
		return -EMSGSIZE;
	room = skb_tailroom(msg);
	room = room > NLA_HDRLEN ? (room - NLA_HDRLEN) / sizeof(struct ev_tally) : 0;
	if (rows && !room)
		return -EMSGSIZE;
	rows = min(rows, room);
	attr = nla_reserve(msg, SAKER_A_TALLY, rows * sizeof(struct ev_tally));
	if (!attr)
		return -EMSGSIZE;
	/*
	 * Meanwhile a type may be hit for the first time, which the next message then has, or the
	 * only hit of one may be moved to another type.
	 */
	n = saker_tally_rows(cpu, next, nla_data(attr), rows);
	memset((struct ev_tally *)nla_data(attr) + n, 0, (rows - n) * sizeof(struct ev_tally));
	return 0;
}

u64 saker_stats_self(void)
{
	unsigned int nr;
	u64 sum = 0;

	for_each_possible_cpu(nr)
		sum += READ_ONCE(per_cpu_ptr(saker_cpus, nr)->self);
	return sum;
}
