/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tests the driver's accounting in user space: runs its KUnit tests, and tests
 * what these cannot do in a running kernel: several CPUs, failing fillers,
 * every limit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <saker/device.h>
#include "fill.h"
#include "ring.h"
#include "select.h"
#include "stats.h"
#include "stream.h"
#include "world.h"

#define RING	SAKER_RING_MIN

extern const struct kunit_suite *const twin_stats_suite;
extern const struct kunit_suite *const twin_ring_suite;

static void test_kunit_tests_of_the_counters(void **state)
{
	(void)state;
	kunit_run(twin_stats_suite);
}

static void test_kunit_tests_of_the_ring(void **state)
{
	(void)state;
	kunit_run(twin_ring_suite);
}

static void test_a_record_has_its_header_and_its_length(void **state)
{
	struct saker_cpu *cpu = setup_cpu();
	struct saker_fill f = { .nr = -1, .flags = EV_F_FAILED, .abi = EV_ABI_X32 };
	const struct ev_header *h = record_at(cpu, 0);

	(void)state;
	/* Bytes that were in the ring before must not appear in the record. */
	memset(cpu->ring->data, 0xa5, 4096);
	script.parts = 24;
	assert_int_equal(saker_emit(&f, EV_clone), SAKER_FILL_OK);
	assert_int_equal(h->len, sizeof(struct ev_clone) + 24);
	assert_int_equal(h->fixed_len, sizeof(struct ev_clone));
	assert_int_equal(h->type, EV_clone);
	assert_int_equal(h->flags, EV_F_FAILED | EV_ABI_X32);
	assert_int_equal((int16_t)h->nr, -1);
	assert_int_equal(h->seq, 1);
	assert_int_equal(h->tgid, 100);
	assert_int_equal(h->prov, 0);
	for (const char *p = (const char *)(h + 1); p < (const char *)h + h->fixed_len; p++)
		assert_int_equal(*p, 0);
	assert_int_equal(h->ts_ns, cpu->ring->last_ts);
	assert_int_equal(cpu->ring->producer->last_ts_ns, h->ts_ns);
	assert_int_equal(cpu->ring->producer->head, h->len);
	assert_int_equal(cpu->ring->producer->seq, 1);
	assert_int_equal(cpu->ring->urgent, h->len);
	assert_int_equal(cpu->tally[EV_clone].emitted, 1);
	assert_int_equal(emit(EV_procexit, 0), SAKER_FILL_OK);
	assert_int_equal(cpu->ring->urgent, h->len);	/* procexit requests no wake-up */
	teardown_cpu(cpu);
}

static void test_a_record_has_the_room_that_its_filler_names(void **state)
{
	static const struct {
		u32 flags, parts;
	} row[] = { { .flags = 0, .parts = 64 }, { .flags = EV_F_FAILED, .parts = 32 } };
	struct saker_cpu *cpu = setup_cpu();
	u64 before;

	(void)state;
	/* The last record that fits, and the first that is too large: an eighth of the ring. */
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		script.need = (u32)(RING / 8 - sizeof(struct ev_clone) - row[i].parts);
		assert_int_equal(emit(EV_clone, row[i].flags), SAKER_FILL_OK);
		script.need++;
		assert_int_equal(emit(EV_clone, row[i].flags), SAKER_DROP(too_big));
	}
	assert_int_equal(cpu->tally[EV_clone].dropped[EV_DROP_too_big], 2);
	/* The gap waits for a record: both are written in one reservation. */
	before = cpu->ring->head;
	assert_int_equal(cpu->due, SAKER_DUE_GAP);
	assert_int_equal(emit(EV_clone, 0), SAKER_DROP(too_big));
	assert_int_equal(cpu->ring->head, before);
	assert_int_equal(cpu->due, SAKER_DUE_GAP);
	teardown_cpu(cpu);
}

