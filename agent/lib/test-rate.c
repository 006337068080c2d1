/* SPDX-License-Identifier: Apache-2.0 */
/* Tests the burst and the rate of the limit, and that no clock blocks it forever. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "lib/rate.h"

#define T0	1000000000000ull
#define EVERY	1000ull

static unsigned int take(struct rate *rate, uint64_t now_ns, unsigned int tries)
{
	unsigned int n = 0;

	while (tries--)
		n += rate_take(rate, now_ns, EVERY, 10);
	return n;
}

static void test_a_burst_and_then_one_each_interval(void **state)
{
	struct rate rate = { 0 };

	(void)state;
	assert_int_equal(take(&rate, T0, 100), 11);
	assert_int_equal(rate.left_out, 89);
	assert_int_equal(take(&rate, T0 + EVERY - 1, 100), 0);
	assert_int_equal(take(&rate, T0 + EVERY, 100), 1);
	assert_int_equal(take(&rate, T0 + 6 * EVERY, 100), 5);
	assert_int_equal(take(&rate, T0 + 1000 * EVERY, 100), 11);
}

static void test_a_clock_that_is_put_back_begins_anew(void **state)
{
	struct rate rate = { 0 };

	(void)state;
	assert_int_equal(take(&rate, UINT64_MAX / 2, 100), 11);
	assert_true(take(&rate, T0, 100) >= 1);
	assert_true(take(&rate, T0 + 10 * EVERY, 100) >= 9);
	assert_true(take(&rate, 0, 100) >= 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_burst_and_then_one_each_interval),
		cmocka_unit_test(test_a_clock_that_is_put_back_begins_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
