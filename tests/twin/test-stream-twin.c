/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tests the driver's ring and stream records in user space: bounds, consumers
 * that write false tails, a second gap after the first, and when the consumer
 * is woken.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "ring.h"
#include "select.h"
#include "stats.h"
#include "stream.h"
#include "world.h"

#define RING	SAKER_RING_MIN

/* A ring with a number of bytes published and a number of them consumed. */
static struct saker_ring *ring_with(u64 published, u64 consumed)
{
	struct saker_ring *r = saker_ring_new(0, RING, 1);

	r->head = published;
	r->producer->head = published;
	r->consumer->tail = consumed;
	return r;
}

static void test_a_gap_in_front_does_not_make_a_record_too_big(void **state)
{
	struct saker_ring *r = ring_with(0, 0);

	(void)state;
	assert_false(IS_ERR(saker_ring_reserve(r, RING / 8 + 64, RING / 8, SAKER_RING_ORDINARY)));
	assert_int_equal(r->head, RING / 8 + 64);
	assert_int_equal(PTR_ERR(saker_ring_reserve(r, RING / 8 + 8, RING / 8 + 8, SAKER_RING_ORDINARY)),
			 SAKER_DROP(too_big));
	saker_ring_free(r);
}

static void test_a_consumer_with_an_impossible_tail_is_woken_by_the_last_valid_one(void **state)
{
	static const struct {
		u64 head, tail;
		bool due;
	} row[] = {
		{ .head = 64, .tail = 0, .due = true },
		{ .head = 64, .tail = 64, .due = false },
		{ .head = 64, .tail = 72, .due = true },	/* ahead of the head: 0 is taken */
		{ .head = 64, .tail = ~0ull, .due = true },
		{ .head = 0, .tail = 8, .due = false },
		{ .head = RING * 3, .tail = RING, .due = false },	/* further back than the ring: see below */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct saker_ring *r = ring_with(row[i].head, row[i].tail);

		r->consumer->wake = SAKER_WAKE_ANY;
		r->tail = row[i].head > RING ? row[i].head : 0;
		assert_int_equal(saker_ring_wake_due(r), row[i].due);
		saker_ring_free(r);
	}
}

