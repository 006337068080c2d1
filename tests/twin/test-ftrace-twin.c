/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tests in user space that preemption is off in the callback of a function hook: ftrace does not
 * disable it everywhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#define HAVE_FTRACE_REGS
#include "compat/ftrace.h"

struct twin twin;

static void test_preemption_is_off_in_a_callback(void **state)
{
	(void)state;
	saker_ftrace_begin();
	assert_int_equal(twin.preempt_depth, 1);
	saker_ftrace_end();
	assert_int_equal(twin.preempt_depth, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_preemption_is_off_in_a_callback),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
