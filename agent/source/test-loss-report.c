/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests what is reported of wrong sums and of dropped events, which drops count for which type,
 * and that each CPU has its own account.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include <errno.h>
#include "source/test-books.h"

/* What a report says of the last record: which sum, of what, and both numbers. */
static void report_is(const struct books *b, const struct loss_report *should)
{
	const struct loss_report *last = &b->reported.last;

	assert_int_equal(last->kind, should->kind);
	assert_int_equal(last->cpu, b->cpu);
	assert_int_equal(last->ts_ns, b->ts);
	assert_int_equal(last->type, should->type);
	assert_int_equal(last->reason, should->reason);
	assert_int_equal(last->want, should->want);
	assert_int_equal(last->got, should->got);
	assert_int_equal(last->sums, should->sums);
	assert_int_equal(last->kinds, should->kinds);
}

static void test_a_report_says_what_was_counted_and_what_came(void **state)
{
	struct books b;

	(void)state;
	setup(&b);
	b.ts = 77;
	b.seq -= 2;		/* it is at 1002, and 1001 comes again */
	emit(&b, EV_open);
	report_is(&b, &(struct loss_report){ .kind = LOSS_ORDER, .type = EV_open, .want = 1003, .got = 1001,
					    .sums = 1, .kinds = 1u << LOSS_ORDER });
	loss_free(b.loss);

	setup(&b);		/* two drops with a reason, and one with another */
	b.ts = 78;
	drop(&b, EV_execve, EV_DROP_headroom);
	drop(&b, EV_open, EV_DROP_ring_full);
	b.rows[1].count = 5;
	gap(&b);
	report_is(&b, &(struct loss_report){ .kind = LOSS_GAP, .type = EV_execve, .reason = EV_DROP_headroom,
					    .want = 6, .sums = 1, .kinds = 1u << LOSS_GAP });
	loss_free(b.loss);

	setup(&b);		/* three numbers, of which one came */
	b.ts = 79;
	emit(&b, EV_open);
	b.seq += 2;
	counters(&b);
	report_is(&b, &(struct loss_report){ .kind = LOSS_NUMBERS, .want = 3, .got = 1, .sums = 1,
					    .kinds = 1u << LOSS_NUMBERS });
	loss_free(b.loss);

	setup(&b);
	b.ts = 80;
	emit(&b, EV_open);
	b.tally[EV_open].hits += 5;
	b.tally[EV_open].filtered += 3;
	counters(&b);
	report_is(&b, &(struct loss_report){ .kind = LOSS_HITS, .type = EV_open, .want = 6, .got = 4, .sums = 1,
					    .kinds = 1u << LOSS_HITS });
	loss_free(b.loss);

	setup(&b);
	b.ts = 81;
	emit(&b, EV_open);
	b.tally[EV_open].hits += 4;
	b.tally[EV_open].emitted += 4;
	counters(&b);
	report_is(&b, &(struct loss_report){ .kind = LOSS_EMITTED, .type = EV_open, .want = 5, .got = 1, .sums = 1,
					    .kinds = 1u << LOSS_EMITTED });
	loss_free(b.loss);

	setup(&b);		/* three drops were counted, and two are in the gap */
	b.ts = 82;
	drop(&b, EV_open, EV_DROP_headroom);
	b.rows[0].count = 2;
	b.seq++;
	b.tally[EV_open].hits += 2;
	b.tally[EV_open].dropped[EV_DROP_headroom] += 2;
	counters(&b);
	report_is(&b, &(struct loss_report){ .kind = LOSS_DROPPED, .type = EV_open, .reason = EV_DROP_headroom,
					    .want = 3, .got = 2, .sums = 1, .kinds = 1u << LOSS_DROPPED });
	counters(&b);
	assert_int_equal(broken(&b), 1);
	loss_free(b.loss);
}