static void test_a_filtered_record_leaves_nothing(void **state)
{
	struct saker_cpu *cpu = setup_cpu();

	(void)state;
	script.predicate = SAKER_FILL_FILTERED;
	assert_int_equal(emit(EV_clone, 0), SAKER_FILL_FILTERED);
	script.predicate = SAKER_FILL_OK;
	script.fill = SAKER_FILL_FILTERED;
	assert_int_equal(emit(EV_clone, 0), SAKER_FILL_FILTERED);
	assert_int_equal(cpu->tally[EV_clone].filtered, 2);
	assert_int_equal(cpu->seq, 0);			/* its number is given to the next */
	assert_int_equal(cpu->ring->producer->head, 0);
	assert_int_equal(cpu->due, 0);
	teardown_cpu(cpu);
}

static void test_a_failed_filler_is_a_loss_with_its_number(void **state)
{
	struct saker_cpu *cpu = setup_cpu();
	const struct ev_gap *gap = (const void *)cpu->ring->data;

	(void)state;
	emit(EV_procexit, 0);
	script.fill = SAKER_DROP(too_big);
	assert_int_equal(emit(EV_clone, 0), SAKER_DROP(too_big));
	assert_int_equal(cpu->tally[EV_clone].dropped[EV_DROP_too_big], 1);
	assert_int_equal(cpu->seq, 2);
	assert_int_equal(cpu->lost, 1);
	assert_int_equal(cpu->ring->producer->lost, 1);
	script.fill = SAKER_FILL_OK;
	assert_int_equal(emit(EV_clone, 0), SAKER_FILL_OK);
	gap = (const void *)record_at(cpu, sizeof(struct ev_procexit));
	assert_int_equal(gap->hdr.type, EV_gap);
	assert_int_equal(gap->first_seq, 2);
	assert_int_equal(gap->last_seq, 2);
	assert_int_equal(gap->generation, 5);
	assert_int_equal(record_at(cpu, sizeof(struct ev_procexit) + gap->hdr.len)->seq, 3);
	teardown_cpu(cpu);
}

