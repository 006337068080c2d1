/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests what the merge makes of one record at a time: of those that cannot be, of times that go
 * back, of rings that are added, and what it counts.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "source/test-rings.h"

/* -- one ring, whose bytes the test writes -- */

struct written {
	struct merge_ring ring;
	struct cpu *cpu;
	struct merge *m;
};

static struct written written(void)
{
	struct written w;

	w.cpu = cpus_new(&w.ring, 1);
	assert_int_equal(merge_new(&w.m, &w.ring, 1, test_now), 0);
	return w;
}

static struct merge_stats end(struct written *w)
{
	struct merge_stats stats;

	merge_stats(w->m, &stats);
	merge_free(w->m);
	free(w->cpu);
	return stats;
}

static void write_record(struct cpu *c, uint32_t len, uint16_t type, uint64_t seq, uint64_t ts)
{
	struct {
		struct ev_header hdr;
		char body[64];
	} rec = { .hdr = { .len = len, .fixed_len = sizeof(rec.hdr), .type = type, .seq = seq, .ts_ns = ts } };

	put(c, &rec, len < 8 || len > sizeof(rec) ? 8 : (len + 7) & ~7u);	/* the head is always aligned */
}

/* What is read next: its number, 0 for none; it is released. */
static uint64_t next_seq(struct merge *m)
{
	const struct ev_header *hdr;
	uint64_t seq;
	uint16_t cpu;

	clock_ns += 10000;
	if (merge_next(m, &hdr, &cpu))
		return 0;
	seq = hdr->seq;
	merge_release(m);
	return seq;
}

