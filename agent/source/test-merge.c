/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests the merge against a simple reference: random streams of several CPUs, with fills that take
 * time, are returned complete, each record once, in order of time, and not before they may. Tests
 * too that invalid ring contents do no harm.
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

/*
 * The time of the oldest record that a CPU still holds or fills: no later one may be returned
 * before it.
 */
static uint64_t oldest_hidden(const struct cpu *cpus, unsigned int n)
{
	uint64_t oldest = UINT64_MAX;

	for (unsigned int i = 0; i < n; i++)
		if (cpus[i].filling && cpus[i].filling < oldest)
			oldest = cpus[i].filling;
	return oldest;
}

static void step_cpu(struct cpu *c, unsigned int i, uint64_t *published)
{
	clock_ns += rnd(3000);
	if (!c->filling) {
		c->filling = clock_ns;
		c->producer.busy = 1;
	}
	if (rnd(3)) {			/* or the fill goes on */
		*published += publish(c, c->filling, i);
		c->filling = 0;
		c->producer.busy = 0;
	}
}

static void test_random_streams_come_out_complete_and_in_order(void **state)
{
	(void)state;
	for (unsigned int n = 1; n <= CPUS; n++) {
		struct merge_ring rings[CPUS];
		struct cpu *cpus = cpus_new(rings, n);
		uint64_t published = 0, got = 0, last = 0, seq[CPUS] = { 0 };
		const struct ev_header *hdr;
		uint16_t cpu;
		struct merge_stats stats;
		struct merge *m;
		int r;

		assert_int_equal(merge_new(&m, rings, n, test_now), 0);
		for (int step = 0; step < 200000; step++) {
			unsigned int i = rnd(n);

			if (step < 199000 && rnd(2)) {
				step_cpu(&cpus[i], i, &published);
				continue;
			}
			if (step >= 199000) {	/* all fills end */
				published += cpus[i].filling &&
					     publish(&cpus[i], cpus[i].filling, i);
				cpus[i].filling = cpus[i].producer.busy = 0;
				clock_ns += 1000;
			}
			r = merge_next(m, &hdr, &cpu);
			if (r)
				continue;
			assert_true(hdr->ts_ns >= last);
			assert_true(hdr->ts_ns <= oldest_hidden(cpus, n));
			assert_int_equal(hdr->seq, ++seq[cpu]);
			last = hdr->ts_ns;
			got++;
			merge_release(m);
		}
		while (r = merge_next(m, &hdr, &cpu), r != MERGE_EMPTY) {
			got += !r;
			if (!r)
				merge_release(m);
			clock_ns += 1000;
		}
		assert_int_equal(got, published);
		merge_stats(m, &stats);
		assert_int_equal(stats.disorder, 0);
		assert_int_equal(stats.broken, 0);
		assert_int_equal(stats.records, got);
		merge_free(m);
		free(cpus);
	}
}

static void test_a_record_waits_for_a_busy_cpu_and_for_no_other(void **state)
{
	struct merge_ring rings[3];
	struct cpu *cpus = cpus_new(rings, 3);
	const struct ev_header *hdr;
	uint16_t cpu;
	struct merge *m;

	(void)state;
	assert_int_equal(merge_new(&m, rings, 3, test_now), 0);
	assert_int_equal(merge_next(m, &hdr, &cpu), MERGE_EMPTY);
	publish(&cpus[0], clock_ns, 0);
	cpus[1].producer.busy = 1;
	clock_ns += 1000000000;		/* waiting for a second changes nothing */
	for (int i = 0; i < 10; i++)
		assert_int_equal(merge_next(m, &hdr, &cpu), MERGE_BLOCKED);
	assert_int_equal(merge_wake(m, SAKER_WAKE_ANY), MERGE_BLOCKED);
	publish(&cpus[1], clock_ns - 1000000000 - 1000, 1);	/* the record is older: it is returned first */
	cpus[1].producer.busy = 0;
	assert_int_equal(merge_next(m, &hdr, &cpu), 0);
	assert_int_equal(cpu, 1);
	merge_release(m);
	assert_int_equal(merge_next(m, &hdr, &cpu), 0);
	assert_int_equal(cpu, 0);
	merge_release(m);
	assert_int_equal(cpus[0].consumer.tail, cpus[0].producer.head);
	assert_int_equal(merge_next(m, &hdr, &cpu), MERGE_EMPTY);
	assert_int_equal(merge_wake(m, SAKER_WAKE_ANY), 0);
	assert_int_equal(cpus[2].consumer.wake, SAKER_WAKE_ANY);
	publish(&cpus[2], clock_ns, 2);
	assert_int_equal(merge_wake(m, SAKER_WAKE_ANY), MERGE_BLOCKED);
	merge_free(m);
	free(cpus);
}

/* A ring that was not read may have a record, however many were read before. */
static void test_rings_behind_a_busy_one_are_not_said_to_be_empty(void **state)
{
	struct merge_ring rings[2];
	struct cpu *cpus = cpus_new(rings, 2);
	const struct ev_header *hdr;
	uint16_t cpu;
	struct merge *m;

	(void)state;
	cpus[0].producer.busy = 1;
	assert_int_equal(merge_new(&m, rings, 2, test_now), 0);
	assert_int_equal(merge_next(m, &hdr, &cpu), MERGE_EMPTY);	/* both were read */
	publish(&cpus[1], clock_ns, 1);
	assert_int_equal(merge_next(m, &hdr, &cpu), MERGE_BLOCKED);
	merge_free(m);
	free(cpus);
}

