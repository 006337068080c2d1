/* SPDX-License-Identifier: Apache-2.0 */
/* Tests that a process ends once, however many of its threads are recorded as its last. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "enrich/enrich.h"

struct exits {
	struct enrich *enrich;
	struct ev_procexit record;
	struct event ev;
};

static int start(void **state)
{
	static struct exits x;
	const struct enrich_config config = { .key = { 1, 2 } };

	x = (struct exits){ 0 };
	*state = &x;
	return enrich_new(&x.enrich, &config);
}

static int stop(void **state)
{
	enrich_free(((struct exits *)*state)->enrich);
	return 0;
}

/* Whether the exit of a thread, recorded as the last, ends its process. */
static bool ends(struct exits *x, uint32_t origin, uint32_t tid, uint32_t tgid, uint64_t start_ns,
		 uint64_t ts_ns)
{
	bool end;

	x->record = (struct ev_procexit){
		.hdr = { .len = sizeof(x->record), .fixed_len = sizeof(x->record),
			 .type = EV_procexit, .tid = tid, .tgid = tgid,
			 .start_ns = start_ns, .ts_ns = ts_ns },
		.status = 9, .group_dead = 1,
	};
	x->ev = (struct event){ .hdr = &x->record.hdr, .place.origin = origin, .body = &x->record };
	assert_int_equal(enrich_apply(x->enrich, &x->ev), 0);
	assert_int_equal(x->ev.hdr->tid, tid);
	assert_int_equal(x->ev.procexit->status, 9);
	assert_int_equal(x->record.group_dead, 1);	/* the record itself is unchanged */
	end = x->ev.procexit->group_dead;
	enrich_retire(x->enrich, &x->ev);
	return end;
}

static void test_threads_that_end_together_end_their_process_once(void **state)
{
	struct exits *x = *state;

	assert_true(ends(x, 0, 71, 70, 5000, 9000));
	assert_false(ends(x, 0, 72, 70, 5100, 9000));
	assert_false(ends(x, 0, 70, 70, 4000, 9001));
	/* two processes in turn */
	assert_true(ends(x, 0, 80, 80, 5000, 9002));
	assert_false(ends(x, 0, 73, 70, 5200, 9003));
	assert_false(ends(x, 0, 81, 80, 5000, 9003));
}

/* What an end has removed must not come back with the next record of that end. */
static void test_a_process_that_ended_is_not_made_again(void **state)
{
	struct exits *x = *state;
	struct enrich_stats stats;

	for (uint32_t tgid = 1000; tgid < 2000; tgid += 2) {
		assert_true(ends(x, 0, tgid, tgid, 5000, 9000 + tgid));
		assert_false(ends(x, 0, tgid + 1, tgid, 5100, 9001 + tgid));
	}
	enrich_stats(x->enrich, &stats);
	assert_int_equal(stats.processes, 0);
	assert_int_equal(stats.threads, 0);
}

static void test_a_number_used_again_is_another_process(void **state)
{
	struct exits *x = *state;

	assert_true(ends(x, 0, 70, 70, 4000, 9000));
	assert_true(ends(x, 0, 70, 70, 9500, 9900));
	assert_false(ends(x, 0, 71, 70, 9600, 9901));
}

static void test_the_same_number_elsewhere_is_another_process(void **state)
{
	struct exits *x = *state;

	assert_true(ends(x, 0, 70, 70, 4000, 9000));
	assert_true(ends(x, 1, 70, 70, 4000, 9000));
}

static void test_a_thread_that_is_not_the_last_ends_nothing(void **state)
{
	struct exits *x = *state;

	assert_true(ends(x, 0, 70, 70, 4000, 9000));
	x->record.group_dead = 0;
	x->ev = (struct event){ .hdr = &x->record.hdr, .body = &x->record };
	assert_int_equal(enrich_apply(x->enrich, &x->ev), 0);
	assert_ptr_equal(x->ev.procexit, &x->record);
	enrich_retire(x->enrich, &x->ev);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(t)	cmocka_unit_test_setup_teardown(test_##t, start, stop)
		TEST(threads_that_end_together_end_their_process_once),
		TEST(a_process_that_ended_is_not_made_again),
		TEST(a_number_used_again_is_another_process),
		TEST(the_same_number_elsewhere_is_another_process),
		TEST(a_thread_that_is_not_the_last_ends_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
