/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tests in user space that preemption is off in the callback of a function hook, also where
 * ftrace's own guard does not disable it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#define HAVE_FTRACE_REGS
#include "compat/ftrace.h"

struct twin twin;
int recursion_bit;

static void test_preemption_is_off_in_a_callback(void **state)
{
	int bit;

	(void)state;
	recursion_bit = 3;
	bit = saker_ftrace_lock(1, 2);
	assert_int_equal(bit, 3);
	assert_int_equal(twin.preempt_depth, 1);
	saker_ftrace_unlock(bit);
	assert_int_equal(twin.preempt_depth, 0);
}

static void test_preemption_is_on_after_a_recursion_is_refused(void **state)
{
	(void)state;
	recursion_bit = -1;
	assert_true(saker_ftrace_lock(1, 2) < 0);
	assert_int_equal(twin.preempt_depth, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_preemption_is_off_in_a_callback),
		cmocka_unit_test(test_preemption_is_on_after_a_recursion_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