static void test_a_record_below_a_nested_one_becomes_padding(void **state)
{
	static const struct {
		int fill;
		u64 seq;		/* of the padding: 0 if the number is in the gap */
	} row[] = {
		{ .fill = SAKER_FILL_FILTERED, .seq = 1 },
		{ .fill = SAKER_DROP(too_big), .seq = 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct saker_cpu *cpu = setup_cpu();
		const struct ev_header *h = record_at(cpu, 0);
		u32 room = sizeof(struct ev_clone) + 64;

		script.fill = row[i].fill;
		script.nested = (struct saker_fill){ .nr = -1, .obj = current };
		assert_int_equal(emit(EV_clone, 0), row[i].fill);
		assert_int_equal(h->type, EV_OTHER);
		assert_int_equal(h->len, room);
		assert_int_equal(h->fixed_len, sizeof(*h));
		assert_int_equal(h->seq, row[i].seq);
		assert_int_equal(h->tgid, 0);
		assert_int_equal(record_at(cpu, room)->type, EV_procexit);
		assert_int_equal(record_at(cpu, room)->seq, 2);
		assert_int_equal(cpu->seq, 2);
		assert_int_equal(cpu->ring->producer->seq, 2);
		teardown_cpu(cpu);
	}
}

static void test_five_hooks_within_hooks_are_recorded_and_the_next_is_lost(void **state)
{
	static const struct {
		u32 depth;
		int ret;
	} row[] = { { 3, SAKER_FILL_OK }, { 4, SAKER_DROP(nested) }, { 5, SAKER_DROP(nested) } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct saker_cpu *cpu = setup_cpu();

		cpu->depth = row[i].depth;
		assert_int_equal(emit(EV_clone, 0), row[i].ret);
		assert_int_equal(cpu->depth, row[i].depth);
		assert_int_equal(cpu->seq, 1);
		cpu->depth = 0;
		teardown_cpu(cpu);
	}
}

static void test_only_what_is_selected_is_a_hit(void **state)
{
	struct saker_cpu *cpu = setup_cpu();
	struct saker_fill f = { .nr = -1 };

	(void)state;
	assert_int_equal(emit(EV_open, 0), SAKER_EMIT_UNWANTED);
	assert_int_equal(cpu->self, 0);
	saker_consumer_tgid = 100;
	assert_int_equal(emit(EV_clone, 0), SAKER_EMIT_UNWANTED);
	assert_int_equal(cpu->self, 1);
	assert_int_equal(emit(EV_open, 0), SAKER_EMIT_UNWANTED);
	assert_int_equal(cpu->self, 1);			/* not selected: not counted as its own */
	assert_int_equal(emit(EV_procexit, EV_F_SNAPSHOT), SAKER_FILL_OK);
	per_cpu_ptr(saker_cpus, 2)->self = 4;
	assert_int_equal(saker_stats_self(), 5);
	saker_consumer_tgid = 999;
	saker_selection_replace(NULL);
	assert_int_equal(saker_emit(&f, EV_clone), SAKER_EMIT_UNWANTED);
	assert_int_equal(cpu->tally[EV_clone].hits, 0);
	teardown_cpu(cpu);
}

static void test_a_call_that_is_only_counted_is_filtered(void **state)
{
	struct saker_cpu *cpu = setup_cpu();
	struct saker_fill f = { .nr = 57, .abi = EV_ABI_64, .flags = EV_F_SYSCALL };

	(void)state;
	saker_selection->action[EV_ABI_64][57] = SAKER_ACT_COUNT;
	assert_int_equal(saker_emit(&f, EV_clone), SAKER_FILL_FILTERED);
	assert_int_equal(saker_emit(&f, EV_clone), SAKER_FILL_FILTERED);
	assert_int_equal(cpu->tally[EV_clone].hits, 2);
	assert_int_equal(cpu->tally[EV_clone].filtered, 2);
	assert_int_equal(cpu->seq, 0);
	assert_int_equal(cpu->ring->head, 0);
	f.nr = 58;
	assert_int_equal(saker_emit(&f, EV_clone), SAKER_EMIT_UNWANTED);
	assert_int_equal(cpu->tally[EV_clone].hits, 2);
	teardown_cpu(cpu);
}

static void test_an_open_that_the_prefilter_excludes_is_filtered(void **state)
{
	struct saker_cpu *cpu = setup_cpu();
	struct saker_fill f = { .nr = 2, .abi = EV_ABI_64, .flags = EV_F_SYSCALL };

	(void)state;
	twin.excludes = true;
	saker_selection->action[EV_ABI_64][2] = SAKER_ACT_EMIT;
	saker_selection->action[EV_ABI_64][57] = SAKER_ACT_EMIT;
	assert_int_equal(saker_emit(&f, EV_open), SAKER_FILL_FILTERED);
	assert_int_equal(cpu->tally[EV_open].hits, 1);
	assert_int_equal(cpu->tally[EV_open].filtered, 1);
	assert_int_equal(cpu->seq, 0);
	assert_int_equal(cpu->ring->head, 0);
	f.nr = 57;
	assert_int_equal(saker_emit(&f, EV_clone), SAKER_FILL_OK);
	twin.excludes = false;
	teardown_cpu(cpu);
}

static void test_a_message_of_another_port_is_filtered(void **state)
{
	struct saker_cpu *cpu = setup_cpu();
	struct saker_fill f = { .nr = 44, .abi = EV_ABI_64, .flags = EV_F_SYSCALL };

	(void)state;
	saker_selection->flags = SAKER_SEL_DNS;
	saker_selection->action[EV_ABI_64][44] = SAKER_ACT_EMIT_DNS;
	assert_int_equal(saker_emit(&f, EV_clone), SAKER_FILL_OK);
	twin.other_port = true;
	assert_int_equal(saker_emit(&f, EV_clone), SAKER_FILL_FILTERED);
	assert_int_equal(cpu->tally[EV_clone].hits, 2);
	assert_int_equal(cpu->tally[EV_clone].filtered, 1);
	assert_int_equal(cpu->seq, 1);
	f.flags |= EV_F_FAILED;		/* only with SAKER_ACT_EMIT_FAILED */
	assert_int_equal(saker_emit(&f, EV_clone), SAKER_FILL_FILTERED);
	f.flags = EV_F_SYSCALL;
	saker_selection->action[EV_ABI_64][44] = SAKER_ACT_EMIT;
	assert_int_equal(saker_emit(&f, EV_clone), SAKER_FILL_OK);
	twin.other_port = false;
	teardown_cpu(cpu);
}

static void test_a_snapshot_waits_while_the_ring_is_half_full(void **state)
{
	struct saker_cpu *cpu = setup_cpu();
	u64 size = sizeof(struct ev_procexit), n = 0;

	(void)state;
	while (emit(EV_procexit, EV_F_SNAPSHOT) == SAKER_FILL_OK)
		n++;
	assert_true(n * size >= RING / 2 && (n - 1) * size < RING / 2);
	assert_int_equal(emit(EV_procexit, EV_F_SNAPSHOT), SAKER_EMIT_AGAIN);
	assert_int_equal(cpu->tally[EV_procexit].hits, n);
	cpu->ring->consumer->tail = size * 8;
	assert_int_equal(emit(EV_procexit, EV_F_SNAPSHOT), SAKER_FILL_OK);
	teardown_cpu(cpu);
}

static void test_counters_come_every_so_many_records(void **state)
{
	struct saker_cpu *cpu = setup_cpu();
	const struct ev_counters *e;

	(void)state;
	cpu->until_counters = 2;
	emit(EV_procexit, 0);
	assert_int_equal(cpu->due, 0);
	emit(EV_procexit, 0);
	assert_int_equal(cpu->due, SAKER_DUE_COUNTERS);
	emit(EV_clone, 0);
	assert_int_equal(cpu->due, 0);
	assert_int_equal(cpu->until_counters, SAKER_COUNTERS_EVERY - 1);
	e = (const void *)record_at(cpu, 2 * sizeof(struct ev_procexit));
	assert_int_equal(e->hdr.type, EV_counters);
	assert_int_equal(e->hdr.nr, -1);
	assert_int_equal(e->hdr.fixed_len, sizeof(*e));
	assert_int_equal(e->hdr.len, sizeof(*e) + sizeof(struct ev_tally));
	assert_int_equal(e->generation, 5);
	assert_int_equal(e->next_seq, 3);
	assert_int_equal(e->tally.off, sizeof(*e));
	assert_int_equal(e->tally.len, sizeof(struct ev_tally));
	assert_int_equal(e->tally.full, sizeof(struct ev_tally));
	assert_int_equal(e->tally.head, sizeof(struct ev_tally));
	teardown_cpu(cpu);
}

static void test_what_is_due_comes_in_order_and_once(void **state)
{
	static const u16 order[] = { EV_gap, EV_consumer, EV_counters, EV_selection };
	struct saker_cpu *cpu = setup_cpu();
	const struct ev_selection *selection;
	const struct ev_consumer *consumer;
	u64 off = 0, at[4], now = twin.now;
	u32 wakes = twin.wakes;

	(void)state;
	memset(cpu->ring->data, 0xa5, 4096);
	cpu->consumer = (struct saker_consumer_change){
		.change = SAKER_consumer_change_died, .pid = 7, .since_ns = 70, .comm = "saker",
	};
	cpu->recorded_generation = 3;
	saker_gap_disarmed(cpu, 10, 20);
	saker_stream_flush(cpu, SAKER_DUE_SELECTION | SAKER_DUE_COUNTERS | SAKER_DUE_CONSUMER);
	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		const struct ev_header *h = record_at(cpu, off);

		assert_int_equal(h->type, order[i]);
		assert_int_equal(h->ts_ns, now + 1);
		assert_int_equal(h->flags, 0);
		assert_int_equal(h->seq, 0);
		assert_int_equal(h->tid, 0);
		at[i] = off;
		off += h->len;
	}
	assert_int_equal(cpu->ring->producer->head, off);
	consumer = (const void *)record_at(cpu, at[1]);
	assert_int_equal(consumer->change, SAKER_consumer_change_died);
	assert_int_equal(consumer->pid, 7);
	assert_int_equal(consumer->since_ns, 70);
	assert_string_equal(consumer->comm.s, "saker");
	selection = (const void *)record_at(cpu, at[3]);
	assert_int_equal(selection->generation, 5);
	assert_int_equal(selection->previous, 3);
	assert_int_equal(cpu->recorded_generation, 5);
	assert_int_equal(cpu->due, 0);
	assert_int_equal(cpu->ring->last_ts, now + 1);
	assert_int_equal(twin.wakes, wakes + 1);
	saker_stream_flush(cpu, 0);
	assert_int_equal(cpu->ring->producer->head, off);
	teardown_cpu(cpu);
}