static void test_each_cpu_has_its_own_account(void **state)
{
	static const uint16_t cpus[] = { 3, 1, 4, 300, 2 };
	const size_t n = sizeof(cpus) / sizeof(cpus[0]);
	struct loss_stats stats;
	struct books *b = calloc(n, sizeof(*b));

	(void)state;
	assert_non_null(b);
	setup(&b[0]);
	for (size_t i = 0; i < n; i++) {
		if (i)
			b[i] = b[0];
		b[i].cpu = cpus[i];
		b[i].seq += 1000 * i;
		emit(&b[i], EV_open);
		counters(&b[i]);
	}
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k <= i; k++) {
			emit(&b[i], EV_open);
			drop(&b[i], EV_execve, EV_DROP_ring_full);
			counters(&b[i]);
		}
	for (size_t i = 0; i < n; i++)
		assert_int_equal(broken(&b[i]), 0);
	loss_stats(b[0].loss, &stats);
	assert_int_equal(stats.checks, 15);		/* the first counters of a CPU are none */
	assert_int_equal(stats.broken, 0);
	assert_int_equal(stats.gaps, 1 + 15);
	assert_int_equal(stats.lost, 1 + 15);
	loss_free(b[0].loss);
	free(b);
}

/* Of before the first counters record only what the driver counted is known. */
static void test_an_account_begins_with_the_first_counters(void **state)
{
	struct loss_stats stats;
	struct books b = { .seq = 5000 };

	(void)state;
	assert_int_equal(loss_new(&b.loss, on_report, &b.reported), 0);
	b.tally[EV_open] = (struct ev_tally){ .hits = 900, .emitted = 800, .filtered = 99 };
	emit(&b, EV_open);
	b.seq += 50;
	counters(&b);
	loss_stats(b.loss, &stats);
	assert_int_equal(b.reported.reports, 0);
	assert_int_equal(stats.checks, 0);
	emit(&b, EV_open);
	counters(&b);
	loss_stats(b.loss, &stats);
	assert_int_equal(b.reported.reports, 0);
	assert_int_equal(stats.checks, 1);
	loss_free(b.loss);
}

/* They have no number, and the counters have them. */
static void test_drops_while_no_hook_was_armed_are_in_no_sum_of_numbers(void **state)
{
	struct loss_stats stats;
	struct books b;

	(void)state;
	setup(&b);
	drop(&b, EV_open, EV_DROP_disarmed);
	b.seq--;
	drop(&b, EV_execve, EV_DROP_disarmed);
	b.seq--;
	b.rows[1].count = 0;		/* nor are these compared */
	counters(&b);
	assert_int_equal(broken(&b), 0);
	loss_stats(b.loss, &stats);
	assert_int_equal(stats.lost, 2);
	loss_free(b.loss);
}

/* Of a type or a reason that this agent does not know, or in a row of other types. */
static void test_rows_that_are_not_known_count_for_any_type(void **state)
{
	static const struct ev_lost row[] = {
		{ EV_OTHER, EV_DROP_ring_full, 1 }, { EV_TYPE_MAX, EV_DROP_ring_full, 1 },
		{ 0xffff, EV_DROP_ring_full, 1 }, { EV_open, EV_DROP_COUNT, 1 }, { EV_open, 0xffff, 1 },
	};
	struct books b;

	(void)state;
	setup(&b);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		drop(&b, EV_execve, EV_DROP_ring_full);
		b.rows[0] = row[i];
		counters(&b);
		assert_int_equal(broken(&b), 0);
	}
	/* What is left of them does not count for the next ones. */
	drop(&b, EV_execve, EV_DROP_ring_full);
	b.rows[0] = (struct ev_lost){ EV_OTHER, EV_DROP_ring_full, 3 };
	b.seq += 2;
	counters(&b);
	assert_int_equal(broken(&b), 0);
	drop(&b, EV_execve, EV_DROP_ring_full);
	b.nrows = 0;
	counters(&b);
	assert_int_equal(b.reported.n[LOSS_DROPPED], 1);
	loss_free(b.loss);
}

