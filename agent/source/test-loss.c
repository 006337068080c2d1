/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that correct sums pass, whatever was dropped for whatever reason, and that each kind of
 * wrong count is reported.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include "source/test-books.h"

static void test_correct_sums_report_nothing(void **state)
{
	struct loss_stats stats;
	struct books b;
	uint64_t lost = 1;

	(void)state;
	setup(&b);
	for (int i = 0; i < 10000; i++) {
		uint16_t type = (uint16_t)(16 + i % 15);

		if (i % 7 < 3 && b.nrows < 15) {
			drop(&b, type, (uint16_t)(i % EV_DROP_disarmed));
			lost++;
		} else if (i % 100 == 99) {
			counters(&b);
		} else if (i % 11 == 0) {
			b.tally[type].hits++;
			b.tally[type].filtered++;
		} else {
			emit(&b, type);
		}
	}
	counters(&b);
	assert_int_equal(broken(&b), 0);
	loss_stats(b.loss, &stats);
	assert_int_equal(stats.lost, lost);
	assert_true(stats.checks > 50);
	assert_int_equal(stats.broken, 0);
	loss_free(b.loss);
}

static void test_every_wrong_sum_is_reported(void **state)
{
	struct books b;

	(void)state;
	setup(&b);		/* a record that is never received */
	b.tally[EV_open].hits++;
	b.tally[EV_open].emitted++;
	b.seq++;
	counters(&b);
	assert_int_equal(b.reported.n[LOSS_NUMBERS], 1);
	assert_int_equal(b.reported.n[LOSS_EMITTED], 1);
	assert_int_equal(broken(&b), 2);
	assert_int_equal(b.reported.reports, 1);	/* one fault */
	assert_int_equal(b.reported.last.kind, LOSS_NUMBERS);
	assert_int_equal(b.reported.last.sums, 2);
	counters(&b);		/* it is reported once */
	assert_int_equal(broken(&b), 2);
	loss_free(b.loss);

	setup(&b);		/* a hit that is neither emitted nor filtered nor dropped */
	b.tally[EV_open].hits++;
	counters(&b);
	assert_int_equal(b.reported.n[LOSS_HITS], 1);
	assert_int_equal(b.reported.last.want, b.reported.last.got + 1);
	counters(&b);
	assert_int_equal(broken(&b), 1);
	loss_free(b.loss);

	setup(&b);		/* a drop that no gap reports */
	drop(&b, EV_execve, EV_DROP_ring_full);
	b.nrows = 0;
	counters(&b);
	assert_int_equal(b.reported.n[LOSS_DROPPED], 1);
	assert_int_equal(b.reported.n[LOSS_NUMBERS], 1);
	loss_free(b.loss);

	setup(&b);		/* a drop reported with the wrong reason */
	drop(&b, EV_execve, EV_DROP_ring_full);
	b.rows[0].reason = EV_DROP_headroom;
	counters(&b);
	assert_int_equal(b.reported.last.sums, 2);
	assert_int_equal(b.reported.last.kinds, 1u << LOSS_DROPPED);
	loss_free(b.loss);

	setup(&b);		/* a sequence number twice */
	b.seq--;
	emit(&b, EV_open);
	assert_int_equal(b.reported.n[LOSS_ORDER], 1);
	loss_free(b.loss);
}

static void test_counters_in_several_records_are_one_check(void **state)
{
	struct loss_stats stats;
	struct books b;

	(void)state;
	setup(&b);
	for (unsigned int i = 0; i < 3; i++) {
		emit(&b, EV_execve);
		emit(&b, EV_open);
		emit(&b, 200);
		drop(&b, EV_mount, EV_DROP_ring_full);
		b.rows[0].type = EV_OTHER;
		gap(&b);
		counters_part(&b, 1, EV_open, true);
		counters_part(&b, EV_open, EV_open + 1, true);
		counters_part(&b, EV_open + 1, EV_TYPE_MAX, false);
	}
	loss_stats(b.loss, &stats);
	assert_int_equal(broken(&b), 0);
	assert_int_equal(stats.checks, 3);
	b.tally[200].hits++;		/* a hit that is neither emitted nor filtered nor dropped */
	counters_part(&b, 1, 200, true);
	counters_part(&b, 200, EV_TYPE_MAX, false);
	assert_int_equal(broken(&b), 1);
	assert_int_equal(b.reported.n[LOSS_HITS], 1);
	loss_free(b.loss);
}