static void test_what_is_due_waits_until_there_is_room(void **state)
{
	struct saker_cpu *cpu = setup_cpu();

	(void)state;
	while (emit(EV_procexit, 0) == SAKER_FILL_OK)
		;
	assert_int_equal(cpu->tally[EV_procexit].dropped[EV_DROP_ring_full], 1);
	saker_stream_flush(cpu, SAKER_DUE_COUNTERS);
	assert_int_equal(cpu->due, SAKER_DUE_COUNTERS | SAKER_DUE_GAP);
	cpu->ring->consumer->tail = cpu->ring->producer->head;
	saker_stream_flush(cpu, 0);
	assert_int_equal(cpu->due, 0);
	teardown_cpu(cpu);
}

static void test_after_a_drop_a_smaller_record_is_dropped_too(void **state)
{
	struct saker_ring *r = saker_ring_new(0, RING, 1);
	u64 room = RING / 8 * 7;

	(void)state;
	/* 64 bytes are left for ordinary records: too few for this one, enough for the next. */
	assert_false(IS_ERR(saker_ring_reserve(r, (u32)(room / 8 - 8), 0, SAKER_RING_ORDINARY)));
	for (int i = 1; i < 8; i++)
		assert_false(IS_ERR(saker_ring_reserve(r, (u32)(room / 8 - 8), 0, SAKER_RING_ORDINARY)));
	assert_int_equal(PTR_ERR(saker_ring_reserve(r, 128, 128, SAKER_RING_ORDINARY)), SAKER_DROP(headroom));
	assert_int_equal(PTR_ERR(saker_ring_reserve(r, 64, 64, SAKER_RING_ORDINARY)), SAKER_DROP(hysteresis));
	assert_int_equal(r->head, room - 64);
	/* Then the other class is short of room; it has a reason of its own. */
	assert_false(IS_ERR(saker_ring_reserve(r, (u32)(RING / 8), 0, SAKER_RING_RESERVED)));
	assert_int_equal(PTR_ERR(saker_ring_reserve(r, 72, 72, SAKER_RING_RESERVED)), SAKER_DROP(ring_full));
	assert_int_equal(PTR_ERR(saker_ring_reserve(r, 64, 64, SAKER_RING_RESERVED)), SAKER_DROP(hysteresis));
	saker_ring_free(r);
}