/* Two types, and two reasons of one: all take from the same number. */
static void test_drops_without_a_type_count_once(void **state)
{
	struct books b;

	(void)state;
	for (unsigned int others = 1; others <= 5; others++) {
		setup(&b);
		for (unsigned int i = 0; i < 4; i++)
			drop(&b, i < 3 ? EV_execve : EV_open, i < 2 ? EV_DROP_ring_full : EV_DROP_headroom);
		b.rows[0] = (struct ev_lost){ EV_OTHER, EV_DROP_ring_full, others };
		b.nrows = 1;
		b.seq = b.first + others - 1;
		counters(&b);
		assert_int_equal(b.reported.n[LOSS_NUMBERS], 0);
		assert_int_equal(b.reported.n[LOSS_DROPPED], others < 4);
		loss_free(b.loss);
	}
}

/* Of those with a type what a gap reports takes nothing from those without one. */
static void test_only_drops_that_no_row_reports_take_from_those_without_a_type(void **state)
{
	struct books b;

	(void)state;
	for (unsigned int others = 2; others <= 3; others++) {
		setup(&b);
		for (unsigned int i = 0; i < 4; i++)
			drop(&b, EV_execve, i < 3 ? EV_DROP_ring_full : EV_DROP_headroom);
		b.rows[1] = (struct ev_lost){ EV_OTHER, EV_DROP_ring_full, others };
		b.nrows = 2;
		b.seq = b.first + others;
		counters(&b);
		assert_int_equal(b.reported.n[LOSS_NUMBERS], 0);
		assert_int_equal(b.reported.n[LOSS_DROPPED], others < 3);
		loss_free(b.loss);
	}
}

/* Of a later version, or damaged: the others of the record are compared. */
static void test_counters_of_a_type_beyond_the_table_are_skipped(void **state)
{
	static const uint32_t types[] = { EV_TYPE_MAX, ~0u };
	struct {
		struct ev_counters e;
		struct ev_tally rows[2];
	} rec = { .e = { .hdr = { .len = sizeof(rec), .fixed_len = sizeof(rec.e), .type = EV_counters },
			 .tally = { sizeof(rec.e), sizeof(rec.rows), sizeof(rec.rows), sizeof(rec.rows) } } };
	struct books b;

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		setup(&b);
		rec.e.next_seq = b.seq + 1;
		rec.rows[0] = (struct ev_tally){ .type = types[i], .hits = 7 };
		rec.rows[1] = b.tally[EV_open];
		rec.rows[1].type = EV_open;
		rec.rows[1].hits++;
		feed(&b, &rec);
		assert_int_equal(broken(&b), 1);
		assert_int_equal(b.reported.last.type, EV_open);
		loss_free(b.loss);
	}
}

/* A gap says which number was the last: one that comes later and is lower is out of order. */
static void test_numbers_of_a_gap_are_in_order_with_those_of_records(void **state)
{
	struct books b;

	(void)state;
	setup(&b);
	drop(&b, EV_open, EV_DROP_ring_full);
	drop(&b, EV_open, EV_DROP_ring_full);
	gap(&b);
	b.seq--;
	emit(&b, EV_open);
	assert_int_equal(b.reported.n[LOSS_ORDER], 1);
	emit(&b, EV_open);
	assert_int_equal(b.reported.n[LOSS_ORDER], 1);
	/* A gap before does not put the number back. */
	b.first = 1;
	b.rows[b.nrows++] = (struct ev_lost){ EV_open, EV_DROP_ring_full, 1 };
	b.seq -= 5;
	gap(&b);
	emit(&b, EV_open);
	assert_int_equal(b.reported.n[LOSS_ORDER], 2);
	loss_free(b.loss);
}

