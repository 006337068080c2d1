/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that wrong usage gives status 2 and runs nothing, and that a negative answer gives status
 * 1.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>
#include "app/command.h"

#define STATUS(...)	status((const char *[]){ "saker", __VA_ARGS__, NULL })

static int status(const char **argv)
{
	int argc = 0;

	while (argv[argc])
		argc++;
	return command_main(argc, (char **)(uintptr_t)argv);
}

static void test_help_and_version_are_answers(void **state)
{
	(void)state;
	assert_int_equal(STATUS("--help"), EXIT_DONE);
	assert_int_equal(STATUS("help"), EXIT_DONE);
	assert_int_equal(STATUS("help", "run"), EXIT_DONE);
	assert_int_equal(STATUS("--version"), EXIT_DONE);
	for (const struct command *c = commands; c->name; c++) {
		assert_int_equal(STATUS((char *)(uintptr_t)c->name, "--help"), EXIT_DONE);
		assert_int_equal(STATUS((char *)(uintptr_t)c->name, "-h"), EXIT_DONE);
	}
}

static void test_wrong_usage_is_status_2(void **state)
{
	(void)state;
	assert_int_equal(status((const char *[]){ "saker", NULL }), EXIT_USAGE);
	assert_int_equal(STATUS("rnu"), EXIT_USAGE);
	assert_int_equal(STATUS("help", "nothing"), EXIT_USAGE);
	assert_int_equal(STATUS("run", "--jsn"), EXIT_USAGE);
	assert_int_equal(STATUS("run", "-x"), EXIT_USAGE);
	assert_int_equal(STATUS("run", "-rfile"), EXIT_USAGE);
	assert_int_equal(STATUS("run", "-r"), EXIT_USAGE);
	assert_int_equal(STATUS("run", "--json=yes"), EXIT_USAGE);
	assert_int_equal(STATUS("run", "--for", "0"), EXIT_USAGE);
	assert_int_equal(STATUS("run", "--for", "-1"), EXIT_USAGE);
	assert_int_equal(STATUS("run", "--for", "1s"), EXIT_USAGE);
	assert_int_equal(STATUS("run", "--for="), EXIT_USAGE);
	assert_int_equal(STATUS("run", "operand"), EXIT_USAGE);
	assert_int_equal(STATUS("stats", "--driver", "kmod"), EXIT_USAGE);
	assert_int_equal(STATUS("stats", "--rules=x"), EXIT_USAGE);
	assert_int_equal(STATUS("reload", "rules.yaml"), EXIT_USAGE);
	assert_int_equal(STATUS("record"), EXIT_USAGE);
	assert_int_equal(STATUS("record", "a", "b"), EXIT_USAGE);
	assert_int_equal(STATUS("list", "evnts"), EXIT_USAGE);
	assert_int_equal(STATUS("trace", "--driver", "kmdo"), EXIT_USAGE);
	assert_int_equal(STATUS("trace", "evt.type ="), EXIT_USAGE);
}

static void test_missing_rules_are_status_3_and_wrong_ones_1(void **state)
{
	char path[] = "/tmp/saker-test-command-XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	assert_int_equal(STATUS("stats", "--rules", "--socket", "/nonexistent/api.sock"),
			 EXIT_CANNOT);
	assert_int_equal(STATUS("reload", "--socket=/nonexistent/api.sock"), EXIT_CANNOT);
	assert_int_equal(STATUS("run", "-r", "/nonexistent/rules.yaml"), EXIT_CANNOT);
	assert_int_equal(STATUS("check", "-r", "/nonexistent/rules.yaml"), EXIT_CANNOT);
	assert_int_equal(STATUS("run", "--rules", path), EXIT_NO);	/* a file without a rule */
	assert_int_equal(write(fd, "- rule: x\n  desc: x\n  output: x\n  priority: INFO\n"
			       "  condition: proc.nmae = x\n", 74), 74);
	assert_int_equal(STATUS("run", "-r", path), EXIT_NO);
	assert_int_equal(STATUS("check", "-r", path), EXIT_NO);
	assert_int_equal(STATUS("check", path), EXIT_NO);
	assert_int_equal(STATUS("check", "--", path, "/nonexistent/rules.yaml"), EXIT_CANNOT);
	close(fd);
	unlink(path);
}

static void test_an_invalid_capture_is_status_3(void **state)
{
	(void)state;
	assert_int_equal(STATUS("trace", "--driver", "replay:/nonexistent"), EXIT_CANNOT);
	assert_int_equal(STATUS("trace", "--driver=replay:/dev/null"), EXIT_CANNOT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_help_and_version_are_answers),
		cmocka_unit_test(test_wrong_usage_is_status_2),
		cmocka_unit_test(test_missing_rules_are_status_3_and_wrong_ones_1),
		cmocka_unit_test(test_an_invalid_capture_is_status_3),
	};

	/* The printed text is not tested here; cmocka reports on standard error. */
	return freopen("/dev/null", "w", stdout) ?
	       cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