static void test_a_gap_covers_the_time_of_losses_and_of_disarmed_hooks(void **state)
{
	struct saker_cpu *cpu = setup_cpu();

	(void)state;
	saker_count_dropped(cpu, EV_open, EV_DROP_ring_full, 4, 50);
	saker_count_dropped(cpu, EV_open, EV_DROP_ring_full, 5, 60);
	assert_int_equal(cpu->gap.from_ns, 50);
	assert_int_equal(cpu->gap.to_ns, 60);
	saker_gap_disarmed(cpu, 55, 90);
	assert_int_equal(cpu->gap.from_ns, 50);		/* the earlier of both */
	saker_gap_disarmed(cpu, 40, 95);
	assert_int_equal(cpu->gap.from_ns, 40);
	assert_int_equal(cpu->gap.to_ns, 95);
	assert_int_equal(cpu->gap.nrows, 2);
	assert_int_equal(cpu->gap.row[1].type, EV_OTHER);
	assert_int_equal(cpu->gap.row[1].reason, EV_DROP_disarmed);
	assert_int_equal(cpu->gap.row[1].count, 0);
	assert_int_equal(cpu->lost, 2);
	cpu->tally[EV_open].hits = 2;
	teardown_cpu(cpu);
}

static void test_beyond_its_rows_a_gap_counts_by_reason_alone(void **state)
{
	struct saker_cpu *cpu = setup_cpu();
	u32 seq = 1;

	(void)state;
	for (u32 type = 1; type <= SAKER_GAP_ROWS + 2; type++, seq++) {
		saker_count_dropped(cpu, type, EV_DROP_ring_full, seq, seq);
		cpu->tally[type].hits++;
	}
	assert_int_equal(cpu->gap.nrows, SAKER_GAP_ROWS + 1);
	assert_int_equal(cpu->gap.row[SAKER_GAP_ROWS - 1].type, SAKER_GAP_ROWS);
	assert_int_equal(cpu->gap.row[SAKER_GAP_ROWS].type, EV_OTHER);
	assert_int_equal(cpu->gap.row[SAKER_GAP_ROWS].count, 2);
	saker_count_dropped(cpu, 2, EV_DROP_ring_full, seq, seq);
	cpu->tally[2].hits++;
	assert_int_equal(cpu->gap.row[1].count, 2);
	teardown_cpu(cpu);
}