static void test_drops_in_interrupts_are_late_by_their_type(void **state)
{
	struct books b;

	(void)state;
	setup(&b);
	for (unsigned int i = 0; i < 2; i++) {		/* three are late */
		b.tally[EV_open].hits += 1 + i;
		b.tally[EV_open].dropped[EV_DROP_context] += 1 + i;
		counters(&b);
	}
	assert_int_equal(broken(&b), 0);
	b.first = b.seq + 1;
	b.seq += 2;
	b.rows[b.nrows++] = (struct ev_lost){ EV_open, EV_DROP_context, 2 };
	counters(&b);
	assert_int_equal(broken(&b), 0);
	b.first = ++b.seq;
	b.rows[b.nrows++] = (struct ev_lost){ EV_execve, EV_DROP_context, 1 };	/* of which none is */
	b.tally[EV_execve].hits++;
	b.tally[EV_execve].filtered++;
	counters(&b);
	assert_int_equal(b.reported.n[LOSS_DROPPED], 1);
	b.first = b.seq + 1;
	b.seq += 2;
	b.rows[b.nrows++] = (struct ev_lost){ EV_open, EV_DROP_context, 2 };	/* only one is left */
	counters(&b);
	assert_int_equal(b.reported.n[LOSS_DROPPED], 2);
	loss_free(b.loss);
}

static void test_nobody_needs_to_hear_of_reports(void **state)
{
	struct ev_header hdr = { .len = sizeof(hdr), .fixed_len = sizeof(hdr), .type = EV_open, .seq = 1 };
	struct loss_stats stats;
	struct loss *l;

	(void)state;
	assert_int_equal(loss_new(&l, NULL, NULL), 0);
	assert_int_equal(loss_check(l, 0, &hdr, NULL), 0);
	assert_int_equal(loss_check(l, 0, &hdr, NULL), 0);
	hdr.type = 0xffff;		/* which is no type */
	hdr.seq++;
	assert_int_equal(loss_check(l, 0, &hdr, NULL), 0);
	hdr.seq = 0;
	hdr.type = EV_gap;		/* without an event, as it was not decoded */
	assert_int_equal(loss_check(l, 0, &hdr, NULL), 0);
	/* Each account has 45 KB: a capture does not name CPUs that no kernel has. */
	assert_int_equal(loss_check(l, 8191, &hdr, NULL), 0);
	assert_int_equal(loss_check(l, 8192, &hdr, NULL), -ENOMEM);
	loss_stats(l, &stats);
	assert_int_equal(stats.broken, 1);
	assert_int_equal(stats.gaps, 0);
	loss_free(l);
}

static void test_each_kind_has_its_text(void **state)
{
	(void)state;
	for (unsigned int kind = 0; kind < LOSS_KINDS; kind++) {
		assert_non_null(loss_kind_text(kind));
		assert_string_not_equal(loss_kind_text(kind), "unknown");
	}
	assert_string_equal(loss_kind_text(LOSS_KINDS), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_report_says_what_was_counted_and_what_came),
		cmocka_unit_test(test_each_cpu_has_its_own_account),
		cmocka_unit_test(test_an_account_begins_with_the_first_counters),
		cmocka_unit_test(test_drops_while_no_hook_was_armed_are_in_no_sum_of_numbers),
		cmocka_unit_test(test_rows_that_are_not_known_count_for_any_type),
		cmocka_unit_test(test_drops_without_a_type_count_once),
		cmocka_unit_test(test_only_drops_that_no_row_reports_take_from_those_without_a_type),
		cmocka_unit_test(test_counters_of_a_type_beyond_the_table_are_skipped),
		cmocka_unit_test(test_numbers_of_a_gap_are_in_order_with_those_of_records),
		cmocka_unit_test(test_drops_in_interrupts_are_late_by_their_type),
		cmocka_unit_test(test_nobody_needs_to_hear_of_reports),
		cmocka_unit_test(test_each_kind_has_its_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
