// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests with KUnit that each hit ends in exactly one counter. The suite uses
 * this CPU's own counters: it runs before any hook is armed, keeps preemption
 * off while it uses them, and restores them.
 */
#include <kunit/test.h>
#include <linux/irq_work.h>
#include <linux/slab.h>
#include "fill.h"
#include "ring.h"
#include "stats.h"
#include "stream.h"

struct borrowed {
	struct saker_cpu saved;
	struct saker_cpu seen;		/* the counters after the test */
	struct ev_tally row[EV_TYPE_MAX];
	struct saker_ring *ring;
	int ret[8];
	u64 head;
};

static struct borrowed *borrowed_new(struct kunit *test)
{
	struct borrowed *b = kunit_kzalloc(test, sizeof(*b), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, b);
	b->ring = saker_ring_new(0, SAKER_RING_MIN, 1);
	KUNIT_ASSERT_NOT_NULL(test, b->ring);
	return b;
}

static struct saker_cpu *borrow(struct borrowed *b)
{
	struct saker_cpu *cpu;

	preempt_disable();
	cpu = this_cpu_ptr(saker_cpus);
	b->saved = *cpu;
	memset(cpu, 0, sizeof(*cpu));
	cpu->until_counters = SAKER_COUNTERS_EVERY;
	cpu->ring = b->ring;
	return cpu;
}

static void give_back(struct borrowed *b)
{
	struct saker_cpu *cpu = this_cpu_ptr(saker_cpus);

	b->seen = *cpu;
	b->head = b->ring->producer->head;
	*cpu = b->saved;
	preempt_enable();
	saker_ring_free(b->ring);
}

static bool sums_hold(const struct saker_cpu *cpu)
{
	u32 type, reason;

	for (type = 0; type < EV_TYPE_MAX; type++) {
		const struct saker_tally *t = &cpu->tally[type];
		u64 sum = t->emitted + t->filtered;

		for (reason = 0; reason < EV_DROP_COUNT; reason++)
			sum += t->dropped[reason];
		if (sum != t->hits)
			return false;
	}
	return true;
}

/* A hit that needs no selection: a task record of current. */
static int emit_one(void)
{
	struct saker_fill f = { .nr = -1, .flags = EV_F_SNAPSHOT, .obj = current };

	return saker_emit(&f, EV_procexit);
}

static void losses_are_reported_by_type_and_reason(struct kunit *test)
{
	struct borrowed *b = borrowed_new(test);
	struct saker_cpu *cpu = borrow(b);
	const struct saker_gap *gap = &b->seen.gap;
	u64 seq;

	for (seq = 10; seq < 15; seq++)
		saker_count_dropped(cpu, EV_open, EV_DROP_ring_full, seq, 100 + seq);
	saker_count_dropped(cpu, EV_open, EV_DROP_headroom, 15, 200);
	give_back(b);
	KUNIT_EXPECT_EQ(test, gap->first_seq, 10ull);
	KUNIT_EXPECT_EQ(test, gap->last_seq, 15ull);
	KUNIT_EXPECT_EQ(test, gap->from_ns, 110ull);
	KUNIT_EXPECT_EQ(test, gap->to_ns, 200ull);
	KUNIT_EXPECT_EQ(test, gap->nrows, 2u);
	KUNIT_EXPECT_EQ(test, gap->row[0].count, 5u);
	KUNIT_EXPECT_EQ(test, (int)gap->row[1].reason, (int)EV_DROP_headroom);
	KUNIT_EXPECT_EQ(test, b->seen.lost, 6ull);
}

static void a_gap_is_bounded_and_forgets_no_number(struct kunit *test)
{
	struct borrowed *b = borrowed_new(test);
	struct saker_cpu *cpu = borrow(b);
	u32 type, reason, i, sum = 0;
	u64 seq = 1;

	for (type = 1; type < EV_TYPE_MAX; type++)
		for (reason = 0; reason < EV_DROP_COUNT; reason++)
			saker_count_dropped(cpu, type, reason, seq++, 1);
	give_back(b);
	KUNIT_EXPECT_LE(test, b->seen.gap.nrows, (u32)SAKER_GAP_ROWS_MAX);
	for (i = 0; i < b->seen.gap.nrows; i++)
		sum += b->seen.gap.row[i].count;
	KUNIT_EXPECT_EQ(test, (u64)sum, seq - 1);
}