/* In front of a good record; @lost: that one is not read either. */
static void test_a_record_that_cannot_be_is_left_out_and_counted(void **state)
{
	const uint32_t full = sizeof(struct ev_header);
	const struct {
		uint32_t len;
		uint16_t type;
		uint64_t seq;
		bool is_read, broken, lost;
	} row[] = {
		{ .len = full, .type = EV_open, .seq = 5, .is_read = true },
		{ .len = full + 8, .type = EV_open, .seq = 5, .is_read = true },
		{ .len = full - 8, .type = EV_open, .seq = 5, .broken = true },
		{ .len = 8, .type = EV_open, .broken = true },
		{ .len = 8, .type = EV_OTHER },			/* padding */
		{ .len = full - 8, .type = EV_OTHER, .seq = 5 },
		{ .len = full, .type = EV_OTHER },
		{ .len = full + 16, .type = EV_OTHER },
		{ .len = full, .type = EV_OTHER, .seq = 5, .is_read = true },
		{ .len = 0, .type = EV_open, .broken = true, .lost = true },
		{ .len = 4, .type = EV_OTHER, .broken = true, .lost = true },
		{ .len = full + 4, .type = EV_open, .seq = 5, .broken = true, .lost = true },
		{ .len = 2 * full + 16, .type = EV_open, .seq = 5, .broken = true, .lost = true },
		{ .len = ~0u - 7, .type = EV_OTHER, .broken = true, .lost = true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct written w = written();
		struct merge_stats stats;

		write_record(w.cpu, row[i].len, row[i].type, row[i].seq, clock_ns);
		write_record(w.cpu, full, EV_open, 6, clock_ns + 1);
		if (row[i].is_read)
			assert_int_equal(next_seq(w.m), row[i].seq);
		assert_int_equal(next_seq(w.m), row[i].lost ? 0 : 6);
		assert_int_equal(w.cpu->consumer.tail, w.cpu->producer.head);
		assert_int_equal(next_seq(w.m), 0);
		write_record(w.cpu, full, EV_open, 7, clock_ns + 1);
		assert_int_equal(next_seq(w.m), 7);
		stats = end(&w);
		assert_int_equal(stats.broken, row[i].broken);
		assert_int_equal(stats.records, 1 + row[i].is_read + !row[i].lost);
		assert_int_equal(stats.disorder, 0);
	}
}

static void test_a_position_that_cannot_be_is_counted(void **state)
{
	const uint32_t full = sizeof(struct ev_header);

	(void)state;
	for (unsigned int i = 0; i < 4; i++) {
		const uint64_t beyond[] = { SIZE, SIZE + 8, full + 4, 1ull << 40 };
		struct written w = written();

		for (uint64_t at = 0; at < SIZE; at += full)
			write_record(w.cpu, full, EV_open, 5, clock_ns);
		w.cpu->producer.head = beyond[i];
		assert_int_equal(next_seq(w.m), i ? 0 : 5);	/* a ring may be full */
		assert_int_equal(w.cpu->consumer.tail, i ? beyond[i] : full);
		assert_int_equal(end(&w).broken, i != 0);
	}
}

/* The driver never writes that; it is counted, and order among the others remains. */
static void test_a_time_that_goes_back_is_counted(void **state)
{
	static const uint64_t times[] = { 100, 50, 70, 100, 101, 99 };
	struct written w = written();

	(void)state;
	for (size_t i = 0; i < 6; i++)
		write_record(w.cpu, sizeof(struct ev_header), EV_open, i + 1, times[i]);
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(next_seq(w.m), i + 1);
	assert_int_equal(end(&w).disorder, 3);
}

/* What is read is there until it is released; releasing again does nothing. */
static void test_the_tail_moves_when_a_record_is_released(void **state)
{
	struct written w = written();
	const uint32_t full = sizeof(struct ev_header);
	const struct ev_header *hdr;
	uint16_t cpu;

	(void)state;
	merge_release(w.m);
	write_record(w.cpu, full, EV_open, 1, clock_ns);
	write_record(w.cpu, full + 8, EV_open, 2, clock_ns);
	clock_ns += 10000;
	assert_int_equal(merge_next(w.m, &hdr, &cpu), 0);
	assert_int_equal(w.cpu->consumer.tail, 0);
	merge_release(w.m);
	assert_int_equal(w.cpu->consumer.tail, full);
	merge_release(w.m);
	assert_int_equal(w.cpu->consumer.tail, full);
	assert_int_equal(next_seq(w.m), 2);
	assert_int_equal(w.cpu->consumer.tail, 2 * full + 8);
	assert_int_equal(merge_wake(w.m, SAKER_WAKE_ANY), 0);
	end(&w);
}

/* Reading the clock costs: for rings whose records are older than the last reading it is not read. */
static void test_the_clock_is_read_once_for_all_rings(void **state)
{
	struct merge_ring rings[8];
	struct cpu *cpus = cpus_new(rings, 8);
	const struct ev_header *hdr;
	struct merge_stats stats;
	uint16_t cpu;
	struct merge *m;

	(void)state;
	assert_int_equal(merge_new(&m, rings, 8, test_now), 0);
	readings = 0;
	assert_int_equal(merge_next(m, &hdr, &cpu), MERGE_EMPTY);
	assert_int_equal(readings, 1);
	merge_stats(m, &stats);
	assert_int_equal(stats.refreshes, 8);
	assert_int_equal(stats.records, 0);
	clock_ns += 10000;
	assert_int_equal(merge_next(m, &hdr, &cpu), MERGE_EMPTY);
	assert_int_equal(readings, 2);
	merge_stats(m, &stats);
	assert_int_equal(stats.refreshes, 16);
	merge_free(m);
	free(cpus);
}

static void test_soon_after_boot_the_clock_is_less_than_the_slack(void **state)
{
	struct merge_ring rings[2];
	struct cpu *cpus = cpus_new(rings, 2);
	const struct ev_header *hdr;
	uint16_t cpu;
	struct merge *m;

	(void)state;
	assert_int_equal(merge_new(&m, rings, 2, test_now), 0);
	write_record(&cpus[0], sizeof(*hdr), EV_open, 1, 5);
	clock_ns = 10;
	assert_int_equal(merge_next(m, &hdr, &cpu), MERGE_BLOCKED);
	clock_ns = 2004;
	assert_int_equal(merge_next(m, &hdr, &cpu), MERGE_BLOCKED);
	clock_ns = 2005;
	assert_int_equal(merge_next(m, &hdr, &cpu), 0);
	merge_free(m);
	free(cpus);
}

/* A CPU that comes online: older records of it come first, and nothing is lost. */
static void test_rings_are_added_while_others_are_read(void **state)
{
	struct merge_ring rings[CPUS];
	struct cpu *cpus = cpus_new(rings, CPUS);
	const struct ev_header *hdr;
	uint64_t last = 0, got = 0;
	uint16_t cpu;
	struct merge *m;

	(void)state;
	assert_int_equal(merge_new(&m, rings, 0, test_now), 0);
	assert_int_equal(merge_next(m, &hdr, &cpu), MERGE_EMPTY);
	for (unsigned int i = 0; i < CPUS; i++) {
		assert_int_equal(merge_add(m, &rings[i]), 0);
		for (unsigned int k = 0; k <= i; k++)
			for (unsigned int n = 0; n < 5; n++)
				got += publish(&cpus[k], clock_ns + n * 100 + k, k);
		for (unsigned int n = 0; n < 3; n++) {
			clock_ns += 10000;
			assert_int_equal(merge_next(m, &hdr, &cpu), 0);
			assert_true(hdr->ts_ns >= last);
			last = hdr->ts_ns;
			merge_release(m);
			got--;
		}
	}
	clock_ns += 10000;
	while (merge_next(m, &hdr, &cpu) == 0) {
		assert_true(hdr->ts_ns >= last);
		last = hdr->ts_ns;
		merge_release(m);
		got--;
	}
	assert_int_equal(got, 0);
	cpus[0].producer.magic++;
	assert_int_equal(merge_add(m, &rings[0]), -EINVAL);
	merge_free(m);
	merge_free(NULL);
	free(cpus);
}

static void test_all_rings_are_told_when_to_wake(void **state)
{
	struct merge_ring rings[3];
	struct cpu *cpus = cpus_new(rings, 3);
	const struct ev_header *hdr;
	uint16_t cpu = 99;
	struct merge *m;

	(void)state;
	assert_int_equal(merge_new(&m, rings, 3, test_now), 0);
	for (unsigned int i = 0; i < 3; i++) {
		publish(&cpus[i], clock_ns, i);
		assert_int_equal(merge_wake(m, SAKER_WAKE_WATERMARK), 0);	/* it does not wait */
		assert_int_equal(merge_wake(m, SAKER_WAKE_ANY), MERGE_BLOCKED);
		for (unsigned int k = 0; k < 3; k++)
			assert_int_equal(cpus[k].consumer.wake, SAKER_WAKE_ANY);
		/* Of the other rings an older reading of the clock is used first. */
		for (unsigned int again = 0; again < 2 && merge_next(m, &hdr, &cpu); again++)
			clock_ns += 10000;
		assert_int_equal(cpu, i);
		assert_int_equal(merge_wake(m, SAKER_WAKE_ANY), MERGE_BLOCKED);	/* not released */
		merge_release(m);
		assert_int_equal(merge_wake(m, SAKER_WAKE_ANY), 0);
	}
	merge_free(m);
	free(cpus);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_record_that_cannot_be_is_left_out_and_counted),
		cmocka_unit_test(test_a_position_that_cannot_be_is_counted),
		cmocka_unit_test(test_a_time_that_goes_back_is_counted),
		cmocka_unit_test(test_the_tail_moves_when_a_record_is_released),
		cmocka_unit_test(test_the_clock_is_read_once_for_all_rings),
		cmocka_unit_test(test_soon_after_boot_the_clock_is_less_than_the_slack),
		cmocka_unit_test(test_rings_are_added_while_others_are_read),
		cmocka_unit_test(test_all_rings_are_told_when_to_wake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
