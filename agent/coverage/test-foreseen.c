/* SPDX-License-Identifier: Apache-2.0 */
/* Tests which hooks the module is said to have on a kernel with given symbols. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "coverage/foreseen.h"
#include "source/coverage.h"

static char path[] = "/tmp/saker-test-foreseen-XXXXXX";

static void write_symbols(const char *text)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static const char *state_of(const struct control_info *info, const char *name)
{
	for (uint32_t i = 0; i < info->nhooks; i++)
		if (!strcmp(info->hooks[i].name, name))
			return info->hooks[i].state;
	return NULL;
}

static void test_a_hook_needs_its_symbol(void **state)
{
	struct control_info info;

	(void)state;
	write_symbols("0000000000000000 T security_file_open\n"
		      "0000000000000000 T register_ftrace_function\n"
		      "0000000000000000 D __tracepoint_sys_exit\n"
		      "0000000000000000 d __tracepoint_module_load\t[other]\n"
		      "0000000000000000 D __tracepoint_cgroup_mkdir_not\n");
	assert_int_equal(foreseen_in(&info, path), 0);
	assert_int_equal(info.state, SAKER_STATE_IDLE);
	assert_string_equal(state_of(&info, "security_file_open"), "idle");
	assert_string_equal(state_of(&info, "sys_exit"), "idle");
	assert_string_equal(state_of(&info, "module_load"), "idle");
	assert_string_equal(state_of(&info, "cgroup_mkdir"), "missing: this kernel has no such tracepoint");
	control_info_uninit(&info);
}

static void test_a_function_needs_ftrace(void **state)
{
	struct control_info info;

	(void)state;
	write_symbols("0 T security_file_open\n0 D __tracepoint_sys_exit\n");
	assert_int_equal(foreseen_in(&info, path), 0);
	assert_string_equal(state_of(&info, "security_file_open"),
			    "missing: ftrace cannot hook this function");
	control_info_uninit(&info);
}

static void test_a_kernel_that_hides_its_data_is_an_error(void **state)
{
	struct control_info info;

	(void)state;
	write_symbols("0 T security_file_open\n0 T register_ftrace_function\n");
	assert_int_equal(foreseen_in(&info, path), -ENODATA);
	assert_int_equal(foreseen_in(&info, "/nowhere"), -ENOENT);
}

/* A hook that coverage.def names and that is not foreseen would be listed as missing. */
static void test_every_hook_of_the_coverage_list_is_foreseen(void **state)
{
	struct control_info info;

	(void)state;
	write_symbols("0 D __tracepoint_sys_exit\n");
	assert_int_equal(foreseen_in(&info, path), 0);
	for (unsigned int i = 0; i < ncoverage_rows; i++)
		if (coverage_rows[i].hook && !state_of(&info, coverage_rows[i].hook))
			fail_msg("%s is not foreseen", coverage_rows[i].hook);
	control_info_uninit(&info);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_hook_needs_its_symbol),
		cmocka_unit_test(test_a_function_needs_ftrace),
		cmocka_unit_test(test_a_kernel_that_hides_its_data_is_an_error),
		cmocka_unit_test(test_every_hook_of_the_coverage_list_is_foreseen),
	};
	int fd = mkstemp(path), r;

	if (fd < 0)
		return 1;
	close(fd);
	r = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return r;
}