static void test_a_new_consumer_continues_at_the_tail(void **state)
{
	struct merge_ring rings[1];
	struct cpu *cpus = cpus_new(rings, 1);
	const struct ev_header *hdr;
	uint16_t cpu;
	struct merge *m;

	(void)state;
	for (unsigned int i = 1; i <= 3; i++)
		publish(&cpus[0], clock_ns + i, 0);
	clock_ns += 1000000;
	assert_int_equal(merge_new(&m, rings, 1, test_now), 0);
	assert_int_equal(merge_next(m, &hdr, &cpu), 0);
	merge_release(m);
	assert_int_equal(merge_next(m, &hdr, &cpu), 0);	/* read but not released: it is returned again */
	merge_free(m);
	assert_int_equal(merge_new(&m, rings, 1, test_now), 0);
	assert_int_equal(merge_next(m, &hdr, &cpu), 0);
	assert_int_equal(hdr->seq, 2);
	merge_free(m);
	/* Nothing came since: one that begins may sleep. */
	cpus[0].consumer.tail = cpus[0].producer.head;
	assert_int_equal(merge_new(&m, rings, 1, test_now), 0);
	assert_int_equal(merge_wake(m, SAKER_WAKE_ANY), 0);
	merge_free(m);
	free(cpus);
}

static void test_invalid_ring_contents_lead_to_no_access_outside(void **state)
{
	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct merge_ring rings[2];
		struct cpu *cpus = cpus_new(rings, 2);
		const struct ev_header *hdr;
		uint16_t cpu;
		struct merge *m;
		int r;

		assert_int_equal(merge_new(&m, rings, 2, test_now), 0);
		for (int i = 0; i < 6; i++)
			publish(&cpus[0], clock_ns, 0);
		for (int k = 0; k < 4; k++)
			((uint32_t *)cpus[0].data)[rnd(SIZE / 4)] = rnd(3) ? rnd(256) : rnd(~0u);
		if (rnd(4) == 0)
			cpus[0].producer.head = rnd(~0u);
		for (int turn = 0; turn < 700; turn++) {
			clock_ns += 5000;
			r = merge_next(m, &hdr, &cpu);
			if (r == MERGE_EMPTY)
				break;
			if (r)
				continue;
			assert_true(hdr->len >= sizeof(*hdr) && hdr->len <= SIZE);
			assert_in_range((uintptr_t)hdr, (uintptr_t)cpus[0].data,
					(uintptr_t)cpus[0].data + 2 * SIZE - hdr->len);
			merge_release(m);
		}
		merge_free(m);
		free(cpus);
	}
}

/* Of an idle CPU nothing older than 2 us is to be expected: the kernel's clock may be ahead. */
static void test_a_record_waits_two_microseconds_for_an_idle_cpu(void **state)
{
	struct merge_ring rings[2];
	struct cpu *cpus = cpus_new(rings, 2);
	const struct ev_header *hdr;
	uint16_t cpu;
	const uint64_t ts = clock_ns;
	struct merge *m;

	(void)state;
	assert_int_equal(merge_new(&m, rings, 2, test_now), 0);
	publish(&cpus[0], ts, 0);
	clock_ns = ts + 1999;
	assert_int_equal(merge_next(m, &hdr, &cpu), MERGE_BLOCKED);
	clock_ns = ts + 2000;
	assert_int_equal(merge_next(m, &hdr, &cpu), 0);
	merge_free(m);
	free(cpus);
}

static void test_an_invalid_page_is_refused(void **state)
{
	static const uint64_t sizes[] = { 0, 1, 4095, 4097, 6144, 8192 };
	struct merge_ring rings[2];
	struct cpu *cpus = cpus_new(rings, 2);
	struct merge *m;

	(void)state;
	cpus[1].producer.magic++;
	assert_int_equal(merge_new(&m, rings, 2, test_now), -EINVAL);
	cpus[1].producer.magic--;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		rings[1].size = sizes[i];
		assert_int_equal(merge_new(&m, rings, 2, test_now), -EINVAL);
		cpus[1].producer.size = sizes[i];
		if (sizes[i] && !(sizes[i] & (sizes[i] - 1))) {
			assert_int_equal(merge_new(&m, rings, 2, test_now), 0);
			merge_free(m);
		} else {
			assert_int_equal(merge_new(&m, rings, 2, test_now), -EINVAL);
		}
		cpus[1].producer.size = SIZE;
	}
	free(cpus);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_streams_come_out_complete_and_in_order),
		cmocka_unit_test(test_a_record_waits_for_a_busy_cpu_and_for_no_other),
		cmocka_unit_test(test_rings_behind_a_busy_one_are_not_said_to_be_empty),
		cmocka_unit_test(test_a_new_consumer_continues_at_the_tail),
		cmocka_unit_test(test_invalid_ring_contents_lead_to_no_access_outside),
		cmocka_unit_test(test_a_record_waits_two_microseconds_for_an_idle_cpu),
		cmocka_unit_test(test_an_invalid_page_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