/* A mismatch is reported once, and the next one is reported too. */
static void test_a_number_that_jumps_is_reported_once(void **state)
{
	struct loss_stats stats;
	struct books b;

	(void)state;
	setup(&b);
	for (unsigned int fault = 1; fault <= 3; fault++) {
		b.seq += 1000000;
		emit(&b, EV_open);
		b.seq -= 1000000;
		for (int i = 0; i < 1000; i++)
			emit(&b, EV_open);
		counters(&b);
		assert_int_equal(b.reported.n[LOSS_ORDER], fault);
		assert_int_equal(broken(&b), fault);
	}
	loss_stats(b.loss, &stats);
	assert_int_equal(stats.broken, 3);
	loss_free(b.loss);
}

static void test_drops_without_a_type_count_for_any_type_up_to_their_number(void **state)
{
	struct books b;

	(void)state;
	setup(&b);
	drop(&b, EV_execve, EV_DROP_ring_full);
	b.rows[0].type = EV_OTHER;
	counters(&b);
	assert_int_equal(broken(&b), 0);
	drop(&b, EV_execve, EV_DROP_ring_full);
	drop(&b, EV_open, EV_DROP_ring_full);
	b.rows[0].type = EV_OTHER;
	b.rows[1].type = EV_OTHER;
	b.rows[1].count = 0;
	b.nrows = 2;
	counters(&b);
	assert_true(broken(&b) > 0);
	loss_free(b.loss);
}

static void test_a_drop_in_an_interrupt_may_be_reported_later_but_not_before(void **state)
{
	struct books b;

	(void)state;
	setup(&b);
	b.tally[EV_open].hits++;
	b.tally[EV_open].dropped[EV_DROP_context]++;
	counters(&b);
	assert_int_equal(broken(&b), 0);
	b.first = ++b.seq;
	b.rows[b.nrows++] = (struct ev_lost){ EV_open, EV_DROP_context, 1 };
	counters(&b);
	assert_int_equal(broken(&b), 0);
	b.first = ++b.seq;
	b.rows[b.nrows++] = (struct ev_lost){ EV_open, EV_DROP_context, 1 };
	counters(&b);
	assert_int_equal(b.reported.n[LOSS_DROPPED], 1);
	loss_free(b.loss);
}

static void test_records_of_the_agent_are_not_accounted(void **state)
{
	struct ev_header hdr = { .len = sizeof(hdr), .fixed_len = sizeof(hdr), .type = EV_task,
				 .flags = EV_F_FROM_USER, .seq = 1 };
	struct books b;

	(void)state;
	setup(&b);
	feed_of(&b, &hdr, 65535);
	feed_of(&b, &hdr, 65535);
	assert_int_equal(broken(&b), 0);
	loss_free(b.loss);
	loss_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_correct_sums_report_nothing),
		cmocka_unit_test(test_every_wrong_sum_is_reported),
		cmocka_unit_test(test_counters_in_several_records_are_one_check),
		cmocka_unit_test(test_a_number_that_jumps_is_reported_once),
		cmocka_unit_test(test_drops_without_a_type_count_for_any_type_up_to_their_number),
		cmocka_unit_test(test_a_drop_in_an_interrupt_may_be_reported_later_but_not_before),
		cmocka_unit_test(test_records_of_the_agent_are_not_accounted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