static void test_a_consumer_is_woken_for_what_it_waits_for(void **state)
{
	static const struct {
		u32 wake;
		u64 published, urgent;
		bool due;
	} row[] = {
		{ .wake = SAKER_WAKE_ANY, .published = 64, .urgent = 0, .due = true },
		{ .wake = SAKER_WAKE_ANY, .published = 0, .urgent = 0, .due = false },
		{ .wake = SAKER_WAKE_WATERMARK, .published = 64, .urgent = 0, .due = false },
		{ .wake = SAKER_WAKE_WATERMARK, .published = 64, .urgent = 64, .due = true },
		{ .wake = SAKER_WAKE_WATERMARK, .published = RING / 2, .urgent = 0, .due = true },
		{ .wake = SAKER_WAKE_FULL, .published = 64, .urgent = 64, .due = false },
		{ .wake = SAKER_WAKE_FULL, .published = RING / 2, .urgent = 0, .due = true },
		{ .wake = ~0u, .published = 64, .urgent = 64, .due = true },
		{ .wake = ~0u, .published = 64, .urgent = 0, .due = false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct saker_ring *r = ring_with(row[i].published, 0);

		r->consumer->wake = row[i].wake;
		r->urgent = row[i].urgent;
		assert_int_equal(saker_ring_wake_due(r), row[i].due);
		saker_ring_free(r);
	}
}

static void test_a_ring_is_half_full_below_half_of_its_room(void **state)
{
	static const struct {
		u64 published, consumed;
		bool full;
	} row[] = {
		{ .published = RING / 2, .consumed = 0, .full = false },
		{ .published = RING / 2 + 8, .consumed = 0, .full = true },
		{ .published = RING / 4 * 3, .consumed = RING / 4, .full = false },
		{ .published = RING / 4 * 3, .consumed = RING / 4 - 8, .full = true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct saker_ring *r = ring_with(row[i].published, row[i].consumed);

		assert_int_equal(saker_ring_half_full(r), row[i].full);
		saker_ring_free(r);
	}
}

static void test_stream_records_fit_to_the_last_byte(void **state)
{
	static const struct {
		u64 free;
		bool lossy;
		u32 len;
		bool fits;
	} row[] = {
		{ .free = 64, .lossy = false, .len = 64, .fits = true },
		{ .free = 64, .lossy = false, .len = 72, .fits = false },
		{ .free = RING / 8, .lossy = true, .len = 64, .fits = true },
		{ .free = RING / 8 - 8, .lossy = true, .len = 64, .fits = false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct saker_ring *r = ring_with(RING, row[i].free);

		r->lossy[SAKER_RING_RESERVED] = row[i].lossy;
		assert_int_equal(saker_ring_fits(r, row[i].len), row[i].fits);
		saker_ring_free(r);
	}
}

static void test_the_position_a_consumer_left_is_used_if_possible(void **state)
{
	struct saker_ring *r = ring_with(256, 64);

	(void)state;
	r->consumer->wake = SAKER_WAKE_ANY;
	saker_ring_sanitize(r);
	assert_int_equal(r->tail, 64);
	assert_int_equal(r->consumer->tail, 64);
	assert_int_equal(r->consumer->wake, SAKER_WAKE_WATERMARK);
	r->consumer->tail = 512;
	saker_ring_sanitize(r);
	assert_int_equal(r->consumer->tail, 64);
	assert_int_equal(r->producer->bad_tail, 1);
	saker_ring_free(r);
}

static void test_a_published_record_wakes_and_a_filtered_one_does_not(void **state)
{
	struct saker_cpu *cpu = setup_cpu();
	u32 wakes = twin.wakes;

	(void)state;
	emit(EV_clone, 0);
	assert_int_equal(twin.wakes, wakes + 1);
	script.predicate = SAKER_FILL_FILTERED;
	emit(EV_clone, 0);
	assert_int_equal(twin.wakes, wakes + 1);
	teardown_cpu(cpu);
}

/* Drops a record and emits one. Return: the gap between. */
static const struct ev_gap *gap_after(struct saker_cpu *cpu, u32 drops)
{
	u64 head = cpu->ring->head;

	cpu->depth = 100;		/* too deep within hooks */
	while (drops--)
		emit(EV_clone, 0);
	cpu->depth = 0;
	emit(EV_clone, 0);
	return (const void *)record_at(cpu, head);
}

static void test_a_gap_begins_anew_after_it_was_written(void **state)
{
	struct saker_cpu *cpu = setup_cpu();
	const struct ev_gap *one = gap_after(cpu, 3), *two;
	u64 now = twin.now;

	(void)state;
	two = gap_after(cpu, 2);
	assert_int_equal(one->first_seq, 1);
	assert_int_equal(one->last_seq, 3);
	assert_int_equal(two->hdr.type, EV_gap);
	assert_int_equal(two->first_seq, 5);
	assert_int_equal(two->last_seq, 6);
	assert_true(one->from_ns < one->to_ns && one->to_ns <= now);
	assert_true(two->from_ns > now && two->from_ns < two->to_ns && two->to_ns <= twin.now);
	assert_int_equal(two->lost.len, sizeof(struct ev_lost));
	assert_int_equal(((const struct ev_lost *)(one + 1))->count, 3);
	assert_int_equal(((const struct ev_lost *)(two + 1))->count, 2);
	teardown_cpu(cpu);
}

static void test_only_what_is_due_is_written(void **state)
{
	struct saker_cpu *cpu = setup_cpu();

	(void)state;
	cpu->until_counters = 77;
	saker_stream_flush(cpu, SAKER_DUE_CONSUMER);
	assert_int_equal(cpu->until_counters, 77);
	assert_int_equal(cpu->ring->head, sizeof(struct ev_consumer));
	assert_int_equal(cpu->recorded_generation, 0);
	cpu->ring->head = RING;
	cpu->ring->producer->head = RING;
	saker_stream_flush(cpu, SAKER_DUE_COUNTERS);
	assert_int_equal(cpu->due, SAKER_DUE_COUNTERS);
	assert_false(cpu->ring->lossy[SAKER_RING_RESERVED]);	/* waiting is not a drop */
	teardown_cpu(cpu);
}

/* The provenance of the first 16 fields is in the header; that of the others only if there is any. */
static void test_a_record_grows_by_the_provenance_that_its_header_has_no_room_for(void **state)
{
	static const struct {
		u64 marked;
		u32 parts;
		bool more;
	} row[] = {
		{ .marked = 0, .parts = 0, .more = false },
		{ .marked = 0x8001, .parts = 8, .more = false },
		{ .marked = 0x10000, .parts = 0, .more = true },
		{ .marked = 0x1f0008001, .parts = 64, .more = true },
	};
	struct saker_cpu *cpu = setup_cpu();

	(void)state;
	/* What was in the ring before must not be taken for provenance. */
	memset(cpu->ring->data, 0xa5, 16384);
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		const u64 before = cpu->ring->head;
		const struct ev_header *h = record_at(cpu, before);

		script.marked = row[i].marked;
		script.parts = row[i].parts;
		assert_int_equal(emit(EV_execve, 0), SAKER_FILL_OK);
		assert_int_equal(!!(h->flags & EV_F_MORE), row[i].more);
		assert_int_equal(h->len, sizeof(struct ev_execve) + row[i].parts +
					 (row[i].more ? sizeof(struct ev_more) : 0));
		assert_int_equal(cpu->ring->head, before + h->len);	/* the rest is given back */
		for (u32 field = 0; field < EV_NFIELDS(execve); field++)
			assert_int_equal(ev_prov(h, field),
					 row[i].marked & BIT_ULL(field) ? EV_PROV_USER : 0);
	}
	teardown_cpu(cpu);
}

/* Every type that there can be is hit: no record is larger than an eighth of the smallest ring. */
static void test_counters_of_256_types_are_written_as_several_records(void **state)
{
	struct saker_cpu *cpu = setup_cpu();
	u32 type = 0, records = 0;
	u64 at;

	(void)state;
	for (u32 i = 0; i < EV_TYPE_MAX; i++)
		cpu->tally[i] = (struct saker_tally){ .hits = i + 1, .filtered = i + 1 };
	memset(cpu->ring->data, 0xa5, RING);
	saker_stream_flush(cpu, SAKER_DUE_COUNTERS);
	for (at = 0; at < cpu->ring->head; at += record_at(cpu, at)->len) {
		const struct ev_counters *e = (const void *)record_at(cpu, at);
		const struct ev_tally *row = (const void *)((const char *)e + e->tally.off);

		assert_int_equal(e->hdr.type, EV_counters);
		assert_true(e->hdr.len <= RING / 8);
		assert_int_equal(e->next_seq, 1);
		assert_int_equal(e->tally.len, 64 * sizeof(*row));
		records++;
		for (u32 i = 0; i < e->tally.len / sizeof(*row); i++, type++) {
			assert_int_equal(row[i].type, type);
			assert_int_equal(row[i].hits, type + 1);
		}
		assert_int_equal(e->more, type < EV_TYPE_MAX);
	}
	assert_int_equal(type, EV_TYPE_MAX);
	assert_int_equal(records, 4);
	assert_int_equal(at, cpu->ring->producer->head);
	assert_int_equal(*(const u8 *)record_at(cpu, at), 0xa5);	/* nothing behind the last */
	teardown_cpu(cpu);
}

/* A netlink message has as many rows as fit; the next one goes on. */
static void test_statistics_of_256_types_are_several_messages(void **state)
{
	struct saker_cpu *cpu = setup_cpu();
	struct sk_buff msg;
	u32 next = 0, rows = 0, messages = 0;

	(void)state;
	for (u32 i = 0; i < EV_TYPE_MAX; i++)
		cpu->tally[i] = (struct saker_tally){ .hits = 1, .filtered = 1 };
	do {
		msg = (struct sk_buff){ .room = sizeof(msg.data) };
		assert_int_equal(saker_stats_put(&msg, 0, &next), 0);
		rows += (msg.used - 3 * 16 - NLA_HDRLEN) / sizeof(struct ev_tally);
		assert_int_equal(rows, next);
		messages++;
	} while (next < EV_TYPE_MAX);
	assert_true(messages > 1);
	assert_int_equal(rows, EV_TYPE_MAX);
	teardown_cpu(cpu);
}

static void test_a_row_of_statistics_has_every_number(void **state)
{
	struct saker_cpu *cpu = setup_cpu();
	struct ev_tally row[2];
	u32 next = 0;

	(void)state;
	memset(row, 0xff, sizeof(row));
	cpu->tally[0] = (struct saker_tally){ .hits = EV_DROP_COUNT + 5, .emitted = 2, .filtered = 3 };
	for (u32 reason = 0; reason < EV_DROP_COUNT; reason++)
		cpu->tally[0].dropped[reason] = 1;
	assert_int_equal(saker_tally_count(cpu, 0), 1);
	assert_int_equal(saker_tally_rows(cpu, &next, row, 2), 1);
	assert_int_equal(row[0].type, 0);
	assert_int_equal(row[0].reserved, 0);
	assert_int_equal(row[0].hits, EV_DROP_COUNT + 5);
	assert_int_equal(row[0].emitted, 2);
	assert_int_equal(row[0].filtered, 3);
	for (u32 reason = 0; reason < EV_DROP_COUNT; reason++)
		assert_int_equal(row[0].dropped[reason], 1);
	teardown_cpu(cpu);
}

static void test_a_call_is_recorded_as_its_action_says(void **state)
{
	static const struct {
		u8 action;
		int success, failure;
	} row[] = {
		{ 0, SAKER_EMIT_UNWANTED, SAKER_EMIT_UNWANTED },
		{ SAKER_ACT_COUNT, SAKER_FILL_FILTERED, SAKER_FILL_FILTERED },
		{ SAKER_ACT_EMIT, SAKER_FILL_OK, SAKER_FILL_FILTERED },
		{ SAKER_ACT_EMIT_FAILED, SAKER_FILL_FILTERED, SAKER_FILL_OK },
		{ SAKER_ACT_EMIT | SAKER_ACT_EMIT_FAILED, SAKER_FILL_OK, SAKER_FILL_OK },
	};
	struct saker_selection *sel = calloc(1, sizeof(*sel));
	struct saker_fill f = { .abi = EV_ABI_IA32, .nr = 5, .sel = sel };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		sel->action[EV_ABI_IA32][5] = row[i].action;
		f.flags = EV_F_SYSCALL;
		assert_int_equal(saker_select(&f, EV_open), row[i].success);
		f.flags = EV_F_SYSCALL | EV_F_FAILED;
		assert_int_equal(saker_select(&f, EV_open), row[i].failure);
	}
	f.flags = 0;
	assert_int_equal(saker_select(&f, EV_clone), SAKER_EMIT_UNWANTED);
	sel->event[EV_clone] = 1;
	assert_int_equal(saker_select(&f, EV_clone), SAKER_FILL_OK);
	assert_int_equal(saker_type_of(EV_ABI_64, 257), EV_open);
	assert_int_equal(saker_type_of(EV_ABI_IA32, 295), EV_open);
	assert_int_equal(saker_type_of(EV_ABI_64, 110), EV_syscall);
	assert_int_equal(saker_type_of(EV_ABI_64, SAKER_NR_BAD), EV_syscall);
	saker_wanted[EV_ABI_X32][7] = 1;
	assert_true(saker_is_wanted(EV_ABI_X32, 7));
	assert_false(saker_is_wanted(EV_ABI_X32, 8));
	assert_false(saker_is_wanted(EV_ABI_IA32, 7));
	saker_wanted[EV_ABI_X32][7] = 0;
	free(sel);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_gap_in_front_does_not_make_a_record_too_big),
		cmocka_unit_test(test_a_consumer_with_an_impossible_tail_is_woken_by_the_last_valid_one),
		cmocka_unit_test(test_a_consumer_is_woken_for_what_it_waits_for),
		cmocka_unit_test(test_a_ring_is_half_full_below_half_of_its_room),
		cmocka_unit_test(test_stream_records_fit_to_the_last_byte),
		cmocka_unit_test(test_the_position_a_consumer_left_is_used_if_possible),
		cmocka_unit_test(test_a_published_record_wakes_and_a_filtered_one_does_not),
		cmocka_unit_test(test_a_gap_begins_anew_after_it_was_written),
		cmocka_unit_test(test_only_what_is_due_is_written),
		cmocka_unit_test(test_a_record_grows_by_the_provenance_that_its_header_has_no_room_for),
		cmocka_unit_test(test_counters_of_256_types_are_written_as_several_records),
		cmocka_unit_test(test_statistics_of_256_types_are_several_messages),
		cmocka_unit_test(test_a_row_of_statistics_has_every_number),
		cmocka_unit_test(test_a_call_is_recorded_as_its_action_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
