/* SPDX-License-Identifier: Apache-2.0 */
/* Tests that an error names the failed operation and the reason, and that the first one stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include "lib/error.h"

static void test_an_error_names_the_operation_and_the_reason(void **state)
{
	struct error err = { 0 };

	(void)state;
	errno = EAGAIN;
	assert_int_equal(error_set(&err, -ENOENT, "opening %s", "/dev/saker"), -ENOENT);
	assert_int_equal(err.code, -ENOENT);
	assert_string_equal(err.text, "opening /dev/saker: No such file or directory");
	assert_int_equal(errno, EAGAIN);
}

static void test_the_first_error_stays(void **state)
{
	const struct error second = { .code = -EIO, .text = "later" };
	struct error err = { 0 };

	(void)state;
	error_say(&err, -EINVAL, "the capture %s is damaged", "a.cap");
	assert_int_equal(error_set(&err, -ENOMEM, "starting"), -ENOMEM);
	assert_int_equal(error_take(&err, &second), -EINVAL);
	assert_int_equal(err.code, -EINVAL);
	assert_string_equal(err.text, "the capture a.cap is damaged");
}

static void test_a_result_that_is_no_error_sets_nothing(void **state)
{
	const struct error cause = { .code = -EIO, .text = "cause" };
	struct error err = { 0 };

	(void)state;
	assert_int_equal(error_at(&err, 0, "starting"), 0);
	assert_int_equal(error_at(&err, 3, "starting"), 3);
	assert_int_equal(err.code, 0);
	assert_string_equal(err.text, "");
	assert_int_equal(error_at(&err, -EPERM, "a 100% literal"), -EPERM);
	assert_string_equal(err.text, "a 100% literal: Operation not permitted");
	err = (struct error){ 0 };
	assert_int_equal(error_take(&err, &cause), -EIO);
	assert_string_equal(err.text, "cause");
}

static void test_who_has_no_use_for_it_passes_null(void **state)
{
	(void)state;
	assert_int_equal(error_set(NULL, -EIO, "nobody %s", "reads this"), -EIO);
	assert_int_equal(error_say(NULL, -EIO, "nor this"), -EIO);
	assert_int_equal(error_at(NULL, -EIO, "nor this"), -EIO);
}

/* A text of more than INT_MAX bytes makes vsnprintf() fail and set errno. */
static void test_a_text_that_cannot_be_formatted_leaves_the_code_and_errno(void **state)
{
	volatile int width = INT_MAX;	/* unknown to the compiler, which warns of it */
	struct error err = { 0 };

	(void)state;
	errno = EAGAIN;
	assert_int_equal(error_set(&err, -EIO, "x%*d", width, 1), -EIO);
	assert_int_equal(err.code, -EIO);
	assert_string_equal(err.text, ": Input/output error");
	assert_int_equal(errno, EAGAIN);
}

static void test_a_long_text_is_cut_and_ends(void **state)
{
	char path[2000];
	struct error err;

	(void)state;
	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	for (int cut = 0; cut < 4; cut++) {
		path[sizeof(err.text) - 8 + cut] = '\0';	/* the reason does not fit, or only part */
		err = (struct error){ 0 };
		error_set(&err, -ENOSPC, "%s", path);
		assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
		path[sizeof(err.text) - 8 + cut] = 'x';
	}
	err = (struct error){ 0 };
	error_set(&err, -ENOSPC, "%s", path);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_error_names_the_operation_and_the_reason),
		cmocka_unit_test(test_the_first_error_stays),
		cmocka_unit_test(test_a_result_that_is_no_error_sets_nothing),
		cmocka_unit_test(test_who_has_no_use_for_it_passes_null),
		cmocka_unit_test(test_a_text_that_cannot_be_formatted_leaves_the_code_and_errno),
		cmocka_unit_test(test_a_long_text_is_cut_and_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
