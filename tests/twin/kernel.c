/* SPDX-License-Identifier: GPL-2.0-only */
/* Implements the replacement of the kernel that kernel.h declares, and KUnit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <kunit/test.h>

struct twin twin = { .in_task = true, .cpus = 3 };
struct task_struct twin_current = { .pid = 101, .tgid = 100 }, init_task;

void twin_failed(struct kunit *test, const char *file, int line, const char *what, bool fatal)
{
	print_error("%s:%d: %s\n", file, line, what);
	test->failures++;
	if (fatal)
		fail_msg("nothing after this makes sense");
}

void *kunit_kzalloc(struct kunit *test, size_t size, int flags)
{
	void *p = calloc(1, size);

	(void)flags;
	assert_true(test->nallocated < ARRAY_SIZE(test->allocated));
	test->allocated[test->nallocated++] = p;
	return p;
}

void kunit_run(const struct kunit_suite *suite)
{
	unsigned int failures = 0;

	for (const struct kunit_case *c = suite->test_cases; c->run; c++) {
		struct kunit test = { 0 };

		if (suite->init)
			assert_int_equal(suite->init(&test), 0);
		c->run(&test);
		if (suite->exit)
			suite->exit(&test);
		while (test.nallocated)
			free(test.allocated[--test.nallocated]);
		if (test.failures)
			print_error("%s: %s fails\n", suite->name, c->name);
		failures += test.failures;
	}
	assert_int_equal(failures, 0);
	assert_int_equal(twin.preempt_depth, 0);
}