static void test_hits_in_interrupts_are_numbered_by_the_next_hook(void **state)
{
	struct saker_cpu *cpu = setup_cpu();
	const struct ev_gap *gap = (const void *)record_at(cpu, 0);

	(void)state;
	twin.in_task = false;
	for (int i = 0; i < 3; i++)
		assert_int_equal(emit(EV_clone, 0), SAKER_DROP(context));
	assert_int_equal(emit(EV_procexit, 0), SAKER_DROP(context));
	twin.in_task = true;
	assert_int_equal(cpu->context, 1);
	assert_int_equal(cpu->seq, 0);
	assert_int_equal(emit(EV_clone, 0), SAKER_FILL_OK);
	assert_int_equal(cpu->context, 0);
	assert_int_equal(cpu->seq, 5);
	assert_int_equal(gap->hdr.type, EV_gap);
	assert_int_equal(gap->first_seq, 1);
	assert_int_equal(gap->last_seq, 4);
	assert_int_equal(gap->lost.len, 2 * sizeof(struct ev_lost));
	assert_int_equal(cpu->tally[EV_clone].hits, 4);
	assert_int_equal(cpu->tally[EV_clone].dropped[EV_DROP_context], 3);
	assert_int_equal(cpu->lost, 4);
	emit(EV_clone, 0);
	assert_int_equal(cpu->seq, 6);			/* settled once */
	twin.in_task = false;
	emit(EV_clone, 0);
	twin.in_task = true;
	saker_stream_flush(cpu, 0);			/* settles as well */
	assert_int_equal(cpu->seq, 7);
	teardown_cpu(cpu);
}