static void a_hit_ends_in_one_counter(struct kunit *test)
{
	struct borrowed *b = borrowed_new(test);
	struct saker_cpu *cpu = borrow(b);

	b->ret[0] = emit_one();
	cpu->depth = 100;
	b->ret[1] = emit_one();
	cpu->depth = 0;
	cpu->ring = NULL;
	b->ret[2] = emit_one();
	cpu->ring = b->ring;
	b->ret[3] = emit_one();
	give_back(b);
	KUNIT_EXPECT_EQ(test, b->ret[0], (int)SAKER_FILL_OK);
	KUNIT_EXPECT_EQ(test, b->ret[1], SAKER_DROP(nested));
	KUNIT_EXPECT_EQ(test, b->ret[2], SAKER_DROP(no_ring));
	KUNIT_EXPECT_EQ(test, b->ret[3], (int)SAKER_FILL_OK);
	KUNIT_EXPECT_EQ(test, b->seen.seq, 4ull);
	KUNIT_EXPECT_EQ(test, b->seen.tally[EV_procexit].hits, 4ull);
	KUNIT_EXPECT_EQ(test, b->seen.tally[EV_procexit].emitted, 2ull);
	KUNIT_EXPECT_TRUE(test, sums_hold(&b->seen));
	/* The gap record was written with the fourth record. */
	KUNIT_EXPECT_EQ(test, b->seen.due, 0u);
	KUNIT_EXPECT_EQ(test, b->head, 2 * sizeof(struct ev_procexit) + sizeof(struct ev_gap) +
				       2 * sizeof(struct ev_lost));
}

static int interrupted;

static void emit_in_interrupt(struct irq_work *work)
{
	interrupted = emit_one();
}

static void a_hit_in_an_interrupt_is_counted_and_numbered_later(struct kunit *test)
{
	struct irq_work work;
	struct borrowed *b = borrowed_new(test);

	init_irq_work(&work, emit_in_interrupt);
	borrow(b);
	irq_work_queue(&work);
	/* The interrupt is raised on this CPU and runs at once. */
	while (irq_work_is_busy(&work))
		cpu_relax();
	b->ret[0] = emit_one();
	give_back(b);
	KUNIT_EXPECT_EQ(test, interrupted, SAKER_DROP(context));
	KUNIT_EXPECT_EQ(test, b->ret[0], (int)SAKER_FILL_OK);
	KUNIT_EXPECT_EQ(test, b->seen.seq, 2ull);
	KUNIT_EXPECT_EQ(test, b->seen.lost, 1ull);
	KUNIT_EXPECT_EQ(test, b->seen.tally[EV_procexit].dropped[EV_DROP_context], 1ull);
	KUNIT_EXPECT_TRUE(test, sums_hold(&b->seen));
}

static void a_counter_record_is_exact(struct kunit *test)
{
	struct borrowed *b = borrowed_new(test);
	struct saker_cpu *cpu = borrow(b);
	const struct ev_counters *e;
	struct ev_tally row;
	u32 rows;

	emit_one();
	emit_one();
	saker_stream_flush(cpu, SAKER_DUE_COUNTERS);
	e = (void *)b->ring->data + 2 * sizeof(struct ev_procexit);
	rows = e->tally.len / sizeof(row);
	row = *(struct ev_tally *)(e + 1);
	b->ret[0] = e->hdr.type;
	b->ret[1] = e->next_seq;
	give_back(b);
	KUNIT_EXPECT_EQ(test, b->ret[0], (int)EV_counters);
	KUNIT_EXPECT_EQ(test, b->ret[1], 3);
	KUNIT_EXPECT_EQ(test, rows, 1u);
	KUNIT_EXPECT_EQ(test, row.type, (u32)EV_procexit);
	KUNIT_EXPECT_EQ(test, row.hits, 2ull);
	KUNIT_EXPECT_EQ(test, row.emitted, 2ull);
}

static int stats_test_init(struct kunit *test)
{
	return saker_stats_init();
}

static struct kunit_case stats_cases[] = {
	KUNIT_CASE(losses_are_reported_by_type_and_reason),
	KUNIT_CASE(a_gap_is_bounded_and_forgets_no_number),
	KUNIT_CASE(a_hit_ends_in_one_counter),
	KUNIT_CASE(a_hit_in_an_interrupt_is_counted_and_numbered_later),
	KUNIT_CASE(a_counter_record_is_exact),
	{}
};

static struct kunit_suite stats_suite = {
	.name = "saker_stats",
	.init = stats_test_init,
	.test_cases = stats_cases,
};

kunit_test_suite(stats_suite);
