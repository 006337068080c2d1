// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes the records about the stream.
 */
#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/rcupdate.h>
#include <linux/string.h>
#include "compat/time.h"
#include "ring.h"
#include "select.h"
#include "stats.h"
#include "stream.h"
#include "wake.h"

/*
 * Counters of more types than that are written as several records: no record may be larger than an
 * eighth of the smallest ring, which also holds all of them together.
 */
#define COUNTERS_ROWS	64
#define COUNTERS_MAX	(sizeof(struct ev_counters) + COUNTERS_ROWS * sizeof(struct ev_tally))

/* Header of a record that no task caused. */
static void stream_header(struct ev_header *h, u32 type, u32 fixed, u32 len, u64 now)
{
	memset(h, 0, fixed);
	h->len = len;
	h->fixed_len = fixed;
	h->type = type;
	h->ts_ns = now;
	h->nr = -1;
}

u32 saker_gap_size(const struct saker_cpu *cpu)
{
	return sizeof(struct ev_gap) + cpu->gap.nrows * sizeof(struct ev_lost);
}

void saker_gap_write(struct saker_cpu *cpu, void *p, u64 generation, u64 now)
{
	struct saker_gap *gap = &cpu->gap;
	struct ev_gap *e = p;
	u32 bytes = gap->nrows * sizeof(struct ev_lost);

	lockdep_assert_preemption_disabled();
	stream_header(&e->hdr, EV_gap, sizeof(*e), sizeof(*e) + bytes, now);
	e->first_seq = gap->first_seq;
	e->last_seq = gap->last_seq;
	e->from_ns = gap->from_ns;
	e->to_ns = gap->to_ns;
	e->generation = generation;
	e->lost = (struct ev_part){ .off = sizeof(*e), .len = bytes, .full = bytes, .head = bytes };
	memcpy(e + 1, gap->row, bytes);
	gap->first_seq = 0;
	gap->from_ns = 0;
	gap->nrows = 0;
	cpu->due &= ~SAKER_DUE_GAP;
}

/* One record of counters, from type *@next on. */
static u32 counters_part(struct saker_cpu *cpu, void *p, u32 *next, u32 rows, u64 generation,
			 u64 now)
{
	struct ev_counters *e = p;
	u32 here = min_t(u32, rows, COUNTERS_ROWS);
	u32 bytes = here * sizeof(struct ev_tally);

	stream_header(&e->hdr, EV_counters, sizeof(*e), sizeof(*e) + bytes, now);
	e->generation = generation;
	e->next_seq = cpu->seq + 1;
	e->tally = (struct ev_part){ .off = sizeof(*e), .len = bytes, .full = bytes,
				     .head = bytes };
	e->more = rows > here;
	saker_tally_rows(cpu, next, (struct ev_tally *)(e + 1), here);
	return sizeof(*e) + bytes;
}

/* All of @rows rows, in as many records as they need. */
static u32 counters_write(struct saker_cpu *cpu, char *p, u32 rows, u64 generation, u64 now)
{
	u32 next = 0, done = 0, size = 0;

	do {
		size += counters_part(cpu, p + size, &next, rows - done, generation, now);
		done += COUNTERS_ROWS;
	} while (done < rows);
	cpu->until_counters = SAKER_COUNTERS_EVERY;
	return size;
}

static u32 counters_size(u32 rows)
{
	return max(DIV_ROUND_UP(rows, COUNTERS_ROWS), 1u) * sizeof(struct ev_counters) +
	       rows * sizeof(struct ev_tally);
}

static u32 consumer_write(const struct saker_cpu *cpu, void *p, u64 now)
{
	const struct saker_consumer_change *c = &cpu->consumer;
	struct ev_consumer *e = p;

	static_assert(sizeof(e->comm.s) == sizeof(c->comm));
	stream_header(&e->hdr, EV_consumer, sizeof(*e), sizeof(*e), now);
	e->change = c->change;
	e->pid = c->pid;
	e->since_ns = c->since_ns;
	memcpy(e->comm.s, c->comm, sizeof(e->comm.s));
	return sizeof(*e);
}

static u32 selection_write(struct saker_cpu *cpu, void *p, u64 generation, u64 now)
{
	struct ev_selection *e = p;

	stream_header(&e->hdr, EV_selection, sizeof(*e), sizeof(*e), now);
	e->generation = generation;
	e->previous = cpu->recorded_generation;
	cpu->recorded_generation = generation;
	return sizeof(*e);
}

/* Write all records that are due, in the order in which a reader needs them. */
static void stream_write(struct saker_cpu *cpu, char *p, u32 rows, u64 generation, u64 now)
{
	if (cpu->due & SAKER_DUE_GAP) {
		u32 size = saker_gap_size(cpu);

		saker_gap_write(cpu, p, generation, now);
		p += size;
	}
	if (cpu->due & SAKER_DUE_CONSUMER)
		p += consumer_write(cpu, p, now);
	if (cpu->due & SAKER_DUE_COUNTERS)
		p += counters_write(cpu, p, rows, generation, now);
	if (cpu->due & SAKER_DUE_SELECTION)
		p += selection_write(cpu, p, generation, now);
	cpu->due = 0;
}

static u32 stream_size(const struct saker_cpu *cpu, u32 rows)
{
	return (cpu->due & SAKER_DUE_GAP ? saker_gap_size(cpu) : 0) +
	       (cpu->due & SAKER_DUE_CONSUMER ? sizeof(struct ev_consumer) : 0) +
	       (cpu->due & SAKER_DUE_COUNTERS ? counters_size(rows) : 0) +
	       (cpu->due & SAKER_DUE_SELECTION ? sizeof(struct ev_selection) : 0);
}

void saker_stream_flush(struct saker_cpu *cpu, u32 due)
{
	const struct saker_selection *sel;
	struct saker_ring *r = cpu->ring;
	u32 rows = saker_tally_count(cpu, 0);
	u32 size;
	void *p;

	static_assert(8 * COUNTERS_MAX <= SAKER_RING_MIN);
	lockdep_assert_preemption_disabled();
	WARN_ON_ONCE(cpu != this_cpu_ptr(saker_cpus));
	cpu->due |= due;
	if (READ_ONCE(cpu->context))
		saker_count_settle(cpu, saker_boottime_ns());
	size = stream_size(cpu, rows);
	if (!size || !r || !saker_ring_fits(r, size))
		return;
	rcu_read_lock();
	sel = rcu_dereference(saker_selection);
	saker_ring_enter(r);
	p = saker_ring_reserve(r, size, COUNTERS_MAX, SAKER_RING_RESERVED);
	if (!IS_ERR(p)) {
		r->last_ts = saker_boottime_ns();
		stream_write(cpu, p, rows, sel ? sel->generation : 0, r->last_ts);
	}
	if (saker_ring_leave(r, cpu->seq))
		saker_wake(r);
	rcu_read_unlock();
}