static void test_statistics_fit_or_are_refused(void **state)
{
	static const u32 sizes[] = { 12, 28, 44, 60, 48 + 8 + sizeof(struct ev_tally) - 1 };
	struct saker_cpu *cpu = setup_cpu();
	struct ev_tally row[4];
	struct sk_buff msg = { 0 };
	u32 next = 0;

	(void)state;
	msg.room = 3 * 16 + NLA_HDRLEN - 1;
	assert_int_equal(saker_stats_put(&msg, 0, &next), -EMSGSIZE);
	msg = (struct sk_buff){ .room = 3 * 16 + NLA_HDRLEN };		/* no row: an empty list */
	assert_int_equal(saker_stats_put(&msg, 0, &next), 0);
	assert_int_equal(msg.used, msg.room);
	next = 0;
	cpu->self = 3;
	emit(EV_procexit, 0);
	emit(EV_clone, 0);
	assert_int_equal(saker_tally_count(cpu, 0), 2);
	assert_int_equal(saker_tally_count(cpu, EV_procexit), 1);
	assert_int_equal(saker_tally_rows(cpu, &next, row, 1), 1);
	assert_int_equal(next, EV_procexit);
	assert_int_equal(saker_tally_rows(cpu, &next, row + 1, 1), 1);
	assert_int_equal(next, EV_TYPE_MAX);
	next = 0;
	assert_int_equal(saker_tally_rows(cpu, &next, row, 4), 2);
	assert_int_equal(next, EV_TYPE_MAX);
	next = 0;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		msg = (struct sk_buff){ .room = sizes[i] };
		assert_int_equal(saker_stats_put(&msg, 0, &next), -EMSGSIZE);
		assert_int_equal(next, 0);
	}
	msg = (struct sk_buff){ .room = sizeof(msg.data) };
	assert_int_equal(saker_stats_put(&msg, 0, &next), 0);
	assert_int_equal(next, EV_TYPE_MAX);
	assert_int_equal(((struct nlattr *)msg.data)->type, SAKER_A_CPU);
	assert_int_equal(msg.used, 3 * 16 + 8 + 2 * sizeof(struct ev_tally));
	assert_int_equal(*(u64 *)(msg.data + 24), 2);	/* seq */
	assert_int_equal(*(u64 *)(msg.data + 40), 3);	/* self */
	assert_memory_equal(msg.data + 56, row, 2 * sizeof(row[0]));
	assert_int_equal(row[0].hits, 1);
	assert_int_equal(row[0].emitted, 1);
	assert_int_equal(row[0].filtered, 0);
	teardown_cpu(cpu);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kunit_tests_of_the_counters),
		cmocka_unit_test(test_kunit_tests_of_the_ring),
		cmocka_unit_test(test_a_record_has_its_header_and_its_length),
		cmocka_unit_test(test_a_record_has_the_room_that_its_filler_names),
		cmocka_unit_test(test_a_filtered_record_leaves_nothing),
		cmocka_unit_test(test_a_failed_filler_is_a_loss_with_its_number),
		cmocka_unit_test(test_a_record_below_a_nested_one_becomes_padding),
		cmocka_unit_test(test_five_hooks_within_hooks_are_recorded_and_the_next_is_lost),
		cmocka_unit_test(test_only_what_is_selected_is_a_hit),
		cmocka_unit_test(test_a_call_that_is_only_counted_is_filtered),
		cmocka_unit_test(test_an_open_that_the_prefilter_excludes_is_filtered),
		cmocka_unit_test(test_a_message_of_another_port_is_filtered),
		cmocka_unit_test(test_a_snapshot_waits_while_the_ring_is_half_full),
		cmocka_unit_test(test_counters_come_every_so_many_records),
		cmocka_unit_test(test_what_is_due_comes_in_order_and_once),
		cmocka_unit_test(test_what_is_due_waits_until_there_is_room),
		cmocka_unit_test(test_after_a_drop_a_smaller_record_is_dropped_too),
		cmocka_unit_test(test_a_gap_covers_the_time_of_losses_and_of_disarmed_hooks),
		cmocka_unit_test(test_beyond_its_rows_a_gap_counts_by_reason_alone),
		cmocka_unit_test(test_hits_in_interrupts_are_numbered_by_the_next_hook),
		cmocka_unit_test(test_statistics_fit_or_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
